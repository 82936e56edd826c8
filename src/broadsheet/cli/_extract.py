"""Commands about taking articles from pages: extract, recipe check, recipe list."""

from __future__ import annotations

import difflib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from broadsheet.app import Broadsheet, open_desk
from broadsheet.cli._asking import wrap
from broadsheet.cli._print import clean, complain, out, print_json, progress, writing
from broadsheet.extract import Extraction
from broadsheet.html import plain_text
from broadsheet.services.preview import Checked, Page, Taken
from broadsheet.services.reextract import AgainAccount

as_json = click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
at_url = click.option("--url", metavar="ADDRESS", help="The address that a page from a file is read under.")
of_type = click.option("--type", "content_type", metavar="CONTENT-TYPE", help="The Content-Type it was sent with.")


@click.command()
@click.argument("source", metavar="[FILE-OR-URL]", required=False)
@at_url
@of_type
@click.option("--recipe", metavar="NAME-OR-FILE", help="The recipe to use (default: found by address).")
@click.option("--fast", is_flag=True, help="Ask fewer extractors: two or three times as fast, a little less exact.")
@click.option("--again", is_flag=True, help="Take the archive's articles anew from their kept captures.")
@click.option("--outlet", "outlets", multiple=True, help="With --again: only this outlet; may be given more than once.")
@click.option("--all", "everything", is_flag=True, help="With --again: also what the current extractor took.")
@as_json
@click.pass_obj
def extract(
    archive: Path,
    source: str | None,
    url: str | None,
    content_type: str | None,
    recipe: str | None,
    fast: bool,
    again: bool,
    outlets: tuple[str, ...],
    everything: bool,
    json_: bool,
) -> None:
    """Show what is taken from a page: headline, byline, date, text, pictures and the rest.

    FILE-OR-URL is a saved page, an address, or - for standard input. No archive is needed; inside one its settings
    count. Nothing is kept.

    With --again, articles of the archive are taken anew from their captures where the extractor has become better
    since. The new text stands beside the old one and is no revision. It can be stopped and goes on where it stood.

    \b
    Examples:
      broadsheet extract https://www.voachinese.com/a/7184661.html
      broadsheet extract page.html --url https://news.example/a/1 --json
      broadsheet extract --again --outlet voa
    """
    if again == (source is not None):
        raise click.UsageError("give either a FILE-OR-URL or --again")
    if again:
        if url or content_type or recipe or fast:
            raise click.UsageError("--url, --type, --recipe and --fast are about one page and do not go with --again")
        _extract_again(archive, outlets, everything, json_)
        return
    if outlets or everything:
        raise click.UsageError("--outlet and --all go with --again only")
    with open_desk(archive) as desk:
        page = desk.get_page(source or "-", url=url, content_type=content_type, stdin=_read_stdin)
        taken = desk.extract(page, recipe=recipe, fast=fast)
    if json_:
        print_json({**extraction_json(taken.extraction), "recipe": taken.recipe})
        return
    _print_taken(page, taken)


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read()


def _extract_again(archive: Path, outlets: tuple[str, ...], everything: bool, json_: bool) -> None:
    with Broadsheet.open(archive) as here, writing(here), progress() as bar:
        task = bar.add_task("extracting again", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        account = here.extract_again(outlets=outlets, everything=everything, watch=show)
    if json_:
        print_json({**account.as_json(), "complaints": account.complaints})
        return
    for sentence in account.complaints:
        complain(sentence)
    click.echo(_again_line(account))


def _again_line(account: AgainAccount) -> str:
    """``extracted again: listed 20 = remade 3 + same 15 + left alone 2 (no capture is kept 2) + failed 0``."""
    return (
        f"extracted again: listed {account.listed} = remade {account.remade} + same {account.same}"
        f" + left alone {account.left.total()}{_reasons(account.left)}"
        f" + failed {account.failed.total()}{_reasons(account.failed)}"
    )


def _reasons(counts: Counter[str]) -> str:
    return f" ({', '.join(f'{reason} {count}' for reason, count in sorted(counts.items()))})" if counts else ""


def extraction_json(found: Extraction) -> dict[str, Any]:
    """What was taken from a page, for scripts; instants in UTC."""
    return {
        "url": found.url,
        "canonical_url": found.canonical_url,
        "next_page_url": found.next_page_url,
        "kind": found.kind,
        "reason": found.reason or None,
        "headline": found.headline,
        "deck": found.deck,
        "byline": found.byline,
        "dateline": found.dateline,
        "section": found.section,
        "published": found.published,
        "published_from": found.published_from,
        "published_source": found.published_source,
        "published_words": found.published_words,
        "updated": found.updated,
        "language": found.language,
        "agency": found.agency.name if found.agency else None,
        "agency_words": found.agency.words if found.agency else None,
        "pictures": [
            {
                "url": one.url,
                "found_as": one.found_as,
                "caption": one.caption,
                "credit": one.credit,
                "alt": one.alt,
            }
            for one in found.pictures
        ],
        "text": plain_text(found.body),
        "html": found.body,
        "voters": dict(found.agreed),
        "notes": list(found.notes),
        "extractor": found.extractor,
    }


def _facts(found: Extraction) -> dict[str, str]:
    """What a person wants to see of an extraction beside its text, by name; empty ones left out."""
    published = ""
    if found.published:
        words = f", “{found.published_words}”" if found.published_words else ""
        published = f"{found.published:%Y-%m-%d %H:%M} UTC (from {found.published_source}{words})"
    facts = {
        "headline": found.headline,
        "deck": found.deck,
        "kind": f"{found.kind} ({found.reason})" if found.reason else found.kind,
        "byline": found.byline,
        "dateline": found.dateline,
        "published": published,
        "updated": f"{found.updated:%Y-%m-%d %H:%M} UTC" if found.updated else "",
        "section": found.section,
        "language": found.language,
        "agency": f"{found.agency.name} (“{found.agency.words}”)" if found.agency else "",
        "address": found.canonical_url,
        "next page": found.next_page_url,
        "voters": ", ".join(f"{name} {share:.0%}" for name, share in found.agreed),
        "notes": "; ".join(found.notes),
    }
    return {name: clean(" ".join(value.split())) for name, value in facts.items() if value}


def _print_taken(page: Page, taken: Taken) -> None:
    console = out()
    width = min(console.width, 80)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _facts(taken.extraction).items():
        table.add_row(name, Text(value, style="bold" if name == "headline" else ""))
    if taken.recipe:
        table.add_row("recipe", taken.recipe)
    console.print(table, soft_wrap=False)
    for paragraph in plain_text(taken.extraction.body).split("\n"):
        console.print()
        for row in wrap(clean(paragraph), width):
            console.print(Text(row))
    for number, picture in enumerate(taken.extraction.pictures, 1):
        words = " · ".join(filter(None, (picture.url, picture.caption)))
        console.print()
        console.print(Text(f"picture {number}: {clean(words)}", style="dim"))
    if not page.has_address:
        complain(f"{page.source}: no address was given (--url), so relative addresses in the page are not known")


# -- recipes -------------------------------------------------------------------------------------------------


@click.group()
def recipe() -> None:
    """Look at recipes: the rules for the pages of single outlets.

    \b
    Examples:
      broadsheet recipe list
      broadsheet recipe check https://www.voachinese.com/a/7184661.html
    """


@recipe.command(name="list")
@as_json
@click.pass_obj
def list_(archive: Path, json_: bool) -> None:
    """List the recipes there are, with the places they are for.

    \b
    Example:
      broadsheet recipe list
    """
    with open_desk(archive) as desk:
        found = sorted(desk.recipes.recipes.items())
    if json_:
        print_json(
            [
                {"recipe": name, "name": one.name, "hosts": list(one.hosts), "paths": list(one.paths)}
                for name, one in found
            ]
        )
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("recipe", "outlet", "hosts", "below"):
        table.add_column(heading, no_wrap=heading in ("recipe", "hosts"))
    for name, one in found:
        table.add_row(name, Text(one.name), Text("\n".join(one.hosts)), Text(", ".join(one.paths)))
    out().print(table, soft_wrap=False)


@recipe.command()
@click.argument("source", metavar="FILE-OR-URL")
@at_url
@of_type
@click.option("--recipe", "chosen", metavar="NAME-OR-FILE", help="A recipe's name or file (default: by address).")
@as_json
@click.pass_obj
def check(
    archive: Path, source: str, url: str | None, content_type: str | None, chosen: str | None, json_: bool
) -> None:
    """Show what a recipe takes from a page: what each rule matches, and the article with and without it.

    Exits with 1 if there is no article, or if no rule that should find the text (take) matches.

    \b
    Examples:
      broadsheet recipe check https://www.voachinese.com/a/7184661.html
      broadsheet recipe check page.html --url https://news.example/a/1 --recipe mine.toml
    """
    with open_desk(archive) as desk:
        page = desk.get_page(source, url=url, content_type=content_type, stdin=_read_stdin)
        checked = desk.check(page, recipe=chosen)
    if json_:
        print_json(_checked_json(checked))
    else:
        _print_checked(checked)
    takes = [one.count for one in checked.rules if one.key == "take"]
    sys.exit(0 if checked.with_it and (any(takes) or not takes) else 1)


def _checked_json(checked: Checked) -> dict[str, Any]:
    return {
        "recipe": checked.recipe,
        "rules": [
            {"key": one.key, "rule": one.rule, "matched": one.count, "words": one.words} for one in checked.rules
        ],
        "with": extraction_json(checked.with_it) if checked.with_it else None,
        "without": extraction_json(checked.without_it) if checked.without_it else None,
    }


def _print_checked(checked: Checked) -> None:
    console = out()
    rules = Table(box=None, pad_edge=False)
    for heading in ("rule", "selector or pattern", "matched", "first words"):
        rules.add_column(heading, justify="right" if heading == "matched" else "left", overflow="fold")
    for one in checked.rules:
        style = "" if one.count else "yellow"
        rules.add_row(one.key, Text(one.rule), Text(str(one.count), style=style), Text(clean(one.words)))
    console.print(rules if checked.rules else f"{checked.recipe}: has no rules about pages", soft_wrap=False)
    console.print()
    with_it, without = (_summary(one) for one in (checked.with_it, checked.without_it))
    sides = Table(box=None, pad_edge=False)
    for heading in ("", f"with {checked.recipe}", "without"):
        sides.add_column(heading, overflow="fold")
    for name in dict.fromkeys((*with_it, *without)):
        same = with_it.get(name, "") == without.get(name, "")
        sides.add_row(
            Text(name, style="dim"), Text(with_it.get(name, "")), "the same" if same else Text(without.get(name, ""))
        )
    console.print(sides, soft_wrap=False)
    for row in _difference(checked):
        console.print(Text(row))


def _summary(found: Extraction | None) -> dict[str, str]:
    if found is None:
        return {"kind": "no article was found"}
    facts = _facts(found)
    facts.pop("voters", None)
    facts["text"] = (
        f"{len(''.join(plain_text(found.body).split())):,} characters in {found.body.count(chr(10)) + 1} blocks"
    )
    facts["pictures"] = str(len(found.pictures))
    return facts


def _difference(checked: Checked) -> list[str]:
    """The lines of text that only one of the two has: ``+`` with the recipe, ``-`` without it."""
    before, after = (plain_text(one.body).split("\n") if one else [] for one in (checked.without_it, checked.with_it))
    changed = [clean(row) for row in difflib.ndiff(before, after) if row[:1] in "+-"]
    return ["", "text only with the recipe (+), only without it (-):", *changed] if changed else []


COMMANDS: tuple[click.Command, ...] = (extract, recipe)
