"""The demo newsroom: what it promises to the demo and to the tests of every feature."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import struct
import threading
import tomllib
import urllib.parse
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from broadsheet.newsroom import (
    ROUNDS,
    Expected,
    Newsroom,
    config_toml,
    describe,
    expected_articles,
    expected_stories,
    serve,
)
from broadsheet.newsroom.desk import OUTLETS, go_to_press
from broadsheet.newsroom.hostile import DEPTH
from broadsheet.newsroom.paint import WIDTHS, paint_map, paint_skyline

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:1"
ATOM = "{http://www.w3.org/2005/Atom}"


class Answer:
    """One answer of the newsroom: status, headers with lower-case names, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


def ask(room: Newsroom, target: str, method: str = "GET", **headers: str) -> Answer:
    """Ask for a path or an address of the newsroom; ``if_none_match`` becomes ``If-None-Match``."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(room.url).netloc, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target.removeprefix(room.url), headers=named)
        return Answer(connection.getresponse())
    finally:
        connection.close()


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(NOW) as newsroom:
        yield newsroom


def by_key(room: Newsroom, round_number: int | None = None) -> dict[str, Expected]:
    return {article.key: article for article in room.expected(round_number)}


def with_trait(room: Newsroom, trait: str) -> list[Expected]:
    return [article for article in room.expected() if trait in article.traits]


def words(page: bytes, charset: str = "utf-8") -> str:
    """All text of a page, spaces made one."""
    tree = html.fromstring(page, parser=html.HTMLParser(encoding=charset, huge_tree=True))
    for element in tree.iter("script", "style"):
        element.text = ""
    return re.sub(r"\s+", " ", str(tree.text_content()))


def charset_of(article: Expected) -> str:
    if article.outlet == "northshore":
        return "gb18030"
    return "big5" if "big5-page" in article.traits else "utf-8"


# what it holds


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
    assert f"Sitemap: {room.url}/sitemap.xml".encode() in ask(room, "/robots.txt").body


# golden truth and pages


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
        press = go_to_press(NOW, round_number)
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
    assert ask(room, "/cdn-cgi/image/width=640,format=auto/http://elsewhere.invalid/x.png").status == 403


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
        articles = {a.key: a for a in expected_articles(NOW + timedelta(hours=hour), 1, BASE)}
        days = {
            re.sub("週", "周", match[0])
            for key in ("harbour/7184002", "yunling/304512")
            if (match := re.search("[周週][一二三四五六日]", articles[key].paragraphs[0]))
        }
        assert len(days) == 1


# rounds


def test_edits_are_of_the_kinds_they_say_and_nothing_else_changes(room: Newsroom) -> None:
    kinds: set[str] = set()
    for number in range(2, ROUNDS + 1):
        before, after = by_key(room, number - 1), by_key(room, number)
        for key, article in before.items():
            now = after[key]
            same = (article.headline, article.text) == (now.headline, now.text)
            assert same != bool(now.edits), (key, number)
            assert ("headline" in now.edits) == (article.headline != now.headline), key
            assert article.url == now.url
            assert article.published == now.published
            kinds |= set(now.edits)
    assert kinds == {"headline", "number", "quote", "negation", "correction", "added"}


def test_the_toll_grows_in_two_languages(room: Newsroom) -> None:
    headlines = {key: [by_key(room, number)[key].headline for number in (1, 2, 3)] for key in by_key(room, 1)}
    for toll, headline in zip(("十二", "十七", "十九"), headlines["yunling/304512"], strict=True):
        assert toll in headline
    for toll, headline in zip(("12", "17", "19"), headlines["beacon/48213"], strict=True):
        assert headline.endswith(toll)


def test_pieces_come_go_and_return(room: Newsroom) -> None:
    verdicts = {
        key: [by_key(room, number)[key].verdict for number in range(1, ROUNDS + 1)]
        for key in ("harbour/7184007", "beacon/48188", "northshore/41868", "ferrypost/new-route-map")
    }
    assert verdicts == {
        "harbour/7184007": ["whole", "missing", "whole", "whole"],
        "beacon/48188": ["whole", "gone", "gone", "gone"],
        "northshore/41868": ["whole", "error page", "whole", "whole"],
        "ferrypost/new-route-map": ["whole", "teaser", "teaser", "teaser"],
    }
    new = [set(by_key(room, n)) - set(by_key(room, n - 1)) for n in range(2, ROUNDS + 1)]
    assert new == [{"harbour/7184009", "yunling/304480"}, {"northshore/41890"}, {"harbour/7184010"}]


def test_awkward_dates_are_there(room: Newsroom) -> None:
    (undated,) = with_trait(room, "undated")
    assert undated.published is None
    (feedless,) = with_trait(room, "feed-without-date")
    assert feedless.published is not None
    assert feedless.feed_published is None
    (future,) = with_trait(room, "future-dated")
    assert future.published is not None
    assert future.published > NOW
    one, other = with_trait(room, "same-second")
    assert one.published == other.published
    early, late = with_trait(room, "same-headline")
    assert early.headline == late.headline
    assert early.published != late.published


def test_a_round_that_is_not_there_is_refused(room: Newsroom) -> None:
    with pytest.raises(ValueError, match="rounds 1 to 4"):
        room.round = ROUNDS + 1
    with pytest.raises(ValueError, match="aware"):
        Newsroom(NOW.replace(tzinfo=None))


def test_the_round_can_be_changed_over_http(room: Newsroom) -> None:
    assert ask(room, "/round/3", method="POST").status == 200
    assert room.round == 3
    assert ask(room, "/round/9", method="POST").status == 405
    assert room.round == 3


# feeds


def test_harbour_is_rss_with_summaries_and_thumbnails(room: Newsroom) -> None:
    entries = list(etree.fromstring(ask(room, "/harbour/rss.xml").body).iter("item"))
    truth = {article.feed_url: article for article in room.expected() if article.outlet == "harbour"}
    assert {entry.findtext("link") for entry in entries} == set(truth)
    for entry in entries:
        article = truth[str(entry.findtext("link"))]
        assert (entry.findtext("title"), entry.findtext("description")) == (article.headline, article.deck)
        date = entry.findtext("pubDate")
        assert (parsedate_to_datetime(date) if date else None) == article.feed_published
    assert sum(entry.find("{http://search.yahoo.com/mrss/}thumbnail") is not None for entry in entries) >= 5


def test_northshore_says_gb2312_and_is_not(room: Newsroom) -> None:
    answer = ask(room, "/northshore/rss.xml")
    assert answer.body.startswith(b'<?xml version="1.0" encoding="gb2312"?>')
    assert "charset" not in answer.headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("gb2312")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("gbk")
    text = answer.body.decode("gb18030")
    assert "𩽾𩾌鱼" in text
    assert "<pubDate>2026年11月18日 19:10</pubDate>" in text
    assert "<pubDate>昨天 25:61</pubDate>" in text
    assert " CST</pubDate>" in text
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(text.split("?>", 1)[1])
    etree.fromstring(text.split("?>", 1)[1].replace("R&B", "R&amp;B"))


def test_yunling_is_atom_with_the_whole_text(room: Newsroom) -> None:
    feed = etree.fromstring(ask(room, "/yunling/feed/atom.xml").body)
    truth = {article.url: article for article in room.expected() if article.outlet == "yunling"}
    entries = list(feed.iter(f"{ATOM}entry"))
    assert len(entries) == len(truth)
    for entry in entries:
        link, content = entry.find(f"{ATOM}link"), entry.find(f"{ATOM}content")
        assert link is not None
        assert content is not None
        article = truth[link.get("href", "")]
        assert datetime.fromisoformat(str(entry.findtext(f"{ATOM}published"))) == article.published
        whole = "".join(str(text) for text in content.itertext())
        assert all(paragraph in whole for paragraph in article.paragraphs)
    assert {entry.find(f"{ATOM}content").get("type") for entry in entries} == {"html", "xhtml"}  # type: ignore[union-attr]


def test_ferrypost_feed_gives_what_the_paywall_hides(room: Newsroom) -> None:
    feed = json.loads(ask(room, "/ferrypost/feed.json").body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    entries = {entry["url"]: entry for entry in feed["items"]}
    (closed,) = with_trait(room, "paywall")
    assert all(paragraph in entries[closed.url]["content_html"] for paragraph in closed.paragraphs)
    (undated,) = with_trait(room, "undated")
    assert "date_published" not in entries[undated.url]


def test_beacon_is_atom_with_relative_links_and_summaries(room: Newsroom) -> None:
    feed = etree.fromstring(ask(room, "/beacon/news/atom.xml").body)
    base = feed.get("{http://www.w3.org/XML/1998/namespace}base", "")
    links = {urllib.parse.urljoin(base, link.get("href", "")) for link in feed.iterfind(f"{ATOM}entry/{ATOM}link")}
    assert links == {article.url for article in room.expected() if article.outlet == "beacon"}
    assert feed.find(f".//{ATOM}content") is None


def test_a_feed_moves_one_says_too_many_one_ends(room: Newsroom) -> None:
    seen = []
    for number in range(1, ROUNDS + 1):
        room.round = number
        paths = ("/northshore/rss.xml", "/beacon/news/atom.xml", "/northshore/xml/zaobao.xml")
        seen.append([ask(room, path).status for path in paths])
    assert seen == [[200, 200, 200], [301, 200, 200], [301, 429, 200], [301, 200, 410]]
    assert ask(room, "/northshore/rss.xml").headers["location"] == room.url + "/northshore/xml/rss.xml"
    room.round = 3
    assert ask(room, "/beacon/news/atom.xml").headers["retry-after"] == "120"


# hostile, walls


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


# HTTP


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


def test_a_page_changes_between_rounds_though_its_text_does_not(room: Newsroom) -> None:
    article = by_key(room)["ferrypost/chess-under-the-bridge"]
    one = ask(room, article.url).body
    assert one == ask(room, article.url).body
    room.round = 2
    assert by_key(room)["ferrypost/chess-under-the-bridge"].text == article.text
    assert ask(room, article.url).body != one


def test_text_is_packed_for_those_who_ask(room: Newsroom) -> None:
    packed = ask(room, "/harbour/", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == ask(room, "/harbour/").body


def test_head_has_headers_only(room: Newsroom) -> None:
    head, whole = ask(room, "/harbour/", method="HEAD"), ask(room, "/harbour/")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))


def test_every_visit_is_in_the_log(room: Newsroom) -> None:
    ask(room, "/beacon")
    ask(room, "/nowhere")
    assert [(visit.method, visit.path, visit.status) for visit in room.requests] == [
        ("GET", "/beacon", 301),
        ("GET", "/nowhere", 404),
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


def test_serve_goes_through_the_rounds_and_stops() -> None:
    said: list[str] = []
    stop = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        if line == "Round 3":
            stop.set()

    serve(0, NOW, rounds=3, every_s=0.001, say=say, until=stop)
    assert said[0].startswith("Newsroom at http://127.0.0.1:")
    assert [line for line in said if line.startswith("Round")] == ["Round 2", "Round 3"]
    with pytest.raises(ValueError, match="rounds 1 to 4"):
        serve(0, NOW, rounds=9)


# pictures and determinism


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
    articles = expected_articles(now, round_number, BASE)
    go_to_press.cache_clear()
    assert expected_articles(now, round_number, BASE) == articles
    assert len({article.url for article in articles}) == len(articles)
    for article in articles:
        if article.published and "future-dated" not in article.traits:
            assert now - timedelta(days=22) < article.published <= now
