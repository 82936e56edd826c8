"""How common a term is in any news, before an archive knows by itself.

A young archive would otherwise take 记者 or "police" for a happening's own mark.
"""

from __future__ import annotations

import functools

from broadsheet.stories._chinese import CHARACTERS, GRAMMAR, WORDS
from broadsheet.stories._english import COMMON_ENGLISH, COMMONEST_ENGLISH, EMPTY_ENGLISH

COMMONEST = 10
"""The highest that ``commonness`` gives."""

FIRST_DENSE = "\u0e00"
"""Before this character no script goes without spaces."""


def is_empty_word(word: str) -> bool:
    """Whether a spaced ``word`` (folded) says nothing about what a text is about."""
    return word in _empty() or (len(word) == 1 and not word.isdigit())


def commonness(term: str) -> int:
    """From 0 (not on any list) to 10: every step doubles the share of articles that have the term."""
    return _of_word(term) if term[0] < "\u2e80" else _of_pair(term)


def _of_word(word: str) -> int:
    if word.isdigit():
        return 7 if len(word) <= 2 else 5 if len(word) == 4 and word[:2] in ("19", "20") else 3
    return _english().get(word, 1)


def _of_pair(pair: str) -> int:
    if len(pair) == 1:
        return _of_sign(pair)
    if pair[0] in GRAMMAR or pair[1] in GRAMMAR:
        return 8
    if pair in _chinese():
        return 6
    ranks, last = _ranks(), len(CHARACTERS)
    one, other = ranks.get(pair[0], last), ranks.get(pair[1], last)
    if one < 120 and other < 120:
        return 5
    if one < 500 and other < 500:
        return 2
    return 1 if one < 500 or other < 500 else 0


def _of_sign(sign: str) -> int:
    if sign in GRAMMAR:
        return COMMONEST
    rank = _ranks().get(sign, len(CHARACTERS))
    return 9 if rank < 120 else 8 if rank < 500 else 5


@functools.cache
def _empty() -> frozenset[str]:
    return frozenset(EMPTY_ENGLISH.split())


@functools.cache
def _english() -> dict[str, int]:
    return {**dict.fromkeys(COMMON_ENGLISH.split(), 5), **dict.fromkeys(COMMONEST_ENGLISH.split(), 7)}


@functools.cache
def _chinese() -> frozenset[str]:
    """The pairs that the listed words consist of."""
    return frozenset(word[at : at + 2] for word in WORDS.split() for at in range(len(word) - 1))


@functools.cache
def _ranks() -> dict[str, int]:
    return {sign: rank for rank, sign in enumerate("".join(CHARACTERS.split()))}
