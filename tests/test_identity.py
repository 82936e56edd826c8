"""Which article is this, and is this another text?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.edits import Text, compare, is_cut_short
from broadsheet.model import Entry, Picture
from broadsheet.policy.identity import (
    Numbering,
    article_id,
    entry_fingerprint,
    entry_key,
    find_doubtful_ids,
    flood_names,
    head_name,
    is_flood,
    own_names,
    text_name,
)
from tests.making import PUBLISHED

NUMBERING = Numbering({"voa.example": re.compile(r"/(\d{7})\.html$")})
LONG = (
    "港口的渡轮在周六清晨复航，乘客在码头等了将近两个小时。"
    "港务局说，班次会逐步恢复到每天十二班，票价不变，乘客可以照旧买票，不必预约。"
)
KEPT = Text("渡轮复航", f"<p>{LONG}</p>\n<p>风速是每秒1.5米。</p>")


def test_a_declared_number_is_the_key_on_the_host_and_below_it() -> None:
    assert article_id("voa", "https://www.voa.example/a/slug/7184661.html", NUMBERING) == "voa/7184661"
    assert article_id("voa", "http://voa.example/other/7184661.html?x=1", NUMBERING) == "voa/7184661"


@pytest.mark.parametrize(
    "url", ["https://evilvoa.example/a/7184661.html", "https://voa.example/a/718.html", "x:7184661"]
)
def test_an_undeclared_number_is_not_trusted(url: str) -> None:
    assert re.fullmatch(r"voa/[0-9a-f]{12}", article_id("voa", url, NUMBERING))


def test_addresses_come_before_ids_among_names() -> None:
    names = own_names(urls=["https://x.example/1", "http://www.x.example/1/"], entry_id="https://x.example/?p=1")
    assert names == ("url:x.example/1", "id:x.example?p=1") or names[0] == "url:x.example/1"
    assert own_names(urls=["no address"], entry_id=None) == ()


def test_short_texts_and_undated_headlines_name_nothing() -> None:
    assert text_name("早报", "请看图。") is None
    assert head_name("早报", None) is None
    assert head_name("！？", PUBLISHED) is None
    assert len(flood_names(headline="渡轮复航", text=LONG, published=PUBLISHED)) == 2


def test_the_text_name_is_blind_to_white_space_and_points_only() -> None:
    assert text_name("渡轮", LONG) == text_name("渡 轮", LONG.replace("，", " , "))
    assert text_name("渡轮", LONG) != text_name("渡轮", LONG.replace("十二", "十一"))


@pytest.mark.parametrize(
    ("entries", "new", "held", "flood"),
    [(20, 20, 100, True), (20, 11, 20, True), (20, 10, 100, False), (5, 5, 100, False), (20, 20, 3, False)],
)
def test_a_flood_is_a_well_known_feed_that_looks_new(entries: int, new: int, held: int, flood: bool) -> None:
    assert is_flood(entries=entries, new=new, held=held) is flood


def test_ids_on_several_addresses_are_doubtful() -> None:
    entries = [
        Entry("a", "https://x/1"),
        Entry("a", "https://x/2"),
        Entry("b", "https://x/3"),
        Entry("b", "http://x/3/"),
    ]
    assert find_doubtful_ids(entries) == {"a"}


def test_entries_are_told_apart_and_changes_seen() -> None:
    entry = Entry("a", "https://x/1", "标题", summary="文", published_text="x")
    assert entry_key(entry) != entry_key(replace(entry, url="https://x/2"))
    assert entry_key(Entry(headline="a")) != entry_key(Entry(headline="b"))
    for change in (
        {"headline": "另"}, {"summary": "另"}, {"content": "另"}, {"published_text": "y"}, {"url": "https://x/2"},
        {"pictures": (Picture("https://x/p"),)}, {"authors": ("某",)},
    ):  # fmt: skip
        assert entry_fingerprint(replace(entry, **change)) != entry_fingerprint(entry)
    assert entry_fingerprint(replace(entry, notes=("x",))) == entry_fingerprint(entry)


@pytest.mark.parametrize(
    ("headline", "body", "why"),
    [
        (KEPT.headline, KEPT.body, ()),
        (KEPT.headline, f'<div class="x"><p>{LONG}</p>  <p>风速是<b></b>每秒1.5米。</p></div>', ()),
        ("渡轮 停航", KEPT.body, ("headline",)),
        (KEPT.headline, KEPT.body.replace("1.5", "15"), ("number",)),
        (KEPT.headline, KEPT.body.replace("不必", "不，必"), ("negation",)),
        ("渡轮停航", KEPT.body.replace("1.5", "2.5"), ("headline", "number")),
        (KEPT.headline, '<figure><img src="https://x/p.png" alt=""></figure>\n' + KEPT.body, ("picture",)),
    ],
)
def test_an_edit_is_words_or_pictures_and_never_markup(headline: str, body: str, why: tuple[str, ...]) -> None:
    assert compare(KEPT, Text(headline, body)).why == why


@pytest.mark.parametrize(
    "body", ["", f"<p>{LONG[:30]}……</p>", f"<p>{LONG[:40]} [阅读全文]</p>", f"<p>{LONG[:36]}...</p>"]
)
def test_a_text_cut_short_is_refused(body: str) -> None:
    verdict = compare(KEPT, Text(KEPT.headline, body))
    assert (verdict.why, bool(verdict.refused)) == ((), True)


@given(st.text(min_size=40, max_size=200), st.integers(0, 200))
def test_only_beginnings_count_as_cut_short(text: str, at: int) -> None:
    text = " ".join(text.split())
    assert not is_cut_short(text, text)
    if text and at >= len(text) * 0.7:
        assert not is_cut_short(text, text[:at])


def test_a_number_may_be_declared_for_a_part_of_a_host() -> None:
    numbering = Numbering({"x.example/zhongwen": re.compile(r"-(\d+)$"), "x.example": re.compile(r"/(\d+)$")})
    assert numbering.find_number("https://www.x.example/zhongwen/world-17") == "17"
    assert numbering.find_number("https://www.x.example/zhongwen/17") is None
    assert numbering.find_number("https://www.x.example/zhongwenx/17") == "17"
    assert numbering.find_number("https://x.example/17/") is None
