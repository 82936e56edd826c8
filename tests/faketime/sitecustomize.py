"""Loaded by every Python under ``./run test --on-other-days``, and by no other: sleeping that faketime does not spoil.

CPython's ``time.sleep`` (3.11 and later) waits for an instant of the monotonic clock. libfaketime, told to leave that
clock alone, still reckons such an instant as one of its own (0.9.10) and answers EINVAL. ``select`` waits for a
duration.
"""

from __future__ import annotations

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex, /) -> None:
    """As ``time.sleep``."""
    duration_s = float(seconds)
    if duration_s < 0:
        raise ValueError("sleep length must be non-negative")
    select.select((), (), (), duration_s)


time.sleep = sleep
