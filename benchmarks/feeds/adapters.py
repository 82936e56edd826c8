"""Feed libraries behind one face: bytes in, one record of what an archive keeps out.

A ``Record`` has the fields of a feed or an entry under plain names.
"""

from __future__ import annotations

import importlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from broadsheet.formats.feeds import parse_feed
from broadsheet.model import Entry, Feed


@dataclass
class Record:
    """What one library says of a feed or an entry. A text field is empty or holds one value."""

    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lists: dict[str, list[Record]] = field(default_factory=dict)
    instants: dict[str, datetime | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """A library: its name, how to read with it, and how to look at all that an archive keeps of what it read."""

    name: str
    read: Callable[[bytes, str | None, str | None], Any]
    record: Callable[[Any], tuple[Record, list[Record]]]
    touch: Callable[[Any], int]


def find_peers(*, ours_only: bool = False) -> tuple[list[Peer], list[str]]:
    """The libraries that are installed, ours first, and the names of those that are not."""
    peers, absent = [OURS], []
    for name, module, make in (
        ("feedparser", "feedparser", _make_feedparser),
        ("feedparser-rs", "feedparser_rs", _make_feedparser_rs),
        ("fastfeedparser", "fastfeedparser", _make_fastfeedparser),
    ):
        if ours_only:
            continue
        try:
            peers.append(make(importlib.import_module(module)))
        except ImportError:
            absent.append(name)
    return peers, absent


# ---- ours ---------------------------------------------------------------------------------------------------------


def _said(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _named(name: str, values: tuple[str, ...]) -> list[Record]:
    return [Record({name: _said(value)}) for value in values]


def _record_ours(feed: Feed) -> tuple[Record, list[Record]]:
    top = Record(
        {
            "title": _said(feed.title),
            "link": _said(feed.home_url),
            "subtitle": _said(feed.description),
            "language": _said(feed.language),
            "author": _said(feed.authors[0] if feed.authors else None),
            "image": _said(feed.picture_url),
        },
        {"authors": _named("name", feed.authors), "tags": _named("term", feed.categories)},
        {"updated": feed.updated},
    )
    return top, [_record_entry(entry) for entry in feed.entries]


def _record_entry(entry: Entry) -> Record:
    enclosures = [
        Record({"href": _said(one.url), "type": _said(one.media_type), "length": _said(str(one.length or ""))})
        for one in entry.enclosures
    ]
    return Record(
        {
            "title": _said(entry.headline),
            "link": _said(entry.url),
            "id": _said(entry.entry_id),
            "summary": _said(entry.summary) or _said(entry.content),
            "language": _said(entry.language),
            "author": _said(entry.authors[0] if entry.authors else None),
            "published": _said(entry.published_text),
            "updated": _said(entry.updated_text or entry.published_text),
            "source": _said(entry.source_title),
            "image": _said(entry.pictures[0].url if entry.pictures else None),
        },
        {
            "authors": _named("name", entry.authors),
            "tags": _named("term", entry.categories),
            "content": [Record({"value": _said(entry.content)})] if entry.content else [],
            "enclosures": enclosures,
        },
        {"published": entry.published, "updated": entry.updated or entry.published},
    )


def _touch_ours(feed: Feed) -> int:
    for entry in feed.entries:
        _ = (entry.headline, entry.url, entry.entry_id, entry.published, entry.authors, entry.summary)
        _ = (entry.enclosures, entry.pictures, entry.categories, entry.content)
    return len(feed.entries)


OURS = Peer(
    "broadsheet",
    lambda content, kind, url: parse_feed(content, url=url, content_type=kind),
    _record_ours,
    _touch_ours,
)


# ---- libraries with feedparser's shape ----------------------------------------------------------------------------


def _make_feedparser(module: Any) -> Peer:
    def read(content: bytes, kind: str | None, url: str | None) -> Any:
        headers = {"content-type": kind or "text/xml"} if kind or url else {}
        if url:
            headers["content-location"] = url
        return module.parse(io.BytesIO(content), response_headers=headers)

    return Peer(
        "feedparser", read, lambda read_feed: _record_like(read_feed["feed"], read_feed["entries"]), _touch_like
    )


def _make_feedparser_rs(module: Any) -> Peer:
    return Peer(
        "feedparser-rs",
        lambda content, kind, url: module.parse(content),
        lambda read_feed: _record_like(read_feed.feed, read_feed.entries),
        lambda read_feed: _touch_like({"entries": read_feed.entries}),
    )


def _make_fastfeedparser(module: Any) -> Peer:
    return Peer(
        "fastfeedparser",
        lambda content, kind, url: module.parse(content),
        lambda read_feed: _record_like(read_feed["feed"], read_feed["entries"]),
        _touch_like,
    )


def _get(holder: Any, *names: str) -> Any:
    for name in names:
        try:
            value = holder[name]
        except (KeyError, TypeError, AttributeError, IndexError):
            value = getattr(holder, name, None) if not isinstance(holder, dict) else None
        if value not in (None, "", [], ()):
            return value
    return None


def _utc(parts: Any) -> datetime:
    """The instant that the first six of nine time fields name in UTC."""
    year, month, day, hour, minute, second = tuple(parts)[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)


def _words(holder: Any, *names: str) -> tuple[str, ...]:
    value = _get(holder, *names)
    return (str(value),) if value is not None else ()


def _instant(holder: Any, name: str) -> datetime | None:
    parsed = _get(holder, f"{name}_parsed")
    if parsed is not None:
        return _utc(parsed)
    text = _get(holder, name)
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, TypeError):
        return None


def _record_like(feed: Any, entries: Any) -> tuple[Record, list[Record]]:
    return _record_one(feed), [_record_one(entry) for entry in entries]


def _record_one(holder: Any) -> Record:
    image, source = _get(holder, "image"), _get(holder, "source")
    enclosures = [
        Record({"href": _words(one, "href", "url"), "type": _words(one, "type"), "length": _words(one, "length")})
        for one in _get(holder, "enclosures") or ()
    ]
    return Record(
        {
            "title": _words(holder, "title"),
            "link": _words(holder, "link"),
            "id": _words(holder, "id"),
            "summary": _words(holder, "summary", "description"),
            "subtitle": _words(holder, "subtitle", "description"),
            "language": _words(holder, "language"),
            "author": _words(_get(holder, "author_detail"), "name") or _words(holder, "author"),
            "published": _words(holder, "published"),
            "updated": _words(holder, "updated", "published"),
            "source": _words(source, "title"),
            "image": _words(image, "href", "url"),
        },
        {
            "authors": [Record({"name": _words(one, "name")}) for one in _get(holder, "authors") or ()],
            "tags": [Record({"term": _words(one, "term")}) for one in _get(holder, "tags") or ()],
            "content": [Record({"value": _words(one, "value")}) for one in _get(holder, "content") or ()],
            "enclosures": enclosures,
        },
        {name: _instant(holder, name) for name in ("published", "updated")},
    )


def _touch_like(read_feed: Any) -> int:
    count = 0
    for entry in read_feed["entries"]:
        count += 1
        for name in (
            "title",
            "link",
            "id",
            "published_parsed",
            "author",
            "summary",
            "enclosures",
            "media_content",
            "tags",
        ):
            _ = entry.get(name)
        content = entry.get("content")
        if content:
            _ = content[0]["value"]
    return count


def as_instant(value: Any) -> datetime | None:
    """A nine-part time tuple as the instant it names."""
    if isinstance(value, tuple | time.struct_time) and len(value) >= 6:
        return _utc(value)
    return None
