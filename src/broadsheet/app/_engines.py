"""An archive's folder with its engines, each opened when it is first asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from broadsheet.adapters.files import FileStore, only_writer
from broadsheet.adapters.http import HttpFetcher, utc_now
from broadsheet.adapters.sandbox import Limits, SupervisedWorkshop
from broadsheet.adapters.sqlite.articles import ReadOnlySqliteIndex, SqliteIndex
from broadsheet.adapters.sqlite.groups import ReadOnlySqliteGroups, SqliteGroups
from broadsheet.adapters.sqlite.looks import SqliteLooks
from broadsheet.adapters.sqlite.queue import SqliteQueue
from broadsheet.adapters.tantivy import TantivySearch
from broadsheet.app._config import CONFIG, read_settings
from broadsheet.app._groups import GROUPS, catch_up, open_groups, watch_groups
from broadsheet.app._parts import make_fetcher
from broadsheet.app._state import State
from broadsheet.errors import EngineError, NotFoundError
from broadsheet.extract.jobs import EXTRACT_JOB
from broadsheet.formats.published import PUBLISHED, Published, parse_published
from broadsheet.model import Outlet
from broadsheet.policy import Manners, new_state
from broadsheet.services.archive import Archive
from broadsheet.services.indexes import articles as indexing
from broadsheet.services.indexes import search as searching
from broadsheet.services.indexes.comparison import OneOutlet
from broadsheet.services.indexes.stories import Stories
from broadsheet.services.ingest.recipe_book import read_recipes
from broadsheet.settings import Settings


def settings_of(published: Published) -> Settings:
    """Settings for reading a plain clone, which has no ``broadsheet.toml``: names, and nothing to poll."""
    outlets = tuple(Outlet(one.id, one.name, one.home_url, one.language) for one in published.outlets)
    return Settings(name=published.name, outlets=outlets)


class Engines:
    """One archive folder and the engines that work on it.

    Use it as a context manager, or call ``close``. Reading needs nothing else; whoever writes enters ``writing``.
    ``read_only`` is for a process that stays open beside a writer: it sees what is written and writes nothing.
    An archive that may not be written to is read all the same, by indexes that stand elsewhere (``State``).
    """

    def __init__(
        self, root: Path, settings: Settings, *, clock: Callable[[], datetime] = utc_now, read_only: bool = False
    ) -> None:
        self.root = root
        self.read_only = read_only
        self.settings = settings
        self.clock = clock
        self.state = State(root)
        self.store = FileStore(root)
        self.archive = Archive(self.store, anonymous=settings.archive.anonymous)
        self.recipes = read_recipes()
        self.numbering = self.recipes.numbering()
        self._workshop: SupervisedWorkshop | None = None
        self._index: SqliteIndex | None = None
        self._queue: SqliteQueue | None = None
        self._looks: SqliteLooks | None = None
        self._search: TantivySearch | None = None
        self._groups: SqliteGroups | ReadOnlySqliteGroups | None = None
        self._one_outlet: OneOutlet | None = None
        self._fetcher: HttpFetcher | None = None

    @classmethod
    def open(cls, root: Path, *, clock: Callable[[], datetime] = utc_now, read_only: bool = False) -> Self:
        """The archive at ``root`` or above it; NotFoundError if there is none, SettingsError if it is set up wrong."""
        for folder in (root.absolute(), *root.absolute().parents):
            if (folder / CONFIG).is_file():
                return cls(folder, read_settings(folder / CONFIG), clock=clock, read_only=read_only)
            if (folder / PUBLISHED).is_file() and (folder / "ledger").is_dir():
                settings = settings_of(parse_published((folder / PUBLISHED).read_bytes()))
                return cls(folder, settings, clock=clock, read_only=read_only)
        raise NotFoundError(f"{root}: no archive here (no {CONFIG}); make one with: broadsheet init {root}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections."""
        for engine in (
            self._fetcher, self._workshop, self._search, self._groups, self._index, self._queue, self._looks,
        ):  # fmt: skip
            if engine is not None:
                engine.close()
        self._fetcher = self._workshop = self._search = self._index = self._queue = self._looks = None
        self._groups = None
        self.state.close()

    @property
    def index(self) -> SqliteIndex:
        """The index, in step with the ledgers when this is first asked for (a reader leaves that to the writer)."""
        if self._index is None and self.read_only:
            self._index = ReadOnlySqliteIndex(self.state.find("index.sqlite"))
        elif self._index is None:
            self._index = SqliteIndex(self.state.find("index.sqlite"))
            indexing.sync(self.archive, self._index)
        return self._index

    @property
    def queue(self) -> SqliteQueue:
        """The polling state of every configured feed."""
        if self._queue is None:
            self._queue = SqliteQueue(self.state.find("polling.sqlite"))
            feeds = ((url, outlet.id) for outlet in self.settings.outlets for url in outlet.feeds)
            if self.read_only:
                return self._queue
            self._queue.add([new_state(url, outlet, self.manners) for url, outlet in feeds], forget_others=True)
        return self._queue

    @property
    def search_index(self) -> TantivySearch:
        """The search index, in step with the ledgers when this is first asked for, unless another process writes it."""
        if self._search is None:
            self._search = TantivySearch(self.state.find("search"), read_only=self.read_only)
            if not self.read_only:
                with contextlib.suppress(EngineError):  # what is wrong with the index itself comes up in the answer
                    searching.sync(self.archive, self.index, self._search)
        return self._search

    @property
    def group_index(self) -> SqliteGroups:
        """What grouping works on, for the writer."""
        if not isinstance(self._groups, SqliteGroups):
            self._groups = open_groups(self.state.find(GROUPS), self.settings.stories.pairs)
        return self._groups

    @property
    def groups(self) -> Stories:
        """Stories and families, in step with the ledgers when first asked for, unless another process writes."""
        if self._groups is None and self.read_only:
            self._groups = watch_groups(self.state.find(GROUPS), self.settings.stories.pairs)
        elif self._groups is None:
            names = self.settings.stories.pairs
            catch_up(self.archive, lambda: self.index, self.group_index, names, only_writer(self.state.folder))
        if self._one_outlet is None:
            careful, names = self.settings.statements.is_careful, self.settings.stories.pairs
            self._one_outlet = OneOutlet(self.archive, lambda: self.index, careful=careful, names=names)
        return Stories(self._groups or self.group_index, self._one_outlet)

    @property
    def fetcher(self) -> HttpFetcher:
        """The one way in for bytes from a network."""
        if self._fetcher is None:
            self._fetcher = make_fetcher(self.settings, lambda: self.clock(), self.root)
        return self._fetcher

    @property
    def workshop(self) -> SupervisedWorkshop:
        """The supervised children in which articles are taken from pages."""
        if self._workshop is None:
            limits = Limits(children=self.settings.pages.children or None)
            self._workshop = SupervisedWorkshop([EXTRACT_JOB], limits)
        return self._workshop

    @property
    def manners(self) -> Manners:
        """The polling rules as set."""
        polling = self.settings.polling
        return Manners(
            min_interval_s=polling.min_interval_s,
            max_interval_s=polling.max_interval_s,
            full_fetch_every_s=polling.full_fetch_every_s,
            host_spacing_s=self.settings.fetch.host_spacing_s,
            domain_spacing_s=self.settings.fetch.host_spacing_s / 2,
            per_url_hosts=frozenset(polling.per_url_hosts),
        )

    @property
    def looks(self) -> SqliteLooks:
        """How far each article is with being looked at again."""
        if self._looks is None:
            self._looks = SqliteLooks(self.state.find("looks.sqlite"))
        return self._looks
