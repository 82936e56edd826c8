"""One look at work, and what its page says before any text is weighed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from broadsheet.account import Account
from broadsheet.addresses.urls import url_key
from broadsheet.extract import join_pages
from broadsheet.extract.whole import combine, is_from_page
from broadsheet.html import iter_pictures, plain_text
from broadsheet.model import Article, Capture, Document, Holding, LineKind, LookState, Outlet, Revision
from broadsheet.policy.identity import own_names
from broadsheet.policy.revisits import is_strange
from broadsheet.ports import Index
from broadsheet.services.archive import Draft
from broadsheet.services.ingest.page_reading import Origin, Reading, believable_article

_KINDS = {
    "error": "error page",
    "consent": "consent page",
    "challenge": "challenge page",
    "listing": "list page",
    "paywall": "paywall",
}


@dataclass
class Case:
    """A look at work: what is held, what came, and what follows.

    ``outcome`` is what the account counts; ``after`` the state that follows, None where the article is done.
    ``event`` is a ledger line's kind and ``reason`` where the page vanished or is back; ``asked`` the hosts' turns.
    """

    state: LookState
    outlet: Outlet
    holding: Holding
    lines: list[Revision]
    newest: Revision
    kept: Document
    reading: Reading
    account: Account = field(default_factory=Account)
    captures: list[Capture] = field(default_factory=list)
    is_broken: bool = False
    outcome: str = ""
    after: LookState | None = None
    drafts: tuple[Draft, ...] = ()
    keeps_captures: bool = False
    event: tuple[LineKind, str | None] | None = None

    def conclude(self, outcome: str, after: LookState | None) -> None:
        """Say what came of the look."""
        self.outcome, self.after = outcome, after
        self.account.looks[outcome] += 1

    @property
    def origin(self) -> Origin:
        """Where the text comes from; there must be a capture."""
        assert self.reading.first is not None
        return self.reading.first


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: an article, or why it is ``refused``, or that the article is ``missing`` from it."""

    article: Article | None = None
    refused: str = ""
    missing: str = ""


def find_elsewhere(case: Case, url: str, index: Index) -> str | None:
    """What a redirect to ``url`` led to that is not this article, None where there was none or it may be it."""
    final = url_key(url)
    if final in _own_keys(case):
        return None
    parts = urlsplit(url)
    if final == url_key(case.outlet.home_url or "") or not (parts.path.strip("/") or parts.query):
        return "redirect to the home page"
    found = index.find_article(case.state.outlet, own_names(urls=(url,), entry_id=None))
    return "redirect to another article" if found and found[0] != case.state.article else None


def read_page(case: Case, index: Index, now: datetime) -> Page:
    """What the pages of a case say, all of which were read."""
    if not case.reading.parts:
        return Page(refused=next(iter(case.reading.account.pages), "no text"))
    whole = join_pages(case.reading.parts)
    if whole.kind != "article":
        return Page(refused=_KINDS[whole.kind])
    article = believable_article(combine(case.reading.article, whole, url=case.reading.final_url), now)
    if not is_from_page(article.extractor):
        return Page(refused="less than the text we have")
    if _is_of_another(case, article, index):
        return Page(refused="another article's page")
    is_redirected = url_key(case.reading.final_url) not in _own_keys(case)
    if is_redirected and is_strange(plain_text(case.kept.body), plain_text(article.body)):
        return Page(missing="redirect to another text")
    if article.published is None and case.newest.published_from != "capture":
        line = case.newest
        article = replace(article, published=line.published, published_from=line.published_from)
    return Page(article)


def _is_of_another(case: Case, article: Article, index: Index) -> bool:
    """Whether the address that the page calls its own is another article's."""
    if url_key(article.canonical_url) in _own_keys(case):
        return False
    found = index.find_article(article.outlet, own_names(urls=(article.canonical_url,), entry_id=None))
    return found is not None and found[0] != case.state.article


def _own_keys(case: Case) -> set[str]:
    return {url_key(url) for line in case.lines for url in (line.url, line.canonical_url)}


def digest_of_text(article: Article) -> str:
    """A digest that is the same for texts that read the same."""
    shown = tuple(picture.url for picture in iter_pictures(article.body))
    stated = repr((article.headline, article.deck, article.byline, plain_text(article.body).split(), shown))
    return hashlib.sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()
