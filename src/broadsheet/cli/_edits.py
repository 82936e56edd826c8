"""Commands about edits: history, diff, edits. They show the reader's own pages in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.text import Text

from broadsheet.app import Broadsheet
from broadsheet.cli._asking import as_json, parse_day, wrap
from broadsheet.cli._print import clean, out, print_json
from broadsheet.render._edit_rows import between, class_list
from broadsheet.render.differences import fold, label_of, pieces_text
from broadsheet.render.to_json import parts_to_json, to_json
from broadsheet.render.words import say
from broadsheet.services.pages import Sources, changes_page, find_edits, history_page
from broadsheet.views.page import ChangesPage, EditLine, HistoryLine, HistoryPage, Piece

_STYLES = {"old": "red strike", "new": "green underline", "cut": "dim"}
_WIDEST = 100
"""Columns that a line of text takes at most, however wide the terminal is."""
_INDENT = "   "
_HANGING = 4
"""Columns kept free at the end of a row, in which Chinese stops and closing marks may hang."""
_ZONE = ZoneInfo("UTC")


@click.command()
@click.argument("article")
@as_json
@click.pass_obj
def history(archive: Path, article: str, json_: bool) -> None:
    """Show the history of ARTICLE: every revision, and when its page vanished or came back.

    ARTICLE is an id, an address or the path of a document. Times say between which two looks something was changed.

    \b
    Examples:
      broadsheet history voa/7184661
      broadsheet history https://www.voachinese.com/a/7184661.html --json
    """
    with Broadsheet.open(archive) as here:
        page = history_page(_sources(here), _ZONE, here.find_holding(article).article)
    if json_:
        click.echo(to_json(page), nl=False)
        return
    _print_history(page)


def _print_history(page: HistoryPage) -> None:
    console = out()
    _print_lines(console, Text(clean(page.line.headline), style="bold"))
    edited = _say("edited_times", n=page.edits) if page.edits else _say("not_edited")
    _print_lines(console, Text(f"{page.line.article} · {page.line.outlet_name} · {edited}", style="dim"))
    for one in page.lines:
        console.print()
        sign, words = _step_head(one)
        _print_lines(console, words, _INDENT, sign)
        for text in _step_body(page.line.article, one, console):
            _print_lines(console, text, _INDENT)


def _step_head(one: HistoryLine) -> tuple[Text, Text]:
    """Number or sign of a step, and what it is."""
    signs = {"vanished": ("✗", "page vanished", "red"), "back": ("✓", "page back", "green"),
             "taken-down": ("✗", "taken down", "red")}  # fmt: skip
    sign, words, style = signs.get(one.kind, (str(one.revision), class_list(one.classes, "en"), ""))
    if one.kind == "kept":
        words = _say("kept_fuller")
    return Text(f"{sign:<{len(_INDENT)}}", style="bold"), Text(clean(words), style=style or "bold")


def _step_body(article: str, one: HistoryLine, console: Console) -> Iterable[Text]:
    yield Text(_sentence(between(one.after if one.kind != "taken-down" else None, one.seen, _say)), style="dim")
    if one.reason:
        yield Text(clean(one.reason), style="dim")
    if one.excerpt:
        yield _inked(one.excerpt, console)
    elif one.kind == "first":
        yield Text(clean(one.headline))
    if one.changes:
        yield Text(f"broadsheet diff {article} {one.revision - 1} {one.revision}", style="dim")


@click.command()
@click.argument("article")
@click.argument("a", type=click.IntRange(min=1), required=False)
@click.argument("b", type=click.IntRange(min=1), required=False)
@click.option("--context", type=click.IntRange(0, 1000), default=1, show_default=True,
              help="Unchanged paragraphs shown on either side of a change.")  # fmt: skip
@as_json
@click.pass_obj
def diff(archive: Path, article: str, a: int | None, b: int | None, context: int, json_: bool) -> None:
    """Show word for word what changed in ARTICLE between revisions A and B.

    Without B the newest one is compared with A; without both, with the one before it. On a terminal, what was removed
    is red and struck out, what was added green and underlined; elsewhere it stands in [-…-] and {+…+}.

    \b
    Examples:
      broadsheet diff voa/7184661
      broadsheet diff voa/7184661 1 3 --context 0
      broadsheet diff voa/7184661 --json
    """
    with Broadsheet.open(archive) as here:
        holding = here.find_holding(article)
        if holding.revision == 1 and a in (None, 1) and b in (None, 1) and not holding.is_taken_down:
            if json_:
                print_json(None)
            else:
                click.echo(f"{holding.article} has one revision: no edit was seen, there is nothing to compare")
            return
        new = b or holding.revision
        old = a or new - 1
        page = changes_page(_sources(here), _ZONE, holding.article, new, old=old)
    if json_:
        click.echo(to_json(page), nl=False)
        return
    _print_changes(page, context)


def _print_changes(page: ChangesPage, context: int) -> None:
    console = out()
    numbers = f"revision {page.old.revision} → {page.new.revision}"
    notes = " · ".join(
        filter(None, (page.line.article, page.line.outlet_name, numbers, class_list(page.classes, "en")))
    )
    span = between(page.after or page.old.captured, page.new.captured, _say)
    _print_lines(console, Text(clean(notes), style="dim"))
    _print_lines(console, Text(_sentence(span), style="dim"))
    if page.is_same:
        console.print()
        console.print(_say("no_difference"))
    for run in fold(page.blocks, context):
        if run.is_folded:
            console.print()
            console.print(Text(f"   … {_say('unchanged_n', n=len(run.blocks))} …", style="dim"))
            continue
        for block in run.blocks:
            console.print()
            if label := label_of(block, "en"):
                console.print(Text(f"[{label}]", style="bold" if block.kind != "same" else "dim"))
            _print_lines(console, _inked(block.pieces, console, "" if block.kind != "same" else "dim"))
    for picture in page.pictures:
        console.print()
        told = f"[{_say('picture_' + picture.kind)}] {picture.alt or picture.url}"
        _print_lines(console, Text(clean(told), style=_STYLES["new" if picture.kind == "added" else "old"]))


@click.command()
@click.option("--outlet", multiple=True, help="Only edits of this outlet; may be given more than once.")
@click.option("--class", "classes", multiple=True, metavar="CLASS",
              help="Only edits of this class, or of any of several: number,quote.")  # fmt: skip
@click.option("--after", metavar="DATE", help="Seen on or after this day (2023-07-01).")
@click.option("--before", metavar="DATE", help="Seen before this day.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="At most this many.")
@as_json
@click.pass_obj
def edits(
    archive: Path,
    outlet: tuple[str, ...],
    classes: tuple[str, ...],
    after: str | None,
    before: str | None,
    limit: int,
    json_: bool,
) -> None:
    """List what outlets changed after they had printed it, the last seen first.

    Classes: headline, deck, byline, number, name, quote, negation, date, correction, paragraph-added,
    paragraph-removed, rewrite, typo, picture, caption; vanished and back speak of the page.

    \b
    Examples:
      broadsheet edits --class number,quote --outlet voa
      broadsheet edits --after 2023-07-01 --json
    """
    with Broadsheet.open(archive) as here:
        lines = find_edits(
            _sources(here),
            outlets=_listed(outlet),
            classes=_listed(classes),
            after=parse_day(after, "--after"),
            before=parse_day(before, "--before"),
            limit=limit,
        )
    if json_:
        click.echo(parts_to_json(lines), nl=False)
        return
    console = out()
    for line in lines:
        _print_edit(console, line)
    if not lines:
        is_asked = any((outlet, classes, after, before))
        console.print(_say("no_edits_found") if is_asked else _say("no_edits"))
    elif len(lines) == limit:
        console.print(Text(f"the last {limit:,}; more with --limit, or --before a day", style="dim"))


def _print_edit(console: Console, line: EditLine) -> None:
    _print_lines(console, Text(clean(line.headline or _say("no_headline")), style="bold"))
    notes = f"{line.article} {line.revision} · {class_list(line.classes, 'en')}"
    _print_lines(console, Text(clean(notes), style="cyan"), _INDENT)
    _print_lines(console, Text(_sentence(between(line.after, line.seen, _say)), style="dim"), _INDENT)
    if line.reason:
        _print_lines(console, Text(clean(line.reason), style="dim"), _INDENT)
    if line.excerpt:
        _print_lines(console, _inked(line.excerpt, console), _INDENT)
    console.print()


def _listed(given: Iterable[str]) -> list[str]:
    return [part.strip() for text in given for part in text.split(",") if part.strip()]


def _sources(here: Broadsheet) -> Sources:
    """What pages are made from, without the parts that only the reader's other pages need."""
    return Sources(
        archive=here.archive,
        index=here.index,
        stories=here.groups,
        settings=here.settings,
        search=lambda text, **asked: here.search(text, **asked),
        find_answering=here.find_answering,
        months=tuple(here.index.iter_months()),
        modified=None,
        now=here.clock(),
        health=here.iter_health,
    )


def _say(key: str, **values: object) -> str:
    return say("en", key, **values)


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def _inked(pieces: Iterable[Piece], console: Console, style: str = "") -> Text:
    """A difference in colours where the terminal has any, else with marks; on one line."""
    if console.color_system is None or console.no_color:
        return Text(clean(pieces_text(pieces)), style=style)
    shown = Text(style=style)
    for piece in pieces:
        number = " bold" if piece.is_number else ""
        shown.append(clean(piece.text.replace("\n", " ¶ ")), f"{_STYLES.get(piece.kind, '')}{number}".strip())
    return shown


def _print_lines(console: Console, text: Text, indent: str = "", first: Text | None = None) -> None:
    """``text`` in rows that fit the terminal, none begun by a Chinese comma or stop; ``first`` indents the first."""
    at, plain = 0, text.plain
    for number, row in enumerate(wrap(plain, max(min(console.width, _WIDEST) - len(indent) - _HANGING, 20))):
        at = plain.index(row, at)
        console.print((first if first and number == 0 else Text(indent)) + text[at : at + len(row)])
        at += len(row)


COMMANDS: tuple[click.Command, ...] = (history, diff, edits)
