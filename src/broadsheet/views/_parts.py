# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""What several pages are made of: lines of lists, links, numbers. Every field says in its metadata what it holds."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from datetime import datetime
from typing import Any


def told(help_text: str, default: Any = MISSING) -> Any:
    """A field of a page or part, with what it holds."""
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a headline or snippet in an answer to a search."""

    text: str = told("the words, plain text")
    is_hit: bool = told("whether these are words that were searched for")


@dataclass(frozen=True, slots=True)
class Line:
    """One article in a list."""

    article: str = told("id of the article")
    path: str = told("path of its page")
    headline: str = told("headline of the newest revision, plain text")
    outlet: str = told("id of the outlet")
    outlet_name: str = told("name of the outlet")
    url: str = told("address at the outlet")
    published: datetime = told("publication time; where it is not known, the time of the first capture")
    is_dated: bool = told("whether the publication time is known")
    captured: datetime = told("when the newest revision was captured")
    revisions: int = told("how many revisions are kept")
    byline: str | None = told("byline")
    agency: str | None = told("the wire service the text rests on")
    language: str | None = told("language tag of the text")
    is_taken_down: bool = told("whether the text was removed on demand")
    marked: tuple[Words, ...] = told("in a search: the headline, the words found marked", ())
    snippet: tuple[Words, ...] = told("in a search: words of the text around the hit, the words found marked", ())


@dataclass(frozen=True, slots=True)
class Place:
    """A link to a page, with what it is called."""

    label: str = told("what the page is called")
    path: str = told("path of the page, with its query where it has one")


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something, with the page that shows them."""

    label: str = told("what is counted: a period, an outlet, an agency, a language")
    count: int = told("how many articles")
    path: str = told("path of the page that shows them")
    name: str = told("what the label is called for people, where it is not the same", "")


@dataclass(frozen=True, slots=True)
class OutletLine:
    """One outlet with what is kept of it."""

    outlet: str = told("id of the outlet")
    name: str = told("name of the outlet")
    path: str = told("path of its page")
    home_url: str | None = told("its home page")
    language: str | None = told("language tag of its texts")
    articles: int = told("articles kept")
    revisions: int = told("revisions kept, first ones included")
    first: datetime | None = told("publication of the earliest article kept")
    last: datetime | None = told("publication of the latest article kept")
    newest: tuple[Line, ...] = told("its articles of the day, or else its newest", ())


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One ledger line of an article."""

    revision: int = told("number of the revision, from 1")
    path: str = told("path of its page")
    captured: datetime = told("when it was captured")
    why: tuple[str, ...] = told("what made us keep it: first, headline, body, take-down …")
    sha256: str = told("digest of the document's bytes")
    document: str = told("path of the document's bytes")


@dataclass(frozen=True, slots=True)
class FeedLine:
    """How one feed fares."""

    outlet: str = told("id of the outlet")
    url: str = told("address of the feed as configured")
    level: str = told("ok, late, failing, dormant or silent")
    sentence: str = told("what there is to say about it")
    failures: int = told("failures in a row")
    last_success: datetime | None = told("when it last answered well")
    next_due: datetime | None = told("when it is asked next")


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """Something that keeps the archive from its work, or did."""

    id: str = told("its id, the same for as long as it is spoken of")
    kind: str = told("run, disk, remote, feed or outlet")
    name: str = told("what it is about: a feed's address, a remote, an outlet's name; empty for the archive itself")
    since: datetime = told("since when, as far as known: the last good answer, run or article before it")
    noticed: datetime = told("when it was first noticed")
    reason: str = told("why, in the words of whoever refused; unfinished: a run that did not end; files: no more files")
    usual_s: int = told("seconds between runs as expected, or that the outlet's habit allows")
    free: int = told("bytes (or files) that the disk has room for")
    need: int = told("bytes (or files) that it should have room for")
    ended: datetime | None = told("when it was over, null while it lasts", None)
    how: str = told("how it ended: well, or gone where nobody looks any more", "")


@dataclass(frozen=True, slots=True)
class Facet:
    """The hits of a search, counted by one of their properties."""

    name: str = told("outlet, month, agency or language")
    counts: tuple[Count, ...] = told("values with their numbers of hits, the most frequent first")
