"""``Broadsheet``: one archive folder with everything that works on it."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from broadsheet import again, fixity, following, grouping, indexing, pipeline, publish, searching
from broadsheet.account import Account
from broadsheet.app._config import CONFIG, STATE, add_outlet, read_settings
from broadsheet.app._groups import catch_up, find_answering, get_story, open_groups, watch_groups
from broadsheet.app._looks import as_polled, make_looking
from broadsheet.app._parts import make_fetcher
from broadsheet.archive import Archive
from broadsheet.decide import Health, Manners, health_of, new_state
from broadsheet.decide.fulltext import FullText
from broadsheet.decide.pictures import Missing
from broadsheet.engines.files import FileStore, only_writer
from broadsheet.engines.groups_sqlite import ReadOnlySqliteGroups, SqliteGroups
from broadsheet.engines.http import HttpFetcher
from broadsheet.engines.index_sqlite import ReadOnlySqliteIndex, SqliteIndex
from broadsheet.engines.looks_sqlite import SqliteLooks
from broadsheet.engines.queue_sqlite import SqliteQueue
from broadsheet.engines.search_tantivy import TantivySearch
from broadsheet.engines.supervised import Limits, SupervisedWorkshop
from broadsheet.errors import EngineError, NotFoundError
from broadsheet.extract.jobs import EXTRACT_JOB
from broadsheet.feeds import OpmlOutline, parse_opml
from broadsheet.grouping import Stories
from broadsheet.keeping import Keeper
from broadsheet.looking import Looked, Looking
from broadsheet.model import Document, FeedState, Hits, Holding, HoldingQuery, Outlet, Revision, Story, StoryQuery
from broadsheet.pictures import Caps, MissingPictures, Pictures, Retried, retry_missing
from broadsheet.recipebook import read_recipes
from broadsheet.settings import Settings, check_outlet_id, parse_settings
from broadsheet.takeover import Takeover, Watch, take_over
from broadsheet.urls import url_key
from broadsheet.wholepage import PageReader, PageRules


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Broadsheet:
    """One archive folder with everything that works on it.

    Use it as a context manager, or call ``close``. Reading needs nothing else; whoever writes enters ``writing``.
    ``read_only`` is for a process that stays open beside a writer: it sees what is written and writes nothing.
    """

    def __init__(
        self, root: Path, settings: Settings, *, clock: Callable[[], datetime] = _utc_now, read_only: bool = False
    ) -> None:
        self.root = root
        self.read_only = read_only
        self.settings = settings
        self.clock = clock
        self.store = FileStore(root)
        self.archive = Archive(self.store)
        self.recipes = read_recipes()
        self.numbering = self.recipes.numbering()
        self._workshop: SupervisedWorkshop | None = None
        self._index: SqliteIndex | None = None
        self._queue: SqliteQueue | None = None
        self._looks: SqliteLooks | None = None
        self._search: TantivySearch | None = None
        self._groups: SqliteGroups | ReadOnlySqliteGroups | None = None
        self._fetcher: HttpFetcher | None = None

    @classmethod
    def open(cls, root: Path, *, clock: Callable[[], datetime] = _utc_now, read_only: bool = False) -> Broadsheet:
        """The archive at ``root`` or above it; NotFoundError if there is none, SettingsError if it is set up wrong."""
        for folder in (root.absolute(), *root.absolute().parents):
            if (folder / CONFIG).is_file():
                return cls(folder, read_settings(folder / CONFIG), clock=clock, read_only=read_only)
        raise NotFoundError(f"{root}: no archive here (no {CONFIG}); make one with: broadsheet init {root}")

    def __enter__(self) -> Broadsheet:
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

    # -- engines ---------------------------------------------------------------------------------------------

    @property
    def index(self) -> SqliteIndex:
        """The index, in step with the ledgers when this is first asked for (a reader leaves that to the writer)."""
        if self._index is None and self.read_only:
            self._index = ReadOnlySqliteIndex(self.root / STATE / "index.sqlite")
        elif self._index is None:
            self._index = SqliteIndex(self.root / STATE / "index.sqlite")
            indexing.sync(self.archive, self._index)
        return self._index

    @property
    def queue(self) -> SqliteQueue:
        """The polling state of every configured feed."""
        if self._queue is None:
            self._queue = SqliteQueue(self.root / STATE / "polling.sqlite")
            feeds = ((url, outlet.id) for outlet in self.settings.outlets for url in outlet.feeds)
            if self.read_only:
                return self._queue
            self._queue.add([new_state(url, outlet, self.manners) for url, outlet in feeds], forget_others=True)
        return self._queue

    @property
    def search_index(self) -> TantivySearch:
        """The search index, in step with the ledgers when this is first asked for, unless another process writes it."""
        if self._search is None:
            self._search = TantivySearch(self.root / STATE / "search", read_only=self.read_only)
            if not self.read_only:
                with contextlib.suppress(EngineError):  # what is wrong with the index itself comes up in the answer
                    searching.sync(self.archive, self.index, self._search)
        return self._search

    @property
    def group_index(self) -> SqliteGroups:
        """What grouping works on, for the writer."""
        if not isinstance(self._groups, SqliteGroups):
            self._groups = open_groups(self.root / STATE)
        return self._groups

    @property
    def groups(self) -> Stories:
        """Stories and families, in step with the ledgers when first asked for, unless another process writes."""
        if self._groups is None and self.read_only:
            self._groups = watch_groups(self.root / STATE)
        elif self._groups is None:
            catch_up(self.archive, lambda: self.index, self.group_index, only_writer(self.root / STATE))
        return Stories(self._groups or self.group_index)

    @property
    def fetcher(self) -> HttpFetcher:
        """The one way in for bytes from a network."""
        if self._fetcher is None:
            self._fetcher = make_fetcher(self.settings)
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

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer; what a killed run left half done is put right first."""
        with only_writer(self.root / STATE):
            self.store.sweep()
            self.queue.free()
            indexing.sync(self.archive, self.index)
            yield
            searching.sync(self.archive, self.index, self.search_index)
            grouping.sync(self.archive, self.index, self.group_index)

    # -- the path --------------------------------------------------------------------------------------------

    def run(
        self, *, outlets: Sequence[str] = (), limit: int | None = None, everything: bool = False
    ) -> Iterator[pipeline.Polled]:
        """One round, feed by feed, inside ``writing``. ``everything`` asks feeds that are not due yet, too."""
        urls = self._choose_feeds(outlets, everything)
        began = self.clock()
        total = Account()
        looking = self._looking() if self.settings.looks.enabled else None
        try:
            for polled in pipeline.run_round(self._parts(looking), urls=urls, limit=limit):
                total.add(polled.account)
                yield polled
            for looked in looking.look_all(outlets=outlets) if looking else ():
                total.add(looked.account)
                yield as_polled(looked)
            if self.settings.pictures.enabled:
                for retried in self._iter_retried(self.settings.pictures.retry_limit):
                    total.pictures["kept later"] += retried.kept
        finally:
            if total.polled or total.pictures or total.looks:
                self.archive.close_round("run", began, self.clock(), total.as_json())
            self._expire_captures()
            self.write_lists()

    def look(
        self,
        *,
        articles: Sequence[str] = (),
        outlets: Sequence[str] = (),
        everything: bool = False,
        limit: int | None = None,
    ) -> Iterator[Looked]:
        """Look at articles again, one by one, inside ``writing``; see ``looking``."""
        for outlet in outlets:
            self.settings.get_outlet(outlet)
        wanted = [self.find_holding(question).article for question in articles]
        began, total = self.clock(), Account()
        looks = self._looking().look_all(outlets=outlets, articles=wanted, everything=everything, limit=limit)
        try:
            for looked in looks:
                total.add(looked.account)
                yield looked
        finally:
            if total.looks:
                told = {name: total.as_json()[name] for name in ("looks", "pictures")}
                self.archive.close_round("look", began, self.clock(), told)
                self.write_lists()

    @property
    def looks(self) -> SqliteLooks:
        """How far each article is with being looked at again."""
        if self._looks is None:
            self._looks = SqliteLooks(self.root / STATE / "looks.sqlite")
        return self._looks

    def _looking(self) -> Looking:
        pictures = self._pictures() if self.settings.pictures.enabled else None
        return make_looking(self.settings, self._keeper(), self.looks, self._reader(), self.clock, pictures)

    def _keeper(self) -> Keeper:
        return Keeper(self.archive, self.index, self.numbering, self._again().retake, self.looks)

    def _reader(self) -> PageReader:
        return PageReader(self.fetcher, self.workshop, self.archive.captures, self._page_rules())

    def _parts(self, looking: Looking | None) -> pipeline.Parts:
        return pipeline.Parts(
            keeper=looking.keeper if looking else self._keeper(),
            queue=self.queue,
            fetcher=self.fetcher,
            outlets={outlet.id: outlet for outlet in self.settings.outlets},
            manners=self.manners,
            clock=self.clock,
            chance=random.random,
            sleep=time.sleep,
            reader=looking.reader if looking else self._reader(),
            pictures=self._pictures() if self.settings.pictures.enabled else None,
            captures=self.archive.captures,
            note=looking.note if looking else None,
        )

    def _page_rules(self) -> dict[str, PageRules]:
        """By outlet: its recipe, and when its pages are fetched (the outlet, then the recipe, then we decide)."""
        rules = {}
        for outlet in self.settings.outlets:
            name = self.recipes.find_for(outlet)
            recipe = self.recipes.recipes[name] if name else None
            of_recipe = recipe.full_text if recipe and recipe.full_text != "auto" else None
            full_text = cast("FullText", outlet.full_text or of_recipe or self.settings.pages.full_text)
            rules[outlet.id] = PageRules(self.recipes.texts[name] if name else None, full_text)
        return rules

    def _pictures(self) -> Pictures:
        pictures = self.settings.pictures
        caps = Caps(pictures.max_bytes, pictures.max_pixels, self.settings.fetch.timeout_s)
        return Pictures(self.store, self.fetcher, caps)

    def _iter_retried(self, limit: int | None) -> Iterator[Retried]:
        """Pictures that could not be had before and are due again, batch by batch, what came in its place."""
        missing = MissingPictures(self.archive)
        for retried in retry_missing(self.archive, self._pictures(), missing, self.clock, limit=limit):
            indexing.apply_additions(self.archive, self.index, retried.additions)
            yield retried

    def fetch_pictures(self, *, limit: int | None = None) -> Iterator[Retried]:
        """Try the missing pictures that are due now, ``limit`` at most, inside ``writing``; yields batch by batch."""
        began, account = self.clock(), Counter[str]()
        try:
            for retried in self._iter_retried(limit):
                account.update(retried.count())
                yield retried
        finally:
            if account:
                self.archive.close_round("pictures", began, self.clock(), {"pictures": dict(sorted(account.items()))})

    def iter_missing_pictures(self) -> Iterator[tuple[Missing, str]]:
        """Every missing picture, the next due first, with the address of an article that shows it."""
        missing = MissingPictures(self.archive)
        missing.sync()
        return missing.iter_missing()

    def extract_again(
        self, *, outlets: Sequence[str] = (), everything: bool = False, watch: again.Watch
    ) -> again.AgainAccount:
        """Take articles anew from their captures, inside ``writing``; see ``again``."""
        for outlet in outlets:
            self.settings.get_outlet(outlet)
        work = self._again()
        began = self.clock()
        try:
            return work.extract_all(outlets=outlets, everything=everything, watch=watch)
        finally:
            if work.account.remade:
                self.archive.close_round("extract", began, self.clock(), work.account.as_json())
                self.write_lists()

    def _again(self) -> again.Again:
        return again.Again(
            self.archive,
            self.index,
            self.workshop,
            {outlet.id: outlet for outlet in self.settings.outlets},
            self._page_rules(),
            self._pictures() if self.settings.pictures.enabled else None,
        )

    def _expire_captures(self) -> None:
        """Let go of captures whose days are over, saying so in the ledger first."""
        days = self.settings.pages.keep_days
        if days:
            now = self.clock()
            self.archive.expire_captures((now - timedelta(days=days)).date(), now)

    def _choose_feeds(self, outlets: Sequence[str], everything: bool) -> list[str] | None:
        for outlet in outlets:
            self.settings.get_outlet(outlet)
        if not outlets and not everything:
            return None
        chosen = [one for one in self.settings.outlets if not outlets or one.id in outlets]
        urls = [url for one in chosen for url in one.feeds]
        if everything:
            return urls
        now = self.clock()
        return [
            state.url for state in self.queue.iter_states()
            if state.url in urls and (state.next_due is None or state.next_due <= now)
        ]  # fmt: skip

    def import_mirror(self, source: Path, outlet: str, *, name: str | None = None, watch: Watch) -> Takeover:
        """Take over what an old mirror wrote, inside ``writing``; an outlet not configured yet is written down."""
        check_outlet_id(outlet, "--outlet")
        if outlet not in {one.id for one in self.settings.outlets}:
            self._add(Outlet(outlet, name or outlet), None)
        began = self.clock()
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as workers:
            result = take_over(
                source,
                self.settings.get_outlet(outlet),
                archive=self.archive,
                index=self.index,
                now=began,
                scratch=self.root / STATE,
                numbering=self.numbering,
                spread=workers.map,
                watch=watch,
            )
        self.archive.close_round("import", began, self.clock(), result.account())
        self.write_lists()
        return result

    def write_lists(self) -> int:
        """Bring README.md and lists/ in step; returns how many pages changed."""
        if not self.settings.lists.enabled:
            return 0
        remembered = self.root / STATE / "lists.json"
        known: dict[str, str] = {}
        with contextlib.suppress(FileNotFoundError, ValueError):
            known = dict(json.loads(remembered.read_text("utf-8")))
        written, states = publish.write_lists(self.store, self.index, self.settings, known)
        if states != known:
            self.store.replace(f"{STATE}/lists.json", json.dumps(states, indent=0, sort_keys=True).encode())
        return written

    def rebuild(self, progress: Callable[[str], None] = lambda _: None) -> int:
        """Fill the indexes and the groups anew from documents and ledgers; returns the number of ledger lines read."""
        lines = indexing.rebuild(self.archive, self.index, progress=progress)
        searching.rebuild(self.archive, self.index, self.search_index, progress=progress)
        grouping.rebuild(self.archive, self.index, self.group_index, progress=progress)
        return lines

    # -- questions -------------------------------------------------------------------------------------------

    def find_holding(self, question: str) -> Holding:
        """The article that ``question`` means: its id, its address, or the path of one of its documents."""
        by_id = self.index.find_holding(question)
        if by_id:
            return by_id
        path = question.removeprefix("./")
        found = re.fullmatch(r"articles/([^/]+)/\d{4}/\d\d/\d\d-([^/.+]+)(?:\.\d+)?(?:\+\d+)?\.md", path)
        if found and (by_path := self.index.find_holding(f"{found[1]}/{found[2]}")):
            return by_path
        outlets = {month.outlet for month in self.index.iter_months()}
        for outlet in sorted(outlets):
            if named := self.index.find_article(outlet, [f"url:{url_key(question)}"]):
                return self._get_holding(named[0])
        raise NotFoundError(f"{question}: no such article here; give its id (see: broadsheet list), address or path")

    def _get_holding(self, article: str) -> Holding:
        holding = self.index.find_holding(article)
        if holding is None:
            raise NotFoundError(f"{article}: the index names it and does not hold it; run broadsheet rebuild")
        return holding

    def get_document(self, holding: Holding, revision: int | None = None) -> tuple[Document, Revision]:
        """A revision (the newest by default) of an article: its document and its ledger line."""
        number = holding.revision if revision is None else revision
        lines = [line for line in self.iter_revisions(holding) if line.revision == number]
        if not lines:
            raise NotFoundError(f"{holding.article}: has revisions 1 to {holding.revision}, not {number}")
        return self.archive.get_document(lines[-1].path), lines[-1]

    def iter_revisions(self, holding: Holding) -> Iterator[Revision]:
        """Every ledger line of an article, oldest first."""
        return self.archive.iter_article(holding.article, holding.first_path)

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """Articles that match, newest first."""
        return self.index.iter_holdings(query)

    def search(
        self, question: str, *, newest: bool = False, limit: int = 10, cursor: str | None = None, facets: bool = False
    ) -> Hits:
        """One page of articles that answer ``question``; QueryError marks what in it cannot be understood."""
        outlets = {outlet.name: outlet.id for outlet in self.settings.outlets}
        return searching.search(
            self.archive, self.index, self.search_index, question,
            newest=newest, limit=limit, cursor=cursor, facets=facets, outlets=outlets,
        )  # fmt: skip

    def iter_stories(
        self,
        question: str | None = None,
        query: StoryQuery | None = None,
        *,
        outlets: Sequence[str] = (),
        everything: bool = False,
    ) -> Iterator[Story]:
        """Stories told by two outlets or three reports (``everything``: down to single articles), newest report first.

        ``question``: those of the articles that answer it; QueryError marks what in it cannot be understood.
        """
        query = query or StoryQuery()
        if question is not None:
            query = replace(query, articles=self.find_answering(question))
        return self.groups.iter_all(query, outlets) if everything else self.groups.iter_told(query, outlets)

    def find_answering(self, question: str) -> frozenset[str]:
        """The newest articles that answer ``question``; QueryError marks what in it cannot be understood."""
        names = {outlet.name: outlet.id for outlet in self.settings.outlets}
        return find_answering(self.search_index, question, names)

    def get_story(self, question: str) -> Story:
        """The story that ``question`` means: its id, present or past, or an article's id, address or path."""
        return get_story(self.groups, question, self.find_holding)

    def iter_health(self) -> Iterator[tuple[FeedState, Health]]:
        """Every feed with how it fares."""
        now = self.clock()
        for state in self.queue.iter_states():
            yield state, health_of(state, now, self.manners)

    def verify(self, progress: Callable[[str], None] = lambda _: None) -> fixity.Verification:
        """Prove the archive whole, or name what is not."""
        return fixity.verify(self.archive, progress=progress)

    def take_down(self, question: str, reason: str) -> Holding:
        """Replace the text of an article by a tombstone, inside ``writing``."""
        holding = self.find_holding(question)
        began = self.clock()
        additions = self.archive.take_down(holding.article, holding.first_path, reason, began)
        indexing.apply_additions(self.archive, self.index, additions)
        self.archive.close_round("take-down", began, self.clock(), {"taken_down": len(additions)})
        self.write_lists()
        return holding

    # -- following -------------------------------------------------------------------------------------------

    def follow(
        self, url: str, *, outlet: str | None = None, name: str | None = None, recipe: str | None = None
    ) -> Outlet:
        """Find the feed behind ``url`` and write it into ``broadsheet.toml``; returns the outlet it now belongs to."""
        found = following.find_feed(self.fetcher, url)
        return self._add(following.outlet_of(found, outlet=outlet, name=name), recipe)

    def get_outlines(self, source: str) -> tuple[OpmlOutline, ...]:
        """The subscriptions in an OPML file or at an address."""
        if re.match(r"https?://", source):
            return parse_opml(following.get(self.fetcher, source).body)
        try:
            return parse_opml(Path(source).read_bytes())
        except OSError as error:
            raise NotFoundError(f"{source}: cannot be read ({error.strerror})") from None

    def follow_outline(self, outline: OpmlOutline) -> Outlet:
        """Take a subscription from an OPML file as it is, without asking its server."""
        home = outline.home_url or outline.feed_url
        outlet = Outlet(
            id=following.outlet_id_of(home),
            name=outline.title or following.outlet_id_of(home),
            home_url=outline.home_url,
            feeds=(outline.feed_url,),
        )
        return self._add(outlet, None)

    def _free_id(self, outlet: Outlet) -> str:
        """The outlet's id, or one with a number where another publication of the same host has it."""
        by_id = {known.id: known for known in self.settings.outlets}
        number, free = 1, outlet.id
        while (known := by_id.get(free)) and known.home_url and outlet.home_url:
            if url_key(known.home_url) == url_key(outlet.home_url):
                break
            number += 1
            free = f"{outlet.id[:37]}-{number}"
        return free

    def _add(self, outlet: Outlet, recipe: str | None) -> Outlet:
        for known in self.settings.outlets:
            if {url_key(url) for url in known.feeds} & {url_key(url) for url in outlet.feeds}:
                return known
        check_outlet_id(outlet.id, "--outlet")
        outlet = replace(outlet, id=self._free_id(outlet))
        path = self.root / CONFIG
        text = add_outlet(path.read_text("utf-8"), outlet, recipe)
        settings = parse_settings(text, where=str(path))
        self.store.replace(CONFIG, text.encode())
        self.settings = settings
        if self._queue is not None:
            self._queue.add([new_state(url, outlet.id, self.manners) for url in outlet.feeds])
        return settings.get_outlet(outlet.id)
