"""The command that takes over mirrors: import."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli._print import clean, complain, print_json, progress, writing
from broadsheet.errors import NotFoundError, SettingsError
from broadsheet.services.importing import Takeover
from broadsheet.text.tags import canonical_tag, is_tag

_MOST_SHOWN = 20
"""Sentences about single files that a terminal gets; ``--json`` has them all."""
_MOST_OUTLETS = 20


@click.command(name="import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="The archive's folder; made if needed.")
@click.option("--outlet", help="The outlet whose articles all of these are (default: told by their addresses).")
@click.option("--name", help="The name of --outlet, if broadsheet.toml does not have it.")
@click.option("--language", metavar="TAG", help="The language of all texts, such as zh-Hans (default: told by each).")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts; names every file that was not kept.")
@click.pass_obj
def import_(
    archive: Path,
    paths: tuple[Path, ...],
    into: Path | None,
    outlet: str | None,
    name: str | None,
    language: str | None,
    json_: bool,
) -> None:
    """Take over what old mirrors wrote: folders, tar and zip files, single files of any name and ending.

    Documents are told by their first lines, outlets by the addresses in them. Bodies stay byte for byte. Nothing is
    changed when the same is imported again, and an import that was interrupted goes on where it stopped. Links are not
    followed, hidden files and folders passed over. Exits with 1 if nothing was kept.

    \b
    Examples:
      broadsheet import old-mirror --into my-archive
      broadsheet import mirror.tar.xz notes.zip page.txt
      broadsheet import old-mirror/voa --outlet voa --language zh-Hans --json
    """
    if language is not None and not is_tag(language):
        raise SettingsError(f"--language: {language!r} is no language tag such as zh-Hans or en")
    if name is not None and outlet is None:
        raise click.UsageError("--name names an --outlet; give that, too")
    options = (("--outlet", outlet), ("--name", name), ("--language", language))
    words = [*map(str, paths), *(word for pair in options if pair[1] for word in pair if word)]
    root, is_made, is_new = _choose_archive(archive, into, words + ["--json"] * json_)
    with Broadsheet.open(root) as here:
        account = _take_over(
            here, paths, outlet, name, canonical_tag(language) if language else None, None if json_ else _MOST_SHOWN
        )
        names = {one.id: one.name for one in here.settings.outlets}
    if account.is_empty and is_new:
        shutil.rmtree(root)
    if json_:
        print_json({**account.as_json(), "archive": None if account.is_empty and is_new else str(root)})
    else:
        _tell(account, names, root, is_made=is_made and not account.is_empty)
    if account.is_empty:
        raise NotFoundError(_nothing_kept(account))


def _choose_archive(archive: Path, into: Path | None, words: Sequence[str]) -> tuple[Path, bool, bool]:
    """The archive's folder, whether it was made into an archive now, and whether the folder itself is new.

    Outside of an archive a terminal is asked; a script gets the command, made of ``words``, that would do.
    """
    if into is None:
        try:
            with Broadsheet.open(archive) as here:
                return here.root, False, False
        except NotFoundError:
            into = _ask_for_folder(archive, words)
    if (into / app.CONFIG).is_file():
        return into, False, False
    is_new = not into.exists()
    app.init(into)
    return into, True, is_new


def _ask_for_folder(archive: Path, words: Sequence[str]) -> Path:
    proposed = Path("my-archive") if archive == Path(".") else archive
    if sys.stdin.isatty() and sys.stderr.isatty():
        return Path(click.prompt("No archive here. Make one in which folder?", default=str(proposed), err=True))
    command = shlex.join(["broadsheet", "import", *words, "--into", str(proposed)])
    raise SettingsError(f"{archive}: no archive here (no {app.CONFIG}); to make one: {command}")


def _take_over(
    here: Broadsheet,
    paths: Sequence[Path],
    outlet: str | None,
    name: str | None,
    language: str | None,
    most_problems: int | None,
) -> Takeover:
    with writing(here), progress() as bar:
        task = bar.add_task("listing", total=None)

        def show(stage: str, done: int, total: int | None) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        return here.import_mirror(
            paths, outlet=outlet, name=name, language=language, most_problems=most_problems, watch=show
        )


def _tell(account: Takeover, names: dict[str, str], root: Path, *, is_made: bool) -> None:
    for problem in account.problems:
        complain(problem.sentence)
    if account.unsaid:
        complain(f"and {account.unsaid:,} files more; --json names them all")
    if is_made:
        click.echo(f"{root / app.CONFIG} is written: {root} is an archive now")
    click.echo(account.sentence)
    for id_, count in account.outlets.most_common(_MOST_OUTLETS):
        click.echo(f"  {id_}: {clean(names.get(id_, id_))}, {count:,} kept")
    if (more := len(account.outlets) - _MOST_OUTLETS) > 0:
        click.echo(f"  and {more:,} outlets more: broadsheet outlets")
    if not account.is_empty:
        there = "" if root.resolve() == Path.cwd() else f"cd {shlex.quote(str(root))} && "
        click.echo(f"Next: {there}broadsheet stories && broadsheet serve")


def _nothing_kept(account: Takeover) -> str:
    reasons = (account.skipped + account.failed).most_common(4)
    told = ", ".join(f"{reason} {count:,}" for reason, count in reasons)
    files = "1 file" if account.listed == 1 else f"{account.listed:,} files"
    return f"{account.source}: nothing was kept of {files}" + (f" ({told})" if told else "")


COMMANDS: tuple[click.Command, ...] = (import_,)
