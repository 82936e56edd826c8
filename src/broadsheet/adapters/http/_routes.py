"""The ways out: straight, or through a proxy. One HTTP session for each.

Through an ``http`` proxy a plain request goes in absolute form and a secure one through CONNECT, both by the HTTP
client itself; it resolves nothing but the proxy's own name. Through SOCKS5 every connection is a tunnel: what the
proxy is told has passed the guard, be it an address (``socks5``) or a name (``socks5h``).
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from multidict import CIMultiDict
from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.async_.asyncio import Proxy as SocksProxy
from yarl import URL

from broadsheet.adapters.http._guard import Guard, Lookup
from broadsheet.adapters.http._settings import FetchSettings
from broadsheet.addresses.networks import Proxy
from broadsheet.errors import FetchError

PROXY_REST_S = 600.0
"""How soon something is asked again that failed at the proxy."""

_UNREACHED = {3: "unreachable", 4: "unreachable", 5: "refused", 6: "unreachable"}
"""Reply codes of RFC 1928 section 6 that speak of the host beyond the proxy."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way out: the session that goes it, and the proxy that it leads through, if any."""

    session: aiohttp.ClientSession
    proxy: Proxy | None

    @property
    def asks_by_name(self) -> bool:
        """Whether the names of hosts are looked up beyond, and not here."""
        return self.proxy is not None and self.proxy.resolves_names

    @property
    def is_relayed(self) -> bool:
        """Whether the HTTP client speaks to the proxy itself."""
        return self.proxy is not None and self.proxy.scheme in ("http", "https")

    def options(self, url: URL, headers: CIMultiDict[str]) -> dict[str, Any]:
        """What a request for ``url`` with ``headers`` is sent with. The proxy's credentials stand where it alone reads
        them: in CONNECT, or in a plain request, from which it takes them away (RFC 9110 11.7.2)."""
        if self.proxy is None or not self.is_relayed:
            return {"headers": headers}
        own = _credentials(self.proxy)
        if url.scheme == "http":
            return {"headers": CIMultiDict([*headers.items(), *own.items()]), "proxy": URL(str(self.proxy))}
        return {"headers": headers, "proxy": URL(str(self.proxy)), "proxy_headers": own}


def _credentials(proxy: Proxy) -> dict[str, str]:
    if not proxy.user:
        return {}
    pair = f"{proxy.user}:{proxy.password}".encode("utf-8", "surrogateescape")
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}


class Routes:
    """Every way out of one Fetcher. ``make_session`` makes a session on a connector."""

    def __init__(
        self,
        settings: FetchSettings,
        guard: Guard,
        lookup: Lookup,
        tls: ssl.SSLContext | bool,
        make_session: Callable[[aiohttp.BaseConnector], aiohttp.ClientSession],
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._lookup = lookup
        self._tls = tls
        self._make_session = make_session
        self._routes: dict[Proxy | None, Route] = {}

    async def open(self, stack: AsyncExitStack) -> None:
        """Open a session for each way; ``stack`` closes them."""
        for proxy in {None, self._settings.proxy, *self._settings.outlet_proxies.values()}:
            session = await stack.enter_async_context(self._make_session(self._connector(proxy)))
            self._routes[proxy] = Route(session, proxy)

    def find(self, outlet: str, host: str) -> Route:
        """The way on which ``host`` is asked for ``outlet``: straight where its owner set that it stands elsewhere."""
        if self._guard.has_detour(host):
            return self._routes[None]
        return self._routes[self._settings.outlet_proxies.get(outlet, self._settings.proxy)]

    def _connector(self, proxy: Proxy | None) -> aiohttp.TCPConnector:
        settings = self._settings
        common: dict[str, Any] = {
            "ssl": self._tls,
            "limit": settings.concurrency,
            "limit_per_host": settings.per_host,
            "keepalive_timeout": settings.keep_alive_s,
            "use_dns_cache": settings.dns_ttl_s > 0,
            "ttl_dns_cache": settings.dns_ttl_s or None,
        }
        if proxy is None:
            return aiohttp.TCPConnector(resolver=self._guard, socket_factory=self._guard.open_socket, **common)
        if proxy.scheme in ("http", "https"):
            return aiohttp.TCPConnector(resolver=_ProxyResolver(self._lookup), **common)
        return SocksConnector(proxy, self._guard, **common)


class SocksConnector(aiohttp.TCPConnector):
    """Connections through a SOCKS5 proxy. TLS is made and verified here, inside the tunnel, as without a proxy."""

    def __init__(self, proxy: Proxy, guard: Guard, **options: Any) -> None:
        super().__init__(resolver=_Unresolved() if proxy.resolves_names else guard, **options)
        self._proxy = proxy
        self._guard = guard

    async def _wrap_create_connection(
        self, *args: Any, addr_infos: list[Any], req: Any, timeout: Any, **kwargs: Any
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        host, port = addr_infos[0][4][:2]
        client_error = kwargs.get("client_error", aiohttp.ClientConnectorError)
        try:
            if not self._proxy.resolves_names:
                self._guard.check_address(str(host), int(port))
            tunnel = await self._open_tunnel(str(host), int(port), timeout.sock_connect)
        except OSError as error:
            raise client_error(req.connection_key, error) from error
        return await self._wrap_existing_connection(*args, req=req, timeout=timeout, sock=tunnel, **kwargs)

    async def _open_tunnel(self, host: str, port: int, limit_s: float | None) -> socket.socket:
        """A socket that leads to ``host``; OSError if that cannot be reached, FetchError if the proxy fails."""
        proxy = self._proxy
        user, password = proxy.user or None, proxy.password if proxy.user else None
        socks = SocksProxy(ProxyType.SOCKS5, proxy.host, proxy.port, user, password, rdns=True)
        try:
            return await socks.connect(host, port, timeout=limit_s)
        except ProxyTimeoutError as error:
            raise FetchError("no connection was made through the proxy in time", reason="timeout") from error
        except ProxyConnectionError as error:
            raise proxy_failed("it takes no connections") from error
        except ProxyError as error:
            if (reason := _UNREACHED.get(error.error_code or 0)) is not None:
                words = "the server takes no connections" if reason == "refused" else "the server cannot be reached"
                raise FetchError(f"{words}, says the proxy", reason=reason) from error
            raise proxy_failed(_words_of(error)) from error


def _words_of(error: ProxyError) -> str:
    """What went wrong at the proxy, in words that no stranger wrote."""
    if error.error_code == 2:
        return "its rules do not allow the connection"
    if error.error_code == 1:
        return "it failed to make the connection, and does not say why"
    if error.error_code is not None:
        return f"it answered with code {error.error_code}"
    return "it wants other credentials, or speaks no SOCKS5"


def proxy_failed(words: str) -> FetchError:
    """The error of a request that failed at the proxy, which is no failure of the host."""
    return FetchError(f"the proxy failed: {words}", reason="proxy", retry_after_s=PROXY_REST_S)


def explain_at_proxy(error: BaseException, proxy: Proxy) -> BaseException:
    """``error`` of a request that went through ``proxy``: as the proxy's failure, where it is one."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        if error.status in (401, 407):
            return proxy_failed("it wants other credentials")
        return proxy_failed(f"it made no connection to the server (status {error.status})")
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return proxy_failed("it takes no connections")
    if isinstance(error, aiohttp.ClientConnectorDNSError) and proxy.resolves_names:
        return proxy_failed("its own name has no address")
    return error


def is_of_proxy(response: aiohttp.ClientResponse, route: Route) -> bool:
    """Whether a response was made by an ``http`` proxy in the place of the server.

    Inside a tunnel nothing is. Else 407 is the proxy's own, and so is an error with ``Proxy-Status`` (RFC 9209) or what
    Squid marks its pages with. Other errors nobody can tell apart.
    """
    if not answers_for_server(response, route):
        return False
    marks = "error=" in response.headers.get("Proxy-Status", "") or "X-Squid-Error" in response.headers
    return response.status == 407 or (response.status >= 500 and marks)


def answers_for_server(response: aiohttp.ClientResponse, route: Route) -> bool:
    """Whether a response passed through the hands of a proxy that could have made it."""
    return route.is_relayed and response.url.scheme == "http"


class _ProxyResolver(AbstractResolver):
    """Looks up the proxy's own name, which its owner has configured: any address will do."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of ``host``."""
        found = await asyncio.get_running_loop().run_in_executor(None, self._lookup, host, port)
        return [_result(host, address, port) for address in found]

    async def close(self) -> None:
        """There is nothing to let go of."""


class _Unresolved(AbstractResolver):
    """Leaves a name as it is, for the proxy to look up."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """``host`` itself."""
        return [_result(host, host, port)]

    async def close(self) -> None:
        """There is nothing to let go of."""


def _result(name: str, host: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=name,
        host=host,
        port=port,
        family=socket.AF_INET6 if ":" in host else socket.AF_INET,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
