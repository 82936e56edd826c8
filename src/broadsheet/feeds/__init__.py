"""The feeds room: bytes -> ``Feed`` with its entries, OPML, and where a page or an outlet keeps its feeds.

Pure: no clock, no network, no disk, no settings. It must not know what becomes of an entry.

::

    parse_feed -> _json (JSON Feed)
               -> _tree (bytes -> elements; _repair where they are not XML) -> _channel, _entries -> Feed
"""

from __future__ import annotations

from ._parse import parse_feed

__all__ = ["parse_feed"]
