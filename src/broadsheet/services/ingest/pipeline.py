"""The path of an article, one round of it.

::

    lease      which feeds are due, and no more than each host allows        (Queue, policy)
    | poll     feed bytes   -> entries not seen before, or changed           (Fetcher, feeds, entries)
    | capture  entry's page -> response, kept at once                        (Fetcher, archive)
    | extract  capture      -> article, in a supervised child                (Workshop, extract)
    | keep     new text     -> pictures, document, ledger line, written once (policy, archive)
    | index    document     -> the index in step                             (indexes)
    | done     feed state last, so that a kill means a retry and no loss     (Queue)

One bad entry never costs its feed, one bad feed never costs the round, and every entry listed is accounted for:
``listed = kept + known + skipped(reason) + failed(reason)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from broadsheet.account import Account
from broadsheet.addresses.networks import redact, told_address
from broadsheet.errors import FormatError
from broadsheet.formats.feeds import parse_feed
from broadsheet.formats.ledger import digest_of
from broadsheet.model import Capture, Failure, Feed, FeedState, Outlet, Request
from broadsheet.policy import (
    Decision,
    Manners,
    after_failure,
    after_response,
    is_due,
    needs_reading,
    next_turn,
    plan_request,
    put_off,
    read_again,
)
from broadsheet.policy.robots import REFUSED
from broadsheet.ports import Fetcher, Queue
from broadsheet.services.archive import Draft
from broadsheet.services.archive.captures import Captures
from broadsheet.services.archive.pictures import KeptPicture, Pictures, Wanted
from broadsheet.services.ingest.entries import Sighting, iter_sightings
from broadsheet.services.ingest.keeping import Keeper, Weighed
from broadsheet.services.ingest.page_reading import TRAFFIC_CAP, Origin, PageReader, Reading

_WORKER = "run"
_LEASE_S = 900.0
_SHEAF_FEEDS = 48
_SHEAF_TEXTS = 240
"""Feeds with news, and texts in them, that go down the path together: pages of many hosts are fetched side by side,
and many documents are made durable at once."""


@dataclass(frozen=True)
class Polled:
    """One feed done: what a face shows while a round goes on."""

    outlet: str
    url: str
    outcome: str
    account: Account


@dataclass(frozen=True)
class Parts:
    """What a round works with. ``clock`` gives now, ``chance`` a number in [0, 1), ``sleep`` waits.

    Without ``reader`` no pages are fetched, without ``pictures`` no pictures, without ``captures`` nothing is kept of
    the responses. ``note`` hears what came of each page that was read: that counts as a look at it. Without it no text
    waits for a second look. ``is_spent`` says whether the run has had all its traffic: then no feed is asked any more,
    and what feeds list waits for the next run. ``private_names`` are hosts within our own walls, which no ledger names.
    ``portion`` is how many texts go down the path together; None: many.
    """

    keeper: Keeper
    queue: Queue
    fetcher: Fetcher
    outlets: dict[str, Outlet]
    manners: Manners
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    sleep: Callable[[float], None]
    reader: PageReader | None = None
    pictures: Pictures | None = None
    captures: Captures | None = None
    note: Callable[[Weighed, Reading], None] | None = None
    is_spent: Callable[[], bool] = lambda: False
    private_names: tuple[str, ...] = ()
    portion: int | None = None


@dataclass
class _News:
    """A feed that brought something: its answer, its sightings, and what is seen of it so far."""

    state: FeedState
    answer: Capture
    feed: Feed
    outlet: Outlet
    sightings: list[Sighting]
    seen: dict[str, str]
    account: Account
    is_complete: bool = True
    place: str | None = None
    drafted: set[str] = field(default_factory=set)

    def put_off(self, why: str) -> None:
        """Leave one of its entries to the next poll."""
        self.account.skipped[why] += 1
        self.is_complete = False


def run_round(
    parts: Parts,
    *,
    urls: list[str] | None = None,
    limit: int | None = None,
    patience_s: float = 120.0,
    batch: int = 256,
) -> Iterator[Polled]:
    """Poll every feed that is due (or just ``urls``, due or not) and keep what is new; yields each feed when done.

    ``limit`` bounds the new texts kept per feed; the others wait for the next round. Feeds whose host must be left
    alone for longer than ``patience_s`` wait for the next round too. The caller closes the round in the ledger.
    """
    asked: set[str] = set()
    while True:
        before = len(asked)
        wanted = [url for url in urls if url not in asked] if urls is not None else None
        sheaf: list[_News] = []
        for state, answer in _lease(parts, wanted, batch):
            asked.add(state.url)
            if _may_bring_news(answer) and any(news.state.outlet == state.outlet for news in sheaf):
                yield from _carry_on(parts, sheaf)  # two feeds of one outlet may list the same article
            found = poll(parts, state, answer, limit)
            if isinstance(found, Polled):
                yield found
                continue
            sheaf.append(found)
            if len(sheaf) >= _SHEAF_FEEDS or sum(len(news.sightings) for news in sheaf) >= _SHEAF_TEXTS:
                yield from _carry_on(parts, sheaf)
        yield from _carry_on(parts, sheaf)
        if parts.is_spent():
            return
        wait_s = _wait_s(parts, asked, urls)
        is_held_by_others = wait_s == 0 and len(asked) == before
        if wait_s is None or wait_s > patience_s or is_held_by_others:
            return
        parts.sleep(max(wait_s, 0.01))


def _may_bring_news(answer: Capture | Failure) -> bool:
    return isinstance(answer, Capture) and answer.status != 304


def _lease(parts: Parts, wanted: list[str] | None, batch: int) -> Iterator[tuple[FeedState, Capture | Failure]]:
    """lease: feeds that are due, each with its answer; leases more while answers come in."""
    leased: dict[str, FeedState] = {}

    def iter_requests() -> Iterator[Request]:
        while states := parts.queue.lease(parts.clock(), batch, _WORKER, _LEASE_S, urls=wanted):
            for number, state in enumerate(states):
                if parts.is_spent():
                    leased.update((other.url, other) for other in states[number:])
                    return
                now = parts.clock()
                if wanted is None and (later := put_off(state, now, parts.chance())) is not None:
                    parts.queue.done(later, _WORKER)
                    continue
                leased[state.url] = state
                yield plan_request(state, now, parts.manners)
            if wanted is not None:
                return

    try:
        for answer in parts.fetcher.fetch_all(iter_requests()):
            yield leased.pop(answer.key), answer
    finally:
        for state in leased.values():
            parts.queue.done(state, _WORKER)


def _wait_s(parts: Parts, asked: set[str], urls: list[str] | None) -> float | None:
    """Seconds until the next feed of this round may be asked; None if all have been."""
    now = parts.clock()
    rest = [state for state in parts.queue.iter_states() if state.url not in asked]
    if urls is None:
        rest = [state for state in rest if is_due(state, now)]
    else:
        rest = [replace(state, next_due=None) for state in rest if state.url in urls]
    turn = next_turn(rest, parts.queue.hosts(), now)
    return None if turn is None else (turn - now).total_seconds()


def poll(parts: Parts, state: FeedState, answer: Capture | Failure, limit: int | None) -> Polled | _News:
    """poll: a feed that failed or brought nothing is done; one with news goes on down the path."""
    now, account = parts.clock(), Account()
    if isinstance(answer, Failure):
        account.complaints.append(_sentence(redact(state.url), answer.message))
        return _done(parts, state, account, after_failure(state, answer, now, parts.manners, parts.chance()))
    feed = None
    if needs_reading(state, answer):
        outlet = parts.outlets.get(state.outlet) or Outlet(state.outlet, state.outlet)
        try:
            feed = parse_feed(
                answer.body,
                url=answer.final_url,
                content_type=answer.find_header("content-type"),
                language=outlet.language,
            )
        except FormatError as error:
            account.complaints.append(f"{redact(state.url)}: {error}")
        else:
            return _gather(parts, state, answer, feed, outlet, account, limit)
    return _done(parts, state, account, after_response(state, answer, feed, now, parts.manners, parts.chance()))


def _sentence(url: str, message: str) -> str:
    return message if url in message else f"{url}: {message}"


def _gather(
    parts: Parts, state: FeedState, answer: Capture, feed: Feed, outlet: Outlet, account: Account, limit: int | None
) -> _News:
    account.listed += len(feed.entries) + len(feed.failures)
    for failure in feed.failures:
        account.fail("unreadable entry", f"{redact(state.url)}: {failure}")
    seen: dict[str, str] = {}
    sightings = list(
        iter_sightings(
            feed,
            outlet,
            feed_url=told_address(state.url, parts.private_names),
            index=parts.keeper.index,
            before=parts.queue.find_seen(state.url),
            seen=seen,
            account=account,
            now=parts.clock(),
        )
    )
    removed = [sighting for sighting in sightings if parts.keeper.is_taken_down(sighting.known_id)]
    for sighting in removed:
        account.skipped["taken down"] += 1
        seen[sighting.key] = sighting.fingerprint
        sightings.remove(sighting)
    news = _News(state, answer, feed, outlet, sightings, seen, account)
    if limit is not None and len(sightings) > limit:
        account.skipped["over the limit"] += len(sightings) - limit
        del sightings[limit:]
        news.is_complete = False
    return news


def _carry_on(parts: Parts, sheaf: list[_News]) -> Iterator[Polled]:
    """capture, extract, keep, index, done: a sheaf of feeds with news, all the way; empties ``sheaf``."""
    _keep_answers(parts, [news for news in sheaf if news.sightings and not parts.is_spent()])
    waiting = [(news, sighting) for news in sheaf for sighting in news.sightings]
    step = parts.portion or len(waiting) or 1
    for start in range(0, len(waiting), step):
        portion = waiting[start : start + step]
        if parts.is_spent():
            for news, _ in portion:
                news.put_off(TRAFFIC_CAP)
        else:
            _keep_portion(parts, portion)
    for news in sheaf:
        decision = after_response(news.state, news.answer, news.feed, parts.clock(), parts.manners, parts.chance())
        yield _done(parts, news.state, news.account, decision, news)
    sheaf.clear()


def _keep_answers(parts: Parts, with_news: list[_News]) -> None:
    """capture: what feeds answered, unless it holds words of an article that was taken down."""
    if parts.captures is not None:
        with_news = [news for news in with_news if not parts.keeper.lists_taken_down(news.feed, news.outlet)]
        for news, kept in zip(with_news, parts.captures.keep_all(news.answer for news in with_news), strict=True):
            news.place = kept.place


def _keep_portion(parts: Parts, portion: list[tuple[_News, Sighting]]) -> None:
    """capture, extract, keep, index: some sightings side by side, each with its page where it wants one."""
    readings = [
        (news, sighting, Reading(sighting.article, news.outlet, sighting.has_content, news.account))
        for news, sighting in portion
    ]
    if parts.reader is not None:
        parts.reader.read_all([reading for _, _, reading in readings], parts.clock())
    found = [
        (draft, news, sighting)
        for news, sighting, reading in readings
        for draft in _iter_drafts(parts, news, sighting, reading)
    ]
    kept = fetch_pictures(parts.pictures, [(draft, news.account) for draft, news, _ in found])
    bare = _find_bare([draft for draft, _ in kept]) if parts.is_spent() else frozenset[str]()
    lost = parts.keeper.keep_all([pair for pair in kept if pair[0].article_id not in bare])
    for draft, news, sighting in found:
        if draft.article_id in bare:
            news.put_off(TRAFFIC_CAP)
        if draft.article_id in lost or draft.article_id in bare:
            news.is_complete = False
            news.seen.pop(sighting.key, None)


def _find_bare(drafts: list[Draft]) -> frozenset[str]:
    """New articles that lack pictures as the traffic is used up: they can wait for the next run and be kept whole.

    None where all are so: then a run must get on with what it has.
    """
    bare = {draft.article_id for draft in drafts if draft.previous is None and None in draft.pictures.values()}
    return frozenset(bare if len(bare) < len({draft.article_id for draft in drafts}) else ())


def _iter_drafts(parts: Parts, news: _News, sighting: Sighting, reading: Reading) -> Iterator[Draft]:
    """keep or not: the texts of one sighting that become documents."""
    is_capped = reading.failed == TRAFFIC_CAP
    if reading.is_waiting and (sighting.known_id is None or is_capped):
        news.put_off(TRAFFIC_CAP if is_capped else "the page may come later")
        return
    news.seen[sighting.key] = sighting.fingerprint
    weighed = parts.keeper.find_drafts(
        reading.article,
        sighting.known_id,
        origin=reading.first or Origin(digest_of(news.answer.body), news.place, news.answer.captured),
        account=news.account,
        drafted=news.drafted,
        feed_headline=sighting.article.headline if parts.note else reading.article.headline,
    )
    if weighed is None:
        return
    if parts.note:
        parts.note(weighed, reading)
    if weighed.outcome in ("new", "edited"):
        news.drafted.add(weighed.article)
        yield from _with_reason(weighed.drafts, reading)


def _with_reason(drafts: tuple[Draft, ...], reading: Reading) -> Iterator[Draft]:
    """The drafts, the last of which says that it holds no more than the feed's words since the page must not be asked
    for."""
    *earlier, newest = drafts
    yield from earlier
    yield replace(newest, reason=REFUSED) if reading.failed == REFUSED and not reading.parts else newest


def fetch_pictures(pictures: Pictures | None, drafts: list[tuple[Draft, Account]]) -> list[tuple[Draft, Account]]:
    """The drafts with the digests of their pictures; one that cannot be had costs nothing and is tried again."""
    if pictures is None:
        return drafts
    wanted: list[Wanted] = []
    for draft, _ in drafts:
        wanted += iter_wanted(draft)
    outcomes = pictures.fetch_all(wanted) if wanted else {}
    with_pictures = []
    for draft, account in drafts:
        digests: dict[str, str | None] = {}
        for picture in draft.article.pictures:
            outcome = outcomes[picture.url]
            digests[picture.url] = outcome.digest if isinstance(outcome, KeptPicture) else None
            account.pictures["kept" if isinstance(outcome, KeptPicture) else outcome.reason] += 1
        with_pictures.append((replace(draft, pictures=digests), account))
    return with_pictures


def iter_wanted(draft: Draft) -> Iterator[Wanted]:
    """The pictures of a draft, with what is known of them already."""
    known = draft.previous.pictures if draft.previous else {}
    for one in draft.article.pictures:
        digest = known.get(one.url) or known.get(one.found_as or "")
        yield Wanted(one.url, draft.article.url, known=digest, found_as=one.found_as, outlet=draft.article.outlet)


def _done(parts: Parts, state: FeedState, account: Account, decision: Decision, news: _News | None = None) -> Polled:
    """done: the feed's state, last of all."""
    after = decision.state if news is None or news.is_complete else read_again(decision.state)
    parts.queue.done(after, _WORKER, decision.hosts, seen=news.seen if news else None)
    account.polled[decision.outcome] += 1
    return Polled(state.outlet, state.url, decision.outcome, account)
