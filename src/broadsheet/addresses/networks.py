"""Which network addresses belong to the public, and what of an address may be shown.

Pure: no name is looked up here and no clock is read. The tables follow the IANA special-purpose registries for IPv4
and IPv6 (RFC 6890 and later), the ``inet_aton`` forms of IPv4, and the ports the WHATWG Fetch standard refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Literal, cast, get_args
from urllib.parse import unquote, urlsplit, urlunsplit

from broadsheet.errors import SettingsError

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this host on this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; a cloud's metadata at 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own service address, public by its number only
        "169.254.0.0/16",  # link-local; metadata at 169.254.169.254
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, withdrawn
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)

_PORTS = (
    "0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 "
    "123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 "
    "990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6379 6566 6665 6666 6667 6668 6669 6679 6697 "
    "10080 11211"
)
NOT_WEB_PORTS = frozenset(int(port) for port in _PORTS.split())
"""Ports of services that are not the web: a request there would speak to a mailer, a shell or a cache."""

_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\Z")
_OPENING = re.compile(r"\s*(?:https?:)?[/\\]*", re.IGNORECASE)
_CREDENTIALS = re.compile(r"^(\s*(?:https?:[/\\]*|(?:[a-z][a-z0-9+.-]*:)?//))[^/?#]*@", re.IGNORECASE)
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\Z")


def find_address(host: str) -> Address | None:
    """The address that ``host`` spells, or None for a name.

    Reads all that a resolver may read as a number: IPv6 with or without brackets and zone, dotted IPv4, and the
    forms of ``inet_aton`` (``2130706433``, ``0x7f.1``, ``0177.0.0.1``, ``127.1``), with or without a last dot.
    """
    host = host.strip().strip("[]").rstrip(".")
    if ":" in host:
        try:
            return IPv6Address(host.replace("%25", "%", 1))
        except ValueError:
            return None
    return _find_ipv4(host)


def _find_ipv4(host: str) -> IPv4Address | None:
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.match(part) for part in parts):
        return None
    try:
        numbers = [_read_number(part) for part in parts]
    except ValueError:
        return None
    *leading, last = numbers
    if any(number > 255 for number in leading) or last >= 256 ** (5 - len(numbers)):
        return None
    whole = last
    for place, number in enumerate(leading):
        whole += number << (8 * (3 - place))
    return IPv4Address(whole)


def _read_number(part: str) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    if len(part) > 1 and part[0] == "0":
        return int(part, 8)
    return int(part)


def is_plain(host: str) -> bool:
    """Whether ``host`` is an address in its usual spelling (four decimal numbers, or IPv6 without a zone)."""
    address = find_address(host)
    if isinstance(address, IPv4Address):
        return str(address) == host
    return address is not None and "%" not in host


def find_embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that ``address`` carries (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP)."""
    number = int(address)
    if any(address in network for network in (_MAPPED, _NAT64, _TRANSLATED)):
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _COMPATIBLE and number > 1:
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((number >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        return IPv4Address(~number & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def is_public(address: Address | str) -> bool:
    """Whether anyone on the internet may be asked at ``address``.

    False for private, loopback, link-local, multicast, unspecified, reserved and documentation addresses, for
    cloud metadata, for anything with a zone, for withdrawn ways to carry IPv4 in IPv6, and for text that is no
    address. An address that carries an IPv4 address is public only if that one is.
    """
    if isinstance(address, str):
        found = find_address(address)
        if found is None:
            return False
        address = found
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    if address.scope_id is not None:
        return False
    if address in _MAPPED or address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _GLOBAL_V6 or any(address in network for network in _NOT_PUBLIC_V6):
        return False
    carried = find_embedded(address)
    return carried is None or is_public(carried)


_LOCAL_WORDS = "localhost localdomain local internal intranet lan home corp private domain test invalid home.arpa"
_LOCAL_ENDINGS = frozenset(_LOCAL_WORDS.split())
"""Names that are never of the public internet: RFC 6761 and 6762, RFC 8375, ICANN's reserved ``internal``, and what
routers and offices use in their place (``example`` is left out: it leads nowhere)."""


def is_local_name(host: str) -> bool:
    """Whether the name ``host`` can only mean a host of somebody's own network.

    True for a single label, too: a resolver completes it by its own search list.
    """
    labels = host.lower().rstrip(".").split(".")
    return len(labels) == 1 or labels[-1] in _LOCAL_ENDINGS or ".".join(labels[-2:]) in _LOCAL_ENDINGS


ProxyScheme = Literal["http", "https", "socks5", "socks5h"]
DIRECT = "none"
"""What stands in a setting in the place of a proxy's address: no proxy at all."""
PROXY_SOURCES = ("env", "file")
"""Before a colon: where the address of a proxy is read from, so that its password stands in no archive."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that requests go through; ``str`` and ``repr`` say it without its credentials.

    ``http`` and ``https`` are proxies that take CONNECT (RFC 9110 9.3.6), ``socks5`` is told addresses and ``socks5h``
    names (RFC 1928).
    """

    scheme: ProxyScheme
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def resolves_names(self) -> bool:
        """Whether names are looked up there, and not on this machine."""
        return self.scheme != "socks5"

    def __str__(self) -> str:
        place = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{place}:{self.port}"


def parse_proxy(text: str, where: str = "proxy") -> Proxy:
    """The proxy at an address such as ``socks5h://user:secret@127.0.0.1:1080``; an error names no credentials."""
    example = "write it like socks5h://127.0.0.1:1080 or http://proxy.example:3128"
    credentials, at, place = text.strip().partition("://")[2].rpartition("@")
    try:
        parts = urlsplit(f"{text.strip().partition('://')[0]}://{place}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError(f"{where}: the address of the proxy cannot be read; {example}") from None
    if parts.scheme not in get_args(ProxyScheme):
        known = ", ".join(get_args(ProxyScheme))
        raise SettingsError(f"{where}: a proxy's address begins with one of {known}; {example}")
    if not host or not port or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(f"{where}: a proxy is a host and a port; {example}")
    user, _, password = credentials.partition(":")
    if at and not user:
        raise SettingsError(f"{where}: the proxy's credentials lack a user name")
    return Proxy(cast(ProxyScheme, parts.scheme), host, port, unquote(user), unquote(password))


def check_proxy(stated: str, where: str) -> None:
    """SettingsError for a setting that names no proxy; where its address is to be read from is not looked into."""
    source, colon, place = stated.partition(":")
    if source in PROXY_SOURCES and colon:
        if not place:
            raise SettingsError(f"{where}: write it like env:BROADSHEET_PROXY or file:/etc/broadsheet/proxy")
    elif stated not in ("", DIRECT):
        parse_proxy(stated, where)


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to: the public internet, and the private ``networks`` and host ``names`` listed."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Reach:
        """Read a configuration's list of networks (``10.0.0.0/8``, ``::1``) and host names; SettingsError if wrong."""
        networks: list[IPv4Network | IPv6Network] = []
        names: set[str] = set()
        for text in texts:
            try:
                networks.append(ip_network(text.strip(), strict=False))
            except ValueError:
                name = text.strip().lower().rstrip(".")
                if find_address(name) is not None or not _HOST_NAME.match(name):
                    raise SettingsError(
                        f"private network {text!r} is neither a network such as 10.0.0.0/8 nor a host name"
                    ) from None
                names.add(name)
        return cls(tuple(networks), frozenset(names))

    def admits_name(self, host: str) -> bool:
        """Whether ``host`` may be named to somebody else who looks it up: not where it can only mean a private host."""
        name = host.lower().rstrip(".")
        return name in self.names or not is_local_name(name)

    def admits(self, address: Address | str, host: str = "") -> bool:
        """Whether ``address`` may be connected to, having been found under the name ``host``."""
        if is_public(address):
            return True
        found = find_address(address) if isinstance(address, str) else address
        if found is None or (isinstance(found, IPv6Address) and found.scope_id is not None):
            return False
        if host and host.lower().rstrip(".") in self.names:
            return True
        judged: list[Address] = [found]
        if isinstance(found, IPv6Address) and (carried := find_embedded(found)) is not None:
            judged = [carried]
        return any(address in network for network in self.networks for address in judged)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect to in place of a name: a host (a name, or an address as it is usually spelt) and a port."""

    host: str
    port: int

    def admits(self, address: str, port: int) -> bool:
        """Whether a connection to ``address`` and ``port`` leads here; a name leads wherever it is looked up to."""
        mine = find_address(self.host)
        return port == self.port and (mine is None or mine == find_address(address))


@dataclass(frozen=True, slots=True)
class Detours:
    """Host names that are connected to elsewhere, as curl's ``--connect-to`` does; all else about a request stays.

    Only what the owner configured can stand here. The place of a detour may be private, for requests to the names of
    that detour and for its port alone.
    """

    exact: tuple[tuple[str, Place], ...] = ()
    below: tuple[tuple[str, Place], ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Detours:
        """Read ``NAME = HOST:PORT`` and ``*.NAME = HOST:PORT`` (all hosts below NAME); SettingsError if wrong."""
        exact: dict[str, Place] = {}
        below: dict[str, Place] = {}
        for text in texts:
            pattern, _, target = (part.strip().lower() for part in text.partition("="))
            name = pattern.removeprefix("*.").rstrip(".")
            place = _find_place(target)
            if place is None or find_address(name) is not None or not _HOST_NAME.match(name):
                raise SettingsError(
                    f"{text!r} does not say where to connect to; write it like "
                    '"*.example = 127.0.0.1:8640" or "news.example = [::1]:80"'
                )
            (below if pattern.startswith("*.") else exact)[name] = place
        nearest = sorted(below.items(), key=lambda pair: -len(pair[0]))
        return cls(tuple(exact.items()), tuple(nearest))

    def find(self, host: str) -> Place | None:
        """Where to connect to for ``host``: by its own name first, then by the longest name above it."""
        name = host.lower().rstrip(".")
        for own, place in self.exact:
            if name == own:
                return place
        return next((place for above, place in self.below if name.endswith(f".{above}")), None)


def _find_place(text: str) -> Place | None:
    host, _, port = text.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    host = host.strip("[]") if is_bracketed else host
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    is_name = find_address(host) is None and _HOST_NAME.match(host) is not None
    fits = (":" in host) == is_bracketed if is_plain(host) else is_name
    return Place(host, number) if 0 < number < 65536 and fits else None


def redact(url: str) -> str:
    """``url`` without user name and password, for anything that is kept, shown or logged."""
    if "@" not in url:
        return url
    try:
        _ = urlsplit(url).port
    except ValueError:
        opening = _OPENING.match(url)
        return (opening.group() if opening else "") + url.rpartition("@")[2]
    return _CREDENTIALS.sub(r"\1", url)


_SECRET_WORDS = frozenset(
    [
        "key",
        "apikey",
        "token",
        "auth",
        "authorization",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "pass",
        "pwd",
        "sig",
        "signature",
        "hmac",
        "jwt",
        "session",
        "sessionid",
        "sid",
        "code",
        "credential",
        "credentials",
        "access",
        "ticket",
        "private",
    ]
)
_PERSON_WORDS = frozenset(
    ["user", "username", "userid", "uid", "login", "email", "mail", "account", "member", "subscriber"]
)
_ID_WORDS = frozenset(["id", "guid", "channel", "playlist", "list"])
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONG_RUN = re.compile(r"[A-Za-z0-9]{20,}")
"""As long as keys are; where letters and digits are mixed in it, no word or number of an address is."""
_UUID = re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")
_INWARD_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "home.arpa")
"""Names that are never of the public network: RFC 6761, RFC 6762, RFC 8375, ICANN's resolution on .internal, and those
that ICANN will not delegate since so many private networks use them."""
PRIVATE_HOST = "private.invalid"
"""Stands in told addresses for a host of a private network (``.invalid``: RFC 2606)."""


def told_address(url: str, private_names: Iterable[str] = ()) -> str:
    """The address of a feed as others may read it: without user, password, keys, tokens, and private hosts.

    What is told in ledgers, and so in every copy of them, cannot be taken back. User and password go; so do pairs of
    the query whose name says key, token or the like or whose content was drawn by lot, and parts of the path of that
    kind; a host of a private network, by its number, by a name of such or as one of ``private_names``, becomes
    ``private.invalid``. An address without any of it comes back as it is.
    """
    bare = redact(url)
    try:
        parts = urlsplit(bare.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return bare
    if parts.scheme.lower() not in ("http", "https") or not host:
        return bare
    pairs = [pair for pair in parts.query.split("&") if pair]
    kept = _told_pairs(pairs)
    path = "/".join("-" if _was_drawn(segment) else segment for segment in parts.path.split("/"))
    netloc = PRIVATE_HOST if is_private_host(host, private_names) else parts.netloc
    if (len(kept), path, netloc) == (len(pairs), parts.path, parts.netloc):
        return bare
    return urlunsplit((parts.scheme, netloc, path, "&".join(kept), ""))


def is_told_as(url: str, told: str) -> bool:
    """Whether ``told`` is how the feed at ``url`` is told, now or before keys were left out."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        host = ""
    return told in (url, redact(url), told_address(url), told_address(url, [host]))


def _told_pairs(pairs: list[str]) -> list[str]:
    """Pairs of a query without those that hold secrets; who it is goes with what lets them in."""
    secret = [pair for pair in pairs if _is_secret_pair(pair)]
    if not secret:
        return pairs
    return [pair for pair in pairs if pair not in secret and not _words_of(pair) & _PERSON_WORDS]


def _is_secret_pair(pair: str) -> bool:
    content = pair.partition("=")[2]
    words = _words_of(pair)
    return bool(content) and (bool(words & _SECRET_WORDS) or (not words & _ID_WORDS and _was_drawn(content)))


def _words_of(pair: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(pair.partition("=")[0])}


def _was_drawn(text: str) -> bool:
    joined = _UUID.sub(lambda found: found.group().replace("-", ""), text)
    return any(not run.isalpha() and not run.isdigit() for run in _LONG_RUN.findall(joined))


def is_private_host(host: str, private_names: Iterable[str] = ()) -> bool:
    """Whether ``host`` is of a private network: by its number, by a name that is never public, or as declared."""
    host = host.strip().rstrip(".").lower()
    address = find_address(host)
    if address is not None:
        return not is_public(address)
    if "." not in host or host in {name.rstrip(".").lower() for name in private_names}:
        return True
    return host.endswith(tuple(f".{name}" for name in _INWARD_NAMES))
