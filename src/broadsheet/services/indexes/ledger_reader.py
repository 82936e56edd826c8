"""Reads on in the ledgers, part by part, from where an index derived from them stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from broadsheet.model import Revision
from broadsheet.services.archive import Archive
from broadsheet.services.indexes.articles import read_new

Positions = Mapping[str, tuple[int, str]]
"""How far each ledger file has been read: file -> (bytes, digest of the last line read)."""


class OtherTruth(Exception):
    """The ledgers are shorter than, or differ from, what was read of them: begin anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """Ledger lines in a row, of ``file``, from the byte ``before`` to ``position``: (byte, digest of the last line)."""

    file: str
    before: int
    position: tuple[int, str]
    lines: tuple[Revision, ...]

    @property
    def newest(self) -> dict[str, Revision]:
        """The last of the lines of each article."""
        return {line.article: line for line in self.lines}


def iter_parts(
    archive: Archive, positions: Positions, *, step: int, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Part]:
    """What the ledgers say beyond ``positions``, at most ``step`` lines at a time, so that memory stays flat.

    OtherTruth where they do not go on from there, at once or when the file's turn comes. A file whose first line is
    not the first of its chain is passed over.
    """
    files = dict(archive.iter_ledger_files())
    if any(files.get(file, -1) < size for file, (size, _) in positions.items()):
        raise OtherTruth
    for file, size in files.items():
        before, digest = positions.get(file, (0, ""))
        if size == before:
            continue
        progress(file)
        lines = read_new(archive, file, before, digest)
        if lines is None and before:
            raise OtherTruth
        lines = lines or []  # a ledger that lacks its beginning is for verify to name
        for start in range(0, len(lines), step):
            part = lines[start : start + step]
            _, end, last = part[-1]
            yield Part(file, before, (end, last), tuple(line for line, _, _ in part))
            before = end
