"""Pages as Atom feeds (RFC 4287): a list is a feed of its articles, an article one of its revisions.

Ids do not depend on where the reader is served: an article's is its address at the outlet, a page's is made from the
archive's name and the page's path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from broadsheet.render._edit_rows import between, class_list
from broadsheet.render.alerts import over_words, trouble_words, why_words
from broadsheet.render.differences import feed_html, pieces_text
from broadsheet.render.places import ROOTED, Places, relocate
from broadsheet.render.to_html import title_of
from broadsheet.render.words import language_tag, say
from broadsheet.views.page import (
    AboutPage,
    ArticlePage,
    ChangesPage,
    CopiesPage,
    EditLine,
    EditsPage,
    ErrorPage,
    FrontPage,
    HealthPage,
    HistoryPage,
    Line,
    OutletPage,
    OutletsPage,
    Page,
    SearchPage,
    StoriesPage,
    StoryLine,
    StoryPage,
)

MEDIA_TYPE = "application/atom+xml"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    title: str
    path: str
    updated: datetime
    published: datetime | None = None
    author: str = ""
    source: str | None = None
    text: str = ""
    markup: str = ""
    language: str | None = None
    article: str = ""


Bodies = Callable[[str], str | None]
"""The id of an article -> its whole text as safe HTML with links from the root; None where there is none."""


def to_atom(page: Page, language: str, places: Places = ROOTED, bodies: Bodies = lambda _: None) -> str:
    """``page`` as a feed; an entry that stands for an article holds its whole text where ``bodies`` has it."""
    entries = list(_entries(page, language))
    updated = max((entry.updated for entry in entries), default=page.modified or EPOCH)
    title = title_of(page, language)
    whole = page.archive if page.kind == "front" else f"{title} · {page.archive}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_page_id(page.archive, page.path)}</id>",
        f"<title>{_text(whole)}</title>",
        f"<updated>{_instant(updated)}</updated>",
        f"<author><name>{_text(page.archive)}</name></author>",
        f'<link rel="alternate" type="text/html" href="{_text(places.page(page.path) or "")}"/>',
        f'<link rel="self" type="{MEDIA_TYPE}" href="{_text(places.page(page.path, "atom") or "")}"/>',
        "<generator>Broadsheet</generator>",
        *(_entry(entry, places, bodies) for entry in entries),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _entries(page: Page, language: str) -> Iterator[_Entry]:
    if isinstance(page, ArticlePage):
        return _revisions(page, language)
    return _ENTRIES[type(page)](page, language)


def _articles(page: FrontPage | OutletPage | SearchPage | StoryPage | CopiesPage, language: str) -> Iterator[_Entry]:
    if isinstance(page, FrontPage):
        lines = _of_front(page)
    elif isinstance(page, StoryPage):
        every = (line for event in page.events for line in event.lines)
        lines = sorted(every, key=lambda line: line.published, reverse=True)
    else:
        lines = [copy.line for copy in page.copies] if isinstance(page, CopiesPage) else list(page.lines)
    return (_article(line, language) for line in lines)


def _outlets(page: OutletsPage, language: str) -> Iterator[_Entry]:
    for one in page.outlets:
        told = say(language, "articles", n=one.articles)
        yield _Entry(_page_id(page.archive, one.path), one.name, one.path, one.last or EPOCH, text=told)


def _troubles(page: HealthPage, language: str) -> Iterator[_Entry]:
    """When a trouble was noticed and when it was over, each once, the newest first; ids are those of the trouble."""
    entries = {}
    for line in (*page.past, *page.troubles):
        told = " ".join(filter(None, (trouble_words(line, language), why_words(line, language))))
        begun = _page_id(page.archive, f"trouble#{line.id}")
        title = f"{say(language, 'alert_trouble')}: {trouble_words(line, language)}"
        entries[begun] = _Entry(begun, title, "health", line.noticed, line.noticed, text=told)
        if line.ended:
            over = _page_id(page.archive, f"trouble#{line.id}-over")
            title = f"{say(language, 'alert_recovered')}: {over_words(line, language)}"
            entries[over] = _Entry(over, title, "health", line.ended, line.ended, text=over_words(line, language))
    return iter(sorted(entries.values(), key=lambda entry: entry.updated, reverse=True))


def _about(page: AboutPage, language: str) -> Iterator[_Entry]:
    told = say(language, "about_text")
    yield _Entry(_page_id(page.archive, "about#"), page.archive, "about", page.modified or EPOCH, text=told)


def _error(page: ErrorPage, language: str) -> Iterator[_Entry]:
    yield _Entry(_page_id(page.archive, "error#"), str(page.status), "", EPOCH, text=page.sentence)


def _edits(page: EditsPage, language: str) -> Iterator[_Entry]:
    return (_edit(line, language) for line in page.lines)


def _stories(page: StoriesPage, language: str) -> Iterator[_Entry]:
    return (_story(story, language) for story in page.lines)


def _of_front(page: FrontPage) -> list[Line]:
    """The day's articles; on a day without any, the newest of every outlet."""
    found = page.by_time or tuple(line for outlet in page.by_outlet for line in outlet.newest)
    return sorted(found, key=lambda line: line.published, reverse=True)


def _article(line: Line, language: str) -> _Entry:
    notes = [line.outlet_name, *filter(None, (line.byline, line.agency))]
    snippet = "".join(piece.text for piece in line.snippet)
    return _Entry(
        id=line.url if line.url.startswith(("http://", "https://")) else _page_id("", line.article),
        title=line.headline or say(language, "no_headline"),
        path=line.path,
        updated=line.captured,
        published=line.published if line.is_dated else None,
        author=line.byline or line.outlet_name,
        source=line.url,
        text=snippet or " · ".join(notes),
        language=line.language,
        article="" if line.is_taken_down else line.article,
    )


def _story(story: StoryLine, language: str) -> _Entry:
    told = " · ".join((say(language, "reports", n=story.articles), *story.outlets, *story.agencies))
    return _Entry(
        id=_page_id("", f"story#{story.id}"),
        title=story.headline or say(language, "no_headline"),
        path=story.path,
        updated=story.last,
        published=story.first,
        text=f"{told}\n{story.lede}",
        language=story.language,
    )


def _revisions(page: ArticlePage, language: str) -> Iterator[_Entry]:
    """Each revision once, the newest first; the one shown with its text."""
    seen = set()
    for one in reversed(page.revisions):
        if one.revision in seen:
            continue
        seen.add(one.revision)
        is_shown = one.revision == page.revision
        number = say(language, "revision", n=one.revision)
        yield _Entry(
            id=_page_id("", f"{page.line.article}#{one.sha256}"),
            title=f"{page.headline if is_shown else page.line.headline} ({number})",
            path=one.path,
            updated=one.captured,
            author=page.byline or page.line.outlet_name,
            text=class_list(one.why, language),
            markup=page.body if is_shown else "",
            language=page.language,
        )


def _edit(line: EditLine, language: str) -> _Entry:
    """One edit; its id is made from what never changes: article, revision, classes, and when it was seen."""
    classes = class_list(line.classes, language)
    told = partial(say, language)
    notes = (classes, between(line.after, line.seen, told), line.reason, pieces_text(line.excerpt))
    return _Entry(
        id=_page_id("", f"edit:{line.article}:{line.revision}:{','.join(line.classes)}:{_instant(line.seen)}"),
        title=f"{line.headline or told('no_headline')} ({classes})",
        path=line.changes or line.history,
        updated=line.seen,
        author=line.outlet_name,
        text=" · ".join(filter(None, notes)),
        markup=feed_html(line.blocks, language),
        language=line.language,
    )


def _history(page: HistoryPage, language: str) -> Iterator[_Entry]:
    """Each step, the newest first."""
    told = partial(say, language)
    for one in reversed(page.lines):
        name = told("revision", n=one.revision) if one.kind in ("first", "edit", "kept") else ""
        notes = (name, class_list(one.classes, language))
        yield _Entry(
            id=_page_id("", f"step:{page.line.article}:{one.kind}:{one.revision}:{_instant(one.seen)}"),
            title=f"{one.headline or told('no_headline')} ({' · '.join(filter(None, notes))})",
            path=one.changes or one.path,
            updated=one.seen,
            author=page.line.outlet_name,
            text=" · ".join(filter(None, (between(one.after, one.seen, told), pieces_text(one.excerpt), one.reason))),
            language=page.language,
        )


def _change(page: ChangesPage, language: str) -> _Entry:
    changed = [block for block in page.blocks if block.kind != "same"]
    return _Entry(
        id=_page_id("", f"changes:{page.line.article}:{page.old.sha256}:{page.new.sha256}"),
        title=page.new.headline or say(language, "no_headline"),
        path=page.path,
        updated=page.new.captured,
        author=page.line.outlet_name,
        text=class_list(page.classes, language) or say(language, "changes"),
        markup=feed_html(changed, language),
        language=page.language,
    )


def _entry(entry: _Entry, places: Places, bodies: Bodies) -> str:
    language = language_tag(entry.language)
    lang = f' xml:lang="{language}"' if language else ""
    lines = [
        f"<entry{lang}>",
        f"<id>{_text(entry.id)}</id>",
        f"<title>{_text(entry.title)}</title>",
        f"<updated>{_instant(entry.updated)}</updated>",
        f'<link rel="alternate" type="text/html" href="{_text(places.page(entry.path) or "")}"/>',
    ]
    if entry.published:
        lines.append(f"<published>{_instant(entry.published)}</published>")
    if entry.source and entry.source.startswith(("http://", "https://")):
        lines.append(f'<link rel="via" href="{_text(entry.source)}"/>')
    if entry.author:
        lines.append(f"<author><name>{_text(entry.author)}</name></author>")
    if entry.text:
        lines.append(f"<summary>{_text(entry.text)}</summary>")
    if markup := entry.markup or (entry.article and bodies(entry.article)):
        lines.append(f'<content type="html">{_text(relocate(markup, places))}</content>')
    return "\n".join([*lines, "</entry>"])


def _page_id(archive: str, path: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'broadsheet:{archive}:{path}')}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("", text))


_ENTRIES: dict[type, Callable[[Any, str], Iterator[_Entry]]] = {
    FrontPage: _articles, OutletPage: _articles, SearchPage: _articles, StoryPage: _articles, CopiesPage: _articles,
    OutletsPage: _outlets, HealthPage: _troubles, AboutPage: _about, ErrorPage: _error, EditsPage: _edits,
    StoriesPage: _stories, HistoryPage: _history, ChangesPage: lambda page, language: iter([_change(page, language)]),
}  # fmt: skip
