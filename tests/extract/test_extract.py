"""What the golden pages do not show: odd bytes, errors, hostile sizes, joined pages, notes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import ExtractError
from broadsheet.extract import extract_page, join_pages
from broadsheet.html import canonical_body

URL = "https://outlet.example/2026/05/06/a.html"
TEXT = "".join(
    f"<p>Paragraph {n} of the article is a sentence of fair length, with a comma, and tells something.</p>"
    for n in range(6)
)


def page(head: str = "", body: str = TEXT, title: str = "A headline of some length") -> bytes:
    markup = (
        f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"
    )
    return markup.encode()


@pytest.mark.parametrize("content", [b"", b"  \n", b"<!-- c -->", b"<html><head></head><body></body></html>", b"\x00"])
def test_a_page_without_text_is_an_error_that_names_it(content: bytes) -> None:
    with pytest.raises(ExtractError, match=r"outlet\.example"):
        extract_page(content, url=URL)


@given(st.binary(max_size=300) | st.text(alphabet="<>/apdivtbrl =\"'&;一。", max_size=200).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_an_extraction_or_an_extract_error(content: bytes) -> None:
    try:
        found = extract_page(content, url=URL, fast=True)
    except ExtractError:
        return
    assert canonical_body(found.body) == found.body


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 3000 + TEXT,
        TEXT + "<b>" * 2500 + "x",
        TEXT + "<table><tr><td>" * 300 + "x",
        f"{TEXT}<img srcset='{'x' * 500_000}'>",
        f"<p title='{'x' * 1_000_000}'>a</p>{TEXT}",
        TEXT + "<p>" + "word " * 100_000 + "</p>",
        TEXT + "<script type='application/ld+json'>" + "[" * 50_000 + "</script>",
    ],
    ids=["deep", "deep inline", "deep tables", "long srcset", "long attribute", "long paragraph", "deep json"],
)
def test_hostile_pages_are_survived(body: str) -> None:
    try:
        found = extract_page(page(body=body), url=URL, fast=True)
    except ExtractError:
        return
    assert found.headline == "A headline of some length"


@pytest.mark.parametrize(
    ("head", "source", "instant"),
    [
        ('<script type="application/ld+json">{"@type":"Article","datePublished":"2026-05-05T10:00:00+08:00",}</script>',
         "json-ld", "2026-05-05T02:00:00+00:00"),
        ('<meta property="article:published_time" content="2026-05-05T10:00:00Z">', "open graph",
         "2026-05-05T10:00:00+00:00"),
        ('<meta name="pubdate" content="20260505">', "meta", "2026-05-05T00:00:00+00:00"),
        ("", "url", "2026-05-06T00:00:00+00:00"),
        ('<script type="application/ld+json">{"@type":"Article","datePublished":"not known"}</script>', "url",
         "2026-05-06T00:00:00+00:00"),
    ],
)  # fmt: skip
def test_dates_say_where_they_come_from(head: str, source: str, instant: str) -> None:
    found = extract_page(page(head), url=URL)
    assert found.published is not None
    assert (found.published_source, found.published.isoformat()) == (source, instant)
    assert found.published_from == ("url" if source == "url" else "page")


def test_a_chinese_date_in_the_byline_is_not_the_first_of_this_month() -> None:
    body = "<p>2024年5月1日 12:30 来源：示例社</p>" + "".join(
        f"<p>第{n}段说的是另一件事，句子要够长，才像一篇文章里的段落，读者也才读得下去。</p>" for n in "一二三四五"
    )
    found = extract_page(page(body=body, title="一个够长的标题说明一件事"), url="https://outlet.example/a/1")
    assert found.published is not None
    assert found.published.isoformat() == "2024-05-01T04:30:00+00:00"
    assert found.published_words == "2024年5月1日 12:30"


def test_a_page_without_a_date_has_none() -> None:
    found = extract_page(page(), url="https://outlet.example/a/1")
    assert found.published is None
    assert found.published_from is None


def test_pages_are_joined_once() -> None:
    first = extract_page(page(), url="https://outlet.example/long.html")
    again = extract_page(
        page(body=TEXT + "<p>Only the second page has this sentence, which is new and long.</p>"), url=URL
    )
    joined = join_pages([first, again])
    assert joined.body.count("Paragraph 3") == 1
    assert joined.body.endswith("which is new and long.</p>")
    assert joined.headline == first.headline
    with pytest.raises(ExtractError):
        join_pages([])


def test_voters_are_named_and_a_third_is_asked_only_where_two_differ() -> None:
    agreed = extract_page(page(), url=URL)
    assert dict(agreed.agreed)["locator"] > 0.9
    assert {name for name, _ in agreed.agreed} == {"trafilatura", "locator"}
    linked = "<p><a href='/b'>A link of fair length to another article, which only one voter takes.</a></p>"
    disputed = page(body=TEXT.replace("<p>Paragraph 3", f"{linked}<p>Paragraph 3"))
    found = extract_page(disputed, url=URL)
    assert {name for name, _ in found.agreed} == {"trafilatura", "locator", "readability"}
    fast = extract_page(disputed, url=URL, fast=True)
    assert {name for name, _ in fast.agreed} == {"trafilatura", "locator"}


@pytest.mark.parametrize(
    ("last", "stays"),
    [
        ("<p><a href='/live'>Follow the search in our live report</a>.</p>", True),
        ("<p><a href='/live'>Another article that the outlet wants you to read</a></p>", False),
        ("<p>Read more: <a href='/live'>Another article that the outlet wants you to read</a>.</p>", False),
        ("<p><a href='/a'>One article</a><a href='/b'>and another one to read next</a>.</p>", False),
    ],
)
def test_a_closing_sentence_that_is_a_link_stays_and_a_bare_link_goes(last: str, stays: bool) -> None:
    found = extract_page(page(body=f"<article>{TEXT}{last}</article>"), url=URL)
    assert ("href" in found.body) is stays


@pytest.mark.parametrize(
    ("head", "last", "source", "day"),
    [
        ('<meta name="date" content="2026-05-01">', '<time itemprop="datePublished" datetime="2026-05-04">x</time>',
         "time", "2026-05-04"),
        ('<meta name="date" content="2026-05-01">', "", "meta", "2026-05-01"),
        ("", "<p>Letzte Änderung: 31.10.2023<br>Erschienen am: 01.11.2023</p>", "text", "2023-11-01"),
        ("", "<p>发布时间：2026年5月2日</p>", "text", "2026-05-02"),
    ],
)  # fmt: skip
def test_what_is_said_to_be_the_day_of_publication_is_believed(head: str, last: str, source: str, day: str) -> None:
    found = extract_page(page(head, TEXT + last), url="https://outlet.example/a/1", fast=True)
    assert found.published is not None
    assert found.published_source == source
    assert day in ((found.published + timedelta(hours=8)).date().isoformat(), found.published.date().isoformat())


def test_two_days_of_publication_are_none_and_a_birthday_is_none() -> None:
    lists = "<p>Published on 3 May 2026</p><p>Published on 4 May 2026</p>"
    assert extract_page(page(body=TEXT + lists), url="https://outlet.example/a/1", fast=True).published is None
    born = "<p>28 January 1975, in Portville</p>"
    assert extract_page(page(body=born + TEXT), url="https://outlet.example/a/1", fast=True).published is None


def test_a_wrong_language_label_is_not_believed() -> None:
    found = extract_page(page(body=TEXT, head=""), url=URL, outlet_language="zh")
    assert found.language is None
