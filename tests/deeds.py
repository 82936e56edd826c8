"""Functions for Workshops in tests: good ones, and one for every way of being bad."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any


def echo(payload: dict[str, Any]) -> dict[str, Any]:
    """What came in."""
    return payload


def where(_: dict[str, Any]) -> dict[str, Any]:
    """Which process runs this, and what it can see of the surroundings."""
    return {"process": os.getpid(), "environment": sorted(os.environ)}


def misbehave(payload: dict[str, Any]) -> dict[str, Any]:
    """Do the deed that ``payload`` names."""
    return {"done": _DEEDS[payload["deed"]]()}


def _spin() -> None:
    while True:
        pass


def _sleep() -> None:
    time.sleep(600)


def _swallow() -> int:
    held = [bytearray(64 * 1024 * 1024) for _ in range(64)]
    return len(held)


def _raise() -> None:
    raise ValueError("no headline: 标题")


def _raise_wordless() -> None:
    class WordlessError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    raise WordlessError


def _recurse() -> None:
    _recurse()


def _print() -> str:
    print("garbage " * 10_000, flush=True)
    os.write(1, b"\x00" * 4096)
    return sys.stdin.read()


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _leave() -> None:
    sys.exit(3)


def _leave_at_once() -> None:
    os._exit(4)


def _close_everything() -> None:
    os.closerange(0, 64)
    time.sleep(600)


def _connect() -> None:
    socket.create_connection(("127.0.0.1", 9))


_DEEDS: dict[str, Callable[[], object]] = {
    "spin": _spin,
    "sleep": _sleep,
    "swallow": _swallow,
    "raise": _raise,
    "raise wordless": _raise_wordless,
    "recurse": _recurse,
    "print": _print,
    "crash": _crash,
    "leave": _leave,
    "leave at once": _leave_at_once,
    "close everything": _close_everything,
    "connect": _connect,
    "return too much": lambda: "x" * 2_000_000,
    "return what is not plain": lambda: {1, 2},
    "return not a number": lambda: float("nan"),
    "return nested bytes": lambda: [b"x"],
}


def not_a_dict(_: dict[str, Any]) -> Any:
    """Something that is no dict."""
    return ["x"]


NOT_A_FUNCTION = "x"
