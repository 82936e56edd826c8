"""What every command prints with: one console for answers, one for progress and complaints."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from broadsheet.account import Account
from broadsheet.app import Broadsheet
from broadsheet.cli._sentences import clean
from broadsheet.errors import SettingsError
from broadsheet.formats.ledger import format_instant
from broadsheet.policy.robots import REFUSED

every_option = click.option(
    "--every", metavar="DURATION", help="How often a run is expected, unless [alerts] every says it (such as 1h)."
)

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def out() -> Console:
    """The console for answers; made per call, so that tests and pipes see their own stream."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """The console for progress and complaints."""
    return Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """``value`` as indented JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return format_instant(value)
    raise TypeError(f"{value!r} has no JSON form")


def progress() -> Progress:
    """A progress display on the error stream; silent where that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err(),
        transient=True,
        disable=not err().is_terminal,
    )


@contextlib.contextmanager
def writing(here: Broadsheet) -> Iterator[None]:
    """``here.writing()`` that says, in a terminal, what is being brought in step before and afterwards."""
    status = err().status("")

    def tell(what: str) -> None:
        if not what:
            status.stop()
        elif status.console.is_terminal:
            status.update(clean(what))
            status.start()

    try:
        with here.writing(tell):
            yield
    finally:
        status.stop()


def account_line(name: str, account: Account) -> str:
    """``voa: listed 20 = kept 3 (1 revised) + known 15 + skipped 2 (taken down 2) + failed 0``."""
    revised = f" ({account.revised} revised)" if account.revised else ""
    return (
        f"{name}: listed {account.listed} = kept {account.kept}{revised} + known {account.known}"
        f" + skipped {account.skipped.total()}{_reasons(account.skipped)}"
        f" + failed {account.failed.total()}{_reasons(account.failed)}"
        + (f"; robots.txt refused {refused} pages" if (refused := account.pages[REFUSED]) else "")
        + (f"; {looks_line(account)}" if account.looks else "")
    )


def looks_line(account: Account) -> str:
    """``looked at 41 again = same 38 + edited 2 + refused: paywall 1``; empty where nothing was looked at."""
    if not account.looks:
        return ""
    counts = " + ".join(f"{outcome} {count}" for outcome, count in account.looks.most_common())
    return f"looked at {account.looks.total()} again = {counts}"


def _reasons(counts: Counter[str]) -> str:
    if not counts:
        return ""
    return " (" + ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) + ")"


def parse_duration(text: str) -> float:
    """``90s``, ``30m``, ``1h``, ``2d`` or plain seconds, in seconds; SettingsError for anything else."""
    found = _DURATION.fullmatch(text.strip().lower())
    if not found or not float(found[1]):
        raise SettingsError(f"{text!r} is not a duration; write it like 90s, 30m, 1h or 2d")
    return float(found[1]) * _UNITS[found[2]]


def parse_size(text: str) -> int:
    """``200MB``, ``1.5 GB``, ``64MiB`` or plain bytes, in bytes; SettingsError for anything else."""
    found = _SIZE.fullmatch(text.strip().lower())
    if not found:
        raise SettingsError(f"{text!r} is not a size; write it like 200MB or 1.5GB")
    return int(float(found[1]) * (1024 if found[3] else 1000) ** _POWERS[found[2]])
