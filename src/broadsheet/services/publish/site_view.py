"""The archive as a static site shows it: as of its own newest capture, and if asked only its last days.

A site never says what the clock says: built twice from one archive, it is the same twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Literal

from broadsheet.model import Edit, EditQuery, Holding, HoldingQuery, MonthCount, Position
from broadsheet.services.pages import Sources
from broadsheet.services.pages._sources import Answers


class Window:
    """An index that knows only articles published since ``begin`` (None: all), and remembers the last long answer."""

    def __init__(self, index: Answers, begin: datetime | None) -> None:
        self._index = index
        self._begin = begin
        self._last: tuple[HoldingQuery, list[Holding]] | None = None
        for name in ("positions", "apply", "find_article", "wipe"):
            setattr(self, name, getattr(index, name))

    positions: Callable[[], dict[str, Position]]
    apply: Callable[..., None]
    find_article: Callable[[str, Sequence[str]], tuple[str, str] | None]
    wipe: Callable[[], None]

    def find_holding(self, article: str) -> Holding | None:
        """See ``ports.Index.find_holding``."""
        holding = self._index.find_holding(article)
        return holding if holding is None or self._begin is None or holding.published >= self._begin else None

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``."""
        if self._begin is not None:
            query = replace(query, after=max(query.after or self._begin, self._begin))
        if query.month is None or query.limit is not None:
            yield from self._index.iter_holdings(query)
            return
        if self._last is None or self._last[0] != query:
            self._last = (query, list(self._index.iter_holdings(query)))
        yield from self._last[1]

    def iter_months(self) -> Iterator[MonthCount]:
        """See ``ports.Index.iter_months``."""
        for month in self._index.iter_months():
            if self._begin is None or month.first >= self._begin:
                yield month
            elif month.last >= self._begin:
                held = list(self.iter_holdings(HoldingQuery(outlet=month.outlet, month=month.month)))
                if held:
                    yield replace(
                        month,
                        articles=len(held),
                        revisions=sum(one.revision for one in held),
                        first=min(one.published for one in held),
                    )

    def iter_edits(self, query: EditQuery) -> Iterator[Edit]:
        """See ``ports.EditLog.iter_edits``."""
        if self._begin is None:
            return self._index.iter_edits(query)
        found = self._index.iter_edits(replace(query, limit=None))
        return islice((edit for edit in found if self.find_holding(edit.article)), query.limit)

    def count_edits(self, query: EditQuery, by: Literal["class", "outlet"] = "class") -> dict[str, int]:
        """See ``ports.EditLog.count_edits``."""
        if self._begin is None:
            return self._index.count_edits(query, by)
        counted = Counter[str]()
        for edit in self.iter_edits(query):
            counted.update(edit.classes if by == "class" else [edit.outlet])
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def settled(sources: Sources, now: datetime, begin: datetime | None) -> Sources:
    """``sources`` as of ``now``, which the archive itself says, knowing what was published since ``begin``."""
    window = Window(sources.index, begin)
    return replace(sources, index=window, months=tuple(window.iter_months()), modified=now, now=now)
