"""What one report alone has: sentences whose words and figures stand in no other report of the same language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from broadsheet.language.agencies import find_agency
from broadsheet.language.sentences import iter_sentences
from broadsheet.model import Report
from broadsheet.stories._commons import commonness
from broadsheet.stories._wording import is_han, terms_in

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

_Sentence = tuple[str, frozenset[str]]


def find_only(reports: Sequence[Report], told: frozenset[str] = frozenset()) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each article that has some, at most five sentences that it alone reports, the most telling first.

    Only reports of the same kind of script are compared; a report that has no such companion gives nothing. ``told``
    are sentences that are shown elsewhere. The reports are to be no copies of each other.
    """
    taken = [list(_iter_sentences(report)) for report in reports]
    scripts = [is_han(report.text) for report in reports]
    found = []
    for at, report in enumerate(reports):
        others = [taken[other] for other in range(len(reports)) if other != at and scripts[other] == scripts[at]]
        if not any(others):
            continue
        wholes = [frozenset[str]().union(*(terms for _, terms in sentences)) for sentences in others]
        alone = [
            (_weight(terms, wholes), words)
            for words, terms in taken[at]
            if words not in told and not _is_covered(terms, others, wholes, is_first=words == taken[at][0][0])
        ]
        alone.sort(key=lambda weighed: -weighed[0])
        if alone:
            found.append((report.article, tuple(words for _, words in alone[:_MOST])))
    return tuple(found)


def _iter_sentences(report: Report) -> Iterator[_Sentence]:
    blocks = report.text.split("\n")
    for number, block in enumerate(blocks):
        is_end = number >= len(blocks) - 3 and len(block) < 200
        if (_FURNITURE.search(block) and len(block) < 120) or (is_end and find_agency(block) is not None):
            continue
        for start, end in iter_sentences(block):
            words = block[start:end]
            if _FULL.search(words) and len(words) >= (_SHORTEST_HAN if is_han(words) else _SHORTEST_LATIN):
                yield words, terms_in(words)


def _is_covered(
    terms: frozenset[str], others: list[list[_Sentence]], wholes: list[frozenset[str]], *, is_first: bool
) -> bool:
    count = len(terms)
    near = _COVERED_FIRST if is_first else _COVERED_NEAR
    if not count or any(len(terms & whole) >= _COVERED * count for whole in wholes):
        return True
    return any(len(terms & known) >= near * count for sentences in others for _, known in sentences)


def _weight(terms: frozenset[str], wholes: list[frozenset[str]]) -> float:
    """How much a sentence tells that is new: rare terms and figures more than common ones."""
    new = [term for term in terms if not any(term in whole for whole in wholes)]
    rare = sum(1.0 for term in new if commonness(term) <= 2)
    figures = sum(2.0 for term in new if term[0].isdigit())
    return float((rare + figures) / (len(terms) + 12) ** 0.5)
