"""Pages about stories as rows of an outline: what Markdown and plain text are written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from broadsheet.render._moments import moment
from broadsheet.render._rows import Row
from broadsheet.render.measures import measure_words
from broadsheet.views._parts import Line
from broadsheet.views._story_pages import CopiesPage, StoriesPage, StoryPage
from broadsheet.views._story_parts import ClaimLine, ComparedPart, StoryLine

Say = Callable[..., str]


def subject_of(part: ComparedPart, language: str) -> str:
    """What a part is about, as people say it: what is measured, or who is quoted."""
    return part.subject if part.kind in ("pair", "single") else measure_words(language, part.key, part.subject)


def stories_rows(page: StoriesPage, say_: Say, language: str) -> Iterator[Row]:
    """Stories with their outlets."""
    if page.problem:
        yield Row(note=f"{say_('query_wrong')}: {page.problem}")
    elif not page.lines:
        yield Row(say_("no_stories_found" if page.query else "no_stories"))
    for one in page.lines:
        yield Row(one.headline or say_("no_headline"), path=one.path, note=_sum(one, say_), is_listed=True)
    if page.more:
        yield Row(say_("more"), path=page.more.path)


def _sum(one: StoryLine, say_: Say) -> str:
    days = list(dict.fromkeys(f"{instant:%Y-%m-%d}" for instant in (one.first, one.last)))
    return " · ".join((say_("reports", n=one.articles), *one.outlets, *one.agencies, " – ".join(days)))


def story_rows(page: StoryPage, say_: Say, language: str) -> Iterator[Row]:
    """Who says what, then every report."""
    yield Row(note=_sum(page.story, say_))
    if page.story.lede:
        yield Row(page.story.lede)
    for key, parts in (
        ("says_differ", page.differing),
        ("says_update", page.updates),
        ("says_quotes", page.quotations),
        ("says_agree", page.agreeing),
    ):
        if parts:
            yield Row(say_(key), heading=2)
            yield from _compared(parts, say_, language)
    if page.only:
        yield Row(say_("says_only"), heading=2)
        for alone in page.only:
            yield Row(alone.line.outlet_name, heading=3)
            yield from (Row(sentence, is_listed=True) for sentence in alone.sentences)
    yield Row(say_("story_course"), heading=2)
    for event in page.events:
        if len(page.events) > 1:
            yield Row(event.headline, heading=3)
        yield from (_report(line, say_) for line in event.lines)
    for place in page.copies:
        yield Row(f"{say_('copies')}: {place.label}", path=place.path)


def _compared(parts: Sequence[ComparedPart], say_: Say, language: str) -> Iterator[Row]:
    for part in parts:
        yield Row(subject_of(part, language), heading=3)
        if part.is_uncertain:
            yield Row(note=say_("says_uncertain"))
        for group in part.groups:
            for claim in group.claims:
                yield Row(claim.words, note=_who(claim, say_), is_listed=True)
                sentence = "".join(piece.text for piece in claim.sentence)
                if sentence != claim.words:
                    yield Row(sentence, is_inner=True)


def _who(claim: ClaimLine, say_: Say) -> str:
    source = say_("says_source", source=claim.source) if claim.source else None
    return " · ".join(filter(None, (claim.outlet_name, claim.agency, source, moment(claim.published))))


def _report(line: Line, say_: Say) -> Row:
    told = filter(None, (moment(line.published), line.outlet_name, line.agency))
    return Row(line.headline or say_("no_headline"), path=line.path, note=" · ".join(told), is_listed=True)


def copies_rows(page: CopiesPage, say_: Say, language: str) -> Iterator[Row]:
    """Every copy with its sums, then every sentence that not all have alike."""
    for one in page.copies:
        sums = say_("copy_sums", kept=one.kept, changed=one.changed, cut=one.cut, added=one.added)
        told = (one.line.outlet_name, moment(one.line.published), say_("copy_base") if one.is_base else sums)
        yield Row(one.line.headline or say_("no_headline"), path=one.line.path, note=" · ".join(told), is_listed=True)
    others = [one.line.outlet_name for one in page.copies if not one.is_base]
    for row in page.rows:
        yield Row(row.words or "+")
        for name, fate in zip(others, row.fates, strict=True):
            if fate.kind:
                words = "".join(piece.text for piece in fate.pieces) if fate.kind in ("changed", "added") else ""
                yield Row(
                    note=": ".join(filter(None, (f"{name} · {say_('fate_' + fate.kind)}", words))), is_listed=True
                )
    if page.story:
        yield Row(say_("to_story"), path=page.story.path)
