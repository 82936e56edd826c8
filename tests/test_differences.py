"""Two texts laid side by side: every word is there once, and changes begin and end where a reader would cut."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import BlockChange
from broadsheet.text.differences import find_differences, find_stretches
from broadsheet.text.differences._sequences import match_in_order
from broadsheet.text.differences._units import cut_units, meaning_of

MARKS = {"same": "{}", "old": "[-{}]", "new": "[+{}]"}


def marked(old: str, new: str) -> str:
    """The stretches as one line, changed figures with a ``#``."""
    return "".join(
        MARKS[stretch.kind].format(stretch.text + "#" * stretch.is_number) for stretch in find_stretches(old, new)
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "双方会谈持续了约4个小时，气氛坦诚。",
            "双方会谈持续了近12个小时，气氛坦诚。",
            "双方会谈持续了[-约4个小时#][+近12个小时#]，气氛坦诚。",
        ),
        ("会谈持续了近12个小时。", "会谈持续了12个小时。", "会谈持续了[-近#]12个小时。"),
        ("利率上升1.5%。", "利率上升15%。", "利率上升[-1.5%#][+15%#]。"),
        ("茶农估增一成五。", "茶农估增两成。", "茶农估增[-一成五#][+两成#]。"),
        ("2023年7月17日开庭。", "2023年8月17日开庭。", "[-2023年7月17日#][+2023年8月17日#]开庭。"),
        (
            "事故造成4人死亡、12人受伤。",
            "事故造成5人死亡、13人受伤。",
            "事故造成[-4人#][+5人#]死亡、[-12人#][+13人#]受伤。",
        ),
        ("十二人获救。", "12人获救。", "[-十二人][+12人]获救。"),
        ("警方否认有人受伤。", "警方承认有人受伤。", "警方[-否认][+承认]有人受伤。"),
        ("王大海出席了会议。", "李小山出席了会议。", "[-王大海][+李小山]出席了会议。"),
        ("市长支持这项计划。", "市长支持“这项计划”。", "市长支持[+“]这项计划[+”]。"),
        ("船早上开。人很多。", "船早上开。天很冷。人很多。", "船早上开。[+天很冷。]人很多。"),
        ("It lasted four hours.", "It lasted nearly twelve hours.", "It lasted [-four#][+nearly twelve#] hours."),
        ("Over on July 17, 2023.", "Over on July 18, 2023.", "Over on [-July 17, 2023#][+July 18, 2023#]."),
        ("He did not agree.", "He did agree.", "He did [-not ]agree."),
        (
            "about $3 million was lost",
            "about $3.5 million was lost",
            "about [-$3 million#][+$3.5 million#] was lost",
        ),
    ],
)
def test_changes_are_of_whole_units(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_a_reworded_passage_is_no_confetti_and_its_figures_stand_out() -> None:
    old = "昨晚有12人在码头受伤，其中多数是外地来的游客，他们说没有听到警报。"
    new = "截至今天上午，救援人员确认至少15名居民遇难，搜救仍在继续。"
    stretches = find_stretches(old, new)
    assert sum(stretch.kind == "same" for stretch in stretches) <= 2
    assert [stretch.text for stretch in stretches if stretch.is_number] == ["12人", "至少15名"]


@pytest.mark.parametrize(
    "text", ["1.5%", "12个小时", "2023年7月", "十二個月", "$4bn", "9:30 p.m.", "twenty-five", "3 million"]
)
def test_figures_are_one_unit(text: str) -> None:
    assert [unit.text for unit in cut_units(text)] == [text]
    assert cut_units(text)[0].is_figure


def test_figures_that_mean_the_same_are_the_same() -> None:
    for alike in (
        ("十二个小时", "12个小时", "１２個小時"), ("百分之十五", "15%", "15 percent"), ("3.5万人", "35,000人"),
        ("二〇二三年七月", "2023年7月"), ("three hundred", "300"), ("twenty-five", "25"),
    ):  # fmt: skip
        assert len({meaning_of(words) for words in alike}) == 1, alike
    assert len({meaning_of(words) for words in ("1.5%", "15%", "15", "近15%", "1.5")}) == 5


def kinds(old: list[str], new: list[str]) -> list[str]:
    return [change.kind for change in find_differences(old, new)]


FERRY = "渡轮在周六清晨复航，乘客在码头等了将近两个小时。"
FARES = "港务局说票价不变，乘客可以照旧买票，不必预约。"
WEATHER = "气象台预计周日还会有大雾，提醒出行的市民留意。"
MARKET = "市场的商贩说，渔船回港以后鱼价已经降下来了。"


def test_moved_added_and_removed_blocks() -> None:
    assert kinds([FERRY, FARES, WEATHER], [FERRY, FARES, WEATHER]) == ["same"] * 3
    assert kinds([FERRY, FARES, WEATHER], [WEATHER, FERRY, FARES]) == ["moved", "same", "same"]
    assert kinds([FERRY, FARES], [FERRY, WEATHER, FARES]) == ["same", "added", "same"]
    assert kinds([FERRY, MARKET, FARES], [FERRY, FARES]) == ["same", "removed", "same"]
    assert kinds([FERRY, MARKET], [FERRY, WEATHER]) == ["same", "removed", "added"]
    assert kinds([FERRY, FARES, WEATHER], [WEATHER.replace("周日", "周一"), FERRY, FARES])[0] == "moved"


def test_a_split_paragraph_is_one_change_with_a_line_end() -> None:
    [change] = find_differences([FERRY + FARES], [FERRY, FARES])
    assert (change.kind, change.new) == ("changed", f"{FERRY}\n{FARES}")
    assert marked(FERRY + FARES, f"{FERRY}\n{FARES}") == f"{FERRY}[+\n]{FARES}"
    [change] = find_differences([FERRY, FARES], [FERRY + FARES])
    assert (change.kind, change.old) == ("changed", f"{FERRY}\n{FARES}")


def joined(change: BlockChange, side: str) -> str | None:
    texts = [stretch.text for stretch in change.stretches if stretch.kind in ("same", side)]
    return "".join(texts)


TEXT = st.text(st.sampled_from(list("的不在船港了。，“”1２5.%年月十近 ab\nC个")), max_size=40)
BLOCKS = st.lists(TEXT.map(lambda text: text.replace("\n", "")), max_size=8)


@given(TEXT, TEXT)
def test_stretches_hold_both_texts(old: str, new: str) -> None:
    stretches = find_stretches(old, new)
    assert "".join(one.text for one in stretches if one.kind != "new") == old
    assert "".join(one.text for one in stretches if one.kind != "old") == new
    assert all(one.text for one in stretches)
    assert not any(one.is_number for one in stretches if one.kind == "same")
    assert all(one.kind == "same" for one in stretches) == (old == new)


@given(BLOCKS, BLOCKS)
def test_every_block_stands_in_one_change(old: list[str], new: list[str]) -> None:
    changes = find_differences(old, new)
    for change in changes:
        assert joined(change, "old") == (change.old or "")
        assert joined(change, "new") == (change.new or "")
        assert (change.old is None) == (change.kind == "added")
        assert (change.new is None) == (change.kind == "removed")
        assert (change.kind != "same") or change.old == change.new
    olds = [text for change in changes if change.old is not None for text in change.old.split("\n")]
    news = [text for change in changes if change.new is not None for text in change.new.split("\n")]
    assert Counter(olds) == Counter(old)
    assert news == new
    staying = [change.old for change in changes if change.old is not None and change.kind != "moved"]
    rest = iter(old)
    assert all(text in rest for block in staying for text in block.split("\n"))  # in the old order


@given(BLOCKS)
def test_a_text_beside_itself_is_the_same(blocks: list[str]) -> None:
    assert all(change.kind == "same" for change in find_differences(blocks, blocks))


@given(st.text("abcd", max_size=30), st.text("abcd", max_size=30))
def test_the_matches_are_as_many_as_there_can_be(old: str, new: str) -> None:
    row = [0] * (len(new) + 1)
    for sign in old:  # the textbook's table
        last = row[:]
        for at, other in enumerate(new, 1):
            row[at] = last[at - 1] + 1 if sign == other else max(last[at], row[at - 1])
    matches = match_in_order(old, new)
    assert len(matches) == row[-1]
    assert all(old[one] == new[other] for one, other in matches)
    assert matches == sorted(set(matches))
    assert len({one for one, _ in matches}) == len({other for _, other in matches}) == len(matches)
