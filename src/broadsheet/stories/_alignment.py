"""Copies laid side by side: sentence by sentence what each kept, cut, changed and added.

Sentences are compared folded, by the character pairs they have in common (words count by their letters, so a changed
ending is a small change). One that a copy parted in two, or joined with the next, is still the same sentence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from broadsheet.language.agencies import known_name
from broadsheet.language.agency_names import find_agency_name
from broadsheet.language.folding import fold
from broadsheet.language.sentences import iter_sentences
from broadsheet.model import Report, SentenceFate

ALIKE = 0.5
"""Twice the pairs in common, of those of both sentences: from here on one is the other, changed."""

WITHIN = 0.8
"""The share of a sentence's pairs that stand in a longer one which took it in."""

LEAST_PAIRS = 8
"""A sentence with fewer is taken in by none: short words stand everywhere."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: str
    folded: str
    pairs: Counter[str]


@dataclass(slots=True)
class _Row:
    """One sentence and its form in each copy; ``place``: behind which sentence of the base it stands."""

    sentence: _Sentence
    place: int
    is_of_base: bool
    forms: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def choose_base(reports: Sequence[Report]) -> int:
    """Which of ``reports`` (at least one) the others are held against.

    The agency's own text where there is one: that of an outlet which is itself an agency, or the one that is credited.
    Else, and of several such, the fullest text; of those as full, the earliest.
    """
    credited = {_key(report.agency) for report in reports if report.agency}

    def rank(at: int) -> tuple[bool, int, float, str]:
        report = reports[at]
        is_own = find_agency_name(report.outlet) is not None or _key(report.outlet) in credited
        return not is_own, -len(fold(report.text)), report.published.timestamp(), report.article

    return min(range(len(reports)), key=rank)


def align_copies(texts: Sequence[Report]) -> tuple[SentenceFate, ...]:
    """What became of every sentence of the base (see ``choose_base``) in each of ``texts``, in reading order.

    ``copies`` stand in the order of ``texts``, the base among them. A sentence that only copies have has no
    ``words`` and follows the sentence of the base behind which it stands; copies that added the same share it.
    """
    if not texts:
        return ()
    base = choose_base(texts)
    rows = [_Row(sentence, place, True) for place, sentence in enumerate(_iter_sentences(texts[base].text))]
    for row in rows:
        row.forms[base].append(row.sentence.words)
    ours = len(rows)
    for which, report in enumerate(texts):
        if which != base:
            _lay_beside(rows, ours, which, list(_iter_sentences(report.text)))
    rows.sort(key=lambda row: (row.place, not row.is_of_base))
    return tuple(_fate(row, len(texts)) for row in rows)


def _key(agency: str) -> str:
    return fold(known_name(agency)).strip()


def _iter_sentences(text: str) -> Iterator[_Sentence]:
    for start, end in iter_sentences(text):
        words = text[start:end]
        folded = "".join(fold(words).split())
        if folded:
            yield _Sentence(words, folded, Counter(map("".join, pairwise(folded))))


def _lay_beside(rows: list[_Row], ours: int, which: int, sentences: Sequence[_Sentence]) -> None:
    """Enter the forms that a copy has, ``ours`` being the rows of the base; what it added makes new rows."""
    matched = _match([row.sentence for row in rows], sentences)
    place = -1
    for at, sentence in enumerate(sentences):
        found = matched.get(at, ())
        for row in found:
            rows[row].forms[which].append(sentence.words)
        if found:
            place = next((row for row in found if row < ours), place)
            continue
        rows.append(_Row(sentence, place, False))
        rows[-1].forms[which].append(sentence.words)


def _match(known: Sequence[_Sentence], sentences: Sequence[_Sentence]) -> Mapping[int, Sequence[int]]:
    """For each of ``sentences`` the rows of ``known`` that it is: itself, changed, joined, or a part of one."""
    matched = defaultdict[int, list[int]](list)
    taken = set[int]()
    candidates = sorted(_iter_candidates(known, sentences), key=lambda one: (-one[0], abs(one[1] - one[2]), one[1]))
    for alike, at, row in candidates:
        if alike >= ALIKE and at not in matched and row not in taken:
            matched[at].append(row)
            taken.add(row)
    for _, at, row in sorted(candidates, key=lambda one: one[1:]):
        if row in matched.get(at, ()):
            continue
        ours, theirs = known[row].pairs, sentences[at].pairs
        is_joined = row not in taken and _is_within(ours, theirs)
        is_parted = at not in matched and _is_within(theirs, ours)
        if is_joined or is_parted:
            matched[at].append(row)
    for found in matched.values():
        found.sort()
    return matched


def _iter_candidates(known: Sequence[_Sentence], sentences: Sequence[_Sentence]) -> Iterator[tuple[float, int, int]]:
    """How much alike, which of ``sentences``, which of ``known``, for all that have pairs in common or are equal."""
    rows_of = defaultdict[str, list[int]](list)
    for row, one in enumerate(known):
        for pair in one.pairs or (one.folded,):
            rows_of[pair].append(row)
    for at, sentence in enumerate(sentences):
        shared = Counter(row for pair in (sentence.pairs or (sentence.folded,)) for row in rows_of.get(pair, ()))
        for row, count in shared.items():
            one = known[row]
            if one.folded == sentence.folded:
                yield 1.0, at, row
            elif count * 3 >= min(len(one.pairs), len(sentence.pairs)):
                both = (one.pairs & sentence.pairs).total()
                yield min(0.999, 2 * both / (one.pairs.total() + sentence.pairs.total())), at, row


def _is_within(part: Counter[str], whole: Counter[str]) -> bool:
    size = part.total()
    return size >= LEAST_PAIRS and (part & whole).total() >= WITHIN * size


def _fate(row: _Row, count: int) -> SentenceFate:
    copies = tuple(_join(row.forms[which]) if which in row.forms else None for which in range(count))
    return SentenceFate(row.sentence.words if row.is_of_base else None, copies)


def _join(forms: Sequence[str]) -> str:
    joined = forms[0]
    for form in forms[1:]:
        joined += form if joined[-1] > "\u2e7f" else f" {form}"
    return joined
