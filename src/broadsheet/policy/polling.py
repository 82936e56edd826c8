"""When and how a feed is asked, and what follows from each answer: pure decisions.

``plan_request`` says what to send, ``after_response`` and ``after_failure`` what an answer means for the feed and
for its host. ``now`` is passed in, and so is ``chance``, a number in [0, 1) drawn by the caller, from which all
jitter comes. Nothing here reads a clock, a socket or a file, or gives a feed up.

Order of obedience: a server's Retry-After, whole; then its freshness, ttl and skipped hours, each within
limits; then our own rhythm. Every wait ends within ``model.LONGEST_WAIT_S``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from broadsheet.model import (
    LONGEST_WAIT_S,
    Capture,
    Failure,
    Feed,
    FeedState,
    HostState,
    Request,
    is_believable,
    shift,
)
from broadsheet.policy.caching import freshness_s, retry_after_s
from broadsheet.policy.manners import DEFAULT, Manners
from broadsheet.policy.moves import after_hops, final_address
from broadsheet.policy.pacing import pacing_keys, spaced
from broadsheet.policy.rhythm import adaptive_s, listing_digest, next_allowed, remembered

Outcome = Literal["new body", "same body", "not modified", "failed", "throttled", "gone"]
"""What a poll brought; ``throttled`` is a request to slow down, no failure; ``gone`` made or left a feed dormant."""

_WHOLE: Final = (200, 203)
_NEAR: Final = 0.6
"""A poll this near to the time of the next whole body waits for it: one request in the place of two."""
_UNLEARN: Final = 0.8
"""What each success leaves of the slower rhythm that a 429 has taught."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from one answer: the feed's next state, the hosts' waits, and a sentence for the account."""

    state: FeedState
    hosts: tuple[HostState, ...]
    outcome: Outcome
    sentence: str


@dataclass(frozen=True, slots=True)
class _Setback:
    """An answer that brought no feed: where it came from, what it was, and the wait the server asked for."""

    url: str
    status: int | None
    reason: str
    message: str
    wait_s: float | None


def new_state(url: str, outlet: str = "", manners: Manners = DEFAULT) -> FeedState:
    """The state of a feed that was never asked: due at once."""
    return FeedState(url=url, outlet=outlet, pacing=pacing_keys(url, manners))


def is_due(state: FeedState, now: datetime) -> bool:
    """Whether the feed's time has come. What a wrong clock decided counts as come: a time past the longest wait, and
    any that was decided in a time to come."""
    if state.next_due is None or not is_believable(state.decided, now):
        return True
    return state.next_due <= now or state.next_due > shift(now, LONGEST_WAIT_S)


def put_off(state: FeedState, now: datetime, chance: float) -> FeedState | None:
    """None if a feed that is due may be asked now; else its state, due after the skipped hours ``now`` falls in.

    For callers who come late: a feed due at 05:50 that skips hour 6 is not asked at 06:10.
    """
    allowed = next_allowed(now, state.skip_hours, state.skip_days, chance)
    return None if allowed == now else replace(state, next_due=allowed, decided=now)


def next_turn(states: Iterable[FeedState], hosts: Iterable[HostState], now: datetime) -> datetime | None:
    """When the next lease can bring a feed, or None without feeds: the earliest instant at which a feed is due
    and none of its hosts is to be left alone."""
    far = shift(now, LONGEST_WAIT_S)
    waits = {row.host: row.not_before for row in hosts if row.not_before <= far}
    turns = (
        max([now if is_due(state, now) else (state.next_due or now), *(waits.get(k, now) for k in state.pacing)])
        for state in states
    )
    return min(turns, default=None)


def plan_request(state: FeedState, now: datetime, manners: Manners = DEFAULT) -> Request:
    """The request to make: which address, with which conditions (RFC 9110, 13.1).

    Validators go back byte for byte, quotes and all; nothing is invented where the server gave none. Without
    conditions: no body known, the last whole one too old, a dormant feed's probe, a try at another address.
    """
    address = _address_to_ask(state, manners)
    headers: list[tuple[str, str]] = []
    if _may_be_conditional(state, now, manners) and address == state.address:
        if state.etag:
            headers.append(("If-None-Match", state.etag))
        if state.last_modified:
            headers.append(("If-Modified-Since", state.last_modified))
    return Request(url=address, key=state.url, headers=tuple(headers), purpose="feed", outlet=state.outlet)


def needs_reading(state: FeedState, capture: Capture) -> bool:
    """Whether the capture holds a body that is not the last one and must be parsed before ``after_response``."""
    return capture.status in _WHOLE and _digest(capture) != state.body_digest


def read_again(state: FeedState) -> FeedState:
    """The state with its last body forgotten, so that the next poll is whole and its entries are gone through
    again: for a caller who could not keep an entry of it."""
    return replace(state, etag=None, last_modified=None, body_digest=None)


def after_response(
    state: FeedState,
    capture: Capture,
    feed: Feed | None,
    now: datetime,
    manners: Manners = DEFAULT,
    chance: float = 0.0,
) -> Decision:
    """What an HTTP answer means. ``feed`` is the parsed body where ``needs_reading`` says there is one to parse,
    None where it could not be read as a feed (which is a failure, and forgets nothing)."""
    if capture.status == 304 and _was_conditional(state, capture):
        return _after_success(state, capture, None, "not modified", now, manners, chance)
    if capture.status in _WHOLE and not needs_reading(state, capture):
        return _after_success(state, capture, feed, "same body", now, manners, chance)
    if capture.status in _WHOLE and feed is not None:
        return _after_success(state, capture, feed, "new body", now, manners, chance)
    if capture.status == 304:
        state = read_again(state)
        setback = ("unasked 304", "the server answers “not modified” to a request without conditions")
    elif capture.status in _WHOLE:
        setback = ("not a feed", f"what {capture.final_url} sent is not a feed")
    else:
        setback = (f"status {capture.status}", f"{capture.final_url} answered with status {capture.status}")
    wait = retry_after_s(capture) if capture.status >= 400 else None
    return _after_setback(state, _Setback(capture.final_url, capture.status, *setback, wait), now, manners, chance)


def after_failure(
    state: FeedState, failure: Failure, now: datetime, manners: Manners = DEFAULT, chance: float = 0.0
) -> Decision:
    """What a request means that brought no response, or whose bad status the fetcher has made a failure.

    A wait without a status comes from the fetcher itself: the host is resting, nothing was sent, so the feed only
    waits its turn.
    """
    if failure.reason == "proxy":
        return _without_way(state, failure, now, manners, chance)
    wait = failure.retry_after_s
    if wait is not None and not 0 <= wait <= LONGEST_WAIT_S:
        wait = float(LONGEST_WAIT_S) if wait > 0 else None
    if failure.status is None and wait is not None:
        due = _due(state, now, max(wait, manners.host_spacing_s) * (1 + manners.jitter_share * chance), chance)
        return Decision(
            replace(state, next_due=due, decided=now), (), "throttled", f"{failure.reason}; next {_say(due)}"
        )
    url = final_address(failure) if failure.status is not None else failure.url
    setback = _Setback(url, failure.status, failure.reason, failure.message, wait)
    return _after_setback(state, setback, now, manners, chance)


def _without_way(state: FeedState, failure: Failure, now: datetime, manners: Manners, chance: float) -> Decision:
    """Our own proxy failed: no failure of the feed, whose rhythm it does not change, and a trouble all the same."""
    due = _due(state, now, manners.backoff_base_s * (1 + manners.jitter_share * chance), chance)
    state = replace(
        state,
        last_polled=now,
        next_due=due,
        first_failure=state.first_failure or now,
        last_error=(failure.reason, failure.message),
    )
    return Decision(state, (), "failed", f"the proxy failed; next {_say(due)}")


def _address_to_ask(state: FeedState, manners: Manners) -> str:
    """Every second try of a feed that fails at an address redirects led to goes to the configured one."""
    retrace = state.current_url and state.failures >= manners.retrace_after and state.failures % 2 == 1
    return state.url if retrace else state.address


def _may_be_conditional(state: FeedState, now: datetime, manners: Manners) -> bool:
    if state.body_digest is None or state.last_full is None or state.status == "dormant":
        return False
    return 0 <= (now - state.last_full).total_seconds() < manners.full_fetch_every_s


def _was_conditional(state: FeedState, capture: Capture) -> bool:
    """Whether the server had something to answer 304 to, and we a body to which it can refer."""
    if state.body_digest is None or not (state.etag or state.last_modified):
        return False
    sent = {name.lower() for name, _ in capture.request_headers}
    return not sent or bool(sent & {"if-none-match", "if-modified-since"})


def _digest(capture: Capture) -> str:
    return hashlib.sha256(capture.body).hexdigest()


def _after_success(
    state: FeedState,
    capture: Capture,
    feed: Feed | None,
    outcome: Outcome,
    now: datetime,
    manners: Manners,
    chance: float,
) -> Decision:
    asked, is_first = state.address, state.last_success is None
    state = after_hops(state, capture, now, manners)
    if outcome != "not modified":
        state = _with_body(state, capture, now)
    if feed is not None:
        state = _with_feed(state, feed, now, manners)
    wait = _rhythm_s(state, capture, is_first, now, manners, chance)
    due = _due(state, now, wait, chance)
    state = replace(
        state,
        last_polled=now,
        last_success=now,
        next_due=due,
        decided=now,
        interval_s=wait,
        floor_s=state.floor_s * _UNLEARN if state.floor_s > manners.min_interval_s else 0.0,
        failures=0,
        throttled=0,
        first_failure=None,
        last_error=None,
        gone_seen=0,
        status="active",
        pacing=_pacing(state, capture.final_url, manners),
    )
    moved = "" if state.address == asked else f"moved to {state.address}; "
    sentence = f"{outcome}; {moved}next {_say(due)}"
    return Decision(state, spaced(state.pacing, now, manners, chance), outcome, sentence)


def _with_body(state: FeedState, capture: Capture, now: datetime) -> FeedState:
    """Validators belong to the body they came with: a body without one leaves us without one (RFC 9111, 4.3.1)."""
    return replace(
        state,
        etag=_usable(capture.find_header("ETag")),
        last_modified=_usable(capture.find_header("Last-Modified")),
        body_digest=_digest(capture),
        last_full=now,
    )


def _usable(validator: str | None) -> str | None:
    """The validator as it came, or None where it could not be sent back in a header field."""
    return validator if validator and not set(validator) & {"\r", "\n", "\0"} else None


def _with_feed(state: FeedState, feed: Feed, now: datetime, manners: Manners) -> FeedState:
    listing = listing_digest(feed)
    return replace(
        state,
        recent=remembered(state, feed, listing, now, manners),
        listing_digest=listing,
        ttl_s=feed.ttl_s,
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
    )


def _rhythm_s(
    state: FeedState, capture: Capture, is_first: bool, now: datetime, manners: Manners, chance: float
) -> float:
    """The wait after a good answer: our rhythm, no shorter than the server's freshness, the feed's ttl and the
    pace a 429 has taught us; where it ends near or past the time for a whole body, it ends at that time."""
    wait = adaptive_s(state.recent, now, manners)
    hints = max(freshness_s(capture), state.ttl_s or 0.0)
    floor = max(min(hints, manners.freshness_cap_s), state.floor_s, manners.min_interval_s)
    wait = min(max(wait, floor) * (1 + manners.jitter_share * chance), manners.max_interval_s)
    if is_first:
        wait = min(wait, manners.first_interval_s * (1 - manners.jitter_share * chance))
    if state.last_full is not None and (state.etag or state.last_modified):
        left = manners.full_fetch_every_s - (now - state.last_full).total_seconds()
        if 0 < left < wait / _NEAR:
            wait = min(left, manners.max_interval_s)
    return max(floor, wait)


def _after_setback(state: FeedState, setback: _Setback, now: datetime, manners: Manners, chance: float) -> Decision:
    state = replace(
        state,
        last_polled=now,
        decided=now,
        first_failure=state.first_failure or now,
        pacing=_pacing(state, setback.url, manners),
    )
    if setback.status == 429 or (setback.status == 503 and setback.wait_s is not None):
        return _slowed(state, setback, now, manners, chance)
    is_gone = setback.status == 410
    reason = "gone" if is_gone else setback.reason
    gone_seen = state.gone_seen + 1 if is_gone else 0
    dormant = state.status == "dormant" or (is_gone and gone_seen >= manners.gone_confirmations)
    state = replace(
        state,
        failures=state.failures + 1,
        last_error=(reason, setback.message),
        gone_seen=gone_seen,
        status="dormant" if dormant else "active",
    )
    wait = manners.dormant_probe_s if dormant else _backoff_s(state.failures, manners.backoff_base_s, manners)
    wait = max(wait * (1 + manners.jitter_share * chance), setback.wait_s or 0.0)
    due = _due(state, now, wait, chance)
    state = replace(state, next_due=due, interval_s=wait)
    sentence = f"{reason} ({state.failures} in a row); next {_say(due)}"
    hosts = spaced(state.pacing, now, manners, chance)
    return Decision(state, hosts, "gone" if dormant else "failed", sentence)


def _slowed(state: FeedState, setback: _Setback, now: datetime, manners: Manners, chance: float) -> Decision:
    """The server asks for patience (RFC 6585, 4 and RFC 9110, 15.6.4): obeyed whole, for all of its host.

    No failure of the feed. A 429 without a time is given a growing pause, and teaches the feed a slower rhythm.
    """
    count, floor = state.throttled + 1, state.floor_s
    if setback.status == 429:
        floor = min(2 * max(floor, adaptive_s(state.recent, now, manners)), manners.max_interval_s)
    pause = setback.wait_s
    if pause is None:
        pause = _backoff_s(count, manners.throttle_pause_s, manners)
    pause = min(pause * (1 + manners.jitter_share * chance), pause + 3600.0)
    until = _later(now, max(pause, manners.host_spacing_s * (1 + manners.jitter_share * chance)))
    wait = max(pause, _backoff_s(count, manners.min_interval_s, manners))
    if state.status == "dormant":
        wait = max(wait, manners.dormant_probe_s)
    due = _due(state, now, wait, chance)
    state = replace(
        state,
        throttled=count,
        floor_s=floor,
        interval_s=wait,
        next_due=due,
        last_error=(setback.reason, setback.message),
    )
    hosts = {row.host: row for row in spaced(state.pacing, now, manners, chance)}
    for key in pacing_keys(setback.url, manners):
        if not key.startswith("."):
            hosts[key] = HostState(key, until, setback.reason)
        elif setback.status == 429:
            hosts[key] = HostState(key, min(until, _later(now, manners.domain_pause_cap_s)), setback.reason)
    return Decision(state, tuple(hosts.values()), "throttled", f"{setback.reason}; next {_say(due)}")


def _backoff_s(count: int, base_s: float, manners: Manners) -> float:
    """Doubling from ``base_s``, capped: there is always a next try."""
    return min(base_s * 2.0 ** min(count - 1, 30), manners.backoff_cap_s)


def _due(state: FeedState, now: datetime, wait_s: float, chance: float) -> datetime:
    due = next_allowed(_later(now, wait_s), state.skip_hours, state.skip_days, chance)
    return min(due, _later(now, LONGEST_WAIT_S))


def _later(now: datetime, wait_s: float) -> datetime:
    """``now`` plus whole seconds, rounded up so that nothing is ever early, within the longest wait."""
    return shift(now, min(math.ceil(wait_s), LONGEST_WAIT_S))


def _pacing(state: FeedState, final_url: str, manners: Manners) -> tuple[str, ...]:
    """The rows of every address a poll may touch: the one now asked, the configured one, the one that answered."""
    places = (state.address, state.url, final_url)
    keys = (key for place in places for key in pacing_keys(place, manners))
    return tuple(dict.fromkeys(keys))


def _say(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
