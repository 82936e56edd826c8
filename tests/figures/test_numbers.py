"""Numerals of every form are found and read, and words that only look like numbers are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.language.figures import find_numbers

_DIGITS = "零一二三四五六七八九"


def say_han(value: int) -> str:
    """``value`` below 10**8 as one says it in Chinese."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return say_han(high) + "万" + (gap + say_han(low) if low else "")
    said, is_gap = "", False
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, scale)
        if digit:
            said += ("零" if is_gap and said else "") + _DIGITS[digit] + sign
        is_gap = not digit
    return said


_ONES = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def say_english(value: int) -> str:
    """``value`` from 1 below 10**9 in English words."""
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= scale:
            rest = value % scale
            joint = " and " if scale == 100 else " "
            return f"{say_english(value // scale)} {name}" + (joint + say_english(rest) if rest else "")
    if value < 20:
        return _ONES[value - 1]
    return _TENS[value // 10 - 1] + (f"-{_ONES[value % 10 - 1]}" if value % 10 else "")


def read(text: str) -> list[tuple[str, float, float]]:
    return [(text[start:end], low, high) for start, end, low, high in find_numbers(text)]


@given(st.integers(2, 10**8 - 1))
def test_chinese_numerals_come_back(value: int) -> None:
    said = say_han(value)
    assert read(f"共有{said}人。") == [(said, value, value)]


@given(st.integers(1, 10**9 - 1))
def test_english_number_words_come_back(value: int) -> None:
    said = say_english(value)
    assert read(f"He counted {said} people.") == [(said, value, value)]


@given(st.integers(0, 10**12), st.sampled_from(["{:d}", "{:,d}"]))
def test_figures_come_back(value: int, form: str) -> None:
    said = form.format(value)
    assert read(f"约{said}人") == [(said, value, value)]


@given(st.text(alphabet="一二三十百千万亿两零半几数多余点0123456789.,-~%至 abm成个人年twohundreddozen\n", max_size=40))
def test_any_text_is_read_without_harm(text: str) -> None:
    behind = 0
    for start, end, low, high in find_numbers(text):
        assert behind <= start < end <= len(text) and low <= high
        behind = end


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
    ],
)
def test_words_that_are_no_numbers(text: str) -> None:
    assert read(text) == []
