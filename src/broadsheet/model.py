"""The words of the trade as frozen values. No input, output, clock or rule lives here.

Instants are aware datetimes in UTC; durations are seconds and end in ``_s``; digests are lower-case SHA-256 hex.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

PublishedFrom = Literal["feed", "page", "url", "document", "capture"]
"""Where a publication date comes from; ``capture`` means: not known, the article was seen by then."""


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
class Request:
    """One thing to fetch. ``key`` is handed back with the result; ``headers`` are sent as they stand."""

    url: str
    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    purpose: Literal["feed", "page", "picture"] = "page"
    max_bytes: int = 16 * 1024 * 1024
    timeout_s: float = 30.0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way: the address asked, the status it gave and the address it named."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response kept as it came. ``body`` is decoded from its transfer and content encodings.

    ``url`` is the address asked for, ``final_url`` the one that answered. ``wire`` holds the body before its
    content encoding was undone where that differs.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    captured: datetime
    hops: tuple[Hop, ...] = ()
    wire: bytes | None = None
    address: str | None = None
    elapsed_s: float = 0.0
    key: str = ""
    request_headers: tuple[tuple[str, str], ...] = ()

    def find_header(self, name: str) -> str | None:
        """The first value of the header ``name`` in any case, or None."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed, as a value, so that a batch goes on."""

    url: str
    key: str
    reason: str
    message: str
    captured: datetime
    status: int | None = None
    retry_after_s: float | None = None
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    """A wire service a text rests on, with the words in the text that say so."""

    name: str
    words: str


@dataclass(frozen=True)
class Article:
    """One piece by one outlet as we would print it now, before it becomes a revision.

    ``body`` is canonical HTML with one block per line (or, for imported documents, exactly what came).
    ``published`` is None when unknown. ``pictures`` are in reading order, the lead picture first.
    """

    outlet: str
    url: str
    canonical_url: str
    headline: str
    body: str
    published: datetime | None = None
    published_from: PublishedFrom = "capture"
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
    ``body`` is everything after the empty line, without the last line end.
    """

    published_ms: int | None
    headline: str
    url: str
    body: str

    @property
    def published(self) -> datetime | None:
        """The publication time as an aware instant, or None when the document does not know it."""
        if self.published_ms is None:
            return None
        return _EPOCH + timedelta(milliseconds=self.published_ms)


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
    feed: str | None = None
    entry_id: str | None = None
    capture_digest: str | None = None
    capture_place: str | None = None
    capture_parts: tuple[str, ...] = ()
    """Digests of the captures of further pages, where an article is cut into several."""
    updated: datetime | None = None
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

    ``articles`` are ids: only these.
    """

    outlet: str | None = None
    month: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    limit: int | None = None
    articles: frozenset[str] | None = None


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
    """

    holding: Holding
    names: tuple[str, ...]
    month: str
    weight: int
    only_names: bool = False
    is_revision: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One call for a Workshop: a function by its import path (``package.module:name``) and its one argument.

    ``payload`` is made of plain values: text, bytes, numbers, booleans, None, lists, and dicts with text for keys.
    """

    function: str
    payload: dict[str, Any]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What a Job's function returned, in plain values (a tuple comes back as a list)."""

    key: str
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Breakage:
    """A Job that came to nothing, as a value, so that a batch goes on.

    ``reason`` is countable: "timeout cpu", "timeout wall", "memory", "crashed signal 11", "exited 3", "error" (the
    function raised, or what it returned cannot be handed on), "too large" (its result). ``message`` is a sentence.
    """

    key: str
    reason: str
    message: str


LONGEST_WAIT_S = 31 * 86_400
"""The longest we stay away from a feed or host, whatever a server, an error or a wrong clock says."""

SEEN_KEPT_S = 90 * 86_400
"""How long a queue remembers what an entry looked like after the feed has stopped listing it …"""

SEEN_GONE_MOST = 10_000
"""… and how many such entries of one feed at most, the latest gone first."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of the address a feed is asked at: from ``before`` to ``after``.

    ``why`` is ``redirect`` (the server said so, often enough), ``back`` (the new address failed, the old one
    answers again) or ``undone`` (a person took it back, and the same move is not made again).
    """

    moved: datetime
    before: str
    after: str
    why: Literal["redirect", "back", "undone"] = "redirect"


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far we are with one feed. Disposable: without it the feed is read whole once more, nothing else.

    ``url`` is the address as configured and the key; ``current_url`` the address that permanent redirects have
    led to, None while there is none. ``etag`` and ``last_modified`` belong to the body with ``body_digest`` and
    are opaque, byte for byte. ``next_due`` None means: at once.
    """

    url: str
    outlet: str = ""
    current_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    listing_digest: str | None = None
    """Digest of which entries the last body listed, whatever their text."""
    next_due: datetime | None = None
    last_polled: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None
    """When a whole body last came, as against a 304."""
    interval_s: float = 3600.0
    """The wait that the last answer led to, before skipped hours."""
    floor_s: float = 0.0
    """A rhythm the server taught us with 429; shrinks again while it is content."""
    failures: int = 0
    """Failures in a row; a request to slow down (429, 503 with Retry-After) counts in ``throttled`` instead."""
    throttled: int = 0
    first_failure: datetime | None = None
    """Since when there has been no success, None while the last answer was one."""
    last_error: tuple[str, str] | None = None
    """Reason and message of the last failure in this row."""
    gone_seen: int = 0
    """How many answers in a row said that the feed is gone for good (410)."""
    status: Literal["active", "dormant"] = "active"
    moved_to: str | None = None
    moved_seen: int = 0
    moved_first: datetime | None = None
    moved_log: tuple[Move, ...] = ()
    recent: tuple[datetime, ...] = ()
    """When the latest entries came out, oldest first, to the minute."""
    ttl_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    pacing: tuple[str, ...] = ()
    """The ``HostState.host`` rows this feed shares with others."""

    @property
    def address(self) -> str:
        """The address to ask now."""
        return self.current_url or self.url


@dataclass(frozen=True, slots=True)
class HostState:
    """Until when to leave a host alone. ``host`` is lower-case ``host[:port]``, or ``.domain`` for all its hosts."""

    host: str
    not_before: datetime
    reason: str = ""


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
