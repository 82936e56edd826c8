"""What changes between rounds: edits, take-backs, dates that make trouble."""

from __future__ import annotations

import threading

import pytest

from broadsheet.demo import MOMENT, ROUNDS, Newsroom, serve
from tests.newsroom.asking import ask, by_key, with_trait

pytestmark = pytest.mark.dated


def test_edits_are_of_the_kinds_they_say_and_nothing_else_changes(room: Newsroom) -> None:
    kinds: set[str] = set()
    for number in range(2, ROUNDS + 1):
        before, after = by_key(room, number - 1), by_key(room, number)
        for key, article in before.items():
            now = after[key]
            same = (article.headline, article.text) == (now.headline, now.text)
            assert same != bool(now.edits), (key, number)
            assert ("headline" in now.edits) == (article.headline != now.headline), key
            assert article.url == now.url
            assert article.published == now.published
            kinds |= set(now.edits)
    assert kinds == {"headline", "number", "quote", "negation", "correction", "added"}


def test_the_toll_grows_in_two_languages(room: Newsroom) -> None:
    headlines = {key: [by_key(room, number)[key].headline for number in (1, 2, 3)] for key in by_key(room, 1)}
    for toll, headline in zip(("十二", "十七", "十九"), headlines["yunling/304512"], strict=True):
        assert toll in headline
    for toll, headline in zip(("12", "17", "19"), headlines["beacon/48213"], strict=True):
        assert headline.endswith(toll)


def test_pieces_come_go_and_return(room: Newsroom) -> None:
    verdicts = {
        key: [by_key(room, number)[key].verdict for number in range(1, ROUNDS + 1)]
        for key in ("harbour/7184007", "beacon/48188", "northshore/41868", "ferrypost/new-route-map")
    }
    assert verdicts == {
        "harbour/7184007": ["whole", "missing", "whole", "whole"],
        "beacon/48188": ["whole", "gone", "gone", "gone"],
        "northshore/41868": ["whole", "error page", "whole", "whole"],
        "ferrypost/new-route-map": ["whole", "teaser", "teaser", "teaser"],
    }
    new = [set(by_key(room, n)) - set(by_key(room, n - 1)) for n in range(2, ROUNDS + 1)]
    assert new == [{"harbour/7184009", "yunling/304480"}, {"northshore/41890"}, {"harbour/7184010"}]


def test_awkward_dates_are_there(room: Newsroom) -> None:
    (undated,) = with_trait(room, "undated")
    assert undated.published is None
    (feedless,) = with_trait(room, "feed-without-date")
    assert feedless.published is not None
    assert feedless.feed_published is None
    (future,) = with_trait(room, "future-dated")
    assert future.published is not None
    assert future.published > MOMENT
    one, other = with_trait(room, "same-second")
    assert one.published == other.published
    early, late = with_trait(room, "same-headline")
    assert early.headline == late.headline
    assert early.published != late.published


def test_a_round_that_is_not_there_is_refused(room: Newsroom) -> None:
    with pytest.raises(ValueError, match="rounds 1 to 4"):
        room.round = ROUNDS + 1
    with pytest.raises(ValueError, match="aware"):
        Newsroom(MOMENT.replace(tzinfo=None))


def test_the_round_can_be_changed_over_http(room: Newsroom) -> None:
    assert ask(room, "/round/3", method="POST").status == 200
    assert room.round == 3
    assert ask(room, "/round/9", method="POST").status == 405
    assert room.round == 3


def test_a_feed_moves_one_says_too_many_one_ends(room: Newsroom) -> None:
    seen = []
    for number in range(1, ROUNDS + 1):
        room.round = number
        paths = ("/northshore/rss.xml", "/beacon/news/atom.xml", "/northshore/xml/zaobao.xml")
        seen.append([ask(room, path).status for path in paths])
    assert seen == [[200, 200, 200], [301, 200, 200], [301, 429, 200], [301, 200, 410]]
    assert ask(room, "/northshore/rss.xml").headers["location"] == "http://northshore.example/xml/rss.xml"
    room.round = 3
    assert ask(room, "/beacon/news/atom.xml").headers["retry-after"] == "120"


def test_a_page_changes_between_rounds_though_its_text_does_not(room: Newsroom) -> None:
    article = by_key(room)["ferrypost/chess-under-the-bridge"]
    one = ask(room, article.url).body
    assert one == ask(room, article.url).body
    room.round = 2
    assert by_key(room)["ferrypost/chess-under-the-bridge"].text == article.text
    assert ask(room, article.url).body != one


def test_serve_goes_through_the_rounds_and_stops() -> None:
    said: list[str] = []
    stop = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        if line == "Round 3":
            stop.set()

    serve(0, MOMENT, rounds=3, every_s=0.001, say=say, until=stop)
    assert said[0].startswith("Newsroom at http://127.0.0.1:")
    assert [line for line in said if line.startswith("Round")] == ["Round 2", "Round 3"]
    with pytest.raises(ValueError, match="rounds 1 to 4"):
        serve(0, MOMENT, rounds=9)
