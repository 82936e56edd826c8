"""The path of an article, round by round, with every fault of the old mirrors as a test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.model import Holding, HoldingQuery
from broadsheet.policy.identity import Numbering
from broadsheet.services.archive.fixity import verify
from broadsheet.services.indexes.articles import apply_additions, rebuild, sync
from tests.feedtext import FEED, TEXT, Piece, Rounds, rss
from tests.making import PUBLISHED


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    opened = Rounds(tmp_path)
    yield opened
    assert verify(opened.archive).is_whole
    before = list(opened.index.iter_holdings(HoldingQuery()))
    rebuild(opened.archive, opened.index)
    assert list(opened.index.iter_holdings(HoldingQuery())) == before
    opened.close()


def held(rounds: Rounds) -> list[Holding]:
    return list(rounds.index.iter_holdings(HoldingQuery()))


def test_new_entries_are_kept_and_known_ones_are_known(rounds: Rounds) -> None:
    account = rounds.run(Piece(1), Piece(2))
    assert (account.listed, account.kept, account.known) == (2, 2, 0)
    account = rounds.run(Piece(1), Piece(2), Piece(3))
    assert (account.listed, account.kept, account.known) == (3, 1, 2)
    assert len(held(rounds)) == 3


def test_the_same_bytes_are_not_gone_through_again(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    account = rounds.run(Piece(1))
    assert (account.listed, account.polled["same body"]) == (0, 1)


def test_an_edit_becomes_a_revision(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    account = rounds.run(Piece(1, text=f"<p>{TEXT}</p><p>这是第二天。</p>"))
    assert (account.kept, account.revised) == (1, 1)
    [one] = held(rounds)
    assert one.revision == 2
    lines = list(rounds.archive.iter_article(one.article, one.first_path))
    assert [line.why for line in lines] == [("first",), ("number",)]


def test_markup_and_white_space_are_no_edit(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    account = rounds.run(Piece(1, text=f'<div style="x"><p>{TEXT}</p>\n\n<p><span>这是第1天。</span></p></div>'))
    assert (account.kept, account.known) == (0, 1)


def test_a_retitled_piece_stays_one_article(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    account = rounds.run(Piece(1, headline="渡轮终于复航", url="https://harbour.example/a/new-slug.html"))
    assert account.revised == 1
    assert [one.revision for one in held(rounds)] == [2]


def test_a_headline_alone_makes_a_revision(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    rounds.run(Piece(1, headline="渡轮终于复航"))
    [one] = held(rounds)
    assert one.headline == "渡轮终于复航"
    assert list(rounds.archive.iter_article(one.article, one.first_path))[-1].why == ("headline",)


def test_two_pieces_of_one_headline_stay_two(rounds: Rounds) -> None:
    rounds.run(Piece(1, headline="早报"), Piece(2, headline="早报"))
    assert len(held(rounds)) == 2


def test_two_entries_of_one_second_and_a_back_dated_one_are_kept(rounds: Rounds) -> None:
    rounds.run(Piece(1), Piece(2))
    rounds.run(Piece(3, published=PUBLISHED - timedelta(days=9)), Piece(1), Piece(2))
    assert len(held(rounds)) == 3


def test_an_undated_entry_is_kept_as_undated(rounds: Rounds) -> None:
    rounds.run(Piece(1, published=None), Piece(2, published="someday soon"))
    assert {one.published_from for one in held(rounds)} == {"capture"}
    rounds.run(Piece(1, published=None), Piece(3))
    assert len(held(rounds)) == 3


def test_a_date_in_the_future_is_not_believed_and_blocks_nobody(rounds: Rounds) -> None:
    rounds.run(Piece(1, published=rounds.now + timedelta(days=400)))
    rounds.run(Piece(2))
    assert {one.published_from for one in held(rounds)} == {"capture", "feed"}


def test_a_bad_entry_never_costs_its_feed(rounds: Rounds) -> None:
    account = rounds.run(Piece(1), Piece(2, url=None, guid=None), Piece(3))
    assert (account.kept, account.failed["no article"]) == (2, 1)
    assert "渡轮复航第2天" in account.complaints[0]


def test_a_bare_ampersand_costs_nothing(rounds: Rounds) -> None:
    body = rss([Piece(1), Piece(2)]).replace("渡轮复航第1天".encode(), "港湾 & 渡轮".encode())
    assert rounds.run(body=body).kept == 2
    assert "港湾 & 渡轮" in {one.headline for one in held(rounds)}


def test_a_page_instead_of_a_feed_is_a_failure_that_loses_nothing(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    account = rounds.run(body=b"<!DOCTYPE html><html><body><h1>503</h1></body></html>")
    assert account.polled["failed"] == 1
    assert account.complaints
    assert rounds.run(Piece(1), Piece(2)).kept == 1


def test_an_error_status_is_a_failure_with_a_sentence(rounds: Rounds) -> None:
    account = rounds.run(body=b"", status=500)
    assert account.polled["failed"] == 1
    assert FEED in account.complaints[0]
    state = rounds.queue.find(FEED)
    assert state is not None
    assert state.failures == 1


def test_a_text_cut_short_never_follows_the_whole(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    account = rounds.run(Piece(1, text=f"<p>{TEXT[:30]}…</p>"))
    assert account.skipped == {"shorter than the text we have": 1}
    assert [one.revision for one in held(rounds)] == [1]


def test_http_to_https_and_new_ids_for_a_whole_feed_are_no_flood(rounds: Rounds) -> None:
    old = [Piece(number, url=f"http://www.harbour.example/{number}") for number in range(8)]
    rounds.run(*old)
    moved = [Piece(n, url=f"https://harbour.example/{n}/", guid=f"tag:new,{n}") for n in range(8)]
    assert rounds.run(*moved).known == 8


def test_a_moved_cms_with_new_addresses_and_ids_is_recognised_by_its_texts(rounds: Rounds) -> None:
    rounds.run(*(Piece(number) for number in range(8)))
    moved = [Piece(n, url=f"https://new.example/article/{n}", guid=f"new-{n}") for n in range(7)]
    fresh = Piece(99, text=f"<p>{TEXT}</p><p>全新的报道，与以前的任何一篇都不一样。</p>")
    account = rounds.run(*moved, fresh)
    assert (account.known, account.kept) == (7, 1)


def test_one_id_on_two_addresses_names_nothing(rounds: Rounds) -> None:
    rounds.run(Piece(1, guid="same"), Piece(2, guid="same"))
    assert len(held(rounds)) == 2
    rounds.run(Piece(1, guid="same"), Piece(2, guid="same"), Piece(3, guid="same"))
    assert [one.revision for one in held(rounds)] == [1, 1, 1]


def test_an_article_listed_twice_in_one_feed_is_kept_once(rounds: Rounds) -> None:
    account = rounds.run(Piece(1), Piece(1, headline="渡轮复航（更新）"))
    assert (account.kept, account.known) == (1, 1)


def test_a_limit_leaves_the_rest_for_the_next_round(rounds: Rounds) -> None:
    pieces = [Piece(number) for number in range(5)]
    account = rounds.run(*pieces, limit=2)
    assert (account.kept, account.skipped["over the limit"]) == (2, 3)
    account = rounds.run(*pieces)
    assert (account.kept, account.known) == (3, 2)


def test_a_taken_down_article_is_not_kept_again(rounds: Rounds) -> None:
    rounds.run(Piece(1))
    [one] = held(rounds)
    apply_additions(
        rounds.archive, rounds.index, rounds.archive.take_down(one.article, one.first_path, "asked for", rounds.now)
    )
    account = rounds.run(Piece(1, headline="换了标题"), Piece(2))
    assert (account.kept, account.skipped["taken down"]) == (1, 1)


def test_a_feed_that_still_lists_a_taken_down_article_is_not_captured(rounds: Rounds) -> None:
    rounds.keep_captures = True
    rounds.run(Piece(1), Piece(2))
    [one] = [one for one in held(rounds) if one.url.endswith("0000001.html")]
    apply_additions(
        rounds.archive, rounds.index, rounds.archive.take_down(one.article, one.first_path, "asked for", rounds.now)
    )
    rounds.run(Piece(1), Piece(2), Piece(3))
    rounds.run(Piece(3), Piece(4))
    captures = [
        capture
        for place, _ in rounds.archive.captures.iter_places()
        for capture in rounds.archive.captures.iter_captures(place)
    ]
    assert captures
    assert not any("第1天".encode() in capture.body for capture in captures)


def test_a_declared_number_names_the_document(rounds: Rounds) -> None:
    rounds.numbering = Numbering({"harbour.example": re.compile(r"/(\d{7})\.html$")})
    rounds.run(Piece(1))
    assert held(rounds)[0].path == "articles/harbour/2026/02/28-0000001.md"
    rounds.run(Piece(1, guid="other", url="https://harbour.example/renamed/0000001.html", headline="改名"))
    assert [one.revision for one in held(rounds)] == [2]


def test_losing_the_polling_state_keeps_nothing_twice(rounds: Rounds, tmp_path: Path) -> None:
    rounds.run(Piece(1), Piece(2))
    rounds.close()
    for path in (tmp_path / ".broadsheet").iterdir():
        path.unlink()
    again = Rounds(tmp_path, now=rounds.now)
    sync(again.archive, again.index)
    account = again.run(Piece(1), Piece(2))
    assert (account.kept, account.known) == (0, 2)
    rounds.archive, rounds.index, rounds.queue = again.archive, again.index, again.queue


def test_a_place_taken_by_a_foreign_file_costs_one_article_until_it_is_moved(rounds: Rounds) -> None:
    rounds.run(Piece(1), Piece(2))
    taken = sorted(one.path for one in held(rounds))[0]
    other = Rounds(rounds.root / "other", now=rounds.now)
    other.archive.store.put_all([(taken, b"something else")])
    account = other.run(Piece(1), Piece(2))
    assert (account.kept, account.failed["place taken"]) == (1, 1)
    other.archive.store.remove(taken)
    assert other.run(Piece(1), Piece(2)).kept == 1
    other.close()


def test_a_summary_feed_that_gains_text_becomes_fuller(rounds: Rounds) -> None:
    rounds.run(Piece(1, text="<p>渡轮复航。</p>"))
    assert rounds.run(Piece(1)).revised == 1


def test_entries_of_an_unknown_outlet_still_have_one(rounds: Rounds) -> None:
    rounds.outlet = replace(rounds.outlet, name="x", language=None)
    assert rounds.run(Piece(1)).kept == 1


def test_one_number_on_two_sites_of_one_outlet_is_two_articles(rounds: Rounds) -> None:
    pattern = re.compile(r"/(\d{7})\.html$")
    rounds.numbering = Numbering({"harbour.example": pattern})
    rounds.run(Piece(1), Piece(2, url="https://other.example/a/0000001.html", text="<p>另一篇。</p>"))
    assert len(held(rounds)) == 2
    assert len({one.path for one in held(rounds)}) == 2
