"""JSON that others wrote, or may have changed: one reader for feeds, pages, ledgers, statements and state files.

Whatever is wrong with it is a ValueError: no JSON, no text, or nested so deep that neither the parser nor whoever walks
through the value could bear it (Python's own parser says RecursionError, which no caller expects of bytes).
"""

from __future__ import annotations

import json
import math
from json.decoder import JSONDecoder
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Lists and objects in each other. What we write nests 4 deep, JSON Feed 5, schema.org in pages seldom 10; a value of
this depth is walked through, and written again, far from Python's limit of a thousand calls."""


def load_json(content: bytes | str, *, lenient: bool = False) -> Any:
    """The value that ``content`` states; ValueError says why there is none.

    A number that no float holds (``1e999``) and the words NaN and Infinity, which are no JSON, are None. ``lenient``
    lets raw control characters stand in strings, as sites write them.
    """
    if isinstance(content, bytes):
        content = content.decode(json.detect_encoding(content), "surrogatepass")
    elif content.startswith("\ufeff"):
        raise ValueError("a byte order mark stands before it")
    try:
        value = (_LENIENT if lenient else _STRICT).decode(content)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if content.count("[") + content.count("{") > MAX_DEPTH:
        _check_depth(value)
    return value


def load_next(text: str, at: int) -> tuple[Any, int]:
    """The value that begins at ``at``, read leniently, and where it ends; ValueError as for ``load_json``."""
    try:
        value, end = _LENIENT.raw_decode(text, at)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_depth(value)
    return value, end


_TOO_DEEP = f"nested more than {MAX_DEPTH} deep"


def _check_depth(value: Any) -> None:
    """ValueError where ``value`` nests too deep; one level after another, so that its own depth costs no calls."""
    level = [value] if isinstance(value, list | dict) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [
            inner
            for holder in level
            for inner in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(inner, list | dict)
        ]
    if level:
        raise ValueError(_TOO_DEEP)


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _no_number(word: str) -> None:
    """None for NaN and Infinity."""


_STRICT = JSONDecoder(parse_float=_finite, parse_constant=_no_number)
_LENIENT = JSONDecoder(parse_float=_finite, parse_constant=_no_number, strict=False)
