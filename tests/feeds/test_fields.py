"""How single fields are decided: addresses, ids, headlines, dates, people, pictures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broadsheet.formats.feeds import parse_feed
from broadsheet.model import Entry, Feed, Picture

from .samples import rss

LINK = "<link>https://news.example.org/1</link>"


def one(inside: str, *, url: str | None = None, language: str | None = None, head: str = "") -> Entry:
    (entry,) = parse_feed(rss(inside, head=head), url=url, language=language).entries
    return entry


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid isPermaLink='true'>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid isPermaLink='false'>https://a.example/1</guid>", None),
        ("<guid ispermalink='False'>https://a.example/1</guid>", None),
        ("<guid>tag:a.example,2024:1</guid>", None),
        ("<guid>https://a.example/1</guid>" + LINK, "https://news.example.org/1"),
        ("<link/><guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<link>\n  https://a.example/\n1 </link>", "https://a.example/1"),
        ("<link>/1</link>", "https://news.example.org/1"),
        ("<link>1.html</link>", "https://news.example.org/section/1.html"),
        ("<link>//a.example/1</link>", "https://a.example/1"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link> data:text/html,x</link><guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<link href='https://a.example/1'/>", "https://a.example/1"),
        ("<a:link xmlns:a='http://www.w3.org/2005/Atom' href='https://a.example/1'/>", "https://a.example/1"),
        (
            "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='replies' href='https://a.example/1#c'/>" + LINK,
            "https://news.example.org/1",
        ),
        (
            LINK + "<f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>https://a.example/o</f:origLink>",
            "https://a.example/o",
        ),
        ("<link>http://[::1</link>", "http://[::1"),
        ("<title>no link at all</title>", None),
    ],
)
def test_the_articles_address(inside: str, url: str | None) -> None:
    assert one(inside, url="https://news.example.org/section/feed.xml").url == url


def test_relative_addresses_mean_the_site_where_a_service_serves_the_feed() -> None:
    head = "<link>https://news.example.org/</link>"
    assert one("<link>/1</link>", url="https://feeds.example.net/x", head=head).url == "https://news.example.org/1"
    assert one("<link>/1</link>", head=head).url == "https://news.example.org/1"
    assert one("<link>/1</link>").url == "/1"


def test_of_several_atom_links_the_page_wins() -> None:
    entry = parse_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title>
        <link rel="self" href="http://a.example/api"/><link rel="alternate" type="application/json" href="http://a.example/j"/>
        <link rel="alternate" type="text/html" href="http://a.example/h"/><link href="http://a.example/second"/></entry></feed>"""
    ).entries[0]
    assert entry.url == "http://a.example/h"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("plain", "plain"),
        ("  two\n  lines\t ", "two lines"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("AT&amp;amp;amp;T", "AT&T"),
        ("Don&amp;#8217;t", "Don’t"),
        ("Don&amp;amp;#8217;t", "Don’t"),
        ("Q&amp;A: x &amp; y", "Q&A: x & y"),
        ("1 &lt; 2 &gt; 0", "1 < 2 > 0"),
        ("&amp;lt;b&amp;gt; is a tag", "<b> is a tag"),
        ("&amp;amp;lt;b&amp;amp;gt; is a tag", "&lt;b&gt; is a tag"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("<![CDATA[<b>Bold</b> &amp; <i class='x'>brave</i>]]>", "Bold & brave"),
        ("<b>Bold</b> move", "Bold move"),
        ("One&lt;br /&gt;two", "One two"),
        ("List&lt;T&gt; in C++", "List<T> in C++"),
        ("&lt;Untitled&gt;", "<Untitled>"),
        ("x&lt;script&gt;alert(1)&lt;/script&gt;y", "xy"),
        ("<![CDATA[]]>", ""),
        ("标题　副题", "标题　副题"),
        ("a&#160;b", "a\xa0b"),
        ("A &#150; B", "A – B"),
        ("?a=1&amp;copy=2", "?a=1&copy=2"),
        ("😀 ok", "😀 ok"),
    ],
)
def test_headlines_are_plain_text(title: str, headline: str) -> None:
    assert one(f"<title>{title}</title>{LINK}").headline == headline


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("<title>1 &lt; 2</title>", "1 < 2"),
        ('<title type="text">&lt;b&gt; is a tag</title>', "<b> is a tag"),
        ('<title type="html">&lt;b&gt;Bold&lt;/b&gt; &amp;amp; more</title>', "Bold & more"),
        ('<title type="html">&amp;lt;b&amp;gt; is a tag</title>', "<b> is a tag"),
        ('<title type="text">Don&amp;#8217;t</title>', "Don’t"),
        ('<title type="text/html" mode="base64">PGI+Qm9sZDwvYj4=</title>', "Bold"),
    ],
)
def test_atom_headlines_obey_their_type(title: str, headline: str) -> None:
    feed = parse_feed(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{title}</entry></feed>'.encode())
    assert feed.entries[0].headline == headline


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<content>a &lt; b</content>", "a &lt; b"),
        ("<content>&lt;p&gt;sloppy&lt;/p&gt;</content>", "<p>sloppy</p>"),
        ('<content type="text">&lt;p&gt;literal&lt;/p&gt;</content>', "&lt;p&gt;literal&lt;/p&gt;"),
        ('<content type="html">&lt;p&gt;x&lt;/p&gt;</content>', "<p>x</p>"),
        ('<content type="image/png">iVBORw0KGgo=</content>', None),
        ('<content type="text/plain" mode="base64">aGk=</content>', "hi"),
        ('<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p/></x:div></content>', "<p></p>"),
        ('<content src="http://a.example/body" type="text/html"/>', None),
    ],
)
def test_atom_content_obeys_its_type(content: str, expected: str | None) -> None:
    feed = parse_feed(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{content}</entry></feed>'.encode())
    assert feed.entries[0].content == expected


def dated(inside: str, language: str | None = None, head: str = "") -> datetime | None:
    return one(inside, language=language, head=head).published


def test_dates_are_read_as_the_outlet_means_them() -> None:
    american = datetime(2024, 5, 1, 18, 30, tzinfo=UTC)
    chinese = datetime(2024, 5, 1, 4, 30, tzinfo=UTC)
    inside = "<pubDate>Wed, 01 May 2024 12:30:00 CST</pubDate>"
    assert dated(inside) == american
    assert dated(inside, "zh-TW") == chinese
    assert dated(inside, "en", "<language>zh</language>") == american
    assert dated(inside, None, "<language>zh-cn</language>") == chinese
    assert dated(inside, None, "<description>每日新闻</description>") == chinese
    assert dated(inside, None, "<description>毎日のニュース</description>") == american


def test_a_date_that_cannot_be_read_is_kept_as_it_stands_and_said() -> None:
    entry = one("<title>x</title><pubDate>NaN</pubDate>")
    assert (entry.published, entry.published_text) == (None, "NaN")
    assert "NaN" in entry.notes[0]
    second = one(
        "<pubDate>NaN</pubDate><d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2024-05-01T00:00:00Z</d:date>"
    )
    assert second.published == datetime(2024, 5, 1, tzinfo=UTC)


def test_an_entry_without_a_date_has_none() -> None:
    assert one("<title>x</title>").published is None


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("desk@example.org (Jane Doe)", "Jane Doe"),
        ("Jane Doe &lt;desk@example.org&gt;", "Jane Doe"),
        ("desk@example.org", "desk@example.org"),
        ("Jane &amp;amp; Joe", "Jane & Joe"),
        ("本报记者 王小明", "本报记者 王小明"),
        ("<name>Jane Doe</name><email>d@example.org</email>", "Jane Doe"),
        ("<email>d@example.org</email>", "d@example.org"),
    ],
)
def test_people_have_names(author: str, name: str) -> None:
    assert one(f"<author>{author}</author>").authors == (name,)


MEDIA = "xmlns:m='http://search.yahoo.com/mrss/'"


@pytest.mark.parametrize(
    ("inside", "pictures"),
    [
        (
            f"<m:thumbnail {MEDIA} url='http://a.example/t.jpg' width='1'/>",
            (Picture("http://a.example/t.jpg", width=1),),
        ),
        ("<enclosure url='http://a.example/e.jpg' type='image/jpeg'/>", (Picture("http://a.example/e.jpg"),)),
        (
            f"<m:group {MEDIA}><m:content url='http://a.example/b.jpg'/><m:description>what</m:description></m:group>",
            (Picture("http://a.example/b.jpg", "what"),),
        ),
        (
            f"<m:content {MEDIA} url='http://a.example/b.jpg' medium='image'/><m:thumbnail {MEDIA} url='http://a.example/t.jpg'/>"
            "<enclosure url='http://a.example/b.jpg' type='image/jpeg'/>",
            (Picture("http://a.example/b.jpg"),),
        ),
        (f"<m:content {MEDIA} url='http://a.example/v.mp4' type='video/mp4'/>", ()),
        (
            "<i:image xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd' href='/p.jpg'/>",
            (Picture("http://a.example/p.jpg"),),
        ),
    ],
)
def test_pictures_once_each_and_thumbnails_only_without_larger_ones(inside: str, pictures: tuple[Picture, ...]) -> None:
    assert one(inside, url="http://a.example/feed").pictures == pictures


def test_addresses_inside_html_become_absolute_and_nothing_else_changes() -> None:
    body = (
        "<p class='a=\"b\"'>x = y <a href='/a?x=1&amp;y=2'>a</a> <a href=\"#note\">n</a>"
        ' <a href="mailto:x@example.org">m</a>'
        '<img src="p/1.jpg" srcset="1.jpg 1x, /2.jpg 2x" alt="/not/this"><video poster="v.png"></video>'
        '<a href="https://b.example/">b</a> <a href="">e</a></p>'
    )
    found = one(f"<description><![CDATA[{body}]]></description>", url="https://a.example/news/feed").summary
    assert found == (
        '<p class=\'a="b"\'>x = y <a href="https://a.example/a?x=1&amp;y=2">a</a> <a href="#note">n</a>'
        ' <a href="mailto:x@example.org">m</a><img src="https://a.example/news/p/1.jpg"'
        ' srcset="https://a.example/news/1.jpg 1x, https://a.example/2.jpg 2x" alt="/not/this">'
        '<video poster="https://a.example/news/v.png"></video><a href="https://b.example/">b</a> <a href="">e</a></p>'
    )


def feed_of(head: str) -> Feed:
    return parse_feed(f"<rss><channel>{head}</channel></rss>".encode())


@pytest.mark.parametrize(
    ("head", "ttl_s"),
    [
        ("<ttl>60</ttl>", 3600.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<s:updatePeriod xmlns:s='http://purl.org/rss/1.0/modules/syndication/'>hourly</s:updatePeriod>", 3600.0),
        (
            "<s:updatePeriod xmlns:s='http://purl.org/rss/1.0/modules/syndication/'>\n weekly </s:updatePeriod>",
            604800.0,
        ),
        ("", None),
    ],
)
def test_the_publishers_rhythm(head: str, ttl_s: float | None) -> None:
    assert feed_of(head).ttl_s == ttl_s


def test_description_and_summary_are_summary_and_body() -> None:
    entry = one("<description>short</description><summary>long text</summary>")
    assert (entry.summary, entry.content) == ("short", "long text")
