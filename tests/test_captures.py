"""Captures in their files: kept, read, dropped, expired, proven, and killed at any step."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet.archive import Archive
from broadsheet.captures import Captures, part_of
from broadsheet.decide.removal import speaks_of
from broadsheet.engines.files import FileStore
from broadsheet.engines.store_memory import MemoryStore
from broadsheet.errors import EngineError, FixityError, NotFoundError
from broadsheet.fixity import Finding, verify
from broadsheet.ledger import digest_of
from broadsheet.model import Capture, Revision
from tests.making import NOW, keep, make_article, make_draft
from tests.test_kill import count_steps, in_child

PLACE = "captures/2026/03/01.warc.gz"
FEED = "https://harbour.example/rss.xml"


def make_capture(number: int = 1, text: str = "", **changes: object) -> Capture:
    """The page of the article ``number`` of ``make_article``."""
    url = make_article(number).url
    body = f"<html><p>第{number}页{text}</p></html>".encode()
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return replace(Capture(url, url, 200, headers, body, NOW + timedelta(seconds=number)), **changes)  # type: ignore[arg-type]


def noise(number: int, size: int) -> bytes:
    """Bytes that no compression makes smaller."""
    return random.Random(number).randbytes(size)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def places(captures: Captures) -> list[str]:
    return [place for place, _ in captures.iter_places()]


# -- keeping and reading ------------------------------------------------------------------------------------------


def test_what_is_kept_is_got_by_place_and_digest(store: MemoryStore) -> None:
    made = [make_capture(1), make_capture(2)]
    kept = Captures(store).keep_all(made)
    assert [(one.place, one.digest) for one in kept] == [(PLACE, digest_of(one.body)) for one in made]
    assert [Captures(store).get_capture(one.place, one.digest) for one in kept] == made
    assert list(Captures(store).iter_captures(PLACE)) == made


def test_the_ledgers_digest_finds_the_record_with_zgrep(tmp_path: Path) -> None:
    [kept] = Captures(FileStore(tmp_path)).keep_all([make_capture()])
    found = subprocess.run(["zgrep", "-ac", kept.digest, tmp_path / PLACE], capture_output=True, check=True)
    assert int(found.stdout) == 2
    subprocess.run(["gzip", "-t", tmp_path / PLACE], check=True)


def test_captures_go_where_their_day_in_utc_is_and_come_back_in_the_order_given(store: MemoryStore) -> None:
    late = make_capture(3, captured=NOW + timedelta(hours=12))
    kept = Captures(store).keep_all([late, make_capture(1), replace(late, body=b"4")])
    assert [one.place for one in kept] == ["captures/2026/03/02.warc.gz", PLACE, "captures/2026/03/02.warc.gz"]
    assert places(Captures(store)) == [PLACE, "captures/2026/03/02.warc.gz"]


def test_one_call_is_one_append_per_file(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    appended: list[str] = []
    true = store.append

    def append(key: str, content: bytes, *, at: int, cut_tail: bool = False) -> None:
        appended.append(key)
        true(key, content, at=at, cut_tail=cut_tail)

    monkeypatch.setattr(store, "append", append)
    captures = Captures(store)
    captures.keep_all(make_capture(number) for number in range(50))
    captures.keep_all([])
    captures.keep_all([make_capture(51)])
    assert appended == [PLACE, PLACE]


def test_the_next_process_goes_on_where_the_last_one_ended(store: MemoryStore) -> None:
    made = [make_capture(number) for number in range(4)]
    for one in made:
        Captures(store).keep_all([one])
    assert list(Captures(store).iter_captures(PLACE)) == made
    assert store.get(PLACE).count(b"\x1f\x8b\x08") == 1 + 3 * 4


def test_a_day_that_grows_too_large_goes_on_in_parts(store: MemoryStore) -> None:
    made = [make_capture(number, body=noise(number, 3000)) for number in range(40)]
    captures = Captures(store, part_bytes=20_000)
    kept = captures.keep_all(made[:25]) + Captures(store, part_bytes=20_000).keep_all(made[25:])
    assert len(places(captures)) > 5
    assert places(captures)[:3] == [PLACE, "captures/2026/03/01-2.warc.gz", "captures/2026/03/01-3.warc.gz"]
    assert "captures/2026/03/01-10.warc.gz" not in places(captures)[:3]
    assert [captures.get_capture(one.place, one.digest) for one in kept] == made
    assert [one for place in places(captures) for one in captures.iter_captures(place)] == made


def test_unchanged_bytes_are_kept_once_a_day(store: MemoryStore) -> None:
    page = make_capture(1, body=noise(1, 9000))
    later = replace(page, captured=NOW + timedelta(hours=1), headers=(("Age", "9"),))
    tomorrow = replace(page, captured=NOW + timedelta(days=1))
    Captures(store).keep_all([page])
    Captures(store).keep_all([later, tomorrow])
    assert [len(store.get(place)) // 9000 for place in places(Captures(store))] == [1, 1]
    assert list(Captures(store).iter_captures(PLACE)) == [page, later]
    assert verify(Archive(store)).findings == []


def test_a_revisit_finds_its_original_in_an_earlier_part(store: MemoryStore) -> None:
    page = make_capture(1)
    captures = Captures(store, part_bytes=8_000)
    captures.keep_all([page, make_capture(2, body=noise(2, 9000))])
    [kept] = captures.keep_all([replace(page, captured=NOW + timedelta(hours=2))])
    assert kept.place == "captures/2026/03/01-2.warc.gz"
    assert captures.get_capture(kept.place, kept.digest).body == page.body
    assert b"revisit" in gzip.decompress(store.get(kept.place))
    assert verify(Archive(store)).is_whole
    store.remove(PLACE)
    assert [one.kind for one in verify(Archive(store)).findings] == ["missing"]


def test_of_two_addresses_with_the_same_bytes_the_one_asked_for_is_got(store: MemoryStore) -> None:
    one, two = make_capture(1, body=b"same"), make_capture(2, body=b"same")
    [kept, _] = Captures(store).keep_all([one, two])
    assert Captures(store).get_capture(PLACE, kept.digest) == one
    assert Captures(store).get_capture(PLACE, kept.digest, url=two.url) == two


def test_what_is_not_there_is_not_found(store: MemoryStore) -> None:
    captures = Captures(store)
    with pytest.raises(NotFoundError):
        captures.get_capture(PLACE, "0" * 64)
    captures.keep_all([make_capture()])
    with pytest.raises(NotFoundError, match="holds no capture"):
        captures.get_capture(PLACE, "0" * 64)


def test_a_failed_append_costs_nothing_but_itself(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    captures = Captures(store)
    captures.keep_all([make_capture(1)])

    def torn(key: str, content: bytes, *, at: int, cut_tail: bool = False) -> None:
        MemoryStore.append(store, key, content[: len(content) // 2], at=at, cut_tail=cut_tail)
        raise EngineError("the disk is full")

    large = make_capture(2, body=noise(2, 9000))
    with monkeypatch.context() as patched:
        patched.setattr(store, "append", torn)
        with pytest.raises(EngineError):
            captures.keep_all([large])
    captures.keep_all([large, make_capture(3)])
    assert list(captures.iter_captures(PLACE)) == [make_capture(1), large, make_capture(3)]


def test_the_first_append_of_a_process_cuts_what_is_torn_and_no_later_one_cuts_anything(store: MemoryStore) -> None:
    ours, others = Captures(store), Captures(store)
    ours.keep_all([make_capture(1)])
    others.keep_all([make_capture(2, body=noise(1, 2000))])
    with pytest.raises(EngineError):
        ours.keep_all([make_capture(3)])
    assert list(ours.iter_captures(PLACE))[1:] == [make_capture(2, body=noise(1, 2000))]


def test_damaged_bytes_are_never_cut_while_whole_records_follow(store: MemoryStore) -> None:
    made = [make_capture(number) for number in (1, 2, 3)]
    kept = Captures(store).keep_all(made)
    content = bytearray(store.get(PLACE))
    content[len(content) // 2] ^= 255
    store.replace(PLACE, bytes(content))
    [later] = Captures(store).keep_all([make_capture(4)])
    assert later.place == "captures/2026/03/01-2.warc.gz"
    assert store.get(PLACE) == bytes(content)
    assert 1 < len(list(Captures(store).iter_captures(PLACE))) <= 3
    assert Captures(store).get_capture(PLACE, kept[2].digest) == made[2]
    assert [(one.kind, one.path, one.damage) for one in verify(Archive(store)).findings] == [
        ("unreadable", PLACE, True)
    ]


@pytest.mark.parametrize(
    ("key", "part"),
    [
        (PLACE, (date(2026, 3, 1), 1)),
        ("captures/2026/03/01-12.warc.gz", (date(2026, 3, 1), 12)),
        ("captures/2026/02/30.warc.gz", None),
        ("captures/2026/03/01.warc", None),
        ("captures/2026/03/01-0.warc.gz", None),
    ],
)
def test_a_place_says_its_day_and_part(key: str, part: tuple[date, int] | None) -> None:
    assert part_of(key) == part


# -- proving ------------------------------------------------------------------------------------------------------


def keep_with_captures(archive: Archive, *numbers: int, place: str | None = None) -> dict[int, Revision]:
    """Articles with a capture of their page each."""
    kept = archive.captures.keep_all(make_capture(number) for number in numbers)
    drafts = [
        make_draft(make_article(number), capture_digest=one.digest, capture_place=one.place)
        for number, one in zip(numbers, kept, strict=True)
    ]
    return {int((line.entry_id or "").removeprefix("guid-")): line for line in keep(archive, *drafts)}


@pytest.fixture
def archive(store: MemoryStore) -> Archive:
    archive = Archive(store)
    keep_with_captures(archive, 1, 2, 3)
    archive.close_round("run", NOW, NOW, {})
    return archive


def findings(archive: Archive) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.path, one.damage) for one in verify(Archive(archive.store)).findings]


def test_whole_captures_are_found_whole(archive: Archive) -> None:
    result = verify(archive)
    assert (result.findings, result.captures) == ([], 3)


def test_a_lost_file_of_captures_is_found(archive: Archive) -> None:
    archive.store.remove(PLACE)
    assert findings(archive) == [("missing", PLACE, True)] * 3
    assert "2026-02.jsonl:1" in verify(archive).findings[0].message


def test_a_lost_record_is_found_and_named(archive: Archive) -> None:
    content = archive.store.get(PLACE)
    archive.store.replace(PLACE, b"".join(re.split(b"(?=\x1f\x8b\x08)", content)[:-3]))
    [lost] = verify(archive).findings
    assert (lost.kind, lost.path) == ("missing", PLACE)
    assert digest_of(make_capture(3).body) in lost.message


@pytest.mark.parametrize("place", [PLACE, "captures/2026/03/02.warc.gz"])
def test_half_a_record_at_the_end_is_a_note(archive: Archive, place: str) -> None:
    other = MemoryStore()
    Captures(other).keep_all([make_capture(9, body=noise(9, 4000))])
    there = archive.store.get(PLACE) if place == PLACE else b""
    archive.store.replace(place, there + other.get(PLACE)[-3000:-2000] if there else other.get(PLACE)[:1000])
    assert findings(archive) == [("unreadable", place, False)]


def test_a_record_with_forged_bytes_is_found(archive: Archive) -> None:
    pieces = [gzip.decompress(piece) for piece in re.split(b"(?=\x1f\x8b\x08)", archive.store.get(PLACE)) if piece]
    forged = [piece.replace("第2页".encode(), "第8页".encode()) for piece in pieces]
    archive.store.replace(PLACE, b"".join(gzip.compress(piece) for piece in forged))
    [found] = verify(archive).findings
    assert (found.kind, found.path) == ("changed", PLACE)
    assert make_article(2).url in found.message
    with pytest.raises(FixityError, match="run broadsheet verify"):
        archive.captures.get_capture(PLACE, digest_of(make_capture(2).body))
    assert [one.url for one in archive.captures.iter_captures(PLACE)] == [make_article(n).url for n in (1, 3)]


def test_a_body_that_is_not_the_one_the_digest_names_is_found(archive: Archive) -> None:
    digest = digest_of(make_capture(2).body).encode()
    raw = [gzip.decompress(piece) for piece in re.split(b"(?=\x1f\x8b\x08)", archive.store.get(PLACE)) if piece]
    forged = [piece.replace(b"Body-Digest: sha256:" + digest, b"Body-Digest: sha256:" + b"0" * 64) for piece in raw]
    archive.store.replace(PLACE, b"".join(gzip.compress(piece) for piece in forged))
    assert findings(archive) == [("changed", PLACE, True), ("missing", PLACE, True)]


def test_a_foreign_file_among_the_captures_is_named(archive: Archive) -> None:
    archive.store.put_all([("captures/notes.txt", b"x")])
    assert findings(archive) == [("extra", "captures/notes.txt", True)]


# -- retention ----------------------------------------------------------------------------------------------------


def test_what_expired_is_gone_and_no_damage(archive: Archive) -> None:
    tomorrow = make_capture(4, captured=NOW + timedelta(days=1))
    archive.captures.keep_all([tomorrow])
    assert archive.expire_captures(date(2026, 3, 2), NOW) == [PLACE]
    assert [place for place, _ in archive.captures.iter_places()] == ["captures/2026/03/02.warc.gz"]
    result = verify(Archive(archive.store))
    assert result.is_whole
    assert [one.message for one in result.findings] == ["3 captures that the ledger names are expired"]
    assert archive.expire_captures(date(2026, 3, 2), NOW) == []
    with pytest.raises(NotFoundError):
        archive.captures.get_capture(PLACE, digest_of(make_capture(1).body))


def test_captures_still_wanted_outlive_their_day(archive: Archive) -> None:
    wanted = digest_of(make_capture(2).body)
    assert archive.expire_captures(date(2026, 3, 2), NOW, keep={wanted}) == [PLACE]
    assert list(archive.captures.iter_captures(PLACE)) == [make_capture(2)]
    assert verify(Archive(archive.store)).is_whole
    assert archive.expire_captures(date(2026, 3, 2), NOW, keep={wanted}) == []
    assert archive.expire_captures(date(2026, 3, 2), NOW, keep={"0" * 64}) == [PLACE]
    assert places(archive.captures) == []


def test_the_ledger_says_so_before_anything_goes(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(key: str) -> None:
        raise EngineError(f"{key} stays")

    with monkeypatch.context() as patched:
        patched.setattr(archive.store, "remove", fail)
        with pytest.raises(EngineError):
            archive.expire_captures(date(2026, 3, 2), NOW)
    assert findings(archive) == []
    assert archive.expire_captures(date(2026, 3, 2), NOW) == [PLACE]
    assert verify(Archive(archive.store)).is_whole


def test_a_file_lost_later_is_still_found_when_others_expired(archive: Archive) -> None:
    archive.expire_captures(date(2026, 3, 2), NOW)
    [later] = archive.captures.keep_all([make_capture(7, captured=NOW + timedelta(days=5))])
    keep(archive, make_draft(make_article(7), capture_digest=later.digest, capture_place=later.place))
    archive.store.remove(later.place)
    assert ("missing", later.place, True) in findings(archive)


# -- take-down ----------------------------------------------------------------------------------------------------


def feed_capture(*numbers: int, **changes: object) -> Capture:
    listed = "".join(
        f"<item><guid>guid-{number}</guid><link>{make_article(number).url}</link>第{number}则</item>"
        for number in numbers
    )
    headers = (("Content-Type", "application/rss+xml"),)
    capture = Capture(FEED, FEED, 200, headers, f"<rss>{listed}</rss>".encode(), NOW)
    return replace(capture, **changes)  # type: ignore[arg-type]


def everything(store: MemoryStore) -> str:
    files = [store.get(key) for key, _ in store.iter_keys("captures")]
    return b"".join(gzip.decompress(content) for content in files).decode("utf-8", "replace")


def test_a_taken_down_article_leaves_no_word_in_the_captures(archive: Archive, store: MemoryStore) -> None:
    [line, *_] = [one for one in archive.iter_revisions("ledger/harbour/2026-02.jsonl") if one.entry_id == "guid-2"]
    pages = [make_capture(2, "改", captured=NOW + timedelta(days=2)), make_capture(2, captured=NOW + timedelta(days=3))]
    feeds = [feed_capture(1, 2), feed_capture(1, 3, captured=NOW + timedelta(hours=1))]
    archive.captures.keep_all([*pages, *feeds])
    archive.take_down(line.article, line.path, "asked for", NOW)
    archive.close_round("take-down", NOW, NOW, {})
    left = everything(store)
    assert "第2" not in left
    assert make_article(2).url not in left
    assert ("第1页" in left, "第3则" in left) == (True, True)
    assert left.count("dropped: take-down") == 4
    assert findings(archive) == []


def test_others_lines_of_a_dropped_feed_are_told_so_and_not_damaged(archive: Archive) -> None:
    [kept] = archive.captures.keep_all([feed_capture(5, 6)])
    drafts = [
        make_draft(make_article(n, feed=FEED), capture_digest=kept.digest, capture_place=kept.place) for n in (5, 6)
    ]
    [line, _] = keep(archive, *drafts)
    archive.take_down(line.article, line.path, "asked for", NOW)
    result = verify(Archive(archive.store))
    assert result.findings == [
        Finding("missing", PLACE, "1 captures that the ledger names are taken down", damage=False)
    ]


def test_a_take_down_that_was_stopped_before_the_captures_is_seen(archive: Archive) -> None:
    content = archive.store.get(PLACE)
    [line, *_] = archive.iter_revisions("ledger/harbour/2026-02.jsonl")
    archive.take_down(line.article, line.path, "asked for", NOW)
    archive.store.replace(PLACE, content)
    assert findings(archive) == [("extra", PLACE, True)]
    archive.take_down(line.article, line.path, "asked for", NOW)
    assert findings(archive) == []


def test_keeping_goes_on_after_a_take_down(archive: Archive) -> None:
    [line, *_] = archive.iter_revisions("ledger/harbour/2026-02.jsonl")
    archive.take_down(line.article, line.path, "asked for", NOW)
    [kept] = archive.captures.keep_all([make_capture(9)])
    assert archive.captures.get_capture(kept.place, kept.digest) == make_capture(9)
    assert archive.captures.drop({digest_of(make_capture(9).body)}, now=NOW) == 1
    assert archive.captures.drop({digest_of(make_capture(9).body)}, now=NOW) == 0
    assert verify(Archive(archive.store)).is_whole


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"url": "http://harbour.example/a/ferry/0000002.html?utm_source=rss"}, True),
        ({"final_url": "https://www.harbour.example/a/ferry/0000002.html"}, True),
        ({"url": "https://harbour.example/x", "final_url": "https://harbour.example/x"}, False),
    ],
)
def test_a_page_is_told_by_its_address(change: dict[str, object], expected: bool) -> None:
    [line] = keep(Archive(MemoryStore()), make_draft(make_article(2)))
    base = make_capture(3, body=f"<a href='{make_article(2).url}'>".encode()) if change else make_capture(2)
    assert speaks_of([line])(replace(base, **change)) is expected  # type: ignore[arg-type]


ESCAPED = "https://harbour.example/a?x=1&y=2"


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"<link>https://harbour.example/a?x=1&amp;y=2</link>", "text/xml", True),
        (b'{"url": "https:\\/\\/harbour.example\\/a?x=1&y=2"}', "application/json", True),
        ("\ufeff<link>https://harbour.example/a?x=1&amp;y=2</link>".encode("utf-16-le"), "application/xml", True),
        ("港湾<guid>guid-2</guid>".encode("gbk"), "application/rss+xml", True),
        (b"<rss><guid>guid-2</guid>", "text/plain", True),
        (b"<rss><guid>guid-22</guid><link>https://harbour.example/a?x=1&amp;y=21</link>", "text/xml", False),
        (b"<html><a href='https://harbour.example/a?x=1&amp;y=2'>", "text/html", False),
    ],
)
def test_a_feed_is_told_by_what_it_lists(body: bytes, kind: str, expected: bool) -> None:
    [line] = keep(Archive(MemoryStore()), make_draft(make_article(2, url=ESCAPED, canonical_url=ESCAPED)))
    assert speaks_of([line])(feed_capture(body=body, headers=(("Content-Type", kind),))) is expected


# -- killed at any step -------------------------------------------------------------------------------------------

ROUNDS = [
    [make_capture(1), make_capture(2, captured=NOW + timedelta(hours=11, minutes=59))],
    [make_capture(1, captured=NOW + timedelta(hours=3)), make_capture(3, body=noise(3, 5000))],
    [make_capture(4, captured=NOW + timedelta(hours=13)), make_capture(5, body=noise(5, 9000))],
]
GONE = digest_of(make_capture(2).body)


def work(root: Path) -> None:
    """Keep captures in three runs, drop one, and let the first day expire but for one."""
    archive = Archive(FileStore(root))
    for number, made in enumerate(ROUNDS):
        archive.captures = Captures(archive.store, part_bytes=6_000)
        kept = archive.captures.keep_all(made)
        known = {line.entry_id for file, _ in archive.iter_ledger_files() for line in archive.iter_revisions(file)}
        drafts = [
            make_draft(make_article(10 * number + at), capture_digest=one.digest, capture_place=one.place)
            for at, one in enumerate(kept)
            if one.digest != GONE and f"guid-{10 * number + at}" not in known
        ]
        archive.keep_all(drafts)
        archive.close_round("run", NOW, NOW, {})
    archive.captures.drop({GONE}, now=NOW)
    archive.expire_captures(date(2026, 3, 2), NOW, keep={digest_of(make_capture(1).body)})


def killed(do: Callable[[], None], step: int) -> tuple[int, bool]:
    def counted() -> int:
        counter = count_steps(step)
        do()
        return counter()

    return in_child(counted)


def check_point(root: Path, step: int) -> None:
    _, was_killed = killed(lambda: work(root), step)
    assert was_killed
    halfway = verify(Archive(FileStore(root)))
    assert [one for one in halfway.findings if one.damage and one.path.startswith("captures/")] == []
    FileStore(root).sweep()
    work(root)
    result = verify(Archive(FileStore(root)))
    assert [one for one in result.findings if one.damage or one.kind == "unreadable"] == []
    captures = Captures(FileStore(root))
    left = [one for place in places(captures) for one in captures.iter_captures(place)]
    assert {one.body for one in left} == {ROUNDS[0][0].body, ROUNDS[2][0].body}
    for place in places(captures):
        subprocess.run(["gzip", "-t", root / place], check=True)


def check_points(tmp_path: Path, share: float) -> None:
    total, _ = killed(lambda: work(tmp_path / "whole"), -1)
    assert total > 60
    steps = range(1, total + 1)
    for step in random.sample(steps, round(total * share)):
        check_point(tmp_path / "archive", step)
        shutil.rmtree(tmp_path / "archive")


def test_nothing_is_lost_at_some_points(tmp_path: Path) -> None:
    check_points(tmp_path, 0.15)


@pytest.mark.slow
def test_nothing_is_lost_at_any_point(tmp_path: Path) -> None:
    check_points(tmp_path, 1)
