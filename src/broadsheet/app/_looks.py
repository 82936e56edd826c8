"""Looking again, wired: settings in, looks out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from broadsheet.policy.revisits import Ladder
from broadsheet.ports import Looks
from broadsheet.services.archive.pictures import Pictures
from broadsheet.services.ingest.keeping import Keeper
from broadsheet.services.ingest.page_reading import PageReader
from broadsheet.services.ingest.pipeline import Polled
from broadsheet.services.revisit import Looked, Looking
from broadsheet.settings import LookSettings, Settings, seconds_of


def ladder_of(settings: LookSettings) -> Ladder:
    """The ladder as set."""
    return Ladder(
        rungs_s=tuple(seconds_of(rung) or 0.0 for rung in settings.rungs),
        after_edit_s=tuple(seconds_of(rung) or 0.0 for rung in settings.after_edit),
        per_host_hour=settings.per_host_hour,
    )


def make_looking(
    settings: Settings,
    keeper: Keeper,
    looks: Looks,
    reader: PageReader,
    clock: Callable[[], datetime],
    pictures: Pictures | None,
) -> Looking:
    """Looking again as set."""
    return Looking(
        keeper=keeper,
        looks=looks,
        reader=reader,
        outlets={outlet.id: outlet for outlet in settings.outlets},
        ladder=ladder_of(settings.looks),
        clock=clock,
        chance=random.random,
        pictures=pictures,
        imported=settings.looks.imported,
        keep_all=settings.looks.keep_captures,
    )


def as_polled(looked: Looked) -> Polled:
    """A look as one of the things a run reports."""
    return Polled(looked.outlet, "", f"looked at again: {looked.outcome}", looked.account)
