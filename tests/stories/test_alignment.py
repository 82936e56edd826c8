"""Sentence by sentence, what copies kept, cut, changed and added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.model import Report, SentenceFate
from broadsheet.stories.grouping import align_copies, choose_base
from tests.stories.texts import dense_sentences, keep_share, spaced_sentences

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
A = "霁江云岭水文站的水位周六凌晨升至41.7米，超过警戒水位1.2米。"
B = "下游三镇已有两万一千六百人转移。"
C = "“堤防目前是安全的。我们把它当作随时会出事来守。”副主任卓望山说。"
D = "铁路部门停开了经过霁江大桥的十四对列车。"
E = "本市防汛办提醒市民不要到江边围观。"
F = "两岸的农田大多已经收割完毕。"


def report(text: str, outlet: str = "one", agency: str | None = None, hour: int = 0) -> Report:
    return Report(f"{outlet}/{hour}", outlet, "水位上涨", text, NOON + timedelta(hours=hour), agency)


def test_kept_cut_changed_and_added_in_reading_order() -> None:
    changed = B.replace("两万一千六百人", "两万两千人")
    base, copy = report(A + B + "\n" + C + D), report(A + E + changed + "\n" + D, "two")
    assert align_copies([copy, base]) == (
        SentenceFate(A, (A, A)),
        SentenceFate(None, (E, None)),
        SentenceFate(B, (changed, B)),
        SentenceFate(C, (None, C)),
        SentenceFate(D, (D, D)),
    )


def test_added_sentences_are_shared_and_stand_where_they_stood() -> None:
    base, one, two = report(A + B + C + D), report(E + A + F, "two"), report(A + F, "three")
    fates = align_copies([base, one, two])
    assert [fate.words for fate in fates] == [None, A, None, B, C, D]
    assert fates[0].copies == (None, E, None)
    assert fates[2].copies == (None, F, F)


def test_a_converted_copy_keeps_every_sentence() -> None:
    base = report(A + B + C + D)
    copy = report(opencc.OpenCC("s2tw").convert(A + C + D), "two")
    fates = align_copies([base, copy])
    assert [fate.copies[1] is None for fate in fates] == [False, True, False, False]
    assert all(fate.words for fate in fates)


def test_joined_and_parted_sentences_are_neither_cut_nor_added() -> None:
    joined = A[:-1] + "，" + B
    fates = align_copies([report(A + B + C + D), report(joined + D, "two")])
    assert [fate.copies[1] for fate in fates] == [joined, joined, None, D]
    first, second = "北岸的渔船今天一早都已经回到港里避风。", "港务局说明天上午再决定是否开航。"
    whole = first[:-1] + "，" + second
    fates = align_copies([report(whole + C + D), report(first + second + D, "two")])
    assert [fate.copies[1] for fate in fates] == [first + second, None, D]


def test_a_moved_sentence_is_still_kept() -> None:
    fates = align_copies([report(A + B + C + D), report(D + A + B, "two")])
    assert [(fate.words, fate.copies[1]) for fate in fates] == [(A, A), (B, B), (C, None), (D, D)]


def test_a_sentence_printed_twice_is_kept_once_by_a_copy_that_has_it_once() -> None:
    fates = align_copies([report(A + E + B + E), report(A + B + E, "two")])
    assert [fate.copies[1] for fate in fates] == [A, None, B, E]


@pytest.mark.parametrize("maker", [dense_sentences, spaced_sentences])
@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), share=st.floats(0.3, 1))
def test_whatever_was_cut_and_added_is_told(maker: Callable[[int, int], list[str]], seed: int, share: float) -> None:
    sentences = [one.strip() for one in maker(seed, 24)]
    kept = keep_share(sentences, share, seed)
    added = [one.strip() for one in maker(seed + 10**7, 2)]
    fates = align_copies(
        [report(" ".join(sentences), "海联社", "海联社"), report(" ".join([kept[0], *added, *kept[1:]]), "two")]
    )
    told = {fate.words: fate.copies[1] for fate in fates if fate.words}
    assert list(told) == sentences
    assert [words for words, copy in told.items() if words == copy] == kept
    assert [fate.copies for fate in fates if fate.words is None] == [(None, one) for one in added]


def test_the_base_is_the_agency_s_own_text() -> None:
    short, long = report(A, "海联社", None, 2), report(A + B + C, "港湾日报", "海联社", 1)
    assert choose_base([long, short]) == 1
    assert choose_base([long, report(A, "海聯社")]) == 1
    assert choose_base([long, report(A, "路透社")]) == 1
    assert choose_base([long, report(A, "一报", "海联社")]) == 0


def test_else_the_base_is_the_fullest_then_the_earliest() -> None:
    assert choose_base([report(A), report(A + B, "two"), report(C, "three")]) == 1
    assert choose_base([report(A, hour=2), report(A, "two", hour=1), report(A, "three", hour=3)]) == 1


def test_nothing_to_align() -> None:
    assert align_copies([]) == ()
    assert align_copies([report("")]) == ()
    assert align_copies([report(A)]) == (SentenceFate(A, (A,)),)
