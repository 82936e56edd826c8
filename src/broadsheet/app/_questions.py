"""What an archive is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from broadsheet.app._engines import Engines
from broadsheet.app._groups import find_answering, get_story
from broadsheet.errors import NotFoundError
from broadsheet.model import Document, FeedState, Hits, Holding, HoldingQuery, LineKind, Revision, Story, StoryQuery
from broadsheet.policy import Health, health_of
from broadsheet.services.archive import fixity
from broadsheet.services.archive.pictures import find_kept
from broadsheet.services.indexes import articles as indexing
from broadsheet.services.indexes import search as searching
from broadsheet.services.indexes.finding import find_article


class Questions(Engines):
    """What may be asked of an archive; nothing is written."""

    def find_holding(self, question: str) -> Holding:
        """The article that ``question`` means; see ``finding.find_article``."""
        return find_article(self.index, question)

    def get_document(self, holding: Holding, revision: int | None = None) -> tuple[Document, Revision]:
        """A revision (the newest by default) of an article: its document and its ledger line."""
        number = holding.revision if revision is None else revision
        lines = [line for line in self.iter_revisions(holding) if line.revision == number]
        if not lines:
            raise NotFoundError(f"{holding.article}: has revisions 1 to {holding.revision}, not {number}")
        document = self.archive.get_document(lines[-1].path)
        return document, indexing.read_anew(lines[-1], document)

    def iter_revisions(self, holding: Holding) -> Iterator[Revision]:
        """Every ledger line of an article, oldest first."""
        return self.archive.iter_article(holding.article, holding.first_path)

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """Articles that match, newest first."""
        return self.index.iter_holdings(query)

    def iter_taken_down(self) -> Iterator[tuple[Holding, Revision]]:
        """Every article that was taken down, newest publication first, with the ledger line that says when and why."""
        for holding in self.index.iter_holdings(HoldingQuery()):
            if holding.is_taken_down:
                lines = [line for line in self.iter_revisions(holding) if line.kind is LineKind.TAKE_DOWN]
                yield holding, lines[-1]

    def find_traces(self, holding: Holding) -> list[str]:
        """What a history of the archive's folder may still hold of an article that was taken down: paths and globs.

        Its documents and the pictures that went with it; and captures and lists as a whole, whose earlier states speak
        of it: the next commit puts back what they hold now.
        """
        lines = list(self.iter_revisions(holding))
        digests = {digest for line in lines for digest in line.pictures.values() if digest}
        gone = sorted(digest for digest in digests if not find_kept(self.store, digest))
        return [
            *dict.fromkeys(line.path for line in lines),
            *(f"pictures/{digest[:2]}/{digest}.*" for digest in gone),
            *(f"{folder}/" for folder in ("captures", "lists") if (self.root / folder).exists()),
            "README.md",
        ]

    def find_histories(self) -> list[Path]:
        """The git repositories of the archive's folder, whose history keeps what the folder has lost."""
        return [path for name in (".git", "mirror.git") if (path := self.root / name).exists()]

    def search(
        self, question: str, *, newest: bool = False, limit: int = 10, cursor: str | None = None, facets: bool = False
    ) -> Hits:
        """One page of articles that answer ``question``; QueryError marks what in it cannot be understood."""
        return searching.search(
            self.archive, self.index, self.search_index, question,
            newest=newest, limit=limit, cursor=cursor, facets=facets, outlets=self._outlet_ids,
        )  # fmt: skip

    def iter_stories(
        self,
        question: str | None = None,
        query: StoryQuery | None = None,
        *,
        outlets: Sequence[str] = (),
        everything: bool = False,
    ) -> Iterator[Story]:
        """Stories told by two outlets or three reports (``everything``: down to single articles), newest report first.

        ``question``: those of the articles that answer it; QueryError marks what in it cannot be understood.
        """
        query = query or StoryQuery()
        if question is not None:
            query = replace(query, articles=self.find_answering(question))
        return self.groups.iter_all(query, outlets) if everything else self.groups.iter_told(query, outlets)

    @property
    def _outlet_ids(self) -> dict[str, str]:
        """Names of outlets, as a question may use them, with their ids."""
        return {outlet.name: outlet.id for outlet in self.settings.outlets}

    def find_answering(self, question: str) -> frozenset[str]:
        """The newest articles that answer ``question``; QueryError marks what in it cannot be understood."""
        return find_answering(self.search_index, question, self._outlet_ids)

    def get_story(self, question: str) -> Story:
        """The story that ``question`` means: its id, present or past, or an article's id, address or path."""
        return get_story(self.groups, question, self.find_holding)

    def iter_health(self) -> Iterator[tuple[FeedState, Health]]:
        """Every feed with how it fares, and why the ``robots.txt`` of its outlet's hosts is ignored if it is."""
        now = self.clock()
        exempt = {outlet.id: outlet.robots_reason for outlet in self.settings.outlets if outlet.robots == "ignore"}
        for state in self.queue.iter_states():
            health = health_of(state, now, self.manners)
            if reason := exempt.get(state.outlet):
                health = replace(health, sentence=f"{health.sentence}; robots.txt is ignored: {reason}")
            yield state, health

    def verify(self, progress: Callable[[str], None] = lambda _: None) -> fixity.Verification:
        """Prove the archive whole, or name what is not."""
        return fixity.verify(self.archive, progress=progress)
