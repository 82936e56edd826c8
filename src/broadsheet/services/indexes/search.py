"""Keeps the search index in step with the ledgers, and answers questions with hits that show where they hit.

The search index is derived from the same ledger lines as the structured index and has its own positions in them: an
article's newest text is found, a taken-down one is not. Killed at any point, it stands at its last commit, and the
next ``sync`` reads the lines since then once more; nothing else is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.html import cut_between, plain_text
from broadsheet.model import Document, Excerpt, Hit, Hits, Holding, HoldingQuery, Query, Revision, Searchable, Word
from broadsheet.ports import Index, SearchIndex
from broadsheet.query import iter_words, parse_query
from broadsheet.services.archive import Archive
from broadsheet.services.archive.ledger_reader import OtherTruth, Part, iter_parts
from broadsheet.text.excerpts import excerpt, excerpt_of, find_marks
from broadsheet.text.words import hint_of, pattern_of

_STEP = 500
"""Ledger lines taken in at a time, so that memory stays flat."""


_LEDE_AT_LEAST = 30
"""A first block shorter than this (a date, a place, a caption) is no lede."""


# -- keeping in step -----------------------------------------------------------------------------------------


def sync(
    archive: Archive, index: Index, search: SearchIndex, *, progress: Callable[[str], None] = lambda _: None
) -> int:
    """Read what the ledgers say beyond what ``search`` knows, in one commit; returns how many lines that were.

    ``index`` must be in step already. An empty search index is filled as ``rebuild`` does; so is one that knows other
    truth: ledgers that are shorter than, or differ from, what it has read.
    """
    positions = search.positions()
    total = 0
    try:
        if not positions and next(archive.iter_ledger_files(), None):
            raise OtherTruth
        for part in iter_parts(archive, positions, step=_STEP, progress=progress):
            total += _take_in(archive, index, search, part)
    except OtherTruth:
        search.close()  # forgets what was taken in just now
        return rebuild(archive, index, search, progress=progress)
    if total:
        search.commit()
    return total


def rebuild(
    archive: Archive, index: Index, search: SearchIndex, *, progress: Callable[[str], None] = lambda _: None
) -> int:
    """Fill a new search index from every ledger and document beside the one that answers, then put it in its place."""
    total = 0

    def fill(fresh: SearchIndex) -> None:
        nonlocal total
        for part in iter_parts(archive, {}, step=_STEP, progress=progress):
            total += _take_in(archive, index, fresh, part)

    search.renew(fill)
    return total


def _take_in(archive: Archive, index: Index, search: SearchIndex, part: Part) -> int:
    texts, gone = list[Searchable](), list[str]()
    for article, line in part.newest.items():
        holding = index.find_holding(article)
        if holding is None or holding.is_taken_down:
            gone.append(article)
        else:
            texts.append(searchable_of(holding, line, _find_document(archive, holding)))
    search.apply(part.file, part.before, part.position, texts, gone)
    return len(part.lines)


def _find_document(archive: Archive, holding: Holding) -> Document:
    """The newest document of an article; a missing or damaged one has a headline and no text."""
    try:
        return archive.get_document(holding.path)
    except (NotFoundError, FormatError):
        return Document(None, holding.headline, holding.url, "")


def searchable_of(holding: Holding, line: Revision, document: Document) -> Searchable:
    """What of an article is searched: its newest document, and what its holding and newest ledger line say."""
    blocks = plain_text(document.body).split("\n")
    at = next((at for at, block in enumerate(blocks) if len(block) >= _LEDE_AT_LEAST), 0)
    return Searchable(
        article=holding.article,
        outlet=holding.outlet,
        headline=holding.headline,
        lede=blocks[at],
        body="\n".join(blocks[:at] + blocks[at + 1 :]),
        published=holding.published,
        first_captured=holding.first_captured,
        byline=holding.byline,
        agency=holding.agency,
        language=holding.language,
        has_picture=bool(line.pictures) or "<img" in document.body,
        is_edited=holding.revision > 1,
    )


# -- answering -----------------------------------------------------------------------------------------------


def search(
    archive: Archive,
    index: Index,
    search: SearchIndex,
    question: str | Query,
    *,
    newest: bool = False,
    limit: int = 10,
    cursor: str | None = None,
    facets: bool = False,
    outlets: Mapping[str, str] | None = None,
) -> Hits:
    """One page of what answers ``question``: best first, or ``newest`` first (always, where it names no words).

    ``outlets`` maps names of outlets to ids. QueryError for a question or cursor that cannot be understood.
    """
    query = parse_query(question, outlets=outlets) if isinstance(question, str) else question
    words = list(iter_words(query))
    sought = _Sought.of(words)
    matches = search.search(query, newest=newest or not words, limit=limit, cursor=cursor, facets=facets)
    held = HoldingQuery(articles=frozenset(article for article, _ in matches.found))
    holdings = {holding.article: holding for holding in index.iter_holdings(held)} if matches.found else {}
    hits = []
    for article, score in matches.found:
        holding = holdings.get(article)
        if holding is None or holding.is_taken_down:
            continue
        hits.append(_hit(archive, holding, score, sought))
    return Hits(query, tuple(hits), matches.total, matches.cursor, matches.facets)


@dataclass(frozen=True)
class _Sought:
    """What finds the words of a question in headlines and in texts, and hints at them in texts as printed."""

    in_headline: Sequence[re.Pattern[str]]
    in_text: Sequence[re.Pattern[str]]
    hints: Sequence[re.Pattern[str] | None]

    @classmethod
    def of(cls, words: Sequence[Word]) -> _Sought:
        return cls(
            list(iter_patterns(words, "text", "title")),
            list(iter_patterns(words, "text")),
            [hint_of(word.runs, *((other,) for other in word.others)) for word in words if word.field == "text"],
        )


def _hit(archive: Archive, holding: Holding, score: float, sought: _Sought) -> Hit:
    headline = Excerpt(holding.headline, tuple(find_marks(holding.headline, sought.in_headline)))
    body = _find_document(archive, holding).body
    snippet = excerpt_of(iter_quick_text(body), sought.in_text, sought.hints)
    if sought.in_text and not snippet.marks and not headline.marks:
        snippet = excerpt(plain_text(body), sought.in_text)
    return Hit(holding, score, headline, snippet)


def iter_patterns(words: Sequence[Word], *fields: str) -> Iterator[re.Pattern[str]]:
    """What finds each word asked of one of ``fields`` in a folded text."""
    for word in words:
        if word.field in fields:
            yield pattern_of(word.runs, *((other,) for other in word.others), is_prefix=word.is_prefix)


_UNSEEN = re.compile(r"<(script|style)\b[^<]*+(?:<(?!/?(?:script|style)\b)[^<]*+)*+</\1\s*>", re.IGNORECASE)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u)\b[^<>]*>|<r([tp])>[^<\n]*+(?:<(?!/?r[tp]>)[^<\n]*+)*+</r\1>|"
    r"</?ruby>",
    re.IGNORECASE,
)
_HAS_UNSEEN = re.compile("<(?:!--|script|style)", re.IGNORECASE)
_CUT = re.compile(r"\n|</(?:p|div|li|h[1-6]|figure|blockquote)\s*>", re.IGNORECASE)
_PART = 1500
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")


def quick_text(body: str) -> str:
    """About what ``plain_text`` gives, for any markup, without a parser: good enough to show a piece of."""
    return "".join(iter_quick_text(body)).rstrip("\n")


def iter_quick_text(body: str) -> Iterator[str]:
    """``quick_text`` in parts of whole blocks, so that whoever has found what they look for need not read on."""
    if _HAS_UNSEEN.search(body):
        body = _UNSEEN.sub("", cut_between(body, "<!--", "-->"))
    start = 0
    while start < len(body):
        cut = _CUT.search(body, start + _PART)
        end = cut.end() if cut else len(body)
        while cut and body.rfind("<", start, end) > body.rfind(">", start, end):  # a line end within a tag
            cut = _CUT.search(body, end)
            end = cut.end() if cut else len(body)
        text = _text_of(body[start:end])
        if text:
            yield text + "\n"
        start = end


def _text_of(markup: str) -> str:
    if "<b" in markup or "<B" in markup:
        markup = _BREAK.sub(" ", markup)
    text = unescape(_TAG.sub("\n", _INLINE.sub("", markup)))
    return "\n".join([" ".join(line.split()) for line in text.split("\n") if line and not line.isspace()])
