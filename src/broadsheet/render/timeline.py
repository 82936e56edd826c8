"""Numbers per month as a small SVG picture, drawn with attributes only, so that it needs no style of its own.

It may be stretched to any width and height; what the months are is said beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from broadsheet.views.page import Count

HEIGHT = 100
_STEP = 10
_LABELS = 5


def timeline_svg(months: Sequence[Count], label: str) -> str:
    """Bars for consecutive months (``label`` is said to those who cannot see them); empty for no month."""
    if not months:
        return ""
    most = max(max(month.count for month in months), 1)
    bars, years = [], []
    for number, month in enumerate(months):
        x = number * _STEP
        if month.label.endswith("-01"):
            years.append(f"M{x} 0V{HEIGHT}")
        if month.count:
            tall = max(month.count / most * HEIGHT, 2)
            title = f"<title>{escape(month.label)}: {month.count:,}</title>"
            bars.append(f'<rect x="{x + 1}" y="{HEIGHT - tall:.1f}" width="8" height="{tall:.1f}">{title}</rect>')
    return (
        f'<svg class="timeline" viewBox="0 0 {len(months) * _STEP} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}"><path vector-effect="non-scaling-stroke" d="{"".join(years)}M0 {HEIGHT}'
        f'H{len(months) * _STEP}"/>{"".join(bars)}</svg>'
    )


def timeline_labels(months: Sequence[Count]) -> list[str]:
    """Up to five months at even distances, the first and the last among them."""
    if len(months) <= _LABELS:
        return [month.label for month in months]
    return [months[round(place * (len(months) - 1) / (_LABELS - 1))].label for place in range(_LABELS)]
