"""A comparison without rules, to be beaten: figures of one unit that do not meet are a disagreement."""

from __future__ import annotations

from itertools import combinations

from broadsheet.model import Claim, Compared, Comparison, Figure
from broadsheet.statements.figures import find_figures
from tests.comparing.gold import MarkedStory


def compare_plainly(story: MarkedStory) -> Comparison:
    """For each unit, the first figure of each two reports, where they do not meet."""
    firsts: list[dict[str, tuple[str, Figure]]] = []
    for report in story.reports:
        first: dict[str, tuple[str, Figure]] = {}
        for figure in find_figures(report.text):
            first.setdefault(figure.unit, (report.article, figure))
        firsts.append(first)
    return Comparison(
        figures=tuple(
            Compared(
                "differ", unit, unit, tuple((Claim(at, it.words, it.sentence),) for at, it in (one[unit], other[unit]))
            )
            for one, other in combinations(firsts, 2)
            for unit in one.keys() & other.keys()
            if not _meet(one[unit][1], other[unit][1])
        )
    )


def _meet(one: Figure, other: Figure) -> bool:
    low = max(-1e30 if one.low is None else one.low, -1e30 if other.low is None else other.low)
    high = min(1e30 if one.high is None else one.high, 1e30 if other.high is None else other.high)
    return low <= high
