"""More rows than memory holds: spooled to disk, or sorted there in runs that are merged while they are read."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

_RUN = 20_000
_FAN_IN = 64

A = TypeVar("A")
Row = list[Any]
"""Strings, numbers and None; rows that are compared agree in kind, place by place."""


def sort_rows(rows: Iterable[Row], scratch: Path, name: str) -> Iterator[Row]:
    """The rows in order, smallest first. ``scratch`` is a folder and ``name`` begins the names of the runs in it."""
    runs: list[Path] = []
    run: list[Row] = []
    count = 0
    for row in rows:
        run.append(row)
        if len(run) >= _RUN:
            runs.append(_write(sorted(run), scratch / f"{name}-{count}"))
            run, count = [], count + 1
    if not runs:
        return iter(sorted(run))
    if run:
        runs.append(_write(sorted(run), scratch / f"{name}-{count}"))
        count += 1
    while len(runs) > _FAN_IN:
        merged = heapq.merge(*(_read(path) for path in runs[:_FAN_IN]))
        runs = [*runs[_FAN_IN:], _write(merged, scratch / f"{name}-{count}")]
        count += 1
    return heapq.merge(*(_read(path) for path in runs))


def spool(rows: Iterable[Row], path: Path) -> Iterator[Row]:
    """The rows, all of them written to ``path`` now, to be read from there one by one."""
    return _read(_write(rows, path))


def one_ahead(batches: Iterator[A]) -> Iterator[A]:
    """The same, with the next one always begun before the one before it is handed out."""
    waiting: list[A] = []
    for batch in batches:
        waiting.append(batch)
        if len(waiting) > 1:
            yield waiting.pop(0)
    yield from waiting


def _write(rows: Iterable[Row], path: Path) -> Path:
    with path.open("w", encoding="ascii") as file:
        file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    return path


def _read(path: Path) -> Iterator[Row]:
    with path.open(encoding="ascii") as file:
        for line in file:
            yield json.loads(line)
