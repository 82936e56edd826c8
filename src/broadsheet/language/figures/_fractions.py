"""Shares said as fractions, in percent: 三分之二, 百分之五, 半数, two-thirds, a quarter of, half of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ._values import ONES, read_han

Fraction = tuple[int, int, float, float]
"""Start, end, lowest and highest, in percent."""

_NUMERAL = "[0-9]+(?:\\.[0-9]+)?|[零〇一二两三四五六七八九十百千万]+(?:点[零〇一二三四五六七八九]+)?"
_HAN = re.compile(
    f"(?P<parts>[百千万]|{_NUMERAL})分之(?P<share>{_NUMERAL})(?:[至到~-](?:百分之)?(?P<upper>{_NUMERAL}))?"
)
_HALF = re.compile("一半|半数|(?<=[近过])半(?![个年天日月小场夜路途])")
_PARTS = {"thirds": 3, "third": 3, "quarters": 4, "quarter": 4, "fifths": 5, "fifth": 5, "tenth": 10, "tenths": 10}
_ENGLISH = re.compile(
    r"\b(?P<share>an?|one|two|three|four)[ -](?P<parts>thirds?|quarters?|fifths?|tenths?)\b"
    r"(?= (?:of|to|in|from|since|on|this|compared)\b|[.,;:]|$)(?P<point> of a percentage point)?"
    r"|(?<!first )(?<!second )(?<!latter )(?<!other )(?<!better )(?<!in )\bhalf(?= (?:of|the|its|their|his|her|all)\b)"
)


def iter_fractions(flat: str) -> Iterator[tuple[Fraction, bool]]:
    """The fractions of a flat text, and whether each is of one percentage point."""
    if "分之" in flat:
        for match in _HAN.finditer(flat):
            if fraction := _read_han_fraction(match):
                yield fraction, False
    if "半" in flat:
        for match in _HALF.finditer(flat):
            yield (match.start(), match.end(), 50.0, 50.0), False
    if not any(word in flat for word in ("half", "third", "quarter", "fifth", "tenth")):
        return
    for match in _ENGLISH.finditer(flat):
        if match["parts"] is None:
            yield (match.start(), match.end(), 50.0, 50.0), False
        elif not (match["parts"].startswith("quarter") and match["share"] not in ("a", "three", "one")):
            share = ONES.get(match["share"], 1) / _PARTS[match["parts"]] * (1 if match["point"] else 100)
            yield (match.start(), match.end(), share, share), bool(match["point"])


def _read_han_fraction(match: re.Match[str]) -> Fraction | None:
    parts = {"百": 100.0, "千": 1000.0, "万": 10_000.0}.get(match["parts"]) or _value(match["parts"])
    low = _value(match["share"])
    high = _value(match["upper"]) if match["upper"] else low
    if not parts or low is None or high is None or high < low:
        return None
    return match.start(), match.end(), round(100 * low / parts, 9), round(100 * high / parts, 9)


def _value(numeral: str) -> float | None:
    values = read_han(numeral)
    return None if values is None else values[0]
