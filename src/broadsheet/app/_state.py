"""Where the derived files of an archive stand: in it, or, where it may not be written to, in a cache folder of ours."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from broadsheet.app._config import STATE
from broadsheet.errors import EngineError

CACHE = "BROADSHEET_CACHE"
"""The environment variable that names another folder for caches."""


class State:
    """The folder of an archive's derived files, found when it is first asked for.

    An archive that may not be written to (a read-only disk, somebody else's folder) has its indexes in a cache folder:
    begun with a copy of those it brings along, and kept in step with its ledgers like any other.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._cache: Path | None = None
        self._passing: Path | None = None
        self.is_writable = _is_writable(root)

    def find(self, name: str) -> Path:
        """Where the file or folder ``name`` of the derived files stands, or will. EngineError where it is a link."""
        own = self._root / STATE / name
        if (self._root / STATE).is_symlink() or own.is_symlink():
            raise EngineError(f"{own}: is, or stands behind, a symbolic link, which is never followed; remove the link")
        if self.is_writable:
            return own
        place = self.folder / name
        if not place.exists():
            with contextlib.suppress(OSError, shutil.Error):  # without a copy it is made from the ledgers
                _copy(own, place)
        return place

    @property
    def folder(self) -> Path:
        """The folder itself."""
        if self.is_writable:
            return self._root / STATE
        if self._cache is None:
            self._cache = self._open_cache()
        return self._cache

    def _open_cache(self) -> Path:
        name = hashlib.sha256(os.fsencode(self._root.resolve())).hexdigest()[:24]
        for above in _iter_cache_folders():
            place = above / "broadsheet" / name
            with contextlib.suppress(OSError):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
                if os.access(place, os.W_OK | os.X_OK):
                    return place
        try:
            self._passing = Path(tempfile.mkdtemp(prefix="broadsheet-"))
        except OSError as error:
            raise EngineError(
                f"{self._root} may not be written to, and there is no other place for its index ({error.strerror}); "
                f"name a folder in the environment variable {CACHE}"
            ) from error
        return self._passing

    def close(self) -> None:
        """Remove a cache that nobody would find again."""
        if self._passing is not None:
            shutil.rmtree(self._passing, ignore_errors=True)
            self._passing = self._cache = None


def _iter_cache_folders() -> list[Path]:
    """Where caches may stand, the first that can be written to is taken (XDG Base Directory Specification)."""
    named = [os.environ.get(CACHE), os.environ.get("XDG_CACHE_HOME")]
    if home := os.environ.get("HOME"):
        named.append(f"{home}/.cache")
    return [Path(one) for one in named if one and Path(one).is_absolute()]


def _is_writable(root: Path) -> bool:
    """Whether derived files may be written into the archive: its state folder, or the place for one, and all in it."""
    state = root / STATE
    if not state.exists():
        return os.access(root, os.W_OK | os.X_OK)
    with contextlib.suppress(OSError):
        names = [state, *(path for path in state.iterdir() if not path.is_symlink())]
        return all(os.access(path, os.W_OK) for path in names)
    return False


def _copy(own: Path, place: Path) -> None:
    """``own`` with what stands beside it, put in place whole: a database without its ``-wal`` is an older one."""
    waiting = place.with_name(f"{place.name}.copy-{os.getpid()}")
    if own.is_dir():
        shutil.copytree(own, waiting, symlinks=True, copy_function=shutil.copyfile)
    elif own.exists():
        for suffix in ("-wal",):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{own}{suffix}", f"{place}{suffix}")
        shutil.copyfile(own, waiting)
    else:
        return
    waiting.rename(place)
