"""What English number words say, with or without figures: twenty-three, 2.8 billion, half a million, 1.2m, dozens.

Lower-case text in, exact values out. Open words have a lowest and a highest value: ``hundreds`` is from 200 to 1,000.
"""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ONES = {word: value for value, word in enumerate(_UNITS, start=1)}
TENS = {word: 10 * value for value, word in enumerate(_TENS, start=2)}

SCALES = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "lakh": 10**5, "million": 10**6, "crore": 10**7, "billion": 10**9,
    "trillion": 10**12,
}  # fmt: skip
"""Words that multiply what stands before them."""

SHORT_SCALES = {"bn": 10**9, "mn": 10**6, "tn": 10**12, "trn": 10**12, "m": 10**6, "k": 10**3, "b": 10**9}
"""The same behind figures: $4bn. One letter alone may be a metre as well."""

PLURALS = {
    "tens": (20, 100), "dozens": (24, 100), "scores": (40, 100), "hundreds": (200, 10**3),
    "thousands": (2 * 10**3, 10**4), "millions": (2 * 10**6, 10**7), "billions": (2 * 10**9, 10**10),
    "trillions": (2 * 10**12, 10**13),
}  # fmt: skip
"""Open words of number: what they mean at least and at most."""

_COUNTED = {"lakhs": "lakh", "crores": "crore"}
_SOME = {"few": (3, 10), "several": (3, 10), "couple": (2, 3)}
"""Before a scale: several hundred."""

_TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+|[a-z]+|1/2")
_SMALL_WORDS = frozenset(("and", "of", "a", "an"))
_NEGATIVE = re.compile(r"(?:minus |negative |-)(?=.)")
_LONGEST = 240

Span = tuple[Decimal, Decimal]


def read_words(numeral: str) -> Span | None:
    """Lowest and highest value of English number words in lower case, or of figures; None where they are none."""
    if len(numeral) > _LONGEST:
        return None
    if sign := _NEGATIVE.match(numeral):
        span = read_words(numeral[sign.end() :])
        return None if span is None else (-span[1], -span[0])
    tokens = [_COUNTED.get(token, token) for token in _TOKEN.findall(numeral.replace(" 1/2", " half"))]
    tokens = [token for token in tokens if token not in _SMALL_WORDS]
    if tokens and tokens[-1] in PLURALS:
        return _read_plural(tokens)
    if len(tokens) > 1 and tokens[0] in _SOME and all(token in SCALES for token in tokens[1:]):
        low, high = _SOME[tokens[0]]
        scale = _sum_words(tokens[1:])
        return None if scale is None else (low * scale, high * scale)
    value = _sum_words(tokens)
    return None if value is None else (value, value)


def _read_plural(tokens: list[str]) -> Span | None:
    """dozens, hundreds of thousands."""
    low, high = PLURALS[tokens[-1]]
    if len(tokens) > 2 or not all(token in PLURALS for token in tokens):
        return None
    scale = Decimal(PLURALS[tokens[0]][0]) / 2 if len(tokens) == 2 else Decimal(1)
    return low * scale, high * scale


def _sum_words(tokens: list[str]) -> Decimal | None:
    total, section = Decimal(0), Decimal(0)
    below: int | None = None
    """What the next word is smaller than; None before the first."""
    last = 0
    """The scale right before."""
    for token in tokens:
        scale = SCALES.get(token) or SHORT_SCALES.get(token)
        if scale is not None:
            if last >= 1000:  # two thousand million
                if scale <= last:
                    return None
                total *= scale
            elif scale in (12, 100):
                section = (section if below is not None else Decimal(1)) * scale
            else:
                total, section = total + (section if below is not None else 1) * scale, Decimal(0)
            below = last = scale
            continue
        if token in ("quarter", "quarters"):
            section, below, last = (section or 1) / Decimal(4), 1, 0
            continue
        if token == "half":
            section, below, last = section + (Decimal(last) / 2 if last else Decimal("0.5")), 1, 0
            continue
        value = _value_of(token)
        if value is None or (below is not None and value >= below):
            return None
        section, last = section + value, 0
        below = 10 if token in TENS else 1
    return total + section if below is not None else None


def _value_of(token: str) -> Decimal | None:
    if token in ONES or token in TENS:
        return Decimal(ONES.get(token) or TENS[token])
    if token == "zero":
        return Decimal(0)
    return Decimal(token.replace(",", "")) if token[0] in "0123456789." else None
