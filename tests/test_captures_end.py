"""What becomes of kept captures: proven whole, expired, taken down."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from broadsheet.errors import EngineError, FixityError, NotFoundError
from broadsheet.formats.ledger import digest_of
from broadsheet.model import Capture, Revision
from broadsheet.policy.removal import speaks_of
from broadsheet.services.archive import Archive
from broadsheet.services.archive.captures import Captures
from broadsheet.services.archive.fixity import Finding, verify
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, keep, make_article, make_draft
from tests.test_captures import PLACE, make_capture, noise, places

FEED = "https://harbour.example/rss.xml"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


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
