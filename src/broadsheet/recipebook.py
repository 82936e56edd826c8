"""The recipes that come with Broadsheet: one TOML file per outlet, told apart by the hosts they name."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from broadsheet.decide.identity import Numbering
from broadsheet.errors import SettingsError
from broadsheet.extract import Recipe, parse_recipe
from broadsheet.urls import host_of


class RecipeBook:
    """Recipes by name, with their texts. ``texts`` maps a name (the file's) to TOML."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.recipes: dict[str, Recipe] = {name: parse_recipe(text) for name, text in texts.items()}

    def find_name(self, *, url: str | None = None, name: str | None = None) -> str | None:
        """The name of the recipe called ``name``, else of the one for the host of ``url``; None if there is none.

        SettingsError for a name that no recipe has.
        """
        if name is not None:
            if name not in self.recipes:
                raise SettingsError(f"no recipe {name!r}; there are: {', '.join(sorted(self.recipes))}")
            return name
        host = host_of(url or "")
        return next((key for key, recipe in sorted(self.recipes.items()) if recipe.matches(host)), None)

    def numbering(self) -> Numbering:
        """The patterns of outlets' own article numbers, by host."""
        numbered = [recipe for _, recipe in sorted(self.recipes.items()) if recipe.number]
        patterns = {host: re.compile(recipe.number or "") for recipe in numbered for host in recipe.hosts}
        others = [host for recipe in numbered for host in recipe.hosts[1:]]
        return Numbering(patterns, {host: "-" + host.partition(".")[0] for host in others})


@lru_cache(maxsize=1)
def read_recipes() -> RecipeBook:
    """The recipes in the package ``broadsheet.recipes``."""
    files = [entry for entry in resources.files("broadsheet.recipes").iterdir() if entry.name.endswith(".toml")]
    return RecipeBook({entry.name.removesuffix(".toml"): entry.read_text("utf-8") for entry in files})
