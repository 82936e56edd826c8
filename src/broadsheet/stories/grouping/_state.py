"""A grouper's state as bytes: one line of JSON, then rows of numbers, compressed together.

Of a row that mostly rises, the steps are kept. Of every row first all lowest bytes, then all next ones, and so on: the
upper bytes of small numbers and steps are nearly all zero and vanish; the lowest are next to random, and looking for
what repeats in them would only cost time.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(
    version: str, words: Mapping[str, Any], rows: Mapping[str, NDArray[Any]], rising: Collection[str] = ()
) -> bytes:
    """``words`` (as JSON has them) and ``rows`` under the version of the rules that made them.

    ``rising`` names the rows that mostly rise.
    """
    kinds = [[name, row.dtype.newbyteorder("<").str, len(row), name in rising] for name, row in rows.items()]
    head = json.dumps({"grouper": version, "rows": kinds, **words}, sort_keys=True, separators=(",", ":"))
    squeezed = zlib.compressobj(1, strategy=zlib.Z_RLE)
    parts = [squeezed.compress(head.encode() + b"\n")]
    parts += [squeezed.compress(_by_place(_steps(row) if name in rising else row)) for name, row in rows.items()]
    return b"".join([*parts, squeezed.flush()])


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
    for name, kind, length, is_rising in kinds:
        dtype = np.dtype(kind)
        places = np.frombuffer(numbers, np.uint8, length * dtype.itemsize, at).reshape(dtype.itemsize, length)
        row = np.ascontiguousarray(places.T).view(dtype).reshape(-1).astype(dtype.newbyteorder("="))
        rows[name] = np.cumsum(row, dtype=row.dtype) if is_rising else row
        at += length * dtype.itemsize
    return words, rows


def _steps(row: NDArray[Any]) -> NDArray[Any]:
    """From number to number; where it falls, the step runs over, and does so again when the steps are added up."""
    return np.diff(row, prepend=np.zeros(1, row.dtype))


def _by_place(row: NDArray[Any]) -> bytes:
    """The lowest bytes of all numbers, then the next ones, and so on."""
    numbers = np.ascontiguousarray(row, row.dtype.newbyteorder("<"))
    return numbers.view(np.uint8).reshape(len(row), row.dtype.itemsize).T.tobytes()
