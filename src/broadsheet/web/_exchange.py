"""One request and one reply as values, and what HTTP asks of every reply: validators, compression, a strict policy."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every page: nothing inline, nothing from elsewhere."""

SANDBOX = "default-src 'none'; sandbox"
"""Content-Security-Policy of what others made: pictures and documents are looked at, never run."""

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex"),
    ("Server", "Broadsheet"),
)
_WORTH_COMPRESSING = 600
_COMPRESSED = ("text/", "application/json", "application/atom+xml", "application/opensearch", "image/svg+xml")
_MOST_FIELDS = 20
REPEATABLE = ("class", "outlet")
"""Fields that may be given more than once."""


@dataclass(frozen=True)
class Ask:
    """A request. ``path`` is decoded, ``query`` is not; header names are lower-case."""

    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""

    def get_fields(self) -> dict[str, str]:
        """The query's fields, the last of each name; those that may be given more than once, with commas between."""
        given = parse_fields(self.query)
        lists = {name: ",".join(value for other, value in given if other == name) for name in REPEATABLE}
        return {name: lists.get(name, value) for name, value in given}

    def get_cookies(self) -> dict[str, str]:
        """The cookies sent; none where they cannot be read."""
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("cookie", "")).items()}
        except CookieError:
            return {}


def parse_fields(text: str) -> list[tuple[str, str]]:
    """The fields of a query or form, in their order; what comes after the first twenty is not read."""
    return parse_qsl("&".join(text.split("&", _MOST_FIELDS)[:_MOST_FIELDS]), keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    """What is sent. ``compressed`` is ``body`` in gzip where that pays; validators stand in ``headers``."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    compressed: bytes | None = None

    def find_header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def reply_of(
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    modified: datetime | None = None,
    etag: str | None = None,
    policy: str = POLICY,
    cache: str = "private, no-cache",
    extra: tuple[tuple[str, str], ...] = (),
) -> Reply:
    """A reply with all that belongs to it. Whoever asks again with its ETag or date is told that nothing changed."""
    headers = [("Content-Type", media_type), ("Content-Security-Policy", policy), ("Cache-Control", cache), *_ALWAYS]
    if status == 200:
        headers.append(("ETag", f'W/"{etag or hashlib.sha256(body).hexdigest()[:24]}"'))
        headers.append(("Vary", "Accept-Encoding, Accept-Language, Cookie"))
        if modified:
            headers.append(("Last-Modified", format_datetime(modified.astimezone(UTC), usegmt=True)))
    compressed = None
    if media_type.startswith(_COMPRESSED) and len(body) >= _WORTH_COMPRESSING:
        compressed = gzip.compress(body, 5, mtime=0)
    return Reply(status, (*headers, *extra), body, compressed)


def plain_reply(status: int, sentence: str, *extra: tuple[str, str]) -> Reply:
    """A sentence for those who cannot be shown a page."""
    return reply_of((sentence + "\n").encode(), "text/plain; charset=utf-8", status=status, extra=extra)


def redirect(place: str, *extra: tuple[str, str]) -> Reply:
    """303 to ``place``, a path of this reader."""
    return reply_of(b"", "text/plain; charset=utf-8", status=303, extra=(("Location", place), *extra))


def conclude(reply: Reply, ask: Ask) -> Reply:
    """The reply as this asker gets it: 304 where nothing changed, compressed where that is understood."""
    if reply.status == 200 and _is_known(reply, ask):
        kept = ("etag", "last-modified", "cache-control", "vary", "content-security-policy", "server")
        return Reply(304, tuple(pair for pair in reply.headers if pair[0].lower() in kept), b"")
    if reply.compressed is not None and _takes_gzip(ask.headers.get("accept-encoding", "")):
        return Reply(reply.status, (*reply.headers, ("Content-Encoding", "gzip")), reply.compressed)
    return reply


def _is_known(reply: Reply, ask: Ask) -> bool:
    """RFC 9110, 13.2.2: If-None-Match decides; If-Modified-Since only where that is not sent."""
    etag = reply.find_header("etag")
    if (stated := ask.headers.get("if-none-match")) is not None:
        tags = [tag.strip().removeprefix("W/") for tag in stated.split(",")]
        return stated.strip() == "*" or (etag or "").removeprefix("W/") in tags
    modified, since = reply.find_header("last-modified"), ask.headers.get("if-modified-since")
    if not modified or not since:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
