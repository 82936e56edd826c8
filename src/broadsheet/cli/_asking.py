"""Commands that only read: show, list, outlets, health, verify."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, get_args

import click
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from broadsheet.addresses.networks import redact
from broadsheet.app import Broadsheet
from broadsheet.cli._print import every_option, out, parse_duration, print_json, progress
from broadsheet.cli._sentences import clean
from broadsheet.errors import SettingsError
from broadsheet.formats.ledger import format_instant
from broadsheet.html import plain_text
from broadsheet.model import Document, Holding, HoldingQuery, Revision, TroubleKind
from broadsheet.render.alerts import run_words

as_json = click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")


@click.command(name="list")
@click.option("--outlet", help="Only this outlet.")
@click.option("--after", metavar="DATE", help="Published on or after this day (2023-07-01).")
@click.option("--before", metavar="DATE", help="Published before this day.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most this many.")
@as_json
@click.pass_obj
def list_(archive: Path, outlet: str | None, after: str | None, before: str | None, limit: int, json_: bool) -> None:
    """List articles, newest first.

    \b
    Examples:
      broadsheet list --outlet voa --after 2023-07-01
      broadsheet list --limit 1000 --json
    """
    query = HoldingQuery(outlet, None, parse_day(after, "--after"), parse_day(before, "--before"), limit)
    with Broadsheet.open(archive) as here:
        holdings = list(here.iter_holdings(query))
    if json_:
        print_json([holding_json(holding) for holding in holdings])
        return
    table = Table(box=None, pad_edge=False, show_header=bool(holdings))
    for heading in ("date", "article", "headline"):
        table.add_column(heading, no_wrap=heading != "headline")
    for holding in holdings:
        note = f" · {holding.revision} revisions" if holding.revision > 1 else ""
        table.add_row(_date(holding), holding.article, Text(clean(holding.headline) + note))
    out().print(table if holdings else "no article matches")


@click.command()
@click.argument("article")
@click.option("--revision", type=click.IntRange(min=1), help="Which revision (default: the newest).")
@click.option("--raw", is_flag=True, help="The document's bytes as they are on disk.")
@as_json
@click.pass_obj
def show(archive: Path, article: str, revision: int | None, raw: bool, json_: bool) -> None:
    """Show ARTICLE: its id, its address, the path of a document, or what only one article has: its number, the end of
    its address, its headline.

    \b
    Examples:
      broadsheet show voa/7184661
      broadsheet show 7184661
      broadsheet show https://www.voachinese.com/a/7184661.html --json
    """
    with Broadsheet.open(archive) as here:
        holding = here.find_holding(article)
        document, line = here.get_document(holding, revision)
        if raw:
            click.echo(here.store.get(line.path), nl=False)
            return
        lines = list(here.iter_revisions(holding))
    if json_:
        print_json(_shown_json(holding, document, line, lines))
        return
    _print_article(
        document, line, lines, {one.id: one.name for one in here.settings.outlets}.get(line.outlet, line.outlet)
    )


def _print_article(document: Document, line: Revision, lines: list[Revision], outlet: str) -> None:
    console = out()
    width = min(console.width, 80)
    console.print(Text(clean(document.headline), style="bold"), width=width)
    published = "date unknown" if line.published_from == "capture" else f"{line.published:%Y-%m-%d %H:%M} UTC"
    agency = f"rests on {line.agency.name}" if line.agency else None
    console.print(Text(" · ".join(filter(None, (clean(outlet), line.byline, agency, published)))), style="dim")
    for paragraph in plain_text(document.body).split("\n"):
        console.print()
        for row in wrap(clean(paragraph), width):
            console.print(Text(row))
    console.print()
    console.print(Text(document.url), style="dim")
    of = max(one.revision for one in lines)
    listed = f"listed by a mirror {format_instant(line.listed)}, " if line.listed else ""
    kept = f"{listed}captured {format_instant(line.captured)}, sha256 {line.sha256}"
    console.print(Text(f"{line.path} (revision {line.revision} of {of}), {kept}"), style="dim")


def wrap(text: str, width: int) -> list[str]:
    """``text`` in rows of at most ``width`` cells; Chinese breaks anywhere but before closing punctuation."""
    if cell_len(text) == len(text):
        return textwrap.wrap(text, width) or [""]
    rows, row, room = [], "", width
    for piece in _iter_pieces(text):
        cells = cell_len(piece)
        if cells > room and not (len(piece) == 1 and piece in "，。、；：？！）」』》〉”’…—"):
            rows.append(row.rstrip())
            row, room = "", width
            piece = piece.lstrip()
        row += piece
        room -= cells
    return [*rows, row.rstrip()] if row.strip() else rows


def _iter_pieces(text: str) -> list[str]:
    """Wide characters one by one, runs of narrow ones by word."""
    pieces: list[str] = []
    word = ""
    for char in text:
        if cell_len(char) == 2 or char in "“”‘’…—":
            pieces += [word, char] if word else [char]
            word = ""
        elif char == " ":
            pieces.append(word + " ")
            word = ""
        else:
            word += char
    return [*pieces, word] if word else pieces


@click.command()
@as_json
@click.pass_obj
def outlets(archive: Path, json_: bool) -> None:
    """List outlets with what the archive holds of each.

    \b
    Example:
      broadsheet outlets --json
    """
    with Broadsheet.open(archive) as here:
        rows = _outlet_rows(here)
    if json_:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("outlet", "name", "feeds", "articles", "first", "last"):
        table.add_column(heading, justify="right" if heading in ("feeds", "articles") else "left")
    for row in rows:
        first, last = row["first"], row["last"]
        days = [f"{day:%Y-%m-%d}" if day else "" for day in (first, last)]
        table.add_row(row["outlet"], Text(clean(row["name"])), str(len(row["feeds"])), f"{row['articles']:,}", *days)
    out().print(table if rows else "no outlet yet; begin with: broadsheet follow ADDRESS")


def _outlet_rows(here: Broadsheet) -> list[dict[str, Any]]:
    months = list(here.index.iter_months())
    configured = {outlet.id: outlet for outlet in here.settings.outlets}
    rows = []
    for outlet in sorted(configured.keys() | {month.outlet for month in months}):
        mine = [month for month in months if month.outlet == outlet]
        known = configured.get(outlet)
        rows.append(
            {
                "outlet": outlet,
                "name": known.name if known else outlet,
                "home_url": known.home_url if known else None,
                "feeds": list(known.feeds) if known else [],
                "articles": sum(month.articles for month in mine),
                "revisions": sum(month.revisions for month in mine),
                "first": min((month.first for month in mine), default=None),
                "last": max((month.last for month in mine), default=None),
            }
        )
    return rows


@click.command()
@click.option("--check", is_flag=True, help="Only say what is wrong: no run for three periods, disk, remotes, feeds.")
@click.option(
    "--only",
    "kinds",
    multiple=True,
    type=click.Choice(get_args(TroubleKind)),
    help="With --check: only this; may be given more than once.",
)
@every_option
@as_json
@click.pass_obj
def health(archive: Path, check: bool, kinds: tuple[str, ...], every: str | None, json_: bool) -> None:
    """Say how every feed fares: when it last answered, what fails, when it is asked next.

    Exits with 1 if any feed is failing, so that a watchdog can ring. With --check it says in a line each what alerts
    would tell of, and exits with 1 if there is anything, or if nothing has ever run.

    \b
    Examples:
      broadsheet health
      broadsheet health --check
      broadsheet health --check --only run --every 1h
    """
    if check:
        _check_health(archive, kinds, parse_duration(every) if every else None, json_=json_)
    if kinds or every:
        raise click.UsageError("--only and --every go with --check")
    with Broadsheet.open(archive) as here:
        rows = list(here.iter_health())
    if json_:
        print_json(
            [
                {
                    "outlet": state.outlet,
                    "feed": redact(state.url),
                    "level": one.level,
                    "sentence": one.sentence,
                    "failures": state.failures,
                    "last_success": state.last_success,
                    "next_due": state.next_due,
                }
                for state, one in rows
            ]
        )
    else:
        table = Table(box=None, pad_edge=False)
        for heading in ("health", "outlet", "feed"):
            table.add_column(heading)
        colours = {"ok": "green", "late": "yellow", "failing": "red", "dormant": "magenta", "silent": "yellow"}
        for state, one in rows:
            said = Text(f"{clean(redact(state.url))}\n{clean(one.sentence)}", style="")
            table.add_row(Text(one.level, style=colours.get(one.level, "")), state.outlet, said)
        out().print(table if rows else "no feed is followed yet; begin with: broadsheet follow ADDRESS")
    raise SystemExit(1 if any(one.level == "failing" for _, one in rows) else 0)


def _check_health(archive: Path, kinds: tuple[str, ...], every_s: float | None, *, json_: bool) -> NoReturn:
    """What is wrong, judged now; exits with 1 if anything is."""
    from broadsheet.app import Alerts  # here: what messages are taken with costs a question nothing
    from broadsheet.cli._alerts import sentence_of

    with Broadsheet.open(archive) as here:
        alerts = Alerts(here, every_s=every_s)
        found = alerts.check()
        told = [
            (one.trouble.kind, sentence_of(alerts, one)) for one in found.open if one.trouble.kind in kinds or not kinds
        ]
    never = found.last_run is None and ("run" in kinds or not kinds)
    if never and all(kind != "run" for kind, _ in told):
        told.insert(0, ("run", "No run has come to a good end yet."))
    if json_:
        troubles = [{"kind": kind, "sentence": sentence} for kind, sentence in told]
        print_json({"well": not told, "last_run": found.last_run, "overdue": found.is_overdue, "troubles": troubles})
    else:
        for kind, sentence in told:
            click.echo(f"{kind}: {clean(sentence)}")
        if not told:
            click.echo(f"well; {run_words(found.last_run, found.every_s, found.is_overdue, 'en')}")
    raise SystemExit(1 if told else 0)


@click.command()
@as_json
@click.pass_obj
def verify(archive: Path, json_: bool) -> None:
    """Prove the archive whole: every digest, every chain, missing and extra files.

    Names file and line of anything that is not as the ledger says, and exits with 3 if anything is damaged.

    \b
    Example:
      broadsheet verify && echo whole
    """
    with Broadsheet.open(archive) as here, progress() as bar:
        task = bar.add_task("reading", total=None)
        result = here.verify(lambda place: bar.update(task, description=place, advance=1))
    if json_:
        print_json(
            {
                "whole": result.is_whole,
                "documents": result.documents,
                "lines": result.lines,
                "pictures": result.pictures,
                "rounds": result.rounds,
                "root": result.root,
                "findings": [
                    {"kind": one.kind, "path": one.path, "line": one.line, "message": one.message, "damage": one.damage}
                    for one in result.findings
                ],
            }
        )
    else:
        for one in result.findings:
            place = one.path if one.line is None else f"{one.path}:{one.line}"
            click.echo(f"{'damage' if one.damage else 'note'}: {one.kind}: {place}: {clean(one.message)}")
        verdict = "whole" if result.is_whole else f"damaged in {sum(one.damage for one in result.findings)} places"
        click.echo(
            f"{result.documents:,} documents, {result.lines:,} ledger lines, {result.pictures:,} pictures, "
            f"{result.rounds:,} rounds: {verdict}"
        )
        if result.root:
            click.echo(f"root {result.root}  (write it down elsewhere: it proves all of this later)")
    raise SystemExit(0 if result.is_whole else 3)


def holding_json(holding: Holding) -> dict[str, Any]:
    """A holding as JSON for scripts: its names are those of the ledger."""
    return {
        "article": holding.article,
        "outlet": holding.outlet,
        "headline": holding.headline,
        "url": holding.url,
        "path": holding.path,
        "revision": holding.revision,
        "published": holding.published,
        "published_from": holding.published_from,
        "captured": holding.captured,
        "byline": holding.byline,
        "agency": holding.agency,
        "language": holding.language,
        "sha256": holding.sha256,
        "taken_down": holding.is_taken_down,
    }


def _shown_json(holding: Holding, document: Document, line: Revision, lines: list[Revision]) -> dict[str, Any]:
    return {
        **holding_json(holding),
        "revision": line.revision,
        "path": line.path,
        "sha256": line.sha256,
        "headline": document.headline,
        "published": None if line.published_from == "capture" else line.published,
        "listed": line.listed,
        "captured": line.captured,
        "byline": line.byline,
        "agency": line.agency.name if line.agency else None,
        "agency_words": line.agency.words if line.agency else None,
        "feed": line.feed,
        "entry_id": line.entry_id,
        "pictures": line.pictures,
        "body": document.body,
        "text": plain_text(document.body),
        "revisions": [
            {"revision": one.revision, "captured": one.captured, "why": list(one.why), "path": one.path}
            for one in lines
        ],
    }


def _date(holding: Holding) -> str:
    day = f"{holding.published:%Y-%m-%d}"
    return f"({day})" if holding.published_from == "capture" else day


def parse_day(text: str | None, option: str) -> datetime | None:
    """The beginning of a day in UTC; SettingsError for what is no day."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise SettingsError(f"{option}: {text!r} is not a day such as 2023-07-01") from None


COMMANDS: tuple[click.Command, ...] = (show, list_, outlets, health, verify)
