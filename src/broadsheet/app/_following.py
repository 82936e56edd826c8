"""Which outlets an archive follows, written into its ``broadsheet.toml``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from broadsheet import following
from broadsheet.app._config import CONFIG, add_outlet
from broadsheet.app._engines import Engines
from broadsheet.decide import new_state
from broadsheet.errors import NotFoundError
from broadsheet.feeds import OpmlOutline, parse_opml
from broadsheet.hosts import outlet_id_of
from broadsheet.model import Outlet
from broadsheet.settings import check_outlet_id, parse_settings
from broadsheet.urls import url_key


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
        return self._add(told, recipe)

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
            id=outlet_id_of(home),
            name=outline.title or outlet_id_of(home),
            home_url=outline.home_url,
            feeds=(outline.feed_url,),
        )
        return self._add(replace(outlet, id=self._own_id(outlet)), None)

    def _own_id(self, outlet: Outlet) -> str:
        """The id of the configured outlet of the same recipe, else the recipe's name, else the one it comes with."""
        recipe = self.recipes.find_for(outlet)
        if recipe is None:
            return outlet.id
        return next((one.id for one in self.settings.outlets if self.recipes.find_for(one) == recipe), recipe)

    def _free_id(self, outlet: Outlet) -> str:
        """The outlet's id, or one with a number where another publication of the same host has it."""
        by_id = {known.id: known for known in self.settings.outlets}
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
