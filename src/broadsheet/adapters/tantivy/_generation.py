"""One index folder: its commits as readers see them, and the writer that makes the next."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from broadsheet.adapters.tantivy._schema import ARTICLE, POSITION, article_entry, make_schema, position_entry
from broadsheet.errors import EngineError
from broadsheet.model import Position, Searchable

_REMEMBERED = 8
"""Earlier commits that stay open for readers who page through them."""


@dataclass(frozen=True)
class Snapshot:
    """A commit: nothing that comes later changes what it answers. ``newest_ms`` is the latest first capture in it."""

    stamp: int
    searcher: tantivy.Searcher
    newest_ms: int


class Generation:
    """One index folder. Safe for threads; of all processes one may write."""

    def __init__(self, path: Path, *, heap: int, threads: int) -> None:
        self.path = path
        self.schema = make_schema()
        self._heap, self._threads = heap, threads
        self._lock = threading.RLock()
        self._writer: tantivy.IndexWriter | None = None
        self._staged: dict[str, Position] = {}
        self._snapshots: OrderedDict[int, Snapshot] = OrderedDict()
        self._seen: tuple[int, int] | None = None
        path.mkdir(parents=True, exist_ok=True)
        with in_our_words(path):
            self._index = tantivy.Index(self.schema, path=str(path))
            self._index.config_reader("manual")
        self.latest()

    # -- reading ---------------------------------------------------------------------------------------------

    def latest(self) -> Snapshot:
        """The newest commit, whichever process made it."""
        with self._lock, in_our_words(self.path):
            meta = self.path / "meta.json"
            stated = meta.stat()
            seen = (stated.st_mtime_ns, stated.st_ino)
            if seen != self._seen:
                stamp = int(json.loads(meta.read_text("utf-8"))["opstamp"])
                self._reload()
                searcher = self._index.searcher()
                self._snapshots[stamp] = Snapshot(stamp, searcher, self._find_newest_ms(searcher))
                self._snapshots.move_to_end(stamp)
                self._seen = seen
                while len(self._snapshots) > _REMEMBERED:
                    self._snapshots.popitem(last=False)
            return next(reversed(self._snapshots.values()))

    def _reload(self) -> None:
        try:
            self._index.reload()
        except ValueError:  # a writer may have put a file away between our reading its name and opening it
            self._index.reload()

    def find(self, stamp: int) -> Snapshot | None:
        """An earlier commit, if it is still open here."""
        with self._lock:
            return self._snapshots.get(stamp)

    def positions(self) -> dict[str, Position]:
        """Where the newest commit stands in each ledger file."""
        searcher = self.latest().searcher
        with in_our_words(self.path):
            query = tantivy.Query.term_query(self.schema, "kind", POSITION, "basic")
            most = max(1, searcher.doc_freq("kind", POSITION))
            entries = [searcher.doc(address) for _, address in searcher.search(query, most, count=False).hits]
        return {entry["file"][0]: Position(int(entry["size"][0]), entry["digest"][0]) for entry in entries}

    def _find_newest_ms(self, searcher: tantivy.Searcher) -> int:
        query = tantivy.Query.term_query(self.schema, "kind", ARTICLE, "basic")
        hits = searcher.search(query, 1, count=False, order_by_field="first_captured").hits
        return int(hits[0][0]) if hits else 0

    # -- writing ---------------------------------------------------------------------------------------------

    def begin_writing(self) -> bool:
        """Become the writer; True if this one was not before. EngineError while another process is."""
        with self._lock:
            if self._writer is not None:
                return False
            try:
                self._writer = self._index.writer(self._heap, self._threads)
                self._writer.garbage_collect_files()  # what a killed writer left would be in the way of the same names
            except ValueError as error:
                if "Lock" in str(error):
                    raise EngineError(f"{self.path}: another process is writing the search index now") from error
                raise EngineError(f"{self.path}: {error}; run broadsheet rebuild") from error
            self._staged = self.positions()
            return True

    def apply(
        self, file: str, before: int, position: Position, texts: Sequence[Searchable], gone: Collection[str]
    ) -> None:
        """See ``ports.SearchIndex.apply``."""
        with self._lock, in_our_words(self.path):
            self.begin_writing()
            assert self._writer is not None
            if self._staged.get(file, (0, ""))[0] != before:
                raise EngineError(f"the search index does not stand at byte {before} of {file}; run broadsheet rebuild")
            for article in (*gone, *(text.article for text in texts if before)):  # a file read from its start has none
                self._writer.delete_documents_by_term("article", article)
            for text in texts:
                self._writer.add_document(article_entry(text))
            self._writer.delete_documents_by_term("file", file)
            self._writer.add_document(position_entry(file, *position))
            self._staged[file] = position

    def commit(self) -> None:
        """See ``ports.SearchIndex.commit``."""
        with self._lock, in_our_words(self.path):
            if self._writer is not None:
                self._writer.commit()
                self.latest()

    def close(self) -> None:
        """Stop writing: forget what was not committed, let merges end."""
        with self._lock, in_our_words(self.path):
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.rollback()
                writer.wait_merging_threads()


def is_out_of_reach(error: EngineError) -> bool:
    """Whether the disk, and not the index, is to blame: no rights, no space, a fault of reading. Nothing is made anew
    for that, since what is made anew takes the place of what is there."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        return not isinstance(cause, FileNotFoundError)
    said = str(cause).lower()
    return any(word in said for word in ("permission denied", "no space left", "input/output error", "too many open"))


@contextlib.contextmanager
def in_our_words(path: Path) -> Iterator[None]:
    """What tantivy and the disk say, as an EngineError that names the place."""
    try:
        yield
    except (ValueError, OSError, KeyError) as error:
        raise EngineError(f"{path}: {error}; if it stays, run broadsheet rebuild") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how damage deep in a segment comes out of tantivy
            raise
        raise EngineError(f"{path}: the search index is damaged ({error}); run broadsheet rebuild") from None
