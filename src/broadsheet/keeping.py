"""Decides what an article on its way becomes: a new article, a new text of a known one, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from broadsheet.account import Account
from broadsheet.archive import Archive, Draft, newest_of
from broadsheet.decide.edits import Text, compare, is_cut_short
from broadsheet.decide.identity import Numbering, article_id, own_names
from broadsheet.errors import FixityError, FormatError, NotFoundError
from broadsheet.extract.whole import is_from_page
from broadsheet.html import plain_text
from broadsheet.indexing import apply_additions
from broadsheet.model import Article, Document, Feed, Outlet, Revision
from broadsheet.ports import Index
from broadsheet.urls import url_digest, url_key
from broadsheet.wholepage import Origin

_LESSER = 0.9
"""A feed's own text follows a page's only if it is at least this long beside it."""


@dataclass(frozen=True)
class Keeper:
    """The archive with its index, as the last stages of the path see them."""

    archive: Archive
    index: Index
    numbering: Numbering

    def find_draft(
        self,
        article: Article,
        known_id: str | None,
        *,
        origin: Origin,
        account: Account,
        drafted: set[str],
    ) -> Draft | None:
        """The draft of ``article``, or None if there is nothing to keep, which is then accounted for.

        ``drafted`` are the articles that already have a draft in this batch.
        """
        identity = known_id or self._identify(article)
        if identity in drafted:
            account.known += 1
            return None
        holding = self.index.find_holding(identity)
        draft = Draft(
            identity,
            article,
            origin.captured,
            seen=article.updated if article.updated and article.updated <= origin.captured else None,
            capture_digest=origin.digest,
            capture_place=origin.place,
            capture_parts=origin.parts,
        )
        if holding is None:
            return draft
        if holding.is_taken_down:
            account.skipped["taken down"] += 1
            return None
        try:
            previous = newest_of([*self.archive.iter_article(identity, holding.first_path)])
            why = self._compare(self.archive.get_document(holding.path), previous, article, account)
        except (NotFoundError, FormatError, ValueError) as error:
            account.fail("damaged document", f"{holding.path}: {error}; run broadsheet verify")
            return None
        return replace(draft, previous=previous, why=why) if why else None

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

    def _identify(self, article: Article) -> str:
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

    def _compare(self, kept: Document, previous: Revision, article: Article, account: Account) -> tuple[str, ...]:
        """The classes of the change; empty, and accounted for, if the new text does not become a revision."""
        verdict = compare(
            Text(kept.headline, kept.body, previous.byline),
            Text(article.headline, article.body, article.byline, article.deck),
        )
        refused = verdict.refused
        if is_from_page(previous.extractor) and not is_from_page(article.extractor) and verdict.why:
            refused = refused or _find_lesser(kept, article)
        if refused:
            account.skipped[refused] += 1
            return ()
        if not verdict.why:
            account.known += 1
            return ()
        is_ours = is_from_page(article.extractor) and not is_from_page(previous.extractor)
        if is_ours and is_cut_short(plain_text(article.body), plain_text(kept.body)):
            return ("fuller",)
        return verdict.why

    def keep_all(self, drafts: list[tuple[Draft, Account]]) -> set[str]:
        """Write the drafts and bring the index in step; returns the articles that could not be kept."""
        try:
            additions = self.archive.keep_all([draft for draft, _ in drafts])
        except FixityError as error:
            if len(drafts) > 1:
                return set().union(*(self.keep_all([one]) for one in drafts))
            draft, account = drafts[0]
            account.fail("place taken", str(error))
            return {draft.article_id}
        apply_additions(self.archive, self.index, additions)
        for draft, account in drafts:
            account.kept += 1
            account.revised += draft.previous is not None
        return set()


def _find_lesser(kept: Document, article: Article) -> str | None:
    """Why a feed's own text must not follow the text of a page, or None if it may."""
    if len(plain_text(article.body)) < _LESSER * len(plain_text(kept.body)):
        return "the page was not to be had"
    return None
