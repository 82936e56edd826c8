"""Sentences keep quotations whole, and abbreviations, numbers and addresses do not end them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.text.sentences import iter_sentences


def split(block: str) -> list[str]:
    return [block[start:end] for start, end in iter_sentences(block)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["渡轮停航三天。", "乘客改乘火车。", "何时复航尚不清楚"],
        ["他说：“今天不开船。明天也不开。”", "乘客随后离开。"],
        ["“今天不开船。”他说。", "乘客随后离开。"],
        ["“真的吗？”乘客问。", "“真的。”船长说。"],
        ["“真的吗？”", "“真的。”"],
        ["船長說：「『停航。』是港務局的話。」", "乘客散去。"],
        ["他喊着“快跑！”冲了出去。", "门开了。"],
        ["《谁在码头？》一书今天出版。", "书价不高。"],
        ["会谈结束（双方没有握手。）但没有声明。", "记者离开。"],
        ["真的吗？！", "没有人回答。"],
        ["水位升了1.5米。", "风速是10.2米。"],
        ["他想了想……还是走了。", "船开了。"],
        ["史蒂夫.乔布斯没有来。", "来的是别人。"],
        ['他说:"不去。不去。"', "她点头。"],
        ["船开了!", "人散了?", "没有。"],
        ["「行かない。」と船長は言った。", "港は静かだ。"],
    ],
)
def test_dense_scripts(sentences: list[str]) -> None:
    assert split("".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["The ferry stopped.", "It sails again on Monday."],
        ["“We will not sail. Not today,” the captain said.", "Passengers left."],
        ['"We will not sail. Not today," the captain said.', "A child asked why."],
        ["“Will it sail?” Captain Moor asked.", "Nobody knew."],
        ["He said: “We stay.”", "Then he left."],
        ["“We stay.”", "“We do not.”"],
        ["‘We won’t sail. We can’t,’ he said.", "The crew’s boats stayed."],
        ["'We will not sail. Not today,' he said.", "The crew's boats stayed."],
        ["Mr. Moor met Dr. A. J. Lind at St. Olaf on Dec. 5.", "The talks failed."],
        ["The U.S. Navy sent a ship.", "It came at 5 p.m.", "The port was shut."],
        ["It costs $1.5 million.", "See example.org/a?b=1.c for more.", "No. 5 is lost!", "No."],
        ["1. The port is shut.", "It stays so."],
        ["She waited... and waited.", "Nobody came..."],
        ["(The port is shut.)", "Ships wait (some for days. Others not) outside.", "Rain fell."],
        ["« Nous restons. »", "Puis il part.", "La mer monte."],
        ["„Wir bleiben. Heute nicht“, sagte er.", "Dann ging er."],
        ["A stray “ mark is not a quote.", "It ends here.", 'And 5" here.', "Done."],
    ],
)
def test_spaced_scripts(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_a_line_end_parts_sentences() -> None:
    assert split("标题没有句号\n  正文“有。\n也有”。 ") == ["标题没有句号", "正文“有。", "也有”。"]


@given(st.text(alphabet="船开了。！？“”「」『』（）《》\"'‘’„«» .!?…,，：aBc1\n\t", max_size=60))
def test_nothing_is_lost_and_nothing_overlaps(block: str) -> None:
    spans = list(iter_sentences(block))
    assert all(start < end for start, end in spans)
    assert all(behind <= start for (_, behind), (start, _) in itertools.pairwise(spans))
    assert all(block[start:end].strip() == block[start:end] for start, end in spans)
    inside = {at for start, end in spans for at in range(start, end)}
    assert all(sign.isspace() for at, sign in enumerate(block) if at not in inside)
