"""The numbers of a block, and its sentences and clauses: where a figure's words about it end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from broadsheet.text.numerals import iter_numerals


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral in flat text, from ``start`` to ``end``, and the lowest and highest value it may mean."""

    start: int
    end: int
    low: float
    high: float
    form: Literal["figures", "han", "words"]


def iter_numbers(flat: str) -> Iterator[Number]:
    """The numerals of a flat text as figures reckon with them."""
    for one in iter_numerals(flat):
        yield Number(one.start, one.end, float(one.low), float(one.high), one.form)


_SENTENCE_END = re.compile(
    r"[。！？!?；.](?:(?<!\.)|(?<!\b[A-Za-z]\.)(?<!\b[MDS][rst]\.)(?<!\bMrs\.)(?<!\bNo\.)(?<!\b[SG]en\.)"
    r"(?=[”’」』）)\"']*(?: +[^a-z ]|$)))[”’」』）)\"']*"
)
_CLAUSE_END = re.compile('[，。；！？、：:;!?（）()“”"「」『』,.](?<![,.](?=[0-9]))|--| - ')


class Spans:
    """The sentences and clauses of one block, found once."""

    def __init__(self, block: str, flat: str) -> None:
        self._length = len(flat)
        self._sentences = [0, *(match.end() for match in _SENTENCE_END.finditer(block))]
        self._clauses = [0, *(match.end() for match in _CLAUSE_END.finditer(flat))]

    def find_sentence(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence that holds the sign at ``at``."""
        return self._find(self._sentences, at)

    def find_clause(self, at: int) -> tuple[int, int]:
        """Start and end of the clause that holds the sign at ``at``."""
        start, end = self._find(self._clauses, at)
        return start, end

    def _find(self, starts: list[int], at: int) -> tuple[int, int]:
        place = bisect_right(starts, at)
        return starts[place - 1], starts[place] if place < len(starts) else self._length
