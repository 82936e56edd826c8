"""Whether two statements are surely of one thing: they name the same parties, and the same happening.

::

    sentence ─▶ clause of the figure ─▶ whom it names; else the nearest clause before it that names somebody,
                                        else (or where a pronoun stands) the sentence before
             ─▶ what happens: the acts that the clause, or else the sentence, speaks of; on which day

Two statements pass where both name a party, or two rare words, of the other, and with the act, the day or more of these
make three; where neither names a party of a kind that the other lacks while the other names another one (two
defendants, two counties); where no other act or day is told; and where neither is denied, supposed, or a count that
only goes on with the days. Whatever is not sure fails: silence costs less than a falsehood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broadsheet.model import Figure, Report
from broadsheet.stories.comparison._concepts import concepts_in, deeds_in
from broadsheet.stories.comparison._dates_places import DATELINE, days_in, happenings_in
from broadsheet.stories.comparison._names import Name, NameBook, count_words
from broadsheet.stories.comparison._stated import TOLLS, Stated, base
from broadsheet.stories.comparison._subjects import clause_of
from broadsheet.text.folding import fold
from broadsheet.text.sentences import is_turned, iter_sentences

_BRACKETS = re.compile(r"\s?[(（][^()（）]*[)）]")
_CLAUSE = re.compile(r"[，；;：。！？]|[,:](?=\s)|\s(?:but|while|whereas)\s")
_ATTRIBUTION = re.compile(
    "^(?:另|又)?(?:据|據|根据|根據|按照)|(?:说|說|称|稱|表示|指出|透露|介绍|介紹|通报|通報|宣布|证实|證實|报道|報導|报道说)$|"
    r"\b(?:said|says|told|reported|announced|according to|confirmed|added|quoted|cited)\b",
)
_SAID = re.compile(
    r"^.*?\b(?:said|says|reported|announced|confirmed|added)\b(?: (?:late |early )?on \w+day(?: \w+)?)?(?: that)?|"
    r"^[^，]{2,16}?(?:说|說|称|稱|表示)(?=[^，])"
)
_PRONOUN = re.compile(
    "两人|二人|双方|雙方|两国|兩國|他们|她们|[他她它]|该|此次|这[次场起]|其中|"
    r"\b(?:he|she|it|they|his|her|its|their|both|the two|the sides|the pair)\b",
    re.I,
)
_OF_PERSONS = frozenset(["sentence", "fine", "age"])
"""Roles of which each person has a value."""

_OF_THINGS = frozenset(["price"])
"""Roles of which each thing has a value: cabbage and spinach."""

_GOES_ON = frozenset(["day", "week", "month", "hour"])
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4}
_FARTHEST = 1.25
_LATE, _APART = timedelta(days=3), timedelta(hours=12)
_RIVALS = (("person",), ("place", "body"), ("called",), ("latin",))
"""Kinds of names of which two, each in one statement alone, are two parties."""

_ENOUGH = 3
"""So much must be the same: parties, an act, a day."""

_SITES = frozenset(["school", "hospital", "bridge", "tunnel", "airport", "dam", "power", "pier", "housing"])
"""Concepts of places: the dead of a school are not all the dead."""

_SOURCE = re.compile(
    "^(?:另)?(?:据|據|根据|根據)(?:官方的|官方)?([^，。]{2,24}?)(?:的)?(?:最新)?(?:报道|報道|报导|報導|消息|通报|通報|统计|統計|数据|數據|"
    "报告|報告|介绍|介紹|透露|测定|測定|公布)|\\b[Aa]ccording to (?:the )?([^,.;:]{3,50})|"
    "^([^，。：]{2,12}?)(?:报道|報道|报导|報導)(?:说|說|称|稱)?，"
)
_LISTED_BEFORE = re.compile(r"\d(?:-| )?(?:,? and |,? or |[、和与及或])$")
_LISTED_BEHIND = re.compile(
    r"(?:,? and |,? or |[、和与及或])\d+(?:\.\d+)?(?![\d月日年])(?=[- ]magnitude|[ ,.]*(?:struck|hit|and)|级|級)"
)
"""One of two values in a row: quakes of 7.6 and 7.2."""

_DIGITS = re.compile(r"[\d０-９]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom and what a statement is, as its sentence says: ``focus`` those it is of, ``around`` all it names.

    ``own`` are those that the statement's own clause names, ``setting`` those of the report's headline and first
    sentence. ``acts`` is what happens, ``days`` when, ``told`` as far as the sentence itself says it. ``words`` are the
    rare ones up to the end of the clause, ``own_words`` those of the clause, ``alike`` those of all the sentence;
    ``marks`` such as the report repeats, ``all`` whatever it has.
    """

    published: datetime
    setting: frozenset[Name]
    words: frozenset[str]
    own_words: frozenset[str]
    alike: frozenset[str]
    marks: frozenset[str]
    all: frozenset[str]
    told: frozenset[date]
    own: frozenset[Name]
    focus: frozenset[Name]
    around: frozenset[Name]
    acts: frozenset[str]
    own_acts: frozenset[str]
    days: frozenset[date]
    is_turned: bool


def scope_of(report: Report, sentence: str, words: str, before: str, book: NameBook) -> Scope:
    """The scope of what ``words`` state in ``sentence``; ``before`` is the sentence before it, or the headline."""
    clauses = _clauses(sentence)
    at = next((number for number, clause in enumerate(clauses) if words and words in clause), None)
    last = len(clauses) if at is None else at + 1
    said = ["" if number != at and _is_attribution(one) else _SAID.sub("", one) for number, one in enumerate(clauses)]
    named = [book.find(one) for one in said]
    clause, whole = "，".join(said) if at is None else said[at], "，".join(filter(None, said))
    own = frozenset[Name]().union(*named) if at is None else named[at]
    previous = "，".join(one for one in _clauses(before) if not _is_attribution(one))
    is_referring = bool(_PRONOUN.search(clause))
    focus = own
    if not focus or is_referring:
        nearest = [names for names in reversed(named[: at or 0]) if names] or [names for names in named if names]
        focus |= nearest[0] if nearest else book.find(previous)
    around = frozenset[Name]().union(*named)
    is_carried = not around or bool(_PRONOUN.search(whole))
    around |= book.find(previous) if is_carried else frozenset()
    ahead = "，".join([*said[:last], previous if is_referring or not around else ""]).replace(words, " ")
    acts = [_acts(one) for one in (clause, whole, previous)]
    told = days_in(whole, report.published)
    rare = book.rare_words(ahead)
    return Scope(
        published=report.published,
        setting=book.setting(report),
        words=rare,
        own_words=book.rare_words(clause.replace(words, " ")),
        alike=book.rare_words(whole.replace(words, " ") + ("，" + previous if is_carried else "")) | rare,
        marks=frozenset(word for word in rare if book.repeats(report, word)),
        all=book.all_words(report),
        told=told,
        own=own,
        focus=focus,
        around=around | focus,
        acts=next(filter(None, acts), frozenset()),
        own_acts=acts[0],
        days=told or days_in(previous, report.published),
        is_turned=is_turned(clause.replace(words, " ", 1) if words else clause),
    )


def is_same(
    one: Scope,
    other: Scope,
    *,
    is_counted: bool = False,
    is_personal: bool = False,
    by_day: bool = True,
    shared: int = 0,
) -> bool:
    """Whether two statements are surely of one thing.

    ``is_counted``: people or things are counted, so that a place that one of them names makes it a part of the other.
    ``is_personal``: each person has a value of it, such as a sentence. ``by_day``: the day is not what
    is in question. ``shared``: so many parties are known to be in both.
    """
    if one.is_turned or other.is_turned or _is_other_happening(one, other, by_day=by_day):
        return False
    if _is_other_party(one, other):
        return False
    if is_counted and (_is_part(one, other) or _is_part(other, one)):
        return False
    if is_personal and not _of(one.focus & other.focus, ("person", "latin")):
        return False
    names = (one.focus & other.around) | (other.focus & one.around)
    words = min(_ENOUGH, count_words((one.words & other.alike) | (other.words & one.alike)))
    if not (shared or words > 1 or (one.focus & other.around and other.focus & one.around)):
        return False
    return (
        shared + len(names) + words + bool(one.acts & other.acts) + (by_day and bool(one.days & other.days)) >= _ENOUGH
    )


def _is_near(one: Stated, other: Stated) -> bool:
    """Whether two figures that can both be right are nearly the same: "more than 150" is no word on "thousands"."""
    small, large = sorted((abs(one.middle), abs(other.middle)))
    return large <= small * _FARTHEST


def _is_apart(one: datetime, other: datetime) -> bool:
    """Whether two reports may be of two days, each with its own tide, wind and prices."""
    return abs(one - other) > _APART


def _is_limit(one: Stated) -> bool:
    """Whether people are counted who may be there, not who are."""
    return one.role == "aboard" and one.subject.mood != ""


def goes_on(unit: str, middles: tuple[float, float], published: tuple[datetime, datetime]) -> bool:
    """Whether two lengths of time differ just as their reports do: 132 days on the 18th, 138 on the 24th."""
    if unit not in _GOES_ON:
        return False
    apart = abs((published[1] - published[0]).total_seconds()) / 86400
    grown = abs(middles[1] - middles[0]) * _DAYS[unit]
    return apart > 0.5 and abs(apart - grown) <= max(min(1.0, _DAYS[unit]), 0.05 * apart)


def sentence_before(report: Report, sentence: str) -> str:
    """The sentence before ``sentence`` in ``report``, across blocks; the headline before the first."""
    at = report.text.find(sentence)
    spans = list(iter_sentences(report.text[:at])) if at > 0 else []
    return report.text[slice(*spans[-1])] if spans else report.headline


def _clauses(sentence: str) -> list[str]:
    plain = DATELINE.sub("", _BRACKETS.sub("", sentence))
    return [clause.strip() for clause in _CLAUSE.split(plain) if clause and clause.strip()]


def _is_attribution(clause: str) -> bool:
    return bool(_ATTRIBUTION.search(clause)) and not _DIGITS.search(clause)


def _acts(words: str) -> frozenset[str]:
    folded = fold(words)
    return concepts_in(folded) | deeds_in(folded) | happenings_in(words)


def _is_other_happening(one: Scope, other: Scope, *, by_day: bool) -> bool:
    if one.acts and other.acts and not one.acts & other.acts:
        return True
    if by_day and one.told and other.told:  # a weekday may be read a week off where a report is of the night before
        return not any((mine - yours).days in (-7, 0, 7) for mine in one.told for yours in other.told)
    return abs(one.published - other.published) > _LATE


def _is_other_party(one: Scope, other: Scope) -> bool:
    """Whether each names a party of one kind that the other does not name at all.

    Of names that nothing marks as such, each repeats a word that the whole other report lacks.
    """
    mine, yours = one.focus - other.around, other.focus - one.around
    if any(_of(mine, kinds) and _of(yours, kinds) for kinds in _RIVALS):
        return True
    if (one.focus & other.around) | (other.focus & one.around):
        return False
    return bool(one.marks - other.all and other.marks - one.all)


def _is_part(one: Scope, other: Scope) -> bool:
    """Whether what ``one`` counts is at a place, or of a body, that ``other`` does not name."""
    if _of(one.own - other.around - other.setting, ("place", "body", "latin")):
        return True
    theirs = other.own_acts if other.own else other.own_acts | other.acts
    return bool((one.own_acts & _SITES) - theirs)


def _of(names: frozenset[Name], kinds: Sequence[str]) -> bool:
    return any(name.kind in kinds for name in names)


def find_source(sentence: str) -> str | None:
    """Whom ``sentence`` cites for what it says, as printed; None where it cites nobody."""
    found = _SOURCE.search(sentence)
    return next(filter(None, found.groups())).strip() if found else None


class SameThing:
    """Asks of two statements of one story's reports whether they are surely of one thing."""

    def __init__(
        self,
        reports: Sequence[tuple[Report, Sequence[Figure]]],
        declared: Mapping[str, str] | None = None,
    ) -> None:
        self._book = NameBook([report for report, _ in reports], declared)
        self._beside: dict[tuple[str, str, str, str | None], list[Figure]] = {}
        for report, figures in reports:
            for figure in figures:
                self._beside.setdefault((report.article, figure.sentence, figure.unit, figure.role), []).append(figure)
        self._scopes: dict[tuple[str, str, str], Scope] = {}

    def of_figures(self, one: Stated, other: Stated, *, is_contrary: bool) -> bool:
        """Whether two figures are surely of one thing; ``is_contrary``: they do not meet."""
        if any(stated.is_lent or self._is_one_of_several(stated) or _is_limit(stated) for stated in (one, other)):
            return False
        if not is_contrary and not _is_near(one, other):
            return False
        published = one.report.published, other.report.published
        unit = base(one.figure.unit)[0]
        if is_contrary and goes_on(unit, (one.middle, other.middle), published):
            return False
        mine, yours = (
            self._scope(stated.report, stated.figure.sentence, stated.figure.words) for stated in (one, other)
        )
        if one.role is None and not (mine.acts & yours.acts or one.subject.label == other.subject.label != ""):
            return False
        if is_contrary and one.role not in TOLLS and not mine.days & yours.days and _is_apart(*published):
            return False
        if one.role in _OF_THINGS and mine.own_words - yours.alike and yours.own_words - mine.alike:
            return False
        if one.role == "distance" and not mine.own & yours.own:
            return False
        is_counted = one.role in TOLLS or unit == "person" or one.role is None
        return is_same(mine, yours, is_counted=is_counted, is_personal=one.role in _OF_PERSONS)

    def _is_one_of_several(self, one: Stated) -> bool:
        """Whether one clause has several such figures: quakes of 7.6 and 7.5."""
        figure = one.figure
        others = self._beside.get((one.report.article, figure.sentence, figure.unit, figure.role), [])
        clause = clause_of(figure)[0]
        before, _, behind = figure.sentence.partition(figure.words)
        if _LISTED_BEFORE.search(before) or _LISTED_BEHIND.match(behind):
            return True
        return any(
            other.words in clause and (other.low, other.high) != (figure.low, figure.high)
            for other in others
            if other.start != figure.start
        )

    def of_sentences(
        self, one: Report, sentence: str, other: Report, counterpart: str, by_day: bool, shared: int
    ) -> bool:
        """Whether two sentences surely tell of one happening.

        Not ``by_day``: on whatever day they say it was. ``shared``: so many parties are known to be in both.
        """
        return is_same(
            self._scope(one, sentence, ""), self._scope(other, counterpart, ""), by_day=by_day, shared=shared
        )

    def _scope(self, report: Report, sentence: str, words: str) -> Scope:
        key = (report.article, sentence, words)
        if key not in self._scopes:
            before = sentence_before(report, sentence)
            self._scopes[key] = scope_of(report, sentence, words, before, self._book)
        return self._scopes[key]
