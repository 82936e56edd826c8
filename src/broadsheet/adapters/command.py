"""Runs a program of the owner's, gives it bytes to read and waits for its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from broadsheet.errors import EngineError


def run_command(command: Sequence[str], content: bytes, *, folder: Path, timeout_s: float) -> None:
    """Run ``command`` in ``folder`` with ``content`` on its standard input; no shell reads it.

    EngineError if it cannot be started, ends with another status than 0, or has not ended after ``timeout_s``; then it
    is killed with everything that it started.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder,
            start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise EngineError(f"{name}: cannot be started ({error.strerror})") from None
    try:
        _, said = process.communicate(content, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise EngineError(f"{name}: had not ended after {timeout_s:.0f} s and was killed") from None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with process:  # closes what it would have been read from
            pass
    if process.returncode:
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        words = f": {last[0][:200]}" if last[0] else ""
        raise EngineError(f"{name}: ended with status {process.returncode}{words}")
