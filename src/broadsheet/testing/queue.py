"""The Queue in memory: for tests and for runs that leave nothing behind. Knows no rule of polling, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import RLock

from broadsheet.model import (
    LONGEST_WAIT_S,
    SEEN_GONE_MOST,
    SEEN_KEPT_S,
    FeedState,
    HostState,
    is_believable,
    shift,
)

_SEEN_KEPT = timedelta(seconds=SEEN_KEPT_S)
_HOST_KEPT_S = 86_400
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_Seen = dict[str, tuple[str, datetime | None]]
"""Entry key -> fingerprint, and since when the key is gone from the feed."""


@dataclass(slots=True)
class _Row:
    state: FeedState
    worker: str = ""
    until: datetime | None = None
    seen: _Seen = field(default_factory=dict)

    def is_held(self, now: datetime) -> bool:
        return self.until is not None and now < self.until <= shift(now, LONGEST_WAIT_S)


class MemoryQueue:
    """``ports.Queue`` in a dictionary, behind one lock."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._rows: dict[str, _Row] = {}
        self._hosts: dict[str, tuple[HostState, datetime | None]] = {}
        """Each host, and when the wait was noted."""

    def add(self, states: Iterable[FeedState], *, forget_others: bool = False) -> int:
        with self._lock:
            named = {state.url: state for state in states}
            new = [url for url in named if url not in self._rows]
            for url, state in named.items():
                row = self._rows.setdefault(url, _Row(state))
                row.state = replace(row.state, outlet=state.outlet)
            if forget_others:
                self._rows = {url: row for url, row in self._rows.items() if url in named}
            return len(new)

    def find(self, url: str) -> FeedState | None:
        with self._lock:
            row = self._rows.get(url)
            return row.state if row else None

    def lease(
        self, now: datetime, limit: int, worker: str, lease_s: float, *, urls: Collection[str] | None = None
    ) -> list[FeedState]:
        with self._lock:
            until = shift(now, lease_s)
            first, last = shift(now, -_HOST_KEPT_S), shift(now, LONGEST_WAIT_S)
            self._hosts = {
                key: (row, noted)
                for key, (row, noted) in self._hosts.items()
                if first < row.not_before <= last and is_believable(noted, now)
            }
            busy = {row.host for row, _ in self._hosts.values() if now < row.not_before}
            busy.update(key for row in self._rows.values() if row.is_held(now) for key in row.state.pacing)
            leased: list[FeedState] = []
            for row in sorted(self._rows.values(), key=_turn):
                if len(leased) >= limit:
                    break
                wanted = row.state.url in urls if urls is not None else _is_due(row.state, now)
                if wanted and not row.is_held(now) and busy.isdisjoint(row.state.pacing):
                    row.worker, row.until = worker, until
                    busy.update(row.state.pacing)
                    leased.append(row.state)
            return leased

    def done(
        self,
        state: FeedState,
        worker: str,
        hosts: Iterable[HostState] = (),
        *,
        seen: Mapping[str, str] | None = None,
    ) -> bool:
        with self._lock:
            for host in hosts:
                known = self._hosts.get(host.host)
                if known is None or known[0].not_before < host.not_before:
                    self._hosts[host.host] = host, state.last_polled
            row = self._rows.get(state.url)
            if row is None or row.until is None or row.worker != worker:
                return False
            if seen is not None:
                row.seen = _merged(row.seen, seen, state.last_polled)
            row.state, row.worker, row.until = state, "", None
            return True

    def iter_states(self) -> Iterator[FeedState]:
        with self._lock:
            states = [self._rows[url].state for url in sorted(self._rows)]
        yield from states

    def hosts(self) -> list[HostState]:
        with self._lock:
            return sorted((row for row, _ in self._hosts.values()), key=lambda row: row.host)

    def find_seen(self, url: str) -> dict[str, str]:
        with self._lock:
            row = self._rows.get(url)
            return {key: fingerprint for key, (fingerprint, _) in row.seen.items()} if row else {}


def _turn(row: _Row) -> tuple[datetime, str]:
    return row.state.next_due or _LONG_AGO, row.state.url


def _is_due(state: FeedState, now: datetime) -> bool:
    if state.next_due is None or not is_believable(state.decided, now):
        return True
    return not now < state.next_due <= shift(now, LONGEST_WAIT_S)


def _merged(known: _Seen, seen: Mapping[str, str], now: datetime | None) -> _Seen:
    """What is in the feed now, and what left it not too long ago."""
    gone = [
        (since or now, key, fingerprint)
        for key, (fingerprint, since) in known.items()
        if key not in seen and (now is None or since is None or now - since <= _SEEN_KEPT)
    ]
    gone.sort(key=lambda row: (row[0] or _LONG_AGO, row[1]), reverse=True)
    merged: _Seen = {key: (fingerprint, since) for since, key, fingerprint in gone[:SEEN_GONE_MOST]}
    merged.update((key, (fingerprint, None)) for key, fingerprint in seen.items())
    return merged
