"""The figures of a report that may be held against those of others, in comparable units, with their roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from broadsheet.model import Figure, Report
from broadsheet.stories.comparison._asides import is_aside, is_rest
from broadsheet.stories.comparison._subjects import Subject, subject_of

TOLLS = frozenset(
    ["dead", "injured", "missing", "rescued", "trapped", "arrested", "evacuated", "hospitalised", "infected"]
)
ONE_OF_A_KIND = TOLLS | {"aboard", "magnitude", "turnout", "depth"}
"""Roles of which a happening has one value: role and unit alone say that two figures are of the same thing."""

_INCOMPARABLE = frozenset(["age"])
"""Roles of which every report has many."""

_METRES = {"millimetre": 0.001, "kilometre": 1000.0}
_TELLING_DIGITS = 2
MANY = 1000
"""So large a value is hardly the same by chance."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure of a report, in comparable units, and what it is about; ``is_lent``: another report gave it its role."""

    report: Report
    figure: Figure
    role: str | None
    is_aside: bool
    low: float
    high: float
    subject: Subject
    is_lent: bool = False

    @property
    def middle(self) -> float:
        """Halfway between the bounds."""
        return (self.low + self.high) / 2


def base(unit: str) -> tuple[str, float]:
    """The unit in which figures of ``unit`` are compared, and how many of it one is."""
    return ("metre", _METRES[unit]) if unit in _METRES else (unit, 1.0)


def iter_stated(report: Report, figures: Sequence[Figure]) -> Iterator[Stated]:
    """The figures that may stand beside those of other reports; those said in passing are marked as asides."""
    blocks = report.text.split("\n")
    for figure in figures:
        if figure.role in _INCOMPARABLE or is_rest(figure):
            continue
        before = _text_before(blocks, figure)
        aside = is_aside(report, figure, before, is_one_of_a_kind=figure.role in ONE_OF_A_KIND)
        factor = base(figure.unit)[1]
        low = figure.low if figure.low is not None else (figure.high or 0.0)
        high = figure.high if figure.high is not None else low
        subject = subject_of(figure, before)
        yield Stated(report, figure, _role_of(figure, subject), aside, low * factor, high * factor, subject)


def _role_of(figure: Figure, subject: Subject) -> str | None:
    """The figure's role, as what its clause is about completes it."""
    if figure.role is None and figure.unit == "percent" and "turnout" in subject.concepts:
        return "turnout"
    return None if figure.unit == "percentage point" and subject.deeds else figure.role


def adopt_roles(stated: list[Stated]) -> list[Stated]:
    """Where another report gives the very same value one role, a figure without a role has it."""
    roles: dict[tuple[str, float, float], set[str]] = {}
    for one in stated:
        if one.role is not None and is_telling(one):
            roles.setdefault((one.figure.unit, one.low, one.high), set()).add(one.role)
    return [
        replace(one, role=next(iter(known)), is_lent=True)
        if one.role is None and len(known := roles.get((one.figure.unit, one.low, one.high), set())) == 1
        else one
        for one in stated
    ]


def is_telling(one: Stated) -> bool:
    """Whether a value is hardly the same by chance: not round, or large."""
    return one.middle >= MANY or len(f"{one.middle:.6g}".replace(".", "").strip("0")) >= _TELLING_DIGITS


def _text_before(blocks: Sequence[str], figure: Figure) -> str:
    """What stands before ``figure`` in its block, where the figure is of these blocks."""
    block = blocks[figure.block] if figure.block < len(blocks) else ""
    return block[: figure.start] if block[figure.start : figure.end] == figure.words else ""
