"""Search over long Chinese articles: recall, speed, size and memory, beside SQLite FTS5.

``python -m benchmarks search [--scale 1 ...] [--corpus FOLDER]``: the corpus is the documents in the tar files of
FOLDER (without it, made-up text), its paragraphs recombined into ``scale`` times 5,685 documents. Each index is built
in a process of its own; then every question goes to one and the other in turn. Ours answers whole: the ten best, the
total and ten marked snippets; FTS5 is asked for the ten best and the same snippets, without the total.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from benchmarks.search._corpus import BASE, Corpus, questions, read_base, write_texts
from benchmarks.search._engines import Fts5, Memory, Texts, build
from broadsheet.adapters.tantivy import TantivySearch
from broadsheet.model import Query
from broadsheet.ports import Index
from broadsheet.query import iter_words, parse_query
from broadsheet.services.archive import Archive
from broadsheet.services.indexes import search as searching
from broadsheet.text.folding import fold
from broadsheet.text.words import pattern_of

ENGINES = ("ours", "bigrams", "unicode61", "trigram")
# -- the steps --------------------------------------------------------------------------------------------------


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
    print(f"\n×{scale}: {Corpus(folder, scale).size:,} documents, {size / 1e6:,.0f} MB of text")
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
    parser.add_argument("--corpus", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "corpus")
    parser.add_argument("--documents", type=int, default=BASE, help="how many documents ×1 is")
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
        stated = {"documents": options.documents, "texts": base}
        (folder / "base.json").write_text(json.dumps(stated, ensure_ascii=False), "utf-8")
        met = [report(folder, scale, options.rounds) for scale in options.scale]
    return 0 if all(met) else 1
