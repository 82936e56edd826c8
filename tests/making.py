"""Makes articles and archives for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from broadsheet.addresses.urls import canonical_url
from broadsheet.model import Article, Revision
from broadsheet.policy.identity import article_id
from broadsheet.ports import Index
from broadsheet.services.archive import Archive, Draft
from broadsheet.services.indexes.articles import sync

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLISHED = datetime(2026, 2, 28, 8, 30, tzinfo=UTC)


def make_article(number: int = 1, **changes: Any) -> Article:
    """An article of the outlet ``harbour`` that differs from the others by its number."""
    url = f"https://harbour.example/a/ferry/{number:07d}.html"
    article = Article(
        outlet="harbour",
        url=url,
        canonical_url=canonical_url(url),
        headline=f"渡轮复航 {number}",
        body=f"<p>港口第{number}号渡轮周六复航，乘客说等了很久。</p>\n<p>港务局说，航班恢复到每天十二班。</p>",
        published=PUBLISHED,
        published_from="feed",
        language="zh-Hans",
        entry_id=f"guid-{number}",
        extractor="test/1",
    )
    return replace(article, **changes)


def make_draft(article: Article, previous: Revision | None = None, **changes: Any) -> Draft:
    """A draft of ``article``, captured at ``NOW``."""
    draft = Draft(article_id(article.outlet, article.url), article, NOW, previous=previous)
    return replace(draft, **changes)


def happen(archive: Archive, index: Index, draft: Draft, deed: str) -> None:
    """``keep`` or ``take down`` happens to the article of ``draft``, with the index in step before and after.

    What was taken down stays so.
    """
    sync(archive, index)
    holding = index.find_holding(draft.article_id)
    if holding is not None and holding.is_taken_down:
        return
    if deed == "keep":
        lines = list(archive.iter_article(holding.article, holding.first_path)) if holding else [None]
        archive.keep_all([replace(draft, previous=lines[-1])])
    elif holding is not None:
        archive.take_down(holding.article, holding.first_path, "why", NOW)
    sync(archive, index)


def keep(archive: Archive, *drafts: Draft) -> list[Revision]:
    """Keep drafts; the revisions in their order."""
    kept = {one.revision.path: one.revision for added in archive.keep_all(drafts) for one in added.kept}
    return sorted(kept.values(), key=lambda revision: (revision.article, revision.revision))
