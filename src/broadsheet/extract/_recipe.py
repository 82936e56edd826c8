"""Recipes: per-outlet rules as data, for pages on which the vote of extractors is not good enough.

Selectors are CSS (translated by cssselect), since whoever writes a recipe looks at a page in a browser whose tools
speak CSS, and because a selector cannot do more than select. A recipe is a TOML text; every key it may have is a field
of ``Recipe``. This module parses text; which files there are is the caller's affair.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from broadsheet.errors import SettingsError

FullText = Literal["always", "never", "auto"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Rules for one outlet.

    ``hosts`` are the host names of one site without ``www.``; ``paths``, where there are any, are the beginnings of
    paths there that are this outlet's, in whole segments. ``take`` selects what holds the text, ``drop`` what must go;
    ``headline``, ``deck``, ``byline``, ``date``, ``section`` and ``next_page`` select the elements that hold those,
    ``picture`` what holds pictures of the article outside its text. ``agency`` and ``dateline`` are patterns over the
    plain text whose first group (or whole match) counts; blocks in which ``drop_text`` is found go. ``feeds`` are
    addresses of feeds; ``number`` is a pattern over the path of an article's address whose group is the outlet's own
    number for it. ``zone`` is the time zone of dates without one. ``full_text`` says when the page is fetched although
    the feed holds a text.
    """

    name: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...] = ()
    language: str | None = None
    zone: str | None = None
    take: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    deck: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    picture: tuple[str, ...] = ()
    next_page: tuple[str, ...] = ()
    drop_text: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    dateline: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    number: str | None = None
    full_text: FullText = "auto"

    def matches(self, host: str, path: str = "/") -> bool:
        """Whether the recipe is for an address: one of its hosts or a host below it, and below one of its paths."""
        return self.nearness(host, path) > 0

    def nearness(self, host: str, path: str = "/") -> int:
        """How many letters of ``host`` and ``path`` the recipe names; 0 if it is for another place."""
        host = host.lower().removeprefix("www.")
        named = max((len(own) for own in self.hosts if host == own or host.endswith("." + own)), default=0)
        if not named or not self.paths:
            return named
        below = max((len(own) for own in self.paths if f"{path}/".startswith(f"{own}/")), default=0)
        return named + below if below else 0


SELECTORS: Final = ("take", "drop", "headline", "deck", "byline", "date", "section", "picture", "next_page")
PATTERNS: Final = ("agency", "dateline", "drop_text")


def parse_recipe(text: str) -> Recipe:
    """The recipe in a TOML text; SettingsError names the key that is wrong and what it should hold."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the recipe is not TOML: {error}") from None
    known = {field.name for field in fields(Recipe)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise SettingsError(f"the recipe has an unknown key {key!r}; known are {', '.join(sorted(known))}")
        values[key] = _value(key, value)
    for key in ("name", "hosts"):
        if not values.get(key):
            raise SettingsError(f"the recipe lacks {key!r}")
    return Recipe(**values)


def _value(key: str, value: Any) -> Any:
    if key in ("name", "language", "zone", "number", "full_text"):
        if not isinstance(value, str) or not value:
            raise SettingsError(f"recipe key {key!r} must be a text, not {value!r}")
        _check_text(key, value)
        return value
    members = [value] if isinstance(value, str) else value
    if not isinstance(members, list) or not all(isinstance(member, str) and member for member in members):
        raise SettingsError(f"recipe key {key!r} must be a list of texts, not {value!r}")
    for member in members:
        if key == "paths" and (not member.startswith("/") or member.endswith("/")):
            raise SettingsError(f"recipe key 'paths' must hold paths such as /news, without a last /, not {member!r}")
        if key in SELECTORS:
            selector(member, key)
        elif key in PATTERNS:
            pattern(member, key)
    return tuple(members)


def _check_text(key: str, value: str) -> None:
    if key == "full_text" and value not in get_args(FullText):
        raise SettingsError(f"recipe key 'full_text' must be one of {', '.join(get_args(FullText))}, not {value!r}")
    if key == "number" and pattern(value, key).groups != 1:
        raise SettingsError(f"recipe key 'number' must be a pattern with one group, not {value!r}")
    if key == "zone":
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise SettingsError(f"recipe key 'zone' must be a zone such as Asia/Shanghai, not {value!r}") from None


@lru_cache(maxsize=1000)
def selector(text: str, key: str) -> CSSSelector:
    """The selector, ready; SettingsError names the key."""
    try:
        return CSSSelector(text, translator="html")
    except SelectorError as error:
        raise SettingsError(f"recipe key {key!r}: {text!r} is not a CSS selector ({error})") from None


@lru_cache(maxsize=1000)
def pattern(text: str, key: str) -> re.Pattern[str]:
    """The pattern, ready; SettingsError names the key."""
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        raise SettingsError(f"recipe key {key!r}: {text!r} is not a regular expression ({error})") from None


def select(root: HtmlElement, selectors: tuple[str, ...], key: str) -> list[HtmlElement]:
    """All elements under ``root`` that one of the selectors matches: those of the first selector that has any."""
    for text in selectors:
        found = selector(text, key)(root)
        if found:
            return list(found)
    return []


def select_all(root: HtmlElement, selectors: tuple[str, ...], key: str) -> list[HtmlElement]:
    """All elements under ``root`` that any of the selectors matches."""
    return [element for text in selectors for element in selector(text, key)(root)]
