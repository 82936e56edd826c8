"""How far we are with looking at each article again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that was seen and not kept yet: it may be one of two that a page shows by turns.

    ``digest`` is that of the text; ``since`` when it was first seen and ``looks`` how often in a row since then.
    ``capture_digest``, ``capture_place`` and ``capture_parts`` name the kept capture that it was first taken from.
    """

    digest: str
    since: datetime
    looks: int = 1
    capture_digest: str | None = None
    capture_place: str | None = None
    capture_parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookState:
    """How far we are with one article. Disposable: without it the ladder goes on from its next rung.

    ``first`` is when we first had the article, ``edited`` when its newest revision was seen; the rungs count from
    these. ``next_due`` None means: at once. ``last_seen`` is when the newest text was last seen on the page.
    ``etag``, ``last_modified``, ``body_digest`` and ``parts`` (digests of further pages) belong to the newest whole
    answer, which came at ``last_full``; the validators are opaque, byte for byte.
    """

    article: str
    outlet: str
    url: str
    first: datetime
    next_due: datetime | None = None
    edited: datetime | None = None
    last_look: datetime | None = None
    last_seen: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    parts: tuple[str, ...] = ()
    last_full: datetime | None = None
    failures: int = 0
    """Looks in a row that brought no answer to go by."""
    strikes: int = 0
    """Looks in a row that found the page missing."""
    first_strike: datetime | None = None
    vanished: datetime | None = None
    """Since when the ledger says that the page is gone, None while it is there."""
    waiting: Waiting | None = None
    tried: tuple[str, ...] = ()
    """Digests of texts that waited and were gone at the next look: the outlet tries them out on its readers."""
    decided: datetime | None = None
    """When ``next_due`` was decided: what a wrong clock decided in a time to come is not obeyed."""
