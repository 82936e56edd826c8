"""The children of an entry: one small function for each kind, which puts what it finds into the ``Draft``."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from broadsheet.model import Enclosure, Picture

from ._drafts import Draft
from ._limits import MAX_LISTED
from ._markup import XML_BASE, absolute, absolute_markup, atom_headline, atom_markup, headline, markup, plain
from ._persons import name_person, read_atom_person

Reader = Callable[[Draft, etree._Element], None]


def read_children(draft: Draft, element: etree._Element) -> None:
    """Read every child of ``element`` that we know. A tag is resolved to its reader once per document."""
    readers = draft.reading.readers
    for child in element:
        try:
            reader = readers[child.tag]
        except KeyError:
            reader = readers[child.tag] = ENTRY_READERS.get(draft.reading.name(child))
        if reader is not None:
            reader(draft, child)


def _title(draft: Draft, element: etree._Element) -> None:
    text = element.text if not len(element) else plain(element)
    if text and not draft.title:
        draft.title = headline(text)


def _atom_title(draft: Draft, element: etree._Element) -> None:
    draft.title = draft.title or atom_headline(element)


def _second_title(draft: Draft, element: etree._Element) -> None:
    draft.second_title = draft.second_title or headline(plain(element))


def _link(draft: Draft, element: etree._Element) -> None:
    """RSS, or an Atom link in a feed that forgot its namespace."""
    text = element.text
    if text and (text := text.strip()):
        draft.link = draft.link or text
    elif element.get("href") or len(element):
        _atom_link(draft, element)


def _atom_link(draft: Draft, element: etree._Element) -> None:
    url = element.get("href") or plain(element)
    if not url or len(draft.links) >= MAX_LISTED:
        return
    base = element.get(XML_BASE)
    target = absolute(url, absolute(base, draft.base) if base else draft.base)
    if target is None:
        return
    relation = (element.get("rel") or "alternate").strip().lower().rpartition("/")[2]
    if relation == "enclosure":
        _add_enclosure(draft, target, element.get("type"), element.get("length"))
    else:
        draft.links += ((relation, target, element.get("type")),)


def _original_link(draft: Draft, element: etree._Element) -> None:
    draft.original_link = plain(element) or None


def _description(draft: Draft, element: etree._Element) -> None:
    _add_summary(draft, draft.reading.markup(element))


def _add_summary(draft: Draft, text: str) -> None:
    """Where an entry has both a description and a summary, the second is the body."""
    if draft.summary is None:
        draft.summary = text or None
    elif draft.content is None and text != draft.summary:
        draft.content = text or None


def _atom_summary(draft: Draft, element: etree._Element) -> None:
    _add_summary(draft, _rebase(draft, element, atom_markup(element)))


def _second_summary(draft: Draft, element: etree._Element) -> None:
    if draft.second_summary is None:
        draft.second_summary = markup(element) or None


def _encoded(draft: Draft, element: etree._Element) -> None:
    text = draft.reading.markup(element)
    if text and (draft.content is None or len(text) > len(draft.content)):
        draft.content = _rebase(draft, element, text)


def _atom_content(draft: Draft, element: etree._Element) -> None:
    source = element.get("src")
    if source and draft.content_url is None:
        draft.content_url = source
    text = atom_markup(element)
    if text and draft.content is None:
        draft.content = _rebase(draft, element, text)


def _rebase(draft: Draft, element: etree._Element, text: str) -> str:
    base = element.get(XML_BASE)
    return absolute_markup(text, absolute(base, draft.base)) if base else text


def _guid(draft: Draft, element: etree._Element) -> None:
    text = element.text
    if text and draft.guid is None and (text := text.strip()):
        draft.guid = text
        stated = element.get("isPermaLink")
        if stated is None and len(element.attrib):
            stated = next((value for name, value in element.attrib.items() if name.lower() == "ispermalink"), None)
        draft.guid_is_link = stated is None or stated.strip().lower() != "false"


def _atom_id(draft: Draft, element: etree._Element) -> None:
    text = plain(element)
    if text and draft.guid is None:
        draft.guid = text
        draft.guid_is_link = True


def _identifier(draft: Draft, element: etree._Element) -> None:
    draft.identifier = draft.identifier or plain(element) or None


def _published(draft: Draft, element: etree._Element) -> None:
    text = element.text
    if text and draft.published is None:
        draft.published = text.strip() or None


def _second_published(draft: Draft, element: etree._Element) -> None:
    draft.second_published = draft.second_published or plain(element) or None


def _created(draft: Draft, element: etree._Element) -> None:
    draft.created = draft.created or plain(element) or None


def _updated(draft: Draft, element: etree._Element) -> None:
    draft.updated = plain(element) or draft.updated


def _author(draft: Draft, element: etree._Element) -> None:
    if len(element):
        name = read_atom_person(element)
    else:
        text = element.text
        name = name_person(text) if text else ""
    if name and len(draft.authors) < MAX_LISTED and name not in draft.authors:
        draft.authors += (name,)


def _second_author(draft: Draft, element: etree._Element) -> None:
    draft.second_author = draft.second_author or name_person(plain(element)) or None


def _category(draft: Draft, element: etree._Element) -> None:
    text = element.text
    if text and (text := text.strip()):
        _add_category(draft, text)
    else:
        _add_category(draft, element.get("label") or element.get("term") or element.get("text") or "")
        for child in element.iterchildren("*"):
            _add_category(draft, child.get("text") or plain(child))


def _atom_category(draft: Draft, element: etree._Element) -> None:
    _add_category(draft, (element.get("label") or element.get("term") or plain(element)).strip())


def _keywords(draft: Draft, element: etree._Element) -> None:
    for word in re.split(r"[,，;、]", plain(element)):
        _add_category(draft, word.strip())


def _add_category(draft: Draft, text: str) -> None:
    if text and len(draft.categories) < MAX_LISTED and text not in draft.categories:
        draft.categories += (text,)


def _language(draft: Draft, element: etree._Element) -> None:
    draft.language = plain(element).replace("_", "-") or draft.language


def _source(draft: Draft, element: etree._Element) -> None:
    draft.source_title = headline(plain(element)) or None
    draft.source_url = absolute(element.get("url"), draft.base)


def _atom_source(draft: Draft, element: etree._Element) -> None:
    names = draft.reading.names
    for child in element.iterchildren("*"):
        name = names.of(child).rpartition(":")[2]
        if name == "title":
            draft.source_title = atom_headline(child) or None
        elif name == "link" and (child.get("rel") or "alternate") == "alternate":
            draft.source_url = absolute(child.get("href"), draft.base)


def _enclosure(draft: Draft, element: etree._Element) -> None:
    url = absolute(element.get("url") or element.get("href"), draft.base)
    if url:
        _add_enclosure(draft, url, element.get("type"), element.get("length"))


def _add_enclosure(draft: Draft, url: str, media_type: str | None, length: str | None) -> None:
    if len(draft.enclosures) < MAX_LISTED:
        draft.enclosures += (Enclosure(url, media_type or None, _number(length)),)


def _number(text: str | None) -> int | None:
    """A size in an attribute; None for what is no number (``100%``) or none of a file (zero, thirteen digits)."""
    return int(text) or None if text and text.isdecimal() and len(text) < 13 else None


_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp)(?:[?#]|$)", re.IGNORECASE)


def _media_content(draft: Draft, element: etree._Element) -> None:
    url = absolute(element.get("url"), draft.base)
    medium, media_type = element.get("medium"), element.get("type")
    caption = credit = None
    if len(element):
        caption, credit = _read_media_words(draft, element)
    if url is None or len(draft.pictures) + len(draft.enclosures) >= MAX_LISTED:
        return
    if medium == "image" or (media_type or "").startswith("image/") or (not medium and _PICTURE_NAME.search(url)):
        width, height = _number(element.get("width")), _number(element.get("height"))
        if not draft.pictures or all(picture.url != url for picture in draft.pictures):
            draft.pictures += (Picture(url, caption, credit, None, width, height),)
    elif medium != "document":
        _add_enclosure(draft, url, media_type or medium, element.get("fileSize"))


def _read_media_words(draft: Draft, element: etree._Element) -> tuple[str | None, str | None]:
    caption = credit = None
    for child in element:
        name = draft.reading.name(child)
        if name == "media:description" or (name in ("media:title", "media:text") and caption is None):
            caption = headline(plain(child)) or caption
        elif name == "media:credit":
            credit = plain(child) or None
        elif name == "media:thumbnail":
            _media_thumbnail(draft, child)
        elif name in ("media:category", "media:keywords"):
            _keywords(draft, child)
    return caption, credit


def _media_thumbnail(draft: Draft, element: etree._Element) -> None:
    url = absolute(element.get("url") or element.get("href") or plain(element), draft.base)
    if url and len(draft.thumbnails) < MAX_LISTED:
        draft.thumbnails += ((url, _number(element.get("width")), _number(element.get("height"))),)


def _media_group(draft: Draft, element: etree._Element) -> None:
    if draft.depth < 3:
        draft.depth += 1
        read_children(draft, element)
        draft.depth -= 1


def _media_description(draft: Draft, element: etree._Element) -> None:
    if draft.second_summary is None:
        draft.second_summary = markup(element) or None
    draft.caption = draft.caption or headline(plain(element)) or None


def _media_credit(draft: Draft, element: etree._Element) -> None:
    draft.credit = draft.credit or plain(element) or None


def _picture(draft: Draft, element: etree._Element) -> None:
    """``itunes:image`` and the ``image`` that some put into an entry."""
    url = element.get("href") or element.get("url")
    if not url:
        url = next(
            (plain(child) for child in element.iterchildren("*") if str(child.tag).endswith("url")), plain(element)
        )
    target = absolute(url, draft.base)
    if target and len(draft.thumbnails) < MAX_LISTED:
        draft.thumbnails += ((target, None, None),)


ENTRY_READERS: dict[str, Reader] = {
    "title": _title,
    "atom:title": _atom_title,
    "dc:title": _second_title,
    "media:title": _second_title,
    "itunes:title": _second_title,
    "link": _link,
    "atom:link": _atom_link,
    "feedburner:origlink": _original_link,
    "pheedo:origlink": _original_link,
    "description": _description,
    "atom:summary": _atom_summary,
    "summary": _atom_summary,
    "dc:description": _second_summary,
    "itunes:summary": _second_summary,
    "dcterms:abstract": _second_summary,
    "abstract": _second_summary,
    "media:description": _media_description,
    "content:encoded": _encoded,
    "encoded": _encoded,
    "xhtml:body": _encoded,
    "xhtml:div": _encoded,
    "body": _encoded,
    "fulltext": _encoded,
    "fullitem": _encoded,
    "atom:content": _atom_content,
    "content": _atom_content,
    "guid": _guid,
    "atom:id": _atom_id,
    "id": _atom_id,
    "dc:identifier": _identifier,
    "pubdate": _published,
    "atom:published": _published,
    "atom:issued": _second_published,
    "published": _published,
    "issued": _second_published,
    "dcterms:issued": _second_published,
    "dc:date": _second_published,
    "date": _second_published,
    "atom:created": _created,
    "dcterms:created": _created,
    "created": _created,
    "atom:updated": _updated,
    "atom:modified": _updated,
    "dcterms:modified": _updated,
    "updated": _updated,
    "modified": _updated,
    "lastmod": _updated,
    "author": _author,
    "atom:author": _author,
    "dc:creator": _author,
    "dc:author": _author,
    "itunes:author": _second_author,
    "googleplay:author": _second_author,
    "category": _category,
    "dc:subject": _category,
    "atom:category": _atom_category,
    "media:category": _category,
    "itunes:category": _category,
    "media:keywords": _keywords,
    "itunes:keywords": _keywords,
    "tags": _keywords,
    "dc:language": _language,
    "language": _language,
    "source": _source,
    "atom:source": _atom_source,
    "enclosure": _enclosure,
    "media:content": _media_content,
    "media:thumbnail": _media_thumbnail,
    "media:group": _media_group,
    "media:credit": _media_credit,
    "itunes:image": _picture,
    "image": _picture,
}
