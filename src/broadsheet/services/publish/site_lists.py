"""The lists of a static site: days, outlets and their periods, stories, edits, and the frame around them all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError
from broadsheet.model import HoldingQuery
from broadsheet.ports import SiteFolder
from broadsheet.render.assets import read_static
from broadsheet.render.words import say
from broadsheet.services import pages
from broadsheet.services.pages import Sources
from broadsheet.services.pages._sources import day_bounds
from broadsheet.services.publish.site_forms import Forms
from broadsheet.services.publish.site_places import PARTS, article_base
from broadsheet.views.page import EditsPage, FrontPage, Page, Place

File = tuple[str, bytes]
_BODY = re.compile(rb'<div class="body" dir="auto">\n(.*?)\n</div>\n(?:<p class="aside"|</article>)', re.DOTALL)
_UP = b'<img src="../../../pictures/'
_PICTURE = re.compile(rb'<img src="\.\./\.\./\.\./(pictures/[^"]+)"')


@dataclass(frozen=True, slots=True)
class ListWork:
    """A list to be made: its kind with what it is of, and the neighbours of a day, where there are any."""

    key: str
    fingerprint: bytes
    kind: str
    of: tuple[str, ...] = ()
    earlier: str | None = None
    later: str | None = None


@dataclass(frozen=True)
class Lists:
    """Makes the lists of one site."""

    sources: Sources
    zone: ZoneInfo
    forms: Forms
    folder: SiteFolder

    def iter_files(self, work: ListWork) -> Iterator[File]:
        """The files of one list, the whole texts of articles in its feed."""
        build: Callable[[ListWork], Iterator[File]] = getattr(self, f"_{work.kind}")
        return build(work)

    def _page(self, page: Page) -> Iterator[File]:
        return self.forms.iter_files(page, self._find_body)

    def _find_body(self, article: str) -> str | None:
        """The text of an article as its page, made before, shows it, its pictures from the root."""
        content = self.folder.read(f"{article_base(article)}.html")
        found = _BODY.search(content) if content else None
        return found[1].replace(_UP, b'<img src="/pictures/').decode("utf-8") if found else None

    # -- days and outlets ------------------------------------------------------------------------------------

    def _front(self, work: ListWork) -> Iterator[File]:
        page = pages.front_page(self.sources, self.zone)
        return self._page(replace(page, is_today=False))

    def _day(self, work: ListWork) -> Iterator[File]:
        day = date.fromisoformat(work.of[0])
        page = replace(pages.front_page(self.sources, self.zone, day=day), is_today=False)
        yield from self._page(page)
        yield f"days/{day}.offline.json", self._offline(page, day)

    def _offline(self, page: FrontPage, day: date) -> bytes:
        """What a browser needs to show the day without a network: names of files from the root."""
        begin, end = day_bounds(day, self.zone)
        names = [self.forms.site.name_of(page.path) or ""]
        pictures = set[str]()
        for holding in self.sources.index.iter_holdings(HoldingQuery(after=begin, before=end)):
            names.append(f"{article_base(holding.article)}.html")
            content = self.folder.read(names[-1])
            pictures.update(one.decode() for one in _PICTURE.findall(content or b""))
        return json.dumps([*names, *sorted(pictures)], indent=0).encode() + b"\n"

    def _outlet(self, work: ListWork) -> Iterator[File]:
        outlet, period = work.of
        page = pages.outlet_page(self.sources, self.zone, outlet, period)
        if len(period) == 10:
            page = replace(page, earlier=_beside(outlet, work.earlier), later=_beside(outlet, work.later))
        yield from self._page(page)
        for number in range(2, page.pages + 1):
            yield from self._page(pages.outlet_page(self.sources, self.zone, outlet, period, number))

    # -- stories and edits -----------------------------------------------------------------------------------

    def _story(self, work: ListWork) -> Iterator[File]:
        try:
            page = pages.story_page(self.sources, self.zone, work.of[0])
        except NotFoundError:  # all of its reports are older than what the site shows
            return iter(())
        return self._page(page)

    def _stories(self, work: ListWork) -> Iterator[File]:
        for number in range(1, PARTS + 1):
            page = pages.stories_page(self.sources, self.zone, page=number)
            if number == PARTS:
                page = replace(page, more=None)
            yield from self._page(page)
            if page.more is None:
                return

    def _edits(self, work: ListWork) -> Iterator[File]:
        """The newest edits in parts, and the newest of each class, outlet and day."""
        parts = list(self._edit_parts())
        named = {"edits": "edits"} | {page.path: f"edits/part-{at}" for at, page in enumerate(parts[1:], 2)}
        narrowed: list[EditsPage] = []
        for one in parts[0].classes:
            page = pages.edits_page(self.sources, self.zone, classes=[one.label])
            named[page.path] = f"edits/class-{one.label}"
            narrowed.append(page)
        for one in parts[0].outlets:
            page = pages.edits_page(self.sources, self.zone, outlets=[one.label])
            named[page.path] = f"edits/outlet-{one.label}"
            narrowed.append(page)
        for place in parts[0].days:
            page = pages.edits_page(self.sources, self.zone, day=date.fromisoformat(place.label))
            named[page.path] = f"edits/{place.label}"
            narrowed.append(page)
        forms = self.forms.with_site(replace(self.forms.site, edits=named))
        for page in (*parts, *narrowed):
            yield from forms.iter_files(page, self._find_body)

    def _edit_parts(self) -> Iterator[EditsPage]:
        before: str | None = None
        for number in range(PARTS):
            page = pages.edits_page(self.sources, self.zone, before=before)
            before = page.more.path.rpartition("before=")[2] if page.more else None
            if number == PARTS - 1:
                page = replace(page, more=None)
            yield page
            if before is None:
                return

    # -- the frame -------------------------------------------------------------------------------------------

    def _frame(self, work: ListWork) -> Iterator[File]:
        """What belongs to the whole: outlets, about, search, subscriptions, and the reader's own files."""
        sources, site, zone = self.sources, self.forms.site, self.zone
        yield from self._page(pages.outlets_page(sources, zone))
        yield from self._page(replace(pages.about_page(sources, zone), zones=()))
        yield from self._page(pages.search_page(sources, zone, ""))
        yield "outlets.opml", self._opml()
        yield "app.webmanifest", self._manifest()
        yield ".nojekyll", b""
        for name, (content, _) in read_static().items():
            yield ("sw.js" if name == "sw.js" else f"static/{name}"), content
        if site.base_url:
            sentence = say(self.forms.language, "not_found_site")
            page = pages.error_page(sources.settings.name, zone, "404", 404, sentence)
            yield "404.html", self.forms.not_found(page)

    def _health(self, work: ListWork) -> Iterator[File]:
        """When the archive last ran. Not part of the frame: it changes with every run, and all else need not."""
        return self._page(pages.run_page(self.sources, self.zone))

    def _opml(self) -> bytes:
        """The feed of every outlet here, as a list of subscriptions (OPML 2.0)."""
        start = f"{_attribute(self.forms.site.base_url)}/" if self.forms.site.base_url else ""
        rows = [
            f'<outline type="rss" text="{_attribute(outlet.name)}" title="{_attribute(outlet.name)}" '
            f'xmlUrl="{start}outlets/{outlet.id}.atom" htmlUrl="{start}outlets/{outlet.id}.html"/>'
            for outlet in (self.sources.get_outlet(one) for one in pages.outlet_ids(self.sources))
        ]
        name = _attribute(self.sources.settings.name)
        head = f'<opml version="2.0">\n<head><title>{name}</title></head>\n<body>'
        lines = ['<?xml version="1.0" encoding="utf-8"?>', head, *rows, "</body>", "</opml>"]
        return ("\n".join(lines) + "\n").encode("utf-8", "replace")

    def _manifest(self) -> bytes:
        """The web app manifest: how the site is shown where a reader has put it among their apps."""
        told = {
            "name": self.sources.settings.name,
            "lang": self.forms.language,
            "start_url": "index.html",
            "scope": "./",
            "display": "minimal-ui",
            "background_color": "#fcfbf8",
            "theme_color": "#fcfbf8",
            "icons": [{"src": "static/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
            "shortcuts": [{"name": say(self.forms.language, "search"), "url": "search.html"}],
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"

    # -- the map for search engines --------------------------------------------------------------------------

    def _sitemap(self, work: ListWork) -> Iterator[File]:
        """The articles published in one month (sitemaps.org); of no month: the list of these maps, with the lists."""
        base = self.forms.site.base_url
        if not work.of[0]:
            rows = [f"<sitemap><loc>{escape(base)}/sitemap-{month}.xml</loc></sitemap>" for month in work.of[1:]]
            yield "sitemap.xml", _xml("sitemapindex", rows)
            return
        begin, end = month_bounds(work.of[0])
        rows = [
            f"<url><loc>{escape(base)}/{article_base(one.article)}.html</loc><lastmod>{one.captured:%Y-%m-%d}</lastmod></url>"
            for one in self.sources.index.iter_holdings(HoldingQuery(after=begin, before=end))
            if not one.is_taken_down
        ]
        yield f"sitemap-{work.of[0]}.xml", _xml("urlset", rows)


def _beside(outlet: str, day: str | None) -> Place | None:
    return Place(day, f"outlets/{outlet}/{day.replace('-', '/')}") if day else None


def _attribute(text: str) -> str:
    return escape(re.sub("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text))


def _xml(root: str, rows: list[str]) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *rows,
        f"</{root}>",
    ]
    return ("\n".join(lines) + "\n").encode()


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """When the month ``2023-07`` begins and ends, in UTC."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    utc = ZoneInfo("UTC")
    return day_bounds(date(year, number, 1), utc)[0], day_bounds(following, utc)[0]
