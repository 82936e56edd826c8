"""Which requests share a pause: the host and registrable domain of an address. Pure text; asks no resolver."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from broadsheet.decide.manners import DEFAULT, Manners
from broadsheet.model import HostState, shift
from broadsheet.urls import host_of

_COUNTRY_WORDS: Final = """
ac co com edu go gob gouv gov govt gv idv in info ltd mil name ne net nic nom or org plc sch
"""
_SECOND_LEVEL: Final = frozenset(_COUNTRY_WORDS.split())
"""Labels that stand before a two-letter country code as part of a public suffix (com.cn, co.uk, go.jp)."""

_HOSTING_SUFFIXES: Final = """
appspot.com azurewebsites.net blogspot.com cnblogs.com deno.dev fly.dev ghost.io github.io gitlab.io hatenablog.com
hatenablog.jp herokuapp.com hf.space livejournal.com lofter.com micro.blog neocities.org netlify.app onrender.com
pages.dev pixnet.net posthaven.com r2.dev readthedocs.io substack.com tumblr.com typepad.com vercel.app web.app
weebly.com wixsite.com wordpress.com workers.dev xlog.app
"""
_SHARED_HOSTING: Final = frozenset(_HOSTING_SUFFIXES.split())
"""Suffixes under which strangers publish, so that the label before them is what is registered."""

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


def domain_of(host: str) -> str | None:
    """The registrable domain of ``host[:port]``, or None for an IP address or a single label.

    A rule of thumb, not the Public Suffix List: two labels, or three where the last two are a country's
    second level or a place where strangers publish. A mistake costs one second of pause.
    """
    name = host if host.startswith("[") else host.partition(":")[0]
    labels = name.split(".")
    if len(labels) < 2 or "" in labels or _is_address(name):
        return None
    country = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    suffix = 2 if country or ".".join(labels[-2:]) in _SHARED_HOSTING else 1
    return ".".join(labels[-suffix - 1 :])


@lru_cache(maxsize=16_384)
def pacing_keys(url: str, manners: Manners = DEFAULT) -> tuple[str, ...]:
    """The ``HostState.host`` rows that a request to ``url`` shares with others; none for a per-URL host."""
    host = host_key(url)
    if not host or host in manners.per_url_hosts:
        return ()
    domain = domain_of(host)
    return (host, f".{domain}") if domain else (host,)


def spaced(keys: tuple[str, ...], now: datetime, manners: Manners, chance: float) -> tuple[HostState, ...]:
    """The pause every request leaves behind it for the rows ``keys``; ``chance`` in [0, 1) adds jitter."""
    stretch = 1 + manners.jitter_share * chance
    waits = {key: manners.domain_spacing_s if key.startswith(".") else manners.host_spacing_s for key in keys}
    return tuple(HostState(key, shift(now, wait * stretch), "spacing") for key, wait in waits.items())


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
