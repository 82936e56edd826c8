"""How common a term is in any news, before an archive knows by itself.

A young archive would otherwise take 记者 or "police" for a happening's own mark.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories.grouping._chinese import CHARACTERS, GRAMMAR, WORDS
from broadsheet.stories.grouping._english import COMMON_ENGLISH, COMMONEST_ENGLISH, EMPTY_ENGLISH

COMMONEST = 10
"""The highest that ``commonness`` gives."""

_OF_GRAMMAR = 8
_OF_CLASSES = np.array([[2, 2, 8], [2, 5, 8], [8, 8, 8]], np.uint8)
_OF_SIGNS = np.array([8, 9, COMMONEST], np.uint8)
"""By classes of characters, as ``_classes`` gives them."""

FIRST_DENSE = "\u0e00"
"""Before this character no script goes without spaces."""


def is_empty_word(word: str) -> bool:
    """Whether a spaced ``word`` (folded) says nothing about what a text is about."""
    return word in _empty() or (len(word) == 1 and not word.isdigit())


def commonness(word: str) -> int:
    """Of a spaced ``word``, from 0 (not on any list) to 10: every step doubles the share of articles that have it."""
    if word.isdigit():
        return 7 if len(word) <= 2 else 5 if len(word) == 4 and word[:2] in ("19", "20") else 3
    return _english().get(word, 1)


def commonness_of_pairs(firsts: NDArray[np.uint64], seconds: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The same of pairs of characters, given as code points."""
    classes = _classes()
    commons = _OF_CLASSES[classes.take(firsts, mode="clip"), classes.take(seconds, mode="clip")]
    listed, pairs = _chinese(), firsts << np.uint64(32) | seconds
    is_listed = listed.take(np.searchsorted(listed, pairs), mode="clip") == pairs
    commons[is_listed & (commons < _OF_GRAMMAR)] = 6
    return commons


def commonness_of_signs(signs: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The same of single characters, given as code points."""
    commons: NDArray[np.uint8] = _OF_SIGNS[_classes().take(signs, mode="clip")]
    return commons


@functools.cache
def _empty() -> frozenset[str]:
    return frozenset(EMPTY_ENGLISH.split())


@functools.cache
def _english() -> dict[str, int]:
    return {**dict.fromkeys(COMMON_ENGLISH.split(), 5), **dict.fromkeys(COMMONEST_ENGLISH.split(), 7)}


@functools.cache
def _chinese() -> NDArray[np.uint64]:
    """The pairs that the listed words consist of, in order."""
    pairs = {(ord(word[at]) << 32) + ord(word[at + 1]) for word in WORDS.split() for at in range(len(word) - 1)}
    return np.array(sorted(pairs), np.uint64)


@functools.cache
def _classes() -> NDArray[np.uint8]:
    """By code point: 1 for one of the most common characters, 2 for one that joins words, 0 for any other."""
    classes = np.zeros(0x10000, np.uint8)
    classes[[ord(sign) for sign in "".join(CHARACTERS.split())]] = 1
    classes[[ord(sign) for sign in GRAMMAR]] = 2
    return classes
