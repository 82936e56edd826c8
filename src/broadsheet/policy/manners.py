"""How often we ask, how long we wait, when we believe a server: every number of the polling rules in one place.

Knows nothing of settings; a face or ``app`` builds a ``Manners`` from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Manners:
    """The tunables of polling. Durations are seconds; shares lie between 0 and 1."""

    min_interval_s: float = 300.0
    """No feed is asked more often than this, however fast it publishes."""
    max_interval_s: float = DAY_S
    """A feed that answers is asked at least this often, unless its server asks for more patience."""
    first_interval_s: float = 3600.0
    """A feed is asked a second time within this, unless its server asks for more patience: one look is no rhythm."""
    polls_per_entry: float = 2.0
    """How many polls we spend per expected new entry: the interval is the mean gap divided by this."""
    rhythm_window_s: float = 7 * DAY_S
    """How far back entries count for a feed's rhythm."""
    recent_kept: int = 32
    """How many instants of entries a feed's state remembers."""
    full_fetch_every_s: float = DAY_S
    """After this time without a whole body we ask without conditions: some servers answer 304 for ever."""
    freshness_cap_s: float = DAY_S
    """The most that max-age, Expires or a feed's ttl can put off the next poll."""
    moved_confirmations: int = 3
    """How many answers must show the same permanent redirect before we store it …"""
    moved_over_s: float = 2 * DAY_S
    """… and over what time at least."""
    retrace_after: int = 3
    """After this many failures at an address a redirect led to, every second try asks the configured one."""
    gone_confirmations: int = 2
    """How many 410 in a row make a feed dormant: one alone may be a slip of the server."""
    dormant_probe_s: float = 7 * DAY_S
    """How often a dormant feed is asked whether it is back."""
    backoff_base_s: float = 600.0
    """The wait after the first failure; doubles with each further one."""
    backoff_cap_s: float = DAY_S
    """The longest wait between tries of a feed that fails. There is no last try."""
    throttle_pause_s: float = 600.0
    """The wait after a 429 that does not say how long; doubles with each further one up to the cap above."""
    domain_pause_cap_s: float = 3600.0
    """A 429 pauses the other hosts of its domain too, at most this long."""
    host_spacing_s: float = 2.0
    """The least pause between two requests to one host."""
    domain_spacing_s: float = 1.0
    """The least pause between two requests to hosts of one registrable domain."""
    jitter_share: float = 0.1
    """Every wait grows by up to this share, by chance, so that polls do not march in step."""
    future_clamp_s: float = 3600.0
    """An entry dated further ahead than this says nothing about the feed's rhythm."""
    per_url_hosts: frozenset[str] = frozenset()
    """Hosts (``host[:port]``) whose limits hold per address, such as an RSSHub that fronts for many outlets."""
    late_after_s: float = 3 * 3600.0
    """``health``: a poll overdue by more than this is late."""
    alert_after_s: float = DAY_S
    """``health``: a feed without success for this long is failing, not merely late."""
    silent_after_s: float = 14 * DAY_S
    """``health``: a feed whose newest entry is older than this, and than its own habit allows, is silent."""


DEFAULT: Final = Manners()
"""The manners we have when nobody asks for others."""
