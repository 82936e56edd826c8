"""What is taken from a page: one frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broadsheet.extract._dates import DateSource
from broadsheet.extract._kind import Kind
from broadsheet.model import Agency, Picture, PublishedFrom

EXTRACTOR = "page/2"
"""Name and version of this extractor, stated in the ledger; raise it whenever the same page may give another text."""


@dataclass(frozen=True)
class Extraction:
    """An article as its page has it.

    ``body`` is canonical HTML, without the headline. ``kind`` says what the page is; ``reason`` the words that say so
    when it is no whole article, and ``body`` then holds what little there was. ``published`` is an instant in UTC and
    ``published_words`` what the page wrote, ``published_source`` where. ``agreed`` holds for each voter the share of
    the kept text that it wanted as well. ``pictures`` are in reading order; ``lead_picture`` is the first of them, or
    the one the metadata name.
    """

    url: str
    headline: str
    body: str
    kind: Kind = "article"
    reason: str = ""
    deck: str | None = None
    byline: str | None = None
    dateline: str | None = None
    section: str | None = None
    agency: Agency | None = None
    published: datetime | None = None
    published_from: PublishedFrom | None = None
    published_source: DateSource | None = None
    published_words: str | None = None
    updated: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None
    next_page_url: str | None = None
    pictures: tuple[Picture, ...] = ()
    lead_picture: Picture | None = None
    agreed: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()
    extractor: str = EXTRACTOR
