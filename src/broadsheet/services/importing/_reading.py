"""One file, read: first for what sorts it, then as the article it becomes. Runs in any process; knows no archive."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from broadsheet.addresses.urls import canonical_url, is_web_address
from broadsheet.errors import FormatError
from broadsheet.formats.document import FURTHEST_AHEAD, Foreign, parse_foreign, plain_document, with_origins
from broadsheet.html import canonical_body, iter_pictures, plain_text
from broadsheet.model import Article, Document, Outlet
from broadsheet.services.importing._sources import HEAD_BYTES, MAX_BYTES, Place, Refusal, other, refuse_head, too_large
from broadsheet.statements.agencies import find_agency, find_byline, find_dateline
from broadsheet.text.tags import find_language, suit_language

EXTRACTOR = "takeover/2"
"""Name and version of this reading, stated in the ledger."""

_OPENS_AS_MIRROR = re.compile(rb"(?:\xef\xbb\xbf)?<!--\s*(?:NaN|-?[0-9]+)\s*-->")

_RELATIVE = re.compile(r'(?:href|src)="(?!https?://|mailto:)')
"""An address in a canonical body that is not whole without the document's own."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read; ``now`` is the moment the import began.

    ``base_url`` completes an address without a host. ``outlet`` is known by the second reading; ``language`` is that of
    every text, where somebody says so.
    """

    place: Place
    now: datetime
    base_url: str | None = None
    outlet: Outlet | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What sorts a file: its address, the date its text bears (None if none), the digest of its bytes."""

    place: Place
    url: str
    date: datetime | None
    digest: str
    dialect: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as an article. ``seen`` is when the mirror saw it, ``date`` the date its text bears.

    ``document`` is the file as a document, every byte of its body in place; ``text`` is ``plain_text`` of the article's
    body.
    """

    article: Article
    document: Document
    seen: datetime | None
    date: datetime | None
    imported: dict[str, str]
    text: str


def read_headers(jobs: Sequence[Job]) -> list[Reading | Refusal]:
    """``read_header`` for several files."""
    return [read_header(job) for job in jobs]


def prepare_all(jobs: Sequence[Job]) -> list[Prepared | Refusal]:
    """``prepare`` for several files."""
    return [prepare(job) for job in jobs]


def read_header(job: Job) -> Reading | Refusal:
    """First pass: which article is it, from when?"""
    found = _read(job)
    if isinstance(found, Refusal):
        return found
    foreign, digest = found
    told = _told(foreign, job.now)
    return Reading(job.place, told.url, told.published or foreign.seen, digest, foreign.dialect, foreign.notes)


def prepare(job: Job) -> Prepared | Refusal:
    """Second pass: the article with all its text says of itself. The document's body stays exactly as it came."""
    found = _read(job)
    if isinstance(found, Refusal):
        return found
    foreign, digest = found
    document = _told(foreign, job.now)
    canonical = bare = canonical_body(document.body)
    if _RELATIVE.search(bare):
        canonical = canonical_body(document.body, base_url=document.url)
    said = plain_text("\n".join(line for line in canonical.split("\n") if not line.startswith("<figure")))
    language = job.language or suit_language(
        find_language(f"{document.headline}\n{said}"), job.outlet.language if job.outlet else None
    )
    dateline = find_dateline(said)
    article = Article(
        outlet=job.outlet.id if job.outlet else "",
        url=document.url,
        canonical_url=canonical_url(document.url),
        headline=document.headline,
        body=document.body,
        published=document.published,
        published_from="capture" if document.published is None else "document",
        listed=document.listed,
        byline=foreign.byline or find_byline(said),
        dateline=dateline.words if dateline else None,
        agency=find_agency(said, language=language),
        language=language,
        categories=tuple(dict.fromkeys((*foreign.categories, *foreign.tags))),
        pictures=tuple(iter_pictures(canonical)),
        extractor=EXTRACTOR,
        notes=foreign.notes,
    )
    return Prepared(
        article=article,
        document=replace(foreign.document, body=with_origins(foreign.document.body)),
        seen=foreign.seen,
        date=document.published or foreign.seen,
        imported={"name": job.place.name, "sha256": digest, "dialect": foreign.dialect},
        text=plain_text(document.body, canonical=bare),
    )


def sketch_of(document: Document) -> str:
    """A digest of headline, words and pictures as people see them; markup and white space leave it unchanged."""
    canonical = canonical_body(document.body, base_url=document.url)
    words = " ".join(plain_text(canonical).split())
    pictures = (picture.url for picture in iter_pictures(canonical))
    seen = "\x1f".join([" ".join(document.headline.split()), words, *pictures])
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()


def _read(job: Job) -> tuple[Foreign, str] | Refusal:
    name = job.place.name
    if job.place.size > MAX_BYTES:
        return too_large(name, job.place.size)
    try:
        head = job.place.read(HEAD_BYTES)
        if (refused := refuse_head(name, head)) is not None:
            return refused
        content = job.place.read()
        foreign = parse_foreign(content, name=name)
    except OSError as error:
        return Refusal(name, "cannot be read", f"{name}: cannot be read ({error.strerror or error})")
    except FormatError as error:
        return _refuse_form(name, head, str(error))
    if job.base_url and not is_web_address(foreign.document.url) and foreign.document.url:
        foreign = _completed(foreign, job.base_url)
    if not is_web_address(foreign.document.url):
        return _refuse_address(name, foreign)
    return _believable(foreign, job.now), hashlib.sha256(content).hexdigest()


def _completed(foreign: Foreign, base_url: str) -> Foreign:
    try:
        url = urljoin(base_url, foreign.document.url)
    except ValueError:  # such as a lone square bracket in the host
        return foreign
    return replace(foreign, document=replace(foreign.document, url=url), notes=(*foreign.notes, "relative address"))


def _refuse_form(name: str, head: bytes, sentence: str) -> Refusal:
    """Broken is what opens with a mirror's time; others may open with a square bracket or hyphens on their own."""
    if _OPENS_AS_MIRROR.match(head):
        return Refusal(name, "broken document", sentence)
    return Refusal(name, "not a document", sentence, is_other=True)


def _refuse_address(name: str, foreign: Foreign) -> Refusal:
    shown = foreign.document.url
    if not shown and not (foreign.document.headline and foreign.published):
        return other(name, "not a document", ": front matter without address, title and date")
    if shown.startswith("/"):
        advice = "name an outlet with a home page (--outlet, home_url in broadsheet.toml)"
    else:
        advice = "write it in and import again"
    return Refusal(
        name, "no address", f"{name}: line 2: expected the article's web address, found {shown or 'none'}; {advice}"
    )


def _told(foreign: Foreign, now: datetime) -> Document:
    """What the document says, without a publication that cannot be true."""
    told = plain_document(foreign.document)
    if told.published is not None and told.published > now + FURTHEST_AHEAD:
        return replace(told, published_ms=None)
    return told


def _believable(foreign: Foreign, now: datetime) -> Foreign:
    """Without dates that cannot be true: nothing was published or seen after it is imported."""
    published = plain_document(foreign.document).published
    if published is not None and published > now + FURTHEST_AHEAD:
        document = replace(foreign.document, published_ms=None)
        notes = (*foreign.notes, "dated in the future")
        foreign = replace(foreign, document=document, published=None, published_from="capture", notes=notes)
    if foreign.seen is not None and foreign.seen > now + FURTHEST_AHEAD:
        foreign = replace(foreign, seen=None)
    return foreign
