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
from broadsheet.text.charset import decode, find_declared

from . import _repair
from ._limits import HUGE_TEXT, MAX_BYTES, MAX_ENTRIES
from ._sections import Sections, take_sections


@dataclass
class Tree:
    """The root (with its entries inside, or beside it in ``entries``), and how we came to it."""

    root: etree._Element
    encoding: str = "utf-8"
    entries: list[etree._Element] | None = None
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    sections: Sections = field(default_factory=Sections)
    """Long texts that stand in the tree only as keys."""


_PLAIN_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*+(?:<\?xml\s[^>]*\?>)?+(?:\s++|<\?(?!xml\s)[^>]*\?>|<!--(?:[^-]|-[^-])*+-->)*+<[A-Za-z]"""
)
_LABEL = re.compile(rb"""\bencoding\s*=\s*["']([\w.:-]+)["']""")
_WIDE_ENCODINGS = frozenset({"gb18030", "big5hkscs", "cp949", "cp932"})
_HTTP_LABEL = re.compile(r"charset\s*+=\s*+[\"']?+\s*+([\w.:-]+)", re.IGNORECASE | re.ASCII)
_UTF8_LABELS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_WINDOWS_NUMBER = re.compile("&(?=#(?:1[2-5][0-9]|[xX][89][0-9a-fA-F]);)")
_WINDOWS_NUMBER_BYTES = re.compile(_WINDOWS_NUMBER.pattern.encode())


def read_tree(content: bytes, content_type: str | None, *, whole: bool = False) -> Tree:
    """The tree of an XML document; raises FormatError where there is no markup at all.

    Unless it is to be ``whole``, some texts of a well-formed one are in ``Tree.sections`` instead.
    """
    notes: list[str] = []
    if len(content) > MAX_BYTES:
        notes.append(f"cut at {MAX_BYTES} of {len(content)} bytes")
        content = content[:MAX_BYTES]
    elif _has_plain_head(content, content_type):
        tree = _read_plain(content, whole=whole)
        if tree is not None:
            return tree
    decoded = decode(content, http=content_type)
    note = decoded.note or _note_narrow_label(content, decoded.encoding)
    if note:
        notes.append(note)
    tree = _read_text(decoded.text)
    tree.encoding = decoded.encoding
    tree.notes[:0] = notes
    return tree


def _read_plain(content: bytes, *, whole: bool) -> Tree | None:
    """The tree of a well-formed document; None where it is not, or has windows-1252 numbers to repair."""
    skeleton, sections = (content, Sections()) if whole else take_sections(content)
    root = None if _WINDOWS_NUMBER_BYTES.search(skeleton) else _parse(skeleton, huge=len(content) > HUGE_TEXT)
    return None if root is None else Tree(root, sections=sections)


def _has_plain_head(content: bytes, content_type: str | None) -> bool:
    """Whether libxml2 may have the bytes as they are: no document type, and no label that says other than UTF-8."""
    http = _HTTP_LABEL.search(content_type) if content_type else None
    if http and http[1].lower().encode() not in _UTF8_LABELS:
        return False
    head = _PLAIN_HEAD.match(content, 0, 4_000)
    if not head:
        return False
    label = _LABEL.search(head[0])
    return not label or label[1].lower() in _UTF8_LABELS


def _parse(content: bytes, *, recover: bool = False, huge: bool = False) -> etree._Element | None:
    """One parse that resolves nothing, fetches nothing and loads nothing."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        recover=recover,
        huge_tree=huge or len(content) > HUGE_TEXT,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _note_narrow_label(content: bytes, encoding: str) -> str | None:
    """A sentence where the document's label is too narrow for it, as gb2312 is over most Chinese pages."""
    label = find_declared(content)
    if label is None or encoding not in _WIDE_ENCODINGS:
        return None
    try:
        content.decode(label)
    except UnicodeDecodeError:
        return f"labelled {label}, but has characters that only {encoding} has"
    except (LookupError, ValueError):
        pass  # no codec for text of any kind: another label decided
    return None


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _read_text(text: str) -> Tree:
    if not text.strip("\ufeff \t\r\n\x00"):
        raise FormatError("no feed here: the response is empty; look at the address in a browser")
    root = None
    if not _WINDOWS_NUMBER.search(text) and not _repair.has_doctype(text):
        root = _parse(_encode(_repair.without_declaration(text)))
    notes: list[str] = []
    if root is None:
        text, notes = _repair.repair(text)
        root = _parse(_encode(text))
    if root is None:
        broken = text
        text = _mend_root(text, notes)
        root = _parse(_encode(text)) if text != broken else None
    tree = Tree(root) if root is not None else _read_pieces(text)
    tree.notes[:0] = notes
    return tree


def _mend_root(text: str, notes: list[str]) -> str:
    declared = _repair.declare_in_root(text)
    cut = _repair.cut_tail(declared)
    if declared != text:
        notes.append("namespace prefixes used without a declaration")
    if cut.rstrip() != declared.rstrip():
        notes.append("text after the feed was left out")
    return cut


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
