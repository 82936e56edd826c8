"""``[fetch] connect_to``: names that are connected to where the owner says, and nothing else that gains by it."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.addresses.networks import Detours, Place
from broadsheet.errors import SettingsError
from broadsheet.model import Capture, Failure, Request
from tests.server import CERTIFICATE, Reply, Server, redirect, server_tls
from tests.test_http import Fetch, captured, failed
from tests.test_http import fetch as fetch  # a fixture

pytestmark = pytest.mark.dated

CLOSED = FetchSettings(user_agent="Broadsheet-tests", host_spacing_s=0.0, domain_spacing_s=0.0)
"""Nothing private may be reached: neither this machine nor any name for it."""


def to(server: Server, *names: str, host: str = "127.0.0.1") -> FetchSettings:
    """Settings that send ``names`` to ``server``."""
    return replace(CLOSED, connect_to=tuple(f"{name} = {host}:{server.port}" for name in names))


def nobody(host: str, port: int) -> Sequence[str]:
    """A resolver that must not be asked."""
    raise AssertionError(f"{host} was looked up")


def test_the_nearest_pattern_counts() -> None:
    detours = Detours.of(
        [
            "*.example=127.0.0.1:1",
            " News.Example. = [::1]:2",
            "*.news.example = inner:3",
            "*.a.news.example = 10.0.0.1:4",
        ]
    )
    places = {
        "harbour.example": Place("127.0.0.1", 1),
        "a.b.example": Place("127.0.0.1", 1),
        "HARBOUR.EXAMPLE.": Place("127.0.0.1", 1),
        "news.example": Place("::1", 2),
        "x.news.example": Place("inner", 3),
        "x.a.news.example": Place("10.0.0.1", 4),
    }
    assert {host: detours.find(host) for host in places} == places
    assert not any(map(detours.find, ("example", "badexample", "news.example.org", "127.0.0.1", "::1", "")))


@pytest.mark.parametrize(
    "text",
    [
        "", "news.example", "news.example = ", "news.example = 127.0.0.1", "news.example = 127.0.0.1:0",
        "news.example = 127.0.0.1:65536", "news.example = 127.1:80", "news.example = ::1:80",
        "news.example = [10.0.0.1]:80",
        "news.example = http://127.0.0.1:80", "news.example = a b:80", "* = 127.0.0.1:80", "*.* = 127.0.0.1:80",
        "10.0.0.1 = 127.0.0.1:80", "*.0.0.1 = 127.0.0.1:80", "2130706433 = 127.0.0.1:80", "a*.example = 127.0.0.1:80",
    ],
)  # fmt: skip
def test_what_is_no_detour_is_said_to_be_none(text: str) -> None:
    with pytest.raises(SettingsError, match="does not say where to connect to"):
        Detours.of([text])


def test_a_name_is_asked_at_its_place_under_its_own_name(fetch: Fetch) -> None:
    with Server({"/a": Reply(body=b"here")}) as server:
        capture = captured(fetch("http://harbour.example/a", settings=to(server, "*.example"), lookup=nobody))
    assert (capture.url, capture.final_url, capture.body) == ("http://harbour.example/a",) * 2 + (b"here",)
    assert capture.address == "127.0.0.1"
    assert server.log[0].find("host") == "harbour.example"


def test_a_place_may_be_a_name_inside_the_walls(fetch: Fetch) -> None:
    def lookup(host: str, port: int) -> Sequence[str]:
        return {"rsshub.intra": ["127.0.0.2"]}[host]

    with Server({"/": Reply()}) as server:
        settings = to(server, "feeds.example", host="rsshub.intra")
        capture = captured(fetch("http://feeds.example:8080/", settings=settings, lookup=lookup))
    assert (capture.address, server.log[0].find("host")) == ("127.0.0.2", "feeds.example:8080")


def test_redirects_and_pictures_go_the_same_way(fetch: Fetch) -> None:
    with Server({"/a": redirect("http://beacon.example/b"), "/b": Reply(), "/p.jpg": Reply()}) as server:
        settings = to(server, "*.example")
        moved = captured(fetch("http://harbour.example/a", settings=settings, lookup=nobody))
        picture = captured(fetch(Request("http://pictures.example/p.jpg", purpose="picture"), settings=settings))
    assert (moved.final_url, picture.status) == ("http://beacon.example/b", 200)
    assert [seen.find("host") for seen in server.log] == ["harbour.example", "beacon.example", "pictures.example"]


def test_a_detour_opens_nothing_else(fetch: Fetch) -> None:
    """Not its address by number, not another port there, not another name for it, not by way of a redirect."""
    with Server({"/": Reply()}) as inside, Server() as server:
        locations = [server.url("/"), server.url("/", "127.0.0.2"), inside.url("/"), inside.url("/", "evil.test")]
        server.routes = {f"/{number}": redirect(url) for number, url in enumerate(locations)}
        settings = to(server, "*.example")
        straight = fetch(*locations, settings=settings, lookup=lambda *_: ["127.0.0.1"])
        round_about = fetch(
            *(f"http://harbour.example/{number}" for number in range(len(locations))),
            settings=settings,
            lookup=lambda *_: ["127.0.0.1"],
        )
    for result in (*straight, *round_about):
        assert isinstance(result, Failure) and result.reason == "private address", result
    assert inside.connections == 0
    assert {seen.find("host") for seen in server.log} == {"harbour.example"}


def test_only_the_names_of_a_detour_reach_its_place(fetch: Fetch) -> None:
    """A kept connection and a remembered look-up serve the name they were made for, and the others are looked up."""
    with Server({"/": Reply()}) as server:
        urls = [f"http://{host}:{server.port}/" for host in ("a.example", "a.test", "a.example", "example")]
        settings = to(server, "a.example")
        results = fetch(*urls, settings=settings, lookup=lambda *_: ["127.0.0.1"])
    assert sorted((result.url, type(result)) for result in results if isinstance(result, Capture)) == [
        (urls[0], Capture),
        (urls[0], Capture),
    ]


def test_a_detour_replaces_a_public_address_too(fetch: Fetch) -> None:
    settings = replace(CLOSED, connect_to=("harbour.example = 127.0.0.1:1",))
    failure = failed(fetch("http://harbour.example/", settings=settings, lookup=lambda *_: ["93.184.216.34"]))
    assert failure.reason == "refused"


def test_the_certificate_must_still_be_the_names_own(fetch: Fetch) -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with Server({"/": Reply()}, tls=server_tls()) as server:
        settings = to(server, "*.example")
        right = captured(fetch("https://news.example/", settings=settings, tls=trusting, lookup=nobody))
        wrong = failed(fetch("https://a.example/", settings=settings, tls=trusting, lookup=nobody))
    assert (right.status, wrong.reason) == (200, "tls")
    assert len(server.log) == 1


def test_the_clock_handed_in_dates_what_comes(fetch: Fetch) -> None:
    moment = datetime(2023, 11, 17, 13, tzinfo=UTC)
    with Server({"/": Reply()}) as server, HttpFetcher(to(server, "*.example"), clock=lambda: moment) as fetcher:
        results = list(
            fetcher.fetch_all([Request("http://a.example/"), Request("http://a.example/none"), Request("x")])
        )
    assert [result.captured for result in results] == [moment] * 3
