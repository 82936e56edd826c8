"""Pages about the edits of one article: its history, and the difference of two of its revisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broadsheet.errors import FormatError, NotFoundError, QueryError
from broadsheet.model import EDIT_CLASSES, Holding, LineKind, Revision
from broadsheet.services.pages._differences import (
    Printed,
    blocks_between,
    choose_pair,
    only_changed,
    pictures_between,
    read_printed,
    shorten,
)
from broadsheet.services.pages._sources import Sources, article_path, document_address, get_holding, line_of
from broadsheet.views.page import ChangedBlock, ChangesPage, Edited, HistoryLine, HistoryPage, Place, Side

INLINE, SIDES = "inline", "sides"
"""How a difference is shown."""
_MOST_SHORTENED = 40
"""Steps of one history that are shown with their difference in short, the newest ones."""
_SILENT = {LineKind.REEXTRACTED, LineKind.PICTURES}
"""Ledger lines that say nothing new of the outlet."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a history: its ledger line, what it is, and when what stood before was last seen."""

    line: Revision
    kind: str
    after: datetime | None


def find_steps(lines: Iterable[Revision]) -> list[Step]:
    """The steps of an article's history from its ledger lines, oldest first."""
    steps: list[Step] = []
    for line in lines:
        if line.kind in _SILENT:
            continue
        kind = _kind_of(line, is_first=not steps)
        if kind == "taken-down" and steps and steps[-1].kind == kind:
            steps.pop()
        before = steps[-1].line.captured if steps else None
        steps.append(Step(line, kind, line.unchanged_until or before if steps else None))
    return steps


def _kind_of(line: Revision, *, is_first: bool) -> str:
    if line.kind is LineKind.TAKE_DOWN:
        return "taken-down"
    if is_first:
        return "first"
    if line.kind.is_page_event:
        return line.kind.value
    return "kept" if {*EDIT_CLASSES, "body"}.isdisjoint(line.why) else "edit"


def texts_of(lines: Iterable[Revision]) -> list[Revision]:
    """The lines that state a text of their own."""
    return [line for line in lines if line.kind.is_text]


def edited_of(article: str, lines: Sequence[Revision]) -> Edited | None:
    """That the article with these ledger lines was edited or its page vanished; None where neither, or taken down."""
    steps = find_steps(lines)
    edits = [step for step in steps if step.kind == "edit"]
    events = [step for step in steps if step.line.kind.is_page_event and step.kind != "first"]
    if not (edits or events) or steps[-1].kind == "taken-down":
        return None
    of_page = events[-1:] if not edits or (events and events[-1].line.kind is LineKind.VANISHED) else []
    last = (edits or events)[-1]
    path = article_path(article)
    return Edited(
        times=len(edits),
        classes=tuple(name for step in (*edits[-1:], *of_page) for name in step.line.why),
        after=last.after or last.line.captured,
        seen=last.line.captured,
        path=f"{path}/history",
        changes=f"{path}/changes/{last.line.revision}" if edits else None,
    )


def history_page(sources: Sources, zone: ZoneInfo, article: str) -> HistoryPage:
    """The history of ``article``; NotFoundError if it is not held."""
    holding = get_holding(sources, article)
    lines = _lines_of(sources, holding)
    steps, texts = find_steps(lines), texts_of(lines)
    late = len(steps) - _MOST_SHORTENED
    return HistoryPage(
        path=f"{article_path(article)}/history",
        archive=sources.settings.name,
        modified=lines[-1].captured,
        zone=zone.key,
        line=line_of(sources, holding),
        language=holding.language or sources.get_outlet(holding.outlet).language,
        edits=sum(step.kind == "edit" for step in steps),
        lines=tuple(
            _history_line(sources, holding, step, texts if at >= late else ()) for at, step in enumerate(steps)
        ),
    )


def _lines_of(sources: Sources, holding: Holding) -> list[Revision]:
    lines = list(sources.archive.iter_article(holding.article, holding.first_path))
    if not lines:
        raise NotFoundError(f"the ledger has no line of {holding.article}; run broadsheet verify")
    return lines


def _history_line(sources: Sources, holding: Holding, step: Step, texts: Sequence[Revision]) -> HistoryLine:
    """One step; ``texts`` are the article's, empty where no difference is wanted."""
    line, path = step.line, article_path(holding.article)
    is_compared = step.kind in ("edit", "kept") and line.revision > 1 and not holding.is_taken_down
    return HistoryLine(
        kind=step.kind,
        revision=line.revision,
        path=f"{path}/revisions/{line.revision}",
        headline=_headline(sources, line),
        classes=line.why,
        after=step.after,
        seen=line.captured,
        sha256=line.sha256,
        document=document_address(line.path),
        changes=f"{path}/changes/{line.revision}" if is_compared else None,
        reason=answer_of(line),
        excerpt=shorten(changed_blocks(sources, texts, line.revision)) if is_compared and texts else (),
    )


def answer_of(line: Revision) -> str | None:
    """Why a text was taken down, or what was answered where its page vanished, a status told as one."""
    if line.kind is not LineKind.TAKE_DOWN and not line.kind.is_page_event:
        return None
    return f"HTTP {line.reason}" if line.reason and line.reason.isdecimal() else line.reason


def _headline(sources: Sources, line: Revision) -> str:
    try:
        return sources.archive.get_document(line.path).headline
    except (NotFoundError, FormatError):
        return line.url


def changed_blocks(sources: Sources, texts: Sequence[Revision], revision: int) -> tuple[ChangedBlock, ...]:
    """What a revision changed; empty where that cannot be told because a document is damaged."""
    try:
        return blocks_between(*_read_pair(sources, texts, revision - 1, revision))
    except (NotFoundError, FormatError):
        return ()


def _read_pair(sources: Sources, texts: Sequence[Revision], old: int, new: int) -> tuple[Printed, Printed]:
    numbers = {line.revision for line in texts}
    for number in (new, old):
        if number not in numbers:
            raise NotFoundError(f"there are revisions 1 to {max(numbers, default=0)}, not {number}")
    before, after = choose_pair(texts, old, new)
    return read_printed(sources.archive, before), read_printed(sources.archive, after)


def changes_page(
    sources: Sources, zone: ZoneInfo, article: str, revision: int, *, old: int | None = None, view: str = INLINE
) -> ChangesPage:
    """What ``revision`` changed against ``old``, by default the one before it.

    NotFoundError if there is no such article or revision, or nothing to compare; QueryError for a revision against
    itself.
    """
    holding = get_holding(sources, article)
    lines = _lines_of(sources, holding)
    number = revision - 1 if old is None else old
    if holding.is_taken_down:
        raise NotFoundError(f"{article} was taken down: there is no text to compare")
    if revision == 1 and old is None:
        raise NotFoundError(f"revision 1 of {article} is the first: there is nothing before it to compare with")
    if number == revision:
        raise QueryError(f"revision {revision} is compared with another one, not with itself")
    texts = texts_of(lines)
    before, after = _read_pair(sources, texts, number, revision)
    blocks, pictures = blocks_between(before, after), pictures_between(before, after)
    is_step = number == revision - 1
    step = next(
        (one for one in find_steps(lines) if one.line.revision == revision and one.kind in ("edit", "kept")), None
    )
    return ChangesPage(
        path=changes_path(article, revision, old, view),
        archive=sources.settings.name,
        modified=lines[-1].captured,
        zone=zone.key,
        line=line_of(sources, holding),
        language=after.line.language or sources.get_outlet(holding.outlet).language,
        old=_side(before),
        new=_side(after),
        classes=step.line.why if step and is_step else (),
        after=step.after if step and is_step else None,
        view=view,
        blocks=blocks,
        pictures=pictures,
        is_same=not only_changed(blocks) and not pictures,
        revisions=tuple(sorted({line.revision for line in texts})),
        other_view=_other_view(article, revision, old, view),
        earlier=_neighbour(article, revision - 1, view) if is_step and revision > 2 else None,
        later=_neighbour(article, revision + 1, view) if is_step and revision < holding.revision else None,
    )


def changes_path(article: str, revision: int, old: int | None = None, view: str = INLINE) -> str:
    """The path of the page that compares two revisions."""
    asked = {"from": str(old)} if old not in (None, revision - 1) else {}
    if view != INLINE:
        asked["view"] = view
    return f"{article_path(article)}/changes/{revision}" + (f"?{urlencode(asked)}" if asked else "")


def _other_view(article: str, revision: int, old: int | None, view: str) -> Place:
    other = SIDES if view == INLINE else INLINE
    return Place(other, changes_path(article, revision, old, other))


def _neighbour(article: str, revision: int, view: str) -> Place:
    return Place(str(revision), changes_path(article, revision, None, view))


def _side(printed: Printed) -> Side:
    line = printed.line
    return Side(
        revision=line.revision,
        path=f"{article_path(line.article)}/revisions/{line.revision}",
        headline=printed.document.headline,
        captured=line.captured,
        sha256=line.sha256,
        document=document_address(line.path),
        extractor=line.extractor,
    )
