"""What every Looks engine promises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.adapters.sqlite.looks import SqliteLooks
from broadsheet.errors import EngineError
from broadsheet.model import LookState, Position, Waiting
from broadsheet.ports import Looks
from broadsheet.testing.looks import MemoryLooks

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAR = NOW + timedelta(days=40)
FILE = "ledger/harbour/2026-03.jsonl"


@pytest.fixture(params=["memory", "sqlite"])
def looks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Looks]:
    if request.param == "memory":
        yield MemoryLooks()
        return
    with closing(SqliteLooks(tmp_path / "state" / "looks.sqlite")) as opened:
        yield opened


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def state(number: int, due: float | None = None, **changes: object) -> LookState:
    url = f"https://harbour.example/{number}"
    one = LookState(f"harbour/{number}", "harbour", url, at(-number), None if due is None else at(due))
    return replace(one, **changes)  # type: ignore[arg-type]


def due(looks: Looks) -> list[str]:
    return [one.article for one in looks.iter_due(NOW, FAR)]


def test_what_was_put_is_found(looks: Looks) -> None:
    looks.put_all([state(1), state(2, 3)])
    assert looks.find("harbour/1") == state(1)
    assert looks.find("harbour/3") is None
    looks.put_all([state(1, 7)], gone=["harbour/2", "harbour/9"])
    assert looks.find("harbour/1") == state(1, 7)
    assert looks.find("harbour/2") is None


def test_what_is_due_comes_the_youngest_article_first(looks: Looks) -> None:
    looks.put_all([state(3, -1), state(1, 0), state(2, 0.1), state(4)])
    assert due(looks) == ["harbour/1", "harbour/3", "harbour/4"]


def test_a_turn_too_far_off_comes_from_a_wrong_clock(looks: Looks) -> None:
    looks.put_all([state(1, 40 * 24), state(2, 41 * 24)])
    assert due(looks) == ["harbour/2"]


def test_what_a_clock_decided_that_has_been_set_back_is_not_obeyed(looks: Looks) -> None:
    looks.put_all([state(1, 5, decided=at(1)), state(2, 5, decided=at(0.05)), state(3, 5, decided=at(-1)), state(4, 5)])
    assert due(looks) == ["harbour/1"]


def test_what_a_wrong_clock_asked_is_not_counted(looks: Looks) -> None:
    looks.put_all([], asked=[("a", at(2)), ("a", at(0))])
    assert looks.asked_between(at(-1), NOW) == {"a": 1}


def test_a_file_of_the_version_before_keeps_what_was_learnt(tmp_path: Path) -> None:
    path = tmp_path / "looks.sqlite"
    with closing(SqliteLooks(path)) as opened:
        opened.put_all([state(1, 7)])
    old = sqlite3.connect(path)
    old.executescript("DROP INDEX look_by_decision; ALTER TABLE look DROP COLUMN decided; PRAGMA user_version = 1;")
    old.close()
    with closing(SqliteLooks(path)) as opened:
        assert opened.find("harbour/1") == state(1, 7)
        opened.put_all([state(1, 0)])
        assert due(opened) == ["harbour/1"]


def test_hosts_that_were_asked_are_counted_over_time(looks: Looks) -> None:
    looks.put_all([], asked=[("a", at(-2)), ("a", at(-0.5)), ("a", at(0)), ("b", at(-0.9))])
    assert looks.asked_between(at(-1), NOW) == {"a": 2, "b": 1}
    assert looks.asked_between(at(-3), NOW) == {"a": 3, "b": 1}
    assert looks.asked_between(NOW, NOW) == {}


def test_a_ledger_is_taken_in_once_all_or_nothing(looks: Looks) -> None:
    looks.apply(FILE, 0, Position(100, "aa"), [state(1), state(2)])
    looks.apply(FILE, 100, Position(150, "bb"), [state(1, 5)], gone=["harbour/2"])
    assert looks.positions() == {FILE: (150, "bb")}
    assert (looks.find("harbour/1"), looks.find("harbour/2")) == (state(1, 5), None)
    with pytest.raises(EngineError, match="byte 100"):
        looks.apply(FILE, 100, Position(150, "bb"), [state(3)])
    assert looks.find("harbour/3") is None


def test_everything_can_be_forgotten(looks: Looks) -> None:
    looks.apply(FILE, 0, Position(100, "aa"), [state(1)])
    looks.put_all([], asked=[("a", NOW)])
    looks.wipe()
    assert (looks.positions(), due(looks), looks.asked_between(at(-1), NOW)) == ({}, [], {})


instants = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
words = st.none() | st.text(max_size=9)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=st.builds(
        LookState, st.text(max_size=9), st.text(max_size=9), st.text(max_size=9), st.just(NOW), instants, instants,
        instants, instants, words, words, words, st.lists(st.text(max_size=4), max_size=2).map(tuple), instants,
        st.integers(0, 9), st.integers(0, 9), instants, instants,
        st.none() | st.builds(Waiting, st.text(max_size=4), st.just(NOW), st.integers(1, 9), words),
        st.lists(st.text(max_size=4), max_size=2).map(tuple), instants,
    )
)  # fmt: skip
def test_a_state_comes_back_as_it_was(looks: Looks, one: LookState) -> None:
    looks.put_all([one])
    assert looks.find(one.article) == one


def test_another_file_in_its_place_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "looks.sqlite"
    path.write_bytes(b"something else" * 100)
    with closing(SqliteLooks(path)) as opened:
        opened.put_all([state(1)])
    with closing(SqliteLooks(path)) as opened:
        assert opened.find("harbour/1") == state(1)
