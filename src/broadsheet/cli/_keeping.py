"""Commands that write: init, follow, run, take-down, rebuild, demo; ``_import`` has import."""

from __future__ import annotations

import dataclasses
import shlex
import shutil
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import click

from broadsheet import app
from broadsheet.account import Account
from broadsheet.app import Broadsheet
from broadsheet.cli._alerts import RunWatch
from broadsheet.cli._mirror import start_mirror
from broadsheet.cli._print import account_line, looks_line, parse_duration, parse_size, print_json, progress, writing
from broadsheet.cli._publish_git import publish_after, publish_mirror, tell
from broadsheet.cli._sentences import clean, complain
from broadsheet.errors import BroadsheetError, SettingsError, find_meaning
from broadsheet.model import Outlet
from broadsheet.settings import as_toml

as_json = click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("addresses", nargs=-1)
@click.option("--name", help="What the archive is called on its pages (default: the folder's name).")
@click.option("--mirror", is_flag=True, help="Make it a mirror that runs: follow ADDRESSES, run, publish, schedule.")
@click.option("--remote", "remotes", multiple=True, metavar="URL", help="With --mirror: a repository to publish to.")
@click.option("--every", default="1h", show_default=True, metavar="PERIOD", help="With --mirror: how often it runs.")
@click.option(
    "--max-bytes",
    default="200MB",
    show_default=True,
    metavar="SIZE",
    help="With --mirror: what the first round may bring in; the next rounds bring the rest.",
)
def init(
    folder: Path,
    addresses: tuple[str, ...],
    name: str | None,
    mirror: bool,
    remotes: tuple[str, ...],
    every: str,
    max_bytes: str,
) -> None:
    """Make FOLDER an archive: writes a commented broadsheet.toml and nothing else.

    With --mirror it becomes a mirror in one command: it follows the feeds or home pages at ADDRESSES, writes notes on
    rights, makes a first round and a first commit, says what disk it will need, and writes the schedule.

    \b
    Examples:
      broadsheet init my-archive --name "News we could lose"
      broadsheet init --mirror news https://news.example/ --remote git@git.example:me/news.git
    """
    if mirror:
        most = parse_size(max_bytes)
        start_mirror(
            folder, addresses, name=name, remotes=remotes, every=every, run=lambda here: _first_round(here, most)
        )
        return
    if addresses or remotes:
        raise click.UsageError("ADDRESSES and --remote go with --mirror")
    path = app.init(folder, name=name)
    click.echo(f"{path} is written. Next: cd {folder} && broadsheet follow ADDRESS")


@click.command()
@click.argument("address", required=False)
@click.option("--opml", metavar="FILE-OR-URL", help="Take every subscription in an OPML file.")
@click.option("--outlet", help="The outlet's id, the name of its folder (default: from its address).")
@click.option("--name", help="The outlet's name (default: what its feed says).")
@click.option("--recipe", help="The recipe for the outlet's pages (default: found by host).")
@as_json
@click.pass_obj
def follow(
    archive: Path,
    address: str | None,
    opml: str | None,
    outlet: str | None,
    name: str | None,
    recipe: str | None,
    json_: bool,
) -> None:
    """Follow a feed, given its ADDRESS or that of a page that names it.

    \b
    Examples:
      broadsheet follow https://www.rfi.fr/cn/rss --outlet rfi
      broadsheet follow https://feeds.example/world.xml --outlet example --name "The Example"
      broadsheet follow --opml subscriptions.opml
    """
    if (address is None) == (opml is None):
        raise click.UsageError("give either an ADDRESS or --opml FILE-OR-URL")
    with Broadsheet.open(archive) as here, writing(here):
        if address is not None:
            found = [here.follow(address, outlet=outlet, name=name, recipe=recipe)]
        else:
            found, problems = here.follow_outlines(here.get_outlines(opml or ""))
            for problem in problems:
                complain(problem)
    if json_:
        print_json([_shown(one) for one in found])
        return
    for one in found:
        click.echo(f"{one.id}: following {clean(one.name)}, {one.feeds[-1]}")
    click.echo("Next: broadsheet run")


def _shown(outlet: Outlet) -> dict[str, object]:
    """An outlet as ``--json`` shows it; how its proxy is reached is nobody's business."""
    return {name: value for name, value in dataclasses.asdict(outlet).items() if name != "proxy"}


@click.command()
@click.option("--every", metavar="DURATION", help="Stay, and poll again after each DURATION (such as 1h).")
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet; may be given more than once.")
@click.option("--limit", type=click.IntRange(min=0), help="Keep at most this many new texts per feed in this round.")
@click.option("--all", "everything", is_flag=True, help="Ask every feed now, due or not.")
@click.option("--max-bytes", metavar="SIZE", help="Bring in at most so much (such as 200MB); the rest comes next time.")
@click.option("--publish", "publishes", is_flag=True, help="Then publish the mirror, as broadsheet publish git does.")
@as_json
@click.pass_obj
def run(
    archive: Path,
    every: str | None,
    outlets: tuple[str, ...],
    limit: int | None,
    everything: bool,
    max_bytes: str | None,
    publishes: bool,
    json_: bool,
) -> None:
    """Poll the feeds that are due, keep what is new, and look again at articles: one round, or more with --every.

    Ends in one line of account per outlet and one in all: listed = kept + known + skipped + failed.

    \b
    Examples:
      broadsheet run
      broadsheet run --every 1h --publish
      broadsheet run --max-bytes 200MB
      broadsheet run --outlet voa --limit 10 --all
    """
    pause_s = parse_duration(every) if every else None
    most = parse_size(max_bytes) if max_bytes else None
    watch = RunWatch(archive, pause_s)
    while True:
        try:
            with Broadsheet.open(archive) as here, writing(here):
                watch.begin(here)
                account = run_one(
                    here, outlets=outlets, limit=limit, everything=everything, max_bytes=most, json_=json_
                )
            failed = publishes and publish_after(archive, quiet=json_)
        except (BroadsheetError, OSError) as error:
            watch.end(str(error))
            if pause_s is None or isinstance(error, OSError) or not find_meaning(error).retry:
                raise
            complain(f"{error}; trying again in {every}")
        else:
            all_failed = bool(account.polled) and account.polled["failed"] == account.polled.total()
            watch.end("every feed that was asked failed" if all_failed else "", is_refused=failed)
            if pause_s is None:
                raise SystemExit(1 if all_failed or failed else 0)
        time.sleep(pause_s)


def _first_round(here: Broadsheet, max_bytes: int) -> None:
    with writing(here):
        run_one(here, everything=True, max_bytes=max_bytes)


def run_one(
    here: Broadsheet, *, outlets: Sequence[str] = (), limit: int | None = None, everything: bool = False,
    max_bytes: int | None = None, json_: bool = False, quiet: bool = False,
) -> Account:  # fmt: skip
    """One round with its progress and its lines of account."""
    by_outlet: dict[str, Account] = {}
    total = Account()
    chosen = [here.settings.get_outlet(outlet) for outlet in outlets] or here.settings.outlets
    feeds = sum(len(one.feeds) for one in chosen)
    if not feeds:
        raise SettingsError("no feed is followed yet; begin with: broadsheet follow ADDRESS")
    with progress() as bar:
        task = bar.add_task("polling", total=feeds)
        for polled in here.run(outlets=outlets, limit=limit, everything=everything, max_bytes=max_bytes):
            by_outlet.setdefault(polled.outlet, Account()).add(polled.account)
            total.add(polled.account)
            bar.update(task, advance=1 if polled.url else 0, description=f"{polled.outlet}: {polled.outcome}")
    if stop := here.traffic_stop:
        total.complaints.append(stop)
    if json_:
        told: dict[str, object] = {name: account.as_json() for name, account in sorted(by_outlet.items())}
        print_json({"outlets": told, "all": total.as_json(), "complaints": total.complaints})
        return total
    for sentence in total.complaints:
        complain(sentence)
    if not quiet:
        for name, account in sorted(by_outlet.items()):
            click.echo(account_line(name, account))
    polls = ", ".join(f"{count} {outcome}" for outcome, count in sorted(total.polled.items())) or "none due"
    click.echo(f"{account_line('all', total)}  [{total.polled.total()} feeds polled: {polls}]")
    return total


@click.command(name="take-down")
@click.argument("article")
@click.option("--why", required=True, help="The reason, which the tombstone and the ledger will state.")
@click.pass_obj
def take_down(archive: Path, article: str, why: str) -> None:
    """Remove the text of ARTICLE for good, leaving a tombstone; the chain of the ledger stays provable.

    ARTICLE is an id (see broadsheet list), an address or the path of a document. The article is not kept again
    when a feed still lists it. Sites lose it with the next publish; what the history of a git repository still
    holds is said at the end, with the command that rewrites it.

    \b
    Example:
      broadsheet take-down voa/7184661 --why "asked for by the person named in it"
    """
    if not why.strip():
        raise click.UsageError("--why must say why")
    with Broadsheet.open(archive) as here, writing(here):
        holding = here.take_down(article, why.strip())
        histories, traces = here.find_histories(), here.find_traces(holding)
    click.echo(f"{holding.article}: taken down; a tombstone stands at {holding.first_path}")
    if histories:
        click.echo(_history_words(histories, traces))


def _history_words(histories: Sequence[Path], traces: Sequence[str]) -> str:
    """What the repositories of an archive still hold after a take-down, and the command that takes it out of them."""
    named = [f"{'--path-glob' if '*' in trace else '--path'} {shlex.quote(trace)}" for trace in traces]
    command = " \\\n    ".join(["git filter-repo --force --invert-paths", *named])
    return (
        f"\nThe history of {' and '.join(str(path) for path in histories)} still holds the text, and so does every\n"
        "place it was pushed to. What is published next shows the tombstone; to rewrite the history as well:\n\n"
        f"  {command}\n\n"
        'That is for good, and every copy must follow: see docs/howto/take-down.md, "Out of a history".'
    )


@click.command()
@click.pass_obj
def rebuild(archive: Path) -> None:
    """Fill the index anew from documents and ledgers. Nothing else needs it: it is derived from them.

    \b
    Example:
      broadsheet rebuild
    """
    with Broadsheet.open(archive) as here, writing(here), progress() as bar:
        task = bar.add_task("reading ledgers", total=None)
        lines = here.rebuild(lambda file: bar.update(task, description=file, advance=1))
        written = here.write_lists()
    click.echo(f"{lines:,} ledger lines read, {written} list pages written")


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo-archive"), help="Where to keep it.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the newsroom (default: a free one).")
@click.option(
    "--serve/--no-serve",
    "stay",
    default=lambda: sys.stdout.isatty(),
    help="Leave newsroom and reader running until Ctrl-C (default: in a terminal).",
)
def demo(folder: Path, port: int, stay: bool) -> None:
    """Show the whole path on a small newsroom that comes with Broadsheet: no network is needed.

    Five outlets print on this machine. Broadsheet follows them, keeps their articles and pictures, sees edits in the
    second round, finds what several outlets report, proves the archive whole and opens it in the reader. Newsroom and
    archive go by the newsroom's clock, and its addresses (http://harbour.example/) lead to it in that archive only, so
    that dates, addresses and ids are the same every day.

    \b
    Example:
      broadsheet demo --folder /tmp/demo
    """
    from broadsheet.demo import Newsroom, describe, follow_newsroom, read_names
    from broadsheet.web import serve_in_thread

    _clear_demo(folder)
    with Newsroom(port=port) as room:
        click.echo(f"A newsroom prints at {room.url}; its clock shows {room.now:%Y-%m-%d %H:%M} UTC")
        for row in describe(room):
            click.echo(f"  {row.name}  {row.feed_url}  ({row.dialect})")
        app.init(folder, name="Demo")
        config = (folder / app.CONFIG).read_text("utf-8")
        config = config.replace("[stories]\n", f"[stories]\nnames = {as_toml(read_names())}\n", 1)
        (folder / app.CONFIG).write_text(follow_newsroom(config, room), "utf-8")
        with Broadsheet.open(folder, clock=room.clock) as here:
            for number in (1, 2):
                room.round = number
                click.echo(f"\nRound {number}: broadsheet run")
                with writing(here):
                    run_one(here, everything=True)
            click.echo("\nbroadsheet look --all")
            look_again(here)
            click.echo("\nbroadsheet verify")
            result = here.verify()
            click.echo(
                f"{result.documents} documents, {result.lines} ledger lines, {result.pictures} pictures: "
                + ("whole" if result.is_whole else f"{len(result.findings)} findings")
            )
            click.echo("\nbroadsheet publish git")
            tell(publish_mirror(here), folder / app.MIRROR)
        click.echo(
            f"\nThe archive stands in {folder}: begin with {folder}/README.md, or try\n"
            f"  broadsheet -C {folder} list\n  broadsheet -C {folder} search 渡轮\n"
            f"  broadsheet -C {folder} edits\n  broadsheet -C {folder} stories"
        )
        with Broadsheet.open(folder, clock=room.clock, read_only=True) as reading:
            address = serve_in_thread(reading)
            with urllib.request.urlopen(address, timeout=30) as answer:
                size = len(answer.read())
            click.echo(f"\nThe reader answers at {address} ({size:,} bytes of front page)")
            story = next(reading.iter_stories("会谈"), None)
            if story is not None:
                click.echo(f"  {address}/stories/{story.id}  who says what of one meeting, and where they differ")
            click.echo(f"  {address}/edits  what outlets changed; {address}/edits.atom?class=number is a feed of it")
            if not stay:
                click.echo(f"To open it: broadsheet -C {folder} serve, or this demo with --serve")
                return
            click.echo("Open it in a browser; search there for 渡轮. Ctrl-C ends the demo.")
            while True:
                time.sleep(1)


def look_again(here: Broadsheet) -> None:
    """Look at everything again, as ``broadsheet look --all`` does, and say what came of it."""
    total = Account()
    with writing(here):
        for looked in here.look(everything=True):
            total.add(looked.account)
    click.echo(looks_line(total))


def _clear_demo(folder: Path) -> None:
    marker = folder / app.STATE / "demo"
    if folder.exists() and any(folder.iterdir()):
        if not marker.exists():
            raise SettingsError(f"{folder}: is not empty and no demo of ours; choose another with --folder")
        shutil.rmtree(folder)
    marker.parent.mkdir(parents=True)
    marker.write_text("made by broadsheet demo, which may remove this folder\n", "utf-8")


COMMANDS: tuple[click.Command, ...] = (init, follow, run, take_down, rebuild, demo)
