"""Reads documents and ledgers."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.document import parse_document, plain_document
from broadsheet.formats.ledger import Head, head_of, iter_lines, ledger_file, parse_line
from broadsheet.model import Document, Revision
from broadsheet.policy.anonymity import anonymous_capture
from broadsheet.ports import Store
from broadsheet.services.archive.captures import Captures


class Reading:
    """The documents, ledgers and captures of one folder, for whoever reads them."""

    def __init__(self, store: Store, *, anonymous: bool = False) -> None:
        self.store = store
        self.captures = Captures(store, change=anonymous_capture if anonymous else None)
        self._heads: dict[str, Head] = {}

    def get_head(self, file: str) -> Head:
        """Where the ledger file ``file`` stands; an empty head if it does not exist yet."""
        if file not in self._heads:
            try:
                self._heads[file] = head_of(self.store.get(file))
            except NotFoundError:
                self._heads[file] = Head()
        return self._heads[file]

    def iter_ledger_files(self) -> Iterator[tuple[str, int]]:
        """Every outlet's ledger files with their sizes, sorted."""
        for key, size in self.store.iter_keys("ledger"):
            if key.count("/") == 2:
                yield key, size

    def iter_revisions(self, file: str) -> Iterator[Revision]:
        """The lines of one ledger file, oldest first; FormatError names a bad line."""
        try:
            content = self.store.get(file)
        except NotFoundError:
            return
        for number, line in iter_lines(content):
            yield parse_line(line, where=f"{file}:{number}")

    def iter_article(self, article_id: str, path: str) -> Iterator[Revision]:
        """Every ledger line of one article, whose first document stands at ``path``; only these are parsed."""
        file = ledger_file(path)
        try:
            content = self.store.get(file)
        except NotFoundError:
            return
        named, whole = article_id.encode("utf-8", "surrogatepass"), content.rfind(b"\n") + 1
        at = content.find(named, 0, whole)
        while at >= 0:
            start, end = content.rfind(b"\n", 0, at) + 1, content.find(b"\n", at) + 1
            number = content.count(b"\n", 0, start) + 1
            revision = parse_line(content[start:end], where=f"{file}:{number}")
            if revision.article == article_id:
                yield revision
            at = content.find(named, end, whole)

    def get_document(self, path: str) -> Document:
        """What the document at ``path`` says, read as ``plain_document``; NotFoundError, or FormatError if damaged."""
        try:
            return plain_document(parse_document(self.store.get(path)))
        except FormatError as error:
            raise FormatError(f"{path}: {error}") from None
