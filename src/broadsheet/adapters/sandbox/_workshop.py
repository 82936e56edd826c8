"""Spreads jobs over supervised children and hands their results back in order."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from queue import LifoQueue

from broadsheet.adapters.jobs import pack
from broadsheet.adapters.sandbox._worker import Limits, Worker
from broadsheet.errors import EngineError
from broadsheet.model import Breakage, Job, Product

_AHEAD = 4
"""Jobs read per child before the first result is taken: enough to bridge a slow one, few enough to hold in memory."""


class SupervisedWorkshop:
    """See ``ports.Workshop``. ``functions`` are the import paths that jobs may name; threads may share it.

    Children start with the first job that needs them, import the functions' modules once and serve many jobs. Use it
    as a context manager, or call ``close``.
    """

    def __init__(self, functions: Sequence[str], limits: Limits | None = None) -> None:
        limits = limits or Limits()
        count = limits.children or _count_cores()
        self._functions = tuple(functions)
        self._workers = [Worker(self._functions, limits) for _ in range(count)]
        self._idle: LifoQueue[Worker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="broadsheet-workshop")
        self._closed = False

    def map(self, jobs: Iterable[Job]) -> Iterator[Product | Breakage]:
        """See ``ports.Workshop.map``. Leaving early drops the jobs that no child has begun."""
        if self._closed:
            raise EngineError("the Workshop is closed")
        return self._stream(iter(jobs))

    def close(self) -> None:
        """End what is under way; results still waited for raise EngineError."""
        self._closed = True
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.reap()

    def __enter__(self) -> SupervisedWorkshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stream(self, source: Iterator[Job]) -> Generator[Product | Breakage, None, None]:
        begun: deque[Future[Product | Breakage]] = deque()
        most = _AHEAD * len(self._workers)
        try:
            for job in source:
                begun.append(self._begin(job))
                while begun and (len(begun) >= most or begun[0].done()):
                    yield _take(begun.popleft())
            while begun:
                yield _take(begun.popleft())
        finally:
            for future in begun:
                future.cancel()

    def _begin(self, job: Job) -> Future[Product | Breakage]:
        if job.function not in self._functions:
            raise EngineError(f"{job.function}: not a function of this Workshop")
        try:
            packed = pack(job.payload)
        except (TypeError, ValueError) as error:
            raise EngineError(f"{job.function}: the payload is not plain ({error})") from None
        with contextlib.suppress(RuntimeError):
            return self._threads.submit(self._run, job, packed)
        raise EngineError("the Workshop was closed while it was working")

    def _run(self, job: Job, packed: bytes) -> Product | Breakage:
        worker = self._idle.get()
        try:
            return worker.run(job.key, job.function, packed)
        finally:
            self._idle.put(worker)


def _take(future: Future[Product | Breakage]) -> Product | Breakage:
    try:
        return future.result()
    except CancelledError:
        raise EngineError("the Workshop was closed while it was working") from None


def _count_cores() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
