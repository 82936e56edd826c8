"""Entries of a feed become sightings: which are new or changed, what article each makes, and which article it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadsheet.account import Account
from broadsheet.errors import ExtractError
from broadsheet.extract.entries import article_of
from broadsheet.html import plain_text
from broadsheet.model import Article, Entry, Feed, HoldingQuery, Outlet
from broadsheet.policy.identity import entry_fingerprint, entry_key, find_doubtful_ids, flood_names, is_flood, own_names
from broadsheet.ports import Index

AHEAD = timedelta(hours=15)
"""No zone on Earth is further ahead: a publication dated later than this after its capture has no known date."""


@dataclass(frozen=True)
class Sighting:
    """An entry that was not seen like this before, the article it makes, and the known article it is, if any.

    ``has_content`` says that the feed gave a text in an element for whole texts.
    """

    key: str
    fingerprint: str
    article: Article
    known_id: str | None
    has_content: bool


def iter_sightings(
    feed: Feed,
    outlet: Outlet,
    *,
    feed_url: str,
    index: Index,
    before: dict[str, str],
    seen: dict[str, str],
    account: Account,
    now: datetime,
) -> Iterator[Sighting]:
    """Entries that are new or changed since ``before`` (key -> fingerprint).

    The others are accounted for, and entered in ``seen``, as are those of which no article can be made. A feed that
    suddenly looks new as a whole has its known articles recognised by their text, or by headline and minute.
    """
    fresh = list(_iter_fresh(feed, outlet, feed_url, before, seen, account, now))
    doubtful = find_doubtful_ids(feed.entries)
    sightings = []
    for entry, key, fingerprint, article in fresh:
        entry_id = None if entry.entry_id in doubtful else entry.entry_id
        found = index.find_article(outlet.id, own_names(urls=(article.canonical_url, article.url), entry_id=entry_id))
        sightings.append(
            Sighting(
                key,
                fingerprint,
                article,
                found[0] if found else None,
                has_content=entry.content is not None,
            )
        )
    yield from _recognise_flood(sightings, len(feed.entries), outlet, index)


def _iter_fresh(
    feed: Feed,
    outlet: Outlet,
    feed_url: str,
    before: dict[str, str],
    seen: dict[str, str],
    account: Account,
    now: datetime,
) -> Iterator[tuple[Entry, str, str, Article]]:
    """Entries that are new or changed, with key and fingerprint, and the articles they make."""
    taken: set[str] = set()
    for entry in feed.entries:
        key, fingerprint = entry_key(entry), entry_fingerprint(entry)
        if key in taken or before.get(key) == fingerprint:
            account.known += 1
            seen.setdefault(key, fingerprint)
            taken.add(key)
            continue
        taken.add(key)
        try:
            yield entry, key, fingerprint, article_of(believable(entry, now), feed, outlet, feed_url=feed_url)
        except ExtractError as error:
            seen[key] = fingerprint
            account.fail("no article", str(error))


def believable(entry: Entry, now: datetime) -> Entry:
    """The entry without a date that cannot be true: nothing is published after it was captured."""
    if entry.published is None or entry.published <= now + AHEAD:
        return entry
    return replace(entry, published=None, notes=(*entry.notes, "dated in the future"))


def _recognise_flood(sightings: list[Sighting], entries: int, outlet: Outlet, index: Index) -> Iterator[Sighting]:
    new = sum(1 for sighting in sightings if sighting.known_id is None)
    may_be = is_flood(entries=entries, new=new, held=entries)
    held = sum(1 for _ in index.iter_holdings(HoldingQuery(outlet=outlet.id, limit=entries))) if may_be else 0
    if not is_flood(entries=entries, new=new, held=held):
        yield from sightings
        return
    for sighting in sightings:
        article = sighting.article
        if sighting.known_id is None:
            names = flood_names(headline=article.headline, text=plain_text(article.body), published=article.published)
            found = index.find_article(outlet.id, names)
            yield replace(sighting, known_id=found[0] if found else None)
        else:
            yield sighting
