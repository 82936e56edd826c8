"""The command line: parses what a person typed, calls ``app``, prints. No rule of the trade lives here."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from broadsheet import __version__
from broadsheet.cli import (
    _alerts,
    _asking,
    _edition,
    _edits,
    _extract,
    _import,
    _keeping,
    _looks,
    _mirror,
    _pictures,
    _publish,
    _publish_git,
    _search,
    _serve,
    _stories,
)
from broadsheet.cli._print import complain
from broadsheet.errors import BroadsheetError, EngineError, find_meaning


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--archive",
    "-C",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    envvar="BROADSHEET_ARCHIVE",
    help="The archive's folder, or one inside it (default: here).",
)
@click.version_option(__version__, prog_name="broadsheet")
@click.pass_context
def broadsheet(context: click.Context, archive: Path) -> None:
    """Keep the news: follow feeds and keep every article, with every later edit, as plain files.

    \b
    broadsheet init my-archive && cd my-archive
    broadsheet follow https://www.rfi.fr/cn/rss --outlet rfi
    broadsheet run
    """
    context.obj = archive


def _with_short_help(command: click.Command) -> None:
    """``-h`` beside ``--help`` on the command itself: click keeps the names it was first asked with, by whomever."""
    command.context_settings.setdefault("help_option_names", ["-h", "--help"])
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _with_short_help(inner)


for room in (
    _keeping,
    _import,
    _looks,
    _asking,
    _edits,
    _extract,
    _pictures,
    _search,
    _stories,
    _publish,
    _publish_git,
    _edition,
    _mirror,
    _alerts,
    _serve,
):
    for command in room.COMMANDS:
        _with_short_help(command)
        broadsheet.add_command(command)


def main() -> None:
    """Run the command line; errors become one sentence and an exit code."""
    try:
        broadsheet.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        complain("stopped; what was kept is safe, the next run goes on from here")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except BroadsheetError as error:
        complain(str(error))
        sys.exit(find_meaning(error).exit_code)
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else "the disk or the network"
        complain(f"{where}: {error.strerror or error}; nothing that was kept is lost, try again when it is mended")
        sys.exit(find_meaning(EngineError()).exit_code)
