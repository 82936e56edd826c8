"""The SearchIndex as a plain scan of every folded text: slow, and the truth that other engines are held to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from broadsheet.errors import EngineError, QueryError
from broadsheet.model import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    Facet,
    Matches,
    Not,
    Position,
    Query,
    Searchable,
    Trait,
    Word,
)
from broadsheet.ports import SearchIndex
from broadsheet.text.folding import fold
from broadsheet.text.tags import canonical_tag
from broadsheet.text.words import pattern_of

_REMEMBERED = 8
"""Earlier states that are kept for readers who still page through them."""


@dataclass(frozen=True)
class _Text:
    """A text as it is searched."""

    known: Searchable
    title: str
    byline: str
    whole: str


class MemorySearch:
    """See ``ports.SearchIndex``."""

    def __init__(self) -> None:
        self._staged: dict[str, _Text] = {}
        self._staged_positions: dict[str, Position] = {}
        self._positions: dict[str, Position] = {}
        self._states: dict[int, dict[str, _Text]] = {0: {}}

    def positions(self) -> dict[str, Position]:
        """See ``ports.SearchIndex.positions``."""
        return dict(self._positions)

    def apply(
        self, file: str, before: int, position: Position, texts: Sequence[Searchable], gone: Collection[str] = ()
    ) -> None:
        """See ``ports.SearchIndex.apply``."""
        if self._staged_positions.get(file, (0, ""))[0] != before:
            raise EngineError(f"the search index does not stand at byte {before} of {file}; run broadsheet rebuild")
        for text in texts:
            title, body = fold(text.headline), fold(f"{text.lede}\n{text.body}")
            self._staged[text.article] = _Text(text, title, fold(text.byline or ""), f"{title}\n{body}")
        for article in gone:
            self._staged.pop(article, None)
        self._staged_positions[file] = position

    def commit(self) -> None:
        """See ``ports.SearchIndex.commit``."""
        self._states[max(self._states) + 1] = dict(self._staged)
        self._positions = dict(self._staged_positions)
        for old in sorted(self._states)[:-_REMEMBERED]:
            del self._states[old]

    def search(
        self, query: Query, *, newest: bool = False, limit: int = 10, cursor: str | None = None, facets: bool = False
    ) -> Matches:
        """See ``ports.SearchIndex.search``."""
        state, start = _read_cursor(cursor) if cursor else (max(self._states), 0)
        texts = self._states.get(state, self._states[max(self._states)])
        matching = [text for text in texts.values() if _matches(text, query.condition)]
        ranked = sorted(
            ((_score(text, query.condition, newest), text.known.article) for text in matching), reverse=True
        )
        found = tuple((article, score) for score, article in ranked[start : start + limit])
        behind = start + limit
        return Matches(
            found,
            len(matching),
            f"{state}.{behind}" if behind < len(matching) else None,
            _count(matching) if facets else (),
        )

    def renew(self, fill: Callable[[SearchIndex], None]) -> None:
        """See ``ports.SearchIndex.renew``."""
        fresh = MemorySearch()
        fill(fresh)
        fresh.commit()
        self._staged, self._staged_positions = fresh._staged, fresh._staged_positions
        self.commit()

    def close(self) -> None:
        """See ``ports.SearchIndex.close``."""
        self._staged = dict(self._states[max(self._states)])
        self._staged_positions = dict(self._positions)


def _read_cursor(cursor: str) -> tuple[int, int]:
    state, _, start = cursor.partition(".")
    if not (cursor.isascii() and state.isdecimal() and start.isdecimal()):
        raise QueryError(f"{cursor!r} is no page that was given out here")
    return int(state), int(start)


def _matches(text: _Text, condition: Condition) -> bool:
    match condition:
        case Word():
            return _occurrences(text, condition) > 0
        case Trait():
            return _has_trait(text.known, condition)
        case Between(after, before):
            published = text.known.published
            return (after is None or published >= after) and (before is None or published < before)
        case AllOf(parts):
            return all(_matches(text, part) for part in parts)
        case AnyOf(parts):
            return any(_matches(text, part) for part in parts)
        case Not(part):
            return not _matches(text, part)


def _occurrences(text: _Text, word: Word) -> int:
    place = {"text": text.whole, "title": text.title, "byline": text.byline}[word.field]
    forms = ((other,) for other in word.others)
    return len(pattern_of(word.runs, *forms, is_prefix=word.is_prefix).findall(place))


def _has_trait(known: Searchable, trait: Trait) -> bool:
    value = trait.value.casefold()
    match trait.name:
        case "outlet":
            return known.outlet == value
        case "agency":
            return (known.agency or "").casefold() == value
        case "language":
            return f"{canonical_tag(known.language or '')}-".casefold().startswith(f"{value}-")
        case "edited":
            return known.is_edited
        case "has":
            return {
                "picture": known.has_picture, "byline": bool(known.byline), "agency": bool(known.agency),
            }[value]  # fmt: skip


def _score(text: _Text, condition: Condition, newest: bool) -> float:
    """Newest first by time; else by how much of the text and headline the words are, later texts a little higher."""
    time = math.floor(text.known.published.timestamp())
    if newest:
        return time
    return _weight(text, condition) * 2 ** (time / 86_400 / 365 / 8)


def _weight(text: _Text, condition: Condition) -> float:
    match condition:
        case Word():
            in_title = len(pattern_of(condition.runs, is_prefix=condition.is_prefix).findall(text.title))
            return (_occurrences(text, condition) + 4 * in_title) / (len(text.whole) + 100)
        case AllOf(parts) | AnyOf(parts):
            return sum(_weight(text, part) for part in parts)
        case _:
            return 1e-9


def _count(texts: Sequence[_Text]) -> tuple[Facet, ...]:
    columns: dict[Literal["outlet", "month", "agency", "language"], Callable[[Searchable], str | None]] = {
        "outlet": lambda one: one.outlet,
        "month": lambda one: f"{one.published:%Y-%m}",
        "agency": lambda one: one.agency,
        "language": lambda one: one.language and canonical_tag(one.language),
    }
    facets = []
    for name, value_of in columns.items():
        counts = Counter(value for text in texts if (value := value_of(text.known)))
        ordered = sorted(counts.items(), reverse=True)
        if name != "month":
            ordered.sort(key=lambda pair: (-pair[1], pair[0]))
        facets.append(Facet(name, tuple(ordered)))
    return tuple(facets)
