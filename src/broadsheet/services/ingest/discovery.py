"""Finds the feed behind an address: the address of a feed, of a home page, or a list of subscriptions (OPML)."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.addresses.hosts import outlet_id_of
from broadsheet.addresses.urls import host_of
from broadsheet.errors import FetchError, FormatError, NotFoundError
from broadsheet.formats.feeds import find_feed_links, guess_feed_urls, parse_feed
from broadsheet.model import Capture, Failure, Feed, Outlet, Request
from broadsheet.ports import Fetcher


@dataclass(frozen=True)
class FoundFeed:
    """A feed that answers: where it is, and what it says of itself."""

    url: str
    feed: Feed


def get(fetcher: Fetcher, url: str) -> Capture:
    """One response; FetchError says why there is none."""
    for answer in fetcher.fetch_all([Request(url=url, key=url, purpose="feed")]):
        if isinstance(answer, Failure):
            raise FetchError(f"{url}: {answer.message}", reason=answer.reason, retry_after_s=answer.retry_after_s)
        return answer
    raise FetchError(f"{url}: no answer")


def find_feed(fetcher: Fetcher, url: str) -> FoundFeed:
    """The feed at ``url``, or the first one that works of those the page at ``url`` names or a site usually has.

    FetchError if the address itself does not answer; NotFoundError, with what was tried, if there is no feed.
    """
    capture = get(fetcher, url)
    if (found := _read(capture, url)) is not None:
        return found
    links = find_feed_links(capture.body, url=capture.final_url, content_type=capture.find_header("content-type"))
    tried = []
    for candidate in dict.fromkeys([link.url for link in links] + list(guess_feed_urls(capture.final_url))):
        tried.append(candidate)
        try:
            if (found := _read(get(fetcher, candidate), candidate)) is not None:
                return found
        except FetchError:
            continue
    shown = ", ".join(tried[:4]) + (" …" if len(tried) > 4 else "")
    raise NotFoundError(f"{url}: a page without a feed (tried {shown}); give the address of the feed itself")


def _read(capture: Capture, url: str) -> FoundFeed | None:
    try:
        feed = parse_feed(capture.body, url=capture.final_url, content_type=capture.find_header("content-type"))
    except FormatError:
        return None
    return FoundFeed(url, feed)


def outlet_of(found: FoundFeed, *, outlet: str | None = None, name: str | None = None) -> Outlet:
    """The outlet a found feed belongs to, as far as nobody says otherwise."""
    home = found.feed.home_url
    return Outlet(
        id=outlet or outlet_id_of(home or found.url),
        name=name or found.feed.title or host_of(home or found.url),
        home_url=home,
        language=found.feed.language,
        feeds=(found.url,),
    )
