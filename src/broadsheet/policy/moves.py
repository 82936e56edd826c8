"""Permanent redirects: believed after several confirmations, written in a log, taken back when they prove wrong.

RFC 9110, 15.4.2 and 15.4.9: 301 and 308 ask that the new address be used from now on. Captive portals, expired
domains and slips of a configuration say so too, therefore the delay and the way back. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from broadsheet.model import Capture, Failure, FeedState, Move
from broadsheet.policy.manners import DEFAULT, Manners

MoveReason = Literal["redirect", "back", "undone"]

_PERMANENT: Final = (301, 308)
_LOG_KEPT: Final = 16


def find_permanent_target(capture: Capture) -> str | None:
    """Where the unbroken run of permanent redirects from the asked address leads, or None.

    A temporary redirect ends the run, for what stands behind it may differ tomorrow. A step from https down to
    http is followed by no one's wish but the network's, and not believed.
    """
    target = capture.url
    for hop in capture.hops:
        if hop.status not in _PERMANENT:
            break
        try:
            following = urldefrag(urljoin(target, hop.location)).url
            schemes = (urlsplit(target).scheme, urlsplit(following).scheme)
        except ValueError:
            break
        if schemes[1] not in ("http", "https") or schemes == ("https", "http"):
            break
        target = following
    return target if target != capture.url else None


def final_address(failure: Failure) -> str:
    """The address that gave the answer which the fetcher made a failure: where its redirects had led."""
    url = failure.url
    for hop in failure.hops:
        try:
            url = urljoin(url, hop.location)
        except ValueError:
            break
    return url


def after_hops(state: FeedState, capture: Capture, now: datetime, manners: Manners = DEFAULT) -> FeedState:
    """What a good answer's redirects mean for the address: one more confirmation, a move, a way back, or nothing.

    A feed configured with a password in its address stays there: no redirect names the password.
    """
    if "@" in state.url.partition("://")[2].partition("/")[0]:
        return state
    target = find_permanent_target(capture)
    if state.current_url and capture.url == state.url:
        if target == state.current_url:
            return _without_count(state)
        state = _moved(state, None, now, "back")
    if target is None or target == state.address or _was_undone(state, target):
        return _without_count(state)
    if target != state.moved_to or state.moved_first is None:
        state = replace(state, moved_to=target, moved_seen=1, moved_first=now)
    else:
        state = replace(state, moved_seen=state.moved_seen + 1)
    first = state.moved_first or now
    confirmed = state.moved_seen >= manners.moved_confirmations
    if confirmed and (now - first).total_seconds() >= manners.moved_over_s:
        return _moved(state, None if target == state.url else target, now, "redirect")
    return state


def undo_move(state: FeedState, now: datetime) -> FeedState:
    """Take the latest move back by a person's wish; the same move is not made again. No move, no change."""
    if state.current_url is None:
        return state
    earlier = next(
        (m.before for m in reversed(state.moved_log) if m.after == state.current_url and m.why == "redirect"),
        state.url,
    )
    state = _moved(state, None if earlier == state.url else earlier, now, "undone")
    return replace(state, etag=None, last_modified=None, next_due=now)


def _without_count(state: FeedState) -> FeedState:
    if state.moved_to is None:
        return state
    return replace(state, moved_to=None, moved_seen=0, moved_first=None)


def _moved(state: FeedState, target: str | None, now: datetime, why: MoveReason) -> FeedState:
    move = Move(now, state.address, target or state.url, why)
    return replace(
        state,
        current_url=target,
        moved_to=None,
        moved_seen=0,
        moved_first=None,
        moved_log=(*state.moved_log, move)[-_LOG_KEPT:],
    )


def _was_undone(state: FeedState, target: str) -> bool:
    return any(move.why == "undone" and move.before == target for move in state.moved_log)
