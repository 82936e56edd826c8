"""Looks in one SQLite file (WAL). Disposable: a damaged, foreign or older file is removed and begun anew.

``synchronous=NORMAL``: a power cut may lose the last moments, which costs a look and never a text.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from broadsheet.adapters.sqlite._connection import OtherFormError, is_damage, remove_database
from broadsheet.errors import EngineError
from broadsheet.model import CLOCK_SLACK_S, LookState, Position, Waiting, shift

_APPLICATION: Final = 0x42534C4B
_VERSION: Final = 2
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400_000_000
_SCHEMA: Final = f"""
CREATE TABLE position (file TEXT PRIMARY KEY, size INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE look (article TEXT PRIMARY KEY, first INTEGER NOT NULL, due INTEGER NOT NULL, state TEXT NOT NULL,
  decided INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX look_by_turn ON look (due);
CREATE INDEX look_by_decision ON look (decided);
CREATE TABLE asked (host TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX asked_by_time ON asked (at);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""
_FROM_1: Final = f"""
ALTER TABLE look ADD COLUMN decided INTEGER NOT NULL DEFAULT 0;
CREATE INDEX look_by_decision ON look (decided);
PRAGMA user_version = {_VERSION};
"""
"""What a file of version 1 lacks: what was learnt of each page is worth keeping."""


class SqliteLooks:
    """``ports.Looks`` in the SQLite file ``path``, which is made where it is not there. Close it after use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open()
        except (sqlite3.Error, OSError) as error:
            raise EngineError(f"{path} cannot be opened: {error}; check the folder's rights and space") from error

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            remove_database(self._path)
            return _connect(self._path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def positions(self) -> dict[str, Position]:
        """See ``ports.Looks.positions``."""
        rows = self._read("SELECT file, size, digest FROM position")
        return {file: Position(size, digest) for file, size, digest in rows}

    def apply(
        self, file: str, before: int, position: Position, states: Sequence[LookState], gone: Collection[str] = ()
    ) -> None:
        """See ``ports.Looks.apply``."""
        with self._writing() as connection:
            row = connection.execute("SELECT size FROM position WHERE file = ?", (file,)).fetchone()
            if (row[0] if row else 0) != before:
                raise EngineError(f"the looks do not stand at byte {before} of {file}")
            _write(connection, states, gone)
            connection.execute("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (file, *position))

    def put_all(
        self, states: Iterable[LookState], *, asked: Iterable[tuple[str, datetime]] = (), gone: Collection[str] = ()
    ) -> None:
        """See ``ports.Looks.put_all``."""
        with self._writing() as connection:
            _write(connection, states, gone)
            rows = [(host, _micros(at)) for host, at in asked]
            connection.executemany("INSERT INTO asked VALUES (?, ?)", rows)
            if rows:
                newest = max(at for _, at in rows)
                connection.execute("DELETE FROM asked WHERE at < ? OR at > ?", (newest - _DAY, newest + _DAY))

    def find(self, article: str) -> LookState | None:
        """See ``ports.Looks.find``."""
        rows = self._read("SELECT state FROM look WHERE article = ?", (article,))
        return _decode(rows[0][0]) if rows else None

    def iter_due(self, now: datetime, far: datetime) -> Iterator[LookState]:
        """See ``ports.Looks.iter_due``."""
        sql = "SELECT state FROM look WHERE due <= ? OR due > ? OR decided > ? ORDER BY first DESC, article"
        for (text,) in self._read(sql, (_micros(now), _micros(far), _micros(shift(now, CLOCK_SLACK_S)))):
            yield _decode(text)

    def asked_between(self, after: datetime, until: datetime) -> dict[str, int]:
        """See ``ports.Looks.asked_between``."""
        sql = "SELECT host, count(*) FROM asked WHERE at > ? AND at <= ? GROUP BY host"
        return dict(self._read(sql, (_micros(after), _micros(until))))

    def wipe(self) -> None:
        """See ``ports.Looks.wipe``."""
        with self._writing() as connection:
            for table in ("position", "look", "asked"):
                connection.execute(f"DELETE FROM {table}")

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One immediate transaction: all of the block's changes, or none."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> EngineError:
        return EngineError(f"{self._path}: {error}; it may be deleted, it is made anew at the next start")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if (application, version) == (_APPLICATION, 1):
            connection.executescript(f"BEGIN IMMEDIATE;{_FROM_1}COMMIT;")
        elif (application, version) != (_APPLICATION, _VERSION):
            if application or version or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise OtherFormError("another file, or one of another version")
            connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
        connection.execute("SELECT count(*) FROM position").fetchone()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def _write(connection: sqlite3.Connection, states: Iterable[LookState], gone: Collection[str]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO look VALUES (?, ?, ?, ?, ?)",
        [
            (
                one.article,
                _micros(one.first),
                _micros(one.next_due) if one.next_due else 0,
                _encode(one),
                _micros(one.decided) if one.decided else 0,
            )
            for one in states
        ],
    )
    connection.executemany("DELETE FROM look WHERE article = ?", [(article,) for article in gone])


def _encode(state: LookState) -> str:
    """The state as JSON, fields at their default left out."""
    defaults = {field.name: field.default for field in fields(LookState)}
    values = {name: value for name, value in asdict(state).items() if value != defaults[name]}
    return json.dumps(values, default=lambda instant: instant.isoformat(), separators=(",", ":"))


def _decode(text: str) -> LookState:
    values = _with_instants(json.loads(text))
    for name in ("parts", "tried"):
        values[name] = tuple(values.get(name, ()))
    if "waiting" in values:
        waiting = _with_instants(values["waiting"])
        values["waiting"] = Waiting(**{**waiting, "capture_parts": tuple(waiting["capture_parts"])})
    return LookState(**values)


def _with_instants(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in _INSTANTS and value else value for name, value in values.items()
    }


_INSTANTS: Final = frozenset(
    field.name for kind in (LookState, Waiting) for field in fields(kind) if str(field.type).startswith("datetime")
)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
