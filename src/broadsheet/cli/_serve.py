"""The command that shows the archive: serve."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.app import Broadsheet


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port (0: any free one).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 is every network.")
@click.option("--token", envvar="BROADSHEET_TOKEN", help="What readers must give once (or set BROADSHEET_TOKEN).")
@click.option("--no-token", is_flag=True, help="Let everybody read who can reach this address.")
@click.option("--name", "names", multiple=True, help="A host name this reader answers to; may be given more than once.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@click.pass_obj
def serve(
    archive: Path, port: int, host: str, token: str | None, no_token: bool, names: tuple[str, ...], workers: int
) -> None:
    """Show the archive in a browser: front page, outlets, articles, search, feeds.

    Reads only, and may run beside broadsheet run --every. It answers this machine alone unless told otherwise.

    \b
    Examples:
      broadsheet serve
      broadsheet serve --port 8080
      broadsheet serve --host 0.0.0.0 --token "a long secret" --name news.home.example
    """
    from broadsheet.web import Door, check_binding
    from broadsheet.web import serve as serve_reader

    check_binding(host, token, no_token=no_token)
    door = Door(token, frozenset(name.lower().rstrip(".") for name in names))

    def announce(url: str) -> None:
        click.echo(f"The archive is shown at {url}/  (Ctrl-C ends it)")
        if token:
            click.echo("Open it once with ?token=… behind the address; the browser remembers.")

    with Broadsheet.open(archive) as here:
        serve_reader(here, host=host, port=port, door=door, workers=workers, announce=announce)


COMMANDS: tuple[click.Command, ...] = (serve,)
