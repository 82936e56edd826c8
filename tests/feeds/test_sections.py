"""Long CDATA sections read apart from the tree: never another feed than the one read whole."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.feeds import _parse, _sections, parse_feed
from broadsheet.formats.feeds._describe import describe
from broadsheet.formats.feeds._json import looks_like_json
from broadsheet.formats.feeds._tree import read_tree
from broadsheet.model import Feed

from .samples import RSS

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>晨报</title><link>https://news.example.org/</link>"
)
URL = "https://news.example.org/feed"


@pytest.fixture(autouse=True)
def _every_section_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sections, "_SHORTEST", 1)


def feed(inside: str) -> bytes:
    return f"{HEAD}{inside}</channel></rss>".encode("utf-8", "surrogatepass")


def read_whole(content: bytes) -> Feed | str:
    try:
        return _parse._read_feed(read_tree(content, None, whole=True), URL, None)
    except FormatError as error:
        return str(error)


def read(content: bytes) -> Feed | str:
    try:
        return parse_feed(content, url=URL)
    except FormatError as error:
        return str(error)


def read_shortened(content: bytes) -> tuple[int, bool]:
    """How many sections stood apart, and whether their keys all came back."""
    tree = read_tree(content, None)
    _parse._read_feed(tree, URL, None)
    return len(tree.sections), tree.sections.all_used


@pytest.mark.parametrize(
    ("section", "content"),
    [
        ("<![CDATA[<p>正文</p>]]>", "<p>正文</p>"),
        ("\n <![CDATA[ <p>one</p>\r\n<p>two</p>\rthree ]]>\n", "<p>one</p>\n<p>two</p>\nthree"),
        ('<![CDATA[<img src="/1.jpg">]]>', '<img src="https://news.example.org/1.jpg">'),
        ("<![CDATA[a[1] ]] > b &amp; &#146; &bogus;]]>", "a[1] ]] > b &amp; &#146; &bogus;"),
        ("<![CDATA[<content:encoded><![CDATA[inner]>]]>", "<content:encoded><![CDATA[inner]>"),
        ("<![CDATA[   ]]>", None),
    ],
)
def test_a_section_apart_is_the_section_in_the_tree(section: str, content: str | None) -> None:
    document = feed(f"<item><title>T</title><content:encoded>{section}</content:encoded></item>" * 2)
    found = read(document)
    assert isinstance(found, Feed) and found == read_whole(document)
    assert [entry.content for entry in found.entries] == [content, content]
    if section.count("<![CDATA[") == 1:
        assert read_shortened(document) == (2, True)


@pytest.mark.parametrize(
    "inside",
    [
        "<item><!-- <content:encoded><![CDATA[hidden]]></content:encoded> --><title>T</title></item>",
        "<item><title>T</title><!-- <content:encoded><![CDATA[a --><b><!-- c]]> --></b></item>",
        "<item><?x <content:encoded><![CDATA[hidden]]></content:encoded> ?><title>T</title></item>",
        "<item><content:encoded><![CDATA[one]]> and two</content:encoded></item>",
        "<item><content:encoded><![CDATA[one]]><![CDATA[two]]></content:encoded></item>",
        "<item><content:encoded><![CDATA[one]]><b>two</b></content:encoded></item>",
        "<item><unknown><content:encoded><![CDATA[deep]]></content:encoded></unknown><title>T</title></item>",
        "<item><category><description><![CDATA[a word]]></description></category></item>",
        "<item><image><description><![CDATA[/picture.png]]></description></image></item>",
        "<item><title>T</title></item><description><![CDATA[the feed's own]]></description>",
        '<item xmlns:content="urn:other"><content:encoded><![CDATA[not ours]]></content:encoded></item>',
        "<item><content:encoded><![CDATA[broadsheet-cdata-1-]]></content:encoded></item>",
        "<item><title>broadsheet-cdata-0-</title><content:encoded><![CDATA[mine]]></content:encoded></item>",
        "<item><content:encoded>broadsheet-cdata-0-</content:encoded></item>"
        "<item><content:encoded><![CDATA[mine]]></content:encoded></item>",
        "<item><description><![CDATA[a]]></description><content:encoded><![CDATA[b]]></content:encoded>"
        "<content:encoded><![CDATA[longer]]></content:encoded><content:encoded><![CDATA[c]]></content:encoded></item>",
        "<item><description><![CDATA[a]]></description><description><![CDATA[a]]></description></item>",
        "<item><content:encoded><![CDATA[\x1b]]></content:encoded></item>",
        "<item><content:encoded><![CDATA[\uffff]]></content:encoded></item>",
        "<item><content:encoded><![CDATA[\ud800]]></content:encoded></item>",
        "<item><content:encoded><![CDATA[never closed</content:encoded></item>",
        "<item><content:encoded><![CDATA[closed]]></content></item>",
        "<item><content:encoded><![CDATA[x]]></content:encoded><link>a&b</link></item>",
        '<item a="<content:encoded><![CDATA[x]]>"><title>T</title></item>',
        "<item><content:encoded><![CDATA[x]]></content:encoded><title>don&#146;t</title></item>",
    ],
)
def test_whatever_is_odd_is_read_as_if_nothing_had_been_taken_apart(inside: str) -> None:
    document = feed(inside)
    assert read(document) == read_whole(document)


def test_openings_without_an_end_cost_one_look_each() -> None:
    document = feed("<item>" + "<content:encoded><![CDATA[" * 40_000)
    assert _sections.take_sections(document)[0] is document


def test_entries_past_the_cap_do_not_lose_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parse, "MAX_ENTRIES", 2)
    document = feed("<item><content:encoded><![CDATA[x]]></content:encoded></item>" * 3)
    found = read(document)
    assert isinstance(found, Feed) and [entry.content for entry in found.entries] == ["x", "x"]
    assert found.notes == ("more than 2 entries; the rest was left",)


TEXTS = st.text(st.sampled_from("中a \n\r]>[<&;#1-!\x1b\uffff"), max_size=6)
BODIES = st.one_of(
    TEXTS, st.sampled_from(['<a href="x">y</a>', "<![CDATA[", "]]>", "-->", "&#146;", "broadsheet-cdata-0-"])
)
SECTIONS = BODIES.map(lambda text: f"<![CDATA[{text}]]>")
FIELDS = st.builds(
    lambda shape, texts: shape.format(*texts),
    st.sampled_from(
        [
            "<content:encoded>{0}</content:encoded>",
            "<content:encoded> {0}\n</content:encoded>",
            "<content:encoded>{0}{1}</content:encoded>",
            "<content:encoded>{0}<b>{1}</b></content:encoded>",
            "<content:encoded><![CDATA[x]]></content:encoded>",
            "<description>{0}</description>",
            "<description>{0} tail</description>",
            "<title>{0}</title>",
            "<!-- <content:encoded>{0}</content:encoded> -->",
            "<unknown><description>{0}</description></unknown>",
            '<content:encoded xml:base="http://b.example/">{0}</content:encoded>',
            "<link>http://a.example/</link>",
        ]
    ),
    st.tuples(SECTIONS, SECTIONS),
)
DOCUMENTS = st.lists(st.lists(FIELDS, max_size=4).map(lambda fields: f"<item>{''.join(fields)}</item>"), max_size=4)


@settings(max_examples=150)
@given(DOCUMENTS)
def test_made_feeds_read_alike(entries: list[str]) -> None:
    document = feed("".join(entries))
    assert read(document) == read_whole(document)


@settings(max_examples=150)
@given(DOCUMENTS, st.data())
def test_damaged_feeds_read_alike(entries: list[str], draw: st.DataObject) -> None:
    document = feed("".join(entries))
    start = draw.draw(st.integers(0, len(document)))
    end = draw.draw(st.integers(start, min(len(document), start + 12)))
    damage = draw.draw(
        st.sampled_from([b"", b"<", b"]]>", b"<![CDATA[", b"&", b"-->", b"\x00", b"\xff", b'"', b"<!--"])
    )
    document = document[:start] + damage + document[end:]
    assert read(document) == read_whole(document)


def test_a_usual_feed_is_read_apart() -> None:
    assert read_shortened(RSS) == (1, True)
    assert read(RSS) == read_whole(RSS)


_MARKED = re.compile(rb"<(description|content:encoded)>([^<&]{1,200000}|<!\[CDATA\[.*?\]\]>)</\1>", re.DOTALL)


def with_sections(content: bytes) -> bytes:
    """The feed with its plain descriptions as CDATA, so that more of it stands apart."""
    return _MARKED.sub(
        lambda found: (
            found[0] if found[2].startswith(b"<") else b"<%b><![CDATA[%b]]></%b>" % (found[1], found[2], found[1])
        ),
        content,
    )


@pytest.mark.parametrize("suite", ["feedparser-cases", "feed-rs-cases"])
def test_the_suites_of_other_libraries_read_alike(suite: str, shared: Path) -> None:
    apart = 0
    with tarfile.open(shared / "feeds" / f"{suite}.tar.xz") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith((".xml", ".rss", ".atom")) else None
            content = file.read() if file else b""
            for document in (content, with_sections(content)) if 0 < len(content) < 300_000 else ():
                if describe(document) or looks_like_json(document):
                    continue
                assert read(document) == read_whole(document), member.name
                apart += len(_sections.take_sections(document)[1])
    assert apart > 20
