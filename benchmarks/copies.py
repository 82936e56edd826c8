"""Copies of texts found whole, converted, cut, added to and taken in, beside datasketch's MinHash; and how fast.

``python -m benchmarks copies [--documents N]``: the documents are those of ``../shared/corpus`` (made-up ones where
it is absent), the pairs of reports of one event those of ``../shared/stories``. Found by us means: a key in common,
and kin. Found by datasketch: MinHash of 128 permutations over five characters or three words of the folded text, an
estimated Jaccard of .3 or more, in brackets with its LSH in front. Such pairs count as independent of which under a
fifth of the one stands in the other in runs of 15 characters or 10 words: reports of one event are often copies.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import lzma
import random
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, TypeVar

import opencc

from benchmarks.search._corpus import read_base
from broadsheet.stories.grouping import candidate_keys, kinship, sketch_of
from broadsheet.text.folding import fold
from broadsheet.text.sentences import iter_sentences
from broadsheet.text.words import count_dense, find_runs, is_dense

SHARED = Path(__file__).resolve().parents[2] / "shared"
LEAST_JACCARD = 0.3
BRIEF = 300
"""Characters of a brief."""

Pair = tuple[str, str]
_Subject = TypeVar("_Subject")


@dataclass(frozen=True, slots=True)
class Found:
    """Of ``count`` pairs so many are copies: to us, to datasketch, and to datasketch with its LSH in front."""

    count: int
    ours: int
    peer: int
    peer_lsh: int


def main(argv: Sequence[str]) -> int:
    """Print rates and a table for the Chinese and the English texts; 0 when done."""
    parser = argparse.ArgumentParser(prog="copies", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=1000, help="at most so many texts of each language")
    most = parser.parse_args(argv).documents
    rng = random.Random(1)
    chinese, english = read_chinese(most, rng), read_english(most, rng)
    print(f"{len(chinese)} Chinese texts of {sum(map(len, chinese)) // len(chinese)} characters on average")
    print_rates(chinese)
    for name, texts, gap, events in (
        ("Chinese", chinese, "", "cec-zh.jsonl.xz"),
        ("English", english, " ", "ecbplus-en.jsonl.xz"),
    ):
        if not texts:
            print(f"\n{name}: no texts here")
            continue
        print(f"\n{name:42}{'pairs':>8}{'ours':>9}{'datasketch':>12}{'with LSH':>11}")
        for label, pairs in iter_trials(texts, gap, rng):
            print_row(label, judge(pairs))
        independent, copies = part_reports(read_events(events))
        print_row("false: reports of one event, independent", judge(independent))
        print_row("      (the others, in part copies)", judge(copies))
    return 0


def read_chinese(most: int, rng: random.Random) -> list[str]:
    """Chinese texts of 300 characters and more."""
    corpus = SHARED / "corpus"
    texts = ["\n".join(one["paragraphs"]) for one in read_base(corpus if corpus.is_dir() else None)]
    texts = [text for text in texts if len(text) >= BRIEF and 2 * count_dense(text) > len(text)]
    return rng.sample(texts, min(most, len(texts)))


def read_english(most: int, rng: random.Random) -> list[str]:
    """English texts of 400 characters and more; none where there is no file."""
    texts = [text for event in read_events("ecbplus-en.jsonl.xz") for text in event if len(text) >= 400]
    return rng.sample(texts, min(most, len(texts)))


def read_events(name: str) -> list[list[str]]:
    """The texts of each event; none where there is no such file."""
    path = SHARED / "stories" / name
    if not path.exists():
        return []
    events = defaultdict[str, list[str]](list)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            report = json.loads(line)
            events[report["story"]].append(report["body"])
    return list(events.values())


def print_rates(texts: Sequence[str]) -> None:
    """Documents a second of one core's time, the size of a sketch, and what memory grows by."""
    sketch_of(texts[0])
    fast = _per_second(texts, lambda text: candidate_keys(sketch_of(text)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    again = _per_second(texts, lambda text: candidate_keys(sketch_of(text)))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sketches = [sketch_of(text) for text in texts]
    size = max(len(sketch.to_bytes()) for sketch in sketches)
    pairs = list(pairwise(sketches))
    comparing = _per_second(pairs, lambda pair: kinship(*pair))
    peer = _per_second(texts[: max(50, len(texts) // 5)], _minhash.__wrapped__)
    print(f"sketch and keys {max(fast, again):,.0f} documents/s a core (datasketch {peer:,.0f}), at most {size} bytes")
    print(f"comparing two sketches {comparing:,.0f}/s; memory grown by a second round: {grown} kB")


def _per_second(subjects: Sequence[_Subject], work: Callable[[_Subject], object]) -> float:
    began = time.process_time()
    for subject in subjects:
        work(subject)
    return len(subjects) / max(time.process_time() - began, 1e-9)


def iter_trials(texts: Sequence[str], gap: str, rng: random.Random) -> Iterator[tuple[str, list[Pair]]]:
    """Pairs that are copies, by how, and at last pairs that are not."""
    if not gap:
        for name in ("s2t", "s2twp"):
            convert = opencc.OpenCC(name).convert
            yield f"converted ({name})", [(text, convert(text)) for text in texts]
    for share in (1.0, 0.8, 0.6, 0.4):
        yield f"{share:.0%} kept", [(text, gap.join(cut(text, share, rng))) for text in texts]
    for added in (0.2, 0.4):
        pairs = [(text, add(cut(text, 0.6, rng), added * len(text), rng.choice(texts), gap, rng)) for text in texts]
        yield f"60% kept, {added:.0%} added", pairs
    for least, most in ((600, 3000), (3000, 6000), (6000, 12000)):
        reports = [text for text in texts if least <= len(text) < most]
        for label, place in (("head", 0.0), ("anywhere", None)):
            briefs = [(text, take_brief(text, rng.random() if place is None else place, gap)) for text in reports]
            pairs = [(text, brief) for text, brief in briefs if len(brief) >= BRIEF and (gap or _is_chinese(brief))]
            yield f"brief of {BRIEF}, {label} of {least} to {most}", pairs
    yield "false: unrelated", [(one, other) for one, other in (rng.sample(texts, 2) for _ in range(2 * len(texts)))]


def _is_chinese(text: str) -> bool:
    return 2 * count_dense(text) > len(text)


def cut(text: str, share: float, rng: random.Random) -> list[str]:
    """Sentences of ``text`` left when others, by chance, were cut until ``share`` of its characters is left."""
    sentences = [text[start:end] for start, end in iter_sentences(text)]
    size = whole = sum(map(len, sentences))
    kept = set(range(len(sentences)))
    for at in rng.sample(range(len(sentences)), len(sentences)):
        if len(kept) > 1 and size - len(sentences[at]) / 2 >= share * whole:
            kept.discard(at)
            size -= len(sentences[at])
    return [sentences[at] for at in sorted(kept)]


def add(kept: list[str], size: float, other: str, gap: str, rng: random.Random) -> str:
    """``kept`` with about ``size`` characters of ``other``, a sentence here and there."""
    sentences = cut(other, 1.0, rng)
    rng.shuffle(sentences)
    added = 0
    for sentence in sentences:
        if added >= size:
            break
        part = sentence[: int(size - added) + 20]
        kept.insert(rng.randint(0, len(kept)), part)
        added += len(part)
    return gap.join(kept)


def take_brief(text: str, place: float, gap: str) -> str:
    """Sentences in a row, from ``place`` (0 to 1) on, of at least 300 characters where so much is left."""
    sentences = [text[start:end] for start, end in iter_sentences(text)]
    taken: list[str] = []
    for sentence in sentences[int(place * len(sentences)) :]:
        if sum(map(len, taken)) >= BRIEF:
            break
        taken.append(sentence)
    return gap.join(taken)


def part_reports(events: Iterable[Sequence[str]]) -> tuple[list[Pair], list[Pair]]:
    """The pairs of reports of one event: those written independently, and the others."""
    independent, copies = list[Pair](), list[Pair]()
    for event in events:
        parts = [_long_runs(text) for text in event]
        for one, other in combinations(range(len(event)), 2):
            smaller = min(len(parts[one]), len(parts[other]))
            is_copy = smaller and len(parts[one] & parts[other]) >= 0.2 * smaller
            (copies if is_copy else independent).append((event[one], event[other]))
    return independent, copies


def _long_runs(text: str) -> set[tuple[str, ...]]:
    units = _units(text)
    size = 15 if _is_chinese(text) else 10
    return {tuple(units[at : at + size]) for at in range(len(units) - size + 1)}


def _units(text: str) -> list[str]:
    return [unit for run in find_runs(text) for unit in (run if is_dense(run) else (run,))]


def judge(pairs: Sequence[Pair]) -> Found:
    """How many of ``pairs`` are found to be copies."""
    ours = peer = peer_lsh = 0
    lsh = _peer().MinHashLSH(threshold=LEAST_JACCARD, num_perm=128)
    for text in dict.fromkeys(one for one, _ in pairs):
        lsh.insert(text, _minhash(text))
    for one, other in pairs:
        a, b = _sketch(one), _sketch(other)
        ours += bool(set(candidate_keys(a)) & set(candidate_keys(b))) and kinship(a, b) is not None
        is_copy = _minhash(one).jaccard(_minhash(other)) >= LEAST_JACCARD
        peer += is_copy
        peer_lsh += is_copy and one in lsh.query(_minhash(other))
    return Found(len(pairs), ours, peer, peer_lsh)


_sketch = functools.lru_cache(maxsize=5000)(sketch_of)


@functools.cache
def _peer() -> Any:
    """The peer, which only benchmarks install."""
    return importlib.import_module("datasketch")


@functools.lru_cache(maxsize=5000)
def _minhash(text: str) -> Any:
    if _is_chinese(text):
        folded = "".join(fold(text).split())
        shingles = {folded[at : at + 5] for at in range(max(1, len(folded) - 4))}
    else:
        words = fold(text).split()
        shingles = {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}
    made = _peer().MinHash(num_perm=128)
    made.update_batch([one.encode() for one in shingles])
    return made


def print_row(label: str, found: Found) -> None:
    """One line of the table; nothing where there is nothing to find."""
    if found.count:
        shares = [count / found.count for count in (found.ours, found.peer, found.peer_lsh)]
        print(f"{label:42}{found.count:8}{shares[0]:9.4f}{shares[1]:12.4f}{shares[2]:11.4f}", flush=True)
