"""What changed inside one block: stretches that a person can read, of whole units, as few as say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broadsheet.model import Stretch
from broadsheet.text.differences._sequences import MOST_CELLS, match_in_order
from broadsheet.text.differences._units import Unit, cut_units, meaning_of
from broadsheet.text.folding import to_simplified

_LARGE = 9
"""What both have in common and weighs so much stands for itself, however much changed around it."""

_NAME = 3
"""A Chinese name has no more characters, mostly."""

_ENDS = frozenset("。！？!?；;\n")
_CLAUSES = frozenset("，、,：:）)】》」』”’—…")
_OPENERS = frozenset("（(【《「『“‘")
_SMALL_WORDS = frozenset("的了在是和与及也都就又有这那其之") | {
    *("a", "an", "the", "of", "to", "in", "on", "at", "for", "and", "or"),
    *("is", "was", "by", "it", "that", "as", "be", "with"),
}


@dataclass(frozen=True, slots=True)
class _Gap:
    """Units ``old_start`` to ``old_end`` of the old text give way to ``new_start`` to ``new_end`` of the new one."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def find_stretches(old: str, new: str) -> tuple[Stretch, ...]:
    """``old`` and ``new`` laid side by side: the ``same`` and ``old`` stretches give ``old``, in order; so does new."""
    if old == new:
        return (Stretch("same", old),) if old else ()
    olds, news = cut_units(old), cut_units(new)
    gaps = _snap_all(olds, news, _slide_all(olds, news, _without_islands(olds, news, _find_gaps(olds, news))))
    return tuple(_iter_stretches(olds, news, gaps))


def _find_gaps(olds: Sequence[Unit], news: Sequence[Unit]) -> list[_Gap]:
    if len(olds) * len(news) > MOST_CELLS:
        return _find_gaps_by_sentence(olds, news)
    matches = match_in_order([unit.text for unit in olds], [unit.text for unit in news])
    return list(_iter_gaps(matches, len(olds), len(news)))


def _iter_gaps(matches: Sequence[tuple[int, int]], olds: int, news: int) -> Iterator[_Gap]:
    old_at = new_at = 0
    for old, new in (*matches, (olds, news)):
        if old > old_at or new > new_at:
            yield _Gap(old_at, old, new_at, new)
        old_at, new_at = old + 1, new + 1


def _find_gaps_by_sentence(olds: Sequence[Unit], news: Sequence[Unit]) -> list[_Gap]:
    """The same for texts too long to be matched by unit: whole sentences first, units only between those."""
    old_cuts, new_cuts = _sentence_cuts(olds), _sentence_cuts(news)
    old_lines = [tuple(olds[start:end]) for start, end in old_cuts]
    new_lines = [tuple(news[start:end]) for start, end in new_cuts]
    found: list[_Gap] = []
    for gap in _iter_gaps(match_in_order(old_lines, new_lines), len(old_lines), len(new_lines)):
        old_start, old_end = _span(old_cuts, gap.old_start, gap.old_end, len(olds))
        new_start, new_end = _span(new_cuts, gap.new_start, gap.new_end, len(news))
        matches = match_in_order(
            [unit.text for unit in olds[old_start:old_end]], [unit.text for unit in news[new_start:new_end]]
        )
        found += [
            _Gap(old_start + one.old_start, old_start + one.old_end, new_start + one.new_start, new_start + one.new_end)
            for one in _iter_gaps(matches, old_end - old_start, new_end - new_start)
        ]
    return found


def _sentence_cuts(units: Sequence[Unit]) -> list[tuple[int, int]]:
    cuts, start = [], 0
    for at, unit in enumerate(units, 1):
        if unit.text in _ENDS or at == len(units):
            cuts.append((start, at))
            start = at
    return cuts


def _span(cuts: Sequence[tuple[int, int]], start: int, end: int, most: int) -> tuple[int, int]:
    first = cuts[start][0] if start < len(cuts) else most
    return first, cuts[end - 1][1] if end > start else first


# ---- islands: what both have in common between two changes, too little to be read by itself ----------------------


def _without_islands(olds: Sequence[Unit], news: Sequence[Unit], gaps: list[_Gap]) -> list[_Gap]:
    """Gaps grown together over small islands, until every island left is worth its place."""
    while True:
        grown: list[_Gap] = []
        for gap in gaps:
            if grown and _is_drowned(olds[grown[-1].old_end : gap.old_start], olds, news, grown[-1], gap):
                gap = _Gap(grown[-1].old_start, gap.old_end, grown[-1].new_start, gap.new_end)
                grown.pop()
            grown.append(gap)
        grown = _without_shores(olds, news, grown)
        if len(grown) == len(gaps):
            return grown
        gaps = grown


def _is_drowned(island: Sequence[Unit], olds: Sequence[Unit], news: Sequence[Unit], left: _Gap, right: _Gap) -> bool:
    weight = sum(map(_weight, island))
    if weight >= _LARGE or any(unit.text in _ENDS for unit in island):
        return False
    if weight == 0 and all(unit.kind == "space" for unit in island):
        return not (_is_figure(olds, news, left) or _is_figure(olds, news, right))
    least = min(_gap_weight(olds, news, left), _gap_weight(olds, news, right))
    if any(unit.kind == "sign" for unit in island):
        return weight < least - 2
    return weight < least or 0 < weight <= 1 <= least


def _without_shores(olds: Sequence[Unit], news: Sequence[Unit], gaps: list[_Gap]) -> list[_Gap]:
    """The same for a single word or character before the first gap or after the last, if that is a large one."""
    if not gaps:
        return gaps
    first, last = gaps[0], gaps[-1]
    if _is_shore(olds[: first.old_start]) and _gap_weight(olds, news, first) >= _LARGE:
        gaps = [_Gap(0, first.old_end, 0, first.new_end), *gaps[1:]]
    last = gaps[-1]
    if _is_shore(olds[last.old_end :]) and _gap_weight(olds, news, last) >= _LARGE:
        gaps = [*gaps[:-1], _Gap(last.old_start, len(olds), last.new_start, len(news))]
    return gaps


def _is_shore(units: Sequence[Unit]) -> bool:
    return 0 < len(units) <= 2 and 0 < sum(map(_weight, units)) <= 1 and not any(unit.is_figure for unit in units)


def _weight(unit: Unit) -> float:
    if unit.kind in ("sign", "space"):
        return 0
    if unit.is_figure:
        return 3
    if to_simplified(unit.text).lower() in _SMALL_WORDS:
        return 0.5
    return len(unit.text) if unit.kind == "han" else 2


def _gap_weight(olds: Sequence[Unit], news: Sequence[Unit], gap: _Gap) -> float:
    """How much changed, the larger side; a lone number weighs little, so that words beside it stay."""
    if _is_figure(olds, news, gap):
        return 1
    sides = (olds[gap.old_start : gap.old_end], news[gap.new_start : gap.new_end])
    return max(sum(map(_weight, side)) for side in sides)


def _is_figure(olds: Sequence[Unit], news: Sequence[Unit], gap: _Gap) -> bool:
    units = (*olds[gap.old_start : gap.old_end], *news[gap.new_start : gap.new_end])
    return any(unit.is_figure for unit in units) and all(unit.is_figure or unit.kind == "space" for unit in units)


# ---- edges: where a gap may begin and end ------------------------------------------------------------------------


def _slide_all(olds: Sequence[Unit], news: Sequence[Unit], gaps: list[_Gap]) -> list[_Gap]:
    """What was only put in or only taken out is shown from one sensible edge to the next, where it may be either."""
    slid: list[_Gap] = []
    for at, gap in enumerate(gaps):
        behind = slid[-1].old_end if slid else 0
        ahead = (gaps[at + 1].old_start if at + 1 < len(gaps) else len(olds)) - gap.old_end
        if gap.old_start == gap.old_end:
            shift = _best_shift(news, gap.new_start, gap.new_end, gap.old_start - behind, ahead)
        elif gap.new_start == gap.new_end:
            shift = _best_shift(olds, gap.old_start, gap.old_end, gap.old_start - behind, ahead)
        else:
            shift = 0
        slid.append(_Gap(gap.old_start + shift, gap.old_end + shift, gap.new_start + shift, gap.new_end + shift))
    return slid


def _best_shift(units: Sequence[Unit], start: int, end: int, behind: int, ahead: int) -> int:
    best, found = _edge(units, start) + _edge(units, end), 0
    for step, most in ((-1, behind), (1, ahead)):
        shift = 0
        while abs(shift) < most:
            leaving, entering = (end + shift - 1, start + shift - 1) if step < 0 else (start + shift, end + shift)
            if units[leaving].text != units[entering].text:
                break
            shift += step
            score = _edge(units, start + shift) + _edge(units, end + shift)
            if score > best:
                best, found = score, shift
    return found


def _edge(units: Sequence[Unit], at: int) -> int:
    """How good a cut is before the unit ``at``: after a sentence, after a clause, at a space, inside a run of signs."""
    if at in (0, len(units)):
        return 6
    before, after = units[at - 1], units[at]
    if before.text in _ENDS or (before.text == "." and after.kind == "space"):
        return 5
    if after.text in _OPENERS or before.text in _CLAUSES:
        return 4
    if before.kind == "space" or after.kind == "sign":
        return 3
    return 0 if before.kind == after.kind == "han" else 2


def _snap_all(olds: Sequence[Unit], news: Sequence[Unit], gaps: list[_Gap]) -> list[_Gap]:
    """Where characters give way to others, those beside them that they make a word or name with are shown too."""
    snapped: list[_Gap] = []
    for at, gap in enumerate(gaps):
        if gap.old_start < gap.old_end and gap.new_start < gap.new_end:
            behind = gap.old_start - (snapped[-1].old_end if snapped else 0)
            ahead = (gaps[at + 1].old_start if at + 1 < len(gaps) else len(olds)) - gap.old_end
            left = _run_before(olds, gap.old_start, behind)
            right = _run_after(olds, gap.old_end, ahead)
            left, right = _with_neighbours(olds, news, gap, left, right)
            gap = _Gap(gap.old_start - left, gap.old_end + right, gap.new_start - left, gap.new_end + right)
        snapped.append(gap)
    return snapped


def _run_before(units: Sequence[Unit], at: int, most: int) -> int:
    length = 0
    while length < most and _is_content(units[at - length - 1]):
        length += 1
    return length


def _run_after(units: Sequence[Unit], at: int, most: int) -> int:
    length = 0
    while length < most and _is_content(units[at + length]):
        length += 1
    return length


def _with_neighbours(olds: Sequence[Unit], news: Sequence[Unit], gap: _Gap, left: int, right: int) -> tuple[int, int]:
    """How many characters before and after the gap belong to it.

    A run of unknown characters as short as a name is taken whole. Else words have two characters, counted from where
    the run begins.
    """
    starts_inside = _is_content(olds[gap.old_start]) and _is_content(news[gap.new_start])
    ends_inside = _is_content(olds[gap.old_end - 1]) and _is_content(news[gap.new_end - 1])
    left, right = left * starts_inside, right * ends_inside
    size = max(gap.old_end - gap.old_start, gap.new_end - gap.new_start)
    if size == 1 and left + right < _NAME:
        return left, right
    if size == 1:
        return (0, 1) if right and left % 2 == 0 else (min(left, 1), 0)
    if size == 2:
        return (1 if left == 1 else 0), 0
    return (1, 0) if size % 2 and left % 2 else (0, right % 2 if size % 2 else 0)


def _is_content(unit: Unit) -> bool:
    return unit.kind == "han" and len(unit.text) == 1 and to_simplified(unit.text) not in _FUNCTION


_FUNCTION = frozenset(
    "的了在是和与及也都就又有这那其之把被将对从到向由以为还很更最着过给跟于等说称已不没未"
    "我你他她它们个名人年月日时会能可要上下中内外前后里并而但或"
)


# ---- printing ----------------------------------------------------------------------------------------------------


def _iter_stretches(olds: Sequence[Unit], news: Sequence[Unit], gaps: Sequence[_Gap]) -> Iterator[Stretch]:
    at = 0
    for gap in gaps:
        if gap.old_start > at:
            yield Stretch("same", _joined(olds[at : gap.old_start]))
        before, after = olds[gap.old_start : gap.old_end], news[gap.new_start : gap.new_end]
        gone, come = _figures(before) - _figures(after), _figures(after) - _figures(before)
        for text, is_number in _iter_pieces(before, gone):
            yield Stretch("old", text, is_number)
        for text, is_number in _iter_pieces(after, come):
            yield Stretch("new", text, is_number)
        at = gap.old_end
    if at < len(olds):
        yield Stretch("same", _joined(olds[at:]))


def _figures(units: Sequence[Unit]) -> frozenset[str]:
    return frozenset(words for words, _, _ in _iter_figures(units))


def _iter_figures(units: Sequence[Unit]) -> Iterator[tuple[str, int, int]]:
    """What each figure means, a word such as 约 before it included, and from where to where it stands."""
    start = None
    for at, unit in enumerate(units):
        if unit.kind == "about":
            start = at if start is None else start
            if not any(one.is_figure for one in units[at + 1 : at + 3]):
                yield meaning_of(_joined(units[start : at + 1])), start, at + 1
                start = None
        elif unit.is_figure:
            first = at if start is None else start
            yield meaning_of(_joined(units[first : at + 1])), first, at + 1
            start = None


def _iter_pieces(units: Sequence[Unit], changed: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """The units' text, each changed figure by itself."""
    at = 0
    for meaning, start, end in _iter_figures(units):
        if meaning in changed:
            if start > at:
                yield _joined(units[at:start]), False
            yield _joined(units[start:end]), True
            at = end
    if at < len(units):
        yield _joined(units[at:]), False


def _joined(units: Sequence[Unit]) -> str:
    return "".join(unit.text for unit in units)
