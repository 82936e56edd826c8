"""The HTML room: foreign markup in, our canonical and safe body out.

A canonical body holds semantic tags only, one leaf block per line, no style and no script; see
``canonical_body``. Knows nothing of feeds, pages, documents or storage.
"""

from __future__ import annotations

from broadsheet.html._canonical import canonical_body, canonical_element
from broadsheet.html._reading import Body, headline_text, iter_pictures, plain_text, read_body, with_alternatives
from broadsheet.html._space import cut_between

__all__ = [
    "Body",
    "canonical_body",
    "canonical_element",
    "cut_between",
    "headline_text",
    "iter_pictures",
    "plain_text",
    "read_body",
    "with_alternatives",
]
