"""The archive as a static site shows it: what its outlets' rules let out, as of its own newest capture, and if asked
only its last days.

A site never says what the clock says: built twice from one archive, it is the same twice. What may not be published
is taken away here, from everything that pages are made from (index, stories, documents, settings), and not by each
page: a page cannot show what it cannot read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Literal, cast

from broadsheet.errors import NotFoundError
from broadsheet.model import Edit, EditQuery, Holding, HoldingQuery, Link, MonthCount, Position, Story, StoryQuery
from broadsheet.policy.rights import Release, Rights
from broadsheet.ports import Groups, Store
from broadsheet.services.archive import Archive
from broadsheet.services.indexes.comparison import OneOutlet
from broadsheet.services.pages import Sources
from broadsheet.services.pages._sources import Answers
from broadsheet.stories.grouping import story_id


class Window:
    """An index that knows only what ``rights`` let out of articles published since ``begin`` (None: all).

    Of an article whose text is not published it tells headline, outlet, dates and address. It remembers the last long
    answer.
    """

    def __init__(self, index: Answers, begin: datetime | None, rights: Rights | None = None) -> None:
        self._index = index
        self._begin = begin
        self._rights = rights or Rights()
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
        if holding is None or (self._begin is not None and holding.published < self._begin):
            return None
        return _told(holding, self._rights.of_article(holding))

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``."""
        if self._begin is not None:
            query = replace(query, after=max(query.after or self._begin, self._begin))
        if query.month is None or query.limit is not None:
            yield from self._iter_told(query)
            return
        if self._last is None or self._last[0] != query:
            self._last = (query, list(self._iter_told(query)))
        yield from self._last[1]

    def _iter_told(self, query: HoldingQuery) -> Iterator[Holding]:
        if self._rights.are_full:
            return self._index.iter_holdings(query)
        found = self._index.iter_holdings(replace(query, limit=None))
        told = (_told(holding, self._rights.of_article(holding)) for holding in found)
        return islice((holding for holding in told if holding is not None), query.limit)

    def iter_months(self) -> Iterator[MonthCount]:
        """See ``ports.Index.iter_months``."""
        for month in self._index.iter_months():
            release = self._rights.of_outlet(month.outlet)
            if not release.is_listed or (self._begin is not None and month.last < self._begin):
                continue
            if self._begin is None or month.first >= self._begin:
                yield month if release.has_text else replace(month, revisions=month.articles)
                continue
            held = list(self.iter_holdings(HoldingQuery(outlet=month.outlet, month=month.month)))
            if held:
                revisions = sum(one.revision for one in held)
                first = min(one.published for one in held)
                yield replace(month, articles=len(held), revisions=revisions, first=first)

    def iter_edits(self, query: EditQuery) -> Iterator[Edit]:
        """See ``ports.EditLog.iter_edits``."""
        narrowed = self._of_texts(query)
        if narrowed is None:
            return iter(())
        if self._begin is None:
            return self._index.iter_edits(narrowed)
        found = self._index.iter_edits(replace(narrowed, limit=None))
        return islice((edit for edit in found if self.find_holding(edit.article)), query.limit)

    def count_edits(self, query: EditQuery, by: Literal["class", "outlet"] = "class") -> dict[str, int]:
        """See ``ports.EditLog.count_edits``."""
        narrowed = self._of_texts(query)
        if narrowed is None:
            return {}
        if self._begin is None:
            return self._index.count_edits(narrowed, by)
        counted = Counter[str]()
        for edit in self.iter_edits(query):
            counted.update(edit.classes if by == "class" else [edit.outlet])
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    def _of_texts(self, query: EditQuery) -> EditQuery | None:
        """``query`` of outlets whose texts are published alone, None where there are none: an edit is told by texts."""
        if self._rights.are_full:
            return query
        asked = query.outlets or {month.outlet for month in self._index.iter_months()}
        outlets = frozenset(outlet for outlet in asked if self._rights.of_outlet(outlet).has_text)
        return replace(query, outlets=outlets) if outlets else None


def _told(holding: Holding, release: Release) -> Holding | None:
    """What ``release`` lets out of ``holding``: everything, what lists need without its text, or nothing."""
    if release.has_text:
        return holding
    return replace(holding, revision=1, byline=None, agency=None) if release.is_listed else None


class ReleasedStore:
    """A store that gives no document of which the text is not published; its ``get`` is that of ``store`` otherwise."""

    def __init__(self, store: Store, rights: Rights) -> None:
        self._store, self._rights = store, rights

    def get(self, key: str) -> bytes:
        """See ``ports.Store.get``."""
        kind, _, rest = key.partition("/")
        if kind == "articles" and not self._rights.of_outlet(rest.partition("/")[0]).has_text:
            raise NotFoundError(f"{key}: is not published, by the rule of its outlet")
        return self._store.get(key)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


class ReleasedGroups:
    """Stories without reports of which nothing is published, copies without texts that are not published."""

    def __init__(self, groups: Groups, index: Answers, rights: Rights) -> None:
        self._groups, self._index, self._rights = groups, index, rights
        for name in ("state", "close"):
            setattr(self, name, getattr(groups, name))

    state: Callable[[], str]
    close: Callable[[], None]

    def _release(self, article: str) -> Release:
        return self._rights.of_outlet(article.partition("/")[0])

    def iter_stories(self, query: StoryQuery) -> Iterator[Story]:
        """See ``ports.Groups.iter_stories``. Some of an outlet about which all is silent are fewer, or begin later."""
        if "everything" not in self._rights.left_out().values():
            return self._groups.iter_stories(query)
        told = map(self._told, self._groups.iter_stories(replace(query, limit=None)))
        found = [story for story in told if story is not None and self._matches(story, query)]
        return islice(iter(sorted(found, key=lambda story: story.last, reverse=True)), query.limit)

    def _told(self, story: Story) -> Story | None:
        listed = tuple(one for one in story.articles if self._release(one).is_listed)
        if len(listed) == len(story.articles):
            return story
        times = self._times(listed)
        if not times:
            return None
        events = (tuple(one for one in event if one in times) for event in story.events)
        return Story(
            story_id(listed[0]),
            listed,
            tuple(event for event in events if event),
            tuple(dict.fromkeys(one.partition("/")[0] for one in listed)),
            min(times.values()),
            max(times.values()),
        )

    def _times(self, articles: Collection[str]) -> dict[str, datetime]:
        query = HoldingQuery(articles=frozenset(articles))
        return {held.article: held.published for held in self._index.iter_holdings(query)} if articles else {}

    def _matches(self, story: Story, query: StoryQuery) -> bool:
        if len(story.articles) < query.least_articles or len(story.outlets) < query.least_outlets:
            return False
        if query.articles is not None and query.articles.isdisjoint(story.articles):
            return False
        after, before = query.after, query.before
        if after is None and before is None:
            return True
        times = self._times(story.articles).values()
        return any((after is None or one >= after) and (before is None or one < before) for one in times)

    def iter_owners(self, id: str) -> Iterator[str]:
        """See ``ports.Groups.iter_owners``."""
        return (one for one in self._groups.iter_owners(id) if self._release(one).is_listed)

    def iter_links(self, articles: Collection[str]) -> Iterator[Link]:
        """See ``ports.Groups.iter_links``."""
        for link in self._groups.iter_links(articles):
            if all(self._release(article).has_text for _, article in (link.one, link.other)):
                yield link


def released(sources: Sources, begin: datetime | None = None) -> Sources:
    """``sources`` without what may not leave this machine, and if asked without what is older than ``begin``."""
    settings, rights = sources.settings, Rights.of(sources.settings.outlets)
    index = Window(sources.index, begin, rights)
    stories = sources.stories
    archive = sources.archive
    if not rights.are_full:
        archive = Archive(cast("Store", ReleasedStore(archive.store, rights)))
        names = settings.stories.pairs
        says_more = OneOutlet(archive, lambda: index, careful=settings.statements.is_careful, names=names)
        stories = stories.among(lambda groups: ReleasedGroups(groups, sources.index, rights), says_more)
        listed = tuple(one for one in settings.outlets if rights.of_outlet(one.id).is_listed)
        settings = replace(settings, outlets=listed)
    return replace(
        sources, archive=archive, index=index, stories=stories, settings=settings, months=tuple(index.iter_months())
    )


def settled(sources: Sources, now: datetime, begin: datetime | None) -> Sources:
    """``sources`` as published, as of ``now``, which the archive itself says; only articles since ``begin``."""
    return replace(released(sources, begin), modified=now, now=now)
