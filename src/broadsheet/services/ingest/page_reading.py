"""Fetches the pages of sightings, keeps them at once, and takes the whole articles from them.

Everything foreign goes through the Workshop, so that a page which hangs, crashes or eats memory costs only itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from broadsheet.account import Account
from broadsheet.addresses.urls import host_of, url_key
from broadsheet.errors import ExtractError
from broadsheet.extract import Extraction, join_pages
from broadsheet.extract.jobs import EXTRACT_JOB, payload_of, read_result
from broadsheet.extract.whole import combine
from broadsheet.html import plain_text
from broadsheet.model import Article, Breakage, Capture, Job, Outlet, Product, Request
from broadsheet.policy.full_text import FullText, waits_for_page, wants_page
from broadsheet.policy.robots import REFUSED
from broadsheet.ports import Fetcher, Workshop
from broadsheet.services.archive.captures import Captures
from broadsheet.services.ingest.entries import AHEAD

TRAFFIC_CAP = "traffic cap"
"""The reason of what the Fetcher does not ask for, since the run has had all its traffic."""
_TOLD_ONCE = frozenset({REFUSED, TRAFFIC_CAP})
"""What the account counts and nobody is told of page by page."""
MOST_PARTS = 12
"""Pages of one article that are followed: more is a loop or a gallery."""


@dataclass(frozen=True)
class PageRules:
    """How one outlet's pages are read: the text of its recipe (TOML), and when its pages are fetched at all."""

    recipe: str | None = None
    full_text: FullText = "auto"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a text was taken from: the capture's digest, the file it is kept in (None if it is not), and when.

    ``parts`` are the digests of further pages; ``etag`` and ``last_modified`` are the first page's validators.
    """

    digest: str
    place: str | None
    captured: datetime
    parts: tuple[str, ...] = ()
    etag: str | None = None
    last_modified: str | None = None


@dataclass
class Reading:
    """One article on its way: as the feed has it at first, with its page in the end.

    ``first`` is the kept capture of the page, ``failed`` the reason for which there is none though it was wanted.
    ``is_waiting`` says that the page may come later and the article should not be kept before it does.
    """

    article: Article
    outlet: Outlet
    has_content: bool
    account: Account
    first: Origin | None = None
    is_waiting: bool = False
    parts: list[Extraction] = field(default_factory=list)
    final_url: str = ""
    failed: str = ""
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class PageReader:
    """What reading pages needs; ``rules`` by outlet id, the default for all others."""

    fetcher: Fetcher
    workshop: Workshop
    captures: Captures
    rules: dict[str, PageRules]

    def read_all(self, readings: Sequence[Reading], now: datetime) -> None:
        """Take every reading that wants its page through capture and extraction, many at once."""
        wanted = [reading for reading in readings if self._wants(reading)]
        todo = [(reading, reading.article.url) for reading in wanted]
        for _ in range(MOST_PARTS):
            if not todo:
                break
            todo = self._read_parts(todo, now)
        for reading in wanted:
            if reading.parts:
                whole = join_pages(reading.parts)
                reading.account.pages[whole.kind] += 1
                reading.article = believable_article(combine(reading.article, whole, url=reading.final_url), now)

    def _wants(self, reading: Reading) -> bool:
        rules = self.rules.get(reading.outlet.id, PageRules())
        return wants_page(plain_text(reading.article.body), has_content=reading.has_content, rule=rules.full_text)

    def _read_parts(self, todo: list[tuple[Reading, str]], now: datetime) -> list[tuple[Reading, str]]:
        """One page of each reading; returns those whose article goes on, with the next page's address."""
        captured = list(self._capture(todo, now))
        kept = self.captures.keep_all(capture for _, capture in captured)
        for (reading, capture), place in zip(captured, kept, strict=True):
            if reading.first is None:
                reading.first = origin_of(capture, place.digest, place.place)
            else:
                reading.first = replace(reading.first, parts=(*reading.first.parts, place.digest))
        return self.extract(captured)

    def extract(self, captured: Sequence[tuple[Reading, Capture]]) -> list[tuple[Reading, str]]:
        """Take one page of each reading from its capture, many at once; nothing is fetched or kept.

        Returns the readings whose article goes on, with the next page's address. What could not be read is told to the
        reading's account.
        """
        for reading, capture in captured:
            reading.final_url = reading.final_url or capture.final_url
        going_on = []
        jobs = (self._job(reading, capture) for reading, capture in captured)
        for (reading, capture), result in zip(captured, self.workshop.map(jobs), strict=True):
            extraction = _extraction_of(reading, capture, result)
            if extraction is None:
                continue
            reading.parts.append(extraction)
            following = extraction.next_page_url
            if following and is_part(following, capture.final_url) and url_key(following) not in reading.asked:
                going_on.append((reading, following))
        return going_on

    def _capture(self, todo: list[tuple[Reading, str]], now: datetime) -> Iterator[tuple[Reading, Capture]]:
        requests = []
        for number, (reading, url) in enumerate(todo):
            reading.asked.add(url_key(url))
            requests.append(Request(url, key=str(number), purpose="page", outlet=reading.outlet.id))
        found: dict[int, Capture] = {}
        for answer in self.fetcher.fetch_all(requests):
            reading, url = todo[int(answer.key)]
            if isinstance(answer, Capture):
                found[int(answer.key)] = answer
                continue
            reading.account.pages[answer.reason] += 1
            if answer.reason not in _TOLD_ONCE:
                reading.account.complaints.append(
                    answer.message if url in answer.message else f"{url}: {answer.message}"
                )
            if not reading.parts:
                reading.is_waiting = waits_for_page(answer.status, answer.reason, reading.article.published, now)
                reading.failed = answer.reason
        for number in sorted(found):
            yield todo[number][0], found[number]

    def _job(self, reading: Reading, capture: Capture) -> Job:
        rules = self.rules.get(reading.outlet.id, PageRules())
        payload = payload_of(
            capture.body,
            url=capture.final_url,
            content_type=capture.find_header("content-type"),
            recipe=rules.recipe,
            language=reading.outlet.language,
        )
        return Job(EXTRACT_JOB, payload, key=capture.url)


def origin_of(capture: Capture, digest: str, place: str | None = None) -> Origin:
    """Where a text that is taken from ``capture`` comes from."""
    validators = (capture.find_header("ETag"), capture.find_header("Last-Modified"))
    etag, last_modified = (one if one and one.isprintable() else None for one in validators)
    return Origin(digest, place, capture.captured, etag=etag, last_modified=last_modified)


def believable_article(article: Article, now: datetime) -> Article:
    """The article without a date of its page's that cannot be true, as feeds' dates are held to the same."""
    if article.published is None or article.published <= now + AHEAD:
        return article
    return replace(article, published=None, published_from="capture", notes=(*article.notes, "dated in the future"))


def _extraction_of(reading: Reading, capture: Capture, result: Product | Breakage) -> Extraction | None:
    if isinstance(result, Breakage):
        reading.account.pages[f"extraction: {result.reason}"] += 1
        reading.account.complaints.append(f"{capture.url}: the page could not be read: {result.message}")
        return None
    try:
        return read_result(result.result)
    except ExtractError as error:
        reading.account.pages["no text"] += 1
        reading.account.complaints.append(str(error))
        return None


def is_part(following: str, url: str) -> bool:
    """Whether ``following`` can be a further page of the article at ``url``: same host, another address."""
    return (
        host_of(following) == host_of(url)
        and urlsplit(following).scheme in ("http", "https")
        and url_key(following) != url_key(url)
    )
