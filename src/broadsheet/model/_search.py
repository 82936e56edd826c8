"""Questions and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broadsheet.model._archive import Holding


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase asked for, as folded runs in a row; in the whole text, or in one field of it.

    ``is_prefix``: the last run may go on (``encrypt*``). ``others`` are further forms that will do (plurals).
    """

    runs: tuple[str, ...]
    field: Literal["text", "title", "byline"] = "text"
    is_prefix: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trait:
    """An exact quality asked for: ``outlet`` is an id, ``agency`` a canonical name, ``language`` a tag's beginning,
    ``has`` one of picture, byline, agency, and ``edited`` yes.
    """

    name: Literal["outlet", "agency", "language", "has", "edited"]
    value: str


@dataclass(frozen=True, slots=True)
class Between:
    """Published at or after ``after`` and before ``before``; None where that side is open."""

    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold; without parts, everything matches."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Condition


Condition = Word | Trait | Between | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked: ``text`` as typed, ``condition`` as understood."""

    text: str
    condition: Condition = AllOf()


@dataclass(frozen=True, slots=True)
class Searchable:
    """What of one article is searched: its newest text as shown, one block per line, and its qualities.

    ``lede`` is the first block, ``body`` the others. ``first_captured`` is when the archive first had the article.
    """

    article: str
    outlet: str
    headline: str
    lede: str
    body: str
    published: datetime
    first_captured: datetime
    byline: str | None = None
    agency: str | None = None
    language: str | None = None
    has_picture: bool = False
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of all that matched fall under each value: ``outlet``, ``month`` (2023-07), ``agency``, ``language``.

    Most frequent first, months newest first.
    """

    name: Literal["outlet", "month", "agency", "language"]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of what a search index found: (article id, score), best first; ``cursor`` asks for the next page."""

    found: tuple[tuple[str, float], ...]
    total: int
    cursor: str | None = None
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text as printed, and where in it the hits are: (start, end), in characters."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found: what is held of it, its headline and a snippet of its text with the hits marked."""

    holding: Holding
    score: float
    headline: Excerpt
    snippet: Excerpt


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of an answer. ``total`` counts all that match; ``cursor`` asks for the next page, None at the end."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    cursor: str | None = None
    facets: tuple[Facet, ...] = ()
