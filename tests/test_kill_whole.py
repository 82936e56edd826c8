"""kill -9 anywhere in whole rounds, with pages, captures, pictures, texts extracted again: the next run heals it all.

A child process works and kills itself at the n-th thing it asks of the disk, as in ``test_kill``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.adapters.files import FileStore
from broadsheet.formats.document import parse_document
from broadsheet.formats.ledger import iter_lines, parse_line
from broadsheet.model import HoldingQuery
from broadsheet.services.archive import newest_of
from broadsheet.services.archive.fixity import verify
from broadsheet.services.indexes.articles import rebuild, sync
from broadsheet.testing.inline import InlineWorkshop
from tests.feedtext import Piece
from tests.test_kill import count_steps, in_child
from tests.wholerounds import PICTURE, WholeRounds, keep, page

LAST = "<p>第五段，后来补上的一段，港务局说浮标也换过了。</p>"


def open_rounds(root: Path) -> WholeRounds:
    rounds = WholeRounds(root, keep_captures=True)
    sync(rounds.archive, rounds.index)
    return rounds


def close_round(rounds: WholeRounds, kind: str, account: dict[str, object]) -> None:
    rounds.archive.close_round(kind, rounds.now, rounds.now, account)


def final_state(rounds: WholeRounds) -> list[Piece]:
    """What the outlet prints in the end."""
    pieces = [keep(rounds, number) for number in (1, 2, 3, 5)]
    rounds.pages[pieces[0].url or ""] = page(1, tail=LAST)
    onward = "https://harbour.example/a/0000004.html?page=2"
    pieces.append(keep(rounds, 4, following=onward))
    rounds.pages[onward] = page(14).replace("渡轮复航第14天", "渡轮复航第4天")
    return [replace(pieces[0], text="渡轮复航了，更新…"), *pieces[1:]]


def work(root: Path) -> None:
    """Three rounds, pictures that come later, and articles taken anew."""
    rounds = open_rounds(root)
    close_round(rounds, "run", rounds.read(*(keep(rounds, number) for number in (1, 2, 3))).as_json())
    last = final_state(rounds)
    rounds.is_lost = False
    close_round(rounds, "run", rounds.read(*last[:3], last[4]).as_json())
    rounds.retry_pictures()
    close_round(rounds, "extract", rounds.again(pictures=True).as_json())
    close_round(rounds, "run", rounds.read(*last, workshop=InlineWorkshop).as_json())
    rounds.close()


def check_halfway(root: Path) -> None:
    """Right after a kill: whole documents and whole lines only, and every line's document there."""
    for path in (root / "articles").rglob("*.md"):
        if not path.name.startswith(".tmp-"):
            parse_document(path.read_bytes())
    for path in (root / "ledger").glob("harbour/*.jsonl"):
        for _, line in iter_lines(path.read_bytes()):
            assert (root / parse_line(line).path).is_file()


def check_healed(root: Path) -> None:
    """The next run: every article whole, with its pictures, proven, and the index as if filled anew."""
    FileStore(root).sweep()
    rounds = open_rounds(root)
    rounds.now += timedelta(days=1)
    rounds.is_lost = False
    rounds.again(pictures=True)
    last = final_state(rounds)
    rounds.read(*last, workshop=InlineWorkshop)
    rounds.again(pictures=True)
    rounds.retry_pictures()
    close_round(rounds, "run", {})
    assert verify(rounds.archive).findings == []
    held = list(rounds.index.iter_holdings(HoldingQuery()))
    assert {one.url for one in held} == {piece.url for piece in last}
    for one in held:
        lines = list(rounds.archive.iter_article(one.article, one.first_path))
        newest = newest_of(lines)
        assert newest.path == one.path
        body = rounds.archive.get_document(one.path).body
        assert "第四段" in body and newest.pictures[PICTURE] is not None
        assert (LAST in body) == one.url.endswith("1.html")
        assert ("第14天" in body) == one.url.endswith("4.html")
        texts = [rounds.archive.store.get(path) for path in {line.path for line in lines}]
        assert len(set(texts)) == len(texts), "a text was kept twice"
    months = list(rounds.index.iter_months())
    rebuild(rounds.archive, rounds.index)
    assert list(rounds.index.iter_holdings(HoldingQuery())) == held
    assert list(rounds.index.iter_months()) == months
    assert not list(root.rglob(".tmp-*"))
    rounds.close()


def check_points(
    tmp_path: Path, count: int, *, work: Callable[[Path], None], least: int, check_healed: Callable[[Path], None]
) -> None:
    """Do ``work``, which takes more than ``least`` steps, and kill it at ``count`` of them: each time it must heal."""

    def steps(root: Path, kill_at: int) -> tuple[int, bool]:
        def do() -> int:
            counter = count_steps(kill_at)
            work(root)
            return counter()

        return in_child(do)

    total, _ = steps(tmp_path / "whole", -1)
    assert total > least
    check_healed(tmp_path / "whole")
    for point in random.sample(range(1, total + 1), count):
        root = tmp_path / str(point)
        assert steps(root, point)[1]
        check_halfway(root)
        check_healed(root)


def test_nothing_of_a_whole_round_is_lost_at_some_points(tmp_path: Path) -> None:
    check_points(tmp_path, 4, work=work, least=150, check_healed=check_healed)


@pytest.mark.slow
def test_nothing_of_a_whole_round_is_lost_at_eighty_points(tmp_path: Path) -> None:
    check_points(tmp_path, 80, work=work, least=150, check_healed=check_healed)
