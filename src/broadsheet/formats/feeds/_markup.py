"""The text of elements: plain words, HTML, headlines, and addresses made absolute."""

from __future__ import annotations

import base64
import binascii
import html
import re
from urllib.parse import urljoin

from lxml import etree

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def plain(element: etree._Element) -> str:
    """All text inside, in order, without surrounding white space."""
    if len(element):
        return "".join(element.itertext("*")).strip()
    text = element.text
    return text.strip() if text else ""


def markup(element: etree._Element) -> str:
    """HTML inside: escaped or CDATA markup as the text it is, real child elements written out."""
    if len(element):
        return inner(element)
    text = element.text
    return text.strip() if text else ""


_NAMESPACE = re.compile(r"""\sxmlns(?::[\w.-]+)?=(?:"[^"]*"|'[^']*')""")
_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]*:(?=[A-Za-z])")
_EMPTY = re.compile(r"<([A-Za-z][\w.-]*)((?:\s[^<>]*)?)/>")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)


def inner(element: etree._Element) -> str:
    """The markup between an element's own tags, as HTML: no namespaces, no prefixes, no ``<p/>``."""
    whole = etree.tostring(element, encoding="unicode", with_tail=False)
    text = whole[whole.index(">") + 1 : whole.rindex("<")]
    if "xmlns" in text:
        text = _NAMESPACE.sub("", text)
    if _PREFIX.search(text):
        text = _PREFIX.sub(r"\1", text)
    if "/>" in text:
        text = _EMPTY.sub(_close_empty, text)
    return text.strip()


def _close_empty(found: re.Match[str]) -> str:
    return found[0] if found[1].lower() in _VOID else f"<{found[1]}{found[2]}></{found[1]}>"


# ---- headlines ----------------------------------------------------------------------------------------------------

_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|blink|blockquote|br|center|cite|code|del|dfn|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr"
    "|o:p|ol|p|pre|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|ul|var|wbr"
)
_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:br|p|div|h[1-6]|li|hr|blockquote)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style|iframe|object|noscript)\b[^<>]*>|<!--", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_RUN = re.compile(r"[ \t\r\n]+")
_LITERAL = frozenset({"&lt;", "&gt;", "&#60;", "&#62;", "&#x3c;", "&#x3e;"})


def headline(text: str, *, literal: bool = False) -> str:
    """A title as plain text on one line.

    Titles are HTML unless a feed says that they are text (``literal``), and are often escaped once too often. So
    tags of HTML go, other ``<`` stay (``1 < 2``, ``List<T>``); references are undone once, and what then still is a
    reference is undone again, except that ``&lt;`` and ``&gt;`` then mean themselves.
    """
    if text.isprintable() and "<" not in text and "&" not in text and "  " not in text:
        return text.strip()
    if "<" in text and not literal:
        text = _TAG.sub(lambda found: " " if _BLOCK.match(found[0]) else "", _without_hidden(text))
    if "&" in text:
        if not literal:
            text = _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
        text = _REFERENCE.sub(lambda found: found[0] if found[0].lower() in _LITERAL else html.unescape(found[0]), text)
    if "\n" in text or "\t" in text or "  " in text or "\r" in text:
        text = _RUN.sub(" ", text)
    return text.strip()


def _without_hidden(text: str) -> str:
    """The text without scripts, styles, comments and their like, and without what they hold."""
    lowered = text.lower()
    parts: list[str] = []
    place = 0
    while found := _HIDDEN.search(text, place):
        closing = f"</{found[1].lower()}" if found[1] else "--"
        end = lowered.find(closing, found.end())
        close = text.find(">", end) if end >= 0 else -1
        if close < 0 or len(lowered) != len(text):
            break
        parts.append(text[place : found.start()])
        place = close + 1
    return "".join(parts) + text[place:]


# ---- Atom text constructs -----------------------------------------------------------------------------------------

_HTML_LIKE = re.compile(
    rf"</(?:{_INLINE}|table|figure|article)\s*>|<(?:br|img|hr)\b[^<>]*>|&(?:#\d+|nbsp|amp|lt|quot|[lr]dquo|[lr]squo|mdash);",
    re.IGNORECASE,
)


def atom_kind(element: etree._Element) -> str:
    """``text``, ``html``, ``xhtml`` or ``binary``: what an Atom 0.3 or 1.0 text construct says it holds."""
    kind = (element.get("type") or "").strip().lower()
    mode = (element.get("mode") or "").strip().lower()
    if mode == "base64":
        return "binary"
    if kind in ("html", "text/html"):
        return "xhtml" if len(element) else "html"
    if kind in ("xhtml", "application/xhtml+xml") or kind.endswith(("+xml", "/xml")):
        return "xhtml" if len(element) else "html"
    if kind in ("", "text", "text/plain") or kind.startswith("text/"):
        if len(element):
            return "xhtml"
        return "html" if mode == "escaped" and kind not in ("text", "text/plain") else "text"
    return "xhtml" if len(element) else "binary"


def atom_markup(element: etree._Element) -> str:
    """An Atom text construct as HTML. Text that is plainly HTML under a missing label is taken as such."""
    kind = atom_kind(element)
    if kind == "xhtml":
        return _inside_div(element) if "/" not in (element.get("type") or "") else inner(element)
    text = plain(element)
    if kind == "binary":
        return _decode_base64(text)
    if kind == "html" or (not element.get("type") and _HTML_LIKE.search(text)):
        return text
    return html.escape(text, quote=False)


def atom_headline(element: etree._Element) -> str:
    """An Atom title as plain text on one line."""
    kind = atom_kind(element)
    if kind == "xhtml":
        return headline(plain(element), literal=True)
    text = _decode_base64(plain(element)) if kind == "binary" else plain(element)
    stated_text = kind == "text" and element.get("type") is not None
    return headline(text, literal=stated_text)


def _inside_div(element: etree._Element) -> str:
    """RFC 4287, 3.1.1.3: the one ``div`` of XHTML content is not part of the content. In Atom 0.3 it was."""
    if len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
        child = element[0]
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2].lower() == "div" and not child.get("class"):
            return inner(child)
    return inner(element)


def _decode_base64(text: str) -> str:
    """The text in base64, or nothing where it is none, or a picture."""
    try:
        decoded = base64.b64decode(text, validate=False).decode("utf-8").strip()
    except (binascii.Error, ValueError):
        return ""
    return "" if "\x00" in decoded else decoded


# ---- addresses ----------------------------------------------------------------------------------------------------

_BROKEN = str.maketrans("", "", "\t\r\n")
_UNSAFE = ("javascript:", "vbscript:", "data:", "file:", "about:", "blob:")


def absolute(url: str | None, base: str | None) -> str | None:
    """``url`` seen from ``base``; None where there is none, or where following it would run or read something local."""
    if not url:
        return None
    if url.startswith(("https://", "http://")) and url.isprintable():
        return url.rstrip()
    url = url.strip()
    if not url.startswith(("https://", "http://")):
        if not url or url[:11].lower().startswith(_UNSAFE):
            return None
        if base:
            try:
                url = urljoin(base, url.translate(_BROKEN))
            except ValueError:
                return None
    return url.translate(_BROKEN) if "\n" in url or "\t" in url or "\r" in url else url


_RELATIVE = re.compile(
    r"""=(?<=[cCfFrt]=)(["'])(?!https?:|#|data:|mailto:|tel:|\1)(?<=[sS][rR][cC]=.|[rR][eE][fF]=.|ter=.|set=.)"""
    r"""([^<>]*?)\1"""
)
"""A quoted relative address. It begins with one plain character, which makes the search for it several times faster
than a search for the attributes' names; the first look back only saves time."""


def absolute_markup(text: str, base: str | None) -> str:
    """HTML with the addresses in ``href``, ``src``, ``poster`` and ``srcset`` made absolute; the rest untouched."""
    if base is None or "=" not in text:
        return text
    return _RELATIVE.sub(lambda found: _resolve_attribute(found, base), text)


_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")


def _resolve_attribute(found: re.Match[str], base: str) -> str:
    value = html.unescape(found[2]).strip()
    name = found.string[max(0, found.start() - 6) : found.start()].lower()
    if name.endswith(("set", "ter")):
        target = _resolve_set(value, base) if name == "srcset" else absolute(value, base) if name == "poster" else None
    else:
        target = None if _SCHEME.match(value) else absolute(value, base)
    return f'="{html.escape(target)}"' if target else found[0]


def _resolve_set(value: str, base: str) -> str:
    """``srcset``: addresses, each with an optional width or density, between commas."""
    candidates = [part.split() for part in re.split(r",\s+|,(?=https?:|/)", value) if part.strip()]
    return ", ".join(" ".join([absolute(part[0], base) or part[0], *part[1:]]) for part in candidates)
