"""How large a static site will be, before it is made: some of its articles are made and weighed, the rest counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from broadsheet.model import Holding, HoldingQuery
from broadsheet.services import pages
from broadsheet.services.publish.site_articles import ArticleWork
from broadsheet.services.publish.site_lists import ListWork
from broadsheet.services.publish.site_plan import Lines
from broadsheet.services.publish.site_search import IDS
from broadsheet.services.publish.site_shards import SHARD_ROWS
from broadsheet.services.publish.site_worker import SiteWorker

_SAMPLES = 60
_ROWS_BY_CHARACTER = 1.1
"""Rows of the search's index for each character of a text: 1.0 to 1.2 on Chinese and less on English texts."""
_BYTES_BY_ROW = 1.25


@dataclass(frozen=True, slots=True)
class Forecast:
    """About how many files and bytes a site will have, and of how many articles."""

    articles: int
    files: int
    bytes: int
    pictures: int
    picture_bytes: int

    def as_json(self) -> dict[str, Any]:
        """The forecast as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


def forecast(worker: SiteWorker) -> Forecast:
    """The forecast of the site that ``worker`` would make."""
    months = worker.sources.months
    articles = sum(month.articles for month in months)
    files = weight = characters = counted = 0
    lines = Lines(worker.sources.archive)
    for holding in _sample(worker, articles):
        work = ArticleWork("", b"", holding, lines.get(holding), None, None, False)
        for name, content in worker.iter_files(work):
            files, weight = files + 1, weight + len(content)
            characters += len(content) * (name.endswith(".1.js"))
        counted += 1
    share = articles / max(1, counted)
    rows = int(characters * share * _ROWS_BY_CHARACTER)
    lists, list_bytes = _lists(worker)
    pictures = [size for _, size in worker.sources.archive.store.iter_keys("pictures")]
    return Forecast(
        articles,
        int(files * share) + lists + rows // SHARD_ROWS + articles // IDS + len(pictures),
        int(weight * share) + list_bytes + int(rows * _BYTES_BY_ROW) + sum(pictures),
        len(pictures),
        sum(pictures),
    )


def _sample(worker: SiteWorker, articles: int) -> Iterator[Holding]:
    """Articles from all months, as many from each as it has its share."""
    step = max(1, articles // _SAMPLES)
    at = 0
    for month in worker.sources.months:
        wanted = range(-at % step, month.articles, step)
        at += month.articles
        if not wanted:
            continue
        query = HoldingQuery(outlet=month.outlet, month=month.month, limit=wanted[-1] + 1)
        held = list(worker.sources.index.iter_holdings(query))
        yield from (held[place] for place in wanted if place < len(held))


def _lists(worker: SiteWorker) -> tuple[int, int]:
    """Days and months at their average, one of them made to be weighed."""
    months = worker.sources.months
    if not months:
        return 0, 0
    newest = max(months, key=lambda month: (month.last, month.outlet))
    day = f"{newest.last.astimezone(worker.lists.zone):%Y-%m-%d}"
    made = [
        list(worker.iter_files(ListWork("", b"", kind, of)))
        for kind, of in (("outlet", (newest.outlet, day)), ("outlet", (newest.outlet, newest.month)))
    ]
    days = sum(min(month.articles, max(1, (month.last - month.first).days + 1)) for month in months)
    of_day, of_month = (len(one) for one in made)
    day_bytes, month_bytes = (sum(len(content) for _, content in one) for one in made)
    outlets = len(pages.outlet_ids(worker.sources))
    return (
        days * of_day * 2 + len(months) * of_month + outlets * 15 + 200,
        days * day_bytes * 2 + len(months) * month_bytes,
    )
