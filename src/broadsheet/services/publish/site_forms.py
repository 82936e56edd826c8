"""One page of a static site in every form it has, each as a file with its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from broadsheet.render.places import relocate
from broadsheet.render.to_atom import Bodies, to_atom
from broadsheet.render.to_html import HtmlRenderer, Look
from broadsheet.render.to_json import to_json
from broadsheet.render.to_markdown import to_markdown, to_text
from broadsheet.services.publish.site_places import Absolute, From, SiteMap
from broadsheet.views.page import ArticlePage, Page

ASSETS = {"css": "reader.css", "js": "reader.js", "icon": "icon.svg", "offline": "offline.js", "search": "search.js"}


class Forms:
    """Writes pages for one site. ``assets`` are addresses from the root; pictures shown since are in ``shown``."""

    def __init__(self, site: SiteMap, html: HtmlRenderer, language: str, assets: Mapping[str, str]) -> None:
        self.site = site
        self.language = language
        self.shown: set[str] = set()
        self._html = html
        self._assets = assets

    def iter_files(self, page: Page, bodies: Bodies = lambda _: None) -> Iterator[tuple[str, bytes]]:
        """The files of ``page``: name and content. ``bodies`` gives the whole texts of its feed."""
        suffixes = self.site.suffixes(page.path)
        for suffix in suffixes:
            name = self.site.name_of(page.path, suffix) or ""
            text = self._write(page, suffix, From(self.site, name, self.shown), suffixes[1:], bodies)
            yield name, text.encode("utf-8", "replace")

    def with_site(self, site: SiteMap) -> Forms:
        """The same for another map, what is shown counted together."""
        forms = Forms(site, self._html, self.language, self._assets)
        forms.shown = self.shown
        return forms

    def not_found(self, page: Page) -> bytes:
        """The page for what is not there, with whole addresses, since it is shown at any address."""
        places = Absolute(self.site, "404.html", self.shown)
        return self._write(page, "html", places, (), lambda _: None).encode("utf-8", "replace")

    def _write(self, page: Page, suffix: str, places: From, twins: tuple[str, ...], bodies: Bodies) -> str:
        if suffix == "html":
            look = Look(self.language, self._assets, True, True, places.root, twins)
            return relocate(self._html.render(page, look), places)
        if suffix == "atom":
            of_feed = Absolute(self.site, places.here, self.shown) if self.site.base_url else places
            return to_atom(page, self.language, of_feed, bodies)
        if suffix == "json":
            return to_json(_with_body(page, places), self.site.root_place)
        return (to_markdown if suffix == "md" else to_text)(page, self.language, places)


def _with_body(page: Page, places: From) -> Page:
    if not isinstance(page, ArticlePage):
        return page
    changed: dict[str, Any] = {"body": relocate(page.body, places)}
    return replace(page, **changed)
