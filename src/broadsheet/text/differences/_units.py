"""Cutting a text into the units that a difference may take away or put in, never half of one.

Units are numbers with their measure (``1.5%``, ``12个小时``, ``$3 million``), dates (``2023年7月``, ``July 17, 2023``),
words of scripts with spaces, common Chinese words, and single characters of everything else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from broadsheet.text.differences._han_words import KNOWN, SIZES_KNOWN
from broadsheet.text.folding import flatten
from broadsheet.text.numerals import (
    DATE,
    DATE_BEGINS,
    TENTHS,
    WEEKDAY,
    Numeral,
    iter_fractions,
    iter_numerals,
    said_plainly,
    with_numerals,
    with_plain_dates,
    with_shares,
)

_MEASURES = """
个百分点 百分点 个多小时 个小时 小时 分钟 秒钟 秒 天 周 个星期 星期 礼拜 个多月 个月 年代 年 月份 月 日 号 世纪 岁
时 点 刻 人次 人 名 位 个 只 头 匹 条 户 家 间 所 座 栋 幢 层 楼 辆 架 艘 列 班 趟 台 部 枚 发 支 把 件 项 起 宗 例
份 封 张 本 册 篇 次 场 届 轮 回 遍 票 席 分 美元 欧元 英镑 日元 日圆 港元 港币 新台币 台币 人民币 卢布 卢比 韩元 元
块 角 公里 千米 英里 海里 公尺 米 厘米 公分 毫米 英尺 平方公里 平方千米 平方米 公顷 亩 吨 公吨 公斤 千克 克 斤 磅 升
毫升 加仑 桶 立方米 度 摄氏度 级 倍 折 兆瓦 千瓦 瓦 赫兹 字 页 国 省 市 县 州 步 杯 瓶 箱 包 袋 对 双 组 批 队
"""
_MEASURE = "|".join(sorted(map(re.escape, _MEASURES.split()), key=len, reverse=True))
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_CLOCK = r"[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?(?: ?[AaPp]\.?[Mm]\b\.?)?"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_ANY_DATE = (
    rf"{DATE}|(?<![0-9])(?:[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}|{_CLOCK})"
    rf"|\b{_MONTH} {_DAY}(?:,? [0-9]{{4}})?(?![\w%])|\b{_DAY} {_MONTH}(?:,? [0-9]{{4}})?(?!\w)"
    rf"|\b{_MONTH} [0-9]{{4}}(?!\w)|{WEEKDAY}|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_DATE = re.compile(f"[0-9{DATE_BEGINS}JFMASONDTW](?<=(?=(?P<date>{_ANY_DATE})).)")
"""A search for one of these signs passes at once over all others; the date itself is the group."""

_BEFORE_NUMBER = re.compile(r"(?:第|(?:US|HK|NT|A|C)?[$€£¥￥₩₹]\s?)\Z")
_BEHIND_NUMBER = re.compile(
    rf"{TENTHS}|[多余]?\s?(?:{_MEASURE})|\s?(?:%|‰|°C?|℃|[Pp]er ?cent\b)|(?:st|nd|rd|th)\b|(?<=[百千万亿])[多余]"
)
_APPROXIMATE = "大约 大概 约为 约 将近 接近 近 超过 逾 不到 不足 至少 最少 最多 至多 高达 多达 少于 多于 低于 高于"
_ABOUT = re.compile(
    rf"(?:(?P<about>{'|'.join(sorted(_APPROXIMATE.split(), key=len, reverse=True))})\s?"
    r"|\b(?P<words>(?i:nearly|about|almost|around|roughly|approximately|over|under|some"
    r"|more than|less than|fewer than|at least|at most|up to|as many as))\s)\Z"
)
_ABOUT_SCALE = re.compile(r"(?P<about>(?<!以)上|超|(?<![超不])过)\Z")
"""Only right before 百, 千, 万: 上百人, but not 街上三人."""

_LONGEST_ABOUT = 16
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DENSE = rf"{_HAN}\u0e00-\u0eff\u1000-\u11ff\u3040-\u31ff\uac00-\ud7ff"
_OTHER = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)?)"
    rf"|(?P<word>[^\W\d_{_DENSE}]+(?:['\-.&][^\W\d_{_DENSE}]+)*(?:'s?)?(?![^\W\d_{_DENSE}])|[^\W{_DENSE}]+)"
    rf"|(?P<han>[{_HAN}]+)|(?P<space>\s+)|(?P<sign>.)",
    re.DOTALL,
)


class Unit(NamedTuple):
    """A piece of a text. ``kind``: date, number, about (约, 近 …), word, han, space or sign."""

    text: str
    kind: str

    @property
    def is_figure(self) -> bool:
        """Whether it states how many, how much or when."""
        return self.kind in ("date", "number", "about")


_LONG = 4000
"""Characters from which on a text is no block of an article but a book in one line: few of them are remembered."""


def cut_units(text: str) -> tuple[Unit, ...]:
    """``text`` as units in order; joined they give it back."""
    return _cut_short(text) if len(text) <= _LONG else _cut_long(text)


def _cut(text: str) -> tuple[Unit, ...]:
    return tuple(_iter_units(text))


_cut_short = functools.lru_cache(maxsize=256)(_cut)
_cut_long = functools.lru_cache(maxsize=4)(_cut)  # both sides of one comparison, which asks for them several times


def _iter_units(text: str) -> Iterator[Unit]:
    flat = flatten(text, keeps_case=True)
    behind = 0
    for start, end, kind in _find_figures(text, flat):
        about = _find_about(flat, behind, start)
        if about:
            yield from _cut_other(text, flat, behind, about[0])
            yield Unit(text[slice(*about)], "about")
            behind = about[1]
        yield from _cut_other(text, flat, behind, start)
        yield Unit(text[start:end], kind)
        behind = end
    yield from _cut_other(text, flat, behind, len(text))


# ---- dates and numbers --------------------------------------------------------------------------------------------


def _find_figures(text: str, flat: str) -> list[tuple[int, int, str]]:
    """Where dates and numbers with their measures stand, in order; of two that overlap the first, dates first."""
    lower = flat.lower()
    lower = lower if len(lower) == len(flat) else flatten(text)
    found = [(*match.span("date"), "date") for match in _DATE.finditer(flat)]
    found += [(*span, "number") for span in _iter_shares(lower)]
    found += [(*span, "number") for one in iter_numerals(lower) if (span := _with_measure(flat, one))]
    found.sort(key=lambda one: (one[0], one[2] != "date", -one[1]))
    kept: list[tuple[int, int, str]] = []
    for one in found:
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    return kept


def _iter_shares(lower: str) -> Iterator[tuple[int, int]]:
    """百分之三, 三分之二."""
    if "分之" in lower:
        for share in iter_fractions(lower):
            if "分之" in lower[share.start : share.end]:
                yield share.start, share.end


def _with_measure(flat: str, one: Numeral) -> tuple[int, int] | None:
    """Where the number ends and begins with what it counts; None for a lone 三 or ``one`` that counts nothing."""
    before = _BEFORE_NUMBER.search(flat, max(0, one.start - 4), one.start)
    behind = _BEHIND_NUMBER.match(flat, one.end)
    if before or behind or one.form == "figures":
        return before.start() if before else one.start, behind.end() if behind else one.end
    is_lone = one.end - one.start == 1 if one.form == "han" else one.low == one.high == 1
    return None if is_lone else (one.start, one.end)


def _find_about(flat: str, behind: int, start: int) -> tuple[int, int] | None:
    """Where a word such as 约 stands right before the figure at ``start``, and not before ``behind``."""
    least = max(behind, start - _LONGEST_ABOUT)
    found = _ABOUT.search(flat, least, start)
    if found is None and flat[start : start + 1] in ("百", "千", "万"):
        found = _ABOUT_SCALE.search(flat, least, start)
    if found is None:
        return None
    return found.span("words" if found.lastgroup == "words" else "about")


# ---- everything else ----------------------------------------------------------------------------------------------


def _cut_other(text: str, flat: str, start: int, end: int) -> Iterator[Unit]:
    for found in _OTHER.finditer(flat, start, end):
        kind = found.lastgroup or "sign"
        if kind == "han":
            yield from _cut_han(text, flat, *found.span())
        else:
            yield Unit(text[found.start() : found.end()], kind)


def _cut_han(text: str, flat: str, start: int, end: int) -> Iterator[Unit]:
    """The longest common words first, else single characters."""
    at = start
    while at < end:
        for size in SIZES_KNOWN.get(flat[at], ()):
            if at + size <= end and flat[at : at + size] in KNOWN:
                break
        else:
            size = 1
        yield Unit(text[at : at + size], "han")
        at += size


# ---- what figures mean --------------------------------------------------------------------------------------------


def with_plain_figures(text: str) -> str:
    """``text`` with every figure in one form (see ``meaning_of``), so that ``十二人`` and ``12人`` are the same."""
    return "".join(meaning_of(unit.text) if unit.is_figure else unit.text for unit in cut_units(text))


_PERCENT = re.compile(r"(?<!\s)\s*+per ?cent\b")
_DATE_SIGNS = re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_NEEDLESS = re.compile(r"\s+|(?<=[0-9])个(?=小时|月|星期)|(?<![0-9.])0(?=[0-9][月日号])")


def meaning_of(text: str) -> str:
    """A figure's words in one form: ``十二個小時`` and ``12个小时`` are alike, ``1.5`` and ``15`` are not."""
    return _meaning(text) if len(text) <= _LONG else _meaning.__wrapped__(text)


@functools.lru_cache(maxsize=4096)
def _meaning(text: str) -> str:
    plain = with_plain_dates(flatten(text))
    plain = with_numerals(with_shares(plain), _say)
    plain = _DATE_SIGNS.sub(lambda found: ".".join(str(int(part)) for part in found.groups()), plain)
    return _NEEDLESS.sub("", _PERCENT.sub("%", plain)).replace("：", ":")


def _say(numeral: str, span: tuple[Decimal, Decimal]) -> str:
    """A numeral of figures alone keeps the places it was printed with: 7.10 is no 7.1."""
    is_plain = not numeral.strip("0123456789.,")
    return numeral.replace(",", "") if is_plain else said_plainly(span)
