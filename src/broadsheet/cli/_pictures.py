"""The command about pictures that are missing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from broadsheet.app import Broadsheet
from broadsheet.cli._print import print_json, progress, writing
from broadsheet.cli._sentences import complain


@click.command()
@click.option("--limit", type=click.IntRange(min=1), help="Try at most this many now.")
@click.option("--json", "json_", is_flag=True, help="List the missing ones in JSON instead of fetching any.")
@click.pass_obj
def pictures(archive: Path, limit: int | None, json_: bool) -> None:
    """Fetch pictures that articles show and the archive lacks: those of imported documents, and those that failed.

    Tries what is due now; what fails is tried again later, ever more rarely, and at last given up. Every run does the
    same for a few ([pictures] retry_limit). It can be stopped and goes on where it stood.

    \b
    Examples:
      broadsheet pictures --limit 1000
      broadsheet pictures --json
    """
    with Broadsheet.open(archive, read_only=json_) as here:
        if json_:
            missing = [
                {
                    "origin": one.origin,
                    "article_url": url,
                    "since": one.since,
                    "tries": one.tries,
                    "reason": one.reason or None,
                    "next_try": one.due,
                }
                for one, url in here.iter_missing_pictures()
            ]
            print_json(missing[:limit])
            return
        ends = Counter[str]()
        with writing(here), progress() as bar:
            now = here.clock()
            due = sum(1 for one, _ in here.iter_missing_pictures() if one.due and one.due <= now)
            task = bar.add_task("fetching pictures", total=min(due, limit or due))
            for retried in here.fetch_pictures(limit=limit):
                ends.update(retried.count())
                bar.update(task, completed=ends.total())
                for sentence in retried.complaints:
                    complain(sentence)
            left = [one for one, _ in here.iter_missing_pictures()]
    missed = ends.total() - ends["kept"]
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(ends.items()) if reason != "kept")
    given_up = sum(1 for one in left if one.due is None)
    click.echo(
        f"pictures: tried {ends.total()} = kept {ends['kept']} + missed {missed}{f' ({reasons})' if reasons else ''}; "
        f"still missing {len(left):,}, of which given up {given_up:,}"
    )


COMMANDS: tuple[click.Command, ...] = (pictures,)
