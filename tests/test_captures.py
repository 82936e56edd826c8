"""Captures in their files: kept, read back, and killed at any step."""

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet.adapters.files import FileStore
from broadsheet.errors import EngineError, NotFoundError
from broadsheet.formats.ledger import digest_of
from broadsheet.model import Capture
from broadsheet.services.archive import Archive
from broadsheet.services.archive.captures import Captures, part_of
from broadsheet.services.archive.fixity import verify
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, make_article, make_draft
from tests.test_kill import count_steps, in_child

PLACE = "captures/2026/03/01.warc.gz"


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


def test_half_a_record_of_yesterday_is_cut_when_a_new_day_begins(store: MemoryStore) -> None:
    made = make_capture(1)
    Captures(store).keep_all([made])
    whole = store.get(PLACE)
    store.replace(PLACE, whole + whole[: len(whole) // 5])
    Captures(store).keep_all([make_capture(2, captured=NOW + timedelta(days=1))])
    assert store.get(PLACE) == whole
    assert verify(Archive(store)).findings == []


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
