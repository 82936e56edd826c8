"""What an article is about, in few bytes: its words and character pairs, how often, and how common they are anyway.

Spaced scripts give words, scripts without spaces give overlapping pairs of characters (as good a unit for grouping
Chinese news as dictionary words, and free of any dictionary). Every term is folded, then named by 24 bits, which
two terms of an article and an event share once in some hundreds of comparisons.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories.grouping._commons import FIRST_DENSE, commonness, is_empty_word
from broadsheet.stories.grouping._pairs import Pairs, commons_of, names_of, pairs_of
from broadsheet.text.folding import fold
from broadsheet.text.words import count_dense, find_runs, is_dense

LENGTH = 1500
"""So many characters of a text are read: a report says first what happened, and then what happened before."""

DENSE_LENGTH = 1200
"""So many of a text in a script without spaces, which says as much with them."""

COMMON, SPACED, NAME = 0x0F, 0x40, 0x80
"""The byte that says of what kind a term is: how common it is, whether it is a spaced word, whether it is a name."""

BRIDGE = 0xFF000000
"""From this code on, terms are names that are declared to be one in two languages."""

_MOST = 255
_FORM = 1
_WORD = re.compile(r"[^\W\d_][\w'’]*|[.!?:;\"“”‘(\n]")
_STOPS = frozenset('.!?:;"“”‘(\n')


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one article, one place each in four rows of equal length, ordered by ``codes``.

    ``codes``: the term's name, 4 bytes, little-endian. ``heads`` and ``bodies``: how often it stands in the headline
    and in the text, one byte. ``kinds``: one byte as ``COMMON``, ``SPACED``, ``NAME`` part it.
    """

    codes: bytes
    heads: bytes
    bodies: bytes
    kinds: bytes

    def __len__(self) -> int:
        return len(self.heads)

    def to_bytes(self) -> bytes:
        """As bytes that ``from_bytes`` reads."""
        return bytes([_FORM]) + self.codes + self.heads + self.bodies + self.kinds

    @classmethod
    def from_bytes(cls, kept: bytes) -> Terms:
        """What ``to_bytes`` wrote; ValueError for anything else."""
        count, rest = divmod(len(kept) - 1, 7)
        if not kept or kept[0] != _FORM or rest:
            raise ValueError("these are not the bytes of an article's terms")
        rows = kept[1:]
        return cls(
            rows[: 4 * count], rows[4 * count : 5 * count], rows[5 * count : 6 * count], rows[6 * count : 7 * count]
        )


def terms_of(headline: str, text: str, bridge: Mapping[str, str] | None = None) -> Terms:
    """The terms of an article with this ``headline`` and ``text`` (which may be empty).

    ``bridge`` maps a name to how it is written in another language: wherever either stands, both count as one term
    more, so that reports in both languages share it.
    """
    text = text[:LENGTH]
    if 3 * count_dense(text) > len(text):
        text = text[:DENSE_LENGTH]
    in_head, in_body = find_runs(headline), find_runs(text)
    heads, bodies = _count_words(in_head, headline, bridge), _count_words(in_body, text, bridge)
    words = list(heads | bodies)
    names = find_names(headline, text)
    named = [_name(word) | (NAME if word in names else 0) for word in words]
    pairs, counts, kinds = _count_pairs(pairs_of(_dense(in_head), with_signs=True), pairs_of(_dense(in_body)))
    codes = np.concatenate([np.array([one >> 8 for one in named], "<u4"), pairs])
    codes, order = np.unique(codes, return_index=True)
    counted = (
        np.array([[*_row(heads, words)], [*_row(bodies, words)], [one & 0xFF for one in named]], np.uint8),
        np.vstack([counts, kinds]),
    )
    ordered = np.concatenate(counted, axis=1)[:, order]
    return Terms(codes.astype("<u4").tobytes(), *(row.tobytes() for row in ordered))


def _row(counts: Mapping[str, int], words: Iterable[str]) -> list[int]:
    return [min(counts.get(word, 0), _MOST) for word in words]


def _dense(runs: Iterable[str]) -> list[str]:
    return [run for run in runs if run[0] >= FIRST_DENSE and is_dense(run)]


def _count_words(runs: Iterable[str], text: str, bridge: Mapping[str, str] | None) -> dict[str, int]:
    """How often the spaced words stand in ``text`` (of these ``runs``), and the declared names."""
    counts = dict(Counter(run for run in runs if run[0] < FIRST_DENSE or not is_dense(run)))
    for word in [word for word in counts if is_empty_word(word)]:
        del counts[word]
    if bridge and text:
        folded = fold(text)
        for one, other in sorted(bridge.items()):
            times = max(_times(fold(one), folded), _times(fold(other), folded))
            if times:
                counts[f"={fold(one)}"] = times
    return counts


def _times(name: str, folded: str) -> int:
    if not name.strip() or name not in folded:
        return 0
    return len(re.findall(rf"\b{re.escape(name)}\b", folded)) if name[0] < FIRST_DENSE else folded.count(name)


def _count_pairs(of_head: Pairs, of_body: Pairs) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]:
    """The codes of pairs, once each; rows of how often they stand in the headline and in the text; their kinds."""
    pairs, places = np.unique(np.concatenate([of_head, of_body]), return_inverse=True)
    counts = [np.bincount(part, minlength=len(pairs)) for part in (places[: len(of_head)], places[len(of_head) :])]
    return names_of(pairs), np.minimum(counts, _MOST).astype(np.uint8), commons_of(pairs)


@lru_cache(maxsize=1 << 16)
def _name(word: str) -> int:
    """The code of a spaced word or declared name and, in the lowest byte, its kind."""
    code = zlib.crc32(word.encode())
    if word[0] == "=":
        return (BRIDGE | code >> 8) << 8 | NAME
    return (code >> 8) << 8 | commonness(word) | SPACED


def find_names(headline: str, text: str) -> frozenset[str]:
    """Words with a capital in the midst of a sentence, which also stand without one nowhere, or do so repeatedly.

    A headline with most words in capitals tells nothing of that kind.
    """
    if text.lower() == text and headline.lower() == headline:
        return frozenset()
    capital, small = _part_by_case(text)
    in_headline, small_in_headline = _part_by_case(headline)
    if len(small_in_headline) >= len(in_headline):
        small |= small_in_headline
        for word, times in in_headline.items():
            capital[word] = capital.get(word, 0) + times
    names = (word for word, times in capital.items() if times > 1 or word not in small)
    return frozenset(run for word in names for run in find_runs(word) if not run.isdigit())


def _part_by_case(text: str) -> tuple[dict[str, int], set[str]]:
    """How often words have a capital other than at a sentence's beginning; and the words that stand without one."""
    capital, small, is_first = dict[str, int](), set[str](), True
    for word in _WORD.findall(text):
        if word in _STOPS:
            is_first = True
            continue
        if word[0].isupper():
            if not is_first:
                capital[word.lower()] = capital.get(word.lower(), 0) + 1
        elif word[0].islower():
            small.add(word.lower())
        is_first = False
    return capital, small
