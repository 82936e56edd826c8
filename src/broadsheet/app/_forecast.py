"""What an archive will need, as far as its newest articles tell."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta

from broadsheet.app._engines import Engines
from broadsheet.model import HoldingQuery


@dataclass(frozen=True)
class Forecast:
    """What an archive will need: articles a day, and bytes a year by kind, as far as the newest ones tell."""

    articles_a_day: float
    bytes_a_year: dict[str, int]
    free: int

    @property
    def total(self) -> int:
        """All bytes of a year."""
        return sum(self.bytes_a_year.values())


def forecast(here: Engines) -> Forecast:
    """From the last week's articles, and from what those that are held take on the disk."""
    now = here.clock()
    week = [
        holding
        for holding in here.index.iter_holdings(HoldingQuery(after=now - timedelta(days=7)))
        if holding.published <= now and holding.published_from != "capture"
    ]
    held = sum(month.articles for month in here.index.iter_months())
    a_day = len(week) / 7
    sizes = {}
    for folder in ("articles", "pictures", "captures", "ledger"):
        size = sum(size for _, size in here.store.iter_keys(folder))
        sizes[folder] = round(size / held * a_day * 365) if held else 0
    return Forecast(a_day, sizes, shutil.disk_usage(here.root).free)
