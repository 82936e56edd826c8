"""A mirror that looks after itself: its first steps, schedule, doctor."""

from __future__ import annotations

import dataclasses
import getpass
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli._print import print_json
from broadsheet.cli._publish_git import publish_mirror, tell
from broadsheet.cli._sentences import clean, complain
from broadsheet.errors import BroadsheetError, SettingsError
from broadsheet.render.words import size_in_words
from broadsheet.services.publish.schedule import KINDS, Scheduled
from broadsheet.services.publish.schedule import schedule as make_schedule

_MARKS = {"ok": "ok     ", "note": "note   ", "missing": "MISSING"}


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--every", default="1h", show_default=True, metavar="PERIOD", help="15m, 30m, 1h, 2h, 3h, 6h, 12h or 1d.")
@click.option("--force", is_flag=True, help="Write over files that were changed by hand.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def schedule(archive: Path, kind: str, every: str, force: bool, json_: bool) -> None:
    """Write the files that have the archive run and publish by itself, and say how to put them to use.

    It runs at a minute of its own, drawn from the archive's name, off the full and quarter hours; never twice at
    once; and nothing is sent by force.

    \b
    Examples:
      broadsheet schedule systemd
      broadsheet schedule cron --every 30m
      broadsheet schedule github
    """
    with Broadsheet.open(archive, read_only=True) as here:
        made = write_schedule(here, kind, every=every, force=force)
        paths = [str(here.root / path) for path in made.files]
    if json_:
        print_json({"files": paths, "advice": list(made.advice)})
        return
    for path in paths:
        click.echo(f"{path} is written")
    click.echo("Next:")
    for line in made.advice:
        click.echo(f"  {line}")


def write_schedule(here: Broadsheet, kind: str, *, every: str = "1h", force: bool = False) -> Scheduled:
    """Write the files of one kind into the archive; SettingsError if that would undo somebody's changes."""
    root = here.root.resolve()
    made = make_schedule(
        kind, name=here.settings.name, folder=str(root), program=_program(), user=getpass.getuser(), every=every
    )
    for path, text in made.files.items():
        there = root / path
        if there.exists() and there.read_text("utf-8") != text and not force:
            raise SettingsError(f"{there}: is there and differs; nothing was written; --force writes over it")
    for path, text in made.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return made


def _program() -> str:
    """Where this program stands, as a scheduler needs it: with its whole path."""
    own = Path(sys.argv[0])
    if own.name == "broadsheet" and own.exists():
        return str(own.absolute())
    beside = Path(sys.executable).with_name("broadsheet")
    return str(beside) if beside.exists() else shutil.which("broadsheet") or "broadsheet"


@click.command()
@click.option("--offline", is_flag=True, help="Ask nobody: neither remotes nor outlets.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def doctor(archive: Path, offline: bool, json_: bool) -> None:
    """Say what the archive lacks to run by itself: key, remote, disk, clock, proxy, font, schedule.

    Each in a sentence, with what to do. Exits with 1 if anything is missing.

    \b
    Examples:
      broadsheet doctor
      broadsheet doctor --offline --json
    """
    with Broadsheet.open(archive) as here:
        checks = app.examine(here, network=not offline)
    is_fit = all(check.state != "missing" for check in checks)
    if json_:
        print_json({"fit": is_fit, "checks": [dataclasses.asdict(check) for check in checks]})
    else:
        for check in checks:
            click.echo(f"{_MARKS[check.state]} {check.name}: {clean(check.sentence)}")
            if check.state != "ok" and check.advice:
                click.echo(f"        {check.advice}")
    raise SystemExit(0 if is_fit else 1)


Run = Callable[[Broadsheet], object]
"""The first round, with its progress."""


def start_mirror(
    folder: Path, addresses: Sequence[str], *, name: str | None, remotes: Sequence[str], every: str, run: Run
) -> None:
    """Make FOLDER a mirror that runs: configuration, notes, outlets, first round, first publishing, schedule."""
    existed = folder.exists()
    app.init_mirror(folder, name=name, remotes=remotes)
    click.echo(f"{folder / app.CONFIG}, RIGHTS.md and .gitattributes are written")
    with Broadsheet.open(folder) as here:
        followed = _follow_all(here, addresses)
    if addresses and not followed:
        if not existed:
            shutil.rmtree(folder)
        raise SettingsError(
            "none of the addresses could be followed; "
            + (f"{folder / app.CONFIG} stands" if existed else f"{folder} was not made")
        )
    with Broadsheet.open(folder) as here:
        if followed:
            run(here)
            click.echo(_forecast_line(app.forecast(here)))
        report = publish_mirror(here)
        tell(report, here.root / app.MIRROR)
        kind = "systemd" if Path("/run/systemd/system").is_dir() else "cron"
        made = write_schedule(here, kind, every=every)
        missing = [check for check in app.examine(here, network=False) if check.state == "missing"]
    _say_what_is_next(folder, made, missing)


def _follow_all(here: Broadsheet, addresses: Sequence[str]) -> int:
    followed = 0
    for address in addresses:
        try:
            with here.writing():
                outlet = here.follow(address)
        except BroadsheetError as error:
            complain(f"{address}: not followed: {error}")
            continue
        followed += 1
        click.echo(f"{outlet.id}: following {clean(outlet.name)}, {clean(outlet.feeds[-1])}")
    return followed


def _forecast_line(told: app.Forecast) -> str:
    kinds = ", ".join(f"{kind} {size_in_words(size)}" for kind, size in told.bytes_a_year.items() if size)
    published = told.total - told.bytes_a_year.get("captures", 0)
    return (
        f"about {told.articles_a_day:.0f} articles a day: {size_in_words(told.total)} a year on this disk "
        f"({kinds or 'nothing yet'}), of which {size_in_words(published)} in the mirror; "
        f"{size_in_words(told.free)} are free"
    )


def _say_what_is_next(folder: Path, made: Scheduled, missing: Sequence[app.Check]) -> None:
    number = 1
    click.echo("\nWhat to do next:")
    for check in missing:
        click.echo(f"  {number}. {check.sentence}: {check.advice}")
        number += 1
    click.echo(f"  {number}. Look through {folder / 'RIGHTS.md'}: it speaks in your name.")
    click.echo(f"  {number + 1}. Have it run by itself ({', '.join(made.files)}):")
    for line in made.advice:
        click.echo(f"       {line}")
    click.echo(f"  {number + 2}. broadsheet -C {folder} doctor says at any time what is missing.")


COMMANDS: tuple[click.Command, ...] = (schedule, doctor)
