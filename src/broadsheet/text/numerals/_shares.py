"""Shares of a whole, in percent: 百分之五, 三分之二, 一半, 三成五, 八折, two-thirds, half of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from broadsheet.text.numerals._english import ONES
from broadsheet.text.numerals._find import read_flat
from broadsheet.text.numerals._han import DIGIT_SIGNS, HAN_SIGNS, Span


@dataclass(frozen=True, slots=True)
class Share:
    """A share from ``start`` to ``end`` of a text, from ``low`` to ``high`` percent, or of one percentage point."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    is_of_point: bool = False


_NUMERAL = f"[0-9]+(?:\\.[0-9]+)?[十百千万亿]*|[{HAN_SIGNS}]+(?:点[{DIGIT_SIGNS}]+)?"
_WHOLE_NUMERAL = (
    f"(?<![0-9])[0-9]++(?:\\.[0-9]++)?[十百千万亿]*+|(?<![{HAN_SIGNS}])[{HAN_SIGNS}]++(?:点[{DIGIT_SIGNS}]++)?"
)
"""A numeral from its first sign on: a search for it passes over a long row of digits once, not from each of them."""
_MOST_PARTS = 10**6
"""Smaller parts, such as 万亿分之一秒, are no shares of anything."""

_FRACTION = re.compile(
    f"(?P<sign>负)?(?P<parts>[百千万](?=分)|{_WHOLE_NUMERAL})分之(?P<minus>负)?(?P<share>{_NUMERAL})"
    f"(?:[至到~-](?:百分之)?(?P<upper>{_NUMERAL}))?"
)
_HALF = re.compile("一半|半数|(?<=[近过])半(?![个年天日月小场夜路途])")
_PARTS = {"thirds": 3, "third": 3, "quarters": 4, "quarter": 4, "fifths": 5, "fifth": 5, "tenth": 10, "tenths": 10}
_ENGLISH = re.compile(
    r"\b(?P<share>an?|one|two|three|four)[ -](?P<parts>thirds?|quarters?|fifths?|tenths?)\b"
    r"(?= (?:of|to|in|from|since|on|this|compared)\b|[.,;:]|$)(?! of an? (?:m|b|tr)illion)"
    r"(?P<point> of a percentage point)?"
    r"|(?<!first )(?<!second )(?<!latter )(?<!other )(?<!better )(?<!in )\bhalf(?= (?:of|the|its|their|his|her|all)\b)"
)
_NO_TENTHS = "[为功立员本果长都交分年品绩就群对形套熟型了份语见]"
TENTHS = f"成(?!{_NO_TENTHS})(?P<tenths>[一二三四五六七八九1-9](?![十百千万0-9.个名])|半)?"
"""What makes a numeral before it a number of tenths, and the hundredths behind: 三成五."""

_TENTHS = re.compile(f"(?P<share>{_WHOLE_NUMERAL}|半){TENTHS}")
_OFF = re.compile(f"(?P<share>[0-9]{{1,2}}(?:\\.[0-9])?|[{DIGIT_SIGNS}]{{1,2}}|对)折(?![叠磨断旧腰射返算合])")
"""What is paid of a price: 八折 is 80 %, 七五折 75 %."""


def iter_fractions(flat: str) -> Iterator[Share]:
    """The shares of a flat text that are said as fractions, in no order."""
    if "分之" in flat:
        for match in _FRACTION.finditer(flat):
            if share := _read_fraction(match):
                yield share
    if "半" in flat:
        for match in _HALF.finditer(flat):
            yield Share(*match.span(), Decimal(50), Decimal(50))
    if any(word in flat for word in ("half", "third", "quarter", "fifth", "tenth")):
        yield from _iter_english(flat)


def _iter_english(flat: str) -> Iterator[Share]:
    for match in _ENGLISH.finditer(flat):
        if match["parts"] is None:
            yield Share(*match.span(), Decimal(50), Decimal(50))
        elif not (match["parts"].startswith("quarter") and match["share"] not in ("a", "three", "one")):
            share = Decimal(ONES.get(match["share"], 1)) / _PARTS[match["parts"]] * (1 if match["point"] else 100)
            yield Share(*match.span(), share, share, bool(match["point"]))


def _read_fraction(match: re.Match[str]) -> Share | None:
    parts, share = read_flat(match["parts"]), read_flat(match["share"])
    upper = read_flat(match["upper"]) if match["upper"] else share
    if not parts or not share or not upper or parts[0] != parts[1] or upper[1] < share[0]:
        return None
    if not 0 < parts[0] <= _MOST_PARTS:
        return None
    low, high = 100 * share[0] / parts[0], 100 * upper[1] / parts[0]
    return Share(*match.span(), -high, -low) if match["sign"] or match["minus"] else Share(*match.span(), low, high)


def read_tenths(match: re.Match[str]) -> Decimal:
    """The percent that stand behind 成 in a match of ``TENTHS``: 5 in 三成五."""
    if match["tenths"] is None:
        return Decimal(0)
    hundredths = read_flat(match["tenths"])
    return hundredths[0] if hundredths else Decimal(5)


def with_shares(flat: str) -> str:
    """``flat``, which is known to be a figure and no word, with every share said in percent: 三成五 is 35%."""
    if "分之" in flat:
        flat = _FRACTION.sub(lambda found: _in_percent(_span_of(_read_fraction(found)), found[0]), flat)
    if "成" in flat:
        flat = _TENTHS.sub(lambda found: _in_percent(_span_of_tenths(found), found[0]), flat)
    if "折" in flat:
        flat = _OFF.sub(lambda found: _in_percent(_span_of_price(found["share"]), found[0]) + "折", flat)
    return flat


def _span_of(share: Share | None) -> Span | None:
    return None if share is None else (share.low, share.high)


def _span_of_tenths(match: re.Match[str]) -> Span | None:
    if match["share"] == "半":
        return Decimal(5), Decimal(5)
    span, more = read_flat(match["share"]), read_tenths(match)
    return None if span is None else (10 * span[0] + more, 10 * span[1] + more)


def _span_of_price(share: str) -> Span | None:
    if share == "对":
        return Decimal(50), Decimal(50)
    if len(share) == 2 and not share.isascii():
        span = read_flat(f"{share[0]}点{share[1]}")
    else:
        span = read_flat(f"{share[0]}.{share[1]}" if len(share) == 2 else share)
    return None if span is None else (10 * span[0], 10 * span[1])


def _in_percent(span: Span | None, words: str) -> str:
    if span is None:
        return words
    return f"{said_plainly(span)}%"


def said_plainly(span: Span) -> str:
    """A value in figures without grouping, scale or needless places; an open one as 20~100."""
    low, high = (_figures(value) for value in span)
    return low if low == high else f"{low}~{high}"


def _figures(value: Decimal) -> str:
    whole = value.to_integral_value()
    return format(whole if whole == value else value.normalize(), "f")
