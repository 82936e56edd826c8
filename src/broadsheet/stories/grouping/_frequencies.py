"""How many events have a term: counted as articles come, on top of how common the term is in any news.

Only additions, multiplications, divisions and square roots are used, which are the same on every machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories.grouping._commons import COMMONEST

PLACES = 1 << 20
"""Terms share so many counters; two that share one are taken to be as common as both together."""

FULL = 1 << 18
"""Events after which every count is halved, so that old news weighs less and no counter runs over."""

_PRIOR_EVENTS = 2000.0
_PRIOR = np.array([0.5, *(_PRIOR_EVENTS / (1 << (COMMONEST + 1 - step)) for step in range(1, COMMONEST + 1))])


class Frequencies:
    """Counters of events by term, of one fixed size."""

    def __init__(self, events: int = 0, counts: NDArray[np.uint32] | None = None) -> None:
        self.events = events
        self.counts = np.zeros(PLACES, np.uint32) if counts is None else counts

    def add(self, codes: NDArray[np.uint32], is_new: bool) -> None:
        """Count terms (each once) that an event, perhaps a new one, had not had."""
        self.counts[codes % PLACES] += np.uint32(1)  # once, even where two share a counter
        self.events += is_new
        if self.events >= FULL:
            self.events //= 2
            self.counts //= np.uint32(2)

    def rarity(self, codes: NDArray[np.uint32], commons: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """For each term how much it tells: the logarithm (base 2) of one over the share of events that have it."""
        return logarithm((self.events + _PRIOR_EVENTS) / (self.counts[codes % PLACES] + _PRIOR[commons]))


def logarithm(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """To base 2, within 0.001, of numbers from 1; 0 for smaller ones. The same on every machine."""
    part, power = np.frexp(np.maximum(numbers, 1.0))
    twice = 2.0 * part
    told: NDArray[np.float64] = ((0.1582487046 * twice - 1.051875031) * twice + 3.047884161) * twice - 2.153620718
    whole: NDArray[np.float64] = np.maximum(told + (power - 1), 0.0)
    return whole
