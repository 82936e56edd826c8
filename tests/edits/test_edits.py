"""What an edit is, on pairs of our own making: floors for all of them, and every rule on a pair of its own."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import combinations

import pytest
from benchmarks.edits import (
    FALSE_MOST,
    FOUND_LEAST,
    JUDGED,
    diffengine_sees,
    false_share,
    found_shares,
    newsdiffs_sees,
    verdict_on,
)
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.edits import Text, Verdict, compare, is_same, simplify
from broadsheet.model import EDIT_CLASSES
from tests.edits.pages import Look, Piece, body_of
from tests.edits.pairs import Pair, all_pairs
from tests.scripts import SCRIPTS

OTHER_FLOORS = {"name": 0.9, "date": 0.95, "typo": 0.9, "rewrite": 0.95, "correction": 0.95, "caption": 0.95}


def text_of(piece: Piece, look: Look) -> Text:
    """What is compared, as if the page's furniture had leaked into the text as a whole."""
    return Text(piece.headline + look.site_name, body_of(piece, look), piece.byline, piece.deck)


def verdict(pair: Pair) -> Verdict:
    return compare(text_of(pair.old, pair.old_look), text_of(pair.new, pair.new_look))


def halves() -> list[list[Pair]]:
    return [[pair for pair in all_pairs() if pair.is_held_back is held_back] for held_back in (False, True)]


def test_there_are_pairs_enough_of_every_kind() -> None:
    assert len(all_pairs()) >= 300
    assert len({pair.name for pair in all_pairs()}) == len(all_pairs())
    assert sum(not pair.classes for pair in all_pairs()) >= 150
    assert {name for pair in all_pairs() for name in pair.classes} >= {*JUDGED, *OTHER_FLOORS, "picture"}


@pytest.mark.parametrize("half", [0, 1], ids=["known", "held-back"])
def test_floors_hold_in_both_halves(half: int) -> None:
    pairs = halves()[half]
    found = found_shares(lambda pair: pair.classes <= set(verdict(pair).why), pairs)
    assert false_share(lambda pair: bool(verdict(pair).why or verdict(pair).refused), pairs) < FALSE_MOST
    assert all(found[kind] >= FOUND_LEAST for kind in JUDGED), found
    assert all(found[kind] >= floor for kind, floor in OTHER_FLOORS.items() if kind != "name" or not half), found


@pytest.mark.slow
def test_whole_pages_run_through_extraction_give_the_same() -> None:
    pairs = all_pairs()[::9]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the peers' parsers
        wrong = [
            pair.name
            for pair in pairs
            if (said := verdict_on(pair, fast=True)).refused
            or (pair.classes - set(said.why))
            or (said.why and not pair.classes)
        ]
        theirs = [false_share(sees, pairs) for sees in (diffengine_sees, newsdiffs_sees)]
    assert len(wrong) <= 0.02 * len(pairs), wrong
    assert min(theirs) > FALSE_MOST  # else the pairs would prove nothing


def sentence(old: str, new: str) -> tuple[str, ...]:
    """The classes of a paragraph that changed among others that stayed."""
    around = (
        "<p>港务局周六公布了下个月的班次，居民可以到码头索取。</p>",
        "<p>The council met again in the old town hall.</p>",
    )
    bodies = [f"{around[0]}<p>{text}</p>{around[1]}" for text in (old, new)]
    return compare(Text("题", bodies[0]), Text("题", bodies[1])).why


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("失业率升到1.5%，创下新高。", "失业率升到15%，创下新高。", ("number",)),
        ("谈判持续了近12个小时。", "谈判持续了12个小时。", ("number",)),
        ("谈判持续了十二个小时。", "谈判持续了12个小时。", ()),
        ("共有多人受伤送医治疗。", "共有12人受伤送医治疗。", ("number",)),
        ("Some 300 people were there at noon.", "About 300 people were there at noon.", ("rewrite",)),
        ("About 300 people were there at noon.", "Nearly 300 people were there at noon.", ("number",)),
        ("It cost $3 million to build.", "It cost $3 billion to build.", ("number",)),
        ("It took twelve hours to finish.", "It took 12 hours to finish.", ()),
        ("他说可以离开这里。", "他说不可以离开这里。", ("negation",)),
        ("他说我们不可以离开这里。", "他说我们不，可以离开这里。", ("negation",)),
        ("不久之后船就开了，人也散了。", "之后船就开了，人也散了。", ("rewrite",)),
        ("The minister denied the report.", "The minister confirmed the report.", ("negation",)),
        ("他无法确认死亡人数。", "他可以确认死亡人数。", ("negation",)),
        ("他非常不满意这个方案。", "他非常满意这个方案。", ("negation",)),
        ("He refused to resign over it.", "He agreed to resign over it.", ("negation",)),
        ("据新华社报道，谈判已经结束。", "据路透社报道，谈判已经结束。", ("name",)),
        ("They didn't sign the treaty.", "They signed the treaty.", ("negation",)),
        ("市长批评这项改革计划。", "市长批评这项“改革”计划。", ("quote",)),
        ("He called it \"a shame\" on Monday.", "He called it a shame on Monday.", ("quote",)),
        ("她说：“我不会再来了。”", "她说：“我还会再来的。”", ("quote", "negation")),
        ("总工程师李志远说工程顺利。", "总工程师王志远说工程顺利。", ("name",)),
        ("中国代表团昨天离开会场。", "美国代表团昨天离开会场。", ("name",)),
        ("The letter was signed by John Smith in May.", "The letter was signed by John Brown in May.", ("name",)),
        ("法院定于5月6日开庭审理。", "法院定于5月8日开庭审理。", ("date",)),
        ("The hearing is set for Monday.", "The hearing is set for Tuesday.", ("date",)),
        ("这座城市己经恢复平静。", "这座城市已经恢复平静。", ("typo",)),
        ("They recieved the letters.", "They received the letters.", ("typo",)),
        ("The the ferry was late.", "The ferry was late.", ("typo",)),
        ("警方认为这是一场意外。", "记者到场时门已经锁上。", ("paragraph-added", "paragraph-removed")),
        ("The plan was accepted by the union.", "The plan was welcomed by the union.", ("rewrite",)),
        ("政府增加了预算。", "政府减少了预算。", ("rewrite",)),
        ("他3小时前抵达车站。", "他4小时前抵达车站。", ("number",)),
        ("车开了（3小时前）。", "车开了（4小时前）。", ()),
        ("他说：「好。」", "他说：“好。”", ()),
        ("風險評估已經完成。", "风险评估已经完成。", ()),
        ("A well‑known “place”…", "A well-known \"place\"...", ()),
        ("船开了。人很多。", "船开了。", ("paragraph-removed",)),
        ("船在早上开走了。", "船在早上开走了。更正：此前报道的时间有误。", ("correction",)),
    ],
)  # fmt: skip
def test_what_changed_in_a_sentence(old: str, new: str, why: tuple[str, ...]) -> None:
    assert sentence(old, new) == why


NUMBERS_ALIKE = (
    ("两万六", "26000", "2.6万", "两万六千", "2万6千"), ("两百五", "250", "二百五十"), ("2万3千", "23,000", "两万三"),
    ("廿三", "23", "二十三"), ("三点五亿", "3.5亿", "350,000,000"), ("3万亿", "三万亿", "3兆"), ("几十", "数十"),
)  # fmt: skip
DATES_ALIKE = (
    ("廿三日", "23日", "二十三日"), ("腊月廿三", "腊月二十三"),
    ("民国112年7月17日", "2023年7月17日", "二〇二三年七月十七日"),
)  # fmt: skip


@pytest.mark.parametrize("in_script", [str, SCRIPTS["traditional"]], ids=["simplified", "traditional"])
def test_a_number_in_another_spelling_is_no_edit_and_another_number_is_one(in_script: Callable[[str], str]) -> None:
    for frame, groups, why in (
        ("渡轮去年运送了{}人往返两岸。", NUMBERS_ALIKE, "number"), ("法院定于{}开庭审理此案。", DATES_ALIKE, "date"),
    ):  # fmt: skip
        said = {words: in_script(frame.format(words)) for group in groups for words in group}
        for group in groups:
            for words, other in combinations(group, 2):
                assert sentence(said[words], said[other]) == (), (words, other)
            for words in group:
                others = [other for one in groups if one is not group for other in one]
                assert all(why in sentence(said[words], said[other]) for other in others), words


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("共有两万六人参加了游行。", "共有20006人参加了游行。", ("number",)),
        ("共有两百五人参加了游行。", "共有205人参加了游行。", ("number",)),
        ("市值升到3万亿元左右。", "市值升到3.0001万亿元左右。", ("number",)),
        ("法院廿三日宣判。", "法院廿四日宣判。", ("date",)),
        ("庙会从腊月廿三开始。", "庙会从腊月廿四开始。", ("date",)),
        ("他被判处12年徒刑。", "他被判处15年徒刑。", ("number",)),
        ("上百人在码头等候。", "100人在码头等候。", ("number",)),
        ("房价打了八折出售。", "房价打了80%折出售。", ()),
        ("It cost $1.2m to build.", "It cost $1.2 million to build.", ()),
        ("It cost half a million to build.", "It cost 500,000 to build.", ()),
        ("Dozens of people were hurt there.", "Hundreds of people were hurt there.", ("number",)),
    ],
)
def test_numbers_that_change_in_a_sentence(old: str, new: str, why: tuple[str, ...]) -> None:
    assert sentence(old, new) == why


BODY = "<p>渡轮在清晨复航，乘客在码头等了很久。</p><p>港务局说票价不变，乘客可以照旧买票。</p>"


@pytest.mark.parametrize(
    ("kept", "seen", "why"),
    [
        (Text("甲", BODY, "林晓舟", "乙"), Text("甲", BODY, None, None), ()),
        (Text("甲", BODY, "林晓舟", "乙"), Text("甲", BODY, "记者 林晓舟", "乙 "), ()),
        (Text("甲", BODY, "Ann Lee and Bob Roe"), Text("甲", BODY, "By Bob Roe, Ann Lee"), ()),
        (Text("甲", BODY, "林晓舟"), Text("甲", BODY, "林晓舟、何一凡"), ("byline",)),
        (Text("甲", BODY, None, "船停了三天"), Text("甲", BODY, None, "船停了四天"), ("deck", "number")),
        (Text("Ferry sails", BODY), Text("Ferry sails - The Harbour Gazette", BODY), ()),
        (Text("Ferry sails - The Gazette", BODY), Text("Ferry sails | Gazette", BODY), ()),
        (Text("渡轮复航", BODY), Text("渡轮复航_海港晚报", BODY), ()),
        (Text("Minister resigns", BODY), Text("Minister resigns - sources", BODY), ("headline",)),
        (Text("4人死亡", BODY), Text("5人死亡", BODY), ("headline", "number")),
        (Text("甲", BODY), Text("甲", BODY.replace("</p><p>", "")), ()),
        (Text("甲", BODY), Text("甲", f"<p>甲</p>{BODY}"), ()),
        (
            Text("甲", BODY),
            Text("甲", "".join(f"{part}</p>" for part in reversed(BODY.split("</p>")[:2]))),
            ("paragraph-added", "paragraph-removed"),
        ),
    ],
)
def test_heads_and_order(kept: Text, seen: Text, why: tuple[str, ...]) -> None:
    assert compare(kept, seen).why == why


def test_a_caption_is_that_of_its_picture() -> None:
    def body(picture: str, caption: str) -> str:
        return f'<figure><img src="https://x.example/{picture}"><figcaption>{caption}</figcaption></figure>{BODY}'

    kept = Text("甲", body("a.jpg", "码头上的4名乘客。"))
    assert compare(kept, Text("甲", body("a.jpg", "码头上的5名乘客。"))).why == ("number", "caption")
    assert compare(kept, Text("甲", body("a.jpg?w=300", "码头上的4名乘客。"))).why == ()
    assert compare(kept, Text("甲", body("b.jpg", "另一张照片。"))).why == ("picture",)


PIECES = "港口 渡轮 不 没有 12人 十二 “好” 他说 ， 。 The ferry left not 5% “yes” . Smith 周一 3小时前 广告 | \u200b １"
WORDS = st.lists(st.sampled_from(PIECES.split(" ")), max_size=14).map(" ".join)
BODIES = st.lists(WORDS, max_size=4).map(lambda blocks: "".join(f"<p>{block}</p>" for block in blocks))


@given(BODIES, BODIES)
def test_classes_stand_in_their_order_and_a_text_is_itself(old: str, new: str) -> None:
    said = compare(Text("甲", old), Text("甲", new))
    assert list(said.why) == [name for name in EDIT_CLASSES if name in said.why]
    assert not (said.why and said.refused)
    assert compare(Text("甲", new), Text("甲", new)) == Verdict()


@given(WORDS, WORDS)
def test_every_change_that_counts_has_a_class(old: str, new: str) -> None:
    tail = "渡轮在周六清晨复航，乘客在码头等了将近两个小时。"
    olds, news = f"他们昨天说过{old}这句话。", f"他们昨天说过{new}这句话。"
    said = compare(Text("甲", f"<p>{olds}</p><p>{tail}</p>"), Text("甲", f"<p>{news}</p><p>{tail}</p>"))
    assert bool(said.why) != is_same(simplify(olds), simplify(news))


SINGLE_MARKS = "'‘’‹‚‛›`´′ʼ『』﹃﹄＇"
"""What a single mark is, opening, closing or apostrophe, hangs on its neighbours."""


@given(st.text(st.characters(exclude_characters=SINGLE_MARKS), max_size=60))
@example('"\x1b')
@example("⿂")
@example("- –")
def test_simplifying_twice_changes_nothing_more(text: str) -> None:
    assert is_same(simplify(text), simplify(simplify(text)))
