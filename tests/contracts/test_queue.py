"""What every Queue engine promises, asked of each of them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.adapters.sqlite.queue import SqliteQueue
from broadsheet.errors import EngineError
from broadsheet.model import LONGEST_WAIT_S, SEEN_GONE_MOST, FeedState, HostState, Move
from broadsheet.ports import Queue
from broadsheet.testing.queue import MemoryQueue

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
A, B, C = (f"https://{name}.example/feed" for name in "abc")


@pytest.fixture(params=["memory", "sqlite"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    if request.param == "memory":
        yield MemoryQueue()
    else:
        engine = SqliteQueue(tmp_path / "state" / "queue.sqlite")
        yield engine
        engine.close()


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def feed(url: str, due: float | None = None, *pacing: str, outlet: str = "") -> FeedState:
    return FeedState(
        url, outlet, next_due=None if due is None else at(due), pacing=pacing, last_polled=None if due is None else NOW
    )


def urls(states: list[FeedState]) -> list[str]:
    return [state.url for state in states]


def test_added_feeds_are_found_and_listed_in_order_and_keep_their_state(queue: Queue) -> None:
    assert queue.add([feed(B, 5, outlet="b"), feed(A)]) == 2
    assert queue.add([feed(B, outlet="new"), feed(C)]) == 1
    assert [(s.url, s.outlet, s.next_due) for s in queue.iter_states()] == [
        (A, "", None),
        (B, "new", at(5)),
        (C, "", None),
    ]
    assert queue.find(B) == feed(B, 5, outlet="new")
    assert queue.find("https://nowhere.example/") is None


def test_feeds_no_longer_configured_are_forgotten_on_request_with_what_was_seen(queue: Queue) -> None:
    queue.add([feed(A), feed(B)])
    for state in queue.lease(NOW, 9, "w", 60):
        assert queue.done(replace(state, last_polled=NOW), "w", seen={"k": "f"})
    assert queue.add([feed(B)], forget_others=True) == 0
    assert [s.url for s in queue.iter_states()] == [B]
    queue.add([feed(A)])
    assert (queue.find_seen(A), queue.find_seen(B)) == ({}, {"k": "f"})


def test_the_feed_due_longest_is_leased_first_and_none_before_its_time(queue: Queue) -> None:
    queue.add([feed(A, -1), feed(B, -9), feed(C, 1)])
    assert urls(queue.lease(NOW, 1, "w", 60)) == [B]
    assert urls(queue.lease(NOW, 9, "w", 60)) == [A]
    assert urls(queue.lease(at(1), 9, "x", 60)) == [B, A, C]


def test_a_feed_never_asked_comes_before_all_others(queue: Queue) -> None:
    queue.add([feed(A, -9), feed(B)])
    assert urls(queue.lease(NOW, 1, "w", 60)) == [B]


def test_a_lease_holds_until_done_or_expired(queue: Queue) -> None:
    queue.add([feed(A)])
    (state,) = queue.lease(NOW, 9, "one", 60)
    assert queue.lease(at(0.9), 9, "two", 60) == []
    assert queue.done(replace(state, next_due=at(10)), "one")
    assert queue.lease(at(9), 9, "two", 60) == []
    assert urls(queue.lease(at(10), 9, "two", 60)) == [A]


def test_a_lost_worker_costs_a_wait_and_its_late_result_is_not_written(queue: Queue) -> None:
    queue.add([feed(A)])
    (lost,) = queue.lease(NOW, 9, "one", 60)
    (state,) = queue.lease(at(1), 9, "two", 60)
    late = replace(lost, etag='"late"', next_due=at(99), last_polled=NOW)
    assert not queue.done(late, "one", [HostState("a.example", at(9))], seen={"k": "late"})
    assert queue.find(A) == state
    assert queue.find_seen(A) == {}
    assert queue.hosts() == [HostState("a.example", at(9))]
    assert queue.done(replace(state, etag='"two"'), "two")
    assert not queue.done(replace(state, etag='"again"'), "two")
    assert queue.find(A) == replace(state, etag='"two"')


def test_a_late_result_counts_while_nobody_else_has_the_feed(queue: Queue) -> None:
    queue.add([feed(A)])
    (state,) = queue.lease(NOW, 9, "one", 60)
    assert queue.done(replace(state, next_due=at(50), last_polled=at(40)), "one")


def test_nothing_is_done_without_a_lease_or_for_an_unknown_feed(queue: Queue) -> None:
    queue.add([feed(A)])
    assert not queue.done(replace(feed(A), etag="x"), "")
    assert not queue.done(feed(B), "w")
    assert queue.find(A) == feed(A)


def test_one_feed_per_host_and_domain_at_a_time(queue: Queue) -> None:
    queue.add(
        [
            feed(A, -3, "www.a.example", ".a.example"),
            feed(A + "2", -2, "www.a.example", ".a.example"),
            feed(A + "3", -1, "news.a.example", ".a.example"),
            feed(B, 0, "b.example"),
        ]
    )
    first, other = queue.lease(NOW, 9, "w", 60)
    assert urls([first, other]) == [A, B]
    assert queue.lease(NOW, 9, "x", 60) == []
    queue.done(replace(first, next_due=at(60)), "w", [HostState(".a.example", at(2), "spacing")])
    assert queue.lease(at(1), 9, "x", 600) == [queue.find(B)]
    assert urls(queue.lease(at(2), 9, "x", 60)) == [A + "2"]


def test_a_blocked_host_wastes_no_slot_of_a_lease(queue: Queue) -> None:
    queue.add([feed(f"https://a.example/{n}", -99 + n, "a.example") for n in range(20)])
    queue.add([feed(B, -1), feed(C, -2)])
    assert urls(queue.lease(NOW, 3, "w", 60)) == ["https://a.example/0", C, B]


def test_feeds_of_a_per_url_host_are_leased_together(queue: Queue) -> None:
    queue.add([feed(f"https://hub.example/{n}", 0) for n in range(5)])
    assert len(queue.lease(NOW, 9, "w", 60)) == 5


def test_a_host_row_is_never_shortened_and_is_forgotten_when_long_over(queue: Queue) -> None:
    queue.add([feed(A, 0, "a.example")])
    (state,) = queue.lease(NOW, 1, "w", 60)
    queue.done(state, "w", [HostState("a.example", at(30), "429")])
    assert queue.lease(at(29), 1, "w", 60) == []
    (state,) = queue.lease(at(30), 1, "w", 60)
    queue.done(state, "w", [HostState("a.example", at(31), "spacing"), HostState("a.example", at(30.5), "spacing")])
    assert queue.hosts() == [HostState("a.example", at(31), "spacing")]
    queue.lease(at(31 + 24 * 60), 1, "w", 60)
    assert queue.hosts() == []


def test_named_feeds_are_leased_due_or_not_but_never_against_their_host(queue: Queue) -> None:
    queue.add([feed(A, 99, "a.example"), feed(B, 50), feed(C, -1)])
    assert urls(queue.lease(NOW, 9, "w", 60, urls=[A, B])) == [B, A]
    queue.done(feed(A, 99, "a.example"), "w", [HostState("a.example", at(5), "503")])
    assert queue.lease(NOW, 9, "w", 60, urls={A, B}) == []
    assert urls(queue.lease(at(5), 9, "w", 60, urls={A, B})) == [B, A]
    assert queue.lease(NOW, 9, "w", 60, urls=[]) == []


def test_times_of_a_clock_that_was_years_ahead_are_not_obeyed(queue: Queue) -> None:
    ahead = NOW + timedelta(days=3650)
    queue.add([replace(feed(A, 0, "a.example"), next_due=ahead)])
    (state,) = queue.lease(ahead, 1, "w", 60)
    queue.done(replace(state, next_due=ahead), "w", [HostState("a.example", ahead, "spacing")])
    assert urls(queue.lease(NOW, 1, "w", 60)) == [A]
    queue.add([feed(B)])
    assert urls(queue.lease(ahead, 1, "w", 60)) == [B]
    assert urls(queue.lease(NOW, 9, "x", 60)) == [B]


@pytest.mark.parametrize("days", [0.1, 1, 20, 365])
def test_what_a_clock_decided_that_has_been_set_back_is_not_obeyed(queue: Queue, days: float) -> None:
    ahead, later = NOW + timedelta(days=days), NOW + timedelta(days=days, hours=1)
    queue.add([feed(A, 0, "a.example"), feed(B, 1, "a.example")])
    (state,) = queue.lease(ahead, 1, "w", 60, urls=[A])
    queue.done(
        replace(state, next_due=later, decided=ahead, last_polled=ahead),
        "w",
        [HostState("a.example", later, "status 429")],
    )
    assert urls(queue.lease(at(2), 9, "w", 60)) == [B]
    queue.done(feed(B, 60, "a.example"), "w")
    assert urls(queue.lease(at(3), 9, "w", 60)) == [A]


def test_a_clock_that_stepped_back_a_little_is_no_wrong_clock(queue: Queue) -> None:
    queue.add([feed(A)])
    (state,) = queue.lease(NOW, 1, "w", 60)
    queue.done(replace(state, next_due=at(60), decided=NOW, last_polled=NOW), "w", [HostState("a.example", at(1))])
    assert queue.lease(at(-1), 9, "w", 60) == []
    assert [row.host for row in queue.hosts()] == ["a.example"]


@pytest.mark.parametrize("moment", [datetime.max, datetime(9999, 12, 31, 23, 59), datetime(1, 1, 1, 0, 1)])
def test_the_edges_of_the_calendar_crash_nothing(queue: Queue, moment: datetime) -> None:
    edge = moment.replace(tzinfo=UTC)
    queue.add([feed(A)])
    (state,) = queue.lease(edge, 1, "w", 900)
    assert queue.done(replace(state, next_due=edge, decided=edge, last_polled=edge), "w", [HostState("a", edge)])
    assert urls(queue.lease(NOW, 1, "w", 60)) == [A]
    assert [row.not_before for row in queue.hosts()] in ([], [edge])


def test_the_longest_wait_itself_is_obeyed(queue: Queue) -> None:
    month = NOW + timedelta(seconds=LONGEST_WAIT_S)
    queue.add([replace(feed(A), next_due=month)])
    assert queue.lease(NOW, 1, "w", 60) == []
    assert urls(queue.lease(month, 1, "w", 60)) == [A]


def see(queue: Queue, moment: datetime, seen: dict[str, str] | None) -> dict[str, str]:
    (state,) = queue.lease(moment, 1, "w", 60, urls=[A])
    assert queue.done(replace(state, last_polled=moment), "w", seen=seen)
    return queue.find_seen(A)


def test_entries_are_remembered_for_ninety_days_after_they_left_the_feed(queue: Queue) -> None:
    queue.add([feed(A)])
    day = timedelta(days=1)
    assert see(queue, NOW, {"a": "1", "b": "1"}) == {"a": "1", "b": "1"}
    assert see(queue, NOW + 100 * day, None) == {"a": "1", "b": "1"}
    assert see(queue, NOW + 100 * day, {"b": "2", "c": "1"}) == {"a": "1", "b": "2", "c": "1"}
    assert see(queue, NOW + 190 * day, {"c": "1"}) == {"a": "1", "b": "2", "c": "1"}
    assert see(queue, NOW + 191 * day, {"b": "2"}) == {"b": "2", "c": "1"}
    assert see(queue, NOW + 999 * day, {}) == {"b": "2"}
    assert see(queue, NOW + 2000 * day, {}) == {}


def test_a_flood_of_ever_new_ids_is_bounded(queue: Queue) -> None:
    queue.add([feed(A)])
    for round_ in range(4):
        kept = see(queue, at(round_), {f"{round_}-{n:04}": "x" for n in range(SEEN_GONE_MOST // 2)})
    assert len(kept) == SEEN_GONE_MOST * 3 // 2
    assert {key[0] for key in kept} == {"1", "2", "3"}


def test_ids_come_back_byte_for_byte_even_where_they_are_no_valid_text(queue: Queue) -> None:
    queue.add([feed(A)])
    odd = {"\ud800": "\udcff", "nul\0": "", "": "早报", "é": "e\u0301", "e\u0301": "é"}
    assert see(queue, NOW, odd) == odd


def test_many_threads_share_the_work_and_each_feed_is_leased_once(queue: Queue) -> None:
    names = [f"https://h{n % 7}.example/{n}" for n in range(60)]
    queue.add([feed(url, 0, url.split("/")[2]) for url in names])
    taken: list[str] = []

    def work(worker: str) -> None:
        idle = 0
        while idle < 200:
            states = queue.lease(NOW, 2, worker, 600)
            idle = idle + 1 if not states else 0
            for state in states:
                taken.append(state.url)
                assert queue.done(replace(state, next_due=at(60)), worker)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(names)


instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
words = st.text(st.characters(exclude_categories=[]), max_size=20)
tokens = st.text("abc.:0123", min_size=1, max_size=8)
moves = st.builds(Move, instants, words, words, st.sampled_from(["redirect", "back", "undone"]))
feed_states = st.builds(
    FeedState,
    url=st.just(A),
    outlet=words,
    current_url=st.none() | words,
    etag=st.none() | words,
    last_modified=st.none() | words,
    body_digest=st.none() | words,
    listing_digest=st.none() | words,
    next_due=st.none() | instants,
    last_polled=st.none() | instants,
    last_success=st.none() | instants,
    last_full=st.none() | instants,
    interval_s=st.floats(0, 1e9),
    floor_s=st.floats(0, 1e9),
    failures=st.integers(0, 10**6),
    throttled=st.integers(0, 10**6),
    first_failure=st.none() | instants,
    last_error=st.none() | st.tuples(words, words),
    status=st.sampled_from(["active", "dormant"]),
    moved_to=st.none() | words,
    moved_seen=st.integers(0, 99),
    moved_first=st.none() | instants,
    moved_log=st.lists(moves, max_size=3).map(tuple),
    recent=st.lists(instants, max_size=5).map(tuple),
    ttl_s=st.none() | st.floats(0, 1e9),
    skip_hours=st.lists(st.integers(0, 23), max_size=3).map(tuple),
    skip_days=st.lists(st.integers(0, 6), max_size=3).map(tuple),
    pacing=st.lists(tokens, max_size=3).map(tuple),
)


@given(feed_states)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_every_state_comes_back_as_it_was_put(queue: Queue, state: FeedState) -> None:
    queue.add([], forget_others=True)
    queue.add([feed(A)])
    queue.lease(NOW, 1, "w", 60)
    assert queue.done(state, "w")
    assert queue.find(A) == state
    assert list(queue.iter_states()) == [state]


# What only the engine on disk must do.

Reopen = Callable[[], SqliteQueue]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.sqlite"


@pytest.fixture
def reopen(path: Path) -> Iterator[Reopen]:
    opened: list[SqliteQueue] = []

    def again() -> SqliteQueue:
        opened.append(SqliteQueue(path))
        return opened[-1]

    yield again
    for engine in opened:
        engine.close()


def test_waits_and_leases_survive_a_restart(reopen: Reopen) -> None:
    engine = reopen()
    engine.add([feed(A, 0, "a.example"), feed(B, 0)])
    state, _ = engine.lease(NOW, 2, "w", 60)
    engine.done(replace(state, next_due=at(1), last_polled=NOW), "w", [HostState("a.example", at(9))], seen={"k": "f"})
    engine.close()
    again = reopen()
    assert again.lease(at(0.5), 9, "x", 60) == []
    assert urls(again.lease(at(1), 9, "x", 60)) == [B]
    assert urls(again.lease(at(9), 9, "y", 60)) == [B, A]
    assert again.find_seen(A) == {"k": "f"}


def test_two_processes_do_not_lease_the_same_feed(reopen: Reopen) -> None:
    one, two = reopen(), reopen()
    one.add([feed(A), feed(B)])
    assert urls(one.lease(NOW, 1, "one", 60)) == [A]
    assert urls(two.lease(NOW, 9, "two", 60)) == [B]


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to look" * 40, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_moved_aside_and_rebuilt(path: Path, reopen: Reopen, content: bytes) -> None:
    for ending in (".aside", ".aside.2"):
        path.write_bytes(content)
        engine = reopen()
        assert engine.add([feed(A)]) == 1
        engine.close()
        assert path.with_name(path.name + ending).read_bytes() == content


def test_a_file_damaged_in_the_middle_is_moved_aside(path: Path, reopen: Reopen) -> None:
    engine = reopen()
    engine.add([feed(f"https://a.example/{n}") for n in range(500)])
    engine.close()
    content = bytearray(path.read_bytes())
    content[8192 : 8192 + 20_000] = b"\x5a" * 20_000
    path.write_bytes(content)
    assert list(reopen().iter_states()) == []
    assert path.with_name(path.name + ".aside").read_bytes() == content


def test_a_foreign_database_and_another_version_are_moved_aside_whole(path: Path, reopen: Reopen) -> None:
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE feed(mine TEXT)")
    foreign.execute("INSERT INTO feed VALUES ('precious')")
    foreign.commit()
    foreign.close()
    reopen().close()
    aside = sqlite3.connect(path.with_name(path.name + ".aside"))
    assert aside.execute("SELECT mine FROM feed").fetchall() == [("precious",)]
    aside.close()
    ours = sqlite3.connect(path)
    ours.execute("PRAGMA user_version = 999")
    ours.close()
    assert list(reopen().iter_states()) == []
    assert path.with_name(path.name + ".aside.2").exists()


def test_a_place_where_no_file_can_be_is_an_engine_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EngineError, match="file"):
        SqliteQueue(tmp_path / "file" / "queue.sqlite")
    (tmp_path / "folder").mkdir()
    with pytest.raises(EngineError, match="folder"):
        SqliteQueue(tmp_path / "folder")
    assert (tmp_path / "folder").is_dir()


def test_a_closed_queue_says_so(reopen: Reopen) -> None:
    engine = reopen()
    engine.close()
    with pytest.raises(EngineError, match=r"queue\.sqlite"):
        engine.find(A)
    with pytest.raises(EngineError, match=r"queue\.sqlite"):
        engine.lease(NOW, 1, "w", 60)


def test_a_failed_write_leaves_nothing_half_done(reopen: Reopen) -> None:
    engine = reopen()
    engine.add([feed(A)])
    (state,) = engine.lease(NOW, 1, "w", 60)
    broken = replace(state, last_error=(object(), ""))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        engine.done(broken, "w", [HostState("a.example", at(9))], seen={"k": "f"})
    assert (engine.hosts(), engine.find_seen(A), engine.find(A)) == ([], {}, state)
    assert engine.done(state, "w")


def test_a_file_of_the_version_before_keeps_what_was_learnt(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    engine = SqliteQueue(path)
    engine.add([feed(A, 5, outlet="a")])
    engine.close()
    old = sqlite3.connect(path)
    old.executescript(
        "ALTER TABLE feed DROP COLUMN decided; ALTER TABLE host DROP COLUMN noted; PRAGMA user_version = 1;"
    )
    old.close()
    engine = SqliteQueue(path)
    assert engine.find(A) == feed(A, 5, outlet="a")
    assert urls(engine.lease(at(5), 1, "w", 60)) == [A]
    engine.close()
    assert [entry.name for entry in tmp_path.iterdir() if "aside" in entry.name] == []
