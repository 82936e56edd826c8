"""Credits: how often the agency a text rests on is named right, beside the first name of an agency found anywhere.

Over hand-written credit lines, datelines, mentions and picture credits in Chinese, English and Japanese.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tests.comparing.credit_cases import find_any_name, find_by_rules, judge_credits, read_cases


def main(argv: Sequence[str]) -> int:
    """Print precision and recall for each part of the cases."""
    parser = argparse.ArgumentParser(prog="benchmarks credits", description=__doc__)
    parser.add_argument("--part", choices=("dev", "held", "all"), help="this part alone")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong or missed")
    wanted = parser.parse_args(argv)
    cases = read_cases()
    print(f"{len(cases)} cases, {sum(case.agency is not None for case in cases)} with an agency")
    print(f"{'':6}{'':26}{'found':>6}{'right':>7}{'precision':>11}{'recall':>8}")
    for part in ("dev", "held", "all"):
        if wanted.part not in (None, part):
            continue
        chosen = [case for case in cases if part in (case.part, "all")]
        for name, find in (("find_agency", find_by_rules), ("first name anywhere", find_any_name)):
            score = judge_credits(chosen, find)
            print(f"{part:6}{name:26}{score.found:6}{score.right:7}{score.precision:11.3f}{score.recall:8.3f}")
            for line in score.wrong if wanted.wrong and find is find_by_rules else ():
                print(f"        {line}")
    return 0
