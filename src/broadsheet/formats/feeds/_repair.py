"""Text that should be XML, made so: the accidents of real feeds, each undone by the narrowest means.

Everything here is linear in the length of the text, whatever it holds. Nothing here knows what a feed means beyond
the names of its entries and of the fields that carry HTML.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections import Counter
from collections.abc import Iterator

from ._limits import MAX_ENTITIES, MAX_ENTITY_GROWTH, MAX_ENTITY_LENGTH, MAX_ENTRIES

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_START = re.compile(
    r"<\?xml\b|<!DOCTYPE\b|<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF|channel|entry|item|opml)\b", re.IGNORECASE
)
_DECLARATION = re.compile(r"<\?xml\b[^<>]{0,2000}+>", re.IGNORECASE)
_ENTITY_DECLARED = re.compile(r"""<!ENTITY\s+([A-Za-z][\w.-]*)\s+(?:"([^"%]*)"|'([^'%]*)')\s*>""")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_NAMED_IN_HTML = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_NUMBERED = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,6})|0*(\d{1,7}));")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_CLOSING_NAME = re.compile(r"</([\w.:-]{1,60}+)")
_BARE_LESS = re.compile(r"<(?![A-Za-z_/!?])")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repair(text: str) -> tuple[str, list[str]]:
    """``text`` without document type, declaration, controls and junk around its root, with every reference legal.

    With it comes what of that was no XML, as notes.
    """
    faults: Counter[str] = Counter()
    found = _START.search(text, 0, 200_000)
    if found:
        before, text = text[: found.start()].strip("\ufeff \t\r\n"), text[found.start() :]
        faults["text before the feed"] = int(bool(before) and not before.startswith("<!--"))
    text, faults["control characters"] = _CONTROLS.subn("", _DECLARATION.sub("", text, count=1))
    text, entities = _take_doctype(text)
    if "&" in text and entities:
        text = _expand(text, entities)
    text = "".join(part if is_cdata else _repair_plain(part, faults) for is_cdata, part in _split_cdata(text))
    named = ", ".join(f"{fault} ({count})" for fault, count in faults.items() if count)
    return text, [f"markup repaired: {named}"] if named else []


def has_doctype(text: str) -> bool:
    """Whether a document type stands before the root element."""
    return _find_doctype(text) >= 0


_ROOT_TAG = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF|channel|opml)\b", re.IGNORECASE)


def _find_doctype(text: str) -> int:
    """Where a document type begins, or -1. What looks like one after the root began is an article's own text."""
    start = text[:100_000].upper().find("<!DOCTYPE")
    root = _ROOT_TAG.search(text, 0, max(start, 0))
    return -1 if root else start


def without_declaration(text: str) -> str:
    """The text without byte order marks and XML declaration, which would contradict its new encoding."""
    return _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).lstrip()


def _repair_plain(text: str, faults: Counter[str]) -> str:
    if "&" in text:
        text, unknown = _NAMED_IN_HTML.subn(_name_character, text)
        text, bare = _BARE_AMPERSAND.subn("&amp;", _NUMBERED.sub(_name_number, text))
        faults["entities XML does not know"] += unknown
        faults["bare &"] += bare
    if "<" in text:
        text, bare = _BARE_LESS.subn("&lt;", text)
        faults["bare <"] += bare
    return text.replace("]]>", "]]&gt;")


def _name_character(found: re.Match[str]) -> str:
    number = html.entities.name2codepoint.get(found[1])
    character = chr(number) if number else html.entities.html5.get(found[1] + ";")
    return f"&amp;{found[1]};" if character is None else html.escape(character)


def _name_number(found: re.Match[str]) -> str:
    """Numbers 128 to 159 mean windows-1252, as HTML has it; what XML forbids goes."""
    number = int(found[1], 16) if found[1] else int(found[2])
    character = html.unescape(f"&#{number};")
    return "" if character == "\ufffd" or _CONTROLS.search(character) else html.escape(character)


# ---- document type ------------------------------------------------------------------------------------------------


def _take_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The text without its document type, and the plain, short entities that it declared."""
    start = _find_doctype(text)
    if start < 0:
        return text, {}
    bracket, close = text.find("[", start), text.find(">", start)
    if close < 0:
        return text[:start], {}
    if not start < bracket < close:
        return text[:start] + text[close + 1 :], {}
    subset_end = re.compile(r"\]\s*>").search(text, bracket)
    if not subset_end:
        return text[:start] + text[close + 1 :], {}
    subset = text[bracket + 1 : subset_end.start()]
    entities: dict[str, str] = {}
    for found in _ENTITY_DECLARED.finditer(subset[:500_000]):
        value = found[2] if found[2] is not None else found[3]
        if len(value) <= MAX_ENTITY_LENGTH and not _NAMED.search(value) and len(entities) < MAX_ENTITIES:
            entities.setdefault(found[1], html.unescape(value))
    return text[:start] + text[subset_end.end() :], entities


def _expand(text: str, entities: dict[str, str]) -> str:
    for name, value in entities.items():
        reference = f"&{name};"
        if name not in _XML_NAMES and 0 < text.count(reference) * len(value) <= MAX_ENTITY_GROWTH:
            text = text.replace(reference, html.escape(value))
    return text


# ---- CDATA --------------------------------------------------------------------------------------------------------

_OPEN, _CLOSE = "<![CDATA[", "]]>"


def _split_cdata(text: str) -> Iterator[tuple[bool, str]]:
    """(is CDATA, text) in order, without comments; a section that never ends is ended where its element ends."""
    place, length = 0, len(text)
    ends = comments = True
    while place < length:
        start = text.find("<!", place)
        if start < 0:
            break
        yield False, text[place:start]
        if text.startswith(_OPEN, start):
            end = text.find(_CLOSE, start) if ends else -1
            if end < 0:
                ends = False
                end = _find_element_end(text, start)
                yield True, text[start:end] + _CLOSE
                place = end
            else:
                yield True, text[start : end + 3]
                place = end + 3
        elif text.startswith("<!--", start):
            end = text.find("-->", start) if comments else -1
            comments = end >= 0
            place = end + 3 if comments else start + 4
        else:
            yield False, "&lt;!"
            place = start + 2
    yield False, text[place:]


def _find_element_end(text: str, start: int) -> int:
    """Where the element that directly holds ``start`` closes, else the next closing tag, else the end."""
    found = re.search(r"<([\w.:-]{1,60})[^<>]{0,500}>\s{0,200}\Z", text[max(0, start - 800) : start])
    end = text.find(f"</{found[1]}", start) if found else text.find("</", start)
    return end if end >= 0 else len(text)


# ---- entries and fields -------------------------------------------------------------------------------------------

_ENTRY_MARK = re.compile(r"<!\[CDATA\[|<(/?)((?:[\w.-]{1,20}:)?(?:item|entry))(?=[\s/>])", re.IGNORECASE)


def split_entries(text: str) -> tuple[str, list[str]]:
    """A repaired document taken apart: what is around the entries, and each entry with its own tags.

    An entry ends at its closing tag, or where the next one begins.
    """
    around: list[str] = []
    entries: list[str] = []
    place = scan = 0
    opened: tuple[int, str] | None = None
    has_ends = True
    while (found := _ENTRY_MARK.search(text, scan)) and len(entries) <= MAX_ENTRIES:
        scan = found.end()
        if found[2] is None:
            end = text.find(_CLOSE, scan)
            scan = end + 3 if end >= 0 else len(text)
        elif found[1]:
            if opened and opened[1] == found[2]:
                scan = max(text.find(">", scan) + 1, scan)
                entries.append(text[opened[0] : found.start()] + f"</{found[2]}>")
                place, opened = scan, None
        else:
            if opened:
                entries.append(text[opened[0] : found.start()] + f"</{opened[1]}>")
            else:
                around.append(text[place : found.start()])
            opened = (found.start(), found[2])
            close = text.find(">", scan) if has_ends else -1
            has_ends = close >= 0
            if close > 0 and text[close - 1] == "/":
                entries.append(text[found.start() : close + 1])
                place, scan, opened = close + 1, close + 1, None
    if len(entries) > MAX_ENTRIES:
        pass
    elif opened:
        entries.append(f"{text[opened[0] :]}</{opened[1]}>")
    else:
        around.append(text[place:])
    return "".join(around), entries


_FIELD = re.compile(
    r"<((?:[\w.-]{1,20}:)?(?:title|description|encoded|summary|content|subtitle|tagline|creator|author|name|category|link"
    r"|guid|id|pubdate|published|updated|date|body|copyright|rights))(\s[^<>]*)?(?<!/)>",
    re.IGNORECASE,
)
_STRUCTURED = frozenset({"author"})


_START_TAG = re.compile(r"\s*<([\w.:-]{1,60})([^<>]*)>")
_QUOTED = re.compile(r"""\s([A-Za-z_][\w.:-]{0,60})\s*=\s*("[^"<]*"|'[^'<]*')""")


def mend_start(piece: str) -> str:
    """An entry whose own start tag keeps only well-formed attributes, each once."""
    found = _START_TAG.match(piece)
    if not found or not found[2].strip():
        return piece
    attributes = dict(reversed(_QUOTED.findall(found[2][:20_000])))
    return f"<{found[1]}{''.join(f' {name}={value}' for name, value in attributes.items())}>{piece[found.end() :]}"


def wrap_fields(text: str) -> str:
    """Every field of an entry whose markup is loose becomes CDATA, so that it cannot break its neighbours."""
    out: list[str] = []
    place = 0
    last_closed = {closing[1]: closing.start() for closing in _CLOSING_NAME.finditer(text)}
    while found := _FIELD.search(text, place):
        name = found[1]
        end = text.find(f"</{name}", found.end()) if last_closed.get(name, -1) >= found.end() else -1
        if end < 0:
            out.append(text[place : found.end()])
            place = found.end()
            continue
        inner = text[found.end() : end]
        out.append(text[place : found.end()])
        out.append(inner if "<" not in inner or _is_structured(name, inner) else _as_cdata(inner))
        place = end
    out.append(text[place:])
    return "".join(out)


def _is_structured(name: str, inner: str) -> bool:
    if name.rpartition(":")[2].lower() in _STRUCTURED and "<name" in inner.replace("atom:", ""):
        return True
    return inner.lstrip().startswith(_OPEN) and inner.rstrip().endswith(_CLOSE) and inner.count(_OPEN) == 1


def _as_cdata(inner: str) -> str:
    inner = inner.replace(_OPEN, "").replace(_CLOSE, "")
    return f"{_OPEN}{inner}{_CLOSE}"


_PREFIX_USED = re.compile(r"<([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_PREFIX_DECLARED = re.compile(r"""\sxmlns:([A-Za-z_][\w.-]{0,30})\s*=\s*["']([^"'<]*)["']""")
_DEFAULT_DECLARED = re.compile(r"""\sxmlns\s*=\s*["']([^"'<]*)["']""")


def declare_prefixes(text: str) -> dict[str | None, str]:
    """Every prefix used or declared in ``text`` with its namespace; an undeclared one gets a namespace of its own.

    The key None is the default namespace of the first element that declares one in the document's head.
    """
    found: dict[str | None, str] = {}
    for prefix, namespace in _PREFIX_DECLARED.findall(text):
        found.setdefault(prefix, namespace)
    for is_cdata, part in _split_cdata(text):
        for prefix in () if is_cdata else _PREFIX_USED.findall(part):
            if prefix not in ("xml", "xmlns"):
                found.setdefault(prefix, f"urn:undeclared:{prefix}")
    default = _DEFAULT_DECLARED.search(text, 0, 20_000)
    if default:
        found[None] = default[1]
    return found


def format_declarations(prefixes: dict[str | None, str]) -> str:
    """The namespaces as attributes, ready to stand in a start tag."""
    return "".join(
        f' xmlns{":" + prefix if prefix else ""}="{html.escape(html.unescape(namespace))}"'
        for prefix, namespace in prefixes.items()
        if namespace or not prefix
    )


_ROOT = re.compile(r"\s*<[A-Za-z_][\w.:-]*")


def declare_in_root(text: str) -> str:
    """The text with declarations for prefixes that it uses and never declares, added to its root."""
    declared = set(re.findall(r"\sxmlns:([A-Za-z_][\w.-]{0,30})\s*=", text))
    missing: dict[str | None, str] = {
        prefix: space for prefix, space in declare_prefixes(text).items() if prefix and prefix not in declared
    }
    root = _ROOT.match(text)
    if not missing or not root:
        return text
    return text[: root.end()] + format_declarations(missing) + text[root.end() :]


_TAIL = re.compile(r"</(?:[\w.-]{1,20}:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)


def cut_tail(text: str) -> str:
    """The text up to the last closing tag of its root, so that what a server appends does no harm."""
    end = None
    for found in _TAIL.finditer(text, max(0, len(text) - 200_000)):
        end = found.end()
    return text if end is None else text[:end]
