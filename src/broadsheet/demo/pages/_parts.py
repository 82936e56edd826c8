"""What all page templates share: dates in the outlet's zone, links to other pieces, boxes that change without news."""

from __future__ import annotations

from datetime import datetime
from html import escape
from zlib import crc32

from broadsheet.demo.desk import Masthead, Piece, Press

_READERS = {
    "zh-Hans": (("海风_1987", "写得真好，转给家里老人看了。"), ("路过的螃蟹", "沙发。顺便问一句，夜市几点收摊？")),
    "zh-Hant": (("山腰茶客", "終於有人報導了。"), ("阿公的扁擔", "推。")),
    "en": (("tidewatcher", "Thank you for covering this."), ("Third Pillar", "First! Also: what about the parking?")),
}


def local(moment: datetime, masthead: Masthead) -> datetime:
    """The instant on the outlet's own clock."""
    return moment.astimezone(masthead.zone)


def links(pieces: list[Piece] | tuple[Piece, ...], base: str, tag: str = "li") -> str:
    """Headlines as links, one per ``tag``."""
    return "".join(f'<{tag}><a href="{base}{piece.path}">{escape(piece.headline)}</a></{tag}>' for piece in pieces)


def related(piece: Piece, press: Press) -> list[Piece]:
    """The pieces that the desk put beside this one and that exist in this round."""
    found = (press.find_piece(piece.outlet, other) for other in piece.related)
    return [other for other in found if other is not None]


def most_read(press: Press, outlet: str, count: int = 4) -> list[Piece]:
    """A list that changes from round to round although no text did, as such boxes do."""
    pieces = list(press.in_print(outlet))
    return sorted(pieces, key=lambda piece: crc32(f"{piece.id}{press.round}".encode()))[:count]


def token(press: Press, name: str) -> str:
    """A number in the page that is another one in every round: form tokens, advertisement slots."""
    return f"{crc32(f'{name}{press.round}'.encode()):08x}"


def readers(language: str) -> tuple[tuple[str, str], ...]:
    """Two comments by readers: name and words."""
    return _READERS[language]
