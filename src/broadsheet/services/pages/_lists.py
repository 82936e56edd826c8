"""The front page and the list of outlets."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from broadsheet.model import Holding, HoldingQuery
from broadsheet.services.pages._edits import edits_of_day
from broadsheet.services.pages._sources import Sources, day_bounds, line_of, outlet_ids, outlet_line, outlet_line_of
from broadsheet.services.pages._stories import stories_of_day
from broadsheet.views.page import FrontPage, OutletsPage, Place

BY_TIME = 60
"""Articles in the list by time …"""
BY_OUTLET = 6
"""… and under each outlet."""
_DAY_MOST = 600
"""Articles of one day that are looked at."""


def front_page(sources: Sources, zone: ZoneInfo, *, day: date | None = None) -> FrontPage:
    """The day: today, or the latest day with an article; ``day`` asks for another, whatever it holds.

    The page of a day that is asked for tells of that day alone, so that it stays as it is when others come.
    """
    today = sources.now.astimezone(zone).date()
    shown = day or _latest_day(sources, zone, today)
    begin, end = day_bounds(shown, zone)
    holdings = list(sources.index.iter_holdings(HoldingQuery(after=begin, before=end, limit=_DAY_MOST)))
    by_outlet: dict[str, list[Holding]] = {}
    for holding in holdings:
        by_outlet.setdefault(holding.outlet, []).append(holding)
    outlets = []
    for outlet in outlet_ids(sources):
        of_day = by_outlet.get(outlet, [])
        if day is not None:
            outlets += [outlet_line_of(sources, outlet, of_day, BY_OUTLET)] if of_day else []
            continue
        newest = of_day[:BY_OUTLET]
        if not newest:
            newest = list(sources.index.iter_holdings(HoldingQuery(outlet=outlet, before=end, limit=BY_OUTLET)))
        outlets.append(outlet_line(sources, outlet, newest))
    outlets.sort(key=lambda one: (one.outlet not in by_outlet, -len(by_outlet.get(one.outlet, ()))))
    return FrontPage(
        path="" if day is None else f"days/{shown}",
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        day=shown,
        is_today=shown == today,
        articles=len(holdings) if day is not None else sum(month.articles for month in sources.months),
        by_time=tuple(line_of(sources, holding) for holding in holdings[:BY_TIME]),
        by_outlet=tuple(outlets),
        earlier=_earlier_day(sources, zone, shown),
        edits=edits_of_day(sources, zone, shown),
        stories=stories_of_day(sources, begin, end),
    )


def _latest_day(sources: Sources, zone: ZoneInfo, today: date) -> date:
    """Today or the last day before it with an article; what bears a date in the future does not hold the front."""
    _, end = day_bounds(today, zone)
    newest = next(iter(sources.index.iter_holdings(HoldingQuery(before=end, limit=1))), None)
    return newest.published.astimezone(zone).date() if newest else today


def _earlier_day(sources: Sources, zone: ZoneInfo, day: date) -> Place | None:
    try:
        earlier = _latest_day(sources, zone, day - timedelta(days=1))
    except OverflowError:
        return None
    begin, end = day_bounds(earlier, zone)
    if not any(sources.index.iter_holdings(HoldingQuery(after=begin, before=end, limit=1))):
        return None
    return Place(f"{earlier}", f"days/{earlier}")


def outlets_page(sources: Sources, zone: ZoneInfo) -> OutletsPage:
    """Every outlet with its numbers."""
    return OutletsPage(
        path="outlets",
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        outlets=tuple(outlet_line(sources, outlet) for outlet in outlet_ids(sources)),
    )
