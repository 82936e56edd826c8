"""What every GroupIndex promises, and the Groups it answers as."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.adapters.sqlite.groups import ReadOnlySqliteGroups, SqliteGroups
from broadsheet.errors import EngineError
from broadsheet.model import Link, Outline, Placed, Position, Story, StoryQuery
from broadsheet.testing.groups import MemoryGroups

DAY = datetime(2026, 3, 1, 8, tzinfo=UTC)
Engine: TypeAlias = MemoryGroups | SqliteGroups


@pytest.fixture(params=["sqlite", "memory"])
def groups(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = MemoryGroups() if request.param == "memory" else SqliteGroups(tmp_path / "state" / "groups.sqlite", "a")
    with closing(engine) as opened:
        yield opened


def outline(number: int, outlet: str = "voa", hours: float = 0, words: str = "", **changes: object) -> Outline:
    """An outline whose sketch is ``words``, each letter of which is a key."""
    made = Outline(
        article=f"{outlet}/{number}",
        outlet=outlet,
        published=DAY + timedelta(hours=hours or number),
        terms=words.encode(),
        sketch=words.encode(),
        keys=tuple(ord(letter) for letter in words),
        own_id=f"{number:03d}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def is_tie(one: bytes, other: bytes) -> bool | None:
    """Sketches are ties if they share most of both, copies if they share two signs."""
    shared = len(set(one) & set(other))
    return None if shared < 2 else 2 * shared > len(set(one) | set(other))


class Feed:
    """Gives outlines to an engine as one ledger file would."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __call__(self, *outlines: Outline, gone: Collection[str] = ()) -> None:
        before = self.engine.positions().get("f", (0, ""))[0]
        self.engine.apply("f", before, Position(before + 1, "d"), outlines, gone, is_tie)


def place_all(engine: Engine, event: Callable[[str], int], story: Callable[[str], int]) -> None:
    """Place everything by article id and settle."""
    standing = engine.resume()
    assert standing is not None
    behind = list(engine.iter_terms(standing.after, 99))
    engine.place([Placed(article, at, event(article), story(article)) for article, at, _ in behind])
    engine.settle()


def number_of(article: str) -> int:
    return int(article.partition("/")[2])


def stories(engine: Engine, **query: object) -> list[Story]:
    return list(engine.iter_stories(StoryQuery(**query)))  # type: ignore[arg-type]


# -- stories -------------------------------------------------------------------------------------------------------


def test_what_is_settled_is_answered_and_nothing_before(groups: Engine) -> None:
    assert groups.resume() is None
    Feed(groups)(outline(1), outline(2, "rfi"), outline(3), outline(4))
    assert stories(groups) == []
    place_all(groups, number_of, lambda article: 7 if number_of(article) < 4 else 8)
    assert groups.resume() is None
    later, first = stories(groups)
    assert (later.id, later.articles) == ("004", ("voa/4",))
    assert first == Story(
        "001",
        ("voa/1", "rfi/2", "voa/3"),
        (("voa/1",), ("rfi/2",), ("voa/3",)),
        ("voa", "rfi"),
        DAY + timedelta(hours=1),
        DAY + timedelta(hours=3),
    )
    assert groups.positions() == {"f": (1, "d")}


def test_events_are_in_the_order_of_their_first_reports(groups: Engine) -> None:
    Feed(groups)(*(outline(number) for number in (1, 2, 3, 4)))
    place_all(groups, lambda article: -(number_of(article) % 2), lambda _: 1)
    assert stories(groups)[0].events == (("voa/1", "voa/3"), ("voa/2", "voa/4"))


def test_numbers_that_are_found_to_be_one_are_one_until_that_is_gone(groups: Engine) -> None:
    feed = Feed(groups)
    feed(*(outline(number, "voa" if number < 3 else "rfi") for number in (1, 2, 3, 4)))

    def place(*merges: tuple[int, tuple[tuple[int, int], ...]]) -> None:
        standing = groups.resume()
        assert standing is not None
        for article, at, _ in list(groups.iter_terms(standing.after, 9)):
            number = number_of(article)
            pairs = dict(merges).get(number, ())
            under = 1 if number == 4 else number
            groups.place([Placed(article, at, under, under, pairs, pairs)], str(number).encode())
        groups.settle()

    place((3, ((3, 2),)), (4, ((2, 1),)))
    [story] = stories(groups)
    assert story.articles == ("voa/1", "voa/2", "rfi/3", "rfi/4")
    assert story.events == (story.articles,)
    assert stories(groups, least_outlets=2, articles=frozenset({"rfi/3"})) == [story]
    hour = timedelta(hours=1)
    assert stories(groups, least_articles=4, after=DAY + 2 * hour, before=DAY + 2.5 * hour) == [story]
    feed(gone=["rfi/4"])
    assert [story.articles for story in stories(groups)] == [("voa/1", "voa/2", "rfi/3")]
    place((3, ((3, 2),)))
    assert [story.articles for story in stories(groups)] == [("voa/2", "rfi/3"), ("voa/1",)]
    assert [len(story.outlets) for story in stories(groups, least_outlets=2)] == [2]
    feed(gone=["rfi/3"])
    place()
    assert [story.articles for story in stories(groups)] == [("voa/2",), ("voa/1",)]


def test_stories_are_chosen_by_span_articles_outlets_and_size(groups: Engine) -> None:
    Feed(groups)(
        outline(1, "voa", 1), outline(2, "rfi", 9), outline(3, "voa", 5), outline(4, "voa", 6), outline(5, "bbc", 7)
    )
    place_all(groups, lambda _: 1, {"voa/1": 1, "rfi/2": 1, "voa/3": 2, "voa/4": 2, "bbc/5": 3}.__getitem__)

    def ids(**query: object) -> list[str]:
        return [story.id for story in stories(groups, **query)]

    assert ids() == ["001", "005", "003"]
    assert ids(limit=2) == ["001", "005"]
    assert ids(limit=0) == []
    assert ids(least_outlets=2) == ["001"]
    assert ids(least_articles=2) == ["001", "003"]
    assert ids(articles=frozenset({"voa/3", "rfi/2", "rfi/9"})) == ["001", "003"]
    assert ids(articles=frozenset()) == []
    hour = timedelta(hours=1)
    assert ids(after=DAY + 7 * hour) == ["001", "005"]
    assert ids(before=DAY + 5 * hour) == ["001"]
    assert ids(after=DAY + 2 * hour, before=DAY + 7 * hour) == ["003"]


def test_many_stories_are_read_to_the_end(groups: Engine) -> None:
    Feed(groups)(*(outline(number, hours=1 + number // 3) for number in range(450)))
    standing = groups.resume()
    assert standing is not None and standing.total == 450
    behind = list(groups.iter_terms(None, 999))
    groups.place([Placed(article, at, 0, number_of(article)) for article, at, _ in behind])
    groups.settle()
    found = stories(groups)
    assert len(found) == 450
    assert [story.last for story in found] == sorted((story.last for story in found), reverse=True)
    assert len(stories(groups, limit=333)) == 333


def test_owners_of_an_id(groups: Engine) -> None:
    Feed(groups)(outline(1), outline(1, "rfi"), outline(2))
    assert list(groups.iter_owners("001")) == ["rfi/1", "voa/1"]
    assert list(groups.iter_owners("009")) == []


def test_terms_come_in_canonical_order_from_a_place_on(groups: Engine) -> None:
    Feed(groups)(outline(2, hours=1, words="b"), outline(1, hours=1, words="a"), outline(3, hours=0.5, words="c"))
    everything = list(groups.iter_terms(None, 9))
    assert [(article, terms) for article, _, terms in everything] == [
        ("voa/3", b"c"),
        ("voa/1", b"a"),
        ("voa/2", b"b"),
    ]
    assert list(groups.iter_terms((everything[1][1], "voa/1"), 9)) == everything[2:]
    assert list(groups.iter_terms(None, 1)) == everything[:1]


def test_what_is_gone_leaves_at_once(groups: Engine) -> None:
    feed = Feed(groups)
    feed(outline(1, words="abc"), outline(2, "rfi", words="abc"), outline(3))
    place_all(groups, lambda _: 1, lambda article: min(number_of(article), 2) // 2)
    feed(gone=["voa/1", "voa/3", "voa/9"])
    assert [story.articles for story in stories(groups)] == [("rfi/2",)]
    assert [(story.id, story.outlets) for story in stories(groups, least_articles=1)] == [("002", ("rfi",))]
    assert list(groups.iter_links(["rfi/2"])) == []
    assert list(groups.iter_owners("001")) == []
    standing = groups.resume()
    assert standing is not None and standing.total == 1


def test_what_is_as_it_was_makes_nothing_stale(groups: Engine) -> None:
    feed = Feed(groups)
    feed(outline(1, words="abc"))
    place_all(groups, lambda _: 1, lambda _: 1)
    feed(outline(1, words="abc"), gone=["voa/2"])
    assert groups.resume() is None
    for changed in (
        outline(1, words="abd"),
        outline(1, hours=5, words="abd"),
        outline(1, hours=5, words="abd", terms=b""),
    ):
        feed(changed)
        place_all(groups, lambda _: 1, lambda _: 1)
        assert stories(groups)[0].last == changed.published


def test_a_step_that_does_not_begin_where_the_groups_stand_changes_nothing(groups: Engine) -> None:
    Feed(groups)(outline(1))
    with pytest.raises(EngineError, match="byte 5"):
        groups.apply("f", 5, Position(9, "e"), [outline(2)], [], is_tie)
    assert groups.positions() == {"f": (1, "d")}
    assert [article for article, _, _ in groups.iter_terms(None, 9)] == ["voa/1"]


def test_who_did_not_resume_last_may_not_place(groups: Engine) -> None:
    Feed(groups)(outline(1))
    with pytest.raises(EngineError):
        groups.place([])
    assert groups.resume() is not None
    Feed(groups)(outline(2))
    with pytest.raises(EngineError, match="ask again"):
        groups.place([])
    with pytest.raises(EngineError, match="ask again"):
        groups.settle()
    assert groups.resume() is not None


def test_the_state_changes_with_the_answers(groups: Engine) -> None:
    before = groups.state()
    assert groups.state() == before
    Feed(groups)(outline(1))
    assert groups.state() != before
    before = groups.state()
    place_all(groups, lambda _: 1, lambda _: 1)
    assert groups.state() != before


def test_wiped_is_empty(groups: Engine) -> None:
    Feed(groups)(outline(1, words="abc"), outline(2, words="abc"))
    place_all(groups, lambda _: 1, lambda _: 1)
    groups.wipe()
    assert (groups.positions(), stories(groups), groups.resume()) == ({}, [], None)
    assert list(groups.iter_links(["voa/1"])) == []


def test_far_instants_keep_their_millisecond(groups: Engine) -> None:
    far = datetime(9999, 12, 31, 23, 59, 59, 999000, UTC)
    early = datetime(1, 1, 1, 0, 0, 0, 1000, UTC)
    Feed(groups)(outline(1, published=far), outline(2, published=early))
    place_all(groups, lambda _: 1, lambda _: 1)
    assert [(story.first, story.last) for story in stories(groups)] == [(early, far)]


# -- copies --------------------------------------------------------------------------------------------------------


def test_links_are_told_with_all_that_they_lead_to(groups: Engine) -> None:
    Feed(groups)(
        outline(3, words="abcd"), outline(1, words="abcd"), outline(2, "rfi", words="cdef"), outline(4, words="xyz"),
        outline(5, words="xyz"), outline(6, words="ez"),
    )  # fmt: skip
    places = {
        number: (DAY + timedelta(hours=number), f"{'rfi' if number == 2 else 'voa'}/{number}") for number in range(7)
    }
    expected = [
        Link(places[1], places[2], is_tie=False),
        Link(places[1], places[3], is_tie=True),
        Link(places[2], places[3], is_tie=False),
    ]
    for asked in (["voa/1"], ["rfi/2"], ["voa/3", "voa/1"], ["voa/3", "voa/9"]):
        assert list(groups.iter_links(asked)) == expected
    assert list(groups.iter_links(["voa/4"])) == [Link(places[4], places[5], is_tie=True)]
    assert list(groups.iter_links(["voa/6"])) == []
    assert list(groups.iter_links([])) == []


WORDS = st.lists(st.sampled_from("abcd"), max_size=3).map("".join)
ONE = st.builds(outline, st.integers(1, 8), hours=st.integers(1, 2), words=WORDS)
BATCH = st.tuples(st.lists(ONE, max_size=6), st.lists(st.integers(1, 8).map("voa/{}".format), max_size=2))


class Rules:
    """Rules that depend on all that came before, as a state: places articles, and merges their numbers now and then."""

    def __init__(self, state: bytes | None) -> None:
        self.total, self.next, self.live = json.loads(state) if state else (0, 0, [])

    def state(self) -> bytes:
        return json.dumps([self.total, self.next, self.live]).encode()

    def place(self, article: str, at: datetime, terms: bytes) -> Placed:
        self.total = (self.total * 3 + sum(terms)) % 7
        if self.total < 3 or not self.live:
            self.live.append(self.next)
            self.next += 1
        merged: tuple[tuple[int, int], ...] = ()
        if self.total in (2, 4) and len(self.live) > 1:
            place = len(self.live) - 1 if self.total == 2 else 1
            merged = ((self.live.pop(place), self.live[place - 1]),)
        number = self.live[self.total % len(self.live)]
        return Placed(article, at, number, number, merged, merged)


def settle(engine: Engine, *, upto: int = 99) -> None:
    """Place as a service does, keeping a state after every article; stop after ``upto`` as if killed."""
    standing = engine.resume()
    if standing is None:
        return
    assert standing.done == (standing.kept[-1] if standing.kept else 0)
    rules = Rules(standing.state)
    for count, one in enumerate(list(engine.iter_terms(standing.after, 99)), 1):
        if count > upto:
            return
        engine.place([rules.place(*one)], rules.state())
    engine.settle(forget=standing.kept[1::3])


@settings(max_examples=120)
@given(st.lists(st.tuples(BATCH, st.integers(0, 9)), max_size=8))
def test_engines_agree_whatever_comes_in_whatever_order(
    batches: list[tuple[tuple[list[Outline], list[str]], int]],
) -> None:
    with TemporaryDirectory() as folder, closing(SqliteGroups(Path(folder) / "g", "a", near=1)) as steady:
        plain = MemoryGroups(near=1)
        for (outlines, gone), upto in batches:
            for engine in (steady, plain):
                Feed(engine)(*{one.article: one for one in outlines}.values(), gone=gone)
            settle(steady, upto=upto)
            everyone = [f"voa/{number}" for number in range(1, 9)]
            assert list(steady.iter_links(everyone)) == list(plain.iter_links(everyone))
            some = everyone[:3]
            assert list(steady.iter_links(some)) == list(plain.iter_links(some))
        settle(steady)
        settle(plain)
        assert stories(steady) == stories(plain)
        for story in stories(plain):
            assert stories(steady, least_articles=len(story.articles), articles=frozenset(story.articles))


# -- the file ------------------------------------------------------------------------------------------------------


def test_placing_goes_on_from_the_last_state_before_what_changed(tmp_path: Path) -> None:
    with closing(SqliteGroups(tmp_path / "g", "a")) as groups:
        feed = Feed(groups)
        feed(*(outline(number) for number in range(1, 9)))
        standing = groups.resume()
        assert standing is not None and (standing.after, standing.state, standing.total) == (None, None, 8)
        for number in range(1, 9):
            at = DAY + timedelta(hours=number)
            groups.place([Placed(f"voa/{number}", at, 0, 0)], f"state {number}".encode() if number % 2 else None)
        groups.settle(forget=[5])
        feed(outline(4, words="new"))
        standing = groups.resume()
        assert standing is not None
        assert (standing.after, standing.state) == ((DAY + timedelta(hours=3), "voa/3"), b"state 3")
        assert (standing.done, standing.total, standing.kept) == (3, 8, (1, 3))
        feed(outline(3, words="new"))
        standing = groups.resume()
        assert standing is not None and standing.state == b"state 1"


def test_groups_by_other_rules_and_damaged_ones_are_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with closing(SqliteGroups(path, "a")) as groups:
        Feed(groups)(outline(1))
    with closing(SqliteGroups(path, "a")) as groups:
        assert groups.positions() == {"f": (1, "d")}
    with closing(SqliteGroups(path, "b")) as groups:
        assert groups.positions() == {}
    path.write_bytes(b"this is no database" * 100)
    with closing(SqliteGroups(path, "b")) as groups:
        assert groups.positions() == {}


def test_a_file_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(EngineError, match="state"):
        SqliteGroups(tmp_path / "state" / "g", "a")
    (tmp_path / "g").mkdir()
    with pytest.raises(EngineError, match="cannot be kept in step"):
        SqliteGroups(tmp_path / "g", "a")


def test_a_reader_sees_what_another_process_settles_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with closing(ReadOnlySqliteGroups(path, "a")) as reader:
        assert (list(reader.iter_stories(StoryQuery())), list(reader.iter_links(["voa/1"])), reader.state()) == (
            [],
            [],
            "none",
        )
        assert not path.exists()
        with closing(SqliteGroups(path, "a")) as groups:
            before = reader.state()
            Feed(groups)(outline(1, words="ab"), outline(2, words="ab"))
            place_all(groups, lambda _: 1, lambda _: 1)
            assert [story.articles for story in reader.iter_stories(StoryQuery())] == [("voa/1", "voa/2")]
            assert [link.is_tie for link in reader.iter_links(["voa/2"])] == [True]
            assert reader.state() not in (before, "none")
            groups.wipe()
            assert list(reader.iter_stories(StoryQuery())) == []
            Feed(groups)(outline(3))
            place_all(groups, lambda _: 1, lambda _: 1)
            assert [story.id for story in reader.iter_stories(StoryQuery())] == ["003"]
    with closing(ReadOnlySqliteGroups(path, "other rules")) as reader:
        assert list(reader.iter_owners("003")) == []


def test_two_that_place_at_once_do_not_mix(tmp_path: Path) -> None:
    with closing(SqliteGroups(tmp_path / "g", "a")) as one, closing(SqliteGroups(tmp_path / "g", "a")) as two:
        Feed(one)(outline(1))
        assert one.resume() and two.resume()
        with pytest.raises(EngineError, match="ask again"):
            one.place([Placed("voa/1", DAY, 1, 1)])
        two.place([Placed("voa/1", DAY, 1, 1)])
        two.settle()
        assert [story.id for story in one.iter_stories(StoryQuery())] == ["001"]
