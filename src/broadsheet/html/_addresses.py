"""Addresses in foreign markup: links made absolute and fit to keep, and which of its addresses a picture has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin

from lxml.etree import _Element

from broadsheet.html._policy import LAZY_ATTRIBUTES, LAZY_SETS, PLACEHOLDER_PICTURE, VIDEO_PLACE

WIDEST_PX: Final = 2000
"""Of several sizes of one picture the widest up to this is taken."""

_UNFIT = re.compile(r"[\s\x00-\x20\"<>\\^`{|}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([wx])")
_BETWEEN = re.compile(r"(\s[0-9.]{1,8}[wx]),|,(?=\s)")
_LONGEST = 8000


def fit_address(value: str | None, base_url: str | None) -> str | None:
    """The address to keep for ``value``: absolute where ``base_url`` allows it, None for what nobody should follow.

    Only http, https and mailto stay. Links into the same page (``#note``) are None, since the ids they point to go.
    """
    if not value or len(value) > _LONGEST:
        return None
    if value.startswith(("https://", "http://")) and not _UNFIT.search(value):
        return value
    value = _CONTROL.sub("", value).strip()
    if not value or value.startswith("#"):
        return None
    value = _UNFIT.sub(lambda found: f"%{ord(found[0]):02X}" if ord(found[0]) < 128 else "", value)
    if value.startswith("//"):
        return "https:" + value
    scheme = _SCHEME.match(value)
    if scheme:
        return value if scheme[0].lower() in ("http:", "https:", "mailto:") else None
    if base_url is None:
        return value
    try:
        joined = urljoin(base_url, value)
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None


def find_picture_address(img: _Element, base_url: str | None) -> str | None:
    """The address of the picture that ``img`` shows once scripts have run, None when it never shows one.

    ``srcset`` and its lazy twins win where they say sizes; then the lazy attributes, then ``src``. For an ``img`` in a
    ``<picture>`` the sources count as well.
    """
    widest = _widest(_iter_sets(img))
    if widest is not None:
        return fit_address(widest, base_url)
    for name in LAZY_ATTRIBUTES:
        value = img.get(name)
        if value and not value.isspace() and not PLACEHOLDER_PICTURE.search(value):
            if name != "src" and not _looks_like_address(value):
                continue
            return fit_address(value, base_url)
    for candidates in _iter_sets(img):
        first = candidates.split(None, 1)[:1]
        if first and not PLACEHOLDER_PICTURE.search(first[0]):
            return fit_address(first[0].rstrip(","), base_url)
    return None


def _looks_like_address(value: str) -> bool:
    return "/" in value or "." in value


def _iter_sets(img: _Element) -> Iterator[str]:
    for name in LAZY_SETS:
        value = img.get(name)
        if value:
            yield value
    holder = img if img.tag == "picture" else next(img.iterancestors("picture"), None)
    if holder is not None:
        for source in holder.iter("source"):
            value = source.get("data-srcset") or source.get("srcset")
            if value and "avif" not in (source.get("type") or ""):
                yield value


def _widest(sets: Iterator[str]) -> str | None:
    best: tuple[bool, float] | None = None
    address = None
    for candidates in sets:
        words = _BETWEEN.sub(r"\1 ", candidates).split()
        for word, size in pairwise(words):
            found = _SIZE.fullmatch(size)
            if found is None:
                continue
            px = float(found[1]) * (1 if found[2] == "w" else 100)
            rank = (True, px) if px <= WIDEST_PX else (False, -px)
            if (best is None or rank > best) and not PLACEHOLDER_PICTURE.search(word):
                best, address = rank, word
    return address


def find_video_address(value: str | None, base_url: str | None) -> str | None:
    """The address a reader can follow for a frame that holds a film or sound; None for any other frame."""
    found = VIDEO_PLACE.match((value or "").strip())
    if not found:
        return None
    if found["youtube_id"]:
        return f"https://www.youtube.com/watch?v={found['youtube_id']}"
    for name, address in _WATCH_PAGES.items():
        if found[name]:
            return address + found[name]
    return fit_address(value, base_url)


_WATCH_PAGES = {
    "vimeo": "https://vimeo.com/",
    "dailymotion": "https://www.dailymotion.com/video/",
    "bilibili": "https://www.bilibili.com/video/",
}
