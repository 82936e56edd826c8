"""What a Chinese or mixed numeral says: 两万一千六百, 1.5万, 2万3千, 三点五亿, 一百五, 廿三, 二〇二三, 三四百, 几十.

Flat text in, exact values out. An open numeral has a lowest and a highest value: 几十 is from 20 to 100, 三四百 from
300 to 400, 十几 from 11 to 19, 20余万 from 200,000 to 300,000.
"""

from __future__ import annotations

import re
from decimal import Decimal

Span = tuple[Decimal, Decimal]
"""Lowest and highest value."""

DIGIT_SIGNS = "零〇○一二两三四五六七八九"
SMALL_SIGNS = "十百千"
LARGE_SIGNS = "万亿兆"
SCORE_SIGNS = "廿卅卌"
HAN_SIGNS = DIGIT_SIGNS + SCORE_SIGNS + SMALL_SIGNS + LARGE_SIGNS
"""The signs of Chinese numerals, simplified."""

FORMAL_DIGITS, FORMAL_SCALES = "壹贰叁肆伍陆柒捌玖", "拾佰仟"
"""The signs of cheques and contracts, which are common characters and names as well."""

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "万万": 10**8, "亿": 10**8, "万亿": 10**12, "兆": 10**12}
_PLAIN = str.maketrans(FORMAL_DIGITS + FORMAL_SCALES, "一二三四五六七八九十百千", " ")
_SCORES = re.compile("[廿卅卌]")
_TWO_TO_FOUR = {"廿": "二十", "卅": "三十", "卌": "四十"}
_NEGATIVE = re.compile("(?:负|零下|[-－−])(?=.)")
_PAIRS = "一二|一两|二三|两三|三四|三五|四五|五六|六七|七八|八九"
_NEIGHBOURS = re.compile(f"(?<![{DIGIT_SIGNS}])(?:{_PAIRS})(?=[{SMALL_SIGNS}{LARGE_SIGNS}]|$)")
_MORE = re.compile("[多余来]")
_SOME = re.compile("好?几|数")
_SCALES = re.compile(f"[{SMALL_SIGNS}]?(?:万[万亿]|[{LARGE_SIGNS}])?")
_PIECE = re.compile(rf"[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+|[{DIGIT_SIGNS}]|[{SMALL_SIGNS}]|万[万亿]|[{LARGE_SIGNS}]")
_FIGURE = re.compile(r"[0-9.]")
_LONGEST = 60
"""A longer string is no number that anybody counts in."""

_BEYOND = Decimal(10) ** (_LONGEST + 20)


def read_han(numeral: str) -> Span | None:
    """Lowest and highest value of a Chinese or mixed numeral in flat text; None where it is none."""
    if len(numeral) > _LONGEST:
        return None
    numeral = numeral.translate(_PLAIN)
    if sign := _NEGATIVE.match(numeral):
        span = _read_unsigned(numeral[sign.end() :])
        return None if span is None else (-span[1], -span[0])
    return _read_unsigned(numeral)


def _read_unsigned(numeral: str) -> Span | None:
    numeral = _SCORES.sub(lambda found: _TWO_TO_FOUR[found[0]], numeral)
    if more := _MORE.search(numeral):
        return _read_more(numeral[: more.start()], numeral[more.end() :])
    if some := _SOME.search(numeral):
        return _read_some(numeral[: some.start()], numeral[some.end() :])
    if pair := _NEIGHBOURS.search(numeral):
        low = _read_exact(numeral[: pair.start() + 1] + numeral[pair.end() :])
        high = _read_exact(numeral[: pair.start()] + numeral[pair.start() + 1 :])
        return None if low is None or high is None or low >= high else (low, high)
    exact = _read_exact(numeral)
    return None if exact is None else (exact, exact)


def _read_more(before: str, scales: str) -> Span | None:
    """三百多, 20余万: up to one more of the last place."""
    value, scale = _read_exact(before), _scale_of(scales)
    if value is None or scale is None:
        return None
    return value * scale, (value + next_step(value)) * scale


def next_step(value: Decimal) -> Decimal:
    """How far above a round value "more than that" (多, 余) reaches: one of its last digit that is not zero."""
    if value <= 0:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


def _read_some(before: str, behind: str) -> Span | None:
    """几十, 数百万, 十几, 十几万, 一百几十: a digit from two, or one behind another, to nine."""
    scale_after = _scale_of(behind)
    if scale_after is None:
        return None
    if not before:
        return (2 * scale_after, 10 * scale_after) if behind else None
    whole = _read_exact(before)
    if whole is None or next_step(whole) < 10:
        return None
    if before[-1] == "十" and not behind.startswith(tuple(SMALL_SIGNS)):
        least, most = (1, 10) if behind else (1, 9)
        return (whole + least) * scale_after, (whole + most) * scale_after
    if not behind or next_step(whole) < 10 * scale_after:
        return None
    return whole + 2 * scale_after, whole + 10 * scale_after


def _scale_of(signs: str) -> Decimal | None:
    if signs and not _SCALES.fullmatch(signs):
        return None
    scale = Decimal(1)
    for sign in signs:
        scale *= _SMALL.get(sign) or _LARGE[sign]
    return scale


def _read_exact(numeral: str) -> Decimal | None:
    if "点" in numeral:
        return _read_decimal(numeral)
    pieces = _PIECE.findall(numeral)
    if "".join(pieces) != numeral or not pieces:
        return None
    if len(pieces) > 1 and all(piece in _DIGITS for piece in pieces):  # 二〇三〇: by places
        return _by_places(pieces)
    return _sum_scales(pieces)


def _by_places(digits: list[str]) -> Decimal:
    return Decimal("".join(str(_DIGITS[digit]) for digit in digits))


def _read_decimal(numeral: str) -> Decimal | None:
    whole, _, rest = numeral.partition("点")
    scales = rest.lstrip(DIGIT_SIGNS)
    places = rest[: len(rest) - len(scales)]
    before, scale = _read_exact(whole), _scale_of(scales)
    if before is None or not places or scale is None or before != int(before):
        return None
    return (before + Decimal("0." + "".join(str(_DIGITS[place]) for place in places))) * scale


def _sum_scales(pieces: list[str]) -> Decimal | None:
    """The sum of 一亿二千万, 3万5千, 两万六; None where a scale stands that none may stand behind."""
    reading = _Sum()
    for at, piece in enumerate(pieces):
        if piece in _SMALL:
            is_read = reading.add_small(_SMALL[piece])
        elif piece in _LARGE:
            is_read = reading.add_large(_LARGE[piece])
        else:
            is_read = reading.add_digits(piece, is_last=at + 1 == len(pieces))
        if not is_read:
            return None
    return reading.total()


class _Sum:
    """A numeral read from left to right: what is above 亿, above 万, below, and digits that wait for their scale."""

    def __init__(self) -> None:
        self._high, self._middle, self._low = Decimal(0), Decimal(0), Decimal(0)
        self._waiting: Decimal | None = None
        self._last = self._limit = _BEYOND
        """The scale before, and the last one of 亿 and more: what follows is smaller."""
        self._is_gap = False
        self._begun = False

    def add_digits(self, piece: str, *, is_last: bool) -> bool:
        """A digit, or figures; False where digits stand already."""
        is_figure = _FIGURE.match(piece) is not None
        if not is_figure and _DIGITS[piece] == 0 and (self._begun and self._waiting is None):
            self._is_gap = True
            return True
        if is_figure and self._waiting is not None:
            return False
        value = Decimal(piece.replace(",", "")) if is_figure else Decimal(_DIGITS[piece])
        is_short = len(piece) == 1 and not self._is_gap and self._waiting is None and value != 0
        if is_last and self._begun and is_short and 100 <= self._last <= 10**12:  # 两万六 = 26000
            value *= self._last / 10
        elif self._waiting is not None:  # 一〇五万: by places
            value += 10 * self._waiting
        elif value >= self._last:
            return False
        self._waiting, self._begun, self._is_gap = value, True, False
        return True

    def add_small(self, scale: int) -> bool:
        if self._waiting is None:
            if self._begun and scale != 10:
                return False
            self._waiting = Decimal(1)
        if scale >= self._last or self._waiting * scale >= self._last:
            return False
        self._low += self._waiting * scale
        self._waiting, self._last, self._begun, self._is_gap = None, Decimal(scale), True, False
        return True

    def add_large(self, scale: int) -> bool:
        below = self._low + (self._waiting or 0)
        if scale > 10**4:
            below += self._middle
        elif self._middle:
            return False
        if not self._begun:
            below = Decimal(1)
        if (below == 0 and self._waiting is None) or below * scale >= self._limit:
            return False
        if scale > 10**4:
            self._high, self._middle, self._limit = self._high + below * scale, Decimal(0), Decimal(scale)
        else:
            self._middle = below * scale
        self._low, self._waiting, self._last = Decimal(0), None, Decimal(scale)
        self._begun, self._is_gap = True, False
        return True

    def total(self) -> Decimal:
        return self._high + self._middle + self._low + (self._waiting or 0)
