"""Whole articles from the demo newsroom: what a perfect reader would know, held against what the archive keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.account import Account
from broadsheet.addresses.urls import canonical_url
from broadsheet.app import Broadsheet
from broadsheet.demo import Expected, Newsroom, follow_newsroom
from broadsheet.extract import EXTRACTOR
from broadsheet.html import iter_pictures, plain_text
from broadsheet.model import Document, Holding, HoldingQuery, Picture, Revision

pytestmark = pytest.mark.dated

CROSS_REFERENCES = {"beacon/48213"}
"""Whose last paragraph only sends the reader to another page ("Follow the search in our live report", a link as a
whole): extraction leaves such lines out on purpose, as they belong to the site and not to the text."""

CAPTIONS_IN_TABLES = {"northshore"}
"""Whose captions are a line of ``<font>`` under the picture, without any element that holds the two together."""

NO_TEXT_OF_ITS_OWN = {"ferrypost/port-notice-hostile"}
"""Whose headline holds markup: what is kept of it is its words without the tags."""


@dataclass
class Kept:
    """What the archive held after one round."""

    account: Account
    expected: dict[str, Expected]
    held: dict[str, tuple[Holding, Document, list[Revision]]] = field(default_factory=dict)


@dataclass
class World:
    """Two rounds through ``app.Broadsheet``, and everything that was written."""

    root: Path
    rounds: dict[int, Kept]
    asked_again: list[str]
    retried: Kept


def look(here: Broadsheet, room: Newsroom, number: int, account: Account) -> Kept:
    kept = Kept(account, {one.key: one for one in room.expected(number)})
    by_url: dict[str, Holding] = {}
    for held in here.iter_holdings(HoldingQuery()):
        by_url[canonical_url(held.canonical_url)] = by_url[canonical_url(held.url)] = held
    for one in kept.expected.values():
        if found := by_url.get(canonical_url(one.url)):
            document, _ = here.get_document(found)
            kept.held[one.key] = found, document, list(here.iter_revisions(found))
    return kept


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("whole") / "archive"
    rounds: dict[int, Kept] = {}
    with Newsroom() as room:
        app.init(root)
        config = root / app.CONFIG
        config.write_text(follow_newsroom(config.read_text("utf-8"), room), "utf-8")
        with Broadsheet.open(root, clock=room.clock) as here:
            for number in (1, 2):
                room.round = number
                account = Account()
                with here.writing():
                    for polled in here.run(everything=True):
                        account.add(polled.account)
                rounds[number] = look(here, room, number, account)
            before = len(room.requests)
            here.clock = lambda: room.clock() + timedelta(hours=2)
            with here.writing():
                account = Account()
                for retried in here.fetch_pictures():
                    account.pictures.update(retried.count())
            asked = [visit.path for visit in room.requests[before:]]
            yield World(root, rounds, asked, look(here, room, 2, account))
            assert here.verify().is_whole


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def whole(kept: Kept) -> Iterator[tuple[Expected, Document, list[Revision]]]:
    """Every article of the round whose page gives all of its text."""
    for key, one in kept.expected.items():
        if one.verdict == "whole" and key in kept.held:
            _, document, lines = kept.held[key]
            yield one, document, lines


@pytest.mark.parametrize("number", [1, 2])
def test_every_listed_article_is_held(world: World, number: int) -> None:
    kept = world.rounds[number]
    assert kept.account.is_balanced and not kept.account.failed
    listed = {key for key, one in kept.expected.items() if one.in_feed}
    assert listed - kept.held.keys() == set()
    assert len(list(whole(kept))) >= 35


@pytest.mark.parametrize("number", [1, 2])
def test_a_whole_page_gives_every_paragraph(world: World, number: int) -> None:
    for one, document, _ in whole(world.rounds[number]):
        text = squeeze(plain_text(document.body))
        missing = [words for words in one.paragraphs if squeeze(words) not in text]
        if one.key in CROSS_REFERENCES:
            assert [words for words in missing if words == one.paragraphs[-1]] == missing
            continue
        assert missing == [], one.key


@pytest.mark.parametrize("number", [1, 2])
def test_a_whole_page_gives_headline_and_date(world: World, number: int) -> None:
    for one, document, lines in whole(world.rounds[number]):
        line = max(reversed(lines), key=lambda line: line.revision)
        if one.key not in NO_TEXT_OF_ITS_OWN:
            assert fold(document.headline) == fold(one.headline), one.key
        if "future-dated" in one.traits:
            assert line.published_from == "capture" and document.published is None, one.key
        elif one.feed_published:
            assert (line.published, line.published_from) == (one.feed_published, "feed"), one.key
        elif one.published and line.published_from != "capture":
            assert abs(line.published - one.published) < timedelta(hours=26), one.key


@pytest.mark.parametrize("number", [1, 2])
def test_pictures_are_named_by_their_origins_with_their_captions(world: World, number: int) -> None:
    count = 0
    for one, document, lines in whole(world.rounds[number]):
        shown: dict[str, Picture] = {picture.url: picture for picture in iter_pictures(document.body)}
        stated = {origin for line in lines for origin in line.pictures}
        for picture in one.pictures:
            count += 1
            assert picture.url in shown, one.key
            assert picture.url in stated, one.key
            if one.outlet in CAPTIONS_IN_TABLES:
                continue
            assert squeeze(picture.caption) in squeeze(shown[picture.url].caption or ""), one.key
    assert count >= 20


def test_a_proxy_is_remembered_and_is_in_no_document(world: World) -> None:
    proxied = [
        (document, lines[-1])
        for one, document, lines in whole(world.rounds[1])
        if one.outlet == "beacon" and one.pictures
    ]
    assert len(proxied) >= 4
    for document, line in proxied:
        assert "cdn-cgi" not in document.body and "/resize?" not in document.body
        assert line.found_as and all(line.pictures.values())


def test_the_paywalled_page_does_not_replace_the_feeds_text(world: World) -> None:
    for number, kept in world.rounds.items():
        teasers = [key for key, one in kept.expected.items() if one.verdict == "teaser" and key in kept.held]
        assert len(teasers) == number
        for key in teasers:
            _, document, lines = kept.held[key]
            was_whole = world.rounds[1].expected[key].verdict == "whole"
            assert [line.extractor for line in lines] == [EXTRACTOR if was_whole else "feed/1"]
            text = squeeze(plain_text(document.body))
            assert all(squeeze(words) in text for words in kept.expected[key].paragraphs[:3]), key


def test_walls_and_error_pages_never_become_or_replace_a_text(world: World) -> None:
    strange = ("You can change your mind at any time", "Before you continue", "您访问的页面不存在", "三秒后将返回首页")
    for path in (world.root / "articles").rglob("*.md"):
        text = path.read_text("utf-8")
        assert not any(words in text for words in strange), path
    first, second = world.rounds[1], world.rounds[2]
    assert {one.verdict for one in second.expected.values()} >= {"wall", "error page"}
    for key, one in second.expected.items():
        if one.verdict == "error page":
            assert second.held[key][1] == first.held[key][1]
        if one.verdict == "wall":
            assert {line.extractor for line in second.held[key][2]} == {"feed/1"}


def test_a_page_that_vanished_costs_nothing(world: World) -> None:
    first, second = world.rounds[1], world.rounds[2]
    vanished = [key for key, one in second.expected.items() if one.verdict in ("missing", "gone")]
    assert vanished
    for key in vanished:
        if key in first.held:
            assert second.held[key][1] == first.held[key][1]


def test_nothing_of_the_hostile_page_can_be_executed(world: World) -> None:
    kept = world.rounds[1]
    [key] = [key for key, one in kept.expected.items() if "hostile" in one.traits]
    holding, document, lines = kept.held[key]
    markup = re.compile(
        r"""<(?:script|iframe|object|embed|svg|style|form|base)|<[^>]*\s(?:on[a-z]+|style)\s*=
        |<[^>]*\s(?:href|src)\s*=\s*["']?\s*(?:javascript|data|vbscript):""",
        re.IGNORECASE | re.VERBOSE,
    )
    assert not markup.search(document.body)
    assert len(document.body) > 200
    for line in lines:
        for told in (line.byline, line.dateline, line.section, line.url, line.canonical_url, *line.pictures):
            assert not markup.search(told or "") and not (told or "").lower().startswith("javascript:")
    pages = [world.root / "README.md", *(world.root / "lists").rglob("*.md")]
    shown = "".join(page.read_text("utf-8") for page in pages)
    assert holding.article.partition("/")[0] in shown
    assert not markup.search(shown)
    assert not re.search(r"(?<!\\)\]\(\s*<?javascript:", shown)


def test_a_lost_picture_is_null_in_the_ledger_and_tried_again(world: World) -> None:
    kept = world.rounds[1]
    [key] = [key for key, one in kept.expected.items() if "lost-picture" in one.traits]
    lost = [origin for origin, digest in kept.held[key][2][-1].pictures.items() if digest is None]
    assert len(lost) == 1
    assert any(lost[0].endswith(path) for path in world.asked_again)
    assert world.retried.account.pictures.total() == sum(world.retried.account.pictures.values()) > 0
    assert world.retried.held[key][1] == kept.held[key][1]
