"""robots.txt: what it allows, how long it holds, and that no page or picture is asked for past it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.adapters.files import FileStore
from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.model import Capture, Failure, Request, RobotsAnswer
from broadsheet.policy.robots import Rules, after_asking, is_due, rules_of
from broadsheet.services.ingest.robots import RobotsBook
from tests.server import Reply, Route, Server, redirect

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "https://news.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def rules(text: str) -> Rules:
    """The rules that a host states with ``text``."""
    return rules_of(after_asking(HOST, None, RobotsAnswer(200, text), NOW), NOW)


# What a file allows (RFC 9309 2.2)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        # the longest match counts, and of two equal ones the one that allows
        ("User-agent: *\nDisallow: /news/\nAllow: /news/open/", "/news/open/1", True),
        ("User-agent: *\nAllow: /news/open/\nDisallow: /news/", "/news/1", False),
        ("User-agent: *\nDisallow: /same\nAllow: /same", "/same", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /新闻/", "/%E6%96%B0%E9%97%BB/1", False),
        ("User-agent: *\nDisallow: /%7eold/", "/~old/1", False),
        # groups: our own before the one for all, whatever its case and version
        ("User-agent: broadsheet\nDisallow: /\n\nUser-agent: *\nDisallow:", "/a", False),
        ("User-agent: Broadsheet\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: Broadsheet\nDisallow: /b", "/a", True),
        ("User-agent: other\nUser-agent: Broadsheet\nDisallow: /", "/a", False),
        ("User-agent: sheet\nDisallow: /", "/a", True),
        ("User-agent: broadsheetreader\nDisallow: /", "/a", True),
        ("user-AGENT:*\ndisallow:/a # why\n", "/a", False),
        ("<!doctype html><html><body>User-agent of the year</body></html>", "/a", True),
        ("\x00\xff nothing that anyone could read", "/a", True),
    ],
)
def test_what_a_file_allows(text: str, path: str, allowed: bool) -> None:
    objection = rules(text).find_objection(HOST + path)
    assert (objection is None) == allowed
    if objection:
        assert objection[0] == "robots"
        assert HOST in objection[1]


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nDisallow: /a", 0.0),
        ("User-agent: *\nCrawl-delay: 7.5", 7.5),
        ("User-agent: other\nCrawl-delay: 7", 0.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        ("User-agent: *\nRequest-rate: 1/10", 10.0),
        ("User-agent: *\nRequest-rate: 2/1m\nCrawl-delay: 5", 30.0),
    ],
)
def test_the_pause_a_host_wants(text: str, delay_s: float) -> None:
    assert rules(text).delay_s == delay_s


@given(st.text(), st.text())
def test_any_text_at_all_can_be_asked(text: str, path: str) -> None:
    found = rules(text)
    assert found.delay_s >= 0
    found.find_objection(f"{HOST}/{path}")


# How long it holds, and what holds without (RFC 9309 2.3 and 2.4)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_host_without_the_file_allows_all(status: int) -> None:
    state = after_asking(HOST, None, RobotsAnswer(status), NOW)
    assert rules_of(state, NOW).find_objection(f"{HOST}/a") is None
    assert is_due(state, NOW + DAY) and not is_due(state, NOW + DAY - MINUTE)


def test_more_redirects_than_are_followed_are_no_file() -> None:
    state = after_asking(HOST, None, RobotsAnswer(None, reason="too many redirects"), NOW)
    assert rules_of(state, NOW).find_objection(f"{HOST}/a") is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (RobotsAnswer(500), "robots unreachable"),
        (RobotsAnswer(503), "robots unreachable"),
        (RobotsAnswer(429), "robots unreachable"),
        (RobotsAnswer(None, reason="timeout"), "timeout"),
        (RobotsAnswer(None, reason="dns"), "dns"),
    ],
)
def test_a_file_that_cannot_be_had_refuses_all_for_thirty_days(answer: RobotsAnswer, reason: str) -> None:
    state, now = after_asking(HOST, None, answer, NOW), NOW
    for _ in range(29):
        objection = rules_of(state, now).find_objection(f"{HOST}/a")
        assert objection is not None and objection[0] == reason
        assert is_due(state, now + 10 * MINUTE) and not is_due(state, now + 9 * MINUTE)
        now += DAY
        state = after_asking(HOST, state, answer, now)
    now += DAY
    assert rules_of(after_asking(HOST, state, answer, now), now).find_objection(f"{HOST}/a") is None


def test_the_last_copy_holds_while_the_file_cannot_be_had() -> None:
    state = after_asking(HOST, None, RobotsAnswer(200, "User-agent: *\nDisallow: /a"), NOW)
    later = NOW + 45 * DAY
    state = after_asking(HOST, state, RobotsAnswer(503), later)
    assert rules_of(state, later).find_objection(f"{HOST}/a") is not None
    assert rules_of(state, later).find_objection(f"{HOST}/b") is None
    state = after_asking(HOST, state, RobotsAnswer(200, ""), later + HOUR)
    assert rules_of(state, later + HOUR).find_objection(f"{HOST}/a") is None


def test_a_state_from_the_future_is_not_believed() -> None:
    state = after_asking(HOST, None, RobotsAnswer(200), NOW + DAY)
    assert is_due(state, NOW)


def test_what_hosts_said_is_remembered_between_runs(tmp_path: Path) -> None:
    RobotsBook(FileStore(tmp_path)).note(HOST, RobotsAnswer(200, "User-agent: *\nDisallow: /私"), NOW)
    RobotsBook(FileStore(tmp_path)).note(f"{HOST}:8443", RobotsAnswer(503), NOW)
    book = RobotsBook(FileStore(tmp_path))
    found = book.find(HOST, NOW + 23 * HOUR)
    assert found is not None and found.find_objection(f"{HOST}/私/1") is not None
    assert book.find(HOST, NOW + 25 * HOUR) is None
    again = book.note(HOST, RobotsAnswer(None, reason="timeout"), NOW + 25 * HOUR)
    assert again.find_objection(f"{HOST}/私/1") is not None and again.find_objection(f"{HOST}/b") is None
    other = book.find(f"{HOST}:8443", NOW + MINUTE)
    assert other is not None and other.find_objection(f"{HOST}:8443/b") is not None
    assert book.find("https://unknown.example", NOW) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"form": 1}', b'{"form": 9, "origin": "x"}', b"\xff"])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, content: bytes) -> None:
    RobotsBook(FileStore(tmp_path)).note(HOST, RobotsAnswer(200), NOW)
    (file,) = (path for path in tmp_path.rglob("*.json"))
    file.write_bytes(content)
    assert RobotsBook(FileStore(tmp_path)).find(HOST, NOW) is None


# What the Fetcher does with it

SETTINGS = FetchSettings(
    user_agent="Broadsheet-tests", private_networks=("127.0.0.1/32", "127.0.0.2/32"), host_spacing_s=0.0,
    domain_spacing_s=0.0, jitter=0.0,
)  # fmt: skip
CLOSED = Reply(200, b"User-agent: *\nDisallow: /closed")


class Asking:
    """A Fetcher that obeys, asked again and again."""

    def __init__(self, stack: ExitStack, settings: FetchSettings = SETTINGS, book: RobotsBook | None = None) -> None:
        self.fetcher = stack.enter_context(HttpFetcher(settings, robots=book or RobotsBook()))

    def __call__(self, *requests: Request) -> dict[str, str]:
        """URL (as asked) -> ``ok`` or the reason of the failure."""
        results = self.fetcher.fetch_all(requests)
        return {one.url: "ok" if isinstance(one, Capture) else one.reason for one in results}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def served(stack: ExitStack, routes: dict[str, Route]) -> Server:
    return stack.enter_context(Server(routes))


def test_pages_and_pictures_obey_and_feeds_are_asked(stack: ExitStack) -> None:
    server = served(stack, {"/robots.txt": CLOSED, "/open": Reply(), "/closed": Reply()})
    ask = Asking(stack)
    for purpose in ("page", "picture"):
        assert ask(Request(server.url("/open"), purpose=purpose), Request(server.url("/closed"), purpose=purpose)) == {
            server.url("/open"): "ok",
            server.url("/closed"): "robots",
        }
    assert ask(Request(server.url("/closed"), purpose="feed")) == {server.url("/closed"): "ok"}
    assert server.paths().count("/robots.txt") == 1
    assert server.paths().count("/closed") == 1
    assert server.paths()[0] == "/robots.txt"


def test_a_feed_alone_asks_for_no_rules(stack: ExitStack) -> None:
    server = served(stack, {"/robots.txt": CLOSED, "/feed": Reply()})
    Asking(stack)(Request(server.url("/feed"), purpose="feed"))
    assert server.paths() == ["/feed"]


def test_many_pages_at_once_ask_for_the_rules_once(stack: ExitStack) -> None:
    slow = replace(CLOSED, wait_s=0.2)
    server = served(stack, {"/robots.txt": slow, **{f"/{number}": Reply() for number in range(30)}})
    told = Asking(stack)(*[Request(server.url(f"/{number}")) for number in range(30)])
    assert set(told.values()) == {"ok"}
    assert server.paths().count("/robots.txt") == 1


def test_an_outlet_may_be_exempt(stack: ExitStack) -> None:
    server = served(stack, {"/robots.txt": CLOSED, "/closed": Reply()})
    ask = Asking(stack, replace(SETTINGS, ignores_robots=frozenset({"own"})))
    assert ask(Request(server.url("/closed"), outlet="own")) == {server.url("/closed"): "ok"}
    assert ask(Request(server.url("/closed"), outlet="other")) == {server.url("/closed"): "robots"}


def test_a_redirect_leads_to_nothing_that_is_refused(stack: ExitStack) -> None:
    routes: dict[str, Route] = {"/robots.txt": CLOSED, "/closed": Reply(), "/in": redirect("/closed")}
    server = served(stack, routes)
    routes["/out"] = redirect(server.url("/closed", host="127.0.0.2"))
    ask = Asking(stack)
    assert set(ask(Request(server.url("/in")), Request(server.url("/out"))).values()) == {"robots"}
    assert "/closed" not in server.paths()
    assert {(seen.host, seen.path) for seen in server.log} >= {
        ("127.0.0.1", "/robots.txt"),
        ("127.0.0.2", "/robots.txt"),
    }


def test_the_file_itself_passes_the_guard(stack: ExitStack) -> None:
    server = served(stack, {"/a": Reply()})
    server.routes = {"/a": Reply(), "/robots.txt": redirect(server.url("/robots.txt", host="127.0.0.3"))}
    assert Asking(stack)(Request(server.url("/a"))) == {server.url("/a"): "private address"}
    assert server.paths() == ["/robots.txt"]


@pytest.mark.parametrize(("hops", "told"), [(5, "robots"), (6, "ok")])
def test_five_redirects_are_followed(stack: ExitStack, hops: int, told: str) -> None:
    way: dict[str, Route] = {f"/{number}": redirect(f"/{number + 1}") for number in range(1, hops)}
    last: dict[str, Route] = {f"/{hops}": Reply(200, b"User-agent: *\nDisallow: /a"), "/a": Reply()}
    server = served(stack, {"/robots.txt": redirect("/1"), **way, **last})
    assert Asking(stack)(Request(server.url("/a"))) == {server.url("/a"): told}


def test_no_more_than_its_bound_is_read(stack: ExitStack) -> None:
    filler = b"# " + b"x" * 998 + b"\n"
    inside = b"User-agent: *\nDisallow: /inside\n" + filler * 480
    body = inside + filler * 200 + b"Disallow: /beyond\n" + filler * 40_000
    routes: dict[str, Route] = {"/robots.txt": Reply(200, body, chunked=True), "/inside": Reply(), "/beyond": Reply()}
    server = served(stack, routes)
    told = Asking(stack)(Request(server.url("/inside")), Request(server.url("/beyond")))
    assert told == {server.url("/inside"): "robots", server.url("/beyond"): "ok"}


@pytest.mark.parametrize(("status", "told"), [(404, "ok"), (403, "ok"), (500, "robots unreachable")])
def test_a_file_that_is_not_there(stack: ExitStack, status: int, told: str) -> None:
    server = served(stack, {"/robots.txt": Reply(status), "/a": Reply(), "/b": Reply()})
    ask = Asking(stack)
    assert set(ask(Request(server.url("/a")), Request(server.url("/b"))).values()) == {told}
    assert server.paths().count("/robots.txt") == 1


def test_a_server_that_takes_no_connections_is_told_as_such(stack: ExitStack) -> None:
    server = Server()
    with server:
        url = server.url("/a")
    (failure,) = Asking(stack).fetcher.fetch_all([Request(url)])
    assert isinstance(failure, Failure) and failure.reason == "refused"


def test_rules_outlive_the_fetcher(stack: ExitStack, tmp_path: Path) -> None:
    server = served(stack, {"/robots.txt": CLOSED, "/closed": Reply()})
    for _ in range(3):
        ask = Asking(stack, book=RobotsBook(FileStore(tmp_path)))
        assert ask(Request(server.url("/closed"))) == {server.url("/closed"): "robots"}
    assert server.paths() == ["/robots.txt"]


def test_the_pause_a_host_wants_is_kept(stack: ExitStack) -> None:
    file = Reply(200, b"User-agent: *\nCrawl-delay: 0.2")
    server = served(stack, {"/robots.txt": file, **{f"/{number}": Reply() for number in range(4)}})
    told = Asking(stack)(*[Request(server.url(f"/{number}")) for number in range(4)])
    assert set(told.values()) == {"ok"}
    starts = [seen.at for seen in server.log]
    assert min(after - before for before, after in pairwise(starts[1:])) > 0.15


def test_a_pause_too_long_to_wait_for_puts_the_rest_off(stack: ExitStack) -> None:
    file = Reply(200, b"User-agent: *\nCrawl-delay: 0.5")
    server = served(stack, {"/robots.txt": file, **{f"/{number}": Reply() for number in range(9)}})
    requests = [Request(server.url(f"/{number}")) for number in range(9)]
    ask = Asking(stack, replace(SETTINGS, max_delay_s=0.1))
    results = list(ask.fetcher.fetch_all(requests))
    waits = [one.retry_after_s for one in results if isinstance(one, Failure) and one.reason == "host asked to wait"]
    assert len(waits) == 8 and all(waits)
    assert server.paths() == ["/robots.txt", server.paths()[1]]
    bounded = Asking(stack, replace(SETTINGS, max_slow_s=1.2))
    assert sorted(bounded(*requests).values()).count("ok") in range(2, 8)


def test_a_pause_of_our_own_is_waited_for_however_long(stack: ExitStack) -> None:
    server = served(stack, {"/robots.txt": CLOSED, "/a": redirect("/b"), "/b": Reply()})
    patient = replace(SETTINGS, host_spacing_s=0.3, max_delay_s=0.1)
    assert Asking(stack, patient)(Request(server.url("/a"))) == {server.url("/a"): "ok"}
