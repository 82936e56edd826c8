"""Who says what in one story: figures, quotations, dates, places, and what one report alone has, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from broadsheet.model import COMPARED_KINDS, Compared, Comparison, Figure, Quotation, Report
from broadsheet.stories.comparison._dates_places import compare_dates, compare_places
from broadsheet.stories.comparison._figures import compare_figures
from broadsheet.stories.comparison._only import find_only
from broadsheet.stories.comparison._quotes import pair_quotations
from broadsheet.stories.comparison._sameness import SameThing
from broadsheet.stories.comparison._wording import is_han, one_voice_each

_TELLING = 10
"""Smaller figures are the same by chance."""


def compare_reports(
    reports: Sequence[Report],
    figures: Sequence[Sequence[Figure]],
    quotations: Sequence[Sequence[Quotation]],
    families: Sequence[frozenset[str]] = (),
    *,
    careful: bool = True,
    names: Mapping[str, str] | None = None,
) -> Comparison:
    """Lay the reports of one story side by side; ``figures`` and ``quotations`` are theirs, in the same order.

    Disagreements come first. Of each family of copies (ids of articles) only the fullest text speaks, so that wire copy
    never looks like outlets that agree. The result is the same whatever the order of the reports. ``careful`` leaves
    out what is not surely of one thing (see ``SameThing``), which else is marked as uncertain; ``names`` are names as
    two languages write them.
    """
    order = sorted(one_voice_each(reports, families), key=lambda at: (reports[at].published, reports[at].article))
    voices = [reports[at] for at in order]
    same = SameThing([(reports[at], figures[at]) for at in order], names)
    quoted = pair_quotations([(reports[at], quotations[at]) for at in order], careful=careful)
    measured = compare_figures([(reports[at], figures[at]) for at in order], same, careful=careful)
    told = frozenset(claim.sentence for one in (*quoted, *measured) for group in one.groups for claim in group)
    return Comparison(
        figures=tuple(
            sorted(measured, key=lambda one: (COMPARED_KINDS.index(one.kind), -_count_articles(one), one.subject))
        ),
        quotations=_ordered(quoted),
        dates=_ordered(compare_dates(voices, same.of_sentences, careful=careful)),
        places=_ordered(compare_places(voices, same.of_sentences, careful=careful)),
        only=find_only(voices, told | _told_abroad(voices, [figures[at] for at in order])),
    )


def _told_abroad(voices: Sequence[Report], figures: Sequence[Sequence[Figure]]) -> frozenset[str]:
    """Sentences with a telling figure that a report in another kind of script has too."""
    scripts = [is_han(report.text) for report in voices]
    stated = {
        script: {_value(one) for at, known in enumerate(figures) if scripts[at] == script for one in known}
        for script in (True, False)
    }
    return frozenset(
        one.sentence
        for at, known in enumerate(figures)
        for one in known
        if max(one.low or 0, one.high or 0) >= _TELLING and _value(one) in stated[not scripts[at]]
    )


def _value(figure: Figure) -> tuple[float | None, float | None, str]:
    return figure.low, figure.high, figure.unit


def _count_articles(compared: Compared) -> int:
    return len({claim.article for group in compared.groups for claim in group})


def _ordered(compared: Sequence[Compared]) -> tuple[Compared, ...]:
    return tuple(sorted(compared, key=lambda one: COMPARED_KINDS.index(one.kind)))
