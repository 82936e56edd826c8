"""Takes in what remotes have more, and sees to it that nothing that anybody has seen is chained anew."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from broadsheet.errors import FixityError, NotFoundError
from broadsheet.formats.published import PUBLISHED, Published, format_published
from broadsheet.ports import Index
from broadsheet.services.archive import Archive
from broadsheet.services.publish.git._git import BRANCH, Git, GitError
from broadsheet.services.publish.git._journal import find_journal, write_journal
from broadsheet.services.publish.git._rejoin import Rejoining, reset_to, take_in
from broadsheet.services.publish.git._remotes import Remote, explain, fetch
from broadsheet.services.publish.git._theirs import Copy, Theirs, check_documents, compare, read_copy
from broadsheet.services.publish.git._work import BUNDLED, Work, read_here


@dataclass
class Taking:
    """The stage between fetch and commit, inside ``writing``."""

    work: Work

    def take_all(self, failed: Mapping[str, str]) -> dict[str, str]:
        """Take in what remotes have more, one after another; returns those that went another way than ours."""
        finish_rejoining(
            self.work.archive,
            self.work.index,
            self.work.git,
            self.work.clock,
            self.work.forget,
            self.work.report.rejoined,
        )
        parted: dict[str, str] = {}
        for remote in self.work.remotes:
            tip = self.work.git.find_commit(remote.tracked)
            if remote.url in failed or tip is None:
                continue
            main = self.work.git.find_commit(BRANCH)
            if main is not None and self.work.git.is_ancestor(tip, main):
                continue
            try:
                reason = self._take(tip, main, remote)
            except FixityError as error:
                reason = str(error)
            if reason:
                parted[remote.url] = reason
        return parted

    def _take(self, tip: str, main: str | None, remote: Remote) -> str:
        """Take in the commit ``tip``; the reason why not where that must not be."""
        self.work.watch(f"taking in what {remote.shown} has more")
        base = self.work.find_base(main, tip)
        if main is not None and base is None:
            return (
                "holds another mirror, with no history in common; give this archive an empty repository, or take that "
                "mirror up with broadsheet clone"
            )
        if main is not None and (elsewhere := self._find_published_elsewhere(main, tip, remote)):
            return (
                f"and {elsewhere} hold different histories, and both are published; keep one of them in [mirror] "
                "remotes, and make the other anew from it"
            )
        copy, theirs = self._compare(tip, base)
        if main is None and not any(growth.common for growth in theirs.growths) and _is_ours(theirs):
            return (
                "holds another mirror, and this archive was never published there; give it an empty repository, or "
                "take that mirror up with broadsheet clone"
            )
        self._take_lines(theirs)
        if theirs.is_news:
            note_copy(self.work.archive, copy.published)
        self.work.git.set_reference(BRANCH, tip)
        return ""

    def _compare(self, tip: str, base: str | None) -> tuple[Copy, Theirs]:
        before = read_copy(self.work.git, base) if base else None
        copy = read_copy(self.work.git, tip)
        theirs = compare(self.work.archive, self.work.git, copy, before)
        years = {path.split("/")[2] for path in theirs.revisions} & copy.published.years_left_out.keys()
        if years:
            tips = [commit for year in sorted(years) if (commit := self._fetch_year(year)) is not None]
            copy = read_copy(self.work.git, tip, tips)
            theirs = compare(self.work.archive, self.work.git, copy, before)
        check_documents(self.work.git, theirs, self.work.archive)
        return copy, theirs

    def _take_lines(self, theirs: Theirs) -> None:
        self.work.report.taken += sum(growth.theirs.count(b"\n") for growth in theirs.growths if not growth.is_rounds)
        if theirs.is_forked:
            journal = write_journal(self.work.git.folder, self.work.archive, theirs)
            reset_to(self.work.archive, self.work.git, theirs, journal, self.work.forget)
            self.work.report.rejoined += Rejoining(self.work.archive, self.work.index(), journal, self.work.clock).run()
        elif theirs.is_news:
            take_in(self.work.archive, self.work.git, theirs)

    def _find_published_elsewhere(self, main: str, tip: str, remote: Remote) -> str | None:
        """Another place that has commits of ours which ``tip`` lacks, None if nobody has."""
        places = [
            (one.shown, name) for one in self.work.remotes if one != remote for name in (one.tracked, one.sending)
        ]
        for place, name in [*places, ("a bundle", BUNDLED)]:
            commit = self.work.git.find_commit(name)
            shared = self.work.find_base(main, commit) if commit else None
            if shared is not None and not self.work.git.is_ancestor(shared, tip):
                return place
        return None

    def _fetch_year(self, year: str) -> str | None:
        """The commit of a year's repository, from the first place that gives it."""
        for remote in self.work.year_remotes(year):
            try:
                if tip := fetch(self.work.git, remote, self.work.order.access, self.work.hosts):
                    branch = f"refs/heads/year-{year}"
                    ours = self.work.git.find_commit(branch)
                    if ours is None or self.work.git.is_ancestor(ours, tip):
                        self.work.git.set_reference(branch, tip)
                    return tip
            except GitError as error:
                self.work.report.complaints.append(f"{remote.shown}: {explain(error)}")
        return None


def finish_rejoining(
    archive: Archive,
    index: Callable[[], Index],
    git: Git,
    clock: Callable[[], datetime],
    forget: Callable[[], object],
    counts: Counter[str],
) -> None:
    """Keep again what a run that was stopped had put aside, inside ``writing``; nothing where there is nothing."""
    if (journal := find_journal(git.folder)) is None:
        return
    if not journal.is_reset:
        reset_to(archive, git, compare(archive, git, read_copy(git, journal.theirs), None), journal, forget)
    counts.update(Rejoining(archive, index(), journal, clock).run())


def note_copy(archive: Archive, theirs: Published) -> None:
    """From now on this archive holds lines whose captures are elsewhere, and says so."""
    here = read_here(archive)
    noted = replace(theirs, outlets=()) if here is None else replace(
        here, years_left_out={**theirs.years_left_out, **here.years_left_out},
        outlets_left_out={**theirs.outlets_left_out, **here.outlets_left_out},
        pictures_left_out=here.pictures_left_out or theirs.pictures_left_out,
    )  # fmt: skip
    content = format_published(noted)
    with contextlib.suppress(NotFoundError):
        if archive.store.get(PUBLISHED) == content:
            return
    archive.store.replace(PUBLISHED, content)


def _is_ours(theirs: Theirs) -> bool:
    """Whether this archive has lines of its own at all."""
    return any(growth.ours for growth in theirs.growths)
