"""A clock that was wrong once: what it decided is not obeyed, and no date of the calendar crashes a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import (
    LONGEST_WAIT_S,
    Capture,
    Entry,
    Failure,
    Feed,
    FeedState,
    HostState,
    LookState,
    Waiting,
    shift,
)
from broadsheet.policy import (
    after_failure,
    after_response,
    health_of,
    is_due,
    new_state,
    next_turn,
    plan_request,
    put_off,
)
from broadsheet.policy import pictures as picture_rules
from broadsheet.policy import revisits as look_rules
from broadsheet.policy.pictures import Missing
from broadsheet.policy.revisits import Ladder

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://harbour.example/feed"
PICTURE = "https://harbour.example/a.jpg"
LADDER = Ladder()
AHEAD = pytest.mark.parametrize("days", [0.1, 1, 20, 30.9, 365, 7300])

_EDGES = [datetime.min, datetime.min + timedelta(seconds=1), datetime.max, datetime.max - timedelta(days=1)]
instants = (st.sampled_from(_EDGES) | st.datetimes(datetime.min, datetime.max)).map(lambda at: at.replace(tzinfo=UTC))
chances = st.floats(0, 1, exclude_max=True)


def capture(status: int, now: datetime, **headers: str) -> Capture:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Capture(URL, URL, status, named, b"body", now)


def feed(*dates: datetime) -> Feed:
    entries = tuple(Entry(f"id{n}", None, f"headline {n}", published=at) for n, at in enumerate(dates))
    return Feed("rss 2.0", "Harbour", entries=entries, skip_hours=(5,))


@AHEAD
def test_a_feed_polled_by_a_clock_ahead_is_due_when_it_is_set_back(days: float) -> None:
    ahead = NOW + timedelta(days=days)
    asleep = replace(new_state(URL), skip_hours=tuple(hour for hour in range(24) if hour != (ahead.hour + 9) % 24))
    answers = (
        after_response(new_state(URL), capture(200, ahead), feed(NOW), ahead).state,
        after_response(new_state(URL), capture(503, ahead, Retry_After="86400"), None, ahead).state,
        after_failure(new_state(URL), Failure(URL, URL, "timeout", "", ahead), ahead).state,
        after_failure(new_state(URL), Failure(URL, URL, "resting", "", ahead, retry_after_s=9e9), ahead).state,
        put_off(asleep, ahead, 0.5),
    )
    for state in answers:
        assert state is not None
        assert not is_due(state, ahead)
        assert is_due(state, NOW)
        assert next_turn([state], [HostState("harbour.example", shift(NOW, LONGEST_WAIT_S + 1))], NOW) == NOW


@AHEAD
def test_a_picture_missed_by_a_clock_ahead_is_tried_when_it_is_set_back(days: float) -> None:
    ahead = NOW + timedelta(days=days)
    first = picture_rules.missing_since(PICTURE, ahead)
    second = picture_rules.after_miss(first, ahead, "timeout", wait_s=None, hopeless=False)
    for missing in (first, second):
        assert not picture_rules.is_due(missing, ahead)
        assert picture_rules.is_due(missing, NOW)


@AHEAD
def test_an_article_first_had_by_a_clock_ahead_climbs_its_ladder_from_now(days: float) -> None:
    ahead = NOW + timedelta(days=days)
    waiting = Waiting("a" * 64, ahead, looks=2)
    one = LookState("harbour/1", "harbour", URL, ahead, edited=ahead, first_strike=ahead, waiting=waiting)
    refused = look_rules.after_refusal(one, NOW, LADDER, 0.0)
    assert refused is not None
    assert (refused.first, refused.edited) == (NOW, NOW)
    assert refused.waiting is not None
    assert look_rules.is_settled(refused.waiting, NOW + timedelta(hours=1), LADDER, is_new=True)
    turns, now, state = 0, NOW, refused
    while (after := look_rules.after_same(state, now, LADDER, 0.0)) is not None and after.next_due is not None:
        turns, now, state = turns + 1, after.next_due, after
    assert turns < 30


@given(instants, instants, st.lists(instants, max_size=4), st.sampled_from([200, 304, 410, 429, 503, 500]), chances)
def test_no_date_crashes_a_decision_on_a_feed(
    now: datetime, then: datetime, dates: list[datetime], status: int, chance: float
) -> None:
    known = FeedState(
        URL, next_due=then, decided=then, last_polled=then, last_success=then, last_full=then, first_failure=then,
        etag='"a"', body_digest="0" * 64, recent=tuple(sorted(dates)), skip_hours=(now.hour,),
        pacing=("harbour.example",), moved_first=then, moved_to=URL + "2", moved_seen=2,
    )  # fmt: skip
    for state in (new_state(URL), known):
        assert plan_request(state, now)
        assert is_due(state, now) in (True, False)
        put_off(state, now, chance)
        assert next_turn([state], [HostState("harbour.example", then)], now)
        failure = Failure(URL, URL, "timeout", "", now)
        for decision in (
            after_response(state, capture(status, now, Retry_After="99999999"), feed(*dates), now, chance=chance),
            after_failure(state, failure, now, chance=chance),
        ):
            assert decision.state.decided == now
            assert decision.state.next_due is not None
            assert decision.state.next_due <= shift(now, LONGEST_WAIT_S)
            assert health_of(decision.state, now).sentence


@given(instants, instants, chances)
def test_no_date_crashes_a_decision_on_a_look_or_a_picture(now: datetime, then: datetime, chance: float) -> None:
    waiting = Waiting("a" * 64, then, looks=9)
    one = LookState(
        "harbour/1", "harbour", URL, then, next_due=then, edited=then, last_full=then, body_digest="0",
        first_strike=then, waiting=waiting,
    )  # fmt: skip
    for state in (one, replace(one, vanished=then), LookState("harbour/1", "harbour", URL, then)):
        look_rules.after_same(state, now, LADDER, chance)
        look_rules.after_edit(state, now, LADDER, chance)
        look_rules.after_refusal(state, now, LADDER, chance)
        look_rules.after_variant(state, waiting, now, LADDER, chance, is_soon=True)
        look_rules.after_failure(state, now, LADDER, chance, wait_s=9e9)
        look_rules.after_strike(state, now, LADDER, chance)
        look_rules.conditions(state, now, LADDER)
        look_rules.choose([state], {}, now, LADDER)
        look_rules.far_from(now, LADDER)
    look_rules.is_settled(waiting, now, LADDER, is_new=False)
    missing = Missing(PICTURE, then, 3, then)
    picture_rules.missing_since(PICTURE, now)
    picture_rules.after_miss(missing, now, "timeout", wait_s=9e9, hopeless=False)
    assert picture_rules.is_due(missing, now) in (True, False)
