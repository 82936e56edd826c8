"""Which word of the trade an XML name is: ``{namespace}Local`` -> ``prefix:local`` with our own fixed prefixes.

Publishers write namespaces with and without a trailing stroke, in other letters, with https, or wrongly; prefixes
they write right. So the namespace decides where we know it, else the prefix, and a namespace without a prefix that
nobody knows counts as the document's own.
"""

from __future__ import annotations

from lxml import etree

_NAMESPACES = {
    "www.w3.org/2005/atom": "atom",
    "purl.org/atom/ns": "atom",
    "purl.org/atom/app": "app",
    "www.w3.org/2007/app": "app",
    "purl.org/rss/1.0": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "backend.userland.com/rss": "",
    "backend.userland.com/rss2": "",
    "backend.userland.com/rss091": "",
    "backend.userland.com/rss092": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss/rss.html": "",
    "purl.org/rss/1.0/modules/rss091": "",
    "purl.org/net/rss1.1": "",
    "my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "search.yahoo.com/mrss": "media",
    "video.search.yahoo.com/mrss": "media",
    "tools.search.yahoo.com/mrss": "media",
    "api.maps.yahoo.com/mrss": "media",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "example.com/dtds/podcast-1.0.dtd": "itunes",
    "www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "www.w3.org/1999/xhtml": "xhtml",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "www.pheedo.com/namespace/pheedo": "pheedo",
    "purl.org/syndication/history/1.0": "fh",
}

_PREFIXES = frozenset(_NAMESPACES.values()) - {""}


class Names:
    """The names of one document. ``root`` tells what its own, perhaps unknown, namespace stands for."""

    def __init__(self, root: etree._Element) -> None:
        namespace, local = _split(root.tag)
        self._own = "atom" if local in ("feed", "entry") else ""
        self._root = namespace if _normal(namespace) not in _NAMESPACES else None

    def of(self, element: etree._Element) -> str:
        """Such as ``title``, ``dc:creator`` or ``atom:link``, in lower case; ``?:name`` where nobody knows it."""
        namespace, local = _split(element.tag)
        if not namespace:
            prefix, colon, rest = local.rpartition(":")
            return self._join(self._own if not colon else prefix if prefix in _PREFIXES else "?", rest)
        known = _NAMESPACES.get(_normal(namespace))
        if known is None:
            if namespace == self._root or not element.prefix:
                known = self._own
            else:
                known = element.prefix.lower() if element.prefix.lower() in _PREFIXES else "?"
        return self._join(known, local)

    @staticmethod
    def _join(prefix: str, local: str) -> str:
        return f"{prefix}:{local}" if prefix else local


def _split(tag: object) -> tuple[str, str]:
    """Namespace and lower-case local name of a tag as lxml writes it."""
    namespace, _, local = str(tag).rpartition("}")
    return namespace[1:], local.lower()


def _normal(namespace: str) -> str:
    namespace = namespace.strip().lower()
    for scheme in ("http://", "https://"):
        namespace = namespace.removeprefix(scheme)
    return namespace.rstrip("/#")


def local_name(element: etree._Element) -> str:
    """The lower-case name without its namespace or prefix."""
    return _split(element.tag)[1].rpartition(":")[2]
