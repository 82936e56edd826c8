"""Figures: how many of the hand-marked ones are read right beside a plain regular expression, and how fast.

Right by value: the bounds are as marked; by unit: the unit too; by role: what it measures too.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence

from tests.figures.gold import ROLE, UNIT, VALUE, find_all, find_plainly, judge, read_gold

from broadsheet.statements.figures import find_figures


def main(argv: Sequence[str]) -> int:
    """Print precision, recall and speed."""
    parser = argparse.ArgumentParser(prog="benchmarks facts", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often the speed is measured")
    rounds = parser.parse_args(argv).rounds
    gold = read_gold()
    print(f"{len(gold)} paragraphs, {sum(len(paragraph.figures) for paragraph in gold)} figures")
    print(f"{'':44}{'precision':>10}{'recall':>8}")
    parts = {part: [paragraph for paragraph in gold if paragraph.part == part] for part in ("dev", "held")}
    parts |= {"all": list(gold), "zh": [one for one in gold if one.is_chinese]}
    parts["en"] = [one for one in gold if not one.is_chinese]
    for part, paragraphs in parts.items():
        for name, find, depths in (
            ("find_figures", find_all, (VALUE, UNIT, ROLE)),
            ("a plain expression", find_plainly, (VALUE,)),
        ):
            for depth in depths:
                score = judge(find, paragraphs, depth)
                print(f"{part:6}{name:22}{_DEPTHS[depth]:16}{score.precision:10.3f}{score.recall:8.3f}")
    for name, texts in (("Chinese", parts["zh"]), ("English", parts["en"])):
        document = "\n".join(
            [texts[0].text, *(one.text.translate(_UNCOUNTED) for one in texts[1 : _PLAIN_BLOCKS[name]])]
        )
        times = list[float]()
        for _ in range(rounds):
            start = time.perf_counter()
            for _ in range(10):
                find_figures(document)
            times.append((time.perf_counter() - start) / 10)
        count, each = len(find_figures(document)), 1 / statistics.median(times)
        print(f"{name}: {each:,.0f} documents/s of {len(document):,} characters with {count} figures")
    return 0


_UNCOUNTED = {ord(sign): None for sign in "0123456789%$一二三四五六七八九十百千万亿兩萬億两半"}
_PLAIN_BLOCKS = {"Chinese": 18, "English": 8}
"""So many paragraphs make one document, all but the first without figures: as dense as the news is."""

_DEPTHS = {VALUE: "by value", UNIT: "and unit", ROLE: "and role"}
