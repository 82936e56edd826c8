"""Whether two figures speak of the same thing: the words about them, across two languages by shared concepts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from broadsheet.language.folding import fold
from broadsheet.model import Figure

_CONCEPTS = """
talks: 会谈 谈判 磋商 会晤 交谈 谈话 对话 商谈 | talks negotiations meeting spoke talked discussions negotiators
pier: 码头 港口 港区 | pier dock wharf port harbour harbor jetty
bridge: 大桥 桥梁 | bridge
tunnel: 隧道 | tunnel
rail: 铁路 高铁 电车 地铁 轨道 | railway rail tram metro subway
road: 公路 道路 高速 | road highway motorway
airport: 机场 | airport runway
dam: 大坝 水库 | dam reservoir
river: 水位 河水 江水 洪峰 | gauge river crest level
crop: 晚稻 农田 庄稼 作物 水稻 | rice crop crops farmland harvest
power: 电站 发电 核电 风电 | power plant electricity
school: 学校 校园 小学 中学 | school schools
hospital: 医院 | hospital
housing: 住房 房价 住宅 | housing homes flats
trial: 审理 庭审 开庭 审判 | trial hearing
search: 搜救 搜寻 搜索 救援 | search rescue searching
fire: 大火 火灾 山火 火势 | fire blaze wildfire
strike: 罢工 | strike walkout
flight: 航班 飞行 | flight
outage: 停电 断电 | outage blackout
ceasefire: 停火 | ceasefire truce
wind: 台风 飓风 风力 | typhoon hurricane winds storm
quake: 地震 震级 | quake earthquake
fog: 能见度 雾 | visibility fog
oil: 油价 原油 石油 | oil crude
gold: 黄金 金价 | gold
budget: 预算 财政 | budget spending
export: 出口 | exports export
import: 进口 | imports import
growth: 生产总值 经济增长 国内生产总值 | gdp economy output
inflation: 通胀 物价 消费价格 | inflation prices
jobless: 失业 | unemployment jobless
rate: 利率 | interest rate
shares: 股价 股票 股份 | shares stock
profit: 净利 利润 盈利 | profit earnings
sales: 销售 销量 营收 | sales revenue
turnout: 投票率 | turnout
ferry: 渡轮 客轮 轮船 船只 | ferry ship vessel boat
march: 游行 示威 集会 | march protest rally demonstration
"""
_PERIODS = re.compile(
    r"去年|今年|前年|明年|本月|上月|上半年|下半年|前三季度|[一二三四1-4]季度|同比|环比|\d{1,2}月|[一二三四五六七八九十]+月|每[年月天日]|累计|年均"
    r"|last year|this year|next year|last month|this month|(?:first|second|third|fourth) quarter|a year earlier"
    r"|annual|january|february|march|april|may\b|june|july|august|september|october|november|december"
    r"|daily|a day|a month|a year"
)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_WORD = re.compile("[a-z]{3,}|[\u3400-\u9fff]+")
_NO_WORDS = _words(
    "the and for was were are has have had with from that this than they their his her its who which said says about",
    "more most over under after before been not but all one two into out also will would could may",
)
_MOMENTS = re.compile(r"\d{1,2}[时时点點時]\d{1,2}|\d{1,2}:\d\d|\d(?:\.\d)?(?=级地震|級地震|[- ]magnitude)")
_COUNTED_HAN = re.compile("[名位]([㐀-鿿]+)$")
_COUNTED = re.compile("([a-z]+)$")
_ANYBODY = _words(
    "people person persons residents inhabitants villagers islanders citizens deaths death fatalities bodies dead",
    "arrests injuries survivors victims killed one two three four five six seven eight nine ten eleven twelve dozen",
    "hundred thousand million dozens hundreds thousands scores",
    "人 人员 居民 村民 群众 民众 灾民 市民 死者 遇难者 伤者 伤员 嫌疑人 患者",
)
_NO_HAN = re.compile(
    "[的了在是和与及将已也就都而或被把对为于一二三四五六七八九十百千万亿两零几多余约近共有至到个名位人元年月日时小钟分说称]"
)
_BEFORE, _BEHIND, _FURTHER = 40, 30, 200
_HAN_SIGN = re.compile("[\u3400-\u9fff]")


def _concepts() -> tuple[dict[str, str], dict[str, str]]:
    han: dict[str, str] = {}
    english: dict[str, str] = {}
    for line in _CONCEPTS.strip().splitlines():
        name, _, words = line.partition(":")
        chinese, _, foreign = words.partition("|")
        han |= dict.fromkeys(chinese.split(), name)
        english |= dict.fromkeys(foreign.split(), name)
    return han, english


_HAN_CONCEPTS, _ENGLISH_CONCEPTS = _concepts()
_HAN_CONCEPT = re.compile("|".join(sorted(_HAN_CONCEPTS, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Subject:
    """The words about a figure, folded: ``terms`` near it; of its sentence, ``concepts``, ``periods`` (a month, last
    year) and ``moments`` (a clock time, a magnitude) that tell one happening from another.

    ``kind`` is who is counted where that is not just anybody: women, crew, 儿童.
    """

    terms: frozenset[str]
    concepts: frozenset[str]
    periods: frozenset[str]
    moments: frozenset[str]
    kind: str
    is_han: bool


def subject_of(figure: Figure, before: str = "") -> Subject:
    """What ``figure`` is about, by the words about it in its sentence.

    Where the sentence names nothing that is known (they lasted nearly 12 hours), what stands right ``before`` may.
    """
    sentence = figure.sentence
    at = max(sentence.find(figure.words), 0)
    near = fold(sentence[max(0, at - _BEFORE) : at]) + " \n " + fold(sentence[at + len(figure.words) :][:_BEHIND])
    whole = fold(sentence)
    concepts = _find_concepts(whole) or _find_concepts(fold(before[-_FURTHER:]))
    periods = frozenset(_PERIODS.findall(whole))
    moments = frozenset(_MOMENTS.findall(sentence))
    is_han = bool(_HAN_SIGN.search(sentence))
    return Subject(frozenset(_terms(near)), concepts, periods, moments, _kind(figure), is_han)


def _kind(figure: Figure) -> str:
    if figure.unit != "person":
        return ""
    words = fold(figure.words)
    found = _COUNTED_HAN.search(words) or _COUNTED.search(words)
    noun = found[1] if found else ""
    return "" if noun in _ANYBODY else noun


def _find_concepts(folded: str) -> frozenset[str]:
    found = {_HAN_CONCEPTS[word] for word in _HAN_CONCEPT.findall(folded)}
    return frozenset(found | {_ENGLISH_CONCEPTS[word] for word in folded.split() if word in _ENGLISH_CONCEPTS})


def _terms(folded: str) -> Iterable[str]:
    for run in _WORD.findall(folded):
        if run[0].isascii():
            if run not in _NO_WORDS:
                yield run[:6]
            continue
        for piece in _NO_HAN.split(run):
            yield from map("".join, pairwise(piece))


def weigh(subjects: Iterable[Subject]) -> dict[str, float]:
    """How much each term tells: rare ones more."""
    counts = Counter(term for subject in subjects for term in subject.terms)
    return {term: 1 / math.log2(1 + count) for term, count in counts.items()}


def likeness(one: Subject, other: Subject, weights: dict[str, float]) -> float:
    """How far the words about two figures of one language are the same: 0 to 1."""
    smaller = min(_weight(one.terms, weights), _weight(other.terms, weights))
    return _weight(one.terms & other.terms, weights) / smaller if smaller else 0.0


def _weight(terms: Iterable[str], weights: dict[str, float]) -> float:
    return sum(weights.get(term, 1.0) for term in terms)
