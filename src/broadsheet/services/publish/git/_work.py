"""What publishing works with, and what it tells of it."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from broadsheet.errors import FixityError, FormatError, NotFoundError
from broadsheet.formats.published import PUBLISHED, Published, parse_published
from broadsheet.ports import Index
from broadsheet.services.archive import Archive
from broadsheet.services.publish.git._git import BRANCH, Git, GitError
from broadsheet.services.publish.git._remotes import Access, Remote, count_hosts

BUNDLED = "refs/bundled/main"
"""What was written into a bundle: somebody may have it."""


@dataclass(frozen=True)
class Order:
    """What is to be published, where, and in whose name.

    ``published`` says what is left out. ``year_remotes`` are addresses with ``{year}`` in them; ``max_bytes`` bounds
    the main repository (0: no bound). ``by_the_day`` cuts the times of commits to the day.
    """

    published: Published
    remotes: tuple[str, ...] = ()
    year_remotes: tuple[str, ...] = ()
    max_bytes: int = 0
    name: str = "Broadsheet"
    email: str = "broadsheet@localhost.invalid"
    allow_secrets: bool = False
    private_names: tuple[str, ...] = ()
    access: Access = field(default_factory=Access)
    by_the_day: bool = False


@dataclass(frozen=True)
class Sent:
    """What came of one remote: ``sent``, ``same`` (it had all), or ``failed``, and why."""

    remote: str
    outcome: str
    reason: str = ""


@dataclass
class Report:
    """What one publishing did. ``taken``: ledger lines taken in from another machine."""

    commit: str | None = None
    is_new: bool = False
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    pictures: int = 0
    taken: int = 0
    rejoined: Counter[str] = field(default_factory=Counter)
    sent: list[Sent] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    bundle: str = ""

    @property
    def failed(self) -> list[Sent]:
        """Remotes that could not be served."""
        return [one for one in self.sent if one.outcome == "failed"]


@dataclass
class Work:
    """One archive and its mirror. ``state`` is a folder for what may be lost; ``writing`` makes this the only writer;
    ``refresh`` brings lists in step, ``forget`` empties what is derived from the ledger."""

    archive: Archive
    index: Callable[[], Index]
    git: Git
    state: Path
    order: Order
    clock: Callable[[], datetime]
    writing: Callable[[], AbstractContextManager[None]]
    refresh: Callable[[], object] = lambda: None
    forget: Callable[[], object] = lambda: None
    watch: Callable[[str], None] = lambda _: None
    report: Report = field(default_factory=Report)

    @property
    def remotes(self) -> list[Remote]:
        """Where the main branch goes."""
        return [Remote(url) for url in self.order.remotes]

    @property
    def hosts(self) -> int:
        return count_hosts((*self.order.remotes, *self.order.year_remotes))

    def away(self) -> dict[str, tuple[str, ...]]:
        """Years that have gone to repositories of their own, as the branch says; they never come back."""
        main = self.git.find_commit(BRANCH) if self.git.exists else None
        if main is None:
            return {}
        with contextlib.suppress(FixityError):
            return dict(read_published(self.git, main).years_left_out)
        return {}

    def year_remotes(self, year: str) -> Iterator[Remote]:
        for pattern in self.order.year_remotes:
            yield Remote(pattern.replace("{year}", year), f"refs/heads/year-{year}")

    def find_base(self, main: str | None, tip: str) -> str | None:
        if main is None:
            return None
        try:
            return self.git.run("merge-base", main, tip).decode().split("\n")[0] or None
        except GitError:
            return None


def read_published(git: Git, commit: str) -> Published:
    """What a commit of a mirror says it leaves out; FixityError if it says nothing."""
    try:
        return parse_published(git.run("cat-file", "blob", f"{commit}:{PUBLISHED}"))
    except (GitError, FormatError) as error:
        raise FixityError(f"commit {commit[:10]}: {error}") from None


def read_here(archive: Archive) -> Published | None:
    """What the archive itself lacks, where it is a copy."""
    try:
        return parse_published(archive.store.get(PUBLISHED))
    except NotFoundError:
        return None
