"""What follows from each answer: the account, the next state, and the drafts and events to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadsheet.edits import compare
from broadsheet.model import Article, Failure, LineKind, LookState, Waiting
from broadsheet.policy.revisits import (
    Ladder,
    after_edit,
    after_failure,
    after_refusal,
    after_same,
    after_strike,
    after_variant,
    is_settled,
)
from broadsheet.policy.robots import REFUSED
from broadsheet.services.archive import Draft
from broadsheet.services.ingest.keeping import BASELINE, FULLER, Keeper, Weighed, text_of
from broadsheet.services.ingest.page_reading import Origin
from broadsheet.services.revisit._cases import Case, digest_of_text, read_page


@dataclass(frozen=True)
class Judge:
    """Says of each case what came of it; writes nothing. ``keep_all``: the capture of every page is kept."""

    keeper: Keeper
    ladder: Ladder
    chance: Callable[[], float]
    keep_all: bool = False

    def fail(self, case: Case, failure: Failure, now: datetime) -> None:
        """The address gave no page: 404 and 410 say that there is none, all else says nothing."""
        if failure.reason == REFUSED:
            self.refuse(case, REFUSED, now)
            return
        if failure.status in (404, 410):
            self.miss(case, str(failure.status), now, is_certain=failure.status == 410)
            return
        wait = failure.retry_after_s
        if failure.status is None and wait is not None:  # the host is resting, so nothing was sent
            case.conclude("put off", replace(case.state, next_due=now + timedelta(seconds=max(wait, 1.0))))
            return
        case.account.complaints.append(failure.message)
        after = after_failure(case.state, now, self.ladder, self.chance(), wait_s=wait)
        case.conclude(f"failed: {failure.reason}", after)

    def miss(self, case: Case, words: str, now: datetime, *, is_certain: bool = False) -> None:
        """There is no page of the article's any more, as ``words`` say."""
        after, has_vanished = after_strike(case.state, now, self.ladder, self.chance(), is_certain=is_certain)
        if has_vanished:
            case.event = (LineKind.VANISHED, words)
        case.conclude("vanished" if has_vanished else "missing", after)

    def refuse(self, case: Case, why: str, now: datetime) -> None:
        """The page says nothing about the text."""
        case.conclude(f"refused: {why}", after_refusal(case.state, now, self.ladder, self.chance()))

    def same(self, case: Case, state: LookState, now: datetime) -> None:
        """The page shows the text that is held; ``state`` already knows this page."""
        if state.vanished:
            case.event = (LineKind.BACK, None)
        case.conclude("back" if state.vanished else "same", after_same(state, now, self.ladder, self.chance()))

    def judge(self, case: Case, now: datetime) -> None:
        """Weigh what the page says against what is held."""
        if case.is_broken:
            after = after_failure(case.state, now, self.ladder, self.chance())
            case.conclude("failed: a further page was not to be had", after)
            return
        page = read_page(case, self.keeper.index, now)
        if page.missing:
            self.miss(case, page.missing, now)
        elif page.article is None:
            self.refuse(case, page.refused, now)
        else:
            self._weigh(case, page.article, now)
        case.keeps_captures = case.keeps_captures or self.keep_all

    def _weigh(self, case: Case, article: Article, now: datetime) -> None:
        weighed = self.keeper.weigh(article, case.state.article, origin=case.origin)
        if weighed.outcome == "same":
            self.same(case, with_page(case.state, case.origin), now)
            return
        case.keeps_captures = True
        if weighed.outcome in ("dressed", "flapping"):
            self._wait_or_keep(case, weighed, article, now)
        elif weighed.outcome == "edited":
            case.drafts = self._with_waiting(case, weighed, article)
            self._edit(case, weighed, now)
        elif weighed.outcome == "damaged":
            case.account.complaints.append(weighed.reason)
            case.conclude("failed: damaged document", after_failure(case.state, now, self.ladder, self.chance()))
        else:
            self.refuse(case, weighed.reason or weighed.outcome, now)

    def _edit(self, case: Case, weighed: Weighed, now: datetime) -> None:
        if case.state.vanished:
            case.event = (LineKind.BACK, None)
        why = weighed.verdict.why
        outcome = next((one for one in (BASELINE, FULLER) if one in why), "edited")
        after = after_edit(with_page(case.state, case.origin), now, self.ladder, self.chance())
        case.conclude(outcome, after)

    def _wait_or_keep(self, case: Case, weighed: Weighed, article: Article, now: datetime) -> None:
        """A text that may be shown by turns: kept once it stays, else it waits."""
        waiting = self.wait(case.state, digest_of_text(article), case.origin, now)
        is_new = weighed.outcome == "dressed" and waiting.digest not in case.state.tried
        if is_settled(waiting, now, self.ladder, is_new=is_new):
            case.drafts = weighed.drafts
            self._edit(case, weighed, now)
            return
        if case.state.vanished:
            case.event = (LineKind.BACK, None)
        after = after_variant(case.state, waiting, now, self.ladder, self.chance(), is_soon=is_new)
        case.conclude("waiting" if is_new else "flapping", after)

    def wait(self, state: LookState, digest: str, origin: Origin, now: datetime) -> Waiting:
        """The text with this ``digest`` as one that waits to be seen again."""
        before = state.waiting
        if before and before.digest == digest:
            return replace(before, looks=before.looks + 1)
        return Waiting(digest, now, 1, origin.digest, origin.place, origin.parts)

    def _with_waiting(self, case: Case, weighed: Weighed, article: Article) -> tuple[Draft, ...]:
        """The drafts of an edit, after that of the text which waited and was followed before it could be seen again."""
        waiting = case.state.waiting
        if waiting is None or self.keeper.retake is None or waiting.digest == digest_of_text(article):
            return weighed.drafts
        line = replace(
            case.newest,
            captured=waiting.since,
            capture_digest=waiting.capture_digest,
            capture_place=waiting.capture_place,
            capture_parts=waiting.capture_parts,
        )
        taken = self.keeper.retake(case.lines, line)
        if taken is None:
            return weighed.drafts
        origin = Origin(waiting.capture_digest or "", waiting.capture_place, waiting.since, waiting.capture_parts)
        before = self.keeper.weigh(taken.article, case.state.article, origin=origin)
        verdict = compare(text_of(taken.article), text_of(article))
        if before.outcome != "dressed" or verdict.refused or not verdict.why:
            return weighed.drafts
        return *before.drafts, replace(weighed.drafts[-1], why=verdict.why, unchanged_until=waiting.since)


def with_page(state: LookState, origin: Origin) -> LookState:
    """The state with the page that its newest text was seen on."""
    return replace(
        state,
        etag=origin.etag,
        last_modified=origin.last_modified,
        body_digest=origin.digest,
        parts=origin.parts,
        last_full=origin.captured,
    )
