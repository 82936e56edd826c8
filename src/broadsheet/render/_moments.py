"""How moments are written, one alone and two with what lies between."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone called ``name``."""
    return ZoneInfo(name)


def day(instant: datetime, zone: tzinfo) -> str:
    """``2023-07-18``."""
    local = instant.astimezone(zone)  # written sign by sign: strftime takes five times as long
    return f"{local.year:04}-{local.month:02}-{local.day:02}"


def short_day(instant: datetime, zone: tzinfo, year: int) -> str:
    """The day, without the year where that is ``year``."""
    local = instant.astimezone(zone)
    return f"{local:%m-%d}" if local.year == year else f"{local:%Y-%m-%d}"


def clock(instant: datetime, zone: tzinfo) -> str:
    """``05:57``."""
    local = instant.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def iso(instant: datetime) -> str:
    """``2023-07-17T21:57:30Z``."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def moment(instant: datetime, zone: tzinfo = UTC, *, seconds: bool = False) -> str:
    """``2023-07-18 05:57 +08:00``; UTC is said by name."""
    local = instant.astimezone(zone)
    told = f"{local.year:04}-{local.month:02}-{local.day:02} {local.hour:02}:{local.minute:02}"
    if seconds:
        told += f":{local.second:02}"
    if not local.utcoffset():
        return f"{told} UTC"
    offset = f"{local:%z}"
    return f"{told} {offset[:3]}:{offset[3:5]}"


def kept_moment(instant: datetime, zone: tzinfo = UTC, *, seconds: bool = False) -> str:
    """An instant that the ledger states of its own: one at midnight (UTC) says no more than the day (format.md, 6)."""
    utc = instant.astimezone(UTC)
    is_day = utc == utc.replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{utc:%Y-%m-%d}" if is_day else moment(instant, zone, seconds=seconds)


def span_words(after: datetime, seen: datetime, zone: tzinfo = UTC) -> tuple[str, str]:
    """Two moments of the ledger, what they share said once: ``2023-07-18 05:57`` and ``09:20 +08:00``.

    Seconds are told only where both are in the same minute, and no time of day where only the day is known.
    """
    first, second = after.astimezone(zone), seen.astimezone(zone)
    seconds = f"{first:%F %H:%M}" == f"{second:%F %H:%M}"
    begin, end = kept_moment(after, zone, seconds=seconds), kept_moment(seen, zone, seconds=seconds)
    if len(begin) == 10 or len(end) == 10:
        return begin, end
    if first.utcoffset() == second.utcoffset():
        begin = begin.rpartition(" ")[0]
        end = end[11:] if first.date() == second.date() else end
    return begin, end
