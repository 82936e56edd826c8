"""From numbers to figures: unit, range, bounds, role, for each number of a block that is a quantity.

::

    numbers of the block ─▶ fraction?  ─▶ unit behind or currency before ─▶ range with the number before
                         ─▶ words that bound it ─▶ role from its clause ─▶ Figure

What is none (a date, a clock time, an ordinal, a name) has no unit that follows it, and falls out by that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from broadsheet.model import Figure
from broadsheet.text.folding import flatten
from broadsheet.text.numerals import iter_fractions, next_step

from ._bounds import bound, find_bound_after, find_bound_before
from ._context import find_contextual, find_magnitude, find_target, settle
from ._measures import Measure, find_age, find_currency_before, find_english_measure, find_han_measure
from ._roles import Place, find_role
from ._spans import Number, Spans, iter_numbers


@dataclass(frozen=True, slots=True)
class _Found:
    """A quantity in flat text, not yet bounded, in its canonical unit; one of the printed unit is ``factor`` of it."""

    start: int
    end: int
    low: float
    high: float
    unit: str
    factor: float
    is_one: bool = False
    role: str | None = None


def find_figures(text: str) -> tuple[Figure, ...]:
    """Every quantity that ``text`` states, in order; ``text`` is plain, one block per line.

    Offsets are those of the block. How words such as 约, 近, 超过, nearly, over make intervals says ``_bounds``; units
    are canonical (minutes are hours, 亩 hectares: see ``_units``), months and years are both ``month``, a year aimed at
    (到2030年, by 2030) is of unit ``year`` and role ``target``, an age of unit ``year`` and role ``age``.
    Left out: dates, clock times, ordinals, names and numbers of things, scores, telephone numbers, and whatever has
    no unit that a rule is sure of.
    """
    return tuple(figure for at, block in enumerate(text.split("\n")) for figure in _iter_block(at, block))


def _iter_block(at: int, block: str) -> Iterator[Figure]:
    flat = _without_addresses(flatten(block))
    numbers = list(iter_numbers(flat))
    found = [*(_iter_quantities(flat, block, numbers) if numbers else ()), *_iter_fractions(flat)]
    found.sort(key=lambda one: one.start)
    if not found:
        return
    found = list(_joined(flat, found))
    edges = [0, *(one.end for one in found)], [*(one.start for one in found), len(flat)]
    surroundings = _Block(at, block, flat, Spans(block, flat), edges)
    before: Figure | None = None
    for one in found:
        if before is None or one.start >= before.end:
            figure = _make_figure(surroundings, one, before)
            before = figure or before
            if figure is not None:
                yield figure


_ADDRESS = re.compile("(?:https?://|www\\.)[!-~]+|(?:%[0-9a-f]{2}){2,}[!-~]*")


def _without_addresses(flat: str) -> str:
    """``flat`` with web addresses blanked: their numbers are none."""
    if "//" not in flat and "www." not in flat and "%" not in flat:
        return flat
    return _ADDRESS.sub(lambda found: " " * len(found[0]), flat)


# ---- quantities ---------------------------------------------------------------------------------------------------

_DATES = frozenset("月日号时点刻")
_ORDINAL = re.compile(
    "(?:第|(?<![目日此之以年天月周时先])前|编号|农历|国道|缓期|版本|北纬|南纬|东经|西经"
    r"|[a-z]-|\bno\.? ?|article |section |chapter |highway |route |\btop |\bthe last |latitude )$"
)


def _iter_quantities(flat: str, block: str, numbers: list[Number]) -> Iterator[_Found]:
    taken = -1
    for at, number in enumerate(numbers):
        if at <= taken:
            continue
        if (
            flat[number.end : number.end + 1] in _DATES
            or _is_code(flat, number)
            or _ORDINAL.search(flat, max(0, number.start - 9), number.start)
        ):
            continue
        if found := _read_range(flat, block, numbers, at):
            taken = at + 1
            yield found
        elif found := _read_one(flat, block, number):
            yield found


def _is_code(flat: str, number: Number) -> bool:
    """Whether it is written like no quantity: 007, 000."""
    return flat[number.start] == "0" and flat[number.start + 1 : number.start + 2].isdigit()


def _read_one(flat: str, block: str, number: Number) -> _Found | None:
    if target := find_target(flat, number):
        return _Found(*target, number.low, number.high, "year", 1.0, role="target")
    if magnitude := find_magnitude(flat, number):
        return _Found(*magnitude, number.low, number.high, "magnitude", 1.0)
    if age := find_age(flat, number):
        end, is_limit = age
        return None if is_limit else _Found(number.start, end, number.low, number.high, "year", 1.0, role="age")
    if measure := _find_measure(flat, block, number):
        return _measured(flat, number, measure)
    return _read_bare(flat, number)


def _find_measure(flat: str, block: str, number: Number) -> Measure | None:
    if currency := find_currency_before(flat, number.start):
        return Measure(currency[0], 1.0, number.end)
    measure = find_han_measure(flat, number) or find_english_measure(flat, block, number)
    if measure is None:
        return find_contextual(flat, number)
    return settle(flat, number, measure)


def _measured(flat: str, number: Number, measure: Measure) -> _Found:
    start = number.start
    if currency := find_currency_before(flat, number.start):
        start = currency[1]
    low = (number.low + measure.extra) * measure.factor
    high = (number.high + measure.extra) * measure.factor
    step = 0.0
    if measure.is_more:
        is_behind = flat[number.end : number.end + 2].strip()[:1] not in ("多", "余")
        step = (1.0 if is_behind else float(next_step(Decimal(str(number.high))))) * measure.factor
    is_one = (
        number.low == number.high == 1
        and not (measure.extra or measure.is_more)
        and flat[number.start : number.end] in ("一", "one")
    )
    return _Found(start, measure.end, low, high + step, measure.unit, measure.factor, is_one)


_SCALED = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def _read_range(flat: str, block: str, numbers: list[Number], at: int) -> _Found | None:
    """25-80人, 50至70辆, 三年至十五年, $5 billion to $7 billion, between 3 and 5 percent: one figure."""
    if at + 1 == len(numbers):
        return None
    first, second = numbers[at], numbers[at + 1]
    if second.start - first.end > 14 or (measure := _find_measure(flat, block, second)) is None:
        return None
    own = _find_measure(flat, block, first)
    gap = flat[own.end if own else first.end : second.start]
    if currency := find_currency_before(flat, second.start):
        gap = gap[: len(gap) - (second.start - currency[1])]
    if own and (own.unit, own.factor) != (measure.unit, measure.factor):
        return None
    sign = gap.strip()
    is_between = (
        flat[max(0, first.start - 9) : first.start]
        .lstrip()
        .endswith(("between ", "between $", "between €", "在", "介于"))
    )
    if not (sign in _RANGE_SIGNS or (sign in ("and", "和", "与") and is_between)):
        return None
    low, high = _with_scale(flat, first, second) * measure.factor, second.high * measure.factor
    if low < 0 and high < 0:  # 零下5度至零下10度
        low, high = min(low, high), max(low, high)
    if low >= high:
        return None
    found = _measured(flat, second, measure)
    start = first.start if (currency := find_currency_before(flat, first.start)) is None else currency[1]
    return replace(found, start=start, low=low, high=max(high, found.high))


_RANGE_SIGNS = frozenset(["-", "~", "～", "至", "到", "to"])


def _with_scale(flat: str, first: Number, second: Number) -> float:
    """The first number of 3至5万, 5 to 7 million, with the scale of the second."""
    pair = [_SCALED.fullmatch(flat, first.start, first.end), _SCALED.match(flat, second.start, second.end)]
    if pair[0] and pair[1]:
        mantissa = float(pair[1][0].replace(",", ""))
        if mantissa and first.low < mantissa < second.low:
            return first.low * second.low / mantissa
    return first.low


_BARE_ROLE = (
    r"killed|dead\b|died|dying|injured|wounded|hurt\b|missing|unaccounted|trapped|rescued|saved"
    "|arrested|detained|evacuated"
)
_BARE_BEHIND = re.compile(
    r" (?:(?:were|was|are|is|have|has|had|been|being|also|still|others?|more|reported|confirmed|feared|presumed"
    rf"|seriously|slightly|critically|badly|remain|remained|listed as) )*(?:{_BARE_ROLE})"
)
_BARE_BEFORE = re.compile(
    r"(?:killed|killing|kills|injured|injuring|wounded|wounding|arrested"
    r"|toll (?:rises|rose|has risen|climbed|climbs|stands|stood) (?:to|at))"
    r"(?: at least| about| some| nearly| more than| another| up to| over)* $"
)
_HAN_BARE = re.compile("[死伤](?![亡势者员残害于])")
_NO_BARE = re.compile(r"[a-z0-9'/:-]|\.[0-9]")


def _read_bare(flat: str, number: Number) -> _Found | None:
    """A number of people where only what befell them is said: 30 injured, killing at least 12, 三死七伤."""
    if (
        number.low != int(number.low)
        or flat[number.start : number.end] == "one"
        or (number.form == "figures" and 1900 <= number.low <= 2100)
    ):
        return None
    if _HAN_BARE.match(flat, number.end):
        return _Found(number.start, number.end + 1, number.low, number.high, "person", 1.0)
    is_english = flat[number.end : number.end + 2].isascii()
    if not is_english or _NO_BARE.match(flat, number.end):
        return None
    before = _BARE_BEFORE.search(flat, max(0, number.start - 60), number.start)
    if _BARE_BEHIND.match(flat, number.end) or (
        before and re.match(r"[.,;]|$| (?:in|on|and|as|when|after|at)\b", flat[number.end :])
    ):
        return _Found(number.start, number.end, number.low, number.high, "person", 1.0)
    return None


def _iter_fractions(flat: str) -> Iterator[_Found]:
    for share in iter_fractions(flat):
        unit = "percentage point" if share.is_of_point else "percent"
        yield _Found(share.start, share.end, float(share.low), float(share.high), unit, 1.0)


_JOINT = re.compile(r"[零又]?|,? and | ")


def _joined(flat: str, found: list[_Found]) -> Iterator[_Found]:
    """Quantities with those joined that are one: two hours and 38 minutes, 十二年六个月."""
    held: _Found | None = None
    for one in found:
        if held and one.start < held.end:
            if held.end - held.start >= one.end - one.start:
                continue
            held = one
            continue
        if held and one.unit == held.unit and one.factor < held.factor and _JOINT.fullmatch(flat, held.end, one.start):
            held = replace(held, end=one.end, low=held.low + one.low, high=held.high + one.high, factor=one.factor)
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


# ---- figures ------------------------------------------------------------------------------------------------------

_RATE_BEFORE = re.compile("(?:时速(?:高达|达到?|为|约)?|每小时)$")
_COLD = re.compile("(?:零下|摄氏零下|minus |(?<![0-9a-z\u4e00-\u9fff])-)$")
_CELSIUS_BEFORE = re.compile("摄氏$")
_ONE_NEEDS_ROLE = frozenset(["dead", "injured", "missing", "rescued", "trapped", "arrested", "duration", "sentence"])
_ALONE_IS_FINE = frozenset(["hour", "percent"])


@dataclass(frozen=True, slots=True)
class _Block:
    """A block with its number, as printed and flat, its sentences, and where quantities end and begin in it."""

    at: int
    text: str
    flat: str
    spans: Spans
    edges: tuple[list[int], list[int]]

    def find_place(self, start: int, end: int, before: Figure | None) -> Place:
        """What stands about the figure from ``start`` to ``end`` in its clause, up to the quantities beside it."""
        clause = self.spans.find_clause(start)
        left = max(clause[0], self.edges[0][bisect_left(self.edges[0], start + 1) - 1])
        right = min(clause[1], self.edges[1][bisect_left(self.edges[1], end)])
        taken = before.role if before and before.end >= left else None
        around = self.flat[min(left, start) : start], self.flat[end : max(right, end)]
        return Place(*around, self.flat[start:end], taken)


def _make_figure(block: _Block, found: _Found, before: Figure | None) -> Figure | None:
    """The figure that ``found`` is with the words that bound it; None for a "one" that counts nothing."""
    unit, start, end, low, high = _bounded(block.flat, found)
    place = block.find_place(start, end, before)
    role = found.role or find_role(unit, place)
    if found.is_one and not (role in _ONE_NEEDS_ROLE or unit in _ALONE_IS_FINE):
        return None
    sentence = block.text[slice(*block.spans.find_sentence(start))].strip()
    if before and before.unit == unit and before.sentence == sentence:
        role = _share_role(place, before, role)
    return Figure(block.text[start:end], low, high, unit, role, block.at, start, end, sentence)


def _bounded(flat: str, found: _Found) -> tuple[str, int, int, float | None, float | None]:
    """Unit, start, end, low and high with the words about the quantity taken in."""
    unit, start, end, kind = found.unit, found.start, found.end, None
    if bounded := find_bound_before(flat, start):
        kind, start = bounded
    if unit == "kilometre" and (rate := _RATE_BEFORE.search(flat, max(0, start - 8), start)):
        unit, start = "kilometre per hour", rate.start()
    if unit == "celsius":
        start, found = _chill(flat, start, found)
    if behind := find_bound_after(flat, end):
        kind, end = behind
    if kind == "above" and unit in _TIMES and flat.startswith("over", start):  # over two years: during them
        kind, start = None, found.start
    low, high = bound(found.low, found.high, kind)
    return unit, start, end, _rounded(low), _rounded(high)


def _chill(flat: str, start: int, found: _Found) -> tuple[int, _Found]:
    if found.low >= 0 and (cold := _COLD.search(flat, max(0, start - 6), start)):  # 零下5至10度
        return cold.start(), replace(found, low=-found.high, high=-found.low)
    if named := _CELSIUS_BEFORE.search(flat, max(0, start - 2), start):
        return named.start(), found
    return start, found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


_AMONG = re.compile("among them|including|包括|其中有")
_AND = frozenset(["和", "及", "以及", "and"])


def _share_role(place: Place, before: Figure, role: str | None) -> str | None:
    """Among 14 killed, five children; 载有152名乘客和8名船员: the part has the role of the whole."""
    if before.unit == "person" and before.role and place.left.strip() in _AND:
        return before.role
    return before.role if role is None and _AMONG.search(place.left) else role


_TIMES = frozenset(["second", "hour", "day", "month"])
