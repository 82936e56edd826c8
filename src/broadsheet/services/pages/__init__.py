"""Turns a question into a frozen Page. Knows no HTTP and no markup: faces ask, renderers write.

Every function takes ``Sources`` and the reader's zone. NotFoundError says what there is not.
"""

from __future__ import annotations

from broadsheet.services.pages._about import about_page, error_page, health_page, run_page, trouble_line
from broadsheet.services.pages._article import (
    Around,
    article_page,
    compose_article,
    compose_revision,
    compose_withheld,
    find_around,
    revision_page,
)
from broadsheet.services.pages._edits import edits_page, find_edits
from broadsheet.services.pages._history import INLINE, SIDES, changes_page, history_page
from broadsheet.services.pages._lists import front_page, outlets_page
from broadsheet.services.pages._outlet import outlet_page
from broadsheet.services.pages._search import BEST, NEWEST, search_page
from broadsheet.services.pages._sources import Search, Sources, outlet_ids
from broadsheet.services.pages._stories import Related, copies_page, related_to, stories_page, story_page

__all__ = [
    "BEST",
    "INLINE",
    "NEWEST",
    "SIDES",
    "Around",
    "Related",
    "Search",
    "Sources",
    "about_page",
    "article_page",
    "changes_page",
    "compose_article",
    "compose_revision",
    "compose_withheld",
    "copies_page",
    "edits_page",
    "error_page",
    "find_around",
    "find_edits",
    "front_page",
    "health_page",
    "history_page",
    "outlet_ids",
    "outlet_page",
    "outlets_page",
    "related_to",
    "revision_page",
    "run_page",
    "search_page",
    "stories_page",
    "story_page",
    "trouble_line",
]
