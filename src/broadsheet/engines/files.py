"""A folder as the Store: write to a temporary name, fsync, rename, fsync the folder.

A kill at any point leaves either the old state or the new one, plus perhaps a temporary file that the next opening
sweeps away.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

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
        self._known_folders: set[Path] = set()
        self._count = 0

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Write many once, each folder made durable once per batch; see ``ports.Store.put_all``."""
        written = 0
        batch: dict[Path, bytes] = {}
        for key, content in files:
            path = self._path(key)
            if (there := batch.get(path)) is None:
                there = self._find(path)
            if there is None:
                batch[path] = content
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
        folders: list[Path] = []
        try:
            for key, content, at in additions:
                path = self._path(key)
                if not path.exists():
                    folders += [*self._make_folder(path.parent), path.parent]
                fds.append(os.open(path, os.O_RDWR | os.O_CREAT, 0o644))
                _write_end(fds[-1], key, content, at, cut_tail)
            _make_durable(fds, list(dict.fromkeys(folders)))
        except OSError as error:
            raise EngineError(f"{self.root}: could not be written ({error.strerror})") from error
        finally:
            for fd in fds:
                os.close(fd)

    def replace(self, key: str, content: bytes) -> None:
        """Put ``content`` in place at once; see ``ports.Store.replace``."""
        path = self._path(key)
        self._write_batch({path: content})

    def get(self, key: str) -> bytes:
        """The bytes under ``key``; see ``ports.Store.get``."""
        content = self._find(self._path(key))
        if content is None:
            raise NotFoundError(f"{key}: not in {self.root}")
        return content

    def iter_keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Every key below the folder ``prefix``; see ``ports.Store.iter_keys``."""
        top = self._path(prefix) if prefix else self.root
        if top.is_file():
            yield prefix, top.stat().st_size
            return
        yield from self._iter_folder(top)

    def _iter_folder(self, folder: Path) -> Iterator[tuple[str, int]]:
        try:
            with os.scandir(folder) as scan:
                found = sorted(scan, key=lambda entry: entry.name + ("/" if entry.is_dir() else ""))
        except FileNotFoundError:
            return
        except OSError as error:
            raise EngineError(f"{folder}: cannot be listed ({error.strerror})") from error
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from self._iter_folder(Path(entry.path))
            elif not entry.name.startswith(_TEMPORARY):
                yield Path(entry.path).relative_to(self.root).as_posix(), entry.stat().st_size

    def remove(self, key: str) -> None:
        """Take bytes away durably; see ``ports.Store.remove``."""
        path = self._path(key)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
            _sync_folder(path.parent)

    def sweep(self) -> int:
        """Remove temporary files that a killed run left; only under the lock. Returns how many there were."""
        swept = 0
        for folder in ("articles", "ledger", "pictures", "captures", "lists"):
            for path in (self.root / folder).rglob(f"{_TEMPORARY}*"):
                path.unlink(missing_ok=True)
                swept += 1
        for pattern in (f"{_TEMPORARY}*", f".*/{_TEMPORARY}*"):  # the root, and the state beside the truth
            for path in self.root.glob(pattern):
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not parts[0] or ".." in parts or "\0" in key or all(part == "." or not part for part in parts):
            raise EngineError(f"{key!r}: not a key")
        return self.root / key

    def _find(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise EngineError(f"{path}: cannot be read ({error.strerror})") from error

    def _make_folder(self, folder: Path) -> list[Path]:
        """Make ``folder`` where it is missing; returns the folders whose contents that changed."""
        if folder in self._known_folders:
            return []
        missing = []
        above = folder
        while not above.is_dir():
            missing.append(above)
            above = above.parent
        for path in reversed(missing):
            with contextlib.suppress(FileExistsError):
                path.mkdir()
        if len(self._known_folders) > 4096:
            self._known_folders.clear()
        self._known_folders.add(folder)
        return [path.parent for path in missing]

    def _write_batch(self, batch: dict[Path, bytes]) -> int:
        """All temporary files first, then they are made durable, then the renames, then those are made durable."""
        waiting: list[tuple[Path, Path, int]] = []
        folders = {path.parent for path in batch}
        try:
            changed = [above for folder in folders for above in self._make_folder(folder)]
            for path, content in batch.items():
                self._count += 1
                temporary = path.parent / f"{_TEMPORARY}{os.getpid()}-{self._count}"
                fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
                waiting.append((temporary, path, fd))
                _write_whole(fd, content, 0)
            fds = [fd for _, _, fd in waiting]
            _make_durable(fds, changed)
            for temporary, path, _ in waiting:
                os.replace(temporary, path)
            _make_durable(fds[:1] if len(folders) >= _MANY else [], folders)
        except OSError as error:
            for temporary, _, _ in waiting:
                temporary.unlink(missing_ok=True)
            raise EngineError(f"{self.root}: could not be written ({error.strerror})") from error
        finally:
            for _, _, fd in waiting:
                os.close(fd)
        return len(batch)


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


def _make_durable(fds: Sequence[int], folders: Collection[Path]) -> None:
    """Bytes of open files and the names in folders reach the disk.

    Many at once go by one ``syncfs`` where there is one: on a busy disk that is five times as fast as an fsync for
    each, since the file system commits once.
    """
    if len(fds) + len(folders) >= _MANY and fds and _syncfs(fds[0]):
        return
    for fd in fds:
        os.fsync(fd)
    for folder in folders:
        _sync_folder(folder)


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


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def only_writer(state_folder: Path) -> Iterator[None]:
    """Hold the archive for writing. EngineError at once if another process has it."""
    state_folder.mkdir(parents=True, exist_ok=True)
    fd = os.open(state_folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(fd, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise EngineError(
                f"another broadsheet (process {holder}) is writing to {state_folder.parent}; wait for it to end"
            ) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(fd)
