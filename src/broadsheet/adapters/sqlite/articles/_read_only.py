"""The same file for a process that only reads."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

from broadsheet.adapters.sqlite._connection import OtherFormError
from broadsheet.adapters.sqlite.articles._index import INDEX_VERSION, SqliteIndex
from broadsheet.errors import EngineError
from broadsheet.model import Change, Position


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
            raise OtherFormError("an index of another version, or one that is being made")
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

    def apply(self, file: str, before: int, position: Position, changes: Sequence[Change]) -> None:
        """EngineError: this index is read only."""
        raise EngineError(f"{self._path}: is open for reading only")

    def wipe(self) -> None:
        """EngineError: this index is read only."""
        raise EngineError(f"{self._path}: is open for reading only")

    def close(self) -> None:
        """Close the file."""
        self._watch.close()
        super().close()
