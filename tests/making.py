"""Makes articles and archives for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from broadsheet.archive import Archive, Draft
from broadsheet.decide.identity import article_id
from broadsheet.model import Article, Revision
from broadsheet.urls import canonical_url

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


def keep(archive: Archive, *drafts: Draft) -> list[Revision]:
    """Keep drafts; the revisions in their order."""
    kept = {one.revision.path: one.revision for added in archive.keep_all(drafts) for one in added.kept}
    return sorted(kept.values(), key=lambda revision: (revision.article, revision.revision))
