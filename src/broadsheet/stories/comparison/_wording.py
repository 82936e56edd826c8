"""How like two wordings are: shared character pairs and words, folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from broadsheet.model import Report
from broadsheet.stories.grouping._commons import is_empty_word
from broadsheet.text.folding import fold
from broadsheet.text.words import count_dense, is_dense

_RUN = re.compile("[\u3400-\u9fff]+|[^\u3400-\u9fff\\s]+")


def is_han(text: str) -> bool:
    """Whether ``text`` is mostly of a script without spaces."""
    return count_dense(text) * 4 > len(text)


def terms_in(text: str) -> frozenset[str]:
    """Character pairs of runs without spaces, other words unless they are empty, figures."""
    found: set[str] = set()
    for run in _RUN.findall(fold(text)):
        if is_dense(run):
            found.update(map("".join, pairwise(run)))
        elif run.isdigit() or not is_empty_word(run):
            found.add(run if run.isdigit() else run[:7])
    return frozenset(found)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set that the other has, 0 to 1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def one_voice_each(reports: Sequence[Report], families: Sequence[frozenset[str]]) -> list[int]:
    """Places of the reports of which no other is a copy, and of each family the fullest, the earliest of equals."""
    family_of = {article: number for number, family in enumerate(families) for article in family}
    fullest: dict[int | str, int] = {}
    for at, report in enumerate(reports):
        voice = family_of.get(report.article, report.article)
        known = fullest.get(voice)
        if known is None or _fullness(report) > _fullness(reports[known]):
            fullest[voice] = at
    return sorted(fullest.values())


def _fullness(report: Report) -> tuple[int, float]:
    return len(report.text), -report.published.timestamp()
