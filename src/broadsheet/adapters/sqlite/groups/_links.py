"""Keeps links between copies in step while articles come and go, one by one, inside the writer's transaction.

The links are a pure function of the outlines: a link joins two articles whose sketches are those of copies and that
stand within ``near`` places of each other among the bearers of a key. What an article that comes or goes changes for
others are the pairs astride of it, which it moves one place apart or lets one place together; no others are looked at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

Place = tuple[int, int]
"""Where a bearer of a key stands: (published in milliseconds, mark)."""

_BEFORE = (
    "SELECT published, mark FROM bearer WHERE key = ? AND (published, mark) < (?, ?) "
    "ORDER BY published DESC, mark DESC LIMIT ?"
)
_BEHIND = (
    "SELECT published, mark FROM bearer WHERE key = ? AND (published, mark) > (?, ?) ORDER BY published, mark LIMIT ?"
)
_BETWEEN = (
    "SELECT count(*) FROM (SELECT 1 FROM bearer WHERE key = ? AND (published, mark) > (?, ?) "
    "AND (published, mark) < (?, ?) LIMIT ?)"
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """An article as links see it."""

    place: Place
    keys: frozenset[int]
    sketch: bytes


class Links:
    """Links of one transaction; sketches that were read once are remembered until it ends."""

    def __init__(
        self, connection: sqlite3.Connection, near: int, is_tie: Callable[[bytes, bytes], bool | None]
    ) -> None:
        self._connection = connection
        self._near = near
        self._is_tie = is_tie
        self._sketches: dict[int, bytes] = {}
        self._borne: set[int] | None = None

    def expect(self, keys: Iterable[int]) -> None:
        """Tell beforehand which keys will come, so that those which nobody bears yet cost no question."""
        rows = self._connection.execute(
            "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM bearer WHERE key = value)",
            (json.dumps(sorted(set(keys))),),
        )
        self._borne = {key for (key,) in rows}

    def add(self, bearer: Bearer) -> None:
        """An article comes, whose outline is written."""
        published, mark = bearer.place
        self._sketches[mark] = bearer.sketch
        candidates, parted = set[Place](), set[tuple[Place, Place]]()
        for key in bearer.keys:
            if self._borne is not None and key not in self._borne:
                self._borne.add(key)
                continue
            before, behind = self._neighbours(key, bearer.place)
            candidates.update(before, behind)
            parted.update(self._iter_astride(before, behind))
        self._connection.executemany(
            "INSERT OR REPLACE INTO bearer VALUES (?, ?, ?)", [(key, published, mark) for key in bearer.keys]
        )
        for other in candidates:
            self._link_if_copies(bearer.place, other)
        for one, other in parted:
            if self._is_linked(one, other) and not self._is_candidate(one, other):
                self._unlink([(one[1], other[1])])

    def remove(self, bearer: Bearer) -> None:
        """An article goes, whose outline is deleted."""
        published, mark = bearer.place
        joined = set[tuple[Place, Place]]()
        for key in bearer.keys:
            before, behind = self._neighbours(key, bearer.place)
            joined.update(self._iter_astride(before, behind))
        self._connection.executemany(
            "DELETE FROM bearer WHERE key = ? AND published = ? AND mark = ?",
            [(key, published, mark) for key in bearer.keys],
        )
        linked = self._connection.execute("SELECT one, other FROM link WHERE one = ?", (mark,)).fetchall()
        self._unlink(linked)
        self._sketches.pop(mark, None)
        for one, other in joined:
            if not self._is_linked(one, other):
                self._link_if_copies(one, other)

    def _neighbours(self, key: int, place: Place) -> tuple[list[Place], list[Place]]:
        """Up to ``near`` bearers of ``key`` on either side of ``place``, the nearest first."""
        run = self._connection.execute
        return (
            run(_BEFORE, (key, *place, self._near)).fetchall(),
            run(_BEHIND, (key, *place, self._near)).fetchall(),
        )

    def _iter_astride(self, before: Sequence[Place], behind: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
        """Pairs with ``place`` between them that are near each other without it and not with it."""
        for at, one in enumerate(before):
            if self._near - 1 - at < len(behind):
                yield one, behind[self._near - 1 - at]

    def _link_if_copies(self, one: Place, other: Place) -> None:
        earlier, later = sorted((one, other))
        is_tie = self._is_tie(self._sketch(earlier[1]), self._sketch(later[1]))
        if is_tie is not None:
            rows = [(one[1], other[1], is_tie), (other[1], one[1], is_tie)]
            self._connection.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?)", rows)

    def _unlink(self, pairs: Iterable[tuple[int, int]]) -> None:
        rows = [pair for one, other in pairs for pair in ((one, other), (other, one))]
        self._connection.executemany("DELETE FROM link WHERE one = ? AND other = ?", rows)

    def _is_linked(self, one: Place, other: Place) -> bool:
        row = self._connection.execute("SELECT 1 FROM link WHERE one = ? AND other = ?", (one[1], other[1]))
        return row.fetchone() is not None

    def _is_candidate(self, one: Place, other: Place) -> bool:
        """Whether two articles are still near each other by any key."""
        earlier, later = sorted((one, other))
        shared = self._keys(one[1]) & self._keys(other[1])
        return any(
            self._connection.execute(_BETWEEN, (key, *earlier, *later, self._near)).fetchone()[0] < self._near
            for key in shared
        )

    def _keys(self, mark: int) -> set[int]:
        row = self._connection.execute("SELECT keys FROM outline WHERE mark = ?", (mark,)).fetchone()
        return set(json.loads(row[0]))

    def _sketch(self, mark: int) -> bytes:
        if mark not in self._sketches:
            row = self._connection.execute("SELECT sketch FROM outline WHERE mark = ?", (mark,)).fetchone()
            self._sketches[mark] = row[0]
        return self._sketches[mark]
