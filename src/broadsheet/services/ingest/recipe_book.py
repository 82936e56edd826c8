"""The recipes that come with Broadsheet: one TOML file per outlet, told apart by the hosts and paths they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from urllib.parse import urlsplit

from broadsheet.addresses.urls import host_of, url_key
from broadsheet.errors import SettingsError
from broadsheet.extract import Recipe, parse_recipe
from broadsheet.model import Outlet
from broadsheet.policy.identity import Numbering


class RecipeBook:
    """Recipes by name, with their texts. ``texts`` maps a name (the file's) to TOML.

    SettingsError where two recipes claim one place.
    """

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.recipes: dict[str, Recipe] = {name: parse_recipe(text) for name, text in texts.items()}
        claimed: dict[str, str] = {}
        for name, recipe in sorted(self.recipes.items()):
            for place in _iter_places(recipe):
                if claimed.setdefault(place, name) != name:
                    raise SettingsError(f"the recipes {claimed[place]!r} and {name!r} both claim {place}")
        self._feeds = {url_key(feed): name for name, recipe in self.recipes.items() for feed in recipe.feeds}

    def find_name(self, *, url: str | None = None, name: str | None = None) -> str | None:
        """The name of the recipe called ``name``, else of the one for ``url``; None if there is none.

        ``url`` is an outlet's home page, article or feed. A feed that a recipe lists is known wherever it lives.

        SettingsError for a name that no recipe has.
        """
        if name is not None:
            if name not in self.recipes:
                raise SettingsError(f"no recipe {name!r}; there are: {', '.join(sorted(self.recipes))}")
            return name
        if not url or not (host := host_of(url)):
            return None
        if (listed := self._feeds.get(url_key(url))) is not None:
            return listed
        path = urlsplit(url).path
        near = {key: recipe.nearness(host, path) for key, recipe in sorted(self.recipes.items())}
        nearest = max(near, key=lambda key: near[key], default=None)
        return nearest if nearest and near[nearest] else None

    def find_for(self, outlet: Outlet) -> str | None:
        """The name of the recipe an outlet asks for, else of the one for its home page or one of its feeds."""
        if outlet.recipe is not None:
            return self.find_name(name=outlet.recipe)
        addresses = [outlet.home_url, *outlet.feeds]
        return next((name for url in addresses if (name := self.find_name(url=url)) is not None), None)

    def numbering(self) -> Numbering:
        """The patterns of outlets' own article numbers, by place."""
        return Numbering(
            {
                place: re.compile(recipe.number)
                for recipe in self.recipes.values()
                if recipe.number
                for place in _iter_places(recipe)
            }
        )


def _iter_places(recipe: Recipe) -> Iterator[str]:
    """What a recipe claims: each host, or each host with each path."""
    for host in recipe.hosts:
        for path in recipe.paths or ("",):
            yield host + path


@lru_cache(maxsize=1)
def read_recipes() -> RecipeBook:
    """The recipes in the package ``broadsheet.extract.recipes``."""
    files = [entry for entry in resources.files("broadsheet.extract.recipes").iterdir() if entry.name.endswith(".toml")]
    return RecipeBook({entry.name.removesuffix(".toml"): entry.read_text("utf-8") for entry in files})
