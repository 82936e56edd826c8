"""Which block of the new text is which of the old one: the same, changed, moved, split, put together, or none."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from broadsheet.text.differences._sequences import match_in_order
from broadsheet.text.folding import fold

_COMMON = 12
"""A feature that more blocks have than this says nothing about which block is which."""

_ALIKE = 0.5
_ALIKE_IN_PLACE = 0.3
_CONTAINED = 0.75
_LEAST_PART = 6
_FEATURE = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff\U00020000-\U0003ffff]|[^\\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]+"
)

Group = tuple[tuple[int, ...], tuple[int, ...]]
"""Old blocks and new blocks that are one: mostly one each; two and more where a block was split or put together."""


@dataclass
class Alignment:
    """Which blocks belong together. ``moved`` are those of ``groups`` that stand elsewhere than they did."""

    groups: list[Group] = field(default_factory=list)
    moved: frozenset[Group] = frozenset()


def align(old: Sequence[str], new: Sequence[str]) -> Alignment:
    """Every block stands in at most one group; those in none were taken out or put in."""
    pairs = match_in_order(old, new)
    pairs += _match_elsewhere(old, new, pairs)
    left = _Left(old, new, pairs)
    pairs += left.match_alike()
    groups: list[Group] = [((one,), (other,)) for one, other in pairs]
    groups = left.join_parts(groups)
    return Alignment(sorted(groups, key=lambda group: group[1]), frozenset(_find_moved(groups, old, new)))


def _match_elsewhere(old: Sequence[str], new: Sequence[str], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Blocks that are the same but stand out of order."""
    olds, news = {one for one, _ in pairs}, {other for _, other in pairs}
    waiting = defaultdict[str, list[int]](list)
    for at in range(len(old) - 1, -1, -1):
        if at not in olds:
            waiting[old[at]].append(at)
    return [(waiting[text].pop(), at) for at, text in enumerate(new) if at not in news and waiting.get(text) and text]


class _Left:
    """The blocks that nothing is the same as, with what they consist of."""

    def __init__(self, old: Sequence[str], new: Sequence[str], pairs: Sequence[tuple[int, int]]) -> None:
        self.pairs = sorted(pairs)
        olds, news = {one for one, _ in pairs}, {other for _, other in pairs}
        self.olds = {at: features_of(text) for at, text in enumerate(old) if at not in olds}
        self.news = {at: features_of(text) for at, text in enumerate(new) if at not in news}

    def match_alike(self) -> list[tuple[int, int]]:
        """The most alike first; less will do for a block that stands where the other stood."""
        places = _gaps_of(self.pairs, self.olds, self.news)
        scored = []
        for one, other in self._iter_candidates():
            in_place = places[0][one] == places[1][other]
            score = _likeness(self.olds[one], self.news[other])
            if score >= (_ALIKE_IN_PLACE if in_place else _ALIKE):
                scored.append((score + 0.1 * in_place, one, other))
        found, olds, news = [], set[int](), set[int]()
        for _, one, other in sorted(
            scored, key=lambda entry: (-entry[0], abs(entry[1] - entry[2]), entry[1], entry[2])
        ):
            if one not in olds and other not in news:
                found.append((one, other))
                olds.add(one)
                news.add(other)
        return found

    def _iter_candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs that share something rare, the likeliest few for each old block, and neighbours."""
        holders = defaultdict[str, list[int]](list)
        for at, features in self.news.items():
            for feature in features:
                holders[feature].append(at)
        for one, features in self.olds.items():
            shared = Counter[int]()
            for feature in features:
                if len(holders.get(feature, ())) <= _COMMON:
                    shared.update(holders.get(feature, ()))
            for other, _ in sorted(shared.items(), key=lambda entry: (-entry[1], abs(entry[0] - one)))[:5]:
                yield one, other

    def join_parts(self, groups: list[Group]) -> list[Group]:
        """Take a block that nothing is like to the neighbour whose other side holds its words: it was cut off it."""
        held = tuple({at: group for group in groups for at in group[side]} for side in (0, 1))
        for side, parts, wholes in ((1, self.news, self.olds), (0, self.olds, self.news)):
            for at in parts:
                if at not in held[side] and parts[at].total() >= _LEAST_PART:
                    _join(at, side, parts, wholes, held)
        return list(dict.fromkeys(held[1].values()))


def _join(
    at: int,
    side: int,
    parts: dict[int, Counter[str]],
    wholes: dict[int, Counter[str]],
    held: tuple[dict[int, Group], ...],
) -> None:
    """Join block ``at`` of ``side`` to the group before or after it, if the group's other side holds its words too."""
    for beside in (at - 1, at + 1):
        group = held[side].get(beside)
        if group is None or len(group[1 - side]) != 1 or group[1 - side][0] not in wholes:
            continue
        spare = wholes[group[1 - side][0]].copy()
        for part in group[side]:
            spare -= parts.get(part, Counter())
        if (parts[at] & spare).total() < _CONTAINED * parts[at].total():
            continue
        joined = tuple(sorted((*group[side], at)))
        grown: Group = (joined, group[1]) if side == 0 else (group[0], joined)
        held[0].update(dict.fromkeys(grown[0], grown))
        held[1].update(dict.fromkeys(grown[1], grown))
        return


def features_of(text: str) -> Counter[str]:
    """Pairs of Chinese characters and words of other scripts, folded, each with how often it stands there."""
    signs = _FEATURE.findall(fold(text))
    found = Counter[str]()
    for at, sign in enumerate(signs):
        if sign >= "\u3040":
            if at + 1 < len(signs) and signs[at + 1] >= "\u3040":
                found[sign + signs[at + 1]] += 1
            elif at == 0 or signs[at - 1] < "\u3040":
                found[sign] += 1
        else:
            found[sign] += 1
    return found


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient; a short block held whole in the other counts as half alike and more."""
    total = one.total() + other.total()
    if not total:
        return 0.0
    common = (one & other).total()
    least = min(one.total(), other.total())
    held = 0.55 if least >= _LEAST_PART and common >= 0.85 * least else 0.0
    return max(2 * common / total, held)


def _gaps_of(
    pairs: Sequence[tuple[int, int]], olds: dict[int, Counter[str]], news: dict[int, Counter[str]]
) -> tuple[dict[int, int], dict[int, int]]:
    """For each block left, between which blocks that stand in order on both sides it stands."""
    chain = _longest_chain(list(pairs), [1] * len(pairs))
    old_marks, new_marks = [pairs[at][0] for at in chain], [pairs[at][1] for at in chain]
    return (
        {at: bisect_left(old_marks, at) for at in olds},
        {at: bisect_left(new_marks, at) for at in news},
    )


def _find_moved(groups: Sequence[Group], old: Sequence[str], new: Sequence[str]) -> Iterator[Group]:
    """The groups, of the least text, without which all others stand in order."""
    ordered = sorted(groups)
    weights = [sum(len(old[at]) for at in group[0]) + sum(len(new[at]) for at in group[1]) + 1 for group in ordered]
    chain = set(_longest_chain([(group[0][0], group[1][0]) for group in ordered], weights))
    return (group for at, group in enumerate(ordered) if at not in chain)


def _longest_chain(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> list[int]:
    """Which of ``pairs``, sorted by their first, ascend in their second too, of the greatest weight together.

    A Fenwick tree of the best chain that ends at each place: n log n.
    """
    size = max((other for _, other in pairs), default=-1) + 2
    tree: list[tuple[int, int]] = [(0, -1)] * (size + 1)
    before = [-1] * len(pairs)
    for at, (_, other) in enumerate(pairs):
        place, best = other, (0, -1)
        while place > 0:
            best = max(best, tree[place], key=lambda entry: entry[0])
            place -= place & -place
        before[at] = best[1]
        mine = (best[0] + weights[at], at)
        place = other + 1
        while place <= size:
            if mine[0] > tree[place][0]:
                tree[place] = mine
            place += place & -place
    top, place = (0, -1), size
    while place > 0:
        top = max(top, tree[place], key=lambda entry: entry[0])
        place -= place & -place
    chain, at = [], top[1]
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]
