"""From a feed's bytes to elements: strictly where possible, then repaired, then entry by entry.

A well-formed UTF-8 document goes straight to libxml2. Anything else is decoded, repaired and tried again as a whole.
Where that fails too, the entries are cut out of the text and each is parsed on its own, so that loose markup in one
cannot swallow the next, as recovery over a whole document would let it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from lxml import etree

from broadsheet.errors import FormatError
from broadsheet.language.charset import decode

from . import _repair
from ._limits import HUGE_TEXT, MAX_BYTES, MAX_ENTRIES


@dataclass
class Tree:
    """The root (with its entries inside, or beside it in ``entries``), and how we came to it."""

    root: etree._Element
    encoding: str = "utf-8"
    entries: list[etree._Element] | None = None
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


_PLAIN_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*\?>)?(?:\s|<\?(?!xml\s)[^>]*\?>|<!--(?:[^-]|-[^-])*-->)*<[A-Za-z]"""
)
_LABEL = re.compile(rb"""\bencoding\s*=\s*["']([\w.:-]+)["']""")
_UTF8_LABELS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_WINDOWS_NUMBER = re.compile("&(?=#(?:1[2-5][0-9]|[xX][89][0-9a-fA-F]);)")
_WINDOWS_NUMBER_BYTES = re.compile(_WINDOWS_NUMBER.pattern.encode())


def read_tree(content: bytes, content_type: str | None) -> Tree:
    """The tree of an XML document; raises FormatError where there is no markup at all."""
    notes: list[str] = []
    if len(content) > MAX_BYTES:
        notes.append(f"cut at {MAX_BYTES} of {len(content)} bytes")
        content = content[:MAX_BYTES]
    elif _is_plain(content):
        root = _parse(content)
        if root is not None:
            return Tree(root)
    decoded = decode(content, http=content_type)
    if decoded.note:
        notes.append(decoded.note)
    tree = _read_text(decoded.text)
    tree.encoding = decoded.encoding
    tree.notes[:0] = notes
    return tree


def _is_plain(content: bytes) -> bool:
    """Whether libxml2 may have the bytes as they are: UTF-8, no document type, no windows-1252 numbers."""
    head = _PLAIN_HEAD.match(content, 0, 4_000)
    if not head:
        return False
    label = _LABEL.search(head[0])
    if label and label[1].lower() not in _UTF8_LABELS:
        return False
    return not _WINDOWS_NUMBER_BYTES.search(content)


def _parse(content: bytes, *, recover: bool = False) -> etree._Element | None:
    """One parse that resolves nothing, fetches nothing and loads nothing."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        recover=recover,
        huge_tree=len(content) > HUGE_TEXT,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _read_text(text: str) -> Tree:
    if not text.strip("\ufeff \t\r\n\x00"):
        raise FormatError("no feed here: the response is empty; look at the address in a browser")
    root = None
    if not _WINDOWS_NUMBER.search(text) and not _repair.has_doctype(text):
        root = _parse(_encode(_repair.without_declaration(text)))
    if root is None:
        text = _repair.repair(text)
        root = _parse(_encode(text))
    if root is None:
        text, broken = _repair.cut_tail(_repair.declare_in_root(text)), text
        root = _parse(_encode(text)) if text != broken else None
    if root is not None:
        return Tree(root)
    return _read_pieces(text)


def _read_pieces(text: str) -> Tree:
    """Head and entries each on their own."""
    around, pieces = _repair.split_entries(text)
    root = _parse(_encode(around)) if pieces else _parse(_encode(around), recover=True)
    if root is None:
        root = _parse(_encode(_repair.wrap_fields(around)), recover=True)
    if root is None:
        raise FormatError(
            f"no feed here: the response is not XML ({_shorten(text)}); look for the outlet's feed address"
        )
    tree = Tree(root, entries=[], notes=["broken markup, repaired entry by entry"])
    assert tree.entries is not None
    wrapper = f"<w{_repair.format_declarations(_repair.declare_prefixes(text))}>"
    for number, piece in enumerate(pieces[: MAX_ENTRIES + 1], start=1):
        entry = _read_piece(wrapper, piece)
        if entry is None:
            tree.failures.append(f"entry {number} cannot be read as markup: {_shorten(piece)}")
        else:
            tree.entries.append(entry)
    return tree


def _read_piece(wrapper: str, piece: str) -> etree._Element | None:
    root = _parse(_encode(f"{wrapper}{piece}</w>"))
    if root is None:
        mended = _encode(f"{wrapper}{_repair.wrap_fields(_repair.mend_start(piece))}</w>")
        root = _parse(mended)
        if root is None:
            root = _parse(mended, recover=True)
    if root is None or not len(root):
        return None
    return root[0] if len(root) == 1 else root


def _shorten(text: str) -> str:
    plain = " ".join(html.unescape(re.sub(r"<[^<>]{0,300}>", " ", text[:3000])).split())
    return repr(plain[:80])
