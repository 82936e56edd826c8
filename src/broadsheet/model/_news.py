"""An outlet, its feeds and entries, an article, and the document that holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

PublishedFrom = Literal["feed", "page", "url", "document", "capture"]
"""Where a publication date comes from; ``capture`` means: not known, the article was seen by then."""

PublishRule = Literal["full", "excerpt", "headlines", "no"]
"""How much of an outlet's articles is published; ``policy.rights`` says what each word lets out."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publication with a name and a home page. ``id`` is its folder's name: ``[a-z0-9-]``, at most 40."""

    id: str
    name: str
    home_url: str | None = None
    language: str | None = None
    recipe: str | None = None
    feeds: tuple[str, ...] = ()
    timezone: str | None = None
    full_text: str | None = None
    """``always``, ``never`` or ``auto``: when an entry's page is fetched; None leaves it to recipe and settings."""
    proxy: str | None = field(default=None, repr=False)
    """What its requests go through, as the settings write it (it may hold a password); None: as all others."""
    robots: str | None = None
    """``ignore``: its pages are asked for whatever ``robots.txt`` says, for the ``robots_reason``; None: obeyed."""
    robots_reason: str | None = None
    publish: PublishRule = "full"
    """How much of its articles may leave this machine."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file an entry points to: audio, video or a picture. ``length`` in bytes as claimed."""

    url: str
    media_type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a feed or page names it: its origin, and the trade's words for what stands under it.

    ``found_as`` is the address of the proxy that the page shows it through, None where it shows the origin.
    """

    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    found_as: str | None = None


@dataclass(frozen=True)
class Entry:
    """What a feed says about one article.

    ``entry_id`` is the publisher's own id, opaque and byte for byte. ``headline`` is plain text; ``summary`` and
    ``content`` are HTML as it came, with addresses made absolute. ``published`` is None where the feed gives no
    date or one that cannot be read; ``published_text`` then still holds what it said.
    """

    entry_id: str | None = None
    url: str | None = None
    headline: str = ""
    summary: str | None = None
    content: str | None = None
    published: datetime | None = None
    published_text: str | None = None
    updated: datetime | None = None
    updated_text: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    source_title: str | None = None
    source_url: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A syndication document, read. ``dialect`` is such as ``rss 2.0``, ``atom 1.0``, ``json feed 1.1``.

    ``notes`` says what was survived (a wrong charset label, repaired markup, entries past the cap).
    ``failures`` holds one sentence per entry that could not be read.
    """

    dialect: str
    title: str = ""
    home_url: str | None = None
    self_url: str | None = None
    next_url: str | None = None
    language: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    picture_url: str | None = None
    updated: datetime | None = None
    ttl_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    """Days the publisher does not update on, Monday = 0."""
    encoding: str = "utf-8"
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    """A wire service a text rests on, with the words in the text that say so."""

    name: str
    words: str


@dataclass(frozen=True)
class Article:
    """One piece by one outlet as we would print it now, before it becomes a revision.

    ``body`` is canonical HTML with one block per line (or, for imported documents, exactly what came).
    ``published`` is None when unknown; ``listed`` is when a mirror listed it, where that is known. ``pictures`` are in
    reading order, the lead picture first.
    """

    outlet: str
    url: str
    canonical_url: str
    headline: str
    body: str
    published: datetime | None = None
    published_from: PublishedFrom = "capture"
    listed: datetime | None = None
    updated: datetime | None = None
    deck: str | None = None
    byline: str | None = None
    dateline: str | None = None
    section: str | None = None
    agency: Agency | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    feed: str | None = None
    entry_id: str | None = None
    extractor: str = ""
    notes: tuple[str, ...] = ()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Document:
    """The plain-text file that holds one revision, taken apart.

    ``published_ms`` is milliseconds since 1970 in UTC as the first line has it, None where it says ``NaN``.
    ``body`` is everything after the empty line, without the last line end. As it is *read* (``plain_document``; an
    archive gives nothing else), ``body`` is the text alone, and where the first line says when a mirror listed the
    article, that is ``listed_ms``, and ``published_ms`` the outlet's own time.
    """

    published_ms: int | None
    headline: str
    url: str
    body: str
    listed_ms: int | None = None

    @property
    def published(self) -> datetime | None:
        """The publication time as an aware instant, or None when the document does not know it."""
        return _instant_of(self.published_ms)

    @property
    def listed(self) -> datetime | None:
        """When a mirror listed the article, where its first line says that, or None."""
        return _instant_of(self.listed_ms)


def _instant_of(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)
