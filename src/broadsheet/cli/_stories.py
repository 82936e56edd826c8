"""Commands about stories: stories, story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from broadsheet.app import Broadsheet
from broadsheet.cli._asking import as_json, holding_json, parse_day, wrap
from broadsheet.cli._print import clean, out, print_json
from broadsheet.model import Claim, Compared, Comparison, Family, Holding, Story, StoryQuery
from broadsheet.services.indexes.comparison import compare_story, get_members, join_scripts, tell_story

_WIDEST = 80
_INDENT = "  "
_UNSURE = ", if they are of one thing"
_KINDS = {"differ": "they differ", "update": "later reports say", "pair": "in several wordings", "agree": "they agree"}


@click.command()
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option("--outlet", multiple=True, help="Only stories that this outlet reports; may be given more than once.")
@click.option("--after", metavar="DATE", help="With a report published on or after this day (2023-07-01).")
@click.option("--before", metavar="DATE", help="With a report published before this day.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many.")
@click.option("--all", "everything", is_flag=True, help="Stories of a single outlet or a single report, too.")
@as_json
@click.pass_obj
def stories(
    archive: Path,
    words: tuple[str, ...],
    outlet: tuple[str, ...],
    after: str | None,
    before: str | None,
    limit: int,
    everything: bool,
    json_: bool,
) -> None:
    """List stories: what two outlets, or three reports, tell of one happening. The newest report comes first.

    Two reports of one outlet are a story where they rest on different agencies, or state one thing differently.

    With QUERY, the stories of the articles that answer it; it is understood as by broadsheet search.

    \b
    Examples:
      broadsheet stories
      broadsheet stories 渡轮 --after 2023-07-01 --all
      broadsheet stories agency:法新社 --outlet voa --json
    """
    query = StoryQuery(after=parse_day(after, "--after"), before=parse_day(before, "--before"), limit=limit)
    question = " ".join(words) if words else None
    with Broadsheet.open(archive) as here:
        found = list(here.iter_stories(question, query, outlets=outlet, everything=everything))
        held = [get_members(here.index, story.articles) for story in found]
        headlines = [_headline(here, members, _copies(here, members)) for members in held]
    if json_:
        print_json([_story_json(*one) for one in zip(found, headlines, held, strict=True)])
        return
    console = out()
    for story, headline in zip(found, headlines, strict=True):
        _print_rows(console, Text(clean(headline), style="bold"))
        _print_rows(console, Text(f"{story.id} · {_measure(story)}", style="dim"), _INDENT)
        _print_rows(console, Text(", ".join(story.outlets), style="dim"), _INDENT)
        console.print()
    if not found:
        smaller = "no story matches" if words or outlet or after or before else "no story yet"
        console.print(smaller if everything else "no story of two outlets or three reports; --all lists smaller ones")
    elif len(found) == limit:
        console.print(Text(f"the newest {limit:,}; more with --limit, or --before a day", style="dim"))


@click.command()
@click.argument("story", metavar="STORY")
@as_json
@click.pass_obj
def story(archive: Path, story: str, json_: bool) -> None:
    """Show STORY: its reports by event, which of them are copies, and who says what.

    STORY is an id as broadsheet stories lists it, or an article's id, address or the path of its document. An id that
    a story had before an earlier report was found leads to it as well.

    \b
    Examples:
      broadsheet story 27e9bb3f2c05
      broadsheet story voa/7184661 --json
    """
    with Broadsheet.open(archive) as here:
        found = here.get_story(story)
        members = get_members(here.index, found.articles)
        families = list(here.groups.iter_families(found.articles))
        copies = [frozenset(family.articles) for family in families]
        headline = _headline(here, members, copies)
        events = join_scripts(_events(found, members))
        settings = here.settings
        comparison = compare_story(
            here.archive, events, copies, careful=settings.statements.is_careful, names=settings.stories.pairs
        )
    if json_:
        print_json(_whole_json(found, headline, members, families, comparison))
        return
    console = out()
    _print_rows(console, Text(clean(headline), style="bold"))
    _print_rows(console, Text(f"story {found.id} · {_measure(found)}", style="dim"))
    _print_rows(console, Text(_counts(members), style="dim"))
    _print_events(console, events, {held.article: held for held in members}, families)
    _print_comparison(console, comparison)


def _headline(here: Broadsheet, members: Sequence[Holding], copies: Sequence[frozenset[str]]) -> str:
    """That of the report which tells best, among the first ones, what the story is."""
    if told := tell_story(here.archive, members, copies):
        return told.headline
    return members[0].headline if members else "(nothing of it is held any more)"


def _copies(here: Broadsheet, members: Sequence[Holding]) -> list[frozenset[str]]:
    """Which of the reports are copies of each other."""
    families = here.groups.iter_families([held.article for held in members])
    return [frozenset(family.articles) for family in families]


def _events(story: Story, members: Sequence[Holding]) -> list[list[Holding]]:
    """The reports of each event."""
    held = {one.article: one for one in members}
    return [[held[article] for article in event if article in held] for event in story.events]


def _measure(story: Story) -> str:
    """How many reports of how many outlets, from when to when."""
    return f"{_many(len(story.articles), 'report')} of {_many(len(story.outlets), 'outlet')} · {_span(story)}"


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _span(story: Story) -> str:
    first, last = f"{story.first:%Y-%m-%d}", f"{story.last:%Y-%m-%d}"
    return first if first == last else f"{first} to {last}"


def _counts(members: Sequence[Holding]) -> str:
    """Outlets and agencies with the number of their reports, the most first."""
    outlets = Counter(held.outlet for held in members).most_common()
    agencies = Counter(held.agency for held in members if held.agency).most_common()
    parts = [
        ", ".join(f"{clean(name)} {count:,}" for name, count in counted) for counted in (outlets, agencies) if counted
    ]
    return "; resting on ".join(parts)


def _print_events(
    console: Console, events: Sequence[Sequence[Holding]], held: dict[str, Holding], families: Sequence[Family]
) -> None:
    copies = {article: letter for letter, family in _lettered(families) for article in family.articles}
    for number, event in enumerate(events, 1):
        console.print()
        if len(events) > 1:
            console.print(Text(f"event {number} of {len(events)}", style="bold cyan"))
        for one in event:
            notes = [_time(one.published), one.outlet, clean(one.agency or ""), one.article]
            notes.append(f"copy {copies[one.article]}" if one.article in copies else "")
            _print_rows(console, Text(" · ".join(filter(None, notes)), style="dim"))
            _print_rows(console, Text(clean(one.headline)), _INDENT)
    for letter, family in _lettered(families):
        elsewhere = [article for article in family.articles if article not in held]
        if elsewhere:
            console.print()
            named = ", ".join(elsewhere[:5]) + (", …" if len(elsewhere) > 5 else "")
            _print_rows(console, Text(f"copies {letter} outside of this story: {named}", style="dim"))


def _lettered(families: Sequence[Family]) -> Iterator[tuple[str, Family]]:
    """A, B … Z, then A2, B2 …"""
    for at, family in enumerate(families):
        yield chr(ord("A") + at % 26) + (str(at // 26 + 1) if at >= 26 else ""), family


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _print_comparison(console: Console, comparison: Comparison) -> None:
    """Who says what, disagreements first."""
    dates = (replace(one, subject=f"date of {one.subject}") for one in comparison.dates)
    places = (replace(one, subject=f"place of {one.subject}") for one in comparison.places)
    told = (*comparison.figures, *comparison.quotations, *dates, *places)
    chosen = [one for kind in _KINDS for one in told if one.kind == kind]
    for one in chosen:
        console.print()
        style = "bold red" if one.kind == "differ" else "bold"
        _print_rows(
            console, Text(f"{_KINDS[one.kind]}{_UNSURE if one.is_uncertain else ''}: {clean(one.subject)}", style=style)
        )
        for group in one.groups:
            _print_group(console, one, group)
    alone = [one for one in told if one.kind == "single"]
    if alone:
        console.print()
        console.print(Text("one report alone says", style="bold"))
    for one in alone:
        for claim in (claim for group in one.groups for claim in group):
            _print_rows(console, Text(f"{clean(one.subject)}: {clean(claim.words)}  ({claim.article})"), _INDENT)
    for article, sentences in comparison.only:
        console.print()
        _print_rows(console, Text(f"only in {article}", style="bold"))
        for sentence in sentences:
            _print_rows(console, Text(clean(sentence)), _INDENT)


def _print_group(console: Console, compared: Compared, group: Sequence[Claim]) -> None:
    for claim in group[:1] if compared.kind == "agree" else group:
        articles = ", ".join(map(_whose, group if compared.kind == "agree" else (claim,)))
        _print_rows(console, Text(f"{clean(claim.words)}  ({articles})"), _INDENT)
        if clean(claim.sentence) != clean(claim.words):
            _print_rows(console, Text(clean(claim.sentence), style="dim"), _INDENT * 2)


def _whose(claim: Claim) -> str:
    return f"{claim.article}, citing {clean(claim.source)}" if claim.source else claim.article


def _print_rows(console: Console, text: Text, indent: str = "") -> None:
    """``text`` in rows of at most 80 columns, none begun by a Chinese comma or stop."""
    for row in wrap(text.plain, max(min(console.width, _WIDEST) - len(indent) - 2, 20)):
        console.print(Text(indent) + Text(row, style=text.style))


def _story_json(story: Story, headline: str, members: Sequence[Holding]) -> dict[str, Any]:
    """A story as JSON for scripts."""
    return {
        "id": story.id,
        "headline": headline,
        "outlets": list(story.outlets),
        "agencies": sorted({held.agency for held in members if held.agency}),
        "first": story.first,
        "last": story.last,
        "articles": list(story.articles),
        "events": [[held.article for held in event] for event in join_scripts(_events(story, members))],
    }


def _whole_json(
    story: Story, headline: str, members: Sequence[Holding], families: Sequence[Family], comparison: Comparison
) -> dict[str, Any]:
    return {
        **_story_json(story, headline, members),
        "reports": [holding_json(held) for held in members],
        "families": [{"id": family.id, "articles": list(family.articles)} for family in families],
        "comparison": asdict(comparison),
    }


COMMANDS: tuple[click.Command, ...] = (stories, story)
