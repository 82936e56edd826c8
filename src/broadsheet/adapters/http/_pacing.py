"""When a host may be asked again. Pure but for its own counts: the time is handed in, and so is chance.

A host here is ``host[:port]``. One clock per host and one per domain. A request may start when both allow it, when the
host has a free connection and when it has not asked us to wait.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from random import Random

from broadsheet.adapters.http._settings import FetchSettings
from broadsheet.addresses.hosts import registrable_domain

_MANY = 20_000


def domain_of(host: str) -> str:
    """The registrable domain of ``host[:port]``; an address is its own."""
    return registrable_domain(host) or host


class Pacer:
    """The clocks of all hosts and domains, the requests under way, and the hosts that asked us to wait."""

    def __init__(self, settings: FetchSettings, random: Random) -> None:
        self._settings = settings
        self._random = random
        self._host_next: dict[str, float] = {}
        self._domain_next: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._busy: Counter[str] = Counter()
        self._under_way = 0
        self._kept: OrderedDict[str, float] = OrderedDict()
        self._delays: dict[str, float] = {}

    def has_room(self) -> bool:
        """Whether one more request may be on the network."""
        return self._under_way < self._settings.concurrency

    def is_busy(self, host: str) -> bool:
        """Whether ``host`` has as many requests under way as it may."""
        return self._busy[host] >= self._settings.per_host

    def ready_at(self, host: str) -> float:
        """The earliest time at which a request to ``host`` may start."""
        at = self._host_next.get(host, 0.0)
        if self._settings.domain_spacing_s:
            at = max(at, self._domain_next.get(domain_of(host), 0.0))
        return at

    def find_rest(self, host: str, now: float) -> float | None:
        """Seconds for which ``host`` still asked not to be asked, or None."""
        until = self._resting.get(host)
        if until is None:
            return None
        if until <= now:
            del self._resting[host]
            return None
        return until - now

    def rest(self, host: str, until: float) -> None:
        """Note that ``host`` asked us to wait until then; a longer wait stands."""
        self._resting[host] = max(until, self._resting.get(host, 0.0))

    def set_delay(self, host: str, delay_s: float, began: float | None) -> None:
        """Note the pause that ``host`` wants between two requests; ``began`` is when the last one did, None if that
        does not count."""
        if delay_s == self._delays.get(host, 0.0):
            return
        self._delays[host] = delay_s
        if began is not None:
            self._host_next[host] = max(self._host_next.get(host, 0.0), began + delay_s)

    def find_delay(self, host: str) -> float:
        """The pause that ``host`` wants; 0 where it said nothing."""
        return self._delays.get(host, 0.0)

    def find_long_pause(self, host: str, now: float) -> float | None:
        """Seconds until ``host`` may be asked, where the host wants a pause too long to wait for; or None."""
        own_s = self._settings.host_spacing_s * (1.0 + self._settings.jitter)
        pause_s = self.ready_at(host) - now
        is_long = self.find_delay(host) > 0 and pause_s > max(self._settings.max_delay_s, own_s)
        return pause_s if is_long else None

    def take_turn(self, host: str, now: float) -> float:
        """Claim the next start for ``host``; returns its time, which is now or later."""
        at = max(now, self.ready_at(host))
        if spacing_s := max(self._settings.host_spacing_s, self._delays.get(host, 0.0)):
            self._host_next[host] = at + self._stretch(spacing_s)
        if self._settings.domain_spacing_s:
            self._domain_next[domain_of(host)] = at + self._stretch(self._settings.domain_spacing_s)
        if len(self._host_next) + len(self._domain_next) > _MANY:
            self._forget(now)
        return at

    def begin(self, host: str) -> None:
        """A request whose first address is at ``host`` goes out."""
        self._busy[host] += 1
        self._under_way += 1

    def end(self, host: str) -> None:
        """A request that began at ``host`` has its result."""
        self._under_way -= 1
        if self._busy[host] > 1:
            self._busy[host] -= 1
        else:
            del self._busy[host]

    def keeps_connection(self, host: str, now: float) -> bool:
        """Whether an idle connection to ``host`` stays open: for hosts in use, while there are not too many."""
        kept = self._kept
        while kept and next(iter(kept.values())) < now - 2 * self._settings.keep_alive_s:
            kept.popitem(last=False)
        if host not in kept and len(kept) >= self._settings.kept_hosts:
            return False
        kept[host] = now
        kept.move_to_end(host)
        return True

    def _stretch(self, spacing_s: float) -> float:
        return spacing_s * (1.0 + self._settings.jitter * self._random.random())

    def _forget(self, now: float) -> None:
        self._host_next = {host: at for host, at in self._host_next.items() if at > now}
        self._domain_next = {domain: at for domain, at in self._domain_next.items() if at > now}
        self._resting = {host: at for host, at in self._resting.items() if at > now}


class Meter:
    """Bytes off the wire, and how many there may be; 0 for any number."""

    def __init__(self) -> None:
        self.taken = 0
        self.most = 0

    def begin(self, most: int) -> None:
        """Count from nothing, up to ``most``."""
        self.taken, self.most = 0, most

    def take(self, size: int) -> None:
        """``size`` more bytes have come."""
        self.taken += size

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be asked for."""
        return 0 < self.most <= self.taken
