"""The search page: hits, facets that narrow the question, and hits per month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broadsheet.errors import QueryError
from broadsheet.model import Excerpt, Hits
from broadsheet.services.pages._outlet import iter_months_between
from broadsheet.services.pages._sources import Sources, line_of
from broadsheet.views.page import Count, Facet, Place, SearchPage, Words

PER_PAGE = 20
_MOST_COUNTS = 12
_MOST_MONTHS = 1200
_FIELDS = {"outlet": "outlet", "agency": "agency", "language": "lang"}
_Values: TypeAlias = tuple[tuple[str, int], ...]
BEST, NEWEST = "best", "newest"


def search_page(
    sources: Sources, zone: ZoneInfo, text: str, *, order: str = BEST, cursor: str | None = None
) -> SearchPage:
    """The answer to ``text``; a question that cannot be understood is a page that says why. Empty: the form alone."""
    problem, hits = None, None
    if text.strip():
        try:
            hits = sources.search(text, newest=order == NEWEST, limit=PER_PAGE, cursor=cursor, facets=True)
        except QueryError as error:
            problem = error
    counts: dict[str, _Values] = {facet.name: facet.counts for facet in hits.facets} if hits else {}
    return SearchPage(
        path=search_path(text, order, cursor),
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        query=text,
        order=order,
        problem=str(problem).partition(":\n")[0] if problem else None,
        problem_at=problem.place if problem else None,
        total=hits.total if hits else 0,
        lines=tuple(
            line_of(sources, hit.holding, marked=_words(hit.headline), snippet=_words(hit.snippet))
            for hit in (hits.hits if hits else ())
        ),
        facets=_facets(sources, text, order, counts),
        months=_months(text, order, dict(counts.get("month", ()))),
        other_order=_other_order(text, order) if hits else None,
        more=_more(text, order, hits),
    )


def search_path(text: str, order: str = BEST, cursor: str | None = None) -> str:
    """The path of the page that answers ``text``."""
    asked = {"q": text} if text else {}
    if order != BEST:
        asked["order"] = order
    if cursor:
        asked["after"] = cursor
    return f"search?{urlencode(asked)}" if asked else "search"


def _other_order(text: str, order: str) -> Place:
    other = BEST if order == NEWEST else NEWEST
    return Place(other, search_path(text, other))


def _more(text: str, order: str, hits: Hits | None) -> Place | None:
    return Place("more", search_path(text, order, hits.cursor)) if hits and hits.cursor else None


def _facets(sources: Sources, text: str, order: str, counts: Mapping[str, _Values]) -> tuple[Facet, ...]:
    """What narrows the question; a property that all hits share narrows nothing and is left out."""
    facets = []
    for name, field in _FIELDS.items():
        values = [(value, count) for value, count in counts.get(name, ()) if value][:_MOST_COUNTS]
        if len(values) > 1:
            told = [
                Count(value, count, search_path(_narrowed(text, field, value), order), _name(sources, name, value))
                for value, count in values
            ]
            facets.append(Facet(name, tuple(told)))
    return tuple(facets)


def _name(sources: Sources, facet: str, value: str) -> str:
    return sources.get_outlet(value).name if facet == "outlet" else value


def _narrowed(text: str, field: str, value: str) -> str:
    """The question with one more condition; alternatives are put in parentheses first."""
    plain = value if value.replace("-", "").isalnum() else '"' + value.replace('"', " ") + '"'
    whole = f"({text})" if " OR " in text or "|" in text or "｜" in text else text
    return f"{whole} {field}:{plain}"


def _months(text: str, order: str, counts: dict[str, int]) -> tuple[Count, ...]:
    """Hits per month from the first to the last month with any."""
    if not counts:
        return ()
    months = iter_months_between(min(counts), max(counts))[-_MOST_MONTHS:]
    return tuple(
        Count(month, counts.get(month, 0), search_path(_narrowed(text, "on", month), order)) for month in months
    )


def _words(excerpt: Excerpt) -> tuple[Words, ...]:
    """An excerpt as pieces, hits and others."""
    pieces, at = [], 0
    for start, end in excerpt.marks:
        pieces += [Words(excerpt.text[at:start], False), Words(excerpt.text[start:end], True)]
        at = end
    pieces.append(Words(excerpt.text[at:], False))
    return tuple(piece for piece in pieces if piece.text)
