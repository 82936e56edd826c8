"""Bodies that we make name the pictures' own addresses, not those of proxies they were borrowed through."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape, unescape

from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.addresses.urls import is_web_address
from broadsheet.html import canonical_body, iter_pictures
from broadsheet.model import Picture

_SOURCE = re.compile(r'(<img [^<>]*?\bsrc=")([^"]*)(?=")')


def with_origins(body: str, pictures: Iterable[Picture] = ()) -> tuple[str, tuple[Picture, ...]]:
    """A canonical body with origins in the place of proxies, and its pictures, each saying as what it was found.

    ``pictures`` are some that came with a ``found_as`` of their own already.
    """
    found: dict[str, str] = {one.url: one.found_as for one in pictures if one.found_as}

    def rewrite(match: re.Match[str]) -> str:
        url = unescape(match[2])
        origin = origin_of(url)
        if origin == url:
            return match[0]
        found.setdefault(origin, url)
        return match[1] + escape(origin)

    rewritten = _SOURCE.sub(rewrite, body) if "<img" in body else body
    return rewritten, tuple(replace(one, found_as=found.get(one.url)) for one in iter_pictures(rewritten))


def origin_of(url: str) -> str:
    """The address of the picture behind ``url``, itself where it is no proxy."""
    candidates = unwrap(url)
    if len(candidates) == 1 or not is_web_address(candidates[0]):
        return url
    shown = iter_pictures(canonical_body(f'<figure><img src="{escape(candidates[0])}"></figure>'))
    return next((one.url for one in shown), url)
