"""What changed between two revisions, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words in a row that stand in both texts, only in the old, or only in the new.

    ``is_number`` marks a changed number, date or share: the stretch is then just that.
    """

    kind: Literal["same", "old", "new"]
    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block (paragraph, heading, caption) of two texts laid side by side.

    ``old`` and ``new`` are the whole block as printed, None on the side where it does not stand. The texts of the
    ``same`` and ``old`` stretches joined give ``old``, those of the ``same`` and ``new`` ones give ``new``. A block
    that is ``moved`` may have changed words too.
    """

    kind: Literal["same", "changed", "added", "removed", "moved"]
    old: str | None
    new: str | None
    stretches: tuple[Stretch, ...]


EDIT_CLASSES = (
    "headline",
    "deck",
    "byline",
    "number",
    "name",
    "quote",
    "negation",
    "date",
    "correction",
    "paragraph-added",
    "paragraph-removed",
    "rewrite",
    "typo",
    "picture",
    "caption",
    "vanished",
    "back",
)
"""What an edit may be, the order in which its classes are stated; several may hold at once."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One later revision of an article, or its page's vanishing and coming back, as the ledger states it.

    It was made between ``after``, when the text before it was last seen, and ``seen``. ``classes`` are the line's
    ``why``: of ``EDIT_CLASSES``, or such as ``fuller``. ``path`` is the document after it, ``before`` the one before it
    (the same where only the page vanished).
    """

    article: str
    outlet: str
    revision: int
    classes: tuple[str, ...]
    headline: str
    after: datetime
    seen: datetime
    path: str
    before: str


@dataclass(frozen=True, slots=True)
class EditQuery:
    """Which edits: of these outlets, of any of these classes, seen from ``after`` and before ``before``."""

    outlets: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None
    article: str | None = None
    limit: int | None = None
