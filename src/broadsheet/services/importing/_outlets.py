"""Whose documents are these? Outlets are told apart by the addresses of their articles, through recipes and hosts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from broadsheet.addresses.hosts import outlet_id_of, site_of
from broadsheet.addresses.urls import host_of, url_key
from broadsheet.model import Outlet
from broadsheet.services.ingest.recipe_book import RecipeBook

NO_RECIPES = RecipeBook({})


@dataclass
class Outlets:
    """The outlets of an import: those ``configured``, and those that documents bring with them.

    Every address is ``note``d first; then ``settle`` gives each new publication an id, and ``of`` answers: ids do not
    depend on the order in which documents come. ``only`` is the one outlet that all of them belong to. ``articles`` has
    the address of an article of those configured outlets that name no address of their own.
    """

    configured: Sequence[Outlet] = ()
    recipes: RecipeBook = NO_RECIPES
    only: Outlet | None = None
    language: str | None = None
    articles: Mapping[str, str] = field(default_factory=dict)
    _is_met: bool = False
    _seen: dict[str, Counter[str]] = field(default_factory=dict)
    _new: dict[str, Outlet] = field(default_factory=dict)

    @property
    def base_url(self) -> str | None:
        """What completes addresses without a host; None where the outlet is not told beforehand."""
        return self.only.home_url if self.only else None

    def note(self, url: str) -> None:
        """Take down that an article stands at ``url``."""
        self._is_met = True
        if self.only is None and self._find_configured(url) is None:
            parts = urlsplit(url)
            self._seen.setdefault(self._publication(url), Counter())[f"{parts.scheme}://{parts.netloc}"] += 1

    def settle(self) -> list[Outlet]:
        """Name the publications that are not configured; returns them, sorted by id."""
        if self.only is not None:
            return [self.only] if self._is_met and self.only not in self.configured else []
        short = Counter(self._short_id(publication) for publication in self._seen)
        taken = {outlet.id for outlet in self.configured}
        for publication in sorted(self._seen):
            id_ = self._short_id(publication)
            if id_ in taken or short[id_] > 1:
                id_ = outlet_id_of(f"https://{publication}/", exact=True)
            number, free = 1, id_
            while free in taken:
                number += 1
                free = f"{id_[:37]}-{number}"
            taken.add(free)
            self._new[publication] = self._make(publication, free)
        self._seen.clear()
        return sorted(self._new.values(), key=lambda outlet: outlet.id)

    def of(self, url: str) -> Outlet:
        """The outlet that prints ``url``."""
        if self.only is not None:
            return self.only
        return self._find_configured(url) or self._new[self._publication(url)]

    def _publication(self, url: str) -> str:
        """What tells the publication of ``url`` from others: its recipe's name, else its site."""
        return self.recipes.find_name(url=url) or site_of(url)

    def _short_id(self, publication: str) -> str:
        return publication if publication in self.recipes.recipes else outlet_id_of(f"https://{publication}/")

    def _make(self, publication: str, id_: str) -> Outlet:
        root = max(sorted(self._seen[publication]), key=self._seen[publication].__getitem__)
        recipe = self.recipes.recipes.get(publication)
        if recipe is None:
            return Outlet(id_, host_of(root).removeprefix("www."), home_url=f"{root}/", language=self.language)
        home = root + (recipe.paths[0] if recipe.paths else "/")
        named = None if self.recipes.find_name(url=home) == publication else publication
        return Outlet(id_, recipe.name, home_url=home, language=self.language or recipe.language, recipe=named)

    def _find_configured(self, url: str) -> Outlet | None:
        """The configured outlet whose recipe or home page is the nearest to ``url``."""
        mine, site = self.recipes.find_name(url=url), site_of(url)
        near = [one for one in self.configured if self._prints(one, mine, site)]
        return max(near, key=lambda one: (_nearness(one, url), one.id), default=None)

    def _prints(self, outlet: Outlet, recipe: str | None, site: str) -> bool:
        """Whether ``outlet`` is of this recipe, or of this site where neither has one."""
        addresses = [address for address in (outlet.home_url, *outlet.feeds) if address]
        addresses = addresses or [self.articles.get(outlet.id, "")]
        own = self.recipes.find_for(outlet) or self.recipes.find_name(url=addresses[0])
        if own is not None or recipe is not None:
            return own == recipe
        return site_of(addresses[0]) == site


def _nearness(outlet: Outlet, url: str) -> int:
    """How much of the address of the outlet's home page ``url`` begins with, in characters; its host counts alone."""
    home = url_key(outlet.home_url or "")
    key = url_key(url)
    if home and (key == home or key.startswith(f"{home}/")):
        return len(home) + 1
    return int(host_of(outlet.home_url or "") == host_of(url))
