"""What pages are made of: bodies fit to be shown, words in three languages, timelines, Markdown, lists by period."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.formats.document import plain
from broadsheet.html import canonical_body, plain_text
from broadsheet.render.body import shown_body
from broadsheet.render.markdown_body import body_as_markdown
from broadsheet.render.timeline import timeline_labels, timeline_svg
from broadsheet.render.words import LANGUAGES, choose_language, day_words, language_tag, period_words, say
from broadsheet.services.pages._outlet import iter_months_between
from broadsheet.services.pages._search import search_path
from broadsheet.views.page import PAGES, PARTS, Count, iter_page_reference, twin_path
from broadsheet.web._files import picture_type
from broadsheet.web._routes import find_page, split_twin

DIGEST = "ab" * 32


class _Strict(HTMLParser):
    """Tags as they nest, and what could run."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.sources: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("img", "br", "hr"):
            self.open.append(tag)
        named = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "iframe", "object", "form", "base", "meta", "svg", "link"):
            self.faults.append(tag)
        self.faults += [name for name in named if name.startswith("on") or name == "style"]
        if tag == "a" and "href" in named and not named["href"].startswith(("http://", "https://", "mailto:")):
            self.faults.append(named["href"])
        self.sources += [named["src"]] if "src" in named else []

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


@given(st.text(alphabet=st.sampled_from("<>\"'=&/ abimgscrpthefon:;#%(){}甲\n"), max_size=300))
def test_whatever_is_kept_nothing_shown_can_run(markup: str) -> None:
    body = f'<p>x</p><img src="https://a.example/{markup}"><a href="{markup}">{markup}</a>{markup}'
    shown = _Strict(shown_body(body, {}).html)
    assert (shown.faults, shown.open, shown.sources) == ([], [], [])


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_words_and_addresses_of_pictures_are_harmless(alt: str, address: str) -> None:
    origin = f"https://pic.example/{address}"
    body = f'<figure><img src="{escape(origin)}" alt="{escape(alt)}"></figure>'
    kept: list[dict[str, str | None]] = [{}, {origin: DIGEST}, {origin: "../../etc/passwd"}]
    for pictures in kept:
        shown = _Strict(shown_body(body, pictures).html)
        assert shown.faults == []
        assert set(shown.sources) <= {f"/pictures/{DIGEST}"}


def test_pictures_are_found_by_their_origin_behind_a_proxy() -> None:
    body = '<img src="https://images.weserv.nl?url=pic.example/a.jpg" alt="a &quot;b&quot; > c" width="640" height="x">'
    shown = shown_body(body, {"https://pic.example/a.jpg": DIGEST})
    assert f'src="/pictures/{DIGEST}" alt="a &quot;b&quot; &gt; c"' in shown.html
    assert shown.missing == 0
    lost = shown_body(body, {"https://pic.example/a.jpg": None})
    assert lost.missing == 1
    assert 'href="https://pic.example/a.jpg" rel="noreferrer noopener external"' in lost.html


def test_links_are_completed_or_none() -> None:
    body = '<p><a href="/b">一</a> <a href="other/:x">二</a></p>'
    assert 'href="https://o.example/b"' in shown_body(body, {}, base_url="https://o.example/a/1.html").html
    assert "href" not in shown_body(body, {}).html


def test_a_mirrors_page_becomes_readable() -> None:
    body = (
        '<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div><img src="https://images.weserv.nl?url=p.example/1.jpg" '
        'width="100%"><div><small style="color: #999;">说明</small></div><p style="x"><span>一</span></p><p>二</p>'
    )
    shown = shown_body(plain(body), {})
    assert "style" not in shown.html
    assert "<figcaption>说明</figcaption>" in shown.html
    assert plain_text(shown.canonical).split("\n")[-2:] == ["一", "二"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a*b_c</p><p>二</p>", "a\\*b\\_c\n\n二"),
        ("<h2>题</h2><ul><li>一</li><li>二<ul><li>三</li></ul></li></ul>", "## 题\n\n- 一\n- 二\n   - 三"),
        (
            '<p><a href="https://x.example/(a)">别处</a> <em>重</em></p>',
            "[别处](https://x.example/%28a%29) *重*",
        ),
        ("<blockquote><p>引</p><p>文</p></blockquote>", "> 引\n>\n> 文"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr></table>", "| a | b |\n| --- | --- |\n| 1 |  |"),
        ("<p><ruby>甲<rp>(</rp><rt>jiǎ</rt><rp>)</rp></ruby></p>", "甲(jiǎ)"),
        ("<pre>a\n  b</pre><hr><p>c</p>", "    a\n      b\n\n---\n\nc"),
        ("<ol><li>一</li><li>二</li></ol><p>三<br>四</p>", "1. 一\n2. 二\n\n三  \n四"),
        ("", ""),
    ],
)
def test_a_body_as_markdown(markup: str, expected: str) -> None:
    assert body_as_markdown(canonical_body(markup)) == expected


def test_every_field_of_every_page_says_what_it_holds() -> None:
    told = iter_page_reference()
    assert len(told) == sum(len(fields(cls)) for cls in (*PAGES, *PARTS))
    assert all(help_text for _, _, _, help_text in told)
    assert len({cls.kind for cls in PAGES}) == len(PAGES)


def test_timelines_are_small_pictures_of_numbers() -> None:
    months = [Count(month, number, "") for number, month in enumerate(iter_months_between("2022-11", "2023-02"))]
    drawn = timeline_svg(months, 'a "label"')
    assert drawn.count("<rect") == 3
    assert "style" not in drawn
    assert 'aria-label="a &quot;label&quot;"' in drawn
    assert timeline_svg([], "x") == ""
    assert timeline_labels(months) == ["2022-11", "2022-12", "2023-01", "2023-02"]
    long = [Count(month, 1, "") for month in iter_months_between("2015-01", "2024-12")]
    assert timeline_labels(long)[0] == "2015-01"
    assert timeline_labels(long)[-1] == "2024-12"
    assert len(timeline_labels(long)) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_months_and_years_are_said(language: str) -> None:
    expected = {"en": ("Monday, 17 July 2023", "July 2023", "2023")}.get(
        language, ("2023年7月17日 星期一", "2023年7月", "2023年")
    )
    assert day_words(date(2023, 7, 17), language) == expected[0]
    assert tuple(period_words(period, language) for period in ("2023-07-17", "2023-07", "2023")) == expected
    assert period_words("", language) == ""


def test_one_is_one_in_english_too() -> None:
    assert say("en", "articles", n=1) == "1 article"
    assert say("en", "articles", n="1,000") == "1,000 articles"
    with pytest.raises(KeyError):
        say("en", "no such key")


@given(st.text(max_size=200))
def test_any_wish_for_a_language_is_answered(wish: str) -> None:
    assert choose_language(wish, "en") in LANGUAGES


@given(st.text(max_size=30))
def test_language_tags_are_tags_or_nothing(tag: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]+", language_tag(tag) or "und")


def test_twins_have_addresses() -> None:
    assert twin_path("", "json") == "front.json"
    assert twin_path("search?q=a.b", "atom") == "search.atom?q=a.b"
    assert split_twin("/front.json") == ("/", "json")
    assert split_twin("/articles/voa/1.md") == ("/articles/voa/1", "md")
    assert split_twin("/articles/voa/1") == ("/articles/voa/1", "html")
    assert search_path('"a b" & c', "newest") == "search?q=%22a+b%22+%26+c&order=newest"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/", {}),
        ("/outlets/voa", {"outlet": "voa"}),
        ("/outlets/voa/2023/07/17", {"outlet": "voa", "year": "2023", "month": "07", "day": "17"}),
        ("/articles/voa/7184661", {"article": "voa/7184661"}),
        ("/articles/voa/7184661/revisions/2", {"article": "voa/7184661", "number": "2"}),
        ("/outlets/VOA", None),
        ("/outlets/voa/2023/7", None),
        ("/articles/7184661", {"article": "7184661"}),
        ("/articles/", None),
        ("/articles/voa/a/b", None),
        ("//", None),
    ],
)
def test_addresses_lead_to_pages(path: str, parts: dict[str, str] | None) -> None:
    found = find_page(path)
    assert (found and found[1]) == parts


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"<!doctype html><script>alert(1)</script>", "application/octet-stream"),
        (b"<html><svg/></html>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_pictures_are_what_their_bytes_say(content: bytes, kind: str) -> None:
    assert picture_type(content) == kind
