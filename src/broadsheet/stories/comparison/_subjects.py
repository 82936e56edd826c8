"""Whether two figures speak of the same thing: the words about them, across two languages by shared concepts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from broadsheet.model import Figure
from broadsheet.stories.comparison._concepts import concepts_in, counted, deeds_in, people_in
from broadsheet.text.folding import fold

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
_BREAK = re.compile(r"[，；;：。、]|[,:](?=\s)|\s(?:but|while|whereas|compared with|down from|up from)\s")
"""What parts clauses."""
_MOODS = {
    "at first": re.compile(r"原计划|原定|原先|最初|原拟|originally|initially|at first"),
    "wanted": re.compile(
        r"要求|建议|提出|请求|索赔|主张|求刑|呼吁|\b(?:asked|wants?|wanted|demand\w*|sought|seek\w*|"
        r"call(?:ed|s)? for|offer\w*|proposed?|recommend\w*)\b"
    ),
    "planned": re.compile(
        r"计划|拟|预计|预测|预期|有望|\b(?:plan|planned|plans|expect\w*|forecast\w*|project(?:s|ed))\b"
    ),
    "at most": re.compile(r"核定|额定|限载|限速|可容纳|最多可|\b(?:capacity|limit|licensed|can (?:hold|carry|seat))\b"),
}
_SIDE_HAN = re.compile("(东北|东南|西北|西南|[东南西北中])(?=[部方岛侧岸岭郊坡线翼端])")
_SIDES = {
    "东": "east", "南": "south", "西": "west", "北": "north", "中": "central",
    "东北": "northeast", "东南": "southeast", "西北": "northwest", "西南": "southwest",
}  # fmt: skip
_SIDE_ENGLISH = re.compile(r"\b((?:north|south)(?:east|west)?|east|west|central)(?:ern)?\b")
_PLACE = re.compile(
    "([\u4e00-\u9fff]{2})(水库|大桥|海关|警方|隧道|煤矿|铜矿|铁矿|金矿|机场|大学|医院|[省市县区镇乡村州])(?![长委民政府级内外上下里庄落])"
)
_TOWN = re.compile(
    r"\b(?:in|near|off) (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|May\b|June|July|"
    r"August|(?:Septem|Octo|Novem|Decem)ber)([A-Z][a-z]+)"
)
_RANKS = {"镇": "township", "乡": "township"}
_NO_PLACE = re.compile(
    "[该全各本城超股都农乡山每个座几多这那某此其邻两三四五六七八九十一二的上下大新旧老在]|地$|居$|住$|社$|灾$|园$"
)
_NAME = re.compile(
    "(?=((?!周[一二三四五六日末])"
    "[王李张刘陈杨赵黄周吴徐孙胡朱林郭何罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦"
    "付邹孟熊秦邱江尹薛闫段雷侯史陶黎贺顾毛郝龚邵钱严覃武戴莫孔汤温康施牛樊葛邢齐庞颜庄聂鲁岳翟欧倪耿柯宁季俞舒柳祝毕单麦]"
    "[^\\W\\d_a-zA-Z院法判刑处罚元年月日市县省的对在和被因获]{2}))"
)
_FULL_NAME = re.compile(r"\b[A-Z][a-z’']+ [A-Z][a-z’']+\b")
_LABEL_HAN = re.compile("([\u4e00-\u9fff]{3,4})[为达到约有至是共近超过逾]{0,3}$")
_LABEL_ENGLISH = re.compile(r"((?:[a-z]+ ){2}[a-z]+) $")
_ALL_ASKED = frozenset(["volunteers", "delegates", "watchers"])
_BEFORE, _BEHIND, _FURTHER = 40, 30, 200
_T = TypeVar("_T")
_HAN_SIGN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Subject:
    """The words about a figure, folded: ``terms`` near it; of its clause (or sentence, where that says nothing) the
    ``concepts``, the ``periods`` (a month, last year), ``sides`` (north) and ``places`` (a town); of its clause the
    ``deeds``; of its sentence the ``moments`` (a clock time, a magnitude): what tells one happening from another.

    ``kind`` is who is counted where that is not just anybody: women, crew. ``mood`` is what is not so: planned, wanted,
    at most, at first. ``label`` is the last words before the figure, where they say what it is.
    """

    terms: frozenset[str]
    concepts: frozenset[str]
    deeds: frozenset[str]
    periods: frozenset[str]
    moments: frozenset[str]
    sides: frozenset[str]
    places: frozenset[tuple[str, str]]
    kind: str
    mood: str
    label: str
    is_han: bool


def subject_of(figure: Figure, before: str = "") -> Subject:
    """What ``figure`` is about, by the words about it in its sentence.

    Where the sentence names nothing that is known (they lasted nearly 12 hours), what stands right ``before`` may.
    """
    sentence = figure.sentence
    at = max(sentence.find(figure.words), 0)
    near = fold(sentence[max(0, at - _BEFORE) : at]) + " \n " + fold(sentence[at + len(figure.words) :][:_BEHIND])
    clause, ahead = clause_of(figure)
    scopes = (fold(clause), fold(sentence), fold(before[-_FURTHER:]))
    return Subject(
        terms=frozenset(_terms(near)),
        concepts=_first(map(concepts_in, scopes)),
        deeds=deeds_in(scopes[0]),
        periods=_first(frozenset(_PERIODS.findall(scope)) for scope in (scopes[0], fold(sentence[:at]))),
        moments=frozenset(_MOMENTS.findall(sentence)),
        sides=_first(map(_sides_in, scopes)),
        places=_first(map(_places_in, scopes)) | _first(map(_towns_in, (clause, sentence))),
        kind=_kind(figure, scopes[0]),
        mood=next((mood for mood, words in _MOODS.items() if words.search(fold(ahead))), ""),
        label=_label(fold(ahead)),
        is_han=bool(_HAN_SIGN.search(sentence)),
    )


def clause_of(figure: Figure) -> tuple[str, str]:
    """The clause of its sentence in which a figure stands, and what of the clause stands before it."""
    sentence = figure.sentence
    at = max(sentence.find(figure.words), 0)
    start = max((found.end() for found in _BREAK.finditer(sentence, 0, at)), default=0)
    end = _BREAK.search(sentence, at + len(figure.words))
    return sentence[start : end.start() if end else len(sentence)], sentence[start:at]


def is_elsewhere(one: Subject, other: Subject) -> bool:
    """Whether the words name different places of one rank (two towns), or different sides (the north, the south)."""
    if one.sides and other.sides and not one.sides & other.sides:
        return True
    ranks = {rank for rank, _ in one.places} & {rank for rank, _ in other.places}
    return any(not _of_rank(one, rank) & _of_rank(other, rank) for rank in ranks)


def _of_rank(subject: Subject, rank: str) -> set[str]:
    return {name for known, name in subject.places if known == rank}


def shares_names(one: str, other: str) -> bool:
    """Whether two sentences name one person: a Chinese surname with a given name, or two capitals in a row."""
    return bool(_names_in(one) & _names_in(other))


def _names_in(sentence: str) -> frozenset[str]:
    folded = fold(sentence)
    return frozenset(found[1] for found in _NAME.finditer(folded)) | frozenset(_FULL_NAME.findall(sentence))


def _first(found: Iterable[frozenset[_T]]) -> frozenset[_T]:
    return next(filter(None, found), frozenset())


def _sides_in(folded: str) -> frozenset[str]:
    han = {_SIDES[name] for name in _SIDE_HAN.findall(folded)}
    return frozenset(han.union(_SIDE_ENGLISH.findall(folded)))


def _places_in(folded: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        (_RANKS.get(rank, rank), name) for name, rank in _PLACE.findall(folded) if not _NO_PLACE.search(name)
    )


def _label(ahead: str) -> str:
    if found := _LABEL_HAN.search(ahead):
        return found[1]
    found = _LABEL_ENGLISH.search(ahead)
    return found[1] if found and any(len(word) > 4 and word not in _NO_WORDS for word in found[1].split()) else ""


def _towns_in(words: str) -> frozenset[tuple[str, str]]:
    return frozenset(("in", name) for name in _TOWN.findall(words))


def _kind(figure: Figure, clause: str) -> str:
    if figure.unit == "percent":
        return " ".join(sorted(people_in(clause) - _ALL_ASKED))
    if figure.unit != "person":
        return ""
    words = fold(figure.words)
    found = _COUNTED_HAN.search(words) or _COUNTED.search(words)
    noun = found[1] if found else ""
    return "" if noun in _ANYBODY else counted(noun)


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
