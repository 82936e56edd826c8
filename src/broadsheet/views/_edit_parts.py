# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""What pages about edits are made of: edits in lists, rows of a history, blocks of a difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broadsheet.views._parts import told


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that stand in both texts, only in the old, or only in the new."""

    kind: str = told("same, old, new, or cut: words left out here")
    text: str = told("the words, plain text")
    is_number: bool = told("whether this is a number, date or share that changed", False)


@dataclass(frozen=True, slots=True)
class ChangedBlock:
    """One block of two texts laid side by side."""

    kind: str = told("same, changed, added, removed or moved")
    role: str = told("what the block is: headline, deck, byline, agency, caption or text")
    pieces: tuple[Piece, ...] = told("same and old ones joined are the old block, same and new ones the new block")


@dataclass(frozen=True, slots=True)
class PictureChange:
    """A picture that stands in only one of two texts."""

    kind: str = told("added or removed")
    url: str = told("its address at the outlet")
    picture: str | None = told("path of the kept picture, null where it is not kept")
    alt: str = told("its words: alternative text or caption")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two revisions that are compared."""

    revision: int = told("number of the revision")
    path: str = told("path of its page")
    headline: str = told("its headline")
    captured: datetime = told("when it was captured")
    sha256: str = told("digest of its document's bytes")
    document: str = told("path of the document's bytes")
    extractor: str = told("what read the text out of its source")


@dataclass(frozen=True, slots=True)
class EditLine:
    """One edit in a list."""

    article: str = told("id of the article")
    path: str = told("path of the article's page")
    headline: str = told("headline after the edit, plain text")
    outlet: str = told("id of the outlet")
    outlet_name: str = told("name of the outlet")
    language: str | None = told("language tag of the text")
    revision: int = told("number of the revision that the edit made")
    classes: tuple[str, ...] = told("what was edited: headline, number, quote, vanished …")
    after: datetime = told("when the text before it was last seen")
    seen: datetime = told("when the edit was seen; it was made between the two")
    changes: str | None = told("path of the page that shows the difference; null where only the page came or went")
    history: str = told("path of the article's history")
    reason: str | None = told("what the outlet answered in place of a page that vanished", None)
    excerpt: tuple[Piece, ...] = told("the difference in short", ())
    blocks: tuple[ChangedBlock, ...] = told("the blocks that changed, the first few", ())


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step in the history of an article: a revision, or its page's vanishing or coming back."""

    kind: str = told("first, edit, vanished, back or taken-down")
    revision: int = told("number of the revision that is newest at this step")
    path: str = told("path of the revision's page")
    headline: str = told("headline of that revision")
    classes: tuple[str, ...] = told("what made us keep it")
    after: datetime | None = told("when what stood before was last seen; null for the first")
    seen: datetime = told("when this was first seen")
    sha256: str = told("digest of the document's bytes")
    document: str = told("path of the document's bytes")
    changes: str | None = told("path of the page that shows the difference to the revision before")
    reason: str | None = told("what the outlet answered instead of the page, or why the text was taken down")
    excerpt: tuple[Piece, ...] = told("the difference in short", ())


@dataclass(frozen=True, slots=True)
class Edited:
    """That an article was edited, or its page vanished, said on its own page."""

    times: int = told("how many edits of the text were seen")
    classes: tuple[str, ...] = told("classes of the newest edit, and vanished where the page is gone")
    after: datetime = told("when the text before the newest edit was last seen")
    seen: datetime = told("when the newest edit was seen")
    path: str = told("path of the article's history")
    changes: str | None = told("path of the page that shows the newest difference")
