"""Differences as HTML, as plain words with marks, and folded; for every twin of a page, and for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from broadsheet.render.markdown_body import plain_inline
from broadsheet.render.words import say
from broadsheet.views.page import ChangedBlock, Piece

CONTEXT = 1
"""Unchanged blocks that stay open on either side of a change."""
_WORTH_FOLDING = 2

OLD_MARKS, NEW_MARKS = ("[-", "-]"), ("{+", "+}")
"""What stands around words only in the old and only in the new text, where nothing but text can be shown."""


@dataclass(frozen=True, slots=True)
class Run:
    """Blocks in a row: those to be shown, or unchanged ones far from any change."""

    is_folded: bool
    blocks: tuple[ChangedBlock, ...]


def fold(blocks: Sequence[ChangedBlock], context: int = CONTEXT) -> list[Run]:
    """The blocks in runs, those further than ``context`` blocks from a change folded where they are two or more."""
    near = [
        any(one.kind != "same" for one in blocks[max(0, at - context) : at + context + 1]) for at in range(len(blocks))
    ]
    runs: list[Run] = []
    for is_near, group in groupby(range(len(blocks)), key=lambda at: near[at]):
        part = tuple(blocks[at] for at in group)
        if is_near or len(part) < _WORTH_FOLDING:
            if runs and not runs[-1].is_folded:
                runs[-1] = Run(False, runs[-1].blocks + part)
            else:
                runs.append(Run(False, part))
        else:
            runs.append(Run(True, part))
    return runs


def of_side(block: ChangedBlock, side: str) -> tuple[Piece, ...]:
    """The pieces of a block that stand in the ``old`` or in the ``new`` text; empty where it does not stand there."""
    gone = {"added": "old", "removed": "new"}.get(block.kind)
    return () if gone == side else tuple(piece for piece in block.pieces if piece.kind in ("same", side))


def pieces_html(pieces: Iterable[Piece], language: str, *, is_whole: bool = False) -> str:
    """The pieces as safe HTML: ``del`` and ``ins`` with words for those who hear the page.

    ``is_whole`` is for a paragraph that was added or removed as a whole: its label says so already.
    """
    return "".join(_piece_html(piece, language, is_whole) for piece in pieces)


def _piece_html(piece: Piece, language: str, is_whole: bool) -> str:
    text = escape(piece.text)
    if piece.kind == "cut":
        return f'<span class="cut">{text}</span>'
    if piece.kind == "same":
        return text
    tag, key = ("del", "mark_old") if piece.kind == "old" else ("ins", "mark_new")
    number = ' class="num"' if piece.is_number else ""
    if is_whole:
        return f"<{tag}>{text}</{tag}>"
    before, words, after = _parted(text)
    heard = f'<span class="heard" lang="{language}">'
    start = f"{heard} [{escape(say(language, key))}: </span>"
    end = f"{heard} {escape(say(language, 'mark_end'))}] </span>"
    return f"{before}<{tag}{number}>{start}{words}{end}</{tag}>{after}"


def _parted(text: str) -> tuple[str, str, str]:
    """The white space before the words, the words, the white space after them; white space alone counts as words."""
    words = text.strip()
    if not words:
        return "", text, ""
    return text[: len(text) - len(text.lstrip())], words, text[len(text.rstrip()) :]


def feed_html(blocks: Iterable[ChangedBlock], language: str) -> str:
    """Changed blocks as HTML for feed readers, which show ``del`` and ``ins`` without our style sheet."""
    return "\n".join(_feed_block(block, language) for block in blocks)


def _feed_block(block: ChangedBlock, language: str) -> str:
    label = label_of(block, language)
    told = f"<small>{escape(label)}</small><br>" if label else ""
    inside = "".join(_feed_piece(piece) for piece in block.pieces).replace("\n", "<br>")
    return f"<p>{told}{inside}</p>"


def _feed_piece(piece: Piece) -> str:
    tag = {"old": "del", "new": "ins"}.get(piece.kind)
    before, words, after = _parted(escape(piece.text))
    told = f"<strong>{words}</strong>" if piece.is_number else words
    return f"{before}<{tag}>{told}</{tag}>{after}" if tag else before + words + after


def label_of(block: ChangedBlock, language: str) -> str:
    """What a block is and what became of it, where that is not plain from its words; else empty."""
    said = [say(language, "role_" + block.role)] if block.role != "text" else []
    if block.kind in ("added", "removed", "moved") and block.role in ("text", "caption"):
        said.append(say(language, "block_" + block.kind))
    return " · ".join(said)


def pieces_text(pieces: Iterable[Piece]) -> str:
    """The pieces on one line, with marks around what was removed and what was added."""
    return "".join(_marked(kind, text) for kind, text in _by_kind(pieces))


def _by_kind(pieces: Iterable[Piece]) -> Iterator[tuple[str, str]]:
    """Kind and words of pieces, neighbours of one kind together; a paragraph's end within them is a ``¶``."""
    for kind, group in groupby(pieces, key=lambda piece: piece.kind):
        yield kind, "".join(piece.text for piece in group).replace("\n", " ¶ ")


def _marked(kind: str, text: str) -> str:
    marks = {"old": OLD_MARKS, "new": NEW_MARKS}.get(kind)
    if marks is None:
        return text
    before, words, after = _parted(text)
    return f"{before}{marks[0]}{words}{marks[1]}{after}"


def pieces_markdown(pieces: Iterable[Piece]) -> str:
    """The pieces as Markdown, in which ``del`` and ``ins`` are marks that no neighbour letter can undo."""
    written = []
    for kind, text in _by_kind(pieces):
        tag = {"old": "del", "new": "ins"}.get(kind)
        before, words, after = _parted(plain_inline(text))
        written.append(f"{before}<{tag}>{words}</{tag}>{after}" if tag else before + words + after)
    return "".join(written)
