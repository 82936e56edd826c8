"""A feed's bytes -> ``Feed``: which kind of document it is, where its entries are, and one entry after the other.

One entry that cannot be read becomes one sentence in ``Feed.failures``; it never costs its feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from broadsheet.errors import FormatError
from broadsheet.model import Entry, Feed

from ._channel import Channel, find_language, read_channel
from ._describe import describe
from ._drafts import Reading
from ._entries import read_entry
from ._json import looks_like_json, parse_json_feed
from ._limits import MAX_ENTRIES
from ._markup import XML_BASE, absolute
from ._names import Names, local_name
from ._tree import Tree, read_tree


def parse_feed(
    content: bytes, *, url: str | None = None, content_type: str | None = None, language: str | None = None
) -> Feed:
    """The feed in ``content``: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.

    ``url`` is where the bytes came from, for relative addresses; ``content_type`` the response header; ``language``
    the outlet's, which tells how to read its dates. Raises FormatError, saying what was found, where there is no
    feed at all; anything less is survived, and said in ``Feed.notes`` and ``Feed.failures``.
    """
    if looks_like_json(content):
        return parse_json_feed(content, url=url, content_type=content_type, language=language)
    mistaken = describe(content)
    if mistaken:
        raise FormatError(f"no feed here: {mistaken}")
    tree = read_tree(content, content_type)
    feed = _read_feed(tree, url, language)
    if not tree.sections.all_used:
        feed = _read_feed(read_tree(content, content_type, whole=True), url, language)
    return feed


def _read_feed(tree: Tree, url: str | None, language: str | None) -> Feed:
    root = tree.root
    names = Names(root)
    dialect, channel_element = _find_channel(root, names)
    base = _base_of((root, channel_element), url)
    channel = read_channel(_iter_channel(root, channel_element, names), names, base)
    channel.language = channel.language or find_language(channel_element, root)
    reading = Reading(names, _choose_base(channel, base, url, dialect), _is_chinese(language, channel), tree.sections)
    found = iter(tree.entries) if tree.entries is not None else _iter_entries(root, channel_element, names)
    entries = _read_entries(list(islice(found, MAX_ENTRIES + 1)), reading, tree)
    return Feed(
        dialect=dialect,
        title=channel.title,
        home_url=channel.home_url,
        self_url=channel.self_url,
        next_url=channel.next_url,
        language=channel.language,
        description=channel.description,
        authors=tuple(channel.authors),
        categories=tuple(channel.categories),
        picture_url=channel.pictures[min(channel.pictures)] if channel.pictures else None,
        updated=reading.date(channel.updated) or reading.date(channel.published),
        ttl_s=channel.rhythm_s,
        skip_hours=tuple(sorted(channel.skip_hours)),
        skip_days=tuple(sorted(channel.skip_days)),
        encoding=tree.encoding,
        entries=entries,
        notes=tuple(tree.notes),
        failures=tuple(tree.failures),
    )


def _read_entries(elements: list[etree._Element], reading: Reading, tree: Tree) -> tuple[Entry, ...]:
    if len(elements) > MAX_ENTRIES:
        tree.notes.append(f"more than {MAX_ENTRIES} entries; the rest was left")
        del elements[MAX_ENTRIES:]
    entries: list[Entry] = []
    for number, element in enumerate(elements, start=1):
        try:
            entries.append(read_entry(element, reading))
        except Exception as error:  # whatever one entry holds, the others are news too
            tree.failures.append(f"entry {number} cannot be read: {type(error).__name__}: {error}")
    return tuple(entries)


# ---- where things are ---------------------------------------------------------------------------------------------

_ENTRY_NAMES = ("item", "entry")


def _find_channel(root: etree._Element, names: Names) -> tuple[str, etree._Element]:
    """The dialect, and the element that holds the feed's own words. Raises FormatError where no feed is."""
    local = local_name(root)
    if local in ("rss", "rdf"):
        channel = next((child for child in root.iterchildren("*") if local_name(child) == "channel"), root)
        return _name_rss(root, channel), channel
    if local in ("feed", "entry"):
        return _name_atom(root), root
    if local in ("channel", "item"):
        return "rss", root
    if any(local_name(element) in _ENTRY_NAMES for element in islice(root.iter("*"), 10_000)) and local != "html":
        return "rss", next((child for child in root.iter("*") if local_name(child) in ("channel", "feed")), root)
    raise FormatError(f"no feed here: {_describe_root(root, local)}")


def _name_rss(root: etree._Element, channel: etree._Element) -> str:
    version = (root.get("version") or "").strip()
    if version:
        return f"rss {version[:8]}"
    if local_name(root) == "rdf":
        namespace = str(channel.tag)
        return "rss 0.90" if "netscape.com" in namespace else "rss 1.1" if "rss1.1" in namespace else "rss 1.0"
    return "rss"


def _name_atom(root: etree._Element) -> str:
    namespace = str(root.tag).rpartition("}")[0].lower()
    if root.get("version") == "0.3" or "purl.org/atom/ns" in namespace:
        return "atom 0.3"
    return "atom 1.0" if "2005/atom" in namespace else "atom"


def _describe_root(root: etree._Element, local: str) -> str:
    if local == "html":
        title = next((element.text for element in root.iter("*") if local_name(element) == "title"), None)
        return f"this is an HTML page ({(title or 'no title').strip()[:80]!r}); look for its feed links"
    if local == "opml":
        return "this is an OPML list of feeds; import it instead"
    if local in ("urlset", "sitemapindex"):
        return "this is a sitemap; look for the outlet's feed address"
    return f"this is an XML document <{local}> without entries; look for the outlet's feed address"


def _iter_channel(root: etree._Element, channel: etree._Element, names: Names) -> Iterator[etree._Element]:
    """The feed's own elements; RSS 1.0 keeps its image beside the channel."""
    if local_name(channel) in _ENTRY_NAMES:
        return
    yield from channel.iterchildren("*")
    if root is not channel:
        yield from (child for child in root.iterchildren("*") if names.of(child) == "image")


def _iter_entries(root: etree._Element, channel: etree._Element, names: Names) -> Iterator[etree._Element]:
    """Entries in document order: in the channel, beside it, or, where there are none, at any depth."""
    if local_name(root) in _ENTRY_NAMES:
        yield root
        return
    found = False
    channels = [child for child in root.iterchildren("*") if local_name(child) == "channel"]
    for parent in (*channels, root) if root is not channel else (root,):
        for child in parent:
            tag = child.tag
            if isinstance(tag, str) and tag.rpartition("}")[2].rpartition(":")[2].lower() in _ENTRY_NAMES:
                found = True
                yield child
    if not found:
        yield from (element for element in root.iter("*") if local_name(element) in _ENTRY_NAMES)


def _base_of(elements: tuple[etree._Element, ...], url: str | None) -> str | None:
    base = url
    for element in dict.fromkeys(elements):
        stated = element.get(XML_BASE)
        if stated:
            base = absolute(stated, base) or base
    return base


def _choose_base(channel: Channel, base: str | None, url: str | None, dialect: str) -> str | None:
    """What relative addresses in entries are relative to: xml:base, the feed's own address, or the home page.

    RSS has no rule. Publishers mean their site, so the home page counts where the feed lies on another host (a feed
    service) or where we do not know its address.
    """
    home = channel.home_url
    if not home or not home.startswith(("http://", "https://")):
        return base
    if base is None:
        return home
    if base != url or dialect.startswith("atom"):
        return base
    try:
        return base if urlsplit(base).hostname == urlsplit(home).hostname else home
    except ValueError:
        return base


_HAN = re.compile("[\u3400-\u9fff]")
_OTHER_EAST_ASIAN = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def _is_chinese(language: str | None, channel: Channel) -> bool:
    """Whether dates without a zone are Chinese ones: by the outlet's language, the feed's, or its title's script."""
    for stated in (language, channel.language):
        if stated and stated.strip():
            return stated.strip().lower().startswith(("zh", "cmn", "yue"))
    words = channel.title + (channel.description or "")
    return bool(_HAN.search(words)) and not _OTHER_EAST_ASIAN.search(words)
