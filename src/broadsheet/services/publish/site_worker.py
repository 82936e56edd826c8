"""What a process does that helps to make a static site: takes work, writes files, says which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from broadsheet.model import FileMark, Unit
from broadsheet.ports import SiteFolder, Store
from broadsheet.render.assets import asset_addresses, read_templates
from broadsheet.render.to_html import HtmlRenderer
from broadsheet.services.archive import Archive
from broadsheet.services.pages import Sources
from broadsheet.services.publish.site_articles import ArticleWork, iter_article_files
from broadsheet.services.publish.site_forms import ASSETS, Forms
from broadsheet.services.publish.site_lists import Lists, ListWork
from broadsheet.services.publish.site_places import SiteMap
from broadsheet.services.publish.site_search import RowsMade, RowsWork, ShardsWork, make_rows, make_shards
from broadsheet.services.publish.site_view import settled

Work = ArticleWork | ListWork | RowsWork | ShardsWork


@dataclass(frozen=True, slots=True)
class SiteRules:
    """How a site is to look. ``language`` is that of its interface; ``begin`` leaves out what was published before.

    ``now`` is the newest capture of the archive: a site knows no other time.
    """

    language: str
    zone: str
    now: datetime
    begin: datetime | None = None
    has_twins: bool = True
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one piece of work."""

    unit: Unit | None
    files: tuple[FileMark, ...]
    pictures: tuple[str, ...] = ()
    rows: RowsMade | None = None


@dataclass
class SiteWorker:
    """Makes files of one site from ``sources``. ``folder`` None: nothing is written, the sizes are told."""

    sources: Sources
    rules: SiteRules
    folder: SiteFolder
    forms: Forms = field(init=False)
    lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        store = cast("Store", _Recent(self.sources.archive.store))
        sources = settled(self.sources, self.rules.now, self.rules.begin)
        find_picture = _picture_finder(store)
        self.sources = replace(
            sources, archive=Archive(store), has_picture=lambda digest: find_picture(digest) is not None
        )
        zone = ZoneInfo(self.rules.zone)
        oldest = f"{self.rules.begin.astimezone(zone):%Y-%m-%d}" if self.rules.begin else ""
        site = SiteMap({}, find_picture, self.rules.has_twins, self.rules.base_url, oldest)
        assets = asset_addresses(ASSETS)
        self.forms = Forms(site, _html(), self.rules.language, assets)
        self.lists = Lists(self.sources, zone, self.forms, self.folder)

    def work(self, pieces: Sequence[Work]) -> list[Made]:
        """Do the work, piece by piece; what came of each."""
        return [self._do(piece) for piece in pieces]

    def _do(self, piece: Work) -> Made:
        if isinstance(piece, RowsWork):
            rows, files = make_rows(piece, self.folder)
            return Made(None, self._write(files), (), rows)
        if isinstance(piece, ShardsWork):
            return Made(None, self._write(make_shards(piece)))
        self.forms.shown.clear()
        marks = self._write(self.iter_files(piece))
        return Made(Unit(piece.key, piece.fingerprint), marks, tuple(sorted(self.forms.shown)))

    def iter_files(self, piece: ArticleWork | ListWork) -> Iterator[tuple[str, bytes]]:
        """The files of an article or a list, made and not written."""
        if isinstance(piece, ArticleWork):
            return iter_article_files(piece, self.sources, self.lists.zone, self.forms)
        return self.lists.iter_files(piece)

    def _write(self, files: Iterable[tuple[str, bytes]]) -> tuple[FileMark, ...]:
        return tuple(self.folder.write(name, content) for name, content in files)


@cache
def _html() -> HtmlRenderer:
    """The renderer, its templates compiled once in a process."""
    return HtmlRenderer(read_templates())


class _Recent:
    """A store that remembers what it gave last: a ledger's file serves a month, a document its copy and its page."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.get = lru_cache(maxsize=12)(store.get)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def _picture_finder(store: Store) -> Callable[[str], str | None]:
    """Digest -> key of the kept picture, None where it is not here."""

    @lru_cache(maxsize=64)
    def list_folder(start: str) -> dict[str, str]:
        keys = [key for key, _ in store.iter_keys(f"pictures/{start}")]
        return {key.rpartition("/")[2].partition(".")[0]: key for key in keys}

    def find(digest: str) -> str | None:
        return list_folder(digest[:2]).get(digest)

    return find
