"""An article's body as edits see it: its blocks, its captions, its pictures, without the furniture of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.edits._clutter import is_clutter, is_label, is_loose, without_clutter
from broadsheet.edits._simple import simplify
from broadsheet.html import plain_text, read_body

_FIGURE = re.compile(r"<figure[^<>]*>[^<]*+(?:<(?!/?figure\b)[^<]*+)*+</figure>")
_CAPTION = re.compile(r"<figcaption>([^<]*+(?:<(?!/?figcaption>)[^<]*+)*+)</figcaption>")
_PICTURE = re.compile(r'<img [^<>]*?src="([^"]*)"')
_LINK = re.compile(r"<a [^<>]*>[^<\n]*+(?:<(?!/?a[ >])[^<\n]*+)*+</a>")
_TAG = re.compile(r"<[^<>]*>")
_SIZE_NAMES = "w h width height q quality fit crop auto format fm dpr resize ssl strip rect s impolicy imwidth im zoom"
_SIZES = frozenset(_SIZE_NAMES.split())
_LABEL = re.compile(r"[^:：。.!?“”\"]{1,24}[:：]")
_LIST_OF_LINKS = 2
_SIZED_NAME = re.compile(r"[-_]\d{2,4}x\d{2,4}(?=\.\w{3,4}$)")


@dataclass(frozen=True, slots=True)
class Reading:
    """Blocks as simplified text; of each picture (by what tells it from others) its caption; the other captions.

    ``loose`` are short paragraphs without a sentence, which may be of the page rather than of the text.
    """

    blocks: tuple[str, ...]
    loose: frozenset[str]
    captions: tuple[tuple[str, str], ...]


def read(body: str) -> Reading:
    """The parts of ``body`` that an edit may change."""
    canonical = read_body(body).canonical
    captions = tuple(_caption_of(figure) for figure in _FIGURE.findall(canonical))
    text = _FIGURE.sub("", canonical)
    lines = [(simplify(plain), line) for line in text.split("\n") for plain in _plain_lines(line)]
    kept = _without_furniture([(block, _is_link(line)) for block, line in lines])
    loose = frozenset(block for block, line in lines if line.startswith("<p") and is_loose(block))
    return Reading(tuple(kept or [block for block, _ in lines if block]), loose, captions)


def _plain_lines(line: str) -> list[str]:
    return plain_text(line, canonical=line).split("\n") if line.strip() else []


def _is_link(line: str) -> bool:
    """Whether all of a line's words are links, but for a label with a colon before them."""
    if "<a " not in line:
        return False
    rest = _TAG.sub("", _LINK.sub("", line)).strip(" \t|·•,、>»-–—[]【】")
    return not rest or _LABEL.fullmatch(rest) is not None


def _without_furniture(lines: list[tuple[str, bool]]) -> list[str]:
    """The blocks that are of the article. Blocks of links go, and with them the heading that they stand under."""
    kept: list[str] = []
    links = 0
    for block, is_link in [*lines, ("", False)]:
        if is_link:
            links += 1
            continue
        if links >= _LIST_OF_LINKS and kept and is_label(kept[-1]):
            kept.pop()
        links = 0
        if is_clutter(block):
            continue
        block = without_clutter(block)
        if block and not is_clutter(block):
            kept.append(block)
    return kept


def _caption_of(figure: str) -> tuple[str, str]:
    found = _CAPTION.search(figure)
    words = without_clutter(simplify(plain_text(found[1]))) if found else ""
    return " ".join(picture_name(url) for url in _PICTURE.findall(figure)), words


def picture_name(url: str) -> str:
    """What tells a picture from others: its own address, whatever proxy, scheme, size or host number it came by."""
    address = unwrap(url.replace("&amp;", "&"))[0].partition("#")[0]
    path, _, query = address.partition("?")
    path = re.sub(r"^https?://", "", path)
    path = re.sub(r"^([a-z]+)\d+(?=\.)", r"\1", path)
    kept = sorted(part for part in query.split("&") if part and part.partition("=")[0].lower() not in _SIZES)
    return "?".join(filter(None, (_SIZED_NAME.sub("", path), "&".join(kept))))
