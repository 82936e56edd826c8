"""An outlet's page: its newest articles, or those of a year, a month or a day.

A month is that of the document's folder, as in the lists kept beside the documents, so that its number and its list
always agree; a day is counted in the reader's zone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError
from broadsheet.model import Holding, HoldingQuery
from broadsheet.services.pages._sources import Sources, day_bounds, line_of, outlet_ids, outlet_line, outlet_line_of
from broadsheet.views.page import Count, OutletLine, OutletPage, Place

PER_PAGE = 100
"""Articles in one part of a month."""
_NEWEST = 50
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def outlet_page(sources: Sources, zone: ZoneInfo, outlet: str, period: str = "", page: int = 1) -> OutletPage:
    """The page of ``outlet`` for a ``period``: empty, ``2023``, ``2023-07`` or ``2023-07-17``."""
    if outlet not in outlet_ids(sources):
        raise NotFoundError(f"there is no outlet {outlet} here")
    if period and not _is_period(period):
        raise NotFoundError(f"{period} is no year, month or day")
    counted = {month.month: month.articles for month in sources.months if month.outlet == outlet}
    holdings = _holdings(sources, zone, outlet, period, counted)
    pages = max(1, -(-len(holdings) // PER_PAGE))
    if not 1 <= page <= pages:
        raise NotFoundError(f"the list has parts 1 to {pages}, not {page}")
    part = holdings[(page - 1) * PER_PAGE : page * PER_PAGE]
    earlier, later = _neighbours(outlet, period, counted)
    return OutletPage(
        path=_path(outlet, period) + (f"?page={page}" if page > 1 else ""),
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        outlet=_numbers(sources, outlet, period, holdings),
        period=period,
        years=() if period else _years(outlet, counted),
        months=_months(outlet, period, counted),
        days=_days(outlet, holdings, zone) if len(period) == 7 else (),
        lines=tuple(line_of(sources, holding) for holding in part),
        page=page,
        pages=pages,
        earlier=earlier,
        later=later,
        within=_within(outlet, period),
    )


def _numbers(sources: Sources, outlet: str, period: str, holdings: Sequence[Holding]) -> OutletLine:
    """The outlet with all its numbers, or with those of the period, which change no more once it is over."""
    if not period:
        return outlet_line(sources, outlet)
    if len(period) > 4:
        return outlet_line_of(sources, outlet, holdings)
    of_year = [one for one in sources.months if one.outlet == outlet and one.month.startswith(period)]
    return outlet_line(replace(sources, months=of_year), outlet)


def _within(outlet: str, period: str) -> Place | None:
    """The period that this one lies in: of a day the month, of a month the year."""
    wider = period[:-3] if len(period) > 4 else ""
    return Place(wider, _path(outlet, wider)) if wider else None


def _is_period(period: str) -> bool:
    found = _PERIOD.fullmatch(period)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return 1 < int(found[1]) < 9999


def _path(outlet: str, period: str) -> str:
    return "/".join(["outlets", outlet, *period.split("-")]).rstrip("/")


def _holdings(sources: Sources, zone: ZoneInfo, outlet: str, period: str, counted: dict[str, int]) -> Sequence[Holding]:
    if not period:
        query = HoldingQuery(outlet=outlet, limit=_NEWEST)
    elif len(period) == 4:
        latest = max((month for month in counted if month.startswith(period)), default=None)
        if latest is None:
            return []
        query = HoldingQuery(outlet=outlet, month=latest, limit=_NEWEST)
    elif len(period) == 7:
        query = HoldingQuery(outlet=outlet, month=period)
    else:
        begin, end = day_bounds(date.fromisoformat(period), zone)
        query = HoldingQuery(outlet=outlet, after=begin, before=end)
    return list(sources.index.iter_holdings(query))


def _years(outlet: str, counted: dict[str, int]) -> tuple[Count, ...]:
    years: Counter[str] = Counter()
    for month, articles in counted.items():
        years[month[:4]] += articles
    return tuple(Count(year, years[year], _path(outlet, year)) for year in sorted(years, reverse=True))


def _months(outlet: str, period: str, counted: dict[str, int]) -> tuple[Count, ...]:
    """Every month from the first to the last, empty ones too; on the page of a year its own; elsewhere none."""
    if not counted:
        return ()
    first, last = min(counted), max(counted)
    if len(period) > 4:
        return ()
    if period:
        first, last = f"{period}-01", f"{period}-12"
    return tuple(
        Count(month, counted.get(month, 0), _path(outlet, month)) for month in iter_months_between(first, last)
    )


def iter_months_between(first: str, last: str) -> list[str]:
    """``2023-11``, ``2024-01`` -> the months from one to the other."""
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


def _days(outlet: str, holdings: Sequence[Holding], zone: ZoneInfo) -> tuple[Count, ...]:
    days = Counter(f"{holding.published.astimezone(zone):%Y-%m-%d}" for holding in holdings)
    return tuple(Count(day, days[day], _path(outlet, day)) for day in sorted(days))


def _neighbours(outlet: str, period: str, counted: dict[str, int]) -> tuple[Place | None, Place | None]:
    """The period before and the one after; days go by the calendar, years and months by what is kept."""
    if not period:
        return None, None
    if len(period) == 10:
        return _days_beside(outlet, period)
    known = sorted({month[: len(period)] for month in counted})
    before = max((one for one in known if one < period), default=None)
    after = min((one for one in known if one > period), default=None)
    return (
        Place(before, _path(outlet, before)) if before else None,
        Place(after, _path(outlet, after)) if after else None,
    )


def _days_beside(outlet: str, period: str) -> tuple[Place, Place]:
    day = date.fromisoformat(period)
    before, after = (date.fromordinal(day.toordinal() + step) for step in (-1, 1))
    return Place(f"{before}", _path(outlet, f"{before}")), Place(f"{after}", _path(outlet, f"{after}"))
