"""Writes ``docs/reference.md`` from the program itself: commands, settings, errors, ledger lines.

``python -m docs.generate`` (or ``./run docs``) rewrites the page; with ``--check`` it only says whether the page is
as it should be. A test does the same.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import click

from broadsheet import errors
from broadsheet.cli import broadsheet
from broadsheet.errors import MEANING, BroadsheetError
from broadsheet.model import Channel, Outlet
from broadsheet.render.to_json import iter_addresses
from broadsheet.settings import iter_reference
from broadsheet.views.page import iter_page_reference

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER / "reference.md"
_WIDTH = 100
_FIELDS_HEADING = "### Fields of a line"

_OUTLET_KEYS = {
    "name": ("text", "the outlet's id", "what the outlet is called on pages"),
    "home_url": ("text", "none", "its home page; relative addresses of imported documents are read against it"),
    "language": ("text", "none", "the language of its texts, such as `zh-Hans`; also decides how dates are read"),
    "timezone": ("text", "none", "the zone it prints times in, such as `Asia/Shanghai`, for times without one"),
    "full_text": ("text", "as in [pages]", "when an entry's page is fetched: `always`, `never` or `auto`"),
    "recipe": ("text", "found by host", "the recipe for the outlet's pages"),
    "proxy": ("text", "as in [fetch]", "the proxy that it is asked through; `none`: straight out"),
    "robots": ("text", "`obey`", "`ignore`: its pages are asked for whatever robots.txt says; needs `robots_reason`"),
    "robots_reason": ("text", "none", "why its robots.txt is ignored; `health` shows it"),
    "publish": ("text", "`full`", "how much of it may be published: `full`, `excerpt`, `headlines` or `no`"),
    "feeds": ("list of texts", "none", "the addresses of its feeds"),
}
"""What each field of an Outlet but its id means in ``broadsheet.toml``: kind, default, meaning."""

_CHANNEL_KEYS = {
    "webhook": ("address", "none", "is sent every message by POST; it may stand elsewhere: `env:NAME`, `file:/PATH`"),
    "body": ("text", "the message as JSON", "what is posted instead, in braces what a message has: `{text}`"),
    "headers": ("list of texts", "none", 'sent along, such as `"Authorization: env:NTFY_TOKEN"`'),
    "mail": (
        "list of texts",
        "none",
        "addresses that get every message, each a mail of its own, by the server in [mail]",
    ),
    "command": (
        "list of texts",
        "none",
        "a program and its arguments; it reads the message as JSON from standard input",
    ),
    "ping": ("address", "none", "is asked for after every good run; who waits for it shouts when it does not come"),
    "ping_start": ("text", "`/start`", "asked for when a run begins: an address, or what goes behind that of `ping`"),
    "ping_fail": ("text", "`/fail`", "the same for a run that ends badly; empty: not told"),
    "proxy": ("text", "as in [fetch]", "the proxy that a webhook or ping goes through; `none`: straight out"),
}
"""What each field of a Channel but its name means in ``broadsheet.toml``: kind, default, meaning."""


def reference() -> str:
    """The whole page."""
    parts = [
        "# Reference",
        "This page is written by `./run docs` from the program itself. Do not edit it.",
        "[Commands](#commands) · [Settings](#settings) · [Errors and exit codes](#errors-and-exit-codes) · "
        "[Ledger lines](#ledger-lines) · [Pages](#pages)",
        *_iter_commands(),
        *_iter_settings(),
        *_iter_errors(),
        *_iter_ledger(),
        *_iter_pages(),
    ]
    return "\n\n".join(parts) + "\n"


def _iter_commands() -> Iterator[str]:
    yield "## Commands"
    yield (
        "Every command works on the archive it stands in, or on the one that `-C FOLDER` or the environment variable "
        "`BROADSHEET_ARCHIVE` names. Commands with `--json` answer in JSON, for scripts. Answers go to stdout, "
        "progress and complaints to stderr."
    )
    yield _fenced(_help(broadsheet, "broadsheet"))
    for name, command in sorted(broadsheet.commands.items()):
        yield f"### {name}"
        yield _fenced(_help(command, f"broadsheet {name}"))
        if isinstance(command, click.Group):
            for inner, one in sorted(command.commands.items()):
                yield _fenced(_help(one, f"broadsheet {name} {inner}"))


def _help(command: click.Command, called: str) -> str:
    """What ``--help`` prints, at one width whatever the terminal."""
    settings = {**broadsheet.context_settings, "max_content_width": _WIDTH, "terminal_width": _WIDTH}
    context = click.Context(command, info_name=called, **settings)
    lines = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _iter_settings() -> Iterator[str]:
    yield "## Settings"
    yield (
        "All settings stand in `broadsheet.toml`, the one file of an archive that you write yourself. "
        "Every setting has a default; a wrong key or value is refused with a sentence that says what would do. "
        "Durations are seconds and end in `_s`."
    )
    rows: dict[str, list[str]] = {}
    for section, name, default, help_text in iter_reference():
        rows.setdefault(section, []).append(f"| `{name}` | `{default}` | {_cell(help_text)} |")
    for section, lines in rows.items():
        yield f"### [{section}]" if section else "### At the top of the file"
        yield "\n".join(["| setting | default | meaning |", "| --- | --- | --- |", *lines])
    yield "### [outlets.ID]"
    yield (
        "One table per outlet. `ID` names the outlet's folder: up to 40 lower-case letters, digits and hyphens. "
        "`broadsheet follow` and `broadsheet import` write these tables and leave your comments in place."
    )
    names = [one.name for one in fields(Outlet) if one.name != "id"]
    keys = [f"| `{name}` | {' | '.join(_OUTLET_KEYS[name])} |" for name in names]
    yield "\n".join(["| key | value | default | meaning |", "| --- | --- | --- | --- |", *keys])
    yield "### [channels.NAME]"
    yield (
        "One table per way to reach somebody (up to 40 lower-case letters, digits and hyphens), with one of `webhook`, "
        "`mail`, `command` or `ping`: see [Hear of trouble](howto/alerts.md). What may be a secret can stand in the "
        "environment or in a file outside the archive."
    )
    names = [one.name for one in fields(Channel) if one.name != "name"]
    keys = [f"| `{name}` | {' | '.join(_CHANNEL_KEYS[name])} |" for name in names]
    yield "\n".join(["| key | value | default | meaning |", "| --- | --- | --- | --- |", *keys])


def _iter_errors() -> Iterator[str]:
    yield "## Errors and exit codes"
    yield (
        "Every error is one sentence: what is wrong, where, and what to do. The class decides the exit code, the HTTP "
        "status a web face answers with, and whether trying again makes sense."
    )
    lines = ["| error | means | exit code | HTTP status | try again |", "| --- | --- | ---: | ---: | --- |"]
    for cls in _iter_classes(BroadsheetError):
        meaning = MEANING[cls]
        first = (inspect.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ")
        again = "yes" if meaning.retry else "no"
        row = f"| `{cls.__name__}` | {_cell(first)} | {meaning.exit_code} | {meaning.status} | {again} |"
        lines.append(row)
    yield "\n".join(lines)
    yield (
        "Other exit codes: 0 when all went well; 1 from `run` when every feed that was asked failed, and from `health` "
        "when a feed is failing (with `--check`, when anything is wrong); 1 from `alerts` when a "
        "delivery failed; 2 for a command line that cannot be understood; 3 from `verify` when anything is "
        "damaged; 130 after Ctrl-C."
    )


def _iter_classes(top: type[BroadsheetError]) -> Iterator[type[BroadsheetError]]:
    """The error classes as the tree in ``errors`` has them: in the order of the module."""
    found = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, top)]
    yield from sorted(found, key=lambda one: inspect.getsourcelines(one)[1])


def _iter_ledger() -> Iterator[str]:
    yield "## Ledger lines"
    yield "The fields of a ledger line, from [the format](format.md), which is normative."
    yield fields_table()


def fields_table() -> str:
    """The table of a ledger line's fields as ``format.md`` has it."""
    text = (FOLDER / "format.md").read_text("utf-8")
    after = text.partition(_FIELDS_HEADING)[2]
    lines = after.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("|"))
    end = next(at for at, line in enumerate(lines[start:], start) if not line.startswith("|"))
    return "\n".join(lines[start:end])


def _iter_pages() -> Iterator[str]:
    """Where each page stands, and every field of its JSON twin."""
    yield "## Pages"
    yield (
        "Every page of `broadsheet serve` has twins with the same content: its address with `.json`, `.atom`, `.md` or "
        "`.txt`. `/openapi.json` describes the JSON for programs; these are its addresses and fields. Paths in fields "
        "are relative to the reader's root and have no suffix; instants are UTC."
    )
    rows = [f"| `{path}` | {name} | {_cell(described)} |" for path, name, described in iter_addresses()]
    yield "\n".join(["| address | page | shows |", "|---|---|---|", *rows])
    for name, group in groupby(iter_page_reference(), key=itemgetter(0)):
        told = [f"| `{field}` | `{_cell(kind)}` | {_cell(words)} |" for _, field, kind, words in group]
        yield f"### {name}"
        yield "\n".join(["| field | type | meaning |", "|---|---|---|", *told])


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")


def _fenced(text: str) -> str:
    return f"```text\n{text}\n```"


def main(argv: Sequence[str]) -> int:
    """Write the page, or with ``--check`` only compare; 1 if it is not as it should be."""
    os.environ["COLUMNS"] = str(_WIDTH)
    text = reference()
    if "--check" in argv:
        is_same = PAGE.exists() and PAGE.read_text("utf-8") == text
        print(f"{PAGE.name} is {'as it should be' if is_same else 'out of date: run ./run docs'}")
        return 0 if is_same else 1
    PAGE.write_text(text, "utf-8")
    print(f"{PAGE.name} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
