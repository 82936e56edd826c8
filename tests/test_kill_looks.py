"""kill -9 anywhere while articles are looked at again: the next look goes on, nothing is lost or kept twice.

A child process works and kills itself at the n-th thing it asks of the disk, as in ``test_kill``.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.adapters.files import FileStore
from broadsheet.adapters.sqlite.looks import SqliteLooks
from broadsheet.model import Holding, Revision
from broadsheet.services.archive import is_vanished
from broadsheet.services.archive.fixity import verify
from broadsheet.services.indexes.articles import rebuild, sync
from broadsheet.testing.fetch import Answer
from tests.lookrounds import LookRounds
from tests.test_kill_whole import check_points
from tests.wholerounds import keep, page

URLS = [f"https://harbour.example/a/{number:07d}.html" for number in (1, 2, 3)]
EDITED = "将近四个小时"


def open_rounds(root: Path, looks: SqliteLooks) -> LookRounds:
    rounds = LookRounds(root, keep_captures=True, looks=looks)
    sync(rounds.archive, rounds.index)
    return rounds


def print_last(rounds: LookRounds) -> None:
    """What the outlet prints in the end: one text edited, one page gone, one there as ever."""
    for number in (1, 2, 3):
        keep(rounds, number)
    rounds.pages[URLS[0]] = page(1).replace("将近两个小时", EDITED)
    rounds.answers[URLS[1]] = Answer(status=410)


def work(root: Path) -> None:
    """A round, then looks that find an edit, a page gone, and one that comes and goes."""
    with closing(SqliteLooks(root / ".broadsheet" / "looks.sqlite")) as looks:
        rounds = open_rounds(root, looks)
        rounds.read(*(keep(rounds, number) for number in (1, 2, 3)))
        print_last(rounds)
        rounds.answers[URLS[2]] = Answer(status=410)
        rounds.look()
        del rounds.answers[URLS[2]]
        rounds.look(30)
        rounds.close()


def check_healed(root: Path) -> None:
    FileStore(root).sweep()
    with closing(SqliteLooks(root / ".broadsheet" / "looks.sqlite")) as looks:
        rounds = open_rounds(root, looks)
        rounds.now += timedelta(days=2)
        rounds.read(*(keep(rounds, number) for number in (1, 2, 3)))
        print_last(rounds)
        rounds.look(30)
        rounds.look(30)
        assert verify(rounds.archive).findings == []
        held = {one.url: (one, lines_of(rounds, one)) for one in rounds.held()}
        assert held.keys() == set(URLS)
        assert [one.revision for one, _ in (held[url] for url in URLS)] == [2, 1, 1]
        assert EDITED in rounds.archive.get_document(held[URLS[0]][0].path).body
        assert [is_vanished(held[url][1]) for url in URLS] == [False, True, False]
        for _, lines in held.values():
            events = [line.why[0] for line in lines if line.why[0] in ("vanished", "back")]
            assert events == [("vanished", "back")[at % 2] for at in range(len(events))]
        before = rounds.held()
        rebuild(rounds.archive, rounds.index)
        assert rounds.held() == before
        rounds.close()


def lines_of(rounds: LookRounds, one: Holding) -> list[Revision]:
    return list(rounds.archive.iter_article(one.article, one.first_path))


def test_nothing_of_a_look_is_lost_at_some_points(tmp_path: Path) -> None:
    check_points(tmp_path, 3, work=work, least=40, check_healed=check_healed)


@pytest.mark.slow
def test_nothing_of_a_look_is_lost_at_forty_points(tmp_path: Path) -> None:
    check_points(tmp_path, 40, work=work, least=40, check_healed=check_healed)
