"""The file: its tables, what stamps it, and how it is opened."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadsheet.adapters.sqlite._connection import OtherFormError, is_damage, remove_database
from broadsheet.errors import EngineError

FORM = 2
"""Raised when the tables are others: a file of another form is filled anew from documents and ledgers."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

# An article's mark (model.mark_of) is its number everywhere. ``outline`` and ``bearer`` are what grouping works on,
# ``link`` (from both ends) makes families, ``kept`` holds states to go on from, ``staged`` what was placed since the
# last settling, and ``merge`` which numbers were found to be one, by which article. ``member`` (numbers as placed),
# ``root`` (what merged numbers belong to) and ``story`` (by roots) are what is answered.
_SCHEMA = """
CREATE TABLE position (file TEXT PRIMARY KEY, size INTEGER NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE outline (mark INTEGER PRIMARY KEY, article TEXT NOT NULL, outlet TEXT NOT NULL,
                      published INTEGER NOT NULL, own_id TEXT NOT NULL, keys TEXT NOT NULL, terms BLOB NOT NULL,
                      sketch BLOB NOT NULL);
CREATE INDEX outline_in_order ON outline (published, article);
CREATE INDEX outline_by_own_id ON outline (own_id);
CREATE TABLE bearer (key INTEGER, published INTEGER, mark INTEGER, PRIMARY KEY (key, published, mark)) WITHOUT ROWID;
CREATE TABLE link (one INTEGER, other INTEGER, is_tie INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE work (turn INTEGER NOT NULL, is_stale INTEGER NOT NULL);
INSERT INTO work VALUES (0, 0);
CREATE TABLE kept (published INTEGER, article TEXT, done INTEGER NOT NULL, state BLOB NOT NULL,
                   PRIMARY KEY (published, article));
CREATE TABLE staged (mark INTEGER PRIMARY KEY, published INTEGER NOT NULL, event INTEGER NOT NULL,
                     story INTEGER NOT NULL);
CREATE TABLE merge (kind TEXT, gone INTEGER, kept INTEGER NOT NULL, published INTEGER NOT NULL, article TEXT NOT NULL,
                    PRIMARY KEY (kind, gone)) WITHOUT ROWID;
CREATE TABLE root (kind TEXT, number INTEGER, root INTEGER NOT NULL, PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE INDEX root_of ON root (kind, root, number);
CREATE TABLE member (mark INTEGER PRIMARY KEY, published INTEGER NOT NULL, event INTEGER NOT NULL,
                     story INTEGER NOT NULL);
CREATE INDEX member_of_story ON member (story, published);
CREATE TABLE story (story INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
                    articles INTEGER NOT NULL, outlets INTEGER NOT NULL);
CREATE INDEX story_by_time ON story (last DESC, story);
CREATE TABLE stamp (stamp TEXT NOT NULL);
"""


def open_for_writing(path: Path, stamp: str) -> sqlite3.Connection:
    """The file, made anew where it is damaged, of another form, or made by other rules than ``stamp``.

    EngineError if it cannot be opened for writing.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path, stamp)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            remove_database(path)
            return _open(path, stamp)
    except (sqlite3.Error, OSError) as error:
        raise EngineError(f"{path}: {error}; stories and copies cannot be kept in step") from error


def _open(path: Path, stamp: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30, cached_statements=256)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA cache_size=-64000")
        connection.execute("PRAGMA wal_autocheckpoint=8000")  # keys fall on pages all over the file
        connection.execute("PRAGMA secure_delete=FAST")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";")[:-1]:
                    connection.execute(statement)
                connection.execute("INSERT INTO stamp VALUES (?)", (stamp,))
                connection.execute(f"PRAGMA user_version={FORM}")
            connection.execute("COMMIT")
        check(connection, stamp)
    except BaseException:
        connection.close()
        raise
    return connection


def check(connection: sqlite3.Connection, stamp: str) -> None:
    """sqlite3.DatabaseError unless the file is of our form and was made by the rules ``stamp`` names."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORM:
        raise OtherFormError("groups of another form")
    if connection.execute("SELECT stamp FROM stamp").fetchone() != (stamp,):
        raise OtherFormError("groups made by other rules")


def ms_of(instant: datetime) -> int:
    """An instant in whole milliseconds."""
    return (instant - _EPOCH) // _MS


def instant_of(ms: int) -> datetime:
    """What ``ms_of`` was given, to the millisecond."""
    return _EPOCH + ms * _MS
