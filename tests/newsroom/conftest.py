"""The newsroom as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from broadsheet.demo import Newsroom


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom
