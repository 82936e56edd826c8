"""Quotation marks: which stretches of a block stand between a pair, of the outermost pairs only.

A mark with no partner counts for nothing, but for the custom of opening every paragraph of a long quotation and
closing only the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLOSERS = {
    "“": "”", "「": "」", "『": "』", "«": "»", "‹": "›", "„": "“”", "〝": "〞", "＂": "＂",
    '"': '"', "‘": "’", "'": "'",
}  # fmt: skip
_TITLES = {"《": "》", "〈": "〉"}
HINT = re.compile("[“「『«‹„〝＂\"‘']")
_MARK = re.compile("[“”「」『』«»‹›„〝〞＂\"‘’'《》〈〉]")
_SENTENCE_MARKS = ".,!?…。，！？"


@dataclass(frozen=True, slots=True)
class Span:
    """Quoted words at ``start`` to ``end``, with their marks at ``outer`` to ``behind``.

    ``is_open``: the block ends before the mark that closes, and the next block opens again.
    """

    start: int
    end: int
    outer: int
    behind: int
    mark: str
    is_open: bool = False


def find_spans(block: str, following: str) -> list[Span]:
    """The outermost quoted stretches of ``block``, in order; ``following`` is the block after it, or empty."""
    spans: list[Span] = []
    lone: set[str] = set()
    at = 0
    while found := _MARK.search(block, at):
        mark, outer = found[0], found.start()
        at = found.end()
        if mark in _TITLES:
            title_end = -1 if mark in lone else block.find(_TITLES[mark], at)
            if title_end < 0:
                lone.add(mark)
            at = max(at, title_end + 1)
            continue
        if mark not in _CLOSERS or mark in lone or not _opens(block, mark, outer):
            continue
        close = _find_close(block, mark, outer)
        if close is not None:
            spans.append(_trimmed(block, outer, close, mark))
            at = close + 1
        elif following.startswith(mark):
            spans.append(_trimmed(block, outer, len(block), mark))
            break
        else:
            lone.add(mark)  # what has no partner here has none farther on
    return spans


def _opens(block: str, mark: str, at: int) -> bool:
    if mark == "'":
        return (at == 0 or block[at - 1].isspace()) and at + 1 < len(block) and block[at + 1].isalnum()
    return True


def _find_close(block: str, mark: str, outer: int) -> int | None:
    """Where the partner of the mark at ``outer`` stands; pairs of the same kind may stand between."""
    depth = 0
    for at in _iter_marks(block, outer + 1):
        sign = block[at]
        if sign in _CLOSERS[mark] and _closes(block, mark, at):
            if depth == 0:
                return at
            depth -= 1
        elif sign == mark and mark in "“「『«":
            depth += 1
    return None


def _iter_marks(block: str, at: int) -> Iterator[int]:
    for found in _MARK.finditer(block, at):
        yield found.start()


def _closes(block: str, mark: str, at: int) -> bool:
    behind = block[at + 1] if at + 1 < len(block) else " "
    if mark == "‘":
        return not behind.isalnum()
    if mark == "'":  # the same sign is an apostrophe
        return not behind.isalnum() and block[at - 1] in _SENTENCE_MARKS
    return True


def _trimmed(block: str, outer: int, close: int, mark: str) -> Span:
    start, end = outer + 1, close
    while end > start and (block[end - 1].isspace() or block[end - 1] in ",，、"):
        end -= 1
    while start < end and block[start].isspace():
        start += 1
    return Span(start, end, outer, min(close + 1, len(block)), mark, is_open=close == len(block))
