"""Which report's headline and lede stand for a story."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.model import Report
from broadsheet.stories.comparison._wording import is_han, one_voice_each, overlap, terms_in

_LONG_HAN, _LONG_LATIN = 200, 500
_LEDE_BLOCKS = 2


def best_lede(reports: Sequence[Report], families: Sequence[frozenset[str]] = ()) -> int:
    """The place of the report whose headline and first blocks say best what the story is, never a shorter copy.

    Wanted are a text of some length, words that the other reports have too, an agency behind it and an early date, in
    this order. ValueError without reports.
    """
    if not reports:
        raise ValueError("best_lede needs at least one report")
    bodies = [terms_in(f"{report.headline}\n{report.text}") for report in reports]
    scripts = [is_han(report.headline + report.text[:400]) for report in reports]
    voices = one_voice_each(reports, families)
    ranks = sorted(range(len(reports)), key=lambda at: (reports[at].published, reports[at].article))
    main = sum(scripts[at] for at in voices) * 2 >= len(voices)

    def score(at: int) -> tuple[bool, bool, float, str]:
        report = reports[at]
        lede = terms_in("\n".join([report.headline, *report.text.split("\n")[:_LEDE_BLOCKS]]))
        others = [bodies[other] for other in voices if other != at and scripts[other] == scripts[at]]
        shared = sum(overlap(lede, other) for other in others) / len(others) if others else 0.0
        early = 1 - ranks.index(at) / len(reports)
        is_long = len(report.text) >= (_LONG_HAN if scripts[at] else _LONG_LATIN)
        merit = shared + 0.1 * (report.agency is not None) + 0.15 * early
        return is_long, scripts[at] == main, round(merit, 9), report.article

    return max(voices, key=score)
