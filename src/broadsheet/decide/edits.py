"""Is this another text? A revision is kept when words or pictures changed, never for markup or white space."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.html import iter_pictures, plain_text
from broadsheet.proxies import unwrap

_CUT_SHARE = 0.6
_ELLIPSIS = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;)\]?|\(more\)|阅读全文|閱讀全文|Read more|Continue reading)\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a newly seen text of a known article.

    ``why`` holds the classes of the change, empty if nothing changed. ``refused`` says why the new text must not
    follow the kept one although it differs.
    """

    why: tuple[str, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What of an article is compared. ``body`` is HTML; None for what is not known on this side."""

    headline: str
    body: str
    byline: str | None = None
    deck: str | None = None


def compare(kept: Text, seen: Text) -> Verdict:
    """Hold a newly seen text of an article against the newest kept one.

    Texts are compared as people read them: words with their punctuation, without markup, white space or order of
    attributes. A text that is the kept one cut short never follows it.
    """
    old, new = _words(plain_text(kept.body)), _words(plain_text(seen.body))
    why = []
    if _words(kept.headline) != _words(seen.headline):
        why.append("headline")
    if old != new:
        if is_cut_short(old, new):
            return Verdict(refused="shorter than the text we have")
        why.append("body")
    elif _pictures(kept.body) != _pictures(seen.body):
        why.append("picture")
    return Verdict(tuple(why))


def is_cut_short(old: str, new: str) -> bool:
    """Whether ``new`` is only the beginning of ``old``: a teaser, a paywall, a feed that turned to summaries."""
    if not new:
        return bool(old)
    stem = _ELLIPSIS.sub("", new)
    return len(stem) < _CUT_SHARE * len(old) and old.startswith(stem[: max(20, len(stem) - 12)])


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _pictures(body: str) -> list[str]:
    """The pictures by their origins: whether a page borrows them through a proxy is no matter of the text."""
    return [unwrap(picture.url)[0] for picture in iter_pictures(body)]
