# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""The Pages about stories: a list of them, one with who says what, and the copies of one text side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from broadsheet.views._parts import Count, Line, Place, told
from broadsheet.views._story_parts import (
    ComparedPart,
    CopyLine,
    EventPart,
    OnlyPart,
    PicturePart,
    SentenceRow,
    StoryLine,
)


@dataclass(frozen=True)
class StoriesPage:
    """Stories that several outlets report, the one with the newest report first."""

    kind: ClassVar[str] = "stories"
    path: str = told("path of this page, with its query")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the archive last changed")
    zone: str = told("zone in which dates are shown")
    query: str = told("what was typed; empty: all stories")
    problem: str | None = told("what cannot be understood in the query")
    lines: tuple[StoryLine, ...] = told("stories of this part of the list")
    more: Place | None = told("the next part of the list")


@dataclass(frozen=True)
class StoryPage:
    """One story: its reports over time, and who says what."""

    kind: ClassVar[str] = "story"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the newest of its reports was captured")
    zone: str = told("zone in which days are counted")
    story: StoryLine = told("the story as lists show it")
    moved_from: str | None = told("the address that was asked for, where the story stands at another now")
    outlets: tuple[Count, ...] = told("outlets with their numbers of reports")
    days: tuple[Count, ...] = told("reports per day, from the first to the last")
    pictures: tuple[PicturePart, ...] = told("kept lead pictures of its reports, each once")
    differing: tuple[ComparedPart, ...] = told("where reports cannot all be right")
    updates: tuple[ComparedPart, ...] = told("figures that later reports brought up to date")
    quotations: tuple[ComparedPart, ...] = told("words of the same speaker in several wordings, then single ones")
    agreeing: tuple[ComparedPart, ...] = told("what reports state alike")
    only: tuple[OnlyPart, ...] = told("what one report alone has")
    events: tuple[EventPart, ...] = told("its reports by event, in the order of publication")
    copies: tuple[Place, ...] = told("families of copies among its reports")
    left_out: int = told("reports that were not compared, where there are very many")


@dataclass(frozen=True)
class CopiesPage:
    """Copies of one text: which outlet cut, changed or added which sentence."""

    kind: ClassVar[str] = "copies"
    path: str = told("path of this page")
    archive: str = told("name of the archive")
    modified: datetime | None = told("when the newest of the copies was captured")
    zone: str = told("the reader's zone")
    line: Line = told("the article asked for, as lists show it")
    copies: tuple[CopyLine, ...] = told("every copy, in the order of publication")
    rows: tuple[SentenceRow, ...] = told("every sentence, in the order of the text")
    story: Place | None = told("the story they report")
