"""Which page an address asks for. One table, read from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError, QueryError
from broadsheet.services import pages
from broadsheet.services.pages import Sources
from broadsheet.views.page import Page

SUFFIXES = ("html", "json", "atom", "md", "txt")
_TWIN = re.compile(r"(?P<path>.*)\.(?P<suffix>json|atom|md|txt)", re.DOTALL)

Build = Callable[[Sources, ZoneInfo, Mapping[str, str], Mapping[str, str]], Page]
"""Sources, the reader's zone, parts of the path, fields of the query -> the page."""


def split_twin(path: str) -> tuple[str, str]:
    """``/search.json`` -> ``/search``, ``json``; the page itself is ``html``; ``/front.json`` is the front page."""
    found = _TWIN.fullmatch(path)
    if found is None:
        return path, "html"
    bare = found["path"]
    return "/" if bare == "/front" else bare, found["suffix"]


def find_page(path: str) -> tuple[Build, dict[str, str]] | None:
    """What builds the page at ``path`` (no suffix), with the parts of the path; None if there is none."""
    for pattern, build in _ROUTES:
        if found := pattern.fullmatch(path):
            return build, {name: value for name, value in found.groupdict().items() if value}
    return None


def _number(text: str | None, name: str) -> int:
    if text is None or re.fullmatch(r"[0-9]{1,6}", text) is None:
        raise QueryError(f"{name} is a number from 1, not {text!r}")
    return int(text)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFoundError(f"{text} is no day") from None
    if not 1 < day.year < 9999:
        raise NotFoundError(f"{text} is too far off")
    return day


def _outlet(sources: Sources, zone: ZoneInfo, parts: Mapping[str, str], fields: Mapping[str, str]) -> Page:
    period = "-".join(parts[name] for name in ("year", "month", "day") if name in parts)
    return pages.outlet_page(sources, zone, parts["outlet"], period, _number(fields.get("page", "1"), "page"))


def _search(sources: Sources, zone: ZoneInfo, parts: Mapping[str, str], fields: Mapping[str, str]) -> Page:
    order = fields.get("order", pages.BEST)
    if order not in (pages.BEST, pages.NEWEST):
        raise QueryError(f"order is {pages.BEST} or {pages.NEWEST}, not {order[:40]!r}")
    return pages.search_page(sources, zone, fields.get("q", ""), order=order, cursor=fields.get("after") or None)


def _changes(sources: Sources, zone: ZoneInfo, parts: Mapping[str, str], fields: Mapping[str, str]) -> Page:
    view = fields.get("view", pages.INLINE)
    if view not in (pages.INLINE, pages.SIDES):
        raise QueryError(f"view is {pages.INLINE} or {pages.SIDES}, not {view[:40]!r}")
    old = _number(fields["from"], "from") if "from" in fields else None
    return pages.changes_page(sources, zone, parts["article"], int(parts["number"]), old=old, view=view)


def _edits(sources: Sources, zone: ZoneInfo, parts: Mapping[str, str], fields: Mapping[str, str]) -> Page:
    return pages.edits_page(
        sources,
        zone,
        outlets=_listed(fields.get("outlet", "")),
        classes=_listed(fields.get("class", "")),
        day=_asked_day(fields["day"]) if fields.get("day") else None,
        before=fields.get("before") or None,
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _asked_day(text: str) -> date:
    try:
        return _day(text[:40])
    except NotFoundError as error:
        raise QueryError(f"day: {error}; write it like 2023-07-17") from None


_ROUTES: tuple[tuple[re.Pattern[str], Build], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (r"/", lambda sources, zone, parts, fields: pages.front_page(sources, zone)),
        (r"/days/(?P<day>\d{4}-\d\d-\d\d)",
         lambda sources, zone, parts, fields: pages.front_page(sources, zone, day=_day(parts["day"]))),
        (r"/outlets", lambda sources, zone, parts, fields: pages.outlets_page(sources, zone)),
        (r"/outlets/(?P<outlet>[a-z0-9-]+)(?:/(?P<year>\d{4})(?:/(?P<month>\d\d)(?:/(?P<day>\d\d))?)?)?", _outlet),
        (r"/articles/(?P<article>[a-z0-9-]+/[^/.]+|[^/]+)",
         lambda sources, zone, parts, fields: pages.article_page(sources, zone, parts["article"])),
        (r"/articles/(?P<article>[a-z0-9-]+/[^/.]+)/revisions/(?P<number>[0-9]{1,6})",
         lambda sources, zone, parts, fields: pages.revision_page(
             sources, zone, parts["article"], int(parts["number"]))),
        (r"/articles/(?P<article>[a-z0-9-]+/[^/.]+)/history",
         lambda sources, zone, parts, fields: pages.history_page(sources, zone, parts["article"])),
        (r"/articles/(?P<article>[a-z0-9-]+/[^/.]+)/changes/(?P<number>[0-9]{1,6})", _changes),
        (r"/edits", _edits),
        (r"/stories", lambda sources, zone, parts, fields: pages.stories_page(
            sources, zone, fields.get("q", ""), page=_number(fields.get("page", "1"), "page"))),
        (r"/stories/(?P<story>[0-9a-f]{12})",
         lambda sources, zone, parts, fields: pages.story_page(sources, zone, parts["story"])),
        (r"/articles/(?P<article>[a-z0-9-]+/[^/.]+)/copies",
         lambda sources, zone, parts, fields: pages.copies_page(sources, zone, parts["article"])),
        (r"/search", _search),
        (r"/health", lambda sources, zone, parts, fields: pages.health_page(sources, zone)),
        (r"/about", lambda sources, zone, parts, fields: pages.about_page(sources, zone)),
    )
)  # fmt: skip

FIELDS = ("q", "order", "after", "page", "class", "outlet", "day", "before", "from", "view")
"""Fields of a query that change a page; others are ignored."""
