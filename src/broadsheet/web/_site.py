"""The whole reader without a socket: an Ask in, a Reply out.

Pages are kept ready for as long as the archive stays in the state they were made in, so that a page that many ask for
is made once; a page that bears the time of day is made anew after a few seconds.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from broadsheet import __version__
from broadsheet.app import Broadsheet
from broadsheet.errors import BroadsheetError, NotFoundError, find_meaning
from broadsheet.render.assets import asset_addresses, read_templates
from broadsheet.render.places import Rooted
from broadsheet.render.to_atom import to_atom
from broadsheet.render.to_html import HtmlRenderer, Look
from broadsheet.render.to_json import openapi, to_json
from broadsheet.render.to_markdown import to_markdown, to_text
from broadsheet.render.words import LANGUAGES, choose_language
from broadsheet.services.indexes.finding import find_article
from broadsheet.services.pages import error_page
from broadsheet.views.page import Page
from broadsheet.web._door import SIGN_IN, Door, local_place, place_of
from broadsheet.web._exchange import Ask, Reply, conclude, parse_fields, plain_reply, redirect, reply_of
from broadsheet.web._files import document_reply, picture_reply, static_reply
from broadsheet.web._routes import FIELDS, find_page, split_twin
from broadsheet.web._watch import Watch

_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
READY_BYTES = 64 * 1024 * 1024
"""Pages kept ready, in bytes with their compressed forms."""
_HEALTH_S = 5
_YEAR_S = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Reader:
    """On whose behalf a page is made: interface language, zone, whether they chose the zone, address of the reader."""

    language: str
    zone: str
    has_own_zone: bool
    base_url: str


class Site:
    """Every page, twin, picture and file of one archive. Safe to be asked from many threads; ``close`` when done.

    ``ready_bytes`` bounds the pages kept ready; 0 makes every page anew.
    """

    def __init__(self, app: Broadsheet, door: Door | None = None, *, ready_bytes: int = READY_BYTES) -> None:
        self._most_ready = ready_bytes
        self._watch = Watch(app)
        self._door = door or Door()
        self._html = HtmlRenderer(read_templates())
        self._assets = asset_addresses({"css": "reader.css", "js": "reader.js", "icon": "icon.svg"})
        self._ready: OrderedDict[tuple[object, ...], tuple[str, Reply]] = OrderedDict()
        self._ready_bytes = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the archive."""
        self._watch.close()

    def find_ready(self, ask: Ask) -> Reply | None:
        """The reply to ``ask`` if it takes no work: a page kept ready, a refusal. None if it must be made."""
        if refusal := self._door.find_refusal(ask):
            return None if refusal.status == 401 else refusal
        if ask.method not in ("GET", "HEAD"):
            return None
        if ask.path.startswith("/static/"):
            return self.answer(ask)
        with self._lock:
            kept = self._ready.get(self._key(ask))
        if kept is None or kept[0] != self._state(ask):
            return None
        return conclude(kept[1], ask)

    def answer(self, ask: Ask) -> Reply:
        """The reply to ``ask``, whatever it takes. Never raises for what somebody asks."""
        if refusal := self._door.find_refusal(ask):
            return self._sign_in(ask, refusal) if refusal.status == 401 else refusal
        if ask.path == SIGN_IN:
            return redirect("/")
        if ask.method == "POST" and ask.path == "/preferences":
            return self._set_preferences(ask)
        if ask.method not in ("GET", "HEAD"):
            return plain_reply(405, "Nothing can be changed here.", ("Allow", "GET, HEAD"))
        try:
            return conclude(self._file(ask) or self._page(ask), ask)
        except BroadsheetError as error:
            return self._error(ask, find_meaning(error).status, str(error))

    # -- pages -----------------------------------------------------------------------------------------------

    def _page(self, ask: Ask) -> Reply:
        """The page ``ask`` means, kept ready afterwards."""
        key, state = self._key(ask), self._state(ask)
        with self._lock:
            kept = self._ready.get(key)
        if kept is not None and kept[0] == state:
            return kept[1]
        path, suffix = split_twin(ask.path)
        route = find_page(path)
        if route is None:
            if path != "/" and path.endswith("/") and find_page(path.rstrip("/")):
                return redirect(quote(path.rstrip("/")))
            raise NotFoundError("there is no page at this address")
        build, parts = route
        reader = self._reader(ask)
        sources = self._watch.sources()
        if (asked := parts.get("article")) and (article := find_article(sources.index, asked).article) != asked:
            there = quote(path.replace(asked, article, 1)) + ("" if suffix == "html" else f".{suffix}")
            return redirect(f"{there}?{ask.query}" if ask.query else there)
        page = build(sources, ZoneInfo(reader.zone), parts, ask.get_fields())
        body = self._write(page, suffix, reader).encode("utf-8", "replace")
        status = 400 if getattr(page, "problem", None) else 200
        reply = reply_of(body, _TYPES[suffix], status=status, modified=page.modified)
        self._keep(key, state, reply)
        return reply

    def _write(self, page: Page, suffix: str, reader: Reader) -> str:
        if suffix == "json":
            return to_json(page)
        if suffix == "atom":
            return to_atom(page, reader.language, Rooted(reader.base_url))
        if suffix == "md":
            return to_markdown(page, reader.language)
        if suffix == "txt":
            return to_text(page, reader.language)
        return self._html.render(page, Look(reader.language, self._assets, reader.has_own_zone))

    def _error(self, ask: Ask, status: int, sentence: str, *extra: tuple[str, str]) -> Reply:
        """Why there is no page, in the form that was asked for."""
        reader = self._reader(ask)
        suffix = split_twin(ask.path)[1]
        page = error_page(
            self._watch.settings.name, ZoneInfo(reader.zone), ask.path.lstrip("/")[:200], status, sentence
        )
        body = self._write(page, suffix, reader).encode("utf-8", "replace")
        return conclude(reply_of(body, _TYPES[suffix], status=status, extra=extra), ask)

    def _sign_in(self, ask: Ask, refusal: Reply) -> Reply:
        """The form that asks for the token, which is all that anybody sees who has not given it; or what came of it."""
        is_given = ask.method == "POST" and ask.path == SIGN_IN
        if is_given and not _comes_from_here(ask):
            return plain_reply(403, "The token is given on this reader's own page.")
        if is_given and (entered := self._door.sign_in(ask)) is not None:
            return entered
        challenges = tuple(pair for pair in refusal.headers if pair[0] == "WWW-Authenticate")
        if split_twin(ask.path)[1] != "html":
            return self._error(ask, 401, "A token is needed to read here: ask whoever runs this reader.", *challenges)
        back = dict(parse_fields(ask.body.decode("utf-8", "replace"))).get("back", "/") if is_given else place_of(ask)
        look = Look(self._reader(ask).language, self._assets)
        body = self._html.render_sign_in(look, SIGN_IN, local_place(back), is_wrong=is_given)
        return conclude(reply_of(body.encode("utf-8", "replace"), _TYPES["html"], status=401, extra=challenges), ask)

    # -- what is ready ---------------------------------------------------------------------------------------

    def _state(self, ask: Ask) -> str:
        return self._watch.state(with_search=ask.path.startswith("/search"))

    def _key(self, ask: Ask) -> tuple[object, ...]:
        fields = ask.get_fields() if ask.query else {}
        asked = tuple((name, fields[name]) for name in FIELDS if name in fields)
        minute = int(self._watch.now().timestamp() // _HEALTH_S) if ask.path.startswith("/health") else None
        reader = self._reader(ask)
        today = self._watch.now().astimezone(ZoneInfo(reader.zone)).date()
        return ask.path, asked, reader, minute, today

    def _keep(self, key: tuple[object, ...], state: str, reply: Reply) -> None:
        with self._lock:
            if (old := self._ready.pop(key, None)) is not None:
                self._ready_bytes -= _weight(old[1])
            self._ready[key] = (state, reply)
            self._ready_bytes += _weight(reply)
            while self._ready_bytes > self._most_ready:
                _, (_, oldest) = self._ready.popitem(last=False)
                self._ready_bytes -= _weight(oldest)

    # -- readers ---------------------------------------------------------------------------------------------

    def _reader(self, ask: Ask) -> Reader:
        """Language and zone: as the reader has chosen, else as set, else as the browser asks."""
        cookies = ask.get_cookies() if "cookie" in ask.headers else {}
        reader = self._watch.settings.reader
        language = cookies.get("language", "")
        if language not in LANGUAGES:
            language = reader.language or choose_language(ask.headers.get("accept-language", ""), "en")
        zone = cookies.get("zone", "").replace("%2F", "/")
        is_own = bool(zone) and is_zone(zone)
        if not is_own:
            zone = reader.timezone or self._watch.settings.lists.timezone
        return Reader(language, zone, is_own, f"http://{ask.headers.get('host', 'localhost')}")

    def _set_preferences(self, ask: Ask) -> Reply:
        """Language and zone as cookies, then back to where the reader was."""
        if not _comes_from_here(ask):
            return plain_reply(403, "Preferences are set from this reader's own pages.")
        fields = dict(parse_fields(ask.body.decode("utf-8", "replace")))
        cookies = []
        if fields.get("language") in LANGUAGES:
            cookies.append(_cookie("language", fields["language"]))
        if is_zone(fields.get("zone", "")):
            cookies.append(_cookie("zone", quote(fields["zone"], safe="")))
        return redirect(local_place(fields.get("back", "/")), *cookies)

    # -- files -----------------------------------------------------------------------------------------------

    def _file(self, ask: Ask) -> Reply | None:
        """What is no page; None if a page is asked for."""
        place, _, rest = ask.path.lstrip("/").partition("/")
        if place == "static":
            return static_reply(rest)
        if place == "pictures":
            return picture_reply(self._watch.store, rest)
        if place == "documents":
            return document_reply(self._watch.store, rest)
        if ask.path == "/openapi.json":
            body = json.dumps(openapi(__version__), ensure_ascii=False, indent=1).encode()
            return reply_of(body, "application/json")
        if ask.path == "/opensearch.xml":
            return reply_of(self._open_search(ask).encode(), "application/opensearchdescription+xml")
        if ask.path == "/robots.txt":
            return reply_of(b"User-agent: *\nDisallow: /\n", "text/plain; charset=utf-8")
        return redirect(self._assets["icon"]) if ask.path == "/favicon.ico" else None

    def _open_search(self, ask: Ask) -> str:
        """So that a browser can search the archive from its address bar (OpenSearch 1.1)."""
        base = escape(self._reader(ask).base_url)
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
            f"<ShortName>{escape(self._watch.settings.name[:16])}</ShortName>\n"
            f"<Description>{escape(self._watch.settings.name)}</Description>\n"
            f'<Url type="text/html" template="{base}/search?q={{searchTerms}}"/>\n'
            f'<Url type="application/atom+xml" template="{base}/search.atom?q={{searchTerms}}"/>\n'
            "</OpenSearchDescription>\n"
        )


def is_zone(name: str) -> bool:
    """Whether ``name`` is a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _cookie(name: str, value: str) -> tuple[str, str]:
    return "Set-Cookie", f"{name}={value}; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax"


def _weight(reply: Reply) -> int:
    return len(reply.body) + len(reply.compressed or b"") + 1000


def _comes_from_here(ask: Ask) -> bool:
    """Whether a form was sent from a page of this reader, as far as the browser tells."""
    origin, host = ask.headers.get("origin"), ask.headers.get("host", "")
    return ask.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none") and (
        origin in (None, "null", f"http://{host}", f"https://{host}")
    )
