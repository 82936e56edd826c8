"""``Broadsheet``: one archive folder with everything that works on it."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

from broadsheet.account import Account
from broadsheet.adapters.files import only_writer
from broadsheet.adapters.pool import open_pool
from broadsheet.app._config import STATE
from broadsheet.app._following import Following
from broadsheet.app._looks import as_polled, make_looking
from broadsheet.app._mirroring import Mirroring
from broadsheet.app._questions import Questions
from broadsheet.errors import EngineError
from broadsheet.model import Holding, HoldingQuery, Outlet
from broadsheet.policy.full_text import FullText
from broadsheet.policy.pictures import Missing
from broadsheet.services import reextract as again
from broadsheet.services.archive.pictures import Caps, MissingPictures, Pictures, Retried, retry_missing
from broadsheet.services.importing import Outlets, Takeover, Watch, take_over
from broadsheet.services.indexes import articles as indexing
from broadsheet.services.indexes import search as searching
from broadsheet.services.indexes import stories as grouping
from broadsheet.services.ingest import pipeline
from broadsheet.services.ingest.keeping import Keeper
from broadsheet.services.ingest.page_reading import PageReader, PageRules
from broadsheet.services.publish import lists as publish
from broadsheet.services.revisit import Looked, Looking
from broadsheet.settings import check_outlet_id

_PORTION = 8
"""Texts that go down the path together where a run's traffic has a bound: no more are without their pictures when it is
reached."""


class Broadsheet(Questions, Following, Mirroring):
    """One archive folder with everything that works on it.

    Use it as a context manager, or call ``close``. Reading needs nothing else; whoever writes enters ``writing``.
    """

    @contextlib.contextmanager
    def writing(self, progress: Callable[[str], None] = lambda _: None) -> Iterator[None]:
        """Be the only writer; what a killed run left half done is put right first.

        ``progress`` hears what is read to bring indexes and stories in step, and an empty text when that is done.
        """
        if not self.state.is_writable:
            raise EngineError(f"{self.root}: may not be written to; it can be read: list, search, show, verify, serve")
        with only_writer(self.state.folder):
            self.store.sweep()
            self.queue.free()
            self.finish_rejoining()
            indexing.sync(self.archive, self.index, progress=progress)
            progress("")
            yield
            searching.sync(self.archive, self.index, self.search_index, progress=progress)
            grouping.sync(
                self.archive, self.index, self.group_index, names=self.settings.stories.pairs, progress=progress
            )
            progress("")

    # -- the path --------------------------------------------------------------------------------------------

    def run(
        self,
        *,
        outlets: Sequence[str] = (),
        limit: int | None = None,
        everything: bool = False,
        max_bytes: int | None = None,
    ) -> Iterator[pipeline.Polled]:
        """One round, feed by feed, inside ``writing``. ``everything`` asks feeds that are not due yet, too.

        ``max_bytes`` bounds what may come in, in place of the setting (0: no bound); ``traffic_stop`` says afterwards
        whether that ended the round.
        """
        urls = self._choose_feeds(outlets, everything)
        began = self.clock()
        self.fetcher.begin_run(self.settings.fetch.max_bytes_a_run if max_bytes is None else max_bytes)
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

    @property
    def traffic_stop(self) -> str | None:
        """A sentence if the last round ended since its traffic was used up."""
        if not self.fetcher.is_spent:
            return None
        size = self.fetcher.taken_bytes / 1e6
        return f"stopped after {size:,.1f} MB, the bound on one run's traffic; the next run goes on from here"

    def look(
        self,
        *,
        articles: Sequence[str] = (),
        outlets: Sequence[str] = (),
        everything: bool = False,
        limit: int | None = None,
    ) -> Iterator[Looked]:
        """Look at articles again, one by one, inside ``writing``; see ``services.revisit``."""
        for outlet in outlets:
            self.settings.get_outlet(outlet)
        wanted = [self.find_holding(question).article for question in articles]
        self.fetcher.begin_run()
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
            is_spent=lambda: self.fetcher.is_spent,
            private_names=self.settings.fetch.private_networks,
            portion=_PORTION if self.fetcher.is_bounded else None,
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
        self.fetcher.begin_run()
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

    def import_mirror(
        self,
        sources: Sequence[Path],
        *,
        outlet: str | None = None,
        name: str | None = None,
        language: str | None = None,
        most_problems: int | None = 1000,
        watch: Watch,
    ) -> Takeover:
        """Take over what old mirrors wrote, inside ``writing``; outlets that are not configured yet are written down.

        All of it is of ``outlet`` where that is given, else the addresses of its articles tell.
        """
        began = self.clock()
        outlets = self._outlets(outlet, name, language)
        with open_pool() as workers:
            result = take_over(
                sources,
                outlets,
                archive=self.archive,
                index=self.index,
                now=began,
                scratch=self.root / STATE,
                numbering=self.numbering,
                spread=workers.map,
                watch=watch,
                meet=self._add_all,
                language=language,
                own=self.root,
                most_problems=most_problems,
            )
        if not result.is_empty:
            self.archive.close_round("import", began, self.clock(), result.account())
            self.write_lists()
        return result

    def _outlets(self, outlet: str | None, name: str | None, language: str | None) -> Outlets:
        """Whose an import's documents may be."""
        configured = self.settings.outlets
        if outlet is None:
            silent = [one.id for one in configured if not one.home_url and not one.feeds]
            newest = [next(self.index.iter_holdings(HoldingQuery(outlet=one, limit=1)), None) for one in silent]
            articles = {held.outlet: held.url for held in newest if held}
            return Outlets(configured, self.recipes, language=language, articles=articles)
        check_outlet_id(outlet, "--outlet")
        known = next((one for one in configured if one.id == outlet), None)
        return Outlets(configured, self.recipes, known or Outlet(outlet, name or outlet, language=language))

    def _add_all(self, outlets: Sequence[Outlet]) -> None:
        """Write outlets that are not configured yet into ``broadsheet.toml``."""
        for outlet in outlets:
            if outlet.id not in {one.id for one in self.settings.outlets}:
                self._follow(outlet, outlet.recipe)

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
        grouping.rebuild(
            self.archive, self.index, self.group_index, names=self.settings.stories.pairs, progress=progress
        )
        return lines

    def take_down(self, question: str, reason: str) -> Holding:
        """Replace the text of an article by a tombstone, inside ``writing``."""
        holding = self.find_holding(question)
        began = self.clock()
        additions = self.archive.take_down(holding.article, holding.first_path, reason, began)
        indexing.apply_additions(self.archive, self.index, additions)
        self.archive.close_round("take-down", began, self.clock(), {"taken_down": len(additions)})
        self.write_lists()
        return holding
