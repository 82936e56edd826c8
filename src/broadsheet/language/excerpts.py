"""Where in a text, as printed, the words asked for stand, and the piece of it that shows them best.

Looking is done in the folded text, showing in the printed one: offsets are carried back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice

from broadsheet.language.folding import fold_aligned
from broadsheet.language.words import is_dense
from broadsheet.model import Excerpt

DENSE_WIDTH, SPACED_WIDTH = 90, 180
"""Characters of an excerpt in Chinese and the like, and in scripts with spaces."""

_MOST = 200
"""Places of one word that are looked at when the best is chosen."""

_WORD_REACH = 24
"""How far a cut moves so as not to go through a word."""

Span = tuple[int, int]


def find_marks(text: str, patterns: Sequence[re.Pattern[str]]) -> list[Span]:
    """Where in ``text``, as printed, the patterns are found: (start, end), in order, none overlapping."""
    if not patterns:
        return []
    folded, origin = fold_aligned(text)
    return _carry_back((match.span() for pattern in patterns for match in pattern.finditer(folded)), origin)


def excerpt(text: str, patterns: Sequence[re.Pattern[str]]) -> Excerpt:
    """The piece of ``text`` that has the most of what is looked for, in its middle, on one line, marked.

    Without a hit, the beginning. Where something is cut off there is a ``…``.
    """
    if not patterns:
        return _cut(text, 0, [])
    folded, origin = fold_aligned(text)
    found = [[match.span() for match in islice(pattern.finditer(folded), _MOST)] for pattern in patterns]
    best = _densest(found)
    if best is None:
        return _cut(text, 0, [])
    marks = _carry_back((span for spans in found for span in spans), origin)
    return _cut(text, origin[best], marks)


def _carry_back(spans: Iterable[Span], origin: Sequence[int]) -> list[Span]:
    """Spans of the folded text as spans of the printed one; those that overlap become one."""
    marks: list[Span] = []
    for first, behind in sorted(spans):
        while behind < len(origin) - 1 and origin[behind] == origin[behind - 1]:
            behind += 1  # the rest of what a printed sign folds to
        start, end = origin[first], origin[behind]
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    return marks


def _densest(found: Sequence[Sequence[Span]]) -> int | None:
    """The middle of the first stretch of an excerpt's length that has the most different words."""
    places = sorted((start, end, which) for which, spans in enumerate(found) for start, end in spans)
    if not places:
        return None
    best, most = (places[0][0], places[0][1]), 0
    first = 0
    inside: dict[int, int] = {}
    for start, end, which in places:
        inside[which] = inside.get(which, 0) + 1
        while end - places[first][0] > DENSE_WIDTH and places[first][0] < start:
            leaving = places[first][2]
            inside[leaving] -= 1
            if not inside[leaving]:
                del inside[leaving]
            first += 1
        if len(inside) > most:
            best, most = (places[first][0], end), len(inside)
    return (best[0] + best[1]) // 2


def _cut(text: str, middle: int, marks: Sequence[Span]) -> Excerpt:
    width = _width_at(text, middle)
    start = max(0, min(middle - width // 2, len(text) - width))
    end = min(len(text), start + width)
    start, end = _whole_words(text, start, end, middle)
    lead = "…" if start else ""
    shift = len(lead) - start
    shown = f"{lead}{text[start:end]}{'…' if end < len(text) else ''}".replace("\n", " ")
    return Excerpt(
        shown,
        tuple(
            (max(first, start) + shift, min(last, end) + shift) for first, last in marks if first < end and last > start
        ),
    )


def _width_at(text: str, middle: int) -> int:
    around = text[max(0, middle - DENSE_WIDTH // 2) : middle + DENSE_WIDTH // 2]
    dense = sum(char >= "\u0e00" and is_dense(char) for char in around)
    return DENSE_WIDTH if dense * 3 > len(around) else SPACED_WIDTH


def _whole_words(text: str, start: int, end: int, middle: int) -> Span:
    """Move both cuts inwards to the edge of a spaced word, if one is near and the middle stays inside."""
    if start and _is_inside_word(text, start):
        edge = next(
            (at for at in range(start, min(start + _WORD_REACH, middle)) if not _is_inside_word(text, at)), start
        )
        start = edge
    if end < len(text) and _is_inside_word(text, end):
        end = next(
            (at for at in range(end, max(end - _WORD_REACH, middle + 1), -1) if not _is_inside_word(text, at)), end
        )
    while start < middle and text[start].isspace():
        start += 1
    return start, end


def _is_inside_word(text: str, at: int) -> bool:
    """Whether a cut before ``text[at]`` goes through a spaced word or parts a letter from its accents."""
    before, behind = text[at - 1], text[at]
    if unicodedata.combining(behind):
        return True
    return not (before.isspace() or behind.isspace() or is_dense(before) or is_dense(behind))
