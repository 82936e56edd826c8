"""The path of an article, one round of it.

::

    lease      which feeds are due, and no more than each host allows        (Queue, decide)
    | poll     feed bytes   -> entries not seen before, or changed           (Fetcher, feeds)
    | extract  entry        -> article                                       (extract)
    | keep     new text     -> document + ledger line, written once          (decide, archive)
    | index    document     -> the index in step                             (indexing)
    | done     feed state last, so that a kill means a retry and no loss     (Queue)

One bad entry never costs its feed, one bad feed never costs the round, and every entry listed is accounted for:
``listed = kept + known + skipped(reason) + failed(reason)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from broadsheet.archive import Archive, Draft
from broadsheet.decide import (
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
from broadsheet.decide.edits import compare
from broadsheet.decide.identity import (
    NO_NUMBERING,
    Numbering,
    article_id,
    entry_fingerprint,
    entry_key,
    find_doubtful_ids,
    flood_names,
    is_flood,
    own_names,
)
from broadsheet.errors import ExtractError, FixityError, FormatError, NotFoundError
from broadsheet.extract.entries import article_of
from broadsheet.feeds import parse_feed
from broadsheet.html import plain_text
from broadsheet.indexing import apply_additions
from broadsheet.ledger import digest_of
from broadsheet.model import Article, Capture, Entry, Failure, Feed, FeedState, Outlet, Request, Revision
from broadsheet.ports import Fetcher, Index, Queue

_WORKER = "run"
_LEASE_S = 300.0
_AHEAD = timedelta(hours=26)
"""No clock on Earth is further ahead: a publication dated later than this after its capture has no known date."""


@dataclass
class Account:
    """What became of every entry that feeds listed. ``polled`` counts feeds by outcome."""

    listed: int = 0
    kept: int = 0
    revised: int = 0
    """How many of ``kept`` were later revisions."""
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    polled: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    """One sentence per failure, for people."""

    @property
    def is_balanced(self) -> bool:
        """Whether every listed entry is accounted for."""
        return self.listed == self.kept + self.known + self.skipped.total() + self.failed.total()

    def add(self, other: Account) -> None:
        """Take ``other`` into this account."""
        self.listed += other.listed
        self.kept += other.kept
        self.revised += other.revised
        self.known += other.known
        self.skipped.update(other.skipped)
        self.failed.update(other.failed)
        self.polled.update(other.polled)
        self.complaints.extend(other.complaints)

    def as_json(self) -> dict[str, object]:
        """The account as the ledger's line of account and ``--json`` state it."""
        return {
            "listed": self.listed,
            "kept": self.kept,
            "revised": self.revised,
            "known": self.known,
            "skipped": dict(sorted(self.skipped.items())),
            "failed": dict(sorted(self.failed.items())),
            "polled": dict(sorted(self.polled.items())),
        }


@dataclass(frozen=True)
class Polled:
    """One feed done: what a face shows while a round goes on."""

    outlet: str
    url: str
    outcome: str
    account: Account


@dataclass(frozen=True)
class Parts:
    """What a round works with. ``clock`` gives now, ``chance`` a number in [0, 1), ``sleep`` waits."""

    archive: Archive
    index: Index
    queue: Queue
    fetcher: Fetcher
    outlets: dict[str, Outlet]
    manners: Manners
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    sleep: Callable[[float], None]
    numbering: Numbering = NO_NUMBERING
    max_feed_bytes: int = 16 * 1024 * 1024


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
        for state, answer in _fetch_due(parts, wanted, batch):
            asked.add(state.url)
            yield poll(parts, state, answer, limit=limit)
        wait_s = _wait_s(parts, asked, urls)
        is_held_by_others = wait_s == 0 and len(asked) == before
        if wait_s is None or wait_s > patience_s or is_held_by_others:
            return
        parts.sleep(max(wait_s, 0.01))


def _fetch_due(parts: Parts, wanted: list[str] | None, batch: int) -> Iterator[tuple[FeedState, Capture | Failure]]:
    """lease: feeds that are due, each with its answer; leases more while answers come in."""
    leased: dict[str, FeedState] = {}

    def iter_requests() -> Iterator[Request]:
        while states := parts.queue.lease(parts.clock(), batch, _WORKER, _LEASE_S, urls=wanted):
            for state in states:
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


def poll(parts: Parts, state: FeedState, answer: Capture | Failure, *, limit: int | None = None) -> Polled:
    """One feed's answer, taken all the way: its new texts kept and indexed, then its state, last."""
    now, chance = parts.clock(), parts.chance()
    account = Account()
    if isinstance(answer, Failure):
        decision = after_failure(state, answer, now, parts.manners, chance)
        account.complaints.append(f"{state.url}: {answer.message}")
        parts.queue.done(decision.state, _WORKER, decision.hosts)
        return _polled(state, decision.outcome, account)
    feed, seen, is_complete = None, None, True
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
            account.complaints.append(f"{state.url}: {error}")
        else:
            seen, is_complete = _keep_new(parts, state, feed, answer, outlet, account, limit)
    decision = after_response(state, answer, feed, now, parts.manners, chance)
    after = decision.state if is_complete else read_again(decision.state)
    parts.queue.done(after, _WORKER, decision.hosts, seen=seen)
    return _polled(state, decision.outcome, account)


def _polled(state: FeedState, outcome: str, account: Account) -> Polled:
    account.polled[outcome] += 1
    return Polled(state.outlet, state.url, outcome, account)


@dataclass(frozen=True)
class _Sighting:
    """An entry that was not seen like this before, the article it makes, and the known article it is, if any."""

    key: str
    fingerprint: str
    article: Article
    known_id: str | None


def _keep_new(
    parts: Parts, state: FeedState, feed: Feed, answer: Capture, outlet: Outlet, account: Account, limit: int | None
) -> tuple[dict[str, str], bool]:
    """extract, keep, index: returns what was seen, and whether nothing has to be gone through again."""
    before = parts.queue.find_seen(state.url)
    account.listed += len(feed.entries) + len(feed.failures)
    for failure in feed.failures:
        _fail(account, "unreadable entry", f"{state.url}: {failure}")
    seen: dict[str, str] = {}
    sightings = list(_iter_sightings(parts, state, feed, outlet, before, seen, account))
    drafts: list[Draft] = []
    waiting = 0
    for sighting in _recognise_flood(parts, outlet, sightings, len(feed.entries)):
        if limit is not None and len(drafts) >= limit:
            waiting += 1
            account.skipped["over the limit"] += 1
            continue
        draft = _draft_of(parts, sighting, answer, account, {one.article_id for one in drafts})
        seen[sighting.key] = sighting.fingerprint
        if draft is not None:
            drafts.append(draft)
    is_kept = _keep(parts, drafts, account)
    for sighting in sightings if not is_kept else ():
        seen.pop(sighting.key, None)
    return seen, is_kept and not waiting


def _iter_sightings(
    parts: Parts,
    state: FeedState,
    feed: Feed,
    outlet: Outlet,
    before: dict[str, str],
    seen: dict[str, str],
    account: Account,
) -> Iterator[_Sighting]:
    """extract: entries that are new or changed, as articles; the others are accounted for."""
    doubtful = find_doubtful_ids(feed.entries)
    for entry in feed.entries:
        key, fingerprint = entry_key(entry), entry_fingerprint(entry)
        if key in seen or before.get(key) == fingerprint:
            account.known += 1
            seen[key] = fingerprint
            continue
        try:
            article = article_of(_believable(entry, parts.clock()), feed, outlet, feed_url=state.url)
        except ExtractError as error:
            seen[key] = fingerprint
            _fail(account, "no article", str(error))
            continue
        entry_id = None if entry.entry_id in doubtful else entry.entry_id
        names = own_names(urls=(article.canonical_url, article.url), entry_id=entry_id)
        found = parts.index.find_article(outlet.id, names)
        yield _Sighting(key, fingerprint, article, found[0] if found else None)


def _believable(entry: Entry, now: datetime) -> Entry:
    """The entry without a date that cannot be true: nothing is published after it was captured."""
    if entry.published is None or entry.published <= now + _AHEAD:
        return entry
    values = {**entry.__dict__, "published": None, "notes": (*entry.notes, "dated in the future")}
    return Entry(**values)


def _recognise_flood(parts: Parts, outlet: Outlet, sightings: list[_Sighting], entries: int) -> Iterator[_Sighting]:
    """Where a whole feed suddenly looks new, known articles are recognised by their text or headline and minute."""
    new = sum(1 for sighting in sightings if sighting.known_id is None)
    held = sum(month.articles for month in parts.index.iter_months() if month.outlet == outlet.id) if new else 0
    if not is_flood(entries=entries, new=new, held=held):
        yield from sightings
        return
    for sighting in sightings:
        if sighting.known_id is None:
            article = sighting.article
            names = flood_names(headline=article.headline, text=plain_text(article.body), published=article.published)
            found = parts.index.find_article(outlet.id, names)
            sighting = _Sighting(sighting.key, sighting.fingerprint, article, found[0] if found else None)
        yield sighting


def _draft_of(parts: Parts, sighting: _Sighting, answer: Capture, account: Account, drafted: set[str]) -> Draft | None:
    """keep or not: a new article, a new text of a known one, or nothing; the latter is accounted for."""
    article = sighting.article
    identity = sighting.known_id or article_id(article.outlet, article.url, parts.numbering)
    if identity in drafted:
        account.known += 1
        return None
    holding = parts.index.find_holding(identity)
    why: tuple[str, ...] = ("first",)
    previous: Revision | None = None
    if holding is not None:
        if holding.is_taken_down:
            account.skipped["taken down"] += 1
            return None
        try:
            verdict = compare(parts.archive.get_document(holding.path), article.headline, article.body)
        except (NotFoundError, FormatError) as error:
            _fail(account, "damaged document", f"{error}; run broadsheet verify")
            return None
        if verdict.refused:
            account.skipped[verdict.refused] += 1
            return None
        if not verdict.why:
            account.known += 1
            return None
        why = verdict.why
        previous = _last_line(parts.archive, identity, holding.path)
    return Draft(identity, article, answer.captured, why, previous, capture_digest=digest_of(answer.body))


def _last_line(archive: Archive, identity: str, path: str) -> Revision:
    """The newest ledger line of a known article."""
    *_, last = archive.iter_article(identity, path)
    return last


def _keep(parts: Parts, drafts: list[Draft], account: Account) -> bool:
    """Write the drafts and bring the index in step; what cannot be kept is accounted for one by one."""
    try:
        additions = parts.archive.keep_all(drafts)
    except FixityError as error:
        if len(drafts) > 1:
            one_by_one = [_keep(parts, [draft], account) for draft in drafts]
            return all(one_by_one)
        _fail(account, "place taken", str(error))
        return False
    apply_additions(parts.archive, parts.index, additions)
    account.kept += len(drafts)
    account.revised += sum(1 for draft in drafts if draft.previous is not None)
    return True


def _fail(account: Account, reason: str, sentence: str) -> None:
    account.failed[reason] += 1
    account.complaints.append(sentence)
