"""Pages as Markdown (CommonMark) and as plain text: one outline, two ways to write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial

from broadsheet.render._edit_rows import changes_rows, class_list, edit_rows, edits_rows, history_rows
from broadsheet.render._moments import kept_moment, moment
from broadsheet.render._rows import Row
from broadsheet.render._story_rows import copies_rows, stories_rows, story_rows
from broadsheet.render.alerts import over_words, run_of, trouble_words, why_words
from broadsheet.render.differences import pieces_markdown, pieces_text
from broadsheet.render.lists import plain
from broadsheet.render.markdown_body import body_as_markdown
from broadsheet.render.places import ROOTED, Places, relocate
from broadsheet.render.to_html import title_of
from broadsheet.render.words import day_words, period_words, say
from broadsheet.views.page import (
    AboutPage,
    ArticlePage,
    ChangesPage,
    CopiesPage,
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
    StoryPage,
)

MARKDOWN, TEXT = "text/markdown", "text/plain"


def to_markdown(page: Page, language: str, places: Places = ROOTED) -> str:
    """``page`` as Markdown with links to the Markdown twins."""
    return _write(page, language, places, _markdown_row)


def to_text(page: Page, language: str, places: Places = ROOTED) -> str:
    """``page`` as plain text, one paragraph per line."""
    return _write(page, language, places, text_row)


def _write(page: Page, language: str, places: Places, write: Callable[[Row, Places], str]) -> str:
    blocks: list[str] = []
    was_listed = False
    for row in _rows(page, language):
        blocks.append(("\n" if was_listed and row.is_listed else "\n\n" if blocks else "") + write(row, places))
        was_listed = row.is_listed
    return "".join(blocks) + "\n"


def _markdown_row(row: Row, places: Places) -> str:
    if row.markup:
        return body_as_markdown(relocate(row.markup, places))
    if row.pieces:
        return ("\n" if row.is_inner else "") + row.label + pieces_markdown(row.pieces)
    words = plain(row.words)
    place = None if row.path is None else places.page(row.path, "md")
    if place is not None:
        words = f"[{words}]({place})"
    told = _note(row, places)
    note = f" · {plain(told)}" if told and row.words else plain(told)
    return f"{'#' * row.heading + ' ' if row.heading else '- ' if row.is_listed else ''}{words}{note}"


def _note(row: Row, places: Places) -> str:
    """What stands behind a row's words, with the address of the file it names."""
    return row.note + (places.file(row.file) or row.file if row.file else "")


def text_row(row: Row, places: Places) -> str:
    """A row of an outline as plain text."""
    if row.markup:
        return "\n\n".join(row.text.split("\n"))
    if row.pieces:
        return row.label + pieces_text(row.pieces)
    words = " ".join(row.words.split())
    told = _note(row, places)
    line = f"{'- ' if row.is_listed else ''}{words}" + (f" · {told}" if told and row.words else told)
    place = places.page(row.path, "txt") if row.path is not None and row.is_listed else None
    return line if place is None else f"{line}\n  {place}"


def _rows(page: Page, language: str) -> Iterator[Row]:
    title = page.archive if page.kind in ("front", "about") else title_of(page, language)
    yield Row(title, heading=1)
    kind = ArticlePage if isinstance(page, ArticlePage) else type(page)
    yield from _ROWS[kind](page, partial(say, language), language)


def _line(line: Line, say_: Callable[..., str], *, outlet: bool = True) -> Row:
    notes = [f"{line.published.astimezone(UTC):%Y-%m-%d %H:%M}"]
    if not line.is_dated:
        notes = [f"{say_('undated')} {line.published.astimezone(UTC):%Y-%m-%d}"]
    notes += [line.outlet_name] * outlet + [line.agency or ""]
    notes += [say_("revisions", n=line.revisions)] * (line.revisions > 1) + [say_("taken_down")] * line.is_taken_down
    notes.append("".join(piece.text for piece in line.snippet))
    return Row(
        line.headline or say_("no_headline"), path=line.path, note=" · ".join(filter(None, notes)), is_listed=True
    )


def _front(page: FrontPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    yield Row(day_words(page.day, language), note=say_("articles", n=page.articles))
    for outlet in page.by_outlet:
        if outlet.newest:
            yield Row(outlet.name, heading=2, path=outlet.path)
            yield from (_line(line, say_, outlet=False) for line in outlet.newest)
    if page.edits:
        yield Row(say_("edits_of_day"), heading=2, path="edits")
        for edit in page.edits:
            yield from edit_rows(edit, say_, language)
    if page.by_time:
        yield Row(say_("by_time"), heading=2)
        yield from (_line(line, say_) for line in page.by_time)
    if page.earlier:
        yield Row(say_("earlier_day"), path=page.earlier.path)


def _outlets(page: OutletsPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    for one in page.outlets:
        span = f" · {one.first:%Y-%m-%d} – {one.last:%Y-%m-%d}" if one.first and one.last else ""
        yield Row(one.name, path=one.path, note=say_("articles", n=one.articles) + span, is_listed=True)


def _outlet(page: OutletPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    yield Row(note=" · ".join(filter(None, (say_("articles", n=page.outlet.articles), page.outlet.home_url))))
    if page.within:
        yield Row(period_words(page.within.label, language), path=page.within.path)
    yield from (_line(line, say_, outlet=False) for line in page.lines)
    for key, counts in (("years", page.years), ("months", page.months), ("days", page.days)):
        if counts:
            yield Row(say_(key), heading=2)
            for one in counts:
                if one.count:
                    yield Row(one.label, path=one.path, note=f"{one.count:,}", is_listed=True)


def _article(page: ArticlePage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    facts = [page.line.outlet_name, page.section, page.byline]
    facts.append(say_("rests_on", agency=page.agency) if page.agency else None)
    facts.append(moment(page.published) if page.published else f"{say_('undated')} {moment(page.line.published)}")
    yield Row(note=" · ".join(fact for fact in facts if fact))
    if page.edited:
        classes = class_list(page.edited.classes, language)
        words = say_("edited_times", n=page.edited.times) if page.edited.times else say_("see_history")
        yield Row(words, path=page.edited.path, note=classes)
    yield Row(markup=page.body or " ", text=page.text)
    if page.is_withheld and not page.is_taken_down:
        yield Row(say_("withheld"))
    yield Row(say_("fixity"), heading=2)
    for key, told in (
        ("source", page.line.url),
        ("captured", kept_moment(page.captured)),
        ("digest", page.sha256),
        ("document", page.document),
        ("date_from", say_("from_" + page.published_from)),
        ("taken_down", page.reason),
    ):
        if key == "document" and told:
            yield Row(note=f"{say_(key)}: ", file=page.document, is_listed=True)
        elif told:
            yield Row(note=f"{say_(key)}: {told}", is_listed=True)
    if len(page.revisions) > 1:
        yield Row(say_("history"), heading=2)
        for one in page.revisions:
            note = f"{kept_moment(one.captured)} · {class_list(one.why, language)}"
            yield Row(say_("revision", n=one.revision), path=one.path, note=note, is_listed=True)


def _search(page: SearchPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    if page.problem:
        yield Row(note=f"{say_('query_wrong')}: {page.problem}")
    elif page.query:
        yield Row(note=say_("hits", n=page.total))
    yield from (_line(line, say_) for line in page.lines)
    if page.more:
        yield Row(say_("more"), path=page.more.path)
    for facet in page.facets:
        yield Row(say_(facet.name), heading=2)
        yield from (
            Row(one.name or one.label, path=one.path, note=f"{one.count:,}", is_listed=True) for one in facet.counts
        )


def _health(page: HealthPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    yield Row(note=run_of(page, language))
    if not page.is_told:
        return
    yield Row(say_("troubles"), heading=2)
    for line in page.troubles:
        told = (trouble_words(line, language), why_words(line, language))
        yield Row(note=" ".join(filter(None, told)), is_listed=True)
    if not page.troubles:
        yield Row(say_("no_troubles"))
    if page.past:
        yield Row(say_("troubles_past"), heading=2)
        yield from (Row(note=over_words(line, language), is_listed=True) for line in page.past)
    yield Row(say_("health_of_feeds"), heading=2)
    for one in page.feeds:
        yield Row(note=f"{say_('level_' + one.level)} · {one.outlet} · {one.url} · {one.sentence}", is_listed=True)
    if not page.feeds:
        yield Row(say_("no_feeds"))


def _about(page: AboutPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    yield from (Row(say_(key)) for key in ("about_text", "about_prove"))
    numbers = [("outlets", page.outlets), ("count", page.articles), ("history", page.revisions)]
    yield from (Row(note=f"{say_(key)}: {number:,}", is_listed=True) for key, number in numbers)


def _error(page: ErrorPage, say_: Callable[..., str], language: str) -> Iterator[Row]:
    yield Row(note=f"{page.status} · {page.sentence}")


_ROWS: dict[type, Callable[..., Iterator[Row]]] = {
    FrontPage: _front, OutletsPage: _outlets, OutletPage: _outlet, SearchPage: _search, HealthPage: _health,
    AboutPage: _about, ErrorPage: _error, ArticlePage: _article, HistoryPage: history_rows, ChangesPage: changes_rows,
    EditsPage: edits_rows, StoriesPage: stories_rows, StoryPage: story_rows, CopiesPage: copies_rows,
}  # fmt: skip
