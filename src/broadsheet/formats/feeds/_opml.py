"""OPML 2.0 subscription lists, in and out (opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from broadsheet.errors import FormatError

from ._limits import MAX_DEPTH, MAX_OUTLINES
from ._markup import absolute, headline
from ._names import local_name
from ._tree import read_tree


@dataclass(frozen=True, slots=True)
class OpmlOutline:
    """One subscription: its name, addresses, and the folders it stands in, the outermost first."""

    title: str
    feed_url: str
    home_url: str | None = None
    categories: tuple[str, ...] = ()


def parse_opml(content: bytes) -> tuple[OpmlOutline, ...]:
    """The subscriptions in an OPML document, in its order, each feed once.

    Attribute names count in any case, bare ampersands are forgiven. Raises FormatError where it is no OPML at all.
    """
    root = read_tree(content, None, whole=True).root
    if local_name(root) != "opml":
        raise FormatError(f"no OPML here: the root element is <{local_name(root)}>; export the list of feeds again")
    found: dict[str, OpmlOutline] = {}
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = []
    waiting += [(body, ()) for body in root.iterchildren("*") if local_name(body) == "body"]
    while waiting and len(found) < MAX_OUTLINES:
        element, folders = waiting.pop()
        words = {name.lower(): value.strip() for name, value in element.attrib.items()}
        title = headline(words.get("title") or words.get("text") or "", literal=True)
        feed_url = absolute(words.get("xmlurl") or (words.get("url") if words.get("type") == "rss" else None), None)
        if feed_url and feed_url not in found:
            listed = tuple(part.strip(" /") for part in words.get("category", "").split(","))
            categories = tuple(dict.fromkeys(word for word in (*folders, *listed) if word))
            found[feed_url] = OpmlOutline(title or feed_url, feed_url, absolute(words.get("htmlurl"), None), categories)
        inside = folders if feed_url or not title or local_name(element) == "body" else (*folders, title)
        if len(inside) < MAX_DEPTH:
            waiting.extend((child, inside) for child in reversed(element) if isinstance(child.tag, str))
    return tuple(found.values())


_FORBIDDEN = re.compile("[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def format_opml(outlines: Iterable[OpmlOutline], title: str) -> bytes:
    """An OPML 2.0 document in UTF-8 that ``parse_opml`` reads back: categories become nested folders."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for outline in outlines:
        parent = body
        for depth in range(1, len(outline.categories) + 1):
            path = outline.categories[:depth]
            if path not in folders:
                name = _clean(path[-1])
                folders[path] = etree.SubElement(parent, "outline", text=name, title=name)
            parent = folders[path]
        name = _clean(outline.title)
        line = etree.SubElement(parent, "outline", type="rss", text=name, title=name, xmlUrl=_clean(outline.feed_url))
        if outline.home_url:
            line.set("htmlUrl", _clean(outline.home_url))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub(" ", text)
