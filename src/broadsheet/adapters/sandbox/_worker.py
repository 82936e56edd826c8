"""The parent's hold on one child process: starts it, gives it a job, waits within the deadline, says how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from broadsheet.adapters.jobs import ANSWER_HEAD, JOB_HEAD, TAKEN, read_answer
from broadsheet.errors import EngineError, FormatError, SettingsError
from broadsheet.model import Breakage, Product

_CHILD = "broadsheet.adapters._child"
_START_S = 60.0
_GRACE_S = 5.0
"""How much later than the parent the child ends itself, for the case that the parent is gone."""

_PATIENCE_S = 1.0
"""How long a child that closed its pipe may take to end, so that it can be said how."""

_GULP = 1024 * 1024
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may cost, and how long a child serves; SettingsError on what cannot be.

    ``children`` None means one per core this process may use. ``memory_bytes`` bounds the address space (0: not at
    all). ``jobs_per_child`` bounds what a leak in a library can grow to.
    """

    children: int | None = None
    cpu_s: float = 10.0
    wall_s: float = 120.0
    memory_bytes: int = 1024**3
    jobs_per_child: int = 1000
    max_result_bytes: int = 32 * 1024 * 1024

    def __post_init__(self) -> None:
        for name in ("cpu_s", "wall_s", "jobs_per_child", "max_result_bytes"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name} must be more than 0, not {getattr(self, name)}")
        if self.memory_bytes < 0 or (self.children is not None and self.children < 1):
            raise SettingsError("memory_bytes must not be negative, children at least 1")


class Worker:
    """One child at a time, for one thread at a time; ``stop`` may come from any thread."""

    def __init__(self, functions: Sequence[str], limits: Limits) -> None:
        self._functions = list(functions)
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._stopped = False
        self._lock = threading.Lock()

    def run(self, key: str, function: str, packed: bytes) -> Product | Breakage:
        """One job's result, whatever becomes of the child. EngineError if no child can be started, or once stopped."""
        head = JOB_HEAD.pack(len(packed), self._functions.index(function))
        try:
            process, deadline = self._hand_over(head + packed)
            result = read_answer(key, self._read_answer(process, deadline))
        except TimeoutError:
            self._end()
            return self._explain(key, -signal.SIGALRM)
        except EOFError:
            return self._explain(key, self._end(_PATIENCE_S))
        except FormatError as error:
            self._end()
            return Breakage(key, "error", f"the child's answer cannot be read: {error}")
        self._served += 1
        if self._served >= self._limits.jobs_per_child or (isinstance(result, Breakage) and result.reason == "memory"):
            self._end()
        return result

    def _hand_over(self, content: bytes) -> tuple[subprocess.Popen[bytes], float]:
        """Give a job to the child, and the deadline; a child that died idle, or does not take it, is replaced once."""
        process = self._process
        if process is not None and process.poll() is None:
            deadline = time.monotonic() + self._limits.wall_s
            with contextlib.suppress(EOFError, TimeoutError, FormatError):
                self._give(process, content, deadline)
                return process, deadline
        self._end()
        process = self._start()
        deadline = time.monotonic() + self._limits.wall_s
        with contextlib.suppress(EOFError):  # the answer that does not come says what happened
            self._give(process, content, deadline)
        return process, deadline

    def _give(self, process: subprocess.Popen[bytes], content: bytes, deadline: float) -> None:
        _write(process, content, deadline)
        if self._read_answer(process, deadline) != TAKEN:
            raise FormatError("not what was agreed")

    def stop(self) -> None:
        """End the child, and start no other."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def reap(self) -> None:
        """Let go of the child's pipes; only when no thread is in ``run``."""
        self._end()

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self._limits
        stated = {
            "functions": self._functions,
            "cpu_s": limits.cpu_s,
            "wall_s": limits.wall_s + _GRACE_S,
            "memory_bytes": limits.memory_bytes,
            "max_result_bytes": limits.max_result_bytes,
        }
        with self._lock:
            self._check_open()
            try:
                process = self._process = _open(stated)
            except OSError as error:
                raise EngineError(f"no child could be started: {error.strerror}") from error
        self._served = 0
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        try:
            greeting = self._read_answer(process, time.monotonic() + _START_S)
            failure = None if greeting == TAKEN else read_answer("", greeting)
        except (EOFError, TimeoutError, FormatError):
            failure = Breakage("", "start", f"it ended with status {self._end(_PATIENCE_S)}")
        if isinstance(failure, Breakage):
            self._end()
            self._check_open()
            raise EngineError(f"no child could be started to run {', '.join(self._functions)}: {failure.message}")
        return process

    def _read_answer(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        (length,) = ANSWER_HEAD.unpack(_read(process, ANSWER_HEAD.size, deadline))
        if length > self._limits.max_result_bytes + _GULP:
            raise FormatError(f"{length} bytes announced")
        return _read(process, length, deadline)

    def _end(self, patience_s: float = 0.0) -> int:
        """End the child if it has not ended; how it ended (negative: by that signal)."""
        process = self._process
        if process is None:
            return 0
        if patience_s:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)
        process.kill()
        status = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        with self._lock:
            self._process = None
        return status

    def _check_open(self) -> None:
        if self._stopped:
            raise EngineError("the Workshop was closed while it was working")

    def _explain(self, key: str, status: int) -> Breakage:
        limits = self._limits
        self._check_open()
        if status == -signal.SIGPROF:
            return Breakage(key, "timeout cpu", f"took more than {limits.cpu_s:g} s of processor time")
        if status == -signal.SIGALRM:
            return Breakage(key, "timeout wall", f"was not done after {limits.wall_s:g} s")
        if status < 0:
            return Breakage(key, f"crashed signal {-status}", f"the child crashed ({_signal_name(-status)})")
        return Breakage(key, f"exited {status}", f"the child went away with status {status}")


def _open(stated: dict[str, object]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", _CHILD, json.dumps(stated)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=_environment(),
        start_new_session=True,  # an interrupt from the keyboard is for the parent to handle
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _environment() -> dict[str, str]:
    """What the child is told: where things are, no proxies, no secrets. It imports from where we do."""
    kept = {name: value for name, value in os.environ.items() if name in _ENVIRONMENT or name.startswith("LC_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(os.path.abspath(place) for place in sys.path if place)}


def _write(process: subprocess.Popen[bytes], content: bytes, deadline: float) -> None:
    """All of ``content`` to the child. EOFError if it is gone, TimeoutError past the deadline."""
    assert process.stdin is not None
    fd = process.stdin.fileno()
    rest = memoryview(content)
    while rest:
        _wait(fd, select.POLLOUT, deadline)
        try:
            rest = rest[os.write(fd, rest) :]
        except BlockingIOError:
            continue
        except BrokenPipeError:
            raise EOFError from None


def _read(process: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
    """``length`` bytes from the child. EOFError if it ends before, TimeoutError past the deadline."""
    assert process.stdout is not None
    fd = process.stdout.fileno()
    parts: list[bytes] = []
    while length:
        _wait(fd, select.POLLIN, deadline)
        part = os.read(fd, min(length, _GULP))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _wait(fd: int, event: int, deadline: float) -> None:
    poll = select.poll()  # not select(): its file numbers end at 1023
    poll.register(fd, event)
    left_s = deadline - time.monotonic()
    if left_s <= 0 or not poll.poll(left_s * 1000):
        raise TimeoutError
