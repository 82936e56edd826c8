"""What response headers say about time: HTTP dates, freshness, Retry-After. Pure; reads a capture, nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from broadsheet.model import LONGEST_WAIT_S, Capture

_SECONDS: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]*)?", re.ASCII)
_DIRECTIVE: Final = re.compile(r'([a-z0-9_-]+)[ \t]*(?:=[ \t]*(?:"([^"]*)"|([^\s,;"]*)))?', re.ASCII)


def find_http_date(text: str | None) -> datetime | None:
    """Read an HTTP-date in any of its three forms (RFC 9110, 5.6.7) as an aware UTC instant, or None."""
    if not text or len(text) > 64:
        return None
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def server_time(capture: Capture) -> datetime:
    """What the server's clock showed when it answered: its Date header, else our own time of capture.

    Dates in a response are compared with this, never with our clock, so that a server whose clock is wrong
    still means the durations it means (RFC 9111, 4.2.1 and 4.2.3).
    """
    return find_http_date(capture.find_header("Date")) or capture.captured


def cache_directives(capture: Capture) -> dict[str, str]:
    """Cache-Control as name -> value (``""`` without one), all its fields joined, the first of a name kept.

    RFC 9111, 5.2: names are case-insensitive, values may be tokens or quoted, fields may be repeated.
    """
    joined = ",".join(value for name, value in capture.headers if name.lower() == "cache-control")
    directives: dict[str, str] = {}
    for name, quoted, bare in _DIRECTIVE.findall(joined.lower()):
        directives.setdefault(name, quoted or bare)
    return directives


def freshness_s(capture: Capture) -> float:
    """How many more seconds the response stays fresh, at least 0 and without an upper bound.

    RFC 9111, 4.2: max-age, else Expires minus Date; less the Age that caches on the way report. ``no-cache``
    and ``no-store`` mean none; a max-age that cannot be read, or an invalid Expires such as ``0``, means stale.
    """
    directives = cache_directives(capture)
    if "no-cache" in directives or "no-store" in directives:
        return 0.0
    if "max-age" in directives:
        lifetime = _find_seconds(directives["max-age"]) or 0.0
    else:
        expires = find_http_date(capture.find_header("Expires"))
        lifetime = (expires - server_time(capture)).total_seconds() if expires else 0.0
    return max(0.0, lifetime - (_find_seconds(capture.find_header("Age")) or 0.0))


def retry_after_s(capture: Capture) -> float | None:
    """The wait a Retry-After header asks for (RFC 9110, 10.2.3), in seconds, or None where there is none.

    Takes seconds or a date (relative to the server's own clock); between 0 and ``LONGEST_WAIT_S``.
    """
    text = capture.find_header("Retry-After")
    wait = _find_seconds(text)
    if wait is None:
        until = find_http_date(text)
        if until is None:
            return None
        wait = (until - server_time(capture)).total_seconds()
    return min(max(wait, 0.0), float(LONGEST_WAIT_S))


def _find_seconds(text: str | None) -> float | None:
    """A non-negative number of seconds, or None for anything else."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:18])
    return float(text) if _SECONDS.fullmatch(text) else None
