"""The newsroom as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from broadsheet.newsroom import (
    Newsroom,
)
from tests.newsroom.asking import NOW


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(NOW) as newsroom:
        yield newsroom
