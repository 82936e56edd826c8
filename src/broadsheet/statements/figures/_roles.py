"""What a figure measures: dead, injured, duration, cost … from the words about it in its clause.

Of people, a verb right before the number (killing 12, 救出12人) speaks first, then the first word behind it
(12人死亡), then the number's own words (12名死者). Of other things what follows speaks first (52票反对), then the
nearest word before. Only the clause is asked, up to the next figure; where nothing speaks, the role is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import _role_words as said


@dataclass(frozen=True, slots=True)
class Place:
    """What stands about a figure, flat: ``left`` and ``right`` in its clause up to other figures, its ``words``.

    ``taken`` is the role of the figure that ``left`` begins behind: in 2人死亡31人受伤 the 死亡 is not of the 31.
    """

    left: str
    right: str
    words: str
    taken: str | None = None


Rule = tuple[str, re.Pattern[str]]


def _any_of(words: str) -> str:
    return "|".join(words.split()).replace("_", " ")


def _rules(source: dict[str, str], frame: str = "%s") -> tuple[Rule, ...]:
    return tuple((role, re.compile(frame.replace("%s", f"(?:{_any_of(words)})"))) for role, words in source.items())


# ---- people -------------------------------------------------------------------------------------------------------

_BEHIND = _rules(said.PEOPLE_BEHIND)
_BEFORE = _rules(said.PEOPLE_BEFORE, f"%s(?:{_any_of(said.FILLING)})*[ :：]?$")
_THEMSELVES = _rules(said.WORDS_THEMSELVES)
_ABOARD_BEFORE = re.compile("载有|载着|搭载|载客|[船机车](?:上|内)(?!空)|on board|aboard|carrying")
_ABOARD_BEHIND = re.compile(r"[^，,]{0,14}?(?:on board|aboard|在[船机]上)")
_MOVED = re.compile("from|out of|safety|homes|alive")
_CREW = re.compile("crew|passengers|sailors|乘客|船员|机组|旅客")
_JOBS = re.compile("job|post|worker|staff|employee|员工|人")
_DENIED = re.compile(r"[没未]有?$|无$|\bnot?\b|\bno one\b|\band\b|\bwho\b|\bwere not\b")
_REACH_HAN, _REACH_ENGLISH = 14, 48


def _find_person_role(place: Place) -> str | None:
    if "inhabitants" in place.words:
        return "population"
    for role, words in _BEFORE:
        if role == place.taken and not place.left.isascii():
            continue
        if (found := words.search(place.left)) and _holds(found[0], place):
            return role
    if _ABOARD_BEHIND.match(place.right):
        return "aboard"
    if role_behind := _find_behind(place.right):
        return role_behind
    if _ABOARD_BEFORE.search(place.left):
        return "aboard"
    return next((role for role, words in _THEMSELVES if words.search(place.words)), None)


def _holds(verb: str, place: Place) -> bool:
    """Whether a verb of several meanings has the one of its role here."""
    word = verb.strip().partition(" ")[0]
    if word == "with":
        return bool(_CREW.search(place.words) or _ABOARD_BEHIND.match(place.right))
    if word in ("moved", "forced", "pulled"):
        return bool(_MOVED.search(place.right))
    if word in ("cut", "shed", "axe"):
        return bool(_JOBS.search(place.words + place.right[:20]))
    return True


def _find_behind(right: str) -> str | None:
    found = [(match.start(), role) for role, words in _BEHIND if (match := words.search(right, 0, 60))]
    at, role = min(found, default=(len(right), ""))
    reach = _REACH_ENGLISH if right[:2].isascii() else _REACH_HAN
    return role if role and at <= reach and not _DENIED.search(right[:at]) else None


# ---- other things -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kind:
    """The rules of one kind of unit; a word before may stand ``reach`` signs off (Chinese, English)."""

    before: tuple[Rule, ...]
    behind: tuple[Rule, ...]
    reach: tuple[int, int]


_TIME = _Kind(_rules(said.TIME_BEFORE, "%s$"), _rules(said.TIME_BEHIND), (0, 0))
_MONEY = _Kind(_rules(said.MONEY_BEFORE), _rules(said.MONEY_BEHIND), (8, 26))
_PERCENT = _Kind(_rules(said.PERCENT_BEFORE), _rules(said.PERCENT_BEHIND), (4, 14))
_LENGTH = _Kind(_rules(said.LENGTH_BEFORE), _rules(said.LENGTH_BEHIND), (8, 26))
_VOTES = _Kind(_rules(said.VOTE_BEFORE), _rules(said.VOTE_BEHIND), (3, 12))
_SEATS = _Kind(_rules(said.SEAT_BEFORE), (), (4, 12))
_CASES = _Kind(_rules(said.CASE_BEFORE), _rules(said.CASE_BEHIND), (8, 12))
_WORK = _Kind(_rules(said.JOB_BEFORE), _rules(said.JOB_BEHIND), (4, 12))
_POWER = _Kind(_rules(said.POWER_BEFORE), _rules(said.POWER_BEHIND), (8, 20))

_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(("second", "hour", "day", "month"), _TIME),
    **dict.fromkeys(("percent", "percentage point"), _PERCENT),
    **dict.fromkeys(("millimetre", "metre", "kilometre"), _LENGTH),
    **dict.fromkeys(
        ("yuan", "dollar", "euro", "pound", "yen", "won", "ruble", "rupee", "franc", "peso", "hong kong dollar"), _MONEY
    ),
    **dict.fromkeys(("taiwan dollar", "australian dollar", "canadian dollar", "singapore dollar"), _MONEY),
    "vote": _VOTES, "seat": _SEATS, "case": _CASES, "job": _WORK, "kilowatt": _POWER,
}  # fmt: skip
_ALWAYS = {
    "celsius": "temperature", "fahrenheit": "temperature", "magnitude": "magnitude", "wind force": "wind",
    "hectare": "area", "square metre": "area", "square kilometre": "area", "kilometre per hour": "speed",
    "metre per second": "speed",
}  # fmt: skip


_TO = re.compile(r"[到至为]$|\bto$")


def find_role(unit: str, place: Place) -> str | None:
    """The role of a figure in ``unit`` that stands in ``place``; None where no rule is sure."""
    if unit == "person":
        return _find_person_role(place)
    if unit in _ALWAYS:
        return _ALWAYS[unit]
    kind = _KINDS.get(unit)
    if kind is None:
        return None
    if role := next((role for role, words in kind.behind if words.match(place.right)), None):
        return role
    left = place.left.rstrip()
    reach = kind.reach[left[-1:].isascii()]
    said_before = list(_iter_before(kind, left))
    if _TO.search(left):  # rose to 40 %: that is no rise of 40 %
        said_before = [(gap, role) for gap, role in said_before if role not in ("rise", "fall")]
    gap, role = min(said_before, default=(reach + 1, None))
    return role if gap <= reach else None


def _iter_before(kind: _Kind, left: str) -> Iterator[tuple[int, str]]:
    """Each role's words before the figure, and how far they end from it."""
    for role, words in kind.before:
        for found in words.finditer(left, max(0, len(left) - 45)):
            yield len(left) - found.end(), role
