"""Entry and page together: one Article that says of each part where it comes from."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from broadsheet.addresses.hosts import is_same_site
from broadsheet.addresses.urls import canonical_url, is_web_address
from broadsheet.extract._choice import choose_text
from broadsheet.extract._extraction import Extraction
from broadsheet.extract._origins import origin_of, with_origins
from broadsheet.html import canonical_body
from broadsheet.model import Article, Picture

_TAIL = re.compile(r"\s*(?:[-–—|_·•]|--|——)\s*[^-–—|_·•]{1,30}")


def is_from_page(extractor: str) -> bool:
    """Whether a text with this ``extractor`` was taken from a page, as against a feed's own text."""
    return extractor.startswith("page/")


def combine(entry: Article, extraction: Extraction, *, url: str) -> Article:
    """The article of a feed's ``entry`` and the ``extraction`` of its page, which answered at ``url``.

    The fuller text wins (``choose_text``). What a page that is an article says of itself comes before what the feed
    says, but for the time of publication, where the feed is the more exact.
    """
    choice = choose_text(extraction, entry.body, base_url=url)
    if choice.source != "page":
        return replace(entry, notes=(*entry.notes, choice.why))
    body, pictures = _with_lead(choice.body, extraction.lead_picture)
    published, published_from = entry.published, entry.published_from
    if published is None and extraction.published is not None and extraction.published_from is not None:
        published, published_from = extraction.published, extraction.published_from
    return replace(
        entry,
        url=_own_address(entry.url, url),
        canonical_url=_canonical(entry.canonical_url, extraction.canonical_url, url),
        headline=_headline(entry.headline, extraction.headline),
        body=body,
        published=published,
        published_from=published_from,
        updated=extraction.updated or entry.updated,
        deck=extraction.deck,
        byline=extraction.byline or entry.byline,
        dateline=extraction.dateline,
        section=extraction.section,
        agency=extraction.agency or entry.agency,
        language=extraction.language or entry.language,
        pictures=pictures,
        extractor=extraction.extractor,
        notes=(*entry.notes, *extraction.notes, choice.why),
    )


def _headline(of_feed: str, of_page: str) -> str:
    """The page's headline, but the feed's where the page only adds the name of a section or site to it."""
    added = of_page.removeprefix(of_feed) if of_feed and of_page.startswith(of_feed) else ""
    return of_feed if _TAIL.fullmatch(added) else of_page or of_feed


def _own_address(asked: str, answered: str) -> str:
    """The article's own address: where a wrapper of feeds (a counting redirect) led to, else what the feed says."""
    return answered if is_web_address(answered) and not is_same_site(asked, answered) else asked


def _canonical(of_entry: str, of_page: str | None, answered: str) -> str:
    """What the page calls its canonical address, where that can be true: same site, and an article of it."""
    if not of_page or not is_web_address(of_page):
        return canonical_url(_own_address(of_entry, answered))
    is_below = len(of_page.split("/", 3)) == 4 and len(of_page.split("/", 3)[3].strip("/")) > 3
    return (
        canonical_url(of_page)
        if is_same_site(of_page, answered) and is_below
        else canonical_url(_own_address(of_entry, answered))
    )


def _with_lead(body: str, lead: Picture | None) -> tuple[str, tuple[Picture, ...]]:
    """The body with the lead picture on top, if it does not hold it already; and all its pictures, by their origins."""
    body, pictures = with_origins(body)
    if lead is not None and (origin := origin_of(lead.url)) != lead.url:
        lead = replace(lead, url=origin, found_as=lead.url)
    if lead is None or any(_same(lead.url, picture.url) for picture in pictures):
        return body, pictures
    words = " ".join(filter(None, (lead.caption, lead.credit)))
    caption = f"<figcaption>{escape(words, quote=False)}</figcaption>" if words else ""
    alt = escape(lead.alt or "")
    figure = canonical_body(f'<figure><img src="{escape(lead.url)}" alt="{alt}">{caption}</figure>')
    return with_origins(f"{figure}\n{body}", (lead, *pictures))


def _same(one: str, other: str) -> bool:
    """Whether two addresses show one picture: the same file, whatever its size parameters."""
    return one.partition("?")[0].rpartition("/")[2] == other.partition("?")[0].rpartition("/")[2]
