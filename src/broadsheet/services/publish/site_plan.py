"""What a static site must consist of, and which parts of it are no longer as they should be.

Every part (a *unit*: all files of one article, one list, one segment of the search) has a fingerprint of everything it
is made from. The fingerprints follow from ledgers, index and groups alone, streamed once; what bears the fingerprint
it bore the last time is left as it is. So a site kept in step is the same, byte for byte, as one made anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from broadsheet.formats.ledger import iter_lines, ledger_file, parse_line
from broadsheet.model import EditQuery, Holding, HoldingQuery, StoryQuery, Unit
from broadsheet.ports import SiteLog
from broadsheet.services.archive import Archive
from broadsheet.services.indexes.stories import Stories
from broadsheet.services.pages._sources import Answers
from broadsheet.services.publish.site_articles import ArticleWork
from broadsheet.services.publish.site_lists import ListWork, month_bounds

_ARTICLE = re.compile(rb'"article": ?"([^"\\]+)"')
_CAPTURED = re.compile(rb'"captured": ?"([0-9TZ:.-]+)"')
_BATCH = 400
_ROOM = 1 << 128
Watch = Callable[[str, int, int | None], None]


def fingerprint(*parts: object) -> bytes:
    """A digest of ``parts``, each as Python writes it."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Sum:
    """A digest of many digests, in whatever order they come."""

    def __init__(self) -> None:
        self.value = 0

    def add(self, digest: bytes) -> None:
        """Take in one more."""
        self.value = (self.value + int.from_bytes(digest, "big")) % _ROOM


@dataclass
class Plan:
    """Goes through an archive and says what must be made. ``stamp`` names everything that decides beside it."""

    archive: Archive
    index: Answers
    stories: Stories
    log: SiteLog
    stamp: str
    zone: ZoneInfo
    begin: datetime | None
    watch: Watch = lambda *_: None
    total: Sum = field(default_factory=Sum)
    days: dict[str, Sum] = field(default_factory=dict)
    outlet_days: dict[str, dict[str, Sum]] = field(default_factory=dict)
    months: dict[tuple[str, str], Sum] = field(default_factory=dict)
    published: dict[str, Sum] = field(default_factory=dict)
    told: Sum = field(default_factory=Sum)
    edits: Sum = field(default_factory=Sum)

    # -- what the ledgers and the groups say -----------------------------------------------------------------

    def read_states(self) -> None:
        """A digest of the ledger lines of every article."""
        files = list(self.archive.iter_ledger_files())
        for at, (file, _) in enumerate(files):
            self.watch("reading ledgers", at, len(files))
            states: dict[str, bytes] = {}
            for article, line in _iter_article_lines(self.archive, file):
                states[article] = blake2b(states.get(article, b"") + line, digest_size=16).digest()
            self.log.put_states(list(states.items()))

    def read_ties(self) -> Iterator[ListWork]:
        """The pages of stories that must be made; which articles stand in a story or have copies is kept in the log."""
        self._tie_copies()
        told = self.stories.iter_stories(StoryQuery(least_articles=2))
        while batch := list(islice(told, 200)):
            self.watch("reading stories", 0, None)
            members = [article for story in batch for article in story.articles]
            states, kin = self.log.find_states(members), self.log.find_ties(members)
            ties: list[tuple[str, bytes]] = []
            works: list[ListWork] = []
            for story in batch:
                shown = self._shown(story.articles)
                if not shown:
                    continue
                of_members = [(one, states.get(one), kin.get(one)) for one in shown]
                digest = fingerprint(story.id, story.events, of_members)
                ties += ((one, digest) for one in story.articles)
                works.append(ListWork(f"story:{story.id}", fingerprint(self.stamp, digest), "story", (story.id,)))
                self.told.add(digest)
            self.log.tie(ties)
            yield from self._stale(works)

    def _tie_copies(self) -> None:
        for articles in self.log.iter_states():
            self.watch("reading copies", 0, None)
            for family in self.stories.iter_families(articles):
                shown = self._shown(family.articles)
                if len(shown) > 1:
                    states = self.log.find_states(shown)
                    digest = fingerprint([(one, states.get(one)) for one in shown])
                    self.log.tie([(one, digest) for one in shown])

    def _shown(self, articles: Sequence[str]) -> list[str]:
        """Those of ``articles`` that are not older than what the site shows."""
        return [one for one in articles if self.begin is None or self.index.find_holding(one)]

    # -- articles --------------------------------------------------------------------------------------------

    def iter_articles(self) -> Iterator[ArticleWork]:
        """The articles that must be made, outlet by outlet, the newest first; lists and texts are noted by the way."""
        months = list(self.index.iter_months())
        done, total = 0, sum(month.articles for month in months)
        lines = Lines(self.archive)
        for outlet in sorted({month.outlet for month in months}):
            bounds = [month for month in months if month.outlet == outlet]
            first, last = min(month.first for month in bounds), max(month.last for month in bounds)
            stream = self._iter_outlet(outlet, first, last)
            for batch in _iter_windows(stream):
                self.watch("comparing", done, total)
                done += len(batch)
                yield from self._articles(outlet, batch, lines)

    def _iter_outlet(self, outlet: str, first: datetime, last: datetime) -> Iterator[Holding]:
        """Everything of an outlet, newest first, a month at a time so that memory stays flat."""
        month, begin = f"{last:%Y-%m}", f"{first:%Y-%m}"
        while month >= begin:
            after, before = month_bounds(month)
            yield from self.index.iter_holdings(HoldingQuery(outlet=outlet, after=after, before=before))
            number = int(month[:4]) * 12 + int(month[5:]) - 2
            month = f"{number // 12:04}-{number % 12 + 1:02}"

    def _articles(
        self, outlet: str, batch: Sequence[tuple[Holding | None, Holding, Holding | None]], lines: Lines
    ) -> Iterator[ArticleWork]:
        named = {one.article for row in batch for one in row if one}
        states, ties = self.log.find_states(list(named)), self.log.find_ties([row[1].article for row in batch])
        units: dict[str, tuple[bytes, Holding | None, Holding, Holding | None]] = {}
        texts: list[tuple[int, str, bytes]] = []
        for later, holding, earlier in batch:
            state, tie = states.get(holding.article, b""), ties.get(holding.article, b"")
            around = [(one.article, states.get(one.article)) if one else None for one in (earlier, later)]
            digest = fingerprint(self.stamp, holding.article, state, around, tie)
            units[f"article:{holding.article}"] = (digest, earlier, holding, later)
            self._note(outlet, holding, fingerprint(holding.article, state, tie))
            if not holding.is_taken_down:
                texts.append((int(holding.published.timestamp() // 1), holding.article, state))
        self.log.put_texts(texts)
        for unit in self.log.plan([Unit(key, row[0]) for key, row in units.items()]):
            _, earlier, holding, later = units[unit.key]
            raw = lines.get(holding)
            yield ArticleWork(unit.key, unit.fingerprint, holding, raw, earlier, later, holding.article in ties)

    def _note(self, outlet: str, holding: Holding, digest: bytes) -> None:
        """What an article adds to the lists it stands in."""
        day = f"{holding.published.astimezone(self.zone):%Y-%m-%d}"
        folder = ledger_file(holding.first_path).rpartition("/")[2][:7]
        for one in (
            self.total,
            self.days.setdefault(day, Sum()),
            self.outlet_days.setdefault(outlet, {}).setdefault(day, Sum()),
            self.months.setdefault((outlet, folder), Sum()),
            self.published.setdefault(f"{holding.published:%Y-%m}", Sum()),
        ):
            one.add(digest)

    # -- lists -----------------------------------------------------------------------------------------------

    def iter_lists(self, *, with_map: bool) -> Iterator[ListWork]:
        """The lists that must be made, once all articles were gone through."""
        self._read_edits()
        return self._stale([*self._iter_days(), *self._iter_outlets(), *self._iter_whole(with_map)])

    def _read_edits(self) -> None:
        """What was edited adds to the days on which that was seen."""
        for edit in self.index.iter_edits(EditQuery(after=self.begin)):
            digest = fingerprint(edit.article, edit.revision, edit.classes, edit.seen, edit.headline)
            self.edits.add(digest)
            if (of_day := self.days.get(f"{edit.seen.astimezone(self.zone):%Y-%m-%d}")) is not None:
                of_day.add(digest)

    def _iter_days(self) -> Iterator[ListWork]:
        days = sorted(self.days)
        for earlier, day in pairwise([None, *days]):
            digest = fingerprint(self.stamp, self.days[str(day)].value, earlier)
            yield ListWork(f"day:{day}", digest, "day", (str(day),))

    def _iter_outlets(self) -> Iterator[ListWork]:
        for outlet, by_day in self.outlet_days.items():
            months = sorted(month for one, month in self.months if one == outlet)
            of_months = {month: self.months[outlet, month].value for month in months}
            yield self._list("outlet", (outlet, ""), of_months)
            years = sorted({month[:4] for month in months})
            for before, year, after in _with_neighbours(years):
                told = [value for month, value in of_months.items() if month.startswith(year)]
                yield self._list("outlet", (outlet, year), (before, after, told))
            for before, month, after in _with_neighbours(months):
                yield self._list("outlet", (outlet, month), (before, after, of_months[month]))
            for before, day, after in _with_neighbours(sorted(by_day)):
                digest = fingerprint(self.stamp, by_day[day].value, before, after)
                yield ListWork(f"outlet:{outlet}:{day}", digest, "outlet", (outlet, day), before, after)

    def _iter_whole(self, with_map: bool) -> Iterator[ListWork]:
        whole = (self.total.value, self.edits.value, self.told.value)
        yield self._list("front", (), whole)
        yield self._list("frame", (), whole)
        yield self._list("stories", (), self.told.value)
        yield self._list("edits", (), (self.edits.value, self.total.value))
        if with_map:
            months = sorted(self.published)
            yield self._list("sitemap", ("", *months), months)
            for month in months:
                yield self._list("sitemap", (month,), self.published[month].value)

    def _list(self, kind: str, of: tuple[str, ...], told: object) -> ListWork:
        name = ":".join((kind, *(of[:1] if kind == "sitemap" else of)))
        return ListWork(name, fingerprint(self.stamp, told, of), kind, of)

    def _stale(self, works: Sequence[ListWork]) -> Iterator[ListWork]:
        for start in range(0, len(works), _BATCH):
            part = {work.key: work for work in works[start : start + _BATCH]}
            for unit in self.log.plan([Unit(key, work.fingerprint) for key, work in part.items()]):
                yield part[unit.key]

    def count_articles(self) -> Counter[str]:
        """Articles of each outlet."""
        counted = Counter[str]()
        for month in self.index.iter_months():
            counted[month.outlet] += month.articles
        return counted


def find_now(archive: Archive) -> datetime | None:
    """The instant of the newest capture that the ledgers speak of."""
    newest = b""
    for file, _ in archive.iter_ledger_files():
        for found in _CAPTURED.finditer(archive.store.get(file)):
            newest = max(newest, found[1])
    return datetime.fromisoformat(newest.decode()).astimezone(UTC) if newest else None


def _iter_article_lines(archive: Archive, file: str) -> Iterator[tuple[str, bytes]]:
    for number, line in iter_lines(archive.store.get(file)):
        found = _ARTICLE.search(line)
        yield found[1].decode() if found else parse_line(line, where=f"{file}:{number}").article, line


@dataclass
class Lines:
    """The ledger lines of articles; two ledger files at a time are remembered."""

    archive: Archive
    files: dict[str, dict[str, list[bytes]]] = field(default_factory=dict)

    def get(self, holding: Holding) -> tuple[bytes, ...]:
        """The lines of an article, oldest first."""
        file = ledger_file(holding.first_path)
        if file not in self.files:
            if len(self.files) > 1:
                del self.files[next(iter(self.files))]
            grouped: dict[str, list[bytes]] = {}
            for article, line in _iter_article_lines(self.archive, file):
                grouped.setdefault(article, []).append(line)
            self.files[file] = grouped
        return tuple(self.files[file].get(holding.article, ()))


def _iter_windows(
    stream: Iterable[Holding],
) -> Iterator[list[tuple[Holding | None, Holding, Holding | None]]]:
    """Each with the one before and the one behind it, some at a time."""
    batch: list[tuple[Holding | None, Holding, Holding | None]] = []
    before: Holding | None = None
    here: Holding | None = None
    for behind in stream:
        if here is not None:
            batch.append((before, here, behind))
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        before, here = here, behind
    if here is not None:
        yield [*batch, (before, here, None)]


def _with_neighbours(names: Sequence[str]) -> Iterator[tuple[str | None, str, str | None]]:
    yield from zip([None, *names[:-1]], names, [*names[1:], None], strict=True)
