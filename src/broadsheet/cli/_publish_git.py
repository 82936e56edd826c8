"""The mirror in git: publish git, clone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli._print import clean, complain, err, print_json, writing
from broadsheet.cli._publish import publish
from broadsheet.services.publish.git import Report


@publish.command(name="git")
@click.option(
    "--remote", "remotes", multiple=True, metavar="URL", help="A repository beside those of [mirror] remotes."
)
@click.option(
    "--bundle", type=click.Path(path_type=Path, dir_okay=False), help="Write the mirror into this file, to be carried."
)
@click.option("--allow-secrets", is_flag=True, help="Publish old ledger lines that name keys or private networks.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def publish_git(archive: Path, remotes: tuple[str, ...], bundle: Path | None, allow_secrets: bool, json_: bool) -> None:
    """Commit what is new to the archive's mirror and send it to every remote.

    A remote that fails is told of and tried again next time; the others are served. Nothing is sent by force: what
    another machine published meanwhile is taken in first. Exits with 1 if a remote could not be served.

    \b
    Examples:
      broadsheet publish git
      broadsheet publish git --remote git@git.example:me/mirror.git
      broadsheet publish git --bundle /media/stick/mirror.bundle
    """
    with Broadsheet.open(archive) as here:
        report = publish_mirror(here, remotes=remotes, bundle=bundle, allow_secrets=allow_secrets)
    if json_:
        print_json(_as_json(report))
    else:
        tell(report, here.root / app.MIRROR)
    raise SystemExit(1 if report.failed else 0)


def publish_mirror(
    here: Broadsheet, *, remotes: tuple[str, ...] = (), bundle: Path | None = None, allow_secrets: bool = False
) -> Report:
    """Publish, saying in a terminal what is being done."""
    with _status() as watch:
        return here.publish_git(
            lambda: writing(here),
            here.write_lists,
            remotes=[_from_here(url) for url in remotes],
            bundle=bundle.absolute() if bundle else None,
            allow_secrets=allow_secrets,
            watch=watch,
        )


def publish_after(archive: Path, *, quiet: bool) -> bool:
    """Publish after a run; whether a remote could not be served."""
    with Broadsheet.open(archive) as here:
        report = publish_mirror(here)
        if not quiet:
            tell(report, here.root / app.MIRROR)
        for one in report.failed if quiet else ():
            complain(f"{one.remote}: {one.reason}; the next run tries again")
    return bool(report.failed)


def _from_here(url: str) -> str:
    """A path given in the terminal is meant from where one stands."""
    return str(Path(url).absolute()) if "://" not in url and Path(url).exists() else url


class _status:
    """A line in the terminal that says what is being done."""

    def __enter__(self) -> Callable[[str], None]:
        self._line = err().status("")

        def watch(what: str) -> None:
            if self._line.console.is_terminal:
                self._line.update(clean(what))
                self._line.start()

        return watch

    def __exit__(self, *_: object) -> None:
        self._line.stop()


def tell(report: Report, mirror: Path) -> None:
    """What a publishing did, for people."""
    for complaint in report.complaints:
        complain(complaint)
    if report.taken:
        rejoined = ", ".join(f"{count:,} {what}" for what, count in sorted(report.rejoined.items()) if count)
        click.echo(f"taken in: {report.taken:,} ledger lines of another machine"
                   + (f"; ours after them: {rejoined}" if rejoined else ""))  # fmt: skip
    parts = [
        f"{outlet} {', '.join(f'{n:,} {what}' for what, n in count.items() if n)}"
        for outlet, count in sorted(report.counts.items())
        if count.total()
    ]
    if report.is_new:
        came = "; ".join(parts) or "lists and notes"
        pictures = f"; {report.pictures:,} pictures" if report.pictures else ""
        click.echo(f"commit {(report.commit or '')[:10]}: {came}{pictures}")
    else:
        click.echo("nothing new to commit")
    for one in report.sent:
        if one.outcome == "failed":
            complain(f"{one.remote}: {one.reason}; the next run tries again")
        else:
            click.echo(f"{clean(one.remote)}: {'sent' if one.outcome == 'sent' else 'has it all'}")
    if report.bundle:
        click.echo(f"{report.bundle}: written; to take it up elsewhere: broadsheet clone {report.bundle} FOLDER")
    if not report.sent and not report.bundle:
        click.echo(f"No remote is set. {mirror} is a repository that can be cloned; [mirror] remotes sends it further.")


def _as_json(report: Report) -> dict[str, object]:
    return {
        "commit": report.commit,
        "is_new": report.is_new,
        "outlets": {outlet: dict(count) for outlet, count in sorted(report.counts.items()) if count.total()},
        "pictures": report.pictures,
        "taken_in": report.taken,
        "rejoined": dict(sorted(report.rejoined.items())),
        "remotes": [{"remote": one.remote, "outcome": one.outcome, "reason": one.reason} for one in report.sent],
        "complaints": report.complaints,
        "bundle": report.bundle or None,
    }


@click.command()
@click.argument("url")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--years/--without-years", default=True, help="Also years that stand in repositories of their own.")
@click.option("--shallow", is_flag=True, help="Without the history of commits: quicker; publishing works all the same.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
def clone(url: str, folder: Path, years: bool, shallow: bool, json_: bool) -> None:
    """Take a mirror up from URL as the archive FOLDER, every byte checked, with a configuration to go on with.

    URL is what git takes: a path, a bundle, an ssh or https address. Stopped, it goes on when done again.

    \b
    Examples:
      broadsheet clone https://git.example/me/mirror.git news
      broadsheet clone /media/stick/mirror.bundle news
    """
    with _status() as watch:
        cloned = app.clone(url, folder, years=years, shallow=shallow, watch=watch)
    for complaint in cloned.complaints:
        complain(complaint)
    outlets = cloned.published.outlets
    feeds = sum(len(outlet.feeds) for outlet in outlets)
    if json_:
        print_json({"folder": str(folder), "lines": cloned.lines, "outlets": [outlet.id for outlet in outlets],
                    "feeds": feeds, "complaints": cloned.complaints})  # fmt: skip
        return
    click.echo(f"{folder}: {cloned.lines:,} ledger lines of {len(outlets)} outlets, every byte as the ledger states it")
    to = "" if Path(url).is_file() else f" and publishes to {clean(url)}"
    click.echo(f"{folder / app.CONFIG} follows their {feeds} feeds{to}. "
               f"Next: cd {folder} && broadsheet run --publish")  # fmt: skip


COMMANDS: tuple[click.Command, ...] = (clone,)
