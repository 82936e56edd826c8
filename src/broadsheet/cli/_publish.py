"""The commands that publish: publish site."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli._print import print_json, progress, writing
from broadsheet.cli._sentences import complain
from broadsheet.errors import EngineError
from broadsheet.render.words import LANGUAGES


@click.group()
def publish() -> None:
    """Make of the archive what others can read without Broadsheet.

    \b
    Example: broadsheet publish site public
    """


@publish.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--base-url", default="", help="Where the site will be found, such as https://news.example/mirror.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the interface (default: as set, or the outlets').")
@click.option("--days", type=click.IntRange(min=1), help="Only the newest DAYS days, back from the newest article.")
@click.option("--without-twins", is_flag=True, help="Pages as HTML only, and the feeds people subscribe to.")
@click.option("--force", is_flag=True, help="Write among files that are not ours; those of other names stay.")
@click.option("--dry-run", is_flag=True, help="Only say about how many files and bytes it will be.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that make pages (default: one for each core).")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def site(
    archive: Path,
    folder: Path,
    base_url: str,
    language: str | None,
    days: int | None,
    without_twins: bool,
    force: bool,
    dry_run: bool,
    workers: int | None,
    json_: bool,
) -> None:
    """Write the whole reader into FOLDER as static files: for any web server, a git host's pages, or a stick.

    Links are relative and nothing is asked of anybody else; search works in the browser, from a stick, too. The next
    run writes only what changed, and removes what is no longer part of the site.

    \b
    Examples:
      broadsheet publish site public
      broadsheet publish site public --base-url https://news.example/mirror
      broadsheet publish site /media/stick/news --days 30 --without-twins
    """
    with Broadsheet.open(archive) as here:
        root = here.root
        app.check_site_target(root, folder, force=force)
        with writing(here):
            pass
        rules = app.site_rules(here, language=language or "", days=days, has_twins=not without_twins, base_url=base_url)
    is_first = not (folder / app.SITE_MARKER).exists()
    told = app.forecast_site(root, rules) if dry_run or is_first else None
    if told is not None and not json_:
        click.echo(
            f"{told.articles:,} articles: about {told.files:,} files, {_size(told.bytes)}"
            + (f", of which {told.pictures:,} pictures of {_size(told.picture_bytes)}" if told.pictures else "")
        )
    if dry_run:
        if json_ and told is not None:
            print_json(told.as_json())
        return
    free = app.free_bytes(folder)
    if told is not None and told.bytes > free:
        raise EngineError(
            f"{folder}: the site needs about {_size(told.bytes)}, and the disk has {_size(free)} free; "
            "choose another disk, --days N or --without-twins"
        )
    with progress() as bar:
        task = bar.add_task("", total=None)
        account = app.publish_site(
            root,
            folder,
            rules,
            force=force,
            workers=workers,
            watch=lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total),
        )
    if json_:
        print_json({"forecast": told.as_json() if told else None, **account.as_json()})
        return
    for sentence in account.left_out:
        complain(f"left out: {sentence}")
    click.echo(
        f"{folder}: {account.files:,} files, {_size(account.bytes)}; written {account.written:,}, "
        f"left as they were {account.files - account.written:,}, removed {account.removed:,}"
    )


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


COMMANDS: tuple[click.Command, ...] = (publish,)
