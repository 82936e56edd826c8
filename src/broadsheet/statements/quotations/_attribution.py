"""What rules read, and what they say of quoted words: whose they are and which verb governs them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_MOST_VERBS = 8
"""So many reporting verbs of a stretch are looked at from either end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A block with its quoted words filled, as long as before, and the reporting verbs that stand outside them."""

    text: str
    verbs: tuple[re.Match[str], ...]

    def verbs_in(self, begin: int, end: int) -> list[re.Match[str]]:
        """The verbs of a stretch, in order; of a stretch with more than any sentence has, the outer ones."""
        first = bisect_left(self.verbs, begin, key=re.Match.start)
        behind = bisect_left(self.verbs, end, key=re.Match.end)
        if behind < len(self.verbs) and self.verbs[behind].end() == end:
            behind += 1
        if behind - first > 2 * _MOST_VERBS:
            return [*self.verbs[first : first + _MOST_VERBS], *self.verbs[behind - _MOST_VERBS : behind]]
        return list(self.verbs[first:behind])


@dataclass(frozen=True, slots=True)
class Attribution:
    """Speaker and reporting verb as places in the block, None where no rule is sure.

    ``is_direct``: the verb stands beside the quoted words, which are its object; otherwise they are part of a
    sentence that it governs.
    """

    speaker: tuple[int, int] | None
    verb: tuple[int, int] | None
    is_direct: bool
