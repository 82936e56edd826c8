"""Pages about the edits of the whole archive, by outlet, class and day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broadsheet.errors import QueryError
from broadsheet.model import EDIT_CLASSES, Edit, EditQuery
from broadsheet.services.pages._differences import only_changed, shorten
from broadsheet.services.pages._history import answer_of, changed_blocks, texts_of
from broadsheet.services.pages._sources import Sources, article_path, day_bounds, outlet_ids
from broadsheet.views.page import ChangedBlock, Count, EditLine, EditsPage, Place

PER_PAGE = 30
"""Edits in one part of a list."""
OF_DAY = 3
"""Edits on the front page."""
_MOST_BLOCKS = 12
"""Changed blocks that a list holds of one edit."""
_MOST_DAYS = 10
_CURSOR = re.compile(r"([0-9]{1,14})\.([0-9]{1,5})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(milliseconds=1)


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
    reason = None
    if is_short and holding:
        lines = list(sources.archive.iter_article(edit.article, holding.first_path))
        if is_text:
            blocks = changed_blocks(sources, texts_of(lines), edit.revision)
        else:
            of_page = (line for line in lines if (line.captured, line.why) == (edit.seen, edit.classes))
            reason = next((answer_of(line) for line in of_page), None)
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
        reason=reason,
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
