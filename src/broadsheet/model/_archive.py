"""What the ledger says, and what an index makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from broadsheet.model._edits import Edit
from broadsheet.model._news import Agency, PublishedFrom


class LineKind(StrEnum):
    """What a ledger line is: a text, or something said of one. The words stand in ``why`` of lines on disk."""

    TEXT = "text"
    """A text of its own, the first or a later one; ``why`` says what made it one. No ``why`` holds this word."""
    REEXTRACTED = "extracted again"
    """Another text taken from the capture of a known revision."""
    PICTURES = "pictures"
    """Which pictures of a known revision were kept after it."""
    VANISHED = "vanished"
    """The page of an article is not there any more."""
    BACK = "back"
    """The page of an article that had vanished is there again."""
    TAKE_DOWN = "take-down"
    """A text was removed on demand; a tombstone stands in its place."""

    @property
    def is_text(self) -> bool:
        """Whether the line names a document with a text of the outlet's."""
        return self in (LineKind.TEXT, LineKind.REEXTRACTED)

    @property
    def is_page_event(self) -> bool:
        """Whether the line speaks of the article's page only."""
        return self in (LineKind.VANISHED, LineKind.BACK)


_KINDS = {kind.value: kind for kind in LineKind if kind is not LineKind.TEXT}


class Position(NamedTuple):
    """How far a ledger file was read: ``size`` in bytes, and the digest of the last line before that ("" at 0)."""

    size: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Revision:
    """One ledger line: all we know about one distinct text (or take-down) of one article.

    ``sha256`` is the digest of the document's bytes; ``why`` says what made us write the line (``first``,
    ``headline``, ``body``, ``take-down`` …); ``prev`` is the digest of the ledger line before this one.
    ``imported`` names the foreign file this came from: its name, its digest and its dialect.
    """

    article: str
    revision: int
    path: str
    sha256: str
    outlet: str
    url: str
    canonical_url: str
    published: datetime
    published_from: PublishedFrom
    captured: datetime
    why: tuple[str, ...]
    prev: str = ""
    format: int = 1
    """2 where the document has a date line or shows kept pictures: docs/format.md, section 3."""
    feed: str | None = None
    entry_id: str | None = None
    capture_digest: str | None = None
    capture_place: str | None = None
    capture_parts: tuple[str, ...] = ()
    """Digests of the captures of further pages, where an article is cut into several."""
    unchanged_until: datetime | None = None
    """When the text before this one, or the page before it vanished, was last seen: the change came after that."""
    listed: datetime | None = None
    """When a mirror listed the article: the document's first line, where ``published`` comes from its date line."""
    updated: datetime | None = None
    deck: str | None = None
    byline: str | None = None
    dateline: str | None = None
    section: str | None = None
    agency: Agency | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    pictures: dict[str, str | None] = field(default_factory=dict)
    """Origin -> digest of the kept bytes, None while the picture could not be fetched."""
    found_as: dict[str, str] = field(default_factory=dict)
    """Origin -> address of the proxy that page or feed shows the picture through, where it does."""
    extractor: str = ""
    reason: str | None = None
    imported: dict[str, str] | None = None

    @property
    def kind(self) -> LineKind:
        """What this line is. A line that states several is the first of them that stands in ``why``."""
        return next((_KINDS[word] for word in self.why if word in _KINDS), LineKind.TEXT)


@dataclass(frozen=True)
class Holding:
    """What the archive holds of one article now: its newest text, in one row of the index.

    ``path`` is the newest document; ``first_path`` the first revision's; ``first_captured`` when we first had it.
    """

    article: str
    outlet: str
    headline: str
    url: str
    canonical_url: str
    path: str
    first_path: str
    sha256: str
    revision: int
    published: datetime
    published_from: PublishedFrom
    first_captured: datetime
    captured: datetime
    byline: str | None = None
    agency: str | None = None
    language: str | None = None
    is_taken_down: bool = False


@dataclass(frozen=True, slots=True)
class HoldingQuery:
    """Which holdings: by outlet, by month (``2023-07``, of the first document's folder), by date of publication.

    ``articles`` are ids: only these. ``containing`` is in their id, an address or the
    headline, with or without its spaces; ASCII case aside.
    """

    outlet: str | None = None
    month: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    limit: int | None = None
    articles: frozenset[str] | None = None
    containing: str | None = None


@dataclass(frozen=True, slots=True)
class MonthCount:
    """How much of an outlet stands in one month; ``state`` changes whenever anything in the month does."""

    outlet: str
    month: str
    articles: int
    revisions: int
    first: datetime
    last: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one ledger line changes in the index.

    ``holding`` is what is held of the article after it; ``names`` are names the article bears from now on, or all
    it still bears where ``only_names``. ``weight`` is added to the state
    of the month ``month`` (``2023-07``), and one to its revisions unless the line speaks of a known one.
    ``edit`` is what the line adds to the log of edits; those of an article that is taken down go from it.
    """

    holding: Holding
    names: tuple[str, ...]
    month: str
    weight: int
    only_names: bool = False
    is_revision: bool = True
    edit: Edit | None = None
