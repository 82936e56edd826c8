"""What readers are shown of hand-marked stories: disagreements that are true ones, and few of them missed."""

from __future__ import annotations

import pytest

from broadsheet.model import Claim, Compared
from tests.comparing.gold import Label, MarkedStory, compare, is_true, judge, read_stories
from tests.comparing.plain import compare_plainly

STORIES = read_stories()


@pytest.mark.parametrize("part", ["dev", "held"])
def test_shown_disagreements_are_true_ones(part: str) -> None:
    scores = judge([story for story in STORIES if story.part == part])
    assert scores["differ"].precision >= 0.95, scores["differ"].wrong
    assert scores["differ"].recall >= 0.6, scores["differ"].missed
    assert scores["update"].recall >= 0.8, scores["update"].missed
    assert scores["agree"].precision >= 0.85, scores["agree"].wrong
    assert scores["agree"].recall >= 0.7, scores["agree"].missed
    assert scores["pair"].precision >= 0.95, scores["pair"].wrong


def test_the_rules_are_worth_their_while() -> None:
    plain, ruled = judge(STORIES, compare_plainly)["differ"], judge(STORIES)["differ"]
    assert ruled.precision > plain.precision + 0.3


def test_the_set_is_as_large_as_it_says() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES) >= 45
    assert all(2 <= len(story.reports) <= 4 for story in STORIES)
    assert {story.part for story in STORIES} == {"dev", "held"}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_who_is_shown_to_disagree_says_so_in_the_sentence(story: MarkedStory) -> None:
    comparison = compare(story)
    for compared in (*comparison.figures, *comparison.dates):
        assert all(claim.words in claim.sentence for group in compared.groups for claim in group)


def test_the_judge_tells_true_from_false() -> None:
    label = Label("differ", ((("A", "12人"), ("C", "12")), (("B", "15人"),)))

    def shown(kind: str, *groups: tuple[tuple[str, str], ...]) -> Compared:
        claims = tuple(tuple(Claim(letter, words, words) for letter, words in group) for group in groups)
        return Compared("agree" if kind == "agree" else "differ", "dead", "dead:person", claims)

    assert is_true(shown("differ", (("A", "12人"),), (("B", "至少15人"),)), label)
    assert not is_true(shown("differ", (("A", "12人"),), (("C", "12"),)), label)
    assert not is_true(shown("differ", (("A", "12人"),), (("B", "9人"),)), label)
    assert is_true(shown("agree", (("A", "12人"), ("C", "12"))), label)
    assert not is_true(shown("agree", (("A", "12人"), ("B", "15人"))), label)
