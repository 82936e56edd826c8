"""From captures and entries to articles: what is taken from a page, and whether page or feed holds the fuller text.

``extract_page`` lets three extractors vote and projects what they agree on onto the page's own blocks, so that
figures, captions, tables and lists survive; a ``Recipe`` comes before the vote. Pure: bytes in, a record out.
"""

from __future__ import annotations

from broadsheet.extract._check import RuleMatch
from broadsheet.extract._choice import Choice, choose_text
from broadsheet.extract._extract import extract_page, join_pages
from broadsheet.extract._extraction import EXTRACTOR, Extraction
from broadsheet.extract._kind import Kind
from broadsheet.extract._origins import with_origins
from broadsheet.extract._recipe import FullText, Recipe, parse_recipe

__all__ = [
    "EXTRACTOR",
    "Choice",
    "Extraction",
    "FullText",
    "Kind",
    "Recipe",
    "RuleMatch",
    "choose_text",
    "extract_page",
    "join_pages",
    "parse_recipe",
    "with_origins",
]
