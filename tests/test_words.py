"""Folding, words, and where they stand in a text as printed."""

from __future__ import annotations

import re
import unicodedata

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.statements.agency_names import find_agency_name
from broadsheet.text.excerpts import DENSE_WIDTH, excerpt, excerpt_of, find_marks
from broadsheet.text.folding import fold, fold_aligned
from broadsheet.text.words import (
    characters,
    find_runs,
    hint_of,
    index_words,
    is_dense,
    pattern_of,
    phrase_words,
    words_of_folded,
)

SIGNS = "气候氣危機机克里的美國国，。 \n abAB1２ｶﾞがガ한é\u0301\u200b㎞ﬁＡＺßİ\u0e01\u0e34หิ3月"
TEXTS = st.text(SIGNS, max_size=40) | st.text(max_size=20)
LONG_TEXTS = st.lists(TEXTS | st.text("x1é气\U00020000", min_size=60, max_size=70), min_size=6, max_size=14).map(
    "".join
)

SENTENCES = (
    "他看着发展中国家的气候变化，了解后里外复杂的系统，借助摄像头与社会联系。",
    "美国总统说，台湾选举的结果反映了民主制度，隐私和数据保护仍然面临挑战。",
    "叙利亚难民穿过边界，卫生部门只准备了几间医院，粮食价格却还在上涨。",
    "这座城市的历史比铁路更悠久，面包店的钟每天准时敲响，老人们坐在桌旁听着。",
)


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("氣候危機", "气候危机"),
        ("臺灣 台湾", "台湾 台湾"),
        ("看著 看着", "看着 看着"),
        ("瞭解 了解", "了解 了解"),
        ("ＩＰｈｏｎｅ手機１２", "iphone手机12"),
        ("Café Ångström œuvre ß", "cafe angstrom oeuvre ss"),
        ("İstanbul ı", "istanbul i"),
        ("e\u0301", "e"),
        ("ｶﾞｷﾞｱ", "ガギア"),
        ("㎞ ① ﬁ", "km 1 fi"),
        ("克\u200b里\ufeff", "克里"),
        ("a\u00adb", "ab"),
        ("\u1112\u1161\u11ab", "한"),
        ("Ελλάδα", "ελλαδα"),
        ("ёй", "ей"),
        ("，。“”…—", "      "),
        ("a\nb\u2028c", "a\nb\nc"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("हिन्दी", "हिन्दी"),
        ("々〇ー", "々〇ー"),
        ("\ud800x", " x"),
        ("\0|", "  "),
    ],
)
def test_folding(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@settings(deadline=None)
@given(TEXTS | LONG_TEXTS)
def test_folding_settles_at_once_and_keeps_places(text: str) -> None:
    folded, origin = fold_aligned(text)
    assert folded == fold(text)
    assert len(origin) == len(folded) + 1
    assert list(origin) == sorted(origin)
    assert origin[-1] == len(text)
    assert fold(folded) == folded


@pytest.mark.parametrize("variant", ["s2t", "s2tw", "s2hk"])
def test_a_text_in_either_script_folds_to_the_same(variant: str) -> None:
    for sentence in SENTENCES:
        converted = opencc.OpenCC(variant).convert(sentence)
        assert converted != sentence
        assert fold(converted) == fold(sentence)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("气候危机", "气候 候危 危机 机"),
        ("手", "手"),
        ("", ""),
        ("，。", ""),
        ("Hello, World!", "hello world"),
        ("他说：“我们”的。", "他说 说 我们 们 的"),
        ("新气\n候", "新气 气 | 候"),
        ("iPhone手機", "iphone 手 手机 机"),
        ("3月15日", "3 月 月 15 日 日"),
        ("한국어 OK", "한국 국어 어 ok"),
        ("x" * 70, "x" * 64),
        ("\n\n", "| |"),
    ],
)
def test_words_for_an_index(text: str, words: str) -> None:
    assert index_words(text) == words


@settings(deadline=None)
@given(TEXTS | LONG_TEXTS)
def test_words_are_those_of_the_runs_one_by_one(text: str) -> None:
    expected: list[str] = []
    for number, line in enumerate(fold(text).split("\n")):
        expected += ["|"] if number else []
        is_behind_word = False
        for run in find_runs(line):
            if not characters(run):
                expected.append(run)
                is_behind_word = True
                continue
            expected += [run[0]] if is_behind_word else []
            expected += [run[at : at + 2] for at in range(len(run))]
            is_behind_word = False
    assert index_words(text).split() == expected


def test_characters_are_each_dense_one_once() -> None:
    assert sorted(characters(fold("氣候，氣 abc 手")).split()) == sorted(["气", "候", "手"])


@settings(deadline=None)
@given(st.text("气候ab3 ，", min_size=1, max_size=12), st.integers(0, 11), st.integers(1, 6))
def test_a_piece_s_words_stand_in_a_row_where_the_piece_is_found(text: str, start: int, length: int) -> None:
    runs = find_runs(text[start : start + length])
    if not runs or not pattern_of(runs).search(fold(text)):
        return
    words, is_beginning = phrase_words(runs)
    there = index_words(text).split()
    rows = [there[at : at + len(words)] for at in range(len(there))]
    assert any(
        row[:-1] == words[:-1] and row and (row[-1].startswith(words[-1]) if is_beginning else row[-1] == words[-1])
        for row in rows
    ) or (len(runs) == 1 and len(words) == 1 and is_beginning and runs[0] in characters(fold(text)))


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("他說氣候危機了", "气候危机", ["氣候危機"]),
        ("克里，克\u200b里", "克里", ["克里", "克\u200b里"]),
        ("ＫＥＲＲＹ Kerry kerrys", "kerry", ["ＫＥＲＲＹ", "Kerry"]),
        ("5㎞ ahead", "5km", ["5㎞"]),
        ("ﬁne", "fine", ["ﬁne"]),
        ("cafe\u0301s cafe\u0301", "cafe", ["cafe\u0301"]),
        ("ｶﾞｽ", "ガス", ["ｶﾞｽ"]),
        ("3 月 15", "3月15", ["3 月 15"]),
        ("气\n候", "气候", []),
        ("气 候", "气候", []),
        ("美国，的", "美国 的", ["美国，的"]),
        ("iPhone 手机", "iphone手机", ["iPhone 手机"]),
    ],
)
def test_marks_stand_in_the_text_as_printed(text: str, question: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in find_marks(text, [pattern_of(find_runs(question))])] == marked


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_marks_are_in_order_and_hold_what_is_looked_for(text: str, question: str) -> None:
    runs = find_runs(question.replace("\n", " "))
    if not runs:
        return
    pattern = pattern_of(runs)
    marks = find_marks(text, [pattern])
    assert bool(marks) == bool(pattern.search(fold(text)))
    flat = [place for mark in marks for place in mark]
    assert flat == sorted(flat)
    assert all(start < end for start, end in marks)


def test_an_excerpt_has_the_hit_in_its_middle_and_marked() -> None:
    text = "前" * 5000 + "氣候危機" + "后" * 500
    piece = excerpt(text, [pattern_of(("气候",))])
    [(start, end)] = piece.marks
    assert piece.text[start:end] == "氣候"
    assert piece.text[0] == piece.text[-1] == "…"
    assert abs(start - len(piece.text) / 2) < 5
    assert len(piece.text) == DENSE_WIDTH + 2


def test_an_excerpt_shows_the_words_together_where_they_are() -> None:
    text = "克里" + "来" * 300 + "气候。" + "了" * 300 + "克里谈气候" + "去" * 3000
    piece = excerpt(text, [pattern_of(("克里",)), pattern_of(("气候",))])
    assert [piece.text[start:end] for start, end in piece.marks] == ["克里", "气候"]


def test_an_excerpt_of_spaced_words_is_not_cut_through_one() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    piece = excerpt(text, [pattern_of(("word200",))]).text
    assert set(piece.strip("…").split()) <= set(text.split())
    assert "word200" in piece


def test_an_excerpt_without_a_hit_is_the_beginning_on_one_line() -> None:
    assert excerpt("甲\n乙", []).text == "甲 乙"
    assert excerpt("甲\n乙", [pattern_of(("丙",))]).marks == ()
    assert excerpt("", [pattern_of(("丙",))]).text == ""


@settings(deadline=None)
@given(TEXTS.map(lambda text: text * 9), st.text("气候ab", min_size=1, max_size=3))
def test_an_excerpt_is_a_piece_of_the_text(text: str, word: str) -> None:
    piece = excerpt(text, [pattern_of(find_runs(word))])
    assert piece.text.strip("…") in text.replace("\n", " ").strip("…") or "…" in text
    assert all(0 <= start < end <= len(piece.text) for start, end in piece.marks)
    assert bool(piece.marks) == bool(pattern_of(find_runs(word)).search(fold(text)))


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ("法新社", "AFP"),
        ("法新", "AFP"),
        ("afp", "AFP"),
        ("Agence France-Presse", "AFP"),
        ("路透社", "Reuters"),
        ("新華社", "Xinhua"),
        ("中央社", "CNA"),
        ("ＡＰ", "AP"),
        ("村报", None),
        ("", None),
    ],
)
def test_agencies_by_any_of_their_names(named: str, name: str | None) -> None:
    assert find_agency_name(named) == name


def test_unicode_is_as_the_tables_expect() -> None:
    assert unicodedata.normalize("NFKC", "㎞") == "km"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("說氣候", "气候"),
        ("說氣候", "氣候"),
        ("ＫＥＲＲＹ", "kerry"),
        ("Ángström", "angstrom"),
        ("瞭解", "了"),
        ("㈱会", "株"),
        ("里\uf9d0", "类"),
        ("iPhone手機", "IPHONE手机"),
        ("A", "a"),
    ],
)
def test_a_hint_is_found_where_the_word_may_be(text: str, question: str) -> None:
    hint = hint_of(find_runs(question))
    assert hint is not None
    assert hint.search(text)
    assert not hint.search("什么也没有，nothing")


@settings(deadline=None)
@given(st.text("气候氣克里美abA，Éé３", max_size=30), st.text("气候氣克abé3", min_size=1, max_size=3))
def test_a_hint_passes_over_no_hit(text: str, question: str) -> None:
    runs = find_runs(question)
    hint = hint_of(runs)
    if hint is not None and pattern_of(runs).search(fold(text)):
        assert hint.search(text)


def test_there_is_no_hint_for_other_scripts() -> None:
    assert hint_of(find_runs("ガス")) is None
    assert hint_of(find_runs("한국")) is None


@settings(deadline=None)
@given(TEXTS.map(lambda text: f"{text}\n" * 5), st.text("气候ab", min_size=1, max_size=3))
def test_an_excerpt_with_hints_is_the_same(text: str, word: str) -> None:
    runs = find_runs(word)
    parts = [f"{block}\n" for block in text.split("\n")]
    plain = excerpt_of(parts, [pattern_of(runs)])
    hinted = excerpt_of(parts, [pattern_of(runs)], [hint_of(runs)])
    assert hinted == plain or not hinted.marks or "\u200b" in text or "ﬁ" in text


@settings(deadline=None)
@given(LONG_TEXTS)
def test_a_long_text_folds_sign_by_sign(text: str) -> None:
    composed = unicodedata.normalize("NFC", text.replace("ｶﾞ", "ガ"))
    assert fold(composed) == "".join(map(fold, composed))


@settings(deadline=None)
@given(LONG_TEXTS)
def test_the_words_of_a_long_text_are_those_of_its_lines(text: str) -> None:
    lines = fold(text).split("\n")
    assert words_of_folded("\n".join(lines)).split() == " | ".join(map(words_of_folded, lines)).split()
    assert sorted(characters(fold(text)).split()) == sorted({char for char in fold(text) if is_dense(char)})


@settings(deadline=None)
@given(st.text("ab 气\n", max_size=20), st.text("ab", min_size=1, max_size=2), st.booleans())
def test_a_spaced_word_is_found_whole(folded: str, word: str, is_prefix: bool) -> None:
    found = [match.span() for match in pattern_of((word,), is_prefix=is_prefix).finditer(folded)]
    there = re.finditer("[ab]+", folded)
    assert found == [match.span() for match in there if match[0] == word or (is_prefix and match[0].startswith(word))]
