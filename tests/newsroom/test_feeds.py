"""The newsroom's feeds: each in its dialect, with the habits of its outlet."""

from __future__ import annotations

import json
import urllib.parse
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from broadsheet.demo import Newsroom
from tests.newsroom.asking import ask, with_trait

pytestmark = pytest.mark.dated

ATOM = "{http://www.w3.org/2005/Atom}"


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
    assert "<pubDate>2023年11月15日 19:10</pubDate>" in text
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
