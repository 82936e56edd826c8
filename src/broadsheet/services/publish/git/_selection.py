"""What of an archive a copy holds, and what of that its branch does not have yet.

Nothing is remembered beside the branch itself: what is on the disk is held against what was committed. So a kill, a
lost cache or a changed setting leads to the same commit, only later.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from broadsheet.addresses.networks import redact, told_address
from broadsheet.errors import FixityError, NotFoundError
from broadsheet.formats.ledger import digest_of, iter_lines, ledger_file, parse_line
from broadsheet.formats.published import PUBLISHED, Published, format_published
from broadsheet.model import LineKind, Revision
from broadsheet.services.archive import Archive
from broadsheet.services.publish.git._git import Blob

ATTRIBUTES = ".gitattributes"
IGNORED = ".gitignore"
RIGHTS = "RIGHTS.md"
FIXED = ("README.md", RIGHTS, ATTRIBUTES, ".github/workflows/broadsheet.yml", ".gitlab-ci.yml")
"""Files beside documents, ledgers and lists that a copy takes along where they are there."""
FIRST_ATTRIBUTES = b"""# The bytes of every file are proven by digests: git must not change line ends.
* -text
pictures/** binary
ledger/** -diff
"""
FIRST_IGNORED = b"/.broadsheet/\n/broadsheet.toml\n/captures/\n/mirror.git/\n"
"""For people who work in a clone: what they must not add to it."""
_MANAGED = ("articles/", "pictures/", "ledger/", "lists/")


@dataclass
class Selection:
    """What a branch lacks: ``wanted`` to be read from the archive, ``made`` for the copy, ``gone`` to be taken away.

    ``counts`` says per outlet what is ``new``, ``revised``, ``taken down``; ``secrets`` are ledger lines that name
    what others should not read.
    """

    wanted: dict[str, str] = field(default_factory=dict)
    made: dict[str, bytes] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    pictures: int = 0
    complaints: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    here: Published | None = None
    """What the archive itself lacks, where it is a copy: what is not there is then not missed."""

    def iter_changes(self, archive: Archive) -> Iterator[tuple[str, bytes | None]]:
        """Every path with its new bytes, None where it goes. What is damaged in the archive is left out and told."""
        for path in self.gone:
            yield path, None
        for path, digest in self.wanted.items():
            try:
                content = archive.store.get(path)
            except NotFoundError:
                if self.here is not None and not self.here.holds_document(path):
                    continue
                self.complaints.append(f"{path}: is missing and was not published; run broadsheet verify")
                continue
            if digest and digest_of(content) != digest:
                self.complaints.append(f"{path}: is damaged and was not published; run broadsheet verify")
                continue
            yield path, content
        yield from self.made.items()


def oid_of(content: bytes) -> str:
    """The name git gives a file with these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass
class Selector:
    """Holds an archive against ``tree``, what a branch has, as ``published`` decides.

    With ``only_grown`` ledgers of the size that the branch has are not looked into: right where the branch was complete
    by the same decision. ``front`` stands in for README.md, ``pointers`` for list pages of years that are elsewhere.
    """

    archive: Archive
    tree: Mapping[str, Blob]
    published: Published
    only_grown: bool = False
    front: bytes | None = None
    pointers: Mapping[str, str] = field(default_factory=dict)
    private_names: tuple[str, ...] = ()
    found: Selection = field(default_factory=Selection)

    def select(self) -> Selection:
        """The whole of it."""
        self._kept = _pictures_in(self.tree)
        self._shown: set[str] = set()
        self._on_disk: dict[str, dict[str, str]] = {}
        self._seen_documents: set[str] = set()
        grown: dict[str, bytes] = {}
        for file, size in self.archive.iter_ledger_files():
            if self.published.holds_ledger(file) and (content := self._read_grown(file, size)) is not None:
                grown[file] = content
                self._take(file, content)
        if not self.only_grown:
            self._drop_what_went()
        self._take_lists()
        self._take_fixed()
        self._take_rounds(grown)
        self.found.made.update(grown)
        return self.found

    # -- ledgers, documents, pictures ------------------------------------------------------------------------

    def _read_grown(self, file: str, size: int) -> bytes | None:
        """The whole lines of a ledger file; None where there is nothing new in it."""
        known = self.tree.get(file)
        if known and self.only_grown and known.size == size:
            return None
        content = self.archive.store.get(file)
        content = content[: content.rfind(b"\n") + 1]
        if known and oid_of(content[: known.size]) != known.oid:
            raise FixityError(
                f"{file}: does not go on from what was published of it, so nothing was published; run broadsheet verify"
            )
        return content

    def _take(self, file: str, content: bytes) -> None:
        known_size = self.tree[file].size if file in self.tree else 0
        at, last, shown = 0, dict[str, Revision](), dict[str, dict[str, str]]()
        for number, line in iter_lines(content):
            revision = parse_line(line, where=f"{file}:{number}")
            last[revision.path] = revision
            if revision.kind is LineKind.TAKE_DOWN:
                shown.pop(revision.article, None)
            else:
                digests = {digest: revision.path for digest in revision.pictures.values() if digest}
                shown.setdefault(revision.article, {}).update(digests)
            if at >= known_size:
                self._count(revision, f"{file}:{number}")
            at += len(line)
        for path, revision in last.items():
            self._take_document(path, revision)
        for digests in shown.values():
            for digest, path in digests.items():
                self._take_picture(digest, path)
        self._drop_taken_down(content, file, shown)

    def _count(self, line: Revision, where: str) -> None:
        counts = self.found.counts.setdefault(line.outlet, Counter())
        if line.kind is LineKind.TAKE_DOWN:
            counts["taken down"] += line.revision == 1
        elif not self._is_known_path(line.path) and line.kind.is_text:
            counts["new" if line.revision == 1 else "revised"] += 1
            self._seen_documents.add(line.path)
        told = told_address(line.feed, self.private_names) if line.feed else None
        if told != line.feed or redact(line.url) != line.url or redact(line.entry_id or "") != (line.entry_id or ""):
            self.found.secrets.append(where)

    def _is_known_path(self, path: str) -> bool:
        return path in self.tree or path in self._seen_documents

    def _take_document(self, path: str, line: Revision) -> None:
        if not self.published.holds_document(path):
            if path in self.tree:
                self.found.gone.append(path)
            return
        is_stone = line.kind is LineKind.TAKE_DOWN
        if path in self.tree and not is_stone:
            return
        if is_stone and path in self.tree and self._has_same_bytes(path):
            return
        self.found.wanted[path] = line.sha256

    def _has_same_bytes(self, path: str) -> bool:
        try:
            return oid_of(self.archive.store.get(path)) == self.tree[path].oid
        except NotFoundError:
            return False

    def _take_picture(self, digest: str, path: str) -> None:
        if not self.published.holds_picture(path):
            return
        self._shown.add(digest)
        if digest in self._kept:
            return
        key = self._find_picture(digest)
        if key is None:
            if self.found.here is None or self.found.here.holds_picture(path):
                self.found.complaints.append(f"the picture {digest}, which {path} shows, is missing")
            return
        self.found.pictures += key not in self.found.wanted
        self.found.wanted[key] = digest

    def _find_picture(self, digest: str) -> str | None:
        shelf = digest[:2]
        if shelf not in self._on_disk:
            keys = self.archive.store.iter_keys(f"pictures/{shelf}")
            self._on_disk[shelf] = {_digest_in(key): key for key, _ in keys}
        return self._on_disk[shelf].get(digest)

    def _drop_taken_down(self, content: bytes, file: str, shown: Mapping[str, object]) -> None:
        """Pictures of articles taken down that the archive holds no more."""
        if b'"take-down"' not in content:
            return
        for number, line in iter_lines(content):
            revision = parse_line(line, where=f"{file}:{number}")
            if revision.article in shown:
                continue
            for digest in filter(None, revision.pictures.values()):
                if (path := self._kept.get(digest)) and self._find_picture(digest) is None:
                    self.found.gone.append(path)

    def _drop_what_went(self) -> None:
        """Where every ledger was looked into: documents, pictures and ledgers that the copy is not to hold any more."""
        for path in self.tree:
            if path.startswith("articles/") and path.count("/") != 4:
                is_over = True  # put there by hand, and no document
            elif path.startswith("articles/"):
                is_over = not self.published.holds_document(path) or not self.published.holds_ledger(ledger_file(path))
            elif path.startswith("pictures/"):
                is_over = _digest_in(path) not in self._shown
            else:
                is_over = path.startswith("ledger/") and not self.published.holds_ledger(path)
            if is_over:
                self.found.gone.append(path)
        self.found.gone = list(dict.fromkeys(self.found.gone))

    # -- what goes along -------------------------------------------------------------------------------------

    def _take_rounds(self, grown: dict[str, bytes]) -> None:
        for file, size in self.archive.store.iter_keys("ledger"):
            if file.startswith("ledger/rounds-") and (content := self._read_grown(file, size)) is not None:
                grown[file] = content
        for file, content in list(grown.items()):
            if file in self.tree and self.tree[file].size == len(content):
                del grown[file]

    def _take_lists(self) -> None:
        there = set()
        for key, _ in self.archive.store.iter_keys("lists"):
            if not self._holds_list(key):
                continue
            there.add(key)
            if key in self.tree and self._lacks_headlines(key):
                continue
            content = self._pointer_for(key) or self.archive.store.get(key)
            self._make(key, content)
        self.found.gone += [path for path in self.tree if path.startswith("lists/") and path not in there]

    def _lacks_headlines(self, key: str) -> bool:
        """Whether a list was made here from an outlet's ledger alone: whoever has its documents writes it better."""
        outlet = key.removesuffix(".md").split("/")[1]
        return self.found.here is not None and outlet in self.found.here.outlets_left_out

    def _holds_list(self, key: str) -> bool:
        parts = key.removesuffix(".md").split("/")
        if self.published.outlets_left_out.get(parts[1]) == "everything":
            return False
        return not self.published.only_years or (len(parts) > 2 and parts[2] in self.published.only_years)

    def _pointer_for(self, key: str) -> bytes | None:
        parts = key.split("/")
        text = self.pointers.get(parts[2]) if len(parts) > 3 else None
        return text.encode() if text is not None else None

    def _take_fixed(self) -> None:
        for name in FIXED:
            try:
                content = self.archive.store.get(name)
            except NotFoundError:
                content = FIRST_ATTRIBUTES if name == ATTRIBUTES else b""
            if name == "README.md" and self.front is not None:
                content = self.front
            if content:
                self._make(name, content)
        self._make(IGNORED, FIRST_IGNORED)
        self._make(PUBLISHED, format_published(self.published))

    def _make(self, path: str, content: bytes) -> None:
        known = self.tree.get(path)
        if known is None or known.oid != oid_of(content):
            self.found.made[path] = content


def is_managed(path: str) -> bool:
    """Whether a path of a copy is one that copies are made of; others are left as they are and never taken."""
    return path.startswith(_MANAGED) or path in (*FIXED, IGNORED, PUBLISHED)


def _digest_in(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def _pictures_in(paths: Iterable[str]) -> dict[str, str]:
    return {_digest_in(path): path for path in paths if path.startswith("pictures/")}
