"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# No deadlines: a busy machine is no fault of the code.
settings.register_profile("whole", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=40)


def pytest_configure(config: pytest.Config) -> None:
    """The fast tests try fewer examples than all tests together."""
    settings.load_profile("fast" if config.getoption("markexpr") == "not slow" else "whole")


ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of trial material beside the checkout; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "DESIGN.md").exists():
        pytest.skip("the folder ../shared with trial material is not here")
    return folder
