"""The feeds room: bytes -> ``Feed`` with its entries, OPML, and where a page or an outlet keeps its feeds.

Pure: no clock, no network, no disk, no settings. It must not know what becomes of an entry.

::

    parse_feed -> _json (JSON Feed)
               -> _tree (_sections and bytes -> elements; _repair where they are not XML) -> _channel, _entries -> Feed
"""

from __future__ import annotations

from ._discovery import FeedLink, find_feed_links, guess_feed_urls
from ._opml import OpmlOutline, format_opml, parse_opml
from ._parse import parse_feed

__all__ = [
    "FeedLink",
    "OpmlOutline",
    "find_feed_links",
    "format_opml",
    "guess_feed_urls",
    "parse_feed",
    "parse_opml",
]
