"""The folder and the log of a static site in dictionaries: for tests, and as the simplest statement of what they do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import TypeVar

from broadsheet.model import FileMark, Unit

T = TypeVar("T")
_STRAY = "stray"
_PART = 500


class MemorySiteFolder:
    """See ``ports.SiteFolder``. ``free`` is how much room it says there is."""

    def __init__(self, free: int = 1 << 40) -> None:
        self._files: dict[str, tuple[bytes, int]] = {}
        self._clock = count(1)
        self._free = free

    def write(self, path: str, content: bytes) -> FileMark:
        """See ``ports.SiteFolder.write``."""
        is_new = path not in self._files or self._files[path][0] != content
        if is_new:
            self._files[path] = (content, next(self._clock))
        return _mark(path, *self._files[path], is_new=is_new)

    def mark(self, path: str) -> FileMark | None:
        """See ``ports.SiteFolder.mark``."""
        found = self._files.get(path)
        return _mark(path, *found) if found else None

    def read(self, path: str) -> bytes | None:
        """See ``ports.SiteFolder.read``."""
        found = self._files.get(path)
        return found[0] if found else None

    def remove(self, path: str) -> None:
        """See ``ports.SiteFolder.remove``."""
        self._files.pop(path, None)

    def iter_folders(self) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
        """See ``ports.SiteFolder.iter_folders``."""
        folders: dict[str, dict[str, tuple[int, int]]] = {"": {}}
        for path, (content, changed) in self._files.items():
            parts = path.split("/")[:-1]
            for depth in range(len(parts) + 1):
                folders.setdefault("/".join(parts[:depth]), {})
            folders["/".join(parts)][path.rpartition("/")[2]] = (len(content), changed)
        yield from sorted(folders.items())

    def free_bytes(self) -> int:
        """See ``ports.SiteFolder.free_bytes``."""
        return self._free


def _mark(path: str, content: bytes, changed: int, *, is_new: bool = False) -> FileMark:
    return FileMark(path, len(content), changed, hashlib.blake2b(content, digest_size=12).digest(), is_new=is_new)


class MemorySiteLog:
    """See ``ports.SiteLog``."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}
        self._units: dict[str, bytes | None] = {}
        self._files: dict[str, tuple[FileMark, str]] = {}
        self._pictures: dict[str, set[str]] = {}
        self.begin_plan()

    # -- notes and the plan ----------------------------------------------------------------------------------

    def find_note(self, name: str) -> str | None:
        """See ``ports.SiteLog.find_note``."""
        return self._notes.get(name)

    def put_note(self, name: str, value: str) -> None:
        """See ``ports.SiteLog.put_note``."""
        self._notes[name] = value

    def begin_plan(self) -> None:
        """See ``ports.SiteLog.begin_plan``."""
        self._planned: set[str] = set()
        self._states: dict[str, bytes] = {}
        self._ties: dict[str, bytes] = {}
        self._texts: dict[tuple[int, str], bytes] = {}

    def plan(self, units: Sequence[Unit]) -> list[Unit]:
        """See ``ports.SiteLog.plan``."""
        self._planned.update(unit.key for unit in units)
        return [unit for unit in units if self._units.get(unit.key) != unit.fingerprint]

    def record(self, unit: Unit, files: Sequence[FileMark], pictures: Iterable[str] = ()) -> list[str]:
        """See ``ports.SiteLog.record``."""
        known = self._paths_of(unit.key)
        self._units[unit.key] = unit.fingerprint
        self._files.update({one.path: (one, unit.key) for one in files})
        self._pictures[unit.key] = set(pictures)
        return sorted(set(known).difference(one.path for one in files))

    def _paths_of(self, key: str) -> list[str]:
        return sorted(path for path, (_, unit) in self._files.items() if unit == key)

    def adopt(self, marks: Sequence[FileMark]) -> None:
        """See ``ports.SiteLog.adopt``."""
        self._units[_STRAY] = b""
        for mark in marks:
            self._files.setdefault(mark.path, (mark, _STRAY))

    def forget_file(self, path: str) -> None:
        """See ``ports.SiteLog.forget_file``."""
        self._files.pop(path, None)

    def iter_gone(self) -> Iterator[tuple[str, list[str]]]:
        """See ``ports.SiteLog.iter_gone``."""
        for key in sorted(set(self._units) - self._planned):
            paths = self._paths_of(key)
            yield key, paths
            for path in paths:
                del self._files[path]
            del self._units[key]
            self._pictures.pop(key, None)

    # -- what stands there -----------------------------------------------------------------------------------

    def find_folder(self, folder: str) -> dict[str, FileMark]:
        """See ``ports.SiteLog.find_folder``."""
        found = (mark for mark, _ in self._files.values() if mark.path.rpartition("/")[0] == folder)
        return {mark.path.rpartition("/")[2]: mark for mark in found}

    def iter_folders(self) -> Iterator[str]:
        """See ``ports.SiteLog.iter_folders``."""
        yield from sorted({path.rpartition("/")[0] for path in self._files})

    def put_mark(self, mark: FileMark) -> None:
        """See ``ports.SiteLog.put_mark``."""
        if mark.path in self._files:
            self._files[mark.path] = (mark, self._files[mark.path][1])

    def spoil(self, path: str) -> None:
        """See ``ports.SiteLog.spoil``."""
        if path in self._files:
            self._units[self._files[path][1]] = None

    def count(self) -> tuple[int, int]:
        """See ``ports.SiteLog.count``."""
        return len(self._files), sum(mark.size for mark, _ in self._files.values())

    def iter_pictures(self) -> Iterator[str]:
        """See ``ports.SiteLog.iter_pictures``."""
        yield from sorted(set().union(*(shown for key, shown in self._pictures.items() if key in self._planned)))

    # -- kept while planning ---------------------------------------------------------------------------------

    def put_states(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """See ``ports.SiteLog.put_states``."""
        self._states.update(rows)

    def find_states(self, articles: Sequence[str]) -> dict[str, bytes]:
        """See ``ports.SiteLog.find_states``."""
        return _some(self._states, articles)

    def iter_states(self) -> Iterator[list[str]]:
        """See ``ports.SiteLog.iter_states``."""
        ordered = sorted(self._states)
        for start in range(0, len(ordered), _PART):
            yield ordered[start : start + _PART]

    def tie(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """See ``ports.SiteLog.tie``."""
        self._ties.update(rows)

    def find_ties(self, articles: Sequence[str]) -> dict[str, bytes]:
        """See ``ports.SiteLog.find_ties``."""
        return _some(self._ties, articles)

    def put_texts(self, rows: Sequence[tuple[int, str, bytes]]) -> None:
        """See ``ports.SiteLog.put_texts``."""
        self._texts.update({(published, article): digest for published, article, digest in rows})

    def iter_texts(self, begin: int, end: int) -> Iterator[tuple[int, str, bytes]]:
        """See ``ports.SiteLog.iter_texts``."""
        for published, article in sorted(self._texts):
            if begin <= published < end:
                yield published, article, self._texts[published, article]

    def commit(self) -> None:
        """See ``ports.SiteLog.commit``."""

    def close(self) -> None:
        """See ``ports.SiteLog.close``."""


def _some(known: dict[str, T], names: Iterable[str]) -> dict[str, T]:
    return {name: known[name] for name in names if name in known}
