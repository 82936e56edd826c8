"""Two revisions of an article laid side by side, whole and in short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.html import iter_pictures, plain_text
from broadsheet.model import BlockChange, Document, Picture, Revision
from broadsheet.services.archive import Archive
from broadsheet.text.differences import find_differences
from broadsheet.views.page import ChangedBlock, PictureChange, Piece

MOST_SHORT = 200
"""Characters of a difference in short."""
_CONTEXT = 22
"""Characters of unchanged text on either side of a change in a difference in short."""
_LONGEST = 80
"""Characters of one stretch in a difference in short."""
_CUT = Piece("cut", " … ")


@dataclass(frozen=True, slots=True)
class Printed:
    """One revision: its ledger line and the document that holds it."""

    line: Revision
    document: Document


def read_printed(archive: Archive, line: Revision) -> Printed:
    """The revision that ``line`` states; NotFoundError or FormatError if its document cannot be read."""
    return Printed(line, archive.get_document(line.path))


def choose_pair(texts: Sequence[Revision], old: int, new: int) -> tuple[Revision, Revision]:
    """The lines to compare for revisions ``old`` and ``new``: where there is one, both of the same extractor.

    A text taken again from its capture repeats the revision's number, so that one revision may have several lines.
    """
    after = [line for line in texts if line.revision == new][-1]
    before = [line for line in texts if line.revision == old]
    alike = [line for line in before if line.extractor == after.extractor]
    return (alike or before)[-1], after


def blocks_between(old: Printed, new: Printed) -> tuple[ChangedBlock, ...]:
    """The headline, then deck, byline and agency where they changed, then every block of the two texts.

    A deck that is printed as a block of the text stands there alone.
    """
    before, after = _blocks(old.document), _blocks(new.document)
    found = list(_of_fact("headline", old.document.headline, new.document.headline))
    for role, old_fact, new_fact in _facts(old.line, new.line):
        if role != "deck" or not (old_fact in before or new_fact in after):
            found += _of_fact(role, old_fact, new_fact)
    roles = {words: "deck" for words in (old.line.deck, new.line.deck) if words}
    for one in (old, new):
        roles |= {picture.caption: "caption" for picture in iter_pictures(one.document.body) if picture.caption}
    for change in find_differences(before, after):
        words = change.new if change.new is not None else change.old
        found.append(_block(change, roles.get(words or "", "text")))
    return tuple(found)


def _facts(old: Revision, new: Revision) -> Iterator[tuple[str, str, str]]:
    """What the ledger says of both texts, where it differs; what one reader of pages found and another not is none."""
    is_one_reader = old.extractor == new.extractor
    facts = (
        ("deck", old.deck, new.deck),
        ("byline", old.byline, new.byline),
        ("agency", old.agency.name if old.agency else None, new.agency.name if new.agency else None),
    )
    for role, before, after in facts:
        if before != after and (is_one_reader or (before and after)):
            yield role, before or "", after or ""


def _of_fact(role: str, old: str, new: str) -> list[ChangedBlock]:
    """A headline, deck, byline or agency: one block, even where the two have no word in common."""
    found = [_block(change, role) for change in find_differences([old] if old else [], [new] if new else [])]
    if len(found) < 2:
        return found
    pieces = sorted((piece for block in found for piece in block.pieces), key=lambda piece: piece.kind == "new")
    return [ChangedBlock("changed", role, tuple(pieces))]


def _blocks(document: Document) -> list[str]:
    text = plain_text(document.body)
    return text.split("\n") if text else []


def _block(change: BlockChange, role: str) -> ChangedBlock:
    pieces = tuple(Piece(one.kind, one.text, one.is_number) for one in change.stretches if one.text)
    return ChangedBlock(change.kind, role, pieces)


def pictures_between(old: Printed, new: Printed) -> tuple[PictureChange, ...]:
    """Pictures that only one of the two texts has: those of the old one, then those of the new one."""
    before, after = _pictures(old), _pictures(new)
    gone = [_picture("removed", before[key]) for key in before if key not in after]
    return (*gone, *(_picture("added", after[key]) for key in after if key not in before))


def _pictures(printed: Printed) -> dict[str, tuple[str, str | None, Picture]]:
    """The pictures by what tells them apart: the digest of the kept bytes, else the address of the origin."""
    found = {}
    for picture in iter_pictures(printed.document.body):
        origins = (picture.url, *unwrap(picture.url))
        digest = next((digest for one in origins if (digest := printed.line.pictures.get(one))), None)
        found[digest or origins[1]] = (origins[1], digest, picture)
    return found


def _picture(kind: str, found: tuple[str, str | None, Picture]) -> PictureChange:
    origin, digest, picture = found
    return PictureChange(kind, origin, f"pictures/{digest}" if digest else None, picture.alt or picture.caption or "")


def only_changed(blocks: Iterable[ChangedBlock]) -> list[ChangedBlock]:
    """The blocks that are not the same in both texts."""
    return [block for block in blocks if block.kind != "same"]


def shorten(blocks: Sequence[ChangedBlock], most: int = MOST_SHORT) -> tuple[Piece, ...]:
    """A difference in about ``most`` characters: what weighs most first, each change with a few words around it.

    What changed in the same way more than once is shown once.
    """
    pieces: list[Piece] = []
    shown: set[tuple[str, str]] = set()
    for block in sorted(only_changed(blocks), key=_weight):
        words = {(piece.kind, piece.text.strip().casefold()) for piece in block.pieces if piece.kind != "same"}
        room = most - sum(len(piece.text) for piece in pieces)
        short = _short_block(block.pieces)
        if words <= shown or (pieces and sum(len(piece.text) for piece in short) > room):
            continue
        shown |= words
        pieces = _joined(pieces, _within(short, max(room, _LONGEST)))
    return _trimmed(pieces)


def _joined(pieces: list[Piece], more: list[Piece]) -> list[Piece]:
    """Two differences in short in one row, with one mark between them for all that is left out."""
    if not pieces:
        return more
    begin, end = more[0] == _CUT, pieces[-1] == _CUT
    return [*(pieces[:-1] if end else pieces), _CUT, *(more[1:] if begin else more)]


def _trimmed(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces without white space at either end."""
    if pieces:
        pieces[0] = _part(pieces[0], pieces[0].text.lstrip())
        pieces[-1] = _part(pieces[-1], pieces[-1].text.rstrip())
    return tuple(pieces)


def _weight(block: ChangedBlock) -> int:
    """Headlines, then changed numbers, then other words, then whole paragraphs."""
    if block.role == "headline":
        return 0
    if any(piece.is_number for piece in block.pieces):
        return 1
    return 2 + ("changed", "moved", "added", "removed").index(block.kind)


def _short_block(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for at, piece in enumerate(pieces):
        is_last = at == len(pieces) - 1
        if piece.kind != "same":
            found += (
                [piece] if len(piece.text) <= _LONGEST else [_part(piece, _head(piece.text, _LONGEST).rstrip()), _CUT]
            )
        elif len(piece.text) <= (_CONTEXT if at == 0 or is_last else 2 * _CONTEXT):
            found.append(piece)
        else:
            found += [_part(piece, _head(piece.text, _CONTEXT).rstrip())] * (at > 0)
            found += [_CUT, *([] if is_last else [_part(piece, _tail(piece.text, _CONTEXT).lstrip())])]
    return found


def _within(pieces: Sequence[Piece], most: int) -> list[Piece]:
    found, used = list[Piece](), 0
    for piece in pieces:
        if used > most:
            return [*found, _CUT] if found[-1] != _CUT else found
        found.append(piece)
        used += len(piece.text)
    return found


def _part(piece: Piece, text: str) -> Piece:
    return Piece(piece.kind, text, piece.is_number)


def _head(text: str, most: int) -> str:
    """The beginning of ``text``, not cut through a word of letters."""
    if len(text) <= most:
        return text
    at = most
    while at > most // 2 and _is_inside(text, at):
        at -= 1
    return text[: at if at > most // 2 else most]


def _tail(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    at = len(text) - most
    while at < len(text) - most // 2 and _is_inside(text, at):
        at += 1
    return text[at if at < len(text) - most // 2 else len(text) - most :]


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut at ``at`` goes through a word of a script that writes spaces, or a number."""
    return all((char.isalnum() or char in "'’-.,%") and char < "\u2e80" for char in text[at - 1 : at + 1])
