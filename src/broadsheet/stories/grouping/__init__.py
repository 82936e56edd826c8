"""Articles to stories, and to families of copies: pure decisions about which texts tell of one happening."""

from __future__ import annotations

from broadsheet.stories.grouping._alignment import align_copies, choose_base
from broadsheet.stories.grouping._families import families_of, family_id, is_tie
from broadsheet.stories.grouping._grouper import GROUPER, Grouper, Placement, story_id
from broadsheet.stories.grouping._likeness import Tuning
from broadsheet.stories.grouping._sketches import SKETCH_VERSION, Kin, Sketch, candidate_keys, kinship, sketch_of
from broadsheet.stories.grouping._terms import Terms, terms_of

__all__ = [
    "GROUPER",
    "SKETCH_VERSION",
    "Grouper",
    "Kin",
    "Placement",
    "Sketch",
    "Terms",
    "Tuning",
    "align_copies",
    "candidate_keys",
    "choose_base",
    "families_of",
    "family_id",
    "is_tie",
    "kinship",
    "sketch_of",
    "story_id",
    "terms_of",
]
