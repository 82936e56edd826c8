"""Our own form of a document, read strictly and written in exactly one way.

::

    <!--1689631143000-->                      publication time, milliseconds since 1970, UTC; NaN if not known
    [Headline](https://outlet.example/a/1)
    ------
                                              one empty line
    <div>…                                    the body, to the line end that ends the file

``parse_document(format_document(d)) == d`` for every document whose headline and address hold no control
characters (those are folded, see ``fold_headline``); ``format_document(parse_document(b)) == b`` for every file
whose headline line is written as ``format_document`` writes it.
"""

from __future__ import annotations

import re

from broadsheet.errors import FormatError
from broadsheet.formats.document._links import fold_headline, fold_url, format_link, split_link
from broadsheet.model import Document

__all__ = ["MAX_MS", "MIN_MS", "fold_headline", "fold_url", "format_document", "parse_document", "say"]

MIN_MS = -62_135_596_800_000
"""1 January of the year 1."""
MAX_MS = 253_402_300_799_999
"""31 December of the year 9999."""

_FIRST_LINE = re.compile(r"<!--(?:(NaN)|(0|-?[1-9][0-9]{0,14}))-->")
_SHOWN = 60


def say(name: str, line: int, expected: str, found: str) -> FormatError:
    """A FormatError that names file, line, what should be there and what is."""
    place = f"{name}: line {line}" if name else f"line {line}"
    shown = found if len(found) <= _SHOWN else found[:_SHOWN] + "…"
    return FormatError(f"{place}: expected {expected}, found {shown!r}")


def format_document(document: Document) -> bytes:
    """The bytes of a document: UTF-8, header of four lines, body, one line end.

    Raises FormatError where a text cannot be written as UTF-8 or the time lies outside the years 1 to 9999.
    """
    if document.published_ms is None:
        first = "<!--NaN-->"
    elif MIN_MS <= document.published_ms <= MAX_MS:
        first = f"<!--{document.published_ms}-->"
    else:
        raise FormatError(
            f"cannot write the document of {document.url!r}: {document.published_ms} ms since 1970 lies outside "
            "the years 1 to 9999; leave the time unknown"
        )
    link = format_link(document.headline, document.url)
    try:
        return f"{first}\n{link}\n------\n\n{document.body}\n".encode()
    except UnicodeEncodeError as error:
        raise FormatError(
            f"cannot write the document of {document.url!r}: {error.object[error.start : error.end]!r} is half a "
            "character and no text; decode the page again"
        ) from error


def parse_document(content: bytes, *, name: str = "") -> Document:
    """Read a document in our own form; ``name`` is the file's name for messages.

    Raises FormatError with file, line, what was expected and what was found.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise say(name, line, "UTF-8", repr(content[error.start : error.start + 8])) from error
    head = text.split("\n", 4)
    head += [""] * (5 - len(head))
    first, link, rule, empty, rest = head
    time = _FIRST_LINE.fullmatch(first)
    if time is None:
        raise say(name, 1, "'<!--milliseconds-->' or '<!--NaN-->'", first)
    milliseconds = None if time[1] else int(time[2])
    if milliseconds is not None and not MIN_MS <= milliseconds <= MAX_MS:
        raise say(name, 1, "a time between the years 1 and 9999", first)
    parts = split_link(link)
    if parts is None:
        raise say(name, 2, "'[headline](url)'", link)
    if rule != "------":
        raise say(name, 3, "'------'", rule)
    if empty:
        raise say(name, 4, "an empty line", empty)
    if not rest.endswith("\n"):
        raise say(name, text.count("\n") + 1, "a line end at the end of the file (is it cut short?)", rest[-_SHOWN:])
    return Document(published_ms=milliseconds, headline=parts[0], url=parts[1], body=rest[:-1])
