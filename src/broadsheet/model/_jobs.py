"""Work that is done in a Workshop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One call for a Workshop: a function by its import path (``package.module:name``) and its one argument.

    ``payload`` is made of plain values: text, bytes, numbers, booleans, None, lists, and dicts with text for keys.
    """

    function: str
    payload: dict[str, Any]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What a Job's function returned, in plain values (a tuple comes back as a list)."""

    key: str
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Breakage:
    """A Job that came to nothing, as a value, so that a batch goes on.

    ``reason`` is countable: "timeout cpu", "timeout wall", "memory", "crashed signal 11", "exited 3", "error" (the
    function raised, or what it returned cannot be handed on), "too large" (its result). ``message`` is a sentence.
    """

    key: str
    reason: str
    message: str
