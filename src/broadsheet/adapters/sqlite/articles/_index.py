"""The Index in one SQLite file (WAL). Disposable: a damaged or older file is set aside and filled anew."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from broadsheet.adapters.sqlite._connection import OtherFormError, is_damage, remove_database
from broadsheet.adapters.sqlite.articles._rows import (
    AMONG,
    COLUMNS,
    CONTAINING,
    EDIT_COLUMNS,
    PLACES,
    SCHEMA,
    edit_conditions,
    edit_of,
    holding_of,
    instant_of,
    milliseconds,
    row_of,
    row_of_edit,
)
from broadsheet.errors import EngineError
from broadsheet.model import Change, Edit, EditQuery, Holding, HoldingQuery, MonthCount, Position

INDEX_VERSION = 4
"""A file of another version is not converted: it is filled anew from the documents and ledgers."""

_STATES = 2**63


class SqliteIndex:
    """See ``ports.Index``. One connection, guarded by a lock; ``path`` is made if it is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = self._open()
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
                self._set_aside()
                self._connection = self._open()
        except (sqlite3.Error, OSError) as error:
            raise EngineError(f"{path}: {error}; the index cannot be opened, nothing was removed") from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA cache_size=-32000")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, INDEX_VERSION):
                raise OtherFormError("an index of another version")
            if version == 0:
                if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    raise OtherFormError("another file")
                connection.executescript(f"BEGIN;{SCHEMA}PRAGMA user_version={INDEX_VERSION};COMMIT;")
            connection.execute("SELECT count(*) FROM position").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        remove_database(self._path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def positions(self) -> dict[str, Position]:
        """See ``ports.Index.positions``."""
        rows = self._read("SELECT file, size, digest FROM position")
        return {file: Position(size, digest) for file, size, digest in rows}

    def apply(self, file: str, before: int, position: Position, changes: Sequence[Change]) -> None:
        """See ``ports.Index.apply``."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                row = self._connection.execute("SELECT size FROM position WHERE file = ?", (file,)).fetchone()
                if (row[0] if row else 0) != before:
                    raise EngineError(f"the index does not stand at byte {before} of {file}; run broadsheet rebuild")
                self._write(changes)
                self._connection.execute("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (file, *position))
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise self._trouble(error) from error
                raise

    def _write(self, changes: Sequence[Change]) -> None:
        run = self._connection.executemany
        ids = json.dumps([change.holding.article for change in changes])
        rows = self._connection.execute(f"SELECT article FROM holding WHERE {AMONG}", (ids,))
        known = {article for (article,) in rows}
        for change in changes:
            if change.only_names:
                self._connection.execute("DELETE FROM name WHERE article = ?", (change.holding.article,))
            if change.holding.is_taken_down:
                self._connection.execute("DELETE FROM edit WHERE article = ?", (change.holding.article,))
        run(f"INSERT OR REPLACE INTO holding ({COLUMNS}) VALUES ({PLACES})", [row_of(change) for change in changes])
        run(
            "INSERT OR IGNORE INTO name VALUES (?, ?, ?)",
            [(change.holding.outlet, name, change.holding.article) for change in changes for name in change.names],
        )
        gone = {change.holding.article for change in changes if change.holding.is_taken_down}
        edits = [row_of_edit(change.edit) for change in changes if change.edit and change.edit.article not in gone]
        run(f"INSERT INTO edit ({EDIT_COLUMNS}) VALUES ({', '.join('?' * 9)})", edits)
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
        rows = self._read(f"SELECT {COLUMNS} FROM holding WHERE article = ?", (article,))
        return holding_of(rows[0]) if rows else None

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``."""
        conditions, values = ["1"], list[object]()
        for condition, value in (
            ("outlet = ?", query.outlet),
            ("month = ?", query.month),
            (AMONG, None if query.articles is None else json.dumps(list(query.articles))),
            ("published >= ?", milliseconds(query.after) if query.after else None),
            ("published < ?", milliseconds(query.before) if query.before else None),
            (CONTAINING, query.containing),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        order = "ORDER BY published DESC, article"
        limit = f"LIMIT {int(query.limit)}" if query.limit is not None else ""
        sql = f"SELECT {COLUMNS} FROM holding WHERE {' AND '.join(conditions)} {order} {limit}"
        for row in self._read(sql, values):
            yield holding_of(row)

    def iter_months(self) -> Iterator[MonthCount]:
        """See ``ports.Index.iter_months``."""
        held = "FROM holding h WHERE h.outlet = m.outlet AND h.month = m.month"
        sql = (
            f"SELECT outlet, month, articles, revisions, (SELECT min(published) {held}), "
            f"(SELECT max(published) {held}), state FROM month m ORDER BY outlet, month"
        )
        for outlet, month, articles, revisions, first, last, state in self._read(sql):
            yield MonthCount(outlet, month, articles, revisions, instant_of(first), instant_of(last), f"{state:016x}")

    def iter_edits(self, query: EditQuery) -> Iterator[Edit]:
        """See ``ports.EditLog.iter_edits``."""
        where, values = edit_conditions(query)
        limit = f"LIMIT {int(query.limit)}" if query.limit is not None else ""
        order = "ORDER BY seen DESC, article, revision DESC, rowid DESC"
        for row in self._read(f"SELECT {EDIT_COLUMNS} FROM edit WHERE {where} {order} {limit}", values):
            yield edit_of(row)

    def count_edits(self, query: EditQuery, by: Literal["class", "outlet"] = "class") -> dict[str, int]:
        """See ``ports.EditLog.count_edits``."""
        where, values = edit_conditions(query)
        value = "k.value" if by == "class" else "outlet"
        each = ", json_each(edit.classes) k" if by == "class" else ""
        sql = f"SELECT {value}, count(*) FROM edit{each} WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1"
        return dict(self._read(sql, values))

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
            raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> EngineError:
        what_to_do = "run broadsheet rebuild" if is_damage(error) else "nothing was lost; try again"
        return EngineError(f"{self._path}: {error}; {what_to_do}")
