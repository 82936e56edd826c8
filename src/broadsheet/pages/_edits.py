"""Pages about edits: an article's history, the difference of two revisions, the edits of the whole archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broadsheet.archive import AGAIN, LATER_PICTURES, TAKE_DOWN
from broadsheet.errors import FormatError, NotFoundError, QueryError
from broadsheet.model import EDIT_CLASSES, PAGE_EVENTS, Edit, EditQuery, Holding, Revision
from broadsheet.pages._differences import (
    Printed,
    blocks_between,
    choose_pair,
    only_changed,
    pictures_between,
    read_printed,
    shorten,
)
from broadsheet.pages._sources import (
    Sources,
    article_path,
    day_bounds,
    document_address,
    get_holding,
    line_of,
    outlet_ids,
)
from broadsheet.render.page import (
    ChangedBlock,
    ChangesPage,
    Count,
    Edited,
    EditLine,
    EditsPage,
    HistoryLine,
    HistoryPage,
    Place,
    Side,
)

INLINE, SIDES = "inline", "sides"
"""How a difference is shown."""
PER_PAGE = 30
"""Edits in one part of a list."""
OF_DAY = 3
"""Edits on the front page."""
_MOST_SHORTENED = 40
"""Steps of one history that are shown with their difference in short, the newest ones."""
_MOST_BLOCKS = 12
"""Changed blocks that a list holds of one edit."""
_MOST_DAYS = 10
_SILENT = {AGAIN, LATER_PICTURES}
"""Ledger lines that say nothing new of the outlet."""
_CURSOR = re.compile(r"([0-9]{1,14})\.([0-9]{1,5})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(milliseconds=1)


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
        if not _SILENT.isdisjoint(line.why):
            continue
        kind = _kind_of(line, is_first=not steps)
        if kind == "taken-down" and steps and steps[-1].kind == kind:
            steps.pop()
        before = steps[-1].line.captured if steps else None
        steps.append(Step(line, kind, line.unchanged_until or before if steps else None))
    return steps


def _kind_of(line: Revision, *, is_first: bool) -> str:
    if TAKE_DOWN in line.why:
        return "taken-down"
    if is_first:
        return "first"
    if events := [event for event in PAGE_EVENTS if event in line.why]:
        return events[0]
    return "kept" if {*EDIT_CLASSES, "body"}.isdisjoint(line.why) else "edit"


def _texts(lines: Iterable[Revision]) -> list[Revision]:
    """The lines that state a text of their own."""
    return [line for line in lines if {TAKE_DOWN, LATER_PICTURES, *PAGE_EVENTS}.isdisjoint(line.why)]


def edited_of(article: str, lines: Sequence[Revision]) -> Edited | None:
    """That the article with these ledger lines was edited; None where it never was, or is taken down."""
    steps = find_steps(lines)
    edits = [step for step in steps if step.kind in ("edit", *PAGE_EVENTS)]
    if not edits or steps[-1].kind == "taken-down":
        return None
    last = edits[-1]
    path = article_path(article)
    changes = next((step.line.revision for step in reversed(edits) if step.kind == "edit"), None)
    return Edited(
        times=len(edits),
        classes=last.line.why,
        after=last.after or last.line.captured,
        seen=last.line.captured,
        path=f"{path}/history",
        changes=f"{path}/changes/{changes}" if changes else None,
    )


# -- one article -------------------------------------------------------------------------------------------------


def history_page(sources: Sources, zone: ZoneInfo, article: str) -> HistoryPage:
    """The history of ``article``; NotFoundError if it is not held."""
    holding = get_holding(sources, article)
    lines = list(sources.archive.iter_article(holding.article, holding.first_path))
    steps, texts = find_steps(lines), _texts(lines)
    late = len(steps) - _MOST_SHORTENED
    return HistoryPage(
        path=f"{article_path(article)}/history",
        archive=sources.settings.name,
        modified=lines[-1].captured,
        zone=zone.key,
        line=line_of(sources, holding),
        language=holding.language or sources.get_outlet(holding.outlet).language,
        edits=sum(step.kind in ("edit", *PAGE_EVENTS) for step in steps),
        lines=tuple(
            _history_line(sources, holding, step, texts if at >= late else ()) for at, step in enumerate(steps)
        ),
    )


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
        reason=line.reason,
        excerpt=shorten(_blocks_of(sources, texts, line.revision)) if is_compared and texts else (),
    )


def _headline(sources: Sources, line: Revision) -> str:
    try:
        return sources.archive.get_document(line.path).headline
    except (NotFoundError, FormatError):
        return line.url


def _blocks_of(sources: Sources, texts: Sequence[Revision], revision: int) -> tuple[ChangedBlock, ...]:
    """What a revision changed; empty where that cannot be told because a document is damaged."""
    try:
        return blocks_between(*_read_pair(sources, texts, revision - 1, revision))
    except (NotFoundError, FormatError):
        return ()


def _read_pair(sources: Sources, texts: Sequence[Revision], old: int, new: int) -> tuple[Printed, Printed]:
    numbers = {line.revision for line in texts}
    for number in (new, old):
        if number not in numbers:
            raise NotFoundError(f"{texts[0].article} has revisions 1 to {max(numbers)}, not {number}")
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
    lines = list(sources.archive.iter_article(holding.article, holding.first_path))
    number = revision - 1 if old is None else old
    if holding.is_taken_down:
        raise NotFoundError(f"{article} was taken down: there is no text to compare")
    if revision == 1 and old is None:
        raise NotFoundError(f"revision 1 of {article} is the first: there is nothing before it to compare with")
    if number == revision:
        raise QueryError(f"revision {revision} is compared with another one, not with itself")
    texts = _texts(lines)
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


# -- the whole archive -------------------------------------------------------------------------------------------


def edits_page(
    sources: Sources,
    zone: ZoneInfo,
    *,
    outlets: Iterable[str] = (),
    classes: Iterable[str] = (),
    day: date | None = None,
    before: str | None = None,
) -> EditsPage:
    """Edits of these outlets and of any of these classes, seen on ``day``; QueryError for what there is not.

    ``before`` is where the last part of the answer ended, as its ``more`` says.
    """
    chosen = _choose(sources, outlets, classes, day)
    query = chosen.query(zone)
    edits, cursor = _part(sources, query, before)
    by_outlet = sources.index.count_edits(query, "outlet")
    return EditsPage(
        path=chosen.path(before=before),
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        chosen_classes=chosen.classes,
        chosen_outlets=chosen.outlets,
        day=day,
        total=sum(by_outlet.values()),
        lines=tuple(_edit_line(sources, edit) for edit in edits),
        classes=_class_counts(sources, chosen, zone),
        outlets=_outlet_counts(sources, chosen, zone),
        days=_days(sources, chosen, zone),
        everything=Place("all", "edits") if chosen != _Chosen() else None,
        more=Place("more", chosen.path(before=cursor)) if cursor else None,
    )


def find_edits(
    sources: Sources,
    *,
    outlets: Iterable[str] = (),
    classes: Iterable[str] = (),
    after: datetime | None = None,
    before: datetime | None = None,
    limit: int | None = None,
) -> tuple[EditLine, ...]:
    """Edits of these outlets and of any of these classes, the last seen first; QueryError for what there is not."""
    chosen = _choose(sources, outlets, classes, None)
    query = EditQuery(frozenset(chosen.outlets), frozenset(chosen.classes), after, before, limit=limit)
    return tuple(_edit_line(sources, edit) for edit in sources.index.iter_edits(query))


def edits_of_day(sources: Sources, zone: ZoneInfo, day: date) -> tuple[EditLine, ...]:
    """The last edits seen on ``day``, without their differences."""
    begin, end = day_bounds(day, zone)
    edits = sources.index.iter_edits(EditQuery(after=begin, before=end, limit=OF_DAY))
    return tuple(_edit_line(sources, edit, is_short=False) for edit in edits)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was asked for."""

    outlets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    day: date | None = None

    def query(self, zone: ZoneInfo) -> EditQuery:
        begin, end = day_bounds(self.day, zone) if self.day else (None, None)
        return EditQuery(frozenset(self.outlets), frozenset(self.classes), begin, end)

    def with_class(self, name: str) -> _Chosen:
        """The choice without the class where it was chosen, with it where it was not."""
        return replace(self, classes=tuple(sorted({*self.classes} ^ {name}, key=EDIT_CLASSES.index)))

    def with_outlet(self, name: str) -> _Chosen:
        """The same for an outlet."""
        return replace(self, outlets=tuple(sorted({*self.outlets} ^ {name})))

    def path(self, *, before: str | None = None) -> str:
        asked = {
            "class": ",".join(self.classes),
            "outlet": ",".join(self.outlets),
            "day": str(self.day or ""),
            "before": before or "",
        }
        told = urlencode({name: value for name, value in asked.items() if value}, safe=",")
        return f"edits?{told}" if told else "edits"


def _choose(sources: Sources, outlets: Iterable[str], classes: Iterable[str], day: date | None) -> _Chosen:
    known = outlet_ids(sources)
    return _Chosen(
        tuple(sorted({_checked(one, known, "outlet") for one in outlets})),
        tuple(sorted({_checked(one, EDIT_CLASSES, "class") for one in classes}, key=EDIT_CLASSES.index)),
        day,
    )


def _checked(value: str, known: Sequence[str], field: str) -> str:
    if value not in known:
        some = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
        raise QueryError(f"{field} is one of {some}, not {value[:40]!r}" if known else f"there is no {field} here yet")
    return value


def _part(sources: Sources, query: EditQuery, before: str | None) -> tuple[list[Edit], str | None]:
    """One part of the answer and the cursor of the next: an instant, and how many edits of it were shown."""
    end, skip = query.before, 0
    if before is not None:
        found = _CURSOR.fullmatch(before)
        if not found:
            raise QueryError(f"before is where a part of the list ended, as its link to more says, not {before[:40]!r}")
        last, skip = _EPOCH + timedelta(milliseconds=int(found[1])), int(found[2])
        end = min(last + _INSTANT, end) if end else last + _INSTANT
    edits = list(sources.index.iter_edits(replace(query, before=end, limit=skip + PER_PAGE + 1)))[skip:]
    if len(edits) <= PER_PAGE:
        return edits, None
    shown = edits[:PER_PAGE]
    last_ms = _ms(shown[-1].seen)
    ties = sum(_ms(edit.seen) == last_ms for edit in shown)
    if before and before.startswith(f"{last_ms}."):
        ties += skip
    return shown, f"{last_ms}.{ties}"


def _ms(instant: datetime) -> int:
    return (instant - _EPOCH) // _INSTANT


def _edit_line(sources: Sources, edit: Edit, *, is_short: bool = True) -> EditLine:
    path = article_path(edit.article)
    holding = sources.index.find_holding(edit.article)
    is_text = edit.path != edit.before
    blocks: tuple[ChangedBlock, ...] = ()
    if is_short and is_text and holding:
        texts = _texts(sources.archive.iter_article(edit.article, holding.first_path))
        blocks = _blocks_of(sources, texts, edit.revision)
    outlet = sources.get_outlet(edit.outlet)
    return EditLine(
        article=edit.article,
        path=path,
        headline=edit.headline,
        outlet=edit.outlet,
        outlet_name=outlet.name,
        language=(holding.language if holding else None) or outlet.language,
        revision=edit.revision,
        classes=edit.classes,
        after=edit.after,
        seen=edit.seen,
        changes=f"{path}/changes/{edit.revision}" if is_text else None,
        history=f"{path}/history",
        excerpt=shorten(blocks),
        blocks=tuple(only_changed(blocks)[:_MOST_BLOCKS]),
    )


def _class_counts(sources: Sources, chosen: _Chosen, zone: ZoneInfo) -> tuple[Count, ...]:
    counted = sources.index.count_edits(replace(chosen.query(zone), classes=frozenset()), "class")
    return tuple(
        Count(name, counted.get(name, 0), chosen.with_class(name).path())
        for name in EDIT_CLASSES
        if name in counted or name in chosen.classes
    )


def _outlet_counts(sources: Sources, chosen: _Chosen, zone: ZoneInfo) -> tuple[Count, ...]:
    counted = sources.index.count_edits(replace(chosen.query(zone), outlets=frozenset()), "outlet")
    return tuple(
        Count(
            name,
            counted.get(name, 0),
            chosen.with_outlet(name).path(),
            sources.get_outlet(name).name,
        )
        for name in dict.fromkeys((*counted, *chosen.outlets))
    )


def _days(sources: Sources, chosen: _Chosen, zone: ZoneInfo) -> tuple[Place, ...]:
    """The latest days with edits that match, whatever day was asked for."""
    query = replace(chosen, day=None).query(zone)
    days: list[Place] = []
    end: datetime | None = None
    while len(days) < _MOST_DAYS:
        newest = next(iter(sources.index.iter_edits(replace(query, before=end, limit=1))), None)
        if newest is None:
            break
        day = newest.seen.astimezone(zone).date()
        days.append(Place(str(day), replace(chosen, day=None if day == chosen.day else day).path()))
        end, _ = day_bounds(day, zone)
    return tuple(days)
