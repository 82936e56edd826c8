"""Groups in plain dictionaries: for tests, and as the simplest statement of what grouping answers.

Links are worked out from their definition at every question, and placing always begins at the first article.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from broadsheet.errors import EngineError
from broadsheet.model import NEAR, Link, Outline, Placed, Position, Standing, Story, StoryQuery, mark_of


class MemoryGroups:
    """See ``ports.GroupIndex`` and ``ports.Groups``."""

    def __init__(self, *, near: int = NEAR) -> None:
        self._near = near
        self._positions: dict[str, Position] = {}
        self._outlines: dict[str, Outline] = {}
        self._placed: dict[str, Placed] = {}
        self._answers: dict[str, Placed] = {}
        self._is_tie: Callable[[bytes, bytes], bool | None] = lambda _a, _b: None
        self._is_stale = self._may_place = False
        self._count = 0

    # -- working -------------------------------------------------------------------------------------------------

    def positions(self) -> dict[str, Position]:
        """See ``ports.GroupIndex.positions``."""
        return dict(self._positions)

    def apply(
        self,
        file: str,
        before: int,
        position: Position,
        outlines: Sequence[Outline],
        gone: Collection[str],
        is_tie: Callable[[bytes, bytes], bool | None],
    ) -> None:
        """See ``ports.GroupIndex.apply``."""
        if self._positions.get(file, (0, ""))[0] != before:
            raise EngineError(f"the groups do not stand at byte {before} of {file}; run broadsheet rebuild")
        for article in gone:
            self._is_stale |= self._outlines.pop(article, None) is not None
            self._answers.pop(article, None)
        for outline in outlines:
            self._is_stale |= self._outlines.get(outline.article) != outline
            self._outlines[outline.article] = outline
        self._positions[file] = position
        self._is_tie = is_tie
        self._count += 1
        self._may_place = False

    def resume(self) -> Standing | None:
        """See ``ports.GroupIndex.resume``."""
        if not self._is_stale:
            return None
        self._placed.clear()
        self._may_place = True
        return Standing(None, None, 0, len(self._outlines), ())

    def iter_terms(self, after: tuple[datetime, str] | None, limit: int) -> Iterator[tuple[str, datetime, bytes]]:
        """See ``ports.GroupIndex.iter_terms``."""
        ordered = sorted((one.published, one.article, one.terms) for one in self._outlines.values())
        behind = [one for one in ordered if after is None or one[:2] > after]
        yield from ((article, published, terms) for published, article, terms in behind[:limit])

    def place(self, placed: Sequence[Placed], state: bytes | None = None) -> None:
        """See ``ports.GroupIndex.place``."""
        self._check_turn()
        self._placed |= {one.article: one for one in placed}

    def settle(self, forget: Collection[int] = ()) -> None:
        """See ``ports.GroupIndex.settle``."""
        self._check_turn()
        events = _roots(pair for one in self._placed.values() for pair in one.merged_events)
        stories = _roots(pair for one in self._placed.values() for pair in one.merged_stories)
        self._answers = {
            article: replace(one, event=events.get(one.event, one.event), story=stories.get(one.story, one.story))
            for article, one in self._placed.items()
        }
        self._is_stale = self._may_place = False
        self._count += 1

    def _check_turn(self) -> None:
        if not self._may_place:
            raise EngineError("the groups changed while articles were placed; ask again")

    def wipe(self) -> None:
        """See ``ports.GroupIndex.wipe``."""
        for kept in (self._positions, self._outlines, self._placed, self._answers):
            kept.clear()
        self._is_stale = self._may_place = False
        self._count += 1

    # -- answering -----------------------------------------------------------------------------------------------

    def iter_stories(self, query: StoryQuery) -> Iterator[Story]:
        """See ``ports.Groups.iter_stories``."""
        by_story: dict[int, list[Placed]] = {}
        for one in self._answers.values():
            by_story.setdefault(one.story, []).append(one)
        found = [(-max(one.published for one in held).timestamp(), number) for number, held in by_story.items()]
        stories = (self._story(by_story[number]) for _, number in sorted(found))
        matching = [story for story in stories if self._matches(story, query)]
        yield from matching[: query.limit]

    def _story(self, held: Sequence[Placed]) -> Story:
        ordered = sorted(held, key=lambda one: (one.published, one.article))
        events: dict[int, list[str]] = {}
        for one in ordered:
            events.setdefault(one.event, []).append(one.article)
        outlets = dict.fromkeys(self._outlines[one.article].outlet for one in ordered)
        return Story(
            self._outlines[ordered[0].article].own_id,
            tuple(one.article for one in ordered),
            tuple(tuple(articles) for articles in events.values()),
            tuple(outlets),
            ordered[0].published,
            ordered[-1].published,
        )

    def _matches(self, story: Story, query: StoryQuery) -> bool:
        instants = [self._answers[article].published for article in story.articles]
        return (
            any(
                (query.after is None or at >= query.after) and (query.before is None or at < query.before)
                for at in instants
            )
            and (query.articles is None or not query.articles.isdisjoint(story.articles))
            and len(story.outlets) >= query.least_outlets
            and len(story.articles) >= query.least_articles
        )

    def iter_owners(self, id: str) -> Iterator[str]:
        """See ``ports.Groups.iter_owners``."""
        yield from sorted(article for article, one in self._outlines.items() if one.own_id == id)

    def iter_links(self, articles: Collection[str]) -> Iterator[Link]:
        """See ``ports.Groups.iter_links``."""
        links = self._find_links()
        reached, found = set(articles), set[Link]()
        while more := {link for link in links - found if link.one[1] in reached or link.other[1] in reached}:
            found |= more
            reached |= {place[1] for link in more for place in (link.one, link.other)}
        yield from sorted(found, key=lambda link: (link.one, link.other))

    def _find_links(self) -> set[Link]:
        """Every link, by the definition."""
        bearers: dict[int, list[tuple[datetime, int, str]]] = {}
        for outline in self._outlines.values():
            for key in set(outline.keys):
                bearers.setdefault(key, []).append((outline.published, mark_of(outline.article), outline.article))
        pairs = set[tuple[str, str]]()
        for standing in bearers.values():
            in_order = [article for _, _, article in sorted(standing)]
            for apart in range(1, self._near + 1):
                pairs |= set(zip(in_order, in_order[apart:], strict=False))
        found = set()
        for pair in pairs:
            earlier, later = (self._outlines[article] for article in pair)
            is_tie = self._is_tie(earlier.sketch, later.sketch)
            if is_tie is not None:
                one, other = sorted((outline.published, outline.article) for outline in (earlier, later))
                found.add(Link(one, other, is_tie))
        return found

    def state(self) -> str:
        """See ``ports.Groups.state``."""
        return str(self._count)

    def close(self) -> None:
        """See ``ports.Groups.close``."""


def _roots(merged: Iterable[tuple[int, int]]) -> dict[int, int]:
    """What each number that is gone belongs to in the end."""
    kept = dict(merged)
    roots = {}
    for number in kept:
        root = kept[number]
        while root in kept:
            root = kept[root]
        roots[number] = root
    return roots
