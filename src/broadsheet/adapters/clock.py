"""The time of this machine. Who decides by time is handed ``now``, or a clock such as this one."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
