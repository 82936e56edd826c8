"""What a static site consists of, in one SQLite file. Disposable: without it, everything is made and compared again."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from broadsheet.errors import EngineError
from broadsheet.model import FileMark, Unit

_VERSION = 1
_SCHEMA = """
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE unit (number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, fingerprint BLOB);
CREATE TABLE file (folder TEXT, name TEXT, size INTEGER NOT NULL, changed INTEGER NOT NULL, digest BLOB NOT NULL,
                   unit INTEGER NOT NULL, PRIMARY KEY (folder, name)) WITHOUT ROWID;
CREATE INDEX file_of_unit ON file (unit);
CREATE TABLE picture (unit INTEGER, digest TEXT, PRIMARY KEY (unit, digest)) WITHOUT ROWID;
CREATE INDEX picture_shown ON picture (digest);
CREATE TABLE planned (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE state (article TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE tie (article TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE text (published INTEGER, article TEXT, digest BLOB, PRIMARY KEY (published, article)) WITHOUT ROWID;
"""
_STEP = 2000


class SiteLog:
    """See ``ports.SiteLog``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{path}{suffix}").unlink()
            self._connection = self._open()
        self._waiting = 0

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA cache_size=-24000")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError("a log of another version")
            if version == 0:
                connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version={_VERSION};COMMIT;")
            connection.execute("SELECT count(*) FROM note").fetchone()
        except sqlite3.DatabaseError:
            connection.close()
            raise
        connection.execute("BEGIN")
        return connection

    def close(self) -> None:
        """See ``ports.SiteLog.close``."""
        self.commit()
        self._connection.execute("ROLLBACK")
        self._connection.close()

    def commit(self) -> None:
        """See ``ports.SiteLog.commit``."""
        self._run("COMMIT")
        self._run("BEGIN")
        self._waiting = 0

    def _run(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, values)
        except sqlite3.Error as error:
            raise EngineError(f"{self._path}: {error}; remove it, and everything is compared anew") from error

    def _run_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise EngineError(f"{self._path}: {error}; remove it, and everything is compared anew") from error

    # -- notes -----------------------------------------------------------------------------------------------

    def find_note(self, name: str) -> str | None:
        """See ``ports.SiteLog.find_note``."""
        row = self._run("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put_note(self, name: str, value: str) -> None:
        """See ``ports.SiteLog.put_note``."""
        self._run("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    # -- the plan --------------------------------------------------------------------------------------------

    def begin_plan(self) -> None:
        """See ``ports.SiteLog.begin_plan``."""
        for table in ("planned", "state", "tie", "text"):
            self._run(f"DELETE FROM {table}")

    def plan(self, units: Sequence[Unit]) -> list[Unit]:
        """See ``ports.SiteLog.plan``."""
        self._run_all("INSERT OR IGNORE INTO planned VALUES (?)", ((unit.key,) for unit in units))
        keys = json.dumps([unit.key for unit in units])
        known = dict(
            self._run("SELECT key, fingerprint FROM unit WHERE key IN (SELECT value FROM json_each(?))", (keys,))
        )
        return [unit for unit in units if known.get(unit.key) != unit.fingerprint]

    def record(self, unit: Unit, files: Sequence[FileMark], pictures: Iterable[str] = ()) -> list[str]:
        """See ``ports.SiteLog.record``."""
        number = self._number(unit)
        known = {f"{folder}/{name}" if folder else name for folder, name in self._files(number)}
        self._run_all(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)",
            ((*_split(one.path), one.size, one.changed_ns, one.digest, number) for one in files),
        )
        shown = set(pictures)
        if known or shown:
            self._run("DELETE FROM picture WHERE unit = ?", (number,))
            self._run_all("INSERT INTO picture VALUES (?, ?)", ((number, digest) for digest in sorted(shown)))
        gone = sorted(known.difference(one.path for one in files))
        self._step()
        return gone

    def _number(self, unit: Unit) -> int:
        row = self._run(
            "INSERT INTO unit (key, fingerprint) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint RETURNING number",
            (unit.key, unit.fingerprint),
        ).fetchone()
        return int(row[0])

    def _files(self, number: int) -> list[Any]:
        return self._run("SELECT folder, name FROM file WHERE unit = ?", (number,)).fetchall()

    def adopt(self, marks: Sequence[FileMark]) -> None:
        """See ``ports.SiteLog.adopt``."""
        number = self._number(Unit("stray", b""))
        self._run_all(
            "INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?, ?, ?)",
            ((*_split(one.path), one.size, one.changed_ns, one.digest, number) for one in marks),
        )

    def forget_file(self, path: str) -> None:
        """See ``ports.SiteLog.forget_file``."""
        self._run("DELETE FROM file WHERE folder = ? AND name = ?", _split(path))
        self._step()

    def iter_gone(self) -> Iterator[tuple[str, list[str]]]:
        """See ``ports.SiteLog.iter_gone``."""
        sql = "SELECT number, key FROM unit WHERE key NOT IN (SELECT key FROM planned) LIMIT 500"
        while rows := self._run(sql).fetchall():
            for number, key in rows:
                yield key, [f"{folder}/{name}" if folder else name for folder, name in self._files(number)]
                self._run("DELETE FROM file WHERE unit = ?", (number,))
                self._run("DELETE FROM picture WHERE unit = ?", (number,))
                self._run("DELETE FROM unit WHERE number = ?", (number,))
                self._step()

    def _step(self) -> None:
        self._waiting += 1
        if self._waiting >= _STEP:
            self.commit()

    # -- what stands there -----------------------------------------------------------------------------------

    def find_folder(self, folder: str) -> dict[str, FileMark]:
        """See ``ports.SiteLog.find_folder``."""
        rows = self._run("SELECT name, size, changed, digest FROM file WHERE folder = ?", (folder,))
        start = f"{folder}/" if folder else ""
        return {name: FileMark(start + name, size, changed, digest) for name, size, changed, digest in rows}

    def iter_folders(self) -> Iterator[str]:
        """See ``ports.SiteLog.iter_folders``."""
        folder = self._run("SELECT min(folder) FROM file").fetchone()[0]
        while folder is not None:
            yield folder
            folder = self._run("SELECT min(folder) FROM file WHERE folder > ?", (folder,)).fetchone()[0]

    def put_mark(self, mark: FileMark) -> None:
        """See ``ports.SiteLog.put_mark``."""
        self._run(
            "UPDATE file SET size = ?, changed = ?, digest = ? WHERE folder = ? AND name = ?",
            (mark.size, mark.changed_ns, mark.digest, *_split(mark.path)),
        )

    def spoil(self, path: str) -> None:
        """See ``ports.SiteLog.spoil``."""
        self._run(
            "UPDATE unit SET fingerprint = NULL WHERE number = (SELECT unit FROM file WHERE folder = ? AND name = ?)",
            _split(path),
        )

    def count(self) -> tuple[int, int]:
        """See ``ports.SiteLog.count``."""
        row = self._run("SELECT count(*), coalesce(sum(size), 0) FROM file").fetchone()
        return int(row[0]), int(row[1])

    def iter_pictures(self) -> Iterator[str]:
        """See ``ports.SiteLog.iter_pictures``."""
        digest = ""
        sql = "SELECT DISTINCT digest FROM picture WHERE digest > ? ORDER BY digest LIMIT 500"
        while rows := self._run(sql, (digest,)).fetchall():
            yield from (one for (one,) in rows)
            digest = rows[-1][0]

    # -- kept while planning ---------------------------------------------------------------------------------

    def put_states(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """See ``ports.SiteLog.put_states``."""
        self._run_all("INSERT OR REPLACE INTO state VALUES (?, ?)", rows)

    def find_states(self, articles: Sequence[str]) -> dict[str, bytes]:
        """See ``ports.SiteLog.find_states``."""
        sql = "SELECT article, digest FROM state WHERE article IN (SELECT value FROM json_each(?))"
        return dict(self._run(sql, (json.dumps(list(articles)),)))

    def iter_states(self) -> Iterator[list[str]]:
        """See ``ports.SiteLog.iter_states``."""
        last = ""
        while rows := self._run("SELECT article FROM state WHERE article > ? ORDER BY 1 LIMIT 500", (last,)).fetchall():
            yield [article for (article,) in rows]
            last = rows[-1][0]

    def tie(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """See ``ports.SiteLog.tie``."""
        self._run_all("INSERT OR REPLACE INTO tie VALUES (?, ?)", rows)

    def find_ties(self, articles: Sequence[str]) -> dict[str, bytes]:
        """See ``ports.SiteLog.find_ties``."""
        sql = "SELECT article, digest FROM tie WHERE article IN (SELECT value FROM json_each(?))"
        return dict(self._run(sql, (json.dumps(list(articles)),)))

    def put_texts(self, rows: Sequence[tuple[int, str, bytes]]) -> None:
        """See ``ports.SiteLog.put_texts``."""
        self._run_all("INSERT OR REPLACE INTO text VALUES (?, ?, ?)", rows)

    def iter_texts(self, begin: int, end: int) -> Iterator[tuple[int, str, bytes]]:
        """See ``ports.SiteLog.iter_texts``."""
        last = (begin, "")
        sql = (
            "SELECT published, article, digest FROM text WHERE (published, article) > (?, ?) AND published < ? "
            "ORDER BY published, article LIMIT 1000"
        )
        while rows := self._run(sql, (*last, end)).fetchall():
            yield from rows
            last = rows[-1][:2]


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name
