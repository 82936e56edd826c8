"""What bytes are that are no feed, in a sentence that tells a person what to do."""

from __future__ import annotations

import re

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip-compressed bytes that the server did not label as such"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed bytes that the server did not label as such"),
)
_PAGE = re.compile(
    rb"\s*+(?:\xef\xbb\xbf)?+\s*+(?:<\?xml[^>]*\?>\s*+)?+(?:<!--.{0,2000}?-->\s*+)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)


def describe(content: bytes) -> str | None:
    """A sentence on bytes that cannot be a feed, or None where they may be one."""
    if not content.strip():
        return "the response is empty; look at the address in a browser"
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return f"this is {name}; look for the outlet's feed address"
    if _PAGE.match(content, 0, 10_000) and not _FEED.search(content):
        title = _TITLE.search(content, 0, 100_000)
        words = title[1].decode("utf-8", "replace").strip() if title else "no title"
        return f"this is an HTML page ({words[:80]!r}); look for its feed links"
    return None
