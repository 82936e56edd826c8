"""A web server on loopback that does what a test tells it to and writes down every request.

``Server(routes)`` maps paths to what comes back: a ``Reply``, a list of replies (one after another, the last one for
ever) or a function from ``Seen`` to ``Reply``. A path without a route gives 404. A reply can be slow, drip, be cut
short, lie about its length, or be any bytes at all. ``server.log`` holds a ``Seen`` per request, in order of arrival.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("server.pem")
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


@dataclass(frozen=True)
class Seen:
    """One request as it came. ``at`` is ``time.time()`` when its head was complete; ``connection`` counts from 1."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    at: float
    host: str
    connection: int

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def find(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Reply:
    """What to send back.

    ``length``: None tells the true length, a number lies, -1 tells none (the body ends with the connection).
    ``chunked`` sends the body in chunks instead. ``cut_at`` hangs up after that many bytes of the body (of the chunked
    stream). ``drip`` sends so many bytes at a time with ``pause_s`` between; ``wait_s`` and the event
    ``until`` come before the head.
    ``raw`` is sent as it stands in place of everything. ``close`` hangs up afterwards.
    """

    status: int = 200
    body: bytes = b""
    headers: Sequence[tuple[str, str]] = ()
    length: int | None = None
    chunked: bool = False
    cut_at: int | None = None
    drip: int | None = None
    pause_s: float = 0.0
    wait_s: float = 0.0
    until: threading.Event | None = None
    raw: bytes | None = None
    close: bool = False


Route = Reply | Sequence[Reply] | Callable[[Seen], Reply]


def server_tls() -> ssl.SSLContext:
    """For a server that shows the certificate of ``news.example``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def redirect(location: str, status: int = 302) -> Reply:
    """A reply that points elsewhere."""
    return Reply(status, headers=(("Location", location),))


@dataclass
class Server:
    """Serves ``routes`` on the same port of every address in ``hosts`` while the ``with`` block lasts."""

    routes: Mapping[str, Route] = field(default_factory=dict)
    hosts: Sequence[str] = HOSTS
    tls: ssl.SSLContext | None = None
    log: list[Seen] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    open_connections: int = 0
    most_connections: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of ``path`` here; ``host`` may be any name that is looked up to one of ours."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The targets asked for so far."""
        return [seen.target for seen in self.log]

    def __enter__(self) -> Server:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError("the test server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._ending = asyncio.Event()
        self._served: dict[str, int] = {}
        self._talks: set[asyncio.Task[None]] = set()
        sockets = _listen(self.hosts)
        self.port = int(sockets[0].getsockname()[1])
        servers = [await asyncio.start_server(self._accept, sock=each, ssl=self.tls) for each in sockets]
        ready.set()
        await self._ending.wait()
        for server in servers:
            server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        self.open_connections += 1
        self.most_connections = max(self.most_connections, self.open_connections)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self._talk(reader, writer, self.connections)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._talks.discard(task)
            self.open_connections -= 1
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> None:
        while True:
            seen = _read_head(await reader.readuntil(b"\r\n\r\n"), writer, connection)
            self.log.append(seen)
            reply = self._answer(seen)
            await asyncio.sleep(reply.wait_s)
            while reply.until is not None and not reply.until.is_set():
                await asyncio.sleep(0.002)
            if reply.raw is not None:
                writer.write(reply.raw)
                await writer.drain()
                writer.close()
                return
            writer.write(_head_of(reply))
            await _send_body(writer, reply)
            if reply.close or reply.cut_at is not None or reply.length is not None:
                writer.close()
                await asyncio.wait_for(writer.wait_closed(), 5)
                return

    def _answer(self, seen: Seen) -> Reply:
        route = self.routes.get(seen.path)
        if route is None:
            return Reply(404, b"no such page")
        if isinstance(route, Reply):
            return route
        if callable(route):
            return route(seen)
        turn = self._served.get(seen.path, 0)
        self._served[seen.path] = turn + 1
        return route[min(turn, len(route) - 1)]


def _listen(hosts: Sequence[str]) -> list[socket.socket]:
    """Listening sockets on one free port of all ``hosts``."""
    for _ in range(50):
        sockets = [socket.create_server((hosts[0], 0), backlog=1024)]
        port = sockets[0].getsockname()[1]
        try:
            sockets += [socket.create_server((host, port), backlog=1024) for host in hosts[1:]]
        except OSError:
            for each in sockets:
                each.close()
            continue
        return sockets
    raise RuntimeError("no port is free on all addresses")


def _read_head(head: bytes, writer: asyncio.StreamWriter, connection: int) -> Seen:
    """Read a request strictly: what a careful server would refuse fails the test that sent it."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, version = first.split(" ")
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    names = [name.lower() for name, _ in headers]
    problems = [name for name in ("host", "user-agent", "accept", "authorization") if names.count(name) > 1]
    if version != "HTTP/1.1" or "host" not in names or problems or not target.startswith("/"):
        raise ConnectionError(f"a bad request: {head!r}")
    return Seen(method, target, headers, time.time(), writer.get_extra_info("sockname")[0], connection)


def _head_of(reply: Reply) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers)]
    if reply.chunked:
        lines.append("Transfer-Encoding: chunked")
    elif reply.length != -1 and reply.status not in (204, 304):
        lines.append(f"Content-Length: {len(reply.body) if reply.length is None else reply.length}")
    if reply.close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


async def _send_body(writer: asyncio.StreamWriter, reply: Reply) -> None:
    stream = _chunks_of(reply.body) if reply.chunked else reply.body
    stream = stream[: reply.cut_at]
    step = reply.drip or len(stream) or 1
    for start in range(0, len(stream), step):
        writer.write(stream[start : start + step])
        await writer.drain()
        if reply.pause_s:
            await asyncio.sleep(reply.pause_s)
    await writer.drain()


def _chunks_of(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
