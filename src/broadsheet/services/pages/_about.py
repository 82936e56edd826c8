"""Pages about the archive itself: how its feeds fare, what it is, and why there is no page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from broadsheet import __version__
from broadsheet.model import HoldingQuery, TroubleCase
from broadsheet.policy.anonymity import day_of
from broadsheet.services.pages._sources import Sources, outlet_ids
from broadsheet.views.page import AboutPage, Count, ErrorPage, FeedLine, HealthPage, TroubleLine

LEVELS = ("failing", "late", "silent", "dormant", "ok")
"""Levels of health, the worst first."""

ZONES = (
    "UTC", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul",
    "Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai", "Asia/Jerusalem", "Europe/Moscow", "Europe/Istanbul",
    "Africa/Cairo", "Africa/Nairobi", "Africa/Lagos", "Europe/Athens", "Europe/Berlin", "Europe/Paris",
    "Europe/London", "America/Sao_Paulo", "America/Toronto", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Vancouver", "Pacific/Honolulu", "Australia/Sydney",
    "Pacific/Auckland",
)  # fmt: skip
"""Zones offered to readers; any other may be asked for by name."""


def health_page(sources: Sources, zone: ZoneInfo) -> HealthPage:
    """How every feed fares, those in trouble first."""
    rows = sorted(sources.health(), key=lambda row: (LEVELS.index(row[1].level), row[0].outlet, row[0].url))
    levels: Counter[str] = Counter(health.level for _, health in rows)
    newest = next(iter(sources.index.iter_holdings(HoldingQuery(limit=1))), None)
    outlook, names = sources.outlook(), {outlet.id: outlet.name for outlet in sources.settings.outlets}
    return HealthPage(
        path="health",
        archive=sources.settings.name,
        modified=max((state.last_polled for state, _ in rows if state.last_polled), default=None),
        zone=zone.key,
        levels=tuple(Count(level, levels[level], "health") for level in LEVELS if levels[level]),
        feeds=tuple(
            FeedLine(
                outlet=state.outlet,
                url=state.url,
                level=health.level,
                sentence=health.sentence,
                failures=state.failures,
                last_success=state.last_success,
                next_due=state.next_due,
            )
            for state, health in rows
        ),
        last_captured=newest.captured if newest else None,
        last_run=outlook.last_run,
        every_s=round(outlook.every_s),
        is_overdue=outlook.is_overdue,
        troubles=tuple(trouble_line(case, names) for case in outlook.open),
        past=tuple(trouble_line(case, names) for case in outlook.past),
    )


def run_page(sources: Sources, zone: ZoneInfo) -> HealthPage:
    """When the archive last ran and how often it should, and no more: what a stranger may know of it.

    The day alone where the archive is anonymous. Nothing of it depends on the clock.
    """
    outlook = sources.outlook()
    last = outlook.last_run
    if last and sources.settings.archive.anonymous:
        last = day_of(last)
    return HealthPage(
        path="health",
        archive=sources.settings.name,
        modified=last,
        zone=zone.key,
        levels=(),
        feeds=(),
        last_captured=None,
        last_run=last,
        every_s=round(outlook.every_s),
        is_told=False,
    )


def trouble_line(case: TroubleCase, names: Mapping[str, str]) -> TroubleLine:
    """A trouble for pages and messages; ``names`` are those of outlets by their ids."""
    trouble = case.trouble
    return TroubleLine(
        id=case.id,
        kind=trouble.kind,
        name=names.get(trouble.place, trouble.place) if trouble.kind == "outlet" else trouble.place,
        since=trouble.since,
        noticed=case.noticed,
        reason=trouble.reason,
        usual_s=round(trouble.usual_s),
        free=trouble.free,
        need=trouble.need,
        ended=case.ended,
        how=case.how,
    )


def about_page(sources: Sources, zone: ZoneInfo) -> AboutPage:
    """What this archive is."""
    return AboutPage(
        path="about",
        archive=sources.settings.name,
        modified=sources.modified,
        zone=zone.key,
        version=__version__,
        outlets=len(outlet_ids(sources)),
        articles=sum(month.articles for month in sources.months),
        revisions=sum(month.revisions for month in sources.months),
        first=min((month.first for month in sources.months), default=None),
        last=max((month.last for month in sources.months), default=None),
        zones=ZONES,
    )


def error_page(archive: str, zone: ZoneInfo, path: str, status: int, sentence: str) -> ErrorPage:
    """Why there is no page at ``path``."""
    return ErrorPage(path=path, archive=archive, modified=None, zone=zone.key, status=status, sentence=sentence)
