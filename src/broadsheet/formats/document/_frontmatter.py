"""The front matter of Jekyll mirrors, read line by line.

It looks like YAML and is none: a script printed headlines between two quotation marks without escaping what
stood in them, so a YAML parser refuses the very files that need it most (``title: "He said "no": a report"``).
What the script did write is one ``key: value`` per line, and that is what is read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(?:[ \t]+(.*)|)", re.DOTALL)
_LIST_LINE = re.compile(r"\s*-\s+(.*)")
_QUOTED_LINES = 4
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")


def read_front_matter(lines: Sequence[str]) -> dict[str, str]:
    """Keys (lower case) and their raw values. The first of two equal keys counts.

    A line that is no ``key: value`` continues the value before it: a list written one name per line, whose names
    are then joined with commas, or a headline that held a line end. Such a headline runs on to the line with its
    closing quotation mark, if that comes soon, even over lines that look like keys.
    """
    values: dict[str, str] = {}
    key, quoted_until = "", -1
    for at, line in enumerate(lines):
        match = _KEY.fullmatch(line.rstrip()) if at > quoted_until else None
        if match and match[1].lower() not in values:
            key = match[1].lower()
            values[key] = (match[2] or "").strip()
            quoted_until = _find_closing_line(lines, at, values[key])
        elif not match and key and line.strip():
            listed = _LIST_LINE.fullmatch(line)
            joint = ", " if listed and values[key] else " "
            values[key] = f"{values[key]}{joint}{listed[1] if listed else line.strip()}".strip()
    return values


def _find_closing_line(lines: Sequence[str], at: int, value: str) -> int:
    """The line where a value that opens with a quotation mark closes; ``at`` if it is that line or unknown."""
    if not value.startswith('"') or (len(value) > 1 and value.endswith('"')):
        return at
    following = range(at + 1, min(at + 1 + _QUOTED_LINES, len(lines)))
    return next((place for place in following if lines[place].rstrip().endswith('"')), at)


def unquote(value: str) -> str:
    """The text between a value's outer quotation marks, whatever stands within them."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"')
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value


def read_list(value: str) -> tuple[str, ...]:
    """The names in ``[ a, b ]`` or ``a, b``, in order, each once."""
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        value = value[1:-1]
    names = (unquote(name.strip()) for name in value.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def find_instant(value: str) -> tuple[datetime, bool] | None:
    """The instant an ISO 8601 date names, and whether it names more than the day; None where it is no such date.

    A time without an offset is taken as UTC, as Jekyll does where no zone is set.
    """
    text = unquote(value)
    try:
        instant = datetime.fromisoformat(_SPACED_OFFSET.sub("", text))
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return instant.astimezone(UTC), len(text) > 10
    except (ValueError, OverflowError):
        return None
