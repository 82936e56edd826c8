# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""The Pages about edits: an article's history, the difference of two revisions, the edits of the whole archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from broadsheet.views._edit_parts import ChangedBlock, EditLine, HistoryLine, PictureChange, Side
from broadsheet.views._parts import Count, Line, Place, told


@dataclass(frozen=True)
class HistoryPage:
    """The history of an article: every revision, and every time its page vanished or came back."""

    kind: ClassVar[str] = "history"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the newest ledger line of the article was written")
    zone: str = told("the reader's zone")
    line: Line = told("the article as lists show it")
    language: str | None = told("language tag of the text")
    edits: int = told("how many edits of the text were seen")
    lines: tuple[HistoryLine, ...] = told("every step, oldest first")


@dataclass(frozen=True)
class ChangesPage:
    """The difference between two revisions of an article."""

    kind: ClassVar[str] = "changes"
    path: str = told("path of this page, with its query")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the newest ledger line of the article was written")
    zone: str = told("the reader's zone")
    line: Line = told("the article as lists show it")
    language: str | None = told("language tag of the text")
    old: Side = told("the revision compared with")
    new: Side = told("the revision shown as changed")
    classes: tuple[str, ...] = told("what the ledger says was edited; empty where the two do not follow each other")
    after: datetime | None = told("when the old text was last seen; null where the two do not follow each other")
    view: str = told("inline or sides")
    blocks: tuple[ChangedBlock, ...] = told("headline, byline and the like where they changed, then every block")
    pictures: tuple[PictureChange, ...] = told("pictures that only one of the two has")
    is_same: bool = told("whether nothing a reader sees differs")
    other_view: Place = told("the same difference in the other view")
    revisions: tuple[int, ...] = told("numbers of all revisions")
    earlier: Place | None = told("the difference one edit before")
    later: Place | None = told("the difference one edit after")


@dataclass(frozen=True)
class EditsPage:
    """Edits of the whole archive, by outlet, class and day."""

    kind: ClassVar[str] = "edits"
    path: str = told("path of this page, with its query")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which days are counted")
    chosen_classes: tuple[str, ...] = told("classes asked for; empty: all")
    chosen_outlets: tuple[str, ...] = told("outlets asked for; empty: all")
    day: date | None = told("the day asked for; null: all days")
    total: int = told("how many edits match in all")
    lines: tuple[EditLine, ...] = told("edits of this part of the answer, the last seen first")
    classes: tuple[Count, ...] = told("classes with their numbers of edits; the path adds the class or takes it out")
    outlets: tuple[Count, ...] = told("outlets with their numbers of edits; the path adds the outlet or takes it out")
    days: tuple[Place, ...] = told("the latest days with edits")
    everything: Place | None = told("all edits, where something was asked for")
    more: Place | None = told("the next part of the answer")
