"""Whose host is this? The registrable domain, once, for identity, pacing, outlets' ids and canonical addresses.

Rules are those of the Public Suffix List with its private part (https://publicsuffix.org/list/), as the library ``tld``
carries it; a suffix that the list lacks is one label (its rule ``*``). Beside it stand the hosts under which strangers
publish but which never had themselves listed. Pure text; asks no resolver.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from broadsheet.addresses.urls import host_of

_HOSTING_SUFFIXES: Final = """
cnblogs.com ghost.io hatenablog.com hatenablog.jp livejournal.com lofter.com medium.com micro.blog pixnet.net
posthaven.com substack.com tumblr.com typepad.com weebly.com wixsite.com wordpress.com xlog.app
"""
_HOSTING: Final = frozenset(_HOSTING_SUFFIXES.split())
"""Under these the label before is whose it is; the Public Suffix List names only hosts that ask for it."""

_DOORS: Final = frozenset({"www", "m", "mobile", "amp"})
"""Labels that name no owner, where nothing but a suffix follows them (``www.gov.cn``)."""

_ID_MOST: Final = 40


@lru_cache(maxsize=16_384)
def registrable_domain(host: str) -> str | None:
    """The part of ``host`` (``host[:port]`` will do) that one owner registered; None for an address or a single label.

    ``news.sina.com.cn`` gives ``sina.com.cn``, ``a.substack.com`` itself. A host that is a suffix (``github.io``) is
    its own.
    """
    labels = _labels(host)
    if labels is None:
        return None
    return ".".join(labels[-_suffix_length(labels) - 1 :])


def site_of(url: str) -> str:
    """What tells the site of ``url`` from others: its registrable domain, else its host; empty where there is none."""
    host = host_of(url)
    return registrable_domain(host) or host


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of hosts that one owner registered."""
    site = site_of(one)
    return bool(site) and site == site_of(other)


def outlet_id_of(url: str, *, exact: bool = False) -> str:
    """A short folder name for the outlet at ``url``: its own label of the domain, ``exact``: the domain whole.

    ``https://news.example.com.cn/`` gives ``example``, or ``example-com-cn``.
    """
    host = host_of(url)
    labels = _labels(host)
    if labels is None:
        return _as_id(host)
    own = labels[-_suffix_length(labels) - 1 :]
    name = own[1] if own[0] in _DOORS and len(own) > 1 else own[0]
    return _as_id(".".join(own) if exact else name)


def _as_id(text: str) -> str:
    readable = re.sub(r"[^a-z0-9]+", "-", text.replace("xn--", "").lower()).strip("-")
    return readable[:_ID_MOST].strip("-") or "outlet"


def _labels(host: str) -> list[str] | None:
    """The labels of a host that is a domain of two or more."""
    name = host if host.startswith("[") or host.count(":") > 1 else host.partition(":")[0]
    labels = name.lower().rstrip(".").split(".")
    if len(labels) < 2 or "" in labels or _is_address(name):
        return None
    return labels


def _suffix_length(labels: list[str]) -> int:
    """How many labels the public suffix has."""
    if ".".join(labels[-2:]) in _HOSTING:
        return 2
    from tld import get_tld  # its list is read once it is asked: 0.2 s that most commands never need

    name = ".".join(_as_unicode(label) for label in labels)
    found = get_tld(name, fail_silently=True, as_object=True, fix_protocol=True, search_private=True)
    return found.tld.count(".") + 1 if found is not None and not isinstance(found, str) else 1


def _as_unicode(label: str) -> str:
    """A label as the list writes it, which holds no ``xn--`` forms."""
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return bool(re.fullmatch(r"[0-9.]+", name))
    return True
