"""Quotations of several reports laid side by side: one utterance in two wordings, and what one report alone has.

Two quotations are one utterance where the speaker is the same and enough of the words are; where a pronoun speaks, the
words must be nearly the same. Between languages words cannot be compared: there the speaker's name must be printed in
both scripts somewhere, the numbers must be the same and the length must fit, else nothing is paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from broadsheet.model import Claim, Compared, Quotation, Report
from broadsheet.stories.comparison._speakers import find_bridges, is_bridged, is_pronoun, is_same_speaker, resolve
from broadsheet.stories.comparison._wording import is_han, overlap, terms_in
from broadsheet.text.folding import fold
from broadsheet.text.numerals import find_numerals

_ALIKE_HAN, _ALIKE_LATIN = 0.25, 0.45
"""So much of the shorter wording is in the other where the speaker is the same: pairs of characters differ sooner."""

_NEARLY_SAME = 0.6
_FEWEST_SHARED = 3
_TELLING = 10
_FEWEST_SIGNS, _MOST_SIGNS = 1.0, 2.8
"""So many Han characters stand for an English word."""

_NOTABLE_HAN, _NOTABLE_WORDS = 12, 8


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A quotation of a report with the speaker's name where it is known."""

    report: Report
    quotation: Quotation
    speaker: str | None
    terms: frozenset[str]
    folded: str
    numbers: frozenset[float]


def pair_quotations(
    reports: Sequence[tuple[Report, Sequence[Quotation]]], *, careful: bool = True, most_singles: int = 12
) -> tuple[Compared, ...]:
    """Each utterance that several reports quote, then notable ones that one alone has, in the order of the reports.

    ``pair``: in several wordings, a group for each; ``agree``: in the same words. The subject is the speaker's fullest
    printed name. ``careful``: utterances of which it is not sure that one person spoke them stand alone.
    """
    spoken = list(_iter_spoken(reports))
    pairs, singles = [], []
    bridges = find_bridges(report.text for report, _ in reports)
    for topic in _topics(spoken, bridges):
        is_sure = _is_surely_one(topic)
        if len({one.report.article for one in topic}) > 1 and (is_sure or not careful):
            pairs.append(_paired(topic, is_sure))
        else:
            singles += [_single(one) for one in topic if _is_notable(one)]
    pairs.sort(key=lambda found: -len({claim.article for group in found.groups for claim in group}))
    return (*pairs, *singles[:most_singles])


def _iter_spoken(reports: Sequence[tuple[Report, Sequence[Quotation]]]) -> list[_Spoken]:
    names = sorted(
        {q.speaker for _, quotations in reports for q in quotations if q.speaker and not is_pronoun(q.speaker)}
    )
    return [
        _Spoken(
            report,
            quotation,
            resolve(quotation, report, names),
            terms_in(quotation.words),
            _letters(quotation.words),
            frozenset(float(one.low) for one in find_numerals(quotation.words) if one.low >= _TELLING),
        )
        for report, quotations in reports
        for quotation in quotations
    ]


def _letters(words: str) -> str:
    return "".join(fold(words).split())


def _topics(spoken: list[_Spoken], bridges: frozenset[tuple[str, str]]) -> list[list[_Spoken]]:
    """Quotations of one utterance together, the rest alone, in their order."""
    leader = list(range(len(spoken)))

    def find(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    for one, other in combinations(range(len(spoken)), 2):
        mine, yours = spoken[one], spoken[other]
        if mine.report.article != yours.report.article and _is_one_utterance(mine, yours, bridges):
            first, second = sorted((find(one), find(other)))
            leader[second] = first
    topics: dict[int, list[_Spoken]] = {}
    for at, one_spoken in enumerate(spoken):
        topics.setdefault(find(at), []).append(one_spoken)
    return list(topics.values())


def _is_one_utterance(one: _Spoken, other: _Spoken, bridges: frozenset[tuple[str, str]]) -> bool:
    if is_han(one.quotation.words) != is_han(other.quotation.words):
        return _is_translation(one, other, bridges)
    alike = overlap(one.terms, other.terms)
    shared = len(one.terms & other.terms)
    if one.speaker and other.speaker:
        if not is_same_speaker(one.speaker, other.speaker):
            return False
        if one.folded == other.folded:
            return True
        if is_han(one.quotation.words):
            return alike >= _ALIKE_HAN and shared >= _FEWEST_SHARED
        return alike >= _ALIKE_LATIN and shared >= _FEWEST_SHARED + (alike < _NEARLY_SAME)
    return alike >= _NEARLY_SAME and shared >= _FEWEST_SHARED + 1


def _is_translation(one: _Spoken, other: _Spoken, bridges: frozenset[tuple[str, str]]) -> bool:
    han, latin = (one, other) if is_han(one.quotation.words) else (other, one)
    if not han.numbers or han.numbers != latin.numbers or not han.speaker or not latin.speaker:
        return False
    signs_a_word = len(han.folded) / max(1, len(latin.quotation.words.split()))
    return _FEWEST_SIGNS <= signs_a_word <= _MOST_SIGNS and is_bridged(han.speaker, latin.speaker, bridges)


def _is_surely_one(topic: list[_Spoken]) -> bool:
    """Whether every report names the speaker, or has all of the same notable words."""
    return all(one.speaker for one in topic) or (
        len({one.folded for one in topic}) == 1 and _is_long(topic[0]) and not topic[0].quotation.is_fragment
    )


def _paired(topic: list[_Spoken], is_sure: bool) -> Compared:
    wordings: dict[str, list[_Spoken]] = {}
    for one in topic:
        shown = _letters(one.quotation.sentence) if one.quotation.is_fragment else one.folded
        wordings.setdefault(shown, []).append(one)
    groups = sorted(
        wordings.values(), key=lambda group: (-len({one.report.article for one in group}), _order(group[0]))
    )
    subject = _subject(topic)
    claims = tuple(tuple(_claim(one) for one in sorted(group, key=_order)) for group in groups)
    kind: Literal["agree", "pair"] = "agree" if len(groups) == 1 else "pair"
    return Compared(kind, subject, " ".join(fold(subject).split()), claims, is_uncertain=not is_sure)


def _order(one: _Spoken) -> tuple[float, str, int, int]:
    return one.report.published.timestamp(), one.report.article, one.quotation.block, one.quotation.start


def _subject(topic: list[_Spoken]) -> str:
    return max((one.speaker or "" for one in topic), key=lambda name: (len(name), name))


def _single(one: _Spoken) -> Compared:
    subject = one.speaker or ""
    return Compared("single", subject, " ".join(fold(subject).split()), ((_claim(one),),))


def _is_notable(one: _Spoken) -> bool:
    return one.speaker is not None and not is_pronoun(one.speaker) and _is_long(one)


def _is_long(one: _Spoken) -> bool:
    words = one.quotation.words
    return len(one.folded) >= _NOTABLE_HAN if is_han(words) else len(words.split()) >= _NOTABLE_WORDS


def _claim(one: _Spoken) -> Claim:
    quotation = one.quotation
    words = quotation.sentence if quotation.is_fragment else quotation.words
    return Claim(one.report.article, words, quotation.sentence, quotation.speaker, quotation.verb)
