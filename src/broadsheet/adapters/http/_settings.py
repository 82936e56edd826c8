"""How the Fetcher behaves: one frozen value with a default for everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from broadsheet.addresses.networks import Proxy
from broadsheet.errors import SettingsError


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Manners and limits of the Fetcher. Durations are seconds, sizes bytes; SettingsError on what cannot be."""

    user_agent: str = "Broadsheet/0.1"
    concurrency: int = 32
    """Requests on the network at one time."""
    per_host: int = 2
    """Requests on the network at one time for one host."""
    host_spacing_s: float = 1.0
    """At least this long between the starts of two requests to one host, redirects included."""
    domain_spacing_s: float = 0.25
    """The same for all hosts of one domain (``a.example.com`` and ``b.example.com``)."""
    jitter: float = 0.25
    """Each spacing is stretched by a random share between nothing and this much."""
    private_networks: tuple[str, ...] = ()
    """Networks (``127.0.0.0/8``) and host names that may be private; everything else must be public.

    A name opens one door; a network opens every address in it to whatever a feed or a redirect names."""
    connect_to: tuple[str, ...] = ()
    """Hosts that are connected to elsewhere (``*.example = 127.0.0.1:8640``); see ``addresses.Detours``."""
    max_redirects: int = 10
    connect_timeout_s: float = 10.0
    total_timeout_s: float = 60.0
    """Time on the network for one request over all its hops; a request's own, shorter limit counts first."""
    max_wire_bytes: int = 16 * 1024 * 1024
    max_decoded_bytes: int = 32 * 1024 * 1024
    max_ratio: float = 200.0
    """Decoded bytes for one byte on the wire, judged past the first mebibyte."""
    max_header_bytes: int = 64 * 1024
    """The longest one header may be."""
    per_url_hosts: frozenset[str] = frozenset()
    """Hosts that pass on many sites: one address that asks to wait there speaks for itself only."""
    unnamed_wait_s: float = 60.0
    """How long a host rests after "too many requests" without a time."""
    dns_ttl_s: int = 60
    """How long a looked-up address is used again; 0 looks up for every connection."""
    keep_alive_s: float = 5.0
    """How long a connection stays open without use."""
    kept_hosts: int = 256
    """Hosts to which connections stay open; to more than these each request opens its own."""
    read_ahead: int = 1024
    """Requests taken from the caller before their results are taken back."""
    max_waiting_bytes: int = 64 * 1024 * 1024
    """No new request starts while results of this size wait for the caller."""

    proxy: Proxy | None = None
    """What every request goes through, if anything; it may be on a private network."""
    outlet_proxies: Mapping[str, Proxy | None] = field(default_factory=dict)
    """By outlet, what its requests go through in place of ``proxy``; None: straight out."""
    ignores_robots: frozenset[str] = frozenset()
    """Outlets for which ``robots.txt`` is not asked for."""
    max_delay_s: float = 60.0
    """The longest pause between two requests that is waited for; after a longer one, the rest comes later."""
    max_slow_s: float = 900.0
    """How long one host that wants pauses may hold up a batch; the rest comes later."""

    def __post_init__(self) -> None:
        for name in ("concurrency", "per_host", "read_ahead", "max_wire_bytes", "max_decoded_bytes"):
            if getattr(self, name) < 1:
                raise SettingsError(f"fetch setting {name} must be at least 1, not {getattr(self, name)}")
        for name in ("connect_timeout_s", "total_timeout_s", "max_ratio", "keep_alive_s"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"fetch setting {name} must be more than 0, not {getattr(self, name)}")
        for setting in fields(self):
            number = getattr(self, setting.name)
            if isinstance(number, int | float) and number < 0:
                raise SettingsError(f"fetch setting {setting.name} must not be below 0, not {number}")
        if not self.user_agent.strip() or not self.user_agent.isprintable():
            raise SettingsError("fetch setting user_agent must be one line that names who asks")
