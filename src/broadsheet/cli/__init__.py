"""The command line: parses what a person typed, calls ``app``, prints. No rule of the trade lives here."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from broadsheet import __version__
from broadsheet.cli._sentences import complain
from broadsheet.errors import BroadsheetError, EngineError, find_meaning

COMMANDS: dict[str, tuple[str, str]] = {
    "alerts": ("_alerts", "Say what is wrong and what was told; with --send, tell it."),
    "clone": ("_publish_git", "Take a mirror up from URL as an archive, every byte checked."),
    "demo": ("_keeping", "Show the whole path on a small newsroom, without a network."),
    "diff": ("_edits", "Show word for word what changed between two revisions."),
    "doctor": ("_mirror", "Say what the archive lacks to run by itself."),
    "edits": ("_edits", "List what outlets changed after they had printed it."),
    "extract": ("_extract", "Show what is taken from a page; with --again, from captures."),
    "follow": ("_keeping", "Follow a feed, given its address or that of a page."),
    "health": ("_asking", "Say how every feed fares."),
    "history": ("_edits", "Show every revision of an article."),
    "import": ("_import", "Take over what old mirrors wrote."),
    "init": ("_keeping", "Make a folder an archive; with --mirror, a mirror of it too."),
    "list": ("_asking", "List articles, newest first."),
    "look": ("_looks", "Look at articles again and keep what was changed."),
    "outlets": ("_asking", "List outlets with what is held of each."),
    "pictures": ("_pictures", "Fetch pictures that articles show and the archive lacks."),
    "publish": ("_publish", "Make what others can read without Broadsheet."),
    "rebuild": ("_keeping", "Fill the indexes anew from documents and ledgers."),
    "recipe": ("_extract", "Look at the rules for the pages of single outlets."),
    "run": ("_keeping", "Poll what is due, keep what is new, look again."),
    "schedule": ("_mirror", "Write the files that have the archive run by itself."),
    "search": ("_search", "Search what the archive holds."),
    "serve": ("_serve", "Show the archive in a browser."),
    "show": ("_asking", "Show an article."),
    "stories": ("_stories", "List what several outlets tell of one happening."),
    "story": ("_stories", "Show a story: its reports, and who says what."),
    "take-down": ("_keeping", "Remove an article's text for good, leaving a tombstone."),
    "verify": ("_asking", "Prove the archive whole, or name what is not."),
}
"""Each command: its module in this package, and its one line in the list of commands. A module is imported when its
command is asked for, so that ``--help`` costs no engine."""

BESIDE = {"publish": ("_publish_git", "_edition")}
"""Modules that add inner commands to a command of another module."""


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    @property
    def commands(self) -> dict[str, click.Command]:
        """All commands by name, imported: for what lists them whole."""
        return {name: find_command(name) for name in COMMANDS}

    @commands.setter
    def commands(self, _: object) -> None:
        """The table stands for what click would keep."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        return find_command(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def find_command(name: str) -> click.Command:
    """The command ``name`` of the table, with its inner commands."""
    module = importlib.import_module(f"broadsheet.cli.{COMMANDS[name][0]}")
    for other in BESIDE.get(name, ()):
        importlib.import_module(f"broadsheet.cli.{other}")
    command: click.Command = next(one for one in module.COMMANDS if one.name == name)
    _with_short_help(command)
    return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
