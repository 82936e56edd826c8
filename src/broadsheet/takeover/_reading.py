"""One file, read: first for what sorts it, then as the article it becomes. Runs in any process; knows no archive."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from broadsheet.document import Foreign, parse_foreign
from broadsheet.errors import FormatError
from broadsheet.html import canonical_body, iter_pictures, plain_text
from broadsheet.language.agencies import find_agency, find_byline, find_dateline
from broadsheet.model import Article, Document, Outlet
from broadsheet.takeover._sources import MAX_BYTES, Place
from broadsheet.urls import canonical_url, is_web_address

EXTRACTOR = "takeover/1"
"""Name and version of this reading, stated in the ledger."""

_AHEAD = timedelta(hours=26)
"""No clock on Earth is further ahead: a later date cannot be true."""
_MIRROR_DATE = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [A-Z+0-9]{3,5}")

_RELATIVE = re.compile(r'(?:href|src)="(?!https?://|mailto:)')
"""An address in a canonical body that is not whole without the document's own."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, for an outlet; ``now`` is the moment the import began."""

    place: Place
    outlet: Outlet
    now: datetime


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
class Refusal:
    """A file that is not taken over, and why: a countable reason and a sentence."""

    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as an article. ``seen`` is when the mirror saw it, ``date`` the date its text bears.

    ``text`` is ``plain_text`` of the article's body.
    """

    article: Article
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
    return Reading(
        job.place, foreign.document.url, foreign.published or foreign.seen, digest, foreign.dialect, foreign.notes
    )


def prepare(job: Job) -> Prepared | Refusal:
    """Second pass: the article with all its text says of itself. The body stays exactly as it came."""
    found = _read(job)
    if isinstance(found, Refusal):
        return found
    foreign, digest = found
    document = foreign.document
    canonical = bare = canonical_body(document.body)
    if _RELATIVE.search(bare):
        canonical = canonical_body(document.body, base_url=document.url)
    told = "\n".join(line for line in canonical.split("\n") if not line.startswith("<figure"))
    said = plain_text(told)
    first, _, rest = said.partition("\n")
    words = rest if _MIRROR_DATE.fullmatch(first) else said
    dateline = find_dateline(words)
    pictures = tuple(iter_pictures(canonical))
    article = Article(
        outlet=job.outlet.id,
        url=document.url,
        canonical_url=canonical_url(document.url),
        headline=document.headline,
        body=document.body,
        published=foreign.published,
        published_from=foreign.published_from,
        byline=foreign.byline or find_byline(words),
        dateline=dateline.words if dateline else None,
        agency=find_agency(words, language=job.outlet.language),
        language=job.outlet.language,
        categories=tuple(dict.fromkeys((*foreign.categories, *foreign.tags))),
        pictures=pictures,
        extractor=EXTRACTOR,
        notes=foreign.notes,
    )
    return Prepared(
        article=article,
        seen=foreign.seen,
        date=foreign.published or foreign.seen,
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
        return Refusal("too large", f"{name}: {job.place.size} bytes; a document has at most {MAX_BYTES}")
    try:
        content = job.place.read()
        foreign = parse_foreign(content, name=name)
    except OSError as error:
        return Refusal("cannot be read", f"{name}: cannot be read ({error.strerror})")
    except FormatError as error:
        return Refusal("not a document", str(error))
    if job.outlet.home_url and not is_web_address(foreign.document.url) and foreign.document.url:
        url = urljoin(job.outlet.home_url, foreign.document.url)
        foreign = replace(
            foreign, document=replace(foreign.document, url=url), notes=(*foreign.notes, "relative address")
        )
    if not is_web_address(foreign.document.url):
        shown = foreign.document.url or "none"
        return Refusal(
            "no address",
            f"{name}: line 2: expected the article's web address, found {shown}; write it in and import again",
        )
    return _believable(foreign, job.now), hashlib.sha256(content).hexdigest()


def _believable(foreign: Foreign, now: datetime) -> Foreign:
    """Without dates that cannot be true: nothing was published or seen after it is imported."""
    if foreign.published is not None and foreign.published > now + _AHEAD:
        document = replace(foreign.document, published_ms=None)
        notes = (*foreign.notes, "dated in the future")
        foreign = replace(foreign, document=document, published=None, published_from="capture", notes=notes)
    if foreign.seen is not None and foreign.seen > now + _AHEAD:
        foreign = replace(foreign, seen=None)
    return foreign
