"""How fast a feed publishes, and the hours its publisher asks us to stay away. Pure: instants in, waits out."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Final

from broadsheet.model import Feed, FeedState, shift
from broadsheet.policy.manners import DAY_S, DEFAULT, Manners

_WEEK_HOURS: Final = 7 * 24
_PUSH_S: Final = 600.0
"""Polls that were put off to the end of a skipped hour are spread over this time after it."""


def adaptive_s(recent: tuple[datetime, ...], now: datetime, manners: Manners = DEFAULT) -> float:
    """The interval that fits the instants of a feed's latest entries (oldest first), within the bounds of ``manners``.

    Mean gap over the last week (or over the entries we remember, if they are younger), the silence since the
    latest one included, divided by ``polls_per_entry``. Grows by itself while nothing comes. A week without an
    entry means the cap, which leaves room for jitter below ``max_interval_s``.
    """
    cap = manners.max_interval_s / (1 + manners.jitter_share)
    end = bisect_right(recent, now)
    first = bisect_left(recent, shift(now, -manners.rhythm_window_s), 0, end)
    count = end - first
    if not count:
        return cap
    if first:
        span = manners.rhythm_window_s
    else:
        span = max((now - recent[0]).total_seconds(), DAY_S if count < 3 else 0.0)
    return min(max(span / count / manners.polls_per_entry, manners.min_interval_s), cap)


def patience_s(recent: tuple[datetime, ...], floor_s: float) -> float:
    """How long the silence after the latest of these entries (oldest first) is no surprise: at least ``floor_s``.

    Ten times the mean gap, or twice the longest there was: what comes in batches, on weekdays or by season is not
    silent between them.
    """
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(recent)]
    return max(floor_s, 10 * sum(gaps) / len(gaps), 2 * max(gaps)) if gaps else floor_s


def listing_digest(feed: Feed) -> str:
    """A digest of which entries the feed lists, whatever their order, dates or text."""
    names = sorted({entry.entry_id or entry.url or entry.headline for entry in feed.entries})
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()


def remembered(
    state: FeedState, feed: Feed, listing: str, now: datetime, manners: Manners = DEFAULT
) -> tuple[datetime, ...]:
    """The instants of the latest entries once ``feed`` has been read, oldest first, to the minute.

    Nothing counts while the listing stays the same: feeds that stamp every entry with the time of the request
    would look busy. A changed listing without a believable new date (none, or in the future) counts as now.
    Entries of one minute count once: a batch is one happening.
    """
    if listing == state.listing_digest:
        return state.recent
    known = {moment for moment in state.recent if moment <= now}
    edge = shift(now, manners.future_clamp_s)
    dated = _minutes(min(e.published, now) for e in feed.entries if e.published and e.published <= edge)
    tells_more = bool(dated) and (not known or max(dated) > max(known))
    if feed.entries and not tells_more:
        dated |= _minutes((now,))
    return tuple(sorted(dated | known))[-manners.recent_kept :]


def next_allowed(
    moment: datetime, skip_hours: tuple[int, ...], skip_days: tuple[int, ...], chance: float = 0.0
) -> datetime:
    """The first instant not before ``moment`` (UTC) outside the hours and days a feed asks to be left alone.

    RSS 2.0 ``skipHours`` (0 to 23, GMT) and ``skipDays`` (Monday = 0). At most seven days later; where that
    finds nothing, all of the week is named and the wish is no wish. ``chance`` spreads the first ten minutes.
    """
    if not skip_hours and not skip_days:
        return moment
    start = moment.replace(minute=0, second=0, microsecond=0)
    for hour in range(_WEEK_HOURS):
        then = shift(start, 3600 * hour)
        if then.hour not in skip_hours and then.weekday() not in skip_days:
            return shift(then, int(chance * _PUSH_S)) if hour else moment
    return moment


def _minutes(moments: Iterable[datetime]) -> set[datetime]:
    return {moment.replace(second=0, microsecond=0) for moment in moments}
