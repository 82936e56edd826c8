"""What keeps an archive from its work, since when, and of what its owner is told now. Pure: what is known goes in.

``find_troubles`` says what is wrong; ``judge`` compares it with what was noticed before. A trouble is told once when it
begins, again at long intervals while it lasts, and once when it ends, whatever the number of looks in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Final, get_args

from broadsheet.addresses.networks import redact
from broadsheet.model import (
    FeedState,
    RemoteFailure,
    RunEnd,
    Trouble,
    TroubleCase,
    TroubleKind,
    Vigil,
    is_believable,
    shift,
)
from broadsheet.policy.manners import DAY_S
from broadsheet.policy.rhythm import patience_s

MISSED: Final = 3
"""Periods without a run after which somebody is told: one may be late, two may be a restart."""
RUNS_KEPT: Final = 20
PAST_KEPT: Final = 200
UNFINISHED: Final = "unfinished"
"""The reason of a run that began and of which no end is known."""
FILES: Final = "files"
"""The reason of a disk that has room for bytes, but for no more files."""
_LEAST_PERIOD_S: Final = 3600.0
"""What is learnt from runs is never a shorter period than this: runs by hand come in twos and threes."""
_UNKNOWN_PERIOD_S: Final = DAY_S
_LEAST_FILES: Final = 50_000
"""A day of a large archive: documents, pictures, and what they are written through."""
_RELIEF: Final = 1.1
"""A disk is well again at this much more than what it was too full at, so that it is not told of back and forth."""


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When somebody is told. ``every_s`` None: the period of runs is learnt from them."""

    every_s: float | None = None
    feed_after_s: float = 3 * DAY_S
    outlet_after_s: float = 3 * DAY_S
    remote_after_s: float = 6 * 3600.0
    disk_free: int = 1_000_000_000
    disk_days: float = 30.0
    repeat_s: float = 7 * DAY_S


@dataclass(frozen=True, slots=True)
class Disk:
    """Room on the archive's disk; ``files`` is how many more there may be, None where that has no bound."""

    free: int
    files: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look at an archive saw at ``now``. None: could not be told, so that nothing begins or ends by it.

    ``remotes`` are the names of those that are set; how they fare is remembered (``Vigil.remotes``).
    """

    now: datetime
    feeds: tuple[FeedState, ...] | None = None
    shown: dict[str, str] = field(default_factory=dict)
    """The address of a feed -> as people may see it."""
    remotes: tuple[str, ...] | None = None
    disk: Disk | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be told now. All of it stands in ``vigil`` as told."""

    vigil: Vigil
    begun: tuple[TroubleCase, ...] = ()
    reminded: tuple[TroubleCase, ...] = ()
    ended: tuple[TroubleCase, ...] = ()


# -- runs --------------------------------------------------------------------------------------------------------------


def period_s(vigil: Vigil, rules: AlertRules) -> float:
    """How often a run is to be expected: as set, else the usual time between those that are remembered, else a day."""
    if rules.every_s is not None:
        return rules.every_s
    gaps = [(later.began - earlier.began).total_seconds() for earlier, later in pairwise(vigil.runs)]
    return max(median(gaps), _LEAST_PERIOD_S) if len(gaps) > 1 else _UNKNOWN_PERIOD_S


def find_last_run(vigil: Vigil, now: datetime) -> RunEnd | None:
    """The last run that went well and that did not end in a time to come."""
    return next((run for run in reversed(vigil.runs) if not run.reason and is_believable(run.ended, now)), None)


def find_overdue(vigil: Vigil, now: datetime, rules: AlertRules) -> Trouble | None:
    """The trouble that no run came for three periods.

    A run under way is a sign of life once, however long it takes; one that never ends, or one after the other that is
    killed, is not.
    """
    last, usual_s = find_last_run(vigil, now), period_s(vigil, rules)
    since = last.ended if last else vigil.began
    if since is None:
        return None
    sign = since
    if len(vigil.unfinished) == 1 and is_believable(vigil.unfinished[0], now):
        sign = max(since, vigil.unfinished[0])
    if (now - sign).total_seconds() <= MISSED * usual_s:
        return None
    reason = UNFINISHED if vigil.unfinished else vigil.runs[-1].reason if vigil.runs else ""
    return Trouble("run", since, reason=reason, usual_s=usual_s)


def begin_run(vigil: Vigil, now: datetime) -> Vigil:
    """A run began."""
    return replace(vigil, began=vigil.began or now, unfinished=(*vigil.unfinished, now)[-MISSED:])


def end_run(vigil: Vigil, run: RunEnd) -> Vigil:
    """A run ended, well or not."""
    return replace(vigil, began=vigil.began or run.began, unfinished=(), runs=(*vigil.runs, run)[-RUNS_KEPT:])


# -- the other troubles ------------------------------------------------------------------------------------------------


def find_troubles(vigil: Vigil, seen: Sighting, rules: AlertRules) -> tuple[Trouble, ...]:
    """Everything that is wrong, what costs most first."""
    overdue = find_overdue(vigil, seen.now, rules)
    return tuple(
        sorted(
            (*filter(None, [overdue, _disk(vigil, seen, rules)]), *_remotes(vigil, seen, rules),
             *_feeds(seen, rules), *_outlets(seen, rules)),
            key=lambda one: (get_args(TroubleKind).index(one.kind), one.since, one.place),
        )
    )  # fmt: skip


def _disk(vigil: Vigil, seen: Sighting, rules: AlertRules) -> Trouble | None:
    if seen.disk is None:
        return None
    is_open = any(case.trouble.kind == "disk" for case in vigil.open)
    margin = _RELIEF if is_open else 1.0
    if seen.disk.files is not None and seen.disk.files < _LEAST_FILES * margin:
        return Trouble("disk", seen.now, reason=FILES, free=seen.disk.files, need=_LEAST_FILES)
    growth = vigil.growth.bytes_a_day * rules.disk_days if vigil.growth else 0
    need = round(max(rules.disk_free, growth))
    return Trouble("disk", seen.now, free=seen.disk.free, need=need) if seen.disk.free < need * margin else None


def _remotes(vigil: Vigil, seen: Sighting, rules: AlertRules) -> Iterator[Trouble]:
    """Remotes that fail: judged at the last try, since one that nobody asked has refused nothing meanwhile."""
    for failure in vigil.remotes:
        lasts_s = (failure.last - failure.since).total_seconds()
        if failure.remote in (seen.remotes or ()) and lasts_s >= rules.remote_after_s:
            yield Trouble("remote", failure.since, failure.remote, failure.reason)


def _feeds(seen: Sighting, rules: AlertRules) -> Iterator[Trouble]:
    for state in seen.feeds or ():
        since = state.first_failure
        if since is None:
            continue
        lasts_s = ((state.last_polled or since) - since).total_seconds()
        if state.status == "dormant" or lasts_s >= rules.feed_after_s:
            reason, message = state.last_error or ("error", "")
            bare = message.removeprefix(f"{redact(state.address)}: ")  # which may hold a key
            yield Trouble("feed", since, seen.shown.get(state.url, state.url), bare or reason)


def _outlets(seen: Sighting, rules: AlertRules) -> Iterator[Trouble]:
    """Outlets whose feeds answer and bring nothing new for longer than the outlet's own habit.

    Judged at the last answer: nobody is silent while nobody listens.
    """
    by_outlet: dict[str, list[FeedState]] = {}
    for state in seen.feeds or ():
        by_outlet.setdefault(state.outlet, []).append(state)
    for outlet, states in by_outlet.items():
        heard = max((state.last_success for state in states if state.last_success), default=None)
        newest = max((state.recent[-1] for state in states if state.recent), default=None)
        if heard is None or newest is None:
            continue
        limit_s = min(patience_s(state.recent, rules.outlet_after_s) for state in states if state.recent)
        if (heard - newest).total_seconds() > limit_s:
            yield Trouble("outlet", newest, outlet, usual_s=limit_s)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an archive stands at a moment: when it last ran, how often it should, and what is wrong.

    ``every_s`` is 0 where nothing tells how often; ``past`` is what is over, the latest first.
    """

    last_run: datetime | None = None
    every_s: float = 0.0
    is_overdue: bool = False
    open: tuple[TroubleCase, ...] = ()
    past: tuple[TroubleCase, ...] = ()


def outlook(vigil: Vigil, now: datetime, rules: AlertRules) -> Outlook:
    """What is remembered, and whether a run is overdue at this very moment: nobody may have been there to notice."""
    last, overdue = find_last_run(vigil, now), find_overdue(vigil, now, rules)
    knows_period = rules.every_s is not None or len(vigil.runs) > 2
    open_ = vigil.open
    if overdue and all(case.trouble.kind != "run" for case in open_):
        open_ = (TroubleCase(overdue, now), *open_)
    return Outlook(
        last_run=last.ended if last else None,
        every_s=period_s(vigil, rules) if knows_period else 0.0,
        is_overdue=overdue is not None,
        open=open_,
        past=vigil.past[::-1],
    )


# -- what is told ------------------------------------------------------------------------------------------------------


def judge(vigil: Vigil, seen: Sighting, rules: AlertRules, *, can_tell: bool = True) -> Verdict:
    """What is to be told now, and what is to be remembered of it.

    Without anybody to tell (``can_tell``), troubles are noted and told once there is somebody.
    """
    now = seen.now
    found = {trouble.key: trouble for trouble in find_troubles(vigil, seen, rules)}
    open_: list[TroubleCase] = []
    ended: list[TroubleCase] = []
    for case in vigil.open:
        trouble = found.pop(case.trouble.key, None)
        if trouble is not None:
            open_.append(replace(case, trouble=replace(trouble, since=case.trouble.since)))
        elif _is_unknown(case.trouble.kind, seen):
            open_.append(case)
        else:
            how = "well" if _is_watched(case.trouble, seen) else "gone"
            ended.append(replace(case, ended=max(now, case.noticed), how=how))
    open_ += (TroubleCase(trouble, now) for trouble in found.values())
    begun = [case for case in open_ if can_tell and case.told is None]
    reminded = [case for case in open_ if case.told is not None and can_tell and _is_due(case.told, now, rules)]
    told = {case.trouble.key for case in (*begun, *reminded)}
    after = replace(
        vigil,
        began=vigil.began or now,
        open=tuple(replace(case, told=now) if case.trouble.key in told else case for case in open_),
        past=(*vigil.past, *ended)[-PAST_KEPT:],
    )
    return Verdict(after, tuple(begun), tuple(reminded), tuple(case for case in ended if case.told))


def _is_due(told: datetime, now: datetime, rules: AlertRules) -> bool:
    """Whether it is time to say it again; what was told in a time to come, by a wrong clock, counts for nothing."""
    if rules.repeat_s <= 0:
        return False
    return now >= shift(told, rules.repeat_s) or not is_believable(told, now)


def _is_unknown(kind: TroubleKind, seen: Sighting) -> bool:
    sources = {"feed": seen.feeds, "outlet": seen.feeds, "remote": seen.remotes, "disk": seen.disk, "run": True}
    return sources[kind] is None


def _is_watched(trouble: Trouble, seen: Sighting) -> bool:
    """Whether what a trouble was about is still looked after."""
    if trouble.kind == "remote":
        return trouble.place in (seen.remotes or ())
    if trouble.kind == "outlet":
        return trouble.place in {state.outlet for state in seen.feeds or ()}
    if trouble.kind == "feed":
        return trouble.place in {seen.shown.get(state.url, state.url) for state in seen.feeds or ()}
    return True


def note_remotes(vigil: Vigil, outcomes: Iterable[tuple[str, str]], now: datetime) -> Vigil:
    """What came of trying remotes: (name, why it could not be served, empty where it could)."""
    known = {failure.remote: failure for failure in vigil.remotes}
    for remote, reason in outcomes:
        before = known.pop(remote, None)
        if reason:
            since = before.since if before and is_believable(before.since, now) else now
            known[remote] = RemoteFailure(remote, since, now, reason)
    return replace(vigil, remotes=tuple(known.values()))
