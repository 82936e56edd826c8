"""Figures of several reports laid side by side: which agree, which cannot all be right, which are newer news.

::

    figures ─▶ those that may be compared ─▶ by role and unit ─▶ pairs of reports that state the same thing
            ─▶ meet? ─▶ groups of those that agree ─▶ agree, differ, update

Two figures meet when their intervals do. What is said in passing (其中, including), of other times (去年, in 2019) or
of what may come (预计) is not held against another report. Of a toll (dead, evacuated …) "at least 12" is 12 until a
later report says more: then it is an update. A report that states several values of one thing contradicts another
only where none of them meets and the words about the two are the same. Where a pair is not surely of one thing,
nothing is said of it: two languages are compared by roles and deeds (stolen, cancelled) that are sure, and agree where
a value is hardly the same by chance. Figures at different places of one rank (two towns), of different kinds of people,
or of which one is planned and one is done, are not of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Literal

from broadsheet.model import Claim, Compared, Figure, Report
from broadsheet.stories.comparison._concepts import TELLING_DEEDS
from broadsheet.stories.comparison._sameness import SameThing, find_source
from broadsheet.stories.comparison._stated import (
    MANY,
    ONE_OF_A_KIND,
    TOLLS,
    Stated,
    adopt_roles,
    base,
    is_telling,
    iter_stated,
)
from broadsheet.stories.comparison._subjects import is_elsewhere, likeness, shares_names, weigh

_SHRINKING = frozenset(["missing", "trapped"])
"""Tolls that also fall as news comes in."""

_OF_PERIODS = frozenset(["percent", "percentage point", "yuan", "dollar", "euro", "pound", "yen"])
"""Units of which each month and year has its own value."""

_OF_ONE_THING = frozenset(
    ["cost", "loss", "area", "duration", "length", "height", "weight", "participants", "laid off"]
)
"""Roles by which two languages are set against each other; of others (price, temperature) a report has one value for
each kind of thing and place."""

_OF_PERSONS = frozenset(["sentence", "fine"])
"""Roles of which each person has a value."""

_LASTING = frozenset(
    "talks search fire strike outage ceasefire march hunger siege debate surgery flood".split()  # noqa: SIM905
)
"""What lasts, and of which a story has one: its durations are compared whatever else stands about them."""

_FARTHEST = {
    "dead": 4.0,
    "injured": 4.0,
    "aboard": 1.6,
    "magnitude": 1.08,
    "depth": 2.5,
    "turnout": 1.6,
    "duration": 6.0,
}
_FARTHEST_ELSE = 3.0
_FARTHEST_UPDATE = 40.0
"""Figures farther apart than so many times are not of the same thing."""

_ALIKE_SLIGHTLY, _ALIKE_ROLED, _ALIKE_CLEARLY, _ALIKE_WHOLLY = 0.3, 0.4, 0.6, 0.8
"""How like the words about two figures must be: where they have one role, where that is not enough, and to set two
figures without a role against each other."""

_COMMON_UNITS = frozenset(["percent", "year", "month", "day", "hour", "time"])

_FEWEST_SHARED = 5
"""So many words about two figures without a role must be the same before one is set against the other."""

_ROUNDED = {"metre": 0.04, "hectare": 0.04, "kilogram": 0.04, "tonne": 0.04, "kilometre per hour": 0.04}
"""How far apart, in parts of the value, two figures may be that were converted from other units and rounded."""


Relation = Literal["agree", "differ", "update"]
_Link = tuple[Stated, Stated, Relation]


def compare_figures(
    reports: Sequence[tuple[Report, Sequence[Figure]]], same: SameThing, *, careful: bool = True, singles: bool = False
) -> tuple[Compared, ...]:
    """What the figures of the reports of one story say together: disagreements first, then updates, then agreement.

    ``subject`` is the role, or the unit where there is none; ``key`` is ``role:unit``. ``careful`` leaves out
    what does not pass ``same``, which else is marked as uncertain. With ``singles`` also what one report alone states
    of a role.
    """
    stated = adopt_roles([one for report, figures in reports for one in iter_stated(report, figures)])
    weights = weigh(one.subject for one in stated)
    kinds: dict[tuple[str | None, str, bool], list[Stated]] = {}
    for one in stated:
        kinds.setdefault((one.role, base(one.figure.unit)[0], one.is_aside), []).append(one)
    compared = [
        found
        for (role, unit, _), ones in kinds.items()
        for found in _compare_kind(role, unit, ones, weights, same, careful=careful)
    ]
    if singles:
        compared += _iter_singles(kinds, compared)
    order = {"differ": 0, "update": 1, "agree": 2, "pair": 3, "single": 4}
    return tuple(sorted(compared, key=lambda found: (order[found.kind], -_count_articles(found), found.key)))


def _count_articles(found: Compared) -> int:
    return len({claim.article for group in found.groups for claim in group})


# ---- one role and unit ------------------------------------------------------------------------------------------


def _compare_kind(
    role: str | None, unit: str, ones: list[Stated], weights: dict[str, float], same: SameThing, *, careful: bool
) -> Iterator[Compared]:
    for topic, links in _topics(_links(role, ones, weights, same if careful else None)):
        relations = {relation for _, _, relation in links}
        kind: Relation = "differ" if "differ" in relations else "update" if "update" in relations else "agree"
        groups = _groups(topic, is_closed=role in TOLLS and kind != "agree")
        if len(groups) == 1:
            kind = "agree"
        if kind == "agree":
            groups = groups[:1]
            if len({one.report.article for one in groups[0]}) < 2:
                continue
        claims = tuple(tuple(_claim(one) for one in group) for group in groups)
        is_sure = careful or all(_is_sure(same, *link) for link in links)
        yield Compared(kind, role or unit, f"{role or ''}:{unit}", claims, is_uncertain=not is_sure)


def _links(role: str | None, ones: list[Stated], weights: dict[str, float], same: SameThing | None) -> Iterator[_Link]:
    """Pairs of two reports that state the same thing, by ``same`` surely, and how they stand to each other."""
    by_report: dict[str, list[Stated]] = {}
    for one in ones:
        by_report.setdefault(one.report.article, []).append(one)
    for mine, yours in combinations(by_report.values(), 2):
        pairs = [
            (a, b)
            for a in mine
            for b in yours
            if _is_same_thing(role, a, b, weights) and (same is None or _is_sure(same, a, b, _relation(role, a, b)))
        ]
        if meeting := [(a, b) for a, b in pairs if _relation(role, a, b) == "agree"]:
            yield from ((a, b, "agree") for a, b in meeting if not a.is_aside or is_telling(a))
        elif pairs and not mine[0].is_aside and (pair := _choose_contrary(role, pairs, mine, yours, weights)):
            alike = [(a, b) for a, b in pairs if _meets(a, pair[0]) and _meets(b, pair[1])]
            yield from ((a, b, _relation(role, a, b)) for a, b in alike)


def _is_sure(same: SameThing, one: Stated, other: Stated, relation: Relation) -> bool:
    return same.of_figures(one, other, is_contrary=relation != "agree")


def _is_same_thing(role: str | None, one: Stated, other: Stated, weights: dict[str, float]) -> bool:
    distance, is_agreed = _distance(one, other), _relation(role, one, other) == "agree"
    if not _is_of_the_same(one, other, is_agreed=is_agreed):
        return False
    if role in TOLLS:
        return distance <= _FARTHEST_UPDATE
    if role in ONE_OF_A_KIND and role != "depth":
        return distance <= _limit(role)
    if distance > _limit(role) or _is_of_another_time(one, other):
        return False
    concepts, deeds = one.subject.concepts & other.subject.concepts, one.subject.deeds & other.subject.deeds
    if role is None and deeds & TELLING_DEEDS:
        return True
    if is_agreed and is_telling(one) and one.middle == other.middle:
        return bool(concepts or deeds or role is not None or not _is_common(one)) or _is_alike(
            role, one, other, weights
        )
    if one.subject.is_han != other.subject.is_han:
        if not is_agreed and role not in _OF_ONE_THING:
            return False
        return bool(concepts) and (role is not None or bool(deeds))
    if role == "duration" and concepts & _LASTING:
        return True
    return _is_alike(role, one, other, weights)


def _is_alike(role: str | None, one: Stated, other: Stated, weights: dict[str, float]) -> bool:
    """Whether the words about two figures in one language are enough the same."""
    mine, yours = one.subject, other.subject
    alike = likeness(mine, yours, weights)
    if _relation(role, one, other) == "agree":
        return alike >= (_ALIKE_CLEARLY if role is None else _ALIKE_SLIGHTLY)
    if role is None and _has_one_label(one, other, alike):
        return True
    if role is None and mine.deeds & yours.deeds:
        return alike >= _ALIKE_ROLED
    if role is None:
        return alike >= _ALIKE_WHOLLY and len(mine.terms & yours.terms) >= _FEWEST_SHARED
    if role in _OF_PERSONS:
        return shares_names(one.figure.sentence, other.figure.sentence)
    if _has_one_label(one, other, alike):
        return True
    if one.figure.unit in _OF_PERIODS or role == "duration":
        return alike >= _ALIKE_CLEARLY
    return alike >= (_ALIKE_SLIGHTLY if mine.concepts and mine.concepts == yours.concepts else _ALIKE_ROLED)


def _has_one_label(one: Stated, other: Stated, alike: float) -> bool:
    """Whether the same words stand right before both: 涉案金额, the ferry was adrift for."""
    mine, yours = one.subject.label, other.subject.label
    if one.figure.unit == "percent" or not mine or not yours:
        return False
    return mine == yours or (one.subject.is_han and mine[-3:] == yours[-3:] and alike >= _ALIKE_SLIGHTLY)


def _is_common(one: Stated) -> bool:
    """Whether a story has many such values, so that two may be the same by chance."""
    return one.figure.unit in _COMMON_UNITS or (one.figure.unit == "person" and one.low < MANY)


def _is_of_the_same(one: Stated, other: Stated, *, is_agreed: bool) -> bool:
    """Whether people of one kind are counted, at places that may be one, and both as done or both as planned."""
    mine, yours = one.subject, other.subject
    if mine.kind != yours.kind and not (is_agreed and one.low >= MANY and "" in (mine.kind, yours.kind)):
        return False
    return not is_elsewhere(mine, yours) and (is_agreed or mine.mood == yours.mood)


def _is_of_another_time(one: Stated, other: Stated) -> bool:
    mine, yours = one.subject, other.subject
    if mine.is_han != yours.is_han:
        return False
    if mine.periods != yours.periods and one.figure.unit in _OF_PERIODS:
        return True
    return bool(mine.moments and yours.moments and not mine.moments & yours.moments)


def _choose_contrary(
    role: str | None,
    pairs: list[tuple[Stated, Stated]],
    mine: list[Stated],
    yours: list[Stated],
    weights: dict[str, float],
) -> tuple[Stated, Stated] | None:
    """The pair that contradicts where none meets; None where it is not sure that any does."""
    pairs = [pair for pair in pairs if _relation(role, *pair) == "update" or _distance(*pair) <= _limit(role)]
    if not pairs or _is_sum(mine, yours) or _is_sum(yours, mine):
        return None
    if role in TOLLS:
        pairs = [pair for pair in pairs if _relation(role, *pair) == "update" or _shares_words(*pair)]
    if not pairs:
        return None
    best = pairs[0]
    if len(pairs) > 1:
        best = max(pairs, key=lambda pair: (likeness(pair[0].subject, pair[1].subject, weights), -_distance(*pair)))
    if _is_many([a for a, _ in pairs]) or _is_many([b for _, b in pairs]):
        is_one_language = best[0].subject.is_han == best[1].subject.is_han
        if not is_one_language or likeness(best[0].subject, best[1].subject, weights) < _ALIKE_CLEARLY:
            return None
    return best


def _shares_words(one: Stated, other: Stated) -> bool:
    """Whether anything about the two is the same, where one language lets one see it."""
    return one.subject.is_han != other.subject.is_han or bool(one.subject.terms & other.subject.terms)


def _limit(role: str | None) -> float:
    return _FARTHEST.get(role or "", _FARTHEST_ELSE)


def _is_many(ones: list[Stated]) -> bool:
    """Whether one report states values that do not meet."""
    return any(not _meets(a, b) for a, b in combinations(ones, 2))


def _is_sum(parts: list[Stated], wholes: list[Stated]) -> bool:
    """Whether one report gives the parts (120 at A, 30 at B) of what the other gives as a whole."""
    values = {one.low for one in parts if one.low == one.high}
    return len(values) > 1 and any(one.low <= sum(values) <= one.high for one in wholes)


def _distance(one: Stated, other: Stated) -> float:
    """How many times the larger value is the smaller one."""
    small, large = sorted((abs(one.middle), abs(other.middle)))
    return large / small if small else (1.0 if large == 0 else float("inf"))


def _relation(role: str | None, one: Stated, other: Stated) -> Relation:
    if _meets(one, other, is_closed=role in TOLLS):
        return "agree"
    if role in TOLLS and one.report.published != other.report.published:
        earlier, later = sorted((one, other), key=lambda stated: stated.report.published)
        if later.middle > earlier.middle or role in _SHRINKING:
            return "update"
    return "agree" if _meets(one, other) else "differ"


def _meets(one: Stated, other: Stated, *, is_closed: bool = False) -> bool:
    """Whether the intervals have a value in common; closed, "at least 12" is 12."""
    mine, yours = _span(one, is_closed), _span(other, is_closed)
    slack = max(1e-9, _ROUNDED.get(base(one.figure.unit)[0], 0.0)) * max(abs(one.high), abs(other.high))
    return mine[0] <= yours[1] + slack and yours[0] <= mine[1] + slack


def _span(one: Stated, is_closed: bool) -> tuple[float, float]:
    low = one.low if is_closed or one.figure.low is not None else float("-inf")
    return low, one.high if is_closed or one.figure.high is not None else float("inf")


# ---- topics and groups --------------------------------------------------------------------------------------------


def _topics(links: Iterable[_Link]) -> Iterator[tuple[list[Stated], list[_Link]]]:
    """What is linked, directly or through others, is one topic."""
    topic_of: dict[int, tuple[list[Stated], list[_Link]]] = {}
    for link in links:
        small, large = sorted((_topic(topic_of, one) for one in link[:2]), key=lambda topic: len(topic[0]))
        if small is not large:
            large[0].extend(small[0])
            large[1].extend(small[1])
            topic_of |= dict.fromkeys(map(id, small[0]), large)
        large[1].append(link)
    yield from {id(topic): topic for topic in topic_of.values()}.values()


def _topic(topic_of: dict[int, tuple[list[Stated], list[_Link]]], one: Stated) -> tuple[list[Stated], list[_Link]]:
    return topic_of.setdefault(id(one), ([one], []))


def _groups(topic: list[Stated], *, is_closed: bool) -> list[list[Stated]]:
    """Those that agree together, one claim of each report, the largest group first, the earliest report first."""
    groups: list[list[Stated]] = []
    for one in sorted(topic, key=lambda stated: (_is_open(stated), stated.high - stated.low, stated.report.published)):
        fitting = [group for group in groups if all(_meets(one, known, is_closed=is_closed) for known in group)]
        if fitting:
            min(fitting, key=lambda group: _distance(one, group[0])).append(one)
        else:
            groups.append([one])
    tidy = [_one_of_each(group) for group in groups]
    return sorted(tidy, key=lambda group: (-len(group), group[0].report.published))


def _is_open(stated: Stated) -> bool:
    return stated.figure.low is None or stated.figure.high is None


def _one_of_each(group: list[Stated]) -> list[Stated]:
    """One statement of each report, and of each that a report cites."""
    kept: dict[tuple[str, str | None], Stated] = {}
    for one in group:
        kept.setdefault((one.report.article, find_source(one.figure.sentence)), one)
    return sorted(kept.values(), key=lambda one: (one.report.published, one.report.article))


def _claim(one: Stated) -> Claim:
    sentence = one.figure.sentence
    return Claim(one.report.article, one.figure.words, sentence, source=find_source(sentence))


def _iter_singles(
    kinds: dict[tuple[str | None, str, bool], list[Stated]], compared: Sequence[Compared]
) -> Iterator[Compared]:
    shown = {
        (claim.article, claim.sentence, claim.words) for one in compared for group in one.groups for claim in group
    }
    for (role, unit, is_aside), ones in kinds.items():
        for one in ones if role and not is_aside else ():
            claim = _claim(one)
            if (claim.article, claim.sentence, claim.words) not in shown:
                yield Compared("single", role or unit, f"{role}:{unit}", ((claim,),))
