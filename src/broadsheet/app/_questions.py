"""What an archive is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from broadsheet import fixity, searching
from broadsheet.app._engines import Engines
from broadsheet.app._groups import find_answering, get_story
from broadsheet.decide import Health, health_of
from broadsheet.errors import NotFoundError
from broadsheet.model import Document, FeedState, Hits, Holding, HoldingQuery, Revision, Story, StoryQuery
from broadsheet.urls import url_key


class Questions(Engines):
    """What may be asked of an archive; nothing is written."""

    def find_holding(self, question: str) -> Holding:
        """The article that ``question`` means: its id, its address, or the path of one of its documents."""
        by_id = self.index.find_holding(question)
        if by_id:
            return by_id
        path = question.removeprefix("./")
        found = re.fullmatch(r"articles/([^/]+)/\d{4}/\d\d/\d\d-([^/.+]+)(?:\.\d+)?(?:\+\d+)?\.md", path)
        if found and (by_path := self.index.find_holding(f"{found[1]}/{found[2]}")):
            return by_path
        outlets = {month.outlet for month in self.index.iter_months()}
        for outlet in sorted(outlets):
            if named := self.index.find_article(outlet, [f"url:{url_key(question)}"]):
                return self._get_holding(named[0])
        raise NotFoundError(f"{question}: no such article here; give its id (see: broadsheet list), address or path")

    def _get_holding(self, article: str) -> Holding:
        holding = self.index.find_holding(article)
        if holding is None:
            raise NotFoundError(f"{article}: the index names it and does not hold it; run broadsheet rebuild")
        return holding

    def get_document(self, holding: Holding, revision: int | None = None) -> tuple[Document, Revision]:
        """A revision (the newest by default) of an article: its document and its ledger line."""
        number = holding.revision if revision is None else revision
        lines = [line for line in self.iter_revisions(holding) if line.revision == number]
        if not lines:
            raise NotFoundError(f"{holding.article}: has revisions 1 to {holding.revision}, not {number}")
        return self.archive.get_document(lines[-1].path), lines[-1]

    def iter_revisions(self, holding: Holding) -> Iterator[Revision]:
        """Every ledger line of an article, oldest first."""
        return self.archive.iter_article(holding.article, holding.first_path)

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """Articles that match, newest first."""
        return self.index.iter_holdings(query)

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
        """Every feed with how it fares."""
        now = self.clock()
        for state in self.queue.iter_states():
            yield state, health_of(state, now, self.manners)

    def verify(self, progress: Callable[[str], None] = lambda _: None) -> fixity.Verification:
        """Prove the archive whole, or name what is not."""
        return fixity.verify(self.archive, progress=progress)
