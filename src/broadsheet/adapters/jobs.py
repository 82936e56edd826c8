"""Jobs as bytes: plain values packed and unpacked, functions named by path, a call whose failure is a value.

Packed are one dict of plain values as JSON and, behind it, the bytes that stand at its top level as they are. JSON
because whoever reads foreign bytes may have been taken over by them: what it answers must not be able to do anything
where it is unpacked, as a pickle can, nor crash the reader, as ``marshal`` does on hostile input. Bytes stay outside
of the JSON so that a page of megabytes costs a copy and no coding.
"""

from __future__ import annotations

import importlib
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from broadsheet.errors import FormatError, SettingsError
from broadsheet.model import Breakage, Product

Function = Callable[[dict[str, Any]], dict[str, Any]]
"""What a Workshop runs: plain values in, plain values out, nothing else touched."""

JOB_HEAD: Final = struct.Struct(">QH")
"""Before a job on its way to another process: the length of its packed payload, and the number of its function."""

ANSWER_HEAD: Final = struct.Struct(">Q")
"""Before an answer on its way back: its length."""

TAKEN: Final = b""
"""The answer that says: ready for a job, or a job has come in whole and is begun."""

_HEAD: Final = struct.Struct(">Q")
_DONE: Final = b"+"
_BROKEN: Final = b"-"
_LONGEST_MESSAGE: Final = 500


def pack(values: Mapping[str, Any]) -> bytes:
    """``values`` as bytes; TypeError or ValueError if one of them is not plain (bytes stand at the top level only)."""
    blobs = {name: bytes(value) for name, value in values.items() if isinstance(value, bytes | bytearray | memoryview)}
    stated = {
        "plain": {name: value for name, value in values.items() if name not in blobs},
        "bytes": [[name, len(blob)] for name, blob in blobs.items()],
    }
    head = json.dumps(stated, allow_nan=False, separators=(",", ":")).encode("ascii")
    return b"".join((_HEAD.pack(len(head)), head, *blobs.values()))


def unpack(content: bytes) -> dict[str, Any]:
    """The values that ``content`` packs. FormatError for anything ``pack`` does not write."""
    try:
        (length,) = _HEAD.unpack_from(content)
        at = _HEAD.size + length
        stated = json.loads(content[_HEAD.size : at])
        values = dict(stated["plain"])
        for name, size in stated["bytes"]:
            if not isinstance(name, str) or not isinstance(size, int) or size < 0 or at + size > len(content):
                raise ValueError("bytes that are not there")
            values[name] = content[at : at + size]
            at += size
        if at != len(content):
            raise ValueError("bytes that belong to nothing")
    except (ValueError, TypeError, KeyError, struct.error, RecursionError) as error:
        raise FormatError(f"not packed values ({error})") from None
    return values


def load_function(path: str) -> Function:
    """The function at ``package.module:name``; SettingsError if there is none."""
    module, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(f"{path}: no such function ({error})") from None
    if not callable(found):
        raise SettingsError(f"{path}: is not a function")
    return found  # type: ignore[no-any-return]


def call(function: Function, packed: bytes, most_bytes: int) -> bytes:
    """Run ``function`` on packed values and pack what comes of it, a failure included; see ``read_answer``.

    An answer above ``most_bytes`` is a failure. Nothing is raised but KeyboardInterrupt.
    """
    try:
        result = function(unpack(packed))
        if not isinstance(result, dict):
            raise TypeError(f"the function returned {type(result).__name__}, not a dict")
        answer = _DONE + pack(result)
    except KeyboardInterrupt:
        raise
    except MemoryError:
        return break_off("memory", "needed more memory than it may have")
    except BaseException as error:  # sys.exit, and panics of Rust libraries, which are no Exception
        return break_off("error", _words_of(error))
    if len(answer) > most_bytes:
        return break_off("too large", f"the result has {len(answer)} bytes, {most_bytes} are allowed")
    return answer


def break_off(reason: str, message: str) -> bytes:
    """The packed answer that a job failed for ``reason``."""
    return _BROKEN + pack({"reason": reason, "message": message})


def read_answer(key: str, answer: bytes) -> Product | Breakage:
    """What ``call`` packed. FormatError for anything else."""
    values = unpack(answer[1:])
    if answer[:1] == _DONE:
        return Product(key, values)
    reason, message = values.get("reason"), values.get("message")
    if answer[:1] != _BROKEN or not isinstance(reason, str) or not isinstance(message, str):
        raise FormatError("not an answer")
    return Breakage(key, reason, message[:_LONGEST_MESSAGE])


def _words_of(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:
        words = "(no words)"
    return f"{type(error).__name__}: {words}"[:_LONGEST_MESSAGE]
