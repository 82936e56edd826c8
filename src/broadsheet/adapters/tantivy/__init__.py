"""The SearchIndex on tantivy: pairs of characters with positions, and each text's set of characters beside them."""

from __future__ import annotations

from broadsheet.adapters.tantivy._engine import TantivySearch

__all__ = ["TantivySearch"]
