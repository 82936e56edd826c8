"""The writer: outlines and links as ledgers say, places as the rules give them, answers when all is settled."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from broadsheet.adapters.sqlite._connection import remove_database
from broadsheet.adapters.sqlite.groups._answers import Answers
from broadsheet.adapters.sqlite.groups._file import instant_of, ms_of, open_for_writing
from broadsheet.adapters.sqlite.groups._links import Bearer, Links
from broadsheet.adapters.sqlite.groups._settling import TOUCH, recounting, settle
from broadsheet.errors import EngineError
from broadsheet.model import NEAR, Outline, Placed, Position, Standing, mark_of

_Spot = tuple[int, str]
"""A place in canonical order: (published in milliseconds, article)."""

_START: _Spot = (-(2**63), "")


class SqliteGroups(Answers):
    """See ``ports.GroupIndex`` and ``ports.Groups``. One connection, guarded by a lock.

    ``stamp`` names the rules that make terms, sketches and places: a file made by others is begun anew.
    """

    def __init__(self, path: Path, stamp: str, *, near: int = NEAR) -> None:
        self._path = path
        self._stamp = stamp
        self._near = near
        self._lock = threading.RLock()
        self._turn: int | None = None
        self._done = 0
        self._connection = open_for_writing(path, stamp)

    def positions(self) -> dict[str, Position]:
        """See ``ports.GroupIndex.positions``."""
        return {file: Position(size, digest) for file, size, digest in self._read("SELECT * FROM position", ())}

    # -- taking in -----------------------------------------------------------------------------------------------

    def apply(
        self,
        file: str,
        before: int,
        position: Position,
        outlines: Sequence[Outline],
        gone: Collection[str],
        is_tie: Callable[[bytes, bytes], bool | None],
    ) -> None:
        """See ``ports.GroupIndex.apply``."""
        with self._writing() as run:
            row = run("SELECT size FROM position WHERE file = ?", (file,)).fetchone()
            if (row[0] if row else 0) != before:
                raise EngineError(f"the groups do not stand at byte {before} of {file}; run broadsheet rebuild")
            links = Links(self._connection, self._near, is_tie)
            links.expect(key for outline in outlines for key in outline.keys)
            changed = [spot for article in gone for spot in self._remove(article, links)]
            for outline in outlines:
                changed += self._take_in(outline, links)
            if changed:
                self._mark_stale(min(changed))
            run("INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (file, *position))

    def _remove(self, article: str, links: Links) -> list[_Spot]:
        """Forget an article, at once in what is answered, too; the place it had."""
        run, mark = self._connection.execute, mark_of(article)
        row = run("SELECT published, keys, sketch FROM outline WHERE mark = ?", (mark,)).fetchone()
        if row is None:
            return []
        links.remove(Bearer((row[0], mark), frozenset(json.loads(row[1])), row[2]))
        run("DELETE FROM staged WHERE mark = ?", (mark,))
        with recounting(self._connection):
            run(TOUCH, (json.dumps([mark]),))
            run("DELETE FROM member WHERE mark = ?", (mark,))
        run("DELETE FROM outline WHERE mark = ?", (mark,))
        return [(row[0], article)]

    def _take_in(self, outline: Outline, links: Links) -> list[_Spot]:
        """Write an outline; the places, old and new, from which on places are stale."""
        run, mark, published = self._connection.execute, mark_of(outline.article), ms_of(outline.published)
        keys = frozenset(outline.keys)
        sql = "SELECT published, keys, sketch, terms, outlet FROM outline WHERE mark = ?"
        old = run(sql, (mark,)).fetchone()
        bearer, known = Bearer((published, mark), keys, outline.sketch), None
        if old is not None:
            known = Bearer((old[0], mark), frozenset(json.loads(old[1])), old[2])
            if known == bearer and old[3:] == (outline.terms, outline.outlet):
                return []
            if known != bearer:
                links.remove(known)
        row = (mark, outline.article, outline.outlet, published, outline.own_id, json.dumps(sorted(keys)))
        run("INSERT OR REPLACE INTO outline VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, outline.terms, outline.sketch))
        if known != bearer:
            links.add(bearer)
        return [(at, outline.article) for at in {published, published if old is None else old[0]}]

    def _mark_stale(self, spot: _Spot) -> None:
        """Whatever stands at ``spot`` or behind it is to be placed anew, from the last state before it on."""
        run = self._connection.execute
        run("DELETE FROM kept WHERE (published, article) >= (?, ?)", spot)
        run("UPDATE work SET is_stale = 1")

    @property
    def is_stale(self) -> bool:
        """Whether articles wait to be placed, or placing was not ended."""
        return bool(self._read("SELECT is_stale FROM work", ())[0][0])

    # -- placing -------------------------------------------------------------------------------------------------

    def resume(self) -> Standing | None:
        """See ``ports.GroupIndex.resume``."""
        if not self.is_stale:
            return None
        with self._writing() as run:
            turn = self._find_turn()
            sql = "SELECT published, article, done, state FROM kept ORDER BY published DESC, article DESC LIMIT 1"
            row = run(sql).fetchone()
            run("DELETE FROM merge WHERE (published, article) > (?, ?)", row[:2] if row else _START)
            kept = tuple(done for (done,) in run("SELECT done FROM kept ORDER BY done"))
            total = run("SELECT count(*) FROM outline INDEXED BY outline_in_order").fetchone()[0]
        self._turn = turn
        self._done = row[2] if row else 0
        after = (instant_of(row[0]), row[1]) if row else None
        return Standing(after, row[3] if row else None, self._done, total, kept)

    def iter_terms(self, after: tuple[datetime, str] | None, limit: int) -> Iterator[tuple[str, datetime, bytes]]:
        """See ``ports.GroupIndex.iter_terms``."""
        spot = _START if after is None else (ms_of(after[0]), after[1])
        sql = (
            "SELECT article, published, terms FROM outline WHERE (published, article) > (?, ?) "
            "ORDER BY published, article LIMIT ?"
        )
        for article, published, terms in self._read(sql, (*spot, limit)):
            yield article, instant_of(published), terms

    def place(self, placed: Sequence[Placed], state: bytes | None = None) -> None:
        """See ``ports.GroupIndex.place``."""
        rows = [(mark_of(one.article), ms_of(one.published), one.event, one.story) for one in placed]
        with self._writing(keeps_turn=True) as run:
            self._connection.executemany("INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?)", rows)
            self._connection.executemany("INSERT OR REPLACE INTO merge VALUES (?, ?, ?, ?, ?)", _iter_merges(placed))
            self._done += len(rows)
            if state is not None and placed:
                spot = (ms_of(placed[-1].published), placed[-1].article)
                run("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", (*spot, self._done, state))

    def settle(self, forget: Collection[int] = ()) -> None:
        """See ``ports.GroupIndex.settle``."""
        with self._writing(keeps_turn=True) as run:
            settle(self._connection)
            run("DELETE FROM kept WHERE done IN (SELECT value FROM json_each(?))", (json.dumps(list(forget)),))
            run("UPDATE work SET is_stale = 0")

    def wipe(self) -> None:
        """See ``ports.GroupIndex.wipe``."""
        with self._lock:
            self._connection.close()
            remove_database(self._path)
            self._connection = open_for_writing(self._path, self._stamp)
            self._turn = None

    @contextlib.contextmanager
    def _writing(self, *, keeps_turn: bool = False) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """One transaction. It takes the turn of whoever is placing, or (``keeps_turn``) needs to have it still."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                if keeps_turn and self._find_turn() != self._turn:
                    raise EngineError("the groups changed while articles were placed; ask again")
                if not keeps_turn:
                    self._connection.execute("UPDATE work SET turn = turn + 1")
                    self._turn = None
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise EngineError(f"{self._path}: {error}; run broadsheet rebuild") from error
                raise

    def _find_turn(self) -> int:
        turn: int = self._connection.execute("SELECT turn FROM work").fetchone()[0]
        return turn

    # -- answering -----------------------------------------------------------------------------------------------

    def state(self) -> str:
        """See ``ports.Groups.state``."""
        with self._lock:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return f"{version}-{self._connection.total_changes}"

    def close(self) -> None:
        """See ``ports.Groups.close``."""
        self._connection.close()

    def _read(self, sql: str, values: Sequence[object]) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise EngineError(f"{self._path}: {error}; run broadsheet rebuild") from error


def _iter_merges(placed: Sequence[Placed]) -> Iterator[tuple[str, int, int, int, str]]:
    for one in placed:
        for kind, pairs in (("event", one.merged_events), ("story", one.merged_stories)):
            for gone, kept in pairs:
                yield kind, gone, kept, ms_of(one.published), one.article
