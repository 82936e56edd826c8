"""When articles are looked at again: the ladder, the budget, and what follows from each look; a simulated month."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.app._looks import ladder_of
from broadsheet.errors import SettingsError
from broadsheet.model import LookState, Waiting
from broadsheet.policy.revisits import (
    Ladder,
    after_edit,
    after_failure,
    after_refusal,
    after_same,
    after_strike,
    after_variant,
    choose,
    conditions,
    far_from,
    is_same_page,
    is_settled,
    is_strange,
    next_rung,
)
from broadsheet.settings import Settings, parse_settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LADDER = Ladder()
HOUR = 3600.0
DAY = 24 * HOUR


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def state(number: int = 1, first: float = 0.0, **changes: object) -> LookState:
    one = LookState(f"harbour/{number}", "harbour", f"https://harbour.example/{number}", at(first))
    return replace(one, **changes)  # type: ignore[arg-type]


def ages_of_looks(one: LookState, *, chance: float = 0.0, edits: tuple[float, ...] = ()) -> list[float]:
    """The ages, in hours, at which an article is looked at when every look comes in time."""
    found, now, left = [], one.first, sorted(edits)
    after: LookState | None = replace(one, next_due=next_rung(one, now, LADDER, chance))
    while after is not None and after.next_due is not None:
        now = after.next_due
        age = (now - one.first).total_seconds() / HOUR
        found.append(age)
        if left and age >= left[0]:
            left.pop(0)
            after = after_edit(after, now, LADDER, chance)
        else:
            after = after_same(after, now, LADDER, chance)
    return found


# -- the ladder -----------------------------------------------------------------------------------------------


def test_an_article_climbs_every_rung_and_is_done() -> None:
    assert ages_of_looks(state()) == [0.5, 1, 2, 4, 8, 16, 24, 48, 96, 168, 336, 720]


def test_most_looks_are_on_the_first_day() -> None:
    ages = ages_of_looks(state())
    assert sum(age <= 24 for age in ages) > len(ages) / 2


def test_an_article_that_was_edited_is_looked_at_more_often_for_a_while() -> None:
    plain, edited = ages_of_looks(state()), ages_of_looks(state(), edits=(90.0,))
    assert edited[: plain.index(96) + 1] == plain[: plain.index(96) + 1]
    assert edited[plain.index(96) + 1 :][:5] == [96.5, 97, 98, 100, 104]
    assert edited[-1] == plain[-1]


@given(st.floats(0, 0.999))
def test_jitter_only_ever_waits_a_little_longer(chance: float) -> None:
    ages = ages_of_looks(state(), chance=chance)
    assert ages[0] == pytest.approx(0.5 * (1 + 0.1 * chance))
    assert all(later > age for age, later in pairwise(ages))
    assert ages[-1] <= 720 + 6


def test_rungs_that_were_missed_fall_into_one_look() -> None:
    late = state(first=0, next_due=at(HOUR / 2))
    after = after_same(late, at(5.5 * DAY), LADDER, 0)
    assert after is not None
    assert after.next_due == at(7 * DAY)


def test_a_look_just_before_a_rung_counts_as_that_rung() -> None:
    after = after_same(state(), at(3.7 * HOUR), LADDER, 0)
    assert after is not None
    assert after.next_due == at(8 * HOUR)


def test_an_article_past_its_ladder_is_looked_at_no_more() -> None:
    assert next_rung(state(), at(30 * DAY), LADDER) is None
    assert next_rung(state(), at(400 * DAY), LADDER) is None


def test_a_clock_that_stepped_back_does_not_put_looks_off_for_years() -> None:
    turn = next_rung(state(first=1000 * DAY), NOW, LADDER)
    assert turn is not None
    assert turn <= at(HOUR)
    assert far_from(NOW, LADDER) < at(40 * DAY)


# -- what follows from a look ---------------------------------------------------------------------------------


def test_one_404_is_no_vanishing_and_two_within_the_hour_are_none() -> None:
    one, has_vanished = after_strike(state(), at(0), LADDER, 0)
    assert one is not None and not has_vanished
    assert one.next_due == at(HOUR)
    two, has_vanished = after_strike(one, at(0.5 * HOUR), LADDER, 0)
    assert two is not None and not has_vanished
    three, has_vanished = after_strike(two, at(HOUR), LADDER, 0)
    assert three is not None and has_vanished
    assert three.vanished == at(HOUR)


def test_a_page_between_two_404_takes_the_first_back() -> None:
    one, _ = after_strike(state(), at(0), LADDER, 0)
    assert one is not None
    for after in (after_same(one, at(HOUR), LADDER, 0), after_refusal(one, at(HOUR), LADDER, 0)):
        assert after is not None
        _, has_vanished = after_strike(after, at(3 * HOUR), LADDER, 0)
        assert not has_vanished


def test_410_is_believed_at_once() -> None:
    after, has_vanished = after_strike(state(), NOW, LADDER, 0, is_certain=True)
    assert has_vanished and after is not None and after.vanished == NOW


def test_a_vanished_page_is_looked_for_ever_more_rarely_for_a_year() -> None:
    after, _ = after_strike(state(), NOW, LADDER, 0, is_certain=True)
    gaps, now, said = [], NOW, 0
    while after is not None and after.next_due is not None:
        gaps.append((after.next_due - now) / timedelta(days=1))
        now = after.next_due
        after, again = after_strike(after, now, LADDER, 0)
        said += again
    assert gaps[:6] == [1, 1, 2, 4, 8, 16]
    assert max(gaps) == 30 and gaps == sorted(gaps)
    assert now > at(364 * DAY) and said == 0


def test_a_page_that_is_back_goes_on_with_its_ladder() -> None:
    gone, _ = after_strike(state(), at(HOUR), LADDER, 0, is_certain=True)
    assert gone is not None
    after = after_same(gone, at(20 * HOUR), LADDER, 0)
    assert after is not None
    assert (after.vanished, after.strikes, after.next_due) == (None, 0, at(DAY))


def test_a_failure_is_tried_again_soon_but_not_for_ever() -> None:
    one: LookState | None = state(first=-10 * DAY)
    now, waits = NOW, []
    for _ in range(5):
        assert one is not None
        one = after_failure(one, now, LADDER, 0)
        assert one is not None and one.next_due is not None
        waits.append((one.next_due - now).total_seconds() / HOUR)
        now = one.next_due
    assert waits[:4] == [0.5, 1, 2, 4]
    assert waits[4] > 24


def test_a_server_that_asks_for_patience_has_it() -> None:
    after = after_failure(state(), NOW, LADDER, 0, wait_s=5 * HOUR)
    assert after is not None
    assert after.next_due == at(5 * HOUR)


def test_failing_for_ever_ends_with_the_ladder() -> None:
    one: LookState | None = replace(state(), next_due=NOW)
    looks = 0
    while one is not None:
        assert one.next_due is not None
        one = after_failure(one, max(one.next_due, NOW), LADDER, 0.5)
        looks += 1
    assert looks < 20


def test_a_text_that_may_be_on_trial_is_looked_at_again_soon() -> None:
    waiting = Waiting("aa", NOW)
    after = after_variant(state(), waiting, NOW, LADDER, 0, is_soon=True)
    assert after is not None
    assert (after.next_due, after.waiting) == (at(600), waiting)
    later = after_variant(state(), waiting, NOW, LADDER, 0, is_soon=False)
    assert later is not None
    assert later.next_due == at(HOUR / 2)


def test_a_page_that_is_different_every_time_is_not_looked_at_all_the_time() -> None:
    first = after_variant(state(), Waiting("aa", NOW), NOW, LADDER, 0, is_soon=True)
    assert first is not None
    second = after_variant(first, Waiting("bb", at(600)), at(600), LADDER, 0, is_soon=True)
    assert second is not None
    assert second.next_due == at(HOUR / 2)


@pytest.mark.parametrize(
    ("looks", "hours", "is_new", "settled"),
    [(1, 5, True, False), (2, 0.1, True, False), (2, 0.2, True, True), (2, 30, False, False), (3, 2, False, False),
     (3, 24, False, True)],
)  # fmt: skip
def test_a_text_settles_sooner_where_it_is_new(looks: int, hours: float, is_new: bool, settled: bool) -> None:
    assert is_settled(Waiting("aa", NOW, looks), at(hours * HOUR), LADDER, is_new=is_new) is settled


def test_the_ladder_that_is_set_by_default_is_the_default() -> None:
    assert ladder_of(Settings().looks) == LADDER


@pytest.mark.parametrize(
    ("rungs", "words"),
    [('["1h", "30m"]', "must rise"), ('["soon"]', "'soon' is not a duration"), ('["0h"]', "not a duration")],
)
def test_wrong_rungs_are_named(rungs: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        parse_settings(f"[looks]\nrungs = {rungs}\n")


# -- how it is asked ------------------------------------------------------------------------------------------


KNOWN = state(etag='"x"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT", body_digest="aa", last_full=NOW)


def test_validators_go_back_as_they_came() -> None:
    assert conditions(KNOWN, at(HOUR), LADDER) == (
        ("If-None-Match", '"x"'),
        ("If-Modified-Since", "Sun, 01 Mar 2026 12:00:00 GMT"),
    )


@pytest.mark.parametrize(
    "one",
    [
        replace(KNOWN, body_digest=None),
        replace(KNOWN, parts=("bb",)),
        replace(KNOWN, waiting=Waiting("cc", NOW)),
        replace(KNOWN, vanished=NOW),
        replace(KNOWN, last_full=at(-8 * DAY)),
        replace(KNOWN, last_full=at(3 * HOUR)),
    ],
)
def test_a_whole_page_is_asked_for_where_304_would_say_nothing(one: LookState) -> None:
    assert conditions(one, at(HOUR), LADDER) == ()


def test_the_same_bytes_are_the_same_text_unless_there_are_further_pages() -> None:
    assert is_same_page(KNOWN, "aa") and not is_same_page(KNOWN, "bb")
    assert not is_same_page(replace(KNOWN, parts=("bb",)), "aa")


def test_a_text_that_shares_nothing_is_another_article() -> None:
    kept = "渡轮周六清晨复航。港务局说班次逐步恢复。票价不变。"
    assert is_strange(kept, "市议会周五表决有轨电车预算。反对者说钱应当修桥。")
    assert not is_strange(kept, "渡轮周六清晨复航。港务局又说，别的都变了。")
    assert not is_strange("", "anything")


# -- the budget -----------------------------------------------------------------------------------------------


def test_the_youngest_go_first_and_those_due_longest_have_their_share() -> None:
    small = replace(LADDER, per_host_hour=4)
    due = [state(number, first=-number * HOUR, next_due=at(-number)) for number in range(1, 20)]
    choice = choose(due, {}, NOW, small)
    assert [one.article for one in choice.chosen] == ["harbour/1", "harbour/2", "harbour/3", "harbour/19"]
    assert len(choose(due, {"harbour.example": 3}, NOW, small).chosen) == 1
    assert choose(due, {"harbour.example": 4}, NOW, small).chosen == ()
    assert len(choose(due, {"other.example": 4}, NOW, small, limit=2).chosen) == 2


def test_an_article_nobody_got_to_for_two_ladders_is_over() -> None:
    old, young = state(1, first=-61 * DAY, next_due=at(-31 * DAY)), state(2, first=-59 * DAY, next_due=at(-29 * DAY))
    choice = choose([old, young], {}, NOW, LADDER)
    assert (choice.chosen, choice.over) == ((young,), (old,))
    assert choose([old], {}, NOW, LADDER, everything=True).chosen == (old,)


class Month:
    """A simulated time of looks: articles come, a round every so often, nothing between."""

    def __init__(self, ladder: Ladder, seed: int, *, hosts: int = 3, edits: float = 0.1) -> None:
        self.ladder, self.chance, self.hosts, self.edits = ladder, random.Random(seed), hosts, edits
        self.states: dict[str, LookState] = {}
        self.asked: list[tuple[datetime, str]] = []
        self.ages: dict[str, list[float]] = {}

    def come(self, first: datetime) -> None:
        number = len(self.ages)
        host = f"host{number % self.hosts}.example"
        one = LookState(f"x/{number}", "x", f"https://{host}/{number}", first)
        self.states[one.article] = replace(one, next_due=next_rung(one, first, self.ladder, self.chance.random()))
        self.ages[one.article] = []

    def round(self, now: datetime) -> int:
        due = [one for one in self.states.values() if one.next_due and one.next_due <= now]
        spent = Counter(host for when, host in self.asked if when > now - timedelta(hours=1))
        choice = choose(due, spent, now, self.ladder)
        for one in choice.over:
            del self.states[one.article]
        for one in choice.chosen:
            self.asked.append((now, one.url.split("/")[2]))
            self.ages[one.article].append((now - one.first).total_seconds())
            edited = self.chance.random() < self.edits
            after = (after_edit if edited else after_same)(one, now, self.ladder, self.chance.random())
            if after is None:
                del self.states[one.article]
            else:
                self.states[one.article] = after
        return len(choice.chosen)

    def most_in_an_hour(self) -> int:
        worst = 0
        for host in {host for _, host in self.asked}:
            times = sorted(when for when, other in self.asked if other == host)
            start = 0
            for end, when in enumerate(times):
                while times[start] <= when - timedelta(hours=1):
                    start += 1
                worst = max(worst, end - start + 1)
        return worst


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), budget=st.integers(2, 12), step_min=st.sampled_from([7, 20, 60]))
def test_a_month_keeps_its_budget_and_every_article_ends(seed: int, budget: int, step_min: int) -> None:
    month = Month(replace(LADDER, per_host_hour=budget), seed)
    now, off = NOW, seed % 20
    for hour in range(24 * 5):
        if hour < 48:
            for _ in range(month.chance.randrange(3)):
                month.come(now - timedelta(minutes=month.chance.randrange(60)))
        if not off <= hour // 6 < off + 4:  # a day on which nothing runs
            for minute in range(0, 60, step_min):
                month.round(now + timedelta(minutes=minute))
        now += timedelta(hours=1)
    while month.states and now < NOW + timedelta(days=70):
        month.round(now)
        now += timedelta(hours=6)
    assert month.most_in_an_hour() <= budget
    assert not month.states
    assert all(ages for ages in month.ages.values()), "an article was never looked at"
    assert all(ages == sorted(ages) and max(ages) > 25 * DAY for ages in month.ages.values())


def test_after_a_week_off_there_is_one_look_each_and_no_storm() -> None:
    month = Month(replace(LADDER, per_host_hour=50), 1, hosts=1, edits=0)
    for number in range(400):
        month.come(at(-number * 300))
    counts = [month.round(at(7.5 * DAY + hour * HOUR)) for hour in range(10)]
    assert max(counts) <= 50
    assert all(len(ages) <= 1 for ages in month.ages.values())
    assert sum(counts) == 400
