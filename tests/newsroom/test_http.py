"""The newsroom over HTTP: conditional requests, walls, hostile pages, odd addresses."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, timedelta

import pytest
from lxml import html

from broadsheet.demo import Newsroom
from broadsheet.demo.hostile import DEPTH
from tests.newsroom.asking import ask, with_trait, words

pytestmark = pytest.mark.dated


def test_the_hostile_notice_is_hostile_in_page_and_feed(room: Newsroom) -> None:
    (notice,) = with_trait(room, "hostile")
    feed = json.loads(ask(room, "/ferrypost/feed.json").body)
    (entry,) = [entry for entry in feed["items"] if entry["url"] == notice.url]
    for text in (ask(room, notice.url).body.decode(), entry["content_html"]):
        for poison in (
            "<script",
            "onerror=",
            "onclick=",
            "javascript:",
            "<iframe",
            "<object",
            "<form",
            "<base",
            "srcdoc",
        ):
            assert poison in text
        assert text.count("<div>") >= DEPTH
    assert "<script>" in entry["title"]


def test_the_consent_wall_opens_to_a_cookie(room: Newsroom) -> None:
    (article,) = with_trait(room, "consent-wall")
    assert article.paragraphs[0] not in words(ask(room, article.url).body)
    accepted = ask(room, article.url + "?consent=yes")
    assert accepted.status == 302
    opened = ask(room, article.url, cookie=accepted.headers["set-cookie"].split(";")[0])
    assert article.paragraphs[0] in words(opened.body)


def test_a_long_read_goes_on_and_ends(room: Newsroom) -> None:
    (article,) = with_trait(room, "multi-page")
    following: list[str] = []
    address = article.url
    while True:
        found = html.fromstring(ask(room, address).body).xpath("//link[@rel='next']/@href")
        if not found:
            break
        address = str(found[0])
        following.append(address)
    assert following == [article.url + "?page=2", article.url + "?page=3"]
    assert ask(room, article.url + "?page=4").status == 404


@pytest.mark.parametrize("path", ["/harbour/rss.xml", "/yunling/feed/atom.xml", "/ferrypost/feed.json"])
def test_an_entity_tag_spares_the_body_until_the_round_changes(room: Newsroom, path: str) -> None:
    tag = ask(room, path).headers["etag"]
    again = ask(room, path, if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    room.round = 2
    assert ask(room, path, if_none_match=tag).status == 200


def test_last_modified_spares_the_body_until_the_round_changes(room: Newsroom) -> None:
    moved = "/northshore/xml/rss.xml"
    stamp = ask(room, moved).headers["last-modified"]
    assert ask(room, moved, if_modified_since=stamp).status == 304
    assert ask(room, moved, if_modified_since="soon").status == 200
    room.round = 2
    assert ask(room, moved, if_modified_since=stamp).status == 200
    room.round = 1
    assert ask(room, moved, if_modified_since=stamp).status == 304


def test_an_entity_tag_wins_over_a_date(room: Newsroom) -> None:
    first = ask(room, "/harbour/rss.xml")
    both = {"if_none_match": '"another"', "if_modified_since": first.headers["last-modified"]}
    assert ask(room, "/harbour/rss.xml", **both).status == 200


def test_text_is_packed_for_those_who_ask(room: Newsroom) -> None:
    packed = ask(room, "/harbour/", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == ask(room, "/harbour/").body


def test_head_has_headers_only(room: Newsroom) -> None:
    head, whole = ask(room, "/harbour/", method="HEAD"), ask(room, "/harbour/")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))


def test_every_visit_is_in_the_log(room: Newsroom) -> None:
    ask(room, "http://beacon.example/")
    ask(room, "/nowhere")
    assert [(visit.method, visit.host, visit.path, visit.status) for visit in room.requests] == [
        ("GET", "beacon.example", "/", 200),
        ("GET", f"127.0.0.1:{room.port}", "/nowhere", 404),
    ]
    assert room.requests[0].time.tzinfo is UTC


@pytest.mark.parametrize(
    "target",
    [
        "/harbour/pictures/x-999.png",
        "/nobody/pictures/x-640.png",
        "/beacon/resize?url=",
        "/%ff%fe",
        "//",
        "/?round=%00",
    ],
)
def test_odd_addresses_do_no_harm(room: Newsroom, target: str) -> None:
    assert ask(room, target).status in (200, 404)


def test_every_host_is_its_outlets_and_any_other_has_them_by_path(room: Newsroom) -> None:
    for outlet in ("harbour", "northshore", "yunling", "ferrypost", "beacon"):
        by_host = ask(room, f"http://{outlet}.example/")
        assert by_host.status == 200
        assert by_host.body == ask(room, f"/{outlet}/").body == ask(room, f"/{outlet}").body
        assert ask(room, f"http://{outlet.upper()}.EXAMPLE./robots.txt").status == 200
    assert b"Newsroom, round 1" in ask(room, "http://newsroom.example/").body
    assert ask(room, "http://harbour.example/beacon/").status == 404


def test_no_answer_says_at_which_port_it_was_given(room: Newsroom) -> None:
    port = f":{room.port}".encode()
    for article in room.expected():
        answer = ask(room, article.url)
        assert port not in answer.body and port not in repr(answer.headers).encode()


def test_two_newsrooms_print_the_same_on_any_day_at_any_port() -> None:
    with Newsroom() as one, Newsroom() as other:
        assert one.port != other.port and one.now == other.now
        assert timedelta() < other.clock() - other.now < timedelta(hours=1)
        assert one.expected() == other.expected()
        for path in ("/harbour/rss.xml", "/beacon/", "/sitemap.xml"):
            assert ask(one, path).body == ask(other, path).body
