"""kill -9 at any write: nothing lost, nothing half-written, the next run heals, verify is clean.

A child process polls, keeps, indexes and lists, and kills itself at the n-th thing it asks of the disk, halfway
through a write where that is a write. The parent then does what the next run does.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.adapters.files import FileStore
from broadsheet.formats.document import parse_document
from broadsheet.formats.ledger import iter_lines, parse_line
from broadsheet.model import HoldingQuery
from broadsheet.services.archive.fixity import verify
from broadsheet.services.indexes.articles import rebuild, sync
from broadsheet.services.publish.lists import write_lists
from broadsheet.settings import Settings
from tests.feedtext import TEXT, Piece, Rounds
from tests.making import PUBLISHED

STEPS = ("open", "pwrite", "fsync", "replace", "mkdir", "ftruncate", "unlink", "close")
PRINTED = [
    [Piece(1), Piece(2), Piece(3)],
    [Piece(1, headline="渡轮停航"), Piece(2), Piece(3), Piece(4, published=None)],
    [Piece(1, headline="渡轮停航"), Piece(2, text=f"<p>{TEXT}</p><p>改过的一段。</p>"), Piece(5), Piece(6)],
    [Piece(number) for number in range(5, 15)],
    [Piece(number, published=PUBLISHED - timedelta(days=31 * (number - 14))) for number in range(15, 18)],
]
EXPECTED = {f"guid-{number}": 2 if number <= 2 else 1 for number in range(1, 18)}


def work(root: Path) -> None:
    """Rounds with everything that writes; one that was killed is begun again, those before it are over."""
    rounds = Rounds(root)
    sync(rounds.archive, rounds.index)
    over = sum(path.read_bytes().count(b"\n") for path in (root / "ledger").glob("rounds-*"))
    rounds.now += timedelta(hours=over)
    for printed in PRINTED[over:]:
        began = rounds.now
        account = rounds.run(*printed)
        rounds.archive.close_round("run", began, rounds.now, account.as_json())
        write_lists(rounds.archive.store, rounds.index, Settings(), {})
    write_lists(rounds.archive.store, rounds.index, Settings(), {})
    rounds.close()


def count_steps(kill_at: int) -> Callable[[], int]:
    """Kill this process at step ``kill_at`` of those it asks of the disk; returns a way to ask how many there were."""
    count = 0

    def counted(name: str) -> Callable[..., object]:
        true = getattr(os, name)

        def step(*arguments: object, **options: object) -> object:
            nonlocal count
            count += 1
            if count == kill_at:
                if name == "pwrite":
                    fd, content, at = arguments
                    true(fd, bytes(content)[: len(content) // 2], at)  # type: ignore[call-overload,arg-type]
                os.kill(os.getpid(), signal.SIGKILL)
            return true(*arguments, **options)

        return step

    for name in STEPS:
        setattr(os, name, counted(name))
    return lambda: count


def in_child(do: Callable[[], int]) -> tuple[int, bool]:
    """Run ``do`` in a child: what it returned (up to 65535), and whether it was killed."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            true_write, true_exit = os.write, os._exit
            true_write(writing, str(do()).encode())
            status = 0
        finally:
            true_exit(status)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    told = os.read(reading, 100)
    os.close(reading)
    killed = os.WIFSIGNALED(status)
    assert killed or status == 0, "the child failed by itself"
    return int(told or 0), killed


def kill_at(root: Path, step: int) -> bool:
    def do() -> int:
        counter = count_steps(step)
        work(root)
        return counter()

    return in_child(do)[1]


def check_halfway(root: Path) -> None:
    """Right after a kill: whole documents and whole lines only, and every line's document there."""
    for path in (root / "articles").rglob("*.md"):
        if not path.name.startswith(".tmp-"):
            parse_document(path.read_bytes())
    for path in (root / "ledger").glob("harbour/*.jsonl"):
        for _, line in iter_lines(path.read_bytes()):
            assert (root / parse_line(line).path).is_file()


def check_healed(root: Path) -> None:
    """The next run: everything kept once, verify clean, index and lists as if nothing had happened."""
    FileStore(root).sweep()
    work(root)
    rounds = Rounds(root)
    assert verify(rounds.archive).findings == []
    held = list(rounds.index.iter_holdings(HoldingQuery()))
    found = {}
    for one in held:
        lines = list(rounds.archive.iter_article(one.article, one.first_path))
        found[lines[-1].entry_id or ""] = max(line.revision for line in lines)
        texts = [rounds.archive.store.get(line.path) for line in lines]
        assert len(set(texts)) == len(texts), "a text was kept twice"
    assert found.keys() == EXPECTED.keys()
    assert all(found[key] >= EXPECTED[key] for key in found)
    months = list(rounds.index.iter_months())
    rebuild(rounds.archive, rounds.index)
    assert list(rounds.index.iter_holdings(HoldingQuery())) == held
    assert list(rounds.index.iter_months()) == months
    assert not list(root.rglob(".tmp-*"))
    rounds.close()


def total_steps(root: Path) -> int:
    def do() -> int:
        counter = count_steps(-1)
        work(root)
        return counter()

    return in_child(do)[0]


def check_points(tmp_path: Path, points: list[int]) -> int:
    killed = 0
    for point in points:
        root = tmp_path / str(point)
        killed += kill_at(root, point)
        check_halfway(root)
        check_healed(root)
    return killed


def test_nothing_is_lost_at_some_points(tmp_path: Path) -> None:
    total = total_steps(tmp_path / "whole")
    assert total > 100
    points = random.sample(range(1, total + 1), 6)
    assert check_points(tmp_path, points) == len(points)


@pytest.mark.slow
def test_nothing_is_lost_at_three_hundred_points(tmp_path: Path) -> None:
    total = total_steps(tmp_path / "whole")
    points = random.sample(range(1, total + 1), 300)
    assert check_points(tmp_path, points) == 300


def test_two_kills_in_a_row_are_no_worse(tmp_path: Path) -> None:
    total = total_steps(tmp_path / "whole")
    for first, second in ((total // 3, total // 4), (total // 2, 9), (5, total // 2)):
        root = tmp_path / f"{first}-{second}"
        kill_at(root, first)
        kill_at(root, second)
        check_halfway(root)
        check_healed(root)
