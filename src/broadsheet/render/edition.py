"""An edition: a day or a week of chosen outlets in one piece, to be written as one HTML file or sent as a mail.

Here is what it is made of and how its pictures get their addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape, unescape

from broadsheet.render.body import PICTURES
from broadsheet.render.words import day_words, say
from broadsheet.views.page import EditLine, Line, StoryPage

_PICTURE = re.compile(rf'<img src="{PICTURES}([0-9a-f]{{64}})" alt="([^"]*)"([^<>]*)>')
_LOADING = re.compile(r' (?:loading|decoding)="[a-z]*"')


@dataclass(frozen=True, slots=True)
class EditionArticle:
    """An article of an edition: ``body`` is safe HTML and ``text`` the same plain, both as far as its outlet's rule
    lets out; ``is_whole`` says whether that is all of it. ``number`` counts from 1 and names its place."""

    number: int
    line: Line
    language: str | None
    body: str
    text: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class EditionOutlet:
    """The articles of one outlet, newest first, and how many more there were."""

    name: str
    language: str | None
    articles: tuple[EditionArticle, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What an edition tells, without regard to its form. ``first`` and ``last`` are its days in ``zone``."""

    archive: str
    language: str
    zone: str
    first: date
    last: date
    stories: tuple[StoryPage, ...]
    edits: tuple[EditLine, ...]
    has_more_edits: bool
    outlets: tuple[EditionOutlet, ...]

    @property
    def days(self) -> str:
        """The day or days in words."""
        days = dict.fromkeys((self.first, self.last))
        return " – ".join(day_words(day, self.language) for day in days)

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.archive} · {self.days}"

    @property
    def articles(self) -> tuple[EditionArticle, ...]:
        """Every article of it."""
        return tuple(article for outlet in self.outlets for article in outlet.articles)

    def count_pictures(self) -> dict[str, int]:
        """Digest -> how often the articles show the picture, in the order of their first places."""
        counted: dict[str, int] = {}
        for article in self.articles:
            for found in _PICTURE.finditer(article.body):
                counted[found[1]] = counted.get(found[1], 0) + 1
        return counted


@dataclass(frozen=True, slots=True)
class EditionPictures:
    """Addresses of the pictures that go with an edition, by digest, and how many were left out for their size.

    ``is_bare``: nobody wanted any.
    """

    addresses: Mapping[str, str]
    left_out: int = 0
    is_bare: bool = False

    def note(self, language: str) -> str:
        """What there is to say of those that are not there; empty for nothing."""
        if self.is_bare:
            return say(language, "edition_bare")
        return say(language, "edition_lost", n=self.left_out) if self.left_out else ""

    def place(self, body: str, language: str) -> str:
        """The safe HTML ``body`` with its pictures at their addresses; words stand for those that have none."""

        def rewrite(found: re.Match[str]) -> str:
            digest, alt, rest = found.groups()
            if address := self.addresses.get(digest):
                return f'<img src="{escape(address)}" alt="{alt}"{_LOADING.sub("", rest)}>'
            words = " · ".join(filter(None, (say(language, "edition_picture"), unescape(alt))))
            return f'<span class="missing">[{escape(words)}]</span>'

        return _PICTURE.sub(rewrite, body)
