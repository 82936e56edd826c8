"""Where pages and files stand, as links from one of them: on the server from its root, in a static site relative.

A Page names others by path (see ``page``); only here does a path become an address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Protocol

from broadsheet.views.page import twin_path

FILES = ("pictures/", "documents/", "static/", "outlets.opml")
"""Beginnings of paths that name files, not pages."""

_LINK = re.compile(r'(<(?:a|link|img|script|form)\b[^<>]*?) (href|src|action)="/([^"/][^"]*|)"')
_TWIN = re.compile(r"(?P<path>[^?]*)\.(?P<suffix>json|atom|md|txt)(?P<query>\?.*)?", re.DOTALL)


class Places(Protocol):
    """Turns paths into addresses; None where there is no such page or file."""

    def page(self, path: str, suffix: str = "html") -> str | None:
        """The address of the page at ``path`` in the form ``suffix``."""

    def file(self, path: str) -> str | None:
        """The address of a picture, a document or a file of the reader's own."""


@dataclass(frozen=True, slots=True)
class Rooted:
    """Addresses from the root of a server, or from ``base`` (no slash at its end)."""

    base: str = ""

    def page(self, path: str, suffix: str = "html") -> str:
        """See ``Places.page``."""
        return f"{self.base}/{path if suffix == 'html' else twin_path(path, suffix)}"

    def file(self, path: str) -> str:
        """See ``Places.file``."""
        return f"{self.base}/{path}"


ROOTED = Rooted()


def relocate(markup: str, places: Places) -> str:
    """HTML whose links from the root lead where ``places`` says; one to a page that there is not becomes plain words.

    Reads only what stands in tags: in our HTML a ``<`` of text is always escaped.
    """

    def rewrite(found: re.Match[str]) -> str:
        tag, name, rest = found.groups()
        path = unescape(rest)
        place = find_place(path, places)
        return tag if place is None else f'{tag} {name}="{escape(place)}"'

    return _LINK.sub(rewrite, markup)


def find_place(path: str, places: Places) -> str | None:
    """The address for ``path``, which names a file, a page, or one of its twins."""
    if path.startswith(FILES):
        return places.file(path)
    if found := _TWIN.fullmatch(path):
        bare = "" if found["path"] == "front" else found["path"]
        return places.page(bare + (found["query"] or ""), found["suffix"])
    return places.page(path)
