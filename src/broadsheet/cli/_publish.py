"""The group of commands that publish an archive."""

from __future__ import annotations

import click


@click.group()
def publish() -> None:
    """Publish the archive, for people who cannot reach the outlets or who read elsewhere.

    \b
    Example:
      broadsheet publish git
    """


COMMANDS: tuple[click.Command, ...] = (publish,)
