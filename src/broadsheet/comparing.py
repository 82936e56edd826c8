"""Compares the reports of a story: reads the newest document of each article and lays what they state side by side.

::

    holdings ─▶ at most 60, each outlet's earliest and newest first ─▶ newest documents ─▶ reports
             ─▶ figures, quotations ─▶ comparison
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from broadsheet.archive import Archive
from broadsheet.errors import FormatError, NotFoundError
from broadsheet.html import canonical_body, plain_text
from broadsheet.language.figures import find_figures
from broadsheet.language.quotations import find_quotations
from broadsheet.model import Comparison, Holding, Report
from broadsheet.stories import compare_reports

MOST_COMPARED = 60
"""So many articles of a story are compared at most."""

_FIGURE_LINE = re.compile(r"^<figure\b.*</figure>\n?", re.MULTILINE)
_MAY_BE_PICTURED = re.compile(r"<(?:img|figure|figcaption|small)\b", re.IGNORECASE)
_DATE_LINE = re.compile(r"(?:日期[:：] *)?[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{5,8} (?:GMT|[+-]\d{4})")
"""The line in which a mirror states the date, above the text of every document it wrote."""


def compare_story(archive: Archive, holdings: Sequence[Holding], families: Sequence[frozenset[str]] = ()) -> Comparison:
    """Who says what in the story of these articles; ``families`` are the ids of articles that are copies.

    What was taken down, and documents that are missing or damaged, are left out. The order of ``holdings`` does not
    matter; of more than ``MOST_COMPARED`` each outlet's earliest and newest go first.
    """
    reports = list(_iter_reports(archive, _choose(holdings)))
    figures = [find_figures(report.text) for report in reports]
    quotations = [find_quotations(report.text) for report in reports]
    return compare_reports(reports, figures, quotations, families)


def report_of(archive: Archive, holding: Holding) -> Report:
    """What comparing and grouping need of an article: its newest text, one block per line, without captions.

    Without the date line that mirrors put above the text, too. NotFoundError, FormatError as ``get_document`` has them.
    """
    document = archive.get_document(holding.path)
    return Report(
        article=holding.article,
        outlet=holding.outlet,
        headline=holding.headline,
        text=running_text(document.body),
        published=holding.published,
        agency=holding.agency,
        language=holding.language,
    )


def running_text(body: str) -> str:
    """The text of ``body``, one block per line, without captions and without a mirror's date line."""
    bare = _FIGURE_LINE.sub("", body)
    if _MAY_BE_PICTURED.search(bare):
        bare = _FIGURE_LINE.sub("", canonical_body(bare))
    text = plain_text(bare)
    first, _, rest = text.partition("\n")
    return rest if _DATE_LINE.fullmatch(first) else text


def _choose(holdings: Sequence[Holding]) -> list[Holding]:
    """At most ``MOST_COMPARED``: of each outlet the earliest, then the newest, then the others as they came."""
    ordered = sorted((h for h in holdings if not h.is_taken_down), key=lambda h: (h.published, h.article))
    by_outlet: dict[str, list[Holding]] = {}
    for holding in ordered:
        by_outlet.setdefault(holding.outlet, []).append(holding)
    earliest = [outlet[0] for outlet in by_outlet.values()]
    newest = [outlet[-1] for outlet in by_outlet.values() if len(outlet) > 1]
    between = [holding for holding in ordered if not any(holding is known for known in (*earliest, *newest))]
    return [*earliest, *newest, *between][:MOST_COMPARED]


def _iter_reports(archive: Archive, holdings: Sequence[Holding]) -> Iterator[Report]:
    for holding in holdings:
        try:
            yield report_of(archive, holding)
        except (NotFoundError, FormatError):
            continue
