"""Picture proxies: from the address of a borrowed copy back to the picture's own.

Mirrors and site builders show pictures through a second host that resizes, caches or hides the first. Such a host may
vanish and take the picture with it, so the origin is what we keep, and the proxy is only what we try last. The table
below is all this module knows; it fetches nothing, and what it returns has not been found safe to fetch.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit

DEEPEST: Final = 5
"""Proxies inside proxies are undone to this depth."""

_LONGEST = 8000


def unwrap(url: str) -> tuple[str, ...]:
    """The addresses at which the picture behind ``url`` may be had, its origin first and ``url`` itself last.

    An address that is no proxy comes back alone (its HTML references read). Where a proxy does not say whether the
    origin is https or http, both are candidates, https first. Proxies inside proxies are undone, five at most.
    """
    candidates = [_readable(url)]
    for _ in range(DEEPEST):
        behind = _find_behind(candidates[0])
        behind = [address for address in behind if address not in candidates]
        if not behind:
            break
        candidates[:0] = behind
    return tuple(dict.fromkeys(candidates))


def _readable(url: str) -> str:
    """``url`` with HTML references read; some systems ship ``&amp;#038;``, so it is done twice."""
    url = unescape(unescape(url.strip())) if "&" in url else url.strip()
    return "https:" + url if url.startswith("//") else url


def _find_behind(url: str) -> list[str]:
    """What stands one proxy behind ``url``, the likelier first; empty when ``url`` is no proxy we know."""
    if len(url) > _LONGEST:
        return []
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return []
    if parts.scheme not in ("http", "https") or not host:
        return []
    for pattern, rule in _RULES:
        if pattern.search(f"{host}{parts.path}"):
            return _absolute(rule(parts), parts)
    return []


def _absolute(found: str | None, parts: SplitResult) -> list[str]:
    """Absolute addresses for what a rule found: with its scheme, as a path of the same site, or with both schemes."""
    if not found or len(found) > _LONGEST:
        return []
    found = found.strip()
    if found.startswith(("http://", "https://")):
        return [found]
    if found.startswith("ssl:"):
        return ["https://" + found[4:].lstrip("/")]
    if found.startswith("/") and not found.startswith("//"):
        return [urljoin(f"{parts.scheme}://{parts.netloc}/", found)]
    bare = found.lstrip("/")
    if not _HOST_AND_PATH.match(bare):
        return []
    return ["https://" + bare, "http://" + bare]


_HOST_AND_PATH = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?(?:[/?].*)?$", re.DOTALL)


def _query(*names: str) -> Callable[[SplitResult], str | None]:
    """The rule that the first of ``names`` in the query holds the origin."""

    def rule(parts: SplitResult) -> str | None:
        given = parse_qs(parts.query)
        return next((given[name][0] for name in names if given.get(name)), None)

    return rule


def _unencoded_query(parts: SplitResult) -> str | None:
    """weserv: ``url`` is meant to be encoded, but mirrors put it there bare, so its own query may follow it."""
    given = parse_qs(parts.query)
    found = given.get("url", [""])[0]
    if "?" in found and "?" in parts.query:
        own = [f"{name}={value}" for name, values in given.items() if name not in _WESERV_WORDS for value in values]
        return "&".join([found, *own])
    return found or None


_WESERV_WORDS = frozenset(
    {
        "url",
        "w",
        "h",
        "dpr",
        "fit",
        "cbg",
        "we",
        "a",
        "q",
        "output",
        "il",
        "af",
        "default",
        "maxage",
        "encoding",
        "n",
        "t",
    }
)


def _photon(parts: SplitResult) -> str | None:
    """WordPress Photon: host and path are the path, ``ssl=1`` says https; its query is Photon's own."""
    https = "ssl=1" in parts.query.split("&") or "ssl=1" in parts.fragment
    return ("https:/" if https else "http:/") + parts.path if len(parts.path) > 3 else None


_AMP = re.compile(r"^/(?:i|ii/w[0-9]+|v|c|r|mbv/[^/]+)/(s/)?(.+)$")


def _amp(parts: SplitResult) -> str | None:
    """AMP caches: ``s/`` says https, the query is the origin's."""
    found = _AMP.match(parts.path)
    if found is None:
        return None
    return ("https://" if found[1] else "http://") + found[2] + (f"?{parts.query}" if parts.query else "")


_CLOUDFLARE = re.compile(r"/cdn-cgi/image/[^/]*/(.+)$")


def _cloudflare(parts: SplitResult) -> str | None:
    """Cloudflare image resizing: options, then an address or a path of the same site."""
    found = _CLOUDFLARE.search(parts.path)
    if found is None:
        return None
    rest = found[1] + (f"?{parts.query}" if parts.query else "")
    rest = re.sub(r"^(https?):/(?!/)", r"\1://", rest)
    return rest if rest.startswith(("http://", "https://")) else "/" + rest


_FETCHED = re.compile(r"/image/fetch/(?:[^/]*/)*?(https?(?::/{1,2}|%3A%2F%2F).+)$", re.IGNORECASE)


def _fetched(parts: SplitResult) -> str | None:
    """Cloudinary and Substack: the origin is the end of the path, percent-encoded or bare."""
    found = _FETCHED.search(parts.path)
    if found is None:
        return None
    address = found[1]
    if "://" not in address:
        address = unquote(address)
    elif parts.query:
        address += f"?{parts.query}"
    return re.sub(r"^(https?):/(?!/)", r"\1://", address)


_HEX = re.compile(r"/[0-9a-f]{40,64}/([0-9a-f]{20,})$", re.IGNORECASE)


def _camo(parts: SplitResult) -> str | None:
    """Camo: a digest, then the origin's bytes in hexadecimal."""
    found = _HEX.search(parts.path)
    if found is None:
        return None
    try:
        return bytes.fromhex(found[1]).decode()
    except ValueError:
        return None


_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[SplitResult], str | None]], ...]] = (
    (re.compile(r"^(?:images\.weserv\.nl|wsrv\.nl|images\.wsrv\.nl)(?:/|$)"), _unencoded_query),
    (re.compile(r"^i[0-9]\.wp\.com/"), _photon),
    (re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org/"), _amp),
    (re.compile(r"^[^/]+/(?:[^?]*/)?(?:_next|_vercel)/image/?$"), _query("url")),
    (re.compile(r"^[^/]+/(?:[^?]*/)?cdn-cgi/image/"), _cloudflare),
    (re.compile(r"^(?:res\.cloudinary\.com|cdn\.substack\.com|substackcdn\.com)/"), _fetched),
    (re.compile(r"^(?:external-content|proxy)\.duckduckgo\.com/iu/?$"), _query("u")),
    (re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}/(?:url|imgres)$"), _query("imgurl", "url", "q")),
    (re.compile(r"^(?:[a-z0-9-]+\.)?feedly\.com/"), _query("url")),
    (re.compile(r"^(?:img[0-9]*|images?)\.feedx\.[a-z]+(?:/|$)"), _query("url")),
    (re.compile(r"^camo\.(?:githubusercontent|atom)\.(?:com|io)/|/(?:camo|proxy)/[0-9a-f]{40}/"), _camo),
    (re.compile(r"^[^/]+/(?:[^?]*/)?(?:resizer?|thumb(?:nail)?)/?$"), _query("url", "src")),
    (re.compile(r"^[^/]+/(?:imageproxy|image-proxy|imgproxy|image_proxy)/?$"), _query("url", "src")),
    (re.compile(r"^(?:safe)?image\.baidu\.com/|^gimg[0-9]\.baidu\.com/"), _query("src", "url")),
    (re.compile(r"^[a-z0-9-]+\.googleusercontent\.com/(?:gadgets/)?proxy"), _query("url")),
)
"""Host and path of a proxy, and how the origin is read from its address."""
