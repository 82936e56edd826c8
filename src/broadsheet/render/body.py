"""A kept body made fit to be shown: safe once more, its pictures the kept ones, its links silent about the reader.

Whatever wrote the document, what is shown is canonical markup from an allowlist; only then are pictures and links
rewritten, tag by tag, with every value escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.html import canonical_body

PICTURES = "/pictures/"
"""Where kept pictures are served, by their digest."""

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r'(?<![a-z])([a-z]++)="([^"]*)"')
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ShownBody:
    """Safe HTML of a body, the same in canonical form for other twins, and how many pictures are not kept."""

    html: str
    canonical: str
    missing: int


def shown_body(
    body: str,
    pictures: Mapping[str, str | None],
    *,
    base_url: str | None = None,
) -> ShownBody:
    """The plain ``body`` of a document as safe HTML. ``pictures`` maps origins to digests as the ledger does.

    Addresses are completed by ``base_url``; a link that leads nowhere on the web is none. A picture that is not kept
    becomes a link to its origin with its words.
    """
    canonical = canonical_body(body, base_url=base_url)
    missing = 0

    def rewrite(found: re.Match[str]) -> str:
        nonlocal missing
        closing, tag, attributes = found.groups()
        if closing or tag not in ("a", "img", "table"):
            return found[0]
        named = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
        if tag == "a":
            href = named.get("href", "")
            is_link = href.startswith(("http://", "https://", "mailto:"))
            return f'<a href="{escape(href)}" rel="noreferrer noopener external">' if is_link else "<a>"
        if tag == "table":
            return f'<table tabindex="0"{attributes}>'
        if digest := _find_digest(named.get("src", ""), pictures):
            return _picture(digest, named)
        missing += 1
        return _placeholder(named)

    return ShownBody(_TAG.sub(rewrite, canonical), canonical, missing)


def _find_digest(src: str, pictures: Mapping[str, str | None]) -> str | None:
    """The digest of the kept picture behind ``src``, by itself or by the origin behind its proxy."""
    for origin in (src, *unwrap(src)):
        digest = pictures.get(origin)
        if digest and _DIGEST.fullmatch(digest):
            return digest
    return None


def _picture(digest: str, named: Mapping[str, str]) -> str:
    size = "".join(f' {name}="{int(named[name])}"' for name in ("width", "height") if named.get(name, "").isdecimal())
    return f'<img src="{PICTURES}{digest}" alt="{escape(named.get("alt", ""))}"{size} loading="lazy" decoding="async">'


def _placeholder(named: Mapping[str, str]) -> str:
    origin = unwrap(named.get("src", ""))[0]
    host = _host(origin)
    words = " · ".join(filter(None, (named.get("alt"), host))) or "?"
    if host is None:
        return f'<span class="missing">{escape(words)}</span>'
    link = f'<a href="{escape(origin)}" rel="noreferrer noopener external">{escape(words)}</a>'
    return f'<span class="missing">{link}</span>'


def _host(url: str) -> str | None:
    if not url.startswith(("http://", "https://")):
        return None
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
