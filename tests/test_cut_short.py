"""Texts that break off are known by their end, and whole ones are not taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.edits import is_cut_short as is_beginning
from broadsheet.policy.full_text import wants_page
from broadsheet.text.cut_short import LONG_TEXT, count_letters, is_cut_short, split_cut
from tests.scripts import SCRIPTS

_ENGLISH = "The ferry sailed at dawn and the council met again in the old town hall to talk about fares. "
_CHINESE = "渡轮在清晨复航，乘客在码头等了将近两个小时，港务局说票价不变。"
SHORT = {"en": _ENGLISH.strip(), "zh": _CHINESE}
LONG = {"en": (_ENGLISH * 15).strip(), "zh": _CHINESE * 20}

MARKS = (
    """
[…]|[...]|[&hellip;]|(...)|[+1234 chars]|[+12 characters]|(more)|(Read more)|[Read more]|Read more|Read More »
read more...|READ MORE|Read on|Read the full story|Read the full article here|Read full article|Continue reading
Continue reading →|Continue reading “How the ferry sank” →|Continue Reading How the ferry sank|Keep reading|See more
View full post|Show more|Click here to read more|Click to continue reading|Full story|Full story »|more »|More >>
… Read more|...more|More...|Weiterlesen|Lire la suite|Leer más|Seguir leyendo|Leia mais|Leggi tutto|Читать далее
続きを読む|もっと見る|더 보기|阅读全文|阅读全文 »|【阅读全文】|[阅读全文]|（全文）|继续阅读|繼續閱讀|查看全文|查看更多
阅读更多|展开全文|点击阅读全文|点此查看全文|…阅读全文|……继续阅读|全文：|全文>>|更多内容|更多内容 >|点击查看更多内容
浏览全文|阅读余下全文|[…] 阅读全文
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mark_behind_a_text_of_any_length_tells_of_the_cut(mark: str, language: str) -> None:
    for text in (SHORT[language], LONG[language]):
        for gap in (" ", "\n"):
            for said in (f"{text}{gap}{mark}", SCRIPTS["traditional"](f"{text}{gap}{mark}")):
                assert is_cut_short(said), said[-60:]
                stem, found = split_cut(said)
                assert (stem, found.strip()) == (said[: len(text)], said[len(text) :].strip())


@pytest.mark.parametrize("dots", ["…", "...", "……", ". . .", "⋯⋯", " …", "&hellip;"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_dots_alone_tell_of_a_cut_only_in_a_short_text_or_behind_a_word_that_ends_no_sentence(
    dots: str, language: str
) -> None:
    assert is_cut_short(SHORT[language][:-1] + dots)
    assert not is_cut_short(LONG[language][:-1] + dots)
    assert is_cut_short(LONG[language] + {"en": " They said that the", "zh": "港务局和"}[language] + dots)
    assert split_cut(LONG[language] + dots)[0] in (LONG[language], LONG[language].rstrip("."))


@pytest.mark.parametrize(
    "end",
    [
        "", "He wanted to read more.", "There is more.", "I could not read on", "She said: “I don't know...”",
        "她说：“我不知道……”",
        "报告已经公布了全文", "报告公布了全文。", "他还想阅读更多", "他请大家继续阅读。", "[3]",
        "(AFP)", "Read more: Ferry fares rise again", "（全文完）", "（未完待续）", "The rest is 5 more.",
        "Some want to see more",
        "来源：新华社",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_whole_text_is_not_taken_for_a_cut_one(end: str, language: str) -> None:
    for said in (f"{LONG[language]} {end}", SCRIPTS["traditional"](f"{LONG[language]} {end}")):
        assert not is_cut_short(said)


def test_a_footer_behind_the_mark_does_not_hide_it() -> None:
    said = f"{LONG['en']} […]\nThe post Ferry sails again appeared first on Harbour Gazette."
    assert is_cut_short(said) and split_cut(said)[0] == LONG["en"]
    assert not is_cut_short(said.replace(" […]", ""))


@given(st.text("a b.…[]()»阅读全文更多\n readmoreREADMORE", max_size=60))
def test_text_and_mark_are_the_whole(text: str) -> None:
    stem, mark = split_cut(text)
    assert stem + mark == text.rstrip()
    assert is_cut_short(text) <= bool(mark)


def test_feeds_pages_and_edits_ask_the_same_rule() -> None:
    whole = "".join(f"第{count}段讲的是渡轮、票价和港务局的另一件事。" for count in range(60))
    assert count_letters(whole) > LONG_TEXT
    for mark in ("[…]", "阅读全文", "繼續閱讀", "more »", "查看全文", "(more)"):
        assert wants_page(f"{whole} {mark}", has_content=True)
        assert is_beginning(whole, f"{whole[:200]} {mark}")
    assert not wants_page(whole, has_content=True)
