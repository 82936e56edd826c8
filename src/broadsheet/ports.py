"""What services ask of engines. Each port has one contract suite in ``tests/contracts/`` that every engine passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from broadsheet.model import Capture, Failure, Request


class Store(Protocol):
    """Bytes under keys, durable once a call returns. A key is a relative path with ``/`` between its parts."""

    def put(self, key: str, content: bytes) -> bool:
        """Write once: True if written, False if the same bytes are there; FixityError if others are."""

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> int:
        """``put`` for many at once, made durable together; returns how many were new."""

    def append(self, key: str, content: bytes, *, at: int) -> None:
        """Add to the end of ``key``, which must be ``at`` bytes long (0 creates it); EngineError if not."""

    def replace(self, key: str, content: bytes) -> None:
        """Put ``content`` in the place of what is there, at once or not at all (derived files, tombstones)."""

    def get(self, key: str) -> bytes:
        """The bytes; NotFoundError if there are none."""

    def iter_keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Every key that starts with the folder ``prefix`` and its size in bytes, sorted by key."""

    def remove(self, key: str) -> None:
        """Take bytes away (take-down, retention); nothing happens if they are not there."""


class Fetcher(Protocol):
    """The one way in: every byte from a network comes through here, past the address guard and the host pacing."""

    def fetch_all(self, requests: Iterable[Request]) -> Iterator[Capture | Failure]:
        """Fetch many; results come as they are ready, a failure as a value."""

    def close(self) -> None:
        """Let go of connections."""
