"""Polling manners, rule by rule; the year they make together is in ``test_polling_year``."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import LONGEST_WAIT_S, Capture, Entry, Failure, Feed, FeedState, Hop, HostState
from broadsheet.policy import (
    DEFAULT,
    Decision,
    Manners,
    adaptive_s,
    after_failure,
    after_response,
    find_http_date,
    find_permanent_target,
    freshness_s,
    health_of,
    host_key,
    is_due,
    needs_reading,
    new_state,
    next_allowed,
    next_turn,
    pacing_keys,
    plan_request,
    put_off,
    read_again,
    retry_after_s,
    undo_move,
)

NOW = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)  # a Wednesday
URL = "https://www.outlet.example/feed"
DAY = 86_400
Headers = dict[str, str]


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def capture(
    status: int = 200,
    headers: Headers | None = None,
    body: bytes = b"<rss/>",
    *,
    url: str = URL,
    hops: tuple[Hop, ...] = (),
    sent: tuple[tuple[str, str], ...] = (),
    now: datetime = NOW,
) -> Capture:
    final = hops[-1].location if hops else url
    return Capture(url, final, status, tuple((headers or {}).items()), body, now, hops, request_headers=sent)


def feed(*ages_s: float | None, **rest: object) -> Feed:
    """A feed whose entries are that many seconds old; None has no date."""
    entries = tuple(
        Entry(entry_id=f"{n}:{age}", published=None if age is None else after(-age)) for n, age in enumerate(ages_s)
    )
    return replace(Feed("rss 2.0", entries=entries), **rest)  # type: ignore[arg-type]


HOURLY = feed(*(n * 3600 for n in range(20)))


def known(**rest: object) -> FeedState:
    """A feed polled an hour ago that publishes every hour."""
    state = replace(
        after_response(new_state(URL), capture(headers={"ETag": '"e"'}), HOURLY, after(-3600)).state,
        listing_digest=None,
    )
    return replace(state, **rest)  # type: ignore[arg-type]


def wait_of(decision: Decision, now: datetime = NOW) -> float:
    assert decision.state.next_due is not None
    return (decision.state.next_due - now).total_seconds()


# HTTP headers


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("Sun Nov  6 08:49:37 1994", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("Sun, 06 Nov 1994 16:49:37 +0800", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        ("0", None),
        ("-1", None),
        ("", None),
        (None, None),
        ("Sun, 31 Feb 2024 08:49:37 GMT", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
        ("x" * 10_000, None),
    ],
)
def test_http_dates(text: str | None, moment: datetime | None) -> None:
    assert find_http_date(text) == moment


DATE = "Wed, 01 May 2024 09:00:00 GMT"  # the server's clock is three and a half hours behind ours


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"cache-control": 'public , MAX-AGE = "600"'}, 600),
        ({"Cache-Control": "s-maxage=9, max-age=600"}, 600),
        ({"Cache-Control": 'private="x, max-age=9", max-age=600'}, 600),
        ({"Cache-Control": "max-age=600, max-age=9"}, 600),
        ({"Cache-Control": "max-age=600", "Age": "500"}, 100),
        ({"Cache-Control": "max-age=600", "Age": "900"}, 0),
        ({"Cache-Control": "max-age=600", "Age": "young"}, 600),
        ({"Cache-Control": "max-age=600, no-cache"}, 0),
        ({"Cache-Control": "no-store", "Expires": "Thu, 02 May 2024 09:00:00 GMT", "Date": DATE}, 0),
        ({"Cache-Control": "max-age=-1"}, 0),
        ({"Cache-Control": "max-age=soon", "Expires": "Thu, 02 May 2024 09:00:00 GMT", "Date": DATE}, 0),
        ({"Cache-Control": "max-age=0", "Expires": "Thu, 02 May 2024 09:00:00 GMT", "Date": DATE}, 0),
        ({"Expires": "Wed, 01 May 2024 10:00:00 GMT", "Date": DATE}, 3600),
        ({"Expires": "Wed, 01 May 2024 12:40:00 GMT"}, 600),
        ({"Expires": "Wed, 01 May 2024 08:00:00 GMT", "Date": DATE}, 0),
        ({"Expires": "0", "Date": DATE}, 0),
    ],
)
def test_freshness_follows_rfc_9111(headers: Headers, seconds: float) -> None:
    assert freshness_s(capture(headers=headers)) == seconds


def test_cache_control_may_come_in_several_fields() -> None:
    fields = (("Cache-Control", "public"), ("cache-control", "max-age=60"))
    assert freshness_s(replace(capture(), headers=fields)) == 60


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": " 120.5 "}, 120.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "9" * 400}, LONGEST_WAIT_S),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "１２０"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Wed, 01 May 2024 10:00:00 GMT", "Date": DATE}, 3600),
        ({"Retry-After": "Wed, 01 May 2024 12:40:00 GMT"}, 600),
        ({"Retry-After": "Wed, 01 May 2024 08:00:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "Thu, 01 May 2025 08:00:00 GMT", "Date": DATE}, LONGEST_WAIT_S),
    ],
)
def test_retry_after_is_seconds_or_a_date_of_the_servers_clock(headers: Headers, seconds: float | None) -> None:
    assert retry_after_s(capture(429, headers)) == seconds


@given(st.dictionaries(st.sampled_from(["Cache-Control", "Expires", "Age", "Date", "Retry-After"]), st.text()))
def test_no_header_can_break_the_reading(headers: Headers) -> None:
    assert freshness_s(capture(headers=headers)) >= 0
    assert 0 <= (retry_after_s(capture(headers=headers)) or 0) <= LONGEST_WAIT_S


# What is sent


def test_validators_go_back_byte_for_byte_and_nothing_else_is_sent() -> None:
    odd = {"etag": "W/\"\udce4 unquoted'", "LAST-MODIFIED": "yesterday, or so"}
    state = after_response(new_state(URL), capture(headers=odd), HOURLY, NOW).state
    request = plan_request(state, after(60))
    assert request.headers == (("If-None-Match", odd["etag"]), ("If-Modified-Since", odd["LAST-MODIFIED"]))
    assert (request.url, request.key, request.purpose) == (URL, URL, "feed")


def test_nothing_is_invented_where_the_server_gave_no_validator() -> None:
    for headers in ({}, {"ETag": "", "Last-Modified": ""}, {"ETag": "a\r\nX-Evil: 1"}, {"Date": DATE}):
        state = after_response(new_state(URL), capture(headers=headers), HOURLY, NOW).state
        assert plan_request(state, after(60)).headers == ()


def test_a_new_body_without_a_validator_ends_the_old_one_but_a_304_does_not_touch_it() -> None:
    state = known(last_modified="then")
    same = after_response(state, capture(304, {"ETag": '"other"', "Last-Modified": "x"}), None, NOW).state
    assert (same.etag, same.last_modified) == ('"e"', "then")
    changed = after_response(state, capture(headers={"ETag": '"f"'}, body=b"2"), HOURLY, NOW).state
    assert (changed.etag, changed.last_modified) == ('"f"', None)


def test_a_whole_body_is_asked_for_first_and_then_once_a_day() -> None:
    assert plan_request(new_state(URL), NOW).headers == ()
    state = known(last_full=NOW)
    assert plan_request(state, after(DAY - 1)).headers == (("If-None-Match", '"e"'),)
    assert plan_request(state, after(DAY)).headers == ()
    assert plan_request(state, after(-1)).headers == ()  # our clock went back: we know nothing
    assert plan_request(read_again(state), after(60)).headers == ()


def test_a_304_never_puts_the_next_whole_body_off() -> None:
    state = known(last_full=after(-DAY + 400), recent=())
    for chance in (0.0, 0.99):
        decision = after_response(state, capture(304), None, NOW, chance=chance)
        assert wait_of(decision) == 400
        assert plan_request(decision.state, decision.state.next_due or NOW).headers == ()


# What an answer means


def test_outcomes_of_good_answers() -> None:
    state = known()
    assert after_response(state, capture(body=b"new"), HOURLY, NOW).outcome == "new body"
    assert after_response(state, capture(), None, NOW).outcome == "same body"
    assert after_response(state, capture(), HOURLY, NOW).outcome == "same body"
    assert after_response(state, capture(304, body=b""), None, NOW).outcome == "not modified"
    assert needs_reading(state, capture(body=b"new"))
    assert not needs_reading(state, capture())
    assert not needs_reading(state, capture(304, body=b""))
    assert not needs_reading(state, capture(500, body=b"new"))
    assert needs_reading(read_again(state), capture())


def test_a_304_recomputes_freshness_and_counts_as_success() -> None:
    state = known(failures=3, throttled=1, first_failure=NOW, last_error=("x", "y"))
    decision = after_response(state, capture(304, {"Cache-Control": "max-age=7000"}), None, NOW)
    assert wait_of(decision) == 7000
    new = decision.state
    assert (new.failures, new.throttled, new.first_failure, new.last_error) == (0, 0, None, None)
    assert (new.last_success, new.last_full) == (NOW, state.last_full)


def test_a_304_nobody_asked_for_is_a_failure_and_the_next_request_has_no_conditions() -> None:
    for state, sent in ((known(etag=None), ()), (known(), (("Accept", "*/*"),)), (new_state(URL), ())):
        decision = after_response(state, capture(304, sent=sent), None, NOW)
        assert (decision.outcome, decision.state.failures) == ("failed", 1)
        assert plan_request(decision.state, after(900)).headers == ()


def test_a_server_that_only_ever_says_304_is_not_asked_faster_for_it() -> None:
    state = known(last_full=after(-9 * DAY), recent=())
    assert wait_of(after_response(state, capture(304), None, NOW)) > DAY * 0.9


def test_a_page_that_is_no_feed_is_a_failure_and_forgets_nothing() -> None:
    state = known()
    decision = after_response(state, capture(body=b"<html>log in"), None, NOW)
    assert decision.outcome == "failed"
    assert decision.state.last_error is not None
    assert decision.state.last_error[0] == "not a feed"
    kept = (decision.state.etag, decision.state.body_digest, decision.state.last_full)
    assert kept == (state.etag, hashlib.sha256(b"<rss/>").hexdigest(), state.last_full)


@pytest.mark.parametrize("status", [204, 206, 300, 400, 401, 403, 404, 500, 502, 503])
def test_bad_answers_back_off_and_are_said(status: int) -> None:
    decision = after_response(known(), capture(status), None, NOW)
    assert (decision.outcome, decision.state.failures, wait_of(decision)) == ("failed", 1, 600)
    assert f"status {status}" in health_of(decision.state, NOW).sentence


def test_back_off_doubles_to_a_day_and_never_ends() -> None:
    state, waits = known(), []
    for _ in range(12):
        decision = after_failure(state, Failure(URL, URL, "timeout", "no answer within 30 s", NOW), NOW)
        state = decision.state
        waits.append(wait_of(decision))
    assert waits == [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, DAY, DAY, DAY, DAY]
    assert after_response(state, capture(), None, NOW).state.failures == 0


def test_the_fetchers_failures_mean_what_the_responses_would() -> None:
    for status, wait in ((429, 4000), (503, 4000), (500, None), (410, None), (404, 4000)):
        headers = {"Retry-After": str(wait)} if wait else {}
        response = after_response(known(), capture(status, headers), None, NOW, chance=0.5)
        failed = Failure(URL, URL, f"status {status}", f"{URL} answered with status {status}", NOW, status, wait)
        assert after_failure(known(), failed, NOW, chance=0.5) == response


# Retry-After


@pytest.mark.parametrize("status", [429, 503])
def test_a_request_for_patience_is_obeyed_whole_by_all_of_the_host_and_is_no_failure(status: int) -> None:
    wait = 9 * DAY
    decision = after_response(known(), capture(status, {"Retry-After": str(wait)}), None, NOW)
    assert (decision.outcome, decision.state.failures, decision.state.throttled) == ("throttled", 0, 1)
    assert wait_of(decision) == wait
    rows = {row.host: row for row in decision.hosts}
    assert rows["www.outlet.example"] == HostState("www.outlet.example", after(wait), f"status {status}")
    assert rows[".outlet.example"].not_before == after(3600 if status == 429 else 1)


def test_a_host_that_the_fetcher_lets_rest_costs_the_feed_no_strike() -> None:
    state = known(failures=2, first_failure=NOW)
    resting = Failure(URL, URL, "host asked to wait", "", NOW, None, 900.0)
    decision = after_failure(state, resting, NOW)
    assert (decision.outcome, decision.hosts, wait_of(decision)) == ("throttled", (), 900)
    assert replace(decision.state, next_due=state.next_due, decided=state.decided) == state


def test_a_wait_of_half_seconds_is_never_cut_short() -> None:
    assert wait_of(after_response(known(), capture(503, {"Retry-After": "1000.5"}), None, NOW)) == 1001


def test_a_429_without_a_time_is_given_growing_pauses() -> None:
    state, waits = known(), []
    for _ in range(9):
        decision = after_response(state, capture(429), None, NOW)
        state = decision.state
        waits.append(wait_of(decision))
    assert waits == [600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, DAY]
    assert state.failures == 0


def test_a_server_that_says_come_back_at_once_and_refuses_again_is_given_growing_pauses_too() -> None:
    state = known()
    waits = []
    for _ in range(3):
        decision = after_response(state, capture(429, {"Retry-After": "0"}), None, NOW)
        state = decision.state
        waits.append(wait_of(decision))
    assert waits == [300, 600, 1200]


def test_429_teaches_a_slower_rhythm_that_is_unlearnt_slowly() -> None:
    calm = wait_of(after_response(known(), capture(304), None, NOW))
    state = after_response(known(), capture(429, {"Retry-After": "60"}), None, NOW).state
    waits = []
    for _ in range(40):
        decision = after_response(state, capture(304), None, NOW)
        state = decision.state
        waits.append(wait_of(decision))
    assert waits[0] > 1.5 * calm
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] == calm


def test_hosts_named_as_per_url_share_no_pause() -> None:
    manners = Manners(per_url_hosts=frozenset({"hub.example:1200"}))
    url = "http://HUB.example:1200/route"
    state = new_state(url, manners=manners)
    decision = after_response(state, capture(429, {"Retry-After": "999"}, url=url), None, NOW, manners)
    assert (decision.hosts, state.pacing, wait_of(decision)) == ((), (), 999)


def test_a_pause_asked_for_behind_a_redirect_binds_the_host_that_asked() -> None:
    hops = (Hop(URL, 302, "https://cdn.example/f"),)
    decision = after_response(known(), capture(429, {"Retry-After": "999"}, hops=hops), None, NOW)
    rows = {row.host: row.not_before for row in decision.hosts}
    assert rows["cdn.example"] == after(999)
    assert rows["www.outlet.example"] == after(2)
    assert "cdn.example" in decision.state.pacing
    failed = Failure(URL, URL, "status 429", "", NOW, 429, 999, (Hop(URL, 302, "//cdn.example/f"),))
    assert {r.host: r.not_before for r in after_failure(known(), failed, NOW).hosts} == rows


def test_a_retry_after_on_a_good_answer_means_nothing() -> None:
    decision = after_response(known(), capture(304, {"Retry-After": "999999"}), None, NOW)
    assert wait_of(decision) < 3600


# Rhythm


def every(gap_s: float, count: int, last_age_s: float = 0) -> tuple[datetime, ...]:
    return tuple(after(-last_age_s - gap_s * n) for n in reversed(range(count)))


@pytest.mark.parametrize(
    ("recent", "low", "high"),
    [
        ((), 0.9 * DAY, DAY),
        (every(60, 32), 300, 300),
        (every(3600, 32), 1700, 1800),
        (every(DAY, 7), 10 * 3600, 13 * 3600),
        (every(30 * DAY, 12, 8 * DAY), 0.9 * DAY, DAY),
        (every(3600, 5, 6 * DAY), 14 * 3600, 15 * 3600),
        (every(0, 1), 12 * 3600, 12 * 3600),
        (every(3600, 5, -99 * DAY), 0.9 * DAY, DAY),
    ],
)
def test_the_rhythm_fits_the_entries(recent: tuple[datetime, ...], low: float, high: float) -> None:
    assert low <= adaptive_s(recent, NOW) <= high


def test_server_hints_only_lengthen_the_wait_and_by_a_day_at_most() -> None:
    plain = wait_of(after_response(known(), capture(304), None, NOW))
    for seconds, wait in ((1, plain), (7200, 7200), (DAY, DAY), (30 * DAY, DAY)):
        aged = known(last_full=after(-60))
        assert wait_of(after_response(aged, capture(304, {"Cache-Control": f"max-age={seconds}"}), None, NOW)) == wait
        slow = replace(HOURLY, ttl_s=float(seconds))
        decision = after_response(known(), capture(headers={"ETag": "2"}, body=b"2"), slow, NOW)
        assert wait_of(decision) == pytest.approx(wait, rel=0.1)
        assert wait_of(after_response(replace(decision.state, last_full=NOW), capture(304), None, NOW)) >= min(
            wait, seconds
        )


def test_a_second_look_comes_within_the_hour_unless_the_server_minds() -> None:
    silent = feed(*(n * 90 * DAY for n in range(1, 9)))
    assert wait_of(after_response(new_state(URL), capture(), silent, NOW, chance=0.5)) == 3600 * 0.95
    assert wait_of(after_response(new_state(URL), capture(), replace(silent, ttl_s=7000.0), NOW)) == 7000


def grown(state: FeedState, *feeds: Feed) -> FeedState:
    for n, parsed in enumerate(feeds):
        moment = after(3600 * (n + 1))
        state = after_response(state, capture(body=b"%d" % n), parsed, moment).state
    return state


def test_a_feed_that_stamps_every_entry_with_now_does_not_look_busy() -> None:
    entry = Entry(entry_id="1")
    feeds = [Feed("rss 2.0", entries=(replace(entry, published=after(3600 * (n + 1))),)) for n in range(9)]
    assert len(grown(new_state(URL), *feeds).recent) == 1


def test_entries_without_or_with_future_dates_count_when_the_list_changes() -> None:
    for published in (None, after(400 * DAY)):
        feeds = [Feed("rss 2.0", entries=(Entry(entry_id=str(n // 2), published=published),)) for n in range(8)]
        assert grown(new_state(URL), *feeds).recent == tuple(after(3600 * n - 1800) for n in (1.5, 3.5, 5.5, 7.5))


def test_a_back_dated_entry_counts_and_a_batch_counts_once() -> None:
    first = feed(0, 3600)
    later = replace(first, entries=(*first.entries, Entry(entry_id="old", published=after(-999 * DAY))))
    assert len(grown(new_state(URL), first).recent) == 2
    assert len(grown(new_state(URL), first, later).recent) == 4
    assert len(grown(new_state(URL), feed(*(n / 100 for n in range(50)))).recent) <= 2


def test_instants_a_wrong_clock_left_behind_are_dropped() -> None:
    state = known(recent=every(3600, 9, -400 * DAY))
    recent = after_response(state, capture(body=b"2"), HOURLY, NOW).state.recent
    assert max(recent) <= NOW


# Skipped hours and days


def test_skipped_hours_and_days_put_a_poll_off_to_the_next_allowed_hour() -> None:
    one_pm = NOW.replace(hour=13, minute=0)
    assert next_allowed(NOW, (), ()) == NOW
    assert next_allowed(NOW, (11, 13), (0,)) == NOW
    assert next_allowed(NOW, (12,), ()) == one_pm
    assert next_allowed(NOW, (12,), (), 0.5) == one_pm + timedelta(minutes=5)
    assert next_allowed(NOW, tuple(range(1, 24)), (3, 4)) == datetime(2024, 5, 4, tzinfo=UTC)
    assert next_allowed(NOW, (), (2,)) == datetime(2024, 5, 2, tzinfo=UTC)


def test_a_feed_that_skips_the_whole_week_is_not_obeyed() -> None:
    assert next_allowed(NOW, tuple(range(24)), ()) == NOW
    assert next_allowed(NOW, (), tuple(range(7))) == NOW


skips = (st.lists(st.integers(0, 23)).map(tuple), st.lists(st.integers(0, 6)).map(tuple))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
chances = st.floats(0, 1, exclude_max=True)


@given(instants, *skips, chances)
def test_putting_off_is_bounded_allowed_and_idempotent(
    moment: datetime, hours: tuple[int, ...], days: tuple[int, ...], chance: float
) -> None:
    then = next_allowed(moment, hours, days, chance)
    assert timedelta(0) <= then - moment <= timedelta(days=7, minutes=10)
    assert next_allowed(then, hours, days, chance) == then
    all_week = len(set(hours)) == 24 or len(set(days)) == 7
    assert all_week or (then.hour not in hours and then.weekday() not in days)


def test_who_comes_late_puts_a_skipped_feed_off() -> None:
    state = known(skip_hours=(12,), next_due=after(-3600))
    assert is_due(state, NOW)
    later = put_off(state, NOW, 0.0)
    assert later == replace(state, next_due=NOW.replace(hour=13, minute=0), decided=NOW)
    assert put_off(later, NOW.replace(hour=13), 0.0) is None


# Moves


THERE = "https://new.example/feed"
MOVED = (Hop(URL, 301, THERE),)


def polled(state: FeedState, times: int, hops: tuple[Hop, ...] = MOVED, every_s: float = DAY) -> FeedState:
    for n in range(times):
        moment = after(n * every_s)
        asked = plan_request(state, moment).url
        if asked == URL:
            state = after_response(state, capture(hops=hops, now=moment), HOURLY, moment).state
        else:
            state = after_response(state, capture(url=asked, now=moment), HOURLY, moment).state
    return state


@pytest.mark.parametrize(
    ("hops", "target"),
    [
        ((), None),
        ((Hop(URL, 302, THERE),), None),
        ((Hop(URL, 307, THERE),), None),
        (MOVED, THERE),
        ((Hop(URL, 308, "/other#top"),), "https://www.outlet.example/other"),
        ((Hop(URL, 301, THERE), Hop(THERE, 308, "/last")), "https://new.example/last"),
        ((Hop(URL, 301, THERE), Hop(THERE, 302, "/today")), THERE),
        ((Hop(URL, 302, "/today"), Hop(URL, 301, THERE)), None),
        ((Hop(URL, 301, "http://www.outlet.example/feed"),), None),
        ((Hop(URL, 301, "ftp://x.example/"),), None),
        ((Hop(URL, 301, "//[bad"),), None),
        ((Hop(URL, 301, URL),), None),
    ],
)
def test_only_an_unbroken_run_of_permanent_redirects_is_a_move(hops: tuple[Hop, ...], target: str | None) -> None:
    assert find_permanent_target(capture(hops=hops)) == target


def test_a_move_is_stored_after_several_answers_over_several_days() -> None:
    assert polled(new_state(URL), 2).current_url is None
    assert polled(new_state(URL), 30, every_s=300).current_url is None
    state = polled(new_state(URL), 3)
    assert (state.url, state.current_url, state.moved_to) == (URL, THERE, None)
    assert [(m.before, m.after, m.why) for m in state.moved_log] == [(URL, THERE, "redirect")]
    assert plan_request(state, after(9 * DAY)).url == THERE
    assert "new.example" in state.pacing


def test_an_answer_without_the_redirect_or_with_another_starts_the_count_again() -> None:
    for other in ((), (Hop(URL, 301, "https://else.example/"),), (Hop(URL, 302, THERE),)):
        state = polled(polled(polled(new_state(URL), 2), 1, other), 2)
        assert state.current_url is None


def test_a_feed_with_a_password_in_its_address_stays_where_it_is() -> None:
    state = new_state(URL.replace("://", "://me:secret@"))
    for n in range(9):
        state = after_response(state, capture(hops=MOVED, now=after(n * DAY)), HOURLY, after(n * DAY)).state
    assert (state.current_url, state.moved_to) == (None, None)


def test_a_redirect_to_what_is_no_feed_confirms_nothing() -> None:
    state = new_state(URL)
    for n in range(9):
        portal = capture(hops=MOVED, body=b"log in", now=after(n * DAY))
        state = after_response(state, portal, None, after(n * DAY)).state
    assert (state.current_url, state.moved_seen) == (None, 0)


def test_when_the_new_address_fails_the_configured_one_is_tried_in_turn_and_may_win() -> None:
    state = polled(new_state(URL), 3)
    asked = []
    for n in range(8):
        request = plan_request(state, after((10 + n) * DAY))
        asked.append(request.url)
        if request.url == URL:
            assert request.headers == ()
        gone = capture(404, url=request.url, now=after((10 + n) * DAY))
        state = after_response(state, gone, None, after((10 + n) * DAY)).state
    assert asked == [THERE, THERE, THERE, URL, THERE, URL, THERE, URL]
    state = replace(state, failures=5)
    back = after_response(state, capture(), HOURLY, after(99 * DAY)).state
    assert (back.current_url, back.moved_log[-1].why, back.failures) == (None, "back", 0)
    still = after_response(state, capture(hops=MOVED), HOURLY, after(99 * DAY)).state
    assert (still.current_url, still.failures) == (THERE, 0)


def test_a_move_a_person_took_back_is_not_made_again() -> None:
    state = undo_move(polled(new_state(URL), 3), after(9 * DAY))
    assert (state.current_url, state.etag, state.next_due) == (None, None, after(9 * DAY))
    assert polled(state, 9).current_url is None
    elsewhere = (Hop(URL, 301, "https://else.example/"),)
    assert polled(state, 9, elsewhere).current_url == "https://else.example/"
    assert undo_move(new_state(URL), NOW) == new_state(URL)


# Gone, health


def test_410_twice_makes_a_feed_dormant_and_any_feed_wakes_it() -> None:
    first = after_response(known(), capture(410), None, NOW)
    assert (first.outcome, first.state.status, wait_of(first)) == ("failed", "active", 600)
    second = after_response(first.state, capture(410), None, NOW)
    assert (second.outcome, second.state.status, wait_of(second)) == ("gone", "dormant", 7 * DAY)
    assert plan_request(second.state, after(7 * DAY)).headers == ()
    for status in (410, 404, 429):
        probe = after_response(second.state, capture(status), None, NOW, chance=0.9)
        assert (probe.state.status, 7 * DAY <= wait_of(probe) <= 8 * DAY) == ("dormant", True)
    awake = after_response(second.state, capture(body=b"2"), HOURLY, NOW)
    assert (awake.state.status, awake.state.gone_seen, awake.outcome) == ("active", 0, "new body")
    between = after_response(first.state, capture(500), None, NOW).state
    assert after_response(between, capture(410), None, NOW).state.status == "active"


def test_health_names_what_keeps_us_from_the_entries() -> None:
    def level(state: FeedState, now: datetime = NOW) -> str:
        return health_of(state, now).level

    good = after_response(known(), capture(304), None, NOW).state
    assert level(new_state(URL)) == "late"
    assert level(good) == "ok"
    assert level(good, after(6 * 3600)) == "late"
    assert "schedule" in health_of(good, after(6 * 3600)).sentence
    failed = after_failure(good, Failure(URL, URL, "dns", "no such host", NOW), NOW).state
    assert level(failed) == "late"
    assert level(failed, after(DAY)) == "failing"
    sentence = health_of(failed, after(DAY)).sentence
    assert all(word in sentence for word in ("2024-05-01 12:30 UTC", "dns", "no such host", "2024-05-01 12:40"))
    slowed = after_response(good, capture(429), None, NOW).state
    assert (level(slowed), level(slowed, after(DAY))) == ("late", "failing")
    assert level(replace(good, status="dormant", first_failure=NOW)) == "dormant"
    quiet = replace(good, recent=every(DAY, 9, 15 * DAY))
    assert level(quiet) == "silent"
    assert level(replace(good, recent=every(30 * DAY, 9, 60 * DAY))) == "ok"
    assert level(replace(good, recent=(), listing_digest=None)) == "silent"


# Hosts


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("https://WWW.Outlet.example:443/x", ("www.outlet.example", ".outlet.example")),
        ("http://outlet.example:8080/", ("outlet.example:8080", ".outlet.example")),
        ("https://a.b.news.com.cn/", ("a.b.news.com.cn", ".news.com.cn")),
        ("https://feeds.bbci.co.uk/", ("feeds.bbci.co.uk", ".bbci.co.uk")),
        ("https://someone.github.io/feed", ("someone.github.io", ".someone.github.io")),
        ("http://127.0.0.1:1200/", ("127.0.0.1:1200",)),
        ("http://[2001:db8::1]:1200/", ("[2001:db8::1]:1200",)),
        ("http://localhost/", ("localhost",)),
        ("https://中文.example/", ("xn--fiq228c.example", ".xn--fiq228c.example")),
        ("nonsense", ()),
        ("http://[bad", ()),
        ("http://\udce4.example/", ()),
    ],
)
def test_pacing_rows(url: str, keys: tuple[str, ...]) -> None:
    assert pacing_keys(url) == keys


def test_a_port_that_is_not_the_scheme_s_own_tells_hosts_apart() -> None:
    assert host_key("ftp://x.example:21/") == "x.example:21"


def test_every_request_leaves_a_pause_behind_with_jitter() -> None:
    for chance, seconds in ((0.0, (2.0, 1.0)), (0.5, (2.1, 1.05))):
        for decision in (
            after_response(known(), capture(304), None, NOW, chance=chance),
            after_failure(known(), Failure(URL, URL, "tls", "", NOW), NOW, chance=chance),
        ):
            assert {row.host: row.not_before for row in decision.hosts} == {
                "www.outlet.example": after(seconds[0]),
                ".outlet.example": after(seconds[1]),
            }


def test_the_next_turn_heeds_feeds_and_hosts() -> None:
    hosts = [HostState("www.outlet.example", after(50))]
    assert next_turn([], hosts, NOW) is None
    assert next_turn([new_state(URL)], [], NOW) == NOW
    assert next_turn([new_state(URL), known(next_due=after(70), pacing=())], hosts, NOW) == after(50)
    assert next_turn([known(next_due=after(70))], hosts, NOW) == after(70)
    assert next_turn([known(next_due=after(999 * DAY))], [], NOW) == NOW


# For any sequence of answers

header_sets = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.integers(0, 10**8).map(str) | st.just("Fri, 01 May 2026 00:00:00 GMT") | st.text(max_size=5),
        "Cache-Control": st.integers(-1, 10**9).map("max-age={}".format),
        "Expires": st.sampled_from(["0", "Thu, 02 May 2024 09:00:00 GMT"]),
        "ETag": st.sampled_from(['"a"', "W/b"]),
    },
)
feeds = st.builds(
    lambda ages, ttl, hours, days: replace(feed(*ages), ttl_s=ttl, skip_hours=hours, skip_days=days),
    st.lists(st.none() | st.floats(-2e6, 2e6), max_size=6),
    st.none() | st.floats(0, 1e8),
    *skips,
)
answers = st.tuples(
    st.sampled_from([200, 200, 304, 301, 404, 410, 429, 500, 503, 0]),
    header_sets,
    st.binary(max_size=1),
    st.none() | feeds,
    st.sampled_from([(), MOVED]),
    chances,
    st.floats(0, 10 * DAY),
)


@given(st.lists(answers, min_size=1, max_size=12))
def test_whatever_comes_a_feed_is_asked_again_in_time_and_never_too_early(
    rows: list[tuple[int, Headers, bytes, Feed | None, tuple[Hop, ...], float, float]],
) -> None:
    state, now = new_state(URL), NOW
    for status, headers, body, parsed, hops, chance, late_s in rows:
        asked = plan_request(state, now)
        response = capture(status, headers, body, url=asked.url, hops=hops, now=now)
        decision = after_response(state, response, parsed, now, DEFAULT, chance)
        if not status:
            decision = after_failure(state, Failure(asked.url, URL, "timeout", "", now), now, DEFAULT, chance)
        wait = wait_of(decision, now)
        assert DEFAULT.min_interval_s <= wait <= LONGEST_WAIT_S
        if status >= 400:
            assert wait >= (retry_after_s(response) or 0)
        if decision.outcome in ("new body", "same body", "not modified"):
            assert DEFAULT.min_interval_s <= decision.state.interval_s <= DAY
            assert wait >= min(freshness_s(response), DAY)
        assert all(now < row.not_before <= now + timedelta(seconds=LONGEST_WAIT_S) for row in decision.hosts)
        state = decision.state
        assert not is_due(state, now)
        assert health_of(state, now).sentence
        now = (state.next_due or now) + timedelta(seconds=late_s)
        assert is_due(state, now)


@given(st.integers(1, 40), st.integers(0, 40), chances)
def test_more_failures_never_mean_a_shorter_wait(failures: int, more: int, chance: float) -> None:
    failure = Failure(URL, URL, "timeout", "", NOW)
    waits = [
        wait_of(after_failure(known(failures=count), failure, NOW, chance=chance))
        for count in (failures, failures + more)
    ]
    assert waits[0] <= waits[1] <= 1.1 * DAY + 1


@given(st.integers(0, LONGEST_WAIT_S), st.integers(0, LONGEST_WAIT_S), chances, st.sampled_from([429, 503, 500]))
def test_a_longer_retry_after_never_means_a_shorter_wait(short: int, long: int, chance: float, status: int) -> None:
    short, long = sorted((short, long))
    waits = [
        wait_of(after_response(known(), capture(status, {"Retry-After": str(s)}), None, NOW, chance=chance))
        for s in (short, long)
    ]
    assert short <= waits[0] <= waits[1] <= LONGEST_WAIT_S
