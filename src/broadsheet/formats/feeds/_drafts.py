"""What is known while one entry is read: the document's common ground, and what the entry has said so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lxml import etree

from broadsheet.model import Enclosure, Picture
from broadsheet.text.dates import parse_date

from ._markup import markup
from ._names import Names
from ._sections import SECTION_KEY, Sections


class Reading:
    """What one document's entries share: names, the base address, how to read dates, what was survived."""

    def __init__(self, names: Names, base: str | None, chinese: bool, sections: Sections) -> None:
        self.names = names
        self.base = base
        self.chinese = chinese
        self.sections = sections
        self.readers: dict[Any, Callable[[Draft, etree._Element], None] | None] = {}
        self._known: dict[Any, str] = {}

    def name(self, element: etree._Element) -> str:
        """The element's name in our words, found once per document and tag; "" for comments and their like."""
        tag = element.tag
        try:
            return self._known[tag]
        except KeyError:
            name = self.names.of(element) if isinstance(tag, str) else ""
            self._known[tag] = name
            return name

    def markup(self, element: etree._Element) -> str:
        """The HTML inside, also where it stands apart from the tree."""
        text = markup(element)
        return self.sections.restore(text) if text.startswith(SECTION_KEY) else text

    def date(self, text: str | None) -> datetime | None:
        """A date as this document's outlet writes it."""
        return parse_date(text, chinese=self.chinese) if text else None


class Draft:
    """What an entry's children said so far. Class attributes are the defaults, so that a draft costs nothing."""

    base: str | None = None
    title: str = ""
    second_title: str = ""
    link: str | None = None
    original_link: str | None = None
    guid: str | None = None
    guid_is_link = False
    about: str | None = None
    identifier: str | None = None
    summary: str | None = None
    second_summary: str | None = None
    content: str | None = None
    content_url: str | None = None
    published: str | None = None
    second_published: str | None = None
    created: str | None = None
    updated: str | None = None
    second_author: str | None = None
    language: str | None = None
    source_title: str | None = None
    source_url: str | None = None
    caption: str | None = None
    credit: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str | None], ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    thumbnails: tuple[tuple[str, int | None, int | None], ...] = ()
    depth = 0

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.base = reading.base
