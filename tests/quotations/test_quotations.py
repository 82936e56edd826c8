"""Quotations with speaker and verb: the annotated paragraphs, and rules one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.statements.quotations import find_quotations
from tests.quotations.gold import Found, find_plainly, judge, read_gold

GOLD = read_gold()


def find(text: str) -> list[Found]:
    return [(quotation.words, quotation.speaker, quotation.verb) for quotation in find_quotations(text)]


@pytest.mark.parametrize(("part", "least_precision", "least_recall"), [("dev", 0.99, 0.99), ("held", 0.95, 0.95)])
def test_annotated_paragraphs_are_read_as_a_person_reads_them(
    part: str, least_precision: float, least_recall: float
) -> None:
    score = judge(find, [paragraph for paragraph in GOLD if paragraph.part == part])
    assert score.precision >= least_precision
    assert score.recall >= least_recall


def test_a_plain_expression_is_far_behind() -> None:
    assert judge(find_plainly, GOLD).precision < judge(find, GOLD).precision - 0.3


def test_the_set_is_what_it_says() -> None:
    assert len(GOLD) == 60
    assert sum(paragraph.part == "held" for paragraph in GOLD) == 30
    assert sum(paragraph.language.startswith("zh") for paragraph in GOLD) == 30
    assert sum(not paragraph.quotations for paragraph in GOLD) >= 11


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("何青在会上表示，将推动“一站式”服务。", []),
        ("他说：“不。”", [("不。", "他", "说")]),
        ("王浅对海联社说，“潮水比时刻表准时”。", [("潮水比时刻表准时", "王浅", "说")]),
        ("环洋通讯社引述市长温如玉的话说，“谈判已经结束”。", [("谈判已经结束", "市长温如玉", "说")]),
        ("陈明周五抵达北岸，并在码头强调：“我们不走。”", [("我们不走。", "陈明", "强调")]),
        ("周三，他在接受采访时补充道：“船会开的。”", [("船会开的。", "他", "补充道")]),
        ("这个方案被专家称为“一个没有人愿意签字的方案”。", []),
        ("他没有表示“这是我们的责任”的意思。", []),
        ("小说《我们说过的话》写了“谁也不记得的一个夏天”。", []),
        ("反對黨領袖白朗對當地媒體說：「我們不會讓步。」", [("我們不會讓步。", "反對黨領袖白朗", "說")]),
        ("King said: “We are done here.”", [("We are done here.", "King", "said")]),
        ("“We are done,” Ana Cole, chief of the port, said.", [("We are done", "Ana Cole", "said")]),
        ("The plan is “a waste of everybody's time”, the minister said.",
         [("a waste of everybody's time", "the minister", "said")]),
        ("“Stay at home,” reads the sign.", []),
        ("The board said it was sorry, adding that the crane “should never have been used”.",
         [("should never have been used", "The board", "adding")]),
        ("She said “Gone With the Tide” was her favourite film.", []),
        ("The wire quoted Ana Cole as saying: “We will go on.”", [("We will go on.", "Ana Cole", "saying")]),
        ("The old rule “Look before you leap,” one hears, is forgotten.", []),
        ("例子：“门没有关好，谁都能进来。”", []),
        ("出席会议的航运代表则说：“价钱还没有谈。”", [("价钱还没有谈。", "出席会议的航运代表", "说")]),
        ("“渡轮之父”唐启年表示，细则还要再谈。", []),
        ("一名不愿透露姓名的船员说：“我们都累了。”", [("我们都累了。", "一名不愿透露姓名的船员", "说")]),
        ("He won the “best of the best of the year” prize, officials said.", []),
    ],
)  # fmt: skip
def test_rules(text: str, expected: list[Found]) -> None:
    assert find(text) == expected


def test_places_and_sentences_are_those_of_the_block() -> None:
    text = "会谈昨天结束。\n有人不满。林若渔说：“夜里发病的老人不能再等到天亮。”会后没有合影。"
    (quotation,) = find_quotations(text)
    block = text.split("\n")[quotation.block]
    assert quotation.block == 1
    assert block[quotation.start : quotation.end] == quotation.words == "夜里发病的老人不能再等到天亮。"
    assert quotation.sentence in block
    assert quotation.sentence.startswith("林若渔说")


def test_a_quotation_goes_on_where_the_next_block_opens_again() -> None:
    text = "他说：“第一段没有说完，\n“第二段才说完。”\n“这是另一个人的话，说得也很长。”"
    assert find(text)[:2] == [("第一段没有说完", "他", "说"), ("第二段才说完。", "他", "说")]
    assert find(text)[2][1] is None


def test_a_mark_without_a_partner_counts_for_nothing() -> None:
    assert find("他说：“话没有说完。\n下一段没有引号。") == []


@given(st.text("他说：“”「」，。说表示a \"'‘’said,.\n《》（）", max_size=60))
def test_anything_can_be_read_and_places_hold(text: str) -> None:
    blocks = text.split("\n")
    for quotation in find_quotations(text):
        assert blocks[quotation.block][quotation.start : quotation.end] == quotation.words
        assert quotation.words
        assert quotation.sentence in blocks[quotation.block]
        for printed in (quotation.speaker, quotation.verb):
            assert printed is None or (printed and printed in blocks[quotation.block] + text)
