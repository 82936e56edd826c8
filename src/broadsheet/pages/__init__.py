"""Turns a question into a frozen Page. Knows no HTTP and no markup: faces ask, renderers write.

Every function takes ``Sources`` and the reader's zone. NotFoundError says what there is not.
"""

from __future__ import annotations

from broadsheet.pages._about import about_page, error_page, health_page
from broadsheet.pages._article import article_page, revision_page
from broadsheet.pages._edits import edits_page, find_edits
from broadsheet.pages._history import INLINE, SIDES, changes_page, history_page
from broadsheet.pages._lists import front_page, outlets_page
from broadsheet.pages._outlet import outlet_page
from broadsheet.pages._search import BEST, NEWEST, search_page
from broadsheet.pages._sources import Search, Sources
from broadsheet.pages._stories import copies_page, stories_page, story_page

__all__ = [
    "BEST",
    "INLINE",
    "NEWEST",
    "SIDES",
    "Search",
    "Sources",
    "about_page",
    "article_page",
    "changes_page",
    "copies_page",
    "edits_page",
    "error_page",
    "find_edits",
    "front_page",
    "health_page",
    "history_page",
    "outlet_page",
    "outlets_page",
    "revision_page",
    "search_page",
    "stories_page",
    "story_page",
]
