"""Which figures of a report are said in passing: of a part, of another time, of what may come, of another event."""

from __future__ import annotations

import re

from broadsheet.model import Figure, Report
from broadsheet.stories.comparison._subjects import clause_of
from broadsheet.text.folding import fold

_SUBSET = re.compile(
    r"(?:其中|当中|當中|包括|含|among|including|of whom|of them|another|a further|又有|新增)[^，,。]{0,12}$", re.I
)
_OTHER_TIME = re.compile(
    r"年前|去年|前年|历史上|歷史上|years ago|last year|a year earlier|decades? ago|in (?:19|20)\d\d\b", re.I
)
_MAY_COME = re.compile(
    r"(?:可能|预计|預計|计划|計劃|模拟|演练|演練|\bmay\b|\bcould\b|\bmight\b|expected to|planned?\b)[^，,。]{0,24}$",
    re.I,
)
_NEAR = 60
_CLOCKED = frozenset(["hour", "minute", "second"])
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?![\d.,])(?! ?[多余]?[人名])")
_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])月")
_MONTHS = (
    "January", "February", "March", "April", "May ", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_OTHER_EVENT = re.compile(r"余震|餘震|谣|謠|分别|分別|aftershock|rumou?r|respectively", re.I)
_EARLIER = re.compile(
    r"去年|前年|年前|上[一]?[次届轮季]|上月|上周|历年|往年|早先|以往|此前的?[一另]|以前|历史|累计|今年以来|同类|"
    r"last (?:year|month|time|spring|summer|autumn|winter)|years? (?:ago|earlier|before)|decades? ago|previous|"
    r"so far this|\b(?:an|the) earlier\b",
    re.I,
)
_EARLIER_AT_ONCE = re.compile(
    r"(?:(?:(?:19|20)\d\d|去|前|[两二三四五六七八九十几]+)年[前，,中]?|今年以来|so far this year|last year|"
    r"in (?:19|20)\d\d\b|\w+ years ago|a year earlier)",
    re.I,
)
"""At the beginning of a sentence, of all of it."""
_NOW = re.compile(r"今年|目前|现在|this year|\bnow\b", re.I)
_OTHERS = re.compile(r"分别|分別|同案|respectively|\banother\b|\b(?:a|the) (?:second|third|fourth|other)\b", re.I)
_SECOND = re.compile(
    r"第[二三四](?:艘|起|次|场|家|座|处|波)|另[外]?一?(?:艘|起|场|座|处)|\ba (?:second|third|fourth) (?!time|day)|"
    r"\banother (?:boat|ship|quake|fire|blast|attack|accident|crash)\b",
    re.I,
)
"""Of another happening of the same kind: before a toll, and in its sentence."""
_POLL = re.compile(r"民调|民意调查|支持率|\bpoll(?:s|ed|ing|sters?)?\b|\bsurvey|approval|误差", re.I)
"""Two polls may differ and both be right."""
_REST = re.compile(r"(?:minutes?|hours?|分钟?|小时)(?:,| and)?\s*$")
_TO_BE_ADDED = re.compile(r"(?:,| and)?\s*[\d一二三四五六七八九十]+ ?(?:分|秒|minutes?\b|seconds?\b)")
"""Before the seconds of "3 minutes and 12 seconds", and behind its minutes."""


def is_aside(report: Report, figure: Figure, before_it: str, *, is_one_of_a_kind: bool) -> bool:
    """Whether a figure is not held against those of other reports; ``before_it`` is what its block has before it."""
    before, _, _ = figure.sentence.partition(figure.words)
    if _SUBSET.search(before) or _OTHERS.search(clause_of(figure)[0]):
        return True
    if figure.unit == "percent" and _POLL.search(fold(before_it[-_NEAR:] + figure.sentence)):
        return True
    if is_one_of_a_kind and _SECOND.search(fold(before_it + figure.sentence)):
        return True
    if is_one_of_a_kind:
        if _OTHER_EVENT.search(figure.sentence) or re.search(r"\bother", figure.words):
            return True
        if _OTHER_TIME.search(figure.sentence) or _names_other_year(report, figure, figure.sentence):
            return True
        if _MAY_COME.search(before) or _names_other_month(report, figure.sentence):
            return True
    return _is_of_other_time(report, figure)


def is_rest(figure: Figure) -> bool:
    """Whether a figure is a part of one in two units: the minutes, or the seconds, of minutes and seconds."""
    before, _, behind = figure.sentence.partition(figure.words)
    return figure.unit in _CLOCKED and bool(_REST.search(before) or _TO_BE_ADDED.match(behind))


def _is_of_other_time(report: Report, figure: Figure) -> bool:
    """Whether the clause, or the beginning of the sentence, names an earlier time."""
    if figure.unit == "year" and figure.role is not None:
        return False
    clause = fold(clause_of(figure)[0])
    opening = _EARLIER_AT_ONCE.match(fold(figure.sentence))
    if opening and (_EARLIER.search(opening[0]) or _names_other_year(report, figure, opening[0])):
        return not _NOW.search(clause)
    is_span = len(_YEAR.findall(clause)) > 1
    return bool(_EARLIER.search(clause)) or (not is_span and _names_other_year(report, figure, clause))


def _names_other_year(report: Report, figure: Figure, words: str) -> bool:
    years = _YEAR.findall(words.replace(figure.words, " "))
    return any(int(year) != report.published.year for year in years)


def _names_other_month(report: Report, sentence: str) -> bool:
    """Whether the sentence names months, and neither that of the report nor the one before."""
    named = {int(month) for month in _MONTH.findall(sentence)}
    named |= {at for at, name in enumerate(_MONTHS, start=1) if name in sentence}
    return bool(named) and not named & {report.published.month, (report.published.month - 2) % 12 + 1}
