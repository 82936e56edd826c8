"""Takes the article from one page, or says what a recipe finds on it: for people who look, without any archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from broadsheet.addresses.urls import is_web_address
from broadsheet.errors import ExtractError, FetchError, NotFoundError, SettingsError
from broadsheet.extract import Extraction, RuleMatch, parse_recipe, with_origins
from broadsheet.extract.jobs import CHECK_JOB, EXTRACT_JOB, payload_of, read_check, read_result
from broadsheet.model import Breakage, Capture, Failure, Job, Request
from broadsheet.ports import Fetcher, Workshop
from broadsheet.services.ingest.recipe_book import RecipeBook

_NOWHERE = "https://page.invalid/"


@dataclass(frozen=True)
class Page:
    """A page at hand: its bytes, the address it is read under, its Content-Type if one is known, and where it came
    from, in words."""

    body: bytes
    url: str
    content_type: str | None
    source: str

    @property
    def has_address(self) -> bool:
        """Whether somebody said where the page stands; relative addresses in it mean nothing otherwise."""
        return self.url != _NOWHERE


@dataclass(frozen=True)
class Taken:
    """What was taken from a page, pictures by their origins, and the name of the recipe, None without one."""

    extraction: Extraction
    recipe: str | None


@dataclass(frozen=True)
class Checked:
    """What a recipe finds on a page: rule by rule, and the article with and without it (None where there is none)."""

    recipe: str
    rules: list[RuleMatch]
    with_it: Extraction | None
    without_it: Extraction | None


@dataclass(frozen=True)
class Desk:
    """What pages are read with, one at a time. ``fetcher`` makes the Fetcher once an address has to be asked."""

    workshop: Workshop
    recipes: RecipeBook
    fetcher: Callable[[], Fetcher]

    def get_page(
        self,
        source: str,
        *,
        url: str | None = None,
        content_type: str | None = None,
        stdin: Callable[[], bytes] | None = None,
    ) -> Page:
        """The page at the address, in the file, or (``-``) on standard input that ``source`` names.

        FetchError or NotFoundError if it is not to be had; SettingsError for a ``url`` that is none.
        """
        if url is not None and not is_web_address(url):
            raise SettingsError(f"--url: {url!r} is no web address such as https://news.example/a/1")
        if is_web_address(source):
            capture = self._fetch(source)
            return Page(
                capture.body, url or capture.final_url, content_type or capture.find_header("content-type"), source
            )
        if source == "-" and stdin is not None:
            return Page(stdin(), url or _NOWHERE, content_type, "standard input")
        try:
            return Page(Path(source).read_bytes(), url or _NOWHERE, content_type, source)
        except OSError as error:
            raise NotFoundError(f"{source}: cannot be read ({error.strerror})") from None

    def _fetch(self, url: str) -> Capture:
        for answer in self.fetcher().fetch_all([Request(url, key=url, purpose="page")]):
            if isinstance(answer, Failure):
                message = answer.message if url in answer.message else f"{url}: {answer.message}"
                raise FetchError(message, reason=answer.reason, retry_after_s=answer.retry_after_s)
            return answer
        raise FetchError(f"{url}: no answer")

    def get_recipe(self, recipe: str | None, url: str) -> tuple[str, str] | None:
        """Name and text of the recipe called ``recipe``, in the file of that name (``….toml``), or else for ``url``.

        SettingsError if there is none of that name or the file holds none.
        """
        if recipe is not None and recipe.endswith(".toml"):
            try:
                text = Path(recipe).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{recipe}: cannot be read ({error})") from None
            try:
                parse_recipe(text)
            except SettingsError as error:
                raise SettingsError(f"{recipe}: {error}") from None
            return recipe, text
        name = self.recipes.find_name(url=url, name=recipe)
        return (name, self.recipes.texts[name]) if name else None

    def extract(self, page: Page, *, recipe: str | None = None, fast: bool = False) -> Taken:
        """The article on ``page``; ExtractError if there is none, or if reading the page went wrong."""
        found = self.get_recipe(recipe, page.url)
        return Taken(self._extract(page, found[1] if found else None, fast=fast), found[0] if found else None)

    def check(self, page: Page, *, recipe: str | None = None) -> Checked:
        """What a recipe finds on ``page``; SettingsError where none is named and none is for its address."""
        found = self.get_recipe(recipe, page.url)
        if found is None:
            raise SettingsError(f"{page.source}: no recipe is for this address; name one with --recipe NAME-OR-FILE")
        name, text = found
        payload = payload_of(page.body, url=page.url, content_type=page.content_type, recipe=text)
        rules = read_check(self._run(page, CHECK_JOB, payload))
        return Checked(name, rules, self._find(page, text), self._find(page, None))

    def _find(self, page: Page, recipe: str | None) -> Extraction | None:
        try:
            return self._extract(page, recipe)
        except ExtractError:
            return None

    def _extract(self, page: Page, recipe: str | None, *, fast: bool = False) -> Extraction:
        payload = payload_of(page.body, url=page.url, content_type=page.content_type, recipe=recipe, fast=fast)
        extraction = read_result(self._run(page, EXTRACT_JOB, payload))
        body, pictures = with_origins(extraction.body)
        return replace(extraction, body=body, pictures=pictures)

    def _run(self, page: Page, function: str, payload: dict[str, Any]) -> dict[str, Any]:
        [result] = self.workshop.map([Job(function, payload, key=page.source)])
        if isinstance(result, Breakage):
            raise ExtractError(f"{page.source}: the page could not be read: {result.message}")
        return result.result
