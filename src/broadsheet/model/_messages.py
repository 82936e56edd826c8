"""What is told to people beyond the archive, by which channel; and what there is to tell of an archive in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

TroubleKind = Literal["run", "disk", "remote", "feed", "outlet"]
"""No run comes, room runs out, a remote refuses, a feed fails, an outlet is silent: what costs most comes first."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach somebody, as ``[channels.NAME]`` sets it: by a webhook, by mail, by a command, or by the pings
    that a dead-man's switch waits for. Whatever may hold a secret is not in the ``repr``.
    """

    name: str = ""
    webhook: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    headers: tuple[str, ...] = field(default=(), repr=False)
    mail: tuple[str, ...] = ()
    command: tuple[str, ...] = field(default=(), repr=False)
    ping: str = field(default="", repr=False)
    ping_start: str = field(default="/start", repr=False)
    ping_fail: str = field(default="/fail", repr=False)
    proxy: str = field(default="", repr=False)

    @property
    def kind(self) -> str:
        """``webhook``, ``mail``, ``command`` or ``ping``; empty where it is none of them."""
        return next((name for name in ("webhook", "mail", "command", "ping") if getattr(self, name)), "")

    def iter_targets(self) -> Iterator[str]:
        """Who is served by himself: the channel, or each address of a mail, so that one who fails keeps no other back.

        A ping takes no messages.
        """
        if self.mail:
            yield from (f"{self.name} {address}" for address in dict.fromkeys(self.mail))
        elif self.kind in ("webhook", "command"):
            yield self.name


@dataclass(frozen=True, slots=True)
class Message:
    """One thing told to somebody, in plain text. ``key`` is its own for ever: who was told of it is not told again.

    ``kind`` is ``trouble``, ``reminder``, ``recovered`` or ``test``; ``lines`` say the same at length; ``link`` is
    where there is more of it, if anywhere.
    """

    key: str
    kind: str
    archive: str
    subject: str
    lines: tuple[str, ...]
    made: datetime
    link: str = ""

    @property
    def text(self) -> str:
        """The whole of it: subject, lines and link."""
        return "\n".join(filter(None, (self.subject, *self.lines, self.link)))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that keeps an archive from its work. ``place`` is the feed, remote or outlet, empty for the others.

    ``usual_s`` is the period of runs or the habit that an outlet broke; ``free`` and ``need`` are bytes (of a disk that
    runs out of files instead: ``reason`` is ``files``).
    """

    kind: TroubleKind
    since: datetime
    place: str = ""
    reason: str = ""
    usual_s: float = 0.0
    free: int = 0
    need: int = 0

    @property
    def key(self) -> str:
        """What stays while it lasts."""
        return f"{self.kind} {self.place}".rstrip()


@dataclass(frozen=True, slots=True)
class TroubleCase:
    """A trouble that was noticed, and how far we are with it.

    ``told`` is when it was last put into a message (None: nobody was there to be told). ``how`` it ended: ``well``, or
    ``gone`` where it is no longer looked after.
    """

    trouble: Trouble
    noticed: datetime
    told: datetime | None = None
    ended: datetime | None = None
    how: str = ""

    @property
    def id(self) -> str:
        """A name for it: 16 hex digits, the same from its beginning to its end and for ever after."""
        return sha256(f"{self.trouble.key}\n{self.trouble.since:%Y-%m-%dT%H:%M:%S}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: ``reason`` says why it is none that one could wish for, empty for a good one."""

    began: datetime
    ended: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFailure:
    """A remote that could not be served at ``since`` nor at any time up to ``last``."""

    remote: str
    since: datetime
    last: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Growth:
    """How many bytes a day an archive takes, as measured at ``measured``."""

    measured: datetime
    bytes_a_day: int


@dataclass(frozen=True, slots=True)
class Vigil:
    """What is remembered from one look at an archive to the next. Disposable: without it, what is wrong is told anew.

    ``began`` is when it was first looked at; ``runs`` are the latest ends of runs, oldest first; ``unfinished`` are
    beginnings since then of which no end is known.
    """

    began: datetime | None = None
    runs: tuple[RunEnd, ...] = ()
    unfinished: tuple[datetime, ...] = ()
    remotes: tuple[RemoteFailure, ...] = ()
    growth: Growth | None = None
    open: tuple[TroubleCase, ...] = ()
    past: tuple[TroubleCase, ...] = ()
