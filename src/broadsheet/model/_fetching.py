"""What is asked of a network, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to fetch. ``key`` is handed back with the result; ``headers`` are sent as they stand.

    ``outlet`` is the id of the outlet on whose behalf it is asked: it decides by which way, and under which rules.
    A ``message`` is no question: of its answer only the status counts, its address may be a secret and is told as
    ``shown``, and with a ``body`` it is a POST of it.
    """

    url: str
    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    purpose: Literal["feed", "page", "picture", "message"] = "page"
    max_bytes: int = 16 * 1024 * 1024
    timeout_s: float = 30.0
    not_before: datetime | None = None
    outlet: str = ""
    body: bytes | None = field(default=None, repr=False)
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect on the way: the address asked, the status it gave and the address it named."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response kept as it came. ``body`` is decoded from its transfer and content encodings.

    ``url`` is the address asked for, ``final_url`` the one that answered. ``wire`` holds the body before its
    content encoding was undone where that differs.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    captured: datetime
    hops: tuple[Hop, ...] = ()
    wire: bytes | None = None
    address: str | None = None
    elapsed_s: float = 0.0
    key: str = ""
    request_headers: tuple[tuple[str, str], ...] = ()

    def find_header(self, name: str) -> str | None:
        """The first value of the header ``name`` in any case, or None."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed, as a value, so that a batch goes on."""

    url: str
    key: str
    reason: str
    message: str
    captured: datetime
    status: int | None = None
    retry_after_s: float | None = None
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What came of asking for a host's ``robots.txt``: its text, or the ``reason`` for which there is none.

    ``status`` is None where no server answered. ``text`` may be cut off at the end.
    """

    status: int | None
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RobotsState:
    """What is known of a host's ``robots.txt``, and since when.

    ``text`` is the last that was read (empty where the host has none), None while none ever was. ``failing_since`` is
    when it could not be had for the first time since, ``reason`` why.
    """

    origin: str
    asked: datetime
    text: str | None = None
    failing_since: datetime | None = None
    reason: str = ""
