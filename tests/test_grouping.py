"""Stories and families follow the archive: whatever the order of arrival, the answers are those of a rebuild."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.adapters.sqlite.groups import SqliteGroups
from broadsheet.demo.desk import ROUNDS
from broadsheet.demo.expected import expected_articles, expected_stories
from broadsheet.model import Family, HoldingQuery, Outline, Placed, Position, Story, StoryQuery
from broadsheet.services.archive import Archive, Draft
from broadsheet.services.indexes import articles as indexing
from broadsheet.services.indexes import stories as grouping
from broadsheet.services.indexes.stories import Stories
from broadsheet.stories.grouping import family_id, story_id
from broadsheet.testing.groups import MemoryGroups
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, happen, keep, make_article, make_draft

FERRY = (
    "星湾市的渡轮海鸥七号星期六清晨在元屿以东倾覆，船上有八十六人。海岸警卫队派出四艘快艇和一架直升机，"
    "到中午已经救起七十九人。港务局长沈怀川说，风浪比预报的大得多，调查会查明为什么船没有折返。"
)
FLOOD = (
    "霁江上游连降三天大雨，水位越过警戒线一米二。下游六个村的居民连夜转移到学校和体育馆，县里说粮食和药品够用一周。"
    "水利站长说，洪峰预计星期二下午通过旧桥，此后水位会慢慢回落，但堤坝还要再守几天。"
)
VERDICT = (
    "高等法院维持了对棉纺厂污染案的判决，工厂须在两年内清理河岸，并向三百多户居民赔偿。"
    "原告律师称这是十年来第一次，工厂的发言人则说正在研究判决书，尚未决定是否再上诉。"
)
BODIES = {
    "ferry": f"<p>{FERRY}</p>",
    "ferry again": f"<p>记者从码头报道。</p><p>{FERRY}</p><p>搜救仍在继续。</p>",
    "ferry cut": f"<p>{FERRY[:70]}</p>",
    "flood": f"<p>{FLOOD}</p>",
    "flood told otherwise": "<p>霁江洪水逼近旧桥，六个村的居民转移，水利站长说洪峰星期二通过。</p>",
    "verdict": f"<p>{VERDICT}</p>",
    "short": "<p>今天没有新闻。</p>",
    "none": "",
}
HEADLINES = {"ferry": "渡轮海鸥七号倾覆", "flood": "霁江洪水逼近旧桥", "verdict": "棉纺厂污染案维持原判"}

Engine: TypeAlias = MemoryGroups | SqliteGroups
Parts: TypeAlias = tuple[Archive, MemoryIndex]


@dataclass(frozen=True)
class Step:
    """Something that happens to article ``number``; the groups take it in at once or not."""

    number: int
    deed: str
    body: str
    hours: int
    is_synced: bool


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(1, 7),
        st.sampled_from(["keep", "keep", "keep", "keep", "take down"]),
        st.sampled_from(sorted(BODIES)),
        st.sampled_from([-900, -340, -30, -2, -1, 0, 1, 1]),
        st.booleans(),
    ),
    max_size=12,
)


def perform(parts: Parts, step: Step, count: int) -> None:
    archive, index = parts
    outlet = ("harbour", "beacon")[step.number % 2]
    article = make_article(
        step.number,
        outlet=outlet,
        published=PUBLISHED + timedelta(hours=step.hours),
        headline=HEADLINES.get(step.body.split()[0], f"第{step.number}篇"),
        body=BODIES[step.body],
    )
    draft = make_draft(article, captured=NOW + timedelta(seconds=count))
    happen(archive, index, draft, step.deed)


def answers(engine: Engine, parts: Parts) -> tuple[list[Story], list[Family]]:
    groups = Stories(engine)
    everyone = [held.article for held in parts[1].iter_holdings(HoldingQuery())]
    return list(groups.iter_stories(StoryQuery())), list(groups.iter_families(everyone))


def hold_together(done: Sequence[Step], steady: Engine) -> None:
    parts = (Archive(MemoryStore()), MemoryIndex())
    for count, step in enumerate(done):
        perform(parts, step, count)
        if step.is_synced:
            grouping.sync(*parts, steady)
    grouping.sync(*parts, steady)
    fresh = MemoryGroups()
    grouping.rebuild(*parts, fresh)
    assert answers(steady, parts) == answers(fresh, parts)
    assert steady.positions() == fresh.positions()
    assert grouping.sync(*parts, steady) == 0
    held = {held.article for held in parts[1].iter_holdings(HoldingQuery()) if not held.is_taken_down}
    stories, _ = answers(steady, parts)
    assert sorted(article for story in stories for article in story.articles) == sorted(held)
    for story in stories:
        assert story.id == story_id(story.articles[0])
        for article in story.articles:
            assert Stories(steady).find_story(story_id(article)) == story
            assert Stories(steady).find_story_of(article) == story


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """States are kept and batches end after very few articles."""
    monkeypatch.setattr(grouping, "_BATCH", 2)
    monkeypatch.setattr(grouping, "_LEAST_GAP", 1)
    monkeypatch.setattr(grouping, "_STEP", 3)


@settings(max_examples=15)
@given(STEPS)
def test_rebuilt_and_steady_are_the_same_on_disk(done: list[Step]) -> None:
    with TemporaryDirectory() as folder, closing(SqliteGroups(Path(folder) / "g", grouping.STAMP)) as steady:
        hold_together(done, steady)


@settings(max_examples=25)
@given(STEPS)
def test_rebuilt_and_steady_are_the_same(done: list[Step]) -> None:
    hold_together(done, MemoryGroups())


class Killed(BaseException):
    """The process ends here."""


class Mortal(SqliteGroups):
    """Dies at the writing with this number, just before it is durable."""

    left = 0

    def _live(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed

    def apply(self, *given: Any) -> None:
        self._live()
        super().apply(*given)

    def place(self, placed: Sequence[Placed], state: bytes | None = None) -> None:
        self._live()
        super().place(placed, state)

    def settle(self, forget: Collection[int] = ()) -> None:
        self._live()
        super().settle(forget)


@settings(max_examples=15)
@given(STEPS, STEPS, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_killed_it_answers_as_before_or_after_and_goes_on(
    before: list[Step], after: list[Step], lives: list[int]
) -> None:
    parts = (Archive(MemoryStore()), MemoryIndex())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g"
        for count, step in enumerate(before):
            perform(parts, step, count)
        with closing(SqliteGroups(path, grouping.STAMP)) as groups:
            grouping.sync(*parts, groups)
            old = answers(groups, parts)[0]
        for count, step in enumerate(after, len(before)):
            perform(parts, replace(step, deed="keep"), count)
        fresh = MemoryGroups()
        grouping.rebuild(*parts, fresh)
        new = answers(fresh, parts)
        for left in lives:
            with closing(Mortal(path, grouping.STAMP)) as mortal:
                mortal.left = left
                try:
                    grouping.sync(*parts, mortal)
                except Killed:
                    assert answers(mortal, parts)[0] in (old, new[0])
        with closing(SqliteGroups(path, grouping.STAMP)) as groups:
            grouping.sync(*parts, groups)
            assert answers(groups, parts) == new


# -- by example ----------------------------------------------------------------------------------------------------


@pytest.fixture
def parts() -> Parts:
    return Archive(MemoryStore()), MemoryIndex()


@pytest.fixture
def groups(tmp_path: Path) -> Iterator[SqliteGroups]:
    with closing(SqliteGroups(tmp_path / "groups.sqlite", grouping.STAMP)) as opened:
        yield opened


def tell(parts: Parts, number: int, body: str, hours: float = 0, outlet: str = "harbour") -> str:
    """Keep an article; its id."""
    article = make_article(
        number, outlet=outlet, headline=HEADLINES[body.split()[0]], body=BODIES[body],
        published=PUBLISHED + timedelta(hours=hours),
    )  # fmt: skip
    [line] = keep(parts[0], make_draft(article))
    indexing.sync(*parts)
    return line.article


def test_an_earlier_report_takes_over_and_old_addresses_forward(parts: Parts, groups: SqliteGroups) -> None:
    second = tell(parts, 2, "ferry", 0)
    grouping.sync(*parts, groups)
    first = tell(parts, 1, "ferry again", -2, "beacon")
    grouping.sync(*parts, groups)
    story = Stories(groups).find_story(story_id(second))
    assert story is not None
    assert (story.id, story.articles, story.outlets) == (story_id(first), (first, second), ("beacon", "harbour"))
    assert Stories(groups).find_story("no such story") is None


def test_copies_are_a_family_and_other_reports_are_not(parts: Parts, groups: SqliteGroups) -> None:
    first, second = tell(parts, 1, "ferry", -3), tell(parts, 2, "ferry again", 0, "beacon")
    tell(parts, 3, "flood"), tell(parts, 4, "flood told otherwise")
    grouping.sync(*parts, groups)
    [family] = Stories(groups).iter_families([second])
    assert family == Family(family_id(first), (first, second))
    assert Stories(groups).find_family(family_id(second)) == family
    assert Stories(groups).find_family("none") is None
    assert list(Stories(groups).iter_families([story_id(first)])) == []


def test_declared_names_bring_reports_in_two_languages_together(parts: Parts, tmp_path: Path) -> None:
    names = {"Bian Qiurong": "卞秋蓉", "Seagull Seven": "海鸥七号", "Xingwan": "星湾"}
    told = (
        (
            "星湾渡轮海鸥七号倾覆",
            "<p>渡轮海鸥七号周六在星湾外海倾覆，海事局局长卞秋蓉说，搜救仍在继续，星湾港已经关闭。</p>",
        ),
        (
            "Ferry Seagull Seven capsizes off Xingwan",
            "<p>The ferry Seagull Seven capsized off Xingwan on Saturday. Bian Qiurong, head of the maritime "
            "bureau, said the search went on and that the port of Xingwan was closed.</p>",
        ),
    )
    for number, (headline, body) in enumerate(told):
        keep(parts[0], make_draft(make_article(number, headline=headline, body=body)))
    indexing.sync(*parts)
    assert grouping.stamp_of({}) != grouping.stamp_of(names) != grouping.stamp_of({"Xingwan": "星湾"})
    for declared, count in (({}, 2), (names, 1)):
        with closing(SqliteGroups(tmp_path / "g", grouping.stamp_of(declared))) as groups:
            grouping.sync(*parts, groups, names=declared)
            assert len(list(Stories(groups).iter_stories(StoryQuery()))) == count


def test_ids_of_stories_and_families_are_one_digest() -> None:
    """So that one column of outlines serves both."""
    assert story_id("voa/1") == family_id("voa/1")


def test_stories_told_by_few_are_not_listed(parts: Parts, groups: SqliteGroups) -> None:
    ferry = [tell(parts, 1, "ferry"), tell(parts, 2, "ferry again", 1, "beacon")]
    tell(parts, 3, "flood"), tell(parts, 4, "flood told otherwise", 1)
    tell(parts, 5, "verdict")
    grouping.sync(*parts, groups)
    stories = Stories(groups)
    assert [story.articles for story in stories.iter_told(StoryQuery())] == [tuple(ferry)]
    assert [len(story.articles) for story in stories.iter_all(StoryQuery())] == [2, 2, 1]
    assert [len(story.articles) for story in stories.iter_all(StoryQuery(limit=1), {"harbour"})] == [2]
    assert [story.articles for story in stories.iter_all(StoryQuery(), {"beacon"})] == [tuple(ferry)]
    tell(parts, 6, "flood", 2)
    grouping.sync(*parts, groups)
    assert [len(story.articles) for story in stories.iter_told(StoryQuery())] == [3, 2]


def test_what_is_taken_down_leaves_nothing(parts: Parts, groups: SqliteGroups) -> None:
    first, second = tell(parts, 1, "ferry", -3), tell(parts, 2, "ferry", 0, "beacon")
    grouping.sync(*parts, groups)
    held = parts[1].find_holding(first)
    assert held is not None
    parts[0].take_down(first, held.first_path, "why", NOW)
    indexing.sync(*parts)
    grouping.sync(*parts, groups)
    [story] = Stories(groups).iter_all(StoryQuery())
    assert (story.id, story.articles) == (story_id(second), (second,))
    assert list(Stories(groups).iter_families([second])) == []
    assert Stories(groups).find_story(story_id(first)) is None


def test_a_missing_document_still_stands_by_its_headline(parts: Parts, groups: SqliteGroups) -> None:
    article = tell(parts, 1, "ferry")
    held = parts[1].find_holding(article)
    assert held is not None
    parts[0].store.remove(held.path)
    grouping.sync(*parts, groups)
    assert Stories(groups).find_story_of(article) is not None


def test_ledgers_that_say_something_else_mean_a_rebuild(parts: Parts, groups: SqliteGroups) -> None:
    tell(parts, 1, "ferry"), tell(parts, 2, "flood")
    grouping.sync(*parts, groups)
    other = (Archive(MemoryStore()), MemoryIndex())
    told = tell(other, 3, "verdict")
    assert grouping.sync(*other, groups) == 1
    assert [story.articles for story in Stories(groups).iter_all(StoryQuery())] == [(told,)]


def test_captions_and_date_lines_are_no_text(parts: Parts) -> None:
    plain = make_article(1, body=f"<p>{FERRY}</p>")
    mirrored = make_article(
        2,
        headline=plain.headline,
        body="<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div><img src='https://p.example/1.jpg'>"
        f"<div><small style='color: #999;'>码头上的人群</small></div><p>{FERRY}</p>",
    )
    keep(parts[0], make_draft(plain), make_draft(mirrored))
    indexing.sync(*parts)
    one, other = (grouping.outline_of(parts[0], held) for held in parts[1].iter_holdings(HoldingQuery()))
    assert (one.terms, one.sketch, one.keys) == (other.terms, other.sketch, other.keys)


def test_news_of_the_last_hours_costs_the_articles_of_the_last_hours(
    parts: Parts, groups: SqliteGroups, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = [make_draft(make_article(number, published=PUBLISHED + timedelta(hours=number))) for number in range(60)]
    keep(parts[0], *drafts)
    indexing.sync(*parts)
    grouping.sync(*parts, groups)
    placed = list[str]()
    place = SqliteGroups.place

    def count(self: SqliteGroups, given: Sequence[Placed], state: bytes | None = None) -> None:
        placed.extend(one.article for one in given)
        place(self, given, state)

    monkeypatch.setattr(SqliteGroups, "place", count)
    for number in (60, 61, 62):
        keep(parts[0], make_draft(make_article(number, published=PUBLISHED + timedelta(hours=number - 3))))
        indexing.sync(*parts)
        placed.clear()
        grouping.sync(*parts, groups)
        assert 1 <= len(placed) <= 8
    everything = [story.articles for story in Stories(groups).iter_all(StoryQuery())]
    monkeypatch.undo()
    grouping.rebuild(*parts, groups)
    assert [story.articles for story in Stories(groups).iter_all(StoryQuery())] == everything


def test_the_newsroom_s_happenings_are_stories(parts: Parts, groups: SqliteGroups) -> None:
    """Of each happening, reports of several outlets are one story, and no event holds two happenings."""
    printed = [one for one in expected_articles(PUBLISHED, ROUNDS) if one.text]
    chosen, keys = list[Draft](), dict[str, str]()
    for one in printed:
        body = "\n".join(f"<p>{escape(text, quote=False)}</p>" for _, text in one.text)
        url = f"https://{one.outlet}.example/{one.key}"
        article = make_article(
            1, outlet=one.outlet, url=url, canonical_url=url, headline=one.headline, body=body,
            published=one.published or PUBLISHED, entry_id=one.key,
        )  # fmt: skip
        chosen.append(make_draft(article))
        keys[chosen[-1].article_id] = one.key
    keep(parts[0], *chosen)
    indexing.sync(*parts)
    grouping.sync(*parts, groups)
    stories = list(Stories(groups).iter_all(StoryQuery()))
    told = [{keys[article] for article in story.articles} for story in stories]
    events = [{keys[article] for article in event} for story in stories for event in story.events]
    happenings = [set(truth.members) & set(keys.values()) for truth in expected_stories()]
    for happening in happenings:
        assert max(len({key.partition("/")[0] for key in happening & articles}) for articles in told) >= 2
    for event in events:
        assert sum(not happening.isdisjoint(event) for happening in happenings) <= 1


@given(st.sets(st.integers(1, 30_000), max_size=60), st.integers(30_000, 40_000))
def test_states_that_stay_are_few_and_near_enough(places: set[int], total: int) -> None:
    """From every place the nearest state before it is as near as before, or nearer than half of the rest."""
    with patch.object(grouping, "_LEAST_GAP", 500):
        stay = sorted(places - set(grouping.needless(places, total)))
    for place in places:
        nearest = max((one for one in stay if one <= place), default=0)
        assert place - nearest <= max(500, (total - place) // 2)
    if places:
        assert stay[-1] == max(places)


def test_states_over_a_million_articles_are_about_twenty() -> None:
    with patch.object(grouping, "_LEAST_GAP", 500):
        stay = set(range(500, 1_000_000, 500)) - set(grouping.needless(range(500, 1_000_000, 500), 1_000_000))
    assert 15 <= len(stay) <= 25


@given(st.sets(st.integers(1, 1_000_000), min_size=1, max_size=60), st.integers(0, 300_000_000))
def test_states_that_stay_never_fill_a_disk(places: set[int], size: int) -> None:
    stay = places - set(grouping.needless(places, 1_000_000, size))
    assert len(stay) * size <= 200_000_000 or len(stay) <= 2
    assert max(places) in stay


def test_large_states_lie_further_apart_the_older_they_are() -> None:
    places = range(20_000, 1_000_001, 20_000)
    stay = sorted(set(places) - set(grouping.needless(places, 1_000_000, 25_000_000)))
    steps = [later - earlier for earlier, later in pairwise(stay)]
    assert 4 <= len(stay) <= 8
    assert steps == sorted(steps, reverse=True)
    assert stay[0] < 900_000


def test_outlines_hold_ids_of_stories() -> None:
    made = Outline("voa/1", "voa", datetime(2026, 1, 1, tzinfo=UTC), b"", b"", (), story_id("voa/1"))
    groups = MemoryGroups()
    groups.apply("f", 0, Position(1, ""), [made], [], lambda _a, _b: None)
    assert list(groups.iter_owners(story_id("voa/1"))) == ["voa/1"]
