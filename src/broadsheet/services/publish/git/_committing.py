"""Commits what branches lack: that of the mirror, and those of years that stand apart."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from broadsheet.errors import NotFoundError, SettingsError
from broadsheet.formats.published import Published, format_published
from broadsheet.services.indexes.articles import sync
from broadsheet.services.publish.git._git import BRANCH, Signature
from broadsheet.services.publish.git._message import message_of
from broadsheet.services.publish.git._remotes import Remote
from broadsheet.services.publish.git._selection import Selection, Selector
from broadsheet.services.publish.git._theirs import list_plain
from broadsheet.services.publish.git._work import Work, read_here
from broadsheet.services.publish.git._years import choose_years, measure_years


@dataclass
class Committing:
    """The stage before send, inside ``writing``. ``send_year`` sends a year's branch at once; whether that worked."""

    work: Work
    send_year: Callable[[Remote, str], bool]

    def commit_all(self) -> None:
        sync(self.work.archive, self.work.index())
        self.work.refresh()
        away = self.work.away()
        published = replace(self.work.order.published, years_left_out=away)
        for year in self._leaving(away):
            commit = self._commit_year(year, published)
            if commit and any(self.send_year(remote, commit) for remote in self.work.year_remotes(year)):
                away[year] = tuple(remote.shown for remote in self.work.year_remotes(year))
        published = replace(published, years_left_out=dict(sorted(away.items())))
        for year in away:
            self._commit_year(year, published)
        self.work.watch("committing")
        commit, selection = self._commit(BRANCH, published)
        self.work.report.commit = commit or self.work.git.find_commit(BRANCH)
        self.work.report.is_new = self.work.report.is_new or commit is not None
        if commit:
            self.work.report.counts, self.work.report.pictures = selection.counts, selection.pictures
        self.work.report.complaints += selection.complaints

    def _leaving(self, away: Mapping[str, tuple[str, ...]]) -> list[str]:
        bound = self.work.order.max_bytes
        if not bound or self.work.git.measure() + self._count_unpublished() <= bound:
            return []
        leaving = choose_years(measure_years(self.work.archive), bound, away)
        if leaving and not self.work.order.year_remotes:
            self.work.report.complaints.append(
                f"the mirror outgrows {bound:,} bytes ([mirror] max_bytes); name repositories for older years in "
                "[mirror] year_remotes, such as https://git.example/me/mirror-{year}.git"
            )
            return []
        return leaving

    def _count_unpublished(self) -> int:
        """At least as many bytes as the next commit brings: those of files that are newer than the newest one."""
        main = self.work.git.find_commit(BRANCH)
        known = self.work.git.list_tree(main, "articles", "pictures") if main else {}
        return sum(
            size
            for folder in ("articles", "pictures")
            for path, size in self.work.archive.store.iter_keys(folder)
            if path not in known
        )

    def _commit_year(self, year: str, published: Published) -> str | None:
        branch = f"refs/heads/year-{year}"
        own = replace(published, only_years=(year,), years_left_out={})
        front = (
            f"# {published.name}: {year}\n\nThe articles of {year}. The mirror itself: "
            f"{' · '.join(remote.shown for remote in self.work.remotes) or 'see published.json'}\n"
        )
        commit, selection = self._commit(branch, own, front=front.encode())
        self.work.report.complaints += selection.complaints
        return commit or self.work.git.find_commit(branch)

    def _commit(self, branch: str, published: Published, front: bytes | None = None) -> tuple[str | None, Selection]:
        """Commit what ``branch`` lacks; None if that is nothing."""
        parent = self.work.git.find_commit(branch)
        tree = list_plain(self.work.git, parent) if parent else {}
        decision = hashlib.sha256(format_published(published)).hexdigest()
        remembered = self._remembered()
        selector = Selector(
            self.work.archive, tree, published,
            only_grown=parent is not None and remembered.get(branch) == [parent, decision],
            front=front, pointers=_pointers(published), private_names=self.work.order.private_names,
            found=Selection(here=read_here(self.work.archive)),
        )  # fmt: skip
        selection = selector.select()
        if selection.secrets and not self.work.order.allow_secrets:
            raise SettingsError(_secrets_told(selection.secrets))
        commit = None
        if (changes := _begun(selection.iter_changes(self.work.archive))) is not None:
            seconds = int(self.work.clock().timestamp())
            seconds -= seconds % 86_400 if self.work.order.by_the_day else 0
            signature = Signature(self.work.order.name, self.work.order.email, seconds)
            message = message_of(selection.counts, selection.pictures, self.work.report.rejoined)
            commit = self.work.git.commit(branch, parent, changes, message, signature)
        complete = commit or parent
        if complete and not selection.complaints:
            self._remember({**remembered, branch: [complete, decision]})
        return commit, selection

    def _remembered(self) -> dict[str, list[str]]:
        """Commits that were complete, each with what decided what it holds. To lose this costs a longer look."""
        with contextlib.suppress(NotFoundError, ValueError):
            return dict(json.loads(self.work.archive.store.get(f"{self.work.state.name}/publish.json")))
        return {}

    def _remember(self, known: Mapping[str, list[str]]) -> None:
        self.work.archive.store.replace(
            f"{self.work.state.name}/publish.json", json.dumps(known, sort_keys=True).encode()
        )


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
