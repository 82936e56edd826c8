"""Proves an archive whole: every digest, every chain, missing and extra files, each named by file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.document import iter_kept_pictures, parse_document
from broadsheet.formats.ledger import digest_of, iter_lines, ledger_file, parse_line, parse_round
from broadsheet.formats.published import PUBLISHED, Published, parse_published
from broadsheet.model import LineKind, Revision
from broadsheet.services.archive import EXPIRE, Archive
from broadsheet.services.archive.captures import Inspection, inspect, part_of

Kind = Literal[
    "changed", "missing", "extra", "broken chain", "unreadable", "unlisted picture", "not a file", "left out"
]

TRUTH = ("articles", "ledger", "pictures", "captures")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the ledger says. ``line`` counts from 1; ``damage`` is False for mere notes."""

    kind: Kind
    path: str
    message: str
    line: int | None = None
    damage: bool = True


@dataclass
class Verification:
    """What ``verify`` looked at and found. ``root`` is the digest of the newest line of account: who writes it
    down elsewhere can later prove that nothing before it was taken away."""

    findings: list[Finding] = field(default_factory=list)
    documents: int = 0
    lines: int = 0
    pictures: int = 0
    captures: int = 0
    rounds: int = 0
    root: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged."""
        return not any(finding.damage for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the last ledger line of a document says of it, and where that line stands. ``pictures``: origin -> digest of
    those that the document may show, None where it shows none (format 1)."""

    sha256: str
    file: str
    line: int
    pictures: dict[str, str | None] | None


@dataclass
class _Owed:
    """Captures that ledger lines name, by file: digest -> the line. ``gone``: those of articles taken down.

    ``expired``: files that lines of account say are gone, whole or in part, because their time was over. ``published``
    is set where the archive is a copy, which leaves things out; ``left_out`` counts what is not there for that.
    """

    captures: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: dict[str, dict[str, str]] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    published: Published | None = None
    elsewhere: set[str] = field(default_factory=set)
    """Pictures of documents that the copy leaves out."""
    left_out: Counter[str] = field(default_factory=Counter)


def verify(archive: Archive, *, progress: Callable[[str], None] = lambda _: None) -> Verification:
    """Read every byte of truth and hold it against the ledger. Never raises for damage; each is a Finding."""
    result = Verification()
    stated: dict[str, _Stated] = {}
    origins: dict[str, str] = {}
    owed = _Owed()
    try:
        owed.published = parse_published(archive.store.get(PUBLISHED))
    except NotFoundError:
        pass  # no copy: nothing may be missing
    except FormatError as error:
        result.findings.append(Finding("unreadable", PUBLISHED, str(error)))
    heads: dict[str, dict[int, str]] = {}
    for file, _ in archive.iter_ledger_files():
        progress(file)
        heads[file] = {}
        for finding in _check_ledger(archive, file, stated, origins, owed, heads[file], result):
            result.findings.append(finding)
    result.findings.extend(_check_rounds(archive, heads, owed, result))
    del heads
    result.findings.extend(_check_documents(archive, stated, owed, result, progress))
    result.findings.extend(_check_pictures(archive, origins, owed, result, progress))
    result.findings.extend(_check_captures(archive, owed, result, progress))
    result.findings.extend(_iter_oddities(archive))
    result.findings.extend(_tell_left_out(owed))
    return result


def _iter_oddities(archive: Archive) -> Iterator[Finding]:
    """Links, pipes and devices among truth, which nothing here reads or writes through."""
    for folder in TRUTH:
        for path, kind in archive.store.iter_oddities(folder):
            yield Finding("not a file", path, f"is {kind}, which is never followed; put the file itself there")


def _tell_left_out(owed: _Owed) -> Iterator[Finding]:
    """One note for each kind of what a copy is without."""
    for what, count in sorted((+owed.left_out).items()):
        yield Finding("left out", PUBLISHED, f"{count:,} {what} that the ledger names are left out here", damage=False)


def _check_ledger(
    archive: Archive,
    file: str,
    stated: dict[str, _Stated],
    origins: dict[str, str],
    captures: _Owed,
    ends: dict[int, str],
    result: Verification,
) -> Iterator[Finding]:
    """One ledger file: form, chain, and whether its lines belong in it."""
    content = archive.store.get(file)
    prev, size = "", 0
    revisions: list[tuple[str, Revision]] = []
    for number, line in iter_lines(content):
        result.lines += 1
        size += len(line)
        try:
            revision = parse_line(line, where=f"{file}:{number}")
        except FormatError as error:
            yield Finding("unreadable", file, str(error), number)
            prev = digest_of(line)
            continue
        if revision.prev != prev:
            yield Finding(
                "broken chain", file, "the line before it was changed, removed or added: digests do not meet", number
            )
        if _foreign_place(revision, file):
            yield Finding("changed", file, f"speaks of {revision.path}, which belongs to another ledger", number)
        before = stated.get(revision.path)
        if before and before.sha256 != revision.sha256 and revision.kind is not LineKind.TAKE_DOWN:
            message = f"gives {revision.path} another digest than line {before.line}, though documents are written once"
            yield Finding("changed", file, message, number)
        pictures = revision.pictures if revision.format > 1 and revision.pictures else None
        stated[revision.path] = _Stated(revision.sha256, file, number, pictures)
        revisions.append((f"{file}:{number}", revision))
        prev = digest_of(line)
        ends[size] = prev
    _note_owed(revisions, origins, captures)
    if size < len(content):
        message = "ends in half a line that a killed run left; the next run mends it"
        yield Finding("unreadable", file, message, None, damage=False)


def _note_owed(revisions: list[tuple[str, Revision]], origins: dict[str, str], captures: _Owed) -> None:
    """What the lines of one file promise: pictures and captures, but for those of articles taken down."""
    gone = {revision.article for _, revision in revisions if revision.kind is LineKind.TAKE_DOWN}
    pictures: dict[str, dict[str, str]] = {}
    for where, revision in revisions:
        if revision.kind is LineKind.TAKE_DOWN:
            pictures.pop(revision.article, None)
        kept = {digest: origin for origin, digest in revision.pictures.items() if digest}
        pictures.setdefault(revision.article, {}).update(kept)
        if captures.published is not None and not captures.published.holds_picture(revision.path):
            captures.elsewhere.update(kept)
        if revision.capture_place and revision.capture_digest:
            owed = captures.gone if revision.article in gone else captures.captures
            owed.setdefault(revision.capture_place, {})[revision.capture_digest] = where
    for kept in pictures.values():
        origins.update(kept)


def _foreign_place(revision: Revision, file: str) -> bool:
    try:
        return ledger_file(revision.path) != file
    except FormatError:
        return True


def _check_rounds(
    archive: Archive, heads: dict[str, dict[int, str]], owed: _Owed, result: Verification
) -> Iterator[Finding]:
    """Lines of account: their chain, and that every ledger file still holds what they say it held."""
    prev, absent = "", set[str]()
    for file in [key for key, _ in archive.store.iter_keys("ledger") if key.startswith("ledger/rounds-")]:
        for number, line in iter_lines(archive.store.get(file)):
            result.rounds += 1
            try:
                account = parse_round(line, where=f"{file}:{number}")
            except FormatError as error:
                yield Finding("unreadable", file, str(error), number)
                prev = digest_of(line)
                continue
            for one in (account, *account["account"].get("rounds", ())):
                if one.get("kind") == EXPIRE:
                    owed.expired.update(one["account"]["expired"])
            if account["prev"] != prev:
                yield Finding("broken chain", file, "the line of account before it is not the one it names", number)
            for ledger, head in account["heads"].items():
                if ledger not in heads and owed.published is not None and not owed.published.holds_ledger(ledger):
                    absent.add(ledger)
                elif heads.get(ledger, {}).get(head.get("size")) != head.get("sha256"):
                    message = f"{file}:{number} knew {head.get('lines')} lines here that are no longer as they were"
                    yield Finding("missing" if ledger not in heads else "changed", ledger, message)
            prev = digest_of(line)
    owed.left_out["ledger files"] += len(absent)
    result.root = prev


def _check_documents(
    archive: Archive,
    stated: dict[str, _Stated],
    owed: _Owed,
    result: Verification,
    progress: Callable[[str], None],
) -> Iterator[Finding]:
    folder = ""
    seen = set()
    for path, _ in archive.store.iter_keys("articles"):
        if (here := path.rpartition("/")[0]) != folder:
            folder = here
            progress(folder)
        result.documents += 1
        content = archive.store.get(path)
        if path not in stated:
            yield _extra(path, content)
            continue
        seen.add(path)
        line = stated[path]
        if digest_of(content) != line.sha256:
            message = f"its bytes are not those of {line.file}:{line.line}"
            yield Finding("changed", path, message, _first_bad_line(content))
        elif b"/pictures/" in content:
            yield from _check_shown(path, content, line)
    for path in sorted(stated.keys() - seen):
        if owed.published is not None and not owed.published.holds_document(path):
            owed.left_out["documents"] += 1
            continue
        yield Finding("missing", path, f"is named by {stated[path].file}:{stated[path].line} and not there")


def _check_shown(path: str, content: bytes, line: _Stated) -> Iterator[Finding]:
    """Whether every picture that a document shows from beside it is the one its ledger line has for that origin."""
    try:
        shown = list(iter_kept_pictures(parse_document(content).body))
    except FormatError:  # its digest is right: somebody else's form, kept as it came
        return
    for origin, key in shown:
        if (line.pictures or {}).get(origin) != key.rpartition("/")[2].partition(".")[0]:
            message = f"shows {key} as the picture {origin}, of which {line.file}:{line.line} knows nothing"
            yield Finding("changed", path, message)


def _extra(path: str, content: bytes) -> Finding:
    try:
        parse_document(content)
    except FormatError:
        return Finding("extra", path, "no ledger line names it, and it is not a document")
    return Finding("extra", path, "no ledger line names it; if a killed run left it, the next run takes it in")


def _first_bad_line(content: bytes) -> int | None:
    """The line at which a changed document stops being readable, where it does."""
    try:
        parse_document(content)
    except FormatError as error:
        head = str(error).partition(":")[0].removeprefix("line ")
        return int(head) if head.isdigit() else None
    return None


def _check_pictures(
    archive: Archive, origins: dict[str, str], owed: _Owed, result: Verification, progress: Callable[[str], None]
) -> Iterator[Finding]:
    seen = set()
    for path, _ in archive.store.iter_keys("pictures"):
        progress(path)
        result.pictures += 1
        digest = path.rpartition("/")[2].partition(".")[0]
        if digest_of(archive.store.get(path)) != digest:
            yield Finding("changed", path, "its bytes do not have the digest it is named by")
        elif digest not in origins:
            yield Finding("unlisted picture", path, "no article refers to it", damage=False)
        seen.add(digest)
    for digest in sorted(origins.keys() - seen):
        try:
            archive.store.get(f"pictures/{digest[:2]}/{digest}")
        except NotFoundError:
            if digest in owed.elsewhere:
                owed.left_out["pictures"] += 1
                continue
            yield Finding("missing", f"pictures/{digest[:2]}/{digest}…", f"the picture of {origins[digest]} is gone")


def _check_captures(
    archive: Archive, owed: _Owed, result: Verification, progress: Callable[[str], None]
) -> Iterator[Finding]:
    """Every record's digests, and that what the ledger names is there unless it expired or was taken down."""
    for path, _ in archive.store.iter_keys("captures"):
        if part_of(path) is None:
            yield Finding("extra", path, "not the name of a file of captures")
    today, full = None, set[str]()
    for place, day in archive.captures.iter_places():
        progress(place)
        full = full if day == today else set()
        today = day
        seen = inspect(archive.store.get(place))
        full |= seen.full
        result.captures += seen.captures
        for kind, message in seen.faults:
            yield Finding(kind, place, message)
        if seen.torn:
            yield Finding("unreadable", place, seen.torn, damage=False)
        for digest in sorted(seen.revisits - full):
            yield Finding("missing", place, f"a revisit refers to a capture {digest} that its day does not hold")
        yield from _check_named(place, seen, owed)
    for place in sorted(owed.captures):
        yield from _check_named(place, Inspection(), owed)


def _check_named(place: str, seen: Inspection, owed: _Owed) -> Iterator[Finding]:
    """What the ledger says of one file of captures, against what is in it."""
    there = seen.full | seen.revisits
    for digest, where in owed.gone.get(place, {}).items():
        if digest in there:
            yield Finding(
                "extra", place, f"still holds the capture of {where}, which was taken down; take it down again"
            )
    lost = {digest: where for digest, where in owed.captures.pop(place, {}).items() if digest not in there}
    for words, excused in (("taken down", seen.dropped), ("expired", lost.keys() if place in owed.expired else set())):
        if count := len(lost.keys() & excused):
            yield Finding("missing", place, f"{count} captures that the ledger names are {words}", damage=False)
            lost = {digest: where for digest, where in lost.items() if digest not in excused}
    if owed.published is not None and owed.published.captures_left_out:
        owed.left_out["captures"] += len(lost)
        return
    for digest, where in lost.items():
        yield Finding("missing", place, f"the capture {digest} that {where} names is not there")
