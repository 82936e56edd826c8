"""An article's page, and that of one of its revisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError
from broadsheet.html import plain_text
from broadsheet.model import Document, Holding, HoldingQuery, LineKind, Revision
from broadsheet.render.body import ShownBody, shown_body
from broadsheet.services.indexes.articles import read_anew
from broadsheet.services.pages._history import edited_of
from broadsheet.services.pages._sources import Sources, article_path, document_address, get_holding, line_of
from broadsheet.services.pages._stories import NOTHING_RELATED, Related, related_to
from broadsheet.views.page import ArticlePage, RevisionLine, RevisionPage

P = TypeVar("P", bound=ArticlePage)
_INSTANT = timedelta(milliseconds=1)

_TIES = 50
"""Articles of one outlet in the same second that are told apart when looking for the earlier one."""
_WINDOWS = (timedelta(hours=3), timedelta(hours=12), timedelta(days=2), timedelta(days=10), timedelta(days=60))
"""How far ahead the later article is looked for, step by step."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an article: the outlet's articles before and after it, and what else reports its story."""

    earlier: Holding | None = None
    later: Holding | None = None
    related: Related = NOTHING_RELATED


def article_page(sources: Sources, zone: ZoneInfo, article: str) -> ArticlePage:
    """The newest revision of ``article``; NotFoundError if it is not held."""
    holding = get_holding(sources, article)
    return compose_article(sources, zone, holding, _lines_of(sources, holding), find_around(sources, holding))


def revision_page(sources: Sources, zone: ZoneInfo, article: str, revision: int) -> RevisionPage:
    """One revision of ``article``; NotFoundError if there is no such revision."""
    holding = get_holding(sources, article)
    lines, around = _lines_of(sources, holding), find_around(sources, holding)
    return compose_revision(sources, zone, holding, lines, around, revision)


def _lines_of(sources: Sources, holding: Holding) -> list[Revision]:
    return list(sources.archive.iter_article(holding.article, holding.first_path))


def find_around(sources: Sources, holding: Holding) -> Around:
    """What stands around ``holding``."""
    return Around(_find_earlier(sources, holding), _find_later(sources, holding), related_to(sources, holding))


def compose_article(
    sources: Sources, zone: ZoneInfo, holding: Holding, lines: Sequence[Revision], around: Around
) -> ArticlePage:
    """The newest revision of ``holding``, for who has its ledger ``lines`` and what is around it at hand."""
    return _make(ArticlePage, sources, zone, holding, lines, around, None)


def compose_revision(
    sources: Sources, zone: ZoneInfo, holding: Holding, lines: Sequence[Revision], around: Around, revision: int
) -> RevisionPage:
    """The same of one revision; NotFoundError if there is no such revision."""
    return _make(RevisionPage, sources, zone, holding, lines, around, revision)


def _make(
    kind: type[P],
    sources: Sources,
    zone: ZoneInfo,
    holding: Holding,
    lines: Sequence[Revision],
    around: Around,
    revision: int | None,
) -> P:
    number = holding.revision if revision is None else revision
    texts = [line for line in lines if not line.kind.is_page_event]
    shown = next((line for line in reversed(texts) if line.revision == number), None)
    if shown is None:
        raise NotFoundError(f"{holding.article} has revisions 1 to {holding.revision}, not {number}")
    document = sources.archive.get_document(shown.path)
    known = read_anew(_known(lines, shown), document)
    pictures = {origin: digest for origin, digest in known.pictures.items() if digest and sources.has_picture(digest)}
    body = shown_body(document.body, pictures, base_url=document.url)
    outlet = sources.get_outlet(holding.outlet)
    path = article_path(holding.article)
    related = around.related
    return kind(
        path=path if revision is None else f"{path}/revisions/{number}",
        archive=sources.settings.name,
        modified=lines[-1].captured,
        zone=zone.key,
        outlet_zone=outlet.timezone,
        line=line_of(sources, holding),
        headline=document.headline,
        language=known.language or outlet.language,
        revision=number,
        revisions=tuple(_revision_line(path, line) for line in lines),
        edited=edited_of(holding.article, lines),
        is_taken_down=shown.kind is LineKind.TAKE_DOWN,
        earlier=line_of(sources, around.earlier) if around.earlier else None,
        later=line_of(sources, around.later) if around.later else None,
        story=related.story,
        related=related.lines,
        copies=related.copies,
        **_stated(document, shown, known, body),
    )


def _known(lines: Sequence[Revision], shown: Revision) -> Revision:
    """The line that says most about the text shown: its own, or for a tombstone what it says itself."""
    pictures = {origin: digest for line in lines for origin, digest in line.pictures.items() if digest}
    return replace(shown, pictures={} if shown.kind is LineKind.TAKE_DOWN else {**shown.pictures, **pictures})


def _stated(document: Document, shown: Revision, known: Revision, body: ShownBody) -> dict[str, Any]:
    """What document and ledger say of the text shown."""
    return {
        "published": None if known.published_from == "capture" else known.published,
        "published_from": known.published_from,
        "listed": known.listed,
        "updated": known.updated,
        "byline": known.byline,
        "dateline": known.dateline,
        "section": known.section,
        "agency": known.agency.name if known.agency else None,
        "agency_words": known.agency.words if known.agency else None,
        "categories": known.categories,
        "body": body.html,
        "text": plain_text(body.canonical),
        "missing_pictures": body.missing,
        "captured": shown.captured,
        "sha256": shown.sha256,
        "document": document_address(shown.path),
        "imported_from": (shown.imported or {}).get("name"),
        "feed": shown.feed,
        "extractor": shown.extractor,
        "reason": shown.reason if shown.kind is LineKind.TAKE_DOWN else None,
    }


def _revision_line(path: str, line: Revision) -> RevisionLine:
    return RevisionLine(
        revision=line.revision,
        path=f"{path}/revisions/{line.revision}",
        captured=line.captured,
        why=line.why,
        sha256=line.sha256,
        document=document_address(line.path),
    )


def _find_earlier(sources: Sources, holding: Holding) -> Holding | None:
    """The next article of the outlet in the order of lists (newest first, then by id)."""
    query = HoldingQuery(outlet=holding.outlet, before=holding.published + _INSTANT, limit=_TIES)
    for other in sources.index.iter_holdings(replace(query, limit=2)):
        if _order(other) > _order(holding):
            return other
    for other in sources.index.iter_holdings(query):
        if _order(other) > _order(holding):
            return other
    return None


def _find_later(sources: Sources, holding: Holding) -> Holding | None:
    begin = holding.published
    for window in (*_WINDOWS, None):
        end = None if window is None else holding.published + window
        query = HoldingQuery(outlet=holding.outlet, after=begin, before=end)
        later = [other for other in sources.index.iter_holdings(query) if _order(other) < _order(holding)]
        if later:
            return later[-1]
        begin = end or begin
    return None


def _order(holding: Holding) -> tuple[float, str]:
    return -holding.published.timestamp(), holding.article
