"""What a feed says about itself: the children of its channel or feed element that are not entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ._limits import MAX_LISTED
from ._markup import XML_LANG, absolute, atom_headline, atom_markup, headline, markup, plain
from ._names import Names
from ._persons import name_person, read_atom_person


@dataclass
class Channel:
    """The feed's own words, before entries are read and before dates are understood."""

    base: str | None = None
    title: str = ""
    description: str | None = None
    home_url: str | None = None
    self_url: str | None = None
    next_url: str | None = None
    language: str | None = None
    updated: str | None = None
    published: str | None = None
    ttl_s: float | None = None
    period_s: float | None = None
    frequency: float = 1.0
    pictures: dict[int, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    skip_hours: set[int] = field(default_factory=set)
    skip_days: set[int] = field(default_factory=set)

    @property
    def rhythm_s(self) -> float | None:
        """The publisher's wish for the time between two polls: the longer of ttl and update period."""
        wishes = [self.ttl_s, self.period_s / self.frequency if self.period_s else None]
        return max((wish for wish in wishes if wish), default=None)


def read_channel(elements: Iterable[etree._Element], names: Names, base: str | None) -> Channel:
    """What the elements say, the first word of each kind winning."""
    channel = Channel(base)
    readers: dict[str, Reader | None] = {}
    for element in elements:
        tag = element.tag
        if isinstance(tag, str):
            if tag not in readers:
                readers[tag] = CHANNEL_READERS.get(names.of(element))
            reader = readers[tag]
            if reader:
                reader(channel, element)
    return channel


Reader = Callable[[Channel, Any], None]


def _title(channel: Channel, element: etree._Element) -> None:
    channel.title = channel.title or headline(plain(element))


def _atom_title(channel: Channel, element: etree._Element) -> None:
    channel.title = channel.title or atom_headline(element)


def _description(channel: Channel, element: etree._Element) -> None:
    channel.description = channel.description or markup(element) or None


def _atom_description(channel: Channel, element: etree._Element) -> None:
    channel.description = channel.description or atom_markup(element) or None


def _link(channel: Channel, element: etree._Element) -> None:
    text = (element.text or "").strip()
    if text and channel.home_url is None:
        channel.home_url = absolute(text, channel.base)
    elif not text:
        _atom_link(channel, element)


def _atom_link(channel: Channel, element: etree._Element) -> None:
    target = absolute(element.get("href"), channel.base)
    relation = (element.get("rel") or "alternate").strip().lower().rpartition("/")[2]
    kind = element.get("type")
    if target is None:
        return
    if relation == "self":
        channel.self_url = channel.self_url or target
    elif relation in ("next", "prev-archive", "next-archive"):
        channel.next_url = target if relation == "next" or channel.next_url is None else channel.next_url
    elif relation == "alternate" and kind in (None, "", "text/html", "application/xhtml+xml"):
        channel.home_url = channel.home_url or target


def _language(channel: Channel, element: etree._Element) -> None:
    channel.language = channel.language or plain(element).replace("_", "-") or None


def _updated(channel: Channel, element: etree._Element) -> None:
    channel.updated = channel.updated or plain(element) or None


def _published(channel: Channel, element: etree._Element) -> None:
    channel.published = channel.published or plain(element) or None


def _author(channel: Channel, element: etree._Element) -> None:
    name = read_atom_person(element) if len(element) else name_person(plain(element))
    if name and len(channel.authors) < MAX_LISTED and name not in channel.authors:
        channel.authors.append(name)


def _second_author(channel: Channel, element: etree._Element) -> None:
    if not channel.authors:
        _author(channel, element)


def _category(channel: Channel, element: etree._Element) -> None:
    words = [(element.get("label") or element.get("term") or element.get("text") or (element.text or "")).strip()]
    words += [child.get("text") or "" for child in element.iterchildren("*")]
    for word in words:
        if word and len(channel.categories) < MAX_LISTED and word not in channel.categories:
            channel.categories.append(word)


def _keywords(channel: Channel, element: etree._Element) -> None:
    for word in re.split(r"[,，;、]", plain(element))[:MAX_LISTED]:
        if word.strip() and word.strip() not in channel.categories:
            channel.categories.append(word.strip())


def _picture(rank: int) -> Reader:
    """A reader for one kind of picture; the lowest rank wins."""

    def read(channel: Channel, element: etree._Element) -> None:
        url = (
            element.get("href") or element.get("url") or _text_of_child(element, "url") or (element.text or "").strip()
        )
        target = absolute(url, channel.base)
        if target:
            channel.pictures.setdefault(rank, target)

    return read


def _text_of_child(element: etree._Element, local: str) -> str:
    return next((plain(child) for child in element.iterchildren("*") if str(child.tag).lower().endswith(local)), "")


def _ttl(channel: Channel, element: etree._Element) -> None:
    number = _read_number(element)
    if number:
        channel.ttl_s = number * 60


_PERIODS_S = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": 365 * 86400}


def _period(channel: Channel, element: etree._Element) -> None:
    channel.period_s = _PERIODS_S.get(plain(element).lower())


def _frequency(channel: Channel, element: etree._Element) -> None:
    channel.frequency = _read_number(element) or 1.0


def _read_number(element: etree._Element) -> float | None:
    text = plain(element)
    return float(text) or None if re.fullmatch(r"\d{1,7}(?:\.\d{1,3})?", text) else None


def _skip_hours(channel: Channel, element: etree._Element) -> None:
    for child in element.iterchildren("*"):
        text = plain(child)
        if text.isdecimal() and len(text) < 3 and int(text) <= 24:
            channel.skip_hours.add(int(text) % 24)


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _skip_days(channel: Channel, element: etree._Element) -> None:
    for child in element.iterchildren("*"):
        if plain(child).lower() in _DAYS:
            channel.skip_days.add(_DAYS.index(plain(child).lower()))


CHANNEL_READERS: dict[str, Reader] = {
    "title": _title,
    "atom:title": _atom_title,
    "dc:title": _title,
    "description": _description,
    "dc:description": _description,
    "itunes:summary": _description,
    "itunes:subtitle": _description,
    "atom:subtitle": _atom_description,
    "atom:tagline": _atom_description,
    "link": _link,
    "atom:link": _atom_link,
    "language": _language,
    "dc:language": _language,
    "lastbuilddate": _updated,
    "atom:updated": _updated,
    "atom:modified": _updated,
    "dcterms:modified": _updated,
    "pubdate": _published,
    "atom:published": _published,
    "dc:date": _published,
    "managingeditor": _author,
    "author": _author,
    "atom:author": _author,
    "dc:creator": _author,
    "dc:author": _author,
    "itunes:author": _second_author,
    "category": _category,
    "atom:category": _category,
    "dc:subject": _category,
    "itunes:category": _category,
    "itunes:keywords": _keywords,
    "image": _picture(0),
    "atom:logo": _picture(1),
    "itunes:image": _picture(2),
    "atom:icon": _picture(3),
    "ttl": _ttl,
    "sy:updateperiod": _period,
    "sy:updatefrequency": _frequency,
    "skiphours": _skip_hours,
    "skipdays": _skip_days,
}


def find_language(*elements: etree._Element) -> str | None:
    """The first ``xml:lang`` of the elements."""
    return next((value.replace("_", "-") for element in elements if (value := element.get(XML_LANG))), None)
