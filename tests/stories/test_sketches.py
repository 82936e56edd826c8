"""Copies are recognised whole, converted, cut, added to and taken in; independent reports are not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.demo import Expected, expected_articles, expected_stories
from broadsheet.stories.grouping import Sketch, candidate_keys, kinship, sketch_of
from tests.stories.texts import dense_sentences, keep_share, spaced_sentences

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MAKERS = [pytest.param(dense_sentences, id="dense"), pytest.param(spaced_sentences, id="spaced")]
Maker = Callable[[int, int], list[str]]

REPORT = (
    "渡轮海鸥七号今天上午在元屿岛附近翻沉，船上八十六人中七十九人获救，港务局说还有七人下落不明，搜救仍在进行。\n"
    "港务局长在记者会上说：“我们会公布所有的通讯记录。”当天风速达到每秒20米。"
)


def share_a_key(a: Sketch, b: Sketch) -> bool:
    return bool(set(candidate_keys(a)) & set(candidate_keys(b)))


def kind(one: str, other: str) -> str | None:
    """The kind of kinship, the same both ways, and never without a common key."""
    a, b = sketch_of(one), sketch_of(other)
    kin, back = kinship(a, b), kinship(b, a)
    if kin is None or back is None:
        assert kin is back
        return None
    assert (kin.kind, kin.share_of_a, kin.share_of_b) == (back.kind, back.share_of_b, back.share_of_a)
    assert share_a_key(a, b)
    return kin.kind


def test_script_width_case_signs_and_line_ends_do_not_count() -> None:
    converted = opencc.OpenCC("s2tw").convert(REPORT)
    assert converted != REPORT
    for copy in (converted, REPORT.replace("20", "２０"), REPORT.replace("\n", "　\n\n").replace("“", "「")):
        assert kind(REPORT, copy) == "exact"
    english = "".join(spaced_sentences(1, 12))
    assert kind(english, english.upper().replace(". ", " …\n")) == "exact"


def test_short_texts_are_exact_only() -> None:
    short = "渡轮海鸥七号今天上午在元屿岛附近翻沉，船上八十六人中七十九人获救。"
    assert kind(short, short.replace("，", "\n")) == "exact"
    assert kind(short, short + "完") is None
    assert len(candidate_keys(sketch_of(short))) == 1


@pytest.mark.parametrize("text", ["", " \n", "——！……", "\u200b"])
def test_a_text_without_words_is_kin_to_none(text: str) -> None:
    sketch = sketch_of(text)
    assert candidate_keys(sketch) == ()
    assert kinship(sketch, sketch) is None


def test_the_same_on_every_machine() -> None:
    mixed = REPORT + " The ferry Seagull Seven, 86 on board, capsized; 79 were rescued."
    assert hashlib.sha256(sketch_of(mixed).to_bytes()).hexdigest()[:16] == "53604eb41045c671"


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), share=st.floats(0.6, 1.0), count=st.integers(16, 60))
def test_what_keeps_three_fifths_is_kin_whatever_it_adds(make: Maker, seed: int, share: float, count: int) -> None:
    sentences = make(seed, count)
    kept = keep_share(sentences, share, seed)
    assert kind("".join(sentences), "".join(kept)) in ("near", "exact")
    added = make(seed + 1, max(1, count // 8))
    middle = len(kept) // 2
    assert kind("".join(sentences), "".join(kept[:middle] + added + kept[middle:])) == "near"


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), where=st.floats(0, 1))
def test_a_brief_taken_into_a_report_is_found(make: Maker, seed: int, where: float) -> None:
    report, size = make(seed, 90 if make is dense_sentences else 40), 14 if make is dense_sentences else 6
    at = int(where * (len(report) - size))
    brief = "".join(report[at : at + size])
    assert len(brief) >= 300
    assert kind(brief, "".join(report)) == "contained"
    kin = kinship(sketch_of(brief), sketch_of("".join(report)))
    assert kin is not None
    assert kin.share_of_a > 0.7 > 0.3 > kin.share_of_b


@pytest.mark.parametrize("make", MAKERS)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40))
def test_unrelated_texts_are_not_kin(make: Maker, seed: int, count: int) -> None:
    assert kind("".join(make(seed, count)), "".join(make(seed + 1, count))) is None


@settings(max_examples=40)
@given(text=st.text(alphabet="河边 小城早晨，。aBc1\n😀é\ud800", max_size=300), times=st.integers(1, 40))
def test_a_sketch_is_small_and_packs_without_loss(text: str, times: int) -> None:
    sketch = sketch_of(text * times)
    packed = sketch.to_bytes()
    assert Sketch.from_bytes(packed) == sketch
    assert len(packed) <= 1038
    keys = candidate_keys(sketch)
    assert len(keys) == len(set(keys)) <= 32
    assert all(-(2**63) <= key < 2**63 for key in keys)


@given(packed=st.binary(max_size=40))
def test_what_is_no_sketch_is_refused(packed: bytes) -> None:
    good = sketch_of("".join(dense_sentences(1, 9))).to_bytes()
    for wrong in (b"\x00" + packed, good[: -1 - len(packed)], good + b"\x00" + packed):
        with pytest.raises(ValueError, match="sketch"):
            Sketch.from_bytes(wrong)


def test_the_newsroom_s_wire_copies_are_kin_and_its_own_reports_are_not() -> None:
    copies = 0
    for number in (1, 3):
        articles = {one.key: one for one in expected_articles(NOW, number)}
        sketches = {key: sketch_of("\n".join(text for _, text in one.text)) for key, one in articles.items()}
        for key, article in articles.items():
            if article.copy_of:
                copies += 1
                assert kinship(sketches[key], sketches[article.copy_of]) is not None
                assert share_a_key(sketches[key], sketches[article.copy_of])
        for story in expected_stories():
            for one, other in combinations([key for key in story.members if key in articles], 2):
                if not _is_copy(articles[one], articles[other]):
                    assert kinship(sketches[one], sketches[other]) is None, (one, other)
    assert copies


def _is_copy(one: Expected, other: Expected) -> bool:
    return one.copy_of == other.key or other.copy_of == one.key
