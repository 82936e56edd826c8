"""Who says what: the reports of one story side by side, and where they differ."""

from __future__ import annotations

from broadsheet.stories.comparison._comparison import compare_reports
from broadsheet.stories.comparison._lede import best_lede

__all__ = ["best_lede", "compare_reports"]
