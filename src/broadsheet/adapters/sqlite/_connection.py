"""What the SQLite engines share: when a file is damaged, and when it is only out of reach for now."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
"""Primary result codes (sqlite.org/rescode.html) that prove, of a file's own first statements, that it is not what it
should be: malformed, no database, or without our tables. Whatever else a system says (locked, read-only, full, no
rights, no memory) says nothing against the file."""


class OtherFormError(sqlite3.DatabaseError):
    """The file is of another program, another version, or made by other rules."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether a derived file that could not be opened for ``error`` may be removed and made anew."""
    return isinstance(error, OtherFormError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def remove_database(path: Path) -> None:
    """Remove the file with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
