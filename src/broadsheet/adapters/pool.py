"""Worker processes that map a function over work in order, and that never outlive whoever started them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait


@contextlib.contextmanager
def open_pool() -> Iterator[ProcessPoolExecutor]:
    """Workers, one per core, that are gone when the block is left; at once where it is left by an error or Ctrl-C.

    A worker whose parent dies without a word (SIGKILL, SIGTERM, a crash) ends itself.
    """
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
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
    """Start every worker deaf to Ctrl-C, which would else end one with a traceback while its Python is starting."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # new processes inherit the mask
    try:
        for _ in range(os.cpu_count() or 1):
            pool.submit(os.getpid)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
