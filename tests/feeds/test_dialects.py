"""What each dialect says comes out whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadsheet.errors import FormatError
from broadsheet.formats.feeds import parse_feed
from broadsheet.formats.feeds._entries import build_entry
from broadsheet.model import Enclosure, Entry, Picture

from .samples import ATOM, JSON, RDF, RSS, rss

NOON = datetime(2024, 5, 1, 4, 30, tzinfo=UTC)


def test_rss_2() -> None:
    feed = parse_feed(RSS, url="https://news.example.org/feed")
    assert (feed.dialect, feed.title, feed.language, feed.encoding) == ("rss 2.0", "晨报", "zh-CN", "utf-8")
    assert feed.home_url == "https://news.example.org/"
    assert feed.self_url == "https://news.example.org/feed"
    assert feed.next_url == "https://news.example.org/feed?page=2"
    assert feed.picture_url == "https://news.example.org/logo.png"
    assert feed.authors == ("国际部",)
    assert (feed.ttl_s, feed.skip_hours, feed.skip_days) == (6 * 3600, (0, 7), (0, 6))
    assert feed.updated == datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
    assert (feed.notes, feed.failures) == ((), ())
    first, second = feed.entries
    assert first == Entry(
        entry_id="news:1",
        url="https://news.example.org/1",
        headline="大选 & 之后",
        summary='<p>摘要 <a href="https://news.example.org/x">链接</a></p>',
        content='<p>正文</p><img src="https://news.example.org/pic/1.jpg">',
        published=NOON,
        published_text="2024年5月1日 12:30",
        authors=("王小明", "李华"),
        categories=("国际", "经济"),
        enclosures=(Enclosure("https://news.example.org/1.mp3", "audio/mpeg", 1234),),
        pictures=(Picture("https://news.example.org/1.jpg", "会场", "路透社", None, 800, 600),),
        source_title="通讯社",
        source_url="https://wire.example.org/rss",
    )
    assert second.url == second.entry_id == "https://news.example.org/2"
    assert second.published == NOON


def test_atom_1() -> None:
    feed = parse_feed(ATOM)
    assert (feed.dialect, feed.title, feed.language) == ("atom 1.0", "The <Daily>", "en")
    assert feed.home_url == "https://news.example.org/en/"
    assert feed.self_url == "https://news.example.org/en/feed.atom"
    assert feed.picture_url == "https://news.example.org/icon.png"
    assert feed.authors == ("Desk",)
    assert feed.description == "All of it"
    (entry,) = feed.entries
    assert entry.headline == "Rates rise"
    assert entry.url == "https://news.example.org/en/2024/rates"
    assert entry.entry_id == "urn:entry:1"
    assert entry.published == datetime(2024, 5, 1, 6, tzinfo=UTC)
    assert entry.updated == datetime(2024, 5, 1, 7, tzinfo=UTC)
    assert entry.authors == ("A. Writer", "B. Writer")
    assert entry.categories == ("The economy",)
    assert entry.summary == "1 &lt; 2"
    assert entry.content == '<p>Text <a href="https://news.example.org/en/2024/more">more</a><br/></p>'
    assert entry.enclosures == (Enclosure("https://news.example.org/en/2024/rates.mp3", "audio/mpeg", 9),)
    assert (entry.source_title, entry.source_url) == ("Wire", "https://wire.example.org/")


def test_atom_03_and_its_names() -> None:
    feed = parse_feed(
        b"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>t</title><modified>2003-12-13T18:30:02Z</modified>
        <tagline>sub</tagline><entry><title>one</title><issued>2003-12-13T08:29:29-04:00</issued>
        <modified>2003-12-14T00:00:00Z</modified><content type="text/html" mode="escaped">&lt;p&gt;x&lt;/p&gt;</content>
        </entry></feed>"""
    )
    assert (feed.dialect, feed.description) == ("atom 0.3", "sub")
    assert feed.entries[0].published == datetime(2003, 12, 13, 12, 29, 29, tzinfo=UTC)
    assert feed.entries[0].updated == datetime(2003, 12, 14, tzinfo=UTC)
    assert feed.entries[0].content == "<p>x</p>"


def test_rss_1_and_its_image_beside_the_channel() -> None:
    feed = parse_feed(RDF)
    assert (feed.dialect, feed.title) == ("rss 1.0", "Old paper")
    assert feed.picture_url == "https://news.example.org/i.png"
    (entry,) = feed.entries
    assert (entry.entry_id, entry.url) == ("https://news.example.org/1", "https://news.example.org/1")
    assert (entry.published, entry.authors, entry.categories) == (NOON, ("Somebody",), ("World",))


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_rss_names_its_version(version: str) -> None:
    assert parse_feed(f'<rss version="{version}"><channel/></rss>'.encode()).dialect == f"rss {version}"


def test_json_feed() -> None:
    feed = parse_feed(JSON, url="https://news.example.org/feed.json")
    assert (feed.dialect, feed.title, feed.language) == ("json feed 1.1", "样报", "zh-CN")
    assert feed.next_url == "https://news.example.org/feed.json?page=2"
    assert feed.authors == ("编辑部",)
    first, second = feed.entries
    assert (first.entry_id, first.url) == ("7", "https://news.example.org/7")
    assert first.headline == "List<T> & <b>"
    assert first.content == '<p><img src="https://news.example.org/7.jpg"></p>'
    assert (first.published, first.authors, first.categories) == (NOON, ("王小明",), ("国际",))
    assert first.pictures == (Picture("https://news.example.org/7.jpg"),)
    assert first.enclosures == (Enclosure("https://news.example.org/7.mp3", "audio/mpeg", 5),)
    assert (second.url, second.authors) == ("https://news.example.org/8", ("旧式",))
    assert second.content == "<p>一 &lt; 二</p><p>三</p>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!doctype html><html><head><title>Front page</title></head></html>", "HTML page ('Front page')"),
        (b"<html><body>no</body></html>", "HTML page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head/></html>', "HTML page"),
        (b'<opml version="2.0"><body/></opml>', "OPML"),
        (b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', "sitemap"),
        (b"<note><to/></note>", "<note>"),
        (b'{"error": "not found"}', "JSON"),
        (b'["a"]', "JSON"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"Not found", "not XML"),
    ],
)
def test_what_is_no_feed_is_named(content: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=r"^no feed here: ") as caught:
        parse_feed(content)
    assert words in str(caught.value)


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse_feed(b'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>').entries == ()


def test_building_an_entry_cheaply_is_the_same_as_building_it() -> None:
    built = parse_feed(rss("<title>x</title><link>http://a.example/1</link>")).entries[0]
    usual = Entry(headline="x", url="http://a.example/1")
    assert built == usual
    assert hash(built) == hash(usual)
    assert vars(built).keys() == vars(usual).keys() == vars(build_entry(dict(vars(usual)))).keys()
    assert repr(built) == repr(usual)
