"""A grouper's state as bytes: one line of JSON, then rows of numbers, compressed together."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(version: str, words: Mapping[str, Any], rows: Mapping[str, NDArray[Any]]) -> bytes:
    """``words`` (as JSON has them) and ``rows`` under the version of the rules that made them."""
    kinds = [[name, row.dtype.newbyteorder("<").str, len(row)] for name, row in rows.items()]
    head = json.dumps({"grouper": version, "rows": kinds, **words}, sort_keys=True, separators=(",", ":"))
    numbers = b"".join(row.astype(row.dtype.newbyteorder("<")).tobytes() for row in rows.values())
    return zlib.compress(head.encode() + b"\n" + numbers, 1)


def unpack(version: str, state: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What ``pack`` was given; ValueError where the bytes are damaged or of another version."""
    try:
        head, _, numbers = zlib.decompress(state).partition(b"\n")
        words = json.loads(head)
        made_by, kinds = words["grouper"], words["rows"]
    except (zlib.error, ValueError, KeyError, TypeError) as fault:
        raise ValueError("this is no state of a grouper: group the archive again from its beginning") from fault
    if made_by != version:
        raise ValueError(
            f"this state is of grouper {made_by}, not {version}: group the archive again from its beginning"
        )
    rows, at = {}, 0
    for name, kind, length in kinds:
        dtype = np.dtype(kind)
        rows[name] = np.frombuffer(numbers, dtype, length, at).astype(dtype.newbyteorder("="))
        at += length * dtype.itemsize
    return words, rows
