"""What a recipe finds on a page: each selector and pattern with its matches, for whoever writes the recipe."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from broadsheet.errors import ExtractError
from broadsheet.extract._extract import extract_page
from broadsheet.extract._page import inner_text, open_page
from broadsheet.extract._recipe import PATTERNS, SELECTORS, Recipe, pattern, selector
from broadsheet.html import plain_text

_WORDS = 80


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """One rule of a recipe on one page: its key, its text, how many it matched, and the first words of the first."""

    key: str
    rule: str
    count: int
    words: str = ""


def check_recipe(page: bytes, *, url: str, content_type: str | None, recipe: Recipe) -> list[RuleMatch]:
    """Every rule of ``recipe`` with what it matches: selectors in the page as it came, ``number`` in the address, the
    other patterns in the text that the recipe takes.

    ExtractError where the page holds no text.
    """
    opened = open_page(page, url, content_type)
    found = []
    for key in SELECTORS:
        for rule in getattr(recipe, key):
            elements = selector(rule, key)(opened.root)
            first = elements[0] if elements else None
            words = "" if first is None else first.get("content") or inner_text(first) or first.get("href") or ""
            found.append(RuleMatch(key, rule, len(elements), _start(words)))
    if recipe.number:
        number = pattern(recipe.number, "number").search(urlsplit(url).path)
        found.append(RuleMatch("number", recipe.number, int(number is not None), number[1] if number else ""))
    return found + _check_patterns(page, url, content_type, recipe)


def _check_patterns(page: bytes, url: str, content_type: str | None, recipe: Recipe) -> list[RuleMatch]:
    if not any(getattr(recipe, key) for key in PATTERNS):
        return []
    try:
        text = plain_text(extract_page(page, url=url, content_type=content_type, recipe=recipe).body)
    except ExtractError:
        text = ""
    found = []
    for key in PATTERNS:
        for rule in getattr(recipe, key):
            hits = [match[0] for match in pattern(rule, key).finditer(text)]
            found.append(RuleMatch(key, rule, len(hits), _start(hits[0]) if hits else ""))
    return found


def _start(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _WORDS else words[: _WORDS - 1].rstrip() + "…"
