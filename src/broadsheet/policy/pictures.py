"""Where a picture is asked for, in which order, when we stop, and when we come back for one that is missing.

Many hosts give their pictures only to their own pages. So each address is asked without a Referer first, then as from
the article, then as from the host's own front page, before the next address (the same over http, the proxy it was
borrowed through) has its turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.addresses.urls import canonical_url, is_web_address
from broadsheet.model import LONGEST_WAIT_S, is_believable, shift

LADDER_S: Final = (3_600.0, 21_600.0, 86_400.0, 604_800.0, 2_592_000.0)
"""The wait after the first try, the second …; after the last the picture is given up, and still listed."""

PATIENT_TRIES: Final = 2
"""For so many tries a host that is busy or silent is waited for; after that the proxy's copy will do, and so will a
picture that has come cut short each time."""

_BUSY: Final = frozenset({"timeout", "host asked to wait", "disconnected", "cut short", "broken"})
_NOT_NOW: Final = frozenset({"robots", "robots unreachable", "proxy", "traffic cap"})
"""What ends the ladder for now: another way to the same picture would go around a refusal, or fail the same."""
_REFUSED: Final = frozenset({"status 401", "status 403", "status 404", "not a picture"})
_FINAL: Final = frozenset({"too large", "too many pixels", "tracking pixel"})
_HOPELESS: Final = _FINAL | {"private address", "scheme", "not an address"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to ask for a picture: the address, and the page we say to come from (None: none)."""

    url: str
    referer: str | None = None

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc.lower()


@dataclass(frozen=True, slots=True)
class Missing:
    """A picture that is not kept: since when, how often it was tried, when it is tried again (None: given up), and when
    that was ``decided``."""

    origin: str
    since: datetime
    tries: int
    due: datetime | None
    reason: str = ""
    decided: datetime | None = None


def attempts_for(origin: str, article_url: str, found_as: str | None = None) -> tuple[Attempt, ...]:
    """Every way to ask for the picture at ``origin`` that ``article_url`` shows, in their order; none if it is no
    address of the web. ``found_as`` is the proxy the article shows it through, which is asked last."""
    named = dict.fromkeys((origin, *unwrap(found_as or origin)) if found_as else unwrap(origin))
    candidates = [url for url in named if is_web_address(url)]
    page = canonical_url(article_url) if is_web_address(article_url) else None
    attempts: list[Attempt] = []
    for number, url in enumerate(candidates):
        is_proxy = number and number == len(candidates) - 1
        parts = urlsplit(url)
        own = canonical_url(f"{parts.scheme}://{parts.netloc}/")
        referers = (None,) if is_proxy else (None, page, own)
        attempts += [Attempt(url, referer) for referer in referers]
    return tuple(dict.fromkeys(attempts))


def next_attempt(attempts: Sequence[Attempt], at: int, reason: str, earlier_tries: int = 0) -> int | None:
    """Which attempt follows number ``at``, which failed for ``reason``; None where the ladder ends for now.

    A refusal goes on to the next Referer (a missing page once only), a host that cannot be reached to the next
    address; what ``robots.txt`` refuses is not got by another way. A busy or silent host ends the ladder, so that a
    proxy's smaller copy is not taken while the picture's own host is only slow; after ``PATIENT_TRIES`` earlier tries
    the next host is asked instead.
    """
    here = attempts[at]
    if reason in _FINAL or reason in _NOT_NOW:
        return None
    later = range(at + 1, len(attempts))
    if reason in _BUSY or reason == "status 429" or reason.startswith("status 5"):
        if earlier_tries < PATIENT_TRIES:
            return None
        return next((number for number in later if attempts[number].host != here.host), None)
    if reason in _REFUSED and (reason != "status 404" or here.referer is None):
        return next(iter(later), None)
    return next((number for number in later if attempts[number].url != here.url), None)


def is_hopeless(reasons: Sequence[str]) -> bool:
    """Whether asking again would end the same, whatever the network does."""
    return all(reason in _HOPELESS for reason in reasons) or (bool(reasons) and reasons[-1] in _FINAL)


def is_kept_broken(earlier_tries: int) -> bool:
    """Whether a picture that comes cut short is kept as it is by now."""
    return earlier_tries >= PATIENT_TRIES


def missing_since(origin: str, since: datetime) -> Missing:
    """A picture that was tried once, at ``since``, without success."""
    return Missing(origin, since, 1, shift(since, LADDER_S[0]), decided=since)


def after_miss(missing: Missing, now: datetime, reason: str, *, wait_s: float | None, hopeless: bool) -> Missing:
    """``missing`` after one more try that failed; ``wait_s`` is what the server asked us to wait."""
    tries = missing.tries + 1
    if hopeless or tries > len(LADDER_S):
        return replace(missing, tries=tries, due=None, reason=reason)
    wait = max(LADDER_S[tries - 1], min(wait_s or 0.0, LONGEST_WAIT_S))
    return replace(missing, tries=tries, due=shift(now, wait), reason=reason, decided=now)


def is_due(missing: Missing, now: datetime) -> bool:
    """Whether to try again now. What a wrong clock decided is not obeyed: a time beyond the ladder's longest step, and
    any that was decided in a time to come."""
    if missing.due is None:
        return False
    if not is_believable(missing.decided, now):
        return True
    return missing.due <= now or missing.due > shift(now, LONGEST_WAIT_S)
