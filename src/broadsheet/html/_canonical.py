"""Foreign markup to canonical body: parse, one walk, nh3.

The parser is libxml2's, so a few of its habits are met before it: it loses what follows ``</body>``, stops at
2,048 levels, and knows no CDATA in HTML.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from lxml.etree import _Element

from broadsheet.html._blocks import finish
from broadsheet.html._policy import SAFE, words
from broadsheet.html._space import INVISIBLE_REFERENCE, whole, without_invisible
from broadsheet.html._tables import HANDLERS
from broadsheet.html._writer import Writer

_PARSER: Final = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True, recover=True
)
_DOCUMENT_TAG = re.compile(r"(?i)</?(?:body|html|wbr)(?![\w-])[^<>]*>")
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_NOSCRIPT = re.compile(r"(?i)<noscript")
_PRE = re.compile(r"<pre>[^<]*+(?:<(?!/?pre>)[^<]*+)*+</pre>")
_DEEPEST_PARSE = 1000


def canonical_body(markup: str, *, base_url: str | None = None) -> str:
    """Our body for foreign ``markup``: semantic tags only, safe, one leaf block per line, no line end at the end.

    The readable words stay as they are and in their order; only white space, invisible characters and what nobody
    reads (scripts, share links, counting pixels) go. Links and pictures become absolute where ``base_url`` is given.
    Canonical markup comes back as it is. Text without markup is taken as paragraphs. Never raises on any ``str``.
    """
    markup = _fit(markup)
    if not _MARKUP.search(markup):
        markup = _paragraphs_of_text(markup)
    if not markup:
        return ""
    return _safe(_write(markup, base_url))


def _fit(markup: str) -> str:
    """``markup`` as characters and tags the parser is at home with."""
    markup = whole(markup)
    markup = without_invisible(markup)
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    markup = _DOCUMENT_TAG.sub("", markup)
    if markup.count("<") > _DEEPEST_PARSE and _depth(markup) > _DEEPEST_PARSE:
        markup = _flatten(markup)
    return markup


def canonical_element(element: _Element, *, base_url: str | None = None) -> str:
    """``canonical_body`` of what ``element`` holds, for a tree that is parsed already and free of comments."""
    directions = (above.get("dir") for above in (element, *element.iterancestors()))
    direction = next((value.lower() for value in directions if value), "ltr")
    return _safe(_write_tree(element, base_url, rare=True, noscript=True, direction=direction))


def _safe(written: str) -> str:
    written = SAFE.clean(written)
    if "<a>" in written or "<img>" in written or "<img alt" in written or "<img width" in written:
        written = SAFE.clean(_write(written, None))
    if "<pre>" in written:
        written = _PRE.sub(lambda found: found[0].replace("\n", "&#10;"), written)
    return written


def _write(markup: str, base_url: str | None) -> str:
    try:
        root = etree.fromstring(b"<html><body>" + markup.encode() + b"</body></html>", _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    if root is None:
        return ""
    rare, noscript = bool(INVISIBLE_REFERENCE.search(markup)), bool(_NOSCRIPT.search(markup))
    return _write_tree(root, base_url, rare=rare, noscript=noscript)


def _write_tree(root: _Element, base_url: str | None, *, rare: bool, noscript: bool, direction: str = "ltr") -> str:
    writer = Writer(HANDLERS, base_url, rare=rare, noscript=noscript)
    writer.wanted_direction = direction if direction in ("rtl", "auto") else "ltr"
    writer.walk(root, ())
    writer.flush()
    if writer.blocks and writer.blocks[-1] == "<hr>":
        writer.blocks.pop()
    return finish(writer.blocks)


def _paragraphs_of_text(text: str) -> str:
    """Text without markup: an empty line ends a paragraph; where there is none, each line is one."""
    lines = [line.strip() for line in text.splitlines()]
    if any(not line for line in lines[1:-1]) or _is_wrapped(lines):
        paragraphs = "\n".join(lines).split("\n\n")
    else:
        paragraphs = lines
    return "".join(f"<p>{paragraph}" for paragraph in paragraphs if paragraph.strip())


def _is_wrapped(lines: list[str]) -> bool:
    """Whether lines end where a terminal's did, not where paragraphs do."""
    full = lines[:-1]
    return len(full) > 2 and all(55 <= len(line) <= 82 and line.isascii() for line in full)


_TAG: Final = re.compile(r"<(/?)([A-Za-z][^\s/<>]*+)[^<>]*+>")
_VOID: Final = words("area base br col embed hr img input link meta param source track wbr")
_RAW: Final = re.compile(r"(?i)<(script|style|template|svg|textarea|iframe)(?![\w-])")


def _depth(markup: str) -> int:
    """How deep tags nest at most, closing tags counted as they come."""
    depth = deepest = 0
    for found in _TAG.finditer(markup):
        if found[1]:
            depth -= 1
        elif found[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _flatten(markup: str) -> str:
    """Markup too deep to parse, as paragraphs: its words and pictures stay."""
    kept: list[str] = []
    position = 0
    lower = markup.lower() if len(markup.lower()) == len(markup) else markup
    while (found := _RAW.search(markup, position)) is not None:
        kept.append(markup[position : found.start()])
        end = lower.find(f"</{found[1].lower()}", found.end())
        position = len(markup) if end < 0 else end
    kept.append(markup[position:])
    return _TAG.sub(_flat_tag, "".join(kept))


def _flat_tag(found: re.Match[str]) -> str:
    tag = found[2].lower()
    if tag in ("img", "br"):
        return found[0]
    return "<p>" if tag in HANDLERS and tag not in _INLINE_IN_DEPTH else ""


_INLINE_IN_DEPTH: Final = words("a b big cite code em i q s small span strong sub sup u font")
