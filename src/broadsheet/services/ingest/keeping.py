"""Decides what an article on its way becomes: a new article, a new text of a known one, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from broadsheet.account import Account
from broadsheet.addresses.urls import url_digest, url_key
from broadsheet.edits import Text, Verdict, compare, is_cut_short
from broadsheet.errors import FixityError, FormatError, NotFoundError
from broadsheet.extract.whole import is_from_page
from broadsheet.html import plain_text
from broadsheet.model import Article, Document, Feed, Holding, LineKind, Outlet, Revision
from broadsheet.policy.identity import Numbering, article_id, own_names
from broadsheet.ports import Index, Looks
from broadsheet.services.archive import Archive, Draft, last_seen, newest_of
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.ingest.page_reading import Origin

BASELINE = "baseline"
"""The ``why`` of a text of which nobody can say what the outlet changed: the one before it was taken by other means."""

FULLER = "fuller"
"""The ``why`` of a text that holds more of the same, since its page was read for the first time."""

_LESSER = 0.9
"""A feed's own text follows a page's only if it is at least this long beside it."""

Outcome = Literal["new", "edited", "same", "dressed", "flapping", "refused", "taken down", "damaged"]
"""What a text is beside what is held: ``dressed`` differs in headline, deck or pictures alone, and no feed says so;
``flapping`` is a text that its article had before and has had back before."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A kept text taken anew, and the draft that keeps it beside the older text, None where both are the same."""

    article: Article
    draft: Draft | None


Retake = Callable[[list[Revision], Revision], Taken | None]
"""Takes a revision's text anew from its kept capture: ``again.Again.retake``."""


@dataclass(frozen=True)
class Weighed:
    """What an article on its way is, and the drafts that keep it, which are there for ``dressed`` and ``flapping`` too.

    ``reason`` says why it was refused, or what is damaged. ``verdict`` is how it differs from the text held.
    """

    article: str
    outcome: Outcome
    drafts: tuple[Draft, ...] = ()
    reason: str = ""
    verdict: Verdict = field(default_factory=Verdict)


@dataclass(frozen=True)
class _Known:
    """The newest text of a known article, all its lines, and the text as it would be taken today where that differs."""

    holding: Holding
    lines: list[Revision]
    newest: Revision
    text: Text
    anew: Draft | None = None


@dataclass(frozen=True)
class Keeper:
    """The archive with its index, as the last stages of the path see them.

    ``retake`` takes older texts anew before others are held against them, ``looks`` know when a text was last seen.
    """

    archive: Archive
    index: Index
    numbering: Numbering
    retake: Retake | None = None
    looks: Looks | None = None

    def find_drafts(
        self,
        article: Article,
        known_id: str | None,
        *,
        origin: Origin,
        account: Account,
        drafted: set[str],
        feed_headline: str | None = None,
    ) -> Weighed | None:
        """What ``article`` becomes; everything but a text to keep is accounted for. ``weigh`` says the rest.

        ``drafted`` are the articles that already have a draft in this batch; None for one of these.
        """
        identity = known_id or self.identify(article)
        if identity in drafted:
            account.known += 1
            return None
        weighed = self.weigh(article, identity, origin=origin, feed_headline=feed_headline)
        if weighed.outcome == "same":
            account.known += 1
        elif weighed.outcome == "damaged":
            account.fail("damaged document", weighed.reason)
        elif weighed.outcome not in ("new", "edited"):
            account.skipped[_SKIPPED.get(weighed.outcome, weighed.reason)] += 1
        return weighed

    def weigh(self, article: Article, identity: str, *, origin: Origin, feed_headline: str | None = None) -> Weighed:
        """Hold ``article``, known as ``identity``, against what is held of it.

        ``feed_headline`` is how a feed has its headline now, None where no feed says anything of the change.
        """
        holding = self.index.find_holding(identity)
        draft = _draft_of(identity, article, origin)
        if holding is None:
            return Weighed(identity, "new", (draft,))
        if holding.is_taken_down:
            return Weighed(identity, "taken down")
        try:
            return self._weigh_known(self._get_known(holding), draft, feed_headline)
        except (NotFoundError, FormatError, ValueError) as error:
            return Weighed(identity, "damaged", reason=f"{holding.path}: {error}; run broadsheet verify")

    def _get_known(self, holding: Holding) -> _Known:
        lines = [*self.archive.iter_article(holding.article, holding.first_path)]
        newest = newest_of(lines)
        kept = self.archive.get_document(holding.path)
        return _Known(holding, lines, newest, text_of_document(kept, newest))

    def _weigh_known(self, known: _Known, draft: Draft, feed_headline: str | None) -> Weighed:
        identity, article = draft.article_id, draft.article
        known, verdict = self._compare(known, article)
        if verdict.refused:
            return Weighed(identity, "refused", reason=verdict.refused)
        if not verdict.why:
            return Weighed(identity, "same")
        until = min(draft.captured, self.find_last_seen(identity, known.lines))
        revised = replace(draft, previous=known.newest, why=verdict.why, unchanged_until=until)
        drafts = (known.anew, revised) if known.anew else (revised,)
        outcome: Outcome = "edited"
        if self._is_flapping(known, article):
            outcome = "flapping"
        elif _is_dressed(known.text, article, verdict) and not _is_confirmed(known.text, article, feed_headline):
            outcome = "dressed"
        return Weighed(identity, outcome, drafts, verdict=verdict)

    def find_last_seen(self, identity: str, lines: list[Revision]) -> datetime:
        """When the newest text of an article was last seen, by a capture or by a look."""
        state = self.looks.find(identity) if self.looks else None
        seen = last_seen(lines)
        return max(seen, state.last_seen) if state and state.last_seen else seen

    def _compare(self, known: _Known, article: Article) -> tuple[_Known, Verdict]:
        """How ``article`` differs from the newest text, taken anew first where another extractor took that.

        Neither our own progress nor another way of taking a text is an edit of the outlet's.
        """
        verdict = compare(known.text, text_of(article))
        if not (verdict.why or verdict.refused):
            return known, verdict
        before, now = known.newest.extractor, article.extractor
        is_older = before != now and before.partition("/")[0] == now.partition("/")[0]
        if is_older and (taken := self.retake(known.lines, known.newest) if self.retake else None):
            known = replace(known, text=text_of(taken.article), anew=taken.draft)
            return known, compare(known.text, text_of(article))
        if verdict.refused:
            return known, verdict
        if known.newest.imported is not None:  # of a mirror, which took it by means of its own
            return known, Verdict((BASELINE,))
        if is_from_page(now) and not is_from_page(before) and before.startswith("feed/"):
            fuller = is_cut_short(plain_text(article.body), plain_text(known.text.body))
            return known, Verdict((FULLER if fuller else BASELINE,))
        if is_from_page(before) and not is_from_page(now):
            lesser = len(plain_text(article.body)) < _LESSER * len(plain_text(known.text.body))
            return known, Verdict(refused="the page was not to be had") if lesser else verdict
        return known, Verdict((BASELINE,)) if is_older else verdict

    def _is_flapping(self, known: _Known, article: Article) -> bool:
        """Whether ``article`` has a text from before, while the newest text is itself one from before.

        A first return is news. A page that shows two texts by turns would otherwise fill the archive with them.
        """
        if known.newest.revision < 3:
            return False
        earlier = [*self._iter_earlier(known)]
        return _is_among(text_of(article), earlier) and _is_among(known.text, earlier)

    def _iter_earlier(self, known: _Known) -> Iterator[Text]:
        """The texts of the revisions before the newest one, as their newest extraction has them."""
        newest = {line.revision: line for line in known.lines if line.kind is not LineKind.TAKE_DOWN}
        for number, line in newest.items():
            if number < known.newest.revision:
                yield text_of_document(self.archive.get_document(line.path), line)

    def is_taken_down(self, article_id: str | None) -> bool:
        """Whether the article is held as a tombstone."""
        holding = self.index.find_holding(article_id) if article_id else None
        return holding is not None and holding.is_taken_down

    def lists_taken_down(self, feed: Feed, outlet: Outlet) -> bool:
        """Whether the feed still has an entry of an article that was taken down: its words must not come back."""
        for entry in feed.entries:
            found = self.index.find_article(outlet.id, own_names(urls=(entry.url or "",), entry_id=entry.entry_id))
            if found and self.is_taken_down(found[0]):
                return True
        return False

    def identify(self, article: Article) -> str:
        """The id of an article that no name of its entry told: its page's address may, or else it is new."""
        names = own_names(urls=(article.url, article.canonical_url), entry_id=None)
        if named := self.index.find_article(article.outlet, names):
            return named[0]
        identity = article_id(article.outlet, article.url, self.numbering)
        holding = self.index.find_holding(identity)
        is_numbered = self.numbering.find_number(article.url) is not None
        if holding is None or is_numbered or url_key(holding.url) == url_key(article.url):
            return identity
        return f"{identity}-{url_digest(identity + article.url)}"

    def keep_all(self, drafts: list[tuple[Draft, Account]]) -> set[str]:
        """Write the drafts and bring the index in step; returns the articles that could not be kept."""
        try:
            additions = self.archive.keep_all([draft for draft, _ in drafts])
        except FixityError as error:
            by_article: dict[str, list[tuple[Draft, Account]]] = {}
            for draft, account in drafts:
                by_article.setdefault(draft.article_id, []).append((draft, account))
            if len(by_article) > 1:
                return set().union(*(self.keep_all(own) for own in by_article.values()))
            draft, account = drafts[-1]
            account.fail("place taken", str(error))
            return {draft.article_id}
        apply_additions(self.archive, self.index, additions)
        for draft, account in drafts:
            if not draft.is_again:
                account.kept += 1
                account.revised += draft.previous is not None
        return set()


_SKIPPED: dict[Outcome, str] = {
    "taken down": "taken down",
    "flapping": "flapping",
    "dressed": "waits for a second look",
}


def _draft_of(identity: str, article: Article, origin: Origin) -> Draft:
    return Draft(
        identity,
        article,
        origin.captured,
        seen=article.updated if article.updated and article.updated <= origin.captured else None,
        capture_digest=origin.digest,
        capture_place=origin.place,
        capture_parts=origin.parts,
    )


def text_of(article: Article) -> Text:
    """What of an article is compared."""
    return Text(article.headline, article.body, article.byline, article.deck)


def text_of_document(document: Document, line: Revision) -> Text:
    """What is compared of a kept text: its document, and the line that states it."""
    return Text(document.headline, document.body, line.byline, line.deck)


def is_equal(one: Text, other: Text) -> bool:
    """Whether two texts read the same."""
    verdict = compare(one, other)
    return not (verdict.why or verdict.refused)


def _is_among(text: Text, others: list[Text]) -> bool:
    return any(is_equal(other, text) for other in others)


def _is_dressed(kept: Text, article: Article, verdict: Verdict) -> bool:
    """Whether nothing but headline, deck or pictures changed: what outlets try out on their readers."""
    if not {BASELINE, FULLER, "byline"}.isdisjoint(verdict.why):
        return False
    bodies = compare(Text("", kept.body), Text("", article.body))
    return not bodies.refused and set(bodies.why) <= {"picture"}


def _is_confirmed(kept: Text, article: Article, feed_headline: str | None) -> bool:
    """Whether the feed bears the change out: its entry changed, and its headline is not against it."""
    if feed_headline is None:
        return False
    same = _fold(article.headline) == _fold(kept.headline)
    return same or _fold(article.headline) == _fold(feed_headline)


def _fold(headline: str) -> str:
    return " ".join(headline.split())
