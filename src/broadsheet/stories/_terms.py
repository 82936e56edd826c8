"""What an article is about, in few bytes: its words and character pairs, how often, and how common they are anyway.

Spaced scripts give words, scripts without spaces give overlapping pairs of characters (as good a unit for grouping
Chinese news as dictionary words, and free of any dictionary). Every term is folded, then named by 32 bits.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from broadsheet.language.words import find_runs, is_dense
from broadsheet.stories._commons import commonness, is_empty_word

LENGTH = 1200
"""So many characters of a text are read: a report says first what happened."""

MOST = 255
_FORM = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one article, one place each in four rows of equal length, ordered by ``codes``.

    ``codes``: the term's name, 4 bytes, little-endian. ``heads`` and ``bodies``: how often it stands in the headline
    and in the text (one byte). ``commons``: how common it is in any news (one byte, see ``_commons``).
    """

    codes: bytes
    heads: bytes
    bodies: bytes
    commons: bytes

    def __len__(self) -> int:
        return len(self.heads)

    def to_bytes(self) -> bytes:
        """As bytes that ``from_bytes`` reads."""
        return bytes([_FORM]) + self.codes + self.heads + self.bodies + self.commons

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

    ``bridge`` names pairs of words that mean the same in two languages (a name and its other name): both sides then
    give one term.
    """
    heads, bodies = dict[str, int](), dict[str, int]()
    for counts, words in ((heads, headline), (bodies, text[:LENGTH])):
        for term in _iter_terms(words):
            counts[term] = counts.get(term, 0) + 1
    named = {zlib.crc32(term.encode()): term for term in heads | bodies}
    codes = sorted(named)
    terms = [named[code] for code in codes]
    return Terms(
        np.array(codes, "<u4").tobytes(),
        bytes(min(heads.get(term, 0), MOST) for term in terms),
        bytes(min(bodies.get(term, 0), MOST) for term in terms),
        bytes(commonness(term) for term in terms),
    )


def _iter_terms(words: str) -> Iterator[str]:
    for run in find_runs(words):
        if not is_dense(run):
            if not is_empty_word(run):
                yield run
        elif len(run) == 1:
            yield run
        else:
            for at in range(len(run) - 1):
                yield run[at : at + 2]
