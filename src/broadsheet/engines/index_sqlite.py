"""The Index in one SQLite file (WAL). Disposable: a damaged or older file is set aside and filled anew."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from broadsheet.errors import EngineError
from broadsheet.model import Change, Holding, HoldingQuery, MonthCount, PublishedFrom

INDEX_VERSION = 2
"""A file of another version is not converted: it is filled anew from the documents and ledgers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATES = 2**63
_SCHEMA = """
CREATE TABLE position (file TEXT PRIMARY KEY, size INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (outlet TEXT, name TEXT, article TEXT, PRIMARY KEY (outlet, name, article)) WITHOUT ROWID;
CREATE INDEX name_of_article ON name (article);
CREATE TABLE month (outlet TEXT, month TEXT, articles INTEGER NOT NULL, revisions INTEGER NOT NULL,
                    state INTEGER NOT NULL, PRIMARY KEY (outlet, month)) WITHOUT ROWID;
CREATE TABLE holding (
    article TEXT PRIMARY KEY, outlet TEXT NOT NULL, month TEXT NOT NULL, published INTEGER NOT NULL,
    headline TEXT NOT NULL, url TEXT NOT NULL, canonical_url TEXT NOT NULL, path TEXT NOT NULL,
    first_path TEXT NOT NULL, sha256 TEXT NOT NULL, revision INTEGER NOT NULL, published_from TEXT NOT NULL,
    first_captured INTEGER NOT NULL, captured INTEGER NOT NULL, byline TEXT, agency TEXT, language TEXT,
    is_taken_down INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX holding_by_time ON holding (published DESC, article);
CREATE INDEX holding_by_outlet ON holding (outlet, published DESC, article);
CREATE INDEX holding_by_month ON holding (outlet, month, published DESC, article);
"""
_COLUMNS = (
    "article, outlet, month, published, headline, url, canonical_url, path, first_path, sha256, revision, "
    "published_from, first_captured, captured, byline, agency, language, is_taken_down"
)
_AMONG = "article IN (SELECT value FROM json_each(?))"
_PLACES = ", ".join("?" * len(_COLUMNS.split(",")))


class SqliteIndex:
    """See ``ports.Index``. One connection, guarded by a lock; ``path`` is made if it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            self._set_aside()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA cache_size=-32000")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, INDEX_VERSION):
                raise sqlite3.DatabaseError("an index of another version")
            if version == 0:
                connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version={INDEX_VERSION};COMMIT;")
            connection.execute("SELECT count(*) FROM position").fetchone()
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").unlink()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def positions(self) -> dict[str, tuple[int, str]]:
        """See ``ports.Index.positions``."""
        rows = self._read("SELECT file, size, digest FROM position")
        return {file: (size, digest) for file, size, digest in rows}

    def apply(self, file: str, before: int, position: tuple[int, str], changes: Sequence[Change]) -> None:
        """See ``ports.Index.apply``."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                row = self._connection.execute("SELECT size FROM position WHERE file = ?", (file,)).fetchone()
                if (row[0] if row else 0) != before:
                    raise EngineError(f"the index does not stand at byte {before} of {file}; run broadsheet rebuild")
                self._write(changes)
                self._connection.execute("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (file, *position))
                self._connection.execute("COMMIT")
            except BaseException as error:
                self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise EngineError(f"{self._path}: {error}; run broadsheet rebuild") from error
                raise

    def _write(self, changes: Sequence[Change]) -> None:
        run = self._connection.executemany
        ids = json.dumps([change.holding.article for change in changes])
        rows = self._connection.execute(f"SELECT article FROM holding WHERE {_AMONG}", (ids,))
        known = {article for (article,) in rows}
        for change in changes:
            if change.only_names:
                self._connection.execute("DELETE FROM name WHERE article = ?", (change.holding.article,))
        run(f"INSERT OR REPLACE INTO holding ({_COLUMNS}) VALUES ({_PLACES})", [_row(change) for change in changes])
        run(
            "INSERT OR IGNORE INTO name VALUES (?, ?, ?)",
            [(change.holding.outlet, name, change.holding.article) for change in changes for name in change.names],
        )
        self._count(changes, known)

    def _count(self, changes: Sequence[Change], known: set[str]) -> None:
        """Bring the months' counts in step; ``known`` are the articles that were held before."""
        months: dict[tuple[str, str], tuple[int, int, int]] = {}
        for change in changes:
            key, article = (change.holding.outlet, change.month), change.holding.article
            articles, revisions, weight = months.get(key, (0, 0, 0))
            months[key] = (articles + (article not in known), revisions + change.is_revision, weight + change.weight)
            known.add(article)
        for (outlet, month), (articles, revisions, weight) in months.items():
            found = self._connection.execute(
                "SELECT articles, revisions, state FROM month WHERE outlet = ? AND month = ?", (outlet, month)
            ).fetchone() or (0, 0, 0)
            self._connection.execute(
                "INSERT OR REPLACE INTO month VALUES (?, ?, ?, ?, ?)",
                (outlet, month, found[0] + articles, found[1] + revisions, (found[2] + weight) % _STATES),
            )

    def find_article(self, outlet: str, names: Sequence[str]) -> tuple[str, str] | None:
        """See ``ports.Index.find_article``."""
        places = ", ".join("?" * len(names))
        sql = f"SELECT name, min(article) FROM name WHERE outlet = ? AND name IN ({places}) GROUP BY name"
        bearers: dict[str, str] = dict(self._read(sql, (outlet, *names)))
        return next(((bearers[name], name) for name in names if name in bearers), None)

    def find_holding(self, article: str) -> Holding | None:
        """See ``ports.Index.find_holding``."""
        rows = self._read(f"SELECT {_COLUMNS} FROM holding WHERE article = ?", (article,))
        return _holding(rows[0]) if rows else None

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``."""
        conditions, values = ["1"], list[object]()
        for condition, value in (
            ("outlet = ?", query.outlet),
            ("month = ?", query.month),
            (_AMONG, None if query.articles is None else json.dumps(list(query.articles))),
            ("published >= ?", _ms(query.after) if query.after else None),
            ("published < ?", _ms(query.before) if query.before else None),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        order = "ORDER BY published DESC, article"
        limit = f"LIMIT {int(query.limit)}" if query.limit is not None else ""
        sql = f"SELECT {_COLUMNS} FROM holding WHERE {' AND '.join(conditions)} {order} {limit}"
        for row in self._read(sql, values):
            yield _holding(row)

    def iter_months(self) -> Iterator[MonthCount]:
        """See ``ports.Index.iter_months``."""
        held = "FROM holding h WHERE h.outlet = m.outlet AND h.month = m.month"
        sql = (
            f"SELECT outlet, month, articles, revisions, (SELECT min(published) {held}), "
            f"(SELECT max(published) {held}), state FROM month m ORDER BY outlet, month"
        )
        for outlet, month, articles, revisions, first, last, state in self._read(sql):
            yield MonthCount(outlet, month, articles, revisions, _instant(first), _instant(last), f"{state:016x}")

    def wipe(self) -> None:
        """See ``ports.Index.wipe``."""
        with self._lock:
            self._connection.close()
            self._set_aside()
            self._connection = self._open()

    def state(self) -> str:
        """A word that changes whenever the index may answer otherwise than before."""
        with self._lock:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return f"{version}-{self._connection.total_changes}"

    def find_changed(self) -> datetime | None:
        """When the index was last written to."""
        times = []
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                times.append(os.stat(f"{self._path}{suffix}").st_mtime)
        return datetime.fromtimestamp(int(max(times)), UTC) if times else None

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise EngineError(f"{self._path}: {error}; run broadsheet rebuild") from error


class ReadOnlySqliteIndex(SqliteIndex):
    """The same file for a process that only reads it while another writes, rebuilds or replaces it.

    EngineError if there is no index yet.
    """

    def _open(self) -> sqlite3.Connection:
        self._watching = threading.Lock()
        self._place, connection = self._look()
        self._watch = self._look()[1]
        return connection

    def _set_aside(self) -> None:
        raise EngineError(f"{self._path}: cannot be read as an index; run broadsheet rebuild")

    def _look(self) -> tuple[tuple[int, int], sqlite3.Connection]:
        """A connection that cannot write, and which file on disk it reads."""
        try:
            found = os.stat(self._path)
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            connection = sqlite3.connect(
                address, uri=True, check_same_thread=False, isolation_level=None, timeout=30, cached_statements=256
            )
        except (FileNotFoundError, sqlite3.OperationalError) as error:
            raise EngineError(f"{self._path}: there is no index to read; run broadsheet rebuild") from error
        connection.execute("PRAGMA cache_size=-32000")
        if connection.execute("PRAGMA user_version").fetchone()[0] != INDEX_VERSION:
            connection.close()
            raise sqlite3.DatabaseError("an index of another version, or one that is being made")
        return (found.st_dev, found.st_ino), connection

    def state(self) -> str:
        """See ``SqliteIndex.state``; never waits for a question that is being answered."""
        with self._watching:
            self._follow()
            return f"{self._place[1]:x}-{self._watch.execute('PRAGMA data_version').fetchone()[0]}"

    def _follow(self) -> None:
        """Where another file stands in the place of ours, read that; while it is being made, stay with the old."""
        try:
            found = os.stat(self._path)
            if (found.st_dev, found.st_ino) == self._place:
                return
            place, connection = self._look()
        except (FileNotFoundError, EngineError, sqlite3.DatabaseError):
            return
        with self._lock:
            old = (self._connection, self._watch)
            self._connection, self._watch, self._place = connection, self._look()[1], place
            for one in old:
                one.close()

    def _read(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._watching:
            self._follow()
        return super()._read(sql, values)

    def apply(self, file: str, before: int, position: tuple[int, str], changes: Sequence[Change]) -> None:
        """EngineError: this index is read only."""
        raise EngineError(f"{self._path}: is open for reading only")

    def wipe(self) -> None:
        """EngineError: this index is read only."""
        raise EngineError(f"{self._path}: is open for reading only")

    def close(self) -> None:
        """Close the file."""
        self._watch.close()
        super().close()


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _instant(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _row(change: Change) -> tuple[object, ...]:
    held = change.holding
    return (
        held.article,
        held.outlet,
        change.month,
        _ms(held.published),
        held.headline,
        held.url,
        held.canonical_url,
        held.path,
        held.first_path,
        held.sha256,
        held.revision,
        held.published_from,
        _ms(held.first_captured),
        _ms(held.captured),
        held.byline,
        held.agency,
        held.language,
        int(held.is_taken_down),
    )


def _holding(row: Sequence[object]) -> Holding:
    values = cast("tuple[str, ...]", row)
    return Holding(
        article=values[0],
        outlet=values[1],
        published=_instant(int(values[3])),
        headline=values[4],
        url=values[5],
        canonical_url=values[6],
        path=values[7],
        first_path=values[8],
        sha256=values[9],
        revision=int(values[10]),
        published_from=cast(PublishedFrom, values[11]),
        first_captured=_instant(int(values[12])),
        captured=_instant(int(values[13])),
        byline=values[14],
        agency=values[15],
        language=values[16],
        is_taken_down=bool(values[17]),
    )
