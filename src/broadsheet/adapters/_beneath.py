"""Files and folders below one folder, reached without ever following a symbolic link, whoever swaps what meanwhile.

An archive may come from a stranger, and a link in it may lead anywhere. So every path is opened from the archive's own
folder downwards: by one ``openat2`` that the kernel itself holds to this (Linux 5.6 and later), else one part of the
path after another. The archive's folder itself may be reached through links: its owner named it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from broadsheet.errors import EngineError

_SYS_OPENAT2 = 437
"""The same number on every architecture (Linux, include/uapi/asm-generic/unistd.h)."""
_RESOLVE_NO_MAGICLINKS, _RESOLVE_NO_SYMLINKS, _RESOLVE_BENEATH = 0x02, 0x04, 0x08
_LINK_IN_THE_WAY = (errno.ELOOP, errno.ENOTDIR, errno.EXDEV, errno.EMLINK)
"""What systems say of O_NOFOLLOW on a link; of a folder that is a link they may say that it is no folder."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""Without waiting: a pipe that stands where a file should would hold a reader for ever."""


class LinkError(EngineError):
    """A symbolic link stands in the way, at ``key``."""

    def __init__(self, root: Path, key: str) -> None:
        super().__init__(
            f"{root / key}: is a symbolic link, and links inside an archive are never followed; "
            "put the file or folder itself there (another disk: mount it there)"
        )
        self.key = key


class Entry(NamedTuple):
    """What stands below the folder: its key, its size in bytes, and what it is where it is no regular file."""

    key: str
    size: int
    oddity: str | None = None


def open_beneath(root: Path, key: str, flags: int, mode: int = 0o644) -> int:
    """A descriptor of ``key`` below ``root`` ("" is ``root`` itself). OSError as the system has it; LinkError where a
    link is in the way."""
    top = os.open(root, _FOLDER)
    if not key:
        return top
    try:
        with contextlib.suppress(NotImplementedError):
            return _openat2(top, key, flags | os.O_CLOEXEC, mode)
        return _open_step_by_step(top, key, flags | os.O_CLOEXEC, mode)
    except OSError as error:
        if error.errno in _LINK_IN_THE_WAY and (link := _find_link(top, key)) is not None:
            raise LinkError(root, link) from None
        raise
    finally:
        os.close(top)


def read_beneath(root: Path, key: str) -> bytes | None:
    """The bytes of the file ``key``; None where there is none. OSError, LinkError as for ``open_beneath``."""
    try:
        fd = open_beneath(root, key, _READ)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with open(fd, "rb", closefd=True) as stream:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return stream.read()


def make_folder(root: Path, key: str) -> list[str]:
    """Make the folder ``key`` and those above it where they are missing; returns the folders that got a new one."""
    root.mkdir(parents=True, exist_ok=True)
    changed = []
    parts = key.split("/") if key else []
    for depth in range(len(parts)):
        above, here = "/".join(parts[:depth]), "/".join(parts[: depth + 1])
        try:
            os.close(open_beneath(root, here, _FOLDER))
        except FileNotFoundError:
            fd = open_beneath(root, above, _FOLDER)
            try:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(parts[depth], dir_fd=fd)
            finally:
                os.close(fd)
            changed.append(above)
    return changed


def open_folder(root: Path, key: str) -> int:
    """A descriptor of the folder ``key``."""
    return open_beneath(root, key, _FOLDER)


def iter_entries(root: Path, key: str) -> Iterator[Entry]:
    """Everything below the folder ``key`` that is no folder, sorted by key; links are named and not entered.

    ``key`` may name a file, which is then all there is; nothing where it names nothing.
    """
    try:
        fd = open_beneath(root, key, _FOLDER)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        yield from _find_alone(root, key)
        return
    except LinkError as error:
        yield Entry(error.key, 0, _name_kind(stat.S_IFLNK))
        return
    yield from _iter_folder(fd, f"{key}/" if key else "")


def _find_alone(root: Path, key: str) -> Iterator[Entry]:
    try:
        fd = open_beneath(root, key, _READ)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        found = os.fstat(fd)
    finally:
        os.close(fd)
    yield Entry(key, found.st_size, None if stat.S_ISREG(found.st_mode) else _name_kind(found.st_mode))


def _iter_folder(fd: int, start: str) -> Iterator[Entry]:
    """Below the open folder ``fd``, which is closed in the end."""
    try:
        with os.scandir(fd) as scan:
            names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in scan]
        for name, is_folder in sorted(names, key=lambda pair: pair[0] + ("/" if pair[1] else "")):
            if is_folder:
                try:
                    inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
                except (FileNotFoundError, NotADirectoryError):
                    continue
                yield from _iter_folder(inner, f"{start}{name}/")
                continue
            try:
                found = os.stat(name, dir_fd=fd, follow_symlinks=False)
            except FileNotFoundError:
                continue
            oddity = None if stat.S_ISREG(found.st_mode) else _name_kind(found.st_mode)
            yield Entry(f"{start}{name}", found.st_size, oddity)
    finally:
        os.close(fd)


def _name_kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def _open_step_by_step(top: int, key: str, flags: int, mode: int) -> int:
    """``key`` below the open folder ``top``, each part opened from the one before it."""
    *folders, name = key.split("/")
    here = os.dup(top)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = inner
        return os.open(name, flags | os.O_NOFOLLOW, mode, dir_fd=here)
    finally:
        os.close(here)


@lru_cache(maxsize=1)
def _find_syscall() -> Callable[..., int] | None:
    try:
        call: Callable[..., int] | None = ctypes.CDLL(None, use_errno=True).syscall
    except (OSError, AttributeError, TypeError):
        return None
    return call if os.uname().sysname == "Linux" else None


def _openat2(top: int, key: str, flags: int, mode: int) -> int:
    """As ``os.open`` with ``dir_fd``, through no link on the way. NotImplementedError where the system has no such
    call, or does not let us have it (sandboxes that do not know it say EPERM)."""
    call = _find_syscall()
    if call is None:
        raise NotImplementedError
    resolve = _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS | _RESOLVE_BENEATH
    how = struct.pack("QQQ", flags, mode if flags & os.O_CREAT else 0, resolve)
    fd: int = call(
        _SYS_OPENAT2, top, ctypes.c_char_p(os.fsencode(key)), ctypes.c_char_p(how), ctypes.c_size_t(len(how))
    )
    if fd >= 0:
        return fd
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EPERM, errno.EAGAIN):
        raise NotImplementedError
    raise OSError(number, os.strerror(number), key)


def _find_link(top: int, key: str) -> str | None:
    """The first part of ``key`` that is a link: to say what has been refused already."""
    parts = key.split("/")
    for depth in range(1, len(parts) + 1):
        here = "/".join(parts[:depth])
        try:
            if stat.S_ISLNK(os.stat(here, dir_fd=top, follow_symlinks=False).st_mode):
                return here
        except OSError:
            return None
    return None
