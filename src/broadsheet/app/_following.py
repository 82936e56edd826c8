"""Which outlets an archive follows, written into its ``broadsheet.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from broadsheet.addresses.hosts import outlet_id_of
from broadsheet.addresses.urls import url_key
from broadsheet.app._config import CONFIG, add_outlets
from broadsheet.app._engines import Engines
from broadsheet.errors import BroadsheetError, NotFoundError
from broadsheet.formats.feeds import OpmlOutline, parse_opml
from broadsheet.model import Outlet
from broadsheet.policy import new_state
from broadsheet.services.ingest import discovery as following
from broadsheet.settings import check_outlet_id, parse_settings


class Following(Engines):
    """Feeds are found and followed."""

    def follow(
        self, url: str, *, outlet: str | None = None, name: str | None = None, recipe: str | None = None
    ) -> Outlet:
        """Find the feed behind ``url`` and write it into ``broadsheet.toml``; returns the outlet it now belongs to."""
        found = following.find_feed(self.fetcher, url)
        told = following.outlet_of(found, outlet=outlet, name=name)
        if outlet is None and recipe is None:
            told = replace(told, id=self._own_id(told))
        return self._follow(told, recipe)

    def get_outlines(self, source: str) -> tuple[OpmlOutline, ...]:
        """The subscriptions in an OPML file or at an address."""
        if re.match(r"https?://", source):
            return parse_opml(following.get(self.fetcher, source).body)
        try:
            return parse_opml(Path(source).read_bytes())
        except OSError as error:
            raise NotFoundError(f"{source}: cannot be read ({error.strerror})") from None

    def follow_outlines(self, outlines: Iterable[OpmlOutline]) -> tuple[list[Outlet], list[str]]:
        """Take subscriptions from an OPML file as they are, without asking their servers, and write them at once.

        Returns the outlets they belong to now, and a sentence for each that could not be taken.
        """
        wanted: list[Outlet] = []
        for outline in outlines:
            id_ = outlet_id_of(outline.home_url or outline.feed_url)
            outlet = Outlet(id=id_, name=outline.title or id_, home_url=outline.home_url, feeds=(outline.feed_url,))
            wanted.append(replace(outlet, id=self._own_id(outlet)))
        found, problems = self._follow_all(wanted, None)
        return found, [f"{outlet.feeds[0]}: not followed: {error}" for outlet, error in problems]

    def _own_id(self, outlet: Outlet) -> str:
        """The id of the configured outlet of the same recipe, else the recipe's name, else the one it comes with."""
        recipe = self.recipes.find_for(outlet)
        if recipe is None:
            return outlet.id
        return next((one.id for one in self.settings.outlets if self.recipes.find_for(one) == recipe), recipe)

    def _free_id(self, outlet: Outlet, by_id: Mapping[str, Outlet]) -> str:
        """The outlet's id, or one with a number where another publication of the same host has it."""
        number, free = 1, outlet.id
        while (known := by_id.get(free)) and known.home_url and outlet.home_url:
            recipe = self.recipes.find_for(outlet)
            if url_key(known.home_url) == url_key(outlet.home_url) or (
                recipe and recipe == self.recipes.find_for(known)
            ):
                break
            number += 1
            free = f"{outlet.id[:37]}-{number}"
        return free

    def _follow(self, outlet: Outlet, recipe: str | None) -> Outlet:
        found, problems = self._follow_all([outlet], recipe)
        for _, error in problems:
            raise error
        return found[0]

    def _follow_all(
        self, outlets: Iterable[Outlet], recipe: str | None
    ) -> tuple[list[Outlet], list[tuple[Outlet, BroadsheetError]]]:
        """Write what is not followed yet into ``broadsheet.toml``, in one go; one that cannot be costs itself."""
        by_id = {known.id: known for known in self.settings.outlets}
        by_feed = {url_key(url): known.id for known in self.settings.outlets for url in known.feeds}
        ids, new, problems = list[str](), list[Outlet](), list[tuple[Outlet, BroadsheetError]]()
        for outlet in outlets:
            known = next((by_feed[key] for url in outlet.feeds if (key := url_key(url)) in by_feed), None)
            if known is None:
                try:
                    check_outlet_id(outlet.id, "--outlet")
                    free = replace(outlet, id=self._free_id(outlet, by_id))
                    parse_settings(add_outlets("", [free], recipe), where=CONFIG)
                except BroadsheetError as error:
                    problems.append((outlet, error))
                    continue
                new.append(free)
                known = free.id
                by_id.setdefault(known, free)
                by_feed.update((url_key(url), known) for url in free.feeds)
            ids.append(known)
        if new:
            self._write(new, recipe)
        return [self.settings.get_outlet(id_) for id_ in ids], problems

    def _write(self, outlets: Sequence[Outlet], recipe: str | None) -> None:
        path = self.root / CONFIG
        text = add_outlets(path.read_text("utf-8"), outlets, recipe)
        settings = parse_settings(text, where=str(path))
        self.store.replace(CONFIG, text.encode())
        self.settings = settings
        if self._queue is not None:
            self._queue.add([new_state(url, one.id, self.manners) for one in outlets for url in one.feeds])
