"""The rows of an outline, of which Markdown and plain text are two ways to write."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.render._moments import moment as moment
from broadsheet.views._edit_parts import Piece


@dataclass(frozen=True, slots=True)
class Row:
    """One block of the outline.

    ``heading`` 1 or 2 makes it a heading; ``path`` links the words; ``note`` stands behind them; ``is_listed`` makes
    it a row of a list, ``is_inner`` a further line of the row before it; ``markup`` is a body that each form writes in
    its own way, ``pieces`` a difference, behind ``label``; ``file`` is the path of a file whose address ends the note.
    """

    words: str = ""
    heading: int = 0
    path: str | None = None
    note: str = ""
    is_listed: bool = False
    is_inner: bool = False
    markup: str = ""
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    label: str = ""
    file: str = ""
