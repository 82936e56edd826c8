"""Every marked set holds in both Chinese scripts, and everything that reads Chinese reads one folding of it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import broadsheet.edits
import broadsheet.statements.figures
import broadsheet.statements.quotations
import broadsheet.text.differences
import broadsheet.text.numerals
from broadsheet.edits import Text, compare
from broadsheet.statements import _bylines, _wire, agencies
from broadsheet.statements.agencies import find_agency
from broadsheet.statements.agency_names import find_agency_name
from broadsheet.statements.quotations import find_quotations
from broadsheet.text import _date_words, cut_short
from broadsheet.text.folding import flatten, fold, fold_words, to_simplified
from tests.comparing import gold as comparing
from tests.comparing.credit_cases import find_by_rules, judge_credits, read_cases
from tests.edits.pages import Piece, body_of
from tests.edits.pairs import all_pairs
from tests.figures import gold as figures
from tests.quotations import gold as quotations
from tests.scripts import SCRIPTS, rescript

BOTH = pytest.mark.parametrize("script", sorted(SCRIPTS))
_KANA = re.compile("[\u3040-\u30ff]")
_simple = SCRIPTS["simplified"]


# ---- the marked sets ----------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("part", ["dev", "held"])
def test_figures(script: str, part: str) -> None:
    paragraphs = [one for one in figures.read_gold() if one.part == part and one.is_chinese]
    score = figures.judge(figures.find_all, [replace(one, text=rescript(one.text, script)) for one in paragraphs], 3)
    assert score == figures.judge(figures.find_all, paragraphs, 3)


@BOTH
def test_quotations(script: str) -> None:
    """Marks and findings are both simplified before they are held against each other."""

    def find(text: str) -> list[quotations.Found]:
        found = find_quotations(rescript(text, script))
        return [
            (_simple(one.words), one.speaker and _simple(one.speaker), one.verb and _simple(one.verb)) for one in found
        ]

    paragraphs = [
        replace(
            one,
            quotations=tuple(
                (_simple(words), speaker and _simple(speaker), verb and _simple(verb))
                for words, speaker, verb in one.quotations
            ),
        )
        for one in quotations.read_gold()
        if one.language.startswith("zh")
    ]
    score = quotations.judge(find, paragraphs)
    assert score.precision >= 0.98 and score.recall >= 0.98


@BOTH
def test_credits(script: str) -> None:
    cases = [case for case in read_cases() if case.language is None and not _KANA.search(case.text)]
    in_script = [replace(case, text=rescript(case.text, script)) for case in cases]
    before, after = judge_credits(cases, find_by_rules), judge_credits(in_script, find_by_rules)
    assert (after.found, after.right) == (before.found, before.right), after.wrong


@BOTH
def test_stories(script: str) -> None:
    stories = comparing.read_stories()
    in_script = [_story_in(script, story) for story in stories]
    before, after = comparing.judge(stories), comparing.judge(in_script)
    for kind in comparing.KINDS:
        assert (after[kind].shown, after[kind].true) == (before[kind].shown, before[kind].true), kind


def _story_in(script: str, story: comparing.MarkedStory) -> comparing.MarkedStory:
    """The story in another script; a label's words are the same places of the same report."""
    reports = {one.article: replace(one, text=rescript(one.text, script)) for one in story.reports}
    old = {one.article: one.text for one in story.reports}

    def mark(letter: str, words: str) -> comparing.Mark:
        at = old[letter].index(words)
        return letter, reports[letter].text[at : at + len(words)]

    labels = tuple(
        replace(label, groups=tuple(tuple(mark(*one) for one in group) for group in label.groups))
        for label in story.labels
    )
    return replace(story, reports=tuple(reports.values()), labels=labels)


@BOTH
def test_edits(script: str) -> None:
    for pair in all_pairs():
        if pair.old.language.startswith("zh"):
            kept = Text(pair.old.headline, body_of(pair.old, pair.old_look), pair.old.byline, pair.old.deck)
            seen = Text(pair.new.headline, body_of(pair.new, pair.new_look), pair.new.byline, pair.new.deck)
            olds, news = (_piece_in(script, one) for one in (pair.old, pair.new))
            kept_so = Text(olds.headline, body_of(olds, pair.old_look), olds.byline, olds.deck)
            seen_so = Text(news.headline, body_of(news, pair.new_look), news.byline, news.deck)
            assert compare(kept_so, seen_so) == compare(kept, seen), pair.name
            assert compare(kept, seen_so) == compare(kept, seen), pair.name


def _piece_in(script: str, piece: Piece) -> Piece:
    words = {name: rescript(getattr(piece, name), script) for name in ("headline", "deck", "byline", "caption")}
    return replace(piece, paragraphs=tuple(rescript(one, script) for one in piece.paragraphs), **words)


# ---- words that hand tables had missed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb",
    ["譴責", "評論", "威脅", "闡述", "讚揚", "答覆", "評價", "駁斥", "稱讚", "強調", "證實", "辯稱", "澄清"],
)
def test_traditional_verbs_of_speaking_govern_quotations(verb: str) -> None:
    [found] = find_quotations(f"外交部發言人王小明{verb}：「我們不會在這件事上讓步。」")
    assert (found.speaker, found.verb) == ("外交部發言人王小明", verb)


@pytest.mark.parametrize(
    "alias", [alias for aliases in _wire.NAMES.values() for alias in aliases if not alias.isascii()]
)
def test_agencies_are_found_under_their_traditional_names(alias: str) -> None:
    if _KANA.search(alias):
        return
    traditional = SCRIPTS["traditional"](alias)
    found = find_agency(f"來源：{traditional}")
    assert found is not None and found.name == find_agency_name(alias) == find_agency_name(traditional)


# ---- the folding --------------------------------------------------------------------------------------------------

_HAN = "評論譴責顯著傾覆乾隆後裡週只祇餘馀像象链鏈答覆國"
_SIGNS = _HAN + "０Ａａ１２．５％，。：；「」—’ \u3000\xa0ﬁ㎞İßé\U00020000가カｶﾞ豈\ud800"


@given(st.text(_SIGNS, max_size=300) | st.text(max_size=200))
def test_places_in_a_flat_text_are_places_in_the_text(text: str) -> None:
    assert len(to_simplified(text)) == len(flatten(text)) == len(flatten(text, keeps_case=True)) == len(text)
    half = len(text) // 2
    for folds in (to_simplified, flatten):
        assert folds(text) == folds(text[:half]) + folds(text[half:])
        assert folds(folds(text)) == folds(text)


@given(st.text(_HAN, max_size=200))
def test_there_is_one_folding_of_han(text: str) -> None:
    assert to_simplified(text) == flatten(text) == fold(text)


def _folded_modules() -> Iterator[str]:
    """Modules whose patterns and words are held against folded text."""
    for package in (
        broadsheet.text.differences, broadsheet.statements.figures, broadsheet.text.numerals,
        broadsheet.statements.quotations, broadsheet.edits,
    ):  # fmt: skip
        yield from (module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."))
    yield from (module.__name__ for module in (_bylines, _date_words, _wire, agencies, cut_short))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value.pattern
    elif isinstance(value, dict):
        yield from (words for pair in value.items() for one in pair for words in _strings(one))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (words for one in value for words in _strings(one))


@pytest.mark.parametrize("name", sorted(_folded_modules()))
def test_words_that_are_sought_in_folded_text_are_folded_themselves(name: str) -> None:
    """A pattern with a traditional sign, or with one that folds to another, would never match."""
    for attribute, value in vars(importlib.import_module(name)).items():
        if not attribute.startswith("__") and attribute not in ("_WORDS", "_PLACES", "_TITLES"):
            for words in _strings(value):
                left = set(words) - set(to_simplified(words)) - set("链\uf900")
                assert not left, (attribute, left)


def test_folding_words_of_a_list_gives_what_folding_a_text_gives() -> None:
    words = " ".join(broadsheet.text.differences._han_words._WORDS.split()) + "显著倾覆好像余下什么"
    assert fold_words(words) == to_simplified(words)
