"""Numerals of every form are found and read, and words that only look like numerals are not."""

from __future__ import annotations

from decimal import Decimal

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.text.differences import meaning_of
from broadsheet.text.numerals import find_numerals, read_numeral, said_plainly, with_shares
from tests.numerals.spellings import formal, say_by_places, say_decimal, say_han, spellings

_TRADITIONAL = opencc.OpenCC("s2t").convert


def read(text: str) -> list[tuple[str, float, float]]:
    return [(text[one.start : one.end], float(one.low), float(one.high)) for one in find_numerals(text)]


@given(
    st.integers(2, 10**12 - 1)
    | st.integers(2, 99)
    | st.builds(lambda a, b: a * 10**b, st.integers(2, 999), st.integers(0, 9))
)
@example(26_000)
@example(250)
@example(23)
@example(900_000_000_000)
@example(23_000)
@example(3 * 10**12)
@example(105)
@example(350_000_000)
def test_every_spelling_of_a_number_says_it(value: int) -> None:
    for words in spellings(value):
        assert read_numeral(words) == (Decimal(value), Decimal(value)), words
        if "," not in words or words.isascii():
            frame = "共有{}人。" if not words.isascii() or words[0].isdigit() else "He counted {} people."
            assert read(frame.format(words)) == [(words, value, value)]


@given(st.decimals(0, 9999, places=3), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]))
def test_decimals_come_back_in_every_scale(value: Decimal, scale: tuple[str, int]) -> None:
    for words in (f"{value:f}{scale[0]}", f"{value:,f}{scale[0]}", say_decimal(value) + scale[0]):
        for said in (words, _TRADITIONAL(words)):
            assert read_numeral(said) == (value * scale[1],) * 2
            assert read(f"约{said}元") == [(said, float(value * scale[1]), float(value * scale[1]))]


@given(st.integers(100, 10**9))
def test_formal_numerals_come_back(value: int) -> None:
    for words in (formal(value), _TRADITIONAL(formal(value))):
        assert read_numeral(words) == (Decimal(value), Decimal(value))
        if words[-1] not in "壹贰叁肆伍陆柒捌玖貳陸" or len(words) > 3:
            assert read(f"计{words}元整") == [(words, value, value)]


@given(st.integers(1000, 2999))
def test_years_by_their_places_come_back(value: int) -> None:
    assert read(f"{say_by_places(value)}年") == [(say_by_places(value), value, value)]


@given(st.decimals(Decimal("0.1"), 99, places=1))
def test_negative_numbers_come_back_where_a_unit_shows_that_they_are(value: Decimal) -> None:
    for words in (f"-{value}", f"−{value}", f"负{value}", f"負{value}", f"负{say_decimal(value)}"):
        assert read_numeral(words) == (-value, -value)
        assert read(f"增长率为{words}%。") == [(words, -float(value), -float(value))]
    assert read(f"气温零下{value}度") == [(f"零下{value}", -float(value), -float(value))]


@given(st.integers(1, 99), st.integers(0, 9))
def test_shares_are_one_in_all_their_forms(whole: int, place: int) -> None:
    percent = Decimal(10 * whole + place) / 10
    plain = f"{percent.normalize():f}%"
    assert with_shares(f"百分之{say_decimal(percent)}") == with_shares(f"百分之{percent:f}") == plain
    if whole % 10 and whole > 10 and not place:
        tens, ones = divmod(whole, 10)
        assert with_shares(f"{say_han(tens)}成{say_han(ones)}") == plain
        assert with_shares(f"{say_han(tens)}{say_han(ones)}折") == with_shares(f"{whole}折") == f"{plain}折"


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("数十", 20, 100), ("數十", 20, 100), ("几千", 2000, 10_000), ("好几百", 200, 1000), ("十几", 11, 19),
        ("十几万", 110_000, 200_000), ("一百几十", 120, 200), ("三四百", 300, 400), ("十五六", 15, 16), ("七八", 7, 8),
        ("两三千", 2000, 3000), ("20余万", 200_000, 300_000), ("十多亿", 10**9, 2 * 10**9), ("三百多", 300, 400),
        ("dozens", 24, 100), ("hundreds of thousands", 200_000, 10**6), ("several hundred", 300, 1000),
    ],
)  # fmt: skip
def test_open_numerals_are_spans(words: str, low: int, high: int) -> None:
    assert read_numeral(words) == (Decimal(low), Decimal(high))
    assert said_plainly((Decimal(low), Decimal(high))) == f"{low}~{high}"


@pytest.mark.parametrize(
    "words",
    [
        "十十",
        "三百三百",
        "一千百",
        "2000万3000万",
        "twenty thirty",
        "two one",
        "million thousand",
        "",
        "万a",
        "点五",
        "三点",
        "几",
    ],
)
def test_what_is_no_numeral_is_not_read(words: str) -> None:
    assert read_numeral(words) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("half a million", 500_000), ("one and a half million", 1_500_000), ("a million and a half", 1_500_000),
        ("three quarters of a million", 750_000), ("1.2m", 1_200_000), ("3k", 3000), ("2.8bn", 2_800_000_000),
        ("two thousand million", 2 * 10**9), ("a hundred and five", 105), ("two dozen", 24), ("5 lakh", 500_000),
        ("2 crore", 20_000_000), ("minus three", -3), ("四万万", 4 * 10**8), ("1.5兆", Decimal("1.5e12")),
        ("三万二千亿", Decimal("3.2e12")), ("3万亿2000亿", Decimal("3.2e12")), ("2万3", 23_000),
        ("１２，３４５", 12_345),
    ],
)  # fmt: skip
def test_other_ways_to_say_a_number(words: str, value: Decimal) -> None:
    assert read_numeral(words) == (Decimal(value), Decimal(value))


@given(st.text(alphabet="一二三十百千万亿两零半几数多余点0123456789.,-~%至 abm成个人年twohundreddozen\n", max_size=40))
def test_any_text_is_read_without_harm(text: str) -> None:
    behind = 0
    for one in find_numerals(text):
        assert behind <= one.start < one.end <= len(text) and one.low <= one.high
        behind = one.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一萬九千餘人", [("一萬九千", 19000, 19000)]),
        ("四十一點七公尺", [("四十一點七", 41.7, 41.7)]),
        ("２．５％和1.5万", [("２．５", 2.5, 2.5), ("1.5万", 15000, 15000)]),
        ("1亿2000万元", [("1亿2000万", 1.2e8, 1.2e8)]),
        ("数十万人、几百人、二十几人", [("数十万", 2e5, 1e6), ("几百", 200, 1000), ("二十几", 21, 29)]),
        ("三四百名、十五六岁", [("三四百", 300, 400), ("十五六", 15, 16)]),
        ("20余万人、十多亿元", [("20余万", 2e5, 3e5), ("十多亿", 1e9, 2e9)]),
        ("二〇三〇年", [("二〇三〇", 2030, 2030)]),
        ("2023年7月17日12:30", [(n, int(n), int(n)) for n in ("2023", "7", "17", "12", "30")]),
        ("廿三日", [("廿三", 23, 23)]),
        ("十幾億人次、上百人", [("十幾億", 1.1e9, 2e9), ("百", 100, 100)]),
        (
            "三死七伤、一省两市、两到三年",
            [(n, v, v) for n, v in (("三", 3), ("七", 7), ("一", 1), ("两", 2), ("两", 2), ("三", 3))],
        ),
        ("每周三次、二起事故", [("三", 3, 3), ("二", 2, 2)]),
        ("5兆瓦和5兆元", [("5", 5, 5), ("5兆", 5e12, 5e12)]),
        ("1.2m people", [("1.2m", 1.2e6, 1.2e6)]),
        ("a hundred and five", [("a hundred and five", 105, 105)]),
        (
            "3%-5%、背负3亿、4胜2负1平",
            [(n, v, v) for n, v in (("3", 3), ("5", 5), ("3亿", 3e8), ("4", 4), ("2", 2), ("1", 1))],
        ),
        ("9千億美元、几千几万块钱", [("9千億", 9e11, 9e11), ("几千", 2e3, 1e4), ("几万", 2e4, 1e5)]),
        ("3千米、5千克、3千人", [("3", 3, 3), ("5", 5, 5), ("3千", 3000, 3000)]),
        ("two dozen and half a million", [("two dozen", 24, 24), ("half a million", 5e5, 5e5)]),
        ("2.8 billion, $5m, 5m", [("2.8 billion", 2.8e9, 2.8e9), ("5m", 5e6, 5e6), ("5", 5, 5)]),
        ("tens of thousands", [("tens of thousands", 2e4, 1e5)]),
        ("from 25~90 to 50-70", [("25", 25, 25), ("90", 90, 90), ("50", 50, 50), ("70", 70, 70)]),
    ],
)
def test_numerals(text: str, expected: list[tuple[str, float, float]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一些人一起统一行动",
        "十分重要",
        "千万别去",
        "万一下雨",
        "四川和三亚",
        "一方面",
        "F-16、COVID-19和G20",
        "one of them",
        "no one",
        "数据和人数",
        "星期二和周三",
        "三心二意、五花八门、千方百计、独一无二、数一数二",
        "张三和李四、王五",
        "百度",
        "六四、二二八事件、三三两两",
        "伍佰、陆佰先生",
        "零售商的零部件",
        "一带一路",
        "百万富翁和一家人",
        "the twenty-first century",
    ],
)
def test_words_that_are_no_numbers(text: str) -> None:
    assert read(text) == []
    assert read(_TRADITIONAL(text)) == []


_ROWS = ["1", "1,111,", "1.", "一", "万", "一百", "twenty ", "a hundred and ", "多万", "点", "-", "百分之", "1万2千"]


@pytest.mark.parametrize("sign", _ROWS)
def test_a_row_of_one_sign_without_end_is_read_without_harm(sign: str) -> None:
    row = sign * (20_000 // len(sign))
    assert all(one.low <= one.high for one in find_numerals(row))
    assert read_numeral(row) is None
    assert meaning_of(row)
