"""Pages about edits as rows of an outline: what Markdown and plain text are written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from broadsheet.render._moments import kept_moment, span_words
from broadsheet.render._rows import Row
from broadsheet.render.differences import fold, label_of
from broadsheet.render.words import say_class
from broadsheet.views.page import ChangedBlock, ChangesPage, EditLine, EditsPage, HistoryLine, HistoryPage

Say = Callable[..., str]


def history_rows(page: HistoryPage, say_: Say, language: str) -> Iterator[Row]:
    """The history of an article, step by step."""
    edited = say_("edited_times", n=page.edits) if page.edits else say_("not_edited")
    yield Row(note=f"{page.line.outlet_name} · {edited}")
    yield Row(page.line.headline or say_("no_headline"), path=page.line.path)
    for one in page.lines:
        yield from _step(one, say_, language)


def _step(one: HistoryLine, say_: Say, language: str) -> Iterator[Row]:
    name = {"vanished": "vanished", "back": "back", "taken-down": "take-down"}.get(one.kind)
    words = say_class(language, name) if name else say_("revision", n=one.revision)
    yield Row(words, heading=2, path=None if name else one.path)
    yield Row(note=between(one.after, one.seen, say_))
    if one.kind == "edit":
        yield Row(note=class_list(one.classes, language))
    elif one.kind == "kept":
        yield Row(note=say_("kept_fuller"))
    if one.excerpt:
        yield Row(pieces=one.excerpt)
    elif one.kind == "first":
        yield Row(one.headline)
    if one.reason:
        yield Row(note=one.reason)
    if one.changes:
        yield Row(say_("see_changes"), path=one.changes, is_listed=True)
    if not name:
        yield Row(note=f"{say_('digest')}: {one.sha256}", is_listed=True)


def changes_rows(page: ChangesPage, say_: Say, language: str) -> Iterator[Row]:
    """What one revision changed; what did not change stands in one row where it is long."""
    span = f"{kept_moment(page.old.captured)} → {kept_moment(page.new.captured)}"
    yield Row(note=page.line.outlet_name)
    if page.classes:
        yield Row(note=class_list(page.classes, language))
    yield Row(note=between(page.after, page.new.captured, say_) if page.after else span)
    for one, key in ((page.old, "old_side"), (page.new, "new_side")):
        yield Row(say_(key, n=one.revision), path=one.path, note=f"{say_('digest')}: {one.sha256}", is_listed=True)
    if page.is_same:
        yield Row(say_("no_difference"))
    for run in fold(page.blocks):
        if run.is_folded:
            yield Row(note=f"[{say_('unchanged_n', n=len(run.blocks))}]")
        else:
            yield from (_block(block, language) for block in run.blocks)
    for picture in page.pictures:
        told = f"{say_('picture_' + picture.kind)}: {picture.alt or picture.url}"
        yield Row(note=told, is_listed=True)
    for place, key in ((page.earlier, "earlier_edit"), (page.later, "later_edit")):
        if place:
            yield Row(say_(key), path=place.path)


def _block(block: ChangedBlock, language: str) -> Row:
    label = label_of(block, language)
    return Row(pieces=block.pieces, label=f"{label}: " if label else "")


def edits_rows(page: EditsPage, say_: Say, language: str) -> Iterator[Row]:
    """Edits with their differences in short, then what narrows the list."""
    if not page.total and not page.everything:
        yield Row(say_("no_edits"))
        return
    asked = [*(say_class(language, name) for name in page.chosen_classes), *page.chosen_outlets, str(page.day or "")]
    yield Row(note=" · ".join(filter(None, (say_("edits_n", n=page.total), *asked))))
    if not page.lines:
        yield Row(say_("no_edits_found"))
    for one in page.lines:
        yield from edit_rows(one, say_, language)
    if page.more:
        yield Row(say_("more"), path=page.more.path)
    for key, counts in (("by_class", page.classes), ("outlets", page.outlets)):
        if counts:
            yield Row(say_(key), heading=2)
        for count in counts:
            name = say_class(language, count.label) if key == "by_class" else count.name or count.label
            yield Row(name, path=count.path, note=f"{count.count:,}", is_listed=True)
    if page.days:
        yield Row(say_("by_day"), heading=2)
        yield from (Row(place.label, path=place.path, is_listed=True) for place in page.days)


def edit_rows(one: EditLine, say_: Say, language: str) -> Iterator[Row]:
    """One edit of a list: its headline with what was edited and when, and the difference in short."""
    notes = (class_list(one.classes, language), one.outlet_name, between(one.after, one.seen, say_), one.reason)
    yield Row(
        one.headline or say_("no_headline"),
        path=one.changes or one.history,
        note=" · ".join(filter(None, notes)),
        is_listed=True,
    )
    if one.excerpt:
        yield Row(pieces=one.excerpt, label="  ", is_listed=True, is_inner=True)


def class_list(classes: tuple[str, ...], language: str) -> str:
    """Classes of an edit in words."""
    return (", " if language == "en" else "、").join(say_class(language, name) for name in classes)


def between(after: datetime | None, seen: datetime, say_: Say) -> str:
    """Between which two sightings something was changed, in UTC."""
    if after is None:
        return say_("first_seen", seen=kept_moment(seen))
    start, end = span_words(after, seen)
    return say_("seen_between", after=start, seen=end)
