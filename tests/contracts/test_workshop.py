"""What every Workshop must do, asked of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.adapters.sandbox import Limits, SupervisedWorkshop
from broadsheet.errors import BroadsheetError, EngineError
from broadsheet.model import Breakage, Job, Product
from broadsheet.ports import Workshop
from broadsheet.testing.inline import InlineWorkshop

ECHO, MISBEHAVE, NOT_A_DICT = "tests.deeds:echo", "tests.deeds:misbehave", "tests.deeds:not_a_dict"
FUNCTIONS = (ECHO, MISBEHAVE, NOT_A_DICT)


def make(kind: str, functions: tuple[str, ...] = FUNCTIONS) -> Workshop:
    if kind == "inline":
        return InlineWorkshop(functions, max_result_bytes=1_000_000)
    return SupervisedWorkshop(functions, Limits(children=2, max_result_bytes=1_000_000))


@pytest.fixture(scope="module", params=["inline", "supervised"])
def workshop(request: pytest.FixtureRequest) -> Iterator[Workshop]:
    opened = make(request.param)
    yield opened
    opened.close()


def deed(name: str) -> Job:
    return Job(MISBEHAVE, {"deed": name}, name)


def test_plain_values_come_back_as_they_went(workshop: Workshop) -> None:
    payload = {"text": "标题 \ud800 \0", "page": b"\xff\0<html>", "none": None, "list": [1, 2.5, True, {"a": []}]}
    assert list(workshop.map([Job(ECHO, payload, "k")])) == [Product("k", payload)]


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(payload=st.dictionaries(st.text(), _PLAIN | st.binary()))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_plain_values_come_back(workshop: Workshop, payload: dict[str, Any]) -> None:
    assert list(workshop.map([Job(ECHO, payload)])) == [Product("", payload)]


def test_results_stand_in_the_order_of_the_jobs(workshop: Workshop) -> None:
    jobs = [deed("raise") if number % 7 == 3 else Job(ECHO, {"n": number}, str(number)) for number in range(100)]
    results = list(workshop.map(iter(jobs)))
    assert [result.key for result in results] == [job.key for job in jobs]
    assert all(isinstance(result, Breakage) == (result.key == "raise") for result in results)


def test_no_jobs_no_results(workshop: Workshop) -> None:
    assert list(workshop.map([])) == []


def test_jobs_are_not_all_read_at_once(workshop: Workshop) -> None:
    read: list[int] = []

    def jobs() -> Iterator[Job]:
        for number in range(10_000):
            read.append(number)
            yield Job(ECHO, {})

    results = workshop.map(jobs())
    next(results)
    assert len(read) < 100
    del results
    assert list(workshop.map([Job(ECHO, {"n": 1})])) == [Product("", {"n": 1})]


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("raise", "error", "ValueError: no headline: 标题"),
        ("raise wordless", "error", "WordlessError: (no words)"),
        ("recurse", "error", "RecursionError"),
        ("leave", "error", "SystemExit: 3"),
        ("return what is not plain", "error", "TypeError"),
        ("return not a number", "error", "ValueError"),
        ("return nested bytes", "error", "TypeError"),
        ("return too much", "too large", "1000000 are allowed"),
        ("unheard of", "error", "KeyError"),
    ],
)
def test_a_bad_job_costs_itself(workshop: Workshop, name: str, reason: str, words: str) -> None:
    before, broken, after = workshop.map([Job(ECHO, {"n": 1}), deed(name), Job(ECHO, {"n": 2})])
    assert (before, after) == (Product("", {"n": 1}), Product("", {"n": 2}))
    assert isinstance(broken, Breakage)
    assert (broken.key, broken.reason) == (name, reason)
    assert words in broken.message


def test_a_result_must_be_a_dict(workshop: Workshop) -> None:
    [broken] = workshop.map([Job(NOT_A_DICT, {})])
    assert isinstance(broken, Breakage)
    assert broken.message == "TypeError: the function returned list, not a dict"


@pytest.mark.parametrize("job", [Job("os:listdir", {}), Job(ECHO, {"when": object()}), Job(ECHO, {"deep": [b""]})])
def test_a_wrong_job_is_the_caller_s_fault(workshop: Workshop, job: Job) -> None:
    with pytest.raises(EngineError, match=job.function):
        list(workshop.map([job]))


@pytest.mark.parametrize("kind", ["inline", "supervised"])
@pytest.mark.parametrize("path", ["tests.deeds:nothing", "tests.deeds:NOT_A_FUNCTION", "no.such.module:x", "x"])
def test_a_function_that_is_not_there_is_said_at_once(kind: str, path: str) -> None:
    with pytest.raises(BroadsheetError, match=path):
        list(make(kind, (path,)).map([Job(path, {})]))


@pytest.mark.parametrize("kind", ["inline", "supervised"])
def test_a_closed_workshop_takes_no_jobs(kind: str) -> None:
    workshop = make(kind)
    begun = workshop.map(Job(ECHO, {}) for _ in range(1000))
    next(begun)
    workshop.close()
    workshop.close()
    with pytest.raises(EngineError, match="closed"):
        workshop.map([])
    with pytest.raises(EngineError, match="closed"):
        list(begun)
