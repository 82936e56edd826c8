"""Of the hand-marked figures, so many at least are read right."""

from __future__ import annotations

import pytest

from tests.figures.gold import ROLE, UNIT, VALUE, Depth, find_all, find_plainly, judge, read_gold


def test_the_paragraphs_are_sixty_half_of_them_chinese_half_held_back() -> None:
    gold = read_gold()
    assert len(gold) == 60
    assert sum(paragraph.is_chinese for paragraph in gold) == 30
    assert sum(paragraph.part == "held" for paragraph in gold) == 30


@pytest.mark.parametrize("part", ["dev", "held"])
@pytest.mark.parametrize(("depth", "precision", "recall"), [(UNIT, 0.97, 0.93), (ROLE, 0.95, 0.9)])
def test_figures_are_read_right(part: str, depth: Depth, precision: float, recall: float) -> None:
    score = judge(find_all, [paragraph for paragraph in read_gold() if paragraph.part == part], depth)
    assert score.precision >= precision
    assert score.recall >= recall


def test_a_plain_expression_does_worse() -> None:
    ours, plain = judge(find_all, read_gold(), VALUE), judge(find_plainly, read_gold(), VALUE)
    assert plain.precision < ours.precision - 0.3 and plain.recall < ours.recall - 0.3
