"""What the newsroom holds, and that its pages print what the expected truth says."""

from __future__ import annotations

import re
import struct
import tomllib
import urllib.parse
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from broadsheet.demo import MOMENT, ROUNDS, Newsroom, config_toml, describe, expected_articles, expected_stories
from broadsheet.demo.desk import OUTLETS, go_to_press
from broadsheet.demo.paint import WIDTHS, paint_map, paint_skyline
from tests.newsroom.asking import ask, by_key, charset_of, words

pytestmark = pytest.mark.dated


def test_every_outlet_has_a_page_a_feed_and_enough_to_read(room: Newsroom) -> None:
    assert [row.id for row in describe(room)] == list(OUTLETS)
    for row in describe(room):
        home = ask(room, row.home_url)
        assert home.status == 200
        assert b'rel="alternate"' in home.body
        assert ask(room, row.feed_url).status == 200
        assert sum(article.outlet == row.id for article in room.expected()) >= 7
    assert len({row.dialect for row in describe(room)}) >= 3


def test_the_home_page_announces_the_feed_that_is_there(room: Newsroom) -> None:
    for row in describe(room):
        tree = html.fromstring(ask(room, row.home_url).body)
        announced = [
            urllib.parse.urljoin(row.home_url, link.get("href", ""))
            for link in tree.iter("link")
            if link.get("rel") == "alternate"
        ]
        assert row.feed_url in announced


def test_configuration_names_what_describe_names(room: Newsroom) -> None:
    outlets = tomllib.loads(config_toml(room))["outlets"]
    assert {(key, outlet["name"], outlet["home_url"], outlet["feeds"][0]) for key, outlet in outlets.items()} == {
        (row.id, row.name, row.home_url, row.feed_url) for row in describe(room)
    }
    assert {outlet["language"] for outlet in outlets.values()} == {"zh-Hans", "zh-Hant", "en"}


def test_all_feeds_are_in_the_opml_and_all_pages_in_the_sitemap(room: Newsroom) -> None:
    opml = etree.fromstring(ask(room, "/opml.xml").body)
    configured = {feed for o in tomllib.loads(config_toml(room))["outlets"].values() for feed in o["feeds"]}
    assert {line.get("xmlUrl") for line in opml.iter("outline") if line.get("xmlUrl")} == configured
    sitemap = etree.fromstring(ask(room, "/sitemap.xml").body)
    pages = {element.text for element in sitemap.iter("{*}loc")}
    assert pages == {article.url for article in room.expected() if article.in_feed}
    for row in describe(room):
        assert f"Sitemap: {row.home_url}sitemap.xml".encode() in ask(room, f"{row.home_url}robots.txt").body
        own = etree.fromstring(ask(room, f"{row.home_url}sitemap.xml").body)
        assert {element.text for element in own.iter("{*}loc")} == {
            url for url in pages if str(url).startswith(row.home_url)
        }


@pytest.mark.parametrize("round_number", range(1, ROUNDS + 1))
def test_a_page_holds_all_of_its_text_unless_the_truth_says_otherwise(room: Newsroom, round_number: int) -> None:
    room.round = round_number
    for article in room.expected():
        status = {"missing": 404, "gone": 410}.get(article.verdict, 200)
        first = ask(room, article.url)
        assert first.status == status, article.key
        pages = [first.body]
        if "multi-page" in article.traits:
            pages += [ask(room, f"{article.url}?page={number}").body for number in (2, 3)]
        printed = " ".join(words(page, charset_of(article)) for page in pages)
        there = [paragraph for paragraph in article.paragraphs if re.sub(r"\s+", " ", paragraph) in printed]
        if article.verdict == "whole":
            assert there == list(article.paragraphs), article.key
            assert all(picture.caption in printed for picture in article.pictures), article.key
        else:
            assert len(there) == (1 if article.verdict == "teaser" else 0), article.key
        if article.verdict in ("whole", "teaser"):
            assert re.sub(r"\s+", " ", article.headline) in printed, article.key
            assert not article.agency_line or article.agency_line in printed, article.key


def test_articles_have_keys_addresses_and_related_pieces_that_hold(room: Newsroom) -> None:
    for round_number in range(1, ROUNDS + 1):
        articles = room.expected(round_number)
        assert len({article.key for article in articles}) == len(articles)
        assert len({article.url for article in articles}) == len(articles)
        press = go_to_press(MOMENT, round_number)
        for piece in press.pieces:
            links = [link for block in piece.blocks for link in re.findall(r"\]\(([^)]+)\)", block.text)]
            for other in (*piece.related, *links):
                assert any(other == article.key.split("/")[1] for article in room.expected(ROUNDS)), other


def test_every_picture_can_be_had_but_the_lost_one(room: Newsroom) -> None:
    for article in room.expected():
        for picture in article.pictures:
            answer = ask(room, picture.url)
            if "lost-" in picture.url:
                assert answer.status == 404
            elif picture.url.endswith(".svg"):
                assert answer.headers["content-type"] == "image/svg+xml"
                assert b"<script>" in answer.body
            else:
                assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")


def test_pictures_behind_proxies_are_the_same_pictures(room: Newsroom) -> None:
    articles = by_key(room)
    for key in ("beacon/48213", "beacon/48190"):
        page = html.fromstring(ask(room, articles[key].url).body)
        source = page.xpath("//figure//img/@src")[0]
        assert source != articles[key].pictures[0].url
        assert ask(room, source).body == ask(room, articles[key].pictures[0].url).body
    assert (
        ask(room, "http://beacon.example/cdn-cgi/image/width=640,format=auto/http://elsewhere.invalid/x.png").status
        == 403
    )


def test_stories_name_articles_and_words_that_are_there(room: Newsroom) -> None:
    latest, first = by_key(room, ROUNDS), by_key(room, 1)
    for story in expected_stories():
        assert {key for key, article in latest.items() if article.story == story.id} == set(story.members)
        assert len({latest[key].outlet for key in story.members}) >= 3
        for conflict in story.conflicts:
            assert len(set(conflict.claims.values())) > 1
            for key, claim in conflict.claims.items():
                assert any(claim in paragraph for paragraph in first[key].paragraphs), (key, claim)


def test_the_copied_wire_text_is_a_cut_of_the_other(room: Newsroom) -> None:
    articles = by_key(room)
    (copy,) = [article for article in articles.values() if article.copy_of]
    whole = articles[str(copy.copy_of)]
    bare = [paragraph.split("— ")[-1].split("电 ")[-1] for paragraph in (*whole.paragraphs, *copy.paragraphs)]
    source, cut = bare[: len(whole.paragraphs)], bare[len(whole.paragraphs) :]
    assert len(cut) < len(source)
    assert all(any(part in paragraph for paragraph in source) for part in cut)


def test_one_happening_is_told_on_one_weekday_whatever_the_hour() -> None:
    for hour in range(24):
        articles = {a.key: a for a in expected_articles(MOMENT + timedelta(hours=hour), 1)}
        days = {
            re.sub("週", "周", match[0])
            for key in ("harbour/7184002", "yunling/304512")
            if (match := re.search("[周週][一二三四五六日]", articles[key].paragraphs[0]))
        }
        assert len(days) == 1


@given(st.text("abcxyz-", min_size=1, max_size=12), st.sampled_from(WIDTHS[:2]))
def test_pictures_are_whole_png_files(name: str, width: int) -> None:
    picture = paint_skyline(name, width)
    assert struct.unpack(">II", picture[16:24]) == (width, width * 9 // 16)
    rest, kinds, pixels = picture[8:], [], b""
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kind, content = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length]) == (zlib.crc32(kind + content),)
        kinds.append(kind)
        pixels += content if kind == b"IDAT" else b""
        rest = rest[12 + length :]
    assert kinds == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == (width + 1) * (width * 9 // 16)


def test_pictures_of_other_names_are_other_pictures() -> None:
    assert len({paint_skyline(name, 320) for name in ("lamp-row", "tea-terraces", "marsh-pole")}) == 3
    etree.fromstring(paint_map())


@given(st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1)), st.integers(1, ROUNDS))
def test_any_now_gives_a_newsroom_and_always_the_same(moment: datetime, round_number: int) -> None:
    now = moment.replace(tzinfo=UTC)
    go_to_press.cache_clear()
    articles = expected_articles(now, round_number)
    go_to_press.cache_clear()
    assert expected_articles(now, round_number) == articles
    assert len({article.url for article in articles}) == len(articles)
    for article in articles:
        if article.published and "future-dated" not in article.traits:
            assert now - timedelta(days=22) < article.published <= now
