"""The index on disk: one folder per generation, and a file that names the one that answers."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Literal

import tantivy
from tantivy import Occur

from broadsheet.adapters.tantivy._conditions import Translator
from broadsheet.adapters.tantivy._generation import Generation, Snapshot, in_our_words, is_out_of_reach
from broadsheet.adapters.tantivy._schema import index_name, make_schema, second_of
from broadsheet.errors import EngineError, QueryError
from broadsheet.model import Facet, Matches, Position, Query, Searchable
from broadsheet.ports import SearchIndex

WRITER_HEAP, RENEWAL_HEAP = 64_000_000, 256_000_000
"""Bytes of postings a writer gathers before it writes a segment: in steady work, and when all is indexed anew."""

RENEWAL_THREADS = 2
"""Threads that write then, beside the one that makes words; what they write is the same."""

_CURRENT = "current"
_FACETS: tuple[tuple[Literal["outlet", "month", "agency", "language"], int], ...] = (
    ("outlet", 1000), ("month", 2400), ("agency", 200), ("language", 200),
)  # fmt: skip


class TantivySearch:
    """See ``ports.SearchIndex``. ``folder`` is made if it is not there; a damaged or older index is begun anew.

    ``read_only`` makes and mends nothing: without an index nothing is found, until a writer has made one.
    Any number of processes read. The first ``apply`` makes this one the writer until ``close``; others that try get
    an EngineError. A writer that is killed leaves the last commit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        heap: int = WRITER_HEAP,
        threads: int = 1,
        read_only: bool = False,
        generation: str | None = None,
    ) -> None:
        self._pointed: tuple[int, int, str] | None = None
        self._folder, self._heap, self._threads, self._read_only = folder, heap, threads, read_only
        self._is_fixed = generation is not None
        self._translator = Translator(make_schema())
        self._lock = threading.RLock()
        if not read_only:
            with in_our_words(folder):
                folder.mkdir(parents=True, exist_ok=True)
        self._generation = self._open(generation) if generation else self._open_current()

    # -- generations -----------------------------------------------------------------------------------------

    def _open(self, name: str) -> Generation:
        return Generation(self._folder / name, heap=self._heap, threads=self._threads)

    def _open_current(self) -> Generation | None:
        name = self._find_current()
        if name is not None:
            try:
                return self._open(name)
            except EngineError as error:
                again = self._find_current()  # it may have been put aside while it was being opened
                if again not in (None, name):
                    return self._open(str(again))
                if is_out_of_reach(error) and not self._read_only:
                    raise
        if self._read_only:
            return None
        generation = self._open(self._next_name())
        self._point_at(generation)
        return generation

    def _find_current(self) -> str | None:
        """The folder that answers now; None if there is none that this code can read."""
        with in_our_words(self._folder):
            try:
                name = (self._folder / _CURRENT).read_text("utf-8").strip()
            except FileNotFoundError:
                return None
        is_ours = name.rpartition("-")[0] == index_name() and "/" not in name
        return name if is_ours and (self._folder / name / "meta.json").exists() else None

    def _next_name(self) -> str:
        taken = [path.name.rpartition("-")[2] for path in self._folder.iterdir() if path.is_dir()]
        return f"{index_name()}-{max((int(number) for number in taken if number.isdecimal()), default=0) + 1}"

    def _point_at(self, generation: Generation) -> None:
        """Make ``generation`` the one that answers, at once or not at all."""
        with in_our_words(self._folder):
            new = self._folder / f"{_CURRENT}.new"
            with new.open("w", encoding="utf-8") as stream:
                stream.write(f"{generation.path.name}\n")
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self._folder / _CURRENT)

    def _follow(self) -> Generation | None:
        """The generation that answers now: another process may have put a new one in its place."""
        with self._lock:
            known = self._generation
            if not self._is_fixed and self._find_current() != (known and known.path.name):
                if known:
                    known.close()
                self._generation = self._open_current()
            return self._generation

    def _to_write(self) -> Generation:
        """The generation that answers now, this process its writer."""
        if self._read_only:
            raise EngineError(f"{self._folder}: the search index was opened only to be read")
        generation = self._follow()
        assert generation is not None
        if generation.begin_writing() and not self._is_fixed:
            self._sweep(generation)
        return generation

    def _sweep(self, keep: Generation) -> None:
        """Remove what killed rebuilds and older generations left; readers that have them open lose nothing."""
        for path in self._folder.iterdir():
            if path.is_dir() and path != keep.path:
                shutil.rmtree(path, ignore_errors=True)

    def state(self) -> str:
        """A word that changes whenever a question may be answered otherwise than before."""
        with contextlib.suppress(OSError):
            pointed = (self._folder / _CURRENT).stat()
            if self._pointed is None or self._pointed[:2] != (pointed.st_ino, pointed.st_mtime_ns):
                name = self._find_current()
                if name is None:
                    return ""
                self._pointed = (pointed.st_ino, pointed.st_mtime_ns, str(self._folder / name / "meta.json"))
            stated = os.stat(self._pointed[2])
            return f"{pointed.st_mtime_ns:x}-{stated.st_ino:x}-{stated.st_mtime_ns:x}"
        return ""

    # -- writing ---------------------------------------------------------------------------------------------

    def positions(self) -> dict[str, Position]:
        """See ``ports.SearchIndex.positions``."""
        generation = self._follow()
        return generation.positions() if generation else {}

    def apply(
        self, file: str, before: int, position: Position, texts: Sequence[Searchable], gone: Collection[str] = ()
    ) -> None:
        """See ``ports.SearchIndex.apply``."""
        with self._lock:
            self._to_write().apply(file, before, position, texts, gone)

    def commit(self) -> None:
        """See ``ports.SearchIndex.commit``."""
        with self._lock:
            if self._generation:
                self._generation.commit()

    def renew(self, fill: Callable[[SearchIndex], None]) -> None:
        """See ``ports.SearchIndex.renew``."""
        with self._lock:
            old = self._to_write()
            fresh = TantivySearch(
                self._folder, heap=RENEWAL_HEAP, threads=RENEWAL_THREADS, generation=self._next_name()
            )
            made = fresh._to_write()
            try:
                fill(fresh)
                fresh.commit()
            except BaseException:
                made.close()
                shutil.rmtree(made.path, ignore_errors=True)
                raise
            made.close()
            self._point_at(made)
            old.close()
            self._generation = self._open(made.path.name)
            self._sweep(self._generation)

    def close(self) -> None:
        """See ``ports.SearchIndex.close``."""
        with self._lock:
            if self._generation:
                self._generation.close()

    # -- reading ---------------------------------------------------------------------------------------------

    def search(
        self, query: Query, *, newest: bool = False, limit: int = 10, cursor: str | None = None, facets: bool = False
    ) -> Matches:
        """See ``ports.SearchIndex.search``."""
        page = _Page.read(cursor) if cursor else None
        generation, snapshot = self._latest()
        if generation is None or snapshot is None:
            return Matches((), 0)
        clauses = [(Occur.Must, self._translator.translate(query.condition))]
        if page:
            is_ours = page.generation == generation.path.name.rpartition("-")[2]
            earlier = generation.find(page.stamp) if is_ours else None
            if earlier is None:
                clauses.append((Occur.Must, self._translator.number("first_captured", None, page.newest_ms + 1)))
            snapshot = earlier or snapshot
        with in_our_words(generation.path):
            return self._ask(snapshot, page or _Page.first(generation, snapshot), clauses, newest, limit, facets)

    def _latest(self) -> tuple[Generation | None, Snapshot | None]:
        """The newest commit of the generation that answers now."""
        generation = self._follow()
        try:
            return generation, generation.latest() if generation else None
        except EngineError:
            again = self._follow()  # it may have been put aside just now
            if again is generation:
                raise
            return again, again.latest() if again else None

    def _ask(
        self,
        snapshot: Snapshot,
        page: _Page,
        clauses: list[tuple[Occur, tantivy.Query]],
        newest: bool,
        limit: int,
        facets: bool,
    ) -> Matches:
        whole = _all(clauses)
        if newest:
            if page.behind is not None:
                clauses = [*clauses, (Occur.Must, self._translator.number("order", None, page.behind))]
            result = snapshot.searcher.search(_all(clauses), limit, count=False, order_by_field="order")
        else:
            result = snapshot.searcher.search(whole, limit, count=False, offset=page.offset, weight_by_field="recency")
        counted = snapshot.searcher.aggregate(whole, _aggregations(facets))
        total = int(counted["total"]["value"])
        found = tuple((snapshot.searcher.doc(at)["article"][0], score) for score, at in result.hits)
        shown = page.offset + len(found)
        cursor = None
        if found and shown < total:
            cursor = page.turned(shown, int(result.hits[-1][0]) if newest else None)
        if newest:
            found = tuple((article, second_of(int(order))) for article, order in found)
        return Matches(found, total, cursor, _facets(counted) if facets else ())


def _all(clauses: list[tuple[Occur, tantivy.Query]]) -> tantivy.Query:
    return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)


class _Page:
    """Where a page begins: in which commit, behind which article."""

    def __init__(self, generation: str, stamp: int, newest_ms: int, offset: int = 0, behind: int | None = None) -> None:
        self.generation, self.stamp, self.newest_ms = generation, stamp, newest_ms
        self.offset, self.behind = offset, behind

    @classmethod
    def first(cls, generation: Generation, snapshot: Snapshot) -> _Page:
        return cls(generation.path.name.rpartition("-")[2], snapshot.stamp, snapshot.newest_ms)

    @classmethod
    def read(cls, cursor: str) -> _Page:
        """The page that ``turned`` wrote; QueryError for anything else."""
        parts = cursor.split(".")
        try:
            generation, stamp, newest_ms, offset = parts[0], *(int(part, 36) for part in parts[1:4])
            behind = int(parts[4], 36) if len(parts) == 5 else None
        except (ValueError, IndexError):
            raise QueryError(f"{cursor[:80]!r} is no page that was given out here") from None
        if len(cursor) > 100 or len(parts) > 5 or not generation.isdecimal() or not 0 <= offset <= 1_000_000:
            raise QueryError(f"{cursor[:80]!r} is no page that was given out here")
        return cls(generation, stamp, newest_ms, offset, behind)

    def turned(self, offset: int, behind: int | None) -> str:
        """The cursor of the page that begins ``offset`` articles into the answer."""
        numbers = [self.stamp, self.newest_ms, offset] + ([] if behind is None else [behind])
        return ".".join([self.generation, *(_base36(number) for number in numbers)])


def _base36(number: int) -> str:
    sign, number, digits = "-" if number < 0 else "", abs(number), ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return sign + (digits or "0")


def _aggregations(facets: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {"total": {"value_count": {"field": "order"}}}
    if facets:
        asked |= {name: {"terms": {"field": name, "size": size}} for name, size in _FACETS}
    return asked


def _facets(counted: dict[str, Any]) -> tuple[Facet, ...]:
    found = []
    for name, _ in _FACETS:
        counts = [(bucket["key"], int(bucket["doc_count"])) for bucket in counted[name]["buckets"]]
        if name == "month":
            months = sorted(((int(month), count) for month, count in counts), reverse=True)
            found.append(Facet(name, tuple((f"{month // 100:04}-{month % 100:02}", count) for month, count in months)))
        else:
            found.append(Facet(name, tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))))
    return tuple(found)
