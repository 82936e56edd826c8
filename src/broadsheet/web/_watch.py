"""The archive as the reader sees it: opened for reading only, and the state it is in.

Whoever writes keeps the index in step; the reader only notices. A changed ``broadsheet.toml`` is read again.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from datetime import datetime

from broadsheet.app import CONFIG, Broadsheet, make_sources
from broadsheet.errors import BroadsheetError
from broadsheet.ports import Store
from broadsheet.services.pages import Sources
from broadsheet.settings import Settings


class Watch:
    """One archive, opened read only beside whoever writes to it."""

    def __init__(self, app: Broadsheet) -> None:
        self._root, self._clock = app.root, app.clock
        self._lock = threading.Lock()
        _bring_in_step(app)
        self._stamp = self._read_stamp()
        self._app = Broadsheet.open(self._root, clock=self._clock, read_only=True)
        self._sources: tuple[str, Sources] | None = None
        self.state(with_search=True)  # without an index there is nothing to show: say so before anybody asks

    def close(self) -> None:
        """Let go of the archive."""
        self._app.close()

    @property
    def settings(self) -> Settings:
        """The settings as they stand in ``broadsheet.toml``."""
        return self._app.settings

    @property
    def store(self) -> Store:
        """The bytes of the archive."""
        return self._app.store

    def now(self) -> datetime:
        """The clock's time."""
        return self._clock()

    def state(self, *, with_search: bool = False) -> str:
        """A word that changes whenever a page (one ``with_search``: an answer, too) may look otherwise than before."""
        if self._read_stamp() != self._stamp:
            self._open_again()
        searched = self._app.search_index.state() if with_search else ""
        return f"{self._stamp}-{self._app.index.state()}-{self._app.groups.state()}-{searched}"

    def sources(self) -> Sources:
        """What pages are made from now."""
        state = self.state()
        with self._lock:
            kept = self._sources
        if kept is None or kept[0] != state:
            kept = (state, make_sources(self._app))
            with self._lock:
                self._sources = kept
        return replace(kept[1], now=self._clock())

    def _read_stamp(self) -> int:
        with contextlib.suppress(OSError):
            return (self._root / CONFIG).stat().st_mtime_ns
        return 0

    def _open_again(self) -> None:
        """Take in a changed ``broadsheet.toml``; one that is wrong leaves the old settings in force."""
        with self._lock:
            self._stamp = self._read_stamp()
            with contextlib.suppress(BroadsheetError):
                self._app.settings = Broadsheet.open(self._root).settings
                self._sources = None


def _bring_in_step(app: Broadsheet) -> None:
    """Let the indexes say what the ledgers say, unless somebody else is writing and does it anyway."""
    with contextlib.suppress(BroadsheetError, OSError), Broadsheet.open(app.root) as here:
        if here.state.is_writable:
            with here.writing():
                return
        _ = here.index, here.search_index, here.groups  # each comes in step when it is first asked for
