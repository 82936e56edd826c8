"""What words about a number make of it: about, nearly, over, at least; 约, 近, 超过, 至少, 左右, 以上.

========================================  ===========================
about, around, some, 约, 左右, 上下          from 10 % below to 10 % above
nearly, almost, close to, 近, 将近, 接近     from 10 % below
more than, over, at least, 超过, 逾, 至少     open above
fewer than, up to, under, 不到, 不足, 最多    open below
多, 余 (50多, 六个多小时)                    up to one more of the last place
========================================  ===========================
"""

from __future__ import annotations

import re
from typing import Literal

Bound = Literal["about", "near", "above", "below"]
Interval = tuple[float | None, float | None]

_BEFORE: dict[Bound, str] = {
    "about": (
        "约有|约为|约|大约有|大约为|大约|大概|估计约|"
        r"(?<![a-z])(?:about|around|some|roughly|approximately|approx\.|an estimated|estimated|circa|a reported)"
    ),
    "near": "将近|接近|近|(?<![a-z])(?:nearly|almost|close to|just under|just short of)",
    "above": (
        "超过|多于|逾|至少有|至少|最少|不少于|不低于|不下|起码|(?<!以)上|(?<![超不])过|超|"
        "(?<![a-z])(?:more than|over|upwards? of|at least|no fewer than|not fewer than|no less than|not less than|"
        "in excess of|exceeding|just over|well over)"
    ),
    "below": (
        "不到|不足|少于|不超过|最多|至多|"
        "(?<![a-z])(?:less than|fewer than|under|up to|at most|no more than|not more than|as many as)"
    ),
}
_BEFORE_NUMBER = re.compile(
    "(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _BEFORE.items()) + ") ?(?:an? )?$"
)
_ONLY_BEFORE = {"上": "百千万", "过": "百千万", "超": "百千万0123456789"}
"""These are bounds only right before such signs: 上百人, but not 街上三人."""

_LAST_SIGNS = frozenset("约有为概近过于逾少不下码上超到足多")
"""What a Chinese word before a number may end in: nothing else is looked at."""

_AFTER_UNIT = re.compile(
    r"(?P<about>左右|上下| or so\b)|(?P<above>[及或]?以上| or more\b| and above\b)"
    r"|(?P<below>以下|以内|之内| or less\b| or fewer\b)"
)
_TOLERANCE = 0.1


def find_bound_before(flat: str, start: int) -> tuple[Bound, int] | None:
    """The word right before ``start`` that bounds the number, and where it begins."""
    if (last := flat[start - 1 : start]) not in _LAST_SIGNS and not last.isascii():
        return None
    match = _BEFORE_NUMBER.search(flat, max(0, start - 20), start)
    if match is None or (match[0] in _ONLY_BEFORE and flat[start] not in _ONLY_BEFORE[match[0]]):
        return None
    return _kind(match), match.start()


def find_bound_after(flat: str, end: int) -> tuple[Bound, int] | None:
    """The word right behind ``end`` that bounds the number, and where it ends."""
    match = _AFTER_UNIT.match(flat, end)
    return None if match is None else (_kind(match), match.end())


def _kind(match: re.Match[str]) -> Bound:
    for kind in _BEFORE:
        if kind in match.re.groupindex and match[kind] is not None:
            return kind
    raise AssertionError("one of the groups has matched")


def bound(low: float, high: float, kind: Bound | None) -> Interval:
    """The interval that a number from ``low`` to ``high`` means with a word of this kind."""
    if kind == "about":
        return low - abs(low) * _TOLERANCE, high + abs(high) * _TOLERANCE
    if kind == "near":  # from the side of zero
        return (low * (1 - _TOLERANCE), high) if low >= 0 else (low, high * (1 - _TOLERANCE))
    if kind == "above":
        return low, None
    if kind == "below":
        return None, high
    return low, high
