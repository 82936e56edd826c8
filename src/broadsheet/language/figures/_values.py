"""What numerals mean: Chinese ones, English number words, figures with their scales, as lowest and highest value.

A numeral may be open in itself: 几十 is from 20 to 100, 三四百 from 300 to 400, ``hundreds`` from 200 to 1000.
"""

from __future__ import annotations

import re

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

_NEIGHBOURS = re.compile(
    "(?<![零〇○一二两三四五六七八九])(?:一二|一两|二三|两三|三四|三五|四五|五六|六七|七八|八九)(?=[十百千万亿]|$)"
)
_MORE_INSIDE = re.compile("[多余来](?=[十百千万亿])")
_PIECE = re.compile(r"\d[\d,]*(?:\.\d+)?|[零〇○一二两三四五六七八九]|[十百千万亿]")


def read_han(numeral: str) -> tuple[float, float] | None:
    """Lowest and highest value of a Chinese or mixed numeral such as 两万一千六百, 1.5万, 三四百; None if unread."""
    numeral = numeral.replace(" ", "").replace("廿", "二十").replace("卅", "三十")
    if found := _MORE_INSIDE.search(numeral):
        return _read_more_inside(numeral[: found.start()], numeral[found.end() :])
    if "几" in numeral or "数" in numeral:
        return _read_open(numeral.replace("数", "几"))
    if found := _NEIGHBOURS.search(numeral):
        low = _read_exact(numeral[: found.start() + 1] + numeral[found.end() :])
        high = _read_exact(numeral[: found.start()] + numeral[found.start() + 1 :])
        return None if low is None or high is None or low >= high else (low, high)
    exact = _read_exact(numeral)
    return None if exact is None else (exact, exact)


def _read_more_inside(before: str, scale: str) -> tuple[float, float] | None:
    value = _read_exact(before)
    if value is None:
        return None
    return value * _scale(scale), (value + next_step(value)) * _scale(scale)


def next_step(value: float) -> float:
    """How far above a round value "more than that" (多, 余) reaches: one of its last digit that is not zero."""
    if value <= 0:
        return 1.0
    digits = f"{value:.6f}".rstrip("0")
    if not digits.endswith("."):
        return float(10.0 ** -(len(digits) - digits.index(".") - 1))
    whole = digits[:-1]
    return float(10 ** (len(whole) - len(whole.rstrip("0"))))


def _read_open(numeral: str) -> tuple[float, float] | None:
    if numeral.endswith("几"):  # 十几, 二十几
        low, high = _read_exact(numeral.replace("几", "一")), _read_exact(numeral.replace("几", "九"))
    else:  # 几十, 数百万
        low = _read_exact(numeral.replace("几", "二"))
        high = None if low is None else low * 5
    return None if low is None or high is None else (low, high)


def _read_exact(numeral: str) -> float | None:
    if "点" in numeral:
        return _read_decimal(numeral)
    pieces = _PIECE.findall(numeral)
    if "".join(pieces) != numeral or not pieces:
        return None
    if len(pieces) > 1 and all(piece in DIGITS for piece in pieces):  # 二〇三〇: by places
        return float("".join(str(DIGITS[piece]) for piece in pieces))
    return _sum_scales(pieces)


def _read_decimal(numeral: str) -> float | None:
    whole, _, rest = numeral.partition("点")
    scale = rest.lstrip("".join(DIGITS))
    places = rest[: len(rest) - len(scale)]
    before = _read_exact(whole)
    if before is None or not places or scale not in ("", *_SMALL, *_LARGE, "百万", "千万", "百亿", "千亿", "万亿"):
        return None
    value = before + float("0." + "".join(str(DIGITS[place]) for place in places))
    return round(value * _scale(scale), 6)


def _scale(signs: str) -> float:
    scale = 1.0
    for sign in signs:
        scale *= _SMALL.get(sign) or _LARGE[sign]
    return scale


def _sum_scales(pieces: list[str]) -> float:
    total = section = 0.0
    number: float | None = None
    last_scale = 1.0
    for piece in pieces:
        if piece in _SMALL:
            last_scale = _SMALL[piece]
            section += (1 if number is None else number) * last_scale
            number = None
        elif piece in _LARGE:
            section += number or 0
            last_scale = _LARGE[piece]
            if last_scale == 10**8:  # 一万亿: all that stands before
                total, section = (total + (section or 1)) * last_scale, 0
            else:
                total, section = total + (section or 1) * last_scale, 0
            number = None
        elif piece in DIGITS:
            if DIGITS[piece] == 0:
                last_scale = 10.0
            number = float(DIGITS[piece]) if number is None else number * 10 + DIGITS[piece]
        else:
            number, last_scale = float(piece.replace(",", "")), 1.0
    if number is not None and pieces[-1] in DIGITS and last_scale >= 100:  # 两万六 = 26000
        number *= last_scale / 10
    return round(total + section + (number or 0), 6)


_UNITS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ONES = {word: value for value, word in enumerate(_UNITS, start=1)}
TENS = {word: 10 * value for value, word in enumerate(_TENS, start=2)}
SCALES = {
    "dozen": 12, "score": 20, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9,
    "trillion": 10**12, "bn": 10**9, "mn": 10**6, "tn": 10**12, "m": 10**6, "k": 10**3, "b": 10**9,
}  # fmt: skip
PLURALS = {
    "tens": (20, 100), "dozens": (24, 100), "scores": (40, 100), "hundreds": (200, 10**3),
    "thousands": (2 * 10**3, 10**4), "millions": (2 * 10**6, 10**7), "billions": (2 * 10**9, 10**10),
}  # fmt: skip
"""Open words of number: what they mean at least and at most."""

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[a-z]+")


def read_words(numeral: str) -> tuple[float, float] | None:
    """Lowest and highest value of English number words, with or without figures: two dozen, 2.8 billion, a hundred."""
    tokens = [token for token in _TOKEN.findall(numeral) if token not in ("and", "of", "a", "an")]
    if len(tokens) >= 1 and tokens[-1] in PLURALS:
        low, high = PLURALS[tokens[-1]]
        scale = PLURALS[tokens[0]][0] / 2 if len(tokens) == 2 and tokens[0] in PLURALS else 1
        return float(low * scale), float(high * scale)
    value = _sum_words(tokens)
    return None if value is None else (value, value)


def _sum_words(tokens: list[str]) -> float | None:
    total, section = 0.0, 0.0
    is_begun = False
    for token in tokens:
        if token in SCALES:
            scale = SCALES[token]
            if scale in (12, 20, 100):
                section = (section if is_begun else 1) * scale
            else:
                total, section = total + (section if is_begun else 1) * scale, 0.0
        elif token == "half":
            section += 0.5
        elif token in ONES or token in TENS:
            section += ONES.get(token) or TENS[token]
        elif token[0].isdigit():
            section += float(token.replace(",", ""))
        else:
            return None
        is_begun = True
    return round(total + section, 6) if is_begun else None
