"""Whose text it is, over several hundred hand-written lines: what is named is right, and most of it is named."""

from __future__ import annotations

import pytest

from tests.comparing.credit_cases import find_any_name, find_by_rules, judge_credits, read_cases

CASES = read_cases()


@pytest.mark.parametrize("part", ["dev", "held"])
def test_credits_are_named_right(part: str) -> None:
    score = judge_credits([case for case in CASES if case.part == part], find_by_rules)
    assert score.precision >= 0.99, score.wrong
    assert score.recall >= 0.93, score.wrong


def test_a_name_anywhere_is_no_credit() -> None:
    assert judge_credits(CASES, find_any_name).precision < 0.8


def test_the_set_is_large_and_mixed() -> None:
    assert len({(case.group, case.line) for case in CASES}) == len(CASES) >= 320
    assert sum(case.agency is None for case in CASES) >= 120
