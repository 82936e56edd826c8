"""How fast feeds are polled over loopback, first whole, then unchanged. Pauses between requests are off.

``python -m benchmarks polling rounds``: the whole path (fetch, parse, keep with fsync, index) beside the library
``reader`` (fetch, parse, store in SQLite), each in a process of its own, feeds on as many hosts.
``python -m benchmarks polling fetch``: the Fetcher alone over 400 hosts. The server has a process of its own, too.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import importlib.util
import multiprocessing
import resource
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from broadsheet.adapters.files import FileStore
from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.adapters.sqlite.articles import SqliteIndex
from broadsheet.adapters.sqlite.queue import SqliteQueue
from broadsheet.model import Capture, Outlet, Request
from broadsheet.policy import Manners, new_state
from broadsheet.policy.identity import NO_NUMBERING
from broadsheet.services.archive import Archive
from broadsheet.services.ingest.keeping import Keeper
from broadsheet.services.ingest.pipeline import Parts, run_round

ETAG = b'"1"'


class _Answering(asyncio.Protocol):
    """Answers every request with the same packed feed, or with 304 to one that has it."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while b"\r\n\r\n" in self._unread:
            head, _, self._unread = self._unread.partition(b"\r\n\r\n")
            known = b"if-none-match" in head.lower()
            self._transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG + b"\r\n\r\n" if known else self._whole)


def _serve(pipe: Connection, feed: bytes) -> None:
    packed = gzip.compress(feed)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\nETag: %s\r\n" % ETAG
    whole = head + b"Content-Length: %d\r\n\r\n" % len(packed) + packed

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Answering(whole), "127.0.0.1", 0, backlog=2048)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def _feed(entries: int) -> bytes:
    """A feed of about 3 kB for each entry, of words that pack as news does."""
    words = [one + two for one in "新闻记者" for two in "经济城市"]
    items = (
        f"<item><title>第{number}条 {words[number % 16]}</title><link>https://outlet.example/{number}</link>"
        f"<description>{''.join(words[(number * place * 7 + place) % 16] for place in range(450))}</description></item>"
        for number in range(entries)
    )
    return f"<rss><channel><title>新闻</title>{''.join(items)}</channel></rss>".encode()


def _poll(fetcher: HttpFetcher, requests: Iterator[Request], status: int) -> tuple[float, float, int]:
    """Wall seconds, processor seconds and the number of results with ``status``."""
    wall, processor = time.perf_counter(), time.process_time()
    right = sum(isinstance(each, Capture) and each.status == status for each in fetcher.fetch_all(requests))
    return time.perf_counter() - wall, time.process_time() - processor, right


def fetch(options: argparse.Namespace) -> None:
    """The Fetcher alone: one line for each round."""
    feed = _feed(options.entries)
    with _serving(_serve, feed) as port:
        settings = FetchSettings(
            private_networks=("127.0.0.0/8",),
            host_spacing_s=0.0,
            domain_spacing_s=0.0,
            concurrency=options.concurrency,
        )
        urls = [f"http://h{number % options.hosts}.example:{port}/{number}" for number in range(options.feeds)]
        print(f"{options.feeds} feeds of {len(feed):,} bytes on {options.hosts} hosts, {options.concurrency} at a time")
        validator = (("If-None-Match", ETAG.decode()),)
        with HttpFetcher(settings, lookup=lambda host, port: ["127.0.0.1"]) as fetcher:
            for name, headers, status in (("cold", (), 200), ("again", (), 200), ("304", validator, 304)):
                requests = (Request(url, headers=headers, purpose="feed") for url in urls)
                wall, processor, right = _poll(fetcher, requests, status)
                each_ms = processor / options.feeds * 1000
                print(f"{name:6} {options.feeds / wall:8.0f} /s   {each_ms:.3f} ms of processor each   {right} right")
        print(f"peak   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


# -- whole rounds ------------------------------------------------------------------------------------------------


class _Publishing(asyncio.Protocol):
    """Answers ``/N`` with feed N, each with texts of its own, or with 304 to one that has it."""

    entries = 20

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._unread = b""

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while b"\r\n\r\n" in self._unread:
            head, _, self._unread = self._unread.partition(b"\r\n\r\n")
            if b"if-none-match" in head.lower():
                self._transport.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG + b"\r\n\r\n")
                continue
            body = gzip.compress(_own_feed(int(head.split()[1][1:] or 0), self.entries), 1)
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\nETag: %s\r\n"
                b"Content-Length: %d\r\n\r\n" % (ETAG, len(body)) + body
            )


def _own_feed(feed: int, entries: int) -> bytes:
    random = Random(feed)
    words = [one + two for one in "新闻记者报道" for two in "经济城市交通"]
    items = []
    for number in range(entries):
        text = "".join(f"<p>{''.join(random.choices(words, k=50))}。</p>" for _ in range(9))
        items.append(
            f"<item><guid isPermaLink='false'>{feed}-{number}</guid><title>第{number}条{random.choice(words)}</title>"
            f"<link>https://outlet{feed}.example/{number}</link>"
            f"<pubDate>Mon, 17 Jul 2023 21:{number:02}:30 GMT</pubDate>"
            f"<description><![CDATA[{text}]]></description></item>"
        )
    return f"<rss version='2.0'><channel><title>新闻{feed}</title>{''.join(items)}</channel></rss>".encode()


def _publish(pipe: Connection, hosts: list[str]) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        first = await loop.create_server(_Publishing, hosts[0], 0, backlog=2048)
        port = first.sockets[0].getsockname()[1]
        await loop.create_server(_Publishing, hosts[1:], port, backlog=64)
        pipe.send(port)
        await first.serve_forever()

    asyncio.run(run())


def _round_of_ours(urls: list[str], folder: Path) -> Iterator[None]:
    clock = lambda: datetime.now(UTC)  # noqa: E731
    settings = FetchSettings(private_networks=("127.0.0.0/8",), host_spacing_s=0.0, domain_spacing_s=0.0)
    outlets = {f"o{number}": Outlet(f"o{number}", f"o{number}") for number in range(len(urls))}
    queue = SqliteQueue(folder / ".broadsheet" / "polling.sqlite")
    manners = Manners(host_spacing_s=0.0, domain_spacing_s=0.0)
    queue.add([new_state(url, f"o{number}", manners) for number, url in enumerate(urls)])
    with HttpFetcher(settings) as fetcher:
        parts = Parts(
            Keeper(Archive(FileStore(folder)), SqliteIndex(folder / ".broadsheet" / "index.sqlite"), NO_NUMBERING),
            queue, fetcher, outlets, manners, clock, lambda: 0.5, time.sleep,
        )  # fmt: skip
        while True:
            for _ in run_round(parts, urls=urls):
                pass
            yield


def _round_of_reader(urls: list[str], folder: Path) -> Iterator[None]:
    from reader import make_reader  # type: ignore[import-not-found,unused-ignore]

    with make_reader(str(folder / "reader.sqlite")) as library:
        for url in urls:
            library.add_feed(url)
        while True:
            library.update_feeds(workers=10, scheduled=False)
            yield


_RUNNERS: dict[str, Callable[[list[str], Path], Iterator[None]]] = {
    "broadsheet": _round_of_ours,
    "reader": _round_of_reader,
}


def _measure(pipe: Connection, name: str, urls: list[str], folder: str) -> None:
    rounds = _RUNNERS[name](urls, Path(folder))
    figures = []
    for _ in ("cold", "304"):
        wall = time.perf_counter()
        next(rounds)
        figures.append(len(urls) / (time.perf_counter() - wall))
    rounds.close()  # type: ignore[attr-defined]
    pipe.send((*figures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def rounds(options: argparse.Namespace) -> None:
    """Whole rounds beside ``reader``: feeds a second, cold and unchanged, and the peak of memory."""
    hosts = [f"127.0.{number // 200 + 1}.{number % 200 + 1}" for number in range(options.feeds)]
    table = Table(title=f"{options.feeds} feeds of {options.entries} entries, one on each host")
    for heading in ("", "cold feeds/s", "304s/s", "peak MB"):
        table.add_column(heading, justify="right" if heading else "left")
    context = multiprocessing.get_context("spawn")
    found: dict[str, tuple[float, float, float]] = {}
    with _serving(_publish, hosts) as port:
        urls = [f"http://{host}:{port}/{number}" for number, host in enumerate(hosts)]
        for name in _RUNNERS:
            if name != "broadsheet" and importlib.util.find_spec(name) is None:
                print(f"{name} is not installed and left out (./run bench installs it)")
                continue
            with tempfile.TemporaryDirectory() as folder:
                near, far = context.Pipe()
                child = context.Process(target=_measure, args=(far, name, urls, folder))
                child.start()
                far.close()
                found[name] = near.recv()
                child.join()
            table.add_row(name, *(f"{figure:,.0f}" for figure in found[name]))
    if len(found) == 2:
        ours, theirs = found["broadsheet"], found["reader"]
        table.add_row("ratio", f"{ours[0] / theirs[0]:.1f} ×", f"{ours[1] / theirs[1]:.1f} ×", "")
    Console().print(table)


class _serving:
    """A server in a process of its own, for as long as it is needed; enters as its port."""

    def __init__(self, target: Callable[..., None], content: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._near, self._far = context.Pipe()
        self._process = context.Process(target=target, args=(self._far, content), daemon=True)

    def __enter__(self) -> int:
        self._process.start()
        self._far.close()
        port: int = self._near.recv()
        return port

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def main(argv: list[str]) -> int:
    """Run what is asked for and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks polling", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    alone = commands.add_parser("fetch")
    alone.add_argument("--feeds", type=int, default=2000)
    alone.add_argument("--hosts", type=int, default=400)
    alone.add_argument("--concurrency", type=int, default=32)
    whole = commands.add_parser("rounds")
    whole.add_argument("--feeds", type=int, default=1000)
    for command in (alone, whole):
        command.add_argument("--entries", type=int, default=20)
    options = parser.parse_args(argv)
    (fetch if options.what == "fetch" else rounds)(options)
    return 0
