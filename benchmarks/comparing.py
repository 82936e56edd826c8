"""Comparing: how many of the disagreements, updates, agreements and paired quotations that readers are shown are true.

Over hand-marked stories, each kind beside what a comparison by unit alone would show. ``--part held --wrong`` lists
what is wrong or missed there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tests.comparing.gold import KINDS, compare, judge, read_stories
from tests.comparing.plain import compare_plainly


def main(argv: Sequence[str]) -> int:
    """Print precision and recall of each kind, for each part of the stories."""
    parser = argparse.ArgumentParser(prog="benchmarks comparing", description=__doc__)
    parser.add_argument("--part", choices=("dev", "held", "all"), help="this part alone")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong or missed")
    wanted = parser.parse_args(argv)
    stories = read_stories()
    parts = {part: [story for story in stories if part in (story.part, "all")] for part in ("dev", "held", "all")}
    print(f"{len(stories)} stories, {sum(len(story.reports) for story in stories)} reports")
    print(f"{'':6}{'':20}{'':8}{'shown':>6}{'true':>6}{'precision':>11}{'labels':>8}{'found':>7}{'recall':>8}")
    for part, chosen in parts.items():
        if wanted.part not in (None, part):
            continue
        for name, comparing in (("the rules", compare), ("same unit, no rules", compare_plainly)):
            scores = judge(chosen, comparing)
            for kind in KINDS if comparing is compare else ("differ",):
                one = scores[kind]
                print(
                    f"{part:6}{name:20}{kind:8}{one.shown:6}{one.true:6}{one.precision:11.3f}"
                    f"{one.there:8}{one.found:7}{one.recall:8.3f}"
                )
                if wanted.wrong and comparing is compare:
                    for line in one.wrong:
                        print(f"        wrong   {line}")
                    for line in one.missed:
                        print(f"        missed  {line}")
    return 0
