"""What every Index promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet.adapters.sqlite.articles import SqliteIndex
from broadsheet.errors import EngineError
from broadsheet.model import Change, Edit, EditQuery, Holding, HoldingQuery, Position
from broadsheet.ports import Index
from broadsheet.testing.index import MemoryIndex

DAY = datetime(2023, 7, 17, 21, 57, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    if request.param == "memory":
        yield MemoryIndex()
        return
    with closing(SqliteIndex(tmp_path / "state" / "index.sqlite")) as opened:
        yield opened


def holding(number: int, outlet: str = "voa", **changes: object) -> Holding:
    path = f"articles/{outlet}/2023/07/17-{number}.md"
    held = Holding(
        article=f"{outlet}/{number}",
        outlet=outlet,
        headline=f"标题 {number}",
        url=f"https://{outlet}.example/{number}.html",
        canonical_url=f"https://{outlet}.example/{number}.html",
        path=path,
        first_path=path,
        sha256=f"{number:064x}",
        revision=1,
        published=DAY + timedelta(hours=number),
        published_from="feed",
        first_captured=DAY,
        captured=DAY,
    )
    return replace(held, **changes)  # type: ignore[arg-type]


def change(held: Holding, *names: str, only_names: bool = False) -> Change:
    month = "-".join(held.first_path.split("/")[2:4])
    return Change(held, names, month, weight=held.revision * 1000 + int(held.sha256[-6:], 16), only_names=only_names)


def test_what_is_applied_is_found_by_id_and_by_name(index: Index) -> None:
    index.apply("ledger/voa/2023-07.jsonl", 0, Position(100, "aa"), [change(holding(1), "id:1", "url:x")])
    assert index.find_holding("voa/1") == holding(1)
    assert index.find_article("voa", ["id:none", "url:x"]) == ("voa/1", "url:x")
    assert index.find_article("rfi", ["id:1"]) is None
    assert index.find_article("voa", []) is None
    assert index.find_holding("voa/2") is None
    assert index.positions() == {"ledger/voa/2023-07.jsonl": (100, "aa")}


def test_earlier_names_win_and_among_bearers_the_smallest_id(index: Index) -> None:
    index.apply("f", 0, Position(1, "a"), [change(holding(2), "id:x", "url:2"), change(holding(1), "id:x", "url:1")])
    assert index.find_article("voa", ["url:2", "id:x"]) == ("voa/2", "url:2")
    assert index.find_article("voa", ["id:x", "url:2"]) == ("voa/1", "id:x")


def test_a_step_that_does_not_begin_where_the_index_stands_changes_nothing(index: Index) -> None:
    index.apply("f", 0, Position(10, "a"), [change(holding(1), "id:1")])
    with pytest.raises(EngineError, match="byte 5"):
        index.apply("f", 5, Position(20, "b"), [change(holding(2), "id:2")])
    assert index.find_holding("voa/2") is None
    assert index.positions() == {"f": (10, "a")}


def test_a_later_revision_takes_the_place_of_the_earlier(index: Index) -> None:
    later = holding(1, revision=2, headline="改了", path="articles/voa/2023/07/17-1.2.md")
    index.apply("f", 0, Position(10, "a"), [change(holding(1), "id:1"), change(later, "url:new")])
    assert index.find_holding("voa/1") == later
    assert index.find_article("voa", ["id:1"]) == ("voa/1", "id:1")
    [month] = index.iter_months()
    assert (month.articles, month.revisions) == (1, 2)


def test_only_names_takes_the_others_away(index: Index) -> None:
    stone = holding(1, headline="Taken down", is_taken_down=True)
    index.apply("f", 0, Position(10, "a"), [change(holding(1), "id:1", "text:secret")])
    index.apply("f", 10, Position(20, "b"), [change(stone, "id:1", only_names=True)])
    assert index.find_article("voa", ["text:secret"]) is None
    assert index.find_article("voa", ["id:1"]) == ("voa/1", "id:1")


def test_holdings_come_newest_first_and_as_asked(index: Index) -> None:
    held = [holding(number, outlet) for outlet in ("rfi", "voa") for number in (1, 2, 3)]
    index.apply("f", 0, Position(10, "a"), [change(one) for one in held])

    def ids(query: HoldingQuery) -> list[str]:
        return [one.article for one in index.iter_holdings(query)]

    assert ids(HoldingQuery()) == ["rfi/3", "voa/3", "rfi/2", "voa/2", "rfi/1", "voa/1"]
    assert ids(HoldingQuery(outlet="voa", limit=2)) == ["voa/3", "voa/2"]
    assert ids(HoldingQuery(outlet="voa", month="2023-08")) == []
    assert ids(HoldingQuery(articles=frozenset({"voa/1", "rfi/3", "rfi/9"}))) == ["rfi/3", "voa/1"]
    assert ids(HoldingQuery(articles=frozenset(), outlet="voa")) == []
    between = HoldingQuery(after=DAY + timedelta(hours=2), before=DAY + timedelta(hours=3))
    assert ids(between) == ["rfi/2", "voa/2"]


@pytest.mark.parametrize(
    ("containing", "expected"),
    [
        ("voa/1", ["voa/1"]),
        ("RFI.Example/2", ["rfi/2"]),
        ("灯塔重新", ["voa/2"]),
        ("100%_", ["rfi/1"]),
        ("nowhere", []),
    ],
)
def test_holdings_are_found_by_what_their_id_address_or_headline_contains(
    index: Index, containing: str, expected: list[str]
) -> None:
    headlines = {"voa/2": "灯塔 重新亮起", "rfi/1": "涨了100%_多", "voa/1": "100 percent"}
    held = [holding(number, outlet) for outlet in ("rfi", "voa") for number in (1, 2)]
    held = [replace(one, headline=headlines.get(one.article, "RFI")) for one in held]
    index.apply("f", 0, Position(10, "a"), [change(one) for one in held])
    assert [one.article for one in index.iter_holdings(HoldingQuery(containing=containing))] == expected


def test_months_count_and_their_state_does_not_depend_on_order(index: Index) -> None:
    index.apply("f", 0, Position(10, "a"), [change(holding(1)), change(holding(2))])
    [one] = index.iter_months()
    index.wipe()
    assert list(index.iter_months()) == []
    assert index.positions() == {}
    index.apply("f", 0, Position(10, "a"), [change(holding(2)), change(holding(1))])
    [two] = index.iter_months()
    assert one == two
    index.apply("f", 10, Position(20, "b"), [change(holding(1, revision=2))])
    [three] = index.iter_months()
    assert three.state != two.state


def test_a_month_ranges_over_what_is_held_now(index: Index) -> None:
    index.apply("f", 0, Position(10, "a"), [change(holding(number)) for number in (1, 5, 9)])
    moved = replace(holding(9, revision=2), published=DAY + timedelta(hours=2))
    index.apply("f", 10, Position(20, "b"), [change(moved), change(holding(3)), change(holding(3, revision=2))])
    [month] = index.iter_months()
    assert (month.articles, month.revisions) == (4, 6)
    assert (month.first, month.last) == (DAY + timedelta(hours=1), DAY + timedelta(hours=5))


def test_far_instants_keep_their_millisecond(index: Index) -> None:
    held = replace(holding(1), published=datetime(9999, 12, 31, 23, 59, 59, 999000, UTC))
    index.apply("f", 0, Position(10, "a"), [change(held)])
    assert index.find_holding("voa/1") == held


def test_a_damaged_index_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with closing(SqliteIndex(path)) as index:
        assert index.positions() == {}


def test_a_line_of_a_known_revision_counts_as_none(index: Index) -> None:
    first, later = change(holding(1), "id:1"), replace(change(holding(1)), is_revision=False)
    index.apply("ledger/voa/2023-07.jsonl", 0, Position(100, "aa"), [first, later])
    [month] = index.iter_months()
    assert (month.articles, month.revisions) == (1, 1)
    assert month.state == f"{2 * first.weight:016x}"


def edit(number: int, outlet: str = "voa", *, hours: int, classes: tuple[str, ...] = ("number",)) -> Edit:
    held = holding(number, outlet)
    seen = DAY + timedelta(hours=hours)
    later = held.path.replace(".md", ".2.md")
    return Edit(held.article, outlet, 2, classes, held.headline, seen - timedelta(hours=1), seen, later, held.path)


def edited(index: Index, *edits: Edit) -> None:
    changes = [replace(change(holding(int(one.article.partition("/")[2]), one.outlet)), edit=one) for one in edits]
    index.apply("f", 0, Position(10, "a"), changes)


def asked(index: Index, **query: object) -> list[Edit]:
    assert isinstance(index, SqliteIndex | MemoryIndex)
    return list(index.iter_edits(EditQuery(**query)))  # type: ignore[arg-type]


def test_edits_are_found_by_outlet_class_article_and_time_the_last_seen_first(index: Index) -> None:
    one, two = edit(1, hours=1), edit(2, hours=3, classes=("quote", "name"))
    three = edit(3, "rfi", hours=2, classes=("number", "quote"))
    edited(index, one, two, three)
    assert asked(index) == [two, three, one]
    assert asked(index, outlets=frozenset({"voa"})) == [two, one]
    assert asked(index, classes=frozenset({"number", "negation"})) == [three, one]
    assert asked(index, article="rfi/3") == [three]
    assert asked(index, after=DAY + timedelta(hours=2), before=DAY + timedelta(hours=3)) == [three]
    assert asked(index, limit=1) == [two]


def test_edits_are_counted_by_class_and_outlet(index: Index) -> None:
    edited(index, edit(1, hours=1), edit(2, hours=3, classes=("quote", "name")), edit(3, "rfi", hours=2))
    assert isinstance(index, SqliteIndex | MemoryIndex)
    assert index.count_edits(EditQuery()) == {"number": 2, "name": 1, "quote": 1}
    assert index.count_edits(EditQuery(), "outlet") == {"voa": 2, "rfi": 1}
    assert list(index.count_edits(EditQuery(classes=frozenset({"quote"})))) == ["name", "quote"]


def test_the_edits_of_an_article_go_with_its_text(index: Index) -> None:
    one, two = edit(1, hours=1), edit(2, hours=3)
    gone = change(holding(1, is_taken_down=True), only_names=True)
    index.apply("f", 0, Position(10, "a"), [replace(change(holding(2)), edit=two)])
    index.apply("f", 10, Position(20, "b"), [replace(change(holding(1)), edit=one), gone])
    assert asked(index) == [two]
    index.wipe()
    assert asked(index) == []
