"""The truth about every article in every round, from the content files themselves and not from any template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from broadsheet.demo.desk import Kind, Piece, Press, go_to_press, read_stories, without_links
from broadsheet.demo.desk import StoryTruth as StoryTruth
from broadsheet.demo.feeds import feed_link
from broadsheet.demo.markup import origin
from broadsheet.demo.pages import PICTURE_MANNERS

Verdict = Literal["whole", "teaser", "wall", "error page", "missing", "gone"]
"""What the article's page gives in this round: all of the text, its first paragraph, a consent wall, an error page
with status 200, 404, 410."""


@dataclass(frozen=True, slots=True)
class ExpectedPicture:
    """A picture of an article: its own address (proxies unwrapped, best width) and its words."""

    url: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What a perfect reader would know of one article in one round.

    ``url`` is canonical, ``feed_url`` as the feed names it. ``published`` is None where neither feed nor page says;
    ``feed_published`` where the feed does not (or not readably). ``text`` are all blocks in reading order,
    ``paragraphs`` those that are running text or quotations; the agency line and the correction stand apart.
    ``edits`` are the kinds of edit made in exactly this round.
    """

    key: str
    outlet: str
    verdict: Verdict
    url: str
    feed_url: str
    in_feed: bool
    language: str
    headline: str
    deck: str
    byline: str | None
    dateline: str | None
    section: str
    tags: tuple[str, ...]
    published: datetime | None
    feed_published: datetime | None
    updated: datetime | None
    agency: str | None
    agency_line: str | None
    correction: str | None
    text: tuple[tuple[Kind, str], ...]
    pictures: tuple[ExpectedPicture, ...]
    edits: tuple[str, ...]
    story: str | None
    copy_of: str | None
    traits: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Running text and quotations, in order."""
        return tuple(text for kind, text in self.text if kind in ("p", "quote"))


def expected_articles(now: datetime, round_number: int) -> tuple[Expected, ...]:
    """Every article that exists in ``round_number``, listed or not, in the order of the content files."""
    press = go_to_press(now, round_number)
    return tuple(_expected(piece, press) for piece in press.pieces)


def expected_stories() -> tuple[StoryTruth, ...]:
    """Which articles report one happening, and on what they differ."""
    return read_stories()


def _expected(piece: Piece, press: Press) -> Expected:
    manner = PICTURE_MANNERS[piece.outlet]
    in_feed_dated = piece.feed_date in ("own", "cst")
    return Expected(
        key=piece.key,
        outlet=piece.outlet,
        verdict=_verdict(piece),
        url=piece.url,
        feed_url=feed_link(piece),
        in_feed=piece.in_feed,
        language=press.get_masthead(piece.outlet).language,
        headline=piece.headline,
        deck=piece.deck,
        byline=piece.byline or None,
        dateline=piece.dateline or None,
        section=piece.section,
        tags=piece.tags,
        published=piece.published if in_feed_dated or piece.page_date else None,
        feed_published=piece.published if in_feed_dated else None,
        updated=piece.updated,
        agency=piece.agency or None,
        agency_line=piece.agency_line or None,
        correction=piece.correction or None,
        text=_text(piece),
        pictures=tuple(ExpectedPicture(origin(piece, s, manner), s.caption, s.credit) for s in piece.shots),
        edits=piece.edits,
        story=piece.story or None,
        copy_of=piece.copy_of or None,
        traits=piece.traits,
    )


def _verdict(piece: Piece) -> Verdict:
    if piece.status == 404:
        return "missing"
    if piece.status == 410:
        return "gone"
    verdicts: dict[str, Verdict] = {"paywall": "teaser", "consent": "wall", "error": "error page"}
    return verdicts.get(piece.manner, "whole")


def _text(piece: Piece) -> tuple[tuple[Kind, str], ...]:
    blocks: list[tuple[Kind, str]] = [(block.kind, without_links(block).text) for block in piece.blocks]
    for post in piece.live:
        blocks += [("h2", post.headline), ("p", post.text)]
    return tuple(blocks)
