"""The Fetcher through real proxies on loopback: where names are looked up, what the guard refuses, what is told."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.addresses.networks import Proxy, ProxyScheme
from broadsheet.model import Capture, Failure, Request
from tests.proxying import PASSWORD, USER, Running, http_proxy, socks_proxy
from tests.server import CERTIFICATE, Reply, Seen, Server, redirect, server_tls
from tests.test_addresses import NOT_PUBLIC

SETTINGS = FetchSettings(
    user_agent="Broadsheet-tests",
    private_networks=("127.0.0.1/32", "127.0.0.2/32"),
    host_spacing_s=0.0,
    domain_spacing_s=0.0,
    connect_timeout_s=5.0,
)
"""127.0.0.1 and 127.0.0.2 stand for the public internet, 127.0.0.3 for a private address."""

HERE = {"here.example": "127.0.0.1", "evil-here.example": "127.0.0.3"}
"""What this machine finds under these names; the proxies know others."""

Fetch = Callable[..., list[Capture | Failure]]
SCHEMES: tuple[ProxyScheme, ...] = ("http", "socks5", "socks5h")
BY_NAME: tuple[ProxyScheme, ...] = ("http", "socks5h")


def look_up_here(host: str, port: int) -> Sequence[str]:
    """Look a name up in HERE; any other is unknown."""
    if host not in HERE:
        raise OSError("no such name")
    return [HERE[host]]


@pytest.fixture
def fetch() -> Iterator[Fetch]:
    """Fetch addresses or requests with a Fetcher of the test's own, through ``proxy``."""
    with ExitStack() as stack:

        def run(
            *requests: Request | str,
            proxy: Proxy | None,
            settings: FetchSettings = SETTINGS,
            tls: ssl.SSLContext | None = None,
        ) -> list[Capture | Failure]:
            settings = replace(settings, proxy=proxy)
            fetcher = stack.enter_context(HttpFetcher(settings, lookup=look_up_here, tls=tls, random=Random(7)))
            return list(fetcher.fetch_all(Request(each) if isinstance(each, str) else each for each in requests))

        yield run


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start a proxy that speaks a scheme."""
    with ExitStack() as stack:

        def start(scheme: ProxyScheme, *, login: bool = False) -> Running:
            folder = tmp_path / scheme
            folder.mkdir()
            make = http_proxy if scheme == "http" else socks_proxy
            return stack.enter_context(make(folder, login=login))

        yield start


Start = Callable[..., Running]


def one(results: list[Capture | Failure]) -> Capture | Failure:
    """The one result."""
    (result,) = results
    return result


def trusted() -> ssl.SSLContext:
    """TLS that trusts the certificate of ``news.example``."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_everything_goes_through_the_proxy_and_nothing_beside_it(fetch: Fetch, running: Start) -> None:
    pages = {"/a": Reply(200, b"whole"), "/gone": Reply(410), "/to": redirect("/a")}
    for scheme in SCHEMES:
        proxy = running(scheme)
        with Server(pages) as server:
            whole, gone, moved = sorted(
                fetch(*(Request(server.url(path), key=path) for path in pages), proxy=proxy.at(scheme)),
                key=lambda result: result.key,
            )
            assert isinstance(whole, Capture) and whole.body == b"whole", (scheme, whole)
            assert whole.address is None  # the other end is the proxy, whose address is nobody's business
            assert isinstance(gone, Failure) and gone.status == 410, scheme
            assert isinstance(moved, Capture) and moved.final_url == server.url("/a"), scheme
            assert all(seen.find("proxy-authorization") is None for seen in server.log), scheme


@pytest.mark.parametrize("scheme", BY_NAME)
def test_names_are_looked_up_at_the_proxy_where_asked(fetch: Fetch, running: Start, scheme: ProxyScheme) -> None:
    proxy = running(scheme)
    with Server({"/a": Reply(200, b"by its name")}) as server:
        got = one(fetch(server.url("/a", host="news.example"), proxy=proxy.at(scheme)))
        assert isinstance(got, Capture) and got.body == b"by its name"
        only_here = one(fetch(server.url("/a", host="here.example"), proxy=proxy.at(scheme)))
        assert isinstance(only_here, Failure)


def test_names_are_looked_up_here_where_the_proxy_is_told_addresses(fetch: Fetch, running: Start) -> None:
    proxy = running("socks5")
    with Server({"/a": Reply(200, b"by its address")}) as server:
        got = one(fetch(server.url("/a", host="here.example"), proxy=proxy.at("socks5")))
        assert isinstance(got, Capture) and got.body == b"by its address"
        only_there = one(fetch(server.url("/a", host="news.example"), proxy=proxy.at("socks5")))
        assert isinstance(only_there, Failure) and only_there.reason == "dns"
        private = one(fetch(server.url("/a", host="evil-here.example"), proxy=proxy.at("socks5")))
        assert isinstance(private, Failure) and private.reason == "private address"
        assert len(server.log) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tls_is_verified_through_the_proxy(fetch: Fetch, running: Start, scheme: ProxyScheme) -> None:
    proxy = running(scheme)
    names = ("here.example", "news.example") if scheme == "socks5" else ("pictures.example", "news.example")
    with Server({"/a": Reply(200, b"secret")}, tls=server_tls()) as server:
        stranger = one(fetch(server.url("/a", host=names[0]), proxy=proxy.at(scheme), tls=trusted()))
        assert isinstance(stranger, Failure) and stranger.reason == "tls", stranger
        unknown = one(fetch(server.url("/a", host=names[0]), proxy=proxy.at(scheme)))
        assert isinstance(unknown, Failure) and unknown.reason == "tls", unknown
        if scheme != "socks5":
            got = one(fetch(server.url("/a", host=names[1]), proxy=proxy.at(scheme), tls=trusted()))
            assert isinstance(got, Capture) and got.body == b"secret", got


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_spelling_of_a_private_address_is_told_to_the_proxy(
    fetch: Fetch, running: Start, scheme: ProxyScheme
) -> None:
    proxy = running(scheme)
    names = (
        "localhost",
        "printer",
        "nas.local",
        "db.internal",
        "x.localhost",
        "router.lan",
        "box.home.arpa",
        "nas.local.",
    )
    hosts = [f"[{host}]" if ":" in host else host for host in NOT_PUBLIC] + list(names)
    settings = replace(SETTINGS, private_networks=())
    with Server() as server:
        requests = [Request(f"http://{host}:{server.port}/", key=host) for host in hosts]
        hops = {f"/{number}": redirect(request.url) for number, request in enumerate(requests)}
        for result in fetch(*requests, proxy=proxy.at(scheme), settings=settings):
            assert isinstance(result, Failure), result
            known = {"private address", "bad address"} | ({"dns"} if scheme == "socks5" else set())
            assert result.reason in known, result
        server.routes = hops
        only_first = replace(SETTINGS, private_networks=("127.0.0.2",))
        pictures = [Request(server.url(path, host="127.0.0.2"), purpose="picture") for path in hops]
        for result in fetch(*pictures, proxy=proxy.at(scheme), settings=only_first):
            assert isinstance(result, Failure), result
            assert result.reason in {*known, "scheme"}, (result, result.hops)
        assert {seen.host for seen in server.log} == {"127.0.0.2"}


def test_an_owner_may_open_a_private_name_behind_the_proxy(fetch: Fetch, running: Start) -> None:
    proxy = running("socks5h")
    settings = replace(SETTINGS, private_networks=("localhost",))
    with Server({"/a": Reply(200, b"own")}) as server:
        got = one(fetch(server.url("/a", host="localhost"), proxy=proxy.at("socks5h"), settings=settings))
        assert isinstance(got, Capture) and got.body == b"own"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_credentials_of_the_proxy_reach_the_proxy_and_nothing_else(
    fetch: Fetch, running: Start, scheme: ProxyScheme, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    proxy = running(scheme, login=True)
    with Server({"/a": Reply(200, b"let in"), "/to": redirect("/a")}) as server, Server(tls=server_tls()) as secure:
        got = one(fetch(server.url("/to"), proxy=proxy.at(scheme, USER, PASSWORD)))
        assert isinstance(got, Capture) and got.body == b"let in"
        # a tunnel, since in a plain answer of status 401 nobody can tell the proxy from the server
        wrong = one(fetch(secure.url("/a"), proxy=proxy.at(scheme, USER, "wrong-" + PASSWORD)))
        without = one(fetch(server.url("/a"), proxy=proxy.at(scheme)))
        for refused in (wrong, without):
            assert isinstance(refused, Failure)
            assert (refused.reason, refused.status) == ("proxy", None), refused
            assert "proxy" in refused.message
        told = repr((got, wrong, without, server.log)) + caplog.text
    assert PASSWORD not in told and USER not in told
    assert "proxy-authorization" not in told.lower()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_proxy_that_is_not_there_is_not_the_outlets_failure(fetch: Fetch, scheme: ProxyScheme) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in ("http://127.0.0.1:8081/", "https://127.0.0.2:444/"):
        failure = one(fetch(url, proxy=Proxy(scheme, "127.0.0.1", port)))
        assert isinstance(failure, Failure)
        assert failure.reason == "proxy" and failure.retry_after_s, failure
        assert "the proxy failed: it takes no connections" in failure.message


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_that_is_not_there_is_told_of(fetch: Fetch, running: Start, scheme: ProxyScheme) -> None:
    proxy = running(scheme)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    failure = one(fetch(f"https://127.0.0.1:{port}/", proxy=proxy.at(scheme)))
    assert isinstance(failure, Failure)
    assert failure.reason == ("proxy" if scheme == "http" else "refused"), failure
    assert "proxy" in failure.message


def test_outlets_have_ways_of_their_own(running: Start) -> None:
    first, second = running("socks5h"), running("http")
    settings = replace(
        SETTINGS,
        proxy=first.at("socks5h"),
        outlet_proxies={"direct": None, "other": second.at("http")},
    )

    def tell(seen: Seen) -> Reply:
        return Reply(200, (seen.find("via") or "no proxy that says so").encode())

    with Server({"/a": tell}) as server, HttpFetcher(settings, lookup=look_up_here) as fetcher:
        asked = [
            Request(server.url("/a", host="news.example"), key="common"),
            Request(server.url("/a", host="here.example"), key="direct", outlet="direct"),
            Request(server.url("/a", host="news.example"), key="other", outlet="other"),
        ]
        found = {each.key: each for each in fetcher.fetch_all(asked)}
    assert all(isinstance(each, Capture) for each in found.values()), found
    bodies = {key: each.body for key, each in found.items() if isinstance(each, Capture)}
    assert b"tinyproxy" in bodies["other"]
    assert b"tinyproxy" not in bodies["common"] + bodies["direct"]
    direct = found["direct"]
    assert isinstance(direct, Capture) and direct.address == "127.0.0.1"


def test_a_host_that_stands_elsewhere_is_asked_straight(fetch: Fetch) -> None:
    with Server({"/a": Reply(200, b"here"), "/out": redirect("http://other.example/")}) as server:
        settings = replace(SETTINGS, connect_to=(f"news.example = 127.0.0.1:{server.port}",))
        dead = Proxy("socks5h", "127.0.0.1", 9)
        here = one(fetch("http://news.example/a", proxy=dead, settings=settings))
        out = one(fetch("http://news.example/out", proxy=dead, settings=settings))
    assert isinstance(here, Capture) and here.body == b"here"
    assert isinstance(out, Failure) and out.reason == "proxy"
