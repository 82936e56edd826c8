"""The credit cases, a baseline to beat, and how a finder of agencies is judged by them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from broadsheet.statements._wire import ANY, canonical_name, fold
from broadsheet.statements.agencies import find_agency

_BODIES = {
    "zh": ("缆车停了十九天，山上的店铺关了一半。", "市长说，秋天还要修一条步道。", "居民们说，他们更想要一座桥。"),
    "zt": ("纜車停了十九天，山上的店鋪關了一半。", "市長說，秋天還要修一條步道。", "居民們說，他們更想要一座橋。"),
    "en": (
        "The cable car had stood still for 19 days and half of the shops on the hill were closed.",
        "The mayor said that a footpath would be built in autumn.",
        "People in the town said they would rather have a bridge.",
    ),
    "ja": (
        "運休は十九日間に及び、山の店の半分が閉まった。",
        "町長は秋に歩道を造ると述べた。",
        "住民は橋の方が欲しいと話す。",
    ),
}


_ANY = re.compile(ANY)


@dataclass(frozen=True)
class Case:
    """A text, its language where that is known, and the agency it rests on. ``part`` is dev or held."""

    group: str
    part: str
    line: str
    text: str
    language: str | None
    agency: str | None


@dataclass
class CreditScore:
    """How many credits were found, how many of them right, and how many there are."""

    found: int = 0
    right: int = 0
    there: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found right."""
        return self.right / self.there if self.there else 1.0


def read_cases() -> tuple[Case, ...]:
    """All credit cases."""
    groups = tomllib.loads((Path(__file__).parent / "credits.toml").read_text("utf-8"))["group"]
    return tuple(
        Case(
            group["name"],
            group.get("part") or ("held" if at % 2 else "dev"),
            line,
            _text(where, line, _BODIES[group["body"]]),
            group.get("language"),
            agency or None,
        )
        for group in groups
        for at, (where, agency, line) in enumerate(group["cases"])
    )


def judge_credits(cases: Sequence[Case], find: Callable[[Case], str | None]) -> CreditScore:
    """How ``find`` does on the cases."""
    score = CreditScore()
    for case in cases:
        found = find(case)
        score.found += found is not None
        score.there += case.agency is not None
        score.right += found is not None and found == case.agency
        if found != case.agency:
            score.wrong.append(f"{case.group}: {case.line!r}: {found}, not {case.agency}")
    return score


def find_by_rules(case: Case) -> str | None:
    """The agency that ``find_agency`` names."""
    agency = find_agency(case.text, language=case.language)
    return agency.name if agency else None


def find_any_name(case: Case) -> str | None:
    """The first name of an agency anywhere: what a plain regular expression finds."""
    found = _ANY.search(fold(case.text))
    return canonical_name(found[0]) if found else None


def _text(where: str, line: str, bodies: tuple[str, str, str]) -> str:
    one, two, three = bodies
    blocks = {
        "first": [line, one, two, three],
        "middle": [one, two, line, three, one, two, three, two],
        "last": [one, two, three, one, two, line],
        "whole": [line],
    }
    return "\n".join(blocks[where])
