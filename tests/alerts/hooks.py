"""A web server on loopback that takes messages and pings, and refuses them when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """Its body as JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Hooks:
    """``calls`` in their order; ``status`` is what is answered, with ``location`` where that is set."""

    status: int = 200
    location: str = ""
    answer: bytes = b"ok"
    port: int = 0
    calls: list[Call] = field(default_factory=list)

    def url(self, path: str = "/hook") -> str:
        """The address of ``path`` here."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """Where calls went."""
        return [call.path for call in self.calls]


class _Talk(BaseHTTPRequestHandler):
    hooks: Hooks

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.hooks.calls.append(Call(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.hooks.status)
        if self.hooks.location:
            self.send_header("Location", self.hooks.location)
        self.send_header("Content-Length", str(len(self.hooks.answer)))
        self.end_headers()
        self.wfile.write(self.hooks.answer)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def listening(hooks: Hooks) -> Iterator[Hooks]:
    """``hooks`` while it listens; its port is then known, and stays its own when it listens again."""
    talk = type("Talk", (_Talk,), {"hooks": hooks})
    with ThreadingHTTPServer(("127.0.0.1", hooks.port), talk) as server:
        hooks.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hooks
        finally:
            server.shutdown()
            thread.join()
