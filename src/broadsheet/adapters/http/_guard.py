"""The gate that every connection passes: the address that is checked is the address that is connected to.

Two hooks of the HTTP client are needed. The resolver sees every name that is looked up and drops what may not be
reached; the socket factory sees the final address of every connection, addresses written out in a URL included, which
never come past the resolver. What it returns is connected to exactly that address, so a name that changes its
answer between check and use gains nothing.

Names with a detour are connected to where the owner said, and nowhere else: that place may be private, and is so for
requests to these names only.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from broadsheet.addresses.networks import NOT_WEB_PORTS, Detours, Place, Reach, find_address, is_plain
from broadsheet.errors import RefusedError

Lookup = Callable[[str, int], Sequence[str]]
"""Name and port -> addresses. Blocks; OSError where there are none."""

DESTINATION: ContextVar[str] = ContextVar("DESTINATION", default="")
"""The host that the running request is for."""


class PrivateAddressError(OSError):
    """A connection that would leave the public internet."""


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of ``host`` as the machine's own resolver gives them, IPv6 zones kept."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    addresses: list[str] = []
    for _family, _type, _proto, _name, place in found:
        address = str(place[0])
        if len(place) == 4 and place[3] and "%" not in address:
            address = f"{address}%{place[3]}"
        addresses.append(address)
    return list(dict.fromkeys(addresses))


class Guard(AbstractResolver):
    """The resolver and the socket factory of one Fetcher, and the check of an address as it is written."""

    def __init__(self, reach: Reach, detours: Detours, lookup: Lookup, threads: int) -> None:
        self._reach = reach
        self._detours = detours
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="broadsheet-dns")

    def check(self, url: URL, *, by_name: bool = False) -> None:
        """RefusedError if ``url`` must not be asked for, as far as that can be seen without looking up its host.

        ``by_name``: somebody else will look it up, so that names which can only be private are refused here.
        """
        host = url.raw_host or ""
        if url.scheme not in ("http", "https"):
            raise RefusedError("only http and https addresses are fetched", reason="scheme")
        if url.port in NOT_WEB_PORTS:
            raise RefusedError(f"port {url.port} does not serve the web", reason="port")
        address = find_address(host)
        if address is None:
            if by_name and not self._reach.admits_name(host):
                raise RefusedError(_why_private(host), reason="private address")
            return
        if not self._reach.admits(address, host):
            raise RefusedError(_why_private(host), reason="private address")
        if not is_plain(host):
            raise RefusedError(
                "the host is a number in an unusual spelling; write it as four decimal numbers", reason="bad address"
            )

    def has_detour(self, host: str) -> bool:
        """Whether ``host`` is connected to elsewhere."""
        return self._detours.find(host) is not None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look ``host`` up and keep the addresses that may be reached; PrivateAddressError if none is left.

        A name with a detour is never looked up: the answer is the detour's place, port included.
        """
        place = self._detours.find(host)
        if place is not None:
            port, found = place.port, await self._find_addresses(place)
            allowed = list(found)
        else:
            found = await self._look_up(host, port)
            allowed = [address for address in found if self._reach.admits(address, host)]
        if found and not allowed:
            raise PrivateAddressError(_why_private(host))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in allowed
        ]

    async def _find_addresses(self, place: Place) -> Sequence[str]:
        return [place.host] if find_address(place.host) is not None else await self._look_up(place.host, place.port)

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, host, port)
        except UnicodeError as error:
            raise OSError("a name that no resolver takes") from error

    def open_socket(
        self, place: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]
    ) -> socket.socket:
        """A socket for a connection to the address in ``place``; PrivateAddressError if it may not be reached."""
        family, kind, protocol, _name, sockaddr = place
        self.check_address(str(sockaddr[0]), int(sockaddr[1]))
        return socket.socket(family, kind, protocol)

    def check_address(self, address: str, port: int) -> None:
        """PrivateAddressError if the running request may not be connected to ``address`` and ``port``."""
        host = DESTINATION.get()
        detour = self._detours.find(host)
        if not (detour.admits(address, port) if detour else self._reach.admits(address, host)):
            raise PrivateAddressError(_why_private(host))

    async def close(self) -> None:
        """Let go of the threads that look names up, without waiting for a lookup that hangs."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _why_private(host: str) -> str:
    return f"{host or 'the host'} is at a private address; name its network in the configuration to allow it"
