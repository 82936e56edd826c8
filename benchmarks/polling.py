"""How fast the Fetcher fetches: many feeds over many hosts of a loopback server, first whole, then unchanged.

``python -m benchmarks.polling`` prints requests a second, processor time for each and the peak of memory. Pauses
between requests to a host are off: this measures what they would hide. The server runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import multiprocessing
import resource
import socket
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from broadsheet.engines.http import FetchSettings, HttpFetcher
from broadsheet.model import Capture, Request

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


def main() -> None:
    """Run the rounds and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=400)
    parser.add_argument("--entries", type=int, default=20)
    parser.add_argument("--concurrency", type=int, default=32)
    options = parser.parse_args()
    feed = _feed(options.entries)
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    server = context.Process(target=_serve, args=(far, feed), daemon=True)
    server.start()
    port = near.recv()
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
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
