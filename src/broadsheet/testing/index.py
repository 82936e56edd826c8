"""The Index in plain dictionaries: for tests, and as the simplest statement of what an Index does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from broadsheet.errors import EngineError
from broadsheet.model import Change, Edit, EditQuery, Holding, HoldingQuery, MonthCount, Position

_STATES = 2**63


class MemoryIndex:
    """See ``ports.Index``."""

    def __init__(self) -> None:
        self.wipe()

    def positions(self) -> dict[str, Position]:
        """See ``ports.Index.positions``."""
        return dict(self._positions)

    def apply(self, file: str, before: int, position: Position, changes: Sequence[Change]) -> None:
        """See ``ports.Index.apply``."""
        if self._positions.get(file, (0, ""))[0] != before:
            raise EngineError(f"the index does not stand at byte {before} of {file}; run broadsheet rebuild")
        for change in changes:
            self._apply_one(change)
        self._positions[file] = position

    def _apply_one(self, change: Change) -> None:
        holding = change.holding
        self._holdings[holding.article] = (holding, change.month)
        if change.only_names:
            for bearers in self._names.values():
                bearers.discard(holding.article)
        if holding.is_taken_down:
            self._edits[:] = [edit for edit in self._edits if edit.article != holding.article]
        if change.edit:
            self._edits.append(change.edit)
        for name in change.names:
            self._names.setdefault((holding.outlet, name), set()).add(holding.article)
        revisions, state = self._months.get((holding.outlet, change.month), (0, 0))
        self._months[holding.outlet, change.month] = (
            revisions + change.is_revision,
            (state + change.weight) % _STATES,
        )

    def find_article(self, outlet: str, names: Sequence[str]) -> tuple[str, str] | None:
        """See ``ports.Index.find_article``."""
        for name in names:
            if bearers := self._names.get((outlet, name)):
                return min(bearers), name
        return None

    def find_holding(self, article: str) -> Holding | None:
        """See ``ports.Index.find_holding``."""
        found = self._holdings.get(article)
        return found[0] if found else None

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``."""
        found = [holding for holding, month in self._holdings.values() if _matches(holding, month, query)]
        found.sort(key=lambda holding: (-holding.published.timestamp(), holding.article))
        yield from found[: query.limit]

    def iter_months(self) -> Iterator[MonthCount]:
        """See ``ports.Index.iter_months``."""
        for (outlet, month), (revisions, state) in sorted(self._months.items()):
            dates = [held.published for held in self.iter_holdings(HoldingQuery(outlet=outlet, month=month))]
            yield MonthCount(outlet, month, len(dates), revisions, min(dates), max(dates), f"{state:016x}")

    def iter_edits(self, query: EditQuery) -> Iterator[Edit]:
        """See ``ports.EditLog.iter_edits``."""
        found = [edit for edit in reversed(self._edits) if _is_asked(edit, query)]
        found.sort(key=lambda edit: (-edit.seen.timestamp(), edit.article, -edit.revision))
        yield from found[: query.limit]

    def count_edits(self, query: EditQuery, by: Literal["class", "outlet"] = "class") -> dict[str, int]:
        """See ``ports.EditLog.count_edits``."""
        found = [edit for edit in self._edits if _is_asked(edit, query)]
        values = [name for edit in found for name in (edit.classes if by == "class" else (edit.outlet,))]
        return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))

    def wipe(self) -> None:
        """See ``ports.Index.wipe``."""
        self._positions: dict[str, Position] = {}
        self._edits: list[Edit] = []
        self._holdings: dict[str, tuple[Holding, str]] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        self._months: dict[tuple[str, str], tuple[int, int]] = {}


def _matches(holding: Holding, month: str, query: HoldingQuery) -> bool:
    return (
        query.outlet in (None, holding.outlet)
        and query.month in (None, month)
        and (query.articles is None or holding.article in query.articles)
        and (query.after is None or holding.published >= query.after)
        and (query.before is None or holding.published < query.before)
        and (query.containing is None or _lower(query.containing) in _lower(_words_of(holding)))
    )


def _words_of(holding: Holding) -> str:
    headline = holding.headline
    return "\n".join((holding.article, holding.url, holding.canonical_url, headline, headline.replace(" ", "")))


def _lower(text: str) -> str:
    """``text`` with small ASCII letters."""
    return re.sub("[A-Z]+", lambda run: run[0].lower(), text)


def _is_asked(edit: Edit, query: EditQuery) -> bool:
    return (
        query.article in (None, edit.article)
        and (not query.outlets or edit.outlet in query.outlets)
        and (not query.classes or not query.classes.isdisjoint(edit.classes))
        and (query.after is None or edit.seen >= query.after)
        and (query.before is None or edit.seen < query.before)
    )
