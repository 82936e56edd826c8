"""Looks in plain dictionaries: for tests, and as the simplest statement of what Looks do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from broadsheet.errors import EngineError
from broadsheet.model import LookState, Position, is_believable


class MemoryLooks:
    """See ``ports.Looks``."""

    def __init__(self) -> None:
        self.wipe()

    def positions(self) -> dict[str, Position]:
        """See ``ports.Looks.positions``."""
        return dict(self._positions)

    def apply(
        self, file: str, before: int, position: Position, states: Sequence[LookState], gone: Collection[str] = ()
    ) -> None:
        """See ``ports.Looks.apply``."""
        if self._positions.get(file, (0, ""))[0] != before:
            raise EngineError(f"the looks do not stand at byte {before} of {file}")
        self.put_all(states, gone=gone)
        self._positions[file] = position

    def put_all(
        self, states: Iterable[LookState], *, asked: Iterable[tuple[str, datetime]] = (), gone: Collection[str] = ()
    ) -> None:
        """See ``ports.Looks.put_all``."""
        self._states.update({state.article: state for state in states})
        self._asked += asked
        for article in gone:
            self._states.pop(article, None)

    def find(self, article: str) -> LookState | None:
        """See ``ports.Looks.find``."""
        return self._states.get(article)

    def iter_due(self, now: datetime, far: datetime) -> Iterator[LookState]:
        """See ``ports.Looks.iter_due``."""
        due = [
            state
            for state in self._states.values()
            if state.next_due is None or not now < state.next_due <= far or not is_believable(state.decided, now)
        ]
        yield from sorted(due, key=lambda state: (-state.first.timestamp(), state.article))

    def asked_between(self, after: datetime, until: datetime) -> dict[str, int]:
        """See ``ports.Looks.asked_between``."""
        return dict(Counter(host for host, at in self._asked if after < at <= until))

    def wipe(self) -> None:
        """See ``ports.Looks.wipe``."""
        self._positions: dict[str, Position] = {}
        self._states: dict[str, LookState] = {}
        self._asked: list[tuple[str, datetime]] = []
