"""Makes what was placed the answers, inside the writer's transaction, and writes only what changed."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator

_EFFECTIVE = "coalesce((SELECT root FROM root WHERE kind = 'story' AND number = m.story), m.story)"

TOUCH = (
    f"INSERT OR IGNORE INTO touched SELECT {_EFFECTIVE} FROM member m WHERE m.mark IN (SELECT value FROM json_each(?))"
)
"""The stories that the articles with these marks are in are to be counted anew."""

_TOUCH_CHANGED = (
    f"INSERT OR IGNORE INTO touched SELECT {_EFFECTIVE} FROM changed c CROSS JOIN member m ON m.mark = c.mark"
)
_FIND_CHANGED = (
    "INSERT INTO changed SELECT s.mark FROM staged s LEFT JOIN member m ON m.mark = s.mark "
    "WHERE m.mark IS NULL OR m.story <> s.story OR m.event <> s.event OR m.published <> s.published"
)
_TAKE_OVER = (
    "INSERT OR REPLACE INTO member SELECT s.mark, s.published, s.event, s.story "
    "FROM changed c JOIN staged s ON s.mark = c.mark"
)
_COUNT = (
    "INSERT INTO story SELECT t.story, min(m.published), max(m.published), count(*), count(DISTINCT o.outlet) "
    "FROM touched t JOIN member m ON m.story IN "
    "(SELECT t.story UNION ALL SELECT number FROM root WHERE kind = 'story' AND root.root = t.story) "
    "JOIN outline o ON o.mark = m.mark "
    "WHERE NOT EXISTS (SELECT 1 FROM root WHERE kind = 'story' AND number = t.story) GROUP BY t.story"
)


@contextlib.contextmanager
def recounting(connection: sqlite3.Connection) -> Iterator[None]:
    """Stories that are touched within are counted anew at the end."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (story INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM touched")
    yield
    connection.execute("DELETE FROM story WHERE story IN (SELECT story FROM touched)")
    connection.execute(_COUNT)


def settle(connection: sqlite3.Connection) -> None:
    """What is staged, and every merge, is what is answered from the end of the transaction on."""
    run = connection.execute
    run("CREATE TEMP TABLE IF NOT EXISTS changed (mark INTEGER PRIMARY KEY)")
    run("DELETE FROM changed")
    with recounting(connection):
        run(_FIND_CHANGED)
        run(_TOUCH_CHANGED)
        run(_TAKE_OVER)
        _set_roots(connection, "event")
        for number in _set_roots(connection, "story"):
            run("INSERT OR IGNORE INTO touched VALUES (?)", (number,))
        run(_TOUCH_CHANGED)
    run("DELETE FROM staged")


def _set_roots(connection: sqlite3.Connection, kind: str) -> set[int]:
    """Bring what merged numbers belong to in step with the merges; every number that this changes anything for."""
    old = dict(connection.execute("SELECT number, root FROM root WHERE kind = ?", (kind,)))
    kept = dict(connection.execute("SELECT gone, kept FROM merge WHERE kind = ?", (kind,)))
    new = {number: _root_of(number, kept) for number in kept}
    gone = [number for number in old if number not in new]
    fresh = [(kind, number, root) for number, root in new.items() if old.get(number) != root]
    sql = "DELETE FROM root WHERE kind = ? AND number IN (SELECT value FROM json_each(?))"
    connection.execute(sql, (kind, json.dumps(gone)))
    connection.executemany("INSERT OR REPLACE INTO root VALUES (?, ?, ?)", fresh)
    changed = [*gone, *(number for _, number, _ in fresh)]
    return {one for number in changed for one in (number, old.get(number), new.get(number)) if one is not None}


def _root_of(number: int, kept: dict[int, int]) -> int:
    while number in kept:
        number = kept[number]
    return number
