"""A mail server on loopback that takes what it is sent, or refuses it, as it is told."""

from __future__ import annotations

import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.server import CERTIFICATE


@dataclass
class Sink:
    """What came, and what to refuse. ``mails`` are (sender, recipient, message) as they stood in the envelope."""

    has_tls: bool = False
    is_tls: bool = False
    password: str = ""
    refused: set[str] = field(default_factory=set)
    full: bool = False
    port: int = 0
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    greeted: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """Who got mails, in their order."""
        return [recipient for _, recipient, _ in self.mails]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.sink: Sink = self.server.sink  # type: ignore[attr-defined]
        self.is_secure = self.sink.is_tls
        self.is_in = not self.sink.password
        try:
            self.talk()
        finally:
            self.request.close()

    def talk(self) -> None:
        if self.is_secure:
            self.secure()
        self.sender, self.recipient = "", ""
        self.say("220 sink.example")
        while line := self.rfile.readline():
            if self.answer(line.decode().rstrip()):
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()

    def secure(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.request = context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        self.request.do_handshake()
        self.setup()
        self.is_secure = True

    def answer(self, line: str) -> bool:
        word, _, rest = line.partition(" ")
        match word.upper():
            case "EHLO":
                self.sink.greeted.append(rest)
                offers = ["sink.example", *["STARTTLS"] * (self.sink.has_tls and not self.is_secure)]
                offers += ["AUTH PLAIN"] * bool(self.sink.password)
                for at, offer in enumerate(offers, 1):
                    self.say(f"250{' ' if at == len(offers) else '-'}{offer}")
            case "STARTTLS":
                self.say("220 go on")
                self.secure()
            case "AUTH":
                told = b64decode(rest.split()[1]).decode().split("\0")[2]
                self.is_in = told == self.sink.password
                self.say("235 welcome" if self.is_in else "535 no such user or password")
            case "MAIL":
                self.sender = rest[rest.index("<") + 1 : rest.index(">")]
                self.say("250 ok" if self.is_in else "530 sign in first")
            case "RCPT":
                self.recipient = rest[rest.index("<") + 1 : rest.index(">")]
                self.say("550 nobody here" if self.recipient in self.sink.refused else "250 ok")
            case "DATA":
                self.say("354 go on")
                self.take()
            case "QUIT":
                self.say("221 bye")
                return True
            case _:
                self.say("250 ok")
        return False

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if self.sink.full:
            self.say("552 too large")
            return
        self.sink.mails.append((self.sender, self.recipient, b"".join(lines)))
        self.sink.secured.append(self.is_secure)
        self.say("250 taken")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is part of the tests."""


@contextmanager
def mail_sink(sink: Sink) -> Iterator[Sink]:
    """``sink`` while it listens; its port is then known."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.sink = sink  # type: ignore[attr-defined]
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()
