"""What one report alone has: sentences whose words and figures stand in no other report of the same language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from broadsheet.model import Report
from broadsheet.statements.agencies import find_agency
from broadsheet.stories.comparison._wording import is_han, terms_in
from broadsheet.stories.grouping._commons import commonness
from broadsheet.text.sentences import iter_sentences

_MOST = 5
_COVERED, _COVERED_NEAR, _COVERED_FIRST = 0.5, 0.25, 0.12
"""A sentence has a counterpart where so much of it stands anywhere in another report, or in one sentence of it.

Every report opens with what all of them report, so for first sentences less is enough.
"""

_SHORTEST_HAN, _SHORTEST_LATIN = 14, 45
_FULL = re.compile('[。！？.!?…][”’」』"）)]*$')
_FURNITURE = re.compile(
    "责任编辑|責任編輯|编辑[:：]|編輯[:：]|记者[^，。]{0,12}报道[。）]?$|"
    "記者[^，。]{0,12}報導|图片来源|圖片來源|点击|點擊|订阅|訂閱|关注我们|扫码|版权|版權|"
    "转载|轉載|下载|下載|延伸阅读|延伸閱讀|相关报道|相關報導|未经授权|本文|本站|本报记者|此文|^来源[:：]|^來源[:：]|"
    "[Ss]ign up|[Ss]ubscribe|[Rr]ead more|[Cc]lick here|[Nn]ewsletter|[Cc]ontributed to this|"
    "[Rr]eporting by|[Ee]diting by|"
    "[Aa]ll rights reserved|[Cc]opyright|[Ff]ollow us|[Aa]dvertis|[Cc]ookies?\\b|[Dd]ownload|"
    "[Uu]pdated as|[Tt]imes are|[Tt]his (?:story|article) (?:was|has)"
)

_RARE = 2


class _Sentence(NamedTuple):
    report: int
    words: str
    terms: frozenset[str]


def find_only(reports: Sequence[Report], told: frozenset[str] = frozenset()) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each article that has some, at most five sentences that it alone reports, the most telling first.

    Only reports of the same kind of script are compared; a report that has no such companion gives nothing. ``told``
    are sentences that are shown elsewhere. The reports are to be no copies of each other.
    """
    scripts = [is_han(report.text) for report in reports]
    alone: dict[int, tuple[str, ...]] = {}
    for script in (True, False):
        places = [at for at in range(len(reports)) if scripts[at] == script]
        if len(places) > 1:
            alone |= _find_among(places, reports, told)
    return tuple((reports[at].article, alone[at]) for at in sorted(alone))


def _find_among(places: list[int], reports: Sequence[Report], told: frozenset[str]) -> dict[int, tuple[str, ...]]:
    """The sentences of each of these reports, by its place, that no other of them has."""
    sentences = [_Sentence(at, words, terms_in(words)) for at in places for words in _iter_sentences(reports[at])]
    holders: dict[str, set[int]] = {}
    postings: dict[str, list[int]] = {}
    for number, one in enumerate(sentences):
        for term in one.terms:
            holders.setdefault(term, set()).add(one.report)
            postings.setdefault(term, []).append(number)
    found: dict[int, list[tuple[float, str]]] = {}
    previous = -1
    for one in sentences:
        near = _COVERED_NEAR if one.report == previous else _COVERED_FIRST
        previous = one.report
        if one.words not in told and not _is_covered(one, sentences, holders, postings, near):
            found.setdefault(one.report, []).append((_weight(one, holders), one.words))
    return {
        at: tuple(words for _, words in sorted(weighed, key=lambda pair: -pair[0])[:_MOST])
        for at, weighed in found.items()
    }


def _iter_sentences(report: Report) -> Iterator[str]:
    blocks = report.text.split("\n")
    for number, block in enumerate(blocks):
        is_end = number >= len(blocks) - 3 and len(block) < 200
        if (_FURNITURE.search(block) and len(block) < 120) or (is_end and find_agency(block) is not None):
            continue
        for start, end in iter_sentences(block):
            words = block[start:end]
            if _FULL.search(words) and len(words) >= (_SHORTEST_HAN if is_han(words) else _SHORTEST_LATIN):
                yield words


def _is_covered(
    sentence: _Sentence,
    sentences: list[_Sentence],
    holders: dict[str, set[int]],
    postings: dict[str, list[int]],
    near: float,
) -> bool:
    """Whether one other report has half of the words, or one sentence of another has the share ``near`` of them."""
    count = len(sentence.terms)
    in_reports: Counter[int] = Counter()
    in_sentences: Counter[int] = Counter()
    for term in sentence.terms:
        in_reports.update(holders[term])
        in_sentences.update(postings[term])
    in_reports.pop(sentence.report, None)
    if not count or max(in_reports.values(), default=0) >= _COVERED * count:
        return True
    return any(
        shared >= near * count and sentences[number].report != sentence.report
        for number, shared in in_sentences.items()
    )


def _weight(sentence: _Sentence, holders: dict[str, set[int]]) -> float:
    """How much a sentence tells that is new: rare terms and figures more than common ones."""
    new = [term for term in sentence.terms if len(holders[term]) == 1]
    rare = sum(commonness(term) <= _RARE for term in new)
    figures = sum(term[0].isdigit() for term in new)
    return float((rare + 2 * figures) / (len(sentence.terms) + 12) ** 0.5)
