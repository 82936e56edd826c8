"""The Fetcher against a strict server on loopback: what it sends, when, to whom, and what it makes of the answers."""

from __future__ import annotations

import base64
import gzip
import itertools
import logging
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.errors import EngineError, SettingsError
from broadsheet.model import Capture, Failure, Hop, Request
from tests.server import CERTIFICATE, Reply, Route, Seen, Server, redirect, server_tls
from tests.test_addresses import NOT_PUBLIC

pytestmark = pytest.mark.dated

LOOPBACK = FetchSettings(
    user_agent="Broadsheet-tests",
    private_networks=("127.0.0.1/32", "127.0.0.2/32"),
    host_spacing_s=0.0,
    domain_spacing_s=0.0,
)
"""127.0.0.1 and 127.0.0.2 stand for the public internet, 127.0.0.3 for a private address."""

NAMES = {"a.example": "127.0.0.1", "b.example": "127.0.0.2", "evil.example": "127.0.0.3"}

Fetch = Callable[..., list[Capture | Failure]]


def by_name(host: str, port: int) -> Sequence[str]:
    """Look a name up in NAMES; any other is unknown."""
    if host not in NAMES:
        raise OSError("no such name")
    return [NAMES[host]]


@pytest.fixture
def fetch() -> Iterator[Fetch]:
    """Fetch addresses or requests with a Fetcher of the test's own."""
    fetchers: list[HttpFetcher] = []

    def run(
        *requests: Request | str,
        settings: FetchSettings = LOOPBACK,
        lookup: Callable[[str, int], Sequence[str]] = by_name,
        tls: ssl.SSLContext | None = None,
    ) -> list[Capture | Failure]:
        fetcher = HttpFetcher(settings, lookup=lookup, tls=tls, random=Random(7))
        fetchers.append(fetcher)
        return list(fetcher.fetch_all(Request(each) if isinstance(each, str) else each for each in requests))

    yield run
    for fetcher in fetchers:
        fetcher.close()


def captured(results: list[Capture | Failure]) -> Capture:
    """The one result, which is a capture."""
    (result,) = results
    assert isinstance(result, Capture), result
    return result


def failed(results: list[Capture | Failure]) -> Failure:
    """The one result, which is a failure."""
    (result,) = results
    assert isinstance(result, Failure), result
    return result


# What is sent and what is kept


def test_a_response_is_kept_as_it_came(fetch: Fetch) -> None:
    headers = (("Content-Type", "text/plain"), ("X-Thing", "one"), ("X-Thing", "两"))
    with Server({"/a": Reply(200, b"text", headers=headers)}) as server:
        capture = captured(fetch(Request(server.url("/a?x=%2F&y=1%2B1"), key="k", headers=(("X-Ask", "me"),))))
    assert (capture.key, capture.status, capture.body, capture.wire) == ("k", 200, b"text", None)
    assert capture.final_url == capture.url == server.url("/a?x=%2F&y=1%2B1")
    assert [value for name, value in capture.headers if name == "X-Thing"] == ["one", "两"]
    assert capture.address == "127.0.0.1"
    assert capture.captured.tzinfo is UTC
    (seen,) = server.log
    assert seen.target == "/a?x=%2F&y=1%2B1"
    assert seen.find("user-agent") == "Broadsheet-tests"
    assert ("X-Ask", "me") in seen.headers
    assert set(capture.request_headers) == {(k, v) for k, v in seen.headers if k not in ("Host", "Connection")}
    assert seen.find("cookie") is seen.find("referer") is None


def test_cookies_are_not_kept_between_requests(fetch: Fetch) -> None:
    with Server({"/a": Reply(200, headers=(("Set-Cookie", "id=1; Path=/"),))}) as server:
        fetch(*[server.url("/a")] * 3)
    assert [seen.find("cookie") for seen in server.log] == [None] * 3


def test_what_a_request_accepts_depends_on_its_purpose(fetch: Fetch) -> None:
    with Server({"/a": Reply()}) as server:
        fetch(Request(server.url("/a"), purpose="feed"))
        fetch(Request(server.url("/a"), purpose="picture"))
        fetch(Request(server.url("/a"), purpose="picture", headers=(("accept", "x/y"),)))
    feed, picture, own = (str(seen.find("accept")) for seen in server.log)
    assert "application/rss+xml" in feed
    assert "image/" in picture
    assert own == "x/y"


def test_an_address_beyond_ascii_is_asked_for_in_utf8(fetch: Fetch) -> None:
    with Server() as server:
        fetch(server.url("/新闻?问=答#段"), server.url("/a b%zz"))
    assert sorted(server.paths()) == ["/%E6%96%B0%E9%97%BB?%E9%97%AE=%E7%AD%94", "/a%20b%25zz"]


def test_not_modified_is_a_capture_without_a_body(fetch: Fetch) -> None:
    with Server({"/a": Reply(304, headers=(("ETag", '"x"'),))}) as server:
        capture = captured(fetch(Request(server.url("/a"), headers=(("If-None-Match", '"x"'),))))
    assert (capture.status, capture.body, capture.find_header("etag")) == (304, b"", '"x"')
    assert server.log[0].find("if-none-match") == '"x"'


def test_connections_are_used_again(fetch: Fetch) -> None:
    with Server({"/a": Reply(200, b"x"), "/b": redirect("/a"), "/c": Reply(304)}) as server:
        for _ in range(3):
            assert len(fetch(*[server.url(path) for path in ("/a", "/b", "/c", "/no")] * 3)) == 12
    assert server.connections <= 3 * LOOPBACK.per_host


def test_connections_to_more_hosts_than_are_kept_are_closed() -> None:
    settings = replace(LOOPBACK, kept_hosts=5)
    with Server({"/": Reply(200, b"x")}) as server, HttpFetcher(settings, lookup=lambda *_: ["127.0.0.1"]) as fetcher:
        urls = [server.url("/", f"{number}.example") for number in range(40)]
        assert sum(isinstance(each, Capture) for each in fetcher.fetch_all(Request(url) for url in urls * 2)) == 80
        assert [seen.find("connection") for seen in server.log].count("close") == 70
        for _ in range(1000):
            if server.open_connections <= 10:
                break
            time.sleep(0.01)
        assert server.open_connections <= 10
        assert server.connections <= 70 + 10


# Statuses


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 500, 502, 599])
def test_an_error_status_is_a_failure(fetch: Fetch, status: int) -> None:
    with Server({"/a": Reply(status, b"sorry")}) as server:
        failure = failed(fetch(Request(server.url("/a"), key="k")))
    assert (failure.status, failure.reason, failure.key) == (status, f"status {status}", "k")
    assert failure.retry_after_s is None


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ((("Retry-After", "120"),), 120),
        ((("Retry-After", "Wed, 01 May 2024 12:02:00 GMT"), ("Date", "Wed, 01 May 2024 12:00:00 GMT")), 120),
        ((("Retry-After", "Wed, 01 May 2024 11:00:00 GMT"), ("Date", "Wed, 01 May 2024 12:00:00 GMT")), 0),
        ((("Retry-After", "9" * 40),), 31 * 86_400),
        ((("Retry-After", "soon"),), None),
        ((("Retry-After", "-5"),), None),
        ((("Retry-After", "١٢"),), None),
    ],
)
def test_the_wait_a_server_asks_for(fetch: Fetch, headers: tuple[tuple[str, str], ...], wait_s: float | None) -> None:
    with Server({"/a": Reply(503, headers=headers)}) as server:
        assert failed(fetch(server.url("/a"))).retry_after_s == wait_s


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_left_alone(fetch: Fetch, status: int) -> None:
    busy = Reply(status, headers=(("Retry-After", "300"),))
    with Server({"/busy": busy, "/b": Reply()}) as server:
        asked = [server.url("/busy", "a.example"), *[server.url(f"/{n}", "a.example") for n in range(50)]]
        settings = replace(LOOPBACK, per_host=1)
        results = fetch(*asked, server.url("/b", "b.example"), settings=settings)
    failures = [result for result in results if isinstance(result, Failure)]
    assert [result.status for result in results if isinstance(result, Capture)] == [200]
    assert server.paths().count("/busy") == 1
    assert len(server.log) == 2
    waiting = [failure for failure in failures if failure.reason == "host asked to wait"]
    assert len(waiting) == 50
    assert all(failure.retry_after_s is not None and 250 < failure.retry_after_s <= 300 for failure in waiting)


def test_a_host_that_names_no_time_rests_too_unless_it_passes_on_many_sites(fetch: Fetch) -> None:
    with Server({"/busy": Reply(429), "/a": Reply()}) as server:
        one = replace(LOOPBACK, per_host=1)
        asked = [server.url("/busy", "a.example"), server.url("/a", "a.example")]
        assert [type(result) for result in fetch(*asked, settings=one)] == [Failure, Failure]
        many = replace(one, per_url_hosts=frozenset({"a.example"}))
        assert [type(result) for result in fetch(*asked, settings=many)] == [Failure, Capture]


def test_a_redirect_to_a_host_that_asked_to_wait_is_not_followed(fetch: Fetch) -> None:
    with Server({"/busy": Reply(429)}) as server:
        server.routes = {**server.routes, "/go": redirect(server.url("/x", "b.example"))}
        first = server.url("/busy", "b.example")
        fetcher = HttpFetcher(LOOPBACK, lookup=by_name)
        list(fetcher.fetch_all([Request(first)]))
        (failure,) = fetcher.fetch_all([Request(server.url("/go", "a.example"))])
        fetcher.close()
    assert isinstance(failure, Failure)
    assert (failure.reason, len(failure.hops)) == ("host asked to wait", 1)
    assert server.paths() == ["/busy", "/go"]


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_hop_is_written_down(fetch: Fetch, status: int) -> None:
    routes: dict[str, Route] = {"/a": redirect("b?x#y", status), "/b": redirect("/c", 308), "/c": Reply(200, b"here")}
    with Server(routes) as server:
        capture = captured(fetch(server.url("/a")))
    assert capture.hops == (
        Hop(server.url("/a"), status, server.url("/b?x")),
        Hop(server.url("/b?x"), 308, server.url("/c")),
    )
    assert (capture.url, capture.final_url, capture.body) == (server.url("/a"), server.url("/c"), b"here")
    assert {seen.method for seen in server.log} == {"GET"}


def test_a_loop_ends_at_once_and_a_long_way_at_its_limit(fetch: Fetch) -> None:
    def further(seen: Seen) -> Reply:
        return redirect(f"/far?{int(seen.target.partition('?')[2] or 0) + 1}")

    with Server({"/a": redirect("/b"), "/b": redirect("/a"), "/far": further}) as server:
        loop = failed(fetch(server.url("/a")))
        far = failed(fetch(server.url("/far"), settings=replace(LOOPBACK, max_redirects=4)))
    assert (loop.reason, len(loop.hops)) == ("redirect loop", 2)
    assert (far.reason, len(far.hops)) == ("too many redirects", 5)
    assert server.paths() == ["/a", "/b", "/far", "/far?1", "/far?2", "/far?3", "/far?4"]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("", "protocol"),
        ("ftp://a.example/x", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://[::1", "bad address"),
        ("http://@/", "bad address"),
        ("http://a.example:99999/", "bad address"),
        ("http://a.example:22/", "port"),
        ("http://a.example:6379/", "port"),
        ("http://127.0.0.3/", "private address"),
        ("http://[::ffff:127.0.0.3]/", "private address"),
        ("http://2130706435/", "private address"),
        ("//0x7f.3/", "private address"),
        ("http://１２７.０.０.３/", "private address"),
        ("http://169.254.169.254/latest/meta-data/", "private address"),
        ("http://evil.example/", "private address"),
        ("http://unknown.example/", "dns"),
        (f"http://{'x' * 70}.example/", "dns"),
    ],
)
def test_a_redirect_may_not_lead_astray(fetch: Fetch, location: str, reason: str) -> None:
    with Server({"/a": redirect(location)}) as server:
        failure = failed(fetch(server.url("/a")))
    assert failure.reason == reason
    assert [(seen.target, seen.host) for seen in server.log] == [("/a", "127.0.0.1")]


# Who may be asked


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_no_spelling_of_a_private_address_is_connected_to(fetch: Fetch, host: str) -> None:
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    failure = failed(fetch(f"http://{bracketed}:8000/", settings=replace(LOOPBACK, private_networks=())))
    assert failure.reason in ("private address", "bad address")


@pytest.mark.parametrize(
    "host", ["127.0.0.3", "127.3", "0x7f000003", "017700000003", "2130706435", "[::ffff:127.0.0.3]"]
)
def test_a_private_server_hears_nothing(fetch: Fetch, host: str) -> None:
    with Server() as server:
        assert failed(fetch(server.url("/", host))).reason == "private address"
    assert server.connections == 0


def test_a_name_for_a_private_address_is_not_followed_and_a_public_one_beside_it_is(fetch: Fetch) -> None:
    with Server({"/": Reply()}) as server:
        refused = failed(fetch(server.url("/", "evil.example")))
        mixed = captured(
            fetch(server.url("/", "mixed.example"), lookup=lambda *_: ["127.0.0.3", "fe80::1%1", "127.0.0.2"])
        )
    assert refused.reason == "private address"
    assert mixed.address == "127.0.0.2"
    assert {seen.host for seen in server.log} == {"127.0.0.2"}


@pytest.mark.parametrize("ttl_s", [0, 60])
def test_a_name_that_changes_its_answer_gains_nothing(fetch: Fetch, ttl_s: int) -> None:
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat(["127.0.0.3"]))
    routes: dict[str, Route] = {"/a": replace(redirect("/b"), close=True), "/b": Reply(close=True)}
    with Server(routes) as server:
        settings = replace(LOOPBACK, dns_ttl_s=ttl_s)
        (result,) = fetch(server.url("/a", "flip.example"), settings=settings, lookup=lambda *_: next(answers))
    assert {seen.host for seen in server.log} == {"127.0.0.1"}
    assert result.status == 200 if ttl_s else isinstance(result, Failure) and result.reason == "private address"


def test_a_private_host_named_in_the_configuration_is_reached_by_that_name_only(fetch: Fetch) -> None:
    settings = replace(LOOPBACK, private_networks=("evil.example",))
    with Server({"/": Reply()}) as server:
        urls = [server.url("/", host) for host in ("evil.example", "127.0.0.3", "a.example")]
        results = {result.url: result for result in fetch(*urls, settings=settings)}
    assert [type(results[url]) for url in urls] == [Capture, Failure, Failure]
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a.example/", "scheme"),
        ("", "scheme"),
        ("a.example/feed", "scheme"),
        ("http://", "bad address"),
        ("http://a b.example/", "bad address"),
        ("http://a.example:25/", "port"),
        ("http://a.example:0/", "bad address"),
        ("http://a..example/", "bad address"),
    ],
)
def test_an_address_that_cannot_be_asked_costs_only_itself(fetch: Fetch, url: str, reason: str) -> None:
    with Server({"/": Reply()}) as server:
        results = fetch(url, server.url("/"))
    assert sorted(type(result).__name__ for result in results) == ["Capture", "Failure"]
    assert [result.reason for result in results if isinstance(result, Failure)] == [reason]


def test_a_request_that_cannot_be_sent_costs_only_itself(fetch: Fetch) -> None:
    broken = [
        Request("http://127.0.0.1:8000/", headers=(("X-A", "a\r\nX-B: b"),)),
        Request("http://127.0.0.1:8000/", not_before=datetime(2024, 1, 1)),
    ]
    assert {failed(fetch(request)).reason for request in broken} == {"bad request"}


# Secrets


def test_credentials_reach_their_host_and_nothing_else(fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    routes: dict[str, Route] = {"/same": redirect("/go"), "/end": Reply(200, b"x"), "/back": Reply(500)}
    with Server(routes) as server:
        away = server.url("/end", "b.example").replace("//", "//thief:catch@")
        server.routes = {**routes, "/go": redirect(away)}
        secret = server.url("/same", "a.example").replace("//", "//us%40er:s3cret@")
        capture = captured(fetch(Request(secret, headers=(("Cookie", "s3cret=1"), ("X-Plain", "kept")))))
        failure = failed(fetch(secret.replace("/same", "/back")))
    same, go, end, back = server.log
    basic = "Basic " + base64.b64encode(b"us@er:s3cret").decode()
    assert [seen.find("authorization") for seen in (same, go, end, back)] == [basic, basic, None, basic]
    assert [seen.find("cookie") for seen in (same, go, end)] == ["s3cret=1", "s3cret=1", None]
    assert end.find("x-plain") == "kept"
    shown = repr(capture) + repr(failure) + caplog.text
    assert not [word for word in ("s3cret", "catch", basic, "us%40er") if word in shown]
    assert capture.url == server.url("/same", "a.example")


def test_another_port_is_another_host(fetch: Fetch) -> None:
    with Server({"/b": Reply()}) as other, Server({"/a": redirect(other.url("/b"))}) as server:
        capture = captured(fetch(Request(server.url("/a"), headers=(("Authorization", "Bearer s3cret"),))))
    assert server.log[0].find("authorization") == "Bearer s3cret"
    assert other.log[0].find("authorization") is None
    assert "s3cret" not in repr(capture)


# TLS


def test_a_certificate_nobody_trusts_is_refused(fetch: Fetch) -> None:
    with Server({"/": Reply()}, tls=server_tls()) as server:
        failure = failed(fetch(server.url("/")))
    assert failure.reason == "tls"
    assert "self-signed" in failure.message
    assert server.log == []


def test_a_trusted_certificate_must_be_the_hosts_own(fetch: Fetch) -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with Server({"/": Reply()}, tls=server_tls()) as server:
        right = captured(fetch(server.url("/"), tls=trusting))
        wrong = failed(fetch(server.url("/", "a.example"), tls=trusting))
    assert (right.status, wrong.reason) == (200, "tls")
    assert len(server.log) == 1


def test_tls_is_never_switched_off() -> None:
    loose = ssl.create_default_context()
    loose.check_hostname = False
    with pytest.raises(SettingsError, match="verify"):
        HttpFetcher(LOOPBACK, tls=loose)


# Bodies


def test_a_packed_body_is_unpacked_and_kept_as_it_came(fetch: Fetch) -> None:
    packed = gzip.compress(b"news " * 1000)
    with Server({"/a": Reply(200, packed, headers=(("Content-Encoding", "gzip"),))}) as server:
        capture = captured(fetch(server.url("/a")))
    assert (capture.body, capture.wire) == (b"news " * 1000, packed)
    assert server.log[0].find("accept-encoding") == "gzip, deflate"


@pytest.mark.parametrize("label", ["gzip", "gzip, gzip", "deflate"])
def test_a_bomb_stops_early(fetch: Fetch, label: str) -> None:
    bomb = gzip.compress(bytes(200_000_000), 9) if "gzip" in label else zlib.compress(bytes(200_000_000), 9)
    if "," in label:
        bomb = gzip.compress(bomb, 9)
    with Server({"/a": Reply(200, bomb, headers=(("Content-Encoding", label),))}) as server:
        fetch(server.url("/nothing"))
        tracemalloc.start()
        try:
            failure = failed(fetch(server.url("/a")))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert failure.reason == "bomb"
    assert peak < 8_000_000


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, bytes(3000)),
        Reply(200, bytes(3000), chunked=True),
        Reply(200, bytes(3000), length=-1),
        Reply(200, gzip.compress(bytes(3000), mtime=0), headers=(("Content-Encoding", "gzip"),)),
    ],
)
def test_a_body_past_its_cap_is_refused(fetch: Fetch, reply: Reply) -> None:
    with Server({"/a": reply}) as server:
        assert failed(fetch(Request(server.url("/a"), max_bytes=2999))).reason == "too large"
        assert len(captured(fetch(Request(server.url("/a"), max_bytes=3000))).body) == 3000


PACKED = gzip.compress(bytes(range(256)) * 40, mtime=0)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"x" * 5000, cut_at=100),
        Reply(200, b"x" * 5000, cut_at=0),
        Reply(200, b"x" * 5000, length=6000),
        Reply(200, b"x" * 5000, chunked=True, cut_at=2500),
        Reply(200, b"x" * 5000, chunked=True, cut_at=5030),
        Reply(200, PACKED[:-200], length=-1, headers=(("Content-Encoding", "gzip"),)),
        Reply(200, PACKED[:-1], headers=(("Content-Encoding", "gzip"),)),
        Reply(206, b"x" * 10, headers=(("Content-Range", "bytes 0-9/5000"),)),
    ],
)
def test_half_a_body_is_no_capture(fetch: Fetch, reply: Reply) -> None:
    with Server({"/a": reply}) as server:
        assert failed(fetch(server.url("/a"))).reason == "cut short"


def test_a_body_that_ends_with_its_connection_is_whole(fetch: Fetch) -> None:
    with Server({"/a": Reply(200, b"x" * 5000, length=-1)}) as server:
        assert captured(fetch(server.url("/a"))).body == b"x" * 5000


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "disconnected"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx", "encoding"),
    ],
)
def test_answers_that_are_not_http(fetch: Fetch, raw: bytes, reason: str) -> None:
    with Server({"/a": Reply(raw=raw)}) as server:
        assert failed(fetch(server.url("/a"))).reason == reason


def test_a_long_header_that_sites_really_send_is_taken(fetch: Fetch) -> None:
    with Server({"/a": Reply(200, b"x", headers=(("Content-Security-Policy", "y" * 20_000),))}) as server:
        assert captured(fetch(server.url("/a"))).status == 200


# Time


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"x" * 5000, wait_s=30),
        Reply(200, b"x" * 5000, drip=1, pause_s=0.05),
        redirect("/a"),
    ],
)
def test_a_slow_server_is_left_at_the_deadline(fetch: Fetch, reply: Reply) -> None:
    def further(seen: Seen) -> Reply:
        return replace(redirect(f"/a?{'x' * len(seen.target)}"), wait_s=0.2)

    with Server({"/a": further if reply.status == 302 else reply}) as server:
        failure = failed(fetch(Request(server.url("/a"), timeout_s=0.5)))
    assert failure.reason == "timeout"


def test_what_follows_an_error_is_not_waited_for(fetch: Fetch) -> None:
    routes: dict[str, Route] = {
        "/slow": Reply(404, b"x" * 5000, drip=1, pause_s=0.05),
        "/long": Reply(404, bytes(10_000_000)),
        "/cut": Reply(410, b"x" * 5000, cut_at=9),
        "/go": replace(redirect("/end"), body=b"x" * 5000, drip=1, pause_s=0.05),
        "/end": Reply(200, b"end"),
    }
    with Server(routes) as server:
        results = fetch(*[server.url(path) for path in ("/slow", "/long", "/cut", "/go")])
    assert {result.url.rpartition("/")[2]: result.status for result in results} == {
        "slow": 404,
        "long": 404,
        "cut": 410,
        "go": 200,
    }


def test_nobody_at_home(fetch: Fetch) -> None:
    with Server() as server:
        url = server.url("/")
    assert failed(fetch(url)).reason == "refused"


def test_requests_to_a_host_keep_their_distance(fetch: Fetch) -> None:
    settings = replace(LOOPBACK, host_spacing_s=0.3, domain_spacing_s=0.15, per_host=8)
    hosts = ["a.news.example", "b.news.example"]
    with Server({"/go": redirect("/x"), "/x": Reply(), "/y": Reply()}) as server:
        urls = [server.url(path, host) for path in ("/go", "/y") for host in hosts]
        results = fetch(*urls, settings=settings, lookup=lambda *_: ["127.0.0.1"])
    assert all(isinstance(result, Capture) for result in results)
    assert len(server.log) == 6
    starts: dict[str, list[float]] = {}
    for seen in server.log:
        starts.setdefault(str(seen.find("host")), []).append(seen.at)
    # Arrivals may be late but starts may not be early: n starts take at least n - 1 spacings, less one delay.
    assert all(times[-1] - times[0] > 0.3 for times in starts.values())
    assert server.log[-1].at - server.log[0].at > 0.6


def test_no_request_before_its_time(fetch: Fetch) -> None:
    with Server({"/a": Reply(), "/b": Reply()}) as server:
        due = datetime.now(UTC) + timedelta(seconds=0.4)
        results = fetch(Request(server.url("/a"), key="late", not_before=due), Request(server.url("/b"), key="now"))
    assert [result.key for result in results] == ["now", "late"]
    assert server.log[-1].at >= due.timestamp()


# Many


def test_results_stream_while_others_are_slow() -> None:
    taken = threading.Event()
    with Server({"/slow": Reply(until=taken), "/fast": Reply()}) as server, HttpFetcher(LOOPBACK) as fetcher:
        results = fetcher.fetch_all(Request(server.url(path)) for path in ("/slow", "/fast"))
        assert next(results).url == server.url("/fast")
        taken.set()
        assert next(results).url == server.url("/slow")
        assert list(results) == []


def test_no_host_gets_more_connections_than_it_should(fetch: Fetch) -> None:
    with Server({"/a": Reply(200, wait_s=0.02)}) as server:
        assert len(fetch(*[server.url("/a")] * 20)) == 20
    assert server.most_connections <= LOOPBACK.per_host


def test_requests_are_read_as_they_are_needed() -> None:
    read: list[int] = []

    def requests(server: Server) -> Iterator[Request]:
        for number in range(100_000):
            read.append(number)
            yield Request(server.url(f"/{number}"), key=str(number))

    settings = replace(LOOPBACK, read_ahead=20)
    with Server() as server, HttpFetcher(settings) as fetcher:
        results = fetcher.fetch_all(requests(server))
        keys = {next(results).key for _ in range(200)}
        assert len(keys) == 200
        assert len(read) <= 220
        results.close()
        asked = len(server.log)
        assert len(list(fetcher.fetch_all([Request(server.url("/end"))]))) == 1
        later = server.paths()[asked:]
        assert later[-1] == "/end"
        assert len(later) <= 1 + settings.per_host  # what was on the wire when the caller left


def test_results_that_wait_for_the_caller_are_bounded() -> None:
    body = bytes(100_000)
    settings = replace(LOOPBACK, concurrency=4, per_host=4, max_waiting_bytes=1_000_000)
    with Server({"/a": Reply(200, body)}) as server, HttpFetcher(settings) as fetcher:
        results = fetcher.fetch_all(Request(server.url("/a")) for _ in range(200))
        next(results)
        threading.Event().wait(0.5)
        assert len(server.log) <= 10 + 4 + 1
        assert sum(1 for _ in results) == 199


def test_a_batch_inside_a_batch() -> None:
    with Server({"/a": Reply(200, b"x")}) as server, HttpFetcher(replace(LOOPBACK, concurrency=2)) as fetcher:
        inner = 0
        for _ in fetcher.fetch_all(Request(server.url("/a")) for _ in range(20)):
            inner += sum(1 for _ in fetcher.fetch_all([Request(server.url("/a"))] * 3))
    assert inner == 60


def test_an_error_of_the_callers_own_comes_through() -> None:
    def requests() -> Iterator[Request]:
        yield Request("http://127.0.0.1:1/")
        raise KeyError("mine")

    with HttpFetcher(LOOPBACK) as fetcher, pytest.raises(KeyError, match="mine"):
        list(fetcher.fetch_all(requests()))


def test_closing_ends_what_is_under_way() -> None:
    with Server({"/a": Reply(200, wait_s=30), "/b": Reply()}) as server:
        fetcher = HttpFetcher(LOOPBACK)
        results = fetcher.fetch_all([Request(server.url("/a")), Request(server.url("/b"))])
        assert next(results).status == 200
        fetcher.close()
        with pytest.raises(EngineError, match="closed"):
            next(results)
        with pytest.raises(EngineError, match="closed"):
            fetcher.fetch_all([])
        fetcher.close()


def test_a_fetcher_that_is_never_used_costs_nothing() -> None:
    before = threading.active_count()
    with HttpFetcher() as fetcher:
        unused = fetcher.fetch_all([Request("http://a.example/")])
        assert threading.active_count() == before
        del unused


@pytest.mark.parametrize(
    ("name", "value"),
    [("concurrency", 0), ("per_host", 0), ("host_spacing_s", -1.0), ("total_timeout_s", 0.0), ("user_agent", "a\nb")],
)
def test_settings_that_cannot_be(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=name):
        replace(LOOPBACK, **{name: value})  # type: ignore[arg-type]
