"""What every Fetcher must do, asked of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC

import pytest

from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.errors import EngineError
from broadsheet.model import Capture, Failure, Hop, Request
from broadsheet.ports import Fetcher
from broadsheet.testing.fetch import Answer, MemoryFetcher
from tests.server import Reply, Route, Seen, Server

Site = Callable[[Mapping[str, Answer]], "Place"]


@dataclass
class Place:
    """A Fetcher, and the address under which it finds the answers it was made with."""

    fetcher: Fetcher
    base: str

    def fetch(self, *requests: Request) -> list[Capture | Failure]:
        """Fetch addresses relative to ``base``, in the order of their keys."""
        absolute = [replace(each, url=self.base + each.url) for each in requests]
        return sorted(self.fetcher.fetch_all(absolute), key=lambda result: result.key)


def _memory(answers: Mapping[str, Answer], stack: ExitStack) -> Place:
    base = "http://memory.example"
    fetcher = MemoryFetcher({base + path: answer for path, answer in answers.items()})
    stack.callback(fetcher.close)
    return Place(fetcher, base)


def _http(answers: Mapping[str, Answer], stack: ExitStack) -> Place:
    def route(answer: Answer) -> Route:
        def reply(seen: Seen) -> Reply:
            etag = answer.find_header("etag")
            if etag is not None and seen.find("if-none-match") == etag:
                return Reply(304, headers=answer.headers)
            return Reply(answer.status, answer.body, answer.headers)

        return reply

    server = stack.enter_context(Server({path: route(answer) for path, answer in answers.items()}))
    settings = FetchSettings(private_networks=("127.0.0.0/8",), host_spacing_s=0.0, domain_spacing_s=0.0)
    return Place(stack.enter_context(HttpFetcher(settings)), server.url(""))


@pytest.fixture(params=[_memory, _http], ids=["memory", "http"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Make a Fetcher with the answers it will find."""
    with ExitStack() as stack:
        yield lambda answers: request.param(answers, stack)


def test_many_requests_each_with_its_result(site: Site) -> None:
    place = site({f"/{number}": Answer(str(number).encode()) for number in range(40)})
    results = place.fetch(*[Request(f"/{number}", key=f"{number:02}") for number in range(40)])
    assert [(result.key, getattr(result, "body", None)) for result in results] == [
        (f"{number:02}", str(number).encode()) for number in range(40)
    ]
    assert all(result.captured.tzinfo is UTC for result in results)


def test_no_requests_no_results(site: Site) -> None:
    assert site({}).fetch() == []


def test_the_same_address_twice_gives_two_results(site: Site) -> None:
    assert [result.key for result in site({"/a": Answer()}).fetch(Request("/a", "1"), Request("/a", "2"))] == ["1", "2"]


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_error_status_is_a_failure_as_a_value(site: Site, status: int) -> None:
    place = site({"/a": Answer(b"no", status), "/b": Answer(b"yes")})
    wrong, right = place.fetch(Request("/a", "1"), Request("/b", "2"))
    assert isinstance(wrong, Failure)
    assert (wrong.status, wrong.reason, wrong.url) == (status, f"status {status}", place.base + "/a")
    assert isinstance(right, Capture)


def test_the_wait_a_server_asks_for_is_told(site: Site) -> None:
    (failure,) = site({"/a": Answer(status=503, headers=(("Retry-After", "90"),))}).fetch(Request("/a"))
    assert isinstance(failure, Failure)
    assert failure.retry_after_s == 90


def test_redirects_are_followed_and_written_down(site: Site) -> None:
    place = site({"/a": Answer(status=301, headers=(("Location", "/b#part"),)), "/b": Answer(b"here")})
    (capture,) = place.fetch(Request("/a"))
    assert isinstance(capture, Capture)
    assert (capture.body, capture.url, capture.final_url) == (b"here", place.base + "/a", place.base + "/b")
    assert capture.hops == (Hop(place.base + "/a", 301, place.base + "/b"),)


def test_a_redirect_loop_is_a_failure(site: Site) -> None:
    there, back = (Answer(status=302, headers=(("Location", path),)) for path in ("/b", "/a"))
    (failure,) = site({"/a": there, "/b": back}).fetch(Request("/a"))
    assert isinstance(failure, Failure)
    assert (failure.reason, len(failure.hops)) == ("redirect loop", 2)


def test_what_has_not_changed_is_a_capture_without_a_body(site: Site) -> None:
    place = site({"/a": Answer(b"text", headers=(("ETag", '"1"'),))})
    same, other = place.fetch(
        Request("/a", "1", (("If-None-Match", '"1"'),)), Request("/a", "2", (("If-None-Match", '"0"'),))
    )
    assert isinstance(same, Capture)
    assert isinstance(other, Capture)
    assert (same.status, same.body, same.find_header("etag")) == (304, b"", '"1"')
    assert (other.status, other.body) == (200, b"text")


def test_a_body_past_its_cap_is_a_failure(site: Site) -> None:
    place = site({"/a": Answer(bytes(11))})
    (failure,) = place.fetch(Request("/a", max_bytes=10))
    assert isinstance(failure, Failure)
    assert failure.reason == "too large"


def test_an_address_that_is_not_of_the_web_is_a_failure(site: Site) -> None:
    place = site({})
    (failure,) = place.fetcher.fetch_all([Request("ftp://user:secret@a.example/")])
    assert isinstance(failure, Failure)
    assert failure.reason == "scheme"
    assert "secret" not in repr(failure)


def test_a_batch_may_be_left_early(site: Site) -> None:
    place = site({"/a": Answer(b"x")})
    results = place.fetcher.fetch_all(Request(place.base + "/a") for _ in range(1000))
    assert next(results).url == place.base + "/a"
    del results
    assert len(place.fetch(Request("/a"))) == 1


def test_requests_are_not_all_read_at_once(site: Site) -> None:
    place = site({"/a": Answer()})
    read: list[int] = []

    def requests() -> Iterator[Request]:
        for number in range(10_000):
            read.append(number)
            yield Request(place.base + "/a")

    results = place.fetcher.fetch_all(requests())
    next(results)
    assert len(read) < 2000
    del results


def test_a_closed_fetcher_fetches_nothing(site: Site) -> None:
    place = site({})
    place.fetcher.close()
    place.fetcher.close()
    with pytest.raises(EngineError, match="closed"):
        place.fetcher.fetch_all([])
