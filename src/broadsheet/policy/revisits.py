"""When an article is looked at again, and what follows from each look: pure decisions.

Most edits come within a day of publication, so the rungs of the ladder stand close at first and far apart later. They
count from when we first had the article, and those of a shorter ladder from its newest edit. Each article has one next
look: rungs that passed unused, since nothing ran or a host's budget was spent, fall into it together. All jitter comes
from ``chance``, a number in [0, 1) drawn by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broadsheet.model import LONGEST_WAIT_S, LookState, Revision, Waiting, shift
from broadsheet.policy.pacing import host_key

HOUR_S: Final = 3600.0
DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tunables of looking again. Durations are seconds; rungs are ages, rising."""

    rungs_s: tuple[float, ...] = (
        *(hours * HOUR_S for hours in (0.5, 1, 2, 4, 8, 16)),
        *(days * DAY_S for days in (1, 2, 4, 7, 14, 30)),
    )
    """Ages of an article, since we first had it, at which it is looked at."""
    after_edit_s: tuple[float, ...] = tuple(hours * HOUR_S for hours in (0.5, 1, 2, 4, 8, 24))
    """Ages of an edit at which its article is looked at as well: one edit is seldom alone."""
    per_host_hour: int = 120
    """Looks that one host gets in any hour, at most."""
    old_share: float = 0.25
    """The part of a host's looks that goes to those due longest, so that the young never keep out the old."""
    near_share: float = 0.25
    """A look this near before a rung, as a share of the step up to it, counts as the look of that rung."""
    jitter_share: float = 0.1
    """Every wait grows by up to this share, by chance …"""
    jitter_most_s: float = 6 * HOUR_S
    """… and by this at most."""
    waiting_s: float = 600.0
    """A text that may be one of two shown by turns is looked at again after this."""
    stays_looks: int = 3
    """A text that came back by turns is kept after all when it was seen in this many looks in a row …"""
    stays_s: float = DAY_S
    """… over this time."""
    strike_gap_s: float = HOUR_S
    """A page has vanished when two looks at least this far apart found it missing."""
    vanished_first_s: float = DAY_S
    """A vanished page is looked for after this, then after ever longer waits …"""
    vanished_most_s: float = 30 * DAY_S
    """… up to this …"""
    vanished_for_s: float = 365 * DAY_S
    """… and for this long."""
    retry_s: float = 1800.0
    """The wait after a look that brought no answer; doubles with each further one, up to a day …"""
    retries: int = 4
    """… and is shortened to no rung any more after this many."""
    full_every_s: float = 7 * DAY_S
    """After this time without a whole page we ask without conditions: some servers answer 304 for ever."""


DEFAULT: Final = Ladder()

_TRIED: Final = 8
"""How many texts on trial are remembered of one article."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which articles are looked at now, and which are done although nobody got to their last rungs."""

    chosen: tuple[LookState, ...]
    over: tuple[LookState, ...] = ()


def next_rung(state: LookState, now: datetime, ladder: Ladder, chance: float = 0.0) -> datetime | None:
    """When the article is looked at after ``now``, by its ladder alone; None past the last rung."""
    if state.vanished is not None:
        return _next_search(state.vanished, now, ladder, chance)
    turns = [*_iter_turns(state.first, ladder.rungs_s, now, ladder)]
    if state.edited is not None:
        turns += _iter_turns(state.edited, ladder.after_edit_s, now, ladder)
    return _jittered(min(turns), now, ladder, chance) if turns else None


def _iter_turns(since: datetime, rungs: Sequence[float], now: datetime, ladder: Ladder) -> Iterable[datetime]:
    """The rungs that are still to come, without one that a look at ``now`` does for.

    What began later than now began by a wrong clock, and counts as beginning now.
    """
    since, before = min(since, now), 0.0
    for rung in rungs:
        turn, near = shift(since, rung), ladder.near_share * (rung - before)
        if turn > shift(now, near):
            yield turn
        before = rung


def _next_search(vanished: datetime, now: datetime, ladder: Ladder, chance: float) -> datetime | None:
    gone_s = (now - vanished).total_seconds()
    if gone_s >= ladder.vanished_for_s:
        return None
    wait = min(max(gone_s, ladder.vanished_first_s), ladder.vanished_most_s)
    return _jittered(shift(now, wait), now, ladder, chance)


def _jittered(turn: datetime, now: datetime, ladder: Ladder, chance: float) -> datetime:
    wait = (turn - now).total_seconds()
    return shift(turn, min(wait * ladder.jitter_share, ladder.jitter_most_s) * chance)


def far_from(now: datetime, ladder: Ladder) -> datetime:
    """No look is ever due later than this: a state that says so comes from a wrong clock."""
    longest = max(LONGEST_WAIT_S, *ladder.rungs_s, *ladder.after_edit_s, ladder.vanished_most_s, 0)
    return shift(now, 1.1 * longest)


def choose(
    due: Iterable[LookState],
    spent: Mapping[str, int],
    now: datetime,
    ladder: Ladder,
    limit: int | None = None,
    *,
    everything: bool = False,
) -> Choice:
    """The looks to do now: the youngest articles of each host first, with a share for those due longest.

    ``spent`` is how often each host was asked for looks in the hour before ``now``. An article whose last rung passed
    longer ago than the whole ladder takes is over, unless ``everything`` is to be looked at.
    """
    by_host: dict[str, list[LookState]] = {}
    over = []
    for state in due:
        if not everything and _is_over(state, now, ladder):
            over.append(state)
        else:
            by_host.setdefault(host_key(state.url), []).append(state)
    chosen: list[LookState] = []
    for host, states in by_host.items():
        room = max(0, ladder.per_host_hour - spent.get(host, 0))
        if len(states) > room:
            old = sorted(states, key=_longest_due)[: int(room * ladder.old_share)]
            kept = {state.article for state in old}
            young = [state for state in sorted(states, key=_youngest) if state.article not in kept]
            states = [*young[: room - len(old)], *old]
        chosen += states
    chosen.sort(key=_youngest)
    return Choice(tuple(chosen[:limit]), tuple(over))


def _youngest(state: LookState) -> tuple[float, str]:
    return -max(state.first, state.edited or state.first).timestamp(), state.article


def _longest_due(state: LookState) -> tuple[float, str]:
    return (state.next_due.timestamp() if state.next_due else 0.0), state.article


def _is_over(state: LookState, now: datetime, ladder: Ladder) -> bool:
    if state.vanished is not None or state.waiting is not None or not ladder.rungs_s:
        return False
    since = max(state.first, state.edited or state.first)
    return (now - since).total_seconds() > 2 * max(ladder.rungs_s[-1], *ladder.after_edit_s, 0.0)


def conditions(state: LookState, now: datetime, ladder: Ladder) -> tuple[tuple[str, str], ...]:
    """The header fields that make a request conditional (RFC 9110, 13.1); none where nothing can be told by them.

    An article in several pages is always asked for whole: its first page says nothing of the others.
    """
    is_fresh = state.last_full is not None and 0 <= (now - state.last_full).total_seconds() < ladder.full_every_s
    if not is_fresh or state.parts or state.waiting or state.vanished or state.body_digest is None:
        return ()
    named = (("If-None-Match", state.etag), ("If-Modified-Since", state.last_modified))
    return tuple((name, value) for name, value in named if value)


def is_same_page(state: LookState, digest: str) -> bool:
    """Whether a page with this digest is the one that the newest text was seen on."""
    return digest == state.body_digest and not state.parts and state.waiting is None


# -- what follows from a look ---------------------------------------------------------------------------------


def after_same(state: LookState, now: datetime, ladder: Ladder, chance: float) -> LookState | None:
    """The newest text was seen once more. None: the ladder is at its end."""
    tried = state.tried
    if state.waiting and state.waiting.digest not in tried:
        tried = (*tried, state.waiting.digest)[-_TRIED:]
    there = replace(_there(state), last_seen=now, waiting=None, tried=tried)
    return _looked(there, now, next_rung(there, now, ladder, chance))


def after_edit(state: LookState, now: datetime, ladder: Ladder, chance: float) -> LookState | None:
    """Another text was kept."""
    there = replace(_there(state), edited=now, last_seen=now, waiting=None)
    return _looked(there, now, next_rung(there, now, ladder, chance))


def after_refusal(state: LookState, now: datetime, ladder: Ladder, chance: float) -> LookState | None:
    """There was a page, and nothing on it that says whether the text is still the same."""
    there = replace(state, failures=0, strikes=0, first_strike=None)
    return _looked(there, now, next_rung(there, now, ladder, chance))


def after_variant(
    state: LookState, waiting: Waiting, now: datetime, ladder: Ladder, chance: float, *, is_soon: bool
) -> LookState | None:
    """A text waits to be seen again: soon, or where it is known from before, or another waited already, at the next
    rung. So a page that shows another picture at every look is not looked at all the time."""
    is_soon = is_soon and (state.waiting is None or state.waiting.digest == waiting.digest)
    there = replace(_there(state), waiting=waiting)
    soon = _jittered(shift(now, ladder.waiting_s), now, ladder, chance)
    return _looked(there, now, soon if is_soon else next_rung(there, now, ladder, chance))


def is_settled(waiting: Waiting, now: datetime, ladder: Ladder, *, is_new: bool) -> bool:
    """Whether a text that waits was seen often enough to be kept: twice where it ``is_new``, else for a whole day."""
    stayed_s = (now - waiting.since).total_seconds()
    if is_new:
        return waiting.looks > 1 and stayed_s >= ladder.waiting_s
    return waiting.looks >= ladder.stays_looks and stayed_s >= ladder.stays_s


def after_failure(
    state: LookState, now: datetime, ladder: Ladder, chance: float, *, wait_s: float | None = None
) -> LookState | None:
    """No answer to go by: nothing is known of the text. Tried again soon a few times, then at the next rung."""
    failures = state.failures + 1
    turn = next_rung(state, now, ladder, chance)
    if failures <= ladder.retries:
        backoff = min(ladder.retry_s * 2 ** (failures - 1), DAY_S)
        soon = _jittered(shift(now, backoff), now, ladder, chance)
        turn = min(turn, soon) if turn else soon
    if turn and wait_s:
        turn = max(turn, shift(now, min(wait_s, LONGEST_WAIT_S)))
    return _looked(replace(state, failures=failures), now, turn)


def after_strike(
    state: LookState, now: datetime, ladder: Ladder, chance: float, *, is_certain: bool = False
) -> tuple[LookState | None, bool]:
    """The page was missing: the state, and whether it has thereby vanished. ``is_certain``: gone for good (410)."""
    first = state.first_strike or now
    struck = replace(state, failures=0, strikes=state.strikes + 1, first_strike=first, waiting=None)
    if struck.vanished is not None:
        return _looked(struck, now, next_rung(struck, now, ladder, chance)), False
    again = shift(first, ladder.strike_gap_s)
    if is_certain or (struck.strikes >= 2 and now >= again):
        gone = replace(struck, vanished=now, etag=None, last_modified=None, body_digest=None)
        return _looked(gone, now, next_rung(gone, now, ladder, chance)), True
    soon = max(again, shift(now, ladder.waiting_s))
    return _looked(struck, now, _jittered(soon, now, ladder, chance)), False


def _there(state: LookState) -> LookState:
    return replace(state, failures=0, strikes=0, first_strike=None, vanished=None)


def _looked(state: LookState, now: datetime, turn: datetime | None) -> LookState | None:
    """The state with its next look. What began later than now began by a wrong clock, and counts from now on."""
    if turn is None:
        return None
    edited = min(state.edited, now) if state.edited else None
    strike = min(state.first_strike, now) if state.first_strike else None
    waiting = replace(state.waiting, since=min(state.waiting.since, now)) if state.waiting else None
    begun = replace(state, first=min(state.first, now), edited=edited, first_strike=strike, waiting=waiting)
    return replace(begun, last_look=now, next_due=turn, decided=now)


# -- what may be looked at ------------------------------------------------------------------------------------


def has_page(line: Revision, *, imported: bool) -> bool:
    """Whether the page of an article, whose newest ledger line is ``line``, is ours to look at: one that we read
    ourselves, or with ``imported`` one that somebody's mirror took the text from."""
    return imported or line.imported is None


_SENTENCE = re.compile(r"(?<=[.!?。！？；;])|\n")
_LETTERS = re.compile(r"[\W_]+")
_STRANGE = 0.25


def is_strange(kept: str, seen: str) -> bool:
    """Whether next to nothing of the text we have stands in the one that a redirect led to: another article."""
    letters = _LETTERS.sub("", seen)
    sentences = [one for part in _SENTENCE.split(kept) if len(one := _LETTERS.sub("", part)) >= 6]
    total = sum(map(len, sentences))
    return total > 0 and sum(len(one) for one in sentences if one in letters) < _STRANGE * total
