"""Which address gives which answer in which round. Pure: a press, an address and headers in, a reply out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, unquote, urlsplit

from broadsheet.demo import feeds
from broadsheet.demo.desk import OUTLETS, Press, outlet_url
from broadsheet.demo.pages import article_page, consent_page, doorstep_page, error_page, home_page, page_count
from broadsheet.demo.paint import WIDTHS, paint_map, paint_skyline

RETRY_AFTER_S = 120
"""What the feed that is asked too often says in round 3."""

LOST = "lost-"
"""Pictures whose names start so are printed in pages and cannot be had."""

_PICTURE = re.compile(r"/pictures/([a-z0-9-]+?)(?:-(\d+))?\.(png|svg)")
_PROXY = re.compile(r"/cdn-cgi/image/width=(\d+),format=auto/(https?://.+)")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. ``validators`` names what it carries: ``etag``, ``weak``, ``modified`` or several."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    validators: tuple[str, ...] = ()

    @property
    def etag(self) -> str:
        """The entity tag of the body, or an empty string where the outlet sends none."""
        tag = f'"{sha256(self.body).hexdigest()[:20]}"'
        return tag if "etag" in self.validators else f"W/{tag}" if "weak" in self.validators else ""


@dataclass(frozen=True, slots=True)
class _FeedRoute:
    media_type: str
    charset: str
    write: Callable[[Press], str]
    validators: tuple[str, ...]


def _zaobao(press: Press) -> str:
    return feeds.northshore_feed(press, extra=True)


_FEEDS = {
    ("harbour", "/rss.xml"): _FeedRoute(
        "application/rss+xml; charset=utf-8", "utf-8", feeds.harbour_feed, ("etag", "modified")
    ),
    ("northshore", "/xml/rss.xml"): _FeedRoute("text/xml", "gb18030", feeds.northshore_feed, ("modified",)),
    ("northshore", "/xml/zaobao.xml"): _FeedRoute("text/xml", "gb18030", _zaobao, ("modified",)),
    ("yunling", "/feed/atom.xml"): _FeedRoute(
        "application/atom+xml; charset=utf-8", "utf-8", feeds.yunling_feed, ("etag",)
    ),
    ("ferrypost", "/feed.json"): _FeedRoute("application/feed+json", "utf-8", feeds.ferrypost_feed, ("weak",)),
    ("beacon", "/news/atom.xml"): _FeedRoute("application/atom+xml", "utf-8", feeds.beacon_feed, ("etag", "modified")),
}
_PAGE_VALIDATORS = {"harbour": ("etag",), "yunling": ("modified",), "beacon": ("weak", "modified")}
_CLOSED = {"ferrypost": "Disallow: /private/\n"}


def find_outlet(host: str, target: str) -> tuple[str, str]:
    """Whose page ``target`` is, and its path there; no outlet for the newsroom's own doorstep.

    A host such as ``harbour.example`` is the outlet's. At any other (the newsroom's port on loopback, say) the first
    part of the path names it: ``/harbour/rss.xml``.
    """
    name = host.partition(":")[0].lower().removesuffix(".").removesuffix(".example")
    if name in OUTLETS:
        return name, target
    found = re.match(r"/([a-z]+)(?=[/?#]|\Z)", target)
    if found and found[1] in OUTLETS:
        return found[1], target[found.end() :] or "/"
    return "", target


def answer(press: Press, outlet: str, target: str, headers: Mapping[str, str]) -> Reply:
    """The reply to GET ``target`` (path with query) of an outlet, or of the doorstep (no outlet).

    ``headers`` has lower-case names; only ``cookie`` matters.
    """
    parts = urlsplit(target)
    path = unquote(parts.path)
    found = (
        _find_fixed(press, outlet, path)
        or _find_feed(press, outlet, path)
        or (outlet and _find_picture(outlet, target))
        or _find_article(press, outlet, path, parse_qs(parts.query), headers)
    )
    return found or _page(404, error_page(404, "There is no such page in the newsroom."))


def _find_fixed(press: Press, outlet: str, path: str) -> Reply | None:
    if path == "/robots.txt":
        site = f"Sitemap: {outlet_url(outlet)}/sitemap.xml\n" if outlet else ""
        return Reply(200, "text/plain; charset=utf-8", f"User-agent: *\n{_CLOSED.get(outlet, '')}{site}".encode())
    if path == "/sitemap.xml":
        return Reply(200, "application/xml", feeds.sitemap(press, [outlet] if outlet else OUTLETS).encode())
    if path == "/" and outlet:
        return _page(200, home_page(press, outlet), press.get_masthead(outlet).charset)
    if path == "/":
        return _page(200, doorstep_page(press))
    if path == "/opml.xml" and not outlet:
        return Reply(200, "text/x-opml; charset=utf-8", feeds.opml(press).encode())
    return None


def _find_feed(press: Press, outlet: str, path: str) -> Reply | None:
    if (outlet, path) == ("northshore", "/rss.xml"):
        path = "/xml/rss.xml"
        if press.round > 1:
            return _moved(outlet_url(outlet) + path)
    route = _FEEDS.get((outlet, path))
    if route is None:
        return None
    if outlet == "beacon" and press.round == 3:
        wait = (("Retry-After", str(RETRY_AFTER_S)),)
        return Reply(429, "text/plain; charset=utf-8", b"Too many requests\n", wait)
    if path.endswith("zaobao.xml") and press.round >= 4:
        return _page(410, error_page(410, "本频道已停止更新"))
    return Reply(200, route.media_type, route.write(press).encode(route.charset), (), route.validators)


def _find_picture(outlet: str, target: str) -> Reply | None:
    parts = urlsplit(target)
    proxied = _PROXY.fullmatch(target)
    inner = proxied[2] if proxied else parse_qs(parts.query).get("url", [""])[0] if "/resize" in parts.path else ""
    if inner:
        if not inner.startswith(outlet_url(outlet) + "/"):
            return _page(403, error_page(403, "This proxy serves pictures of its outlet only."))
        return _find_picture(outlet, urlsplit(inner).path) or _page(404, error_page(404, "No such picture."))
    found = _PICTURE.fullmatch(parts.path)
    if not found:
        return None
    name, width, kind = found.groups()
    if kind == "svg":
        return Reply(200, "image/svg+xml", paint_map(), (), ("etag",))
    if not width or int(width) not in WIDTHS or name.startswith(LOST):
        return None
    return Reply(200, "image/png", paint_skyline(name, int(width)), (("Cache-Control", "max-age=86400"),), ("etag",))


def _find_article(
    press: Press, outlet: str, path: str, query: dict[str, list[str]], headers: Mapping[str, str]
) -> Reply | None:
    piece = next((one for one in press.pieces if (one.outlet, one.path) == (outlet, path)), None)
    if piece is None:
        return None
    if piece.status != 200:
        return _page(piece.status, error_page(piece.status, "This page is not here."))
    if piece.manner == "consent" and "consent=yes" not in headers.get("cookie", ""):
        if query.get("consent") == ["yes"]:
            return Reply(302, "text/plain", b"", (("Location", piece.url), ("Set-Cookie", "consent=yes; Path=/")))
        return _page(200, consent_page(piece, press))
    page = query.get("page", ["1"])[0]
    if not page.isdecimal() or not 1 <= int(page) <= page_count(piece):
        return None
    return _page(200, article_page(piece, press, int(page)), piece.charset, _PAGE_VALIDATORS.get(piece.outlet, ()))


def _page(status: int, text: str, charset: str = "utf-8", validators: tuple[str, ...] = ()) -> Reply:
    """A page; other charsets than UTF-8 are named inside the page only, as old servers do."""
    label = "; charset=utf-8" if charset == "utf-8" else ""
    return Reply(status, f"text/html{label}", text.encode(charset, "xmlcharrefreplace"), (), validators)


def _moved(address: str) -> Reply:
    return Reply(301, "text/plain", f"Moved to {address}\n".encode(), (("Location", address),))
