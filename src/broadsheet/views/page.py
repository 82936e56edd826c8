# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""The Pages: what a renderer is given and all that it is given.

Each page is a frozen dataclass whose fields say in their metadata what they hold, so that JSON, its OpenAPI
description and every other twin come from the same values. Paths are relative to the reader's root, without a leading
slash and without the suffix of a twin. Instants are aware UTC; ``zone`` names the zone in which days are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar, TypeAlias

from broadsheet.views._edit_pages import ChangesPage as ChangesPage
from broadsheet.views._edit_pages import EditsPage as EditsPage
from broadsheet.views._edit_pages import HistoryPage as HistoryPage
from broadsheet.views._edit_parts import ChangedBlock as ChangedBlock
from broadsheet.views._edit_parts import Edited as Edited
from broadsheet.views._edit_parts import EditLine as EditLine
from broadsheet.views._edit_parts import HistoryLine as HistoryLine
from broadsheet.views._edit_parts import PictureChange as PictureChange
from broadsheet.views._edit_parts import Piece as Piece
from broadsheet.views._edit_parts import Side as Side
from broadsheet.views._parts import Count as Count
from broadsheet.views._parts import Facet as Facet
from broadsheet.views._parts import FeedLine as FeedLine
from broadsheet.views._parts import Line as Line
from broadsheet.views._parts import OutletLine as OutletLine
from broadsheet.views._parts import Place as Place
from broadsheet.views._parts import RevisionLine as RevisionLine
from broadsheet.views._parts import TroubleLine as TroubleLine
from broadsheet.views._parts import Words as Words
from broadsheet.views._parts import told
from broadsheet.views._story_pages import CopiesPage as CopiesPage
from broadsheet.views._story_pages import StoriesPage as StoriesPage
from broadsheet.views._story_pages import StoryPage as StoryPage
from broadsheet.views._story_parts import ClaimGroup as ClaimGroup
from broadsheet.views._story_parts import ClaimLine as ClaimLine
from broadsheet.views._story_parts import ComparedPart as ComparedPart
from broadsheet.views._story_parts import CopyLine as CopyLine
from broadsheet.views._story_parts import EventPart as EventPart
from broadsheet.views._story_parts import FatePart as FatePart
from broadsheet.views._story_parts import OnlyPart as OnlyPart
from broadsheet.views._story_parts import PicturePart as PicturePart
from broadsheet.views._story_parts import SentenceRow as SentenceRow
from broadsheet.views._story_parts import StoryLine as StoryLine


@dataclass(frozen=True)
class FrontPage:
    """The day: by outlet and by time."""

    kind: ClassVar[str] = "front"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which the day is counted")
    day: date = told("the day shown: today, or the latest day with an article")
    is_today: bool = told("whether that day is today")
    articles: int = told("articles kept in all; on the page of a day, those of the day")
    by_time: tuple[Line, ...] = told("articles of the day, newest first")
    by_outlet: tuple[OutletLine, ...] = told(
        "every outlet with its articles of the day, or else its newest; on the page of a day, the outlets with any, "
        "with the numbers of that day"
    )
    earlier: Place | None = told("the latest day before it with an article")
    edits: tuple[EditLine, ...] = told("edits seen on the day, the last seen first, a few of them", ())
    stories: tuple[StoryLine, ...] = told("stories of the day that several outlets report", ())


@dataclass(frozen=True)
class OutletsPage:
    """Every outlet with what is kept of it."""

    kind: ClassVar[str] = "outlets"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which dates are shown")
    outlets: tuple[OutletLine, ...] = told("every outlet")


@dataclass(frozen=True)
class OutletPage:
    """An outlet: its newest articles, or those of a year, month or day."""

    kind: ClassVar[str] = "outlet"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which days are counted")
    outlet: OutletLine = told("the outlet; the page of a period tells the numbers of that period")
    period: str = told("empty, a year (2023), a month (2023-07) or a day (2023-07-17)")
    years: tuple[Count, ...] = told("years of which anything is kept, latest first; none for a period")
    months: tuple[Count, ...] = told("months of the year, or of every year, earliest first; none for a month or day")
    days: tuple[Count, ...] = told("days of the month, earliest first")
    lines: tuple[Line, ...] = told("articles of the period, newest first")
    page: int = told("number of this part of the list, from 1")
    pages: int = told("how many parts the list has")
    earlier: Place | None = told("the same outlet, one period earlier")
    later: Place | None = told("the same outlet, one period later")
    within: Place | None = told("the same outlet, the period that this one lies in", None)


@dataclass(frozen=True)
class ArticlePage:
    """An article: its text with all that is known of it."""

    kind: ClassVar[str] = "article"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the newest ledger line of the article was written")
    zone: str = told("the reader's zone")
    outlet_zone: str | None = told("the outlet's own zone, where it is configured")
    line: Line = told("the article as lists show it")
    headline: str = told("headline of this revision")
    published: datetime | None = told("publication time that this revision states, if known")
    published_from: str = told("where that time comes from: feed, page, url, document or capture")
    listed: datetime | None = told("when an earlier mirror listed it, where its document says so")
    updated: datetime | None = told("time of the last change as the outlet states it")
    byline: str | None = told("byline")
    dateline: str | None = told("dateline")
    section: str | None = told("section of the outlet")
    agency: str | None = told("the wire service the text rests on")
    agency_words: str | None = told("the words in the text that say so")
    categories: tuple[str, ...] = told("categories that the outlet gave it")
    language: str | None = told("language tag of the text")
    body: str = told("the text as safe HTML; pictures that are kept come from here, no other is shown")
    text: str = told("the text without markup, one paragraph per line")
    missing_pictures: int = told("how many pictures of the text are not kept")
    revision: int = told("number of the revision shown")
    captured: datetime = told("when this revision was captured")
    sha256: str = told("digest of its document's bytes")
    document: str = told("path of the document's bytes")
    imported_from: str | None = told("file of an earlier mirror that this revision was taken from")
    feed: str | None = told("feed in which it stood")
    extractor: str = told("what read the text out of its source")
    is_taken_down: bool = told("whether the text was removed on demand")
    reason: str | None = told("why it was taken down")
    revisions: tuple[RevisionLine, ...] = told("every ledger line of the article, oldest first")
    edited: Edited | None = told("how often it was edited, null where never")
    earlier: Line | None = told("the outlet's article before this one")
    later: Line | None = told("the outlet's article after this one")
    story: Place | None = told("the story it reports, where others report it too", None)
    related: tuple[Line, ...] = told("other reports of that story", ())
    copies: Place | None = told("where its text stands beside copies of it, null without any", None)
    is_withheld: bool = told(
        "whether its outlet's rule keeps the text back where this is published: then at most the beginning is here and "
        "digest, document and what only the text tells are empty",
        False,
    )


@dataclass(frozen=True)
class RevisionPage(ArticlePage):
    """One revision of an article that has others."""

    kind: ClassVar[str] = "revision"


@dataclass(frozen=True)
class SearchPage:
    """The answer to a search, or the form for one."""

    kind: ClassVar[str] = "search"
    path: str = told("path of this page, with its query")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which dates are shown")
    query: str = told("what was typed")
    order: str = told("best or newest first")
    problem: str | None = told("what cannot be understood in the query")
    problem_at: int | None = told("at which character of the query, from 0")
    total: int = told("number of hits in all")
    lines: tuple[Line, ...] = told("hits of this part of the answer, with snippets")
    facets: tuple[Facet, ...] = told("the hits counted by outlet, agency, language")
    months: tuple[Count, ...] = told("the hits counted by month, earliest first, months without hits included")
    other_order: Place | None = told("the same search in the other order")
    more: Place | None = told("the next part of the answer")


@dataclass(frozen=True)
class HealthPage:
    """How every feed fares."""

    kind: ClassVar[str] = "health"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when a feed was last asked")
    zone: str = told("zone in which dates are shown")
    levels: tuple[Count, ...] = told("feeds counted by level")
    feeds: tuple[FeedLine, ...] = told("every feed, those in trouble first")
    last_captured: datetime | None = told("when an article was last captured")
    last_run: datetime | None = told("when a run last came to a good end, as far as is remembered", None)
    every_s: int = told("how often a run is expected, in seconds; 0 where nothing tells", 0)
    is_overdue: bool = told("whether three such periods have gone by without one", False)
    is_told: bool = told(
        "whether the page says what is wrong; a published site says no more than when it last ran", True
    )
    troubles: tuple[TroubleLine, ...] = told("what is wrong now, what costs most first", ())
    past: tuple[TroubleLine, ...] = told("what was wrong and is over, the latest first", ())


@dataclass(frozen=True)
class AboutPage:
    """What this archive is and how it can be proven."""

    kind: ClassVar[str] = "about"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which dates are shown")
    version: str = told("version of Broadsheet")
    outlets: int = told("outlets kept")
    articles: int = told("articles kept")
    revisions: int = told("revisions kept")
    first: datetime | None = told("publication of the earliest article kept")
    last: datetime | None = told("publication of the latest article kept")
    zones: tuple[str, ...] = told("zones a reader may choose")


@dataclass(frozen=True)
class ErrorPage:
    """Why there is no page."""

    kind: ClassVar[str] = "error"
    path: str = told("path that was asked for")
    archive: str = told("name of the archive")
    modified: datetime | None = told("always null")
    zone: str = told("zone in which dates are shown")
    status: int = told("HTTP status")
    sentence: str = told("what is wrong and what to do")


Page: TypeAlias = (
    FrontPage | OutletsPage | OutletPage | ArticlePage | RevisionPage | HistoryPage | ChangesPage | EditsPage
    | StoriesPage | StoryPage | CopiesPage | SearchPage | HealthPage | AboutPage | ErrorPage
)  # fmt: skip

PAGES: tuple[type[Page], ...] = (
    FrontPage, OutletsPage, OutletPage, ArticlePage, RevisionPage, HistoryPage, ChangesPage, EditsPage, StoriesPage,
    StoryPage, CopiesPage, SearchPage,
    HealthPage, AboutPage, ErrorPage,
)  # fmt: skip
PARTS = (
    Line, Words, Place, Count, OutletLine, RevisionLine, FeedLine, Facet, Edited, EditLine, HistoryLine, Side,
    ChangedBlock, Piece, PictureChange, StoryLine, ClaimLine, ClaimGroup, ComparedPart, OnlyPart, EventPart, CopyLine,
    FatePart, SentenceRow, PicturePart, TroubleLine,
)  # fmt: skip


def iter_page_reference() -> list[tuple[str, str, str, str]]:
    """Every field of every page and part as (class, field, type, help), for the reference."""
    return [
        (cls.__name__, one.name, str(one.type), one.metadata["help"]) for cls in (*PAGES, *PARTS) for one in fields(cls)
    ]


def twin_path(path: str, suffix: str) -> str:
    """The path of a page's twin: ``search?q=a`` -> ``search.json?q=a``, the front page -> ``front.json``."""
    place, mark, query = path.partition("?")
    return f"{place or FrontPage.kind}.{suffix}{mark}{query}"
