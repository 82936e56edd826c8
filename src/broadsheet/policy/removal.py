"""Which captures hold words of an article that is taken down. Pure.

A page is told by its address. A feed is shared by many articles, and what it says of this one may be the whole text:
a feed that names the article goes, too. The others it speaks of keep their documents and lose this evidence of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape
from urllib.parse import urlsplit

from broadsheet.addresses.networks import is_told_as
from broadsheet.addresses.urls import url_key
from broadsheet.model import Capture, Revision

_SHORTEST = {"path": 8, "entry id": 4}
"""Shorter ones stand in feeds by chance."""
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<rss|<feed|<rdf:RDF|\{)", re.IGNORECASE)


def speaks_of(lines: Iterable[Revision]) -> Callable[[Capture], bool]:
    """A test for captures that hold words of the article with these ledger lines.

    True for a capture of one of the article's addresses, and for a feed that lists its address or its entry id.
    """
    lines = list(lines)
    urls = {url for line in lines for url in (line.url, line.canonical_url) if url}
    keys = {url_key(url) for url in urls}
    feeds = {line.feed for line in lines if line.feed}
    words = urls | {path for url in urls if len(path := _path_of(url)) >= _SHORTEST["path"]}
    words |= {line.entry_id for line in lines if line.entry_id and len(line.entry_id) >= _SHORTEST["entry id"]}
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words)) or r"(?!)")

    def holds_words(capture: Capture) -> bool:
        if {url_key(capture.url), url_key(capture.final_url)} & keys:
            return True
        asked = (capture.url, capture.final_url)
        is_feed = any(is_told_as(url, feed) for url in asked for feed in feeds) or _looks_like_a_feed(capture)
        return is_feed and bool(named.search(_text_of(capture.body)))

    return holds_words


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _looks_like_a_feed(capture: Capture) -> bool:
    kind = (capture.find_header("content-type") or "").lower()
    if "html" in kind:
        return False
    return any(word in kind for word in ("xml", "rss", "atom", "json")) or bool(_OPENING.match(capture.body))


def _text_of(body: bytes) -> str:
    """Text in which an address is found whatever the charset: it is ASCII in all but UTF-16."""
    charset = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return unescape(body.decode(charset, "replace")).replace("\\/", "/")
