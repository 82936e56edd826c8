"""Cutting a text into the units that a difference may take away or put in, never half of one.

Units are numbers with their measure (``1.5%``, ``12个小时``, ``$3 million``), dates (``2023年7月``, ``July 17, 2023``),
words of scripts with spaces, common Chinese words, and single characters of everything else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.language.differences._han_words import KNOWN, LONGEST_KNOWN
from broadsheet.language.folding import fold

_DIGITS = r"[0-9０-９]"
_HAN_DIGITS = "零〇一二三四五六七八九十百千万萬亿億两兩"
_MEASURES = """
个百分点 個百分點 百分点 百分點 个多小时 個多小時 个小时 個小時 小时 小時 分钟 分鐘 秒钟 秒鐘 秒 天 周 週 个星期
個星期 星期 礼拜 个多月 個多月 个月 個月 年代 年 月份 月 日 号 號 世纪 世紀 岁 歲 时 時 点 點 刻 人次 人 名 位 个 個
只 隻 头 頭 匹 条 條 户 戶 家 间 間 所 座 栋 棟 幢 层 層 楼 樓 辆 輛 架 艘 列 班 趟 台 臺 部 枚 发 發 支 把 件 项 項
起 宗 例 份 封 张 張 本 册 冊 篇 次 场 場 届 屆 轮 輪 回 遍 票 席 分 美元 欧元 歐元 英镑 英鎊 日元 日圆 日圓 港元 港币
港幣 新台币 新台幣 台币 台幣 人民币 人民幣 卢布 盧布 卢比 盧比 韩元 韓元 元 块 塊 角 公里 千米 英里 海里 公尺 米 厘米
公分 毫米 英尺 平方公里 平方千米 平方米 公顷 公頃 亩 畝 吨 噸 公吨 公噸 公斤 千克 克 斤 磅 升 毫升 加仑 加侖 桶 立方米
度 摄氏度 攝氏度 级 級 成 倍 折 兆瓦 千瓦 瓦 赫兹 赫茲 字 页 頁 国 國 省 市 县 縣 州 步 杯 瓶 箱 包 袋 对 對 双 雙 组
組 批 队 隊
"""
_MEASURE = "|".join(sorted(map(re.escape, _MEASURES.split()), key=len, reverse=True))
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_FIGURE = rf"{_DIGITS}+(?:[,，]{_DIGITS}{{3}}(?!{_DIGITS}))*(?:[.．・]{_DIGITS}+)?"
_SCALE = "[十百千万萬亿億]"
_NUMERAL = rf"(?:{_FIGURE}{_SCALE}*|[{_HAN_DIGITS}]+(?:[点點][{_HAN_DIGITS}]+)?)(?:[多余餘几幾]{_SCALE}*)?"
_YEAR = rf"(?:{_DIGITS}{{2,4}}|[零〇一二三四五六七八九]{{2,4}})年"
_MONTH_DAY = (
    rf"(?:{_DIGITS}{{1,2}}|[一二三四五六七八九十]{{1,2}})月"
    rf"(?:份|(?:{_DIGITS}{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号號])?"
)
_CLOCK = rf"{_DIGITS}{{1,2}}[:：]{_DIGITS}{{2}}(?:[:：]{_DIGITS}{{2}})?(?: ?[AaPp]\.?[Mm]\b\.?)?"
_DAY = rf"{_DIGITS}{{1,2}}(?:st|nd|rd|th)?"
_WEEKDAY = (
    r"(?:[上下本这這]?个?個?(?:周|週|星期|礼拜|禮拜))[一二三四五六日天末](?![个個])"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_DATE = (
    rf"{_YEAR}(?:{_MONTH_DAY})?|{_MONTH_DAY}|{_DIGITS}{{4}}[-/.]{_DIGITS}{{1,2}}[-/.]{_DIGITS}{{1,2}}|{_CLOCK}"
    rf"|\b{_MONTH} {_DAY}(?:,? {_DIGITS}{{4}})?(?![\w%])"
    rf"|\b{_DAY} {_MONTH}(?:,? {_DIGITS}{{4}})?(?!\w)|\b{_MONTH} {_DIGITS}{{4}}(?!\w)|{_WEEKDAY}"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "two|three|four|five|six|seven|eight|nine"
_SMALL = f"{_ONES}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_ENGLISH = rf"\b(?i:(?:(?:{_TENS})(?:[- ](?:one|{_ONES}))?|{_SMALL})(?: (?:hundred|thousand|million|billion))?)\b"
_NUMBER = (
    rf"百分之{_NUMERAL}|[{_HAN_DIGITS}]+分之[{_HAN_DIGITS}]+"
    rf"|(?:US|HK|NT|A|C)?[$€£¥￥₩₹]\s?{_FIGURE}(?:\s?(?:[mM]illion|[bB]illion|[tT]rillion|[kKmMbB]n?)\b|{_SCALE}+)?"
    rf"|第{_NUMERAL}(?:{_MEASURE})?"
    rf"|(?<![A-Za-z0-9.])(?:(?<![0-9])[-−])?{_FIGURE}(?:\s?(?:[mM]illion|[bB]illion|[tT]rillion|per ?cent|percent)\b"
    rf"|\s?[%％‰°℃]C?|(?:st|nd|rd|th)\b)"
    rf"|{_NUMERAL}成(?:[一二三四五六七八九半]|{_DIGITS}(?!{_DIGITS}))?|{_NUMERAL}\s?(?:{_MEASURE})|{_FIGURE}(?:{_SCALE}+[多余餘]?)?|[{_HAN_DIGITS}]{{2,}}|{_ENGLISH}"
)
_APPROXIMATELY = (
    r"\b(?i:nearly|about|almost|around|roughly|approximately|over|under|some"
    r"|more than|less than|fewer than|at least|at most|up to"
    r"|as many as)(?=\s"
)
APPROXIMATE = (
    "大约 大約 大概 约为 約為 约 約 将近 將近 接近 近 超过 超過 逾 不到 不足 至少 最少 最多 至多 高达 高達 多达 多達 "
    "少于 少於 多于 多於 低于 低於 高于 高於"
)
_APPROXIMATE = "|".join(sorted(APPROXIMATE.split(), key=len, reverse=True))
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NO_NUMBER = (
    "十分|千万不|万一|一一|百姓|三明治|一起|一直|一般|一定|一样|一樣|一致|一旦"
    "|一带|一帶|一面|一家人|三八|百万富翁|五四|六四|九一一"
)
_DENSE = rf"{_HAN}\u0e00-\u0eff\u1000-\u11ff\u3040-\u31ff\uac00-\ud7ff"
_UNIT = re.compile(
    rf"(?P<date>{_DATE})|(?P<plain>{_NO_NUMBER})|(?P<number>{_NUMBER})"
    rf"|(?P<about>(?:{_APPROXIMATE})(?=\s?{_NUMERAL})|{_APPROXIMATELY}(?:[$€£]?{_FIGURE}|{_ENGLISH})))"
    rf"|(?P<word>[^\W\d_{_DENSE}]+(?:[’'‑\-.&][^\W\d_{_DENSE}]+)*(?:[’']s?)?(?![^\W\d_{_DENSE}])|[^\W{_DENSE}]+)"
    rf"|(?P<han>[{_HAN}]+?(?=[{_HAN_DIGITS}第]|{_WEEKDAY}|{_APPROXIMATE}|[^{_HAN}]|$)|[{_HAN}])|(?P<space>\s+)|(?P<sign>.)",
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


@functools.lru_cache(maxsize=256)
def cut_units(text: str) -> tuple[Unit, ...]:
    """``text`` as units in order; joined they give it back."""
    return tuple(_iter_units(text))


def _iter_units(text: str) -> Iterator[Unit]:
    for found in _UNIT.finditer(text):
        kind = found.lastgroup or "sign"
        if kind == "han":
            yield from _cut_han(found[0])
        else:
            yield Unit(found[0], "han" if kind == "plain" else kind)


def _cut_han(run: str) -> Iterator[Unit]:
    """The longest common words first, else single characters."""
    simple = fold(run)
    if len(simple) != len(run):
        simple = run
    at = 0
    while at < len(run):
        for size in range(min(LONGEST_KNOWN, len(run) - at), 1, -1):
            if simple[at : at + size] in KNOWN:
                break
        else:
            size = 1
        yield Unit(run[at : at + size], "han")
        at += size


_VALUES = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_HAN_NUMBER = re.compile("[零〇一二三四五六七八九十百千万亿两]+")
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]+)")


def with_plain_figures(text: str) -> str:
    """``text`` with every figure in one form (see ``meaning_of``), so that ``十二人`` and ``12人`` are the same."""
    return "".join(meaning_of(unit.text) if unit.is_figure else unit.text for unit in cut_units(text))


@functools.lru_cache(maxsize=4096)
def meaning_of(text: str) -> str:
    """A figure's words in one form: ``十二個小時`` and ``12个小时`` are alike, ``1.5`` and ``15`` are not."""
    text = text.translate(_POINTS)
    simple = "".join(sign if sign in _KEPT else fold(sign) for sign in text)
    simple = re.sub(r"(?<=\d),(?=\d{3})", "", simple)
    simple = re.sub(r"百分之(\S+)", r"\1%", simple)
    simple = _MIXED.sub(lambda found: _scaled(found[1], found[2]), simple)
    simple = _HAN_NUMBER.sub(lambda found: _read_han(found[0]), simple)
    simple = _ENGLISH_NUMBER.sub(lambda found: _read_english(found[0]), simple)
    simple = re.sub(r"\s*(?:per ?cent|percent)", "%", simple)
    simple = re.sub(r"[-/.](?=\d+[-/.]|\d+$)", ".", simple)
    return re.sub(r"\s+|(?<=\d)个(?=小时|月|星期)", "", simple)


_POINTS = str.maketrans("０１２３４５６７８９．，％：−–", "0123456789.,%:--")
_KEPT = frozenset("0123456789.,%:-/$€£¥‰°")


_ENGLISH_NUMBER = re.compile(_ENGLISH)
_ENGLISH_VALUES = {
    **{word: value for value, word in enumerate(_SMALL.split("|"), 2)},
    **{word: 10 * value for value, word in enumerate(_TENS.split("|"), 2)},
    "one": 1,
}
_ENGLISH_SCALES = {"hundred": 100, "thousand": 1000}


def _read_english(words: str) -> str:
    """``twenty-five`` and ``three hundred`` as figures; millions stay a word, as beside figures."""
    value, scale = 0, ""
    for word in re.split("[- ]", words.lower()):
        if word in _ENGLISH_SCALES:
            value *= _ENGLISH_SCALES[word]
        elif word in _ENGLISH_VALUES:
            value += _ENGLISH_VALUES[word]
        else:
            scale = word
    return f"{value}{scale}"


def _scaled(figure: str, scales: str) -> str:
    value = float(figure)
    for scale in scales:
        value *= _SCALES[scale]
    return f"{value:.10g}" if value != int(value) else str(int(value))


def _read_han(words: str) -> str:
    """``二〇二三`` digit by digit, ``一百二十`` by its scales."""
    if not any(sign in _SCALES for sign in words):
        return "".join(str(_VALUES[sign]) for sign in words)
    total = section = digit = 0
    for sign in words:
        if sign in _VALUES:
            digit = _VALUES[sign]
        elif _SCALES[sign] >= 10**4:
            total = (total + section + digit or 1) * _SCALES[sign]
            section = digit = 0
        else:
            section += (digit or 1) * _SCALES[sign]
            digit = 0
    return str(total + section + digit)
