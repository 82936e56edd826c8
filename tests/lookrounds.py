"""Rounds with looks: an outlet whose pages change between two looks, a clock that is passed on by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from broadsheet.account import Account
from broadsheet.extract.jobs import EXTRACT_JOB
from broadsheet.model import Capture, Holding, Revision
from broadsheet.policy import Manners
from broadsheet.policy.revisits import Ladder
from broadsheet.ports import Looks
from broadsheet.services.archive.pictures import Pictures
from broadsheet.services.ingest.keeping import Keeper
from broadsheet.services.ingest.page_reading import PageReader
from broadsheet.services.ingest.pipeline import Parts, run_round
from broadsheet.services.reextract import Again
from broadsheet.services.revisit import Looked, Looking
from broadsheet.testing.fetch import Answer, MemoryFetcher
from broadsheet.testing.inline import InlineWorkshop
from broadsheet.testing.looks import MemoryLooks
from tests.feedtext import FEED, HARBOUR, Piece, rss
from tests.paintings import jpeg
from tests.wholerounds import PICTURE, WholeRounds


@dataclass
class LookRounds(WholeRounds):
    """Rounds in which articles are looked at again. ``answers`` come before ``pages`` where an address has both."""

    looks: Looks = field(default_factory=MemoryLooks)
    ladder: Ladder = field(default_factory=Ladder)
    answers: dict[str, Answer] = field(default_factory=dict)
    workshop: type[InlineWorkshop] = InlineWorkshop
    imported: bool = False
    keep_all: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.is_lost = False
        self.asked: list[str] = []

    def _fetcher(self, feed: bytes = b"") -> MemoryFetcher:
        answers: dict[str, Answer] = {url: Answer(text.encode()) for url, text in self.pages.items()}
        answers |= {FEED: Answer(feed), PICTURE: Answer(jpeg())}
        return MemoryFetcher(answers | self.answers, now=self.now)

    def looking(self, fetcher: MemoryFetcher | None = None) -> Looking:
        """Looking again, wired as the app does it."""
        fetcher, outlets = fetcher or self._fetcher(), {HARBOUR.id: HARBOUR}
        workshop = self.workshop([EXTRACT_JOB])
        retake = Again(self.archive, self.index, workshop, outlets, {}).retake
        keeper = Keeper(self.archive, self.index, self.numbering, retake, self.looks)
        reader = PageReader(fetcher, workshop, self.archive.captures, {})
        pictures = Pictures(self.archive.store, fetcher)
        return Looking(
            keeper, self.looks, reader, outlets, self.ladder, lambda: self.now, lambda: 0.0, pictures,
            self.imported, self.keep_all,
        )  # fmt: skip

    def read(self, *pieces: Piece, workshop: type[InlineWorkshop] | None = None) -> Account:
        """One round of the feed, an hour after the last, without looks that are due."""
        self.now += timedelta(hours=1)
        before, self.workshop = self.workshop, workshop or self.workshop
        fetcher = self._fetcher(rss(pieces))
        looking, account = self.looking(fetcher), Account()
        parts = Parts(
            looking.keeper, self.queue, fetcher, looking.outlets, Manners(), lambda: self.now, lambda: 0.5, self._sleep,
            reader=looking.reader, pictures=looking.pictures, captures=self.archive.captures, note=looking.note,
        )  # fmt: skip
        for polled in run_round(parts, urls=[FEED]):
            account.add(polled.account)
        assert account.is_balanced
        looking.settle()
        self.workshop = before
        return account

    def look(self, hours: float = 1.0, **which: Any) -> Counter[str]:
        """Look at everything (or at ``which``) after some ``hours``; what came of it."""
        self.now += timedelta(hours=hours)
        fetcher = self._fetcher()
        found: list[Looked] = list(self.looking(fetcher).look_all(**(which or {"everything": True})))
        self.asked = [request.url for request in fetcher.asked if request.purpose == "page"]
        total = Account()
        for looked in found:
            assert looked.account.looks == {looked.outcome: 1}
            total.add(looked.account)
        return total.looks

    def one(self) -> tuple[Holding, list[Revision]]:
        """The only article, and its ledger lines."""
        [held] = self.held()
        return held, list(self.archive.iter_article(held.article, held.first_path))

    def why(self) -> list[tuple[str, ...]]:
        """Why each line of the only article was written."""
        return [line.why for line in self.one()[1]]

    def captures(self) -> list[Capture]:
        """Every kept capture of a page."""
        captures = self.archive.captures
        found = (one for place, _ in captures.iter_places() for one in captures.iter_captures(place))
        return [one for one in found if one.url != FEED]
