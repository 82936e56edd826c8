"""Which events have a term: the last ones, in a table of one fixed size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROWS = 1 << 18
_PER_ROW = 32


class Postings:
    """For every term the numbers of the last events that were posted under it; terms may share a row.

    A term that many events have tells little; that only the last of them are found is no loss.
    """

    def __init__(self) -> None:
        self._numbers = np.zeros((_ROWS, _PER_ROW), np.uint32)  # number + 1; 0 is an empty place
        self._next = np.zeros(_ROWS, np.uint8)

    def post(self, codes: NDArray[np.uint32], number: int) -> None:
        """Put the event under these terms, unless it stands there."""
        rows = codes % _ROWS
        rows = rows[~(self._numbers[rows] == number + 1).any(axis=1)]
        self._numbers[rows, self._next[rows]] = number + 1
        self._next[rows] = (self._next[rows] + 1) % _PER_ROW

    def find(self, codes: NDArray[np.uint32], weights: NDArray[np.int64]) -> NDArray[np.int64]:
        """Events that share these terms, by the sum of the squares of their weights: the highest first."""
        numbers = self._numbers[codes % _ROWS]
        held = numbers > 0
        found, places = np.unique(numbers[held], return_inverse=True)
        squares = np.broadcast_to((weights * weights)[:, None], numbers.shape)[held]
        sums = np.bincount(places.reshape(-1), squares, len(found))
        ordered: NDArray[np.int64] = found[np.lexsort((found, -sums))].astype(np.int64) - 1
        return ordered

    def rows(self) -> dict[str, NDArray[np.uint32] | NDArray[np.uint8]]:
        """What ``restore`` needs: only the rows in use."""
        used = np.flatnonzero(self._numbers[:, 0]).astype(np.uint32)
        return {"rows": used, "numbers": self._numbers[used].reshape(-1), "next": self._next[used]}

    def restore(self, rows: NDArray[np.uint32], numbers: NDArray[np.uint32], following: NDArray[np.uint8]) -> None:
        """Take over what ``rows`` gave."""
        self._numbers[rows] = numbers.reshape(-1, _PER_ROW)
        self._next[rows] = following
