"""Sorting more rows than memory holds: sorted runs on disk, merged while they are read."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_RUN = 20_000
_FAN_IN = 64

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


def _write(rows: Iterable[Row], path: Path) -> Path:
    with path.open("w", encoding="ascii") as file:
        file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    return path


def _read(path: Path) -> Iterator[Row]:
    with path.open(encoding="ascii") as file:
        for line in file:
            yield json.loads(line)
