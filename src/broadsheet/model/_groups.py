"""What grouping keeps of each article, and where it stands while it works."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

NEAR = 8
"""Two articles that bear a key are compared if they stand within so many places of each other among its bearers."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What grouping needs of one article's newest text.

    ``terms`` and ``sketch`` are as the rules wrote them. ``keys`` (signed, 64 bits) are what copies of one text are
    likely to share. ``own_id`` is the id of a story, or of a family, that begins with this article.
    """

    article: str
    outlet: str
    published: datetime
    terms: bytes
    sketch: bytes
    keys: tuple[int, ...]
    own_id: str


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles (published, id), the earlier first, that are copies: tied for good, or by a loose link."""

    one: tuple[datetime, str]
    other: tuple[datetime, str]
    is_tie: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an article belongs, by the numbers that the rules give to events and stories.

    ``merged_events`` and ``merged_stories`` are pairs (gone, kept) of numbers that the article shows to be one: what
    was placed under ``gone`` belongs to ``kept`` from here on. A number goes but once.
    """

    article: str
    published: datetime
    event: int
    story: int
    merged_events: tuple[tuple[int, int], ...] = ()
    merged_stories: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where placing goes on: behind the article ``after`` (published, id), with the ``state`` that the rules had there.

    ``done`` of ``total`` articles stand up to there; ``kept`` says the same of every place a state is kept for.
    """

    after: tuple[datetime, str] | None
    state: bytes | None
    done: int
    total: int
    kept: tuple[int, ...]


def mark_of(article: str) -> int:
    """An article's number in 63 bits, the same in every archive: it settles the order where instants are the same."""
    return int.from_bytes(hashlib.sha256(article.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1
