"""A shown body as Markdown. It reads the canonical form only: known tags, one leaf block per line."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

from broadsheet.render.lists import plain

_PARSER = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True)
_MARKS = {"strong": "**", "em": "*", "s": "~~", "code": "`"}
_BLANK = re.compile(r"\n{3,}")


def body_as_markdown(markup: str) -> str:
    """``markup`` (safe HTML of an article) as Markdown blocks."""
    if not markup.strip():
        return ""
    root = etree.fromstring(b"<html><body>" + markup.encode("utf-8", "replace") + b"</body></html>", _PARSER)
    return _BLANK.sub("\n\n", _blocks(root)).strip("\n") if root is not None else ""


def _blocks(parent: _Element) -> str:
    return "\n\n".join(filter(None, (_block(child) for child in parent)))


def _block(element: _Element) -> str:
    tag = element.tag
    if tag in ("h2", "h3", "h4"):
        return f"{'#' * int(tag[1])} {_inline(element)}"
    if tag in ("ul", "ol"):
        rows = [_row(child, f"{number}." if tag == "ol" else "-") for number, child in enumerate(element, 1)]
        return "\n".join(rows)
    if tag == "blockquote":
        inside = _blocks(element) or _inline(element)
        return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
    if tag == "pre":
        return "\n".join("    " + line for line in "".join(element.itertext()).split("\n"))
    if tag == "figure":
        return "\n\n".join(filter(None, (_figure_part(child) for child in element)))
    if tag == "table":
        return _table(element)
    if tag == "hr":
        return "---"
    if tag in ("body", "dl"):
        return _blocks(element)
    return _inline(element).strip()


def _figure_part(element: _Element) -> str:
    return _image(element) if element.tag == "img" else _inline(element).strip()


def _row(element: _Element, mark: str) -> str:
    nested = [child for child in element if child.tag in ("ul", "ol")]
    rows = [f"{mark} {_inline(element, skip=('ul', 'ol')).strip()}"]
    rows += ["\n".join("   " + line for line in _block(child).split("\n")) for child in nested]
    return "\n".join(rows)


def _table(element: _Element) -> str:
    rows = [[_inline(cell).strip().replace("\n", " ") for cell in row] for row in element.iter("tr")]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _inline(element: _Element, skip: tuple[str, ...] = ()) -> str:
    parts = [plain_inline(element.text)]
    for child in element:
        if child.tag not in skip:
            parts.append(_mark(child))
        parts.append(plain_inline(child.tail))
    return "".join(parts)


def _mark(element: _Element) -> str:
    tag = str(element.tag)
    inside = _inline(element)
    if tag == "br":
        return "  \n"
    if tag == "img":
        return _image(element)
    if tag == "a" and (href := element.get("href")):
        return f"[{inside}]({_address(href)})"
    if tag in _MARKS and inside.strip():
        return f"{_MARKS[tag]}{inside}{_MARKS[tag]}"
    if tag == "rt":
        return f"({inside})"
    return "" if tag == "rp" else inside


def _image(element: _Element) -> str:
    return f"![{plain(element.get('alt') or '')}]({_address(element.get('src') or '')})"


def _address(url: str) -> str:
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def plain_inline(text: str | None) -> str:
    """``text`` escaped for Markdown, its spaces at the edges kept."""
    if not text:
        return ""
    words = plain(text)
    return (" " if text[0].isspace() else "") + words + (" " if text[-1].isspace() and words else "")
