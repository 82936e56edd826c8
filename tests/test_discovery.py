"""Feeds are found where pages declare them, where links look like them, and where they usually lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.formats.feeds import FeedLink, find_feed_links, guess_feed_urls

URL = "https://www.news.example.org/world/index.html"


def urls(page: str) -> list[str]:
    return [link.url for link in find_feed_links(page.encode(), url=URL)]


def test_declared_feeds_in_order_with_comments_last() -> None:
    page = """<html><head>
    <link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">
    <link rel="alternate" type="application/rss+xml" title=" 要闻\n RSS " href="/feed/">
    <link href="atom.xml" type="application/atom+xml" rel="alternate nofollow">
    <link rel="alternate" type="application/feed+json" href="//cdn.example.org/feed.json">
    </head></html>"""
    assert find_feed_links(page.encode(), url=URL) == (
        FeedLink("https://www.news.example.org/feed/", "要闻 RSS", "application/rss+xml"),
        FeedLink("https://www.news.example.org/world/atom.xml", None, "application/atom+xml"),
        FeedLink("https://cdn.example.org/feed.json", None, "application/feed+json"),
        FeedLink("https://www.news.example.org/comments/feed/", "Comments Feed", "application/rss+xml"),
    )


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="text/xml" href="/other.xml">',
        '<link rel="alternate stylesheet" type="application/rss+xml" href="/x">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:x">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="stylesheet" href="/feed.css">',
    ],
)
def test_other_links_are_left(link: str) -> None:
    assert urls(f"<html><head>{link}</head></html>") == []


@pytest.mark.parametrize(
    ("anchor", "found"),
    [
        ('<a href="/rss.xml">x</a>', "https://www.news.example.org/rss.xml"),
        ('<a href="/feed">x</a>', "https://www.news.example.org/feed"),
        ('<a href="/news/rss/">x</a>', "https://www.news.example.org/news/rss/"),
        ('<a href="/?feed=rss2">x</a>', "https://www.news.example.org/?feed=rss2"),
        ('<a href="https://feeds.feedburner.com/x">x</a>', "https://feeds.feedburner.com/x"),
        ('<a href="/subscribe/7">RSS</a>', "https://www.news.example.org/subscribe/7"),
        ('<a href="feed:https://a.example/1">x</a>', "https://a.example/1"),
        ('<a href="feed://a.example/1/rss">x</a>', "http://a.example/1/rss"),
        ('<a href="/feedback">x</a>', None),
        ('<a href="/rss-explained.html">RSS explained</a>', None),
        ('<a href="#rss">RSS</a>', None),
        ('<a href="mailto:rss@example.org">RSS</a>', None),
    ],
)
def test_anchors_that_look_like_feeds(anchor: str, found: str | None) -> None:
    assert urls(f"<body>{anchor}</body>") == ([found] if found else [])


def test_what_is_declared_comes_before_anchors_and_the_own_host_before_others() -> None:
    page = """<a href="https://other.example/rss.xml">RSS</a><a href="https://news.example.org/rss.xml">RSS</a>
    <link rel="alternate" type="application/rss+xml" href="/main.xml"><a href="/main.xml">RSS</a>"""
    assert urls(page) == [
        "https://www.news.example.org/main.xml",
        "https://news.example.org/rss.xml",
        "https://other.example/rss.xml",
    ]


def test_the_pages_own_base_counts() -> None:
    page = '<base href="https://b.example/x/"><link rel=alternate type="application/rss+xml" href="feed">'
    assert urls(page) == ["https://b.example/x/feed"]


def test_titles_are_read_in_the_pages_charset() -> None:
    page = '<meta charset="gb2312"><link rel="alternate" type="application/rss+xml" title="每日新闻" href="/feed">'
    assert find_feed_links(page.encode("gbk"), url=URL)[0].title == "每日新闻"


@given(st.binary(max_size=300))
def test_no_page_raises(page: bytes) -> None:
    assert isinstance(
        find_feed_links(b"<link rel=alternate href='//[' type=application/rss+xml>" + page, url=URL), tuple
    )


def test_usual_places_below_the_folder_first() -> None:
    found = guess_feed_urls("https://news.example.org/blog/2024/a.html?x=1#y")
    assert found[0] == "https://news.example.org/blog/2024/feed"
    assert "https://news.example.org/rss.xml" in found
    assert found.index("https://news.example.org/blog/2024/atom.xml") < found.index("https://news.example.org/feed")
    assert len(set(found)) == len(found)


def test_the_root_is_guessed_once() -> None:
    assert guess_feed_urls("https://news.example.org") == guess_feed_urls("https://news.example.org/")


@pytest.mark.parametrize("url", ["", "news.example.org", "ftp://a.example/", "http://[", "mailto:x@example.org"])
def test_what_is_no_web_address_has_no_usual_places(url: str) -> None:
    assert guess_feed_urls(url) == ()
