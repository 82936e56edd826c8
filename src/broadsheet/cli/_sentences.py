"""Sentences for a terminal: what needs nothing of Broadsheet, so that ``--help`` costs nothing."""

from __future__ import annotations

import re

import click

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def complain(sentence: str) -> None:
    """One sentence about what went wrong, on the error stream."""
    click.echo(f"broadsheet: {clean(sentence)}", err=True)


def clean(text: str) -> str:
    """``text`` without control characters: what feeds say must not command a terminal."""
    return _CONTROL.sub("", text)
