"""Articles to stories, and to families of copies: pure decisions about which texts tell of one happening."""

from __future__ import annotations

from broadsheet.stories._grouper import GROUPER, Grouper, Placement, story_id
from broadsheet.stories._terms import Terms, terms_of

__all__ = ["GROUPER", "Grouper", "Placement", "Terms", "story_id", "terms_of"]
