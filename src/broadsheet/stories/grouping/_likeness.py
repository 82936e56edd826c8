"""How like an article, or an event, is to the events of the window.

An event is the sum of its reports, each of length ``UNIT``. Of it we know its direction (the running centroid) and its
``cohesion``: how like its own reports are to each other on average. Something belongs to it when it points in its
direction, and is not much less like its reports than these are like each other. The second is what keeps apart two
fires, or two matches of one team, whatever a threshold may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories.grouping._terms import BRIDGE

UNIT = 4096
"""The length of an article: weights are whole numbers, so that their sums are the same in any order."""

Codes = NDArray[np.uint32]
Ints = NDArray[np.int64]

_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """What decides. Likenesses are cosines between articles in a script of character pairs.

    ``event``: from this likeness on, something belongs to an event. ``story``: from this on, an event belongs to the
    story of another. ``share`` and ``story_share``: how like, at least, compared with how like the reports of an event
    are to each other. ``share_of_one`` and ``share_of_many``: the same for two events to be one, where one of them is a
    single report, and where both have more, so that how like these are to each other is known and not supposed.
    ``cohesion``: what is taken for that of an event of one report, and weighs as one pair of reports. ``spaced``: by
    how much reports in words are more like each other than those in character pairs, half of which are no words.
    ``bare``: by how much the cohesion taken for headlines without a text is higher, and what ties them to a story,
    since their few terms are the weighty ones. ``bridged``: from this likeness in declared names alone, and with
    ``least_bridged`` of them shared, reports in two kinds of script are of one story. ``fade_s``: the time in which
    likeness falls to about a third.
    """

    event: float = 0.14
    story: float = 0.09
    share: float = 0.72
    story_share: float = 0.35
    share_of_one: float = 0.8
    share_of_many: float = 0.9
    cohesion: float = 0.08
    spaced: float = 2.6
    bare: float = 1.6
    bridged: float = 0.7
    least_bridged: int = 3
    fade_s: float = 7 * _DAY_S


@dataclass(slots=True)
class Event:
    """What is known of an event in the window. ``codes`` are ordered.

    ``bare`` of its ``size`` reports are a headline alone. ``gauges`` adds up, for each report, how much more alike than
    texts in character pairs those in its script are.
    """

    story: int
    first_s: int
    last_s: int
    size: int
    bare: int
    gauges: float
    codes: Codes
    weights: NDArray[np.int32]
    square: int
    length: float = field(init=False)
    _cohesion: float = field(init=False, default=-1.0)

    def __post_init__(self) -> None:
        self.length = sqrt(self.square)

    def cohesion(self, tuning: Tuning) -> float:
        """The mean likeness of its reports to each other, the prior counted as one more pair."""
        if self._cohesion < 0:
            pairs = self.size * (self.size - 1) / 2
            alike = (self.square / (UNIT * UNIT) - self.size) / 2
            prior = tuning.cohesion * (self.gauges + (tuning.bare - 1.0) * self.bare) / self.size
            self._cohesion = (prior + max(alike, 0.0)) / (1 + pairs)
        return self._cohesion


def dots(codes: Codes, weights: NDArray[np.int32], events: Sequence[Event]) -> list[int]:
    """The scalar products of one vector with those of ``events``, exact. Declared names are left out."""
    theirs = np.concatenate([event.codes for event in events])
    amounts = np.concatenate([event.weights for event in events]).astype(np.int64)
    places = np.searchsorted(codes, theirs)
    places[places == len(codes)] = 0
    counts = (codes[places] == theirs) & (theirs < BRIDGE)
    products = np.where(counts, weights[places] * amounts, 0)
    starts = np.cumsum([0, *(len(event.codes) for event in events[:-1])])
    return [int(dot) for dot in np.add.reduceat(products, starts)]


def square(codes: Codes, weights: Ints) -> int:
    """The scalar product of a vector with itself, at least 1. Declared names are left out."""
    own = weights[: np.searchsorted(codes, BRIDGE)]
    return max(int((own * own).sum()), 1)


def fade(gap_s: int, tuning: Tuning) -> float:
    """What is left of likeness after a gap; about e to the minus gap."""
    gap = max(gap_s, 0) / tuning.fade_s
    return 1.0 / (1.0 + gap * (1.0 + gap * (0.5 + gap / 6.0)))


def likeness(one: Event, other: Event, dot: int, tuning: Tuning) -> tuple[float, float]:
    """How like two events are, by direction, and as a share of their cohesions; the first in the measure of pairs."""
    gap_s = max(one.first_s - other.last_s, other.first_s - one.last_s)
    faded = dot * fade(gap_s, tuning)
    gauge = (one.gauges / one.size + other.gauges / other.size) / 2
    direction = faded / (one.length * other.length) / gauge
    mean = faded / (UNIT * UNIT) / (one.size * other.size)
    return direction, mean / sqrt(one.cohesion(tuning) * other.cohesion(tuning))


def bridged_likeness(one: Event, other: Event, tuning: Tuning) -> float:
    """How like two events in different kinds of script are in declared names alone; 0 where too few are shared."""
    if abs(one.gauges / one.size - other.gauges / other.size) < (tuning.spaced - 1.0) / 2:
        return 0.0
    mine, theirs = np.searchsorted(one.codes, BRIDGE), np.searchsorted(other.codes, BRIDGE)
    _, here, there = np.intersect1d(one.codes[mine:], other.codes[theirs:], assume_unique=True, return_indices=True)
    if len(here) < tuning.least_bridged:
        return 0.0
    a, b = one.weights[mine:].astype(np.int64), other.weights[theirs:].astype(np.int64)
    lengths = sqrt(int((a * a).sum())) * sqrt(int((b * b).sum()))
    faded: float = int((a[here] * b[there]).sum()) / lengths * fade(one.first_s - other.last_s, tuning)
    return faded
