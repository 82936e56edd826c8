"""Runs the sessions that the documentation shows, and holds what they print against what the page says.

In a page, a fenced block ``console`` is a session: lines that begin with ``$ `` are commands, the lines after them
what they print. ``…`` in an expected line stands for anything, such as the reader's own day, a line of only ``…`` for
any lines; only spacing is not compared. A fenced block with a path after its language (``toml my-archive/x.toml``) is a
file that the reader writes. The place of the newsroom, ``127.0.0.1:8640`` in the pages, is wherever it answers now.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from broadsheet.cli import main
from broadsheet.demo import Newsroom

_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ROUND = re.compile(r"curl -X POST http://127\.0\.0\.1:8640/round/(\d)")
_PLACE = "127.0.0.1:8640"
_SPACING = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Block:
    """A fenced block: its info string in words, and its text."""

    info: tuple[str, ...]
    text: str

    @property
    def language(self) -> str:
        """The first word of the info string."""
        return self.info[0] if self.info else ""


@dataclass(frozen=True)
class Step:
    """One command of a session and what it should print."""

    command: str
    expected: str


def iter_blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in _FENCE.finditer(page):
        yield Block(tuple(found[1].split()), found[2])


def iter_steps(session: str) -> Iterator[Step]:
    """The commands of a session."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield Step(command, expected)


def iter_command_lines(page: str) -> Iterator[list[str]]:
    """Every ``broadsheet …`` command line in the fenced blocks of a page, as its arguments."""
    for block in iter_blocks(page):
        if block.language in ("console", "sh", "crontab", "ini"):
            for line in block.text.splitlines():
                for piece in re.split(r"&&|\|\||[|;#>]", line):
                    if found := re.search(r"(?:^|[ /])broadsheet (.+)", piece):
                        yield shlex.split(found[1])


class Session:
    """One reader at one terminal: the folder they are in, and what the last command said."""

    def __init__(self, home: Path, room: Newsroom | None) -> None:
        self.folder = home
        self.room = room
        self.code = 0

    def run(self, command: str) -> str:
        """What ``command`` prints, standard error included."""
        if command == "echo $?":
            return f"{self.code}\n"
        if found := _ROUND.fullmatch(command):
            assert self.room is not None
            self.room.round = int(found[1])
            return f"round {found[1]}\n"
        if command.startswith("cd "):
            self.folder = (self.folder / command[3:]).resolve()
            assert self.folder.is_dir(), command
            return ""
        return self._run_located(self.located(command)).replace(self.located(_PLACE), _PLACE)

    def located(self, text: str) -> str:
        """What the page says, with the newsroom's true place in it."""
        return text.replace(_PLACE, f"127.0.0.1:{self.room.port}") if self.room else text

    def _run_located(self, command: str) -> str:
        ours, _, filters = command.partition(" | ")
        if ours.startswith("broadsheet "):
            complaints, answers = self._run_broadsheet(shlex.split(ours)[1:])
            return complaints + (self._run_shell(filters, answers) if filters else answers)
        return self._run_shell(command)

    def _run_shell(self, command: str, given: str = "") -> str:
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, input=given.encode(), capture_output=True, timeout=20, check=False
        )
        self.code = done.returncode
        return (done.stdout + done.stderr).decode()

    def _run_broadsheet(self, arguments: list[str]) -> tuple[str, str]:
        """What our own command, run in this process, prints: its complaints and its answers."""
        streams = io.BytesIO(), io.BytesIO()
        err, out = (io.TextIOWrapper(stream, "utf-8", write_through=True) for stream in streams)
        before = sys.argv
        sys.argv = ["broadsheet", *arguments]
        self.code = 0
        try:
            with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main()
        except SystemExit as end:
            self.code = int(end.code or 0)
        finally:
            sys.argv = before
        return streams[0].getvalue().decode().lstrip("\n"), streams[1].getvalue().decode()


def play(page: str, home: Path, room: Newsroom | None) -> list[str]:
    """Run every session of a page in order; one complaint per command that printed something else."""
    session = Session(home, room)
    complaints = []
    for block in iter_blocks(page):
        if len(block.info) == 2:
            path = session.folder / block.info[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(session.located(block.text), "utf-8")
        elif block.language == "console":
            for step in iter_steps(block.text):
                printed = session.run(step.command)
                if not agrees(step.expected, printed):
                    complaints.append(_complaint(step, printed))
    return complaints


def agrees(expected: str, printed: str) -> bool:
    """Whether what was printed is what the page says, in all that it does not leave open by ``…``."""
    pattern = ""
    for line in _settled(expected):
        pattern += r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in _settled(printed))) is not None


def _settled(text: str) -> list[str]:
    """The lines with single spaces, and without empty lines around."""
    return [line.rstrip() for line in _SPACING.sub(" ", text).strip().splitlines()]


def _complaint(step: Step, printed: str) -> str:
    lines = difflib.unified_diff(step.expected.splitlines(), printed.splitlines(), "the page", "the program", "", "", 1)
    return "\n".join([f"$ {step.command}", *(line.rstrip() for line in lines)])
