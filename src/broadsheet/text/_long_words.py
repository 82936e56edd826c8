"""The words of long texts, made of arrays: the same as ``words`` makes one by one, many times faster.

A text is an array of code points. Each sign that is not blank gives a row of three: itself, its neighbour where the two
are a pair, and a blank where a word ends; what is left of the rows when nothing is left out is the words.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONG = 300
"""Characters from which on this way is the faster one."""

_BLANK, _LINE, _SPACED, _DENSE = range(4)
_SIGNS = 0x110000

Spans = Sequence[tuple[int, int]]


def long_words(folded: str, dense: Spans, line: str, longest: int) -> str | None:
    """The words of ``folded``, joined by blanks; None if a spaced word is longer than ``longest``.

    ``dense`` are the first and last code points of scripts without spaces; ``line`` stands for a line end.
    """
    codes = _codes_of(folded.replace("\n", line))
    kinds = _kinds(tuple(dense)).take(codes)
    kinds[codes == ord(line)] = _LINE
    seen = np.flatnonzero(kinds)
    shown = kinds.take(seen)
    behind_word = np.flatnonzero((shown[:-1] == _SPACED) & (shown[1:] == _DENSE)) + 1
    if len(behind_word):  # such a sign stands alone before it stands in its pair
        seen = np.insert(seen, behind_word, seen[behind_word])
        shown = kinds.take(seen)
    codes = codes.take(seen)
    goes_on = np.zeros(len(seen), np.bool_)
    goes_on[:-1] = (np.diff(seen) == 1) & (shown[:-1] == shown[1:]) & (shown[:-1] != _LINE)
    is_in_spaced = goes_on & (shown == _SPACED)
    if _longest_run(is_in_spaced) >= longest:
        return None
    rows = np.zeros((len(seen), 3), "<u4")
    rows[:, 0] = codes
    np.copyto(rows[:-1, 1], codes[1:], where=(goes_on & (shown == _DENSE))[:-1])
    rows[:, 2] = ord(" ")
    rows[is_in_spaced, 2] = 0
    flat = rows.ravel()
    words: str = flat[flat != 0].tobytes().decode("utf-32-le")
    return words.rstrip(" ")


def long_characters(folded: str, dense: Spans) -> str:
    """Every dense character that ``folded`` has, once each, joined by blanks."""
    codes = np.sort(_codes_of(folded))
    there = codes[np.append(codes[1:] != codes[:-1], True)]
    there = there[_kinds(tuple(dense)).take(there) == _DENSE]
    rows = np.full((len(there), 2), ord(" "), "<u4")
    rows[:, 0] = there
    return rows.tobytes().decode("utf-32-le").rstrip(" ")


def _codes_of(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def _longest_run(flags: NDArray[np.bool_]) -> int:
    """How many true ones stand in a row at most."""
    ends = np.flatnonzero(~flags)
    if not len(ends):
        return len(flags)
    return int(max(ends[0], len(flags) - 1 - ends[-1], np.diff(ends).max(initial=1) - 1))


@functools.cache
def dense_of(dense: Spans) -> NDArray[np.bool_]:
    """Code point -> whether it lies in one of the spans ``dense``."""
    found: NDArray[np.bool_] = _kinds(tuple(dense)) == _DENSE
    return found


@functools.cache
def _kinds(dense: Spans) -> NDArray[np.uint8]:
    """Code point -> of which kind it is."""
    kinds = np.full(_SIGNS, _SPACED, np.uint8)
    for first, last in dense:
        kinds[first : last + 1] = _DENSE
    kinds[[ord(" "), ord("\n")]] = _BLANK
    return kinds
