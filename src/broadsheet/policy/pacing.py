"""Which requests share a pause: the host and registrable domain of an address. Pure text; asks no resolver."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from broadsheet.addresses.hosts import registrable_domain
from broadsheet.addresses.urls import host_of
from broadsheet.model import HostState, shift
from broadsheet.policy.manners import DEFAULT, Manners

_PORTS: Final = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """Lower-case ``host[:port]`` of an address, the port only where it is not the scheme's own; "" if none."""
    host = host_of(url)
    if not host.isascii():
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return host
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{port}" if host and port and port != _PORTS.get(parts.scheme.lower()) else host


@lru_cache(maxsize=16_384)
def pacing_keys(url: str, manners: Manners = DEFAULT) -> tuple[str, ...]:
    """The ``HostState.host`` rows that a request to ``url`` shares with others; none for a per-URL host."""
    host = host_key(url)
    if not host or host in manners.per_url_hosts:
        return ()
    domain = registrable_domain(host)
    return (host, f".{domain}") if domain else (host,)


def spaced(keys: tuple[str, ...], now: datetime, manners: Manners, chance: float) -> tuple[HostState, ...]:
    """The pause every request leaves behind it for the rows ``keys``; ``chance`` in [0, 1) adds jitter."""
    stretch = 1 + manners.jitter_share * chance
    waits = {key: manners.domain_spacing_s if key.startswith(".") else manners.host_spacing_s for key in keys}
    return tuple(HostState(key, shift(now, wait * stretch), "spacing") for key, wait in waits.items())
