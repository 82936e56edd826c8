"""The dialects: one reader for every form in which mirrors wrote documents. Lenient, and it says what it forgave.

====================  =============================================================================
``mirror``            our own form
``mirror-undated``    the same with ``<!--NaN-->`` in line 1
``early``             no line 1; ``日期：Mon, 15 Jun 2020 08:00:00 +0000`` under the rule
``early-undated``     the same without that line, or with one that names no date
``jekyll-mirror``     front matter, then ``mirror``
``jekyll-undated``    front matter, then ``mirror-undated``
``jekyll-early``      front matter, then ``early``
``jekyll-html``       front matter, then HTML
====================  =============================================================================

The body is always every character after the header, without the last line end if there is one. The header is

- mirror: the lines down to the rule ``------`` and the one empty line under it;
- early: as mirror, and the line ``日期：…`` with the one empty line before or after it;
- Jekyll: the front matter; then the header within, or for bare HTML the one empty line that may follow.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, get_args

from broadsheet.errors import FormatError
from broadsheet.formats.document._canonical import MAX_MS, MIN_MS, say
from broadsheet.formats.document._frontmatter import find_instant, read_front_matter, read_list, unquote
from broadsheet.formats.document._links import fold_headline, split_link
from broadsheet.formats.document._names import FileName, read_file_name
from broadsheet.model import Document, PublishedFrom

Dialect = Literal[
    "mirror",
    "mirror-undated",
    "early",
    "early-undated",
    "jekyll-mirror",
    "jekyll-undated",
    "jekyll-early",
    "jekyll-html",
]
_DIALECTS: dict[str, Dialect] = {dialect: dialect for dialect in get_args(Dialect)}

_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->\s*")
_MILLISECONDS = re.compile(r"-?[0-9]{1,15}")
_RULE = re.compile(r"-{3,}\s*")
_DATE_LINE = re.compile(r"(?:日期|时间|時間)\s*[:：]\s*(.*)")
_HEADER_LINES = 40
_FRONT_MATTER_LINES = 200
_ADDRESS_KEYS = ("from", "link", "url", "source", "original_url")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Foreign:
    """A mirror's file, taken apart.

    ``document`` is ready for ``format_document``; its time is ``published``, None when not known. ``seen`` is when
    the mirror had seen the article, where a date in the file says only that (a mirror that could not read a
    feed's date wrote NaN into the document and its own clock into the front matter). ``published_from`` is
    ``capture`` when the publication time is not known. ``notes`` says what was odd or forgiven.
    """

    document: Document
    dialect: Dialect
    published: datetime | None = None
    published_from: PublishedFrom = "capture"
    seen: datetime | None = None
    byline: str | None = None
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comments: bool | None = None
    file_name: FileName = field(default_factory=FileName)
    notes: tuple[str, ...] = ()


@dataclass
class _Header:
    """What a header in the text says; ``end`` is where the body begins."""

    dialect: str
    end: int
    headline: str = ""
    url: str = ""
    published: datetime | None = None
    notes: list[str] = field(default_factory=list)


_MAY_BE = re.compile(rb"(?:<!--[^\n]{0,80}-->|---|\[.*)[ \t]*\r?(?:\n|$)")


def may_be_document(head: bytes) -> bool:
    """Whether a file that begins with ``head`` opens as a dialect does; ``parse_foreign`` says whether it is one."""
    return b"\0" not in head and _MAY_BE.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def parse_foreign(content: bytes, *, name: str = "") -> Foreign:
    """Read a file of any dialect; ``name`` is the file's name, read for what the text lacks and for messages.

    Raises FormatError with file, line, what was expected and what was found.
    """
    text, notes = _decode(content, name)
    if text.startswith(("---\n", "---\r\n", "--- \n")):
        foreign = _read_jekyll(text, name)
    else:
        header = _read_header(text, 0, 1, name)
        foreign = Foreign(
            document=_make_document(header, text),
            dialect=_DIALECTS[header.dialect],
            published=header.published,
            notes=tuple(header.notes),
        )
    return _finish(foreign, notes, read_file_name(name))


def _decode(content: bytes, name: str) -> tuple[str, list[str]]:
    """The text and notes. A few broken bytes in a long text are replaced and said; another encoding is refused."""
    notes = []
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        notes.append("a byte order mark in front was left out")
    try:
        return content.decode("utf-8"), notes
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = content.decode("utf-8", "replace")
        broken = text.count("\ufffd") - content.count(b"\xef\xbf\xbd")
        beyond_ascii = sum(1 for character in text if character > "\x7f")
        if broken * 100 > beyond_ascii:
            found = content[error.start : error.start + 8]
            hint = "UTF-8 (convert the file first, such as with: iconv -f GB18030 -t UTF-8)"
            raise say(name, line, hint, repr(found)) from error
        notes.append(f"{broken} broken byte sequences, the first in line {line}, were replaced by U+FFFD")
        return text, notes


def _iter_lines(text: str, start: int, limit: int) -> Iterator[tuple[str, int]]:
    """Up to ``limit`` lines from ``start``, each without its line end and with the place where the next begins."""
    for _ in range(limit):
        if start >= len(text):
            return
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        yield text[start:end].removesuffix("\r"), min(end + 1, len(text))
        start = end + 1


def _skip_empty_line(text: str, start: int) -> int:
    for line, following in _iter_lines(text, start, 1):
        return start if line else following
    return start


def _read_header(text: str, start: int, number: int, name: str) -> _Header:
    """Read a mirror or early header that begins at ``start``, which is line ``number`` of the file."""
    header = _Header("early-undated", start)
    lines = list(_iter_lines(text, start, _HEADER_LINES))
    if lines and (comment := _COMMENT.fullmatch(lines[0][0])):
        header.dialect = "mirror-undated"
        _read_milliseconds(comment[1], header)
        lines, number = lines[1:], number + 1
    rule = next((at for at, (line, _) in enumerate(lines) if _RULE.fullmatch(line)), None)
    if rule is not None and any(not line.strip() for line, _ in lines[:rule]):
        rule = None  # a headline may run over lines, but not over paragraphs
    link = split_link(" ".join(line.strip() for line, _ in lines[: rule or 1])) if lines else None
    if link is None:
        form = "'[headline](url)'"
        if header.dialect == "early-undated":
            form = "'<!--milliseconds-->', '[headline](url)' or the '---' of front matter"
        raise say(name, number, form, lines[0][0] if lines else "")
    if rule is None:
        raise say(name, number + 1, "'------'", lines[1][0] if len(lines) > 1 else "")
    if rule > 1:
        header.notes.append(f"the headline ran over {rule} lines")
    header.headline, header.url = fold_headline(link[0]).strip(), link[1].strip()
    header.end = lines[rule][1]
    if header.dialect == "early-undated":
        _read_date_line(text, header)
    header.end = _skip_empty_line(text, header.end)
    return header


def _read_milliseconds(value: str, header: _Header) -> None:
    if value == "NaN":
        return
    milliseconds = int(value) if _MILLISECONDS.fullmatch(value) else None
    if milliseconds is None or not MIN_MS <= milliseconds <= MAX_MS:
        header.notes.append(f"line 1 names no time: {value[:40]!r}")
    elif milliseconds == 0:
        header.notes.append("a time of 0 in line 1 is a missing date and not the year 1970")
    else:
        header.dialect = "mirror"
        header.published = _from_milliseconds(milliseconds)


def _read_date_line(text: str, header: _Header) -> None:
    """The ``日期：`` line, at once under the rule or after one empty line; without it the end stays where it is."""
    start = _skip_empty_line(text, header.end)
    for line, following in _iter_lines(text, start, 1):
        match = _DATE_LINE.fullmatch(line)
        if match is None:
            return
        header.end = following
        header.published = _find_rfc822(match[1])
        if header.published is None:
            header.notes.append(f"the date line names no date: {match[1][:40]!r}")
        else:
            header.dialect = "early"


def _find_rfc822(value: str) -> datetime | None:
    """RFC 5322 §3.3, or ISO 8601; a time without an offset is taken as UTC (the mirrors ran in UTC)."""
    try:
        instant = parsedate_to_datetime(value.strip())
    except (ValueError, IndexError, TypeError):
        found = find_instant(value.strip())
        return found[0] if found else None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return None


def _read_jekyll(text: str, name: str) -> Foreign:
    lines = list(_iter_lines(text, 0, _FRONT_MATTER_LINES))
    closing = next((at for at, (line, _) in enumerate(lines) if at and line.rstrip() == "---"), None)
    if closing is None:
        raise say(name, 1, f"a closing '---' within {_FRONT_MATTER_LINES} lines", "none")
    values = read_front_matter([line for line, _ in lines[1:closing]])
    start = lines[closing][1]
    header = _find_inner_header(text, start, closing + 2, name)
    if header is None:
        header = _Header("html", _skip_empty_line(text, start))
    notes = header.notes
    title = fold_headline(unquote(values.get("title", ""))).strip()
    address = next((unquote(values[key]) for key in _ADDRESS_KEYS if _names_address(values.get(key))), "")
    if header.url and address and header.url != address:
        notes.append(f"the front matter names another address: {address}")
    header.headline = header.headline or title
    header.url = header.url or address
    dated = _read_front_date(values.get("date", ""), notes)
    seen = None
    if header.dialect == "html":
        header.published = dated
    elif dated is not None and header.published != dated:
        seen = dated
        if header.published is not None:
            notes.append(f"the front matter names another time: {dated.isoformat()}")
    return Foreign(
        document=_make_document(header, text),
        dialect=_DIALECTS["jekyll-" + header.dialect.removeprefix("mirror-").removeprefix("early-")],
        published=header.published,
        seen=seen,
        byline=html.unescape(unquote(values.get("author", ""))).strip() or None,
        tags=read_list(values.get("tags", "")),
        categories=read_list(values.get("categories", "")),
        comments={"true": True, "false": False}.get(values.get("comments", "").lower()),
        notes=tuple(notes),
    )


def _find_inner_header(text: str, start: int, number: int, name: str) -> _Header | None:
    """A mirror or early header after the front matter; None where HTML begins at once."""
    start = _skip_empty_line(text, start)
    if not text.startswith(("<!--", "["), start):
        return None
    try:
        return _read_header(text, start, number, name)
    except FormatError:
        return None


def _names_address(value: str | None) -> bool:
    return value is not None and unquote(value).startswith(("http://", "https://", "/"))


def _read_front_date(value: str, notes: list[str]) -> datetime | None:
    if not value:
        return None
    found = find_instant(value)
    if found is None:
        notes.append(f"the front matter's date cannot be read: {value[:40]!r}")
        return None
    instant, exact = found
    if not exact:
        notes.append("only the day is known")
    return instant


def _make_document(header: _Header, text: str) -> Document:
    milliseconds = None if header.published is None else _to_milliseconds(header.published)
    return Document(milliseconds, header.headline, header.url, text[header.end :].removesuffix("\n"))


def _finish(foreign: Foreign, notes: list[str], file_name: FileName) -> Foreign:
    """Fill from the file's name what the text lacks, and say what is missing."""
    document, published = foreign.document, foreign.published
    notes = [*notes, *foreign.notes]
    if not document.headline and file_name.headline:
        document = replace(document, headline=fold_headline(file_name.headline).strip())
        notes.append("the headline is that of the file's name")
    if published is None and foreign.seen is None and file_name.day is not None:
        day = datetime.combine(file_name.day, time(), UTC)
        if foreign.dialect == "jekyll-html":
            published = day
            document = replace(document, published_ms=_to_milliseconds(day))
            notes.append("only the day is known, from the file's name")
        else:
            foreign = replace(foreign, seen=day)
    if not document.url:
        notes.append("no address")
    if not document.body.strip():
        notes.append("no body")
    return replace(
        foreign,
        document=document,
        published=published,
        published_from="capture" if published is None else "document",
        file_name=file_name,
        notes=tuple(notes),
    )


def _from_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _to_milliseconds(instant: datetime) -> int:
    since = instant - _EPOCH
    return since // timedelta(milliseconds=1)
