"""The plain body: a body without what a document says above its text, and with every picture at its origin.

Mirrors print the outlet's own time as the first line of every body, and so do we from format 2 on::

    <div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div>

That line is no text. It tells when the outlet published, and thereby which time the document's first line is: the same
second, the publication; another, when a mirror listed the article (docs/format.md, section 3).

Pictures that were kept before their document are shown from beside it, each linked to its origin::

    <a href="https://outlet.example/p.jpg"><img src="../../../../pictures/3f/3f9ac0….jpg" alt="At the talks"></a>

No canonical body holds a link around a picture, so that form is never taken for the outlet's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape

from broadsheet.model import Document
from broadsheet.text.dates import parse_date

_LABEL = r"(?:(?:日期|时间|時間)\s*[:：]\s*)?"
_DATE = (
    r"(?P<date>[A-Z][a-z]{2}, {1,2}[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4}"
    r"(?P<clock> [0-9]{2}:[0-9]{2}(?::[0-9]{2})? (?:GMT|UTC|UT|Z|[+-][0-9]{4}))?)"
)
"""RFC 5322, 3.3, with a zone; or the day alone, where no more is known."""

_OPENING = r"(?P<opening>(?:<(?:div|p|span|i|em|b|strong|small|font|center|time)(?:\s[^<>]*)?>\s*)*)"
_CLOSING = r"(?P<closing>(?:\s*</[a-z]+>)*)"
_BREAKS = r"(?:\s*<br\s*/?>)*"
_LINE = re.compile(rf"\s*{_OPENING}{_LABEL}{_DATE}{_CLOSING}{_BREAKS}[ \t]*(?P<end>\r?\n|$|(?=<))")
_MOST = 400
"""Characters in which a date line ends."""
_TAG_NAME = re.compile(r"<(/?)([a-z]+)")
_CANONICAL = frozenset({"p", "em", "strong"})
"""Tags that a canonical body may hold: a line made of nothing else is text, whatever it says."""

FURTHEST_AHEAD = timedelta(hours=26)
"""No clock on Earth is further ahead of another: what is dated so much later than it was seen is dated wrongly."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date above a text: the instant it names (midnight UTC if ``is_day``, a day alone), and where it ends."""

    instant: datetime
    is_day: bool
    end: int


def find_date_line(body: str) -> DateLine | None:
    """The date line that ``body`` opens with, or None.

    It stands in markup that no canonical body holds (``div``, ``i``, none at all), so that it is never taken for text.
    """
    found = _LINE.match(body, 0, _MOST)
    if found is None or not _is_whole(found):
        return None
    instant = parse_date(found["date"], zone=UTC)
    if instant is None:
        return None
    return DateLine(instant.astimezone(UTC), found["clock"] is None, found.end())


def _is_whole(found: re.Match[str]) -> bool:
    """Whether the line closes what it opens, is not cut by the end that is looked at, and can be no canonical text."""
    if found.end() == _MOST:
        return False
    opened = [name for _, name in _TAG_NAME.findall(found["opening"])]
    closed = [name for _, name in _TAG_NAME.findall(found["closing"])]
    return opened == closed[::-1] and not (opened and _CANONICAL.issuperset(opened))


_ATTRIBUTES = r'(?P<rest>(?: [a-z]+="[^"<>]*")*)'
_PICTURE = re.compile(rf'<img src="(?P<origin>[^"<>]*)"{_ATTRIBUTES}>')
_KEPT_PICTURE = re.compile(
    r'<a href="(?P<origin>[^"<>]*)"><img src="(?:\.\./)+'
    rf'(?P<key>pictures/[0-9a-f]{{2}}/[0-9a-f]{{64}}\.[a-z0-9]+)"{_ATTRIBUTES}></a>'
)


def write_body(body: str, path: str, published: datetime | None, *, is_day: bool, kept: Mapping[str, str]) -> str:
    """The body of the document at ``path`` for the plain, canonical ``body``: ``plain`` gives that back byte for byte.

    Above it stands the date line of ``published`` (cut to the second; the day alone with ``is_day``), none where that
    is None or of a year that ``parse_date`` believes of nobody. Pictures whose origins ``kept`` maps to their keys
    (``pictures/3f/3f9ac0….jpg``) are shown from there.
    """
    up = "../" * path.count("/")

    def show(found: re.Match[str]) -> str:
        key = kept.get(unescape(found["origin"]))
        return f'<a href="{found["origin"]}"><img src="{up}{key}"{found["rest"]}></a>' if key else found[0]

    written = _PICTURE.sub(show, body) if kept else body
    line = "" if published is None else _format_date_line(published, is_day=is_day)
    return f"{line}\n{written}" if find_date_line(line) else written


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _format_date_line(instant: datetime, *, is_day: bool) -> str:
    """RFC 5322, 3.3, in GMT and whatever the locale."""
    utc = instant.astimezone(UTC)
    day = f"{_WEEKDAYS[utc.weekday()]}, {utc.day:02} {_MONTHS[utc.month - 1]} {utc.year:04}"
    return f"<div><i>{day if is_day else f'{day} {utc:%H:%M:%S} GMT'}</i></div>"


def plain(body: str) -> str:
    """The plain body: ``body`` without its date line, its kept pictures at their origins.

    Text, pictures and statements are read from nothing else, so that one text in two formats is one text.
    """
    line = find_date_line(body)
    return with_origins(body[line.end :] if line else body)


def with_origins(body: str) -> str:
    """``body`` with the pictures that it shows from beside the document at their origins again."""
    if "/pictures/" not in body:
        return body
    return _KEPT_PICTURE.sub(lambda found: f'<img src="{found["origin"]}"{found["rest"]}>', body)


def iter_kept_pictures(body: str) -> Iterator[tuple[str, str]]:
    """Origin and key (``pictures/3f/3f9ac0….jpg``) of every picture that ``body`` shows from beside the document."""
    for found in _KEPT_PICTURE.finditer(body):
        yield unescape(found["origin"]), found["key"]


def is_format_2(document: Document) -> bool:
    """Whether a reader of format 1 would take part of what stands in ``document`` for text of the outlet's."""
    return find_date_line(document.body) is not None or _KEPT_PICTURE.search(document.body) is not None


def plain_document(document: Document) -> Document:
    """What a document says: its plain body, and its times as they are meant.

    Where the body opens with a date line of another second, that is the publication, and the first line ``listed_ms``.
    A date line more than a day after the first line cannot be true and tells nothing.
    """
    line = find_date_line(document.body)
    if line is None:
        return replace(document, body=with_origins(document.body))
    body, stated = with_origins(document.body[line.end :]), document.published
    if stated is not None and (_is_same(line, stated) or line.instant > stated + FURTHEST_AHEAD):
        return replace(document, body=body)
    published_ms = (line.instant - _EPOCH) // timedelta(milliseconds=1)
    return replace(document, body=body, published_ms=published_ms, listed_ms=document.published_ms)


def _is_same(line: DateLine, stated: datetime) -> bool:
    if line.is_day:
        return line.instant.date() == stated.date()
    return line.instant == stated.replace(microsecond=0)
