"""How a feed fares, in one word and one sentence, for ``broadsheet health``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broadsheet.model import FeedState
from broadsheet.policy.manners import DEFAULT, Manners
from broadsheet.policy.rhythm import patience_s

Level = Literal["ok", "late", "failing", "dormant", "silent"]


@dataclass(frozen=True, slots=True)
class Health:
    """``ok``; ``late`` (no success as planned, not yet alarming); ``failing`` (no success for a day or more);
    ``dormant`` (gone, says its server); ``silent`` (answers, but publishes nothing). ``sentence`` is for people."""

    level: Level
    sentence: str


def health_of(state: FeedState, now: datetime, manners: Manners = DEFAULT) -> Health:
    """The health of one feed at ``now``. Nothing that keeps us from a feed's entries goes unsaid."""
    if state.status == "dormant":
        return Health("dormant", f"gone since {_say(state.first_failure)}, says its server; asked again {_due(state)}")
    if state.first_failure is not None:
        return _in_trouble(state, state.first_failure, now, manners)
    if state.last_polled is None:
        return Health("late", "never asked so far")
    overdue = (now - state.next_due).total_seconds() if state.next_due else 0.0
    if overdue > manners.late_after_s:
        return Health("late", f"due since {_say(state.next_due)}, but nobody polls; is the schedule running?")
    silence = _silence_s(state, now, manners)
    if silence is not None:
        newest = f"its newest entry is of {_say(state.recent[-1])}" if state.recent else "it never had a dated entry"
        return Health("silent", f"answers, but {newest}; next poll {_due(state)}")
    return Health("ok", f"answered {_say(state.last_success)}; next poll {_due(state)}")


def _in_trouble(state: FeedState, since: datetime, now: datetime, manners: Manners) -> Health:
    reason, message = state.last_error or ("error", "")
    lasts = (now - since).total_seconds() >= manners.alert_after_s
    count = state.failures + state.throttled
    times = "once" if count == 1 else f"{count} times in a row"
    since_when = f"no success since {_say(since)}" + (f", {times}" if count else "")
    detail = f": {message}" if message else ""
    return Health(
        "failing" if lasts else "late",
        f"{since_when}; last {reason}{detail}; next try {_due(state)}",
    )


def _silence_s(state: FeedState, now: datetime, manners: Manners) -> float | None:
    """How long nothing has come out, where that is long by the clock and by the feed's own habit; else None."""
    if not state.recent:
        return None if state.listing_digest else 0.0
    silence = (now - state.recent[-1]).total_seconds()
    return silence if silence > patience_s(state.recent, manners.silent_after_s) else None


def _due(state: FeedState) -> str:
    return _say(state.next_due) if state.next_due else "at once"


def _say(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
