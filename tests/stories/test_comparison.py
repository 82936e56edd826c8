"""Reports laid side by side: the newsroom's story against a page read by a person, and the rules one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.formats.document import parse_document
from broadsheet.model import Compared, Report
from broadsheet.stories.comparison import best_lede
from tests.stories.comparing_demo import NOW, as_text, compare, newsroom_story

GOLDEN = Path(__file__).parent / "golden_comparison.txt"
MONDAY = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)


def report(article: str, text: str, *, hours: float = 0, headline: str = "", agency: str | None = None) -> Report:
    return Report(article, article[0], headline, text, MONDAY + timedelta(hours=hours), agency)


def kinds(compared: tuple[Compared, ...]) -> list[str]:
    return [one.kind for one in compared]


def words(one: Compared) -> list[list[str]]:
    return [[claim.words for claim in group] for group in one.groups]


def test_the_newsroom_story_reads_as_the_golden_page() -> None:
    assert as_text(compare(newsroom_story("crossing-talks"))) == GOLDEN.read_text("utf-8")


def test_the_order_of_reports_does_not_matter() -> None:
    reports = newsroom_story("seagull-seven")
    shuffled = random.Random(7).sample(reports, len(reports))
    assert compare(shuffled) == compare(reports)


def test_one_utterance_in_two_wordings_is_a_pair() -> None:
    found = compare(
        [
            report("a1", "首席代表沈怀川说：“我们没有解决所有问题，但是门重新打开了。”"),
            report("b1", "望潮方面首席代表沈怀川会后表示，“问题没有全部解决，不过门总算又打开了”。", hours=1),
        ]
    ).quotations
    assert kinds(found) == ["pair"]
    assert found[0].subject == "望潮方面首席代表沈怀川"
    assert [group[0].article for group in found[0].groups] == ["a1", "b1"]


def test_the_same_words_in_two_scripts_agree() -> None:
    found = compare(
        [
            report("a1", "沈怀川说：“我们把门重新打开了。”"),
            report("b1", "沈懷川表示：「我們把門重新打開了」", hours=1),
        ]
    ).quotations
    assert kinds(found) == ["agree"]
    assert len(found[0].groups[0]) == 2


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        ("沈怀川说：“我们把门重新打开了。”", "林若渔说：“我们今天把门重新打开了，这很好。”"),
        ("沈怀川说：“我们今天把门重新打开了。”", "沈怀川说：“票价要等到下个月再谈，我没有更多消息。”"),
        ("外交部发言人说：“我们对此没有更多消息。”", "国防部发言人说：“我们对此没有更多消息可以说。”"),
        ("沈怀川说：“我们今天把门重新打开了。”", "“We opened the door again today,” said Shen Huaichuan."),
    ],
)
def test_what_is_not_surely_one_utterance_is_not_paired(mine: str, yours: str) -> None:
    assert set(kinds(compare([report("a1", mine), report("b1", yours)]).quotations)) <= {"single"}


def test_a_translation_is_paired_where_name_and_numbers_are_sure() -> None:
    chinese = "海洋学家莫里斯·坎贝尔(Maurice Campbell)警告说：“到2060年，这片海域百分之九十的珊瑚会消失。”"
    english = "“By 2060 some 90 percent of the corals in these waters will be gone,” said Dr. Campbell."
    assert kinds(compare([report("a1", chinese), report("b1", english)]).quotations) == ["pair"]
    other = english.replace("2060", "2050")
    assert set(kinds(compare([report("a1", chinese), report("b1", other)]).quotations)) == {"single"}
    unknown = chinese.replace("(Maurice Campbell)", "")
    assert set(kinds(compare([report("a1", unknown), report("b1", english)]).quotations)) == {"single"}


def test_a_pronoun_is_whoever_was_named_before() -> None:
    found = compare(
        [
            report("a1", "航运委员林若渔表示，岛上已经等得太久。她说：“夜里发病的老人不能再等到天亮。”"),
            report("b1", "林若渔说，老人“没有办法再等到天亮”。", hours=1),
        ]
    ).quotations
    assert kinds(found) == ["pair"]
    assert found[0].subject == "林若渔"
    assert found[0].groups[0][0].speaker == "她"


def test_copies_are_one_voice() -> None:
    text = "搜救中心说，渡轮上有86人。沈怀川说：“我们今天把门重新打开了。”"
    copies = [report("a1", text), report("b1", text, hours=1)]
    assert kinds(compare(copies).quotations) == ["agree"]
    together = compare(copies, [frozenset({"a1", "b1"})])
    assert set(kinds(together.quotations)) <= {"single"}
    assert together.figures == ()
    assert together.only == ()


def test_days_of_one_happening_agree_or_differ() -> None:
    alike = [
        report("a1", "渡轮“海鸥七号”5月4日晚间在鸢屿以西与一艘运沙船相撞。"),
        report("b1", "渡轮“海鸥七号”周六晚在鸢屿以西水域与运沙船相撞。", hours=2),
    ]
    assert kinds(compare(alike).dates) == ["agree"]
    other = report("c1", "渡轮“海鸥七号”周日晚间在鸢屿以西与一艘运沙船相撞。", hours=3)
    assert kinds(compare([*alike, other]).dates) == ["differ"]
    assert words(compare([*alike, other]).dates[0]) == [["5月4日", "周六"], ["周日"]]


def test_meetings_of_several_days_do_not_contradict() -> None:
    reports = [report("a1", "双方代表周六在北岸举行会谈。"), report("b1", "双方代表周日在北岸举行会谈。", hours=1)]
    assert compare(reports).dates == ()


def test_a_place_in_more_or_fewer_words_is_one_place() -> None:
    reports = [
        report("a1", "双方代表周一在北岸市听潮楼举行会谈。"),
        report("b1", "中断一年的会谈周一在北岸听潮楼恢复举行。", hours=1),
        report("c1", "双方代表周一在白沙码头举行会谈。", hours=2),
    ]
    (place,) = compare(reports).places
    assert (place.kind, words(place)) == ("agree", [["北岸市听潮楼", "北岸听潮楼"]])


def test_only_what_has_no_counterpart_in_the_same_language() -> None:
    common = "望潮市与鸢屿的代表周一举行会谈，双方同意恢复夜间渡轮。"
    alone = "会场外约四十名渡轮船员举着标语，要求先补发拖欠的夜班津贴。"
    english = "Outside, crew members held up placards asking for unpaid allowances."
    reports = [report("a1", f"{common}\n{alone}"), report("b1", common), report("c1", english)]
    assert compare(reports).only == (("a1", (alone,)),)
    assert compare([reports[0], reports[2]]).only == ()


def test_a_figure_that_another_language_has_too_is_not_told_by_one_alone() -> None:
    common = "望潮市与鸢屿的代表周一举行会谈，双方同意恢复夜间渡轮。"
    counted = "市政府的调查显示，岛上有一万一千名居民每周往返海峡至少一次。"
    reports = [report("a1", f"{common}\n{counted}"), report("b1", common)]
    assert compare(reports).only == (("a1", (counted,)),)
    english = report("c1", "A survey found that 11,000 people on the island cross the strait every week.")
    assert compare([*reports, english]).only == ()


def test_furniture_and_credits_are_nobodys_news() -> None:
    common = "望潮市与鸢屿的代表周一举行会谈，双方同意恢复夜间渡轮。"
    furniture = (
        "（此文依据了海联社的报道。）\n点击这里订阅本报每日新闻邮件，不错过任何消息。\n"
        "责任编辑：何青，校对：温如玉，排版：丁一川。"
    )
    assert compare([report("a1", f"{common}\n{furniture}"), report("b1", common)]).only == ()


def test_the_best_lede_is_long_shared_and_no_copy() -> None:
    reports = newsroom_story("river-flood")
    families = [frozenset({"harbour/7184004", "northshore/41871"})]
    best = reports[best_lede(reports, families)]
    assert best.article in ("harbour/7184004", "northshore/41871")
    short = replace(best, article="a/short", text=best.text[:60], published=NOW - timedelta(days=30))
    assert best_lede([short, *reports], families) == 1 + reports.index(best)
    with pytest.raises(ValueError, match="at least one"):
        best_lede([])


@given(st.lists(st.text("沈怀川说：“门开了。”周一在北岸举行会谈12人\n she said “”.", max_size=80), max_size=4))
def test_any_texts_can_be_compared(texts: list[str]) -> None:
    reports = [report(f"{at}x", text, hours=at) for at, text in enumerate(texts)]
    found = compare(reports)
    assert compare(list(reversed(reports))) == found
    for one in (*found.quotations, *found.dates, *found.places):
        articles = {claim.article for group in one.groups for claim in group}
        assert (len(articles) == 1) == (one.kind == "single")


def test_the_two_seeds_differ_on_the_hours_and_pair_their_quotations(shared: Path) -> None:
    from broadsheet.services.indexes.comparison import running_text

    reports = []
    for path in sorted((shared / "seeds").glob("*.md")):
        document = parse_document(path.read_bytes())
        assert document.published is not None
        reports.append(Report(path.stem, "voa", document.headline, running_text(document.body), document.published))
    found = compare(reports)
    hours = [one for one in found.figures if one.kind == "differ"]
    assert [one.subject for one in hours] == ["duration"]
    paired = [one for one in found.quotations if one.kind in ("pair", "agree")]
    assert [one.kind for one in paired] == ["pair", "agree"]
    assert paired[0].subject.endswith("克里")
    assert paired[1].subject == "北京方面"
    assert found.dates == ()
