"""Figures of several reports side by side: what differs is named, what agrees agrees, and nothing else is claimed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.demo import expected_articles, expected_stories
from broadsheet.model import Compared, Figure, Report
from broadsheet.services.indexes.comparison import running_text
from broadsheet.statements.figures import find_figures
from broadsheet.stories.comparison import _figures
from broadsheet.stories.comparison._sameness import SameThing

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def report(article: str, text: str, *, hours: float = 0) -> tuple[Report, Sequence[Figure]]:
    published = NOON + timedelta(hours=hours)
    return Report(article, article, "", text, published), find_figures(text)


def compare_figures(
    reports: Sequence[tuple[Report, Sequence[Figure]]], *, careful: bool = False, singles: bool = False
) -> tuple[Compared, ...]:
    """All that may be set against each other, or with ``careful`` what surely may."""
    return _figures.compare_figures(reports, SameThing(reports), careful=careful, singles=singles)


def compare(*texts: str, step_h: float = 0) -> tuple[Compared, ...]:
    return compare_figures([report(f"r{at}", text, hours=at * step_h) for at, text in enumerate(texts)])


def words(found: Compared) -> list[list[str]]:
    return [[claim.words for claim in group] for group in found.groups]


def kinds(found: Sequence[Compared]) -> list[tuple[str, str]]:
    return [(one.kind, one.key) for one in found]


def test_two_lengths_of_one_meeting_differ() -> None:
    found = compare(
        "两地代表周二在岩港恢复了渔业谈判，谈判进行了三个小时，没有发表公报。",
        "岩港的漁業談判週二落幕，雙方展開了將近十個小時的閉門談判。",
        "Negotiators met in Rockport on Tuesday. The fisheries talks lasted nearly ten hours.",
    )
    assert kinds(found) == [("differ", "duration:hour")]
    assert words(found[0]) == [["將近十個小時", "nearly ten hours"], ["三个小时"]]
    assert found[0].subject == "duration"


def test_one_sum_in_two_languages_agrees() -> None:
    found = compare(
        "新码头将于明年动工，码头总投资为28亿元。",
        "The new pier will be built next year at a cost of 2.8 billion yuan.",
    )
    assert kinds(found) == [("agree", "cost:yuan")]


def test_a_later_larger_toll_is_an_update_and_an_earlier_one_is_not() -> None:
    first, second = "山村发生泥石流，至少12人死亡。", "山村泥石流已造成17人死亡。"
    assert kinds(compare(first, second, step_h=5)) == [("update", "dead:person")]
    assert kinds(compare(second, "山村泥石流造成的死者中，已有12人死亡得到确认。", step_h=5)) == [
        ("differ", "dead:person")
    ]


def test_at_least_twelve_agrees_with_thirteen_of_before() -> None:
    assert kinds(compare("泥石流造成13人死亡。", "泥石流造成至少12人死亡。", step_h=2)) == [("agree", "dead:person")]


def test_several_places_make_no_disagreement() -> None:
    whole = "洪水过后，两县共有150人转移。"
    parts = "柳湾镇有120人转移，石渡镇有30人转移。"
    assert not [one for one in compare(parts, whole) if one.kind != "agree"]
    assert compare("柳湾镇有120人转移，石渡镇有30人转移。", "河口村有500人转移。") == ()
    assert compare(parts) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("火灾造成5人死亡。", "2019年的一场火灾造成44人死亡。"),
        ("事故造成9人受伤，其中3人受伤严重。", "事故造成9人受伤。"),
        ("预计将有8000人转移。", "已有3000人转移。"),
        ("出口上月增长5.2%。", "出口前三季度增长4.8%。"),
        ("王老师今年52岁。", "李医生今年38岁。"),
        ("店里买了三公斤苹果。", "船上运了五公斤茶叶。"),
        ("机场关闭了四个小时。", "会谈持续了九个小时。"),
        ("Two women were killed.", "Three people were killed."),
        ("The pier will cost 3 million euros.", "那座大桥的造价为五百万欧元。"),
        ("发生4.1级余震，深度8公里。", "发生6.4级地震，震源深度21公里。"),
    ],
)
def test_what_is_not_surely_the_same_is_not_set_against_each_other(one: str, other: str) -> None:
    assert not [found for found in compare(one, other, step_h=1) if found.kind in ("differ", "update")]


def test_converted_units_agree() -> None:
    found = compare(
        "The epicentre was 22 miles from the port of Oster.", "The epicentre lay 35 kilometres from the port of Oster."
    )
    assert kinds(found) == [("agree", "distance:metre")]


def test_singles_only_where_asked_for() -> None:
    reports = [report("a", "火灾造成5人死亡。"), report("b", "火灾造成5人死亡，3人受伤。")]
    assert kinds(compare_figures(reports)) == [("agree", "dead:person")]
    assert kinds(compare_figures(reports, singles=True)) == [("agree", "dead:person"), ("single", "injured:person")]


# ---- the demo newsroom --------------------------------------------------------------------------------------------

_NO_FIGURE = ("what Shen Huaichuan said",)


def _newsroom(story: str) -> list[tuple[Report, Sequence[Figure]]]:
    articles = {article.key: article for article in expected_articles(NOON, 1)}
    members = next(one.members for one in expected_stories() if one.id == story)
    found: list[tuple[Report, Sequence[Figure]]] = []
    for article in (articles[key] for key in members if key in articles):
        text = "\n".join(words for _, words in article.text)
        published = article.published or NOON
        found.append((Report(article.key, article.outlet, article.headline, text, published), find_figures(text)))
    return found


@pytest.mark.parametrize("story", [story.id for story in expected_stories()])
def test_every_conflict_of_the_newsroom_is_found_and_no_other(story: str) -> None:
    truth = next(one for one in expected_stories() if one.id == story)
    found = [one for one in compare_figures(_newsroom(story)) if one.kind == "differ"]
    told = [dict(one.claims) for one in truth.conflicts if one.subject not in _NO_FIGURE]
    assert len(found) == len(told)
    for claims in told:
        assert any(_shows(one, claims) for one in found), claims


def _shows(found: Compared, claims: dict[str, str]) -> bool:
    shown = {claim.article: claim.words for group in found.groups for claim in group}
    return all(said.split()[0] in shown.get(article, "") for article, said in claims.items())


def test_the_newsroom_agrees_on_the_pier_in_two_languages() -> None:
    cost = next(one for one in compare_figures(_newsroom("crossing-talks")) if one.key == "cost:yuan")
    assert words(cost) == [["28亿元", "2.8 billion yuan"], ["32亿元"]]


@given(st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(rng: random.Random) -> None:
    reports = _NEWSROOM.copy()
    rng.shuffle(reports)
    assert set(compare_figures(reports)) == set(compare_figures(_NEWSROOM))


_NEWSROOM = _newsroom("seagull-seven")


# ---- trial material -----------------------------------------------------------------------------------------------


def test_two_reports_of_one_meeting_in_the_seeds(shared: Path) -> None:
    reports = []
    for at, path in enumerate(sorted((shared / "seeds").glob("*.md"))):
        text = running_text(path.read_text("utf-8").split("------\n", 1)[1].strip())
        published = datetime(2023, 7, 17 + at, 12, tzinfo=UTC)
        reports.append((Report(path.stem, path.stem, "", text, published), find_figures(text)))
    found = [one for one in compare_figures(reports) if one.kind == "differ"]
    assert kinds(found) == [("differ", "duration:hour")]
    assert sorted(words(found[0])) == [["四个小时", "大约四个小时"], ["近12个小时"]]
    careful = [one for one in compare_figures(reports, careful=True) if one.kind == "differ"]
    assert [words(one) for one in careful] == [words(one) for one in found]
    assert [[claim.source for claim in group] for group in careful[0].groups] == [[None, "中国央视"], [None]]
