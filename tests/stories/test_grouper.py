"""Grouping: what belongs together is brought together, the same way always, wherever the pass was interrupted."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.demo import ROUNDS, expected_articles, expected_stories
from broadsheet.stories.grouping import Grouper, Placement, Terms, story_id, terms_of
from broadsheet.stories.grouping._pairs import commons_of, pairs_of
from broadsheet.stories.grouping._state import pack, unpack

START = datetime(2031, 3, 3, tzinfo=UTC)
Report = tuple[datetime, str, str]


def read_headlines() -> list[tuple[Report, str, str]]:
    """Report, event and story of every line of ``headlines.toml``, in the order of publication."""
    lines = tomllib.loads((Path(__file__).parent / "headlines.toml").read_text("utf-8"))["headlines"]
    rows = []
    for number, line in enumerate(lines.strip().splitlines()):
        instant, _, event, story, headline = (cell.strip() for cell in line.split("|", 4))
        day, clock = instant.split()
        hour, minute = clock.split(":")
        published = datetime(2031, 3, int(day), int(hour), int(minute), tzinfo=UTC)
        event = event or f"alone {number}"
        rows.append(((published, headline, ""), event, story or event))
    return sorted(rows)


def place(reports: Sequence[Report], grouper: Grouper | None = None) -> list[Placement]:
    grouper = grouper or Grouper()
    return [grouper.add(terms_of(headline, text), published) for published, headline, text in reports]


def settle(placements: Sequence[Placement]) -> tuple[list[int], list[int]]:
    """The events and stories of all articles after every merge is carried out."""
    events, stories = list[int](), list[int]()
    for placement in placements:
        events.append(placement.event)
        stories.append(placement.story)
        for numbers, merges in ((events, placement.merged_events), (stories, placement.merged_stories)):
            for gone, kept in merges:
                numbers[:] = [kept if number == gone else number for number in numbers]
    return events, stories


def b_cubed(gold: Sequence[str], found: Sequence[int]) -> float:
    """F1 of B-cubed precision and recall (Bagga and Baldwin 1998)."""
    of_gold, of_found, both = Counter(gold), Counter(found), Counter(zip(gold, found, strict=True))
    precision = sum(n * n / of_found[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / of_gold[g] for (g, _), n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def pair_f1(gold: Sequence[str], found: Sequence[int]) -> float:
    """F1 of pairs that stand in one group."""
    pairs = [
        sum(n * (n - 1) / 2 for n in Counter(groups).values())
        for groups in (gold, found, list(zip(gold, found, strict=True)))
    ]
    return 2 * pairs[2] / (pairs[0] + pairs[1])


# -- what is grouped -----------------------------------------------------------------------------------------


def test_headlines_alone_are_grouped_into_events() -> None:
    rows = read_headlines()
    events, stories = settle(place([report for report, _, _ in rows]))
    gold, wide = [event for _, event, _ in rows], [story for _, _, story in rows]
    assert len(rows) >= 150
    assert b_cubed(gold, events) > 0.84
    assert pair_f1(gold, events) > 0.61
    assert b_cubed(wide, stories) > 0.85
    assert pair_f1(wide, stories) > 0.70


def test_an_archive_of_two_articles_groups_sensibly() -> None:
    talks = (START, "气候特使赵明远在北京会谈中呼吁采取紧急行动", "特使赵明远周一在北京与中方举行四小时气候会谈。")
    again = (
        START + timedelta(hours=10),
        "赵明远会见总理 呼吁气候合作",
        "气候特使赵明远在北京会见总理，此前举行了气候会谈。",
    )
    other = (START + timedelta(hours=11), "海滨市足球队夺冠", "海滨市足球队周二在主场以二比一击败对手，首次夺冠。")
    together, apart = place([talks, again]), place([talks, other])
    assert together[0].story == together[1].story
    assert apart[0].story != apart[1].story


def test_traditional_and_simplified_reports_meet() -> None:
    one, other = place([(START, "土耳其东部发生强烈地震", ""), (START + timedelta(hours=1), "土耳其東部強烈地震", "")])
    assert one.event == other.event


@pytest.mark.parametrize(
    ("one", "other", "third"),
    [
        ("Grande feu à l'usine Delmotte de Charleroi", "Charleroi: l'usine Delmotte en feu", "Les Bleus à Lyon"),
        ("Землетрясение в Кудыкино", "В Кудыкино произошло землетрясение", "Парламент принял бюджет"),
        ("東京スカイ橋で火災、3人けが", "スカイ橋火災 東京消防庁が調査", "プロ野球が開幕"),
        ("부산항 화물선 충돌 사고", "부산항서 화물선 충돌", "국회 예산안 통과"),
    ],
)
def test_other_languages_are_grouped_too(one: str, other: str, third: str) -> None:
    placed = place([(START + timedelta(hours=n), headline, "") for n, headline in enumerate((one, other, third))])
    assert placed[0].event == placed[1].event
    assert placed[2].story != placed[0].story


def test_what_is_old_takes_no_more() -> None:
    report = "渡轮海鸥七号撞船翻覆"
    first, second = place([(START, report, ""), (START + timedelta(days=15), report, "")])
    assert first.event != second.event


@pytest.mark.parametrize(("shared", "events"), [(22, 2), (34, 1)])
def test_events_of_several_reports_are_one_only_if_much_alike(shared: int, events: int) -> None:
    """Reports of two matters, each with 24 of 40 words, of which the matters share so many."""
    chance, reports = Random(1), list[Report]()
    for hour in range(4):
        for matter in "ab":
            words = [f"both{n}" for n in range(shared)] + [f"{matter}only{n}" for n in range(40 - shared)]
            reports.append((START + timedelta(hours=hour), "", ". ".join(chance.sample(words, 24))))
    assert len(set(settle(place(reports))[0])) == events


def test_nothing_to_go_by_stands_alone() -> None:
    placements = place([(START, "", ""), (START, "", ""), (START, "——", "。")])
    assert len({placement.story for placement in placements}) == 3


def test_the_newsroom_has_no_false_story() -> None:
    articles = sorted(
        (article.published or START, article.key, article) for article in expected_articles(START, ROUNDS)
    )
    reports = [(at, one.headline, "\n".join(text for _, text in one.text)) for at, _, one in articles]
    events, _ = settle(place(reports))
    told = {key: event for (_, key, _), event in zip(articles, events, strict=True)}
    members = {key: story.id for story in expected_stories() for key in story.members}
    for event in set(events):
        stories = {members[key] for key in told if told[key] == event and key in members}
        assert len(stories) <= 1
    assert told["harbour/7184001"] == told["northshore/41882"]
    assert told["harbour/7184002"] == told["yunling/304512"]


# -- always the same -----------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.lists(st.integers(0, 50), max_size=3))
def test_a_restored_grouper_goes_on_as_if_never_stopped(stops: list[int]) -> None:
    reports, unstopped = _fifty_placed()
    grouper, placed = Grouper(), list[Placement]()
    for number, report in enumerate(reports):
        if number in stops:
            grouper = Grouper(grouper.state())
        placed += place([report], grouper)
    assert placed == unstopped


@cache
def _fifty_placed() -> tuple[list[Report], list[Placement]]:
    reports = [report for report, _, _ in read_headlines()][:50]
    return reports, place(reports)


def test_a_merge_names_the_older_number_and_the_gone_one_never_returns() -> None:
    placements = place([report for report, _, _ in read_headlines()])
    gone = set[int]()
    for placement in placements:
        for younger, older in placement.merged_events:
            assert older < younger
            gone.add(younger)
        assert placement.event not in gone
    assert gone  # else this tests nothing


@pytest.mark.slow
def test_placements_depend_on_no_hash_seed() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_grouper import *;"
        "print(place([report for report, _, _ in read_headlines()]))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_a_state_of_other_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="group the archive again"):
        Grouper(b"something else")


@given(st.text(max_size=200), st.text(max_size=400))
def test_terms_come_back_from_bytes(headline: str, text: str) -> None:
    terms = terms_of(headline, text)
    assert Terms.from_bytes(terms.to_bytes()) == terms
    with pytest.raises(ValueError, match="terms"):
        Terms.from_bytes(terms.to_bytes() + b"\0")


def test_a_declared_name_is_one_term_in_both_languages() -> None:
    names = {"Wangchao": "望潮"}
    english, chinese = terms_of("Talks in Wangchao", "", names), terms_of("望潮会谈", "", names)
    without = terms_of("Talks in Wangchao", ""), terms_of("望潮会谈", "")
    assert _shared(english, chinese) == 1
    assert _shared(*without) == 0


NAMES = {
    "Wangchao": "望潮",
    "Yuanyu": "鸢屿",
    "Northshore": "北岸",
    "Tingchao Tower": "听潮楼",
    "Shen Huaichuan": "沈怀川",
    "Lin Ruoyu": "林若渔",
    "Seagull Seven": "海鸥七号",
    "Shunfa 118": "顺发118",
    "Bian Qiurong": "卞秋蓉",
    "Ji River": "霁江",
    "Yunling": "云岭",
    "Zhuo Wangshan": "卓望山",
}


def test_declared_names_bring_the_newsrooms_two_languages_together() -> None:
    articles = sorted(
        (article.published or START, article.key, article) for article in expected_articles(START, ROUNDS)
    )
    grouper = Grouper()
    placed = [
        grouper.add(terms_of(one.headline, "\n".join(text for _, text in one.text), NAMES), at)
        for at, _, one in articles
    ]
    _, stories = settle(placed)
    told = {key: story for (_, key, _), story in zip(articles, stories, strict=True)}
    numbers = [{told[key] for key in story.members} for story in expected_stories()]
    assert [len(found) for found in numbers] == [1, 1, 1]
    assert len(set.union(*numbers)) == 3


def _shared(one: Terms, other: Terms) -> int:
    codes = [{terms.codes[at : at + 4] for at in range(0, len(terms.codes), 4)} for terms in (one, other)]
    return len(codes[0] & codes[1])


def test_a_story_is_named_by_its_first_article() -> None:
    assert story_id("harbour/1") == story_id("harbour/1") != story_id("harbour/2")
    assert len(story_id("harbour/1")) == 12


# -- terms and states ----------------------------------------------------------------------------------------

SIGNS = st.sampled_from("的火山海省员龍ก가𠀀")


@given(st.lists(st.text(SIGNS, min_size=1, max_size=5), max_size=6), st.booleans())
def test_pairs_are_those_of_each_run(runs: list[str], with_signs: bool) -> None:
    expected = Counter[int]()
    for run in runs:
        expected.update((ord(one) << 21) + ord(other) for one, other in pairwise(run))
        if with_signs or len(run) == 1:
            expected.update(map(ord, run))
    assert Counter(pairs_of(runs, with_signs).tolist()) == expected


def test_common_pairs_weigh_less() -> None:
    runs = ["记者", "火的", "一人", "麒麟"]
    assert commons_of(pairs_of(runs)).tolist() == [6, 8, 5, 2]
    assert commons_of(pairs_of(["的", "麒"])).tolist() == [10, 8]


@given(st.lists(st.integers(0, 2**32 - 1), max_size=20), st.lists(st.integers(-(2**31), 2**31 - 1), max_size=20))
def test_rows_of_a_state_come_back(codes: list[int], weights: list[int]) -> None:
    rows: dict[str, np.ndarray[Any, Any]] = {
        "codes": np.array(codes, np.uint32),
        "weights": np.array(weights, np.int32),
    }
    words, again = unpack("7", pack("7", {"next": 3}, rows, rising=["codes"]))
    assert words["next"] == 3
    assert {name: row.tolist() for name, row in again.items()} == {"codes": codes, "weights": weights}
    with pytest.raises(ValueError, match="grouper 7, not 8"):
        unpack("8", pack("7", {}, rows))


# -- labelled sets -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least_b_cubed", "least_pairs"), [("cec-zh", 0.98, 0.93), ("ecbplus-en", 0.89, 0.84)])
def test_labelled_sets(shared: Path, name: str, least_b_cubed: float, least_pairs: float) -> None:
    with lzma.open(shared / "stories" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    reports = [
        (datetime.fromisoformat(row["time"] or "2020-01-01").replace(tzinfo=UTC), row["headline"], row["body"])
        for row in rows
    ]
    events, _ = settle(place(reports))
    gold = [row["story"] for row in rows]
    assert b_cubed(gold, events) > least_b_cubed
    assert pair_f1(gold, events) > least_pairs
