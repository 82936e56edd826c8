"""Everything of one article on a static site: its pages in all forms, its documents, its cards for the search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from broadsheet.errors import BroadsheetError, NotFoundError
from broadsheet.formats.ledger import parse_line
from broadsheet.model import Holding, Revision
from broadsheet.services import pages
from broadsheet.services.pages import Sources
from broadsheet.services.publish.site_cards import Card, iter_passages, wrap
from broadsheet.services.publish.site_forms import Forms
from broadsheet.services.publish.site_places import article_base
from broadsheet.views.page import ArticlePage, Page

File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class ArticleWork:
    """What the files of one article are made from; ``lines`` are its ledger lines as they stand in the ledger."""

    key: str
    fingerprint: bytes
    holding: Holding
    lines: tuple[bytes, ...]
    earlier: Holding | None
    later: Holding | None
    has_ties: bool


def iter_article_files(work: ArticleWork, sources: Sources, zone: ZoneInfo, forms: Forms) -> Iterator[File]:
    """Every file of one article. A page that a damaged document allows no longer is left out."""
    holding = work.holding
    lines = [parse_line(line, where=holding.article) for line in work.lines]
    related = pages.related_to(sources, holding) if work.has_ties else pages.Related()
    around = pages.Around(work.earlier, work.later, related)
    page = pages.compose_article(sources, zone, holding, lines, around)
    if len(lines) == 1:  # its only revision has no page of its own
        page = replace(page, revisions=(replace(page.revisions[0], path=page.path),))
    yield from forms.iter_files(page)
    yield from _iter_cards(page, holding, lines)
    yield from _iter_documents(sources, lines)
    more = list(_others(sources, zone, holding, lines, around)) if len(lines) > 1 else []
    if related.copies:
        more.append(partial(pages.copies_page, sources, zone, holding.article))
    for build in more:
        try:
            other = build()
        except BroadsheetError:
            continue
        yield from forms.iter_files(other)


def _others(
    sources: Sources, zone: ZoneInfo, holding: Holding, lines: Sequence[Revision], around: pages.Around
) -> Iterator[Callable[[], Page]]:
    """The pages of an article with several ledger lines: its history, each revision, each step in both views."""
    article = holding.article
    yield partial(pages.history_page, sources, zone, article)
    for number in sorted({line.revision for line in lines}):
        yield partial(pages.compose_revision, sources, zone, holding, lines, around, number)
        if number > 1 and not holding.is_taken_down:
            for view in (pages.INLINE, pages.SIDES):
                yield partial(pages.changes_page, sources, zone, article, number, view=view)


def _iter_documents(sources: Sources, lines: Sequence[Revision]) -> Iterator[File]:
    for path in dict.fromkeys(line.path for line in lines):
        try:
            yield f"documents/{path}", sources.archive.store.get(path)
        except NotFoundError:
            continue


def _iter_cards(page: ArticlePage, holding: Holding, lines: Sequence[Revision]) -> Iterator[File]:
    """What the search reads of the article; nothing of one that was taken down."""
    if page.is_taken_down:
        return
    traits = [
        name
        for name, is_so in (
            ("has:picture", bool(lines[-1].pictures) or "<img" in page.body or page.missing_pictures > 0),
            ("has:byline", bool(holding.byline)),
            ("has:agency", bool(holding.agency)),
            ("edited:yes", holding.revision > 1),
        )
        if is_so
    ]
    card = Card(
        article=holding.article,
        headline=holding.headline,
        outlet=holding.outlet,
        published_s=int(holding.published.timestamp() // 1),
        is_dated=page.line.is_dated,
        language=holding.language or "",
        agency=holding.agency or "",
        byline=holding.byline or "",
        traits=tuple(traits),
    )
    for number, passage in enumerate(iter_passages(page.text), 1):
        yield f"{article_base(holding.article)}.{number}.js", wrap(replace(card, passage=passage).to_json())
