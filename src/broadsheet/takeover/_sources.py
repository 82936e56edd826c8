"""Where a mirror's files are: a folder, a tar file, one file. Files are listed once and their bytes read on demand.

Nothing is unpacked under the names it carries. A compressed tar file is copied once, document after document, into
one scratch file, because its members cannot be reached out of order; a plain one is read in place.
"""

from __future__ import annotations

import lzma
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from broadsheet.errors import FormatError, NotFoundError

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no document."""

_TAR_NAME = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?)$")
_SUFFIXES = (".md", ".markdown")
_BROKEN = (tarfile.TarError, EOFError, OSError, lzma.LZMAError, zlib.error)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file's bytes lie: ``size`` bytes from ``offset`` of the file ``path``; ``name`` is its own name."""

    name: str
    path: str
    offset: int
    size: int

    def read(self) -> bytes:
        """The bytes; OSError if they cannot be read."""
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


def iter_places(source: Path, scratch: Path, complain: Callable[[str], None]) -> Iterator[Place]:
    """Every file of ``source`` that may be a document. Hidden folders and links are passed over.

    ``scratch`` is a folder for the copy of a compressed tar file's documents; whoever made it removes it.
    ``complain`` hears of folders that cannot be listed and of a tar file that breaks off. NotFoundError if there
    is nothing at ``source``, FormatError if it is called a tar file and is none that can be read.
    """
    if source.is_dir():
        yield from _iter_folder(source, source, complain)
    elif not source.is_file():
        raise NotFoundError(f"{source}: no such folder or file")
    elif _is_tar(source):
        yield from _iter_tar(source, scratch, complain)
    else:
        yield Place(_shown(source.name), str(source), 0, source.stat().st_size)


def _iter_folder(root: Path, folder: Path, complain: Callable[[str], None]) -> Iterator[Place]:
    folders = []
    try:
        with os.scandir(folder) as scan:
            for entry in scan:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False) and entry.name.endswith(_SUFFIXES):
                    name = Path(entry.path).relative_to(root).as_posix()
                    yield Place(_shown(name), entry.path, 0, entry.stat(follow_symlinks=False).st_size)
    except OSError as error:
        complain(f"{folder}: cannot be listed ({error.strerror}); its files were left out")
    for one in folders:
        yield from _iter_folder(root, one, complain)


def _iter_tar(source: Path, scratch: Path, complain: Callable[[str], None]) -> Iterator[Place]:
    plain = _is_plain(source)
    spool = scratch / "documents"
    last = "its beginning"
    try:
        with tarfile.open(source) as tar, spool.open("wb") as out:
            for member in tar:
                tar.members = []  # type: ignore[attr-defined]  # or a long tar file is remembered member by member
                last = member.name
                if not _may_be_document(member):
                    continue
                if plain and not member.issparse():
                    yield Place(_shown(member.name), str(source), member.offset_data, member.size)
                    continue
                content = _read_member(tar, member)
                offset = out.tell()
                out.write(content)
                out.flush()
                yield Place(_shown(member.name), str(spool), offset, len(content))
    except _BROKEN as error:
        complain(f"{source}: breaks off after {last} ({error}); what stands before it was read")


def _shown(name: str) -> str:
    """A name as text: bytes of it that are not UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _may_be_document(member: tarfile.TarInfo) -> bool:
    hidden = any(part.startswith(".") and part != "." for part in member.name.split("/"))
    return member.isfile() and not hidden and member.name.endswith(_SUFFIXES)


def _read_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file: IO[bytes] | None = tar.extractfile(member)
    if file is None:
        return b""
    with file:
        content = file.read(MAX_BYTES + 1)
    if len(content) < min(member.size, MAX_BYTES + 1):
        raise EOFError("unexpected end of data")
    return content


def _is_tar(source: Path) -> bool:
    try:
        readable = tarfile.is_tarfile(source)
    except _BROKEN:
        readable = False
    if not readable and _TAR_NAME.search(source.name.lower()):
        raise FormatError(
            f"{source}: no tar file that can be read (plain, gz, bz2 or xz); unpack it and import the folder"
        )
    return readable


def _is_plain(source: Path) -> bool:
    try:
        with tarfile.open(source, "r:") as tar:
            return tar.next() is not None
    except tarfile.TarError:
        return False
