"""What inline tags, links, pictures and films mean to the writer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lxml.etree import _Element

from broadsheet.html._addresses import find_picture_address, find_video_address, fit_address
from broadsheet.html._policy import EMOJI_NAME, INLINE_TAGS, SHARE_LINK, TRACKING_PICTURE
from broadsheet.html._space import escape, escape_attribute, fold
from broadsheet.html._writer import Handler, Mark, Marks, Writer

_RUBY_PARTS = ("<rt>", "<rp>")
_DIRECTIONS = ("rtl", "ltr", "auto")
_LEADING_DIGITS = re.compile(r"\s*+([0-9]{1,5})(?:\.[0-9]*+)?\s*+(?:px\s*+)?$")


def drop(writer: Writer, element: _Element, marks: Marks) -> None:
    """Nothing of the element stays."""


def _mark_handler(tag: str) -> Handler:
    mark: Mark = (f"<{tag}>", f"</{tag}>", 0)

    def handle(writer: Writer, element: _Element, marks: Marks) -> None:
        writer.walk(element, marks if mark in marks else (*marks, mark))

    return handle


def _ruby_handler(tag: str) -> Handler:
    def handle(writer: Writer, element: _Element, marks: Marks) -> None:
        writer.serial += 1
        kept = marks if tag == "ruby" else tuple(mark for mark in marks if mark[0] not in _RUBY_PARTS)
        inside = any(mark[0] == "<ruby>" for mark in kept)
        if inside == (tag == "ruby"):
            writer.walk(element, kept)
        else:
            writer.walk(element, (*kept, (f"<{tag}>", f"</{tag}>", writer.serial)))

    return handle


def _directed(writer: Writer, element: _Element, marks: Marks) -> None:
    """``bdo``, ``bdi`` and a ``span`` with a direction: right-to-left words inside left-to-right ones stay so."""
    tag = "bdo" if element.tag == "bdo" else "bdi"
    direction = (element.get("dir") or "").strip().lower()
    if direction in _DIRECTIONS:
        marks = (*marks, (f'<{tag} dir="{direction}">', f"</{tag}>", 0))
    elif element.tag == "bdi":
        marks = (*marks, ("<bdi>", "</bdi>", 0))
    writer.walk(element, marks)


def span(writer: Writer, element: _Element, marks: Marks) -> None:
    """A ``span`` is unwrapped unless it turns the direction of its text."""
    if element.get("dir") and not writer.pre:
        _directed(writer, element, marks)
    else:
        writer.walk(element, marks)


def link(writer: Writer, element: _Element, marks: Marks) -> None:
    """A link keeps its address, or loses it and keeps its words; a link that shares goes with its words."""
    href = element.get("href")
    if href and SHARE_LINK.match(href.strip()):
        return
    address = fit_address(href, writer.base_url)
    if address is not None and not any(mark[1] == "</a>" for mark in marks):
        marks = (*marks, (f'<a href="{escape_attribute(address)}">', "</a>", 0))
    writer.walk(element, marks)


def line_break(writer: Writer, element: _Element, marks: Marks) -> None:
    """A line break; text inside (an unclosed tag of foreign make) follows it."""
    writer.line_break(marks)
    writer.walk(element, marks)


def image(writer: Writer, element: _Element, marks: Marks) -> None:
    """A picture becomes a figure of its own; an emoji its character; a counting pixel nothing."""
    alt = fold(element.get("alt") or "")
    if alt and len(alt) <= 8 and EMOJI_NAME.search(element.get("class") or ""):
        writer.text(alt, marks)
        return
    twin = _noscript_twin(element) if writer.noscript else None
    tag = (picture_tag(writer, twin, alt) if twin is not None else "") or picture_tag(writer, element, alt)
    if tag:
        place(writer, tag)


def place(writer: Writer, tag: str) -> None:
    """Put a picture where the writer is: as a block, or behind the text that cannot hold blocks."""
    if writer.leaf:
        writer.after.append(tag)
    else:
        writer.flush()
        writer.blocks.append(f"<figure>{tag}</figure>")


def picture_tag(writer: Writer, element: _Element, alt: str) -> str:
    """The ``<img>`` to write, or an empty string for a pixel, a placeholder or a counter."""
    width, height = _digits(element.get("width")), _digits(element.get("height"))
    if width in _PIXEL and height in _PIXEL and (width or height):
        return ""
    address = find_picture_address(element, writer.base_url)
    if address is None or TRACKING_PICTURE.match(address) or address.startswith("mailto:"):
        return ""
    tag = f'<img src="{escape_attribute(address)}"'
    if alt:
        tag += f' alt="{escape_attribute(alt)}"'
    if width and len(width) > 1:
        tag += f' width="{width}"'
    if height and len(height) > 1:
        tag += f' height="{height}"'
    return tag + ">"


_PIXEL: Final = (None, "0", "1", "2")


def _digits(value: str | None) -> str | None:
    found = _LEADING_DIGITS.match(value) if value else None
    return str(int(found[1])) if found else None


def _noscript_twin(element: _Element) -> _Element | None:
    """The picture that a ``<noscript>`` beside a lazy one shows to readers without scripts."""
    for sibling in (element.getnext(), element.getprevious()):
        if sibling is not None and sibling.tag == "noscript":
            return next(sibling.iter("img"), None)
    return None


def noscript(writer: Writer, element: _Element, marks: Marks) -> None:
    """Only a picture is of use here, and only where no lazy one beside it takes its address."""
    for sibling in (element.getprevious(), element.getnext()):
        if sibling is not None and sibling.tag in ("img", "picture"):
            return
    for img in element.iter("img"):
        tag = picture_tag(writer, img, fold(img.get("alt") or ""))
        if tag:
            place(writer, tag)


def picture(writer: Writer, element: _Element, marks: Marks) -> None:
    """The sources of a ``<picture>`` count as sizes of its ``img``."""
    inner = next(element.iter("img"), None)
    if inner is None:
        tag = picture_tag(writer, element, "")
        if tag:
            place(writer, tag)
    else:
        image(writer, inner, marks)


def film(writer: Writer, element: _Element, marks: Marks) -> None:
    """``audio`` and ``video`` become a link to the file, after the poster."""
    poster = fit_address(element.get("poster"), writer.base_url)
    if poster is not None and poster.startswith("http"):
        place(writer, f'<img src="{escape_attribute(poster)}">')
    sources = [element.get("src"), *(source.get("src") for source in element.iter("source"))]
    _link_paragraph(writer, (fit_address(source, writer.base_url) for source in sources))


def frame(writer: Writer, element: _Element, marks: Marks) -> None:
    """A frame that holds a known film or sound becomes a link to it; every other frame goes."""
    names = ("src", "data-src", "data-original", "data", "data-lazy-src")
    values = [element.get(name) for name in names]
    if element.tag == "object":
        values += [inner.get("src") or inner.get("value") for inner in element.iter("embed", "param")]
    _link_paragraph(writer, (find_video_address(value, writer.base_url) for value in values))


def _link_paragraph(writer: Writer, addresses: Iterable[str | None]) -> None:
    address = next((found for found in addresses if found and found.startswith("http")), None)
    if address is None:
        return
    mark: Mark = (f'<a href="{escape_attribute(address)}">', "</a>", 0)
    if writer.leaf:
        writer.soft_break()
        writer.text(address, (mark,))
        writer.soft_break()
    else:
        writer.flush()
        writer.blocks.append(f"<p>{mark[0]}{escape(address)}</a></p>")


INLINES: Final[dict[str, Handler]] = {
    **{tag: _mark_handler(name) for tag, name in INLINE_TAGS.items() if name},
    **{tag: _ruby_handler(tag) for tag in ("ruby", "rt", "rp")},
    "a": link,
    "audio": film,
    "bdi": _directed,
    "bdo": _directed,
    "br": line_break,
    "embed": frame,
    "iframe": frame,
    "image": image,
    "img": image,
    "noscript": noscript,
    "object": frame,
    "picture": picture,
    "amp-img": image,
    "amp-video": film,
    "amp-audio": film,
    "amp-iframe": frame,
    "video": film,
}
