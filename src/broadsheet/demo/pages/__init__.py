"""Pages of the newsroom: each outlet prints in its own manner, as real ones do, with everything around the text.

A template reads a :class:`~broadsheet.demo.desk.Piece` and nothing else; it must not know HTTP or
what was edited.
"""

from __future__ import annotations

from html import escape
from typing import Protocol

from broadsheet.demo.desk import Masthead, Piece, Press
from broadsheet.demo.pages import _beacon, _ferrypost, _harbour, _northshore, _yunling


class _Template(Protocol):
    """What a module of this folder offers."""

    MANNER: str

    def home(self, press: Press, masthead: Masthead, base: str) -> str: ...

    def article(self, piece: Piece, press: Press, masthead: Masthead, base: str) -> str: ...


_TEMPLATES: dict[str, _Template] = {
    "harbour": _harbour,
    "northshore": _northshore,
    "yunling": _yunling,
    "ferrypost": _ferrypost,
    "beacon": _beacon,
}

PICTURE_MANNERS = {outlet: template.MANNER for outlet, template in _TEMPLATES.items()}
"""How each outlet prints its pictures."""


def home_page(press: Press, outlet: str) -> str:
    """The front page of an outlet, with its feeds announced."""
    masthead = press.get_masthead(outlet)
    return _TEMPLATES[outlet].home(press, masthead, masthead.url)


def article_page(piece: Piece, press: Press, page: int = 1) -> str:
    """The page of a piece; ``page`` counts from 1 and matters for long reads only."""
    masthead = press.get_masthead(piece.outlet)
    if piece.outlet == "beacon":
        return _beacon.article(piece, press, masthead, masthead.url, page)
    return _TEMPLATES[piece.outlet].article(piece, press, masthead, masthead.url)


def consent_page(piece: Piece, press: Press) -> str:
    """What a visitor without the cookie ``consent=yes`` gets in place of a piece."""
    masthead = press.get_masthead(piece.outlet)
    return _beacon.consent(press, masthead, masthead.url, piece)


def page_count(piece: Piece) -> int:
    """How many pages the piece is spread over."""
    return _beacon.page_count(piece)


def doorstep_page(press: Press) -> str:
    """The page at ``/`` of any host that is no outlet's: which outlets there are and where their feeds are."""
    rows = "".join(
        f'<tr><td><a href="{m.url}{m.home}">{m.name}</a></td><td><a href="{m.url}{m.feed}">{m.dialect}</a></td></tr>'
        for m in press.mastheads
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Newsroom</title></head><body>'
        f"<h1>Newsroom, round {press.round}</h1><table>{rows}</table>"
        f'<p><a href="/opml.xml">OPML</a></p></body></html>\n'
    )


def error_page(status: int, words: str) -> str:
    """A short page for 404, 410 and the like."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{status}</title></head>'
        f"<body><h1>{status}</h1><p>{escape(words)}</p></body></html>\n"
    )
