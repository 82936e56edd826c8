"""What a host's ``robots.txt`` allows, how long that holds, and what holds where it cannot be had (RFC 9309). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from protego import Protego

from broadsheet.model import RobotsAnswer, RobotsState

TOKEN: Final = "Broadsheet"
"""The product token that we go by in ``robots.txt``, whatever ``User-Agent`` says."""

REFUSED: Final = "robots"
"""The reason of a refusal by a host's rules."""

UNREACHABLE: Final = "robots unreachable"
"""The reason of a refusal because the host answers, but fails to give its rules."""

_HOLDS: Final = timedelta(hours=24)
"""RFC 9309 2.4: a copy is not used for longer, unless the file cannot be had."""
_ASKED_AGAIN: Final = timedelta(minutes=10)
"""How soon a file that could not be had is asked for again."""
_GIVEN_UP: Final = timedelta(days=30)
"""RFC 9309 2.3.1.4: after so long without, the host counts as one that has none."""
_ENDLESS: Final = frozenset({"too many redirects", "redirect loop"})
"""RFC 9309 2.3.1.2: past five redirects the host counts as one that has none."""


@dataclass(frozen=True)
class Rules:
    """What a host asks of us for now. ``parser`` is None where everything is refused for ``reason``."""

    origin: str
    parser: Protego | None
    reason: str = ""

    @property
    def delay_s(self) -> float:
        """The pause that the host wants between two requests (``Crawl-delay`` or ``Request-rate``); 0 for none."""
        if self.parser is None:
            return 0.0
        rate = self.parser.request_rate(TOKEN)
        return max(self.parser.crawl_delay(TOKEN) or 0.0, rate.seconds / rate.requests if rate else 0.0)

    def find_objection(self, url: str) -> tuple[str, str] | None:
        """Why ``url`` must not be asked for: a countable reason and a sentence; None if it may be."""
        if self.parser is None:
            if self.reason.startswith("status"):
                return UNREACHABLE, f"{self.origin}/robots.txt cannot be had ({self.reason}), so nothing is asked there"
            return self.reason, f"{self.origin}/robots.txt cannot be had ({self.reason})"
        if self.parser.can_fetch(url, TOKEN):
            return None
        return REFUSED, f"{self.origin}/robots.txt does not allow programs to fetch it"


def after_asking(origin: str, before: RobotsState | None, answer: RobotsAnswer, now: datetime) -> RobotsState:
    """What is known of ``origin`` after it was asked once more.

    Success brings rules, a 4xx says that there are none (RFC 9309 2.3.1.3), but for 429, which asks for patience. All
    else leaves what was known, with the failure.
    """
    status = answer.status
    if status is not None and 200 <= status < 300:
        return RobotsState(origin, now, answer.text)
    if (status is not None and 400 <= status < 500 and status != 429) or answer.reason in _ENDLESS:
        return RobotsState(origin, now, "")
    text, since = (before.text, before.failing_since) if before else (None, None)
    return RobotsState(origin, now, text, since or now, f"status {status}" if status is not None else answer.reason)


def is_due(state: RobotsState, now: datetime) -> bool:
    """Whether to ask again. A state from the future is of a wrong clock, and counts as old."""
    holds = _ASKED_AGAIN if state.failing_since else _HOLDS
    return not state.asked <= now < state.asked + holds


def rules_of(state: RobotsState, now: datetime) -> Rules:
    """The rules that hold ``now``: those last read, while they cannot be had too; without any, all is refused for as
    long as the file cannot be had, up to 30 days."""
    if state.text is not None:
        return Rules(state.origin, Protego.parse(state.text))
    if state.failing_since is not None and now - state.failing_since >= _GIVEN_UP:
        return Rules(state.origin, Protego.parse(""))
    return Rules(state.origin, None, state.reason or "not asked")
