"""What is wrong and who is told of it, as a pure decision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import FeedState, Growth, RemoteFailure, RunEnd, Vigil
from broadsheet.policy.alerts import (
    AlertRules,
    Disk,
    Sighting,
    begin_run,
    end_run,
    find_last_run,
    find_overdue,
    find_troubles,
    judge,
    note_remotes,
    outlook,
    period_s,
)
from broadsheet.policy.rhythm import patience_s
from broadsheet.services.messenger import freeze, thaw

NOW = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = AlertRules(every_s=3600.0)
GB = 1_000_000_000


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def ran(*hours: float, reason: str = "") -> tuple[RunEnd, ...]:
    """Runs that ended so many hours ago."""
    return tuple(RunEnd(ago(hours=h) - timedelta(minutes=2), ago(hours=h), reason) for h in hours)


def kinds(vigil: Vigil, seen: Sighting, rules: AlertRules = RULES) -> list[str]:
    return [trouble.key for trouble in find_troubles(vigil, seen, rules)]


# -- runs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vigil", "is_overdue"),
    [
        (Vigil(), False),
        (Vigil(began=ago(hours=3)), False),
        (Vigil(began=ago(hours=4)), True),
        (Vigil(runs=ran(2.9)), False),
        (Vigil(runs=ran(3.1)), True),
        (Vigil(runs=(*ran(5), *ran(2, 1, reason="every feed that was asked failed"))), True),
        (Vigil(runs=(*ran(2), *ran(1, reason="the disk is full"))), False),
        (Vigil(runs=ran(9), unfinished=(ago(hours=2),)), False),
        (Vigil(runs=ran(9), unfinished=(ago(hours=4),)), True),
        (Vigil(runs=ran(9), unfinished=(ago(hours=2), ago(hours=1))), True),
        (Vigil(runs=(*ran(9), RunEnd(NOW + DAY, NOW + DAY))), True),
        (Vigil(runs=ran(9), unfinished=(NOW + DAY,)), True),
    ],
)
def test_when_a_run_is_overdue(vigil: Vigil, is_overdue: bool) -> None:
    assert (find_overdue(vigil, NOW, RULES) is not None) is is_overdue


def test_the_trouble_says_since_when_and_why() -> None:
    failed = (*ran(9), *ran(2, 1, reason="the disk is full"))
    trouble = find_overdue(Vigil(runs=failed), NOW, RULES)
    assert trouble and trouble.since == ago(hours=9) and trouble.reason == "the disk is full"
    killed = find_overdue(Vigil(runs=ran(9), unfinished=(ago(hours=2), ago(hours=1))), NOW, RULES)
    assert killed and killed.reason == "unfinished"


def test_the_period_is_as_set_or_as_runs_came_or_a_day() -> None:
    hourly = Vigil(runs=ran(*range(60, 40, -1)))
    assert period_s(hourly, AlertRules(every_s=900.0)) == 900.0
    assert period_s(hourly, AlertRules()) == 3600.0
    assert period_s(Vigil(runs=ran(72, 60, 48, 36, 24, 12)), AlertRules()) == 12 * 3600.0
    by_hand = Vigil(runs=ran(0.3, 0.2, 0.1))
    assert period_s(by_hand, AlertRules()) == 3600.0, "runs by hand come in threes"
    assert period_s(Vigil(runs=ran(2, 1)), AlertRules()) == 86_400.0
    assert outlook(Vigil(runs=ran(1)), NOW, AlertRules()).every_s == 0.0, "what is not known is not said"


def test_a_run_that_begins_and_ends_is_remembered() -> None:
    vigil = begin_run(Vigil(), NOW)
    assert vigil.unfinished == (NOW,) and vigil.began == NOW
    vigil = end_run(vigil, RunEnd(NOW, NOW + HOUR))
    assert vigil.unfinished == () and find_last_run(vigil, NOW + HOUR) == RunEnd(NOW, NOW + HOUR)
    for n in range(100):
        vigil = end_run(vigil, RunEnd(NOW + n * HOUR, NOW + n * HOUR))
    assert len(vigil.runs) == 20


# -- what else ---------------------------------------------------------------------------------------------------------


def feed(name: str = "a", outlet: str = "voa", **fields: object) -> FeedState:
    return FeedState(url=f"https://{name}.example/rss", outlet=outlet, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (feed(last_polled=NOW, last_success=NOW), False),
        (feed(first_failure=ago(days=2), last_polled=NOW, failures=9), False),
        (feed(first_failure=ago(days=3), last_polled=NOW, failures=9), True),
        (feed(first_failure=ago(hours=1), last_polled=NOW, gone_seen=3, status="dormant"), True),
        (feed(first_failure=ago(days=9), last_polled=ago(days=9), failures=1), False),
    ],
)
def test_when_a_feed_is_told_of(state: FeedState, is_told: bool) -> None:
    """It must have been asked for days: one failure before a week without power says nothing of the feed."""
    seen = Sighting(NOW, (state,), {state.url: "https://shown.example/rss"})
    assert kinds(Vigil(runs=ran(1)), seen) == (["feed https://shown.example/rss"] if is_told else [])


def every(step: timedelta, count: int, until: datetime) -> tuple[datetime, ...]:
    return tuple(until - step * n for n in reversed(range(count)))


@pytest.mark.parametrize(
    ("recent", "is_silent"),
    [
        (every(HOUR, 32, ago(days=2)), False),
        (every(HOUR, 32, ago(days=4)), True),
        (every(DAY, 32, ago(days=4)), False),
        (every(DAY, 32, ago(days=11)), True),
        (every(30 * DAY, 12, ago(days=200)), False),
        ((*every(HOUR, 8, ago(days=18)), *every(HOUR, 8, ago(days=9))), False),
        ((), False),
    ],
)
def test_an_outlet_is_silent_by_its_own_habit(recent: tuple[datetime, ...], is_silent: bool) -> None:
    """Hourly, daily, monthly, in batches with nine days between them, and one of whose habit nothing is known."""
    seen = Sighting(NOW, (feed(recent=recent, last_success=NOW, last_polled=NOW),))
    assert kinds(Vigil(runs=ran(1)), seen) == (["outlet voa"] if is_silent else [])


def test_nobody_is_silent_while_nobody_listens() -> None:
    state = feed(recent=every(HOUR, 32, ago(days=30)), last_success=ago(days=30), last_polled=ago(days=30))
    assert kinds(Vigil(runs=ran(1)), Sighting(NOW, (state,))) == []


def test_an_outlet_with_one_living_feed_is_not_silent() -> None:
    dead = feed("a", recent=every(HOUR, 32, ago(days=30)), last_success=NOW)
    alive = feed("b", recent=every(DAY, 5, ago(hours=3)), last_success=NOW)
    assert kinds(Vigil(runs=ran(1)), Sighting(NOW, (dead, alive))) == []
    assert kinds(Vigil(runs=ran(1)), Sighting(NOW, (dead, feed("c", outlet="bbc", last_success=NOW)))) == ["outlet voa"]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=31), st.floats(0, 10**7))
def test_patience_is_never_less_than_any_silence_there_was(gaps: list[int], floor_s: float) -> None:
    moments = [NOW]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    assert patience_s(tuple(moments), floor_s) >= max(floor_s, max(gaps))


def test_a_remote_is_told_of_once_it_refuses_for_long() -> None:
    once = note_remotes(Vigil(runs=ran(1)), [("git.example/a", "hook declined"), ("git.example/b", "")], ago(hours=7))
    seen = Sighting(NOW, remotes=("git.example/a", "git.example/b"))
    assert kinds(once, seen) == [], "one failure is told in the run's own words"
    twice = note_remotes(once, [("git.example/a", "hook declined")], ago(hours=1))
    assert kinds(twice, seen) == ["remote git.example/a"]
    assert kinds(once, seen, replace(RULES, remote_after_s=0.0)) == ["remote git.example/a"]
    assert kinds(twice, Sighting(NOW, remotes=("git.example/b",))) == [], "it is no longer set"
    assert note_remotes(twice, [("git.example/a", "")], NOW).remotes == ()
    ahead = note_remotes(Vigil(), [("git.example/a", "x")], NOW + 9 * DAY)
    assert note_remotes(ahead, [("git.example/a", "x")], NOW).remotes == (
        RemoteFailure("git.example/a", NOW, NOW, "x"),
    ), "a clock that was wrong is not believed"


@pytest.mark.parametrize(
    ("disk", "growth", "is_told"),
    [
        (Disk(GB), 0, False),
        (Disk(GB - 1), 0, True),
        (Disk(29 * GB), GB, True),
        (Disk(31 * GB), GB, False),
        (Disk(99 * GB, files=49_000), 0, True),
        (Disk(99 * GB, files=None), 0, False),
    ],
)
def test_when_a_disk_is_told_of(disk: Disk, growth: int, is_told: bool) -> None:
    vigil = Vigil(runs=ran(1), growth=Growth(NOW, growth))
    assert kinds(vigil, Sighting(NOW, disk=disk)) == (["disk"] if is_told else [])


def test_a_disk_at_its_bound_is_not_told_of_back_and_forth() -> None:
    vigil, told = Vigil(runs=ran(1)), Counter[str]()
    for free in (GB - 1, GB + 1, GB - 1, GB + 1, round(1.2 * GB)):
        verdict = judge(vigil, Sighting(NOW, disk=Disk(free)), RULES)
        vigil = verdict.vigil
        told["begun"] += len(verdict.begun)
        told["ended"] += len(verdict.ended)
    assert told == {"begun": 1, "ended": 1}


# -- who is told -------------------------------------------------------------------------------------------------------


def test_what_lasts_is_told_again_after_a_week_and_then_its_end() -> None:
    down = Sighting(NOW, disk=Disk(1))
    first = judge(Vigil(runs=ran(1)), down, RULES)
    assert [case.trouble.kind for case in first.begun] == ["disk"] and not first.reminded
    rules = replace(RULES, every_s=10**9)
    later = judge(first.vigil, replace(down, now=NOW + 7 * DAY - HOUR), rules)
    assert not later.begun and not later.reminded
    week = judge(later.vigil, replace(down, now=NOW + 7 * DAY), rules)
    assert len(week.reminded) == 1 and week.reminded[0].trouble.since == NOW
    assert not judge(week.vigil, replace(down, now=NOW + 8 * DAY), rules).reminded
    assert not judge(first.vigil, replace(down, now=NOW + 99 * DAY), replace(rules, repeat_s=0.0)).reminded
    over = judge(week.vigil, Sighting(NOW + 8 * DAY, disk=Disk(2 * GB)), rules)
    assert [(case.how, case.id) for case in over.ended] == [("well", first.begun[0].id)]
    assert over.vigil.past[-1].ended == NOW + 8 * DAY


def test_what_cannot_be_told_neither_begins_nor_ends_anything() -> None:
    state = feed(first_failure=ago(days=4), last_polled=NOW, failures=4)
    first = judge(Vigil(runs=ran(1)), Sighting(NOW, (state,), disk=Disk(1)), RULES)
    assert len(first.begun) == 2
    blind = judge(first.vigil, Sighting(NOW), RULES)
    assert blind.vigil.open == first.vigil.open and not blind.ended


def test_what_is_no_longer_followed_is_not_called_well() -> None:
    state = feed(first_failure=ago(days=4), last_polled=NOW, failures=4)
    first = judge(Vigil(runs=ran(1)), Sighting(NOW, (state,)), RULES)
    (over,) = judge(first.vigil, Sighting(NOW, ()), RULES).ended
    assert over.how == "gone"


def test_a_trouble_that_nobody_could_be_told_of_is_told_once_somebody_can() -> None:
    down = Sighting(NOW, disk=Disk(1))
    alone = judge(Vigil(runs=ran(1)), down, RULES, can_tell=False)
    assert not alone.begun and alone.vigil.open[0].told is None
    heard = judge(alone.vigil, down, RULES)
    assert len(heard.begun) == 1 and not judge(heard.vigil, down, RULES).begun
    unheard = judge(alone.vigil, Sighting(NOW, disk=Disk(2 * GB)), RULES)
    assert not unheard.ended and len(unheard.vigil.past) == 1, "who heard of no beginning hears of no end"


def test_a_clock_that_was_wrong_does_not_silence_a_reminder() -> None:
    far = NOW + 900 * DAY
    first = judge(Vigil(runs=(RunEnd(far, far),)), Sighting(far, disk=Disk(1)), RULES)
    back = judge(first.vigil, Sighting(NOW, disk=Disk(1)), RULES)
    assert any(case.trouble.kind == "disk" for case in back.reminded)


@dataclass
class Told:
    """What its owner heard: of each trouble, in their order."""

    heard: dict[str, list[str]] = field(default_factory=dict)

    def take(self, kind: str, key: str) -> None:
        self.heard.setdefault(key, []).append(kind)


states = st.fixed_dictionaries(
    {
        "step": st.integers(0, 400),
        "disk": st.sampled_from([1, 2 * GB, None]),
        "remote": st.sampled_from(["", "refused"]),
        "feed": st.sampled_from(["well", "failing", "gone", None]),
        "run": st.sampled_from(["", "failed", "none"]),
        "keep": st.booleans(),
    }
)


@given(st.lists(states, max_size=25))
def test_each_beginning_and_each_end_is_told_once_whatever_comes(steps: list[dict[str, object]]) -> None:
    """Looks at any times, in any states, with what is remembered written down and read back between them."""
    vigil, now, told = Vigil(), NOW, Told()
    rules = replace(RULES, remote_after_s=0.0, feed_after_s=0.0, repeat_s=30 * 86_400.0)
    for step in steps:
        now += timedelta(minutes=int(str(step["step"])))
        if step["run"] != "none":
            vigil = end_run(begin_run(vigil, now), RunEnd(now, now, str(step["run"])))
        vigil = note_remotes(vigil, [("r", str(step["remote"]))], now)
        feeds = {
            "well": (feed(last_polled=now, last_success=now),),
            "failing": (feed(first_failure=now, last_polled=now, failures=1),),
            "gone": (),
        }
        free = step["disk"]
        seen = Sighting(
            now,
            feeds.get(str(step["feed"])),
            remotes=("r",),
            disk=Disk(free) if isinstance(free, int) else None,
        )
        before = {case.trouble.key for case in vigil.open}
        verdict = judge(vigil, seen, rules)
        for case in verdict.begun:
            told.take("begun", case.trouble.key)
        for case in verdict.reminded:
            told.take("reminded", case.trouble.key)
        for case in verdict.ended:
            told.take("ended", case.trouble.key)
        after = {case.trouble.key for case in verdict.vigil.open}
        assert after - before == {case.trouble.key for case in verdict.begun}
        assert before - after == {case.trouble.key for case in verdict.ended}
        assert after >= {trouble.key for trouble in find_troubles(vigil, seen, rules)}, "every trouble is told"
        again = judge(verdict.vigil, seen, rules)
        assert not (again.begun or again.reminded or again.ended), "nothing is told twice"
        assert again.vigil == verdict.vigil
        vigil = verdict.vigil if step["keep"] else thaw(Vigil, freeze(verdict.vigil))
        assert vigil == verdict.vigil
    for heard in told.heard.values():
        turns = [kind for kind in heard if kind != "reminded"]
        assert turns == ["begun", "ended"] * (len(turns) // 2) + ["begun"] * (len(turns) % 2)
