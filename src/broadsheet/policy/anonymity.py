"""What an anonymous archive leaves out, so that nothing kept tells when, where and by whom it is made. Pure.

What outlets wrote stays as it is: texts, addresses, dates, the bodies of responses. What we add to it is cut down: our
own instants to the day (UTC), and of an exchange everything but what is needed to read its body again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from broadsheet.model import Capture, Revision

_KEPT_HEADERS: Final = frozenset({
    "content-type", "content-encoding", "content-language", "content-length", "content-disposition",
    "transfer-encoding", "last-modified", "location",
})  # fmt: skip
"""Of a response, what says how to read it. All else may tell of us: ``Date`` when we asked, the headers of caches and
networks from where, ``ETag`` and its like who."""
_SENT_HEADERS: Final = frozenset({"accept", "accept-encoding", "user-agent", "referer"})


def day_of(instant: datetime) -> datetime:
    """The beginning of the day (UTC) of ``instant``."""
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def is_day(instant: datetime) -> bool:
    """Whether an instant of ours says no more than the day."""
    return instant == day_of(instant)


def likely_instant(instant: datetime, now: datetime) -> datetime:
    """What an instant of ours that says the day only is taken for: now if it is of the last day, else as it stands."""
    return now if is_day(instant) and instant <= now < instant + timedelta(days=1) else instant


def anonymous_line(line: Revision) -> Revision:
    """``line`` with our own instants cut to the day; those that an outlet printed stay."""
    is_ours = line.published_from == "capture" and line.published == line.captured
    return replace(
        line,
        captured=day_of(line.captured),
        published=day_of(line.published) if is_ours else line.published,
        unchanged_until=day_of(line.unchanged_until) if line.unchanged_until else None,
    )


def anonymous_capture(capture: Capture) -> Capture:
    """``capture`` without what tells of the exchange: its instant and length, the address that answered, and headers.

    The body stays byte for byte: where a page prints the address or the place of its reader, it is in there.
    """
    return replace(
        capture,
        captured=day_of(capture.captured),
        headers=tuple((name, value) for name, value in capture.headers if name.lower() in _KEPT_HEADERS),
        request_headers=tuple(
            (name, value) for name, value in capture.request_headers if name.lower() in _SENT_HEADERS
        ),
        address=None,
        elapsed_s=0.0,
    )
