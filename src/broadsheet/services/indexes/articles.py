"""Keeps the index in step with documents and ledgers, or fills it anew: both give the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.document import FURTHEST_AHEAD
from broadsheet.formats.ledger import digest_of, ledger_file
from broadsheet.html import plain_text
from broadsheet.model import EDIT_CLASSES, Change, Document, Edit, Holding, HoldingQuery, LineKind, Position, Revision
from broadsheet.policy.identity import flood_names, own_names
from broadsheet.ports import Index
from broadsheet.services.archive import Addition, Archive, Kept
from broadsheet.services.archive.ledger_reader import OtherTruth, Part, iter_parts
from broadsheet.text.tags import find_language


def apply_additions(archive: Archive, index: Index, additions: Iterable[Addition]) -> None:
    """Take in what was just kept. An index that does not stand where the additions begin is synced first."""
    positions = index.positions()
    for addition in additions:
        if positions.get(addition.file, Position()).size != addition.before.size:
            sync(archive, index)
            positions = index.positions()
            continue
        after = Position(addition.after.size, addition.after.digest)
        _apply(archive, index, addition.file, addition.before.size, after, addition.kept)
        positions[addition.file] = after


def sync(archive: Archive, index: Index, *, progress: Callable[[str], None] = lambda _: None) -> int:
    """Read what the ledgers say beyond what the index knows; returns how many lines that were.

    A ledger that is shorter than, or differs from, what the index has read means other truth: the index is wiped
    and filled anew.
    """
    try:
        parts = iter_parts(archive, index.positions(), progress=progress)
        return sum(_take_in(archive, index, part) for part in parts)
    except OtherTruth:
        return rebuild(archive, index, progress=progress)


def rebuild(archive: Archive, index: Index, *, progress: Callable[[str], None] = lambda _: None) -> int:
    """Forget everything and read every ledger and document; returns the number of lines."""
    index.wipe()
    return sum(_take_in(archive, index, part) for part in iter_parts(archive, {}, progress=progress))


def _take_in(archive: Archive, index: Index, part: Part) -> int:
    kept = [Kept(line, _document_of(archive, line)) for line in part.lines]
    _apply(archive, index, part.file, part.before, part.position, kept)
    return len(part.lines)


def _document_of(archive: Archive, revision: Revision) -> Document:
    """The document of a line; one that is missing or damaged still counts, with its address for a headline."""
    try:
        return archive.get_document(revision.path)
    except (NotFoundError, FormatError):
        return Document(None, revision.url, revision.url, "")


def _apply(archive: Archive, index: Index, file: str, before: int, position: Position, kept: Sequence[Kept]) -> None:
    articles = frozenset(one.revision.article for one in kept)
    latest = {held.article: held for held in index.iter_holdings(HoldingQuery(articles=articles))}
    changes = []
    for one in kept:
        article = one.revision.article
        change = _change_of(archive, one, latest.get(article))
        latest[article] = change.holding
        changes.append(change)
    index.apply(file, before, position, changes)


def _change_of(archive: Archive, kept: Kept, old: Holding | None) -> Change:
    line, document = kept.revision, kept.document
    is_take_down = line.kind is LineKind.TAKE_DOWN
    month = ledger_file(line.path).rpartition("/")[2].removesuffix(".jsonl")
    weight = int(digest_of(f"{line.sha256}{line.path}{line.why}".encode())[:15], 16)
    is_again = line.kind is LineKind.REEXTRACTED
    if old and (line.kind is LineKind.PICTURES or (is_again and line.revision < old.revision)):
        return Change(old, (), month, weight, is_revision=False)
    edit = _find_edit(line, document, old)
    if old and line.kind.is_page_event:
        return Change(old, (), month, weight, is_revision=False, edit=edit)
    own = own_names(urls=(line.canonical_url, line.url), entry_id=line.entry_id)
    if is_take_down:
        lines = archive.iter_article(line.article, line.path)
        borne = [own_names(urls=(one.canonical_url, one.url), entry_id=one.entry_id) for one in lines]
        names = tuple(dict.fromkeys(name for names in (own, *borne) for name in names))
    else:
        text = plain_text(document.body) if kept.text is None else kept.text
        line = read_anew(line, document, text)
        names = own + flood_names(headline=document.headline, text=text, published=document.published)
    holding = _merge(old, line, document.headline, is_take_down)
    return Change(holding, names, month, weight, only_names=is_take_down, is_revision=not is_again, edit=edit)


def read_anew(line: Revision, document: Document, text: str | None = None) -> Revision:
    """``line`` with what the document of an import says of itself and earlier imports did not read.

    That is the outlet's own time, where the text opens with it, and the language. What a line states stands.
    """
    if line.imported is None:
        return line
    if line.listed is None and document.published and document.published < line.captured + FURTHEST_AHEAD:
        is_dated = document.listed is not None or line.published_from == "capture"
        if is_dated:
            line = replace(line, published=document.published, published_from="document", listed=document.listed)
    if line.language is None:
        text = plain_text(document.body) if text is None else text
        line = replace(line, language=find_language(f"{document.headline}\n{text}"))
    return line


def _find_edit(line: Revision, document: Document, old: Holding | None) -> Edit | None:
    """The edit that a line states, None if it states no doing of the outlet's."""
    if old is None or set(EDIT_CLASSES).isdisjoint(line.why):
        return None
    return Edit(
        article=line.article,
        outlet=line.outlet,
        revision=line.revision,
        classes=line.why,
        headline=document.headline,
        after=line.unchanged_until or old.captured,
        seen=line.captured,
        path=line.path,
        before=old.path,
    )


def _merge(old: Holding | None, line: Revision, headline: str, is_take_down: bool) -> Holding:
    """What is held of the article after ``line``."""
    if old and is_take_down:
        if line.revision == old.revision:  # of what the text said the tombstone knows nothing
            old = replace(old, published=line.published, published_from=line.published_from, language=None)
        return replace(old, headline=headline, sha256=line.sha256, byline=None, agency=None, is_taken_down=True)
    return Holding(
        article=line.article,
        outlet=line.outlet,
        headline=headline,
        url=line.url,
        canonical_url=line.canonical_url,
        path=line.path,
        first_path=old.first_path if old else line.path,
        sha256=line.sha256,
        revision=line.revision,
        published=line.published,
        published_from=line.published_from,
        first_captured=old.first_captured if old else line.captured,
        captured=line.captured,
        byline=line.byline,
        agency=line.agency.name if line.agency else None,
        language=line.language,
        is_taken_down=is_take_down,
    )
