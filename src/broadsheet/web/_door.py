"""Who may come in: the Host header (against DNS rebinding) and, where one is set, the token."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from base64 import b64decode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from broadsheet.errors import SettingsError
from broadsheet.web._exchange import Ask, Reply, parse_fields, plain_reply, redirect

COOKIE = "broadsheet_token"
_YEAR_S = 365 * 86_400
SIGN_IN = "/sign-in"
"""Where the form that asks for the token is sent to."""
_OPEN = frozenset({"/favicon.ico", "/robots.txt"})
SHORTEST_TOKEN = 8


@dataclass(frozen=True)
class Door:
    """``token`` None lets everybody in; ``names`` are host names answered besides localhost and plain addresses."""

    token: str | None = None
    names: frozenset[str] = frozenset()

    def find_refusal(self, ask: Ask) -> Reply | None:
        """What to answer instead of the page, or None to let the request in.

        A name that is not ours means that a foreign page may be asking through this browser (DNS rebinding). The
        token comes once, by the form (``sign_in``) or in the query, and stays as a cookie; programs send it in
        Authorization as Bearer or as a Basic password. The reader's own style, script and icon are everybody's.
        """
        if not self._is_ours(ask.headers.get("host", "")):
            return plain_reply(
                421, "This name is not one this reader answers to. Start it with: broadsheet serve --name NAME"
            )
        if self.token is None or ask.path in _OPEN or ask.path.startswith("/static/"):
            return None
        fields = parse_fields(ask.query)
        given = next((value for name, value in fields if name == "token"), None)
        if given is not None and self._fits(given):
            return redirect(place_of(ask), self._cookie())
        if self._is_known(ask):
            return None
        return plain_reply(401, "", *(("WWW-Authenticate", scheme) for scheme in _challenges(ask)))

    def sign_in(self, ask: Ask) -> Reply | None:
        """What to answer to the form that asks for the token: the way back with a cookie; None if it is wrong."""
        fields = dict(parse_fields(ask.body.decode("utf-8", "replace")))
        if self.token is None or not self._fits(fields.get("token", "").strip()):
            return None
        return redirect(local_place(fields.get("back", "/")), self._cookie())

    def _cookie(self) -> tuple[str, str]:
        return "Set-Cookie", f"{COOKIE}={self._seal()}; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Strict"

    def _is_ours(self, host: str) -> bool:
        name = _host_name(host)
        if name in ("localhost", *self.names) or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def _is_known(self, ask: Ask) -> bool:
        scheme, _, value = ask.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._fits(value.strip())
        if scheme.lower() == "basic":
            try:
                return self._fits(b64decode(value, validate=True).decode("utf-8").partition(":")[2])
            except ValueError:
                return False
        return hmac.compare_digest(ask.get_cookies().get(COOKIE, "").encode(), self._seal().encode())

    def _fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), (self.token or "").encode())

    def _seal(self) -> str:
        """What the cookie holds: proof of the token, not the token."""
        return hmac.new((self.token or "").encode(), b"broadsheet reader", hashlib.sha256).hexdigest()


def _host_name(host: str) -> str:
    """The name in a Host header, without its port, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0].rstrip(".")


def place_of(ask: Ask) -> str:
    """What was asked for, as a place of this reader without the token."""
    rest = urlencode([pair for pair in parse_fields(ask.query) if pair[0] != "token"])
    return "/" + quote(ask.path.lstrip("/\\")) + ("?" + rest if rest else "")


def local_place(place: str) -> str:
    """``place`` as a Location that stays here, whatever somebody has written into it."""
    is_local = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return quote(place, safe="/?&=%+:;,@!$'()*~-._") if is_local else "/"


def _challenges(ask: Ask) -> tuple[str, ...]:
    """How a program may prove itself (RFC 9110, 11.6.1). A browser is not told of Basic: it would open a
    dialogue of its own, over our form, and hold up the page behind it."""
    bearer = 'Bearer realm="Broadsheet"'
    is_browser = (
        "text/html" in ask.headers.get("accept", "")
        or "sec-fetch-mode" in ask.headers
        or ask.headers.get("user-agent", "").startswith("Mozilla/")
    )
    return (bearer,) if is_browser else ('Basic realm="Broadsheet", charset="UTF-8"', bearer)


def check_binding(host: str, token: str | None, *, no_token: bool) -> None:
    """SettingsError where a reader would be open to a network and nobody has said that it should be."""
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise SettingsError(f"--token: must have at least {SHORTEST_TOKEN} characters")
    if token is not None and no_token:
        raise SettingsError("give either --token or --no-token")
    if not _is_loopback(host) and token is None and not no_token:
        raise SettingsError(
            f"--host {host} opens the archive to a network; add --token SECRET, or --no-token to let everybody read"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
