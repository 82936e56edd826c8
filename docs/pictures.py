"""Draws ``docs/pictures/demo.svg``: what the demo prints. ``python -m docs.pictures`` runs it and draws."""

from __future__ import annotations

import html
import io
import os
import re
import tempfile
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from tests.transcripts import Session

from docs.generate import FOLDER

_WIDTH = 122
_INK = TerminalTheme(
    (252, 251, 247), (38, 38, 38),
    [(38, 38, 38), (170, 30, 30), (40, 110, 40), (140, 90, 0), (30, 70, 150), (110, 40, 110), (0, 100, 110),
     (90, 90, 90)],
)  # fmt: skip
_COMMANDS = ("broadsheet demo --folder demo --port 8640 --no-serve", "broadsheet -C demo list --limit 6")
_TEXT = re.compile(r'(<text class="[^"]*" x=")([\d.]+)("[^>]*?textLength=")([\d.]+)("[^>]*>)([^<]*)</text>')
_FONT_RULES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FONTS = "font-family: Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans CJK SC'"


def draw() -> str:
    """The picture as SVG that needs nothing from a network."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False, force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder), None)
        for command in _COMMANDS:
            console.print(Text.assemble(("$ ", "dim"), (command, "bold blue")))
            for line in session.run(command).partition("\nThe archive stands")[0].splitlines():
                console.print(_inked(line))
            console.print()
    svg = console.export_svg(title="Broadsheet", theme=_INK, unique_id="demo")
    svg = _TEXT.sub(_by_width, svg)
    return _FONT_RULES.sub("", svg).replace("font-family: Fira Code", _FONTS)


def _by_width(found: re.Match[str]) -> str:
    """A piece of text as one piece per run of narrow or wide characters; rich counts a wide one as one cell."""
    start, left, middle, length, rest, content = found.groups()
    text = html.unescape(content)
    cell = float(length) / max(len(text), 1)
    pieces, x = [], float(left)
    for _, run in groupby(text, key=cell_len):
        words = "".join(run)
        wide = cell * cell_len(words)
        shown = html.escape(words).replace(" ", "&#160;")
        pieces.append(f"{start}{x:.1f}{middle}{wide:.1f}{rest}{shown}</text>")
        x += wide
    return "".join(pieces)


def _inked(line: str) -> Text:
    text = Text(line, overflow="ellipsis", no_wrap=True)
    text.highlight_regex(r"kept \d+( \(\d+ revised\))?", "green")
    text.highlight_regex(r"\bwhole$", "bold green")
    text.highlight_regex(r"^Round \d.*", "bold")
    text.highlight_regex(r"· \d+ revisions", "magenta")
    return text


if __name__ == "__main__":
    os.environ["COLUMNS"] = str(_WIDTH)
    (FOLDER / "pictures" / "demo.svg").write_text(draw(), "utf-8")
