"""A Fetcher that asks nobody: answers come from a dict. For trials, tests and demonstrations.

It follows redirects, turns statuses into failures and validators into 304s as the Fetcher over HTTP does, so that what
works with one works with the other. It has no clock: ``now`` is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urldefrag, urljoin

from broadsheet.addresses.networks import redact
from broadsheet.addresses.urls import is_web_address
from broadsheet.errors import EngineError
from broadsheet.model import Capture, Failure, Hop, Request

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers: a status, a body and headers, or the ``reason`` for which it cannot be reached."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None

    def find_header(self, name: str) -> str | None:
        """The first value of the header ``name`` in any case, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class MemoryFetcher:
    """Answers from ``answers``: address -> Answer, or several that are given one after another, the last for ever.

    An address without an answer gives status 404. ``asked`` holds every request in order, ``now`` is the time of all
    captures and may be moved on.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer | Sequence[Answer]],
        *,
        now: datetime = datetime(2024, 1, 1, tzinfo=UTC),
        max_redirects: int = 10,
    ) -> None:
        self.answers = answers
        self.now = now
        self.asked: list[Request] = []
        self._max_redirects = max_redirects
        self._turns: dict[str, int] = {}
        self._closed = False

    def fetch_all(self, requests: Iterable[Request]) -> Iterator[Capture | Failure]:
        """Answer each request in order; EngineError once closed."""
        if self._closed:
            raise EngineError("the Fetcher is closed")
        return map(self._fetch, requests)

    def close(self) -> None:
        """Take no more requests."""
        self._closed = True

    def _fetch(self, request: Request) -> Capture | Failure:
        self.asked.append(request)
        url = urldefrag(redact(request.url)).url
        hops: list[Hop] = []
        seen: set[str] = set()
        while True:
            if not is_web_address(url):
                return self._fail(request, "scheme", hops)
            if url in seen:
                return self._fail(request, "redirect loop", hops)
            seen.add(url)
            answer = self._answer(url)
            location = answer.find_header("location")
            if answer.status not in _REDIRECTS or answer.reason is not None:
                return self._conclude(request, url, answer, hops)
            if location is None:
                return self._fail(request, "protocol", hops)
            following = urldefrag(redact(urljoin(url, location))).url
            hops.append(Hop(url, answer.status, following))
            if len(hops) > self._max_redirects:
                return self._fail(request, "too many redirects", hops)
            url = following

    def _answer(self, url: str) -> Answer:
        answers = self.answers.get(url, Answer(status=404))
        if isinstance(answers, Answer):
            return answers
        turn = self._turns.get(url, 0)
        self._turns[url] = turn + 1
        return answers[min(turn, len(answers) - 1)]

    def _conclude(self, request: Request, url: str, answer: Answer, hops: list[Hop]) -> Capture | Failure:
        if answer.reason is not None:
            return self._fail(request, answer.reason, hops)
        status = 304 if answer.status == 200 and _is_known(request, answer) else answer.status
        if not (200 <= status < 300 or status == 304):
            return self._fail(request, f"status {status}", hops, answer)
        if len(answer.body) > request.max_bytes:
            return self._fail(request, "too large", hops)
        return Capture(
            url=redact(request.url),
            final_url=url,
            status=status,
            headers=answer.headers,
            body=b"" if status in (204, 304) else answer.body,
            captured=self.now,
            hops=tuple(hops),
            key=request.key,
            request_headers=request.headers,
        )

    def _fail(self, request: Request, reason: str, hops: list[Hop], answer: Answer | None = None) -> Failure:
        url = redact(request.url)
        wait = answer.find_header("retry-after") if answer is not None else None
        return Failure(
            url=url,
            key=request.key,
            reason=reason,
            message=f"{url}: {reason}",
            captured=self.now,
            status=answer.status if answer is not None else None,
            retry_after_s=float(wait) if wait is not None and wait.isdigit() else None,
            hops=tuple(hops),
        )


def _is_known(request: Request, answer: Answer) -> bool:
    """Whether the validators of ``request`` are those of ``answer`` (RFC 9110 13.2.2: the entity tag goes first)."""
    sent = {name.lower(): value for name, value in request.headers}
    if "if-none-match" in sent:
        return sent["if-none-match"] == answer.find_header("etag")
    return sent.get("if-modified-since", "") == answer.find_header("last-modified")
