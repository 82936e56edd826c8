"""Worker processes that map a function over work in order, and that never outlive whoever started them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from types import TracebackType
from typing import ClassVar

_DEAF = {signal.SIGINT, signal.SIGTERM}


@contextlib.contextmanager
def open_pool() -> Iterator[ProcessPoolExecutor]:
    """Workers, one per core, that are gone when the block is left; at once where it is left by an error or Ctrl-C.

    A worker whose parent dies without a word (SIGKILL, SIGTERM, a crash) ends itself.
    """
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(mp_context=_Context(), initializer=_begin)
    _start_all(pool)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _start_all(pool: ProcessPoolExecutor) -> None:
    """Start every worker deaf to Ctrl-C, which would else end one with a traceback while its Python is starting.

    A SIGTERM waits as long, so that none of them is left with half of what it is to read.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _DEAF)  # new processes inherit the mask
    try:
        for _ in range(os.cpu_count() or 1):
            pool.submit(os.getpid)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _QuietStart:
    """What a starting worker unpickles first: from then on it says nothing if its parent is gone.

    The semaphores of a dead parent are taken away under a worker that is about to open them.
    """

    def __init__(self) -> None:
        self._parent = os.getpid()

    def __reduce__(self) -> tuple[Callable[[int], int], tuple[int]]:
        return _be_quiet_without, (self._parent,)


def _be_quiet_without(parent: int) -> int:
    report = sys.excepthook

    def report_to_parent(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if os.getppid() == parent:
            report(kind, error, trace)

    sys.excepthook = report_to_parent
    return parent


class _Worker(SpawnProcess):
    def __init__(self, *args: object, **named: object) -> None:
        self._quiet = _QuietStart()  # before all else: attributes are pickled in the order in which they were set
        super().__init__(*args, **named)  # type: ignore[arg-type]


class _Context(SpawnContext):
    Process: ClassVar[type[SpawnProcess]] = _Worker


def _begin() -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _DEAF)
    follow_parent()


def follow_parent() -> None:
    """In a process of ``multiprocessing``: end at once when the one that started it does, however that ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
