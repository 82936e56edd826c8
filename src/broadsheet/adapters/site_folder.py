"""The folder that a static site is written to: files put in place whole, never half."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from broadsheet.errors import EngineError
from broadsheet.model import FileMark

_TEMPORARY = ".tmp-broadsheet-"


class SiteFolder:
    """See ``ports.SiteFolder``. Files of a site are derived: a kill of the machine costs writing them again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._start = f"{root}/"
        self._made: set[str] = set()
        self._temporary = f"{_TEMPORARY}{os.getpid()}"

    def write(self, path: str, content: bytes) -> FileMark:
        """See ``ports.SiteFolder.write``."""
        digest = hashlib.blake2b(content, digest_size=12).digest()
        target = self._start + path
        try:
            found = os.stat(target, follow_symlinks=False)
            if found.st_size == len(content) and _read(target) == content:
                return FileMark(path, found.st_size, found.st_mtime_ns, digest, is_new=False)
        except FileNotFoundError:
            self._make_folder(path.rpartition("/")[0])
        except OSError as error:
            raise _fault(self.root, path, error) from error
        temporary = self._start + self._temporary
        try:
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            try:
                left = memoryview(content)
                while left:
                    left = left[os.write(fd, left) :]
                written = os.fstat(fd)
            finally:
                os.close(fd)
            os.replace(temporary, target)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise _fault(self.root, path, error) from error
        return FileMark(path, len(content), written.st_mtime_ns, digest, is_new=True)

    def _make_folder(self, folder: str) -> None:
        if folder in self._made:
            return
        os.makedirs(self.root / folder, exist_ok=True)
        if len(self._made) > 8192:
            self._made.clear()
        self._made.add(folder)

    def mark(self, path: str) -> FileMark | None:
        """See ``ports.SiteFolder.mark``."""
        try:
            content = _read(self._start + path)
            found = os.stat(self._start + path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise _fault(self.root, path, error) from error
        return FileMark(path, found.st_size, found.st_mtime_ns, hashlib.blake2b(content, digest_size=12).digest())

    def read(self, path: str) -> bytes | None:
        """See ``ports.SiteFolder.read``."""
        try:
            return _read(self._start + path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _fault(self.root, path, error) from error

    def remove(self, path: str) -> None:
        """See ``ports.SiteFolder.remove``."""
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.root / path)
            folder = (self.root / path).parent
            while folder != self.root:
                os.rmdir(folder)
                self._made.clear()
                folder = folder.parent
        except OSError as error:
            if not isinstance(error, FileNotFoundError | NotADirectoryError) and error.errno not in (39, 66, 17):
                raise _fault(self.root, path, error) from error

    def iter_folders(self) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
        """See ``ports.SiteFolder.iter_folders``."""
        pending = [""]
        while pending:
            folder = pending.pop()
            files: dict[str, tuple[int, int]] = {}
            below: list[str] = []
            try:
                with os.scandir(self.root / folder) as scan:
                    for entry in scan:
                        if entry.is_dir(follow_symlinks=False):
                            below.append(f"{folder}/{entry.name}" if folder else entry.name)
                        elif entry.name.startswith(_TEMPORARY):
                            os.unlink(entry.path)
                        else:
                            found = entry.stat(follow_symlinks=False)
                            files[entry.name] = (found.st_size, found.st_mtime_ns)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _fault(self.root, folder, error) from error
            yield folder, files
            pending += sorted(below, reverse=True)

    def free_bytes(self) -> int:
        """See ``ports.SiteFolder.free_bytes``."""
        there = self.root
        while not there.exists():
            there = there.parent
        return shutil.disk_usage(there).free


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _fault(root: Path, path: str, error: OSError) -> EngineError:
    return EngineError(
        f"{root / path}: could not be read or written ({error.strerror}); the next run goes on from here"
    )
