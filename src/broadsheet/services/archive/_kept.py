"""What is kept of an article and what its ledger lines say: drafts, revisions on disk, and questions to the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from broadsheet.addresses.networks import redact, told_address
from broadsheet.formats.document import find_date_line, is_format_2, write_body
from broadsheet.formats.ledger import Head, again_path, document_path, extraction_of, later_path, milliseconds_of
from broadsheet.html import with_alternatives
from broadsheet.model import Article, Document, LineKind, Revision

EXPIRE = "expire"
"""The kind of a line of account that names files of captures whose time is over."""


@dataclass(frozen=True)
class Draft:
    """An article about to become a revision.

    ``article_id`` says which article it is; ``previous`` is the last ledger line of that article or None. ``seen``
    stands in for an unknown publication time where somebody else saw the article before us. ``pictures`` maps an
    origin to the digest of the kept bytes, None while they could not be fetched. ``text`` spares the index a reading
    where the caller has it: exactly ``html.plain_text(article.body)``. ``unchanged_until`` says when the text before
    this one was last seen. ``document`` is that of a text from elsewhere, kept as it came; else ``article`` makes it.
    ``reason`` says why the text is no more than it is.
    """

    article_id: str
    article: Article
    captured: datetime
    why: tuple[str, ...] = ("first",)
    previous: Revision | None = None
    seen: datetime | None = None
    capture_digest: str | None = None
    capture_place: str | None = None
    capture_parts: tuple[str, ...] = ()
    pictures: dict[str, str | None] = field(default_factory=dict)
    imported: dict[str, str] | None = None
    text: str | None = None
    unchanged_until: datetime | None = None
    document: Document | None = None
    reason: str | None = None

    @property
    def is_again(self) -> bool:
        """Whether this is no new revision but another text taken from the capture of ``previous``."""
        return LineKind.REEXTRACTED in self.why


@dataclass(frozen=True)
class Kept:
    """A revision on disk: its ledger line, what its document says (``plain_document``), and the ``plain_text`` of that
    where it is known already."""

    revision: Revision
    document: Document
    text: str | None = None


@dataclass(frozen=True)
class Addition:
    """What one call added to one ledger file: the file's head before and after, and the revisions between."""

    file: str
    before: Head
    after: Head
    kept: tuple[Kept, ...]


def newest_of(lines: Sequence[Revision]) -> Revision:
    """The line that states an article's newest text: the last one of the highest revision. ``lines``: all, in order."""
    return max(reversed(lines), key=lambda line: line.revision)


def is_vanished(lines: Iterable[Revision]) -> bool:
    """Whether the page of an article is gone, as its ledger ``lines``, in order, say."""
    states = [line.kind is LineKind.VANISHED for line in lines if line.kind.is_page_event]
    return bool(states) and states[-1]


def last_seen(lines: Sequence[Revision]) -> datetime:
    """When the newest text of an article was last seen, as far as its ledger ``lines`` say."""
    newest = newest_of(lines)
    seen = [
        line.captured
        for line in lines
        if line.revision == newest.revision and line.kind is not LineKind.PICTURES and not line.kind.is_page_event
    ]
    return max(seen, default=newest.captured)


def known_pictures(lines: Iterable[Revision]) -> dict[str, str | None]:
    """Origin -> digest over all ledger lines of one article, the newest digest of each; None while there is none."""
    known: dict[str, str | None] = {}
    for line in lines:
        for origin, digest in line.pictures.items():
            known[origin] = digest or known.get(origin)
    return known


def document_of(draft: Draft, path: str, kept: Mapping[str, str]) -> Document:
    """The document at ``path`` that will hold a draft; an unknown publication time stays unknown in it.

    ``kept`` maps origins of pictures that are in the archive by now to their keys.
    """
    if draft.document is not None:
        return draft.document
    article = draft.article
    stated = article.published if article.published_from != "capture" else None
    published_ms = None if stated is None else milliseconds_of(stated)
    if find_date_line(article.body):  # a mirror's own form, which stays as it came
        return Document(published_ms, article.headline, article.url, article.body)
    body = with_alternatives(article.body, article.headline)
    is_day = article.published_from == "url"  # addresses name a day, and no time
    return Document(
        published_ms, article.headline, article.url, write_body(body, path, stated, is_day=is_day, kept=kept)
    )


def format_of(document: Document) -> int:
    """The version of the format that a reader of ``document`` must know."""
    return 2 if is_format_2(document) else 1


def tombstone_of(line: Revision, reason: str, now: datetime) -> Document:
    """The document that stands where a taken-down text stood."""
    published_ms = None if line.published_from == "capture" else milliseconds_of(line.listed or line.published)
    words = f"<p>Taken down on {now.astimezone(UTC):%Y-%m-%d}: {escape(reason, quote=False)}</p>"
    return Document(published_ms, "Taken down", line.url, words.replace("\n", " "))


def revision_of(draft: Draft, previous: Revision | None) -> Revision:
    """What the ledger will say of a draft, but for digest and format, which follow from its document."""
    article = draft.article
    stated = article.published if article.published_from != "capture" else None
    first = stated or draft.seen or draft.captured
    number = previous.revision + (not draft.is_again) if previous else 1
    if previous and draft.is_again:
        path = again_path(previous.path, extraction_of(previous.path) + 1)
    elif previous:
        path = later_path(previous.path, number)
    else:
        path = document_path(draft.article_id, first.astimezone(UTC), 1)
    return Revision(
        article=draft.article_id,
        revision=number,
        path=path,
        sha256="",
        outlet=article.outlet,
        url=article.url,
        canonical_url=article.canonical_url,
        published=first,
        published_from=article.published_from if stated else "capture",
        listed=article.listed,
        captured=draft.captured,
        why=draft.why,
        feed=told_address(article.feed) if article.feed else None,
        entry_id=redact(article.entry_id) if article.entry_id else article.entry_id,
        capture_digest=draft.capture_digest,
        capture_place=draft.capture_place,
        capture_parts=draft.capture_parts,
        unchanged_until=draft.unchanged_until if previous and not draft.is_again else None,
        updated=article.updated,
        deck=article.deck,
        byline=article.byline,
        dateline=article.dateline,
        section=article.section,
        agency=article.agency,
        language=article.language,
        categories=article.categories,
        pictures=dict(draft.pictures) or {picture.url: None for picture in article.pictures},
        found_as={picture.url: picture.found_as for picture in article.pictures if picture.found_as},
        extractor=article.extractor,
        reason=draft.reason,
        imported=draft.imported,
    )
