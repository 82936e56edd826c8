"""What is needed of an HTTP client's response beside it: where it came from, its unread rest, headers as text."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.connector import Connection

_DRAINED = 64 * 1024
_DRAIN_S = 0.5


class Response(aiohttp.ClientResponse):
    """A response that remembers which address it came from, since its connection may be gone when it is read."""

    peer: str | None = None

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Note the other end, then read the response's head. A connection that is not to be kept is not kept."""
        if connection.protocol is not None and "Connection" in self.request_info.headers:
            connection.protocol.force_close()
        transport = connection.transport
        peer = transport.get_extra_info("peername") if transport is not None else None
        self.peer = str(peer[0]) if peer else None
        return await super().start(connection)


async def drain(response: aiohttp.ClientResponse) -> None:
    """Read the little that follows an error's or a redirect's head, so that its connection can serve again.

    The head has said it all: a rest that is long, slow or broken is left unread, and the connection with it.
    """
    size = response.content_length or 0
    content = response.content
    if content.at_eof():
        return
    try:
        async with asyncio.timeout(_DRAIN_S):
            while not content.at_eof() and size <= _DRAINED:
                size += len(await content.readany())
    except (aiohttp.ClientError, OSError):
        return


def text_of(raw: bytes) -> str:
    """A header as text: UTF-8 where it is, else Latin-1 (RFC 9110 5.5), so that nothing is lost."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
