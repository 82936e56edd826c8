"""Documents that stand alone: with the outlet's date, and pictures that show where their origin is out of reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.adapters.files import FileStore
from broadsheet.formats.document import (
    format_document,
    is_format_2,
    iter_kept_pictures,
    parse_document,
    plain,
    plain_document,
    write_body,
)
from broadsheet.formats.ledger import digest_of
from broadsheet.html import canonical_body, iter_pictures, plain_text, with_alternatives
from broadsheet.model import Article, Picture
from broadsheet.services.archive import Archive, picture_key
from broadsheet.services.archive.fixity import verify
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, keep, make_article, make_draft
from tests.reader50 import read_document

PNG = b"\x89PNG a picture of the pier"
ORIGIN = "https://pictures.example/pier.png?a=1&b=2"
FIGURE = '<figure><img src="https://pictures.example/pier.png?a=1&amp;b=2"><figcaption>白沙码头</figcaption></figure>'
BODY = f"{FIGURE}\n<p>渡轮明天复航。</p>"
KEY = picture_key(digest_of(PNG), "png")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(FileStore(tmp_path))


def illustrated() -> Article:
    return make_article(body=BODY, pictures=(Picture(ORIGIN, caption="白沙码头"),))


def keep_illustrated(archive: Archive, *, is_kept: bool = True) -> str:
    if is_kept:
        archive.store.put_all([(KEY, PNG)])
    draft = make_draft(illustrated())
    [line] = keep(archive, replace(draft, pictures={ORIGIN: digest_of(PNG) if is_kept else None}))
    return line.path


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>一段文字 & more</p>",
            "<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div>",
            "<i>Mon, 17 Jul 2023 21:57:30 GMT</i>",
            "Mon, 17 Jul 2023 21:57:30 GMT",
            '<figure><img src="https://p.example/1.jpg?a&b"><figcaption>说明 "一" > 二</figcaption></figure>',
            '<a href="https://p.example/big"><img src="https://p.example/2.jpg" alt=" " width=3></a>',
            f'<a href="https://p.example/3.jpg"><img src="../../../../{KEY}" alt="x"></a>',
            f'<img src="{KEY}">',
            '<table><tr><td><img src="https://p.example/4.gif" alt="四"></td></tr></table>',
            "<a href='https://p.example/1.jpg'>",
            "</a><pre>\n\nx</pre>",
        ]
    ),
    max_size=6,
).map("".join)
ORIGINS = {picture.url for part in (BODY,) for picture in iter_pictures(part)} | {
    "https://p.example/1.jpg?a&b",
    "https://p.example/2.jpg",
    "https://p.example/4.gif",
}


@given(
    MARKUP,
    st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    st.booleans(),
    st.sets(st.sampled_from(sorted(ORIGINS))),
)
def test_what_is_written_reads_as_the_plain_body_byte_for_byte(
    markup: str, published: datetime | None, is_day: bool, kept: set[str]
) -> None:
    body = canonical_body(markup)
    path = "articles/harbour/2026/02/28-abc.md"
    written = write_body(body, path, published, is_day=is_day, kept=dict.fromkeys(kept, KEY))
    assert plain(written) == body
    shown = {origin for origin, _ in iter_kept_pictures(written)}
    assert shown == {picture.url for picture in iter_pictures(body)} & kept


@given(MARKUP, st.text(alphabet="渡轮 a\"<>&'\xa0", max_size=8))
def test_every_picture_gets_words_and_the_body_stays_canonical(markup: str, headline: str) -> None:
    body = canonical_body(markup)
    named = with_alternatives(body, headline)
    assert canonical_body(named) == named
    assert plain_text(named) == plain_text(body)
    if headline.split():
        assert all((picture.alt or "").strip() for picture in iter_pictures(named))


def test_a_document_shows_its_date_and_its_picture_and_says_format_2(archive: Archive) -> None:
    path = keep_illustrated(archive)
    lines = archive.store.get(path).decode().split("\n")
    assert lines[4] == f"<div><i>{PUBLISHED:%a, %d %b %Y %H:%M:%S} GMT</i></div>"
    assert lines[5] == (
        '<figure><a href="https://pictures.example/pier.png?a=1&amp;b=2">'
        f'<img src="../../../../{KEY}" alt="白沙码头"></a><figcaption>白沙码头</figcaption></figure>'
    )
    [line] = archive.iter_revisions("ledger/harbour/2026-02.jsonl")
    assert (line.format, line.listed) == (2, None)
    assert verify(archive).is_whole
    date, _, _, text = read_document("\n".join(lines))
    assert datetime.fromisoformat(date) == PUBLISHED.replace(microsecond=0)
    assert text == "白沙码头\n渡轮明天复航。"


def test_what_an_archive_gives_to_read_has_neither(archive: Archive) -> None:
    document = archive.get_document(keep_illustrated(archive))
    assert [picture.url for picture in iter_pictures(document.body)] == [ORIGIN]
    assert plain_text(document.body) == "白沙码头\n渡轮明天复航。"
    assert (document.published, document.listed) == (PUBLISHED, None)


def test_a_picture_that_is_not_kept_stays_at_its_origin_for_ever(archive: Archive) -> None:
    path = keep_illustrated(archive, is_kept=False)
    before = archive.store.get(path)
    assert b'<figure><img src="https://pictures.example/pier.png?a=1&amp;b=2" alt="' in before
    archive.store.put_all([(KEY, PNG)])
    [line] = archive.iter_revisions("ledger/harbour/2026-02.jsonl")
    archive.add_pictures(line.article, path, {ORIGIN: digest_of(PNG)}, NOW)
    assert archive.store.get(path) == before
    assert verify(archive).is_whole


@pytest.mark.parametrize(
    ("published", "published_from", "first"),
    [
        (None, "capture", '<figure><img src="'),
        (datetime(2023, 7, 17, tzinfo=UTC), "url", "<div><i>Mon, 17 Jul 2023</i></div>"),
        (datetime(2023, 7, 17, 1, 2, 3, 456_000, UTC), "feed", "<div><i>Mon, 17 Jul 2023 01:02:03 GMT</i></div>"),
    ],
)
def test_the_date_line_says_what_is_known(
    archive: Archive, published: datetime | None, published_from: str, first: str
) -> None:
    article = replace(illustrated(), published=published, published_from=published_from)  # type: ignore[arg-type]
    [line] = keep(archive, make_draft(article))
    assert archive.store.get(line.path).decode().split("\n")[4].startswith(first)
    read = archive.get_document(line.path)
    assert (read.published, read.listed) == (published, None)


def test_after_a_kill_the_same_text_with_other_pictures_at_hand_is_one_revision(tmp_path: Path) -> None:
    """The pictures came in the first attempt, and cannot be had in the second, or the other way round."""
    for first, then in ((True, False), (False, True)):
        before = Archive(MemoryStore())
        path = keep_illustrated(before, is_kept=first)
        archive = Archive(FileStore(tmp_path / str(first)))
        archive.store.put_all([(path, before.store.get(path)), (KEY, PNG)])
        assert keep_illustrated(archive, is_kept=then) == path
        assert archive.store.get(path) == before.store.get(path)
        [line] = archive.iter_revisions("ledger/harbour/2026-02.jsonl")
        assert (line.revision, line.why, line.sha256) == (1, ("first",), digest_of(before.store.get(path)))
        assert line.pictures == {ORIGIN: digest_of(PNG)}
        assert verify(archive).is_whole


def test_a_document_of_format_1_left_by_a_kill_is_the_same_revision(archive: Archive) -> None:
    [line] = keep(Archive(MemoryStore()), make_draft(make_article()))
    old = plain_document(parse_document(_bytes_of(make_article())))
    archive.store.put_all([(line.path, format_document(old))])
    [kept] = keep(archive, make_draft(make_article()))
    assert (kept.revision, kept.format, kept.sha256) == (1, 1, digest_of(format_document(old)))
    assert verify(archive).is_whole


def _bytes_of(article: Article) -> bytes:
    archive = Archive(MemoryStore())
    [line] = keep(archive, make_draft(article))
    return archive.store.get(line.path)


def test_another_text_left_by_a_kill_keeps_its_pictures_in_its_line(archive: Archive) -> None:
    before = Archive(MemoryStore())
    path = keep_illustrated(before)
    archive.store.put_all([(path, before.store.get(path)), (KEY, PNG)])
    changed = replace(illustrated(), body=f"{FIGURE}\n<p>渡轮不再复航。</p>")
    first, second = keep(archive, replace(make_draft(changed), pictures={ORIGIN: digest_of(PNG)}))
    assert (first.pictures, first.format, second.revision) == ({ORIGIN: digest_of(PNG)}, 2, 2)
    assert verify(archive).is_whole


def test_a_document_that_shows_a_picture_its_line_does_not_know_is_found(archive: Archive, tmp_path: Path) -> None:
    path = keep_illustrated(archive)
    file = tmp_path / "ledger/harbour/2026-02.jsonl"
    file.write_bytes(file.read_bytes().replace(f'"{digest_of(PNG)}"'.encode(), b"null"))
    assert ("changed", path) in [(one.kind, one.path) for one in verify(archive).findings]


def test_a_lost_picture_of_a_document_is_damage(archive: Archive, tmp_path: Path) -> None:
    keep_illustrated(archive)
    (tmp_path / KEY).unlink()
    assert [one.kind for one in verify(archive).findings] == ["missing"]


def test_a_tombstone_shows_nothing(archive: Archive) -> None:
    path = keep_illustrated(archive)
    [line] = archive.iter_revisions("ledger/harbour/2026-02.jsonl")
    archive.take_down(line.article, path, "the author asked", NOW + timedelta(days=1))
    assert not is_format_2(parse_document(archive.store.get(path)))
    assert [line.format for line in archive.iter_revisions("ledger/harbour/2026-02.jsonl")] == [2, 1]
    assert verify(archive).is_whole
