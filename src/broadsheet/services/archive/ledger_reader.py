"""Reads on in the ledgers from where something derived from them stands: the one way in which ledgers are followed.

Whoever follows remembers a ``Position`` for each ledger file. A file that has grown is read from there on, in parts. A
file that is shorter, or says something else up to there, is other truth: whoever follows forgets and begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from broadsheet.errors import FormatError
from broadsheet.formats.ledger import Head, digest_of, head_of, iter_lines, parse_line
from broadsheet.model import Position, Revision
from broadsheet.services.archive._archive import Archive

_STEP = 1000
"""Ledger lines taken in at a time, so that memory stays flat on a large file."""

_log = logging.getLogger(__name__)


class OtherTruth(Exception):
    """The ledgers are shorter than, or differ from, what was read of them: begin anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """Ledger lines in a row, of ``file``, from the byte ``before`` to ``position``."""

    file: str
    before: int
    position: Position
    lines: tuple[Revision, ...]

    @property
    def newest(self) -> dict[str, Revision]:
        """The last of the lines of each article."""
        return {line.article: line for line in self.lines}


def iter_parts(
    archive: Archive,
    positions: Mapping[str, Position],
    *,
    step: int = _STEP,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Part]:
    """What the ledgers say beyond ``positions``, at most ``step`` lines at a time.

    OtherTruth where they do not go on from there, at once or when the file's turn comes. A line that cannot be read is
    passed over with a warning, and a file whose first line is not the first of its chain whole: verify names both.
    """
    files = dict(archive.iter_ledger_files())
    if any(files.get(file, -1) < position.size for file, position in positions.items()):
        raise OtherTruth
    for file, size in files.items():
        position = positions.get(file, Position())
        if size == position.size:
            continue
        progress(file)
        yield from _iter_file(file, archive.store.get(file), position, step)


def _iter_file(file: str, content: bytes, position: Position, step: int) -> Iterator[Part]:
    size, digest = position
    if size and head_of(content[:size]) != Head(size, content.count(b"\n", 0, size), digest):
        raise OtherTruth
    before = end = size
    lines, count = list[Revision](), 0
    for number, line in iter_lines(content[size:]):
        revision = _find_revision(line, f"{file}, line {number} after byte {size}")
        if number == 1 and revision is not None and revision.prev != position.digest:
            if size:
                raise OtherTruth
            return  # a ledger that lacks its beginning is for verify to name
        end, digest, count = end + len(line), digest_of(line), count + 1
        if revision is not None:
            lines.append(revision)
        if count == step:
            yield Part(file, before, Position(end, digest), tuple(lines))
            before, lines, count = end, [], 0
    if count:
        yield Part(file, before, Position(end, digest), tuple(lines))


def _find_revision(line: bytes, where: str) -> Revision | None:
    try:
        return parse_line(line, where=where)
    except FormatError as error:
        _log.warning("%s; passed over, run broadsheet verify", error)
        return None
