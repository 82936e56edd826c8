"""Stories and families of copies, wired: opened, kept in step, asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from broadsheet.adapters.sqlite.groups import ReadOnlySqliteGroups, SqliteGroups
from broadsheet.errors import EngineError, NotFoundError
from broadsheet.model import Holding, Story
from broadsheet.ports import Index, SearchIndex
from broadsheet.query import parse_query
from broadsheet.services.archive import Archive
from broadsheet.services.indexes import stories as grouping
from broadsheet.services.indexes.stories import Stories

GROUPS = "groups.sqlite"
"""The name of the file."""
_MOST_HITS = 1000
"""Of the articles that answer a question the newest so many lead to stories."""


def open_groups(path: Path, names: Mapping[str, str]) -> SqliteGroups:
    """The groups in the file ``path``, for one who may write."""
    return SqliteGroups(path, grouping.stamp_of(names))


def watch_groups(path: Path, names: Mapping[str, str]) -> ReadOnlySqliteGroups:
    """The same for one who only reads beside a writer."""
    return ReadOnlySqliteGroups(path, grouping.stamp_of(names))


def catch_up(
    archive: Archive,
    index: Callable[[], Index],
    groups: SqliteGroups,
    names: Mapping[str, str],
    writing: AbstractContextManager[None],
) -> None:
    """Bring the groups in step if they are not, unless another process writes: it will."""
    sizes = {file: size for file, (size, _) in groups.positions().items()}
    if groups.is_stale or sizes != dict(archive.iter_ledger_files()):
        with contextlib.suppress(EngineError), writing:
            grouping.sync(archive, index(), groups, names=names)


def find_answering(search: SearchIndex, question: str, outlets: Mapping[str, str]) -> frozenset[str]:
    """The newest articles that answer ``question``; QueryError marks what in it cannot be understood."""
    found = search.search(parse_query(question, outlets=outlets), newest=True, limit=_MOST_HITS).found
    return frozenset(article for article, _ in found)


def get_story(stories: Stories, question: str, find_holding: Callable[[str], Holding]) -> Story:
    """The story that ``question`` means: its id, or an article's id, address or path. NotFoundError says what to do."""
    if story := stories.find_story(question):
        return story
    try:
        holding = find_holding(question)
    except NotFoundError:
        raise NotFoundError(
            f"{question}: no such story here; give its id (see: broadsheet stories), "
            "or the id, address or path of one of its articles"
        ) from None
    if story := stories.find_story_of(holding.article):
        return story
    if holding.is_taken_down:
        raise NotFoundError(f"{holding.article} was taken down: it is in no story")
    raise NotFoundError(f"{holding.article} is in no story yet; run broadsheet rebuild")
