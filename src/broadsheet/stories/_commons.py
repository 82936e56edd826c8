"""How common a term is in any news, before an archive knows by itself.

A young archive would otherwise take 记者 or "police" for a happening's own mark.
"""

from __future__ import annotations

import functools

from broadsheet.stories._chinese import CHARACTERS, GRAMMAR, WORDS
from broadsheet.stories._english import COMMON_ENGLISH, COMMONEST_ENGLISH

COMMONEST = 10
"""The highest that ``commonness`` gives."""

_EMPTY = frozenset(
    (
        "a an and are as at be been but by for from had has have he her his i in is it its of on or she that the their "
        "they this to was were which who will with said says after not new we you s t d ll re ve m one would there "
        "when what more out up so if no him them than then into could about all also can did do just some these those "
        "where while because before over under between through during how our us your my me am being any each other "
        "only own same such too very"
    ).split()
)


def is_empty_word(word: str) -> bool:
    """Whether a spaced ``word`` (folded) says nothing about what a text is about."""
    return word in _EMPTY or (len(word) == 1 and not word.isdigit())


@functools.lru_cache(maxsize=1 << 16)
def commonness(term: str) -> int:
    """From 0 (not on any list) to 10: every step doubles the share of articles that have the term."""
    return _of_word(term) if term[0] < "\u2e80" else _of_pair(term)


def _of_word(word: str) -> int:
    if word.isdigit():
        return 7 if len(word) <= 2 else 5 if len(word) == 4 and word[:2] in ("19", "20") else 3
    return _english().get(word, 1)


def _of_pair(pair: str) -> int:
    if not GRAMMAR.isdisjoint(pair):
        return 8
    if pair in _chinese():
        return 6
    ranks = [_ranks().get(sign, len(CHARACTERS)) for sign in pair]
    if max(ranks) < 120:
        return 5
    if max(ranks) < 500:
        return 2
    return 1 if min(ranks) < 500 else 0


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
