"""The hand-marked paragraphs, and how what is found in them is judged."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadsheet.statements.figures import find_figures

_GOLD = Path(__file__).with_name("gold.toml")


@dataclass(frozen=True, slots=True)
class Marked:
    """A figure as marked or found: where it stands, its bounds (infinite: open), unit and role (empty: none)."""

    start: int
    end: int
    low: float
    high: float
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the figures marked in it."""

    part: str
    text: str
    figures: tuple[Marked, ...]

    @property
    def is_chinese(self) -> bool:
        return any("\u4e00" <= sign <= "\u9fff" for sign in self.text)


@dataclass(frozen=True, slots=True)
class Score:
    """How many were marked, found, and found right."""

    marked: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.marked


def read_gold() -> tuple[Paragraph, ...]:
    """Every paragraph, in order."""
    return tuple(_paragraph(one) for one in tomllib.loads(_GOLD.read_text("utf-8"))["paragraphs"])


def _paragraph(one: dict[str, object]) -> Paragraph:
    text, figures, behind = str(one["text"]), [], 0
    marked = one["figures"]
    assert isinstance(marked, list)
    for words, low, high, unit, role in marked:
        behind = text.index(words, behind)
        figures.append(Marked(behind, behind + len(words), low, high, unit, role))
    return Paragraph(str(one["part"]), text, tuple(figures))


def find_all(text: str) -> list[Marked]:
    """What ``find_figures`` finds, as marked."""
    return [
        Marked(
            figure.start,
            figure.end,
            -math.inf if figure.low is None else figure.low,
            math.inf if figure.high is None else figure.high,
            figure.unit,
            figure.role or "",
        )
        for figure in find_figures(text)
    ]


_PLAIN = re.compile(r"\d[\d,.]*\s*\w+")


def find_plainly(text: str) -> list[Marked]:
    """What a plain expression finds: a number in digits with whatever word follows; it knows no unit and no role."""
    found = []
    for match in _PLAIN.finditer(text):
        number = re.match(r"\d[\d,]*(?:\.\d+)?", match[0])
        assert number is not None
        value = float(number[0].replace(",", ""))
        found.append(Marked(match.start(), match.end(), value, value, "", ""))
    return found


Depth = int
VALUE, UNIT, ROLE = 1, 2, 3
"""How much must be right: the bounds; the unit too; the role too."""


def judge(find: Callable[[str], list[Marked]], paragraphs: Sequence[Paragraph], depth: Depth) -> Score:
    """Score what ``find`` finds in ``paragraphs``; each marked figure is matched with the first that overlaps it."""
    marked = found = right = 0
    for paragraph in paragraphs:
        left = find(paragraph.text)
        marked, found = marked + len(paragraph.figures), found + len(left)
        for one in paragraph.figures:
            other = next((each for each in left if each.start < one.end and one.start < each.end), None)
            if other is not None:
                left.remove(other)
                right += _is_right(one, other, depth)
    return Score(marked, found, right)


def _is_right(one: Marked, other: Marked, depth: Depth) -> bool:
    if not (_is_close(one.low, other.low) and _is_close(one.high, other.high)):
        return False
    return (depth < UNIT or one.unit == other.unit) and (depth < ROLE or one.role == other.role)


def _is_close(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=1e-4)
