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

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broadsheet.services.publish.git._committing import Committing
from broadsheet.services.publish.git._git import BRANCH, GitError
from broadsheet.services.publish.git._remotes import Remote, explain, fetch, is_behind, send, show_branch
from broadsheet.services.publish.git._taking import Taking
from broadsheet.services.publish.git._work import BUNDLED, Report, Sent, Work

_ROUNDS = 3
"""How often fetch to send is gone through when another machine publishes in between."""


@dataclass
class Publisher:
    """Publishes one archive."""

    work: Work

    def publish(self, bundle: Path | None = None) -> Report:
        """All of it; returns what was done. SettingsError or FixityError if nothing may be published."""
        with self.work.git.locked(self.work.state / "publish.lock"):
            self.work.git.make()
            self._forget_remotes()
            for _ in range(_ROUNDS):
                failed = self._fetch_all()
                with self.work.writing():
                    failed |= Taking(self.work).take_all(failed)
                    Committing(self.work, self._send_year).commit_all()
                if not self._send_all(failed):
                    break
            if bundle is not None:
                self._bundle(bundle)
            self.work.watch("packing")
            self.work.git.tidy()
        return self.work.report

    def _forget_remotes(self) -> None:
        """References of remotes that are not set any more decide nothing any more."""
        years = set(self.work.away())
        wanted = {remote.key for remote in self.work.remotes}
        wanted |= {remote.key for year in years for remote in self.work.year_remotes(year)}
        for name, _ in [
            *self.work.git.iter_references("refs/remotes/"),
            *self.work.git.iter_references("refs/sending/"),
        ]:
            if name.rpartition("/")[2] not in wanted:
                self.work.git.set_reference(name, None)

    def _fetch_all(self) -> dict[str, str]:
        """Ask every remote; returns those that could not be asked, with the reason."""
        failed = {}
        for remote in self.work.remotes:
            self.work.watch(f"asking {remote.shown}")
            try:
                fetch(self.work.git, remote, self.work.order.access, self.work.hosts)
            except GitError as error:
                failed[remote.url] = explain(error)
        return failed

    def _send_all(self, failed: Mapping[str, str]) -> bool:
        """Serve every remote; whether one had moved meanwhile, so that all begins anew.

        The others are then not served before that: two machines would otherwise give each remote a history of its own.
        """
        main = self.work.git.find_commit(BRANCH)
        self.work.report.sent = []
        for remote in self.work.remotes:
            if reason := failed.get(remote.url):
                self.work.report.sent.append(Sent(remote.shown, "failed", reason))
            elif main is not None and self._send(remote, main):
                return True
        for year in self.work.away():
            commit = self.work.git.find_commit(f"refs/heads/year-{year}")
            for remote in self.work.year_remotes(year) if commit else ():
                self._send(remote, commit or "")
        return False

    def _send(self, remote: Remote, commit: str) -> bool:
        """Serve one remote; whether it had moved meanwhile."""
        if self.work.git.find_commit(remote.tracked) == commit:
            self.work.report.sent.append(Sent(remote.shown, "same"))
            return False
        self.work.watch(f"sending to {remote.shown}")
        is_first = self.work.git.find_commit(remote.tracked) is None
        try:
            send(self.work.git, remote, commit, self.work.order.access, self.work.hosts)
        except GitError as error:
            self.work.report.sent.append(Sent(remote.shown, "failed", explain(error)))
            return is_behind(error)
        self.work.report.sent.append(Sent(remote.shown, "sent"))
        if is_first and (advice := show_branch(self.work.git, remote, self.work.order.access, self.work.hosts)):
            self.work.report.complaints.append(advice)
        return False

    def _send_year(self, remote: Remote, commit: str) -> bool:
        self._send(remote, commit)
        return self.work.report.sent.pop().outcome != "failed"

    def _bundle(self, file: Path) -> None:
        """Everything that is published, in one file for ``git clone`` or ``git pull`` from it."""
        self.work.watch(f"writing {file}")
        made = file.with_name(f".{file.name}.part")
        self.work.git.run("bundle", "create", "--quiet", str(made.absolute()), BRANCH)
        made.replace(file)
        self.work.git.set_reference(BUNDLED, self.work.git.find_commit(BRANCH))
        self.work.report.bundle = str(file)
