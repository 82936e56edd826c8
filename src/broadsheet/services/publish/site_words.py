"""The words of passages as rows of numbers, for the search of a static site.

A *token* is a sign of a script written without spaces, or a spaced word. Every passage gives a row for each sign, for
each pair of neighbouring signs of one run (``气候危机`` → 气候 候危 危机), for each spaced word, and for each quality
of its article. A row is a key of 42 bits, the place of the passage, and a mask: bit ``n`` is set where the token stands
at a place that leaves ``n`` when divided by eight, so that the browser can tell nearly always whether two pairs follow
each other without having seen the text.

The key of signs is their code points, of a word two hashes above them: ``search.js`` makes the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from broadsheet.services.publish.site_cards import Card
from broadsheet.text.folding import fold
from broadsheet.text.words import LONGEST, dense_codes

ROW = np.dtype([("key", "<u8"), ("place", "<u4"), ("mask", "u1")])
"""One row: its key, ``article << PASSAGE_BITS | passage``, its mask."""
PASSAGE_BITS = 10
MOST_PASSAGES = (1 << PASSAGE_BITS) - 1
_CODE = 21
_WORDS_FROM = 0x110000
_WORD_ROOM = (1 << _CODE) - _WORDS_FROM
_ANYWHERE = 0xFF
_OWNER = 64 - 2 * _CODE
_SPACE, _LINE = 0x20, 0x0A

Rows = NDArray[np.void]


@lru_cache(maxsize=200_000)
def word_key(word: str) -> int:
    """The key of a spaced word, or of a quality with a sign before it that no word has."""
    one, other = 0x811C9DC5, 0x01000193
    for unit in np.frombuffer(word.encode("utf-16-le", "surrogatepass"), "<u2").tolist():
        one = (one ^ unit) * 0x01000193 & 0xFFFFFFFF
        other = (other ^ unit) * 0x5BD1E995 & 0xFFFFFFFF
        other ^= other >> 15
    return (_WORDS_FROM + one % _WORD_ROOM) << _CODE | other >> (32 - _CODE)


def trait_key(term: str) -> int:
    """The key of a quality such as ``outlet:voa``."""
    return word_key("\x01" + term)


def rows_of(articles: Iterable[tuple[int, Sequence[Card]]]) -> Rows:
    """The rows of articles, each with its number in its segment (rising), sorted by key and place.

    Together they have fewer than 2²² passages. The headline is the passage 0, those of the cards follow from 1.
    """
    texts: list[str] = []
    places: list[int] = []
    traits: list[tuple[int, int, int]] = []
    for number, cards in articles:
        for at, passage in enumerate((cards[0].headline, *(card.passage for card in cards[:MOST_PASSAGES]))):
            texts.append(fold(passage))
            places.append(number << PASSAGE_BITS | at)
        traits += ((trait_key(term), number << PASSAGE_BITS, _ANYWHERE) for term in cards[0].terms())
    return merge([_text_rows(texts, np.array(places, np.uint32)), np.sort(np.array(traits, ROW), order="key")])


def _text_rows(texts: Sequence[str], places: NDArray[np.uint32]) -> Rows:
    """The rows of folded ``texts``, whose ``places`` rise, sorted by key and place."""
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), "<u4")
    if not len(texts):
        return np.empty(0, ROW)
    sizes = np.array([len(text) + 1 for text in texts])
    owner = np.repeat(np.arange(len(texts)), sizes)
    dense = dense_codes()[codes]
    word = ~dense & (codes != _SPACE) & (codes != _LINE)
    before = np.append(False, word[:-1])
    begins = dense | (word & ~before)
    count = np.cumsum(begins)
    first = np.append(0, np.cumsum(sizes)[:-1])
    order = count - 1 - (count[first] - begins[first])[owner]
    masks = (1 << (order & 7)).astype(np.uint8)
    at = np.flatnonzero(dense)
    pairs = np.flatnonzero(dense[:-1] & dense[1:])
    wide = codes.astype(np.uint64)
    keys = [wide[at] << _CODE, wide[pairs] << _CODE | wide[pairs + 1]]
    owners, marks = [owner[at], owner[pairs]], [np.full(len(at), _ANYWHERE, np.uint8), masks[pairs]]
    starts = np.flatnonzero(word & ~before)
    if len(starts):
        ends = np.flatnonzero(word & ~np.append(word[1:], False)) + 1
        ends = np.minimum(ends, starts + LONGEST)
        whole = codes.tobytes()
        found = [
            word_key(whole[4 * start : 4 * end].decode("utf-32-le", "surrogatepass"))
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        keys.append(np.array(found, np.uint64))
        owners.append(owner[starts])
        marks.append(masks[starts])
    return _as_rows(np.concatenate(keys), np.concatenate(owners), np.concatenate(marks), places)


def _as_rows(
    keys: NDArray[np.uint64], owners: NDArray[np.int64], masks: NDArray[np.uint8], places: NDArray[np.uint32]
) -> Rows:
    """Sorted rows, those of one key and place as one: key and owner are sorted as one number."""
    both = keys << np.uint64(_OWNER) | owners.astype(np.uint64)
    order = np.argsort(both)
    both = both[order]
    starts = np.flatnonzero(np.append(True, both[1:] != both[:-1])) if len(both) else np.empty(0, np.int64)
    rows = np.empty(len(starts), ROW)
    rows["key"] = both[starts] >> np.uint64(_OWNER)
    rows["place"] = places[(both[starts] & np.uint64((1 << _OWNER) - 1)).astype(np.int64)]
    rows["mask"] = np.bitwise_or.reduceat(masks[order], starts) if len(starts) else 0
    return rows


def merge(parts: Sequence[Rows]) -> Rows:
    """Rows of several calls of ``rows_of``, whose articles differ, as one."""
    rows = np.concatenate([part for part in parts if len(part)] or [np.empty(0, ROW)])
    merged: Rows = rows[np.argsort(rows["key"], kind="stable")]
    return merged


def spread_of(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """32 bits of each key that are as good as chance: the first of them choose its shard."""
    low = (keys & ((1 << _CODE) - 1)).astype(np.uint32)
    high = (keys >> _CODE).astype(np.uint32)
    mixed = high * np.uint32(0x9E3779B1) ^ (low + np.uint32(0x7F4A7C15)) * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(15)
    return mixed * np.uint32(0x2C1B3C6D)


def is_sign(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which keys are those of a single sign."""
    found: NDArray[np.bool_] = ((keys & ((1 << _CODE) - 1)) == 0) & (keys < (_WORDS_FROM << _CODE))
    return found
