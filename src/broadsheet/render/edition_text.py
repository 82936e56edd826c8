"""An edition as plain text: what a mail says to those who read no HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from broadsheet.render._edit_rows import edit_rows
from broadsheet.render._moments import moment, zone_of
from broadsheet.render._rows import Row
from broadsheet.render._story_rows import story_rows
from broadsheet.render.edition import Edition, EditionArticle
from broadsheet.render.places import ROOTED
from broadsheet.render.to_markdown import text_row
from broadsheet.render.words import say


def edition_text(edition: Edition, note: str = "") -> str:
    """``edition`` as plain text; ``note`` stands at its end."""
    blocks: list[str] = []
    was_listed = False
    for row in _rows(edition):
        parted = "\n" if was_listed and row.is_listed else "\n\n" if blocks else ""
        blocks.append(parted + text_row(replace(row, path=None), ROOTED))
        was_listed = row.is_listed
    return "".join(blocks) + (f"\n\n{note}\n" if note else "\n")


def _rows(edition: Edition) -> Iterator[Row]:
    say_ = partial(say, edition.language)
    yield Row(edition.title, heading=1)
    for story in edition.stories:
        yield Row(f"== {say_('story')}: {story.story.headline or say_('no_headline')} ==", heading=2)
        yield from story_rows(story, say_, edition.language)
    if edition.edits:
        yield Row(f"== {say_('edition_edits')} ==", heading=2)
    for edit in edition.edits:
        yield from edit_rows(edit, say_, edition.language)
    if edition.has_more_edits:
        yield Row(note=say_("edition_more_edits"))
    for outlet in edition.outlets:
        yield Row(f"== {outlet.name} ==", heading=2)
        for article in outlet.articles:
            yield from _article(article, edition)
        if outlet.more:
            yield Row(note=say_("edition_more", n=outlet.more))


def _article(article: EditionArticle, edition: Edition) -> Iterator[Row]:
    line = article.line
    yield Row(f"* {line.headline or say(edition.language, 'no_headline')}", heading=3)
    told = (moment(line.published, zone_of(edition.zone)), line.byline, line.agency)
    yield Row(note=" · ".join(filter(None, told)))
    if article.text:
        yield Row(markup=" ", text=article.text)
    yield Row(note=line.url)
