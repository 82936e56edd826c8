"""Four rounds of the demo newsroom, looked at over loopback: exactly the edits that were made become revisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from broadsheet import app
from broadsheet.account import Account
from broadsheet.addresses.urls import canonical_url
from broadsheet.app import Broadsheet
from broadsheet.demo import Expected, Newsroom, follow_newsroom
from broadsheet.model import EDIT_CLASSES, HoldingQuery, Revision
from broadsheet.services.archive.fixity import Verification

pytestmark = [pytest.mark.slow, pytest.mark.dated]

LOOKS = {1: 1, 2: 2, 3: 1, 4: 1}
"""How often everything is looked at in each round, two hours apart."""

OF_VERDICT = {
    "teaser": "refused: paywall",
    "wall": "refused: consent page",
    "error page": "refused: error page",
}


@dataclass
class World:
    """What each round's looks led to: by article key its outcomes, and the ledger lines written."""

    expected: dict[int, dict[str, Expected]] = field(default_factory=dict)
    outcomes: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    lines: dict[int, dict[str, list[Revision]]] = field(default_factory=dict)
    statuses: dict[int, Counter[int]] = field(default_factory=dict)
    run: Account = field(default_factory=Account)
    proof: Verification = field(default_factory=Verification)


class Watch:
    """The clock of the archive: the newsroom's and what has been passed on by hand."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return self.room.clock() + self.ahead


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("looks") / "archive"
    world = World()
    with Newsroom() as room:
        watch = Watch(room)
        app.init(root)
        config = (root / app.CONFIG).read_text("utf-8")
        (root / app.CONFIG).write_text(follow_newsroom(config, room), "utf-8")
        with Broadsheet.open(root, clock=watch) as here:
            with here.writing():
                for polled in here.run(everything=True):
                    world.run.add(polled.account)
            for number in (1, 2, 3, 4):
                room.round = number
                room.requests.clear()
                look(here, room, watch, number, world)
                world.statuses[number] = Counter(visit.status for visit in room.requests)
            watch.ahead += timedelta(hours=7)  # past the rung of 16 hours
            room.round = 2
            with here.writing():
                for polled in here.run():
                    world.run.add(polled.account)
            world.proof = here.verify()
    return world


def look(here: Broadsheet, room: Newsroom, watch: Watch, number: int, world: World) -> None:
    """All articles, and as often as the round wants once more two hours later."""
    expected = {one.key: one for one in room.expected(number)}
    by_url = {canonical_url(one.url): one.key for one in expected.values()}
    keys = {one.article: by_url[canonical_url(one.canonical_url)] for one in here.iter_holdings(HoldingQuery())}
    before = {key: len(list(here.iter_revisions(here.find_holding(article)))) for article, key in keys.items()}
    outcomes: dict[str, list[str]] = {key: [] for key in keys.values()}
    for _ in range(LOOKS[number]):
        watch.ahead += timedelta(hours=2)
        with here.writing():
            for looked in here.look(everything=True):
                outcomes[keys[looked.article]].append(looked.outcome)
    world.expected[number], world.outcomes[number] = expected, outcomes
    world.lines[number] = {
        key: list(here.iter_revisions(here.find_holding(article)))[before[key] :] for article, key in keys.items()
    }


def test_every_article_with_a_page_is_looked_at(world: World) -> None:
    for number, outcomes in world.outcomes.items():
        assert {len(found) for found in outcomes.values()} == {LOOKS[number]}, number


def test_an_untouched_world_is_the_same(world: World) -> None:
    for key, found in world.outcomes[1].items():
        same = OF_VERDICT.get(world.expected[1][key].verdict, "same")
        assert found == [same], key
    assert not any(world.lines[1].values())
    assert world.statuses[1][304] > 0


@pytest.mark.parametrize("number", [2, 3, 4])
def test_exactly_the_edits_that_were_made_become_revisions(world: World, number: int) -> None:
    for key, lines in world.lines[number].items():
        one = world.expected[number][key]
        edits = [line for line in lines if {"vanished", "back"}.isdisjoint(line.why)]
        assert len(edits) == bool(one.edits), (key, one.edits, [line.why for line in lines])
        for line in edits:
            assert set(line.why) <= set(EDIT_CLASSES), key
            assert line.unchanged_until is not None and line.unchanged_until <= line.captured
            assert ("headline" in line.why) == ("headline" in one.edits), (key, line.why)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_what_is_no_article_is_refused_and_says_why(world: World, number: int) -> None:
    for key, found in world.outcomes[number].items():
        one = world.expected[number][key]
        if refused := OF_VERDICT.get(one.verdict):
            assert set(found) == {refused}, key
            assert not world.lines[number][key]
        elif one.verdict == "whole":
            assert set(found) <= {"same", "edited", "waiting", "back"}, key


def test_pages_vanish_and_one_comes_back(world: World) -> None:
    def events(number: int) -> dict[str, tuple[str, str | None]]:
        found = {}
        for key, lines in world.lines[number].items():
            for line in lines:
                if not {"vanished", "back"}.isdisjoint(line.why):
                    [why] = line.why
                    found[key] = (why, line.reason)
        return found

    by_trait = {trait: key for key, one in world.expected[1].items() for trait in one.traits}
    assert events(1) == {}
    assert events(2) == {
        by_trait["vanishes"]: ("vanished", "410"),
        by_trait["comes-back"]: ("vanished", "404"),
    }
    assert events(3) == {by_trait["comes-back"]: ("back", None)}
    assert events(4) == {}
    assert world.outcomes[2][by_trait["comes-back"]] == ["missing", "vanished"]
    assert world.outcomes[2][by_trait["vanishes"]] == ["vanished", "missing"]


def test_a_headline_that_only_the_page_shows_waits_and_is_kept(world: World) -> None:
    [key] = [key for key, one in world.expected[1].items() if "retitled" in one.traits]
    assert world.outcomes[2][key] == ["waiting", "edited"]


def test_a_run_looks_at_what_is_due(world: World) -> None:
    assert world.run.is_balanced
    assert world.run.looks.total() > 0


def test_the_archive_is_whole_after_all_that(world: World) -> None:
    assert world.proof.is_whole and not world.proof.findings
