"""The import itself: sorts what was read, finds what is new, keeps it in batches."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeVar

from broadsheet.addresses.urls import canonical_url
from broadsheet.edits import Text, compare
from broadsheet.errors import FixityError, FormatError, NotFoundError
from broadsheet.formats.ledger import ledger_file
from broadsheet.model import Document, Holding, Outlet, Revision
from broadsheet.policy.identity import NO_NUMBERING, Numbering, article_id, own_names
from broadsheet.ports import Index
from broadsheet.services.archive import Addition, Archive, Draft, newest_of
from broadsheet.services.importing._account import Takeover
from broadsheet.services.importing._outlets import Outlets
from broadsheet.services.importing._reading import Job, Prepared, prepare_all, read_headers, sketch_of
from broadsheet.services.importing._sorting import Row, one_ahead, sort_rows, spool
from broadsheet.services.importing._sources import Place, Refusal, iter_places
from broadsheet.services.indexes.articles import apply_additions

A = TypeVar("A")
B = TypeVar("B")
_NUMBERS = re.compile(r"\d+")
_MOST_BYTES = 16 * 1024 * 1024
"""A batch ends when its files reach this size, so that long documents do not fill the memory."""
_PIECE = 32
_SCRATCH = "import-"
_TELL_EVERY = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Spread(Protocol):
    """Maps a function over work in order, perhaps in several processes; the builtin ``map`` is one."""

    def __call__(self, function: Callable[[A], B], work: Iterable[A], /) -> Iterable[B]: ...


Watch = Callable[[str, int, int | None], None]
"""Hears stage, how many are done, how many there are (None while not known)."""


def take_over(
    sources: Sequence[Path],
    outlets: Outlets,
    *,
    archive: Archive,
    index: Index,
    now: datetime,
    scratch: Path,
    numbering: Numbering = NO_NUMBERING,
    spread: Spread = map,
    watch: Watch = lambda stage, done, total: None,
    meet: Callable[[list[Outlet]], None] = lambda outlets: None,
    language: str | None = None,
    own: Path = Path(".broadsheet"),
    batch: int = 512,
    most_problems: int | None = 1000,
) -> Takeover:
    """Import ``sources`` (folders, tar and zip files, documents of any name) as articles of the ``outlets`` they name.

    The caller is the only writer, the index is in step, and ``scratch`` is a folder on a disk with room for the
    documents of a packed file; what is put there is removed again. ``meet`` hears of outlets that were not known,
    before anything of them is kept. ``language`` is that of every text, else each tells its own; ``own`` is the
    archive's folder, which is never a source. Texts of one address become revisions in the order of their dates, only
    where words or pictures differ. One bad file costs only itself. NotFoundError or FormatError if a source is nothing
    that can be listed; EngineError if a disk fails, and then the same import goes on where it stopped.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    for left in scratch.glob(f"{_SCRATCH}*"):  # by an import that was killed; there is one writer
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=scratch) as folder:
        account = Takeover(source=", ".join(source.name or str(source) for source in sources), most=most_problems)
        run = _Run(
            outlets, archive, index, now, Path(folder), numbering, spread, watch, meet, language, own, batch, account
        )
        return run.take_over(sources)


@dataclass
class _Group:
    """One article of the import.

    ``document`` is its newest text, ``lines`` what the ledger said of it before. ``digests`` holds those of files
    seen, ``sketches`` those of texts kept, the latter only once there are two texts to compare.
    """

    article: str
    holding: Holding | None = None
    previous: Revision | None = None
    document: Document | None = None
    lines: list[Revision] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    sketches: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Batch:
    """Files of articles that are read a second time; ``prepared`` gives the results in the order of ``groups``."""

    groups: list[_Group]
    prepared: Iterable[Prepared | Refusal]


@dataclass
class _Run:
    outlets: Outlets
    archive: Archive
    index: Index
    now: datetime
    folder: Path
    numbering: Numbering
    spread: Spread
    watch: Watch
    meet: Callable[[list[Outlet]], None]
    language: str | None
    own: Path
    batch: int
    account: Takeover
    done: int = 0
    month: str = ""
    lines: dict[str, list[Revision]] = field(default_factory=dict)

    def take_over(self, sources: Sequence[Path]) -> Takeover:
        readings = spool(self._iter_readings(sources), self.folder / "readings")
        self.meet(self.outlets.settle())
        by_article = sort_rows((self._row_of(reading) for reading in readings), self.folder, "article")
        in_time = sort_rows(self._iter_planned(by_article), self.folder, "time")
        total = self.account.listed - self.account.failed.total() - self.account.skipped.total()
        batches = (self._begin(waiting) for waiting in self._iter_batches(in_time))
        for done, batch in one_ahead(batches):
            self._keep_batch(batch)
            self.watch("keeping", done, total)
        return self.account

    def _iter_batches(self, rows: Iterable[Row]) -> Iterator[tuple[int, list[tuple[_Group, Job]]]]:
        """The files that need a second reading, in batches, each with how many files are done when it is kept."""
        waiting: list[tuple[_Group, Job]] = []
        group = _Group("")
        done = size = 0
        for row in rows:
            article, digest, url, place = str(row[1]), str(row[3]), str(row[4]), Place(*row[5:])
            if article != group.article:
                group = self._open(article)
            done += 1
            if self._is_settled(group, digest, place):
                continue
            outlet = self.outlets.of(url)
            waiting.append((group, Job(place, self.now, self.outlets.base_url, outlet, self.language)))
            size += place.size
            if len(waiting) >= self.batch or size >= _MOST_BYTES:
                yield done, waiting
                waiting, size = [], 0
        yield done, waiting

    def _begin(self, batch: tuple[int, list[tuple[_Group, Job]]]) -> tuple[int, _Batch]:
        """Have a batch read; where ``spread`` works elsewhere, it does so while the batch before is written."""
        done, waiting = batch
        return done, _Batch(
            [group for group, _ in waiting], _spread_out(self.spread, prepare_all, [job for _, job in waiting])
        )

    # -- read, sort, plan ------------------------------------------------------------------------------------

    def _iter_readings(self, sources: Sequence[Path]) -> Iterator[Row]:
        """Address, undated?, date, digest, place of every readable file; the others are accounted for."""
        places = spool(self._iter_listed(sources), self.folder / "places")
        jobs = (Job(Place(*row), self.now, self.outlets.base_url) for row in places)
        total = self.account.listed
        for part in _in_parts(jobs, self.batch):
            for found in _spread_out(self.spread, read_headers, part):
                if isinstance(found, Refusal):
                    self.account.refuse(found)
                    continue
                self.account.dialects[found.dialect] += 1
                self.account.notes.update(_NUMBERS.sub("…", note.partition(":")[0]) for note in found.notes)
                self.outlets.note(found.url)
                place = found.place
                date = _milliseconds(found.date or self.now)
                yield [
                    found.url,
                    found.date is None,
                    date,
                    found.digest,
                    place.name,
                    place.path,
                    place.offset,
                    place.size,
                ]
            self.done += len(part)
            self.watch("reading", self.done, total)

    def _iter_listed(self, sources: Sequence[Path]) -> Iterator[Row]:
        """Place of every file that has to be read; those that need no reading are accounted for."""
        for source in sources:
            for found in iter_places(source, self.folder, self.account.complain, self.own):
                self.account.listed += 1
                if self.account.listed % _TELL_EVERY == 0:
                    self.watch("listing", self.account.listed, None)
                if isinstance(found, Refusal):
                    self.account.refuse(found)
                    self.done += 1
                else:
                    yield [found.name, found.path, found.offset, found.size]

    def _row_of(self, reading: Row) -> Row:
        """A reading with the article that it is of in front, and its address behind what sorts it."""
        url, undated, date, digest, *place = reading
        return [self._article_of(url), undated, date, digest, url, *place]

    def _article_of(self, url: str) -> str:
        outlet = self.outlets.of(url).id
        known = self.index.find_article(outlet, own_names(urls=(canonical_url(url), url), entry_id=None))
        return known[0] if known else article_id(outlet, url, self.numbering)

    def _iter_planned(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows with the first date of their article in front: articles in time, texts of each in order."""
        article, first, number = "", 0, 0
        for row in rows:
            if row[0] != article:
                article, first, number = str(row[0]), int(row[2]), 0
            number += 1
            yield [first, article, number, *row[3:]]

    # -- keep ------------------------------------------------------------------------------------------------

    def _open(self, article: str) -> _Group:
        """What is held of an article already."""
        holding = self.index.find_holding(article)
        if holding is None:
            return _Group(article)
        lines = self._lines_of(holding)
        digests = {line.imported["sha256"] for line in lines if line.imported and "sha256" in line.imported}
        return _Group(article, holding, newest_of(lines) if lines else None, None, lines, digests)

    def _lines_of(self, holding: Holding) -> list[Revision]:
        """The ledger lines of an article. A month's lines are read once, as articles come in the order of time."""
        file = ledger_file(holding.first_path)
        if file != self.month:
            self.month, self.lines = file, {}
            for line in self.archive.iter_revisions(file):
                self.lines.setdefault(line.article, []).append(line)
        return self.lines.get(holding.article, [])

    def _is_settled(self, group: _Group, digest: str, place: Place) -> bool:
        """Whether a file needs no second reading: taken down, or the same bytes are kept or waiting to be."""
        if group.holding is not None and group.holding.is_taken_down:
            self.account.skip(place.name, "taken down", f"{group.article} was taken down")
            return True
        if digest in group.digests:
            self.account.known += 1
            return True
        group.digests.add(digest)
        return False

    def _keep_batch(self, batch: _Batch) -> None:
        drafts: list[Draft] = []
        for group, found in zip(batch.groups, batch.prepared, strict=True):
            if isinstance(found, Refusal):
                self.account.refuse(found)
            elif (draft := self._draft_of(group, found)) is not None:
                drafts.append(draft)
        additions = self._keep(drafts)
        groups = {group.article: group for group in batch.groups}
        for addition in additions:
            for kept in addition.kept:
                groups[kept.revision.article].previous = kept.revision
        apply_additions(self.archive, self.index, additions)

    def _draft_of(self, group: _Group, found: Prepared) -> Draft | None:
        """The next revision of an article, or None where its text is kept already or must not follow."""
        article, name = found.article, found.imported["name"]
        why: tuple[str, ...] = ("first",)
        if group.holding is not None and group.document is None and not self._take_in_held(group, name):
            return None
        document = Document(None, article.headline, article.url, article.body)
        if group.document is not None:
            group.sketches = group.sketches or {sketch_of(group.document)}
            if (sketch := sketch_of(document)) in group.sketches:
                self.account.known += 1
                return None
            if (reason := _find_objection(group, found)) is not None:
                self.account.skip(name, reason, f"not kept after revision {_number_of(group)}: {reason}")
                return None
            verdict = compare(Text(group.document.headline, group.document.body), Text(article.headline, article.body))
            if verdict.refused:
                self.account.skip(name, verdict.refused, f"not kept: {verdict.refused}")
                return None
            if not verdict.why:
                self.account.known += 1
                return None
            why = verdict.why
            group.sketches.add(sketch)
        group.document = document
        return Draft(
            group.article,
            article,
            self.now,
            why,
            group.previous,
            found.seen,
            imported=found.imported,
            text=found.text,
            document=found.document,
        )

    def _take_in_held(self, group: _Group, name: str) -> bool:
        """Read the texts that are held of a known article; False, and accounted for, if one is damaged."""
        if not group.lines:
            sentence = f"no ledger line speaks of {group.article}; run broadsheet verify"
            self.account.fail(name, "damaged ledger", sentence)
            return False
        try:
            for line in group.lines:
                group.document = self.archive.get_document(line.path)
                group.sketches.add(sketch_of(group.document))
        except (NotFoundError, FormatError) as error:
            self.account.fail(name, "damaged document", f"{error}; run broadsheet verify")
            return False
        return True

    def _keep(self, drafts: list[Draft]) -> list[Addition]:
        """Write the drafts; where a place is taken, one by one, so that only that one fails."""
        try:
            additions = self.archive.keep_all(drafts)
        except FixityError as error:
            if len(drafts) == 1:
                name = (drafts[0].imported or {}).get("name", drafts[0].article_id)
                self.account.fail(name, "place taken", str(error))
                return []
            return self._keep_singly(drafts)
        self.account.kept += len(drafts)
        self.account.revised += sum(draft.why != ("first",) for draft in drafts)
        self.account.outlets.update(draft.article.outlet for draft in drafts)
        return additions

    def _keep_singly(self, drafts: list[Draft]) -> list[Addition]:
        additions: list[Addition] = []
        latest: dict[str, Revision] = {}
        for draft in drafts:
            kept = self._keep([replace(draft, previous=latest.get(draft.article_id, draft.previous))])
            latest.update((one.revision.article, one.revision) for addition in kept for one in addition.kept)
            additions.extend(kept)
        return additions


def _find_objection(group: _Group, found: Prepared) -> str | None:
    """Why a text of a mirror must not follow what is held of its article from elsewhere, or None.

    What a feed gave is newer than any mirror's copy, and an older copy must not become the newest text.
    """
    if group.holding is None or group.previous is None:
        return None
    if group.previous.imported is None:
        return "the article is kept from its feed"
    if found.date is not None and group.previous.published_from != "capture" and found.date < group.previous.published:
        return "older than the text we have"
    return None


def _spread_out(spread: Spread, function: Callable[[list[Job]], list[B]], jobs: list[Job]) -> Iterator[B]:
    """Spread work in pieces worth sending to another process; it is handed out at once, not when results are read."""
    pieces = spread(function, [jobs[start : start + _PIECE] for start in range(0, len(jobs), _PIECE)])
    return chain.from_iterable(pieces)


def _number_of(group: _Group) -> int:
    return group.previous.revision if group.previous else 0


def _milliseconds(instant: datetime) -> int:
    return round((instant - _EPOCH).total_seconds() * 1000)


def _in_parts(jobs: Iterable[Job], size: int) -> Iterator[list[Job]]:
    part: list[Job] = []
    total = 0
    for job in jobs:
        part.append(job)
        total += job.place.size
        if len(part) >= size or total >= _MOST_BYTES:
            yield part
            part, total = [], 0
    if part:
        yield part
