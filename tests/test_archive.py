"""Keeping, reading, taking down and proving."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.adapters.files import FileStore, only_writer
from broadsheet.addresses.urls import url_key
from broadsheet.errors import EngineError, FixityError, NotFoundError
from broadsheet.formats.document import format_document, parse_document
from broadsheet.formats.ledger import chain, digest_of
from broadsheet.model import Article, Picture, Revision
from broadsheet.services.archive import Archive
from broadsheet.services.archive.fixity import Verification, verify
from broadsheet.services.indexes.articles import apply_additions, rebuild, sync
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, keep, make_article, make_draft
from tests.reader50 import iter_documents


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FileStore(tmp_path))


def close(archive: Archive) -> None:
    archive.close_round("run", NOW, NOW + timedelta(minutes=1), {"listed": 1})


def found(result: Verification) -> list[tuple[str, str, int | None]]:
    return [(one.kind, one.path, one.line) for one in result.findings]


def test_a_kept_article_is_a_document_and_a_line(archive: Archive) -> None:
    [line] = keep(archive, make_draft(make_article()))
    assert line.path.startswith("articles/harbour/2026/02/28-")
    content = archive.store.get(line.path)
    assert digest_of(content) == line.sha256
    assert parse_document(content).headline == "渡轮复航 1"
    assert list(archive.iter_revisions("ledger/harbour/2026-02.jsonl")) == [line]
    assert verify(archive).is_whole


def test_a_reader_of_fifty_lines_reads_it(archive: Archive, tmp_path: Path) -> None:
    keep(archive, *(make_draft(make_article(number)) for number in (1, 2, 3)))
    headlines = sorted(headline for _, headline, _, _ in iter_documents(tmp_path))
    assert headlines == ["渡轮复航 1", "渡轮复航 2", "渡轮复航 3"]


def test_the_second_text_of_an_article_stands_beside_the_first(archive: Archive) -> None:
    article = make_article()
    [first] = keep(archive, make_draft(article))
    later = replace(article, headline="渡轮停航", published=PUBLISHED + timedelta(days=40))
    [second] = keep(archive, make_draft(later, first, why=("headline",)))
    assert second.path == first.path.replace(".md", ".2.md")
    assert second.prev
    assert [line.why for line in archive.iter_article(first.article, first.path)] == [("first",), ("headline",)]


def test_two_drafts_of_one_article_in_one_call_become_two_revisions(archive: Archive) -> None:
    article = make_article()
    lines = keep(archive, make_draft(article), make_draft(replace(article, body="<p>别的</p>"), why=("body",)))
    assert [line.revision for line in lines] == [1, 2]
    assert verify(archive).is_whole


def test_an_unknown_date_is_not_passed_off_as_known(archive: Archive) -> None:
    [line] = keep(archive, make_draft(make_article(published=None, published_from="capture")))
    assert archive.store.get(line.path).startswith(b"<!--NaN-->\n")
    assert (line.published, line.published_from) == (NOW, "capture")


def test_two_pieces_of_one_headline_and_one_second_stay_two(archive: Archive) -> None:
    drafts = [make_draft(make_article(number, headline="早报")) for number in (1, 2)]
    assert len({line.path for line in keep(archive, *drafts)}) == 2


def test_ids_never_run_out_or_overwrite(archive: Archive) -> None:
    lines = keep(archive, *(make_draft(make_article(number)) for number in range(48_570, 48_640)))
    assert len({line.path for line in lines}) == 70
    assert verify(archive).documents == 70


def test_a_document_left_by_a_killed_attempt_is_taken_in(archive: Archive) -> None:
    article = make_article()
    [line] = keep(Archive(MemoryStore()), make_draft(article))
    archive.store.put_all(
        [(line.path, format_document(parse_document(_document(archive, article, "<p>先前的文字</p>"))))]
    )
    assert found(verify(archive)) == [("extra", line.path, None)]
    first, second = keep(archive, make_draft(article))
    assert (first.revision, first.extractor, second.revision) == (1, "recovered", 2)
    assert archive.get_document(second.path).body == article.body
    assert verify(archive).is_whole


def test_the_same_document_left_by_a_killed_attempt_is_just_named(archive: Archive) -> None:
    article = make_article()
    [line] = keep(Archive(MemoryStore()), make_draft(article))
    archive.store.put_all([(line.path, _document(archive, article, article.body))])
    assert [one.revision for one in keep(archive, make_draft(article))] == [1]
    assert verify(archive).is_whole


def _document(archive: Archive, article: object, body: str) -> bytes:
    beside = Archive(MemoryStore())
    [line] = keep(beside, make_draft(replace(make_article(), body=body)))
    return beside.store.get(line.path)


def test_a_place_taken_by_something_foreign_is_refused_and_left(archive: Archive) -> None:
    [line] = keep(Archive(MemoryStore()), make_draft(make_article()))
    archive.store.put_all([(line.path, b"my shopping list\n")])
    with pytest.raises(FixityError, match=line.path):
        keep(archive, make_draft(make_article()))
    assert archive.store.get(line.path) == b"my shopping list\n"
    assert list(archive.iter_ledger_files()) == []


def test_nothing_to_keep_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    assert archive.keep_all([]) == []
    assert list(tmp_path.iterdir()) == []


def test_lines_of_account_chain_over_months(archive: Archive) -> None:
    keep(archive, make_draft(make_article(1)))
    close(archive)
    keep(archive, make_draft(make_article(2)))
    archive.close_round("run", NOW, NOW + timedelta(days=40), {})
    result = verify(archive)
    assert (result.is_whole, result.rounds) == (True, 2)
    assert result.root == digest_of(archive.store.get("ledger/rounds-2026-04.jsonl"))


# -- damage ------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(archive: Archive) -> Archive:
    keep(archive, *(make_draft(make_article(number)) for number in range(1, 6)))
    close(archive)
    return archive


def damage(archive: Archive, key: str, change: bytes | None) -> None:
    if change is None:
        archive.store.remove(key)
    else:
        archive.store.replace(key, change)


def test_every_flipped_byte_of_every_file_is_found(kept: Archive) -> None:
    for key, size in [one for folder in ("articles", "ledger") for one in kept.store.iter_keys(folder)]:
        content = kept.store.get(key)
        for place in range(0, size, max(1, size // 40)):
            kept.store.replace(key, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            result = verify(Archive(kept.store))
            assert not result.is_whole, f"{key} byte {place}"
        kept.store.replace(key, content)
    assert verify(kept).is_whole


def test_a_missing_document_and_an_extra_one_are_named(kept: Archive) -> None:
    [first, *_] = kept.iter_revisions("ledger/harbour/2026-02.jsonl")
    content = kept.store.get(first.path)
    kept.store.remove(first.path)
    kept.store.put_all([("articles/harbour/2026/02/30-other.md", content)])
    kept.store.put_all([("articles/notes.txt", b"x")])
    assert sorted(found(verify(kept))) == [
        ("extra", "articles/harbour/2026/02/30-other.md", None),
        ("extra", "articles/notes.txt", None),
        ("missing", first.path, None),
    ]


def test_a_changed_document_is_named(kept: Archive) -> None:
    [first, *_] = kept.iter_revisions("ledger/harbour/2026-02.jsonl")
    kept.store.replace(first.path, kept.store.get(first.path).replace("十二".encode(), "二十".encode()))
    assert [(kind, path) for kind, path, _ in found(verify(kept))] == [("changed", first.path)]


def test_a_removed_line_breaks_the_chain_at_the_next(kept: Archive) -> None:
    file = "ledger/harbour/2026-02.jsonl"
    lines = kept.store.get(file).splitlines(keepends=True)
    kept.store.replace(file, b"".join(lines[:1] + lines[2:]))
    kinds = found(verify(Archive(kept.store)))
    assert ("broken chain", file, 2) in kinds
    assert ("extra", json.loads(lines[1])["path"], None) in kinds


def test_cutting_the_end_of_a_ledger_with_its_documents_is_found(kept: Archive) -> None:
    file = "ledger/harbour/2026-02.jsonl"
    lines = kept.store.get(file).splitlines(keepends=True)
    kept.store.replace(file, b"".join(lines[:-1]))
    kept.store.remove(json.loads(lines[-1])["path"])
    assert [(kind, path) for kind, path, _ in found(verify(Archive(kept.store)))] == [("changed", file)]


def test_removing_a_whole_outlet_is_found(kept: Archive) -> None:
    for key, _ in [*kept.store.iter_keys("articles/harbour"), *kept.store.iter_keys("ledger/harbour")]:
        kept.store.remove(key)
    assert found(verify(Archive(kept.store))) == [("missing", "ledger/harbour/2026-02.jsonl", None)]


def test_a_torn_line_is_a_note_and_the_next_run_mends_it(kept: Archive) -> None:
    file = "ledger/harbour/2026-02.jsonl"
    kept.store.replace(file, kept.store.get(file) + b'{"half')
    result = verify(Archive(kept.store))
    assert result.is_whole
    assert len(result.findings) == 1
    fresh = Archive(kept.store)
    keep(fresh, make_draft(make_article(9)))
    assert found(verify(fresh)) == []


def test_pictures_are_proven_by_their_names(kept: Archive) -> None:
    picture = b"\x89PNG picture"
    digest = digest_of(picture)
    kept.store.put_all([(f"pictures/{digest[:2]}/{digest}.png", picture)])
    article = make_article(7, pictures=(Picture("https://harbour.example/p.png"),))
    keep(kept, make_draft(article, pictures={"https://harbour.example/p.png": digest}))
    assert verify(kept).is_whole
    kept.store.replace(f"pictures/{digest[:2]}/{digest}.png", picture + b"x")
    assert not verify(kept).is_whole
    kept.store.remove(f"pictures/{digest[:2]}/{digest}.png")
    assert [kind for kind, _, _ in found(verify(kept))] == ["missing"]


# -- take-down ----------------------------------------------------------------------------------------------------


def test_a_taken_down_article_leaves_no_word_and_an_unbroken_chain(kept: Archive, tmp_path: Path) -> None:
    article = make_article(8, headline="秘密标题", body="<p>秘密文字</p>")
    [first] = keep(kept, make_draft(article))
    [second] = keep(kept, make_draft(replace(article, body="<p>秘密文字改</p>"), first, why=("body",)))
    kept.take_down(first.article, first.path, "asked <for>", NOW)
    close(kept)
    assert verify(Archive(kept.store)).is_whole
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "秘密".encode() not in everything
    for path in (first.path, second.path):
        stone = kept.get_document(path)
        assert (stone.headline, stone.url) == ("Taken down", article.url)
        assert stone.body == "<p>Taken down on 2026-03-01: asked &lt;for&gt;</p>"
    assert len(list(kept.iter_article(first.article, first.path))) == 4


def test_a_take_down_that_was_killed_is_seen_and_can_be_finished(kept: Archive) -> None:
    [first, *_] = kept.iter_revisions("ledger/harbour/2026-02.jsonl")
    content = kept.store.get(first.path)
    kept.take_down(first.article, first.path, "asked for", NOW)
    kept.store.replace(first.path, content)
    assert [kind for kind, _, _ in found(verify(Archive(kept.store)))] == ["changed"]
    lines = len(list(kept.iter_revisions("ledger/harbour/2026-02.jsonl")))
    kept.take_down(first.article, first.path, "asked for", NOW + timedelta(days=1))
    assert verify(Archive(kept.store)).is_whole
    assert len(list(kept.iter_revisions("ledger/harbour/2026-02.jsonl"))) == lines


def test_a_picture_goes_with_the_last_article_that_used_it(kept: Archive) -> None:
    drafts, digests = [], []
    for number, content in ((11, b"own"), (12, b"shared"), (13, b"shared")):
        digest = digest_of(content)
        digests.append(digest)
        kept.store.put_all([(f"pictures/{digest[:2]}/{digest}.png", content)])
        drafts.append(make_draft(make_article(number), pictures={f"https://x/{number}": digest}))
    drafts[0] = replace(drafts[0], pictures={"https://x/11": digests[0], "https://x/12": digests[1]})
    lines = {line.entry_id: line for line in keep(kept, *drafts)}
    kept.take_down(lines["guid-11"].article, lines["guid-11"].path, "asked for", NOW)
    left = [key.rpartition("/")[2].partition(".")[0] for key, _ in kept.store.iter_keys("pictures")]
    assert left == [digests[1]]
    assert verify(Archive(kept.store)).is_whole


def test_taking_down_what_is_not_there_says_so(kept: Archive) -> None:
    with pytest.raises(NotFoundError, match="harbour/none"):
        kept.take_down("harbour/none", "articles/harbour/2026/02/28-none.md", "why", NOW)


def test_only_one_may_write(tmp_path: Path) -> None:
    with (
        only_writer(tmp_path / "state"),
        pytest.raises(EngineError, match="another broadsheet"),
        only_writer(tmp_path / "state"),
    ):
        pass
    with only_writer(tmp_path / "state"):
        pass


# -- pictures that came later ------------------------------------------------------------------------------------

ORIGIN, OTHER = "https://harbour.example/p.png", "https://harbour.example/q.png"


def keep_picture(archive: Archive, content: bytes) -> str:
    digest = digest_of(content)
    archive.store.put_all([(f"pictures/{digest[:2]}/{digest}.png", content)])
    return digest


def make_illustrated(archive: Archive) -> tuple[Article, Revision]:
    article = make_article(7, pictures=(Picture(ORIGIN), Picture(OTHER)))
    [line] = keep(archive, make_draft(article))
    return article, line


def test_a_picture_that_came_later_gets_a_line_of_the_same_revision(archive: Archive) -> None:
    _, first = make_illustrated(archive)
    digest = keep_picture(archive, b"\x89PNG later")
    [added] = archive.add_pictures(first.article, first.path, {ORIGIN: digest}, NOW + timedelta(hours=1))
    line = added.kept[0].revision
    assert (line.revision, line.path, line.sha256, line.why) == (1, first.path, first.sha256, ("pictures",))
    assert (line.pictures, line.captured) == ({ORIGIN: digest, OTHER: None}, NOW + timedelta(hours=1))
    assert line.published == first.published
    assert verify(Archive(archive.store)).findings == []


def test_a_revision_after_later_pictures_is_the_next_one(archive: Archive) -> None:
    article, first = make_illustrated(archive)
    digest = keep_picture(archive, b"\x89PNG later")
    [added] = archive.add_pictures(first.article, first.path, {ORIGIN: digest}, NOW)
    [second] = keep(archive, make_draft(replace(article, body="<p>改</p>"), added.kept[0].revision, why=("body",)))
    assert (second.revision, second.path) == (2, first.path.replace(".md", ".2.md"))
    other = keep_picture(archive, b"\x89PNG other")
    [again] = archive.add_pictures(first.article, first.path, {OTHER: other}, NOW)
    line = again.kept[0].revision
    assert (line.revision, line.path, line.pictures) == (2, second.path, {ORIGIN: digest, OTHER: other})
    assert verify(Archive(archive.store)).findings == []


def test_what_is_known_or_taken_down_gets_no_line(archive: Archive) -> None:
    _, first = make_illustrated(archive)
    digest = keep_picture(archive, b"\x89PNG later")
    archive.add_pictures(first.article, first.path, {ORIGIN: digest}, NOW)
    assert archive.add_pictures(first.article, first.path, {ORIGIN: digest}, NOW) == []
    archive.take_down(first.article, first.path, "asked for", NOW)
    assert archive.add_pictures(first.article, first.path, {OTHER: digest}, NOW) == []
    assert list(archive.store.iter_keys("pictures")) == []
    assert verify(Archive(archive.store)).findings == []
    with pytest.raises(NotFoundError, match="harbour/none"):
        archive.add_pictures("harbour/none", first.path, {ORIGIN: digest}, NOW)


def test_later_pictures_change_nothing_in_the_index_but_the_state_of_the_month(archive: Archive) -> None:
    article, first = make_illustrated(archive)
    kept, anew = MemoryIndex(), MemoryIndex()
    sync(archive, kept)
    before, [month] = kept.find_holding(first.article), kept.iter_months()
    digest = keep_picture(archive, b"\x89PNG later")
    additions = archive.add_pictures(first.article, first.path, {ORIGIN: digest}, NOW + timedelta(days=9))
    apply_additions(archive, kept, additions)
    assert kept.find_holding(first.article) == before
    [after] = kept.iter_months()
    assert (after.revisions, after.articles) == (1, 1)
    assert after.state != month.state
    rebuild(archive, anew)
    assert list(anew.iter_months()) == [after]
    assert anew.find_holding(first.article) == before
    assert anew.find_article("harbour", [f"url:{url_key(article.url)}"]) is not None


def test_a_clock_that_steps_back_over_a_month_does_not_break_the_chain(kept: Archive) -> None:
    for days in (40, 0, 70, -40, 70):
        kept.close_round("run", NOW, NOW + timedelta(days=days), {})
    assert verify(Archive(kept.store)).is_whole


def test_document_and_ledger_agree_on_the_millisecond(archive: Archive) -> None:
    [line] = keep(archive, make_draft(make_article(published=PUBLISHED.replace(microsecond=999_600))))
    assert archive.get_document(line.path).published == line.published


def test_a_line_that_gives_a_document_another_digest_is_found(kept: Archive) -> None:
    [first, *_] = kept.iter_revisions("ledger/harbour/2026-02.jsonl")
    other = replace(first, sha256="ab" * 32)
    head = kept.get_head("ledger/harbour/2026-02.jsonl")
    _, content, _ = chain([other, replace(first)], head)
    kept.store.append("ledger/harbour/2026-02.jsonl", content, at=head.size)
    kinds = [(one.kind, one.line) for one in verify(Archive(kept.store)).findings]
    assert kinds == [("changed", 6), ("changed", 7)]
