"""Numbers per month as a small SVG picture, drawn with attributes only, so that it needs no style of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from broadsheet.render.page import Count

WIDTH, HEIGHT, FOOT = 720, 96, 18


def timeline_svg(months: Sequence[Count], label: str) -> str:
    """Bars for consecutive months (``label`` is said to those who cannot see them); empty for no month."""
    if not months:
        return ""
    most = max(max(month.count for month in months), 1)
    step = WIDTH / len(months)
    room = HEIGHT - FOOT
    bars, years = [], []
    for number, month in enumerate(months):
        x = number * step
        if month.count:
            tall = max(month.count / most * (room - 4), 1.5)
            width = min(max(step * 0.82, 0.8), 40)
            title = f"<title>{escape(month.label)}: {month.count:,}</title>"
            bars.append(
                f'<rect x="{x + (step - width) / 2:.1f}" y="{room - tall:.1f}" width="{width:.1f}" '
                f'height="{tall:.1f}" rx="{min(2, width / 4):.1f}">{title}</rect>'
            )
        if _is_labelled(months, number, step):
            years.append(f'<text x="{x + 2:.1f}" y="{HEIGHT - 4}">{escape(_foot(month.label, step))}</text>')
    return (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<path d="M0 {room}.5H{WIDTH}"/>{"".join(bars)}{"".join(years)}</svg>'
    )


def _is_labelled(months: Sequence[Count], number: int, step: float) -> bool:
    """January names its year, as many of them as there is room for; up to twelve months are all named."""
    if step >= 52:
        return True
    label = months[number].label
    years_apart = max(1, round(46 / (step * 12)))
    return (label.endswith("-01") and int(label[:4]) % years_apart == 0) or (number == 0 and label[5:] < "08")


def _foot(label: str, step: float) -> str:
    return label if step >= 52 else label[:4]
