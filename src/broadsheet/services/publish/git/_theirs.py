"""What another machine published on the same mirror: read, checked against what we know, and told from ours.

Nothing is written here. A remote is believed only as far as its lines go on from those that it had before: every chain
must meet, every document must have the digest its line states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from broadsheet.errors import FixityError, FormatError, NotFoundError
from broadsheet.formats.ledger import Head, digest_of, head_of, iter_lines, ledger_file, parse_line, parse_round
from broadsheet.formats.published import PUBLISHED, Published, parse_published
from broadsheet.model import Revision
from broadsheet.services.archive import Archive
from broadsheet.services.publish.git._git import Blob, Git
from broadsheet.services.publish.git._selection import is_managed, oid_of

_PLAIN_MODES = ("100644", "100755")


@dataclass(frozen=True)
class Copy:
    """A commit of a mirror: its files by path, and what it says it leaves out."""

    commit: str
    tree: Mapping[str, Blob]
    published: Published


@dataclass(frozen=True)
class Growth:
    """One ledger file here and there: its first ``common`` bytes are the same, ``ours`` and ``theirs`` follow."""

    file: str
    common: int
    ours: bytes
    theirs: bytes
    content: bytes
    """All of theirs; empty where they have nothing new."""

    @property
    def is_rounds(self) -> bool:
        """Whether these are lines of account."""
        return self.file.startswith("ledger/rounds-")


@dataclass
class Theirs:
    """What a copy has that this archive lacks, and what this archive has that the copy lacks."""

    copy: Copy
    growths: list[Growth] = field(default_factory=list)
    revisions: dict[str, Revision] = field(default_factory=dict)
    """Their new lines by path, the last one of each."""
    digests: set[str] = field(default_factory=set)
    """Pictures that their new lines name."""

    @property
    def is_news(self) -> bool:
        """Whether they have lines that we lack."""
        return any(growth.theirs for growth in self.growths)

    @property
    def is_forked(self) -> bool:
        """Whether both sides have lines that the other lacks."""
        return self.is_news and any(growth.ours for growth in self.growths)


def read_copy(git: Git, commit: str, years: Iterable[str] = ()) -> Copy:
    """The commit of a mirror, with the files of ``years``, commits of repositories that hold years of their own.

    FixityError if it is none. Only plain files under names that Broadsheet writes count: no links, nothing else.
    """
    listed: dict[str, Blob] = {}
    for part in (*years, commit):
        listed |= list_plain(git, part)
    tree = {path: blob for path, blob in listed.items() if is_managed(path)}
    if PUBLISHED not in tree:
        raise FixityError(f"commit {commit[:10]} is no mirror of Broadsheet's: it has no {PUBLISHED}")
    own = git.list_tree(commit, PUBLISHED)[PUBLISHED]
    try:
        published = parse_published(git.get_blob(own.oid))
    except FormatError as error:
        raise FixityError(f"commit {commit[:10]}: {error}") from None
    here = {path.split("/")[2] for path in tree if path.startswith("articles/")}
    away = {year: at for year, at in published.years_left_out.items() if year not in here}
    return Copy(commit, tree, replace(published, years_left_out=away))


def list_plain(git: Git, commit: str) -> dict[str, Blob]:
    """The plain files of a commit, ledgers with their sizes; a link does not count as there."""
    listed = git.list_tree(commit) | git.list_tree(commit, "ledger", sizes=True)
    return {path: blob for path, blob in listed.items() if blob.mode in _PLAIN_MODES}


def compare(archive: Archive, git: Git, copy: Copy, before: Copy | None) -> Theirs:
    """What ``copy`` has more, checked; ``before`` is what the mirror was last known to have.

    FixityError, and nothing may be taken, if what it had is not there any more or what it has does not hold together.
    """
    theirs = Theirs(copy)
    ledgers = {path: blob for path, blob in copy.tree.items() if path.startswith("ledger/")}
    if before is not None:
        _check_goes_on(git, copy, before)
    here = {path for path, _ in archive.store.iter_keys("ledger")}
    for file in sorted(here | ledgers.keys()):
        if file in ledgers or copy.published.holds_ledger(file):
            theirs.growths.append(_growth(archive, git, file, ledgers.get(file)))
    for growth in theirs.growths:
        if growth.theirs:
            _check_lines(growth, theirs)
    _check_heads(archive, theirs)
    return theirs


def _check_goes_on(git: Git, copy: Copy, before: Copy) -> None:
    for file, blob in before.tree.items():
        now = copy.tree.get(file)
        if not file.startswith("ledger/") or (now and now.oid == blob.oid):
            continue
        if now is None and not copy.published.holds_ledger(file):
            continue
        if now is None or oid_of(git.get_blob(now.oid)[: blob.size]) != blob.oid:
            raise FixityError(
                f"{file}: the mirror lost lines that it had (commit {copy.commit[:10]}), so nothing was taken from it "
                "or sent to it; compare it with another copy"
            )


def _growth(archive: Archive, git: Git, file: str, blob: Blob | None) -> Growth:
    try:
        here = archive.store.get(file)
    except NotFoundError:
        here = b""
    here = here[: here.rfind(b"\n") + 1]
    if blob is None:
        return Growth(file, 0, here, b"", b"")
    if oid_of(here[: blob.size]) == blob.oid:
        return Growth(file, blob.size, here[blob.size :], b"", b"")
    content = git.get_blob(blob.oid)
    if not content.endswith(b"\n"):
        raise FixityError(f"{file}: the mirror's copy ends in half a line, so nothing was taken")
    common = _common_lines(here, content)
    return Growth(file, common, here[common:], content[common:], content)


def _common_lines(one: bytes, other: bytes) -> int:
    """How many bytes, whole lines, both begin with."""
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return size
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle)
    return one.rfind(b"\n", 0, low) + 1


def _check_lines(growth: Growth, theirs: Theirs) -> None:
    prev = head_of(growth.content[: growth.common]).digest
    for number, line in iter_lines(growth.theirs):
        where = f"{growth.file}, line {number} of what the mirror added"
        try:
            if growth.is_rounds:
                stated = str(parse_round(line, where=where)["prev"])
                is_first = number == 1 and not growth.common  # goes on from the month before
            else:
                revision = parse_line(line, where=where)
                if ledger_file(revision.path) != growth.file:
                    raise FixityError(f"{where}: speaks of {revision.path}, which belongs to another ledger")
                theirs.revisions[revision.path] = revision
                theirs.digests.update(filter(None, revision.pictures.values()))
                stated, is_first = revision.prev, False
        except FormatError as error:
            raise FixityError(f"{error}; nothing was taken from the mirror") from None
        if stated != prev and not is_first:
            raise FixityError(f"{where}: does not follow the line before it; nothing was taken from the mirror")
        prev = digest_of(line)


def _check_heads(archive: Archive, theirs: Theirs) -> None:
    """What their new lines of account say of each ledger is so."""
    by_file = {growth.file: growth for growth in theirs.growths}
    for growth in theirs.growths:
        for number, line in iter_lines(growth.theirs) if growth.is_rounds else ():
            for file, head in parse_round(line)["heads"].items():
                ledger = by_file.get(file)
                if ledger is None:
                    continue
                content = ledger.content or archive.store.get(file)[: ledger.common]
                if head_of(content[: head["size"]]) != Head(head["size"], head["lines"], head["sha256"]):
                    raise FixityError(
                        f"{growth.file}, line {number} of what the mirror added: {file} is not as it says; nothing was "
                        "taken from the mirror"
                    )


def iter_documents(git: Git, theirs: Theirs, archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Pictures, then documents, that their new lines name and this archive lacks, each held against its digest.

    FixityError at the first that differs or is missing though it is not left out.
    """
    yield from _iter_checked(git, _pictures_of(theirs, archive))
    wanted: dict[str, tuple[Blob, str]] = {}
    for path, revision in theirs.revisions.items():
        blob = theirs.copy.tree.get(path)
        if blob is not None:
            wanted[path] = (blob, revision.sha256)
        elif theirs.copy.published.holds_document(path):
            raise FixityError(f"{path}: the mirror's ledger names it and the mirror lacks it; nothing was taken")
    yield from _iter_checked(git, wanted)


def _pictures_of(theirs: Theirs, archive: Archive) -> dict[str, tuple[Blob, str]]:
    by_digest = {path.rpartition("/")[2].partition(".")[0]: path for path in theirs.copy.tree
                 if path.startswith("pictures/")}  # fmt: skip
    here = {path.rpartition("/")[2].partition(".")[0] for path, _ in archive.store.iter_keys("pictures")}
    found = sorted((by_digest[digest], digest) for digest in theirs.digests - here if digest in by_digest)
    return {path: (theirs.copy.tree[path], digest) for path, digest in found}


def _iter_checked(git: Git, wanted: Mapping[str, tuple[Blob, str]]) -> Iterator[tuple[str, bytes]]:
    contents = git.iter_blobs([blob.oid for blob, _ in wanted.values()])
    for (path, (_, digest)), content in zip(wanted.items(), contents, strict=True):
        if digest_of(content) != digest:
            raise FixityError(
                f"{path}: the mirror's copy does not have the digest its ledger states; nothing was taken"
            )
        yield path, content


def check_documents(git: Git, theirs: Theirs, archive: Archive) -> None:
    """Hold everything that would be taken against its digest, before the first byte is written."""
    for _ in iter_documents(git, theirs, archive):
        pass
