"""The pages of lists that a git host shows as they are: Markdown with relative links, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby

from broadsheet.model import Holding, MonthCount, Outlet

_NOT_IN_TARGETS = re.compile(r"[\x00-\x20\x7f<>\\]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&])")


HeldBack = Mapping[str, str]
"""Articles whose text is not published -> the excerpt shown in its place, empty for none. They link to their outlet."""
_NONE: HeldBack = {}


def front_page(
    name: str,
    outlets: Sequence[tuple[Outlet, Sequence[MonthCount]]],
    newest: Sequence[Holding],
    zone: tzinfo,
    held_back: HeldBack = _NONE,
) -> str:
    """``README.md``: every outlet with its numbers, and the newest articles of all."""
    articles = sum(month.articles for _, months in outlets for month in months)
    lines = [
        f"# {plain(name)}",
        "",
        f"{articles:,} articles of {len(outlets)} outlets. Every article is one plain text file under `articles/`; "
        "every line under `ledger/` says when it was captured and proves its bytes (`broadsheet verify`).",
        "",
        "| outlet | articles | first | last |",
        "| --- | ---: | --- | --- |",
    ]
    for outlet, months in outlets:
        count = sum(month.articles for month in months)
        first = min(month.first for month in months).astimezone(zone)
        last = max(month.last for month in months).astimezone(zone)
        link = f"[{plain(outlet.name)}](lists/{outlet.id}.md)"
        lines.append(f"| {link} | {count:,} | {first:%Y-%m-%d} | {last:%Y-%m-%d} |")
    names = {outlet.id: outlet.name for outlet, _ in outlets}
    lines += ["", "## Newest", ""]
    lines += [
        _line(holding, "", zone, held_back, outlet=names.get(holding.outlet, holding.outlet)) for holding in newest
    ]
    return "\n".join(lines) + "\n"


def outlet_page(
    outlet: Outlet,
    months: Sequence[MonthCount],
    newest: Sequence[Holding],
    per_page: int,
    zone: tzinfo,
    held_back: HeldBack = _NONE,
) -> str:
    """``lists/OUTLET.md``: the newest articles, and every month with its pages."""
    count = sum(month.articles for month in months)
    home = f" · [home page]({outlet.home_url})" if outlet.home_url else ""
    lines = [f"# {plain(outlet.name)}", "", f"[All outlets](../README.md) · {count:,} articles{home}", ""]
    lines += ["## Newest", "", *(_line(holding, "../", zone, held_back) for holding in newest), "", "## By month", ""]
    by_year = groupby(sorted(months, key=lambda month: month.month, reverse=True), key=lambda month: month.month[:4])
    for year, group in by_year:
        links = " · ".join(_month_links(outlet.id, month, per_page) for month in group)
        lines.append(f"- **{year}** {links}")
    return "\n".join(lines) + "\n"


def _month_links(outlet: str, month: MonthCount, per_page: int) -> str:
    year, number = month.month.split("-")
    pages = -(-month.articles // per_page)
    first = f"[{number}]({outlet}/{year}/{number}.md)"
    later = "".join(f" [{page}]({outlet}/{year}/{number}-{page}.md)" for page in range(2, pages + 1))
    return f"{first}{later} ({month.articles:,})"


def iter_month_pages(
    outlet: Outlet,
    month: str,
    holdings: Sequence[Holding],
    per_page: int,
    zone: tzinfo,
    held_back: HeldBack = _NONE,
) -> Iterator[tuple[str, str]]:
    """``lists/OUTLET/YEAR/MONTH.md`` and, past ``per_page`` articles, ``MONTH-2.md`` …: (key, text).

    Pages are filled oldest first, so that a full page does not change when articles come; within a page the newest
    stands on top.
    """
    year, number = month.split("-")
    ordered = sorted(holdings, key=lambda holding: (holding.published, holding.article))
    starts = range(0, max(len(ordered), 1), per_page)
    for page, start in enumerate(starts, 1):
        part = ordered[start : start + per_page][::-1]
        name = number if page == 1 else f"{number}-{page}"
        lines = [f"# {plain(outlet.name)}, {month}", "", f"[{plain(outlet.name)}](../../{outlet.id}.md)"]
        if len(starts) > 1:
            lines[-1] += f" · page {page} of {len(starts)}"
        for day, group in groupby(part, key=lambda holding: f"{holding.published.astimezone(zone):%Y-%m-%d}"):
            shown = [_line(holding, "../../../", zone, held_back, with_day=False) for holding in group]
            lines += ["", f"## {day}", "", *shown]
        yield f"lists/{outlet.id}/{year}/{name}.md", "\n".join(lines) + "\n"


def _line(
    holding: Holding, up: str, zone: tzinfo, held_back: HeldBack, *, outlet: str | None = None, with_day: bool = True
) -> str:
    is_whole = holding.article not in held_back
    when = holding.published.astimezone(zone)
    date = f"{when:%Y-%m-%d} " if with_day else f"{when:%H:%M} "
    if holding.published_from == "capture":
        date = f"seen {when:%Y-%m-%d} " if with_day else ""
    if holding.is_taken_down and not is_whole:
        return f"- {date}*taken down*"
    if holding.is_taken_down:
        return f"- {date}*taken down* ([tombstone]({up}{holding.path}))"
    notes = [plain(outlet)] if outlet else []
    if holding.agency:
        notes.append(plain(holding.agency))
    if holding.revision > 1 and not is_whole:
        notes.append(f"{holding.revision} revisions")
    elif holding.revision > 1:
        notes.append(f"{holding.revision} revisions, [first]({up}{holding.first_path})")
    if holding.published_from == "capture":
        notes.append("date unknown")
    tail = " · " + " · ".join(notes) if notes else ""
    target = f"{up}{holding.path}" if is_whole else f"<{_NOT_IN_TARGETS.sub(_escape, holding.url)}>"
    line = f"- {date}[{plain(holding.headline) or '(no headline)'}]({target}){tail}"
    excerpt = plain(held_back.get(holding.article, ""))
    return f"{line}\\\n  {excerpt}" if excerpt else line


def _escape(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def plain(text: str) -> str:
    """``text`` on one line, so that Markdown shows it as it stands."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
