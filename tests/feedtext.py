"""Writes small feeds for tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from broadsheet.account import Account
from broadsheet.adapters.files import FileStore
from broadsheet.adapters.sqlite.articles import SqliteIndex
from broadsheet.adapters.sqlite.queue import SqliteQueue
from broadsheet.model import Outlet
from broadsheet.policy import Manners, new_state
from broadsheet.policy.identity import Numbering
from broadsheet.services.archive import Archive
from broadsheet.services.ingest.keeping import Keeper
from broadsheet.services.ingest.pipeline import Parts, run_round
from broadsheet.testing.fetch import Answer, MemoryFetcher
from tests.making import NOW, PUBLISHED

FEED = "https://harbour.example/rss.xml"
TEXT = "港口的渡轮在周六清晨复航，乘客在码头等了将近两个小时。港务局说，班次会逐步恢复到每天十二班，票价不变。"


HARBOUR = Outlet("harbour", "港湾日报", language="zh-Hans", feeds=(FEED,))


@dataclass
class Piece:
    """One entry as the feed of a test prints it; None leaves a part out."""

    number: int
    headline: str | None = None
    text: str | None = None
    guid: str | None = ""
    url: str | None = ""
    published: datetime | str | None = PUBLISHED

    def __post_init__(self) -> None:
        self.headline = f"渡轮复航第{self.number}天" if self.headline is None else self.headline
        self.text = f"<p>{TEXT}</p><p>这是第{self.number}天。</p>" if self.text is None else self.text
        self.guid = f"guid-{self.number}" if self.guid == "" else self.guid
        self.url = f"https://harbour.example/a/{self.number:07d}.html" if self.url == "" else self.url


def rss(pieces: Iterable[Piece]) -> bytes:
    """An RSS 2.0 feed of ``pieces``."""
    return f"<rss version='2.0'><channel><title>港湾日报</title>{''.join(map(_entry, pieces))}</channel></rss>".encode()


def _entry(piece: Piece) -> str:
    when = piece.published
    date = format_datetime(when) if isinstance(when, datetime) else when
    parts = {
        "title": piece.headline,
        "link": piece.url,
        "description": piece.text,
        "pubDate": date,
    }
    guid = f"<guid isPermaLink='false'>{escape(piece.guid)}</guid>" if piece.guid else ""
    return f"<item>{guid}{''.join(f'<{k}>{escape(v)}</{k}>' for k, v in parts.items() if v is not None)}</item>"


@dataclass
class Rounds:
    """An archive in a folder that is fed by tests: every round an hour later than the last."""

    root: Path
    now: datetime = NOW
    outlet: Outlet = HARBOUR
    keep_captures: bool = False
    numbering: Numbering = field(default_factory=lambda: Numbering({}))

    def __post_init__(self) -> None:
        self.archive = Archive(FileStore(self.root))
        self.index = SqliteIndex(self.root / ".broadsheet" / "index.sqlite")
        self.queue = SqliteQueue(self.root / ".broadsheet" / "polling.sqlite")
        self.queue.free()
        self.queue.add([new_state(FEED, self.outlet.id)])

    def close(self) -> None:
        """Let go of the files."""
        self.index.close()
        self.queue.close()

    def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def run(self, *pieces: Piece, body: bytes | None = None, limit: int | None = None, status: int = 200) -> Account:
        """Poll the feed once, printing ``pieces`` (or ``body``)."""
        self.now += timedelta(hours=1)
        fetcher = MemoryFetcher({FEED: Answer(rss(pieces) if body is None else body, status)}, now=self.now)
        parts = Parts(
            Keeper(self.archive, self.index, self.numbering), self.queue, fetcher,
            {self.outlet.id: self.outlet}, Manners(), lambda: self.now, lambda: 0.5, self._sleep,
            captures=self.archive.captures if self.keep_captures else None,
        )  # fmt: skip
        account = Account()
        for polled in run_round(parts, urls=[FEED], limit=limit):
            account.add(polled.account)
        assert account.is_balanced
        return account
