"""The same file for a process that only reads it while another writes, empties or replaces it."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broadsheet.adapters.sqlite.groups._answers import Answers
from broadsheet.adapters.sqlite.groups._file import check
from broadsheet.errors import EngineError

_File = tuple[int, int]


class ReadOnlySqliteGroups(Answers):
    """See ``ports.Groups``. While there is no file, or one of other rules, there are no stories: it looks again."""

    def __init__(self, path: Path, stamp: str) -> None:
        self._path = path
        self._stamp = stamp
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: _File | None = None
        self._follow()

    def _follow(self) -> None:
        """Where another file stands in the place of ours, read that; while it is being made, stay with the old."""
        try:
            found = os.stat(self._path)
            if (found.st_dev, found.st_ino) == self._file:
                return
            connection = self._open()
        except (FileNotFoundError, sqlite3.DatabaseError):
            return
        if self._connection is not None:
            self._connection.close()
        self._connection, self._file = connection, (found.st_dev, found.st_ino)

    def _open(self) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(
            address, uri=True, check_same_thread=False, isolation_level=None, timeout=30, cached_statements=256
        )
        try:
            connection.execute("PRAGMA cache_size=-32000")
            check(connection, self._stamp)
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def state(self) -> str:
        """See ``ports.Groups.state``."""
        with self._lock:
            self._follow()
            if self._connection is None or self._file is None:
                return "none"
            return f"{self._file[1]:x}-{self._connection.execute('PRAGMA data_version').fetchone()[0]}"

    def _read(self, sql: str, values: Sequence[object]) -> list[Any]:
        with self._lock:
            self._follow()
            if self._connection is None:
                return []
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise EngineError(f"{self._path}: {error}; run broadsheet rebuild") from error

    def close(self) -> None:
        """See ``ports.Groups.close``."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._file = None
