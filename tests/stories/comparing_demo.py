"""A comparison as plain text, to be read line by line; and the newsroom's stories as reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from broadsheet.demo import ROUNDS, expected_articles, expected_stories
from broadsheet.model import Compared, Comparison, Report
from broadsheet.statements.figures import find_figures
from broadsheet.statements.quotations import find_quotations
from broadsheet.stories.comparison import compare_reports

NOW = datetime(2024, 10, 9, 8, 0, tzinfo=UTC)


def newsroom_story(story: str) -> list[Report]:
    """The reports of one of the newsroom's stories in its last round, as their outlets print them."""
    members = {one.id: one.members for one in expected_stories()}[story]
    articles = {article.key: article for article in expected_articles(NOW, ROUNDS)}
    return [
        Report(
            article=key,
            outlet=articles[key].outlet,
            headline=articles[key].headline,
            text="\n".join([*articles[key].paragraphs, articles[key].agency_line or ""]).strip(),
            published=articles[key].published or NOW,
            agency=articles[key].agency,
            language=articles[key].language,
        )
        for key in members
    ]


def compare(reports: Sequence[Report], families: Sequence[frozenset[str]] = (), *, careful: bool = False) -> Comparison:
    """The comparison of these reports with all that their texts state; ``careful``: what is surely of one thing."""
    figures = [find_figures(report.text) for report in reports]
    return compare_reports(
        reports, figures, [find_quotations(report.text) for report in reports], families, careful=careful
    )


def as_text(comparison: Comparison) -> str:
    """The comparison, one claim a line."""
    return "\n".join(_iter_lines(comparison)) + "\n"


def _iter_lines(comparison: Comparison) -> Iterator[str]:
    for name in ("figures", "quotations", "dates", "places"):
        compared: tuple[Compared, ...] = getattr(comparison, name)
        for one in compared:
            yield f"{name} {one.kind}: {one.subject}"
            for number, group in enumerate(one.groups, 1):
                for claim in group:
                    said = f"{claim.speaker} / {claim.verb}: " if claim.speaker else ""
                    yield f"  {number} {claim.article}: {said}{claim.words}"
    for article, sentences in comparison.only:
        yield f"only {article}"
        yield from (f"  {sentence}" for sentence in sentences)
