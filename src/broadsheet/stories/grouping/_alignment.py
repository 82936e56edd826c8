"""Copies laid side by side: sentence by sentence what each kept, cut, changed and added.

Sentences are compared folded: those that are the same first, as many as stand in one order; then by the words they
have in common (pairs of characters in scripts without spaces). One that a copy parted in two, or joined with the next,
is still the same sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from broadsheet.model import Report, SentenceFate
from broadsheet.statements.agencies import known_name
from broadsheet.statements.agency_names import find_agency_name
from broadsheet.text.folding import fold
from broadsheet.text.sentences import iter_sentences
from broadsheet.text.words import words_of_folded

ALIKE = 0.5
"""Twice the words in common, of those of both sentences: from here on one is the other, changed."""

WITHIN = 0.8
"""The share of a sentence's words that stand in a longer one which took it in."""

LEAST_WORDS = 8
"""A sentence with fewer is taken in by none: short ones stand everywhere."""

_Chain = tuple[int, int, "_Chain | None"]


@dataclass(frozen=True, slots=True)
class _Sentence:
    printed: str
    folded: str
    words: Counter[str]


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
        row.forms[base].append(row.sentence.printed)
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
        folded = " ".join(fold(text[start:end]).split())
        if folded:
            yield _Sentence(text[start:end], folded, Counter(words_of_folded(folded).split()))


def _lay_beside(rows: list[_Row], ours: int, which: int, sentences: Sequence[_Sentence]) -> None:
    """Enter the forms that a copy has, ``ours`` being the rows of the base; what it added makes new rows."""
    matched = _match([row.sentence for row in rows], sentences)
    place = -1
    for at, sentence in enumerate(sentences):
        found = matched.get(at, ())
        for row in found:
            rows[row].forms[which].append(sentence.printed)
        if found:
            place = next((row for row in found if row < ours), place)
            continue
        rows.append(_Row(sentence, place, False))
        rows[-1].forms[which].append(sentence.printed)


def _match(known: Sequence[_Sentence], sentences: Sequence[_Sentence]) -> Mapping[int, Sequence[int]]:
    """For each of ``sentences`` the rows of ``known`` that it is: itself, changed, joined, or a part of one."""
    matched = defaultdict[int, list[int]](list)
    taken = set[int]()
    for at, row in _iter_unmoved(known, sentences):
        matched[at].append(row)
        taken.add(row)
    candidates = sorted(_iter_candidates(known, sentences), key=lambda one: (-one[0], abs(one[1] - one[2]), one[1]))
    for alike, at, row in candidates:
        if alike >= ALIKE and at not in matched and row not in taken:
            matched[at].append(row)
            taken.add(row)
    free_known = [one.words for one in known]  # what no match accounts for yet
    free = [one.words for one in sentences]
    for at, rows in matched.items():
        for row in rows:
            _account(free_known, row, free, at)
    for _, at, row in sorted(candidates, key=lambda one: one[1:]):
        is_joined = row not in taken and _is_within(known[row].words, free[at])
        is_parted = at not in matched and _is_within(sentences[at].words, free_known[row])
        if is_joined or is_parted:
            matched[at].append(row)
            taken.add(row)
            _account(free_known, row, free, at)
    for found in matched.values():
        found.sort()
    return matched


def _iter_unmoved(known: Sequence[_Sentence], sentences: Sequence[_Sentence]) -> Iterator[tuple[int, int]]:
    """Most sentences that are the same and in the same order in both (Hunt and Szymanski 1977), last first."""
    rows_of = defaultdict[str, list[int]](list)
    for row in reversed(range(len(known))):
        rows_of[known[row].folded].append(row)
    lasts = list[int]()
    chains = list[_Chain]()
    for at, sentence in enumerate(sentences):
        for row in rows_of.get(sentence.folded, ()):
            length = bisect_left(lasts, row)
            chain = (at, row, chains[length - 1] if length else None)
            lasts[length : length + 1] = [row]
            chains[length : length + 1] = [chain]
    last = chains[-1] if chains else None
    while last:
        yield last[:2]
        last = last[2]


def _iter_candidates(known: Sequence[_Sentence], sentences: Sequence[_Sentence]) -> Iterator[tuple[float, int, int]]:
    """How much alike, which of ``sentences``, which of ``known``, for all that have pairs in common or are equal."""
    rows_of = defaultdict[str, list[int]](list)
    for row, one in enumerate(known):
        for word in one.words:
            rows_of[word].append(row)
    for at, sentence in enumerate(sentences):
        shared = Counter(row for word in sentence.words for row in rows_of.get(word, ()))
        for row, count in shared.items():
            one = known[row]
            if one.folded == sentence.folded:
                yield 1.0, at, row
            elif count * 3 >= min(len(one.words), len(sentence.words)):
                both = (one.words & sentence.words).total()
                yield min(0.999, 2 * both / (one.words.total() + sentence.words.total())), at, row


def _account(free_known: list[Counter[str]], row: int, free: list[Counter[str]], at: int) -> None:
    free_known[row], free[at] = free_known[row] - free[at], free[at] - free_known[row]


def _is_within(part: Counter[str], whole: Counter[str]) -> bool:
    size = part.total()
    return size >= LEAST_WORDS and (part & whole).total() >= WITHIN * size


def _fate(row: _Row, count: int) -> SentenceFate:
    copies = tuple(_join(row.forms[which]) if which in row.forms else None for which in range(count))
    return SentenceFate(row.sentence.printed if row.is_of_base else None, copies)


def _join(forms: Sequence[str]) -> str:
    joined = forms[0]
    for form in forms[1:]:
        joined += form if joined[-1] > "\u2e7f" else f" {form}"
    return joined
