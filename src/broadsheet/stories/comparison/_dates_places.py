"""When and where it happened, as the first blocks of each report say, and whether the reports agree.

Only what stands beside the word for the happening itself counts: a day in the clause that has 举行, 相撞, "struck"
or "were held", a place in 在某地举行. Two reports are compared where both speak of the same kind of happening.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from broadsheet.model import Claim, Compared, Report
from broadsheet.stories.comparison._wording import is_han, overlap, terms_in
from broadsheet.text.folding import fold, fold_words, to_simplified
from broadsheet.text.numerals import DAY_NUMBER, HAN_SIGNS, MONTH_NUMBER, YEAR_NUMBER, read_numeral
from broadsheet.text.sentences import iter_sentences

_BLOCKS = 3
_ALIKE = 0.3
_ZONE_SLACK = timedelta(hours=14)
"""An outlet's day may have begun so long before that of Greenwich."""

_HAPPENINGS: dict[str, tuple[str, str]] = {
    "talks": (
        "(?:会谈|会晤|谈判|磋商|峰会)[^，。]{0,12}(?:举行|恢复|召开|重启|开始)|(?:举行|恢复|召开|重启|展开|进行)了?[^，。]{0,14}(?:会谈|会晤|谈判|磋商|峰会)|"
        "(?<!将)会[晤见]",
        r"\b(?:talks|negotiations|summit)\b[^.;]{0,40}\b(?:held|began|resumed|opened|ended)\b|"
        r"\bheld (?:\w+ ){0,3}talks\b|\bmet\b",
    ),
    "crash": (
        "相撞|碰撞|坠毁|倾覆|翻沉|出轨|沉没|触礁",
        r"\b(?:collided|crashed|capsized|derailed|sank|ran aground)\b",
    ),
    "quake": ("发生[^，。]{0,12}地震", r"\b(?:earthquake|quake)\b[^.;]{0,30}\b(?:struck|hit|shook)\b"),
    "blast": ("发生[^，。]{0,6}爆炸|爆炸发生", r"\b(?:exploded|explosion[^.;]{0,20}(?:hit|rocked|tore))\b"),
    "fire": ("发生[^，。]{0,6}火灾|起火|失火", r"\b(?:fire|blaze) (?:broke out|swept|tore|destroyed)\b"),
    "shooting": ("枪击|开枪", r"\b(?:opened fire|was shot|were shot|shooting)\b"),
    "death": ("去世|逝世|病逝|辞世", r"\b(?:died|passed away)\b"),
    "signing": ("签署|签订", r"\b(?:signed)\b"),
    "vote": ("表决通过|投票通过|当选", r"\b(?:voted|passed the|was elected)\b"),
    "landfall": ("登陆", r"\bmade landfall\b"),
}
_KINDS = {
    kind: (re.compile(fold_words(chinese)), re.compile(english, re.IGNORECASE))
    for kind, (chinese, english) in _HAPPENINGS.items()
}
_ONCE = frozenset(["crash", "quake", "blast", "fire", "death", "landfall"])
_DAYS_HAN = {sign: at for at, sign in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 6}
_DAYS_LATIN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_HAN = re.compile(
    rf"(?:(?P<year>{YEAR_NUMBER})年)?(?P<month>{MONTH_NUMBER})月(?P<day>{DAY_NUMBER})[日号]"
    r"|(?<![上下每个])(?:周|星期|礼拜)(?P<week>[一二三四五六日天])(?!\d)"
)
_DAY_LATIN = re.compile(
    r"\b(?P<week>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|\b(?P<name>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\.? (?P<day>\d{1,2})\b"
    r"(?:, (?P<year>\d{4}))?"
)
_DAY_ALONE = re.compile(rf"(?<![\d月{HAN_SIGNS}])(?P<alone>{DAY_NUMBER})[日号](?![\d电讯])")
_CUT_OFF = re.compile(r"(?:截至|截止)[^，。]{0,20}|\bas of [^,.;]{0,24}", re.IGNORECASE)
DATELINE = re.compile(r"^[^，。]{0,24}?\d{1,2}日(?:电|電|讯|訊)|^[A-Z][A-Z ,.]{3,30}(?:\([^)]*\))? ?[-—–]+ ")
"""Where and when a report was sent, which is not when it happened."""

_TO_COME = re.compile(
    "将|预计|计划|原定|定于|下周|下月|去年|前年|此前|曾|推迟|\\b(?:will|would|due|plans?|scheduled|next|last|expected|had)\\b",
    re.IGNORECASE,
)
_PLACE_HAN = re.compile(
    r"在(?P<place>[\u4e00-\u9fff·]{2,14}?)(?:重新|恢复|正式|联合|共同|如期)?(?:举行|召开|举办|开幕|会晤|会见|会面|签署|签订)"
)
_PLACE_LATIN = re.compile(
    r"(?:\b(?:held|opened|signed|met|meeting|talks|began|took place|gathered)\b in |"
    r"(?:talks|summit|conference) (?:in|at) (?:the )?)"
    r"(?P<place>[A-Z][\w’']+(?:(?:,? | of )[A-Z][\w’']+){0,4})"
)
_NO_PLACE = re.compile(
    "期间|同时|之[前后中]|情况|基础|框架|背景|会[上后]|周|星期|日|月|年|上午|下午|晚|凌晨|今天|昨天|随后|国会上|今|此|当"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a report states about one kind of happening: ``value`` for comparing, ``words`` as printed."""

    report: Report
    kind: str
    value: str
    words: str
    sentence: str
    terms: frozenset[str]


def happenings_in(words: str) -> frozenset[str]:
    """What kinds of happenings ``words`` speak of: crash, quake, talks …"""
    simple = to_simplified(words)
    return frozenset(kind for kind, patterns in _KINDS.items() if any(pattern.search(simple) for pattern in patterns))


def days_in(words: str, published: datetime) -> frozenset[date]:
    """The days that ``words`` of a report of ``published`` name, but for those up to which something was counted."""
    simple = _CUT_OFF.sub("", to_simplified(words))
    found = {
        _find_day(one, published) for pattern in (_DAY_HAN, _DAY_LATIN, _DAY_ALONE) for one in pattern.finditer(simple)
    }
    return frozenset(day for day in found if day is not None)


IsOne = Callable[[Report, str, Report, str, bool, int], bool]
"""Whether two sentences, each of a report, surely tell of one happening; see ``SameThing.of_sentences``."""


def compare_dates(reports: Sequence[Report], is_one: IsOne, *, careful: bool = True) -> tuple[Compared, ...]:
    """The days on which the reports say it happened; ``differ`` where two name different days for the same thing.

    ``careful`` leaves out what ``is_one`` is not sure of, which else is marked as uncertain.
    """
    return _compare(reports, _iter_days, "date", lambda one, other: one == other, is_one if careful else None, is_one)


def compare_places(reports: Sequence[Report], is_one: IsOne, *, careful: bool = True) -> tuple[Compared, ...]:
    """The places where the reports say it was held, where at least two say so in words that can be compared.

    Places are never held against each other: a hall, a district and a city may all be right.
    """
    return _compare(reports, _iter_places, "place", _is_same_place, is_one if careful else None, is_one)


def _compare(
    reports: Sequence[Report],
    find: Callable[[Report], Iterator[_Said]],
    key: str,
    is_same: Callable[[str, str], bool],
    needed: IsOne | None,
    is_one: IsOne,
) -> tuple[Compared, ...]:
    said = [one for report in reports for one in _first_of_each(find(report))]
    found, shared = [], int(key == "place")  # that both name one place is known
    for kind in _HAPPENINGS:
        ones = [one for one in said if one.kind == kind]
        groups = _group(ones, is_same)
        if needed:
            groups = [_surely_with_first(group, needed, shared) for group in groups]
        if key == "place" or (len(groups) > 1 and not _is_one_happening([group[0] for group in groups], needed)):
            groups = [group for group in groups if len(group) > 1][:1]
        if sum(map(len, groups)) < 2:
            continue
        claims = tuple(tuple(Claim(one.report.article, one.words, one.sentence) for one in group) for group in groups)
        is_sure = needed is not None or (
            all(len(_surely_with_first(group, is_one, shared)) == len(group) for group in groups)
            and (len(groups) == 1 or _is_one_happening([group[0] for group in groups], is_one))
        )
        relation: Literal["differ", "agree"] = "differ" if len(groups) > 1 else "agree"
        found.append(Compared(relation, kind, f"{key}:{kind}", claims, is_uncertain=not is_sure))
    return tuple(sorted(found, key=lambda one: one.kind != "differ"))


def _first_of_each(said: Iterator[_Said]) -> list[_Said]:
    first: dict[str, _Said] = {}
    for one in said:
        first.setdefault(one.kind, one)
    return list(first.values())


def _group(ones: list[_Said], is_same: Callable[[str, str], bool]) -> list[list[_Said]]:
    groups: list[list[_Said]] = []
    for one in ones:
        for group in groups:
            if is_same(group[0].value, one.value):
                group.append(one)
                break
        else:
            groups.append([one])
    return sorted(groups, key=lambda group: (-len(group), group[0].report.published, group[0].report.article))


def _surely_with_first(group: list[_Said], is_one: IsOne, shared: int) -> list[_Said]:
    """The first, and those that surely tell of the same happening."""
    first, *rest = group
    return [
        first,
        *(one for one in rest if is_one(first.report, first.sentence, one.report, one.sentence, True, shared)),
    ]


def _stands_beside(said: _Said) -> bool:
    """Whether the words stand in the very clause that has the happening, so that they are of nothing else."""
    clauses = re.split(r"[，；;：。]|[,:](?=\s)", said.sentence)
    return any(said.words in clause and said.kind in happenings_in(clause) for clause in clauses)


def _is_one_happening(ones: list[_Said], is_one: IsOne | None) -> bool:
    """Whether sentences with different days tell of one thing: in one language, in much the same words.

    Never for what a story has several of on several days, such as meetings. With ``is_one`` surely.
    """
    first, *rest = ones
    if is_one and not (
        all(map(_stands_beside, ones))
        and all(is_one(first.report, first.sentence, one.report, one.sentence, False, 0) for one in rest)
    ):
        return False
    return first.kind in _ONCE and all(
        is_han(one.sentence) == is_han(first.sentence) and overlap(first.terms, one.terms) >= _ALIKE for one in rest
    )


def _iter_clauses(report: Report) -> Iterator[tuple[str, str, str]]:
    """Kind of happening, clause and sentence, of the first blocks; what is still to come is left out."""
    for block in report.text.split("\n")[:_BLOCKS]:
        for start, end in iter_sentences(block):
            sentence = block[start:end]
            simple = to_simplified(sentence)
            if _TO_COME.search(simple):
                continue
            for kind, patterns in _KINDS.items():
                if any(pattern.search(simple) for pattern in patterns):
                    yield kind, simple, sentence


def _iter_days(report: Report) -> Iterator[_Said]:
    for kind, simple, sentence in _iter_clauses(report):
        days = {
            day: sentence[found.start() : found.end()]
            for pattern in (_DAY_HAN, _DAY_LATIN)
            for found in pattern.finditer(simple, _behind_dateline(simple))
            if (day := _find_day(found, report.published)) is not None
        }
        if len(days) == 1:
            day, words = next(iter(days.items()))
            yield _Said(report, kind, day.isoformat(), words, sentence, terms_in(sentence))


def _behind_dateline(simple: str) -> int:
    found = DATELINE.match(simple)
    return found.end() if found else 0


def _find_day(found: re.Match[str], published: datetime) -> date | None:
    """The day that is named, the latest there can be; None for a day that has not come or is long gone."""
    named = found.groupdict()
    latest = (published + _ZONE_SLACK).date()
    if named.get("week"):
        word = named["week"].lower()
        weekday = _DAYS_HAN[word] if word in _DAYS_HAN else _DAYS_LATIN.index(word)
        return latest - timedelta(days=(latest.weekday() - weekday) % 7)
    if named.get("alone"):
        days = (latest - timedelta(days=back) for back in range(28))
        return next((day for day in days if day.day == _value(named["alone"])), None)
    month = _value(named["month"]) if named.get("month") else _MONTHS.index(named["name"][:3].lower()) + 1
    for year in (_value(named["year"]),) if named["year"] else (latest.year, latest.year - 1):
        try:
            day = date(year, month, _value(named["day"]))
        except ValueError:
            return None
        if day <= latest:
            return day if latest - day < timedelta(days=60) else None
    return None


def _value(numeral: str) -> int:
    span = read_numeral(numeral)
    return 0 if span is None else int(span[0])


def _iter_places(report: Report) -> Iterator[_Said]:
    for kind, simple, sentence in _iter_clauses(report):
        for pattern in (_PLACE_HAN, _PLACE_LATIN):
            found = pattern.search(simple)
            if found and not _NO_PLACE.search(found["place"]):
                words = sentence[found.start("place") : found.end("place")]
                yield _Said(report, kind, words, words, sentence, terms_in(sentence))


def _is_same_place(one: str, other: str) -> bool:
    if is_han(one) != is_han(other):
        return False
    mine, yours = (re.sub("[市省县区镇]", "", fold(place)) for place in (one, other))
    return mine in yours or yours in mine
