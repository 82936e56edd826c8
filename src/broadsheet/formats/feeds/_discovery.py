"""Where an outlet's feeds are: what its page declares, what its links look like, and where feeds usually lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree

from broadsheet.text.charset import decode

from ._limits import MAX_BYTES, MAX_LISTED
from ._markup import absolute


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that should be a feed: ``declared`` by the page's head, or an ``anchor`` that looks like one."""

    url: str
    title: str | None = None
    media_type: str | None = None
    found: Literal["declared", "anchor"] = "declared"


_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x.atom+xml",
        "application/x-atom+xml",
        "text/rss",
        "text/atom",
        "text/xml",
        "application/xml",
        "application/json",
    }
)
_DOUBTFUL_TYPES = frozenset({"text/xml", "application/xml", "application/json"})
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:feeds?|rss2?|atom|rdf)(?:[/._-]|$)|\.(?:rss|atom|rdf)$|/(?:index|feed|rss|atom)\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type)=(?:rss2?|atom|rdf|feed)\b", re.IGNORECASE)
_FEED_HOST = re.compile(r"^(?:feeds?|rss)\.|feedburner\.com$", re.IGNORECASE)
_FEED_WORDS = re.compile(r"\b(?:RSS|Atom|feed)\b|订阅源|訂閱源|聚合", re.IGNORECASE)
_COMMENTS = re.compile(r"/comments?(?:/|$)|\bcomments?\b|评论|評論|回應", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"\.(?:html?|jpe?g|png|gif|svg|css|js|pdf|zip)$|oembed|/wp-json\b", re.IGNORECASE)


def find_feed_links(page: bytes, *, url: str, content_type: str | None = None) -> tuple[FeedLink, ...]:
    """Feeds that an HTML page names, the likeliest first.

    What the head declares comes in its order, comment feeds last; then anchors that look like feeds, those of the
    page's own host first. ``url`` is where the page came from. A page that is none gives nothing.
    """
    root = _parse_page(page, content_type)
    if root is None:
        return ()
    base = _find_base(root, url)
    declared = sorted(_iter_declared(root, base), key=_is_about_comments)
    host = _host(url)
    anchors = sorted(_iter_anchors(root, base), key=lambda link: (_is_about_comments(link), _host(link.url) != host))
    unique: dict[str, FeedLink] = {}
    for link in (*declared, *anchors):
        unique.setdefault(link.url, link)
    return tuple(unique.values())[:MAX_LISTED]


def _parse_page(page: bytes, content_type: str | None) -> etree._Element | None:
    text = decode(page[:MAX_BYTES], http=content_type).text.replace("\x00", "")
    if not text.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _find_base(root: etree._Element, url: str) -> str:
    stated = next((element.get("href") for element in root.iter("base") if element.get("href")), None)
    return absolute(stated, url) or url


def _iter_declared(root: etree._Element, base: str) -> Iterator[FeedLink]:
    for element in root.iter("link"):
        relations = (element.get("rel") or "").lower().split()
        media_type = (element.get("type") or "").partition(";")[0].strip().lower() or None
        target = _target(element, base)
        if target is None or not ({"alternate", "feed"} & set(relations)) or "stylesheet" in relations:
            continue
        if media_type in _FEED_TYPES or "feed" in relations:
            if media_type in _DOUBTFUL_TYPES and not _looks_like_feed(target):
                continue
            yield FeedLink(target, _title(element.get("title")), media_type)


def _iter_anchors(root: etree._Element, base: str) -> Iterator[FeedLink]:
    for element in root.iter("a", "area"):
        target = _target(element, base)
        if target is None or not target.startswith(("http://", "https://")):
            continue
        words = " ".join("".join(element.itertext()).split())[:200] or element.get("title")
        same_page = target.partition("#")[0] == base.partition("#")[0]
        stated = (element.get("href") or "").strip().lower().startswith("feed:")
        if not same_page and (
            stated or _looks_like_feed(target) or (words and len(words) < 20 and _FEED_WORDS.search(words))
        ):
            yield FeedLink(target, _title(words), element.get("type"), "anchor")


def _target(element: etree._Element, base: str) -> str | None:
    href = (element.get("href") or "").strip()
    if href.lower().startswith("feed:"):
        href = href[5:] if href[5:].startswith("http") else "http:" + href[5:]
    target = absolute(href, base)
    return None if target is None or _NOT_A_FEED.search(target.partition("?")[0]) else target


def _looks_like_feed(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query) or _FEED_HOST.search(host))


def _is_about_comments(link: FeedLink) -> bool:
    return bool(_COMMENTS.search(urlsplit(link.url).path) or _COMMENTS.search(link.title or ""))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _title(text: str | None) -> str | None:
    return " ".join(text.split())[:200] or None if text else None


_WELL_KNOWN = (
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed/",
    "feed.json",
    "index.rdf",
    "rss/index.xml",
)


def guess_feed_urls(url: str) -> tuple[str, ...]:
    """Addresses where feeds usually lie, below ``url``'s own folder first, then at the root of its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ()
    path = parts.path or "/"
    last = path.rpartition("/")[2]
    folder = path if path.endswith("/") else path[: -len(last)] if "." in last else path + "/"
    bases = dict.fromkeys(urlunsplit((parts.scheme, parts.netloc, place, "", "")) for place in (folder, "/"))
    return tuple(dict.fromkeys(urljoin(base, name) for base in bases for name in _WELL_KNOWN))
