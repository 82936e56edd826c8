"""Writes what is derived but kept with the documents: the pages of lists, only where something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from zoneinfo import ZoneInfo

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.document import parse_document
from broadsheet.formats.ledger import digest_of
from broadsheet.html import plain_text
from broadsheet.model import Holding, HoldingQuery, MonthCount, Outlet
from broadsheet.policy.rights import Rights, beginning_of, release_of
from broadsheet.ports import Index, Store
from broadsheet.render.lists import front_page, iter_month_pages, outlet_page
from broadsheet.settings import Settings

_FORM = "1"
"""Raise when the look of the pages changes, so that all are written again."""


def write_lists(store: Store, index: Index, settings: Settings, known: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Bring README.md and lists/ in step with the index.

    What an outlet does not let out (``policy.rights``) stands on no page: these go wherever the archive is
    published. ``known`` maps ``outlet/month`` to the state it was last written in. Returns how many pages were written
    and the states to remember. A page whose bytes would not change is not touched.
    """
    zone = ZoneInfo(settings.lists.timezone)
    outlets = {outlet.id: outlet for outlet in settings.outlets}
    rights = Rights.of(settings.outlets)
    months = [month for month in index.iter_months() if rights.of_outlet(month.outlet).is_listed]
    stamp = digest_of(repr((_FORM, settings.name, settings.lists, settings.outlets)).encode())[:12]
    states = {f"{month.outlet}/{month.month}": f"{month.state}-{stamp}" for month in months}
    changed = [month for month in months if known.get(f"{month.outlet}/{month.month}") != states[_key(month)]]
    written = 0
    for month in changed:
        outlet = outlets.get(month.outlet) or Outlet(month.outlet, month.outlet)
        written += _write_month(store, index, settings, outlet, month, zone, rights)
    written += _remove_unlisted(store, rights)
    by_outlet = [
        (outlets.get(outlet) or Outlet(outlet, outlet), list(group))
        for outlet, group in groupby(months, key=lambda month: month.outlet)
    ]
    touched = {month.outlet for month in changed}
    newest = settings.lists.newest
    for outlet, group in by_outlet:
        if outlet.id in touched:
            latest = list(index.iter_holdings(HoldingQuery(outlet=outlet.id, limit=newest)))
            held_back = find_held_back(store, rights, latest)
            page = outlet_page(outlet, group, latest, settings.lists.per_page, zone, held_back)
            written += _write(store, f"lists/{outlet.id}.md", page)
    if changed or states.keys() != known.keys() or not known:
        latest = _newest_listed(index, rights, [outlet.id for outlet, _ in by_outlet], newest)
        held_back = find_held_back(store, rights, latest)
        written += _write(store, "README.md", front_page(settings.name, by_outlet, latest, zone, held_back))
    return written, states


def _key(month: MonthCount) -> str:
    return f"{month.outlet}/{month.month}"


def _write_month(
    store: Store,
    index: Index,
    settings: Settings,
    outlet: Outlet,
    month: MonthCount,
    zone: ZoneInfo,
    rights: Rights,
) -> int:
    holdings = list(index.iter_holdings(HoldingQuery(outlet=outlet.id, month=month.month)))
    held_back = find_held_back(store, rights, holdings)
    pages = dict(iter_month_pages(outlet, month.month, holdings, settings.lists.per_page, zone, held_back))
    written = sum(_write(store, key, page) for key, page in pages.items())
    year, number = month.month.split("-")
    for key, _ in list(store.iter_keys(f"lists/{outlet.id}/{year}")):
        name = key.rpartition("/")[2]
        if key not in pages and name.startswith(f"{number}-"):
            store.remove(key)
            written += 1
    return written


def find_held_back(store: Store, rights: Rights, holdings: Iterable[Holding]) -> dict[str, str]:
    """Those articles whose text is not published, each with the excerpt that is shown in its place, empty for none."""
    held_back = {}
    for holding in holdings:
        release = rights.of_article(holding)
        if not release.has_text:
            is_shown = release.has_excerpt and not holding.is_taken_down
            held_back[holding.article] = _beginning(store, holding) if is_shown else ""
    return held_back


def _beginning(store: Store, holding: Holding) -> str:
    try:
        return beginning_of(plain_text(parse_document(store.get(holding.path)).body))
    except (NotFoundError, FormatError):
        return ""  # verify names what is damaged


def _newest_listed(index: Index, rights: Rights, outlets: Iterable[str], most: int) -> list[Holding]:
    """The newest articles of all ``outlets`` that are listed."""
    if all(release_of(rule).is_listed for rule in rights.rules.values()):
        return list(index.iter_holdings(HoldingQuery(limit=most)))
    found = [one for outlet in outlets for one in index.iter_holdings(HoldingQuery(outlet=outlet, limit=most))]
    return sorted(found, key=lambda one: (-one.published.timestamp(), one.article))[:most]


def _remove_unlisted(store: Store, rights: Rights) -> int:
    """Take the pages of outlets away that are not published any more."""
    silent = {outlet for outlet, left in rights.left_out().items() if left == "everything"}
    gone = [key for key, _ in store.iter_keys("lists") if key.split("/")[1].removesuffix(".md") in silent]
    for key in gone:
        store.remove(key)
    return len(gone)


def _write(store: Store, key: str, page: str) -> int:
    content = page.encode("utf-8", "replace")
    try:
        if store.get(key) == content:
            return 0
    except NotFoundError:
        pass
    store.replace(key, content)
    return 1
