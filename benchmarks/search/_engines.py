"""Building and asking: ours as ``searching`` does it, FTS5 on the same words and with its own tokenizers."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from benchmarks.search._corpus import NEWEST, Corpus
from broadsheet.adapters.tantivy import TantivySearch
from broadsheet.formats.document import parse_document
from broadsheet.model import Document, Holding, HoldingQuery, Position, Query, Word
from broadsheet.ports import SearchIndex
from broadsheet.query import iter_words
from broadsheet.services.indexes import search as searching
from broadsheet.text.excerpts import excerpt_of
from broadsheet.text.folding import fold
from broadsheet.text.words import phrase_words, words_of_folded


def build(engine: str, corpus: Corpus, place: Path) -> None:
    """Fill one engine with the corpus."""
    if engine == "ours":
        build_ours(corpus, place)
    else:
        build_fts5(engine, corpus, place)


def build_ours(corpus: Corpus, place: Path) -> None:
    """As ``searching.rebuild`` does: in steps of 500, a commit at the end."""

    def fill(search: SearchIndex) -> None:
        texts = iter(corpus)
        for at in range(0, corpus.size, 500):
            search.apply(f"ledger/{at}", 0, Position(1, ""), list(islice(texts, 500)))

    with closing(TantivySearch(place)) as search:
        search.renew(fill)


def build_fts5(engine: str, corpus: Corpus, place: Path) -> None:
    """FTS5 without a copy of the text, on the words that ours has, or with its own tokenizers on the text."""
    own = {"bigrams": "unicode61 remove_diacritics 0", "unicode61": "unicode61", "trigram": "trigram"}[engine]
    place.mkdir(parents=True)
    with closing(sqlite3.connect(place / "fts5.sqlite")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA cache_size=-200000")
        db.execute(f"CREATE VIRTUAL TABLE text USING fts5(title, body, content='', tokenize='{own}')")
        for number, text in enumerate(corpus):
            title, body = fold(text.headline), fold(f"{text.lede}\n{text.body}")
            if engine == "bigrams":
                title, body = words_of_folded(title), words_of_folded(body)
            db.execute("INSERT INTO text(rowid, title, body) VALUES (?, ?, ?)", (number, title, body))
        db.execute("INSERT INTO text(text) VALUES ('optimize')")
        db.commit()


class Memory:
    """Watches this process's own memory: the most of it, without and with mapped files, in megabytes."""

    def __init__(self) -> None:
        self.own = self.whole = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self._look()

    def _look(self) -> None:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
        own, whole = (int(status[key].split()[0]) / 1024 for key in ("RssAnon", "VmRSS"))
        self.own, self.whole = max(self.own, own), max(self.whole, whole)

    def end(self) -> tuple[float, float]:
        """The two figures."""
        self._ended.set()
        self._thread.join()
        self._look()
        return self.own, self.whole


class Texts:
    """Stands in for an archive and its index: the documents in one file, unpacked and parsed when asked for."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)

    def get_document(self, path: str) -> Document:
        """See ``Archive.get_document``."""
        row = self._db.execute("SELECT content FROM text WHERE number = ?", (int(path),)).fetchone()
        return parse_document(zlib.decompress(row[0]))

    def find_holding(self, article: str) -> Holding:
        """See ``ports.Index.find_holding``."""
        number = article.partition("/")[2]
        url = f"https://paper.example/{number}"
        [headline] = self._db.execute("SELECT headline FROM text WHERE number = ?", (int(number),)).fetchone()
        return Holding(
            article, "paper", headline, url, url, number, number, "", 1, NEWEST, "feed", NEWEST, NEWEST
        )  # fmt: skip

    def iter_holdings(self, query: HoldingQuery) -> Iterator[Holding]:
        """See ``ports.Index.iter_holdings``: the articles that are named."""
        return map(self.find_holding, query.articles or frozenset())


class Fts5:
    """Asks a table of FTS5 the same."""

    def __init__(self, engine: str, place: Path, texts: Texts) -> None:
        self._engine, self._texts = engine, texts
        self._db = sqlite3.connect(place / "fts5.sqlite")
        self._db.execute("PRAGMA cache_size=-200000")

    def expression(self, query: Query) -> str:
        """``query`` in FTS5's own language; only words and AND are asked here."""
        return " AND ".join(f"({' OR '.join(self._forms(word))})" for word in iter_words(query))

    def _forms(self, word: Word) -> Iterator[str]:
        for runs in (word.runs, *((other,) for other in word.others)):
            if self._engine == "bigrams":
                words, is_beginning = phrase_words(runs)
                yield f'"{" ".join(words)}"' + ("*" if is_beginning or word.is_prefix else "")
            else:
                yield f'"{"".join(runs)}"' + ("*" if word.is_prefix else "")

    def best(self, query: Query) -> list[int]:
        """The ten best."""
        sql = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text, 4.0, 1.0) LIMIT 10"
        return [number for (number,) in self._db.execute(sql, (self.expression(query),))]

    def all(self, query: Query) -> set[int]:
        """Everything that matches."""
        return {
            number
            for (number,) in self._db.execute("SELECT rowid FROM text WHERE text MATCH ?", (self.expression(query),))
        }

    def answer(self, query: Query) -> None:
        """The ten best with their snippets."""
        patterns = list(searching.iter_patterns(list(iter_words(query)), "text"))
        for number in self.best(query):
            document = self._texts.get_document(str(number))
            excerpt_of(searching.iter_quick_text(document.body), patterns)
