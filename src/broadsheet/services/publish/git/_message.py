"""What a commit says came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

_ORDER = ("new", "revised", "taken down")


def message_of(counts: Mapping[str, Counter[str]], pictures: int, rejoined: Counter[str]) -> str:
    """``12 new, 3 revised: voa 9, example 6``, with a line per outlet under it."""
    told = {outlet: count for outlet, count in sorted(counts.items()) if count.total()}
    total = sum(told.values(), Counter())
    if not told:
        subject = f"{pictures:,} pictures" if pictures else "Lists and notes brought up to date"
        return f"{subject}\n"
    parts = [f"{outlet} {count.total():,}" for outlet, count in told.items()]
    subject = f"{_sum(total)}: {', '.join(parts)}"
    if len(subject) > 72:
        subject = f"{_sum(total)} of {len(told)} outlets"
    lines = [f"{outlet}: {_sum(count)}" for outlet, count in told.items()]
    if pictures:
        lines.append(f"{pictures:,} pictures")
    if rejoined.total():
        lines.append("joined with what another machine published: "
                     + ", ".join(f"{count:,} {what}" for what, count in sorted(rejoined.items()) if count))  # fmt: skip
    return subject + "\n\n" + "\n".join(lines) + "\n"


def _sum(count: Counter[str]) -> str:
    return ", ".join(f"{count[what]:,} {what}" for what in _ORDER if count[what])
