"""Search over long Chinese articles: recall, speed, size and memory, beside SQLite FTS5.

``python -m benchmarks search [--scale 1 ...] [--corpus FOLDER]``: the corpus is the documents in the tar files of
FOLDER (without it, made-up text), its paragraphs recombined into ``scale`` times 5,685 documents. Each index is built
in a process of its own; then every question goes to one and the other in turn. Ours answers whole: the ten best, the
total and ten marked snippets; FTS5 is asked for the ten best and the same snippets, without the total.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, cast

from broadsheet import searching
from broadsheet.archive import Archive
from broadsheet.document import format_document, parse_document, parse_foreign
from broadsheet.engines.search_tantivy import TantivySearch
from broadsheet.errors import FormatError
from broadsheet.html import plain_text
from broadsheet.language.excerpts import excerpt
from broadsheet.language.folding import fold
from broadsheet.language.words import is_dense, pattern_of, phrase_words, words_of_folded
from broadsheet.model import Document, Holding, Query, Searchable, Word
from broadsheet.ports import Index, SearchIndex
from broadsheet.query import iter_words, parse_query

BASE = 5_685
NEWEST = datetime(2025, 1, 1, tzinfo=UTC)
ENGINES = ("ours", "bigrams", "unicode61", "trigram")
QUESTIONS = {
    "one": "水 药 税 法 海 医 油 纸 雨 船 狼 盐 梦 桥 钟",
    "two": "河流 天气 选票 记者 电网 城市 粮食 监狱 律师 钢铁 银行 疫苗 邮件 密码 学校 地震 渔民 森林 航班 工厂 法庭 "
    "邻居 广告 摄影 铁路 议会 军人 煤炭 气候 隐私",
    "three": "互联网 共产党 俄罗斯 大学生 服务器 摄像头 新闻社 发言人 志愿者 病毒学",
    "four": "人工智能 言论自由 气候变化 社交媒体 公共卫生 网络安全 新闻自由 经济增长 "
    "个人信息 环境保护 科学研究 民主选举",
    "and": "中国+医生 美国+工厂+工人 学校+老师+家长 城市+交通+政府 数据+公司+用户 警察+法律 "
    "欧洲+能源+俄罗斯 科学家+病毒",
    "latin": "internet linux google privacy president journal browser wikipedia energy court new+york",
    "prefix": "censor* journalis* democra* technolog* secur*",
    "mixed": "5G网络 Google公司 iPhone用户 AI研究 Tor浏览器 APP下载 3月 2018年",
    "traditional": "網路 選舉 記者 學校 醫院 氣候變化 個人資訊 歐洲 經濟 實驗",
    "frequent": "的 我们 中国 一个 没有 他们 可以 问题 政府 社会",
}


# -- the corpus ----------------------------------------------------------------------------------------------


def read_base(folder: Path | None) -> list[dict[str, Any]]:
    """Headline and paragraphs of every document in the tar files of ``folder``, or of made-up ones."""
    base: list[dict[str, Any]] = []
    for archive in sorted(folder.glob("*.tar.*")) if folder else []:
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.name.endswith(".md") else None
                if stream is None:
                    continue
                try:
                    document = parse_foreign(stream.read(), name=Path(member.name).name).document
                except FormatError:
                    continue
                paragraphs = plain_text(document.body).split("\n")
                base.append({"headline": document.headline, "paragraphs": paragraphs})
    return base or made_up()


def made_up() -> list[dict[str, Any]]:
    """Texts of frequent and rare characters, about as long as the real ones."""
    chance = random.Random(1)
    signs = "".join({char for line in QUESTIONS.values() for char in line if is_dense(char)})
    weights = [1 / (rank + 1) for rank in range(len(signs))]

    def paragraph() -> str:
        return "，".join("".join(chance.choices(signs, weights, k=chance.randint(5, 18))) for _ in range(8)) + "。"

    return [
        {"headline": paragraph()[:20], "paragraphs": [paragraph() for _ in range(chance.randint(5, 80))]}
        for _ in range(1470)
    ]


class Corpus:
    """``scale`` times 5,685 documents; each is a pure function of its number."""

    def __init__(self, folder: Path, scale: int) -> None:
        self.folder, self.scale, self.size = folder, scale, BASE * scale
        self._base = json.loads((folder / "base.json").read_text("utf-8"))
        self._lengths = [sum(map(len, one["paragraphs"])) for one in self._base]

    def document(self, number: int) -> Document:
        """Document ``number``: paragraphs in runs of six from anywhere, as long as one of the real ones."""
        chance = random.Random(number)
        pick = chance.randrange(len(self._base))
        wanted, paragraphs = max(200, self._lengths[pick]), list[str]()
        while wanted > 0:
            source = self._base[chance.randrange(len(self._base))]["paragraphs"]
            at = chance.randrange(len(source))
            for paragraph in source[at : at + 6]:
                paragraphs.append(paragraph[: max(wanted, 1)])
                wanted -= len(paragraph)
        ago = timedelta(seconds=chance.randrange(9000 * 86_400))
        body = "\n".join(f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>" for text in paragraphs if text)
        published_ms = round((NEWEST - ago).timestamp() * 1000)
        return Document(published_ms, self._base[pick]["headline"], f"https://paper.example/{number}", body)

    def __iter__(self) -> Iterator[Searchable]:
        """The documents as ``write_texts`` has written them."""
        with (self.folder / f"texts-{self.scale}.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                headline, published_ms, text = json.loads(line)
                published = datetime.fromtimestamp(published_ms / 1000, UTC)
                lede, _, body = text.partition("\n")
                yield Searchable(
                    article=f"paper/{number}",
                    outlet=f"paper{number % 97 % 60}",
                    headline=headline,
                    lede=lede,
                    body=body,
                    published=published,
                    first_captured=published,
                    agency=("AFP", "Reuters", "Xinhua", None, None)[number % 5],
                    language="zh-Hans",
                )


def questions(folder: Path) -> list[tuple[str, str]]:
    """Kind and text of every question: those above, and phrases and rare words from the corpus."""
    asked = [(kind, text.replace("+", " ")) for kind, line in QUESTIONS.items() for text in line.split()]
    chance = random.Random(7)
    base = json.loads((folder / "base.json").read_text("utf-8"))
    while len(asked) < 175:
        text = chance.choice(chance.choice(base)["paragraphs"])
        at = chance.randrange(max(1, len(text) - 9))
        piece = text[at : at + chance.randint(2, 9)]
        if len(piece) >= 2 and all(is_dense(char) for char in piece):
            asked.append(("phrase", f'"{piece}"'))
    return asked


def write_texts(corpus: Corpus) -> int:
    """Write every document as it stands on disk, and as it is searched; returns the bytes of all text."""
    size = 0
    name = corpus.folder / f"texts-{corpus.scale}"
    with closing(sqlite3.connect(f"{name}.sqlite")) as db, Path(f"{name}.jsonl").open("w", encoding="utf-8") as lines:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("CREATE TABLE text (number INTEGER PRIMARY KEY, headline TEXT, content BLOB)")
        for number in range(corpus.size):
            document = corpus.document(number)
            text = plain_text(document.body)
            size += len(document.headline.encode()) + len(text.encode())
            json.dump([document.headline, document.published_ms, text], lines, ensure_ascii=False)
            lines.write("\n")
            content = zlib.compress(format_document(document), 1)
            db.execute("INSERT INTO text VALUES (?, ?, ?)", (number, document.headline, content))
        db.commit()
    return size


# -- building ------------------------------------------------------------------------------------------------


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
            search.apply(f"ledger/{at}", 0, (1, ""), list(islice(texts, 500)))

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


def run_build(engine: str, folder: Path, scale: int) -> dict[str, float]:
    """Build in this process: documents a second, bytes on disk, megabytes of memory."""
    corpus = Corpus(folder, scale)
    place = folder / f"{engine}-{scale}"
    fold("气候 abc")
    memory = Memory()
    began, worked = time.perf_counter(), time.process_time()
    build(engine, corpus, place)
    took, work = time.perf_counter() - began, time.process_time() - worked
    own, whole = memory.end()
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return {
        "docs_s": corpus.size / took,
        "cpu_ms": work / corpus.size * 1000,
        "bytes": size,
        "own_mb": own,
        "whole_mb": whole,
    }


# -- asking --------------------------------------------------------------------------------------------------


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
            excerpt(searching.quick_text(document.body), patterns)


def run_asking(folder: Path, scale: int, rounds: int) -> dict[str, dict[str, float]]:
    """Every question to both, in turn, ``rounds`` times after one to warm up; milliseconds."""
    texts = Texts(folder / f"texts-{scale}.sqlite")
    search = TantivySearch(folder / f"ours-{scale}", read_only=True)
    peer = Fts5("bigrams", folder / f"bigrams-{scale}", texts)
    archive, index = cast(Archive, texts), cast(Index, texts)
    asked: dict[str, Callable[[Query], object]] = {
        "ours: ten best, total": lambda query: search.search(query),
        "ours: ten best, total, snippets": lambda query: searching.search(archive, index, search, query),
        "ours: newest first, total": lambda query: search.search(query, newest=True),
        "ours: ten best, total, facets": lambda query: search.search(query, facets=True),
        "FTS5 bigrams: ten best": peer.best,
        "FTS5 bigrams: ten best, snippets": peer.answer,
    }
    taken: dict[str, list[float]] = {name: [] for name in asked}
    worked: dict[str, list[float]] = {name: [] for name in asked}
    queries = [parse_query(text) for _, text in questions(folder)]
    for turn in range(rounds + 1):
        for query in queries:
            for name, ask in asked.items():
                began, at_work = time.perf_counter(), time.thread_time()
                ask(query)
                if turn:
                    taken[name].append((time.perf_counter() - began) * 1000)
                    worked[name].append((time.thread_time() - at_work) * 1000)
    return {
        name: {f"p{part}": percentile(times, part) for part in (50, 95, 99)} | {"cpu": percentile(worked[name], 95)}
        for name, times in taken.items()
    }


def percentile(times: Sequence[float], part: int) -> float:
    """The time that ``part`` of a hundred answers keep."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def run_recall(folder: Path) -> dict[str, tuple[float, float]]:
    """Recall and precision of each engine's whole answers against a plain scan of the folded texts, at scale 1."""
    corpus = Corpus(folder, 1)
    folded = [fold(f"{one.headline}\n{one.lede}\n{one.body}") for one in corpus]
    search = TantivySearch(folder / "ours-1", read_only=True)
    texts = Texts(folder / "texts-1.sqlite")
    tables = {name: Fts5(name, folder / f"{name}-1", texts) for name in ENGINES[1:]}
    right, given, wanted = dict.fromkeys(ENGINES, 0), dict.fromkeys(ENGINES, 0), 0
    for kind, text in questions(folder):
        if kind in ("latin", "prefix"):
            continue
        query = parse_query(text)
        patterns = [pattern_of(word.runs) for word in iter_words(query)]
        truth = {at for at, one in enumerate(folded) if all(pattern.search(one) for pattern in patterns)}
        wanted += len(truth)
        found = {name: table.all(query) for name, table in tables.items()}
        found["ours"] = {int(one.partition("/")[2]) for one, _ in search.search(query, limit=corpus.size).found}
        for name, numbers in found.items():
            right[name] += len(numbers & truth)
            given[name] += len(numbers)
    return {name: (right[name] / wanted, right[name] / max(given[name], 1)) for name in ENGINES}


# -- the report ----------------------------------------------------------------------------------------------


def in_own_process(step: str, folder: Path, scale: int, rounds: int = 0) -> Any:
    """Run one step in a process of its own, so that its memory is its own; what it returned."""
    line = [sys.executable, "-m", "benchmarks", "search", "--step", step, "--folder", str(folder)]
    line += ["--scale", str(scale), "--rounds", str(rounds)]
    return json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)


def run_step(step: str, folder: Path, scale: int, rounds: int) -> Any:
    """What a process of its own does."""
    if step == "texts":
        return write_texts(Corpus(folder, scale))
    if step == "asking":
        return run_asking(folder, scale, rounds)
    if step == "recall":
        return run_recall(folder)
    return run_build(step, folder, scale)


def report(folder: Path, scale: int, rounds: int) -> bool:
    """Build, ask and print at one scale; whether the targets are met."""
    size = in_own_process("texts", folder, scale)
    print(f"\n×{scale}: {BASE * scale:,} documents, {size / 1e6:,.0f} MB of text")
    print(
        "| engine | docs/s | CPU ms a document | index / text | memory MB | with mapped files MB |\n"
        "|---|---|---|---|---|---|"
    )
    built = {}
    for engine in ENGINES if scale == 1 else ENGINES[:2]:
        made = built[engine] = in_own_process(engine, folder, scale)
        print(f"| {engine} | {made['docs_s']:,.0f} | {made['cpu_ms']:.2f} | {made['bytes'] / size:.2f} "
              f"| {made['own_mb']:,.0f} | {made['whole_mb']:,.0f} |", flush=True)  # fmt: skip
    print("\n| asked | p50 ms | p95 ms | p99 ms | p95 CPU ms |\n|---|---|---|---|---|")
    asked = in_own_process("asking", folder, scale, rounds)
    for name, times in asked.items():
        print(f"| {name} | {times['p50']:.2f} | {times['p95']:.1f} | {times['p99']:.1f} | {times['cpu']:.1f} |")
    whole = True
    if scale == 1:
        recall = in_own_process("recall", folder, scale)
        print("\n| engine | recall | precision |\n|---|---|---|")
        for name, (found, exact) in recall.items():
            print(f"| {name} | {found:.4f} | {exact:.4f} |")
        whole = recall["ours"] == [1.0, 1.0]
    ours, peer = asked["ours: ten best, total, snippets"]["p95"], asked["FTS5 bigrams: ten best, snippets"]["p95"]
    faster = built["ours"]["docs_s"] / built["bigrams"]["docs_s"]
    print(f"\nten best with snippets, p95: {ours:.1f} ms (target 12), FTS5 {peer:.1f} ms, {peer / ours:.1f} × as long; "
          f"indexing {faster:.1f} × FTS5 (target 2)")  # fmt: skip
    return whole and ours < 12 and faster >= 2


def main(argv: Sequence[str]) -> int:
    """Run the benchmark; returns 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks search", description=__doc__)
    parser.add_argument("--scale", type=int, nargs="+", default=[1], help="times 5,685 documents (1, 10, 50)")
    parser.add_argument("--corpus", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "corpus")
    parser.add_argument("--rounds", type=int, default=3, help="how often every question is asked")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.step:
        print(json.dumps(run_step(options.step, options.folder, options.scale[0], options.rounds)))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        folder = Path(made)
        base = read_base(options.corpus if options.corpus.is_dir() else None)
        (folder / "base.json").write_text(json.dumps(base, ensure_ascii=False), "utf-8")
        met = [report(folder, scale, options.rounds) for scale in options.scale]
    return 0 if all(met) else 1
