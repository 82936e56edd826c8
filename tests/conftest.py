"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests import fuzzing

FAST_EXAMPLES = 40
"""The most examples of one property in the fast tests; all tests together (CI) try as many as each asks for."""

# The same examples in every run, on every machine: what fails here fails in CI, and nothing fails by chance there. New
# ones are drawn by ./run fuzz (tests/fuzzing.py). No deadlines: a busy machine is no fault of the code.
settings.register_profile("whole", deadline=None, derandomize=True, database=None)
settings.register_profile("fast", settings.get_profile("whole"), max_examples=FAST_EXAMPLES)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What ``./run fuzz`` asks for, and how long the longest tests go on."""
    fuzzing.add_options(parser)
    parser.addoption("--rounds", default="40", help="rounds of publishing that are killed (in tests marked slow)")


def pytest_configure(config: pytest.Config) -> None:
    """The fast tests try fewer examples than all tests together."""
    settings.load_profile("fast" if config.getoption("markexpr") == "not slow" else "whole")
    if config.getoption("fuzz"):
        config.pluginmanager.register(fuzzing.Fuzzing(config), "fuzzing")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the fast tests a property that names its number of examples, mostly as each is dear, tries a third of them."""
    if settings.get_current_profile_name() == "fast":
        for test in fuzzing.iter_properties(items):
            asked = fuzzing.settings_of(test).max_examples
            if asked != FAST_EXAMPLES:
                fuzzing.draw(test, max_examples=max(5, min(FAST_EXAMPLES, asked // 3)))


ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of trial material beside the checkout; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "DESIGN.md").exists():
        pytest.skip("the folder ../shared with trial material is not here")
    return folder
