"""The reader on a socket: aiohttp outside, ``Site`` inside.

What is ready is answered at once in the event loop; what must be made is made in a few threads.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import signal
import socket
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiohttp import web

from broadsheet.app import Broadsheet
from broadsheet.errors import EngineError
from broadsheet.web._door import Door
from broadsheet.web._exchange import Ask, Reply, plain_reply
from broadsheet.web._site import READY_BYTES, Site

_MAKERS = 2
_MOST_BODY = 10_000
_LONGEST_ADDRESS = 32_768
_LOG = logging.getLogger("broadsheet.web")
_QUIET = logging.Logger("requests that are no HTTP", logging.CRITICAL)
_HEADERS = (
    "host", "cookie", "authorization", "accept", "accept-language", "accept-encoding", "if-none-match",
    "if-modified-since", "origin", "sec-fetch-site", "sec-fetch-mode", "user-agent",
)  # fmt: skip


class ReaderServer:
    """The reader in a thread of its own, from ``start`` to ``stop`` or inside ``with``; ``url`` is where it answers.

    ``workers`` past the first are processes that answer at the same socket, each with pages of its own kept ready.
    """

    def __init__(
        self,
        app: Broadsheet,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        door: Door | None = None,
        ready_bytes: int = READY_BYTES,
        workers: int = 1,
    ) -> None:
        self._socket = _bind(host, port)
        self._site = Site(app, door, ready_bytes=ready_bytes)
        spawn = multiprocessing.get_context("spawn")
        others = (app.root, self._socket, door, ready_bytes)
        self._others = [spawn.Process(target=_work_along, args=others, daemon=True) for _ in range(workers - 1)]
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Answer from now on; returns when the reader does."""
        for other in self._others:
            other.start()
        ready = threading.Event()
        answering = _answer_at(self._socket, self._site, self._stopping.is_set, ready.set)
        self._thread = threading.Thread(target=asyncio.run, args=(answering,), daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Stop answering and let go of the archive."""
        self._stopping.set()
        for other in self._others:
            other.terminate()
            other.join()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._socket.close()
        self._site.close()

    def __enter__(self) -> ReaderServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


async def _answer_at(
    bound: socket.socket, site: Site, is_over: Callable[[], bool], ready: Callable[[], None] = lambda: None
) -> None:
    """Answer at the socket until ``is_over``."""
    with ThreadPoolExecutor(_MAKERS, thread_name_prefix="pages") as makers:
        server = web.Server(_answering(site, makers), access_log=None, logger=_QUIET, max_line_size=_LONGEST_ADDRESS)
        runner = web.ServerRunner(server)
        await runner.setup()
        try:
            await web.SockSite(runner, bound).start()
            ready()
            while not is_over():
                await asyncio.sleep(0.05)
        finally:
            await runner.cleanup()


def _work_along(root: Path, bound: socket.socket, door: Door | None, ready_bytes: int) -> None:
    """Answer at the socket of the process that started this one, for as long as that one lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    with Broadsheet.open(root) as here:
        site = Site(here, door, ready_bytes=ready_bytes)
    asyncio.run(_answer_at(bound, site, lambda: not parent.is_alive()))


def _answering(site: Site, makers: ThreadPoolExecutor) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        body = await request.content.read(_MOST_BODY) if request.method == "POST" else b""
        ask = Ask(request.path, request.rel_url.raw_query_string, headers, request.method, body)
        try:
            reply = site.find_ready(ask)
            if reply is None:
                reply = await asyncio.get_running_loop().run_in_executor(makers, site.answer, ask)
        except Exception:
            _LOG.exception("%s could not be answered", request.path_qs)
            reply = plain_reply(500, "Something is wrong in the reader itself; its log says what.")
        return _response(reply, request.method)

    return answer


def _response(reply: Reply, method: str) -> web.Response:
    response = web.Response(status=reply.status, body=b"" if method == "HEAD" else reply.body)
    for name, value in reply.headers:
        response.headers.add(name, value)
    if method == "HEAD":
        response.headers["Content-Length"] = str(len(reply.body))
    return response


def _bind(host: str, port: int) -> socket.socket:
    """A listening socket; EngineError that says what is in the way."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(256)
    except OSError as error:
        bound.close()
        raise EngineError(
            f"{host}:{port} cannot be listened at ({error.strerror}); choose another with --port"
        ) from None
    return bound


def serve_in_thread(app: Broadsheet, port: int = 0) -> str:
    """Serve ``app``'s archive on loopback for as long as this process lives; returns the address of the reader."""
    server = ReaderServer(app, port=port)
    server.start()
    return server.url


def serve(
    app: Broadsheet,
    *,
    host: str,
    port: int,
    door: Door,
    workers: int = 1,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until interrupted; ``announce`` is told the address once the reader answers there."""
    with ReaderServer(app, host=host, port=port, door=door, workers=workers) as server:
        announce(server.url)
        threading.Event().wait()
