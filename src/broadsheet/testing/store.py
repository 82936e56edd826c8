"""The Store in a dictionary: for tests, and as the simplest statement of what a Store does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from broadsheet.errors import EngineError, FixityError, NotFoundError


class MemoryStore:
    """See ``ports.Store``."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> int:
        """See ``ports.Store.put_all``."""
        new: dict[str, bytes] = {}
        for key, content in files:
            there = new.get(key, self._files.get(check_key(key)))
            if there is None:
                new[key] = content
            elif there != content:
                raise FixityError(f"{key}: other bytes are kept under this name already; nothing was written over them")
        self._files.update(new)
        return len(new)

    def append(self, key: str, content: bytes, *, at: int, cut_tail: bool = False) -> None:
        """See ``ports.Store.append``."""
        there = self._files.get(check_key(key), b"")
        if len(there) < at or (b"\n" in there[at:] and not cut_tail):
            raise EngineError(f"{key}: is {len(there)} bytes long, {at} were known; run broadsheet verify")
        self._files[key] = there[:at] + content

    def append_all(self, additions: Iterable[tuple[str, bytes, int]]) -> None:
        """See ``ports.Store.append_all``."""
        for key, content, at in additions:
            self.append(key, content, at=at)

    def replace(self, key: str, content: bytes) -> None:
        """See ``ports.Store.replace``."""
        self._files[check_key(key)] = content

    def get(self, key: str) -> bytes:
        """See ``ports.Store.get``."""
        try:
            return self._files[check_key(key)]
        except KeyError:
            raise NotFoundError(f"{key}: not in memory") from None

    def iter_keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """See ``ports.Store.iter_keys``."""
        start = f"{prefix}/" if prefix else ""
        found = [key for key in self._files if key.startswith(start) or key == prefix]
        yield from ((key, len(self._files[key])) for key in sorted(found))

    def iter_oddities(self, prefix: str) -> Iterator[tuple[str, str]]:
        """See ``ports.Store.iter_oddities``; a dictionary has none."""
        yield from ()

    def remove(self, key: str) -> None:
        """See ``ports.Store.remove``."""
        self._files.pop(check_key(key), None)


def check_key(key: str) -> str:
    """``key``, or EngineError if it is not a relative path."""
    if not key or key.startswith("/") or ".." in key.split("/") or "\0" in key:
        raise EngineError(f"{key!r}: not a key")
    return key
