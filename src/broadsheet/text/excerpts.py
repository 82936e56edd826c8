"""Where in a text, as printed, the words asked for stand, and the piece of it that shows them best.

Looking is done in the folded text, showing in the printed one: offsets are carried back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from broadsheet.model import Excerpt
from broadsheet.text.folding import fold_aligned
from broadsheet.text.words import count_dense, is_dense

DENSE_WIDTH, SPACED_WIDTH = 90, 180
"""Characters of an excerpt in Chinese and the like, and in scripts with spaces."""

_MOST = 200
"""Places of one word that are looked at when the best is chosen."""

_PART = 1000
"""Characters of text that are folded at a time."""

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

    Looking ends where everything has been found once. Without a hit, the beginning. Where something is cut off there
    is a ``…``.
    """
    return excerpt_of(_iter_parts(text), patterns)


def excerpt_of(
    parts: Iterable[str],
    patterns: Sequence[re.Pattern[str]],
    hints: Sequence[re.Pattern[str] | None] = (),
) -> Excerpt:
    """``excerpt`` of a text that comes in parts, each of whole blocks; no more of them are taken than needed.

    ``hints``, one for each pattern, find in the printed text what may be a hit: parts without any are passed over.
    """
    marks, seen, best, most = list[Span](), set[int](), 0, 0
    text, coming = "", iter(parts)
    is_looking = bool(patterns)
    while is_looking or len(text) - best < SPACED_WIDTH:
        part = next(coming, None)
        if part is None:
            break
        if hints and not any(hint is None or hint.search(part) for hint in hints):
            text += part
            continue
        folded, origin = fold_aligned(part)
        found = [[match.span() for match in islice(pattern.finditer(folded), _MOST)] for pattern in patterns]
        marks += [(len(text) + first, len(text) + last) for first, last in _carry_back(chain(*found), origin)]
        together, middle = _densest(found)
        if is_looking and together > most:
            most, best = together, len(text) + origin[middle]
        seen.update(which for which, spans in enumerate(found) if spans)
        is_looking = len(seen) < len(patterns)
        text += part
    return _cut(text.rstrip("\n"), best, marks)


def _iter_parts(text: str) -> Iterator[str]:
    """Whole blocks of ``text``, some at a time."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PART)
        end = len(text) if end < 0 else end + 1
        yield text[start:end]
        start = end


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


def _densest(found: Sequence[Sequence[Span]]) -> tuple[int, int]:
    """How many different words the fullest stretch of an excerpt's length has, the first of such, and its middle."""
    places = sorted((start, end, which) for which, spans in enumerate(found) for start, end in spans)
    most = middle = first = together = 0
    inside = [0] * len(found)
    for start, end, which in places:
        inside[which] += 1
        together += inside[which] == 1
        while end - places[first][0] > DENSE_WIDTH and places[first][0] < start:
            inside[places[first][2]] -= 1
            together -= not inside[places[first][2]]
            first += 1
        if together > most:
            most, middle = together, (places[first][0] + end) // 2
    return most, middle


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
    return DENSE_WIDTH if count_dense(around) * 3 > len(around) else SPACED_WIDTH


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
