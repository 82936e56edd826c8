"""The newsroom over HTTP, on loopback only: :class:`Newsroom` for tests, :func:`serve` for the command line."""

from __future__ import annotations

import gzip
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple

from broadsheet.demo import feeds
from broadsheet.demo.desk import MOMENT, ROUNDS, Press, go_to_press
from broadsheet.demo.expected import Expected, expected_articles
from broadsheet.demo.routes import Reply, answer, find_outlet

HOST = "127.0.0.1"


class Visit(NamedTuple):
    """One line of the newsroom's log; ``status`` is what was answered."""

    time: datetime
    method: str
    host: str
    path: str
    status: int


class OutletRow(NamedTuple):
    """One outlet of the newsroom for a table: its name, home page, feed and the feed's dialect."""

    id: str
    name: str
    home_url: str
    feed_url: str
    dialect: str


class Newsroom:
    """Five fictional outlets behind one port of 127.0.0.1, each by its host name, such as ``harbour.example``.

    >>> with Newsroom() as room:               # doctest: +SKIP
    ...     connect_to(room.connect_to); poll(); room.round = 2; poll(); room.requests

    ``now`` is the aware instant from which all dates are counted back, and at which the newsroom's clock begins;
    ``port`` 0 takes any free one. The state of the world is ``round`` (1 to ``ROUNDS``), which may be set at any time.
    Whoever reads the newsroom sends its host names here (``connect_to``): no address says where that is.
    """

    def __init__(self, now: datetime = MOMENT, port: int = 0, round: int = 1) -> None:
        self.now = go_to_press(now, 1).now
        self.requests: list[Visit] = []
        self._modified: dict[tuple[str, int], datetime] = {}
        self._server = _Server((HOST, port), _Reception)
        self._server.room = self
        self._thread: threading.Thread | None = None
        self._opened = time.monotonic()
        self.round = round

    def clock(self) -> datetime:
        """What the newsroom's clock shows: ``now``, and the time that has passed since it opened."""
        return self.now + timedelta(seconds=time.monotonic() - self._opened)

    @property
    def url(self) -> str:
        """Where the newsroom answers, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def port(self) -> int:
        """The port at which the newsroom answers."""
        return int(self._server.server_address[1])

    @property
    def connect_to(self) -> tuple[str, ...]:
        """The setting ``[fetch] connect_to`` of an archive that follows the newsroom."""
        return (f"*.example = {HOST}:{self.port}",)

    @property
    def round(self) -> int:
        """The state of the world, from 1."""
        return self._round

    @round.setter
    def round(self, number: int) -> None:
        if not 1 <= number <= ROUNDS:
            raise ValueError(f"the newsroom has rounds 1 to {ROUNDS}, not {number}")
        self._round = number

    @property
    def press(self) -> Press:
        """What is in print now."""
        return go_to_press(self.now, self.round)

    def expected(self, round: int | None = None) -> tuple[Expected, ...]:
        """The truth about every article in a round (the present one by default)."""
        return expected_articles(self.now, round or self.round)

    def start(self) -> None:
        """Answer in a thread of its own until :meth:`stop`."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Newsroom:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def respond(self, target: str, headers: dict[str, str]) -> Reply:
        """The reply to a GET with lower-case ``headers``: validators added, 304 where the reader has it already."""
        number = self.round
        outlet, target = find_outlet(headers.get("host", ""), target)
        reply = answer(go_to_press(self.now, number), outlet, target, headers)
        extra = list(reply.headers)
        if reply.etag:
            extra.append(("ETag", reply.etag))
        modified = self._last_change(outlet, target, number) if "modified" in reply.validators else None
        if modified is not None:
            extra.append(("Last-Modified", format_datetime(modified, usegmt=True)))
        if _has_it(headers, reply.etag, modified):
            return Reply(304, reply.media_type, b"", tuple(extra))
        return Reply(reply.status, reply.media_type, reply.body, tuple(extra))

    def _last_change(self, outlet: str, target: str, number: int) -> datetime:
        """When the bytes of ``target`` last changed: an hour per round, the present round's hour being the last."""
        key = (outlet + target, number)
        if key not in self._modified:
            body = answer(go_to_press(self.now, number), outlet, target, {}).body
            changed = number
            while changed > 1 and answer(go_to_press(self.now, changed - 1), outlet, target, {}).body == body:
                changed -= 1
            self._modified[key] = self.now - timedelta(hours=ROUNDS + 1 - changed)
        return self._modified[key]


def _has_it(headers: dict[str, str], etag: str, modified: datetime | None) -> bool:
    """Whether a conditional request is answered by 304 (RFC 9110, sections 13.1.2 and 13.1.3: the tag wins)."""
    if "if-none-match" in headers:
        tags = {tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")}
        return bool(etag) and (etag.removeprefix("W/") in tags or "*" in tags)
    if modified is not None and "if-modified-since" in headers:
        try:
            since = parsedate_to_datetime(headers["if-modified-since"])
        except ValueError:
            return False
        return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))
    return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    room: Newsroom

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up early is nobody's error; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Reception(BaseHTTPRequestHandler):
    """Writes replies; the newsroom decides what they are."""

    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        self._reply(with_body=False)

    def do_POST(self) -> None:
        """``POST /round/2`` changes the state of the world; nothing else takes a POST."""
        length = self.headers.get("Content-Length", "")
        if length.isdecimal():
            self.rfile.read(int(length))
        number = self.path.removeprefix("/round/")
        if self.path.startswith("/round/") and number.isdecimal() and 1 <= int(number) <= ROUNDS:
            self.server.room.round = int(number)
            self._write(Reply(200, "text/plain; charset=utf-8", f"round {number}\n".encode()), with_body=True)
        else:
            words = f"POST /round/1 to /round/{ROUNDS} only\n".encode()
            self._write(Reply(405, "text/plain; charset=utf-8", words), with_body=True)

    def _reply(self, with_body: bool) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.room.respond(self.path, headers)
        text = reply.media_type.startswith(("text/", "application/"))
        if text and reply.body and "gzip" in headers.get("accept-encoding", ""):
            packed = gzip.compress(reply.body, mtime=0)
            extra = (*reply.headers, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))
            reply = Reply(reply.status, reply.media_type, packed, extra)
        self._write(reply, with_body)

    def _write(self, reply: Reply, with_body: bool) -> None:
        room = self.server.room
        host = self.headers.get("Host", "")
        room.requests.append(Visit(room.clock(), self.command, host, self.path, reply.status))
        self.send_response_only(reply.status)
        self.send_header("Date", format_datetime(room.clock(), usegmt=True))
        self.send_header("Server", "newsroom")
        if reply.status != 304:
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        if with_body and reply.status != 304:
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr: the log is ``room.requests``."""


def describe(room: Newsroom) -> list[OutletRow]:
    """The outlets with their addresses, for a table."""
    return [
        OutletRow(m.id, m.name, m.url + m.home, feeds.feed_addresses(m)[0], m.dialect) for m in room.press.mastheads
    ]


def config_toml(room: Newsroom) -> str:
    """The ``[outlets.…]`` section of ``broadsheet.toml`` that follows every outlet of the newsroom."""
    sections = []
    for m in room.press.mastheads:
        addresses = ", ".join(f'"{address}"' for address in feeds.feed_addresses(m))
        sections.append(
            f'[outlets.{m.id}]\nname = "{m.name}"\nhome_url = "{m.url}{m.home}"\n'
            f'language = "{m.language}"\nfeeds = [{addresses}]\n'
        )
    return "\n".join(sections)


def follow_newsroom(config: str, room: Newsroom, *, outlets: bool = True) -> str:
    """The text of a new ``broadsheet.toml``, made to find the newsroom's hosts and to follow all its outlets."""
    places = ", ".join(f'"{place}"' for place in room.connect_to)
    fetch = f"[fetch]\nconnect_to = [{places}]\nhost_spacing_s = 0.0\n"
    return config.replace("[fetch]\n", fetch, 1) + (f"\n{config_toml(room)}" if outlets else "")


def serve(
    port: int,
    now: datetime,
    *,
    rounds: int = 1,
    every_s: float = 60.0,
    say: Callable[[str], None] = print,
    until: threading.Event | None = None,
) -> None:
    """Serve until ``until`` is set or Ctrl-C, moving on to the next round every ``every_s`` seconds up to ``rounds``.

    ``say`` gets one line per outlet and one per round. ``POST /round/N`` changes the round by hand. OSError if the
    port is taken; ValueError if ``rounds`` is not 1 to ``ROUNDS``.
    """
    if not 1 <= rounds <= ROUNDS:
        raise ValueError(f"the newsroom has rounds 1 to {ROUNDS}, not {rounds}")
    stop = until or threading.Event()
    with Newsroom(now, port) as room:
        say(f"Newsroom at {room.url}/  (Ctrl-C ends it)")
        for row in describe(room):
            say(f"  {row.name}  {row.home_url}  {row.dialect}: {row.feed_url}")
        try:
            while not stop.wait(every_s if room.round < rounds else None):
                room.round = min(rounds, room.round + 1)
                say(f"Round {room.round}")
        except KeyboardInterrupt:
            say("Newsroom closed")
