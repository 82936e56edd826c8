"""Compares the reports of a story: reads the newest document of each article and lays what they state side by side.

::

    holdings ─▶ at most 60, each outlet's earliest and newest first ─▶ newest documents ─▶ reports
             ─▶ figures, quotations ─▶ comparison
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.html import canonical_body, plain_text
from broadsheet.model import COMPARED_KINDS, Compared, Comparison, Holding, HoldingQuery, Report, Story
from broadsheet.ports import Index
from broadsheet.services.archive import Archive
from broadsheet.statements.figures import find_figures
from broadsheet.statements.quotations import find_quotations
from broadsheet.stories.comparison import best_lede, compare_reports
from broadsheet.text.words import count_dense

MOST_COMPARED = 60
"""So many articles of a story are compared at most."""

_NEAR = timedelta(hours=36)
"""Events in two scripts that begin no further apart may be one."""

_LEDE_FROM = 6
"""Of so many reports, the first ones, one is chosen to stand for a story."""

_FIGURE_LINE = re.compile(r"^<figure\b.*</figure>\n?", re.MULTILINE)
_MAY_BE_PICTURED = re.compile(r"<(?:img|figure|figcaption|small)\b", re.IGNORECASE)


def compare_story(
    archive: Archive,
    events: Sequence[Sequence[Holding]],
    families: Sequence[frozenset[str]] = (),
    *,
    careful: bool = True,
    names: Mapping[str, str] | None = None,
) -> Comparison:
    """Who says what in a story: the reports of each event are laid side by side, and all of it put together.

    ``events`` as ``join_scripts`` gives them. Where none has two reports, those of the whole story are compared. See
    ``compare_event``.
    """
    joined = join_scripts(events)
    several = [event for event in joined if len(event) > 1] or [[held for event in events for held in event]]
    compared = [compare_event(archive, event, families, careful=careful, names=names) for event in several]
    return Comparison(
        figures=_in_order(one for event in compared for one in event.figures),
        quotations=_in_order(one for event in compared for one in event.quotations),
        dates=_in_order(one for event in compared for one in event.dates),
        places=_in_order(one for event in compared for one in event.places),
        only=tuple(one for event in compared for one in event.only),
    )


def join_scripts(events: Sequence[Sequence[Holding]]) -> list[list[Holding]]:
    """The events of a story, those in a spaced script joined to the nearest one in a dense script, if it is near.

    Reports in another kind of script share few words, so that grouping gives them an event of their own.
    """
    dense = [list(event) for event in events if event and _is_dense(event)]
    spaced = [list(event) for event in events if event and not _is_dense(event)]
    alone = []
    for event in spaced:
        nearest = min(dense, key=lambda other: abs(other[0].published - event[0].published), default=None)
        if nearest is not None and abs(nearest[0].published - event[0].published) <= _NEAR:
            nearest += event
            nearest.sort(key=lambda held: (held.published, held.article))
        else:
            alone.append(event)
    return sorted((*dense, *alone), key=lambda event: (event[0].published, event[0].article))


def _is_dense(event: Sequence[Holding]) -> bool:
    headlines = "".join(held.headline for held in event)
    return 3 * count_dense(headlines) > len(headlines)


def _in_order(compared: Iterable[Compared]) -> tuple[Compared, ...]:
    return tuple(sorted(compared, key=lambda one: COMPARED_KINDS.index(one.kind)))


def tell_story(archive: Archive, holdings: Sequence[Holding], families: Sequence[frozenset[str]] = ()) -> Report | None:
    """The report whose headline and lede stand for a story, of its first few; None if none of them can be read."""
    ordered = _in_time(holdings)
    reports = list(iter_reports(archive, ordered[:_LEDE_FROM]))
    return reports[best_lede(reports, families)] if reports else None


def compare_event(
    archive: Archive,
    holdings: Sequence[Holding],
    families: Sequence[frozenset[str]] = (),
    *,
    careful: bool = True,
    names: Mapping[str, str] | None = None,
) -> Comparison:
    """Who says what in these articles; ``families`` are the ids of articles that are copies.

    What was taken down, and documents that are missing or damaged, are left out. The order of ``holdings`` does not
    matter; of more than ``MOST_COMPARED`` each outlet's earliest and newest go first. ``careful`` and ``names`` are as
    ``compare_reports`` has them.
    """
    reports = list(iter_reports(archive, _choose(holdings)))
    figures = [find_figures(report.text) for report in reports]
    quotations = [find_quotations(report.text) for report in reports]
    return compare_reports(reports, figures, quotations, families, careful=careful, names=names)


class OneOutlet:
    """Asks of a story of one outlet whether its reports say more than one of them would.

    They do where they rest on different agencies, or state one thing differently. Answers are remembered as long as
    the articles have the same revisions.
    """

    def __init__(
        self,
        archive: Archive,
        index: Callable[[], Index],
        *,
        careful: bool = True,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._archive, self._index = archive, index
        self._careful, self._names = careful, names
        self._known: dict[tuple[str, ...], bool] = {}

    def __call__(self, story: Story, families: Sequence[frozenset[str]]) -> bool:
        """Whether ``story``, of whose articles ``families`` are copies, is one to be told."""
        holdings = get_members(self._index(), story.articles)
        if len({held.agency for held in holdings if held.agency}) > 1:
            return True
        key = tuple(held.path for held in holdings)
        if key not in self._known:
            found = compare_event(self._archive, holdings, families, careful=self._careful, names=self._names)
            told = (*found.figures, *found.dates)
            self._known[key] = any(one.kind in ("differ", "update") for one in told)
        return self._known[key]


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


def get_members(index: Index, articles: Iterable[str]) -> list[Holding]:
    """What is held of ``articles``, the first published first, without what was taken down."""
    return _in_time(index.iter_holdings(HoldingQuery(articles=frozenset(articles))))


def _in_time(holdings: Iterable[Holding]) -> list[Holding]:
    shown = (held for held in holdings if not held.is_taken_down)
    return sorted(shown, key=lambda held: (held.published, held.article))


def running_text(body: str) -> str:
    """The text of ``body``, one block per line, without captions; ``body`` is a plain body."""
    bare = _FIGURE_LINE.sub("", body)
    if _MAY_BE_PICTURED.search(bare):
        bare = _FIGURE_LINE.sub("", canonical_body(bare))
    return plain_text(bare)


def _choose(holdings: Sequence[Holding]) -> list[Holding]:
    """At most ``MOST_COMPARED``: of each outlet the earliest, then the newest, then the others as they came."""
    ordered = _in_time(holdings)
    by_outlet: dict[str, list[Holding]] = {}
    for holding in ordered:
        by_outlet.setdefault(holding.outlet, []).append(holding)
    earliest = [outlet[0] for outlet in by_outlet.values()]
    newest = [outlet[-1] for outlet in by_outlet.values() if len(outlet) > 1]
    between = [holding for holding in ordered if not any(holding is known for known in (*earliest, *newest))]
    return [*earliest, *newest, *between][:MOST_COMPARED]


def iter_reports(archive: Archive, holdings: Sequence[Holding]) -> Iterator[Report]:
    """The reports that can be read; a missing or damaged document is left out."""
    for holding in holdings:
        try:
            yield report_of(archive, holding)
        except (NotFoundError, FormatError):
            continue
