"""Addresses as names: the same article under slightly different addresses gets one key.

Rules follow RFC 3986 section 6 (syntax-based normalisation) and a list of parameters that only count readers.
Nothing here fetches anything.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_(?:medium|campaign|custom\d|link\w*|ptr_name|bbc_team|format)|"
    r"fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|"
    r"ocid|ns_\w+|cmpid|cmp|spm|scm|xtor|feature|smid|smtyp|partner|guccounter|guce_referrer\w*|"
    r"share_token|sharefrom|isappinstalled|wx_fmt|__twitter_impression|amp_js_v|usqp|rss)$",
    re.IGNORECASE,
)
_DEFAULT_PORT = {"http": 80, "https": 443}
_KEPT_IN_PATH = "!$&'()*+,;=:@/-._~"
_KEPT_IN_QUERY = _KEPT_IN_PATH + "?[]|"
_NORMAL = re.compile(rf"[A-Za-z0-9{re.escape(_KEPT_IN_PATH)}]*")
"""What ``_normal_part`` leaves as it is wherever it stands; most addresses hold nothing else."""
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _normal_part(text: str, kept: str) -> str:
    """Percent-encoding in one form: unreserved characters plain, all else as upper-case escapes of UTF-8."""
    if _NORMAL.fullmatch(text):
        return text
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", _ESCAPE.sub("%25", text))
    normal = []
    for piece in pieces:
        if len(piece) == 3 and piece[0] == "%":
            char = chr(int(piece[1:], 16))
            unreserved = char.isascii() and (char.isalnum() or char in "-._~")
            normal.append(char if unreserved else piece.upper())
        else:
            normal.append(quote(piece, safe=kept))
    return "".join(normal)


def _without_dots(path: str) -> str:
    """RFC 3986 5.2.4: remove ``.`` and ``..`` segments."""
    if "/." not in path and not path.startswith("."):
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/".join(kept)


def _normal_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


@lru_cache(maxsize=16_384)
def canonical_url(url: str) -> str:
    """One spelling for one address: normalised, without fragment, credentials and parameters that only count.

    What is not an http(s) address comes back stripped and otherwise as it is.
    """
    url = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not parts.hostname:
        return url
    host = _normal_host(parts.hostname)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORT[scheme]:
        netloc += f":{port}"
    path = _without_dots(_normal_part(parts.path, _KEPT_IN_PATH)) or "/"
    query = "&".join(
        _normal_part(pair, _KEPT_IN_QUERY) for pair in parts.query.split("&") if pair and not _counts_readers(pair)
    )
    return urlunsplit((scheme, netloc, path, query, ""))


def _counts_readers(pair: str) -> bool:
    name, _, content = pair.partition("=")
    if name.lower() == "source" and content.startswith("rss"):
        return True
    return bool(_TRACKING.match(name))


@lru_cache(maxsize=16_384)
def url_key(url: str) -> str:
    """What stays the same when a site moves between http and https, www and bare, slash and no slash."""
    canonical = canonical_url(url)
    if not is_web_address(canonical):
        return canonical
    parts = urlsplit(canonical)
    host = re.sub(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)", "", parts.netloc)
    path = parts.path.rstrip("/")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def url_digest(url: str) -> str:
    """Twelve hex digits of the SHA-256 of ``url_key``: the name of an article without a number of its own."""
    return hashlib.sha256(url_key(url).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def id_key(entry_id: str) -> str:
    """A publisher's id as a name: an address loses its scheme, anything else stays byte for byte."""
    entry_id = entry_id.strip()
    if entry_id[:8].lower().startswith(("http://", "https://")):
        return url_key(entry_id)
    return entry_id


@lru_cache(maxsize=16_384)
def host_of(url: str) -> str:
    """Lower-case host of ``url`` without port; empty where there is none."""
    try:
        return _normal_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


@lru_cache(maxsize=16_384)
def is_web_address(url: str) -> bool:
    """Whether ``url`` is an absolute http(s) address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in _DEFAULT_PORT and bool(parts.hostname)
    except ValueError:
        return False
