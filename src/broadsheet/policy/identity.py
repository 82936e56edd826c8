"""Which article is this? Names an article bears, and which of them may be trusted when.

An article is known by the publisher's id, by its address, and, only when a whole feed suddenly looks new, by its
text or by headline and minute. Names are plain strings, so that an index needs to know nothing of the rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from broadsheet.addresses.urls import host_of, id_key, is_web_address, url_digest, url_key
from broadsheet.model import Entry

_SKETCH_LEAST = 60
"""Shorter texts (two lines that every daily column opens with) prove nothing about identity."""


@dataclass(frozen=True)
class Numbering:
    """Per place, the pattern whose group 1 is the number an outlet gives to each of its articles once and for all.

    A place is a host, or a host and the beginning of a path where several outlets share one (``bbc.com/zhongwen``).
    Only a declared pattern is trusted: an undeclared number may count per section or per site, and one article's path
    may never be taken by another.
    """

    patterns: Mapping[str, re.Pattern[str]]

    def find_number(self, url: str) -> str | None:
        """The article's own number in ``url``, or None where no pattern is declared or it does not match."""
        host = host_of(url)
        path = urlsplit(url).path if host else ""
        for place in _iter_places(host, path):
            if (pattern := self.patterns.get(place)) is not None:
                found = pattern.search(path)
                return found.group(1).lower() if found else None
        return None


def _iter_places(host: str, path: str) -> Iterator[str]:
    """The places an address belongs to, the narrowest first: its own host with all of its path, then less of both."""
    while host:
        below = path.rstrip("/")
        while below:
            yield host + below
            below = below.rpartition("/")[0]
        yield host
        host = host.partition(".")[2]


NO_NUMBERING = Numbering({})

_KEY = re.compile(r"[0-9a-z-]{1,100}")
"""What may follow the outlet in an id. Full stop and plus part revision and extraction from it in names of files."""


def article_id(outlet: str, url: str, numbering: Numbering = NO_NUMBERING) -> str:
    """The id of a new article: outlet and own number, or outlet and twelve hex digits of its address.

    A number with other characters than ``0-9 a-z -`` is none.
    """
    number = numbering.find_number(url)
    return f"{outlet}/{number if number and _KEY.fullmatch(number) else url_digest(url)}"


def id_name(entry_id: str) -> str:
    """The name by the publisher's id; the same over http and https."""
    return "id:" + id_key(entry_id)


def url_name(url: str) -> str:
    """The name by address; the same over http and https, www and bare."""
    return "url:" + url_key(url)


def text_name(headline: str, text: str) -> str | None:
    """The name by content: letters and digits of headline and text; None where that proves nothing."""
    letters = re.sub(r"[\W_]+", "", headline + text).casefold()
    if len(letters) < _SKETCH_LEAST:
        return None
    return "text:" + hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def head_name(headline: str, published: datetime | None) -> str | None:
    """The name by headline and minute of publication; None where either is missing."""
    letters = re.sub(r"[\W_]+", "", headline).casefold()
    if not letters or published is None:
        return None
    stated = f"{letters}|{published:%Y-%m-%dT%H:%M}"
    return "head:" + hashlib.sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def own_names(*, urls: Sequence[str], entry_id: str | None) -> tuple[str, ...]:
    """The names that always hold, the address first: a reused publisher's id must not beat an own address."""
    names = [url_name(url) for url in urls if is_web_address(url)]
    if entry_id:
        names.append(id_name(entry_id))
    return tuple(dict.fromkeys(names))


def flood_names(*, headline: str, text: str, published: datetime | None) -> tuple[str, ...]:
    """The names that hold only in a flood."""
    return tuple(name for name in (text_name(headline, text), head_name(headline, published)) if name)


def find_doubtful_ids(entries: Sequence[Entry]) -> frozenset[str]:
    """Publisher's ids that stand in one feed for several addresses: no name of anything."""
    addresses: dict[str, set[str]] = {}
    for entry in entries:
        if entry.entry_id:
            addresses.setdefault(entry.entry_id, set()).add(url_key(entry.url or ""))
    return frozenset(entry_id for entry_id, urls in addresses.items() if len(urls) > 1)


def is_flood(*, entries: int, new: int, held: int) -> bool:
    """Whether a feed looks new as a whole though the outlet is well known: a moved CMS, http to https, new ids.

    ``held`` is how many articles of the outlet the archive holds. More than half of at least six entries.
    """
    return held >= entries >= 6 and new * 2 > entries


def entry_key(entry: Entry) -> str:
    """What tells an entry from the others of its feed, for remembering that it was seen."""
    if entry.entry_id:
        return f"{entry.entry_id}\x1f{url_key(entry.url or '')}"
    if entry.url:
        return url_key(entry.url)
    return hashlib.sha256(f"{entry.headline}\x1f{entry.published_text}".encode("utf-8", "surrogatepass")).hexdigest()


def entry_fingerprint(entry: Entry) -> str:
    """Changes exactly when something an archive keeps changes in the entry."""
    kept = (entry.headline, entry.summary, entry.content, entry.published_text, entry.updated_text, entry.url,
            entry.authors, tuple(picture.url for picture in entry.pictures))  # fmt: skip
    return hashlib.sha256(repr(kept).encode("utf-8", "surrogatepass")).hexdigest()[:16]
