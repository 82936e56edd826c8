"""Where numerals stand in a text: figures, Chinese numerals, English number words.

What looks like a numeral but is part of a word is none: 一些, 统一, 四川, 十分, 千万别, 三心二意, 张三, 星期二, 百度;
F-16.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from broadsheet.text.folding import flatten
from broadsheet.text.numerals._english import ONES, PLURALS, SCALES, SHORT_SCALES, TENS, Span, read_words
from broadsheet.text.numerals._han import (
    DIGIT_SIGNS,
    FORMAL_DIGITS,
    FORMAL_SCALES,
    HAN_SIGNS,
    LARGE_SIGNS,
    SMALL_SIGNS,
    read_han,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral from ``start`` to ``end`` of a text, and the lowest and highest value that it says."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    form: Literal["figures", "han", "words"]

    @property
    def is_exact(self) -> bool:
        """Whether it says one value: 一百五 does, 几十 and ``dozens`` do not."""
        return self.low == self.high


# ---- figures and their scales -------------------------------------------------------------------------------------

_NO_PREFIX = "(?![瓦赫字比帕欧焦头安伏])"
"""兆 before a unit is a million of it, and no numeral."""

_LARGE_SCALE = f"(?:(?:(?:[十百千]?万|[十百千])?亿|[十百千]?万)(?![事能分一])|[十百千]?兆{_NO_PREFIX})"
_SCALE = f"(?:{_LARGE_SCALE}|[百千](?![米克瓦伏卡赫帕分]))"
_MORE_INSIDE = f"[多余来]{_LARGE_SCALE}"
_AFTER_SCALE = f"(?:零?(?:[1-9][0-9]{{0,4}}|[一二三四五六七八九][十百千])(?:{_SCALE})?)"
_FIGURES = (
    r"(?<![a-z0-9_].)(?<![a-z]-.)(?<![0-9][.].)(?:[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])|[0-9]*)(?:\.[0-9]+)?"
    rf"(?:{_MORE_INSIDE}| ?{_SCALE}{_AFTER_SCALE}*"
    r"|[ -]?(?:(?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)|lakhs|crores|bn|mn|tn|trn)(?![a-z0-9]))?"
)
_SHORT_SCALE = re.compile(r"[mkb](?![a-z0-9])")
_PEOPLE_BEHIND = re.compile(r" (?:more |new )?(?:people|users|viewers|voters|followers|subscribers|visitors|views)\b")
"""1.2m people; 1.2m alone is a length."""

# ---- Chinese numerals, and words that begin like one --------------------------------------------------------------

_WORDS_OF_ONE = (
    "一(?:家[人子]|[些样般直旦切致时带并再概共贯面边方定味向流同齐生辈经系连道举]|体化|国两制"
    "|起(?![^，。、；]{0,12}(?:案|事故|事件|火灾|爆炸))|下[子来去]?(?![0-9])|度(?![电角]))"
)
_WORDS_OF_MORE = (
    "二(?:手|战|维|胡|人转|甲|恶英|氧|线)|两(?:岸|会|者|极|侧|边|旁|用|难|样|口子)|"
    "三(?:角|亚|明|星|峡|国|农|文鱼|轮|明治|藩|思|维|原色|甲|线|陪|沙|鹿|包|通|军|番)|"
    "四(?:川|处|周(?![年岁])|季|肢|方|面|平|海|书|合院|通)|五(?:角|金|官|台山|花|粮|谷|彩|四运动)|六(?:盘水|安|神)|"
    "七(?:夕|台河|彩)|八(?:卦|宝|达岭|方|仙)|九(?:江|龙|寨|州|华|泉|霄)|十(?:分(?!钟)|足|字|堰)|零[下售件食部碎散星距容]|"
    f"千万(?=[别要不勿莫记]|小心|注意|千万)|(?<![近上逾过超])[万亿百千兆](?![{HAN_SIGNS}余多])|万[一分]|亿万|百度|百万富翁"
)
_SOME_BEHIND = f"(?<=[十廿百千])几(?=[{SMALL_SIGNS}{LARGE_SIGNS}]|[个名人岁天年位余度])[{SMALL_SIGNS}{LARGE_SIGNS}]*"
_HAN = (
    "(?<![统唯万专单]一)(?<![多人总岁件次票指系参函]数)"
    f"(?:(?<=几)[十百千万亿兆]+|(?<=数)[十百千万亿兆]+(?!据)"
    f"|(?<![几数])(?<!(?={_WORDS_OF_ONE}|{_WORDS_OF_MORE}).)[{HAN_SIGNS}]*(?:{_SOME_BEHIND})?)"
    f"(?:{_MORE_INSIDE}|点[{DIGIT_SIGNS}]+(?![十百千分刻半])(?:{_LARGE_SCALE})?)?"
)
_FORMAL = f"(?<=[{FORMAL_DIGITS}])[{FORMAL_SCALES}万亿](?:[{FORMAL_DIGITS}{FORMAL_SCALES}零万亿]+|(?=[元圆块美港日欧]))"
"""Only a digit and its scale are surely no name, and of two signs alone 伍佰 is one."""

_SIGNED = re.compile(
    f"[0-9几数{HAN_SIGNS}{FORMAL_DIGITS}](?:(?<=[0-9]){_FIGURES}|(?<=[几数{HAN_SIGNS}]){_HAN}|{_FORMAL})"
)
_ONLY_DIGITS = re.compile(f"[{DIGIT_SIGNS}]{{2,}}")
_BY_PLACES = re.compile("(?=.*[零〇○]).+|一[六七八九]..|二[零〇○]..")
"""Years and numbers of rooms; 六四, 二二八, 三三两两 are none, unless 年 or 折 follows."""

_COUNTED = (
    "个人名位年月日天时分秒次元块亿万千百岁米里度国家省市县村户间层台辆架艘只头条件张份套支场届期项起例宗票席成倍折吨斤枚发把座栋幢"
    "所班趟部册篇轮回遍步杯瓶箱包袋双组批队桶升亩周星礼小钟公立剂球口床棵株页字词列类种色号店楼站环级代党首群副幅股颗粒根片段碗盘壶桌圈"
    "阵串排堆顶匹尊封笔"
    "死伤男女老胜负平车船到至上或和与及比加减乘除"
)
"""What a number may count, or be bound to another by: 三死七伤, 一省两市, 两到三年, but not 三心二意."""

_MAY_FOLLOW = frozenset("一二两三四五六七八九十百千万")
_ONE_SIGN = "[一二两三四五六七八九十百千万]"
_UNCOUNTED = f"[\u4e00-\u9fff](?<![{HAN_SIGNS}{_COUNTED}])"
_IDIOM = re.compile(
    f"(?<![{HAN_SIGNS}])(?:(?P<first>){_ONE_SIGN}(?P<other>{_UNCOUNTED}){_ONE_SIGN}(?!(?P=other))"
    f"[\u4e00-\u9fff](?<![{HAN_SIGNS}])"
    f"|[\u4e00-\u9fff](?<![{HAN_SIGNS}第]){_ONE_SIGN}{_UNCOUNTED}{_ONE_SIGN}(?![{HAN_SIGNS}{_COUNTED}]))"
)
"""三心二意, 千方百计, 独一无二: two numerals and two words, of which that behind the first is no measure."""

_NAMELESS = frozenset({"张三", "李四", "王五", "赵六"})
"""Anybody's names."""

_WEEK_DAY = "(?:(?:星期|礼拜)[一二三四五六日天]|周(?:[一二三四五六](?![次个场届轮岁]|天(?!气))|[日天末]))"
WEEKDAY = f"[上下本这]?个?{_WEEK_DAY}"
"""周三 as a pattern, but not 每周三次."""

_WEEKDAY = re.compile(_WEEK_DAY)
_WEEKS = ("周", "期", "拜")

# ---- English number words -----------------------------------------------------------------------------------------

_SCALES = "|".join(SCALES)
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(list(ONES)[:9])})(?![a-z]))?|{'|'.join(reversed(ONES))})\b"
_PLURAL = rf"(?:{'|'.join(PLURALS)})\b"
_ORDINAL = r"(?![- ](?:first|second|third|(?:four|fif|six|seven|eigh|nin|ten)th)\b)"
_TAIL = rf"(?:[ -](?:{_SCALES})\b(?:(?: and|,)? {_SMALL}|(?: and)? {_SMALL}(?= (?:hundred|thousand)))?)*"
_SCALED = rf"(?:{_SCALES})\b"
WORDS = (
    rf"\b(?:{_PLURAL}(?: of {_PLURAL})?|half[ -](?:an? )?{_SCALED}|quarter of an? {_SCALED}"
    rf"|few {_SCALED}|several {_SCALED}|couple of {_SCALED}"
    rf"|an? (?:{_SCALED}(?: and a half\b| and {_SMALL})?{_TAIL}|quarter of an? {_SCALED}|(?:few|couple of) {_SCALED})"
    rf"|{_SMALL}(?: and a half(?= {_SCALED})|[- ]quarters of an?(?= {_SCALED}))?{_TAIL}){_ORDINAL}"
)
"""English number words as a pattern for text in lower case."""

_WORDED = re.compile(WORDS)
_LETTERS = re.compile("[a-z]{3}")
"""No number word is shorter: most blocks of Chinese hold none."""


def iter_numerals(flat: str) -> Iterator[Numeral]:
    """The numerals of a flat text, in order; none overlaps another."""
    found = [*_iter_signed(flat), *_iter_worded(flat)]
    return iter(sorted(found, key=lambda numeral: numeral.start))


def find_numerals(text: str) -> tuple[Numeral, ...]:
    """Every numeral printed in ``text``, in either Chinese script and any width.

    Those of dates are numerals too; words around them (约, 近, units) are no part of one.
    """
    return tuple(iter_numerals(flatten(text)))


def read_numeral(words: str) -> Span | None:
    """Lowest and highest value of ``words`` where all of them are one numeral, alone or behind a sign; else None.

    More is read than is found in running text, where 壹 or 1.2m alone may be something else.
    """
    return read_flat(flatten(words.strip()).replace("，", ","))


_LONGEST = 240
"""Longer than the longest number in words below a quadrillion."""

_LOOSE = re.compile(
    f"(?:负|零下)?(?:[0-9][0-9,]*+(?:\\.[0-9]+)?|[几数{HAN_SIGNS}{FORMAL_DIGITS}{FORMAL_SCALES}]"
    f"|[多余来](?=[{SMALL_SIGNS}{LARGE_SIGNS}])|(?<=[{HAN_SIGNS}])点[{DIGIT_SIGNS}]+(?![十百千分刻半]))+"
)


def with_numerals(flat: str, say: Callable[[str, Span], str]) -> str:
    """``flat``, which is known to be a figure and no word, with what ``say`` makes of each of its numerals.

    ``say`` is given the numeral as it stands there, and its lowest and highest value.
    """

    def said(found: re.Match[str]) -> str:
        span = read_flat(found[0])
        return found[0] if span is None else say(found[0], span)

    return _LOOSE_WORDS.sub(said, _LOOSE.sub(said, flat))


_LOOSE_WORDS = re.compile(
    r"(?<![0-9,.])[0-9][0-9,]*+(?:\.[0-9]++)?[ -]?"
    rf"(?:{_SCALES}|{'|'.join((*SHORT_SCALES, 'lakhs', 'crores'))})(?![a-z0-9])|{WORDS}"
)


def read_flat(numeral: str) -> Span | None:
    """``read_numeral`` of words that are flat already."""
    return _read(numeral) if len(numeral) <= _LONGEST else None


@lru_cache(maxsize=8192)
def _read(numeral: str) -> Span | None:
    return read_words(numeral) if numeral.isascii() else read_han(numeral.replace(" ", ""))


def _iter_signed(flat: str) -> Iterator[Numeral]:
    for match in _SIGNED.finditer(flat):
        start, end = match.span()
        form: Literal["figures", "han"] = "figures"
        if flat[start] not in "0123456789":
            if not _counts_in_han(flat, start, end):
                continue
            form = "han"
        elif _SHORT_SCALE.match(flat, end) and (
            flat[start - 1 : start] in _CURRENCIES or _PEOPLE_BEHIND.match(flat, end + 1)
        ):
            end += 1
        if span := read_flat(flat[start:end]):
            yield _signed(flat, start, end, span, form)


_CURRENCIES = ("$", "€", "£", "¥", "₹")


def _counts_in_han(flat: str, start: int, end: int) -> bool:
    """Whether Chinese signs of number are one here, and no name, day of the week, idiom or event."""
    if end - start > 1:
        return not _ONLY_DIGITS.fullmatch(flat, start, end) or _is_said_by_places(flat, start, end)
    if flat[start - 1 : end] in _NAMELESS or _is_of_idiom(flat, start):
        return False
    before = flat[start - 1 : start]
    return not (before in _WEEKS and _WEEKDAY.match(flat, start - (1 if before == "周" else 2)))


def _is_of_idiom(flat: str, at: int) -> bool:
    """Whether the sign at ``at`` is one of an idiom's four, of which the next but one is a numeral too."""
    if flat[at + 2 : at + 3] not in _MAY_FOLLOW and (at < 2 or flat[at - 2] not in _MAY_FOLLOW):
        return False
    for size in range(min(at, 3) + 1):
        if (found := _IDIOM.match(flat, at - size)) and (found["first"] is not None) is (size % 2 == 0):
            return size != 2 or flat[at + 1] not in _COUNTED
    return False


def _is_said_by_places(flat: str, start: int, end: int) -> bool:
    numeral = flat[start:end]
    if flat[end : end + 1] in ("年", "折") or _BY_PLACES.fullmatch(numeral):
        return True
    span = read_flat(numeral)
    return span is not None and span[0] != span[1]  # 三四


# ---- signs before -------------------------------------------------------------------------------------------------

_MINUS = re.compile(
    "零下|(?<![担肩身背抱欠自胜正欺辜不亏0-9%])(?<![一二三四五六七八九十两])负|(?:minus|negative) "
    "|(?:(?<![^ (（\\[:：，~])(?<![0-9%] )|(?<=[为是至到达率跌降升于约由从在]))-"
)
_MEASURED = re.compile(" ?(?:[%‰℃°度]|摄氏|华氏|个?百分点|个?基点|degrees|per ?cent)")
"""A minus before anything else may be a dash, and 负 a burden."""


def _signed(flat: str, start: int, end: int, span: Span, form: Literal["figures", "han"]) -> Numeral:
    """The numeral with the sign that stands before it, if one does."""
    if flat[start - 1 : start] in ("负", "下", "-", " ") and start:
        for sign in _MINUS.finditer(flat, max(0, start - 9), start):
            if sign.end() == start and (flat[start - 1] == " " or _MEASURED.match(flat, end)):
                return Numeral(sign.start(), end, -span[1], -span[0], form)
    return Numeral(start, end, *span, form)


def _iter_worded(flat: str) -> Iterator[Numeral]:
    for match in _WORDED.finditer(flat) if _LETTERS.search(flat) else ():
        if match[0] == "one" and not _counts(flat, match.end()):
            continue
        if span := read_flat(match[0]):
            yield Numeral(match.start(), match.end(), *span, "words")


_NO_COUNT = re.compile(
    r"(?: of\b|'|-(?!year|day|hour|week|month|man\b|way|third)|[.,;:!?]| (?:another|thing|by one|day\b))"
)


def _counts(flat: str, end: int) -> bool:
    """Whether the ``one`` before ``end`` counts, and does not merely point: one of them, one another, no one."""
    return not _NO_COUNT.match(flat, end) and flat[end - 6 : end - 3] != "no "
