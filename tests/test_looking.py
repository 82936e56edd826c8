"""Articles looked at again: what becomes a revision, what never does, and what the ledger says of vanished pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.model import EDIT_CLASSES, Failure, HoldingQuery, Request
from broadsheet.services.archive import last_seen
from broadsheet.services.archive.fixity import verify
from broadsheet.services.indexes.articles import apply_additions, rebuild
from broadsheet.testing.fetch import Answer, MemoryFetcher
from broadsheet.testing.looks import MemoryLooks
from tests.feedtext import TEXT, Piece
from tests.lookrounds import LookRounds
from tests.making import make_article, make_draft
from tests.reader50 import iter_documents
from tests.wholerounds import OlderWorkshop, keep, page, short

URL = "https://harbour.example/a/0000001.html"
OTHER = "https://harbour.example/a/0000002.html"
ADDED = "<p>第五段，港务局后来补充说，第13班渡轮从下周一起停开，原因是浮标需要更换，预计持续二十六天。</p>"
RETITLED = "渡轮复航首日：乘客等了两个小时"


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[LookRounds]:
    opened = LookRounds(tmp_path, keep_captures=True)
    yield opened
    assert verify(opened.archive).is_whole
    held, months = opened.held(), list(opened.index.iter_months())
    rebuild(opened.archive, opened.index)
    assert (opened.held(), list(opened.index.iter_months())) == (held, months)
    assert len(list(iter_documents(tmp_path))) == len(opened.documents())
    opened.close()


def first(rounds: LookRounds, number: int = 1) -> Piece:
    piece = keep(rounds, number)
    assert rounds.read(piece).kept == 1
    return piece


def retitled(headline: str = RETITLED, **parts: str) -> str:
    return page(1, **parts).replace("渡轮复航第1天", headline)


# -- nothing changed ------------------------------------------------------------------------------------------


def test_the_same_bytes_cost_nothing(rounds: LookRounds) -> None:
    first(rounds)
    before = (rounds.documents(), rounds.lines(), len(rounds.captures()))
    assert rounds.look() == {"same": 1}
    assert (rounds.documents(), rounds.lines(), len(rounds.captures())) == before


def test_a_page_is_asked_for_with_what_it_came_with_and_304_is_the_same(rounds: LookRounds) -> None:
    text = page(1).encode()
    rounds.answers[URL] = Answer(text, headers=(("ETag", '"one"'), ("Last-Modified", "yesterday")))
    rounds.read(short(1))
    fetcher = rounds._fetcher()
    rounds.now += timedelta(hours=1)
    [looked] = rounds.looking(fetcher).look_all(everything=True)
    assert looked.outcome == "same"
    assert fetcher.asked[0].headers == (("If-None-Match", '"one"'), ("If-Modified-Since", "yesterday"))


def test_other_bytes_with_the_same_text_are_no_edit_and_their_capture_is_not_kept(rounds: LookRounds) -> None:
    first(rounds)
    before = len(rounds.captures())
    rounds.pages[URL] = page(1).replace("<body>", "<body class='x'><!-- 1234 readers -->")
    assert rounds.look() == {"same": 1}
    assert (rounds.why(), len(rounds.captures())) == ([("first",)], before)
    assert rounds.look() == {"same": 1}


def test_the_capture_of_every_look_is_kept_on_request(rounds: LookRounds) -> None:
    first(rounds)
    rounds.keep_all = True
    assert rounds.look() == rounds.look() == {"same": 1}
    rounds.pages[URL] = page(1).replace("<body>", "<body class='x'>")
    assert rounds.look() == {"same": 1}
    assert len(rounds.captures()) == 4


def test_only_what_is_due_is_looked_at(rounds: LookRounds) -> None:
    first(rounds)
    due = {"outlets": (HARBOUR,)}
    assert rounds.look(0.1, **due) == {}
    assert rounds.look(0.5, **due) == {"same": 1}
    assert rounds.look(0.1, **due) == {}
    assert rounds.look(1, **due) == {"same": 1}


HARBOUR = "harbour"


# -- edits ----------------------------------------------------------------------------------------------------


def test_an_edit_is_kept_and_the_ledger_says_between_which_two_looks_it_was_made(rounds: LookRounds) -> None:
    first(rounds)
    rounds.look()
    seen_last = rounds.now
    rounds.pages[URL] = page(1, tail=ADDED)
    assert rounds.look(3) == {"edited": 1}
    held, lines = rounds.one()
    assert (held.revision, lines[-1].captured, lines[-1].unchanged_until) == (2, rounds.now, seen_last)
    assert set(lines[-1].why) & set(EDIT_CLASSES)
    assert ADDED in rounds.archive.get_document(held.path).body
    assert lines[-1].capture_place and len(rounds.captures()) == 2
    assert rounds.look() == {"same": 1}


def test_the_state_may_be_lost_without_a_storm_or_a_wrong_word(rounds: LookRounds) -> None:
    first(rounds)
    rounds.pages[URL] = page(1, tail=ADDED)
    rounds.look()
    rounds.looks = MemoryLooks()
    assert rounds.look(0.1, outlets=("harbour",)) == {}
    assert rounds.look(1) == {"same": 1}
    rounds.looks = MemoryLooks()
    rounds.pages[URL] = page(1)
    rounds.look(5)
    _, lines = rounds.one()
    assert lines[-1].unchanged_until == lines[-2].captured


def test_a_feed_that_made_us_read_the_page_counts_as_a_look(rounds: LookRounds) -> None:
    piece = first(rounds)
    rounds.read(replace(piece, text="渡轮复航了，港务局说明情况…"))
    read = rounds.now
    state = rounds.looks.find(rounds.one()[0].article)
    assert state is not None
    assert (state.last_look, state.last_seen) == (read, read)
    rounds.pages[URL] = page(1, tail=ADDED)
    rounds.look(2)
    assert rounds.one()[1][-1].unchanged_until == read


def test_a_picture_that_came_later_is_fetched_with_the_edit(rounds: LookRounds) -> None:
    first(rounds)
    rounds.pages[URL] = page(1, tail=ADDED)
    rounds.look()
    assert all(rounds.one()[1][-1].pictures.values())


def test_an_article_in_pages_is_compared_as_a_whole(rounds: LookRounds) -> None:
    onward = f"{URL}?page=2"
    rounds.pages[URL] = page(1, following=onward)
    rounds.pages[onward] = page(11).replace("渡轮复航第11天", "渡轮复航第1天")
    rounds.read(short(1))
    assert "第11天" in rounds.archive.get_document(rounds.one()[0].path).body
    assert rounds.look() == {"same": 1}
    assert rounds.asked == [URL, onward]
    rounds.pages[onward] = rounds.pages[onward].replace("<figure>", ADDED + "<figure>")
    assert rounds.look() == {"edited": 1}
    rounds.answers[onward] = Answer(status=503)
    assert rounds.look() == {"failed: a further page was not to be had": 1}
    assert rounds.one()[0].revision == 2


# -- what never becomes a revision ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer("<title>404 页面不存在</title><p>页面不存在，请返回首页。</p>".encode()), "refused: error page"),
        (Answer(b"<title>Just a moment...</title><p>Checking your browser</p>"), "refused: challenge page"),
        (Answer(b"<title>Before you continue to</title><p>Accept all cookies</p>"), "refused: consent page"),
        (Answer(status=503), "failed: status 503"),
        (Answer(status=403), "failed: status 403"),
        (Answer(reason="timeout"), "failed: timeout"),
        (Answer(status=204), "refused: status 204"),
    ],
)
def test_what_is_no_text_of_the_outlet_is_none(rounds: LookRounds, answer: Answer, outcome: str) -> None:
    first(rounds)
    before = len(rounds.captures())
    rounds.answers[URL] = answer
    assert rounds.look() == {outcome: 1}
    assert rounds.look(30) == {outcome: 1}
    assert (rounds.why(), len(rounds.captures())) == ([("first",)], before)


def test_a_text_cut_short_never_follows_and_its_capture_is_kept(rounds: LookRounds) -> None:
    first(rounds)
    whole = page(1)
    rounds.pages[URL] = whole[: whole.index("<p>第二段")] + whole[whole.index("<figure>") :]
    assert rounds.look() == {"refused: shorter than the text we have": 1}
    assert len(rounds.captures()) == 2
    assert rounds.why() == [("first",)]


def test_a_redirect_to_another_article_or_home_is_a_page_that_is_missing(rounds: LookRounds) -> None:
    rounds.read(keep(rounds, 1), keep(rounds, 2))
    for target in (OTHER, "https://harbour.example/"):
        rounds.answers["https://harbour.example/"] = Answer(page(3).encode())
        rounds.answers[URL] = Answer(status=302, headers=(("Location", target),))
        assert rounds.look(2) == {"missing": 1, "same": 1}
        del rounds.answers[URL]
        assert rounds.look(2) == {"same": 2}
    assert all(one.revision == 1 for one in rounds.held())


def test_a_redirect_to_a_text_that_shares_nothing_is_no_edit(rounds: LookRounds) -> None:
    first(rounds)
    target = "https://harbour.example/news/tram.html"
    words = "市议会周五表决有轨电车四号线的追加预算。反对者说，这笔钱应当先修过海天桥，赞成的人说等不起。"
    tram = "".join(f"<p>{n}、{words}</p>" for n in range(9))
    rounds.pages[target] = f"<html><body><article><h1>有轨电车四号线</h1>{tram}</article></body></html>"
    rounds.answers[URL] = Answer(status=301, headers=(("Location", target),))
    assert rounds.look() == {"missing": 1}
    assert rounds.why() == [("first",)]


def test_an_article_that_moved_stays_the_same_article(rounds: LookRounds) -> None:
    first(rounds)
    target = "https://harbour.example/2026/ferry.html"
    rounds.pages[target] = page(1)
    rounds.answers[URL] = Answer(status=301, headers=(("Location", target),))
    assert rounds.look() == {"same": 1}


def test_a_page_that_calls_another_article_its_own_address_is_no_edit(rounds: LookRounds) -> None:
    rounds.read(keep(rounds, 1), keep(rounds, 2))
    rounds.pages[URL] = page(2, tail=ADDED).replace("<title>", f"<link rel='canonical' href='{OTHER}'><title>")
    assert rounds.look() == {"refused: another article's page": 1, "same": 1}


# -- vanished and back ----------------------------------------------------------------------------------------


def test_410_vanishes_at_once_and_the_line_repeats_the_newest_text(rounds: LookRounds) -> None:
    first(rounds)
    rounds.look()
    seen_last = rounds.now
    rounds.answers[URL] = Answer(status=410)
    assert rounds.look() == {"vanished": 1}
    held, lines = rounds.one()
    assert [line.why for line in lines] == [("first",), ("vanished",)]
    assert (lines[-1].reason, lines[-1].unchanged_until) == ("410", seen_last)
    assert (lines[-1].revision, lines[-1].path, lines[-1].sha256) == (1, held.path, held.sha256)
    assert rounds.look(48) == {"missing": 1}
    assert len(rounds.one()[1]) == 2


def test_404_vanishes_at_the_second_look_an_hour_later(rounds: LookRounds) -> None:
    first(rounds)
    rounds.answers[URL] = Answer(status=404)
    assert rounds.look() == {"missing": 1}
    assert rounds.look(0.5) == {"missing": 1}
    assert rounds.look(0.5) == {"vanished": 1}
    assert rounds.one()[1][-1].reason == "404"


def test_a_page_that_is_back_has_a_line_and_a_revision_if_its_text_changed(rounds: LookRounds) -> None:
    first(rounds)
    rounds.answers[URL] = Answer(status=410)
    rounds.look()
    gone = rounds.now
    del rounds.answers[URL]
    assert rounds.look(30) == {"back": 1}
    assert rounds.why() == [("first",), ("vanished",), ("back",)]
    assert rounds.one()[1][-1].unchanged_until == gone
    rounds.answers[URL] = Answer(status=410)
    assert rounds.look(30) == {"vanished": 1}
    del rounds.answers[URL]
    rounds.pages[URL] = page(1, tail=ADDED)
    assert rounds.look(30) == {"edited": 1}
    assert rounds.why()[3:5] == [("vanished",), ("back",)]
    assert rounds.one()[0].revision == 2
    _, lines = rounds.one()
    assert lines[-1].unchanged_until == gone + timedelta(hours=30)
    assert last_seen(lines) == rounds.now


def test_a_feed_may_tell_that_a_page_is_back(rounds: LookRounds) -> None:
    piece = first(rounds)
    rounds.answers[URL] = Answer(status=410)
    rounds.look()
    del rounds.answers[URL]
    rounds.read(replace(piece, text="渡轮又复航了…"))
    assert rounds.why() == [("first",), ("vanished",), ("back",)]
    assert rounds.look() == {"same": 1}


def test_a_vanished_page_is_still_looked_for_when_the_state_was_lost(rounds: LookRounds) -> None:
    first(rounds)
    rounds.answers[URL] = Answer(status=410)
    rounds.look()
    rounds.looks = MemoryLooks()
    del rounds.answers[URL]
    assert rounds.look(30) == {"back": 1}


# -- texts by turns -------------------------------------------------------------------------------------------


def test_a_headline_that_no_feed_confirms_waits_for_a_second_look(rounds: LookRounds) -> None:
    first(rounds)
    rounds.pages[URL] = retitled()
    assert rounds.look() == {"waiting": 1}
    assert rounds.why() == [("first",)]
    assert len(rounds.captures()) == 2
    assert rounds.look(0.05) == {"waiting": 1}
    assert rounds.look(0.2) == {"edited": 1}
    assert rounds.one()[0].headline == RETITLED


def test_a_waiting_headline_is_looked_at_again_within_minutes(rounds: LookRounds) -> None:
    first(rounds)
    rounds.pages[URL] = retitled()
    rounds.look()
    assert rounds.look(0.18, outlets=("harbour",)) == {"edited": 1}


def test_headlines_on_trial_are_no_edits(rounds: LookRounds) -> None:
    first(rounds)
    others, found = (retitled(), retitled("等渡轮的人")), list[str]()
    for text in (*others, page(1), others[1], page(1), others[1], others[1], others[0]):
        rounds.pages[URL] = text
        found += rounds.look()
    assert found == ["waiting", "waiting", "same", "flapping", "same", "flapping", "flapping", "waiting"]
    assert rounds.why() == [("first",)]


def test_a_headline_once_on_trial_is_kept_when_it_stays(rounds: LookRounds) -> None:
    first(rounds)
    for text, hours, outcome in (
        (retitled(), 1, "waiting"),
        (page(1), 1, "same"),
        (retitled(), 1, "flapping"),
        (retitled(), 12, "flapping"),
        (retitled(), 13, "edited"),
    ):
        rounds.pages[URL] = text
        assert rounds.look(hours) == {outcome: 1}


def test_a_picture_that_is_another_at_every_look_is_no_edit(rounds: LookRounds) -> None:
    first(rounds)
    for number in range(5):
        rounds.pages[URL] = page(1).replace("ferry.jpg", f"ferry-{number}.jpg")
        assert rounds.look() == {"waiting": 1}
    assert rounds.why() == [("first",)]
    assert rounds.look(0.3, outlets=("harbour",)) == {}


def test_a_headline_that_the_feed_confirms_is_kept_at_once(rounds: LookRounds) -> None:
    piece = first(rounds)
    rounds.pages[URL] = retitled()
    account = rounds.read(replace(piece, headline=RETITLED))
    assert account.revised == 1
    assert rounds.one()[0].headline == RETITLED


def test_a_headline_that_the_feed_contradicts_waits_in_a_round_too(rounds: LookRounds) -> None:
    piece = first(rounds)
    rounds.pages[URL] = retitled()
    account = rounds.read(replace(piece, text="渡轮复航了，更新…"))
    assert account.skipped == {"waits for a second look": 1}
    assert rounds.look(0.2, outlets=("harbour",)) == {"edited": 1}


def test_a_waiting_text_is_kept_before_the_edit_that_follows_it(rounds: LookRounds) -> None:
    first(rounds)
    rounds.pages[URL] = retitled()
    rounds.look()
    waited = rounds.now
    rounds.pages[URL] = retitled(tail=ADDED)
    assert rounds.look() == {"edited": 1}
    held, lines = rounds.one()
    assert (held.revision, [line.revision for line in lines]) == (3, [1, 2, 3])
    assert (lines[1].why, lines[1].captured) == (("headline",), waited)
    assert "headline" not in lines[2].why
    assert lines[2].unchanged_until == waited
    assert rounds.archive.get_document(lines[1].path).headline == RETITLED


def test_a_first_return_is_news_and_a_text_shown_by_turns_is_not(rounds: LookRounds) -> None:
    first(rounds)
    one, other = page(1), page(1).replace("将近两个小时", "将近四个小时")
    found: list[str] = []
    for text in (other, one, other, one, other, one):
        rounds.pages[URL] = text
        found += rounds.look()
    assert found == ["edited", "edited", "flapping", "same", "flapping", "same"]
    assert len(rounds.captures()) >= 4


def test_a_text_that_came_back_by_turns_and_stays_is_kept(rounds: LookRounds) -> None:
    first(rounds)
    other = page(1).replace("将近两个小时", "将近四个小时")
    for text in (other, page(1)):
        rounds.pages[URL] = text
        assert rounds.look() == {"edited": 1}
    rounds.pages[URL] = other
    assert rounds.look() == {"flapping": 1}
    assert rounds.look(20) == {"flapping": 1}
    assert rounds.one()[0].revision == 3
    assert rounds.look(20) == {"edited": 1}
    assert rounds.one()[0].revision == 4


# -- the same extractor on both sides -------------------------------------------------------------------------


def test_our_own_progress_is_no_edit(rounds: LookRounds) -> None:
    rounds.read(keep(rounds), workshop=OlderWorkshop)
    assert "第四段" not in rounds.archive.get_document(rounds.one()[0].path).body
    rounds.pages[URL] = page(1).replace("<body>", "<body class='x'>")
    assert rounds.look() == {"same": 1}
    assert rounds.why() == [("first",)]


def test_an_edit_is_held_against_the_older_capture_taken_anew(rounds: LookRounds) -> None:
    rounds.read(keep(rounds), workshop=OlderWorkshop)
    rounds.pages[URL] = page(1).replace("将近两个小时", "将近四个小时")
    assert rounds.look() == {"edited": 1}
    held, lines = rounds.one()
    assert [line.why for line in lines][:2] == [("first",), ("extracted again",)]
    assert held.revision == 2
    assert not {"paragraph-added", "rewrite", "baseline"} & set(lines[-1].why)
    assert lines[-1].path == held.path


def test_without_the_older_capture_no_edit_is_claimed(rounds: LookRounds) -> None:
    rounds.read(keep(rounds), workshop=OlderWorkshop)
    assert rounds.archive.expire_captures((rounds.now + timedelta(days=1)).date(), rounds.now)
    rounds.pages[URL] = page(1).replace("将近两个小时", "将近四个小时")
    assert rounds.look() == {"baseline": 1}
    assert rounds.why() == [("first",), ("baseline",)]


# -- what is looked at ----------------------------------------------------------------------------------------


def test_a_taken_down_article_is_not_looked_at(rounds: LookRounds) -> None:
    first(rounds)
    held, _ = rounds.one()
    additions = rounds.archive.take_down(held.article, held.first_path, "asked for", rounds.now)
    apply_additions(rounds.archive, rounds.index, additions)
    assert rounds.look() == {}
    assert rounds.look(1, articles=[held.article]) == {}
    assert rounds.asked == []


def test_a_feed_that_holds_the_whole_text_is_enough(rounds: LookRounds) -> None:
    text = "".join(
        f"<p>第{n}段。港口的渡轮在周六清晨复航，乘客在码头等了将近两个小时，票价不变。</p>" for n in range(30)
    )
    rounds.read(Piece(1, text=text))
    [held] = rounds.index.iter_holdings(HoldingQuery())
    assert rounds.look() == {}
    assert rounds.asked == [] and held.revision == 1


def test_one_article_is_looked_at_beyond_its_budget(rounds: LookRounds) -> None:
    rounds.ladder = replace(rounds.ladder, per_host_hour=1)
    rounds.read(keep(rounds, 1), keep(rounds, 2))
    assert rounds.look(1).total() == 1
    assert rounds.look(0.1).total() == 0
    ids = [one.article for one in rounds.held()]
    assert rounds.look(0.1, articles=ids).total() == 2
    assert rounds.look(2, everything=True, limit=1).total() == 1


def test_a_host_that_rests_is_asked_later_without_a_word(rounds: LookRounds) -> None:
    class Resting(MemoryFetcher):
        def fetch_all(self, requests: Iterable[Request]) -> Iterator[Failure]:
            for one in requests:
                yield Failure(one.url, one.key, "resting", "asks to wait", self.now, retry_after_s=120.0)

    first(rounds)
    rounds.now += timedelta(hours=1)
    [looked] = rounds.looking(Resting({})).look_all(everything=True)
    assert (looked.outcome, looked.account.complaints) == ("put off", [])
    state = rounds.looks.find(rounds.one()[0].article)
    assert state is not None
    assert (state.next_due, state.failures) == (rounds.now + timedelta(minutes=2), 0)


def test_texts_of_a_mirror_are_looked_at_only_when_that_is_set(rounds: LookRounds) -> None:
    rounds.pages[URL] = page(1, tail=ADDED)
    article = make_article(url=URL, canonical_url=URL, body=f"<p>{TEXT}</p>", extractor="takeover/1", entry_id=None)
    stated = {"name": "1.md", "sha256": "ab" * 32, "dialect": "mirror"}
    draft = make_draft(article, captured=rounds.now, imported=stated)
    apply_additions(rounds.archive, rounds.index, rounds.archive.keep_all([draft]))
    assert rounds.look() == {}
    rounds.imported = True
    assert rounds.look() == {"baseline": 1}
    assert rounds.why() == [("first",), ("baseline",)]
    assert rounds.look() == {"same": 1}


@pytest.mark.parametrize("numbers", [(), (4,), (5, 6, 7)])
def test_states_of_another_archive_are_forgotten(rounds: LookRounds, numbers: tuple[int, ...]) -> None:
    rounds.read(keep(rounds, 1), keep(rounds, 2))
    other = LookRounds(rounds.root / "other", keep_captures=True)
    other.read(*(keep(other, number) for number in numbers))
    other.looks = rounds.looks
    assert other.look() == ({"same": len(numbers)} if numbers else {})
    assert {state.url[-6] for state in other.looks.iter_due(other.now + timedelta(days=40), other.now)} == {
        str(number) for number in numbers
    }
    other.close()
