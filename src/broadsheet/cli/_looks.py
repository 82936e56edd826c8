"""The command that looks at articles again."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.account import Account
from broadsheet.app import Broadsheet
from broadsheet.cli._print import looks_line, print_json, progress, writing
from broadsheet.cli._sentences import clean, complain


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet; may be given more than once.")
@click.option("--all", "everything", is_flag=True, help="Look at every article that has a page, due or not.")
@click.option("--limit", type=click.IntRange(min=1), help="Look at this many at most, the youngest first.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def look(
    archive: Path, articles: tuple[str, ...], outlets: tuple[str, ...], everything: bool, limit: int | None, json_: bool
) -> None:
    """Look at articles again and keep what their outlets changed: what is due, or just the ARTICLEs given.

    ARTICLE is an id (see broadsheet list), an address or the path of a document. Every run does the same for what is
    due ([looks] in broadsheet.toml), within a budget for each host, which --all keeps to as well. It can be stopped and
    goes on where it stood.

    \b
    Examples:
      broadsheet look
      broadsheet look voa/7184661
      broadsheet look --outlet voa --all --json
    """
    if articles and (everything or outlets):
        raise click.UsageError("give either ARTICLEs, or --outlet and --all")
    total, seen = Account(), list[dict[str, str]]()
    with Broadsheet.open(archive) as here, writing(here), progress() as bar:
        task = bar.add_task("looking again", total=None)
        looks = here.look(articles=articles, outlets=outlets, everything=everything, limit=limit)
        for looked in looks:
            total.add(looked.account)
            seen.append({"article": looked.article, "outcome": looked.outcome})
            bar.update(task, advance=1, description=f"{looked.article}: {looked.outcome}")
    if json_:
        counts = dict(sorted(total.looks.items()))
        print_json({"looks": counts, "articles": seen, "complaints": total.complaints})
        return
    for sentence in total.complaints:
        complain(sentence)
    if len(seen) < len(articles):
        complain("some have no page to look at: their feed holds the whole text, they are taken down, or not followed")
    for one in seen:
        if one["outcome"] != "same":
            click.echo(clean(f"{one['article']}: {one['outcome']}"))
    click.echo(looks_line(total) or "looked at 0: nothing is due; with --all everything is looked at")


COMMANDS: tuple[click.Command, ...] = (look,)
