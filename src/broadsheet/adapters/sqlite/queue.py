"""The Queue in one SQLite file. Knows no rule of polling and no clock; every time comes from the caller.

The file is disposable: one that is damaged, foreign or of another version is moved aside (``….aside``) and a new
one begun. One connection behind a lock serves all threads; other processes may use the same file (WAL, immediate
transactions). ``synchronous=NORMAL``: a power cut may lose the last moments, which costs a poll, never an article.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, Final

from broadsheet.adapters.sqlite._connection import OtherFormError, is_damage
from broadsheet.errors import EngineError
from broadsheet.model import (
    CLOCK_SLACK_S,
    LONGEST_WAIT_S,
    SEEN_GONE_MOST,
    SEEN_KEPT_S,
    FeedState,
    HostState,
    Move,
    shift,
)

_APPLICATION: Final = 0x42535155
_VERSION: Final = 2
_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
_LONGEST: Final = LONGEST_WAIT_S * _SECOND
_SLACK: Final = CLOCK_SLACK_S * _SECOND
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY_S: Final = 30.0

_SCHEMA: Final = f"""
CREATE TABLE feed(
  id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, next_due INTEGER NOT NULL, decided INTEGER NOT NULL DEFAULT 0,
  worker TEXT NOT NULL DEFAULT '', until INTEGER NOT NULL DEFAULT 0, pacing TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX feed_by_turn ON feed(next_due, url);
CREATE INDEX feed_leased ON feed(until) WHERE worker <> '';
CREATE TABLE host(
  host TEXT PRIMARY KEY, not_before INTEGER NOT NULL, reason TEXT NOT NULL, noted INTEGER NOT NULL DEFAULT 0)
  WITHOUT ROWID;
CREATE TABLE seen(
  feed INTEGER NOT NULL REFERENCES feed(id) ON DELETE CASCADE, key BLOB NOT NULL, fingerprint BLOB NOT NULL,
  gone INTEGER, PRIMARY KEY(feed, key)) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""

_FROM_1: Final = f"""
ALTER TABLE feed ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = {_VERSION};
"""
"""What a file of version 1 lacks: what was learnt of each feed is worth keeping."""


class SqliteQueue:
    """``ports.Queue`` in the SQLite file ``path``, which is made where it is not there. Close it after use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _open(path)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
                _move_aside(path)
                self._connection = _open(path)
        except (sqlite3.Error, OSError) as error:
            raise EngineError(
                f"the queue {path} cannot be opened: {error}; check the folder's rights and space"
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def add(self, states: Iterable[FeedState], *, forget_others: bool = False) -> int:
        named = {state.url: state for state in states}
        with self._writing() as connection:
            known = {url: text for url, text in connection.execute("SELECT url, state FROM feed") if url in named}
            for url, state in named.items():
                if url not in known:
                    connection.execute(
                        "INSERT INTO feed(url, next_due, decided, pacing, state) VALUES (?, ?, ?, ?, ?)",
                        (url, *_columns(state)),
                    )
                elif (kept := _decode(known[url])).outlet != state.outlet:
                    _write_state(connection, replace(kept, outlet=state.outlet))
            if forget_others:
                connection.execute(
                    "DELETE FROM feed WHERE url NOT IN (SELECT value FROM json_each(?))", (json.dumps(list(named)),)
                )
        return len(named) - len(known)

    def find(self, url: str) -> FeedState | None:
        rows = self._read("SELECT state FROM feed WHERE url = ?", url)
        return _decode(rows[0][0]) if rows else None

    def lease(
        self, now: datetime, limit: int, worker: str, lease_s: float, *, urls: Collection[str] | None = None
    ) -> list[FeedState]:
        moment = _micros(now)
        until = _micros(shift(now, lease_s))
        with self._writing() as connection:
            busy = _busy_rows(connection, moment)
            leased: list[str] = []
            for url, pacing in _candidates(connection, moment, urls):
                if len(leased) >= limit:
                    break
                keys = pacing.split()
                if busy.isdisjoint(keys):
                    busy.update(keys)
                    leased.append(url)
            connection.executemany(
                "UPDATE feed SET worker = ?, until = ? WHERE url = ?", [(worker, until, url) for url in leased]
            )
            rows = [connection.execute("SELECT state FROM feed WHERE url = ?", (url,)).fetchone() for url in leased]
        return [_decode(text) for (text,) in rows]

    def free(self) -> None:
        """End every lease: for a caller who holds the archive alone, so that those there are belong to the dead."""
        with self._writing() as connection:
            connection.execute("UPDATE feed SET worker = '', until = 0 WHERE worker <> ''")

    def done(
        self,
        state: FeedState,
        worker: str,
        hosts: Iterable[HostState] = (),
        *,
        seen: Mapping[str, str] | None = None,
    ) -> bool:
        with self._writing() as connection:
            noted = _micros(state.last_polled) if state.last_polled else 0
            connection.executemany(
                "INSERT INTO host VALUES (?, ?, ?, ?) ON CONFLICT(host) DO UPDATE SET not_before = excluded.not_before,"
                " reason = excluded.reason, noted = excluded.noted WHERE excluded.not_before > not_before",
                [(row.host, _micros(row.not_before), row.reason, noted) for row in hosts],
            )
            held = connection.execute(
                "SELECT id FROM feed WHERE url = ? AND worker = ? AND worker <> ''", (state.url, worker)
            ).fetchone()
            if held is None:
                return False
            if seen is not None:
                now = _micros(state.last_polled) if state.last_polled else None
                _write_seen(connection, held[0], seen, now)
            _write_state(connection, state)
            connection.execute("UPDATE feed SET worker = '', until = 0 WHERE id = ?", held)
            return True

    def iter_states(self) -> Iterator[FeedState]:
        for (text,) in self._read("SELECT state FROM feed ORDER BY url"):
            yield _decode(text)

    def hosts(self) -> list[HostState]:
        rows = self._read("SELECT host, not_before, reason FROM host ORDER BY host")
        return [HostState(host, _EPOCH + timedelta(microseconds=wait), reason) for host, wait, reason in rows]

    def find_seen(self, url: str) -> dict[str, str]:
        rows = self._read("SELECT key, fingerprint FROM seen WHERE feed = (SELECT id FROM feed WHERE url = ?)", url)
        return {_text(key): _text(fingerprint) for key, fingerprint in rows}

    def _read(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(question, values).fetchall()
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One immediate transaction: all of the block's changes, or none."""
        with self._lock:
            connection = self._connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> EngineError:
        return EngineError(
            f"the queue {self._path} failed: {error}; it may be deleted, it is rebuilt at the next start"
        )


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN IMMEDIATE")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if (application, version) == (_APPLICATION, 1):
            for statement in _FROM_1.split(";"):
                connection.execute(statement)
        elif (application, version) != (_APPLICATION, _VERSION):
            if application or version or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise OtherFormError("another file, or one of another version")
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
        connection.execute("COMMIT")
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise OtherFormError("a damaged file")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _move_aside(path: Path) -> None:
    """Rename the file to the first free ``….aside``, ``….aside.2``; its journals go, they are of no use alone."""
    number = 1
    while (aside := path.with_name(path.name + ".aside" + (f".{number}" if number > 1 else ""))).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _busy_rows(connection: sqlite3.Connection, now: int) -> set[str]:
    """The pacing rows nobody may use now: to be left alone, or in use. Forgets rows that say nothing any more."""
    connection.execute(
        "DELETE FROM host WHERE not_before <= ? OR not_before > ? OR noted > ?",
        (now - _DAY, now + _LONGEST, now + _SLACK),
    )
    busy = {host for (host,) in connection.execute("SELECT host FROM host WHERE not_before > ?", (now,))}
    held = "SELECT pacing FROM feed WHERE worker <> '' AND until > ? AND until <= ?"
    for (pacing,) in connection.execute(held, (now, now + _LONGEST)):
        busy.update(pacing.split())
    return busy


def _candidates(connection: sqlite3.Connection, now: int, urls: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """URL and pacing of the feeds nobody holds that are due (or named by ``urls``), longest due first."""
    question = "SELECT url, pacing FROM feed WHERE {} AND NOT (until > ? AND until <= ?) ORDER BY next_due, url"
    held = (now, now + _LONGEST)
    if urls is not None:
        named = question.format("url IN (SELECT value FROM json_each(?))")
        yield from connection.execute(named, (json.dumps(list(urls)), *held))
        return
    yield from connection.execute(question.format("next_due <= ?"), (now, *held))
    wrong = question.format("next_due > ? AND (next_due > ? OR decided > ?)")
    yield from connection.execute(wrong, (now, now + _LONGEST, now + _SLACK, *held))


def _write_state(connection: sqlite3.Connection, state: FeedState) -> None:
    connection.execute(
        "UPDATE feed SET next_due = ?, decided = ?, pacing = ?, state = ? WHERE url = ?", (*_columns(state), state.url)
    )


def _write_seen(connection: sqlite3.Connection, feed: int, seen: Mapping[str, str], now: int | None) -> None:
    """Write only what differs: a feed of a hundred entries with one new costs one row."""
    known = {
        key: (fingerprint, gone)
        for key, fingerprint, gone in connection.execute(
            "SELECT key, fingerprint, gone FROM seen WHERE feed = ?", (feed,)
        )
    }
    present = {_blob(key): _blob(fingerprint) for key, fingerprint in seen.items()}
    connection.executemany(
        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, NULL)",
        [(feed, key, value) for key, value in present.items() if known.get(key) != (value, None)],
    )
    left = [(now, feed, key) for key, (_, gone) in known.items() if gone is None and key not in present]
    connection.executemany("UPDATE seen SET gone = ? WHERE feed = ? AND key = ?", left)
    if now is not None and known:
        connection.execute("DELETE FROM seen WHERE feed = ? AND gone < ?", (feed, now - SEEN_KEPT_S * _SECOND))
    if len(known) > SEEN_GONE_MOST:
        connection.execute(
            "DELETE FROM seen WHERE feed = ?1 AND key IN (SELECT key FROM seen WHERE feed = ?1 AND gone IS NOT NULL"
            " ORDER BY gone DESC, key DESC LIMIT -1 OFFSET ?2)",
            (feed, SEEN_GONE_MOST),
        )


def _columns(state: FeedState) -> tuple[int, int, str, str]:
    due = _micros(state.next_due) if state.next_due else -_LONGEST
    decided = _micros(state.decided) if state.decided else 0
    return due, decided, "\n".join(state.pacing), _encode(state)


def _encode(state: FeedState) -> str:
    """The state as JSON, fields at their default left out."""
    values = {field.name: value for field in fields(state) if (value := getattr(state, field.name)) != field.default}
    return json.dumps(values, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Move):
        return [value.moved, value.before, value.after, value.why]
    raise TypeError(f"a feed's state cannot hold {value!r}")


def _decode(text: str) -> FeedState:
    values: dict[str, Any] = json.loads(text)
    for name in _INSTANTS & values.keys():
        values[name] = datetime.fromisoformat(values[name])
    for name in _TUPLES & values.keys():
        values[name] = tuple(values[name])
    if "recent" in values:
        values["recent"] = tuple(datetime.fromisoformat(moment) for moment in values["recent"])
    if "moved_log" in values:
        values["moved_log"] = tuple(Move(datetime.fromisoformat(row[0]), *row[1:]) for row in values["moved_log"])
    return FeedState(**values)


_INSTANTS: Final = frozenset(field.name for field in fields(FeedState) if field.type == "datetime | None")
_TUPLES: Final = frozenset({"last_error", "skip_hours", "skip_days", "pacing"})


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _blob(text: str) -> bytes:
    """A publisher's id may hold what is no valid Unicode; it comes back as it was."""
    return text.encode("utf-8", "surrogatepass")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")
