"""Fetches what articles show and keeps it: one wave of requests for all of them, then the next rung for what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from broadsheet.errors import FixityError, NotFoundError
from broadsheet.formats.ledger import digest_of
from broadsheet.imaging import Measured, find_objection, measure
from broadsheet.model import Capture, Failure, Request
from broadsheet.policy.pictures import Attempt, attempts_for, is_hopeless, is_kept_broken, next_attempt
from broadsheet.ports import Fetcher, Store
from broadsheet.services.archive import find_kept, picture_key

_BATCH_BYTES = 32 * 1024 * 1024
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Caps:
    """What a picture may cost: bytes on the way, pixels as its header says, seconds for one request."""

    max_bytes: int = 16 * 1024 * 1024
    max_pixels: int = 100_000_000
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture an article shows: its ``origin`` as the body has it, and the article's address.

    ``known`` is the digest under which an earlier revision has it; it is fetched again only if that file is gone.
    ``tries`` is how often it was tried before. ``found_as`` is the proxy that the article shows it through, if one.
    ``outlet`` is the one whose article it is.
    """

    origin: str
    article_url: str
    known: str | None = None
    tries: int = 0
    found_as: str | None = None
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture in the archive, durable. ``url`` is the address that gave it, None if it was there already.

    ``note`` says what is odd about it, such as ``cut short``. ``is_document``: never to be served as a page.
    """

    origin: str
    digest: str
    key: str
    media_type: str
    width: int | None
    height: int | None
    size: int
    is_animated: bool = False
    is_document: bool = False
    url: str | None = None
    referer: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MissedPicture:
    """A picture that could not be had, and why, in a countable word; ``hopeless`` where trying again is no use."""

    origin: str
    reason: str
    hopeless: bool = False
    retry_after_s: float | None = None


Outcome = KeptPicture | MissedPicture


def ledger_pictures(origins: Iterable[str], outcomes: Mapping[str, Outcome]) -> dict[str, str | None]:
    """What an article's ledger line says of its pictures: origin -> digest, None for one that is missing."""
    found = ((origin, outcomes.get(origin)) for origin in origins)
    return {origin: outcome.digest if isinstance(outcome, KeptPicture) else None for origin, outcome in found}


@dataclass(slots=True)
class _Search:
    """How far we are with one picture."""

    wanted: Wanted
    attempts: tuple[Attempt, ...]
    at: int = 0
    reasons: list[str] = field(default_factory=list)
    wait_s: float | None = None

    @property
    def attempt(self) -> Attempt:
        return self.attempts[self.at]


class Pictures:
    """Fetches pictures through a Fetcher and keeps them in a Store."""

    def __init__(self, store: Store, fetcher: Fetcher, caps: Caps | None = None) -> None:
        self._store = store
        self._fetcher = fetcher
        self._caps = caps or Caps()
        self._remembered: dict[str, KeptPicture] = {}

    def fetch_all(self, wanted: Iterable[Wanted]) -> dict[str, Outcome]:
        """Origin -> what became of it, for every picture wanted; what is kept is durable when this returns.

        Give it the pictures of many articles at once, so that many hosts are asked at the same time. An origin that
        several articles show is fetched once. Raises only what the Store and the Fetcher raise when they are broken.
        """
        outcomes: dict[str, Outcome] = {}
        searches: list[_Search] = []
        for one in _once_each(wanted):
            if (found := self._find(one)) is not None:
                outcomes[one.origin] = found
            elif attempts := attempts_for(one.origin, one.article_url, one.found_as):
                searches.append(_Search(one, attempts))
            else:
                outcomes[one.origin] = MissedPicture(one.origin, "not an address", hopeless=True)
        while searches:
            searches = self._ask(searches, outcomes)
        for outcome in outcomes.values():
            self._remember(outcome)
        return outcomes

    def _find(self, wanted: Wanted) -> KeptPicture | None:
        """The picture if an earlier revision, or an earlier call, has brought it and it is still there."""
        remembered = self._remembered.get(wanted.origin)
        digest = wanted.known or (remembered.digest if remembered else None)
        key = find_kept(self._store, digest) if digest else None
        if digest is None or key is None:
            return None
        if remembered is not None and remembered.key == key:
            return remembered
        try:
            content = self._store.get(key)
        except NotFoundError:
            return None
        found = measure(content)
        return None if found is None else _kept(wanted.origin, digest, key, found, len(content))

    def _remember(self, outcome: Outcome) -> None:
        if isinstance(outcome, KeptPicture):
            self._remembered[outcome.origin] = outcome
            if len(self._remembered) > _REMEMBERED:
                del self._remembered[next(iter(self._remembered))]

    def _ask(self, searches: Sequence[_Search], outcomes: dict[str, Outcome]) -> list[_Search]:
        """One request for each picture; returns those that have another way to be asked for."""
        requests = (self._request(number, search) for number, search in enumerate(searches))
        again: list[_Search] = []
        ready: list[tuple[KeptPicture, bytes]] = []
        for answer in self._fetcher.fetch_all(requests):
            search = searches[int(answer.key)]
            result = self._judge(search, answer)
            if isinstance(result, KeptPicture):
                assert isinstance(answer, Capture)
                ready.append((result, answer.body))
            elif result is not None:
                outcomes[result.origin] = result
            else:
                again.append(search)
            if sum(picture.size for picture, _ in ready) > _BATCH_BYTES:
                self._keep(ready, outcomes)
                ready = []
        self._keep(ready, outcomes)
        return again

    def _request(self, number: int, search: _Search) -> Request:
        referer = search.attempt.referer
        return Request(
            search.attempt.url,
            key=str(number),
            headers=(("Referer", referer),) if referer else (),
            purpose="picture",
            max_bytes=self._caps.max_bytes,
            timeout_s=self._caps.timeout_s,
            outlet=search.wanted.outlet,
        )

    def _judge(self, search: _Search, answer: Capture | Failure) -> Outcome | None:
        """A picture to keep, a miss for now, or None where the search goes on (its next attempt is then set)."""
        wanted, attempt = search.wanted, search.attempt
        if isinstance(answer, Failure):
            reason = answer.reason
            search.wait_s = max(search.wait_s or 0.0, answer.retry_after_s or 0.0) or None
        else:
            found = measure(answer.body)
            fault = _find_fault(found, self._caps)
            if found is not None and (fault is None or (fault == "broken" and is_kept_broken(wanted.tries))):
                digest = digest_of(answer.body)
                key = find_kept(self._store, digest) or picture_key(digest, found.extension)
                note = "cut short" if fault else None
                return _kept(wanted.origin, digest, key, found, len(answer.body), attempt, note)
            reason = fault or "not a picture"
        search.reasons.append(reason)
        following = next_attempt(search.attempts, search.at, reason, wanted.tries)
        if following is None:
            hopeless = is_hopeless(search.reasons)
            return MissedPicture(wanted.origin, search.reasons[-1 if hopeless else 0], hopeless, search.wait_s)
        search.at = following
        return None

    def _keep(self, ready: Sequence[tuple[KeptPicture, bytes]], outcomes: dict[str, Outcome]) -> None:
        """Make the pictures durable together. A file that no longer has the digest it is named by is put right."""
        try:
            self._store.put_all((picture.key, content) for picture, content in ready)
        except FixityError:
            for picture, content in ready:
                self._store.replace(picture.key, content)
        outcomes.update((picture.origin, picture) for picture, _ in ready)


def _once_each(wanted: Iterable[Wanted]) -> Iterable[Wanted]:
    """Each origin once, preferring what names a known digest, then what names a proxy."""
    chosen: dict[str, Wanted] = {}
    for one in wanted:
        other = chosen.setdefault(one.origin, one)
        if (bool(one.known), bool(one.found_as)) > (bool(other.known), bool(other.found_as)):
            chosen[one.origin] = one
    return chosen.values()


def _find_fault(found: Measured | None, caps: Caps) -> str | None:
    if found is None:
        return "not a picture"
    return find_objection(found, caps.max_pixels) or (None if found.is_whole else "broken")


def _kept(
    origin: str,
    digest: str,
    key: str,
    found: Measured,
    size: int,
    attempt: Attempt | None = None,
    note: str | None = None,
) -> KeptPicture:
    return KeptPicture(
        origin=origin,
        digest=digest,
        key=key,
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        size=size,
        is_animated=found.is_animated,
        is_document=found.is_document,
        url=attempt.url if attempt else None,
        referer=attempt.referer if attempt else None,
        note=note,
    )
