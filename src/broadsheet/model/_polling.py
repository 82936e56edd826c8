"""How far we are with each feed, and which hosts are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

LONGEST_WAIT_S = 31 * 86_400
"""The longest we stay away from a feed or host, whatever a server, an error or a wrong clock says."""


CLOCK_SLACK_S = 300
"""What was decided at an instant further ahead than this was decided by a clock that has been set back since."""

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def shift(moment: datetime, seconds: float) -> datetime:
    """``moment`` plus ``seconds`` (minus, where negative), in UTC; the calendar's first or last instant beyond it."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return _LAST if seconds > 0 else _FIRST


def is_believable(decided: datetime | None, now: datetime) -> bool:
    """Whether a wait that was decided at ``decided`` (None: nobody noted when) is obeyed at ``now``."""
    return decided is None or decided <= shift(now, CLOCK_SLACK_S)


SEEN_KEPT_S = 90 * 86_400
"""How long a queue remembers what an entry looked like after the feed has stopped listing it …"""


SEEN_GONE_MOST = 10_000
"""… and how many such entries of one feed at most, the latest gone first."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of the address a feed is asked at: from ``before`` to ``after``.

    ``why`` is ``redirect`` (the server said so, often enough), ``back`` (the new address failed, the old one
    answers again) or ``undone`` (a person took it back, and the same move is not made again).
    """

    moved: datetime
    before: str
    after: str
    why: Literal["redirect", "back", "undone"] = "redirect"


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far we are with one feed. Disposable: without it the feed is read whole once more, nothing else.

    ``url`` is the address as configured and the key; ``current_url`` the address that permanent redirects have
    led to, None while there is none. ``etag`` and ``last_modified`` belong to the body with ``body_digest`` and
    are opaque, byte for byte. ``next_due`` None means: at once.
    """

    url: str
    outlet: str = ""
    current_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    listing_digest: str | None = None
    """Digest of which entries the last body listed, whatever their text."""
    next_due: datetime | None = None
    decided: datetime | None = None
    """When ``next_due`` was decided: what a wrong clock decided in a time to come is not obeyed."""
    last_polled: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None
    """When a whole body last came, as against a 304."""
    interval_s: float = 3600.0
    """The wait that the last answer led to, before skipped hours."""
    floor_s: float = 0.0
    """A rhythm the server taught us with 429; shrinks again while it is content."""
    failures: int = 0
    """Failures in a row; a request to slow down (429, 503 with Retry-After) counts in ``throttled`` instead."""
    throttled: int = 0
    first_failure: datetime | None = None
    """Since when there has been no success, None while the last answer was one."""
    last_error: tuple[str, str] | None = None
    """Reason and message of the last failure in this row."""
    gone_seen: int = 0
    """How many answers in a row said that the feed is gone for good (410)."""
    status: Literal["active", "dormant"] = "active"
    moved_to: str | None = None
    moved_seen: int = 0
    moved_first: datetime | None = None
    moved_log: tuple[Move, ...] = ()
    recent: tuple[datetime, ...] = ()
    """When the latest entries came out, oldest first, to the minute."""
    ttl_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    pacing: tuple[str, ...] = ()
    """The ``HostState.host`` rows this feed shares with others."""

    @property
    def address(self) -> str:
        """The address to ask now."""
        return self.current_url or self.url


@dataclass(frozen=True, slots=True)
class HostState:
    """Until when to leave a host alone. ``host`` is lower-case ``host[:port]``, or ``.domain`` for all its hosts."""

    host: str
    not_before: datetime
    reason: str = ""
