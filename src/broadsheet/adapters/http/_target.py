"""An address as someone wrote it -> one that can be asked for, and the credentials that stood in it. Pure."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from yarl import URL

from broadsheet.errors import RefusedError

_KEPT = "!$&'()*+,;=:@/-._~%?[]|"
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?\Z|[0-9a-f:.]+(?:%25[0-9a-z._~-]+)?\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """What to ask for: ``url`` without credentials or fragment, its host, and an ``Authorization`` if it had one."""

    url: URL
    host: str
    authorization: str | None

    @property
    def origin(self) -> tuple[str, str, int | None]:
        """Scheme, host and port: who would see what is sent (RFC 6454)."""
        return self.url.scheme, self.host, self.url.port

    @property
    def place(self) -> str:
        """``host``, or ``host:port`` where the port is not the scheme's own: whose patience a request costs."""
        return self.host if self.url.is_default_port() else f"{self.host}:{self.url.explicit_port}"


def read_target(text: str, base: str | None = None) -> Target:
    """Read an address, relative to ``base`` if given; RefusedError (reason "bad address" or "scheme") if it cannot be.

    Escapes stay as they were written, since some servers sign them; what must not stand plain in an address is
    escaped as UTF-8 (WHATWG URL).
    """
    text = re.sub(r"[\t\r\n]", "", text.strip())
    try:
        if base is not None:
            text = urljoin(base, text.replace("\\", "/"))
        parts = urlsplit(text)
        scheme = parts.scheme.lower()
        if scheme not in ("http", "https"):
            raise RefusedError("only http and https addresses are fetched", reason="scheme")
        credentials, _, place = parts.netloc.rpartition("@")
        origin = URL(f"{scheme}://{place}")
        host = (origin.raw_host or "").lower()
        path = origin.raw_path if not parts.path else _escape(parts.path)
        query = f"?{_escape(parts.query)}" if parts.query else ""
        if parts.port == 0 or not _HOST.match(host):
            raise ValueError("no host")
        url = URL(f"{origin.origin()}{path}{query}", encoded=True)
    except (ValueError, UnicodeError) as error:
        raise RefusedError("the address cannot be read", reason="bad address") from error
    return Target(url, host, _basic(credentials) if credentials else None)


def _escape(text: str) -> str:
    """Escape what may not stand plain; bytes that never were text stay the bytes they were."""
    return quote(_STRAY.sub("%25", text), safe=_KEPT, errors="surrogateescape")


def _basic(credentials: str) -> str:
    """The Basic credentials of RFC 7617 for ``user:password`` as an address writes it."""
    user, _, password = credentials.partition(":")
    pair = f"{unquote(user)}:{unquote(password)}".encode("utf-8", "surrogateescape")
    return "Basic " + base64.b64encode(pair).decode("ascii")
