"""The command that searches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.text import Text

from broadsheet.app import Broadsheet
from broadsheet.cli._print import out, print_json
from broadsheet.cli._sentences import clean
from broadsheet.model import Excerpt, Facet, Hit, Hits

_HIT_STYLE = "bold yellow"


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="QUERY...")
@click.option("--outlet", multiple=True, help="Only this outlet; may be given more than once.")
@click.option("--newest", is_flag=True, help="Newest first (default: best first).")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most this many.")
@click.option("--page", metavar="CURSOR", help="The next page, as the page before names it.")
@click.option("--facets", is_flag=True, help="Count what matches by outlet, month, agency and language, too.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def search(
    archive: Path,
    words: tuple[str, ...],
    outlet: tuple[str, ...],
    newest: bool,
    limit: int,
    page: str | None,
    facets: bool,
    json_: bool,
) -> None:
    """Search what the archive holds: every word must be there, anywhere in headline or text.

    \b
    "气候 危机"   these words in a row      -煤炭              without
    克里 OR 拜登   either                    (a b) OR c         in groups
    encrypt*      the beginning of a word   title: byline:     in the headline, in the byline
    outlet:voa  agency:法新社  lang:zh  has:picture  edited:yes  after:2023-07-01  before:2024  on:2023-07

    Simplified and traditional, full-width and half-width find each other. Put -- before a query that begins with a -.

    \b
    Examples:
      broadsheet search 气候危机
      broadsheet search 克里 北京 agency:法新社 after:2023-07-01
      broadsheet search '"climate crisis" -coal' --newest --json
    """
    question = " ".join(words)
    if outlet:
        question = f"({question}) outlet:{','.join(outlet)}"
    with Broadsheet.open(archive) as here:
        hits = here.search(question, newest=newest, limit=limit, cursor=page, facets=facets)
    if json_:
        print_json(hits_json(hits))
    else:
        _print_hits(hits)


def hits_json(hits: Hits) -> dict[str, Any]:
    """An answer as JSON for scripts."""
    return {
        "query": hits.query.text,
        "total": hits.total,
        "next": hits.cursor,
        "hits": [_hit_json(hit) for hit in hits.hits],
        "facets": {facet.name: dict(facet.counts) for facet in hits.facets},
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    held = hit.holding
    return {
        "article": held.article,
        "url": held.url,
        "path": held.path,
        "outlet": held.outlet,
        "date": held.published,
        "headline": held.headline,
        "headline_marks": hit.headline.marks,
        "snippet": hit.snippet.text,
        "snippet_marks": hit.snippet.marks,
        "agency": held.agency,
        "byline": held.byline,
        "language": held.language,
        "score": round(hit.score, 4),
    }


def _print_hits(hits: Hits) -> None:
    console = out()
    if not hits.hits:
        console.print("nothing found; fewer words, OR between them, or a part of a word (encrypt*) may find more")
        return
    console.print(Text(f"{hits.total:,} found", style="dim"))
    for hit in hits.hits:
        held = hit.holding
        agency = f" · {held.agency}" if held.agency else ""
        date = f"{held.published:%Y-%m-%d}"
        console.print()
        console.print(_marked(hit.headline, style="bold"))
        known = date if held.published_from != "capture" else f"({date})"
        console.print(Text(f"{known} · {held.article}{agency} · {clean(held.url)}", style="dim"))
        if hit.snippet.text:
            console.print(_marked(hit.snippet))
    for facet in hits.facets:
        _print_facet(facet)
    if hits.cursor:
        console.print()
        console.print(Text(f"more: the same with --page {hits.cursor}", style="dim"))


def _print_facet(facet: Facet) -> None:
    if facet.counts:
        counted = ", ".join(f"{value} {count:,}" for value, count in facet.counts[:12])
        more = f", and {len(facet.counts) - 12} more" if len(facet.counts) > 12 else ""
        out().print()
        out().print(Text(f"{facet.name}: {clean(counted)}{more}"))


def _marked(excerpt: Excerpt, style: str = "") -> Text:
    """A piece of text with its hits shown; control characters become spaces, so that places stay."""
    shown = Text("".join(char if char.isprintable() else " " for char in excerpt.text), style=style)
    for start, end in excerpt.marks:
        shown.stylize(_HIT_STYLE, start, end)
    return shown


COMMANDS: tuple[click.Command, ...] = (search,)
