"""Quotations: how many of the annotated ones are found right beside a plain regular expression, and how fast.

A quotation is right where its words, its speaker and its reporting verb are all as annotated.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from tests.quotations.gold import Found, find_plainly, judge, read_gold

from broadsheet.statements.quotations import find_quotations

_BLOCKS = 10
"""Paragraphs of a report with quotation marks; as many again have none."""


def _find(text: str) -> list[Found]:
    return [(quotation.words, quotation.speaker, quotation.verb) for quotation in find_quotations(text)]


def main(argv: Sequence[str]) -> int:
    """Print precision, recall and speed."""
    parser = argparse.ArgumentParser(prog="benchmarks quotations", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often the speed is measured")
    rounds = parser.parse_args(argv).rounds
    gold = read_gold()
    print(f"{'':28}{'precision':>10}{'recall':>8}{'words alone':>20}")
    for part in ("dev", "held"):
        paragraphs = [paragraph for paragraph in gold if paragraph.part == part]
        for name, find in (("find_quotations", _find), ("a plain expression", find_plainly)):
            score, words = judge(find, paragraphs), judge(find, paragraphs, only_words=True)
            alone = f"{words.precision:12.3f}{words.recall:8.3f}"
            print(f"{part:6}{name:22}{score.precision:10.3f}{score.recall:8.3f}{alone}")
    both = judge(_find, gold)
    print(f"{'all':6}{'find_quotations':22}{both.precision:10.3f}{both.recall:8.3f}")
    chinese = [paragraph.text for paragraph in gold if paragraph.language.startswith("zh")]
    latin = [paragraph.text for paragraph in gold if paragraph.language == "en"]
    for name, texts in (("Chinese", chinese), ("English", latin)):
        wire = texts[:_BLOCKS]
        document = "\n".join([*wire, *(text.translate(_UNQUOTED) for text in wire)])
        times = []
        for _ in range(rounds):
            start = time.process_time()
            find_quotations(document)
            times.append(time.process_time() - start)
        each = statistics.median(times)
        print(f"{name}: {1 / each:,.0f} documents/s of {len(document):,} characters, half of their blocks with quotes")
    return 0


_UNQUOTED = {ord(mark): None for mark in "“”「」『』\"‘’'"}
