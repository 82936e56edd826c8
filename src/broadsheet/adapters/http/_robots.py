"""Asks a host for its ``robots.txt`` before the first page or picture, and refuses what it does not allow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from broadsheet.adapters.http._pacing import Pacer
from broadsheet.adapters.http._target import Target
from broadsheet.errors import RefusedError
from broadsheet.model import Request, RobotsAnswer
from broadsheet.ports import Robots, RobotsRules

MOST_BYTES = 500 * 1024
"""RFC 9309 2.5: so much of the file is read at least, and the rest left."""
MOST_REDIRECTS = 5
"""RFC 9309 2.3.1.2: so many redirects in a row are followed."""


class RobotsGate:
    """What a page or picture passes before it is asked for. ``ask`` fetches the file at a Target for an outlet."""

    def __init__(
        self,
        robots: Robots | None,
        exempt: frozenset[str],
        pacer: Pacer,
        clock: Callable[[], datetime],
        ask: Callable[[Target, Request], Awaitable[RobotsAnswer]],
    ) -> None:
        self._robots = robots
        self._exempt = exempt
        self._pacer = pacer
        self._clock = clock
        self._ask = ask
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, request: Request, target: Target) -> bool:
        """RefusedError where the host's rules are against it; returns whether time went by over asking for them.

        Feeds are asked as every reader does. FetchError where asking fails for a reason that is not the host's.
        """
        if self._robots is None or request.purpose in ("feed", "message") or request.outlet in self._exempt:
            return False
        origin = str(target.url.origin())
        rules, has_waited = self._robots.find(origin, self._clock()), False
        if rules is None:
            rules, has_waited = await self._learn(self._robots, origin, request, target), True
        # the file itself is no request that its own pause counts from
        self._pacer.set_delay(target.place, rules.delay_s, None if has_waited else asyncio.get_running_loop().time())
        if (objection := rules.find_objection(str(target.url))) is not None:
            reason, words = objection
            raise RefusedError(words, reason=reason)
        return has_waited

    async def _learn(self, robots: Robots, origin: str, request: Request, target: Target) -> RobotsRules:
        """Ask once, however many requests wait for it."""
        lock = self._locks.setdefault(origin, asyncio.Lock())
        try:
            async with lock:
                rules = robots.find(origin, self._clock())
                if rules is None:
                    answer = await self._ask(target, request)
                    rules = robots.note(origin, answer, self._clock())
                return rules
        finally:
            if not lock.locked():
                self._locks.pop(origin, None)
