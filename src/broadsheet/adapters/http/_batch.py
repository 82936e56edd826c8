"""The requests of one ``fetch_all``: which is next, and the way of the results back to the caller's thread.

``submit``, ``has_result`` and ``take`` are for the caller's thread, all else runs on the Fetcher's loop. A lane holds
a host's requests in their order; a heap says which lane may go on when. A lane stands in the heap or among the parked
(its host has no free connection), never in both.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
from collections import Counter, deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from broadsheet.adapters.http._exchange import Exchange, failure_of
from broadsheet.adapters.http._pacing import Pacer
from broadsheet.adapters.http._reasons import explain
from broadsheet.adapters.http._settings import FetchSettings
from broadsheet.adapters.http._target import Target, read_target
from broadsheet.errors import FetchError
from broadsheet.model import Capture, Failure, Request

_Queued = tuple[Request, Target]


class Batch:
    """Requests in, results out. ``changed`` is called after each result, with the host that has a free place."""

    def __init__(
        self,
        exchange: Exchange,
        pacer: Pacer,
        settings: FetchSettings,
        loop: asyncio.AbstractEventLoop,
        changed: Callable[[str], None],
    ) -> None:
        self._exchange = exchange
        self._pacer = pacer
        self._settings = settings
        self._loop = loop
        self._changed = changed
        self._lanes: dict[str, deque[_Queued]] = {}
        self._due: list[tuple[float, int, str]] = []
        self._parked: set[str] = set()
        self._later: list[tuple[float, int, Request]] = []
        self._order = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._results: SimpleQueue[Capture | Failure | None] = SimpleQueue()
        self._sent_bytes = 0
        self._taken_bytes = 0
        self._stalled = False
        self._stopped = False
        self._slow: Counter[str] = Counter()

    # The caller's side

    def submit(self, requests: Sequence[Request]) -> None:
        """Hand requests to the loop."""
        self._call(self._add, requests)

    def has_result(self) -> bool:
        """Whether ``take`` would return at once."""
        return not self._results.empty()

    def take(self) -> Capture | Failure | None:
        """The next result, waited for; None once the Fetcher was closed."""
        result = self._results.get()
        if result is not None:
            self._taken_bytes += _size(result)
            if self._stalled:
                self._stalled = False
                self._call(self.pump)
        return result

    def _call(self, step: Callable[..., None], *args: object) -> None:
        # A loop that is closed has left None among the results, which says the rest.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(step, *args)

    # The loop's side

    async def stop(self) -> None:
        """Send nothing more and end what is under way."""
        self._stopped = True
        self._lanes.clear()
        self._due.clear()
        self._later.clear()
        self._parked.clear()
        if self._timer is not None:
            self._timer.cancel()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._results.put(None)

    def pump(self) -> None:
        """Start every request that may start now, and set the clock for the next."""
        if self._stopped:
            return
        now = self._loop.time()
        while self._later and self._later[0][0] <= now:
            self._enqueue(heapq.heappop(self._later)[2])
        while self._due and self._due[0][0] <= now and self._pacer.has_room() and not self._is_full():
            self._serve(heapq.heappop(self._due)[2], now)
        self._set_timer(now)

    def wake(self, host: str) -> None:
        """``host`` has a free connection again."""
        if host in self._parked:
            self._parked.discard(host)
            self._schedule(host)

    def _add(self, requests: Sequence[Request]) -> None:
        if self._stopped:
            return
        for request in requests:
            try:
                wait_s = 0.0
                if request.not_before is not None:
                    wait_s = (request.not_before - self._exchange.clock()).total_seconds()
                if wait_s > 0:
                    heapq.heappush(self._later, (self._loop.time() + wait_s, next(self._order), request))
                else:
                    self._enqueue(request)
            except Exception as error:
                self._deliver(failure_of(request, *explain(error), self._exchange.clock()))
        self.pump()

    def _enqueue(self, request: Request) -> None:
        try:
            target = read_target(request.url)
        except FetchError as error:
            self._deliver(failure_of(request, *explain(error), self._exchange.clock()))
            return
        lane = self._lanes.get(target.place)
        if lane is None:
            self._lanes[target.place] = deque([(request, target)])
            self._schedule(target.place)
        else:
            lane.append((request, target))

    def _schedule(self, host: str) -> None:
        if (pause_s := self._find_pause(host, self._loop.time())) is not None:
            self._put_off(host, pause_s)
            return
        heapq.heappush(self._due, (self._pacer.ready_at(host), next(self._order), host))

    def _serve(self, host: str, now: float) -> None:
        """Start the first request of a lane, or park, postpone or fail the lane."""
        lane = self._lanes[host]
        if (rest_s := self._pacer.find_rest(host, now)) is not None:
            self._put_off(host, rest_s)
        elif self._pacer.is_busy(host):
            self._parked.add(host)
        elif self._pacer.ready_at(host) > now:
            self._schedule(host)
        else:
            request, target = lane.popleft()
            self._slow[host] += self._pacer.find_delay(host) > 0
            self._pacer.take_turn(host, now)
            self._pacer.begin(host)
            task = self._loop.create_task(self._run(request, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if lane:
                self._schedule(host)
            else:
                del self._lanes[host]

    def _put_off(self, host: str, rest_s: float) -> None:
        """Fail a lane whose host is to be left alone for so long."""
        for request, _ in self._lanes.pop(host):
            words = f"{host} asked to wait another {rest_s:.0f} s"
            now = self._exchange.clock()
            self._deliver(failure_of(request, "host asked to wait", words, now, retry_after_s=rest_s))

    def _find_pause(self, host: str, now: float) -> float | None:
        """Seconds until a host that wants pauses is asked again, where that is too long for this batch to wait."""
        delay_s = self._pacer.find_delay(host)
        if delay_s and self._slow[host] * delay_s > self._settings.max_slow_s:
            return max(self._pacer.ready_at(host) - now, 1.0)
        return self._pacer.find_long_pause(host, now)

    async def _run(self, request: Request, target: Target) -> None:
        try:
            self._deliver(await self._exchange.fetch(request, target))
        finally:
            self._pacer.end(target.place)
            self._changed(target.place)

    def _deliver(self, result: Capture | Failure) -> None:
        self._sent_bytes += _size(result)
        self._results.put(result)

    def _is_full(self) -> bool:
        """Whether the caller has enough to do. The mark stands before the second look, so no wake-up is lost."""
        if self._sent_bytes - self._taken_bytes < self._settings.max_waiting_bytes:
            return False
        self._stalled = True
        return self._sent_bytes - self._taken_bytes >= self._settings.max_waiting_bytes

    def _set_timer(self, now: float) -> None:
        times = [heap[0][0] for heap in (self._due, self._later) if heap and heap[0][0] > now]
        if not times:
            return
        if self._timer is not None:
            if now < self._timer.when() <= min(times):
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(min(times), self.pump)


def _size(result: Capture | Failure) -> int:
    if isinstance(result, Failure):
        return 0
    return len(result.body) + len(result.wire or b"")
