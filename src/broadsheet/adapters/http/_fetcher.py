"""The Fetcher: synchronous outside, an event loop in one thread inside."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, wait
from contextlib import AsyncExitStack
from itertools import islice
from random import Random

import aiohttp

from broadsheet.adapters.http._batch import Batch
from broadsheet.adapters.http._exchange import Clock, Exchange, utc_now
from broadsheet.adapters.http._guard import Guard, Lookup, look_up
from broadsheet.adapters.http._pacing import Meter, Pacer
from broadsheet.adapters.http._response import Response
from broadsheet.adapters.http._routes import Routes
from broadsheet.adapters.http._settings import FetchSettings
from broadsheet.addresses.networks import Detours, Reach
from broadsheet.errors import EngineError, SettingsError
from broadsheet.model import Capture, Failure, Request
from broadsheet.ports import Robots

_GULP = 16


class HttpFetcher:
    """Fetches over HTTP/1.1 from the public internet, with manners. One for a process; threads may share it.

    ``tls`` adds certificates to trust and must verify; ``lookup`` and ``random`` replace name lookup and chance, and
    ``clock`` the machine's, whose time is that of all captures. With ``robots``, pages and pictures are asked for as
    hosts allow it; feeds are asked as every reader does.
    """

    def __init__(
        self,
        settings: FetchSettings | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = look_up,
        random: Random | None = None,
        clock: Clock = utc_now,
        robots: Robots | None = None,
    ) -> None:
        if tls is not None and (tls.verify_mode != ssl.CERT_REQUIRED or not tls.check_hostname):
            raise SettingsError("the TLS context must verify certificates and host names")
        self._settings = settings or FetchSettings()
        self._reach = Reach.of(self._settings.private_networks)
        self._detours = Detours.of(self._settings.connect_to)
        self._tls = tls
        self._lookup = lookup
        self._random = random or Random()
        self._clock = clock
        self._robots = robots
        self._meter = Meter()
        self._lock = threading.Lock()
        self._room: _Room | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def fetch_all(self, requests: Iterable[Request]) -> Generator[Capture | Failure, None, None]:
        """Fetch many; results come as they are ready, a failure as a value.

        ``requests`` is read in the caller's thread, at most ``read_ahead`` ahead of the results taken, so a
        list that mixes its hosts goes faster than one sorted by them. Leaving early ends what is under way.
        EngineError once the Fetcher is closed.
        """
        if self._closed:
            raise EngineError("the Fetcher is closed")
        return self._stream(iter(requests))

    def begin_run(self, max_bytes: int = 0) -> None:
        """Count traffic from nothing: once ``max_bytes`` have come (0: any number), what is asked for fails for the
        reason "traffic cap"; what is under way then is still read to its end."""
        self._meter.begin(max_bytes)

    @property
    def taken_bytes(self) -> int:
        """Bytes of bodies that came off the wire since the run began."""
        return self._meter.taken

    @property
    def is_bounded(self) -> bool:
        """Whether the run has a bound."""
        return self._meter.most > 0

    @property
    def is_spent(self) -> bool:
        """Whether the run has had all its traffic."""
        return self._meter.is_spent

    def close(self) -> None:
        """End what is under way and let go of connections; batches still being read raise EngineError."""
        with self._lock:
            self._closed = True
            room, thread = self._room, self._thread
            self._room = self._thread = None
        if room is not None and thread is not None:
            room.loop.call_soon_threadsafe(room.closing.set)
            if thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> HttpFetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stream(self, source: Iterator[Request]) -> Generator[Capture | Failure, None, None]:
        room = self._open()
        batch = room.open_batch()
        out = 0
        more = True
        try:
            while True:
                room_left = min(self._settings.read_ahead - out, _GULP)
                if more and room_left > 0:
                    fresh = list(islice(source, room_left))
                    more = len(fresh) == room_left
                    out += len(fresh)
                    batch.submit(fresh)
                    if more and not batch.has_result():
                        continue
                if out == 0:
                    return
                result = batch.take()
                if result is None:
                    raise EngineError("the Fetcher was closed while it was fetching")
                out -= 1
                yield result
        finally:
            room.close_batch(batch)

    def _open(self) -> _Room:
        """Start the thread and its loop with the first use."""
        with self._lock:
            if self._closed:
                raise EngineError("the Fetcher is closed")
            if self._room is None:
                opened: Future[_Room] = Future()
                self._thread = threading.Thread(target=self._work, args=(opened,), name="broadsheet-fetch", daemon=True)
                self._thread.start()
                self._room = opened.result()
            return self._room

    def _work(self, opened: Future[_Room]) -> None:
        try:
            asyncio.run(self._serve(opened))
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)

    async def _serve(self, opened: Future[_Room]) -> None:
        settings = self._settings
        guard = Guard(self._reach, self._detours, self._lookup, threads=min(settings.concurrency, 32))
        pacer = Pacer(settings, self._random)
        routes = Routes(settings, guard, self._lookup, self._tls or True, self._make_session)
        try:
            async with AsyncExitStack() as stack:
                await routes.open(stack)
                exchange = Exchange(routes, guard, pacer, self._meter, settings, self._clock, self._robots)
                room = _Room(exchange, pacer, settings)
                opened.set_result(room)
                await room.closing.wait()
                await room.stop()
        finally:
            await guard.close()

    def _make_session(self, connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
        settings = self._settings
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            response_class=Response,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_timeout_s),
            max_line_size=settings.max_header_bytes,
            max_field_size=settings.max_header_bytes,
        )


class _Room:
    """What lives on the loop while a Fetcher is open: the ways out, the clocks and the batches."""

    def __init__(
        self,
        exchange: Exchange,
        pacer: Pacer,
        settings: FetchSettings,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.closing = asyncio.Event()
        self._exchange = exchange
        self._pacer = pacer
        self._settings = settings
        self._batches: list[Batch] = []
        self._ended = False
        # Reentrant, since a forgotten generator may be collected while this very thread holds it.
        self._lock = threading.RLock()
        self._thread = threading.current_thread()

    def open_batch(self) -> Batch:
        """A new batch; from any thread. EngineError once the Fetcher is closed."""
        batch = Batch(self._exchange, self._pacer, self._settings, self.loop, self._changed)
        with self._lock:
            if self._ended:
                raise EngineError("the Fetcher is closed")
            self._batches.append(batch)
        return batch

    def close_batch(self, batch: Batch) -> None:
        """End a batch and wait until none of its requests is under way; from any thread."""
        stopping = batch.stop()
        try:
            stopped = asyncio.run_coroutine_threadsafe(stopping, self.loop)
        except RuntimeError:
            stopping.close()  # the loop is closed, and with it the batch
            return
        # A generator may be collected in any thread, also in this one, which must not wait for itself.
        while threading.current_thread() is not self._thread and self._thread.is_alive():
            if wait([stopped], timeout=0.1).done:
                break
        with self._lock:
            self._batches.remove(batch)

    async def stop(self) -> None:
        """End all batches and open no more."""
        with self._lock:
            self._ended = True
            batches = tuple(self._batches)
        for batch in batches:
            await batch.stop()

    def _changed(self, host: str) -> None:
        # The newest first: a batch inside another one's loop must not wait for all of it.
        for batch in reversed(tuple(self._batches)):
            batch.wake(host)
            batch.pump()
