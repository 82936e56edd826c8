# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""The Pages: what a renderer is given and all that it is given.

Each page is a frozen dataclass whose fields say in their metadata what they hold, so that JSON, its OpenAPI
description and every other twin come from the same values. Paths are relative to the reader's root, without a leading
slash and without the suffix of a twin. Instants are aware UTC; ``zone`` names the zone in which days are counted.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, TypeAlias


def _told(help_text: str, default: Any = MISSING) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a headline or snippet in an answer to a search."""

    text: str = _told("the words, plain text")
    is_hit: bool = _told("whether these are words that were searched for")


@dataclass(frozen=True, slots=True)
class Line:
    """One article in a list."""

    article: str = _told("id of the article")
    path: str = _told("path of its page")
    headline: str = _told("headline of the newest revision, plain text")
    outlet: str = _told("id of the outlet")
    outlet_name: str = _told("name of the outlet")
    url: str = _told("address at the outlet")
    published: datetime = _told("publication time; where it is not known, the time of the first capture")
    is_dated: bool = _told("whether the publication time is known")
    captured: datetime = _told("when the newest revision was captured")
    revisions: int = _told("how many revisions are kept")
    byline: str | None = _told("byline")
    agency: str | None = _told("the wire service the text rests on")
    language: str | None = _told("language tag of the text")
    is_taken_down: bool = _told("whether the text was removed on demand")
    marked: tuple[Words, ...] = _told("in a search: the headline, the words found marked", ())
    snippet: tuple[Words, ...] = _told("in a search: words of the text around the hit, the words found marked", ())


@dataclass(frozen=True, slots=True)
class Place:
    """A link to a page, with what it is called."""

    label: str = _told("what the page is called")
    path: str = _told("path of the page, with its query where it has one")


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something, with the page that shows them."""

    label: str = _told("what is counted: a period, an outlet, an agency, a language")
    count: int = _told("how many articles")
    path: str = _told("path of the page that shows them")
    name: str = _told("what the label is called for people, where it is not the same", "")


@dataclass(frozen=True, slots=True)
class OutletLine:
    """One outlet with what is kept of it."""

    outlet: str = _told("id of the outlet")
    name: str = _told("name of the outlet")
    path: str = _told("path of its page")
    home_url: str | None = _told("its home page")
    language: str | None = _told("language tag of its texts")
    articles: int = _told("articles kept")
    revisions: int = _told("revisions kept, first ones included")
    first: datetime | None = _told("publication of the earliest article kept")
    last: datetime | None = _told("publication of the latest article kept")
    newest: tuple[Line, ...] = _told("its articles of the day, or else its newest", ())


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One ledger line of an article."""

    revision: int = _told("number of the revision, from 1")
    path: str = _told("path of its page")
    captured: datetime = _told("when it was captured")
    why: tuple[str, ...] = _told("what made us keep it: first, headline, body, take-down …")
    sha256: str = _told("digest of the document's bytes")
    document: str = _told("path of the document's bytes")


@dataclass(frozen=True, slots=True)
class FeedLine:
    """How one feed fares."""

    outlet: str = _told("id of the outlet")
    url: str = _told("address of the feed as configured")
    level: str = _told("ok, late, failing, dormant or silent")
    sentence: str = _told("what there is to say about it")
    failures: int = _told("failures in a row")
    last_success: datetime | None = _told("when it last answered well")
    next_due: datetime | None = _told("when it is asked next")


@dataclass(frozen=True, slots=True)
class Facet:
    """The hits of a search, counted by one of their properties."""

    name: str = _told("outlet, month, agency or language")
    counts: tuple[Count, ...] = _told("values with their numbers of hits, the most frequent first")


@dataclass(frozen=True)
class FrontPage:
    """The day: by outlet and by time."""

    kind: ClassVar[str] = "front"
    path: str = _told("path of this page")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when the archive last changed")
    zone: str = _told("zone in which the day is counted")
    day: date = _told("the day shown: today, or the latest day with an article")
    is_today: bool = _told("whether that day is today")
    articles: int = _told("articles kept in all")
    by_time: tuple[Line, ...] = _told("articles of the day, newest first")
    by_outlet: tuple[OutletLine, ...] = _told("every outlet with its articles of the day, or else its newest")
    earlier: Place | None = _told("the latest day before it with an article")


@dataclass(frozen=True)
class OutletsPage:
    """Every outlet with what is kept of it."""

    kind: ClassVar[str] = "outlets"
    path: str = _told("path of this page")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when the archive last changed")
    zone: str = _told("zone in which dates are shown")
    outlets: tuple[OutletLine, ...] = _told("every outlet")


@dataclass(frozen=True)
class OutletPage:
    """An outlet: its newest articles, or those of a year, month or day."""

    kind: ClassVar[str] = "outlet"
    path: str = _told("path of this page")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when the archive last changed")
    zone: str = _told("zone in which days are counted")
    outlet: OutletLine = _told("the outlet")
    period: str = _told("empty, a year (2023), a month (2023-07) or a day (2023-07-17)")
    years: tuple[Count, ...] = _told("years of which anything is kept, latest first")
    months: tuple[Count, ...] = _told("months of the year, or of every year, earliest first")
    days: tuple[Count, ...] = _told("days of the month, earliest first")
    lines: tuple[Line, ...] = _told("articles of the period, newest first")
    page: int = _told("number of this part of the list, from 1")
    pages: int = _told("how many parts the list has")
    earlier: Place | None = _told("the same outlet, one period earlier")
    later: Place | None = _told("the same outlet, one period later")


@dataclass(frozen=True)
class ArticlePage:
    """An article: its text with all that is known of it."""

    kind: ClassVar[str] = "article"
    path: str = _told("path of this page")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when the newest ledger line of the article was written")
    zone: str = _told("the reader's zone")
    outlet_zone: str | None = _told("the outlet's own zone, where it is configured")
    line: Line = _told("the article as lists show it")
    headline: str = _told("headline of this revision")
    published: datetime | None = _told("publication time that this revision states, if known")
    published_from: str = _told("where that time comes from: feed, page, url, document or capture")
    updated: datetime | None = _told("time of the last change as the outlet states it")
    byline: str | None = _told("byline")
    dateline: str | None = _told("dateline")
    section: str | None = _told("section of the outlet")
    agency: str | None = _told("the wire service the text rests on")
    agency_words: str | None = _told("the words in the text that say so")
    categories: tuple[str, ...] = _told("categories that the outlet gave it")
    language: str | None = _told("language tag of the text")
    body: str = _told("the text as safe HTML; pictures that are kept come from here, no other is shown")
    text: str = _told("the text without markup, one paragraph per line")
    missing_pictures: int = _told("how many pictures of the text are not kept")
    revision: int = _told("number of the revision shown")
    captured: datetime = _told("when this revision was captured")
    sha256: str = _told("digest of its document's bytes")
    document: str = _told("path of the document's bytes")
    imported_from: str | None = _told("file of an earlier mirror that this revision was taken from")
    feed: str | None = _told("feed in which it stood")
    extractor: str = _told("what read the text out of its source")
    is_taken_down: bool = _told("whether the text was removed on demand")
    reason: str | None = _told("why it was taken down")
    revisions: tuple[RevisionLine, ...] = _told("every ledger line of the article, oldest first")
    earlier: Line | None = _told("the outlet's article before this one")
    later: Line | None = _told("the outlet's article after this one")


@dataclass(frozen=True)
class RevisionPage(ArticlePage):
    """One revision of an article that has others."""

    kind: ClassVar[str] = "revision"


@dataclass(frozen=True)
class SearchPage:
    """The answer to a search, or the form for one."""

    kind: ClassVar[str] = "search"
    path: str = _told("path of this page, with its query")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when the archive last changed")
    zone: str = _told("zone in which dates are shown")
    query: str = _told("what was typed")
    order: str = _told("best or newest first")
    problem: str | None = _told("what cannot be understood in the query")
    problem_at: int | None = _told("at which character of the query, from 0")
    total: int = _told("number of hits in all")
    lines: tuple[Line, ...] = _told("hits of this part of the answer, with snippets")
    facets: tuple[Facet, ...] = _told("the hits counted by outlet, agency, language")
    months: tuple[Count, ...] = _told("the hits counted by month, earliest first, months without hits included")
    other_order: Place | None = _told("the same search in the other order")
    more: Place | None = _told("the next part of the answer")


@dataclass(frozen=True)
class HealthPage:
    """How every feed fares."""

    kind: ClassVar[str] = "health"
    path: str = _told("path of this page")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when a feed was last asked")
    zone: str = _told("zone in which dates are shown")
    levels: tuple[Count, ...] = _told("feeds counted by level")
    feeds: tuple[FeedLine, ...] = _told("every feed, those in trouble first")
    last_captured: datetime | None = _told("when an article was last captured")


@dataclass(frozen=True)
class AboutPage:
    """What this archive is and how it can be proven."""

    kind: ClassVar[str] = "about"
    path: str = _told("path of this page")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("when the archive last changed")
    zone: str = _told("zone in which dates are shown")
    version: str = _told("version of Broadsheet")
    outlets: int = _told("outlets kept")
    articles: int = _told("articles kept")
    revisions: int = _told("revisions kept")
    first: datetime | None = _told("publication of the earliest article kept")
    last: datetime | None = _told("publication of the latest article kept")
    zones: tuple[str, ...] = _told("zones a reader may choose")


@dataclass(frozen=True)
class ErrorPage:
    """Why there is no page."""

    kind: ClassVar[str] = "error"
    path: str = _told("path that was asked for")
    archive: str = _told("name of the archive")
    modified: datetime | None = _told("always null")
    zone: str = _told("zone in which dates are shown")
    status: int = _told("HTTP status")
    sentence: str = _told("what is wrong and what to do")


Page: TypeAlias = (
    FrontPage | OutletsPage | OutletPage | ArticlePage | RevisionPage | SearchPage | HealthPage | AboutPage | ErrorPage
)

PAGES: tuple[type[Page], ...] = (
    FrontPage, OutletsPage, OutletPage, ArticlePage, RevisionPage, SearchPage, HealthPage, AboutPage, ErrorPage,
)  # fmt: skip
PARTS = (Line, Words, Place, Count, OutletLine, RevisionLine, FeedLine, Facet)


def iter_page_reference() -> list[tuple[str, str, str, str]]:
    """Every field of every page and part as (class, field, type, help), for the reference."""
    return [
        (cls.__name__, one.name, str(one.type), one.metadata["help"]) for cls in (*PAGES, *PARTS) for one in fields(cls)
    ]


def twin_path(path: str, suffix: str) -> str:
    """The path of a page's twin: ``search?q=a`` -> ``search.json?q=a``, the front page -> ``front.json``."""
    place, mark, query = path.partition("?")
    return f"{place or FrontPage.kind}.{suffix}{mark}{query}"
