"""Every number in a text, as printed, whatever it counts: figures, Chinese numerals, English number words.

What looks like a number but is part of a word is left out: 一些, 统一, 四川, 十分, 千万别; names such as F-16.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ._flat import flatten
from ._values import ONES, PLURALS, TENS, read_han, read_words


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral in flat text, from ``start`` to ``end``, and the lowest and highest value it may mean."""

    start: int
    end: int
    low: float
    high: float
    form: Literal["figures", "han", "words"]


_HAN_SIGNS = "零〇○一二两三四五六七八九十廿卅百千万亿"
_HAN_DIGITS = "零〇○一二两三四五六七八九"
_HAN_SCALE = "(?:(?:[十百千万]?亿|[十百千]?万)(?![事能分一])|[百千](?![米克瓦伏卡赫帕分]))"
_MORE_INSIDE = "[多余来](?:[十百千万]?亿|[十百千]?万)(?![事能分一])"
_AFTER_SCALE = f"(?:零?(?:[1-9][0-9]{{0,4}}|[一二三四五六七八九][十百千])(?:{_HAN_SCALE})?)"
_FIGURES = (
    r"(?<![a-z0-9_].)(?<![a-z]-.)(?<![0-9][.].)(?:[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])|[0-9]*)(?:\.[0-9]+)?"
    rf"(?:{_MORE_INSIDE}| ?{_HAN_SCALE}{_AFTER_SCALE}*"
    r"|[ -]?(?:hundred|thousand|million|billion|trillion|bn|mn|tn|dozen)(?![a-z0-9]))?"
)
_WORDS_OF_ONE = (
    "一(?:[些样般直旦切致时带并再概共贯面边方定味向流同齐生辈经系连道举]|体化|国两制"
    "|起(?![^，。、；]{0,12}(?:案|事故|事件|火灾|爆炸))|下[子来去]?(?![0-9])|度(?![电角]))"
)
_WORDS_OF_MORE = (
    "二(?:手|战|维|胡|人转|甲|噁|氧|线)|两(?:岸|会|者|极|侧|边|旁|用|难|样|口子)|"
    "三(?:角|亚|明|星|峡|国|农|文鱼|轮|明治|藩|思|维|原色|甲|线|陪|沙|鹿|包|通|军|番)|"
    "四(?:川|处|周(?![年岁])|季|肢|方|面|平|海|书|合院|通)|五(?:角|金|官|台山|花|粮|谷|彩|四运动)|六(?:盘水|安|神)|"
    "七(?:夕|台河|彩)|八(?:卦|宝|达岭|方|仙)|九(?:江|龙|寨|州|华|泉|霄)|十(?:分(?!钟)|足|字|堰)|"
    f"千万(?=[别要不])|(?<![近上逾过超])[万亿百千](?![{_HAN_SIGNS}余多])|万[一分]|亿万"
)
_HAN = (
    "(?<![统唯万专单]一)(?<![多人总岁件次票指系参函]数)"
    f"(?:(?<=几)[十百千万亿]+|(?<=数)[十百千万亿]+(?!据)"
    f"|(?<![几数])(?<!(?={_WORDS_OF_ONE}|{_WORDS_OF_MORE}).)[{_HAN_SIGNS}]*)"
    f"(?:{_MORE_INSIDE}|点[{_HAN_DIGITS}]+(?![十百千分刻半])(?:[十百千万]?亿|[十百千]?万)?|(?<=十)几(?=[个名人岁万亿天年位余度]))?"
)
_SIGNED = re.compile(f"[0-9几数{_HAN_SIGNS}](?:(?<=[0-9]){_FIGURES}|(?<![0-9]){_HAN})")
_MONEY_SCALE = re.compile(r"(?:m|k|b)(?![a-z0-9])")

_SCALES = "hundred|thousand|million|billion|trillion|dozen"
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(list(ONES)[:9])}))?|{'|'.join(reversed(ONES))})\b"
_WORDED = re.compile(
    rf"\b(?:(?:{'|'.join(PLURALS)})\b(?: of (?:{'|'.join(PLURALS)})\b)?|(?:half )?an? (?:{_SCALES})\b"
    rf"|{_SMALL}(?:[ -](?:{_SCALES})\b(?:(?: and|,)? {_SMALL}|(?: and)? {_SMALL}(?= (?:hundred|thousand)))?)*)"
)


def iter_numbers(flat: str) -> Iterator[Number]:
    """The numbers of a flat text, in order; none overlaps another. A row of digits beyond 10^308 is no number."""
    found = [number for number in (*_iter_signed(flat), *_iter_worded(flat)) if math.isfinite(number.high)]
    return iter(sorted(found, key=lambda number: number.start))


def _iter_signed(flat: str) -> Iterator[Number]:
    for match in _SIGNED.finditer(flat):
        start, end = match.span()
        numeral = match[0]
        if numeral[0] not in "0123456789":
            if values := read_han(numeral):
                yield Number(start, end, *values, "han")
            continue
        if flat[start - 1 : start] in ("$", "€", "£", "¥") and (scale := _MONEY_SCALE.match(flat, end)):
            end = scale.end()
        values = read_words(flat[start:end]) if flat[end - 1].isascii() else read_han(numeral)
        if values:
            yield Number(start, end, *values, "figures")


def _iter_worded(flat: str) -> Iterator[Number]:
    for match in _WORDED.finditer(flat):
        if match[0] == "one" and not _counts(flat, match.end()):
            continue
        if values := read_words(match[0]):
            yield Number(match.start(), match.end(), *values, "words")


_NO_COUNT = re.compile(
    r"(?: of\b|'|-(?!year|day|hour|week|month|man\b|way|third)|[.,;:!?]| (?:another|thing|by one|day\b))"
)


def _counts(flat: str, end: int) -> bool:
    """Whether the ``one`` before ``end`` counts, and does not merely point: one of them, one another, no one."""
    return not _NO_COUNT.match(flat, end) and flat[end - 6 : end - 3] != "no "


def find_numbers(text: str) -> tuple[tuple[int, int, float, float], ...]:
    """Every number printed in ``text``: start, end, and the lowest and highest value of the numeral alone.

    Numbers of dates count too; words around them (约, 近, units) do not.
    """
    return tuple((number.start, number.end, number.low, number.high) for number in iter_numbers(flatten(text)))
