"""Page or feed: which text of an article is the fuller one, and why we think so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from broadsheet.extract._extraction import Extraction
from broadsheet.extract._page import squeeze
from broadsheet.html import canonical_body, plain_text
from broadsheet.text.cut_short import is_cut_short


@dataclass(frozen=True, slots=True)
class Choice:
    """The text taken (a canonical body, empty when there is none), where it comes from, and why."""

    body: str
    source: Literal["page", "feed", "none"]
    why: str


_ALIKE = 0.6
_STRANGE = 0.25
_FULLER = 1.15


def choose_text(extraction: Extraction | None, entry_html: str | None, *, base_url: str | None = None) -> Choice:
    """The text to keep: the page's, or the feed's where it is fuller or the page is not the article.

    A paywalled, cut or foreign page (error, consent, listing) never wins over a fuller feed text; a feed's summary
    never wins over a page that holds it.
    """
    feed = canonical_body(entry_html, base_url=base_url) if entry_html else ""
    feed_text = _squeezed(feed)
    page = extraction.body if extraction is not None else ""
    page_text = _squeezed(page)
    if not page_text and not feed_text:
        return Choice(feed or page, "feed" if feed else "none", "neither page nor feed holds a text")
    if not page_text:
        reason = "there is no page" if extraction is None else f"the page is {_a(extraction.kind)}"
        return Choice(feed, "feed", reason)
    if not feed_text:
        return Choice(page, "page", "the feed holds no text")
    assert extraction is not None
    held = _share_of(feed, page_text)
    more = f"page {len(page_text)}, feed {len(feed_text)} letters, {held:.0%} of the feed's text is in the page"
    cut = is_cut_short(plain_text(feed))
    if extraction.kind not in ("article", "paywall"):
        return Choice(feed, "feed", f"the page is {_a(extraction.kind)} ({extraction.reason})")
    if extraction.kind == "paywall" and len(feed_text) >= 0.9 * len(page_text):
        return Choice(feed, "feed", f"the page is behind a paywall ({extraction.reason}); {more}")
    if held < _STRANGE and len(feed_text) > 300 and not cut and len(feed_text) > 0.3 * len(page_text):
        return Choice(feed, "feed", f"the page's text is another than the feed's; {more}")
    if len(feed_text) > _FULLER * len(page_text) and not cut:
        return Choice(feed, "feed", f"the feed is fuller; {more}")
    return Choice(
        page, "page", f"the page holds the feed's text; {more}" if held >= _ALIKE else f"the page is fuller; {more}"
    )


def _squeezed(body: str) -> str:
    return squeeze(plain_text(body))


def _a(kind: str) -> str:
    return {"article": "an article without text", "error": "an error page"}.get(kind, f"a {kind} page")


_SENTENCE = re.compile(r"(?<=[.!?。！？；;])|\n")


def _share_of(feed: str, page_text: str) -> float:
    """How much of the feed's sentences stands in the page's text."""
    total = found = 0
    for sentence in _SENTENCE.split(plain_text(feed)):
        letters = squeeze(sentence)
        if len(letters) >= 6:
            total += len(letters)
            found += len(letters) * (letters[:200] in page_text)
    return found / total if total else 1.0
