"""A folder as the Store: write to a temporary name, fsync, rename, fsync the folder.

A kill at any point leaves either the old state or the new one, plus perhaps a temporary file that the next opening
sweeps away. No link inside the folder is followed, for reading or writing.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from broadsheet.adapters._beneath import Entry, iter_entries, make_folder, open_beneath, open_folder, read_beneath
from broadsheet.errors import EngineError, FixityError, NotFoundError

_TEMPORARY = ".tmp-"
_BATCH = 256
"""Files written before they are made durable together: enough for one commit to pay, few enough to hold open."""
_MANY = 8
"""From this many files and folders on, one ``syncfs`` costs less than an fsync for each."""


class FileStore:
    """The Store in a folder of the local disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known_folders: set[str] = set()
        self._count = 0

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Write many once, each folder made durable once per batch; see ``ports.Store.put_all``."""
        written = 0
        batch: dict[str, bytes] = {}
        for key, content in files:
            if (there := batch.get(key)) is None:
                there = self._find(key)
            if there is None:
                batch[key] = content
            elif there != content:
                raise FixityError(f"{key}: other bytes are kept under this name already; nothing was written over them")
            if len(batch) >= _BATCH:
                written += self._write_batch(batch)
                batch = {}
        return written + self._write_batch(batch)

    def append(self, key: str, content: bytes, *, at: int, cut_tail: bool = False) -> None:
        """Add to the end; see ``ports.Store.append``."""
        self._append_durably([(key, content, at)], cut_tail)

    def append_all(self, additions: Iterable[tuple[str, bytes, int]]) -> None:
        """Add to the ends of many files; see ``ports.Store.append_all``."""
        waiting = list(additions)
        for start in range(0, len(waiting), _BATCH):
            self._append_durably(waiting[start : start + _BATCH], cut_tail=False)

    def _append_durably(self, additions: Sequence[tuple[str, bytes, int]], cut_tail: bool) -> None:
        fds: list[int] = []
        folders: list[str] = []
        try:
            for key, content, at in additions:
                folder = _check(key).rpartition("/")[0]
                try:
                    fds.append(open_beneath(self.root, key, os.O_RDWR))
                except FileNotFoundError:
                    folders += [*self._make_folder(folder), folder]
                    fds.append(open_beneath(self.root, key, os.O_RDWR | os.O_CREAT))
                _write_end(fds[-1], key, content, at, cut_tail)
            self._make_durable(fds, list(dict.fromkeys(folders)))
        except OSError as error:
            raise EngineError(f"{self.root}: could not be written ({error.strerror})") from error
        finally:
            for fd in fds:
                os.close(fd)

    def replace(self, key: str, content: bytes) -> None:
        """Put ``content`` in place at once; see ``ports.Store.replace``."""
        self._write_batch({_check(key): content})

    def get(self, key: str) -> bytes:
        """The bytes under ``key``; see ``ports.Store.get``."""
        content = self._find(key)
        if content is None:
            raise NotFoundError(f"{key}: not in {self.root}")
        return content

    def iter_keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Every key below the folder ``prefix``; see ``ports.Store.iter_keys``."""
        for entry in self._iter_entries(prefix):
            if entry.oddity is None:
                yield entry.key, entry.size

    def iter_oddities(self, prefix: str) -> Iterator[tuple[str, str]]:
        """What below ``prefix`` is neither file nor folder; see ``ports.Store.iter_oddities``."""
        for entry in self._iter_entries(prefix):
            if entry.oddity is not None:
                yield entry.key, entry.oddity

    def _iter_entries(self, prefix: str) -> Iterator[Entry]:
        try:
            for entry in iter_entries(self.root, prefix and _check(prefix)):
                if not _is_temporary(entry.key):
                    yield entry
        except OSError as error:
            raise EngineError(f"{self.root / prefix}: cannot be listed ({error.strerror})") from error

    def remove(self, key: str) -> None:
        """Take bytes away durably; see ``ports.Store.remove``."""
        folder, _, name = _check(key).rpartition("/")
        try:
            with self._folder(folder) as fd:
                os.unlink(name, dir_fd=fd)
                os.fsync(fd)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise EngineError(f"{self.root / key}: cannot be removed ({error.strerror})") from error

    def sweep(self) -> int:
        """Remove temporary files that a killed run left; only under the lock. Returns how many there were."""
        with self._folder("") as fd:
            left = [name for name in os.listdir(fd) if _is_temporary(name)]
        for folder in ("articles", "ledger", "pictures", "captures", "lists", ".broadsheet"):
            with contextlib.suppress(EngineError):  # a link where a folder should be is for verify to name
                left += [entry.key for entry in iter_entries(self.root, folder) if _is_temporary(entry.key)]
        for key in left:
            self.remove(key)
        return len(left)

    def _find(self, key: str) -> bytes | None:
        try:
            return read_beneath(self.root, _check(key))
        except OSError as error:
            raise EngineError(f"{self.root / key}: cannot be read ({error.strerror})") from error

    @contextlib.contextmanager
    def _folder(self, key: str) -> Iterator[int]:
        fd = open_folder(self.root, key)
        try:
            yield fd
        finally:
            os.close(fd)

    def _make_folder(self, key: str) -> list[str]:
        """Make the folder ``key`` where it is missing; returns the folders whose contents that changed."""
        if key in self._known_folders:
            return []
        changed = make_folder(self.root, key)
        if len(self._known_folders) > 4096:
            self._known_folders.clear()
        self._known_folders.add(key)
        return changed

    def _write_batch(self, batch: dict[str, bytes]) -> int:
        """All temporary files first, then they are made durable, then the renames, then those are made durable."""
        waiting: list[tuple[str, str, str, int]] = []
        folders: dict[str, int] = {}
        try:
            changed = []
            for key, content in batch.items():
                folder, _, name = key.rpartition("/")
                if folder not in folders:
                    changed += self._make_folder(folder)
                    folders[folder] = open_folder(self.root, folder)
                self._count += 1
                temporary = f"{_TEMPORARY}{os.getpid()}-{self._count}"
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
                fd = os.open(temporary, flags, 0o644, dir_fd=folders[folder])
                waiting.append((folder, temporary, name, fd))
                _write_whole(fd, content, 0)
            fds = [fd for *_, fd in waiting]
            self._make_durable(fds, changed)
            for folder, temporary, name, _ in waiting:
                os.replace(temporary, name, src_dir_fd=folders[folder], dst_dir_fd=folders[folder])
            self._make_durable(fds[:1] if len(folders) >= _MANY else [], folders)
        except OSError as error:
            for folder, temporary, *_ in waiting:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=folders[folder])
            raise EngineError(f"{self.root}: could not be written ({error.strerror})") from error
        finally:
            for fd in (*(fd for *_, fd in waiting), *folders.values()):
                os.close(fd)
        return len(batch)

    def _make_durable(self, fds: Sequence[int], folders: Collection[str]) -> None:
        """Bytes of open files and the names in folders reach the disk.

        Many at once go by one ``syncfs`` where there is one: on a busy disk that is five times as fast as an fsync for
        each, since the file system commits once.
        """
        if len(fds) + len(folders) >= _MANY and fds and _syncfs(fds[0]):
            return
        for fd in fds:
            os.fsync(fd)
        for key in folders:
            with self._folder(key) as fd:
                os.fsync(fd)


def _check(key: str) -> str:
    """``key``, or EngineError if it is not a relative path of plain parts."""
    if "\0" in key or any(part in ("", ".", "..") for part in key.split("/")):
        raise EngineError(f"{key!r}: not a key")
    return key


def _is_temporary(key: str) -> bool:
    return key.rpartition("/")[2].startswith(_TEMPORARY)


def _write_end(fd: int, key: str, content: bytes, at: int, cut_tail: bool) -> None:
    """Write ``content`` at ``at``, which must be the end but for half a line that was never acknowledged."""
    size = os.fstat(fd).st_size
    if size < at:
        raise EngineError(f"{key}: is {size} bytes long, {at} were known; run broadsheet verify")
    if size > at:
        if not cut_tail and b"\n" in os.pread(fd, size - at, at):
            raise EngineError(f"{key}: grew by another hand; run the command again")
        os.ftruncate(fd, at)
    _write_whole(fd, content, at)


def _write_whole(fd: int, content: bytes, at: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(fd, view, at)
        view, at = view[written:], at + written


@lru_cache(maxsize=1)
def _find_syncfs() -> Callable[[int], int] | None:
    try:
        call: Callable[[int], int] = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError, TypeError):
        return None
    return call


def _syncfs(fd: int) -> bool:
    """One commit of the whole file system that holds ``fd``; False where the system has no such call (not Linux)."""
    call = _find_syncfs()
    if call is None:
        return False
    if call(fd) != 0:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno))
    return True


@contextlib.contextmanager
def only_writer(state_folder: Path) -> Iterator[None]:
    """Hold the archive for writing. EngineError at once if another process has it."""
    root, name = state_folder.parent, state_folder.name
    try:
        make_folder(root, name)
        fd = open_beneath(root, f"{name}/lock", os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise EngineError(f"{root}: cannot be written to ({error.strerror}); reading it needs no more") from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise EngineError(
                f"another broadsheet (process {holder}) is writing to {root}; wait for it to end"
            ) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(fd)
