"""Taking over old mirrors: whole, in any order, as often as one likes, and never at the cost of good text."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import re
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.adapters.files import FileStore
from broadsheet.addresses.urls import is_web_address
from broadsheet.errors import EngineError, FormatError, NotFoundError
from broadsheet.formats.document import parse_document, parse_foreign
from broadsheet.html import canonical_body, iter_pictures, plain_text
from broadsheet.model import Article, Outlet, Revision
from broadsheet.policy.identity import Numbering
from broadsheet.services.archive import Archive, Draft
from broadsheet.services.archive.fixity import verify
from broadsheet.services.importing import Outlets, Takeover, _sorting, take_over
from broadsheet.services.importing._reading import Job, Prepared, prepare
from broadsheet.services.importing._sorting import sort_rows
from broadsheet.services.importing._sources import Place
from broadsheet.services.indexes.articles import apply_additions, rebuild
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.store import MemoryStore
from tests import reader50

pytestmark = pytest.mark.dated

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
OUTLET = Outlet("paper", "The Paper", home_url="https://paper.example/", language="zh-Hans")
DAY_MS = 86_400_000
BASE_MS = 1_600_000_000_000
LONG = "河边的小城早晨下了一场雨，集市照常开门，茶馆里坐满了人。"


def text_of(
    number: int, *, headline: str = "", body: str = "", ms: int | str | None = None, url: str | None = None
) -> str:
    """A mirror's document."""
    date = BASE_MS + number * DAY_MS if ms is None else ms
    address = f"https://paper.example/a/{number}" if url is None else url
    return f"<!--{date}-->\n[{headline or f'第{number}篇'}]({address})\n------\n\n{body or f'<p>{LONG}{number}</p>'}\n"


@dataclass
class Here:
    """An archive in memory."""

    root: Path
    store: MemoryStore
    archive: Archive
    index: MemoryIndex

    def take(self, source: Path, *, outlet: Outlet = OUTLET, batch: int = 512, now: datetime = NOW) -> Takeover:
        account = take_over(
            [source],
            Outlets(only=outlet),
            archive=self.archive,
            index=self.index,
            now=now,
            scratch=self.root / "scratch",
            batch=batch,
        )
        assert account.is_balanced
        assert list((self.root / "scratch").iterdir()) == []
        return account

    def files(self) -> dict[str, bytes]:
        return {key: self.store.get(key) for key, _ in self.store.iter_keys("")}

    def lines(self) -> list[Revision]:
        return [line for file, _ in self.archive.iter_ledger_files() for line in self.archive.iter_revisions(file)]

    def reopen(self) -> None:
        """What a new process sees: the same bytes, and an index filled anew."""
        self.archive, self.index = Archive(self.store), MemoryIndex()
        rebuild(self.archive, self.index)


def make_here(root: Path) -> Here:
    store = MemoryStore()
    return Here(root, store, Archive(store), MemoryIndex())


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return make_here(tmp_path)


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


def fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def pack(path: Path, files: dict[str, str], mode: str) -> Path:
    with tarfile.open(path, f"w:{mode}") as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            tar.addfile(member, io.BytesIO(content.encode()))
    return path


MIXED: dict[str, str | bytes] = {
    "voa/1048575.md": text_of(1, body="<div><i>Sun, 13 Sep 2020 12:26:40 GMT</i></div><p>" + LONG + "</p>"),
    "voa/1048574.md": text_of(2, ms="NaN"),
    "cdt/1045747_第三篇.md": (
        "[第三篇](https://paper.example/a/3)\n------\n日期：Wed, 16 Sep 2020 12:26:40 +0000\n\n<p>三</p>\n"
    ),
    "_posts/2020-09-17-第四篇.md": (
        '---\nlayout: post\ntitle: "第四篇: 说"不""\ndate: 2020-09-17T12:26:40.000Z\nauthor: 王小明\n'
        "from: https://paper.example/a/4\ntags: [ 小城 ]\ncategories: [ 地方 ]\n---\n\n"
        "<article>\n<p>四</p>\n</article>\n"
    ),
    "_posts/2020-09-18-第五篇.md": (
        '---\ntitle: "第五篇"\ndate: 2020-09-18T12:26:40.201Z\nfrom: https://paper.example/a/5\n---\n'
        "<!--NaN-->\n[第五篇](https://paper.example/a/5)\n------\n\n<p>五</p><p>（此文依据了法新社的报道。）</p>\n"
    ),
}


def test_every_dialect_arrives_with_its_body_exact(here: Here, mirror: Path) -> None:
    fill(mirror, MIXED)
    account = here.take(mirror)
    assert (account.listed, account.kept, account.revised) == (5, 5, 0)
    assert account.dialects == {"mirror": 1, "mirror-undated": 1, "early": 1, "jekyll-html": 1, "jekyll-undated": 1}
    by_url = {line.url: line for line in here.lines()}
    for name, content in MIXED.items():
        foreign = parse_foreign(str(content).encode(), name=name)
        line = by_url[foreign.document.url]
        assert parse_document(here.store.get(line.path)) == foreign.document
        assert line.imported is not None
        assert line.imported["name"] == name
        assert line.imported["dialect"] == foreign.dialect
    assert by_url["https://paper.example/a/1"].path.startswith("articles/paper/2020/09/13-")
    assert by_url["https://paper.example/a/1"].published_from == "document"
    assert by_url["https://paper.example/a/4"].byline == "王小明"
    assert by_url["https://paper.example/a/4"].categories == ("地方", "小城")
    assert verify(here.archive).is_whole


def test_an_unknown_date_stays_unknown_and_stands_where_the_mirror_saw_it(here: Here, mirror: Path) -> None:
    fill(mirror, MIXED)
    here.take(mirror)
    line = next(line for line in here.lines() if line.url.endswith("/5"))
    assert line.published_from == "capture"
    assert line.path.startswith("articles/paper/2020/09/18-")
    assert here.store.get(line.path).startswith(b"<!--NaN-->\n")
    assert line.agency is not None
    assert (line.agency.name, line.agency.words) == ("AFP", "（此文依据了法新社的报道。）")
    line = next(line for line in here.lines() if line.url.endswith("/2"))
    assert (line.published_from, line.captured) == ("capture", NOW)


def test_a_mirror_document_is_written_byte_for_byte(here: Here, mirror: Path) -> None:
    fill(mirror, {"1.md": text_of(1, headline="[專題]甲：“乙”")})
    here.take(mirror)
    assert here.store.get(here.lines()[0].path) == (mirror / "1.md").read_bytes()


def test_importing_twice_changes_nothing(here: Here, mirror: Path) -> None:
    fill(mirror, MIXED | {"again/1.md": MIXED["voa/1048575.md"]})
    first = here.take(mirror)
    assert (first.kept, first.known) == (5, 1)
    before = here.files()
    here.reopen()
    second = here.take(mirror, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert (second.listed, second.kept, second.known) == (6, 0, 6)
    assert here.files() == before


@pytest.mark.parametrize("mode", ["", "gz", "xz", "bz2"])
def test_a_tar_file_gives_the_same_archive_as_its_folder(here: Here, mirror: Path, tmp_path: Path, mode: str) -> None:
    files = {f"./{name}": str(content) for name, content in MIXED.items()}
    other = make_here(tmp_path / "other")
    other.root.mkdir()
    packed = here.take(pack(tmp_path / f"mirror.tar.{mode or 'x'}", files, mode))
    plain = other.take(fill(mirror, MIXED))
    assert packed.kept == plain.kept == 5
    assert {line.sha256 for line in here.lines()} == {line.sha256 for line in other.lines()}
    assert [line.path for line in here.lines()] == [line.path for line in other.lines()]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(7)), st.integers(1, 4))
def test_the_order_of_files_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], batch: int
) -> None:
    texts = [
        text_of(1), text_of(2), text_of(1, ms=BASE_MS + 5 * DAY_MS, body=f"<p>{LONG}改过。</p>"),
        text_of(1, ms="NaN", headline="另一个标题"), text_of(3, ms="NaN"), text_of(1), text_of(2, headline="改题"),
    ]  # fmt: skip
    root = tmp_path_factory.mktemp("order")
    one, two = make_here(root), make_here(root)
    straight = pack(root / "straight.tar", {f"{number}.md": texts[number] for number in range(7)}, "")
    shuffled = pack(root / "shuffled.tar", {f"{number}.md": texts[number] for number in order}, "")
    first, second = one.take(straight, batch=batch), two.take(shuffled)
    assert one.files() == two.files()
    assert (first.kept, first.revised, first.known) == (second.kept, second.revised, second.known) == (6, 3, 1)


def test_texts_of_one_address_become_revisions_in_the_order_of_their_dates(here: Here, mirror: Path) -> None:
    fill(
        mirror,
        {
            "c.md": text_of(1, ms=BASE_MS + 2 * DAY_MS, headline="第三个标题"),
            "a.md": text_of(1, ms=BASE_MS),
            "b.md": text_of(1, ms=BASE_MS + DAY_MS, body=f"<p>{LONG}改过一句。</p>"),
            "d.md": text_of(1, ms=BASE_MS + 3 * DAY_MS, headline="第三个标题", body=f"<div><p>{LONG}1</p>\n</div>"),
        },
    )
    account = here.take(mirror)
    lines = here.lines()
    assert [line.revision for line in lines] == [1, 2, 3]
    assert [line.why for line in lines] == [("first",), ("rewrite",), ("headline", "rewrite")]
    assert len({line.path.rpartition("/")[0] for line in lines}) == 1
    assert account.known == 1
    assert account.revised == 2


def test_markup_alone_makes_no_revision_and_a_text_cut_short_never_follows(here: Here, mirror: Path) -> None:
    fill(
        mirror,
        {
            "a.md": text_of(1, body=f"<p>{LONG}</p><p>{LONG * 3}</p>"),
            "b.md": text_of(1, ms=BASE_MS + 2 * DAY_MS, body=f'<p style="x">{LONG}</p>\n<p>{LONG * 3}</p>'),
            "c.md": text_of(1, ms=BASE_MS + 3 * DAY_MS, body=f"<p>{LONG}</p>"),
        },
    )
    account = here.take(mirror)
    assert (account.kept, account.known, dict(account.skipped)) == (1, 1, {"shorter than the text we have": 1})
    assert any(problem.sentence.startswith("c.md: ") for problem in account.problems)


def test_two_pieces_of_one_headline_and_one_second_are_two_articles(here: Here, mirror: Path) -> None:
    fill(mirror, {"a.md": text_of(1, headline="早报", ms=BASE_MS), "b.md": text_of(2, headline="早报", ms=BASE_MS)})
    here.take(mirror)
    assert len({line.article for line in here.lines()}) == 2


def test_what_cannot_be_read_is_named_with_file_line_and_reason_and_costs_nothing_else(
    here: Here, mirror: Path
) -> None:
    fill(
        mirror,
        {
            "good.md": text_of(1),
            "README.md": "# A mirror\n",
            "gbk.md": text_of(2, body="<p>早晨的小城下了一场雨</p>").encode("gb18030"),
            "nowhere.md": text_of(3, url=""),
            "script.md": text_of(4, url="javascript:alert(1)"),
            "relative.md": text_of(5, url="/a/5"),
            "notes.txt": "no document",
            ".git/x.md": "left out",
        },
    )
    account = here.take(mirror)
    assert (account.listed, account.kept) == (8, 2)
    assert dict(account.skipped) == {"not a document": 2, "hidden": 1}
    assert dict(account.failed) == {"broken document": 1, "no address": 2}
    for start in (
        "README.md: not a document: ",
        "notes.txt: not a document: ",
        ".git: hidden",
        "gbk.md: line 2: ",
        "nowhere.md: line 2: ",
        "script.md: line 2: ",
    ):
        assert any(problem.sentence.startswith(start) for problem in account.problems)
    assert "iconv" in " ".join(problem.sentence for problem in account.problems)
    assert {line.url for line in here.lines()} == {"https://paper.example/a/1", "https://paper.example/a/5"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(MIXED)), st.integers(0, 400), st.binary(max_size=6)), max_size=6))
def test_damage_costs_only_the_damaged_file(
    tmp_path_factory: pytest.TempPathFactory, wounds: list[tuple[str, int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("wounds")
    files = {name: str(content).encode() for name, content in MIXED.items()}
    for name, at, wound in wounds:
        files[name] = files[name][:at] + wound + files[name][at + len(wound) // 2 :]
    here = make_here(folder)
    account = here.take(fill(folder / "mirror", dict(files)))
    unhurt = {f"https://paper.example/a/{number}" for number in range(1, 6)} - {
        parse_foreign(str(MIXED[name]).encode()).document.url for name, _, _ in wounds
    }
    assert unhurt <= {line.url for line in here.lines()}
    assert account.listed == 5
    assert verify(here.archive).is_whole


def test_a_tar_file_that_breaks_off_gives_what_stands_before_the_break(here: Here, tmp_path: Path) -> None:
    chance = random.Random(1)
    files = {f"{number}.md": text_of(number, body=f"<p>{chance.randbytes(3000).hex()}</p>") for number in range(40)}
    path = pack(tmp_path / "mirror.tar.gz", files, "gz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    account = here.take(path)
    assert 5 < account.kept < 40
    assert any("breaks off after" in problem.sentence for problem in account.problems)


def test_sources_that_are_none_are_refused(here: Here, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such"):
        here.take(tmp_path / "nothing")
    (tmp_path / "mirror.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd not for us")
    with pytest.raises(FormatError, match="unpack it"):
        here.take(tmp_path / "mirror.tar.zst")


def test_one_document_is_a_source_too(here: Here, tmp_path: Path) -> None:
    (tmp_path / "1032737.md").write_text(text_of(1), encoding="utf-8")
    assert here.take(tmp_path / "1032737.md").kept == 1


def test_links_and_names_that_leave_the_folder_lead_nowhere(here: Here, mirror: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(text_of(9), encoding="utf-8")
    os.symlink(secret, mirror / "link.md")
    os.symlink(tmp_path, mirror / "up")
    fill(mirror, {"1.md": text_of(1)})
    account = here.take(mirror)
    assert (account.listed, account.kept, dict(account.skipped)) == (3, 1, {"symbolic link": 2})
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo("link.md")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        tar.addfile(link)
        for name in ("../../outside.md", "/absolute.md"):
            member = tarfile.TarInfo(name)
            member.size = len(text_of(2).encode())
            tar.addfile(member, io.BytesIO(text_of(2).encode()))
    account = here.take(path)
    assert (account.listed, account.kept, account.known) == (3, 1, 1)
    assert dict(account.skipped) == {"symbolic link": 1}
    assert not (tmp_path.parent / "outside.md").exists()


def test_a_taken_down_article_does_not_come_back(here: Here, mirror: Path) -> None:
    fill(mirror, {"1.md": text_of(1)})
    here.take(mirror)
    line = here.lines()[0]
    apply_additions(here.archive, here.index, here.archive.take_down(line.article, line.path, "asked for", NOW))
    fill(mirror, {"2.md": text_of(1, headline="他题")})
    account = here.take(mirror)
    assert dict(account.skipped) == {"taken down": 2}
    assert LONG.encode() not in b"".join(here.files().values())


def keep_from_feed(here: Here, body: str) -> None:
    url = "https://paper.example/a/1"
    article = Article(
        "paper", url, url, "第1篇", body, published=datetime(2020, 9, 14, tzinfo=UTC), published_from="feed"
    )
    held = here.index.find_article("paper", ["url:paper.example/a/1"])
    assert held is None
    additions = here.archive.keep_all([Draft("paper/77", article, NOW)])
    apply_additions(here.archive, here.index, additions)


def test_a_mirror_never_puts_an_old_text_after_one_from_the_feed(here: Here, mirror: Path) -> None:
    keep_from_feed(here, f"<p>{LONG}新的。</p>")
    fill(mirror, {"1.md": text_of(1, body=f"<p>{LONG}旧的。</p>"), "2.md": text_of(1, body=f"<div>{LONG}新的。</div>")})
    account = here.take(mirror)
    assert (account.kept, account.known, dict(account.skipped)) == (0, 1, {"the article is kept from its feed": 1})
    assert len(here.lines()) == 1


def test_a_second_mirror_adds_later_texts_and_no_older_ones(here: Here, mirror: Path, tmp_path: Path) -> None:
    fill(mirror, {"1.md": text_of(1, ms=BASE_MS + 5 * DAY_MS)})
    here.take(mirror)
    later = fill(tmp_path / "later", {"1.md": text_of(1, ms=BASE_MS + 6 * DAY_MS, headline="后来")})
    older = fill(tmp_path / "older", {"1.md": text_of(1, ms=BASE_MS, headline="从前")})
    assert here.take(later).revised == 1
    assert dict(here.take(older).skipped) == {"older than the text we have": 1}
    assert [line.revision for line in here.lines()] == [1, 2]


def test_an_outlet_s_own_numbers_name_its_articles(here: Here, mirror: Path) -> None:
    fill(mirror, {"1.md": text_of(7184661)})
    numbering = Numbering({"paper.example": re.compile(r"/a/(\d+)$")})
    take_over(
        [mirror], Outlets(only=OUTLET), archive=here.archive, index=here.index, now=NOW, scratch=here.root / "s",
        numbering=numbering,
    )  # fmt: skip
    assert here.lines()[0].article == "paper/7184661"


def test_dates_in_the_future_are_not_believed(here: Here, mirror: Path) -> None:
    fill(mirror, {"1.md": text_of(1, ms=4_000_000_000_000)})
    account = here.take(mirror)
    assert here.lines()[0].published_from == "capture"
    assert account.notes["dated in the future"] == 1


class BrokenStore(MemoryStore):
    """Fails at the n-th write, as a full disk or a kill does."""

    def __init__(self, fail_at: int) -> None:
        super().__init__()
        self.left = fail_at

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise EngineError("the disk is full")

    def put_all(self, files: object) -> int:
        written = 0
        for key, content in files:  # type: ignore[attr-defined]
            self._step()
            written += super().put_all([(key, content)])
        return written

    def append(self, key: str, content: bytes, *, at: int, cut_tail: bool = False) -> None:
        self._step()
        super().append(key, content, at=at, cut_tail=cut_tail)


@pytest.mark.parametrize("fail_at", range(1, 15))
def test_an_import_that_was_stopped_anywhere_goes_on_and_ends_the_same(
    tmp_path: Path, mirror: Path, fail_at: int
) -> None:
    files: dict[str, str | bytes] = {f"{number}.md": text_of(number * 9) for number in range(6)}
    files |= {f"{number}-later.md": text_of(number * 9, ms=BASE_MS + 99 * DAY_MS, headline="改") for number in range(3)}
    fill(mirror, files)
    whole = make_here(tmp_path)
    whole.take(mirror, batch=2)
    store = BrokenStore(fail_at)
    broken = Here(tmp_path, store, Archive(store), MemoryIndex())
    with pytest.raises(EngineError):
        broken.take(mirror, batch=2)
    assert list((tmp_path / "scratch").iterdir()) == []
    broken.reopen()
    account = broken.take(mirror, batch=2)
    assert account.listed == 9
    assert not account.failed
    articles = {key: value for key, value in broken.files().items() if key.startswith("articles/")}
    assert articles == {key: value for key, value in whole.files().items() if key.startswith("articles/")}
    assert verify(broken.archive).is_whole


def test_work_may_be_spread_and_is_watched(here: Here, mirror: Path, tmp_path: Path) -> None:
    fill(mirror, {f"{number}.md": text_of(number) for number in range(10)})
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        other = make_here(tmp_path)
        take_over(
            [mirror],
            Outlets(only=OUTLET),
            archive=other.archive,
            index=other.index,
            now=NOW,
            scratch=tmp_path,
            spread=pool.map,
        )
    seen: list[tuple[str, int, int | None]] = []
    sizes: list[int] = []

    def spread(function: Callable[[object], object], work: object, /) -> Iterator[object]:
        jobs = list(work)  # type: ignore[call-overload]
        sizes.append(len(jobs))
        return iter([function(job) for job in jobs])

    account = take_over(
        [mirror], Outlets(only=OUTLET), archive=here.archive, index=here.index, now=NOW, scratch=here.root / "s",
        spread=spread, watch=lambda *told: seen.append(told), batch=4,  # type: ignore[arg-type]
    )  # fmt: skip
    assert account.kept == 10
    assert sizes == [1] * 6
    assert here.files() == other.files()
    assert seen[0] == ("reading", 4, 10)
    assert seen[-1] == ("keeping", 10, 10)


def test_the_account_speaks_to_people_and_to_scripts(here: Here, mirror: Path) -> None:
    fill(mirror, MIXED | {"bad.md": "x", "old.md": text_of(1, headline="改题")})
    account = here.take(mirror)
    assert (
        account.sentence
        == "mirror: listed 7 = kept 6 (1 as later revisions) + known 0 + skipped 1 (not a document 1) + failed 0"
    )
    told = account.as_json()
    assert [problem["file"] for problem in told["problems"]] == ["bad.md"]  # type: ignore[attr-defined]
    assert told["skipped"] == {"not a document": 1}
    assert told["outlets"] == {"paper": 6}
    assert "problems" not in account.account()


def test_problems_are_bounded() -> None:
    account = Takeover()
    for number in range(5000):
        account.fail(f"{number}.md", "not a document", "no")
    assert len(account.problems) == 1000
    assert account.unsaid == 4000
    assert account.as_json()["problems_not_shown"] == 4000
    account.most = None
    account.fail("last.md", "not a document", "no")
    assert account.problems[-1].sentence == "last.md: no"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=60), st.integers(1, 7))
def test_rows_are_sorted_whether_they_fit_or_not(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]], run: int
) -> None:
    folder = tmp_path_factory.mktemp("sort")
    before, _sorting._RUN, _sorting._FAN_IN = (_sorting._RUN, _sorting._FAN_IN), run, 2
    try:
        found = [tuple(row) for row in sort_rows(([*row] for row in rows), folder, "x")]
    finally:
        _sorting._RUN, _sorting._FAN_IN = before
    assert found == sorted(rows)


def test_an_imported_archive_is_read_without_us(tmp_path: Path, mirror: Path) -> None:
    fill(mirror, MIXED)
    archive = tmp_path / "archive"
    store = FileStore(archive)
    take_over(
        [mirror], Outlets(only=OUTLET), archive=Archive(store), index=MemoryIndex(), now=NOW, scratch=tmp_path / "s"
    )
    found = {url: (date, headline, text) for date, headline, url, text in reader50.iter_documents(archive)}
    assert len(found) == 5
    assert found["https://paper.example/a/4"] == ("2020-09-17T12:26:40+00:00", '第四篇: 说"不"', "四")
    for path in (archive / "articles").rglob("*.md"):
        parse_document(path.read_bytes())


def test_the_early_documents_of_the_corpus_are_taken_over_whole(shared: Path, here: Here) -> None:
    account = here.take(shared / "corpus" / "mirror-early.tar.xz")
    assert (account.listed, account.kept, account.problems) == (60, 60, [])


@pytest.mark.slow
def test_the_corpus_is_taken_over_whole(shared: Path, here: Here) -> None:
    account = here.take(shared / "corpus" / "mirror-posts.tar.xz")
    assert (account.listed, account.failed.total()) == (1410, 0)
    assert account.kept + account.known + account.skipped.total() == 1410
    assert account.kept > 1380
    assert account.revised > 5
    assert verify(here.archive).is_whole
    before = here.files()
    here.reopen()
    again = here.take(shared / "corpus" / "mirror-posts.tar.xz")
    assert again.kept == 0
    assert here.files() == before


LINKED = "<p>见<a href='/b'>另文</a>和<a href='//facebook.com/sharer?u=1'>分享</a></p><img src='p.jpg'><p>完</p>"


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{LONG}</p><img src='https://p.example/1.jpg' width='100%'><p>（法新社）</p>",
        LINKED,
        "<p>一</p>\n<p>二</p>",
        "一行\n\n两行",
    ],
)
def test_the_text_that_goes_along_is_the_text_of_the_body_as_it_came(here: Here, mirror: Path, body: str) -> None:
    path = mirror / "9.md"
    path.write_text(text_of(9, body=body), encoding="utf-8")
    found = prepare(Job(Place(path.name, str(path), 0, path.stat().st_size), NOW, outlet=OUTLET))
    assert isinstance(found, Prepared)
    assert found.text == plain_text(found.article.body)
    assert found.article.pictures == tuple(iter_pictures(canonical_body(body, base_url=found.article.url)))
    assert all(is_web_address(picture.url) for picture in found.article.pictures)
