"""Publishes an archive as commits.

::

    fetch    what every remote has                                       no lock on the archive
      take   what others added; ours that nobody has seen comes after it  the only writer
      commit what the branch lacks, if anything                           the only writer
    send     to every remote, each by itself; a refusal costs only itself no lock on the archive

A remote that took in something between fetch and send begins this anew. Whatever fails is tried again by the next run,
since what is to be done is read from archive, branch and remotes alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from broadsheet.archive import Archive
from broadsheet.errors import FixityError, FormatError, NotFoundError, SettingsError
from broadsheet.indexing import sync
from broadsheet.ports import Index
from broadsheet.published import PUBLISHED, Published, format_published, parse_published
from broadsheet.publishing.git._git import BRANCH, Git, GitError, Signature
from broadsheet.publishing.git._journal import find_journal, write_journal
from broadsheet.publishing.git._message import message_of
from broadsheet.publishing.git._rejoin import Rejoining, reset_to, take_in
from broadsheet.publishing.git._remotes import (
    Access,
    Remote,
    count_hosts,
    explain,
    fetch,
    is_behind,
    send,
    show_branch,
)
from broadsheet.publishing.git._selection import Selection, Selector
from broadsheet.publishing.git._theirs import Copy, Theirs, check_documents, compare, list_plain, read_copy
from broadsheet.publishing.git._years import choose_years, measure_years

_ROUNDS = 3
"""How often fetch to send is gone through when another machine publishes in between."""
BUNDLED = "refs/bundled/main"


@dataclass(frozen=True)
class Order:
    """What is to be published, where, and in whose name.

    ``published`` says what is left out. ``year_remotes`` are addresses with ``{year}`` in them; ``max_bytes`` bounds the
    main repository (0: no bound). ``front`` gives README.md where the archive's own names what is not published.
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
    front: Callable[[], bytes | None] = lambda: None


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
class Publisher:
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

    def publish(self, bundle: Path | None = None) -> Report:
        """All of it; returns what was done. SettingsError or FixityError if nothing may be published."""
        with self.git.locked(self.state / "publish.lock"):
            self.git.make()
            self._forget_remotes()
            for _ in range(_ROUNDS):
                failed = self._fetch_all()
                with self.writing():
                    failed |= self._take_all(failed)
                    self._commit_all()
                if not self._send_all(failed):
                    break
            if bundle is not None:
                self._bundle(bundle)
            self.watch("packing")
            self.git.tidy()
        return self.report

    # -- fetch -----------------------------------------------------------------------------------------------

    @property
    def remotes(self) -> list[Remote]:
        """Where the main branch goes."""
        return [Remote(url) for url in self.order.remotes]

    @property
    def _hosts(self) -> int:
        return count_hosts((*self.order.remotes, *self.order.year_remotes))

    def _forget_remotes(self) -> None:
        """References of remotes that are not set any more decide nothing any more."""
        years = set(self._away())
        wanted = {remote.key for remote in self.remotes}
        wanted |= {remote.key for year in years for remote in self._year_remotes(year)}
        for name, _ in [*self.git.iter_references("refs/remotes/"), *self.git.iter_references("refs/sending/")]:
            if name.rpartition("/")[2] not in wanted:
                self.git.set_reference(name, None)

    def _fetch_all(self) -> dict[str, str]:
        """Ask every remote; returns those that could not be asked, with the reason."""
        failed = {}
        for remote in self.remotes:
            self.watch(f"asking {remote.shown}")
            try:
                fetch(self.git, remote, self.order.access, self._hosts)
            except GitError as error:
                failed[remote.url] = explain(error)
        return failed

    # -- take in ---------------------------------------------------------------------------------------------

    def _take_all(self, failed: Mapping[str, str]) -> dict[str, str]:
        """Take in what remotes have more, one after another; returns those that went another way than ours."""
        finish_rejoining(self.archive, self.index, self.git, self.clock, self.forget, self.report.rejoined)
        parted: dict[str, str] = {}
        for remote in self.remotes:
            tip = self.git.find_commit(remote.tracked)
            if remote.url in failed or tip is None:
                continue
            main = self.git.find_commit(BRANCH)
            if main is not None and self.git.is_ancestor(tip, main):
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
        self.watch(f"taking in what {remote.shown} has more")
        base = self._find_base(main, tip)
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
            note_copy(self.archive, copy.published)
        self.git.set_reference(BRANCH, tip)
        return ""

    def _compare(self, tip: str, base: str | None) -> tuple[Copy, Theirs]:
        before = read_copy(self.git, base) if base else None
        copy = read_copy(self.git, tip)
        theirs = compare(self.archive, self.git, copy, before)
        years = {path.split("/")[2] for path in theirs.revisions} & copy.published.years_left_out.keys()
        if years:
            tips = [commit for year in sorted(years) if (commit := self._fetch_year(year)) is not None]
            copy = read_copy(self.git, tip, tips)
            theirs = compare(self.archive, self.git, copy, before)
        check_documents(self.git, theirs, self.archive)
        return copy, theirs

    def _take_lines(self, theirs: Theirs) -> None:
        self.report.taken += sum(growth.theirs.count(b"\n") for growth in theirs.growths if not growth.is_rounds)
        if theirs.is_forked:
            journal = write_journal(self.git.folder, self.archive, theirs)
            reset_to(self.archive, self.git, theirs, journal, self.forget)
            self.report.rejoined += Rejoining(self.archive, self.index(), journal, self.clock).run()
        elif theirs.is_news:
            take_in(self.archive, self.git, theirs)

    def _find_base(self, main: str | None, tip: str) -> str | None:
        if main is None:
            return None
        try:
            return self.git.run("merge-base", main, tip).decode().split("\n")[0] or None
        except GitError:
            return None

    def _find_published_elsewhere(self, main: str, tip: str, remote: Remote) -> str | None:
        """Another place that has commits of ours which ``tip`` lacks, None if nobody has."""
        places = [(one.shown, name) for one in self.remotes if one != remote for name in (one.tracked, one.sending)]
        for place, name in [*places, ("a bundle", BUNDLED)]:
            commit = self.git.find_commit(name)
            shared = self._find_base(main, commit) if commit else None
            if shared is not None and not self.git.is_ancestor(shared, tip):
                return place
        return None

    # -- commit ----------------------------------------------------------------------------------------------

    def _commit_all(self) -> None:
        sync(self.archive, self.index())
        self.refresh()
        away = self._away()
        published = replace(self.order.published, years_left_out=away)
        for year in self._leaving(away):
            commit = self._commit_year(year, published)
            if commit and any(self._send_year(remote, commit) for remote in self._year_remotes(year)):
                away[year] = tuple(remote.shown for remote in self._year_remotes(year))
        published = replace(published, years_left_out=dict(sorted(away.items())))
        for year in away:
            self._commit_year(year, published)
        self.watch("committing")
        commit, selection = self._commit(BRANCH, published, front=self.order.front())
        self.report.commit = commit or self.git.find_commit(BRANCH)
        self.report.is_new = self.report.is_new or commit is not None
        if commit:
            self.report.counts, self.report.pictures = selection.counts, selection.pictures
        self.report.complaints += selection.complaints

    def _away(self) -> dict[str, tuple[str, ...]]:
        """Years that have gone to repositories of their own, as the branch says; they never come back."""
        main = self.git.find_commit(BRANCH) if self.git.exists else None
        if main is None:
            return {}
        with contextlib.suppress(FixityError):
            return dict(read_published(self.git, main).years_left_out)
        return {}

    def _leaving(self, away: Mapping[str, tuple[str, ...]]) -> list[str]:
        bound = self.order.max_bytes
        if not bound or self.git.measure() + self._count_unpublished() <= bound:
            return []
        leaving = choose_years(measure_years(self.archive), bound, away)
        if leaving and not self.order.year_remotes:
            self.report.complaints.append(
                f"the mirror outgrows {bound:,} bytes ([mirror] max_bytes); name repositories for older years in "
                "[mirror] year_remotes, such as https://git.example/me/mirror-{year}.git"
            )
            return []
        return leaving

    def _count_unpublished(self) -> int:
        """At least as many bytes as the next commit brings: those of files that are newer than the newest one."""
        main = self.git.find_commit(BRANCH)
        known = self.git.list_tree(main, "articles", "pictures") if main else {}
        return sum(size for folder in ("articles", "pictures") for path, size in self.archive.store.iter_keys(folder)
                   if path not in known)  # fmt: skip

    def _commit_year(self, year: str, published: Published) -> str | None:
        branch = f"refs/heads/year-{year}"
        own = replace(published, only_years=(year,), years_left_out={})
        front = (
            f"# {published.name}: {year}\n\nThe articles of {year}. The mirror itself: "
            f"{' · '.join(remote.shown for remote in self.remotes) or 'see published.json'}\n"
        )
        commit, selection = self._commit(branch, own, front=front.encode())
        self.report.complaints += selection.complaints
        return commit or self.git.find_commit(branch)

    def _commit(self, branch: str, published: Published, front: bytes | None) -> tuple[str | None, Selection]:
        """Commit what ``branch`` lacks; None if that is nothing."""
        parent = self.git.find_commit(branch)
        tree = list_plain(self.git, parent) if parent else {}
        decision = hashlib.sha256(format_published(published)).hexdigest()
        remembered = self._remembered()
        selector = Selector(
            self.archive, tree, published,
            only_grown=parent is not None and remembered.get(branch) == [parent, decision],
            front=front, pointers=_pointers(published), private_names=self.order.private_names,
            found=Selection(here=read_here(self.archive)),
        )  # fmt: skip
        selection = selector.select()
        if selection.secrets and not self.order.allow_secrets:
            raise SettingsError(_secrets_told(selection.secrets))
        commit = None
        if (changes := _begun(selection.iter_changes(self.archive))) is not None:
            seconds = int(self.clock().timestamp())
            signature = Signature(self.order.name, self.order.email, seconds)
            message = message_of(selection.counts, selection.pictures, self.report.rejoined)
            commit = self.git.commit(branch, parent, changes, message, signature)
        complete = commit or parent
        if complete and not selection.complaints:
            self._remember({**remembered, branch: [complete, decision]})
        return commit, selection

    def _remembered(self) -> dict[str, list[str]]:
        """Commits that were complete, each with what decided what it holds. To lose this costs a longer look."""
        with contextlib.suppress(NotFoundError, ValueError):
            return dict(json.loads(self.archive.store.get(f"{self.state.name}/publish.json")))
        return {}

    def _remember(self, known: Mapping[str, list[str]]) -> None:
        self.archive.store.replace(f"{self.state.name}/publish.json", json.dumps(known, sort_keys=True).encode())

    # -- send ------------------------------------------------------------------------------------------------

    def _send_all(self, failed: Mapping[str, str]) -> bool:
        """Serve every remote; whether one had moved meanwhile, so that all begins anew.

        The others are then not served before that: two machines would otherwise give each remote a history of its own.
        """
        main = self.git.find_commit(BRANCH)
        self.report.sent = []
        for remote in self.remotes:
            if reason := failed.get(remote.url):
                self.report.sent.append(Sent(remote.shown, "failed", reason))
            elif main is not None and self._send(remote, main):
                return True
        for year in self._away():
            commit = self.git.find_commit(f"refs/heads/year-{year}")
            for remote in self._year_remotes(year) if commit else ():
                self._send(remote, commit or "")
        return False

    def _send(self, remote: Remote, commit: str) -> bool:
        """Serve one remote; whether it had moved meanwhile."""
        if self.git.find_commit(remote.tracked) == commit:
            self.report.sent.append(Sent(remote.shown, "same"))
            return False
        self.watch(f"sending to {remote.shown}")
        is_first = self.git.find_commit(remote.tracked) is None
        try:
            send(self.git, remote, commit, self.order.access, self._hosts)
        except GitError as error:
            self.report.sent.append(Sent(remote.shown, "failed", explain(error)))
            return is_behind(error)
        self.report.sent.append(Sent(remote.shown, "sent"))
        if is_first and (advice := show_branch(self.git, remote, self.order.access, self._hosts)):
            self.report.complaints.append(advice)
        return False

    def _send_year(self, remote: Remote, commit: str) -> bool:
        self._send(remote, commit)
        return self.report.sent.pop().outcome != "failed"

    def _year_remotes(self, year: str) -> Iterator[Remote]:
        for pattern in self.order.year_remotes:
            yield Remote(pattern.replace("{year}", year), f"refs/heads/year-{year}")

    def _fetch_year(self, year: str) -> str | None:
        """The commit of a year's repository, from the first place that gives it."""
        for remote in self._year_remotes(year):
            try:
                if tip := fetch(self.git, remote, self.order.access, self._hosts):
                    branch = f"refs/heads/year-{year}"
                    ours = self.git.find_commit(branch)
                    if ours is None or self.git.is_ancestor(ours, tip):
                        self.git.set_reference(branch, tip)
                    return tip
            except GitError as error:
                self.report.complaints.append(f"{remote.shown}: {explain(error)}")
        return None

    def _bundle(self, file: Path) -> None:
        """Everything that is published, in one file for ``git clone`` or ``git pull`` from it."""
        self.watch(f"writing {file}")
        made = file.with_name(f".{file.name}.part")
        self.git.run("bundle", "create", "--quiet", str(made.absolute()), BRANCH)
        made.replace(file)
        self.git.set_reference(BUNDLED, self.git.find_commit(BRANCH))
        self.report.bundle = str(file)


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


def _begun(changes: Iterator[tuple[str, bytes | None]]) -> Iterator[tuple[str, bytes | None]] | None:
    """The same changes, None if there is not one."""
    try:
        first = next(changes)
    except StopIteration:
        return None

    def go_on() -> Iterator[tuple[str, bytes | None]]:
        yield first
        yield from changes

    return go_on()


def _pointers(published: Published) -> dict[str, str]:
    """What stands in the place of list pages of years that are elsewhere."""
    return {
        year: f"# {published.name}: {year}\n\nThe articles of {year} stand in "
        + (" or ".join(f"<{place}>" for place in places) or "no repository that is known here")
        + ".\n"
        for year, places in published.years_left_out.items()
    }


def _secrets_told(lines: list[str]) -> str:
    more = f" and {len(lines) - 1:,} more" if len(lines) > 1 else ""
    return (
        f"{lines[0]}{more}: the ledger names feeds with a user, key or token, or of a private network, from before "
        "Broadsheet left them out; ledger lines cannot be changed. Nothing was published. Change those keys at the "
        "outlet, then say --allow-secrets, or allow_secrets = true under [mirror]"
    )
