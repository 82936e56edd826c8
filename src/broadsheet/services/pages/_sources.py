"""What pages are made from, and the parts that several of them share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError
from broadsheet.model import FeedState, Hits, Holding, MonthCount, Outlet
from broadsheet.policy import Health
from broadsheet.policy.alerts import Outlook
from broadsheet.ports import EditLog, Index
from broadsheet.services.archive import Archive
from broadsheet.services.indexes.stories import Stories
from broadsheet.settings import Settings
from broadsheet.views.page import Line, OutletLine, Words


class Search(Protocol):
    """How a search is asked; see ``services.indexes.search``."""

    def __call__(
        self,
        question: str,
        /,
        *,
        newest: bool = False,
        limit: int = 10,
        cursor: str | None = None,
        facets: bool = False,
    ) -> Hits:
        """One page of hits; QueryError for a query or cursor that cannot be understood."""


class Answers(Index, EditLog, Protocol):
    """An index that answers for edits, too."""


@dataclass(frozen=True)
class Sources:
    """Everything a page may be made from.

    ``modified`` is when the index last changed, ``months`` what it counts, sorted by outlet; both belong to one state
    of the archive. ``has_picture`` says of a digest whether its bytes can be shown.
    """

    archive: Archive
    index: Answers
    stories: Stories
    settings: Settings
    search: Search
    find_answering: Callable[[str], frozenset[str]]
    months: Sequence[MonthCount]
    modified: datetime | None
    now: datetime
    health: Callable[[], Iterable[tuple[FeedState, Health]]]
    has_picture: Callable[[str], bool] = lambda _: True
    outlook: Callable[[], Outlook] = Outlook

    def get_outlet(self, outlet: str) -> Outlet:
        """The outlet as configured, or one that bears its id for a name."""
        return next((one for one in self.settings.outlets if one.id == outlet), Outlet(outlet, outlet))


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When ``day`` begins and ends in ``zone``, in UTC."""
    begin = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return begin, end


def article_path(article: str) -> str:
    """The path of an article's page."""
    return "articles/" + quote(article)


def document_address(path: str) -> str:
    """Where the bytes of the document at ``path`` are served."""
    return "documents/" + quote(path)


def get_holding(sources: Sources, article: str) -> Holding:
    """What is held of ``article``; NotFoundError if nothing is."""
    holding = sources.index.find_holding(article)
    if holding is None:
        raise NotFoundError(f"there is no article {article} here")
    return holding


def line_of(
    sources: Sources, holding: Holding, *, marked: tuple[Words, ...] = (), snippet: tuple[Words, ...] = ()
) -> Line:
    """An article for a list."""
    return Line(
        article=holding.article,
        path=article_path(holding.article),
        headline=holding.headline,
        outlet=holding.outlet,
        outlet_name=sources.get_outlet(holding.outlet).name,
        url=holding.url,
        published=holding.published,
        is_dated=holding.published_from != "capture",
        captured=holding.captured,
        revisions=holding.revision,
        byline=holding.byline,
        agency=holding.agency,
        language=holding.language,
        is_taken_down=holding.is_taken_down,
        marked=marked,
        snippet=snippet,
    )


def outlet_line_of(sources: Sources, outlet: str, holdings: Sequence[Holding], newest: int = 0) -> OutletLine:
    """An outlet with the numbers of ``holdings`` (newest first) alone, of which it shows the ``newest`` first."""
    known = sources.get_outlet(outlet)
    return OutletLine(
        outlet=outlet,
        name=known.name,
        path=f"outlets/{outlet}",
        home_url=known.home_url,
        language=known.language,
        articles=len(holdings),
        revisions=sum(holding.revision for holding in holdings),
        first=min((holding.published for holding in holdings), default=None),
        last=max((holding.published for holding in holdings), default=None),
        newest=tuple(line_of(sources, holding) for holding in holdings[:newest]),
    )


def outlet_line(sources: Sources, outlet: str, newest: Sequence[Holding] = ()) -> OutletLine:
    """An outlet with its numbers."""
    known = sources.get_outlet(outlet)
    begin = bisect_left(sources.months, outlet, key=lambda month: month.outlet)
    mine = sources.months[begin : bisect_right(sources.months, outlet, begin, key=lambda month: month.outlet)]
    return OutletLine(
        outlet=outlet,
        name=known.name,
        path=f"outlets/{outlet}",
        home_url=known.home_url,
        language=known.language,
        articles=sum(month.articles for month in mine),
        revisions=sum(month.revisions for month in mine),
        first=min((month.first for month in mine), default=None),
        last=max((month.last for month in mine), default=None),
        newest=tuple(line_of(sources, holding) for holding in newest),
    )


def outlet_ids(sources: Sources) -> list[str]:
    """Outlets that are configured, in that order, then others of which anything is kept."""
    configured = [outlet.id for outlet in sources.settings.outlets]
    kept = [outlet for outlet, _ in groupby(sources.months, key=lambda month: month.outlet)]
    return list(dict.fromkeys(configured + kept))
