"""Articles to events and stories, one pass in the order of publication; nothing placed is ever placed again.

An article is compared with the events of the last days; it joins the one that it is most like, or begins one. Weights
are whole numbers, so that sums are the same in any order and on any machine. An event's reports add up to its centre
(the running centroid, the method that no dearer one beat on small labelled sets).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.stories._frequencies import Frequencies
from broadsheet.stories._state import pack, unpack
from broadsheet.stories._terms import Terms

GROUPER = "1"
"""Raised when the same articles may be placed otherwise than before."""

WINDOW_S = 14 * 86400
"""An event that had no report for so long takes no more."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Ints = NDArray[np.int64]


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


@dataclass(frozen=True, slots=True)
class Tuning:
    """What decides. ``event`` and ``story`` are the least likeness for joining one."""

    event: float = 0.12
    story: float = 0.07
    keep: int = 200
    probe: int = 40
    tau_s: float = 7 * 86400.0


@dataclass(slots=True)
class _Event:
    story: int
    last_s: int
    codes: NDArray[np.uint32]
    weights: _Ints
    norm: float = field(default=1.0)


class Grouper:
    """One pass in canonical order (published, article id)."""

    def __init__(self, state: bytes | None = None, tuning: Tuning | None = None) -> None:
        """Begin anew, or go on from ``state()`` as if never stopped; ValueError for a state of another version."""
        self._tuning = tuning or Tuning()
        self._frequencies = Frequencies()
        self._events: dict[int, _Event] = {}
        self._posted: dict[int, list[int]] = {}
        self._next_event = self._next_story = 0
        if state is not None:
            self._restore(state)

    def add(self, terms: Terms, published: datetime) -> Placement:
        """Place the next article. An instant before the last one's is taken as it is."""
        at_s = (published - _EPOCH) // timedelta(seconds=1)
        self._forget(at_s)
        codes, weights = self._weigh(terms)
        order = np.lexsort((codes, -weights))[: self._tuning.probe]
        probe = [int(code) for code in codes[order]]
        best, likeness = self._find_likest(probe, codes, weights, at_s)
        event = best if best is not None and likeness >= self._tuning.event else None
        if event is None:
            event = self._begin(best if likeness >= self._tuning.story else None, at_s)
        self._join(event, codes, weights, at_s, probe)
        self._frequencies.add(np.frombuffer(terms.codes, "<u4"))
        return Placement(event, self._events[event].story)

    def state(self) -> bytes:
        """Everything needed to go on; only the events of the window, and how common terms are."""
        live = sorted(self._events)
        return pack(
            GROUPER,
            {
                "next": [self._next_event, self._next_story],
                "events": [
                    [n, self._events[n].story, self._events[n].last_s, len(self._events[n].codes)] for n in live
                ],
                "posted": [[code, numbers] for code, numbers in sorted(self._posted.items())],
                "articles": self._frequencies.articles,
            },
            {
                "codes": np.concatenate([self._events[n].codes for n in live] or [np.zeros(0, np.uint32)]),
                "weights": np.concatenate([self._events[n].weights for n in live] or [np.zeros(0, np.int64)]),
                "frequencies": self._frequencies.counts,
            },
        )

    def _restore(self, state: bytes) -> None:
        words, rows = unpack(GROUPER, state)
        self._next_event, self._next_story = words["next"]
        self._frequencies = Frequencies(words["articles"], rows["frequencies"])
        self._posted = {code: list(numbers) for code, numbers in words["posted"]}
        at = 0
        for number, story, last_s, length in words["events"]:
            weights = rows["weights"][at : at + length].copy()
            self._events[number] = _Event(
                story, last_s, rows["codes"][at : at + length].copy(), weights, _norm(weights)
            )
            at += length

    def _forget(self, at_s: int) -> None:
        gone = [number for number, event in self._events.items() if at_s - event.last_s > WINDOW_S]
        for number in gone:
            del self._events[number]
        if gone:
            kept = ((code, [n for n in numbers if n in self._events]) for code, numbers in self._posted.items())
            self._posted = {code: numbers for code, numbers in kept if numbers}

    def _weigh(self, terms: Terms) -> tuple[NDArray[np.uint32], _Ints]:
        codes = np.frombuffer(terms.codes, "<u4")
        heads = np.frombuffer(terms.heads, np.uint8).astype(np.float64)
        bodies = np.frombuffer(terms.bodies, np.uint8).astype(np.float64)
        counts = heads * (3.0 if bodies.any() else 1.0) + bodies
        rarity = self._frequencies.rarity(codes, np.frombuffer(terms.commons, np.uint8))
        weights = np.rint(64.0 * (2.0 - 1.0 / counts) * rarity).astype(np.int64)
        order = np.lexsort((codes, -weights))[: self._tuning.keep]
        order.sort()
        return codes[order], _to_length(weights[order])

    def _find_likest(
        self, probe: list[int], codes: NDArray[np.uint32], weights: _Ints, at_s: int
    ) -> tuple[int | None, float]:
        hits: dict[int, int] = {}
        by_code = dict(zip(codes.tolist(), weights.tolist(), strict=True))
        for code in probe:
            for number in self._posted.get(code, ()):
                hits[number] = hits.get(number, 0) + by_code[code] ** 2
        best, likeness = None, 0.0
        norm = _norm(weights)
        for number in sorted(hits, key=lambda n: (-hits[n], n))[:25]:
            event = self._events[number]
            _, mine, theirs = np.intersect1d(codes, event.codes, assume_unique=True, return_indices=True)
            shared = int((weights[mine] * event.weights[theirs]).sum())
            score = shared / (norm * event.norm) / (1.0 + max(at_s - event.last_s, 0) / self._tuning.tau_s)
            if score > likeness:
                best, likeness = number, score
        return best, likeness

    def _begin(self, of: int | None, at_s: int) -> int:
        number, self._next_event = self._next_event, self._next_event + 1
        if of is None:
            story, self._next_story = self._next_story, self._next_story + 1
        else:
            story = self._events[of].story
        self._events[number] = _Event(story, at_s, np.zeros(0, np.uint32), np.zeros(0, np.int64))
        return number

    def _join(self, number: int, codes: NDArray[np.uint32], weights: _Ints, at_s: int, probe: list[int]) -> None:
        event = self._events[number]
        merged, places = np.unique(np.concatenate([event.codes, codes]), return_inverse=True)
        sums = np.zeros(len(merged), np.int64)
        np.add.at(sums, places, np.concatenate([event.weights, weights]))
        order = np.lexsort((merged, -sums))[: 2 * self._tuning.keep]
        order.sort()
        event.codes, event.weights = merged[order], sums[order]
        event.norm, event.last_s = _norm(event.weights), max(event.last_s, at_s)
        for code in probe:
            numbers = self._posted.setdefault(code, [])
            if number not in numbers:
                numbers.append(number)


def story_id(first_article_id: str) -> str:
    """A story's name, from its first article: 12 hexadecimal digits of SHA-256."""
    return hashlib.sha256(first_article_id.encode()).hexdigest()[:12]


def _norm(weights: _Ints) -> float:
    return math.sqrt(max(int((weights * weights).sum()), 1))


def _to_length(weights: _Ints) -> _Ints:
    """Every article weighs the same, however long."""
    length: Any = np.rint(weights * (4096.0 / _norm(weights)))
    scaled: _Ints = length.astype(np.int64)
    return scaled
