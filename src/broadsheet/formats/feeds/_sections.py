"""Long CDATA sections, taken out of a feed before libxml2 sees it.

Most of a full-text feed is articles' HTML in CDATA sections, in which an XML parser has nothing to find but their
end. Cut out and decoded in one go, they cost half of what they cost inside a tree. What stays of a section in the
document is the same section with a short key for text, so that libxml2 still judges everything else.

How that stays exact: a section is only taken where its bytes are legal in CDATA, and no key stands in what is left
of the document by itself. So a key that comes back as the whole text of an element stood in a true CDATA section of
that element. Each key has to be asked for by the readers of entries; one that is not (it stood in a comment, in an
unknown element, or beside other text) makes the caller read the document whole, without this module.
"""

from __future__ import annotations

import re

_TAGS = (b"<content:encoded>", b"<description>")
"""Where full text stands, the likelier first; only the first that a document has is looked into."""

_OPENING = re.compile(rb"\s*<!\[CDATA\[")
_SHORTEST = 2_000
"""Bytes below which a section is cheaper inside the tree."""

_LONGEST_HEAD = 50_000
"""Bytes in which the first entry has to begin, so that a document of another kind is not searched for one."""

_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")
SECTION_KEY = "broadsheet-cdata-"
"""How every key begins; a document with these words in its markup is read whole."""


class Sections:
    """What was taken out of one document, by key."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._used: set[str] = set()

    def add(self, text: str) -> str:
        """The key under which ``text`` can be had again."""
        key = f"{SECTION_KEY}{len(self._texts)}-"
        self._texts[key] = text
        return key

    def restore(self, text: str) -> str:
        """The section that ``text`` is the key of, else ``text`` itself."""
        if text not in self._texts:
            return text
        self._used.add(text)
        return self._texts[text]

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def all_used(self) -> bool:
        """Whether every section was asked for."""
        return len(self._used) == len(self._texts)


def take_sections(content: bytes) -> tuple[bytes, Sections]:
    """UTF-8 markup without its long sections of text, and these, stripped as the readers strip text.

    Where anything is odd the content comes back whole and the sections are none.
    """
    sections = Sections()
    place = content.find(b"<item", 0, _LONGEST_HEAD)
    tag = next((tag for tag in _TAGS if place >= 0 and content.find(tag, place) >= 0), None)
    if tag is None:
        return content, sections
    parts: list[bytes] = []
    kept = 0
    while (place := content.find(tag, place)) >= 0:
        place += len(tag)
        opening = _OPENING.match(content, place)
        if not opening:
            continue
        start = opening.end()
        end = _find_end(content, start)
        if end < 0:
            break
        if end - start < _SHORTEST:
            continue
        text = _decode(content[start:end])
        if text is None:
            return content, Sections()
        parts += (content[kept:start], sections.add(text).encode())
        kept = place = end
    skeleton = b"".join((*parts, content[kept:]))
    if not parts or skeleton.count(SECTION_KEY.encode()) != len(sections):
        return content, Sections()
    return skeleton, sections


def _find_end(content: bytes, start: int) -> int:
    """Where the section closes. Brackets are rare, and one byte is found many times faster than three."""
    bracket = content.find(b"]", start)
    return bracket if bracket < 0 or content.startswith(b"]]>", bracket) else content.find(b"]]>", bracket)


def _decode(section: bytes) -> str | None:
    """The text of a section as XML 1.0 reads it (2.2, 2.11), or None where it holds what is no character there."""
    if len(section.translate(None, _FORBIDDEN)) != len(section):
        return None
    try:
        text = section.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\ufffe" in text or "\uffff" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()
