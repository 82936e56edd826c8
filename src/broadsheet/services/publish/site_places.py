"""Where every page of a static site stands as a file, and how one file links to another.

A page's path is a file's name without its ending: ``outlets/voa/2023`` -> ``outlets/voa/2023.html`` and its twins.
Links name files, never folders, so that they lead somewhere on a stick, too. The articles of an outlet are spread over
256 folders by their numbers alone: no folder grows beyond what a stick formatted with FAT takes, and a link needs no
look-up. What a server answers by a query has a name of its own, or does not exist here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote
from zlib import crc32

from broadsheet.render.places import FILES
from broadsheet.render.to_html import TWINS

FEEDS = ("front", "outlets/", "stories", "edits")
"""Beginnings of the pages whose feeds stand even without other twins: people subscribe to them."""
DOCUMENTS = "documents/"
"""Pages name documents below it; they stand where the archive has them, so that the pictures they show are there."""
PARTS = 10
"""Parts of the lists of edits and stories that a site has, the newest: older ones stand on the pages of articles."""

_ARTICLE = re.compile(r"articles/([a-z0-9-]+)/([^/?]+)((?:/[^?]*)?)(?:\?view=(sides))?")
_PART = re.compile(r"((?:outlets/[^?]+)|stories)\?page=([0-9]+)")
_PERIOD_FEED = re.compile(r"outlets/[a-z0-9-]+")

_OURS = re.compile(
    r"(?:index\.html|404\.html|front\.\w+|(?:outlets|stories|edits|about|search|health)\.\w+|outlets\.opml|sitemap[0-9-]*\.xml|"
    r"sw\.js|app\.webmanifest|static/[a-z]+\.(?:css|js|svg)|"
    r"days/\d{4}-\d\d-\d\d\.\w+(?:\.json)?|stories/(?:[0-9a-f]{12}|part-\d+)\.\w+|edits/[a-z0-9-]+\.\w+|"
    r"outlets/[a-z0-9-]+(?:/\d{4}(?:/\d\d(?:/(?:\d\d|page-\d+))?)?)?\.\w+|"
    r"articles/[a-z0-9-]+/[0-9a-f]{2}/[0-9a-z-]+(?:/(?:history|copies|revisions/\d+|changes/\d+(?:-sides)?))?"
    r"(?:\.\d+)?\.\w+|"
    r"articles/[a-z0-9-]+/\d{4}/\d\d/\d\d-[^/]+\.md|pictures/[0-9a-f]{2}/[0-9a-f]{64}\.\w+|"
    r"search/(?:index|fold/[0-9a-f]{2}|[0-9-]+/(?:days|(?:[ub]|ids)/(?:[0-9a-f]{2}/)?[0-9a-f]+(?:-[0-9a-f]+)?))\.js)"
)


def is_ours(path: str) -> bool:
    """Whether a file has the name of one that a site consists of: what to take for ours when nothing else tells."""
    return _OURS.fullmatch(path) is not None


def article_base(article: str) -> str:
    """The files of ``article`` begin so: ``voa/7184661`` -> ``articles/voa/5c/7184661``."""
    outlet, _, key = article.partition("/")
    return f"articles/{outlet}/{crc32(key.encode()) & 0xFF:02x}/{key}"


@dataclass(frozen=True)
class SiteMap:
    """Which pages a site has and where they stand.

    ``edits`` maps the paths of lists of edits that stand here to their names; ``picture_file`` a digest to the name
    of its file, None where it is not kept; ``base_url`` is where the site will be found, without a slash at its end.
    """

    edits: Mapping[str, str] = field(default_factory=dict)
    picture_file: Callable[[str], str | None] = lambda _: None
    has_twins: bool = True
    base_url: str = ""
    oldest: str = ""
    """Days before this one (2023-07-17) are not on the site; empty: all are."""

    def locate(self, path: str) -> str | None:
        """The name of a page's file without its ending; None where the site has no such page."""
        if found := _ARTICLE.fullmatch(path):
            base = article_base(f"{found[1]}/{unquote(found[2])}")
            return f"{base}{found[3]}" + (f"-{found[4]}" if found[4] else "")
        if path in self.edits:
            return self.edits[path]
        if found := _PART.fullmatch(path):
            if found[1] != "stories":
                return f"{found[1]}/page-{found[2]}"
            return f"stories/part-{found[2]}" if int(found[2]) <= PARTS else None
        if path.startswith("days/") and path[5:] < self.oldest:
            return None
        return None if "?" in path else path or "front"

    def name_of(self, path: str, suffix: str = "html") -> str | None:
        """The file that holds a page in the form ``suffix``; None where the site has none."""
        place = self.locate(path)
        if place is None or (suffix != "html" and not self._has_twin(place, suffix)):
            return None
        return "index.html" if place == "front" and suffix == "html" else f"{place}.{suffix}"

    def file_name(self, path: str) -> str | None:
        """The file of a picture, a document or the reader's own."""
        if path.startswith("pictures/") and path.count("/") == 1:
            return self.picture_file(path[9:])
        return path.removeprefix(DOCUMENTS)

    def suffixes(self, path: str) -> tuple[str, ...]:
        """The forms in which the page at ``path`` stands here."""
        return tuple(suffix for suffix in ("html", *TWINS) if self.name_of(path, suffix))

    def root_place(self, path: str) -> str | None:
        """Where a path leads, from the root and without the ending of a page: for JSON."""
        return self.file_name(path) if path.startswith(FILES) else self.locate(path)

    def _has_twin(self, place: str, suffix: str) -> bool:
        if place == "search":
            return False
        if self.has_twins:
            return True
        return suffix == "atom" and (place in ("front", "stories", "edits") or bool(_PERIOD_FEED.fullmatch(place)))


@dataclass(frozen=True)
class From:
    """``Places`` as seen from the file ``here``; pictures that it shows are added to ``shown``."""

    site: SiteMap
    here: str
    shown: set[str] = field(default_factory=set)

    def page(self, path: str, suffix: str = "html") -> str | None:
        """See ``Places.page``."""
        return self._link(self.site.name_of(path, suffix))

    def file(self, path: str) -> str | None:
        """See ``Places.file``."""
        name = self.site.file_name(path)
        if name and path.startswith("pictures/") and path.count("/") == 1:
            self.shown.add(path[9:])
        return self._link(name)

    @property
    def root(self) -> str:
        """The way from here to the root."""
        return "../" * self.here.count("/")

    def _link(self, name: str | None) -> str | None:
        return None if name is None else self.root + name


@dataclass(frozen=True)
class Absolute(From):
    """``Places`` as addresses on the web, where it is known where the site will be found."""

    @property
    def root(self) -> str:
        """The site's address."""
        return f"{self.site.base_url}/"
