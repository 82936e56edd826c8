"""One request from its first byte to a Capture or a Failure: hops, deadlines, credentials, status.

Knows nothing of batches or of which request is next; asks the Pacer for a turn before each further hop.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp
from multidict import CIMultiDict

from broadsheet.adapters.http._body import Unpacking, read_codings
from broadsheet.adapters.http._guard import DESTINATION, Guard
from broadsheet.adapters.http._pacing import Meter, Pacer
from broadsheet.adapters.http._reasons import explain, read_retry_after
from broadsheet.adapters.http._response import Response, drain, text_of
from broadsheet.adapters.http._robots import MOST_BYTES, MOST_REDIRECTS, RobotsGate
from broadsheet.adapters.http._routes import (
    Route,
    Routes,
    answers_for_server,
    explain_at_proxy,
    is_of_proxy,
    proxy_failed,
)
from broadsheet.adapters.http._settings import FetchSettings
from broadsheet.adapters.http._target import Target, read_target
from broadsheet.addresses.networks import redact
from broadsheet.errors import FetchError, RefusedError
from broadsheet.model import Capture, Failure, Hop, Request, RobotsAnswer
from broadsheet.ports import Robots

Clock = Callable[[], datetime]
"""What time it is, aware and in UTC."""

_log = logging.getLogger("broadsheet.fetch")

_ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5",
    "message": "*/*",
    "picture": "image/jpeg, image/png, image/gif, image/webp;q=0.9, image/*;q=0.8, */*;q=0.5",
}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_NEVER_SENT = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CAP_REST_S = 60.0
_OURS = frozenset({"proxy", "traffic cap", "host asked to wait"})
"""Failures that say nothing of a host."""
_MAYBE_OF_PROXY = frozenset({"timeout", "disconnected", "cut short", "protocol"})


@dataclass(slots=True)
class _Trail:
    """What is known of a request so far, for whichever result it comes to."""

    request: Request
    route: Route
    most_redirects: int
    hops: list[Hop] = field(default_factory=list)
    spent_s: float = 0.0
    needs_turn: bool = False
    most_bytes: int | None = None
    """So much of the body is enough; None for the whole of it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    wire: bytes | None
    address: str | None
    is_relayed: bool = False
    """Whether a proxy could have made it in the server's place."""

    def find(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class Exchange:
    """Fetches one request at a time per call, on the running loop, through sessions that all share.

    With ``robots``, pages and pictures are asked for as hosts allow it. Everything is dated by ``clock``.
    """

    def __init__(
        self,
        routes: Routes,
        guard: Guard,
        pacer: Pacer,
        meter: Meter,
        settings: FetchSettings,
        clock: Clock,
        robots: Robots | None = None,
    ) -> None:
        self.clock = clock
        self._routes = routes
        self._guard = guard
        self._pacer = pacer
        self._meter = meter
        self._settings = settings
        self._gate = RobotsGate(robots, settings.ignores_robots, pacer, clock, self._ask_robots)
        self._loop = asyncio.get_running_loop()

    async def fetch(self, request: Request, target: Target) -> Capture | Failure:
        """The result of ``request``; never raises but for cancellation."""
        trail = _Trail(request, self._routes.find(request.outlet, target.host), self._settings.max_redirects)
        try:
            result = await self._follow(trail, target)
        except Exception as error:
            result = self._fail(trail, error)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s: %s", shown(request), result.reason if isinstance(result, Failure) else result.status)
        return result

    async def _follow(self, trail: _Trail, target: Target) -> Capture | Failure:
        headers = self._headers(trail.request, target)
        target, answer = await self._walk(trail, target, headers, self._gate)
        return self._conclude(trail, target, headers, answer)

    async def _walk(
        self, trail: _Trail, target: Target, headers: CIMultiDict[str], gate: RobotsGate | None
    ) -> tuple[Target, _Answer]:
        """Ask, and go where redirects lead; the first answer that is none, and who gave it."""
        seen = {str(target.url)}
        while True:
            trail.route = self._routes.find(trail.request.outlet, target.host)
            self._guard.check(target.url, by_name=trail.route.asks_by_name)
            if gate is not None and await gate.check(trail.request, target):
                trail.needs_turn = True
            if trail.needs_turn:
                await self._wait_for_turn(target.place)
            trail.needs_turn = True
            answer = await self._ask(trail, target, headers)
            if answer.status not in _REDIRECTS:
                return target, answer
            following = self._next_target(trail, target, answer)
            if str(following.url) in seen:
                raise FetchError("the redirects lead back to where they began", reason="redirect loop")
            seen.add(str(following.url))
            if following.origin != target.origin:
                for name in _SECRET:
                    headers.popall(name, None)
            target = following

    async def _ask_robots(self, target: Target, request: Request) -> RobotsAnswer:
        """What ``target``'s host says in robots.txt, in the page's own turn; FetchError where we are why it fails."""
        place = read_target(str(target.url.origin() / "robots.txt"))
        asking = Request(str(place.url), timeout_s=request.timeout_s, outlet=request.outlet)
        route = self._routes.find(request.outlet, target.host)
        trail = _Trail(asking, route, MOST_REDIRECTS, most_bytes=MOST_BYTES)
        trail.needs_turn = False  # it takes the turn of the page, which takes another one after it
        try:
            headers = self._headers(asking, place)
            headers["Accept"] = "text/plain, */*;q=0.5"
            answerer, answer = await self._walk(trail, place, headers, None)
        except Exception as error:
            failure = self._fail(trail, error)
            if failure.reason in _OURS:
                raise
            return RobotsAnswer(None, reason=failure.reason)
        if 200 <= answer.status < 300:
            return RobotsAnswer(answer.status, answer.body.decode("utf-8-sig", "replace"))
        self._refusal(trail, answerer, answer)
        return RobotsAnswer(answer.status)

    def _next_target(self, trail: _Trail, target: Target, answer: _Answer) -> Target:
        """Where a redirect leads, noted as a hop. Credentials in it are not taken: a server has none to give us."""
        location = answer.find("location")
        if not location:
            raise FetchError(f"status {answer.status} without an address to go to", reason="protocol")
        here = str(target.url)
        following = read_target(location, base=here)
        trail.hops.append(Hop(here, answer.status, str(following.url)))
        if len(trail.hops) > trail.most_redirects:
            raise FetchError(f"more than {trail.most_redirects} redirects", reason="too many redirects")
        if target.url.scheme == "https" and following.url.scheme == "http":
            _log.info("%s redirects from https to http", redact(here))
        return following

    async def _wait_for_turn(self, host: str) -> None:
        now = self._loop.time()
        rest_s = self._pacer.find_rest(host, now)
        if rest_s is not None:
            raise FetchError(f"{host} asked to wait", reason="host asked to wait", retry_after_s=rest_s)
        if (pause_s := self._pacer.find_long_pause(host, now)) is not None:
            raise FetchError(f"{host} wants long pauses", reason="host asked to wait", retry_after_s=pause_s)
        wait_s = self._pacer.take_turn(host, now) - now
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def _ask(self, trail: _Trail, target: Target, headers: CIMultiDict[str]) -> _Answer:
        """One hop within what is left of the request's time."""
        if self._meter.is_spent:
            words = "the traffic of this run is used up; it is asked for in the next one"
            raise FetchError(words, reason="traffic cap", retry_after_s=_CAP_REST_S)
        began = self._loop.time()
        limit_s = min(trail.request.timeout_s, self._settings.total_timeout_s)
        DESTINATION.set(target.host)
        headers.popall("Connection", None)
        is_handed_on = trail.route.is_relayed and target.url.scheme == "http"  # proxies hang up after one, unannounced
        if is_handed_on or not self._pacer.keeps_connection(target.place, began):
            headers["Connection"] = "close"
        try:
            async with asyncio.timeout(max(limit_s - trail.spent_s, 0.0)):
                response = await trail.route.session.request(
                    "GET" if trail.request.body is None else "POST",
                    target.url,
                    allow_redirects=False,
                    data=trail.request.body,
                    **trail.route.options(target.url, headers),
                )
                try:
                    return await self._read(trail, response)
                finally:
                    response.close()
        except (aiohttp.ClientError, OSError) as error:
            if trail.route.proxy is not None:
                raise explain_at_proxy(error, trail.route.proxy) from error
            raise
        finally:
            trail.spent_s += self._loop.time() - began

    async def _read(self, trail: _Trail, response: aiohttp.ClientResponse) -> _Answer:
        status = response.status
        headers = tuple((text_of(name), text_of(value)) for name, value in response.raw_headers)
        peer = response.peer if isinstance(response, Response) and trail.route.proxy is None else None
        if is_of_proxy(response, trail.route):
            raise proxy_failed(f"it answered with status {status}")
        if status == 304 or status == 204:
            return _Answer(status, headers, b"", None, peer)
        if not 200 <= status < 300 or trail.request.purpose == "message":
            await drain(response)
            return _Answer(status, headers, b"", None, peer, answers_for_server(response, trail.route))
        unpacking = self._unpacking(trail, response)
        content = response.content
        while not content.at_eof():
            chunk = await content.readany()
            self._meter.take(len(chunk))
            unpacking.feed(chunk)
            if trail.most_bytes is not None and (enough := unpacking.find_beginning(trail.most_bytes)) is not None:
                return _Answer(status, headers, enough, None, peer)
        body, wire = unpacking.finish()
        return _Answer(status, headers, body, wire, peer)

    def _unpacking(self, trail: _Trail, response: aiohttp.ClientResponse) -> Unpacking:
        request = trail.request
        most = min(request.max_bytes, self._settings.max_wire_bytes)
        claimed = response.content_length if trail.most_bytes is None else None
        if claimed is not None and claimed > most:
            raise RefusedError(f"the body is {claimed} bytes long, more than {most}", reason="too large")
        label = ",".join(response.headers.getall("Content-Encoding", ()))
        return Unpacking(
            read_codings(label, response.headers.get("Content-Type", "")),
            most_wire=most,
            most=min(request.max_bytes, self._settings.max_decoded_bytes),
            ratio=self._settings.max_ratio,
        )

    def _conclude(self, trail: _Trail, target: Target, headers: CIMultiDict[str], answer: _Answer) -> Capture | Failure:
        status = answer.status
        if status == 206 and "range" not in headers:
            raise FetchError("the server sent a part of the body only", reason="cut short")
        if not (200 <= status < 300 or status == 304):
            return self._refusal(trail, target, answer)
        return Capture(
            url=shown(trail.request),
            final_url=str(target.url),
            status=status,
            headers=answer.headers,
            body=answer.body,
            captured=self.clock(),
            hops=tuple(trail.hops),
            wire=answer.wire,
            address=answer.address,
            elapsed_s=trail.spent_s,
            key=trail.request.key,
            request_headers=tuple((k, v) for k, v in headers.items() if k.lower() not in _SECRET),
        )

    def _refusal(self, trail: _Trail, target: Target, answer: _Answer) -> Failure:
        """A status that is no success; a host that asks for patience gets it."""
        now = self.clock()
        wait_s = read_retry_after(answer.find("retry-after"), answer.find("date"), now)
        if answer.status == 429 or (answer.status == 503 and wait_s is not None):
            rest_s = self._settings.unnamed_wait_s if wait_s is None else wait_s
            if target.host not in self._settings.per_url_hosts:
                self._pacer.rest(target.place, self._loop.time() + rest_s)
            _log.warning("%s asks to wait %.0f s (status %d)", target.place, rest_s, answer.status)
        request = trail.request
        who = "the server, or the proxy before it," if answer.is_relayed else "the server"
        return Failure(
            url=shown(request),
            key=request.key,
            reason=f"status {answer.status}",
            message=f"{shown(request)}: {who} answered with status {answer.status}",
            captured=now,
            status=answer.status,
            retry_after_s=wait_s,
            hops=tuple(trail.hops),
        )

    def _fail(self, trail: _Trail, error: Exception) -> Failure:
        reason, words = explain(error)
        if trail.route.proxy is not None and reason in _MAYBE_OF_PROXY:
            words += " (asked through the proxy)"
        if reason == "error":
            _log.error("%s failed in an unforeseen way", shown(trail.request), exc_info=error)
        return failure_of(
            trail.request,
            reason,
            words,
            self.clock(),
            hops=tuple(trail.hops),
            retry_after_s=error.retry_after_s if isinstance(error, FetchError) else None,
        )

    def _headers(self, request: Request, target: Target) -> CIMultiDict[str]:
        headers = CIMultiDict(
            {
                "User-Agent": self._settings.user_agent,
                "Accept": _ACCEPT[request.purpose],
                "Accept-Encoding": "gzip, deflate",
            }
        )
        for name, value in request.headers:
            if not _HEADER_NAME.match(name) or _CONTROL.search(value):
                raise RefusedError("a header of the request holds what no header may", reason="bad request")
            if name.lower() not in _NEVER_SENT:
                headers[name] = value
        if target.authorization is not None and "Authorization" not in headers:
            headers["Authorization"] = target.authorization
        return headers


def shown(request: Request) -> str:
    """The address of a request for people and logs."""
    return request.shown or redact(request.url)


def failure_of(
    request: Request,
    reason: str,
    words: str,
    now: datetime,
    *,
    hops: tuple[Hop, ...] = (),
    retry_after_s: float | None = None,
) -> Failure:
    """The Failure of ``request`` at ``now``, without credentials and with its address in front of the sentence."""
    url = shown(request)
    return Failure(
        url=url,
        key=request.key,
        reason=reason,
        message=f"{url}: {words}",
        captured=now,
        hops=hops,
        retry_after_s=retry_after_s,
    )
