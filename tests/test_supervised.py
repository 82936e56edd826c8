"""The supervised Workshop: what a bad page does to its child, and to nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadsheet.adapters.jobs import break_off, pack, read_answer, unpack
from broadsheet.adapters.sandbox import Limits, SupervisedWorkshop
from broadsheet.errors import EngineError, FormatError, SettingsError
from broadsheet.model import Breakage, Job, Product
from tests.contracts.test_workshop import ECHO, MISBEHAVE, deed

WHERE = "tests.deeds:where"
FUNCTIONS = (ECHO, MISBEHAVE, WHERE)
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def workshop() -> Iterator[SupervisedWorkshop]:
    """One child, so that whatever a job does to it would hurt the next."""
    limits = Limits(children=1, cpu_s=0.5, wall_s=2.0, memory_bytes=256 * MEBIBYTE, max_result_bytes=MEBIBYTE)
    with SupervisedWorkshop(FUNCTIONS, limits) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("spin", "timeout cpu"),
        ("sleep", "timeout wall"),
        ("swallow", "memory"),
        ("crash", f"crashed signal {signal.SIGSEGV.value}"),
        ("leave at once", "exited 4"),
        ("connect", "error"),
    ],
)
def test_a_page_that_breaks_its_child_costs_itself(workshop: SupervisedWorkshop, name: str, reason: str) -> None:
    before, broken, after = workshop.map([Job(ECHO, {"n": 1}), deed(name), Job(ECHO, {"n": 2})])
    assert (before, after) == (Product("", {"n": 1}), Product("", {"n": 2}))
    assert isinstance(broken, Breakage)
    assert (broken.key, broken.reason) == (name, reason)
    assert broken.message


def test_a_child_that_closes_its_pipes_is_ended(workshop: SupervisedWorkshop) -> None:
    broken, after = workshop.map([deed("close everything"), Job(ECHO, {})])
    assert isinstance(broken, Breakage)
    assert broken.reason == f"crashed signal {signal.SIGKILL.value}"
    assert isinstance(after, Product)


def test_what_a_library_prints_is_not_an_answer(workshop: SupervisedWorkshop) -> None:
    assert list(workshop.map([deed("print")])) == [Product("print", {"done": ""})]


def test_a_page_and_a_result_of_megabytes_pass(workshop: SupervisedWorkshop) -> None:
    page = os.urandom(1_000_000)
    assert list(workshop.map([Job(ECHO, {"page": page})])) == [Product("", {"page": page})]
    [broken] = workshop.map([Job(ECHO, {"page": page * 30})])
    assert isinstance(broken, Breakage)
    assert broken.reason == "too large"


def test_the_processor_time_of_one_job_is_not_counted_against_the_next(workshop: SupervisedWorkshop) -> None:
    results = list(workshop.map(Job(ECHO, {"list": list(range(20_000))}) for _ in range(60)))
    assert {type(result) for result in results} == {Product}


def _process(workshop: SupervisedWorkshop) -> int:
    [result] = workshop.map([Job(WHERE, {})])
    assert isinstance(result, Product)
    return int(result.result["process"])


def test_a_job_that_only_raises_keeps_its_child(workshop: SupervisedWorkshop) -> None:
    before = _process(workshop)
    list(workshop.map([deed("raise"), deed("return what is not plain")]))
    assert _process(workshop) == before


def test_a_child_that_died_while_idle_costs_nothing(workshop: SupervisedWorkshop) -> None:
    before = _process(workshop)
    os.kill(before, signal.SIGKILL)
    assert _process(workshop) != before


def test_a_child_is_replaced_after_its_number_of_jobs() -> None:
    with SupervisedWorkshop(FUNCTIONS, Limits(children=1, jobs_per_child=3)) as workshop:
        assert len({_process(workshop) for _ in range(7)}) == 3


def test_several_children_work_at_once() -> None:
    with SupervisedWorkshop(FUNCTIONS, Limits(children=2, wall_s=1.0)) as workshop:
        results = list(workshop.map([deed("sleep"), deed("sleep"), Job(WHERE, {})]))
    assert [type(result) for result in results] == [Breakage, Breakage, Product]


def test_a_child_knows_no_proxies_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    monkeypatch.setenv("BROADSHEET_TOKEN", "secret")
    with SupervisedWorkshop(FUNCTIONS, Limits(children=1)) as workshop:
        [result] = workshop.map([Job(WHERE, {})])
    assert isinstance(result, Product)
    assert "PATH" in result.result["environment"]
    assert not {"https_proxy", "BROADSHEET_TOKEN"} & set(result.result["environment"])


def test_closing_ends_what_hangs() -> None:
    workshop = SupervisedWorkshop(FUNCTIONS, Limits(children=1))
    results = workshop.map([Job(WHERE, {}), deed("sleep")])
    first = next(results)
    workshop.close()
    assert isinstance(first, Product)
    with pytest.raises(ProcessLookupError):
        os.kill(int(first.result["process"]), 0)
    with pytest.raises(EngineError, match="closed"):
        next(results)


def test_a_child_that_cannot_start_is_an_error_not_a_failure_of_every_page() -> None:
    with (
        SupervisedWorkshop(FUNCTIONS, Limits(children=1, memory_bytes=20 * MEBIBYTE)) as workshop,
        pytest.raises(EngineError, match="taken before the first job"),
    ):
        list(workshop.map([Job(ECHO, {})]))


def test_an_interpreter_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent/python")
    with (
        SupervisedWorkshop(FUNCTIONS, Limits(children=1)) as workshop,
        pytest.raises(EngineError, match="No such file"),
    ):
        list(workshop.map([Job(ECHO, {})]))


_PARENT = """
import os, signal
from broadsheet.adapters.sandbox import Limits, SupervisedWorkshop
from broadsheet.model import Job
workshop = SupervisedWorkshop(("tests.deeds:where",), Limits(children=1))
[result] = workshop.map([Job("tests.deeds:where", {})])
print(result.result["process"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_child_does_not_outlive_a_parent_that_was_killed() -> None:
    places = os.pathsep.join(place for place in sys.path if place)
    parent = subprocess.run(
        [sys.executable, "-c", _PARENT], env={"PYTHONPATH": places}, stdout=subprocess.PIPE, check=False, timeout=60
    )
    assert parent.returncode == -signal.SIGKILL
    child = int(parent.stdout)
    for _ in range(600):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{child}/stat").exists() and " Z " in Path(f"/proc/{child}/stat").read_text():
            return  # ended; whoever inherited it has not yet asked how
        time.sleep(0.05)
    pytest.fail(f"the child {child} is still there")


@pytest.mark.parametrize("wrong", [{"cpu_s": 0}, {"wall_s": -1}, {"children": 0}, {"jobs_per_child": 0}])
def test_limits_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError):
        Limits(**wrong)


# -- what a child answers is foreign -------------------------------------------------------------------------------


def _packed(head: bytes, rest: bytes = b"") -> bytes:
    return len(head).to_bytes(8, "big") + head + rest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        b"\xff" * 20,
        _packed(b"[]"),
        _packed(b"{}"),
        _packed(b'{"plain":1,"bytes":[]}'),
        _packed(b'{"plain":{},"bytes":[["a",5]]}', b"1234"),
        _packed(b'{"plain":{},"bytes":[["a",-1]]}', b"1234"),
        _packed(b'{"plain":{},"bytes":[[[],1]]}', b"1"),
        _packed(b'{"plain":{},"bytes":[["a",1.0]]}', b"1"),
        _packed(b'{"plain":{},"bytes":7}'),
        _packed(b'{"plain":{},"bytes":[]}', b"left over"),
        _packed(b"[" * 100_000),
        _packed(b"1" * 5000),
    ],
)
def test_bytes_that_are_not_packed_values_are_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        unpack(content)


@pytest.mark.parametrize("answer", [b"", b"?" + pack({}), b"-" + pack({"reason": 1, "message": ""}), b"-" + pack({})])
def test_what_is_not_an_answer_is_refused(answer: bytes) -> None:
    with pytest.raises(FormatError):
        read_answer("", answer)


def test_the_words_of_a_failure_are_cut() -> None:
    broken = read_answer("k", break_off("error", "x" * 10_000))
    assert isinstance(broken, Breakage)
    assert len(broken.message) == 500
