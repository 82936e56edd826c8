"""Rounds with pages, pictures and captures, and an extractor of a year ago beside today's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from broadsheet.account import Account
from broadsheet.extract.jobs import EXTRACT_JOB
from broadsheet.model import Holding, HoldingQuery, Product, Revision
from broadsheet.policy import Manners
from broadsheet.services.archive.pictures import MissingPictures, Pictures, retry_missing
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.ingest.keeping import Keeper
from broadsheet.services.ingest.page_reading import PageReader
from broadsheet.services.ingest.pipeline import Parts, run_round
from broadsheet.services.reextract import Again, AgainAccount
from broadsheet.testing.fetch import Answer, MemoryFetcher
from broadsheet.testing.inline import InlineWorkshop
from tests.feedtext import FEED, HARBOUR, Piece, Rounds, rss
from tests.paintings import jpeg

PICTURE = "https://pictures.example/ferry.jpg"
WORDS = "港口的渡轮在周六清晨复航，乘客在码头等了将近两个小时。港务局说，班次会逐步恢复到每天十二班，票价不变。"


def page(number: int, *, tail: str = "", following: str = "") -> str:
    """An article's page."""
    onward = f'<link rel="next" href="{following}">' if following else ""
    text = "".join(f"<p>第{part}段，第{number}天。{WORDS}</p>" for part in "一二三四")
    return (
        f"<html lang='zh-Hans'><head><meta charset='utf-8'><title>渡轮复航第{number}天</title>{onward}</head><body>"
        f"<article><h1>渡轮复航第{number}天</h1>{text}{tail}"
        f"<figure><img src='{PICTURE}'><figcaption>码头上的人群</figcaption></figure></article></body></html>"
    )


class OlderWorkshop(InlineWorkshop):
    """An extractor of a year ago: it misses the last paragraph, and says that it is version 0."""

    def map(self, jobs: Any) -> Iterator[Any]:
        for result in super().map(jobs):
            assert isinstance(result, Product)
            if stated := result.result.get("extraction"):
                stated["body"] = re.sub(r"<p>第四段[^\n]*\n?", "", stated["body"])
                stated["extractor"] = "page/0"
            yield result


class WholeRounds(Rounds):
    """Rounds with pages, pictures and captures."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pages: dict[str, str] = {}
        self.is_lost = True

    def read(self, *pieces: Piece, workshop: type[InlineWorkshop] = OlderWorkshop) -> Account:
        """One round, with the extractor of a year ago by default."""
        self.now += timedelta(hours=1)
        answers: dict[str, Answer] = {url: Answer(text.encode()) for url, text in self.pages.items()}
        answers[FEED] = Answer(rss(pieces))
        answers |= {} if self.is_lost else {PICTURE: Answer(jpeg())}
        fetcher = MemoryFetcher(answers, now=self.now)
        parts = Parts(
            Keeper(self.archive, self.index, self.numbering), self.queue, fetcher,
            {HARBOUR.id: HARBOUR}, Manners(), lambda: self.now, lambda: 0.5, self._sleep,
            reader=PageReader(fetcher, workshop([EXTRACT_JOB]), self.archive.captures, {}),
            pictures=Pictures(self.archive.store, fetcher),
            captures=self.archive.captures,
        )  # fmt: skip
        account = Account()
        for polled in run_round(parts, urls=[FEED]):
            account.add(polled.account)
        assert account.is_balanced
        return account

    def again(self, *, everything: bool = False, workshop: Any = None, pictures: bool = False) -> AgainAccount:
        """Take anew, and the account balances."""
        fetcher = MemoryFetcher({PICTURE: Answer(jpeg())})
        work = Again(
            self.archive, self.index, workshop or InlineWorkshop([EXTRACT_JOB]), {HARBOUR.id: HARBOUR}, {},
            Pictures(self.archive.store, fetcher) if pictures else None,
        )  # fmt: skip
        seen: list[tuple[int, int]] = []
        account = work.extract_all(everything=everything, watch=lambda done, total: seen.append((done, total)))
        assert account.done == account.listed
        assert seen[-1] == (account.listed, account.listed)
        return account

    def retry_pictures(self) -> None:
        """Come back for missing pictures, much later."""
        fetcher = MemoryFetcher({PICTURE: Answer(jpeg())})
        later = self.now + timedelta(days=3)
        missing = MissingPictures(self.archive)
        for retried in retry_missing(self.archive, Pictures(self.archive.store, fetcher), missing, lambda: later):
            apply_additions(self.archive, self.index, retried.additions)

    def held(self) -> list[Holding]:
        return list(self.index.iter_holdings(HoldingQuery()))

    def lines(self) -> list[Revision]:
        return [line for file, _ in self.archive.iter_ledger_files() for line in self.archive.iter_revisions(file)]

    def documents(self) -> dict[str, bytes]:
        keys = [key for key, _ in self.archive.store.iter_keys("articles")]
        return {key: self.archive.store.get(key) for key in keys}


def short(number: int, **changes: Any) -> Piece:
    return Piece(number, text="渡轮复航了…", **changes)


def keep(room: WholeRounds, number: int = 1, **parts: str) -> Piece:
    piece = short(number)
    room.pages[piece.url or ""] = page(number, **parts)
    return piece
