"""``publish site``: an archive as static files that need no server, kept in step.

First what stands in the folder is compared with what is known of it. Where ledgers, settings and code are as they were
and every file is as it was left, that is all. Else the plan (``site_plan``) is gone through, what is stale is made
by several processes, and what is no longer part of the site is removed; that comes before the end is noted, so that a
killed run is taken up by the next one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from broadsheet.errors import NotFoundError, SettingsError
from broadsheet.model import FileMark, Unit
from broadsheet.policy.rights import Rights
from broadsheet.ports import SiteFolder, SiteLog
from broadsheet.services.pages import Sources, outlet_ids, run_page
from broadsheet.services.publish.site_lists import ListWork, month_bounds
from broadsheet.services.publish.site_places import is_ours
from broadsheet.services.publish.site_plan import Plan, Watch, fingerprint
from broadsheet.services.publish.site_search import (
    ARTICLES_AT_A_TIME,
    RowsWork,
    Segment,
    ShardsWork,
    count_months,
    days_file,
    fold_files,
    index_file,
    segments_of,
    shard_bits,
)
from broadsheet.services.publish.site_view import settled
from broadsheet.services.publish.site_worker import Made, SiteRules, Work

MARKER = ".broadsheet-site"
"""A file that says: this folder is a site of ours."""
_MARK = b"A site made by broadsheet publish site.\n"
_ARTICLES_AT_ONCE = 16
_LISTS_AT_ONCE = 4
_FAR_S = 1 << 40

Spread = Callable[[Iterable[Sequence[Work]]], Iterator[list[Made]]]
"""Lets several processes do the work, given in bundles; what came of it, in the order of the bundles."""


@dataclass
class SiteAccount:
    """What a run did: files written, left as they were and removed; articles and other units made."""

    articles: int = 0
    lists: int = 0
    written: int = 0
    written_bytes: int = 0
    same: int = 0
    removed: int = 0
    healed: int = 0
    files: int = 0
    bytes: int = 0
    left_out: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The account as plain values."""
        return dict(vars(self))


@dataclass
class SitePublisher:
    """Brings a folder in step with an archive. ``stamp`` names code and settings; ``scratch`` is a folder for runs."""

    sources: Sources
    rules: SiteRules
    folder: SiteFolder
    log: SiteLog
    stamp: str
    scratch: Path
    spread: Spread
    watch: Watch = lambda *_: None
    account: SiteAccount = field(default_factory=SiteAccount)

    def __post_init__(self) -> None:
        self.account.left_out += _held_back_sentences(self.sources)
        self.sources = settled(self.sources, self.rules.now, self.rules.begin)

    def publish(self) -> SiteAccount:
        """Bring the folder in step; see the module."""
        state = self._state()
        was_whole = self.log.find_note("whole") == "yes"
        self.log.put_note("whole", "no")
        self.log.commit()
        self.folder.write(MARKER, _MARK)
        self._check_folder(was_whole)
        if not was_whole or self.log.find_note("state") != state or self.account.healed:
            self._make_all()
            self.log.put_note("state", state)
        else:
            self._make_health()
        self.log.put_note("whole", "yes")
        self.log.commit()
        self.account.files, self.account.bytes = self.log.count()
        return self.account

    def _state(self) -> str:
        positions = sorted(self.sources.index.positions().items())
        return fingerprint(self.stamp, repr(self.rules), positions).hex()

    # -- what stands there -----------------------------------------------------------------------------------

    def _check_folder(self, was_whole: bool) -> None:
        """Compare the folder with what is known of it; what differs is made anew, what a killed run left is ours."""
        seen = set[str]()
        for folder, files in self.folder.iter_folders():
            self.watch("looking at what is there", len(seen), None)
            seen.add(folder)
            known = self.log.find_folder(folder)
            for name, mark in known.items():
                if files.get(name) != (mark.size, mark.changed_ns):
                    self._check_file(mark)
            if not was_whole:
                start = f"{folder}/" if folder else ""
                strays = [
                    FileMark(start + name, size, changed, b"")
                    for name, (size, changed) in files.items()
                    if name not in known and is_ours(start + name)
                ]
                self.log.adopt(strays)
        for folder in self.log.iter_folders():
            if folder not in seen:
                for mark in self.log.find_folder(folder).values():
                    self._check_file(mark)

    def _check_file(self, mark: FileMark) -> None:
        found = self.folder.mark(mark.path)
        if found is not None and found.digest == mark.digest:
            self.log.put_mark(found)
        elif mark.digest:
            self.log.spoil(mark.path)
            self.account.healed += 1

    # -- making ----------------------------------------------------------------------------------------------

    def _make_all(self) -> None:
        rules = self.rules
        plan = Plan(
            self.sources.archive, self.sources.index, self.sources.stories, self.log,
            fingerprint(self.stamp, _timeless(rules)).hex(), ZoneInfo(rules.zone), rules.begin, self.watch,
        )  # fmt: skip
        self.log.begin_plan()
        plan.read_states()
        stories = list(plan.read_ties())
        total = sum(plan.count_articles().values())
        for made in self.spread(_bundles(plan.iter_articles(), _ARTICLES_AT_ONCE)):
            for one in made:
                self.account.articles += 1
                self._record(one)
            self.watch("articles", self.account.articles, total)
        lists = [*stories, *plan.iter_lists(with_map=bool(rules.base_url))]
        for made in self.spread(_bundles(lists, _LISTS_AT_ONCE)):
            for one in made:
                self.account.lists += 1
                self._record(one)
            self.watch("lists", self.account.lists, len(lists))
        self._make_health()
        self._make_search(plan)
        self._copy_pictures()
        self._plan_one(Unit("marker", b"1"), lambda: [(MARKER, _MARK)])
        self._remove_gone()
        if not rules.base_url:
            self.account.left_out.append("sitemap.xml, 404.html and whole addresses in feeds, which need --base-url")

    def _make_health(self) -> None:
        """The one page that changes with every run, whether or not that brought anything."""
        page = run_page(self.sources, ZoneInfo(self.rules.zone))
        work = ListWork("health", fingerprint(self.stamp, _timeless(self.rules), page), "health")
        if self.log.plan([Unit(work.key, work.fingerprint)]):
            for made in self.spread([[work]]):
                self._record(made[0])

    def _record(self, made: Made) -> None:
        self._count(made.files)
        if made.unit is not None:
            for path in self.log.record(made.unit, made.files, made.pictures):
                self._remove(path)

    def _count(self, files: Iterable[FileMark]) -> None:
        for mark in files:
            self.account.written += mark.is_new
            self.account.written_bytes += mark.size * mark.is_new
            self.account.same += not mark.is_new

    def _plan_one(self, unit: Unit, build: Callable[[], Iterable[tuple[str, bytes]]]) -> None:
        """A unit that this process makes itself, where it is stale."""
        if self.log.plan([unit]):
            marks = tuple(self.folder.write(name, content) for name, content in build())
            self._record(Made(unit, marks))

    def _remove(self, path: str) -> None:
        self.folder.remove(path)
        self.log.forget_file(path)
        self.account.removed += 1

    def _remove_gone(self) -> None:
        for _, paths in self.log.iter_gone():
            for path in paths:
                self.folder.remove(path)
                self.account.removed += 1

    def _copy_pictures(self) -> None:
        """Every picture that a page shows, under the name it has in the archive."""
        store = self.sources.archive.store
        for digest in self.log.iter_pictures():
            key = next((key for key, _ in store.iter_keys(f"pictures/{digest[:2]}") if f"/{digest}." in key), None)
            if key is None:
                continue
            try:
                self._plan_one(Unit(f"picture:{key}", b"1"), lambda key=key: [(key, store.get(key))])  # type: ignore[misc]
            except NotFoundError:
                continue

    # -- search ----------------------------------------------------------------------------------------------

    def _make_search(self, plan: Plan) -> None:
        seconds = (published for published, _, _ in self.log.iter_texts(-_FAR_S, _FAR_S))
        segments = segments_of(count_months(seconds, _month_of), f"{self.rules.now:%Y-%m}")
        told: list[tuple[Segment, tuple[int, int], str]] = []
        kept: list[dict[str, Any]] = []
        for at, segment in enumerate(segments):
            self.watch("search", at, len(segments))
            digest = fingerprint(self.stamp, segment, list(self._digests(segment)))
            unit = Unit(f"segment:{segment.name}", digest)
            note = f"segment:{segment.name}"
            if self.log.plan([unit]):
                self.log.put_note(note, self._make_segment(unit, segment))
            kept.append(json.loads(self.log.find_note(note) or "{}"))
            told.append((segment, tuple(kept[-1]["bits"]), digest.hex()[:8]))
        occurring = sorted({sign for one in kept for sign in one["signs"]})
        agencies = sorted({name for one in kept for name in one["agencies"]})
        named = [(outlet, self.sources.get_outlet(outlet).name) for outlet in outlet_ids(self.sources)]
        folds = fingerprint(self.stamp, occurring)
        self._plan_one(Unit("folds", folds), lambda: fold_files(occurring))
        stamp = fingerprint(self.stamp, told, named, agencies, folds)
        self._plan_one(Unit("segments", stamp), lambda: [index_file(told, named, agencies, folds.hex()[:8])])

    def _texts(self, segment: Segment) -> Iterator[tuple[int, str, bytes]]:
        return self.log.iter_texts(*_seconds_of(segment))

    def _digests(self, segment: Segment) -> Iterator[bytes]:
        """One digest for some thousand texts at a time."""
        texts = self._texts(segment)
        while part := list(islice(texts, 4000)):
            yield fingerprint(part)

    def _make_segment(self, unit: Unit, segment: Segment) -> str:
        """Make the files of a segment; what the log is to remember of it: bits of shards, signs that occur."""
        scratch = self.scratch / segment.name
        scratch.mkdir(parents=True, exist_ok=True)
        for left in scratch.glob("*.npy"):
            left.unlink()
        texts = (article for _, article, _ in self._texts(segment))
        marks: list[FileMark] = []
        rows = []
        for made in self.spread([one] for one in _rows_works(segment, texts, scratch)):
            marks += made[0].files
            rows.append(made[0].rows)
        bits = shard_bits(segment, [one for one in rows if one])
        parts = range(1 << segment.parts)
        for made in self.spread([ShardsWork(segment, part, bits, scratch)] for part in parts):
            marks += made[0].files
        name, content = days_file(segment, (published for published, _, _ in self._texts(segment)))
        marks.append(self.folder.write(name, content))
        self._record(Made(unit, tuple(marks)))
        for left in scratch.glob("*.npy"):
            left.unlink()
        scratch.rmdir()
        signs = "".join(sorted({sign for one in rows if one for sign in one.occurring}))
        agencies = sorted({name for one in rows if one for name in one.agencies})
        return json.dumps({"bits": bits, "signs": signs, "agencies": agencies}, ensure_ascii=False)


def _held_back_sentences(sources: Sources) -> Iterator[str]:
    """What outlets' rules keep off the site, for its owner."""
    rules = Rights.of(sources.settings.outlets).rules
    for rule, told in (
        ("excerpt", "whole texts of {}, of which the beginning may be published"),
        ("headlines", "texts of {}, of which headlines may be published"),
        ("no", "everything of {}, of which nothing may be published"),
    ):
        if outlets := sorted(outlet for outlet, of_outlet in rules.items() if of_outlet == rule):
            yield told.format(", ".join(outlets))


def _timeless(rules: SiteRules) -> str:
    """The rules but for their times: what a page is made from says itself what of it lies within them."""
    return repr((rules.language, rules.zone, rules.has_twins, rules.base_url, rules.begin is None))


def _rows_works(segment: Segment, articles: Iterator[str], scratch: Path) -> Iterator[RowsWork]:
    first = 0
    while part := tuple(islice(articles, ARTICLES_AT_A_TIME)):
        yield RowsWork(segment, first, part, scratch)
        first += len(part)


def _bundles(works: Iterable[Work], size: int) -> Iterator[list[Work]]:
    coming = iter(works)
    while bundle := list(islice(coming, size)):
        yield bundle


def _month_of(second: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second):%Y-%m}"


def _seconds_of(segment: Segment) -> tuple[int, int]:
    begin, end = month_bounds(segment.name)[0], month_bounds(segment.last)[1]
    return int(begin.timestamp()), int(end.timestamp())


def check_target(root: Path, target: Path, *, force: bool) -> None:
    """SettingsError where a site must not be written: into an archive's truth, or among files that are not ours."""
    whole, archive = target.absolute(), root.absolute()
    kept = {archive / name for name in ("articles", "ledger", "pictures", "captures", "lists", ".broadsheet")}
    if whole == archive or whole in archive.parents or not kept.isdisjoint((whole, *whole.parents)):
        raise SettingsError(f"{target}: a site cannot stand where the archive itself does; name another folder")
    if whole.exists() and not whole.is_dir():
        raise SettingsError(f"{target}: is a file; a site needs a folder")
    if force or not whole.exists() or (whole / MARKER).exists():
        return
    foreign = sorted(entry.name for entry in whole.iterdir() if not entry.name.startswith("."))
    if foreign:
        named = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise SettingsError(
            f"{target}: holds files that are no site of ours ({named}); name an empty folder, or say --force: "
            "then files of the same names are replaced and all others stay"
        )
