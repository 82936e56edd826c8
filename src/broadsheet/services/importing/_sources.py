"""Where a mirror's files are: folders, tar and zip files, single files. Listed once, their bytes read on demand.

Nothing is unpacked under the names it carries. Members of a zip file or of a compressed tar file cannot be reached out
of order, so what may be a document is copied once into one scratch file; a plain tar file is read in place. No symbolic
link is followed but one that a person named. What unpacks to much more than it is, is left where it shows.
"""

from __future__ import annotations

import contextlib
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.document import may_be_document

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no document."""

HEAD_BYTES = 8192
"""So many bytes tell whether a file may be a document."""

MOST_UNPACKED = 256 * 1024 * 1024
MOST_RATIO = 200
"""What an archive file may unpack to: so many bytes, and beyond them so many times its own size. Pages of one mirror
pack to a tenth or a thirtieth; a zip bomb to a thousandth and less."""

_TAR_NAME = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?)$")
_PACKED_NAME = re.compile(rf"(?:{_TAR_NAME.pattern}|\.zip$)")
_BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, lzma.LZMAError, zlib.error, NotImplementedError,
    RuntimeError, ValueError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file's bytes lie: ``size`` bytes from ``offset`` of the file ``path``; ``name`` is its own name."""

    name: str
    path: str
    offset: int
    size: int

    def read(self, most: int | None = None) -> bytes:
        """The bytes, the first ``most`` at most; OSError if they cannot be read or the file is another by now."""
        number = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise OSError(0, "no regular file any more")
            file.seek(self.offset)
            return file.read(self.size if most is None else min(self.size, most))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not taken over, and why: a countable reason and a sentence.

    ``is_other`` where it is none of ours: no document at all, as against one that cannot be taken over.
    """

    name: str
    reason: str
    sentence: str
    is_other: bool = False


def other(name: str, reason: str, more: str = "") -> Refusal:
    """A file that is no document, passed over on purpose."""
    return Refusal(name, reason, f"{name}: {reason}{more}", is_other=True)


def iter_places(source: Path, scratch: Path, complain: Callable[[str], None], own: Path) -> Iterator[Place | Refusal]:
    """Every file of ``source``: where it lies, or why it is passed over.

    ``scratch`` is a folder for copies of packed documents; whoever made it removes it. ``own`` is the folder of the
    archive that imports, which is passed over. ``complain`` hears of folders that cannot be listed and of archive files
    that break off. NotFoundError if there is nothing at ``source``, FormatError if it is called an archive file and is
    none that can be read.
    """
    if source.is_dir():
        yield from _iter_folder(source, scratch, complain, own.resolve())
    elif not source.is_file():
        raise NotFoundError(f"{source}: no such folder or file")
    elif (opener := _find_opener(source)) is not None:
        yield from opener(source.resolve(), "", scratch, complain)
    else:
        yield Place(_shown(source.name), str(source.resolve()), 0, source.stat().st_size)


def _iter_folder(root: Path, scratch: Path, complain: Callable[[str], None], own: Path) -> Iterator[Place | Refusal]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            complain(f"{_shown(str(folder))}: cannot be listed ({error.strerror}); its files were left out")
            continue
        folders = []
        for entry in entries:
            name = _shown(Path(entry.path).relative_to(root).as_posix())
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                if Path(entry.path).resolve() == own:
                    yield other(f"{name}/", "this archive's own folder")
                else:
                    folders.append(Path(entry.path))
            else:
                yield from _of_entry(entry, name, scratch, complain)
        waiting.extend(reversed(folders))


def _of_entry(
    entry: os.DirEntry[str], name: str, scratch: Path, complain: Callable[[str], None]
) -> Iterator[Place | Refusal]:
    if entry.is_symlink():
        yield other(name, "symbolic link", ", not followed")
    elif entry.name.startswith("."):
        yield other(name, "hidden")
    elif not entry.is_file(follow_symlinks=False):
        yield other(name, "no regular file")
    elif _PACKED_NAME.search(entry.name.lower()) and (opener := _find_opener(Path(entry.path), lenient=True)):
        yield from opener(Path(entry.path), f"{name}/", scratch, complain)
    else:
        try:
            yield Place(name, entry.path, 0, entry.stat(follow_symlinks=False).st_size)
        except OSError as error:
            yield Refusal(name, "cannot be read", f"{name}: cannot be read ({error.strerror})")


_Opener = Callable[[Path, str, Path, Callable[[str], None]], Iterator[Place | Refusal]]


def _find_opener(source: Path, *, lenient: bool = False) -> _Opener | None:
    """What lists the members of an archive file; None where it is none.

    FormatError for one that is called so and cannot be read, unless ``lenient``.
    """
    with contextlib.suppress(*_BROKEN):
        with source.open("rb") as file:
            opens_so = file.read(2) == b"PK"  # a zip file may have anything before it, and a document behind it
        if opens_so and zipfile.is_zipfile(source):
            return _iter_zip
    with contextlib.suppress(*_BROKEN):
        if tarfile.is_tarfile(source):
            return _iter_tar
    if not lenient and _PACKED_NAME.search(source.name.lower()):
        raise FormatError(
            f"{source}: no tar file (plain, gz, bz2 or xz) or zip file that can be read; "
            "unpack it and import the folder"
        )
    return None


class _TooMuch(Exception):
    """An archive file unpacks to more than it may."""


class _Allowance:
    """How many bytes an archive file may still unpack to."""

    def __init__(self, source: Path) -> None:
        self.left = MOST_UNPACKED + MOST_RATIO * source.stat().st_size

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise _TooMuch


def _iter_tar(source: Path, prefix: str, scratch: Path, complain: Callable[[str], None]) -> Iterator[Place | Refusal]:
    packed = not _is_plain(source)
    allowance = _Allowance(source)
    last = "its beginning"
    try:
        with tarfile.open(source) as tar, (scratch / f"documents-{_count(scratch)}").open("xb") as spool:
            for member in tar:
                tar.members = []  # type: ignore[attr-defined]  # or a long tar file is remembered member by member
                last, name = _shown(member.name), prefix + _shown(member.name)
                if member.isdir():
                    continue
                if (refused := _refuse_member(name, member)) is not None:
                    yield refused
                elif not packed and not member.issparse():
                    yield Place(name, str(source), member.offset_data, member.size)
                    continue
                if packed:
                    allowance.spend(member.size)
                if refused is None and (file := tar.extractfile(member)) is not None:
                    with file:
                        yield _spooled(file, name, member.size, spool)
    except _TooMuch:
        complain(_too_much(source, last))
    except _BROKEN as error:
        complain(f"{_shown(str(source))}: breaks off after {last} ({error}); what stands before it was read")


def _iter_zip(source: Path, prefix: str, scratch: Path, complain: Callable[[str], None]) -> Iterator[Place | Refusal]:
    allowance = _Allowance(source)
    last = "its beginning"
    try:
        with zipfile.ZipFile(source) as packed, (scratch / f"documents-{_count(scratch)}").open("xb") as spool:
            for member in packed.infolist():
                last, name = _shown(member.filename), prefix + _shown(member.filename)
                if member.is_dir():
                    continue
                if (refused := _refuse_packed(name, member)) is not None:
                    yield refused
                    continue
                try:
                    with packed.open(member) as file:
                        found = _spooled(file, name, member.file_size, spool)
                except _BROKEN as error:
                    yield Refusal(name, "cannot be read", f"{name}: cannot be read ({error})")
                    continue
                allowance.spend(found.size if isinstance(found, Place) else 0)
                yield found
    except _TooMuch:
        complain(_too_much(source, last))
    except _BROKEN as error:
        complain(f"{_shown(str(source))}: breaks off after {last} ({error}); what stands before it was read")


def _refuse_member(name: str, member: tarfile.TarInfo) -> Refusal | None:
    if member.issym() or member.islnk():
        return other(name, "symbolic link" if member.issym() else "hard link", ", not followed")
    if not member.isfile():
        return other(name, "no regular file")
    return _refuse_name(name, member.size)


def _refuse_packed(name: str, member: zipfile.ZipInfo) -> Refusal | None:
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return other(name, "symbolic link", ", not followed")
    if member.flag_bits & 1:
        return Refusal(
            name, "cannot be read", f"{name}: cannot be read (it is encrypted; unpack it and import the folder)"
        )
    return _refuse_name(name, member.file_size)


def _refuse_name(name: str, size: int) -> Refusal | None:
    if any(part.startswith(".") and part not in (".", "..") for part in name.split("/")):
        return other(name, "hidden")
    return too_large(name, size) if size > MAX_BYTES else None


def too_large(name: str, size: int) -> Refusal:
    """A file that is too large for a document."""
    return other(name, "too large", f": {size} bytes; a document has at most {MAX_BYTES}")


def refuse_head(name: str, head: bytes) -> Refusal | None:
    """Why a file that begins with ``head`` is no document, or None where it may be one."""
    if not head.strip():
        return other(name, "empty")
    if may_be_document(head):
        return None
    return other(name, "not text" if b"\0" in head else "not a document", _beginning(head))


def _beginning(head: bytes) -> str:
    if b"\0" in head:
        return ""
    line = head.decode("utf-8", "replace").lstrip("\ufeff \r\n\t").partition("\n")[0].strip()
    return f": begins with {line[:40]!r}, not with a document's header"


def _spooled(file: IO[bytes], name: str, size: int, spool: IO[bytes]) -> Place | Refusal:
    """Copy a member that may be a document into ``spool``."""
    head = file.read(HEAD_BYTES)
    if (refused := refuse_head(name, head)) is not None:
        return refused
    rest = file.read(MAX_BYTES + 1 - len(head))
    length = len(head) + len(rest)
    if length < min(size, MAX_BYTES + 1):
        raise EOFError("unexpected end of data")
    if length > MAX_BYTES:
        return too_large(name, length)
    offset = spool.tell()
    spool.write(head)
    spool.write(rest)
    spool.flush()
    return Place(name, spool.name, offset, length)


def _too_much(source: Path, last: str) -> str:
    return (
        f"{_shown(str(source))}: unpacks to more than {MOST_RATIO} times its size and was left at {last}; "
        "what stands before it was read. If that is no mistake, unpack it and import the folder"
    )


def _count(scratch: Path) -> int:
    return sum(1 for _ in scratch.glob("documents-*"))


def _shown(name: str) -> str:
    """A name as text: bytes of it that are not UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_plain(source: Path) -> bool:
    try:
        with tarfile.open(source, "r:") as tar:
            return tar.next() is not None
    except tarfile.TarError:
        return False
