"""The caps of this room, in one place: what a feed may cost before we cut it and say so."""

from __future__ import annotations

MAX_BYTES = 16 * 1024 * 1024
"""More than this is cut, with a note; whole entries before the cut are kept."""

MAX_ENTRIES = 10_000
MAX_DEPTH = 200
"""Elements inside elements that we follow; libxml2 itself stops at 256."""

MAX_ENTITIES = 300
"""Entity declarations of a document type that are read; each may be as long as ``MAX_ENTITY_LENGTH``."""

MAX_ENTITY_LENGTH = 300
MAX_ENTITY_GROWTH = 1_000_000
"""Characters that all uses of one declared entity may add; beyond that its references stay as they are."""

MAX_LISTED = 200
"""Authors, categories, enclosures and pictures of one entry."""

HUGE_TEXT = 9_000_000
"""From this many bytes on, libxml2's own limit on one text (10 MB) is lifted; our ``MAX_BYTES`` still holds."""

MAX_OUTLINES = 50_000
"""Outlines read from one OPML document."""
