"""``./run fuzz``: what it finds is written as a test that fails for the same values, until the fault is mended."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, is_hypothesis_test, settings
from hypothesis import strategies as st

from broadsheet.model import Picture
from tests.conftest import FAST_EXAMPLES, ROOT
from tests.fuzzing import Found, Speller, Unspellable, settings_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])) | st.dates() | st.timedeltas()
    | st.builds(Picture, st.text(), caption=st.none() | st.text()),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | st.sets(st.integers())
    ),
    max_leaves=8,
)  # fmt: skip

BROKEN = """
import dataclasses
import pytest
from hypothesis import given, strategies as st

LIMIT = 50

@dataclasses.dataclass(frozen=True)
class Entry:
    title: str
    size: int

@pytest.fixture(scope="session")
def base():
    return 10

@pytest.fixture(scope="session")
def limit(base):
    return base + 40

@pytest.mark.parametrize("step", [1])
@given(numbers=st.lists(st.integers()))
def test_sums_stay_small(limit, step, numbers):
    numbers.append(0)
    assert sum(numbers) * step < limit + FAULT

@given(st.builds(Entry, st.text(), st.integers()))
def test_entries_are_small(entry):
    assert entry.size < 1000 + FAULT

@given(st.data())
def test_what_is_drawn_bit_by_bit_is_small(data):
    count = data.draw(st.integers(0, 3))
    assert sum(data.draw(st.integers(0, 100)) for _ in range(count)) <= 100 + FAULT

@given(st.randoms(use_true_random=False))
def test_chance_is_low(rng):
    assert rng.random() < 0.5 + FAULT

@given(st.integers())
def test_nothing_is_wrong_here(number):
    assert number == number

def test_no_property():
    raise AssertionError("is not asked")
"""


def fuzz(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pytest with our plugin, in a folder that is not ours."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull, "--rootdir", ".", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_what_is_found_is_a_failing_test_until_the_fault_is_mended(tmp_path: Path) -> None:
    broken = tmp_path / "test_broken.py"
    broken.write_text(BROKEN.replace("FAULT", "0"), "utf-8")
    done = fuzz(tmp_path, "--fuzz", "300", "test_broken.py")
    assert done.returncode == 1 and "is written; it fails until the fault is mended" in done.stdout
    files = sorted(tmp_path.glob("test_found_*.py"))
    assert [path.name[11:-12] for path in files] == [
        "chance_is_low", "entries_are_small", "sums_stay_small", "what_is_drawn_bit_by_bit_is_small"
    ], done.stdout  # fmt: skip
    texts = [path.read_text("utf-8") for path in files]
    assert "replayed(found, " in texts[0] and "Entry(title='', size=1000)" in texts[1]
    assert "numbers=[50]" in texts[2] and "limit: Any" in texts[2]
    assert "Drawn([2, 1, 100])" in texts[3]
    once_more = fuzz(tmp_path, *(path.name for path in files))
    assert "4 failed" in once_more.stdout, once_more.stdout
    broken.write_text(BROKEN.replace("FAULT", "10**30"), "utf-8")
    mended = fuzz(tmp_path, *(path.name for path in files[1:]))
    assert "3 passed" in mended.stdout, mended.stdout


@pytest.mark.slow
def test_no_property_begins_when_the_time_is_up(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text(BROKEN.replace("FAULT", "0"), "utf-8")
    done = fuzz(tmp_path, "--fuzz", "5", "--fuzz-until", "1", "test_broken.py")
    assert "5 skipped, 1 deselected" in done.stdout, done.stdout
    assert not list(tmp_path.glob("test_found_*.py"))


@given(PLAIN)
def test_a_value_is_spelt_so_that_it_comes_back(value: Any) -> None:
    speller = Speller()
    text = speller.spell(value)
    names: dict[str, Any] = {}
    exec("\n".join(sorted(speller.imports)), names)
    assert eval(text, names) == value


def test_what_cannot_be_spelt_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Unspellable):
        Speller().spell(lambda: None)
    assert Found("tests.test_x", "test_x", {"call": lambda: None}).write(tmp_path) is None
    assert Speller().spell(random.Random(1)).startswith("unpickled(")
    assert Speller().spell(date(2028, 2, 29)) == "datetime.date(2028, 2, 29)"
    assert Speller().spell(datetime(2028, 2, 29, tzinfo=UTC)).startswith("datetime.datetime(2028, 2, 29")


@given(st.integers())
@settings(max_examples=1000)
def test_draws_much(number: int) -> None:
    assert number == number


def test_examples_are_the_same_in_every_run_and_few_in_fast_ones() -> None:
    assert is_hypothesis_test(test_draws_much)
    found = settings_of(test_draws_much)
    assert found.derandomize and found.database is None
    is_fast = settings.get_current_profile_name() == "fast"
    assert found.max_examples == (FAST_EXAMPLES if is_fast else 1000)
