"""Articles to events and stories, one pass in the order of publication.

An article is compared with the events of the last days. It joins the one that it is most like, or begins one. An event
that gained a report is compared with the others: so reports that had nothing to tie them are brought together by a
later one. Events that are somewhat alike belong to one story.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories.grouping._frequencies import Frequencies, logarithm
from broadsheet.stories.grouping._likeness import (
    UNIT,
    Codes,
    Event,
    Ints,
    Tuning,
    bridged_likeness,
    dots,
    likeness,
    square,
)
from broadsheet.stories.grouping._postings import Postings
from broadsheet.stories.grouping._state import pack, unpack
from broadsheet.stories.grouping._terms import COMMON, NAME, SPACED, Terms

GROUPER = "2"
"""Raised when the same articles may be placed otherwise than before."""

WINDOW_S = 14 * 86400
"""An event that had no report for so long takes no more."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT = 128
"""So many terms of an article count: those that weigh most."""
_KEPT_OF_EVENT = 384
_PROBED = 32
"""So many of them are looked up."""
_COMPARED = 12
"""So many events are compared in full."""
_HEADLINE = 2
"""A word of the headline counts as so many of the text."""
_NAME = 2.0
_COUNTS = 1.0 + 0.69314718 * logarithm(np.arange(1024, dtype=np.float64))
"""How much a term weighs that occurs so often: one and the natural logarithm."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs: the event it reports, and the story that the event is part of.

    Both are numbers in the order of creation, from 0. What is placed together stays together. But an article may show
    that two events, or two stories, are one: ``merged_events`` and ``merged_stories`` hold pairs (gone, kept), to be
    carried out in their order: whatever was placed under ``gone`` belongs to ``kept`` (always the older number) from
    now on, and ``gone`` is never given again. ``event`` and ``story`` are numbers after that.
    """

    event: int
    story: int
    merged_events: tuple[tuple[int, int], ...] = ()
    merged_stories: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class _Merges:
    events: list[tuple[int, int]] = field(default_factory=list)
    stories: list[tuple[int, int]] = field(default_factory=list)


class Grouper:
    """One pass in canonical order (published, article id)."""

    def __init__(self, state: bytes | None = None, tuning: Tuning | None = None) -> None:
        """Begin anew, or go on from ``state()`` as if never stopped; ValueError for a state of another version."""
        self._tuning = tuning or Tuning()
        self._frequencies = Frequencies()
        self._postings = Postings()
        self._events: dict[int, Event] = {}  # in the order of their last reports
        self._next_event = self._next_story = 0
        if state is not None:
            self._restore(state)

    def add(self, terms: Terms, published: datetime) -> Placement:
        """Place the next article. An instant before that of the article before is taken for what it says."""
        at_s = (published - _EPOCH) // timedelta(seconds=1)
        self._forget(at_s)
        alone = self._weigh(terms, at_s)
        number, story = self._find_place(alone)
        merges = _Merges()
        all_codes = np.frombuffer(terms.codes, "<u4")
        if number is None:
            number = self._begin(alone, story)
            self._frequencies.add(all_codes, is_new=True)
        else:
            self._frequencies.add(np.setdiff1d(all_codes, self._events[number].codes, assume_unique=True), is_new=False)
            self._put(number, _together(self._events[number], alone))
            number = self._merge(number, merges)
        return Placement(number, self._events[number].story, tuple(merges.events), tuple(merges.stories))

    def _forget(self, at_s: int) -> None:
        gone = []
        for number, event in self._events.items():
            if at_s - event.last_s <= WINDOW_S:
                break
            gone.append(number)
        for number in gone:
            del self._events[number]

    def _weigh(self, terms: Terms, at_s: int) -> Event:
        """The article as an event of its own, which has no story yet."""
        codes = np.frombuffer(terms.codes, "<u4").astype(np.uint32)
        heads, bodies = np.frombuffer(terms.heads, np.uint8), np.frombuffer(terms.bodies, np.uint8)
        kinds = np.frombuffer(terms.kinds, np.uint8)
        counts = heads.astype(np.int64) * _HEADLINE + bodies if bodies.any() else heads.astype(np.int64)
        rarity = self._frequencies.rarity(codes, kinds & COMMON)
        told = _COUNTS[counts] * rarity * np.sqrt(rarity) * np.where(kinds & NAME, _NAME, 1.0)
        weights = np.rint(64.0 * told).astype(np.int64)
        kept = np.sort(_weightiest(codes, weights, _KEPT))
        codes, weights, kinds = codes[kept], weights[kept], kinds[kept]
        squares = weights * weights
        whole = square(codes, weights)
        spaced = int(squares[(kinds & SPACED) > 0].sum()) / whole
        units = np.rint(weights * (UNIT / sqrt(whole))).astype(np.int32)
        gauge = 1.0 + (self._tuning.spaced - 1.0) * spaced
        return Event(
            -1, at_s, at_s, 1, int(not bodies.any()), gauge, codes, units, square(codes, units.astype(np.int64))
        )

    def _find_like(self, of: Event, but: int | None = None) -> list[tuple[float, float, int]]:
        """The events most like ``of``: likeness, share of cohesion, number; the most like first."""
        weights = of.weights.astype(np.int64)
        probed = _weightiest(of.codes, weights, _PROBED)
        found = self._postings.find(of.codes[probed], weights[probed])
        there = (number for number in found.tolist() if number in self._events and number != but)
        numbers = list(islice(there, _COMPARED))
        if not numbers:
            return []
        events = [self._events[number] for number in numbers]
        like = [
            (*likeness(of, event, dot, self._tuning), number)
            for number, event, dot in zip(numbers, events, dots(of.codes, of.weights, events), strict=True)
        ]
        return sorted(like, key=lambda one: (-one[0], one[2]))

    def _find_place(self, alone: Event) -> tuple[int | None, int | None]:
        """The event that an article belongs to; else, perhaps, the story."""
        tuning, story = self._tuning, None
        like = self._find_like(alone)
        least = tuning.bare if alone.bare else 1.0
        for cosine, share, number in like:
            if cosine >= tuning.event and share >= tuning.share:
                return number, None
            if story is None and cosine >= least * tuning.story and share >= least * tuning.story_share:
                story = self._events[number].story
        if story is None:
            story = self._find_story_abroad(alone, [number for _, _, number in like])
        return None, story

    def _find_story_abroad(self, alone: Event, numbers: Sequence[int]) -> int | None:
        """The story of an event told in another kind of script, by declared names."""
        like = [(bridged_likeness(alone, self._events[number], self._tuning), -number) for number in numbers]
        best, number = max(like, default=(0.0, 0))
        return self._events[-number].story if best >= self._tuning.bridged else None

    def _begin(self, alone: Event, story: int | None) -> int:
        number, self._next_event = self._next_event, self._next_event + 1
        if story is None:
            story, self._next_story = self._next_story, self._next_story + 1
        alone.story = story
        self._put(number, alone)
        return number

    def _put(self, number: int, event: Event) -> None:
        self._events.pop(number, None)
        self._events[number] = event
        probed = _weightiest(event.codes, event.weights.astype(np.int64), _PROBED)
        self._postings.post(event.codes[probed], number)

    def _merge(self, number: int, merges: _Merges) -> int:
        """Bring in other events as long as there are such; returns the number kept."""
        while True:
            other = self._find_same(number)
            if other is None:
                return number
            kept, gone = min(number, other), max(number, other)
            merges.events.append((gone, kept))
            self._merge_stories(self._events[kept].story, self._events[gone].story, merges)
            joined = _together(self._events[kept], self._events[gone])
            del self._events[gone]
            self._put(kept, joined)
            number = kept

    def _find_same(self, number: int) -> int | None:
        """Another event that is the same one."""
        tuning, size = self._tuning, self._events[number].size
        for cosine, share, other in self._find_like(self._events[number], but=number):
            is_single = min(size, self._events[other].size) == 1
            if cosine >= tuning.event and share >= (tuning.share_of_one if is_single else tuning.share_of_many):
                return other
        return None

    def _merge_stories(self, one: int, other: int, merges: _Merges) -> None:
        if one == other:
            return
        kept, gone = min(one, other), max(one, other)
        merges.stories.append((gone, kept))
        for event in self._events.values():
            if event.story == gone:
                event.story = kept

    # -- state -----------------------------------------------------------------------------------------------

    def state(self) -> bytes:
        """Everything needed to go on: the events of the window, where they are posted, how common terms are."""
        events = list(self._events.values())
        used = np.flatnonzero(self._frequencies.counts).astype(np.uint32)
        return pack(
            GROUPER,
            {
                "next": [self._next_event, self._next_story],
                "counted": self._frequencies.events,
                "gauges": [event.gauges for event in events],
            },
            {
                "heads": np.array([_head(number, event) for number, event in self._events.items()], np.int64).reshape(
                    -1
                ),
                "codes": _row([event.codes for event in events], np.uint32),
                "weights": _row([event.weights for event in events], np.int32),
                "used": used,
                "counts": self._frequencies.counts[used],
                **self._postings.rows(),
            },
            rising=("codes", "used", "rows", "numbers"),
        )

    def _restore(self, state: bytes) -> None:
        words, rows = unpack(GROUPER, state)
        self._next_event, self._next_story = words["next"]
        counts = self._frequencies.counts
        counts[rows["used"]] = rows["counts"]
        self._frequencies = Frequencies(words["counted"], counts)
        self._postings.restore(rows["rows"], rows["numbers"], rows["next"])
        at = 0
        for head, gauges in zip(rows["heads"].reshape(-1, 7).tolist(), words["gauges"], strict=True):
            number, story, first_s, last_s, size, bare, length = head
            codes, weights = rows["codes"][at : at + length].copy(), rows["weights"][at : at + length].copy()
            self._events[number] = Event(
                story, first_s, last_s, size, bare, gauges, codes, weights, square(codes, weights.astype(np.int64))
            )
            at += length


def story_id(first_article_id: str) -> str:
    """A story's name, from its first article: 12 hexadecimal digits of SHA-256."""
    return hashlib.sha256(first_article_id.encode()).hexdigest()[:12]


def _head(number: int, event: Event) -> tuple[int, ...]:
    return number, event.story, event.first_s, event.last_s, event.size, event.bare, len(event.codes)


def _row(parts: Sequence[NDArray[np.uint32]] | Sequence[NDArray[np.int32]], kind: type) -> NDArray[np.int64]:
    row: NDArray[np.int64] = np.concatenate([np.zeros(0, kind), *parts])
    return row


def _weightiest(codes: Codes, weights: Ints, most: int) -> NDArray[np.intp]:
    """Where the terms stand that weigh most, the weightiest first; of two that weigh the same, the lower code."""
    return np.argsort(codes - (weights << 32))[:most]


def _together(one: Event, other: Event) -> Event:
    """Two events as one, in the story of the first."""
    codes: Codes
    codes, places = np.unique(np.concatenate([one.codes, other.codes]), return_inverse=True)
    sums = np.zeros(len(codes), np.int64)
    np.add.at(sums, places.reshape(-1), np.concatenate([one.weights, other.weights]))
    if len(codes) > _KEPT_OF_EVENT:
        kept = np.sort(_weightiest(codes, sums, _KEPT_OF_EVENT))
        codes, sums = codes[kept], sums[kept]
    weights = sums.astype(np.int32)
    return Event(
        story=one.story,
        first_s=min(one.first_s, other.first_s),
        last_s=max(one.last_s, other.last_s),
        size=one.size + other.size,
        bare=one.bare + other.bare,
        gauges=one.gauges + other.gauges,
        codes=codes,
        weights=weights,
        square=square(codes, sums),
    )
