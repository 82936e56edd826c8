"""A simulated year: fifty feeds of many temperaments, polled event by event with the real decisions.

Each server checks by its own simple rules that it is asked as it wished; afterwards the year is audited: every
entry seen in good time, no feed asked too often, none given up.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from broadsheet.adapters.sqlite.queue import SqliteQueue
from broadsheet.model import Capture, Entry, Failure, Feed, FeedState, Hop, Request
from broadsheet.policy import (
    DEFAULT,
    Decision,
    after_failure,
    after_response,
    health_of,
    needs_reading,
    new_state,
    next_turn,
    plan_request,
)
from broadsheet.ports import Queue
from broadsheet.testing.queue import MemoryQueue

pytestmark = pytest.mark.slow

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
END = START + 365 * DAY
WINDOW = 12


def http_date(moment: datetime) -> str:
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


@dataclass
class Server:
    """An outlet's server for one feed: publishes at ``posts``, answers conditional requests honestly."""

    url: str
    posts: list[datetime]
    asked: list[datetime] = field(default_factory=list)
    seen: dict[int, datetime] = field(default_factory=dict)
    not_before: datetime = START
    complaints: list[str] = field(default_factory=list)
    versions: dict[int, Feed] = field(default_factory=dict)

    def answer(self, request: Request, now: datetime) -> Capture | Failure:
        if now < self.not_before:
            self.complaints.append(f"{now} is before {self.not_before}")
        self.asked.append(now)
        return self.page(request, now)

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        count = bisect_right(self.posts, now)
        etag = f'W/"{count}'
        sent = dict(request.headers)
        if sent.get("If-None-Match", etag) != etag and not sent["If-None-Match"].startswith('W/"'):
            self.complaints.append("a mangled validator")
        status = 304 if sent.get("If-None-Match") == etag else 200
        return self.reply(request, now, status, (), ETag=etag, **headers)

    def reply(
        self, request: Request, now: datetime, status: int, hops: tuple[Hop, ...] = (), **headers: str
    ) -> Capture:
        fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        body = b"%d" % bisect_right(self.posts, now) if status == 200 else b""
        final = hops[-1].location if hops else request.url
        return Capture(request.url, final, status, fields, body, now, hops, request_headers=request.headers)

    def fail(self, request: Request, now: datetime, reason: str) -> Failure:
        return Failure(request.url, request.key, reason, f"{reason} at {request.url}", now)

    def date_of(self, post: datetime) -> datetime | None:
        return post

    def read(self, count: int) -> Feed:
        if count not in self.versions:
            numbers = range(max(0, count - WINDOW), count)
            entries = tuple(Entry(entry_id=str(n), published=self.date_of(self.posts[n])) for n in numbers)
            self.versions[count] = self.adorn(Feed("rss 2.0", entries=entries))
        return self.versions[count]

    def adorn(self, feed: Feed) -> Feed:
        return feed

    def late_by(self) -> list[timedelta]:
        """How long each entry of the year waited to be seen; one never seen waited to the year's end."""
        return [self.seen.get(n, END) - post for n, post in enumerate(self.posts) if START <= post < END - 3 * DAY]


class Undated(Server):
    def date_of(self, post: datetime) -> datetime | None:
        return None


class Ahead(Server):
    """Dates every entry two days into the future."""

    def date_of(self, post: datetime) -> datetime | None:
        return post + 2 * DAY


class Behind(Server):
    """Takes its local time for UTC."""

    def date_of(self, post: datetime) -> datetime | None:
        return post - 8 * HOUR


class Liar(Server):
    """Answers 304 to every conditional request, whatever is new."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        if request.headers:
            return self.reply(request, now, 304)
        return super().page(request, now)


class Fresh(Server):
    """Says max-age, also on a 304."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        self.not_before = now + 6 * HOUR
        return super().page(request, now, Cache_Control="public, max-age=21600")


class WrongClock(Server):
    """Its clock is 400 days ahead; Expires means two hours all the same."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        self.not_before = now + 2 * HOUR
        there = now + 400 * DAY
        return super().page(request, now, Date=http_date(there), Expires=http_date(there + 2 * HOUR))


class Slow(Server):
    """Publishes a ttl of three hours."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        self.not_before = now + 3 * HOUR
        return super().page(request, now)

    def adorn(self, feed: Feed) -> Feed:
        return replace(feed, ttl_s=10_800.0)


class OfficeHours(Server):
    """Wishes not to be asked at night and at weekends."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        if len(self.asked) > 1 and (now.hour < 7 or now.weekday() > 4):
            self.complaints.append(f"asked at {now:%a %H:%M}")
        return super().page(request, now)

    def adorn(self, feed: Feed) -> Feed:
        return replace(feed, skip_hours=tuple(range(7)), skip_days=(5, 6))


class Touchy(Server):
    """Answers 429 to who comes more often than every two hours, and asks for three more; dates by a wrong clock."""

    last = START - DAY
    refusals = 0

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        if now - self.last >= 2 * HOUR:
            self.last = now
            return super().page(request, now)
        self.refusals += 1
        self.not_before = now + 3 * HOUR
        there = now - 30 * DAY
        return self.reply(request, now, 429, Date=http_date(there), Retry_After=http_date(there + 3 * HOUR))


class Closing(Server):
    """Is closed for three weeks in March and says so with 503."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        opens = START + 81 * DAY
        if START + 60 * DAY <= now < opens:
            self.not_before = opens
            return self.reply(request, now, 503, Retry_After=str(int((opens - now).total_seconds())))
        return super().page(request, now)


class Outage(Server):
    """Is down for five days each quarter."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        if (now - START).days % 91 >= 86:
            return self.fail(request, now, "timeout")
        return super().page(request, now)


class Dead(Server):
    """Its name is gone from the fiftieth day on."""

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        if now >= START + 50 * DAY:
            return self.fail(request, now, "dns")
        return super().page(request, now)


class Gone(Server):
    """Says 410 from day 100 on."""

    back = END

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        if START + 100 * DAY <= now < self.back:
            return self.reply(request, now, 410)
        return super().page(request, now)


class GoneAndBack(Gone):
    back = START + 160 * DAY


class Mover(Server):
    """Moves on day 60; on day 200 the new address is lost and the old one serves again."""

    asked_old = 0

    def page(self, request: Request, now: datetime, **headers: str) -> Capture | Failure:
        new = self.url.replace("www.", "new.")
        moved = START + 60 * DAY <= now < START + 200 * DAY
        if moved and request.url == self.url:
            self.asked_old += 1
            return self.reply(request, now, 200, (Hop(self.url, 301, new),))
        if (request.url == new) != moved:
            return self.reply(request, now, 404)
        return super().page(request, now)


def posts_every(gap: timedelta, chance: Random, until: datetime = END) -> list[datetime]:
    moment, posts = START - 30 * gap, []
    while (moment := moment + gap * chance.expovariate(1.0)) < until:
        posts.append(moment)
    return posts


def posts_in_batches(chance: Random) -> list[datetime]:
    """Ten entries within a minute each morning."""
    mornings = (START + n * DAY + 8 * HOUR for n in range(-3, 365))
    return [morning + timedelta(seconds=5 * n + chance.random()) for morning in mornings for n in range(10)]


def make_servers(chance: Random) -> list[Server]:
    rows: list[tuple[type[Server], int, float]] = [
        (Server, 1, 6), (Server, 4, 12), (Server, 6, 24), (Server, 4, 24 * 7), (Server, 4, 24 * 30),
        (Undated, 2, 24), (Ahead, 1, 24), (Behind, 1, 24), (Liar, 3, 24), (Fresh, 2, 12), (WrongClock, 2, 12),
        (Slow, 1, 12), (OfficeHours, 2, 24), (Touchy, 2, 4), (Closing, 2, 48), (Outage, 3, 24), (Dead, 2, 24),
        (Gone, 2, 24), (GoneAndBack, 2, 24), (Mover, 2, 24),
    ]  # fmt: skip
    servers = [
        kind(f"https://www.{kind.__name__.lower()}-{hours}-{n}.example/feed", posts_every(hours * HOUR, chance))
        for kind, count, hours in rows
        for n in range(count)
    ]
    for n in range(2):
        servers.append(Server(f"https://morning.example/{n}", posts_in_batches(chance)))
    return servers


def decide(server: Server, state: FeedState, now: datetime, chance: float) -> Decision:
    """One poll, as the pipeline makes it: ask, read what is new, decide."""
    result = server.answer(plan_request(state, now), now)
    if isinstance(result, Failure):
        return after_failure(state, result, now, DEFAULT, chance)
    feed = server.read(int(result.body)) if needs_reading(state, result) else None
    decision = after_response(state, result, feed, now, DEFAULT, chance)
    if feed is not None:
        for entry in feed.entries:
            server.seen.setdefault(int(entry.entry_id or ""), now)
    return decision


@dataclass(frozen=True)
class Year:
    servers: list[Server]
    states: dict[str, FeedState]
    host_times: dict[str, list[datetime]]

    def kind(self, kind: type[Server]) -> Iterator[tuple[Server, FeedState]]:
        found = [server for server in self.servers if type(server) is kind]
        assert found
        return ((server, self.states[server.url]) for server in found)


@cache
def the_year() -> Year:
    """Poll everything from the first of January to the end of December, in the order in which it falls due."""
    chance = Random(7)
    servers = {server.url: server for server in make_servers(chance)}
    states = {url: new_state(url) for url in servers}
    waits: dict[str, datetime] = {}
    host_times: dict[str, list[datetime]] = {}
    turns = [(START, url) for url in servers]
    while turns and turns[0][0] < END:
        now, url = heapq.heappop(turns)
        free = max((waits.get(key, now) for key in states[url].pacing), default=now)
        if free > now:
            heapq.heappush(turns, (free, url))
            continue
        host_times.setdefault(url.split("/")[2], []).append(now)
        decision = decide(servers[url], states[url], now, chance.random())
        for row in decision.hosts:
            waits[row.host] = max(waits.get(row.host, now), row.not_before)
        states[url] = decision.state
        assert decision.state.next_due is not None
        heapq.heappush(turns, (decision.state.next_due, url))
    assert len(turns) == len(servers), "every feed still has a next turn"
    return Year(list(servers.values()), states, host_times)


@pytest.fixture
def year() -> Year:
    return the_year()


def in_span(moments: list[datetime], first_day: float, last_day: float) -> int:
    return sum(START + first_day * DAY <= moment < START + last_day * DAY for moment in moments)


def test_no_server_was_asked_before_it_allowed_or_with_a_mangled_validator(year: Year) -> None:
    assert {server.url: server.complaints[:3] for server in year.servers if server.complaints} == {}


def test_requests_to_one_host_were_spaced(year: Year) -> None:
    shared = year.host_times["morning.example"]
    assert min(b - a for a, b in pairwise(shared)) >= timedelta(seconds=2)


def test_every_entry_was_seen_within_a_day(year: Year) -> None:
    for kind in (Server, Undated, Ahead, Behind, Fresh, WrongClock, Slow, Touchy):
        for server, _ in year.kind(kind):
            assert max(server.late_by()) <= 25 * HOUR, server.url


def test_half_of_a_regular_feeds_entries_were_seen_within_half_its_gap(year: Year) -> None:
    for server, _ in year.kind(Server):
        delays = sorted(server.late_by())
        gap = DAY if "morning" in server.url else (END - START) / len(delays)
        assert delays[len(delays) // 2] <= gap / 2, server.url


def test_requests_stay_in_proportion_to_what_is_published(year: Year) -> None:
    for server in year.servers:
        assert 50 <= len(server.asked) <= 3 * len(server.posts) + 600, server.url
    for server, _ in year.kind(Server):
        assert len(server.asked) >= 365


def test_a_lying_304_is_healed_within_the_time_of_a_full_fetch(year: Year) -> None:
    for server, _ in year.kind(Liar):
        assert max(server.late_by()) <= timedelta(seconds=DEFAULT.full_fetch_every_s + 1)
        assert len(server.asked) > 500


def test_a_touchy_server_teaches_its_rhythm(year: Year) -> None:
    for server, _ in year.kind(Touchy):
        assert isinstance(server, Touchy)
        assert 0 < server.refusals < len(server.asked) / 4


def test_a_server_that_closed_for_weeks_was_left_alone_and_asked_when_it_opened(year: Year) -> None:
    for server, _ in year.kind(Closing):
        assert in_span(server.asked, 60, 81) == 1
        assert in_span(server.asked, 81, 81.1) == 1
        assert max(server.late_by()) <= 22 * DAY


def test_office_hours_delay_by_a_weekend_at_most(year: Year) -> None:
    for server, _ in year.kind(OfficeHours):
        assert max(server.late_by()) <= 4 * DAY


def test_after_an_outage_everything_is_caught_up_within_a_day(year: Year) -> None:
    for server, state in year.kind(Outage):
        assert max(server.late_by()) <= 5 * DAY + 28 * HOUR
        assert in_span(server.asked, 86, 91) <= 16
        assert state.failures == 0


def test_the_dead_are_probed_for_ever_and_said_to_be_failing(year: Year) -> None:
    for server, state in year.kind(Dead):
        assert 25 <= in_span(server.asked, 330, 360) <= 31
        assert health_of(state, END).level == "failing"


def test_the_gone_are_probed_weekly_and_found_when_they_come_back(year: Year) -> None:
    for server, state in year.kind(Gone):
        assert 3 <= in_span(server.asked, 330, 360) <= 5
        assert health_of(state, END).level == "dormant"
    for server, state in year.kind(GoneAndBack):
        assert in_span(server.asked, 160, 168) >= 1
        assert in_span(server.asked, 330, 360) > 30
        assert state.status == "active"


def test_a_move_is_stored_and_taken_back_when_the_server_moves_back(year: Year) -> None:
    for server, state in year.kind(Mover):
        assert isinstance(server, Mover)
        assert server.asked_old < 20
        assert [move.why for move in state.moved_log] == ["redirect", "back"]
        assert state.current_url is None
        assert max(server.late_by()) <= 3 * DAY


def run_through(queue: Queue, days: int, reopened: Path | None = None) -> list[tuple[datetime, str, str]]:
    """Poll a few servers through a queue, as a run does; with ``reopened``, start anew after every day."""
    chance = Random(3)
    servers = {s.url: s for s in make_servers(chance) if type(s) in (Touchy, Outage, Fresh, Mover)}
    for n, server in enumerate(servers.values()):
        server.url = f"https://www.one.example/{n}"
    servers = {server.url: server for server in servers.values()}
    queue.add(new_state(url, "one") for url in servers)
    account: list[tuple[datetime, str, str]] = []
    now, day = START, 0
    while (turn := next_turn(queue.iter_states(), queue.hosts(), now)) is not None and turn < START + days * DAY:
        now = turn
        if reopened and (now - START).days > day:
            day = (now - START).days
            assert isinstance(queue, SqliteQueue)
            queue.close()
            queue = SqliteQueue(reopened)
        leased = queue.lease(now, 5, "w", 60)
        assert len(leased) == 1, "one host, one feed at a time"
        decision = decide(servers[leased[0].url], leased[0], now, chance.random())
        account.append((now, leased[0].url, decision.outcome))
        assert queue.done(decision.state, "w", decision.hosts)
    if isinstance(queue, SqliteQueue):
        queue.close()
    assert [server.complaints for server in servers.values() if server.complaints] == []
    return account


def test_restarts_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    steady = run_through(MemoryQueue(), 12)
    assert len(steady) > 200
    assert run_through(SqliteQueue(path), 12, path) == steady
