"""Differences: two texts laid side by side, block by block and inside a block by units that people read.

Pure and deterministic, without a dictionary: numbers with their measure, dates, words, common Chinese words and the
punctuation say where a difference may begin and end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from broadsheet.model import BlockChange, Stretch
from broadsheet.text.differences._blocks import Alignment, Group, align
from broadsheet.text.differences._han_words import HAN_PLACES, HAN_TITLES, HAN_WORDS
from broadsheet.text.differences._stretches import find_stretches
from broadsheet.text.differences._units import Unit, cut_units, meaning_of, with_plain_figures

__all__ = [
    "HAN_PLACES",
    "HAN_TITLES",
    "HAN_WORDS",
    "Unit",
    "cut_units",
    "find_differences",
    "find_stretches",
    "meaning_of",
    "with_plain_figures",
]


def find_differences(old_blocks: Sequence[str], new_blocks: Sequence[str]) -> tuple[BlockChange, ...]:
    """The blocks of two texts laid side by side, in the order of the new text, taken-out ones where they stood.

    Blocks that are the same pair first, then those most alike. A block that stands elsewhere than it did is ``moved``,
    and shown where it stands now. A block that was split is one change whose ``new`` holds its parts joined by a line
    end; where blocks were put together, ``old`` does. So every old and every new block stands in one change.
    """
    alignment = align(old_blocks, new_blocks)
    return tuple(_iter_changes(alignment, old_blocks, new_blocks))


def _iter_changes(alignment: Alignment, old: Sequence[str], new: Sequence[str]) -> Iterator[BlockChange]:
    by_first = {group[1][0]: group for group in alignment.groups}
    grouped_old = {at for group in alignment.groups for at in group[0]}
    grouped_new = {at for group in alignment.groups for at in group[1]}
    old_at = 0
    for at in range(len(new)):
        group = by_first.get(at)
        if group is None:
            if at not in grouped_new:
                yield from _removed(old, old_at, _next_grouped(old_at, grouped_old, len(old)))
                old_at = _next_grouped(old_at, grouped_old, len(old))
                yield BlockChange("added", None, new[at], _whole("new", new[at]))
            continue
        if group in alignment.moved:
            yield _change(group, old, new, is_moved=True)
            continue
        for gone in range(old_at, group[0][0]):
            if gone not in grouped_old:
                yield from _removed(old, gone, gone + 1)
        old_at = max(old_at, group[0][-1] + 1)
        yield _change(group, old, new, is_moved=False)
    for gone in range(old_at, len(old)):
        if gone not in grouped_old:
            yield from _removed(old, gone, gone + 1)


def _next_grouped(at: int, grouped: set[int], most: int) -> int:
    while at < most and at not in grouped:
        at += 1
    return at


def _removed(old: Sequence[str], start: int, end: int) -> Iterator[BlockChange]:
    return (BlockChange("removed", old[at], None, _whole("old", old[at])) for at in range(start, end))


def _change(group: Group, old: Sequence[str], new: Sequence[str], *, is_moved: bool) -> BlockChange:
    before, after = "\n".join(old[at] for at in group[0]), "\n".join(new[at] for at in group[1])
    stretches = find_stretches(before, after)
    if is_moved:
        return BlockChange("moved", before, after, stretches)
    return BlockChange("same" if before == after else "changed", before, after, stretches)


def _whole(kind: Literal["old", "new"], text: str) -> tuple[Stretch, ...]:
    return (Stretch(kind, text),) if text else ()
