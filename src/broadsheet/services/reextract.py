"""Takes articles anew from their kept captures, where the extractor has become better since.

A better extraction of the same capture is no revision: the outlet printed nothing new. Its text stands beside the
old one as a document of its own, with a ledger line that repeats revision and capture. Nothing is asked of outlets but
pictures that the new text shows and the old did not. Each batch is durable when it is accounted for, and what was
remade is not older any more: a run that was stopped goes on where it stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from broadsheet.addresses.networks import is_told_as, redact, told_address
from broadsheet.addresses.urls import url_key
from broadsheet.edits import Text, compare
from broadsheet.errors import ExtractError, FixityError, FormatError, NotFoundError
from broadsheet.extract import EXTRACTOR, Extraction, join_pages
from broadsheet.extract import entries as of_entries
from broadsheet.extract.jobs import EXTRACT_JOB, payload_of, read_result
from broadsheet.extract.whole import combine, is_from_page
from broadsheet.formats.feeds import parse_feed
from broadsheet.model import Article, Breakage, Capture, Document, Job, LineKind, Outlet, Revision
from broadsheet.ports import Index, Workshop
from broadsheet.services.archive import Archive, Draft, known_pictures
from broadsheet.services.archive.pictures import Pictures, ledger_pictures
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.ingest.keeping import Taken
from broadsheet.services.ingest.page_reading import MOST_PARTS, PageRules, believable_article, is_part
from broadsheet.services.ingest.pipeline import iter_wanted

_BATCH = 64
_CURRENT = dict(one.split("/") for one in (EXTRACTOR, of_entries.EXTRACTOR))

Watch = Callable[[int, int], None]
"""Hears how many texts are done and how many there are."""


@dataclass
class AgainAccount:
    """``listed = remade + same + left(reason) + failed(reason)``; ``complaints`` holds a sentence for each of the last
    two that a person may want to look into."""

    listed: int = 0
    remade: int = 0
    same: int = 0
    left: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many of those listed are accounted for."""
        return self.remade + self.same + self.left.total() + self.failed.total()

    def leave(self, reason: str, sentence: str = "") -> None:
        """Count a text that is left alone."""
        self.left[reason] += 1
        if sentence:
            self.complaints.append(sentence)

    def fail(self, reason: str, sentence: str) -> None:
        """Count a text that could not be taken anew."""
        self.failed[reason] += 1
        self.complaints.append(sentence)

    def as_json(self) -> dict[str, object]:
        """The account as the ledger's line of account and ``--json`` state it."""
        reasons = {name: dict(sorted(getattr(self, name).items())) for name in ("left", "failed")}
        return {"listed": self.listed, "remade": self.remade, "same": self.same, **reasons}


@dataclass(frozen=True, slots=True)
class _Task:
    """A revision whose text is to be taken anew: of which article, and the digest of its capture."""

    article: str
    path: str
    revision: int
    digest: str


@dataclass
class _Case:
    """A task at work: all lines of the article, the newest of the revision, its document, and what is taken anew."""

    task: _Task
    lines: list[Revision]
    line: Revision
    kept: Document
    capture: Capture
    parts: list[Extraction] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    following: str | None = None


@dataclass(frozen=True)
class Again:
    """What taking articles anew works with. ``rules`` by outlet id; without ``pictures`` none are fetched."""

    archive: Archive
    index: Index
    workshop: Workshop
    outlets: Mapping[str, Outlet]
    rules: Mapping[str, PageRules]
    pictures: Pictures | None = None
    account: AgainAccount = field(default_factory=AgainAccount)

    def extract_all(
        self, *, outlets: Sequence[str] = (), everything: bool = False, watch: Watch = lambda done, total: None
    ) -> AgainAccount:
        """Take anew what an older extractor took, or, with ``everything``, all that was taken from kept captures."""
        by_place = self._gather(outlets, everything)
        watch(self.account.done, self.account.listed)
        for place in sorted(by_place):
            for cases in self._iter_batches(place, by_place[place]):
                self._finish(cases)
                watch(self.account.done, self.account.listed)
        watch(self.account.done, self.account.listed)
        return self.account

    def retake(self, lines: list[Revision], line: Revision) -> Taken | None:
        """The text of a revision as it is taken now from the kept capture that its ``line`` names; keeps nothing.

        ``lines`` are all of the article. None where the capture is gone or gives no article now."""
        if line.capture_place is None or line.capture_digest is None:
            return None
        try:
            capture = self.archive.captures.get_capture(line.capture_place, line.capture_digest, url=line.url)
            kept = self.archive.get_document(line.path)
        except (NotFoundError, FixityError, FormatError):
            return None
        case = _Case(_Task(line.article, line.path, line.revision, line.capture_digest), lines, line, kept, capture)
        of_page = (self._combine(read) for read in self._read_pages([case]))
        article = self._read_entry(case) if _is_of_feed(case) else next(of_page, None)
        return None if article is None else Taken(article, self._draft(case, article))

    # -- what there is to do ---------------------------------------------------------------------------------

    def _gather(self, outlets: Sequence[str], everything: bool) -> dict[str, list[_Task]]:
        """The revisions to take anew, by the file of captures."""
        by_place: dict[str, list[_Task]] = {}
        for file, _ in self.archive.iter_ledger_files():
            if outlets and file.split("/")[1] not in outlets:
                continue
            newest: dict[tuple[str, int], Revision] = {}
            gone: set[str] = set()
            for line in self.archive.iter_revisions(file):
                newest[line.article, line.revision] = line
                if line.kind is LineKind.TAKE_DOWN:
                    gone.add(line.article)
            for line in newest.values():
                if line.article in gone or not is_due(line.extractor, everything=everything):
                    continue
                self.account.listed += 1
                if line.capture_place is None or line.capture_digest is None:
                    self.account.leave("no capture is kept")
                    continue
                task = _Task(line.article, line.path, line.revision, line.capture_digest)
                by_place.setdefault(line.capture_place, []).append(task)
        return by_place

    def _iter_batches(self, place: str, tasks: Sequence[_Task]) -> Iterator[list[_Case]]:
        """The tasks of one file with their captures, a batch at a time; those whose capture is gone are left."""
        waiting: dict[str, list[_Task]] = {}
        for task in tasks:
            waiting.setdefault(task.digest, []).append(task)
        batch: list[_Case] = []
        for digest, capture in self._iter_captures(place, waiting):
            batch += [case for task in waiting.pop(digest) if (case := self._open(task, capture))]
            if len(batch) >= _BATCH:
                yield batch
                batch = []
        yield batch
        for left in waiting.values():
            for _ in left:
                self.account.leave("the capture is gone")

    def _iter_captures(self, place: str, waiting: Mapping[str, object]) -> Iterator[tuple[str, Capture]]:
        try:
            for digest, capture in self.archive.captures.iter_digests(place):
                if digest in waiting:
                    yield digest, capture
        except NotFoundError:
            return

    def _open(self, task: _Task, capture: Capture) -> _Case | None:
        lines = list(self.archive.iter_article(task.article, task.path))
        line = next(line for line in reversed(lines) if line.revision == task.revision)
        try:
            return _Case(task, lines, line, self.archive.get_document(line.path), capture)
        except (NotFoundError, FormatError) as error:
            self.account.fail("damaged document", f"{line.path}: {error}; run broadsheet verify")
            return None

    # -- taking anew -----------------------------------------------------------------------------------------

    def _finish(self, cases: list[_Case]) -> None:
        """Take the texts of a batch anew and keep those that became others."""
        found = [(case, self._read_entry(case)) for case in cases if _is_of_feed(case)]
        of_pages = [case for case in cases if not _is_of_feed(case)]
        found += [(case, self._combine(case)) for case in self._read_pages(of_pages)]
        self._keep([draft for case, article in found if article and (draft := self._draft(case, article))])

    def _read_entry(self, case: _Case) -> Article | None:
        """The article as the kept feed has it."""
        line, capture = case.line, case.capture
        outlet = self.outlets.get(line.outlet) or Outlet(line.outlet, line.outlet)
        try:
            feed = parse_feed(
                capture.body,
                url=capture.final_url,
                content_type=capture.find_header("content-type"),
                language=outlet.language,
            )
            for entry in feed.entries:
                if _own_id(entry.entry_id) == line.entry_id and url_key(entry.url or "") in map(
                    url_key, _addresses(case)
                ):
                    return of_entries.article_of(entry, feed, outlet, feed_url=line.feed or told_address(capture.url))
        except (FormatError, ExtractError) as error:
            self.account.fail("unreadable", f"{line.article}: {error}")
            return None
        self.account.leave("the feed's entry is not found")
        return None

    def _read_pages(self, cases: list[_Case]) -> Iterator[_Case]:
        """The cases whose pages gave an article, further pages included."""
        todo = [(case, case.capture) for case in cases]
        for _ in range(MOST_PARTS):
            self._extract(todo)
            wanted = [case for case, _ in todo if case.following]
            yield from (case for case, _ in todo if case.parts and not case.following)
            todo = list(self._find_following(wanted))
        for case, _ in todo:
            self._leave_part(case)

    def _extract(self, todo: Sequence[tuple[_Case, Capture]]) -> None:
        """One page of each case; where there is nothing to be had, the case is accounted for and has no parts."""
        jobs = (self._job(case, capture) for case, capture in todo)
        for (case, capture), result in zip(todo, self.workshop.map(jobs), strict=True):
            case.following = None
            case.asked |= {url_key(capture.url), url_key(capture.final_url)}
            if isinstance(result, Breakage):
                case.parts.clear()
                self.account.fail(result.reason, f"{case.task.article}: {capture.url}: {result.message}")
                continue
            try:
                case.parts.append(read_result(result.result))
            except ExtractError as error:
                case.parts.clear()
                self.account.leave("no article now", f"{case.task.article}: {error}")
                continue
            following = case.parts[-1].next_page_url
            if following and is_part(following, capture.final_url) and url_key(following) not in case.asked:
                case.following = following

    def _job(self, case: _Case, capture: Capture) -> Job:
        outlet = self.outlets.get(case.line.outlet)
        rules = self.rules.get(case.line.outlet, PageRules())
        payload = payload_of(
            capture.body,
            url=capture.final_url,
            content_type=capture.find_header("content-type"),
            recipe=rules.recipe,
            language=outlet.language if outlet else None,
        )
        return Job(EXTRACT_JOB, payload, key=capture.url)

    def _find_following(self, cases: Sequence[_Case]) -> Iterator[tuple[_Case, Capture]]:
        """The captures of further pages, by address among those of the same day; a case without is left alone."""
        by_place: dict[str, list[_Case]] = {}
        for case in cases:
            by_place.setdefault(case.line.capture_place or "", []).append(case)
        for place, group in by_place.items():
            wanted: dict[str, list[_Case]] = {}
            for case in group:
                wanted.setdefault(url_key(case.following or ""), []).append(case)
            found: dict[str, Capture] = {}
            for _, capture in self.archive.captures.iter_day(place):
                for key in {url_key(capture.url), url_key(capture.final_url)} & wanted.keys():
                    found.setdefault(key, capture)
            for key, waiting in wanted.items():
                for case in waiting:
                    if key in found:
                        yield case, found[key]
                    else:
                        self._leave_part(case)

    def _leave_part(self, case: _Case) -> None:
        self.account.leave("a further page is not kept", f"{case.task.article}: {case.following} is in no capture")

    def _combine(self, case: _Case) -> Article | None:
        """The article as its page gives it now, or None, accounted for, where that is nothing to keep."""
        if len(case.parts) < 1 + len(case.line.capture_parts):
            self.account.leave("fewer pages than before", f"{case.task.article}: no link to further pages was found")
            return None
        article = combine(entry_of(case.line, case.kept), join_pages(case.parts), url=case.capture.final_url)
        article = believable_article(article, case.capture.captured)
        if is_from_page(article.extractor):
            return article
        if is_from_page(case.line.extractor):
            self.account.leave("no article now", f"{case.task.article}: {article.notes[-1]}")
        else:
            self.account.same += 1
        return None

    # -- keeping ---------------------------------------------------------------------------------------------

    def _draft(self, case: _Case, article: Article) -> Draft | None:
        line = case.line
        verdict = compare(Text(case.kept.headline, case.kept.body), Text(article.headline, article.body))
        if not (verdict.why or verdict.refused) and (article.byline or "") == (line.byline or ""):
            self.account.same += 1
            return None
        if not article.body:
            self.account.leave("no article now")
            return None
        if article.published is None and line.published_from != "capture":
            article = replace(article, published=line.published, published_from=line.published_from)
        return Draft(
            line.article,
            article,
            case.capture.captured,
            (LineKind.REEXTRACTED.value,),
            replace(line, pictures=known_pictures(case.lines)),
            line.published if line.published_from == "capture" else None,
            line.capture_digest,
            line.capture_place,
            line.capture_parts,
        )

    def _keep(self, drafts: list[Draft]) -> None:
        drafts = self._with_pictures(drafts)
        try:
            additions = self.archive.keep_all(drafts)
        except FixityError as error:
            if len(drafts) == 1:
                self.account.fail("place taken", str(error))
                return
            for draft in drafts:
                self._keep([draft])
            return
        apply_additions(self.archive, self.index, additions)
        self.account.remade += len(drafts)

    def _with_pictures(self, drafts: list[Draft]) -> list[Draft]:
        """The drafts with digests of their pictures: those known already, those fetched now, None for the others."""
        shown = [one.url for draft in drafts for one in draft.article.pictures]
        if self.pictures is not None and shown:
            outcomes = self.pictures.fetch_all(wanted for draft in drafts for wanted in iter_wanted(draft))
            return [
                replace(draft, pictures=ledger_pictures((one.url for one in draft.article.pictures), outcomes))
                for draft in drafts
            ]
        known = [draft.previous.pictures if draft.previous else {} for draft in drafts]
        return [
            replace(draft, pictures={one.url: digests.get(one.url) for one in draft.article.pictures})
            for draft, digests in zip(drafts, known, strict=True)
        ]


def is_due(extractor: str, *, everything: bool) -> bool:
    """Whether a text with this ``extractor`` is ours and of an older version than texts are taken with now."""
    name, _, version = extractor.partition("/")
    if name not in _CURRENT or not version.isdecimal():
        return False
    return everything or int(version) < int(_CURRENT[name])


def _is_of_feed(case: _Case) -> bool:
    """Whether the text was taken from a feed's entry, and its capture is that feed."""
    line = case.line
    if is_from_page(line.extractor) or not line.feed:
        return False
    return is_told_as(case.capture.url, line.feed) or url_key(line.feed) == url_key(case.capture.url)


def _own_id(entry_id: str | None) -> str | None:
    """An entry's id as ledger lines have it."""
    return redact(entry_id) if entry_id else entry_id


def _addresses(case: _Case) -> Iterator[str]:
    for line in case.lines:
        yield from (line.url, line.canonical_url)


def entry_of(line: Revision, kept: Document) -> Article:
    """The entry as far as the ledger line and document of its article tell: its own text where that was the feed's."""
    is_dated = line.published_from == "feed"
    return Article(
        outlet=line.outlet,
        url=line.url,
        canonical_url=line.canonical_url,
        headline=kept.headline,
        body="" if is_from_page(line.extractor) else kept.body,
        published=line.published if is_dated else None,
        published_from="feed" if is_dated else "capture",
        updated=line.updated,
        byline=line.byline,
        language=line.language,
        categories=line.categories,
        feed=line.feed,
        entry_id=line.entry_id,
        extractor=line.extractor,
    )
