"""Overlapping pairs of characters, counted in arrays: the terms of scripts that are written without spaces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories.grouping._commons import commonness_of_pairs, commonness_of_signs

Pairs = NDArray[np.uint64]

_BITS = 21
"""So many has a code point; a pair is its first sign's above its second's, a sign alone has none above."""

_MIXER = np.uint64(0x9E3779B97F4A7C15)
"""Two to the 64th by the golden ratio: multiplying by it spreads numbers that lie close (Knuth, vol. 3, 6.4)."""


def pairs_of(runs: Sequence[str], with_signs: bool = False) -> Pairs:
    """The pairs that ``runs`` consist of, one after the other; with signs, each single character too.

    A run of one character gives that.
    """
    if not runs:
        return np.zeros(0, np.uint64)
    signs = np.frombuffer("\n".join(["", *runs, ""]).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    is_sign = signs != ord("\n")
    is_pair = is_sign[:-1] & is_sign[1:]
    pairs: Pairs = ((signs[:-1] << np.uint64(_BITS)) | signs[1:])[is_pair]
    is_alone = is_sign[1:-1] if with_signs else is_sign[1:-1] & ~is_pair[:-1] & ~is_pair[1:]
    return np.concatenate([pairs, signs[1:-1][is_alone]])


def names_of(pairs: Pairs) -> NDArray[np.uint32]:
    """24 bits for each pair."""
    return ((pairs * _MIXER) >> np.uint64(40)).astype(np.uint32)


def commons_of(pairs: Pairs) -> NDArray[np.uint8]:
    """For each pair, how common it is in any news, as ``commonness`` counts."""
    firsts, seconds = pairs >> np.uint64(_BITS), pairs & np.uint64((1 << _BITS) - 1)
    commons = np.where(firsts, commonness_of_pairs(firsts, seconds), commonness_of_signs(seconds))
    commons[seconds < ord("\u2e80")] = 1
    return commons
