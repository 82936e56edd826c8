"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: one odd entry, or a cut end, never costs the feed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

from broadsheet.errors import FormatError
from broadsheet.model import Enclosure, Entry, Feed, Picture
from broadsheet.text.charset import decode
from broadsheet.text.dates import parse_date

from ._entries import build_entry
from ._limits import MAX_BYTES, MAX_ENTRIES, MAX_LISTED
from ._markup import absolute, absolute_markup, headline

_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*+[{\[]")


def looks_like_json(content: bytes) -> bool:
    """Whether the first byte that is not white space or a byte order mark opens a JSON object or list."""
    return _START.match(content) is not None


def parse_json_feed(
    content: bytes, *, url: str | None = None, content_type: str | None = None, language: str | None = None
) -> Feed:
    """The JSON Feed in ``content``; raises FormatError where it is other JSON."""
    notes: list[str] = []
    failures: list[str] = []
    if len(content) > MAX_BYTES:
        notes.append(f"cut at {MAX_BYTES} of {len(content)} bytes")
    decoded = decode(content[:MAX_BYTES], http=content_type, declared="")
    if decoded.note:
        notes.append(decoded.note)
    document = _load(decoded.text, notes)
    listed = document.get("items")
    if not isinstance(listed, list) or not ("version" in document or "title" in document or listed):
        raise FormatError(
            "no feed here: this is JSON, but no JSON Feed (it lists no items); look for the feed's address"
        )
    home = _text(document, "home_page_url")
    stated = language or _text(document, "language") or ""
    maker = _EntryMaker(url or _text(document, "feed_url") or home, stated.lower().startswith(("zh", "cmn", "yue")))
    if len(listed) > MAX_ENTRIES:
        notes.append(f"more than {MAX_ENTRIES} entries; the rest was left")
    entries: list[Entry] = []
    for number, listing in enumerate(listed[:MAX_ENTRIES], start=1):
        if not isinstance(listing, dict):
            failures.append(f"entry {number} is no whole JSON object")
            continue
        try:
            entries.append(maker.make(listing))
        except Exception as error:  # whatever one entry holds, the others are news too
            failures.append(f"entry {number} cannot be read: {type(error).__name__}: {error}")
    version = re.search(r"/version/(1(?:\.\d)?)", _text(document, "version") or "")
    return Feed(
        dialect=f"json feed {'1.0' if not version or version[1] == '1' else version[1]}",
        title=headline(_text(document, "title") or "", literal=True),
        home_url=absolute(home, url),
        self_url=absolute(_text(document, "feed_url"), url),
        next_url=absolute(_text(document, "next_url"), url),
        language=_text(document, "language"),
        description=_escape(_text(document, "description")),
        authors=_authors(document),
        picture_url=absolute(_text(document, "icon") or _text(document, "favicon"), url),
        encoding=decoded.encoding,
        entries=tuple(entries),
        notes=tuple(notes),
        failures=tuple(failures),
    )


# ---- from text to objects -----------------------------------------------------------------------------------------


def _load(text: str, notes: list[str]) -> dict[str, Any]:
    text = text.lstrip("\ufeff \t\r\n\x00")
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        document = _load_pieces(text)
        notes.append("broken JSON, read entry by entry")
    if not isinstance(document, dict):
        raise FormatError("no feed here: this is a JSON list, not a JSON Feed; look for the feed's address")
    return document


_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NEXT = re.compile(r"[\s,]*")
_RESUME = re.compile(r"\}\s*,\s*(?=\{)")


def _load_pieces(text: str) -> dict[str, Any]:
    """The head of a broken document and as many whole entries as follow it."""
    found = _ITEMS.search(text)
    if not found:
        raise FormatError("no feed here: this is broken JSON that lists no items; look at the address in a browser")
    try:
        document = json.loads(text[: found.end()] + "]}", strict=False)
    except (ValueError, RecursionError):
        document = {}
    read = json.JSONDecoder(strict=False).raw_decode
    listed: list[Any] = []
    place = found.end()
    whole = True  # False while we may stand inside a broken entry, where objects are not entries
    while place < len(text) and len(listed) <= MAX_ENTRIES:
        gap = _NEXT.match(text, place)
        place = gap.end() if gap else place
        if text.startswith("]", place) or place == len(text):
            break
        try:
            listing, place = read(text, place)
        except (ValueError, RecursionError):
            listed.append(None)
            resumed = _RESUME.search(text, place)
            if not resumed:
                break
            place = resumed.end()
            whole = False
            continue
        if whole or (isinstance(listing, dict) and "id" in listing):
            listed.append(listing)
            whole = True
    return {**document, "items": listed}


def _text(holder: dict[str, Any], key: str) -> str | None:
    """A value as text; numbers count, other kinds do not."""
    value = holder.get(key)
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _escape(text: str | None) -> str | None:
    return html.escape(text, quote=False) if text else None


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1 lists authors, version 1 has one; publishers mix both, and write plain names."""
    listed = holder.get("authors") or holder.get("author") or ()
    names = []
    for author in listed if isinstance(listed, list) else (listed,):
        name = _text(author, "name") or _text(author, "url") if isinstance(author, dict) else author
        if isinstance(name, str) and name.strip() and name.strip() not in names:
            names.append(name.strip())
    return tuple(names[:MAX_LISTED])


class _EntryMaker:
    """Makes entries of one document, whose base address and manner of dates they share."""

    def __init__(self, base: str | None, chinese: bool) -> None:
        self.base = base
        self.chinese = chinese

    def make(self, listing: dict[str, Any]) -> Entry:
        text: Callable[[str], str | None] = lambda key: _text(listing, key)  # noqa: E731
        published_text, updated_text = text("date_published"), text("date_modified")
        identity = text("id")
        url = absolute(text("url") or text("external_url"), self.base)
        if url is None and identity and identity.startswith(("http://", "https://")):
            url = identity
        content = text("content_html") or _escape_paragraphs(text("content_text"))
        published = self._date(published_text)
        odd = published_text is not None and published is None
        return build_entry(
            {
                "entry_id": identity,
                "url": url,
                "headline": headline(text("title") or "", literal=True),
                "summary": _escape(text("summary")),
                "content": absolute_markup(content, self.base) if content else None,
                "published": published,
                "published_text": published_text,
                "updated": self._date(updated_text),
                "updated_text": updated_text,
                "authors": _authors(listing),
                "categories": self._categories(listing),
                "language": text("language"),
                "enclosures": self._enclosures(listing),
                "pictures": self._pictures(listing),
                "source_title": None,
                "source_url": None,
                "notes": (f"date not understood: {str(published_text)[:80]!r}",) if odd else (),
            }
        )

    def _date(self, text: str | None) -> Any:
        return parse_date(text, chinese=self.chinese) if text else None

    def _categories(self, listing: dict[str, Any]) -> tuple[str, ...]:
        tags = listing.get("tags")
        if isinstance(tags, str):
            tags = tags.split(",")
        words = [tag.strip() for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
        return tuple(dict.fromkeys(word for word in words if word))[:MAX_LISTED]

    def _enclosures(self, listing: dict[str, Any]) -> tuple[Enclosure, ...]:
        found = []
        attachments = listing.get("attachments")
        for attachment in attachments if isinstance(attachments, list) else ():
            url = absolute(_text(attachment, "url"), self.base) if isinstance(attachment, dict) else None
            if url:
                size = attachment.get("size_in_bytes")
                found.append(Enclosure(url, _text(attachment, "mime_type"), size if isinstance(size, int) else None))
        return tuple(found[:MAX_LISTED])

    def _pictures(self, listing: dict[str, Any]) -> tuple[Picture, ...]:
        urls = [absolute(_text(listing, key), self.base) for key in ("image", "banner_image")]
        return tuple(Picture(url) for url in dict.fromkeys(urls) if url)


def _escape_paragraphs(text: str | None) -> str | None:
    """Plain text as HTML: empty lines part paragraphs, single ones become breaks."""
    if not text:
        return None
    escaped = html.escape(text, quote=False)
    if "\n" not in escaped:
        return escaped
    parts = re.split(r"\n[ \t\r]*\n\s*", escaped.replace("\r\n", "\n"))
    return "".join(f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in parts if part.strip())
