"""The looks themselves, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from broadsheet.account import Account
from broadsheet.addresses.urls import url_key
from broadsheet.errors import FormatError, NotFoundError
from broadsheet.extract.whole import is_from_page
from broadsheet.formats.ledger import digest_of
from broadsheet.html import plain_text
from broadsheet.model import (
    CLOCK_SLACK_S,
    Capture,
    Document,
    Failure,
    HoldingQuery,
    LineKind,
    LookState,
    Outlet,
    Request,
    shift,
)
from broadsheet.policy.full_text import wants_page
from broadsheet.policy.pacing import host_key
from broadsheet.policy.revisits import (
    Ladder,
    after_failure,
    after_same,
    after_variant,
    choose,
    conditions,
    far_from,
    has_page,
    is_same_page,
)
from broadsheet.ports import Looks
from broadsheet.services.archive import Archive, newest_of
from broadsheet.services.archive.pictures import Pictures
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.ingest.keeping import Keeper, Weighed
from broadsheet.services.ingest.page_reading import MOST_PARTS, Origin, PageReader, PageRules, Reading, origin_of
from broadsheet.services.ingest.pipeline import fetch_pictures
from broadsheet.services.reextract import entry_of
from broadsheet.services.revisit._cases import Case, digest_of_text, find_elsewhere
from broadsheet.services.revisit._judge import Judge, with_page
from broadsheet.services.revisit._states import after_line, sync

_BATCH = 32
_HOUR_S = 3600.0


@dataclass(frozen=True)
class Looked:
    """One article looked at: what a face shows while looks go on."""

    outlet: str
    article: str
    outcome: str
    account: Account


@dataclass(frozen=True)
class Looking:
    """What looking again works with. ``clock`` gives now, ``chance`` a number in [0, 1).

    ``imported``: texts that a mirror took are looked at too. ``keep_all``: the capture of every look is kept, not only
    of those that brought another text. Without ``pictures`` none are fetched.
    """

    keeper: Keeper
    looks: Looks
    reader: PageReader
    outlets: dict[str, Outlet]
    ladder: Ladder
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    pictures: Pictures | None = None
    imported: bool = False
    keep_all: bool = False
    _noted: list[tuple[Weighed, Origin, str]] = field(default_factory=list)

    @property
    def _judge(self) -> Judge:
        return Judge(self.keeper, self.ladder, self.chance, self.keep_all)

    @property
    def _archive(self) -> Archive:
        return self.keeper.archive

    # -- what a run read anyway ------------------------------------------------------------------------------

    def note(self, weighed: Weighed, reading: Reading) -> None:
        """Hear what came of a page that was read since its feed's entry changed: that counts as a look."""
        if reading.first is not None and is_from_page(reading.article.extractor):
            self._noted.append((weighed, reading.first, digest_of_text(reading.article)))

    def settle(self) -> None:
        """Bring the states in step with the ledgers, and with what was noted."""
        self._sync()
        states, gone = [], []
        for weighed, origin, digest in self._noted:
            state = self.looks.find(weighed.article)
            if state is None or weighed.outcome in ("refused", "damaged", "taken down"):
                continue
            if state.vanished:
                self._state_event(state, LineKind.BACK, origin.captured, state.last_look, None)
            after = self._after_note(replace(state, vanished=None), weighed, origin, digest)
            states += [after] if after else []
            gone += [] if after else [state.article]
        self._noted.clear()
        self._sync()
        self.looks.put_all(states, gone=gone)

    def _after_note(self, state: LookState, weighed: Weighed, origin: Origin, digest: str) -> LookState | None:
        now = origin.captured
        if weighed.outcome in ("new", "edited"):
            return with_page(state, origin) if state.body_digest == origin.digest else state
        if weighed.outcome == "same":
            return after_same(with_page(state, origin), now, self.ladder, self.chance())
        waiting = self._judge.wait(state, digest, origin, now)
        is_soon = weighed.outcome == "dressed" and digest not in state.tried
        return after_variant(state, waiting, now, self.ladder, self.chance(), is_soon=is_soon)

    def _sync(self) -> None:
        now = self.clock()
        sync(self._archive, self.keeper.index, self.looks, self.ladder, now, self.chance, imported=self.imported)

    # -- which -----------------------------------------------------------------------------------------------

    def look_all(
        self,
        *,
        outlets: Collection[str] = (),
        articles: Sequence[str] = (),
        everything: bool = False,
        limit: int | None = None,
    ) -> Iterator[Looked]:
        """Look at the articles that are due, the youngest first and no more of a host than its budget allows.

        ``everything`` looks at all that are held, due or not, within the same budget; ``articles`` (ids) at just these,
        beyond any budget. Each is durable when it is yielded. The caller closes the round in the ledger.
        """
        self.settle()
        wanted = frozenset(outlets or self.outlets) & self.outlets.keys()
        if articles:
            states = tuple(s for article in articles if (s := self._find_state(article, imported=True)))[:limit]
        else:
            states = self._choose(wanted, everything, limit)
        for start in range(0, len(states), _BATCH):
            yield from self._look(states[start : start + _BATCH], imported=bool(articles) or self.imported)

    def _choose(self, wanted: Collection[str], everything: bool, limit: int | None) -> tuple[LookState, ...]:
        now = self.clock()
        if everything:
            holdings = (one for id_ in sorted(wanted) for one in self.keeper.index.iter_holdings(HoldingQuery(id_)))
            found = (self._find_state(one.article, imported=self.imported) for one in holdings)
            due: Iterable[LookState] = (replace(state, next_due=None) for state in found if state)
        else:
            due = (one for one in self.looks.iter_due(now, far_from(now, self.ladder)) if one.outlet in wanted)
        choice = choose(
            due,
            self.looks.asked_between(shift(now, -_HOUR_S), shift(now, CLOCK_SLACK_S)),
            now,
            self.ladder,
            limit,
            everything=everything,
        )
        if choice.over:
            self.looks.put_all([], gone=[state.article for state in choice.over])
        return choice.chosen

    def _find_state(self, article: str, *, imported: bool) -> LookState | None:
        """The state of an article, from its ledger lines where its ladder is at its end."""
        if state := self.looks.find(article):
            return state
        holding = self.keeper.index.find_holding(article)
        if holding is None:
            return None
        for line in self._archive.iter_article(article, holding.first_path):
            state = after_line(state, line, imported=imported)
        return state

    # -- one batch -------------------------------------------------------------------------------------------

    def _look(self, states: Sequence[LookState], *, imported: bool) -> Iterator[Looked]:
        now = self.clock()
        opened = [(state, self._open(state, imported=imported)) for state in states]
        cases = [case for _, case in opened if case]
        asked = [(host_key(case.state.url), now) for case in cases]
        answered = self._ask(cases, now)
        self._read(answered)
        for case, _ in answered:
            if not case.outcome:
                self._judge.judge(case, now)
        self._keep(cases, now)
        self._sync()
        after = [case.after for case in cases if case.after]
        gone = [case.state.article for case in cases if case.after is None]
        gone += [state.article for state, case in opened if case is None]
        self.looks.put_all(after, asked=asked, gone=gone)
        for case in cases:
            yield Looked(case.outlet.id, case.state.article, case.outcome, case.account)

    def _open(self, state: LookState, *, imported: bool) -> Case | None:
        """The case of a state; None where there is no page of the article's to look at."""
        holding = self.keeper.index.find_holding(state.article)
        outlet = self.outlets.get(state.outlet)
        if holding is None or holding.is_taken_down or outlet is None:
            return None
        lines = [*self._archive.iter_article(state.article, holding.first_path)]
        newest = newest_of(lines)
        try:
            kept = self._archive.get_document(holding.path)
        except (NotFoundError, FormatError):
            kept = Document(None, holding.headline, holding.url, "")  # a text that differs will be told as damaged
        rule = self.reader.rules.get(outlet.id, PageRules()).full_text
        is_of_feed = newest.extractor.startswith("feed/") and rule != "always"
        if is_of_feed and not wants_page(plain_text(kept.body), has_content=True, rule=rule):
            return None
        if rule == "never" or not has_page(newest, imported=imported):
            return None
        reading = Reading(entry_of(newest, kept), outlet, False, Account())
        return Case(state, outlet, holding, lines, newest, kept, reading)

    def _ask(self, cases: Sequence[Case], now: datetime) -> list[tuple[Case, Capture]]:
        """Ask for the pages; returns those that brought another page than last time. The others are concluded."""
        requests = []
        for number, case in enumerate(cases):
            case.reading.asked.add(url_key(case.state.url))
            headers = conditions(case.state, now, self.ladder)
            requests.append(
                Request(case.state.url, key=str(number), headers=headers, purpose="page", outlet=case.outlet.id)
            )
        answered = []
        for answer in self.reader.fetcher.fetch_all(requests):
            case = cases[int(answer.key)]
            if isinstance(answer, Failure):
                self._judge.fail(case, answer, now)
            elif elsewhere := find_elsewhere(case, answer.final_url, self.keeper.index):
                self._judge.miss(case, elsewhere, now)
            elif answer.status == 304 or is_same_page(case.state, digest_of(answer.body)):
                if self.keep_all and answer.status != 304:
                    _note_capture(case, answer)
                    case.keeps_captures = True
                self._judge.same(case, case.state, now)
            elif answer.status not in (200, 203):
                self._judge.refuse(case, f"status {answer.status}", now)
            else:
                answered.append((case, answer))
        return answered

    def _read(self, answered: Sequence[tuple[Case, Capture]]) -> None:
        """Take the articles from the pages, further pages included; nothing is kept yet."""
        todo = list(answered)
        for _ in range(MOST_PARTS):
            if not todo:
                return
            for case, capture in todo:
                _note_capture(case, capture)
            by_reading = {id(case.reading): case for case, _ in todo}
            going_on = self.reader.extract([(case.reading, capture) for case, capture in todo])
            todo = self._ask_on([(by_reading[id(reading)], url) for reading, url in going_on])
        for case, _ in todo:
            case.is_broken = True

    def _ask_on(self, following: Sequence[tuple[Case, str]]) -> list[tuple[Case, Capture]]:
        requests = []
        for number, (case, url) in enumerate(following):
            case.reading.asked.add(url_key(url))
            requests.append(Request(url, key=str(number), purpose="page", outlet=case.outlet.id))
        captured = []
        for answer in self.reader.fetcher.fetch_all(requests):
            case = following[int(answer.key)][0]
            if isinstance(answer, Capture) and answer.status in (200, 203):
                captured.append((case, answer))
            else:
                case.is_broken = True
        return captured

    # -- keeping ---------------------------------------------------------------------------------------------

    def _keep(self, cases: Sequence[Case], now: datetime) -> None:
        """Captures, pictures, documents, ledger lines, in this order."""
        self._keep_captures([case for case in cases if case.keeps_captures])
        for case in cases:
            if case.event:
                event, reason = case.event
                seen = self.keeper.find_last_seen(case.state.article, case.lines)
                since = case.state.last_look if event is LineKind.BACK else seen
                self._state_event(case.state, event, now, since, reason)
        accounts = {case.state.article: Account() for case in cases}
        drafts = [(draft, accounts[case.state.article]) for case in cases for draft in case.drafts]
        lost = self.keeper.keep_all(fetch_pictures(self.pictures, drafts)) if drafts else set()
        for case in cases:
            apart = accounts[case.state.article]
            case.account.pictures.update(apart.pictures)
            case.account.complaints += apart.complaints
            if case.state.article in lost:
                case.account.looks.clear()
                after = after_failure(case.state, now, self.ladder, self.chance())
                case.conclude("failed: place taken", after)

    def _keep_captures(self, cases: Sequence[Case]) -> None:
        """Keep the captures of cases that brought another text, and say in their drafts and states where."""
        captures = [capture for case in cases for capture in case.captures]
        kept = iter(self.reader.captures.keep_all(captures) if captures else [])
        for case in cases:
            places = [next(kept) for _ in case.captures]
            digest, place = case.origin.digest, places[0].place
            case.drafts = tuple(
                replace(draft, capture_place=place) if draft.capture_digest == digest and not draft.is_again else draft
                for draft in case.drafts
            )
            waiting = case.after.waiting if case.after else None
            if case.after and waiting and waiting.capture_place is None and waiting.capture_digest == digest:
                case.after = replace(case.after, waiting=replace(waiting, capture_place=place))

    def _state_event(
        self, state: LookState, event: LineKind, now: datetime, since: datetime | None, reason: str | None
    ) -> None:
        holding = self.keeper.index.find_holding(state.article)
        if holding is None:
            return
        additions = self._archive.note_page(state.article, holding.first_path, event, now, since=since, reason=reason)
        apply_additions(self._archive, self.keeper.index, additions)


def _note_capture(case: Case, capture: Capture) -> None:
    """Remember one page of the article, the first or a further one."""
    case.captures.append(capture)
    digest, first = digest_of(capture.body), case.reading.first
    case.reading.first = replace(first, parts=(*first.parts, digest)) if first else origin_of(capture, digest)
