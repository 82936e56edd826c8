"""Writes what is derived but kept with the documents: the pages of lists, only where something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError
from broadsheet.ledger import digest_of
from broadsheet.model import HoldingQuery, MonthCount, Outlet
from broadsheet.ports import Index, Store
from broadsheet.render.lists import front_page, iter_month_pages, outlet_page
from broadsheet.settings import Settings

_FORM = "1"
"""Raise when the look of the pages changes, so that all are written again."""


def write_lists(store: Store, index: Index, settings: Settings, known: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Bring README.md and lists/ in step with the index.

    ``known`` maps ``outlet/month`` to the state it was last written in. Returns how many pages were written and
    the states to remember. A page whose bytes would not change is not touched.
    """
    zone = ZoneInfo(settings.lists.timezone)
    outlets = {outlet.id: outlet for outlet in settings.outlets}
    months = list(index.iter_months())
    stamp = digest_of(repr((_FORM, settings.name, settings.lists, settings.outlets)).encode())[:12]
    states = {f"{month.outlet}/{month.month}": f"{month.state}-{stamp}" for month in months}
    changed = [month for month in months if known.get(f"{month.outlet}/{month.month}") != states[_key(month)]]
    written = 0
    for month in changed:
        outlet = outlets.get(month.outlet) or Outlet(month.outlet, month.outlet)
        written += _write_month(store, index, settings, outlet, month, zone)
    by_outlet = [
        (outlets.get(outlet) or Outlet(outlet, outlet), list(group))
        for outlet, group in groupby(months, key=lambda month: month.outlet)
    ]
    touched = {month.outlet for month in changed}
    newest = settings.lists.newest
    for outlet, group in by_outlet:
        if outlet.id in touched:
            latest = list(index.iter_holdings(HoldingQuery(outlet=outlet.id, limit=newest)))
            page = outlet_page(outlet, group, latest, settings.lists.per_page, zone)
            written += _write(store, f"lists/{outlet.id}.md", page)
    if changed or not known:
        latest = list(index.iter_holdings(HoldingQuery(limit=newest)))
        written += _write(store, "README.md", front_page(settings.name, by_outlet, latest, zone))
    return written, states


def front_page_without(index: Index, settings: Settings, silent: Collection[str]) -> bytes:
    """README.md as it would be if the outlets ``silent`` were not there."""
    names = {outlet.id: outlet for outlet in settings.outlets}
    months = [month for month in index.iter_months() if month.outlet not in silent]
    by_outlet = [
        (names.get(outlet) or Outlet(outlet, outlet), list(group))
        for outlet, group in groupby(months, key=lambda month: month.outlet)
    ]
    newest = settings.lists.newest
    latest = [
        holding
        for outlet, _ in by_outlet
        for holding in index.iter_holdings(HoldingQuery(outlet=outlet.id, limit=newest))
    ]
    latest.sort(key=lambda holding: (-holding.published.timestamp(), holding.article))
    page = front_page(settings.name, by_outlet, latest[:newest], ZoneInfo(settings.lists.timezone))
    return page.encode("utf-8", "replace")


def _key(month: MonthCount) -> str:
    return f"{month.outlet}/{month.month}"


def _write_month(
    store: Store, index: Index, settings: Settings, outlet: Outlet, month: MonthCount, zone: ZoneInfo
) -> int:
    holdings = list(index.iter_holdings(HoldingQuery(outlet=outlet.id, month=month.month)))
    pages = dict(iter_month_pages(outlet, month.month, holdings, settings.lists.per_page, zone))
    written = sum(_write(store, key, page) for key, page in pages.items())
    year, number = month.month.split("-")
    for key, _ in list(store.iter_keys(f"lists/{outlet.id}/{year}")):
        name = key.rpartition("/")[2]
        if key not in pages and name.startswith(f"{number}-"):
            store.remove(key)
            written += 1
    return written


def _write(store: Store, key: str, page: str) -> int:
    content = page.encode("utf-8", "replace")
    try:
        if store.get(key) == content:
            return 0
    except NotFoundError:
        pass
    store.replace(key, content)
    return 1
