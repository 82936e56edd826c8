"""Figures: units, bounds, ranges, roles, and what is no figure."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import Figure
from broadsheet.statements.figures import find_figures
from tests.figures.gold import read_gold

OPEN = None


def only(text: str) -> Figure:
    figures = find_figures(text)
    assert len(figures) == 1, figures
    return figures[0]


@pytest.mark.parametrize(
    ("text", "words", "low", "high", "unit"),
    [
        ("会谈持续了近12个小时。", "近12个小时", 10.8, 12, "hour"),
        ("會談進行了四個小時。", "四個小時", 4, 4, "hour"),
        ("They spoke for two and a half hours.", "two and a half hours", 2.5, 2.5, "hour"),
        ("停电持续了90分钟。", "90分钟", 1.5, 1.5, "hour"),
        ("全程用时两小时三十分钟。", "两小时三十分钟", 2.5, 2.5, "hour"),
        ("救援进行了六个多小时。", "六个多小时", 6, 7, "hour"),
        ("工期约两年半。", "约两年半", 27, 33, "month"),
        ("The work will take 18 months.", "18 months", 18, 18, "month"),
        ("有50多人受伤。", "50多人", 50, 60, "person"),
        ("一萬九千餘人撤離。", "一萬九千餘人", 19000, 20000, "person"),
        ("超过5人受伤。", "超过5人", 5, OPEN, "person"),
        ("到场的不到三百人。", "不到三百人", OPEN, 300, "person"),
        ("Fewer than 40 people came.", "Fewer than 40 people", OPEN, 40, "person"),
        ("有 20 多名青少年参加。", "20 多名", 20, 30, "person"),
        ("目前12人已经回家。", "12人", 12, 12, "person"),
        ("近百名乘客获救。", "近百名乘客", 90, 100, "person"),
        ("上千人参加了集会。", "上千人", 1000, OPEN, "person"),
        ("总投资为32亿元。", "32亿元", 3.2e9, 3.2e9, "yuan"),
        ("It cost 2.8 billion yuan.", "2.8 billion yuan", 2.8e9, 2.8e9, "yuan"),
        ("The firm lost $5m.", "$5m", 5e6, 5e6, "dollar"),
        ("罰款１２０萬元。", "１２０萬元", 1.2e6, 1.2e6, "yuan"),
        ("三分之二的议员赞成。", "三分之二", 66.6667, 66.6667, "percent"),
        ("价格上涨了三成五。", "三成五", 35, 35, "percent"),
        ("物价上涨百分之二点五。", "百分之二点五", 2.5, 2.5, "percent"),
        ("利率下调25个基点。", "25个基点", 0.25, 0.25, "percentage point"),
        ("Exports rose by a third.", "a third", 33.3333, 33.3333, "percent"),
        ("气温降到零下四度。", "零下四度", -4, -4, "celsius"),
        ("It was minus 12 degrees Celsius.", "minus 12 degrees Celsius", -12, -12, "celsius"),
        ("加州死亡谷氣溫高達攝氏52.2度。", "攝氏52.2度", 52.2, 52.2, "celsius"),
        ("发生5.9级地震。", "5.9级", 5.9, 5.9, "magnitude"),
        ("A magnitude 6.4 earthquake struck.", "magnitude 6.4", 6.4, 6.4, "magnitude"),
        ("海面阵风8级。", "8级", 8, 8, "wind force"),
        ("约1200亩农田被淹。", "约1200亩", 72, 88, "hectare"),
        ("淹水深達一公尺半。", "一公尺半", 1.5, 1.5, "metre"),
        ("距岸三海里。", "三海里", 5.556, 5.556, "kilometre"),
        ("时速超过一百公里。", "时速超过一百公里", 100, OPEN, "kilometre per hour"),
        ("The road is 12 miles long.", "12 miles", 19.3121, 19.3121, "kilometre"),
        ("There are 25~90 vehicles.", "25~90 vehicles", 25, 90, "vehicle"),
        ("每天有50至70辆卡车通过。", "50至70辆", 50, 70, "vehicle"),
        ("可以安置3至5万人。", "3至5万人", 30000, 50000, "person"),
        ("Between 3 and 5 percent agreed.", "3 and 5 percent", 3, 5, "percent"),
        ("She is 34 years old.", "34 years old", 34, 34, "year"),
        ("两万一千六百人已经转移。", "两万一千六百人", 21600, 21600, "person"),
        ("Some 150 people were led out.", "Some 150 people", 135, 165, "person"),
        ("中国承诺在2030年实现碳达峰。", "2030年", 2030, 2030, "year"),
        ("The plant will close by 2031.", "2031", 2031, 2031, "year"),
    ],
)
def test_words_bounds_and_unit(text: str, words: str, low: float | None, high: float | None, unit: str) -> None:
    figure = only(text)
    assert (figure.words, figure.unit) == (words, unit)
    for mine, theirs in ((figure.low, low), (figure.high, high)):
        assert (mine is None) == (theirs is None)
        assert mine is None or theirs is None or math.isclose(mine, theirs, rel_tol=1e-5)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("会谈持续了四个小时。", "duration"),
        ("双方举行了四個小時的會談。", "duration"),
        ("The talks lasted nearly twelve hours.", "duration"),
        ("机场关闭了四个小时。", None),
        ("比原定时间多出两个小时。", None),
        ("火灾造成12人死亡。", "dead"),
        ("The blast killed 12 people.", "dead"),
        ("Toll rises to 17", "dead"),
        ("12 workers were not hurt.", None),
        ("警方拘捕23名嫌疑人。", "arrested"),
        ("渡轮上载有86人。", "aboard"),
        ("A ferry carrying 86 people sank.", "aboard"),
        ("工程总投资28亿元。", "cost"),
        ("门票每张68元。", "price"),
        ("直接损失约为1.9亿元。", "loss"),
        ("出口增长4.8%。", "rise"),
        ("城镇化率上升到50%。", None),
        ("Output rose to 40 percent.", None),
        ("Turnout was 61 percent.", "turnout"),
        ("今年58岁的韩守业没有上诉。", "age"),
        ("法院判处他有期徒刑十二年。", "sentence"),
        ("水位升至38.5米。", "water level"),
        ("他买了12公斤苹果。", None),
    ],
)
def test_roles(text: str, role: str | None) -> None:
    assert only(text).role == role


@pytest.mark.parametrize(
    "text",
    [
        "2023年7月17日12时30分，会议在5号楼开始。",
        "The meeting began at 10:15 on March 3, 2024.",
        "第三次会议和3rd meeting",
        "详情请致电010-5550-0136。",
        "F-16、COVID-19、G20和5G",
        "根据第12条和第三款",
        "他们一起统一了一些做法，一方面十分重要，千万别去。",
        "万一下雨，一下子就一样了。",
        "One of them came on day one.",
        "The team won 3-1 at home.",
        "See https://example.org/2024/05/12 or Highway 9.",
        "八十年代，三年级的学生",
        "北纬36度，东经103度",
        "Section 12 of the act, Article 3",
        "三峡和四川，五角大楼",
        "前十名的选手",
        "直到2017年，他们才离开。",
        "https://news.example/%e5%a6%82%e4%bd%95/85%-12-people 和 %e5%99%a8%e9%a8",
        "Form 118F and 9c",
        "9时58分14秒，1043次列车驶过312国道。",
        "Agent 007 and room 0012",
    ],
)
def test_no_figures(text: str) -> None:
    assert find_figures(text) == ()


def test_one_man_counts_only_with_a_sure_role() -> None:
    assert find_figures("一名男子走进商店。") == ()
    assert only("事故造成一人死亡。").role == "dead"


def test_blocks_offsets_and_sentences() -> None:
    text = "第一段没有数字。\n会上有人发言。会谈持续了四个小时。\nMr. Lee left. At least 12 people died. He said so."
    talks, dead = find_figures(text)
    blocks = text.split("\n")
    assert (talks.block, talks.sentence) == (1, "会谈持续了四个小时。")
    assert (dead.block, dead.sentence) == (2, "At least 12 people died.")
    for figure in (talks, dead):
        assert blocks[figure.block][figure.start : figure.end] == figure.words


@pytest.mark.parametrize(
    "text", ["造成2人死亡31人受伤。", "死亡2人受伤31人。", "2死31伤", "Two people died and 31 were injured."]
)
def test_each_number_has_its_own_role(text: str) -> None:
    assert [(figure.low, figure.role) for figure in find_figures(text)] == [(2, "dead"), (31, "injured")]


def test_a_part_has_the_role_of_the_whole() -> None:
    assert [figure.role for figure in find_figures("载有152名乘客和8名船员的客机失联。")] == ["aboard", "aboard"]


_HAN_SIGNS = "约近超过至少两万三百一半多余个人名小时元亿%度级年分之成~至$上12.5"
_ENGLISH_WORDS = [
    "about",
    "over",
    "people",
    "hours",
    "million",
    "dozen",
    "half",
    "between",
    "and",
    "killed",
    "3.5",
    "12",
]
_PIECES = st.text(_HAN_SIGNS, max_size=3) | st.sampled_from(_ENGLISH_WORDS)


@given(st.lists(_PIECES, max_size=14), st.sampled_from(["", " "]))
def test_any_words_are_read_without_harm(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    figures = find_figures(text)
    for figure in figures:
        assert text[figure.start : figure.end] == figure.words
        assert figure.low is None or figure.high is None or figure.low <= figure.high
        assert figure.low is not None or figure.high is not None
    assert all(before.end <= after.start for before, after in pairwise(figures))


def test_traditional_and_full_width_texts_say_the_same() -> None:
    opencc = pytest.importorskip("opencc")
    convert = opencc.OpenCC("s2t").convert
    wide = {code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)}
    for paragraph in read_gold():
        if paragraph.is_chinese:
            mine = [(one.low, one.high, one.unit, one.role) for one in find_figures(paragraph.text)]
            theirs = find_figures(convert(paragraph.text).translate(wide))
            assert [(one.low, one.high, one.unit, one.role) for one in theirs] == mine


def test_a_fraction_is_found_where_no_other_number_stands() -> None:
    [figure] = find_figures("It is a population that makes up one fifth of humanity.")
    assert (figure.words, figure.low, figure.unit) == ("one fifth", 20, "percent")


def test_the_side_of_zero_is_told() -> None:
    [falling, cold, span] = find_figures("增速为−0.1%。气温约零下10度。气温在零下5度至零下10度之间。")
    assert (falling.words, falling.low, falling.high) == ("−0.1%", -0.1, -0.1)
    assert (cold.words, cold.low, cold.high) == ("约零下10度", -11, -9)
    assert (span.low, span.high) == (-10, -5)


def test_large_scales_are_read_whole() -> None:
    assert [figure.low for figure in find_figures("规模3万亿元，其中9千亿元，另有1.5兆元。")] == [3e12, 9e11, 1.5e12]
