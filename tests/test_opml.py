"""Subscription lists survive the way in and the way out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.feeds import OpmlOutline, format_opml, parse_opml


def test_folders_become_categories_in_order() -> None:
    content = """<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
    <outline text="新闻"><outline text="国际">
    <outline text="One &amp; only" type="rss" xmlUrl="https://a.example/f?x=1&amp;y=2" htmlUrl="https://a.example/"/>
    </outline></outline>
    <outline title="Two" text="ignored" xmlURL="https://b.example/f" category="/tech/,world"/>
    <outline text="no feed"/></body></opml>""".encode()
    assert parse_opml(content) == (
        OpmlOutline("One & only", "https://a.example/f?x=1&y=2", "https://a.example/", ("新闻", "国际")),
        OpmlOutline("Two", "https://b.example/f", None, ("tech", "world")),
    )


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        ('<outline text="A & B" xmlUrl="http://a.example/f?x=1&y=2"/>', ["http://a.example/f?x=1&y=2"]),
        ('<outline text="x" xmlUrl="http://a.example/1"><outline text="y" xmlUrl="http://a.example/2"/></outline>',
         ["http://a.example/1", "http://a.example/2"]),
        ('<outline xmlUrl="http://a.example/1"/><outline xmlUrl="http://a.example/1"/>', ["http://a.example/1"]),
        ('<outline type="rss" url="http://a.example/1"/>', ["http://a.example/1"]),
        ('<outline type="link" url="http://a.example/1"/>', []),
        ('<outline xmlUrl="javascript:alert(1)"/>', []),
        ('<outline xmlUrl=" "/>', []),
        ('<OUTLINE XMLURL="http://a.example/1">', ["http://a.example/1"]),
    ],
)  # fmt: skip
def test_sloppy_lists_are_read(body: str, urls: list[str]) -> None:
    found = parse_opml(f"<opml><body>{body}</body></opml>".encode())
    assert [outline.feed_url for outline in found] == urls


def test_an_outline_without_a_name_has_its_address() -> None:
    assert (
        parse_opml(b'<opml><body><outline xmlUrl="http://a.example/1"/></body></opml>')[0].title == "http://a.example/1"
    )


def test_a_list_in_another_charset() -> None:
    content = '<?xml version="1.0" encoding="gb2312"?><opml><body><outline text="新闻" xmlUrl="http://a.example/"/></body></opml>'
    assert parse_opml(content.encode("gbk"))[0].title == "新闻"


@pytest.mark.parametrize("content", [b"", b"<rss><channel/></rss>", b"<html></html>", b"{}"])
def test_what_is_no_list_is_said(content: bytes) -> None:
    with pytest.raises(FormatError, match="here: "):
        parse_opml(content)


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12).filter(
    lambda text: "&" not in text
)
addresses = st.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9?=&%]{0,12}", fullmatch=True)
outlines = st.lists(
    st.builds(
        OpmlOutline,
        words,
        addresses,
        st.none() | addresses,
        st.lists(words, max_size=3, unique=True).map(tuple),
    ),
    max_size=8,
    unique_by=lambda outline: outline.feed_url,
)


@given(outlines, words)
def test_what_goes_out_comes_back(listed: list[OpmlOutline], title: str) -> None:
    assert set(parse_opml(format_opml(listed, title))) == set(listed)


def test_order_and_special_characters_survive() -> None:
    listed = (
        OpmlOutline('A "quoted" <name> & more', "https://a.example/?a=1&b=2", None, ("x, y", "/z")),
        OpmlOutline("B", "https://b.example/", None, ("x, y",)),
    )
    content = format_opml(listed, "t\x00")
    assert content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert [outline.title for outline in parse_opml(content)] == ['A "quoted" <name> & more', "B"]
    assert parse_opml(content)[0].categories == ("x, y", "/z")
