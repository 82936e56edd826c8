"""Takes in what another machine published, and keeps again after it what only this machine has.

The rule, and what it costs, stand in docs/decisions/0020: theirs first; then ours, line by line, as known, as new, or
as a further text of an article that both have. No chain breaks, no text is lost, nothing published is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from broadsheet.edits import Text
from broadsheet.edits import compare as compare_texts
from broadsheet.errors import FormatError
from broadsheet.formats.document import parse_document, plain_document
from broadsheet.formats.ledger import format_line, iter_lines, later_path, ledger_file, parse_round
from broadsheet.model import Holding, LineKind, Revision
from broadsheet.policy.identity import own_names
from broadsheet.ports import Index
from broadsheet.services.archive import (
    Addition,
    Archive,
    known_pictures,
    newest_of,
)
from broadsheet.services.indexes.articles import apply_additions, sync
from broadsheet.services.ingest.keeping import is_equal, text_of_document
from broadsheet.services.publish.git._git import Git
from broadsheet.services.publish.git._journal import Apart, Journal, last_digests, paths_of
from broadsheet.services.publish.git._theirs import Theirs, iter_documents

REJOINED = "rejoined"
"""The ``why`` of a text that another machine of the same mirror had kept before: nobody can say what the outlet
changed between it and the one before it."""

REJOIN = "rejoin"
"""The kind of the line of account that closes a taking-in; its account holds those of the rounds that gave way."""


def take_in(archive: Archive, git: Git, theirs: Theirs) -> int:
    """Write what they have more: pictures, documents, ledgers, lines of account last. Returns how many lines.

    Called again after a kill it ends as if there had been none. Takedowns of theirs take hold here, too.
    """
    _drop_evidence(archive, theirs)
    archive.take_documents(iter_documents(git, theirs, archive))
    lines = 0
    for growth in sorted(theirs.growths, key=lambda growth: growth.is_rounds):
        if growth.theirs and not growth.ours:
            archive.take_ledger(growth.file, growth.content)
            lines += 0 if growth.is_rounds else growth.theirs.count(b"\n")
    return lines


def reset_to(archive: Archive, git: Git, theirs: Theirs, journal: Journal, forget: Callable[[], object]) -> None:
    """Let the ledger be theirs, now that ours is put aside in ``journal``.

    ``forget`` empties whatever followed the ledger: not every follower can see that lines were exchanged for others.
    """
    _drop_evidence(archive, theirs)
    archive.take_documents(iter_documents(git, theirs, archive))
    for growth in theirs.growths:
        if growth.theirs or growth.ours:
            content = growth.content or archive.store.get(growth.file)[: growth.common]
            if content:
                archive.take_ledger(growth.file, content)
            else:
                archive.drop_ledger(growth.file)
    forget()
    journal.finish_reset()


def _drop_evidence(archive: Archive, theirs: Theirs) -> None:
    """What they took down goes from our pictures and captures, before the ledger says so: it would not be looked at
    again if a kill came in between."""
    gone = {line.article: line for line in theirs.revisions.values() if line.kind is LineKind.TAKE_DOWN}
    for article, line in gone.items():
        ours = list(archive.iter_article(article, later_path(line.path, 1)))
        archive.drop_evidence([*ours, line], line.captured)


@dataclass
class Rejoining:
    """Keeps put-aside lines again, article by article, in the order in which they were kept first."""

    archive: Archive
    index: Index
    journal: Journal
    clock: Callable[[], datetime]
    counts: Counter[str] = field(default_factory=Counter)

    def run(self) -> Counter[str]:
        """The whole of it; returns how many lines were restated, known, kept as further texts."""
        sync(self.archive, self.index)
        groups: dict[str, list[Apart]] = {}
        for apart in self.journal.lines:
            groups.setdefault(apart.revision.article, []).append(apart)
        for group in groups.values():
            self._keep_group(group)
        for path in paths_of(self.journal.lines):
            self.archive.drop_unnamed(path)
        self._close()
        self.journal.remove()
        return self.counts

    # -- one article -----------------------------------------------------------------------------------------

    def _keep_group(self, group: list[Apart]) -> None:
        holding = self._find(group[0].revision)
        lines = self._lines_of(holding)
        said = {_bare(line) for line in lines}
        count = len(group)
        group = [apart for apart in group if _bare(apart.revision) not in said]  # said alike, or kept before a kill
        self.counts["known"] += count - len(group)
        if not group:
            return
        if holding is None or (lines and self._goes_on(lines, group)):
            self._restate(group)
            return
        for apart in group:
            self._keep_beside(apart, holding)

    def _find(self, revision: Revision) -> Holding | None:
        """The article of a line as it is held now, perhaps under another id."""
        if (holding := self.index.find_holding(revision.article)) is not None:
            return holding
        names = own_names(urls=(revision.canonical_url, revision.url), entry_id=revision.entry_id)
        found = self.index.find_article(revision.outlet, names)
        return self.index.find_holding(found[0]) if found else None

    def _lines_of(self, holding: Holding | None) -> list[Revision]:
        return list(self.archive.iter_article(holding.article, holding.first_path)) if holding else []

    def _goes_on(self, lines: Sequence[Revision], group: Sequence[Apart]) -> bool:
        """Whether the other machine added nothing to this article: its last line is the one that ours followed."""
        newest = lines[-1]
        if newest.article != group[0].revision.article:
            return False
        content = self.archive.store.get(ledger_file(newest.path))
        return last_digests(content)[newest.article] == group[0].after or _bare(newest) in self._mine

    @cached_property
    def _mine(self) -> set[bytes]:
        return {_bare(apart.revision) for apart in self.journal.lines}

    def _restate(self, group: Sequence[Apart]) -> None:
        """The same lines, after what the ledger says by now."""
        whole = [apart for apart in group if apart.document is not None]
        self.counts["document missing"] += len(group) - len(whole)
        stated = [(replace(apart.revision, prev=""), apart.document or b"") for apart in whole]
        last = {revision.path: content for revision, content in stated}
        additions = self.archive.restate([(revision, last[revision.path]) for revision, _ in stated])
        apply_additions(self.archive, self.index, additions)
        self.counts["restated"] += len(stated)

    def _keep_beside(self, apart: Apart, holding: Holding) -> None:
        """A line about an article to which both machines added."""
        line, article, first = apart.revision, holding.article, holding.first_path
        if line.kind is LineKind.TAKE_DOWN:
            additions = self.archive.take_down(article, first, line.reason or "", line.captured)
        elif line.kind.is_page_event:
            additions = self.archive.note_page(article, first, line.kind, line.captured, since=line.unchanged_until,
                                               reason=line.reason)  # fmt: skip
        elif line.kind is LineKind.PICTURES:
            additions = self._add_pictures(line, article, first)
        else:
            self._keep_text(apart, holding)
            return
        apply_additions(self.archive, self.index, additions)
        self.counts["restated" if additions else "known"] += 1

    def _add_pictures(self, line: Revision, article: str, first: str) -> list[Addition]:
        lines = list(self.archive.iter_article(article, first))
        known = known_pictures(lines)
        more = {origin: digest for origin, digest in line.pictures.items() if digest and not known.get(origin)}
        if not more:
            return []
        return self.archive.add_pictures(article, first, more, line.captured, reason=line.reason)

    def _keep_text(self, apart: Apart, holding: Holding) -> None:
        lines = self._lines_of(holding)
        if apart.document is None or any(line.kind is LineKind.TAKE_DOWN for line in lines):
            self.counts["taken down" if apart.document else "document missing"] += 1
            return
        newest = newest_of(lines)
        ours = _text_of(apart.document, apart.revision)
        texts = {line.path: line for line in lines}
        for path, line in texts.items():
            try:
                is_known = is_equal(text_of_document(self.archive.get_document(path), line), ours)
            except FormatError:
                is_known = False
            if is_known:
                apply_additions(
                    self.archive, self.index, self._add_pictures(apart.revision, holding.article, holding.first_path)
                )
                self.counts["known"] += 1
                return
        self._follow(apart, holding, newest, lines)

    def _follow(self, apart: Apart, holding: Holding, newest: Revision, lines: list[Revision]) -> None:
        """Our text becomes a further revision. If theirs was captured later it is stated once more after it, so
        that what was last seen stays the newest text."""
        why, since = self._why(apart, newest)
        number = newest.revision + 1
        stated = replace(
            apart.revision,
            article=holding.article,
            revision=number,
            path=later_path(holding.first_path, number),
            why=why,
            unchanged_until=since,
            pictures=known_pictures([*lines, apart.revision]),
            prev="",
        )
        assert apart.document is not None
        batch = [(stated, apart.document)]
        if newest.captured > apart.revision.captured:
            again = replace(newest, revision=number + 1, path=later_path(holding.first_path, number + 1),
                            why=(REJOINED,), unchanged_until=None, prev="")  # fmt: skip
            batch.append((again, self.archive.store.get(newest.path)))
        apply_additions(self.archive, self.index, self.archive.restate(batch))
        self.counts["further texts"] += 1

    def _why(self, apart: Apart, newest: Revision) -> tuple[tuple[str, ...], datetime | None]:
        """What the outlet changed, where that can be said: one extractor, and ours captured later."""
        line = apart.revision
        if line.captured < newest.captured or line.extractor != newest.extractor or line.kind is LineKind.REEXTRACTED:
            return (REJOINED,), None
        assert apart.document is not None
        theirs = text_of_document(self.archive.get_document(newest.path), newest)
        verdict = compare_texts(theirs, _text_of(apart.document, line))
        if verdict.refused or not verdict.why:
            return (REJOINED,), None
        return verdict.why, newest.captured

    # -- the account -----------------------------------------------------------------------------------------

    def _close(self) -> None:
        """One line of account in place of those that gave way; it holds what they said."""
        if self._is_closed():
            return
        there = {file for file, _ in self.archive.iter_ledger_files()}
        self.archive.touch(set(self.journal.files) & there)
        rounds = [{key: account.get(key) for key in ("kind", "began", "ended", "account")}
                  for account in self.journal.accounts]  # fmt: skip
        account = {"journal": self.journal.digest, "rounds": rounds, **dict(sorted(self.counts.items()))}
        now = self.clock()
        self.archive.close_round(REJOIN, now, now, account)

    def _is_closed(self) -> bool:
        files = [key for key, _ in self.archive.store.iter_keys("ledger") if key.startswith("ledger/rounds-")]
        if not files:
            return False
        last = [line for _, line in iter_lines(self.archive.store.get(max(files)))][-1:]
        return bool(last) and parse_round(last[0])["account"].get("journal") == self.journal.digest


def _text_of(content: bytes, line: Revision) -> Text:
    """What is compared of a text whose document has these bytes."""
    return text_of_document(plain_document(parse_document(content)), line)


def _bare(revision: Revision) -> bytes:
    """A line as it is wherever it stands in a chain."""
    return format_line(replace(revision, prev=""))
