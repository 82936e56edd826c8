"""Names of authors as feeds write them: ``mail (Name)``, ``Name <mail>``, Atom persons, or a name."""

from __future__ import annotations

import re

from lxml import etree

from ._markup import headline, plain

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_HUSK = re.compile(r"\(\s*\)|<\s*>|\[\s*\]|\bmailto:", re.IGNORECASE)


def name_person(text: str) -> str:
    """The name in an author's line; the mail address where it holds nothing else."""
    text = text.strip()
    if "@" not in text:
        return headline(text) if "&" in text or "<" in text or "\n" in text else text
    found = _MAIL.search(text[:500])
    if not found:
        return headline(text)
    name = _HUSK.sub(" ", text.replace(found[0], " ")).strip(" \t\n()<>[]\"',;-")
    return headline(name) or found[0]


def read_atom_person(element: etree._Element) -> str:
    """The name of an Atom person construct; its mail or home page where it has no name."""
    parts: dict[str, str] = {}
    for child in element.iterchildren("*"):
        parts.setdefault(str(child.tag).rpartition("}")[2].rpartition(":")[2].lower(), plain(child))
    found = parts.get("name") or parts.get("title")
    if found:
        return headline(found, literal=True)
    return name_person(parts.get("email") or element.text or "") or parts.get("uri") or parts.get("url") or ""
