"""What a feed itself says of an article, as an Article: the text of last resort, and often the whole text."""

from __future__ import annotations

from html import escape

from broadsheet.addresses.networks import redact
from broadsheet.addresses.urls import canonical_url, is_web_address
from broadsheet.errors import ExtractError
from broadsheet.extract._origins import with_origins
from broadsheet.html import canonical_body, headline_text, plain_text, read_body
from broadsheet.model import Article, Entry, Feed, Outlet, Picture
from broadsheet.statements.agencies import find_agency

EXTRACTOR = "feed/1"
"""Name and version of this extractor, stated in the ledger; raise it whenever the same entry may give another text."""


def article_of(entry: Entry, feed: Feed, outlet: Outlet, *, feed_url: str) -> Article:
    """The article as the feed has it. ExtractError if the entry has no address or says nothing at all."""
    if not entry.url or not is_web_address(entry.url):
        said = entry.headline or entry.entry_id or "no title"
        raise ExtractError(f"an entry of {feed_url} has no web address ({said})")
    markup = entry.content or entry.summary or ""
    body, text, _ = read_body(markup, base_url=entry.url)
    body, pictures = with_origins(body)
    headline = headline_text(entry.headline) or _first_words(text)
    if not pictures and entry.pictures:
        body, pictures = with_origins(_lead_picture(entry.pictures[0]) + ("\n" + body if body else ""))
        text = plain_text(body)
    if not headline and not body:
        raise ExtractError(f"{entry.url}: the entry has neither headline nor text")
    return Article(
        outlet=outlet.id,
        url=redact(entry.url),
        canonical_url=canonical_url(entry.url),
        headline=headline,
        body=body,
        published=entry.published,
        published_from="feed" if entry.published else "capture",
        updated=entry.updated,
        byline=", ".join(entry.authors) or None,
        agency=find_agency(text, language=outlet.language),
        language=entry.language or feed.language or outlet.language,
        categories=entry.categories,
        pictures=pictures,
        feed=feed_url,
        entry_id=entry.entry_id,
        extractor=EXTRACTOR,
        notes=entry.notes,
    )


def _lead_picture(picture: Picture) -> str:
    words = " ".join(filter(None, (picture.caption, picture.credit)))
    caption = f"<figcaption>{escape(words, quote=False)}</figcaption>" if words else ""
    return canonical_body(f'<figure><img src="{escape(picture.url)}" alt="">{caption}</figure>')


def _first_words(text: str) -> str:
    """A headline for an entry without one: the start of its text."""
    first = text.partition("\n")[0]
    return first if len(first) <= 80 else first[:79].rstrip() + "…"
