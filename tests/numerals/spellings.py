"""Numbers as they are written, made independently of the grammar that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import opencc

_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789."}
_TRADITIONAL = opencc.OpenCC("s2t").convert


def say_han(value: int, one_ten: str = "一十") -> str:
    """``value`` below 10**16 as one says it in Chinese; ``one_ten`` is what ten is at the beginning."""
    for scale, name in ((10**8, "亿"), (10**4, "万")):
        if value >= scale:
            high, low = divmod(value, scale)
            gap = "零" if 0 < low < scale // 10 else ""
            return say_han(high, one_ten) + name + (gap + say_han(low) if low else "")
    said, is_gap = "", False
    rest = value
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, rest = divmod(rest, scale)
        if digit:
            said += ("零" if is_gap and said else "") + _DIGITS[digit] + sign
        is_gap = not digit
    return one_ten + said[2:] if 10 <= value < 20 else said


def say_short(value: int) -> str | None:
    """两万六, 一百五: without the last scale, where it is the one below the scale before and nothing stands between."""
    digits = str(value).rstrip("0")
    zeros = len(str(value)) - len(digits)
    if len(digits) < 2 or digits[-2] == "0" or zeros < 1 or zeros % 4 == 3 or zeros > 3:
        return None
    said = say_han(value, "十")
    return said[:-1] if said[-1] in "十百" else None


def say_scores(value: int) -> str | None:
    """廿三, 卅, 卌一."""
    if 20 <= value < 50:
        ten, one = divmod(value, 10)
        return {2: "廿", 3: "卅", 4: "卌"}[ten] + (_DIGITS[one] if one else "")
    return None


def say_by_places(value: int) -> str:
    """二〇二三."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))


def say_mixed(value: int) -> Iterator[str]:
    """2万3千, 1亿2000万, 3.5亿, 3万亿: figures with Chinese scales."""
    for scale, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万")):
        if value >= scale:
            high, low = divmod(value, scale)
            yield f"{Decimal(value) / scale:f}{name}"
            if value % (1000 * scale) == 0 and value < 10_000 * scale:
                yield f"{value // (1000 * scale)}千{name}"
            if not low:
                yield f"{high}{name}"
            elif low % 1000 == 0 and low < 10**4:
                yield f"{high}{name}{low // 1000}千"
            elif low % 10**4 == 0:
                yield f"{high}{name}{low // 10**4}万"
            return


_ONES = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def say_english(value: int) -> str:
    """``value`` from 1 below 10**15 in English words."""
    for scale, name in (
        (10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"),
    ):  # fmt: skip
        if value >= scale:
            rest = value % scale
            joint = " and " if scale == 100 else " "
            return f"{say_english(value // scale)} {name}" + (joint + say_english(rest) if rest else "")
    if value < 20:
        return _ONES[value - 1]
    return _TENS[value // 10 - 1] + (f"-{_ONES[value % 10 - 1]}" if value % 10 else "")


def spellings(value: int) -> Iterator[str]:
    """Every spelling of a whole number from 2 below 10**12 that running text may have."""
    yield from (str(value), f"{value:,}", str(value).translate(_WIDE))
    said = say_han(value)
    yield from (said, say_han(value, "十"), said.replace("零", "〇"))
    yield from (_TRADITIONAL(said), said.replace("二千", "两千").replace("二万", "两万").replace("二亿", "两亿"))
    yield from filter(None, (say_short(value), say_scores(value)))
    yield from say_mixed(value)
    yield from map(_TRADITIONAL, say_mixed(value))
    yield say_english(value)
    for scale, name in ((10**9, "billion"), (10**6, "million")):
        if value >= scale:
            yield f"{Decimal(value) / scale:f} {name}"


def formal(value: int) -> str:
    """壹佰贰拾叁, as on cheques."""
    return say_han(value).translate(_FORMAL)


def say_decimal(value: Decimal) -> str:
    """三点一四."""
    whole, _, places = f"{value:f}".partition(".")
    said = say_han(int(whole)) or "零"
    return said + ("点" + "".join(_DIGITS[int(place)] for place in places) if places else "")
