"""How many articles have a term: counted as they come, on top of how common the term is in any news."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories._commons import COMMONEST

PLACES = 1 << 20
"""Terms share so many counters; two that share one are taken to be as common as both together."""

FULL = 1 << 18
"""Articles after which every count is halved, so that old news weighs less and no counter runs over."""

_PRIOR_ARTICLES = 2000.0
_PRIOR = np.array([0.5, *(2.0 ** (step - COMMONEST - 1) * _PRIOR_ARTICLES for step in range(1, COMMONEST + 1))])


class Frequencies:
    """Counters of articles by term, of one fixed size."""

    def __init__(self, articles: int = 0, counts: NDArray[np.uint32] | None = None) -> None:
        self.articles = articles
        self.counts = np.zeros(PLACES, np.uint32) if counts is None else counts.copy()

    def add(self, codes: NDArray[np.uint32]) -> None:
        """Count one article that has these terms."""
        self.counts[np.unique(codes % PLACES)] += 1
        self.articles += 1
        if self.articles >= FULL:
            self.articles //= 2
            self.counts //= 2

    def rarity(self, codes: NDArray[np.uint32], commons: NDArray[np.uint8]) -> NDArray[np.float64]:
        """For each term how much it tells: the logarithm (base 2) of one over the share of articles that have it."""
        share = (self.counts[codes % PLACES] + _PRIOR[commons]) / (self.articles + _PRIOR_ARTICLES)
        told: NDArray[np.float64] = np.maximum(-np.log2(share), 0.0)
        return told
