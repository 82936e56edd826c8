"""Articles taken anew from their captures: a text beside the old one, never a revision, never a loss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broadsheet.extract import EXTRACTOR
from broadsheet.extract.jobs import EXTRACT_JOB
from broadsheet.formats.ledger import again_path, document_path, extraction_of, later_path
from broadsheet.model import Job, LineKind
from broadsheet.policy.identity import Numbering, article_id
from broadsheet.services.archive import newest_of
from broadsheet.services.archive.fixity import verify
from broadsheet.services.indexes.articles import apply_additions, rebuild
from broadsheet.services.reextract import is_due
from broadsheet.testing.inline import InlineWorkshop
from tests.feedtext import Piece
from tests.making import NOW
from tests.reader50 import iter_documents
from tests.wholerounds import PICTURE, OlderWorkshop, WholeRounds, keep, page


@pytest.fixture
def room(tmp_path: Path) -> Iterator[WholeRounds]:
    opened = WholeRounds(tmp_path, keep_captures=True)
    yield opened
    result = verify(opened.archive)
    assert [one for one in result.findings if one.damage] == []
    steady = opened.held(), list(opened.index.iter_months())
    rebuild(opened.archive, opened.index)
    assert (opened.held(), list(opened.index.iter_months())) == steady
    opened.close()


def test_a_better_text_stands_beside_the_old_one_and_is_no_revision(room: WholeRounds) -> None:
    assert room.read(keep(room)).kept == 1
    [before], old = room.held(), room.documents()
    assert before.revision == 1 and "第四段" not in str(old.values())
    months = list(room.index.iter_months())
    account = room.again()
    assert (account.listed, account.remade, account.same) == (1, 1, 0)
    [after], new = room.held(), room.documents()
    assert after.path == again_path(before.path, 2) and after.revision == 1
    assert {path: new[path] for path in old} == old
    assert "第四段" in new[after.path].decode()
    first, second = room.lines()
    assert second.kind is LineKind.REEXTRACTED and second.extractor == EXTRACTOR != first.extractor
    assert (second.capture_digest, second.capture_place) == (first.capture_digest, first.capture_place)
    assert (second.captured, second.published) == (first.captured, first.published)
    assert [one.revisions for one in room.index.iter_months()] == [one.revisions for one in months]
    assert room.index.find_article("harbour", [f"url:{after.url.removeprefix('https://')}"]) is not None


def test_what_is_remade_is_not_older_and_all_remakes_nothing_that_stays_the_same(room: WholeRounds) -> None:
    room.read(keep(room, 1), keep(room, 2))
    assert room.again().remade == 2
    assert room.again().listed == 0
    account = room.again(everything=True)
    assert (account.listed, account.same) == (2, 2)
    assert len(room.documents()) == 4


def test_the_third_extraction_is_counted_from_the_second(room: WholeRounds) -> None:
    room.read(keep(room))
    room.again()
    account = room.again(everything=True, workshop=OlderWorkshop([EXTRACT_JOB]))
    assert account.remade == 1
    assert [extraction_of(path) for path in sorted(room.documents())] == [2, 3, 1]


def test_every_revision_is_taken_anew_and_the_newest_stays_the_newest(room: WholeRounds) -> None:
    piece = keep(room)
    room.read(piece)
    room.pages[piece.url or ""] = page(1, tail="<p>第五段，后来补上的一段。</p>")
    assert room.read(replace(piece, text="渡轮复航了，更新…")).revised == 1
    account = room.again()
    assert (account.listed, account.remade) == (2, 2)
    [held] = room.held()
    assert (held.revision, held.path) == (2, again_path(later_path(held.first_path, 2), 2))
    newest = newest_of(room.lines())
    assert newest.path == held.path and "第五段" in room.archive.get_document(held.path).body


def test_a_later_edit_is_compared_with_the_newest_extraction(room: WholeRounds) -> None:
    piece = keep(room)
    room.read(piece)
    room.again()
    account = room.read(replace(piece, text="渡轮复航了，别的话…"), workshop=InlineWorkshop)
    assert (account.kept, account.known) == (0, 1)
    room.pages[piece.url or ""] = page(1, tail="<p>第五段，后来补上的一段。</p>")
    assert room.read(replace(piece, text="渡轮复航了，又改…"), workshop=InlineWorkshop).revised == 1
    [held] = room.held()
    assert held.revision == 2 and held.path.endswith(".2.md")


def test_a_text_without_a_capture_or_of_another_hand_is_left(room: WholeRounds) -> None:
    room.read(keep(room, 1), keep(room, 2))
    places = [place for place, _ in room.archive.captures.iter_places()]
    room.archive.expire_captures((room.now + timedelta(days=1)).date(), room.now)
    assert places and not list(room.archive.captures.iter_places())
    assert room.again().left == {"the capture is gone": 2}
    assert not is_due("mirror/1", everything=True) and not is_due("recovered", everything=True)
    assert is_due("page/0", everything=False) and is_due("feed/0", everything=False)
    assert not is_due(EXTRACTOR, everything=False) and is_due(EXTRACTOR, everything=True)
    assert not is_due("page/99", everything=False)


def test_a_page_that_is_no_article_now_is_left_alone(room: WholeRounds) -> None:
    class Refusing(InlineWorkshop):
        def map(self, jobs: Any) -> Iterator[Any]:
            jobs = [Job(job.function, {**job.payload, "page": b"<html><body></body></html>"}, job.key) for job in jobs]
            return super().map(jobs)

    room.read(keep(room))
    assert room.again(workshop=Refusing([EXTRACT_JOB])).left == {"no article now": 1}
    assert len(room.documents()) == 1


def test_further_pages_come_from_their_captures_or_the_article_is_left_alone(room: WholeRounds) -> None:
    piece = keep(room, 1, following="https://harbour.example/a/0000001.html?page=2")
    room.pages[f"{piece.url}?page=2"] = page(2).replace("渡轮复航第2天", "渡轮复航第1天")
    room.read(piece)
    [line] = room.lines()
    assert len(line.capture_parts) == 1
    assert room.again().remade == 1
    body = room.archive.get_document(room.held()[0].path).body
    assert "第四段，第1天" in body and "第四段，第2天" in body
    room.archive.captures.drop({line.capture_parts[0]}, now=room.now)
    account = room.again(everything=True)
    assert account.left == {"a further page is not kept": 1} and len(account.complaints) == 1


def test_a_feeds_own_text_is_read_from_the_kept_feed(room: WholeRounds) -> None:
    room.read(Piece(1), Piece(2))
    account = room.again(everything=True)
    assert (account.listed, account.same) == (2, 2)


def test_pictures_that_the_new_text_shows_are_fetched(room: WholeRounds) -> None:
    room.read(keep(room))
    assert room.lines()[-1].pictures == {PICTURE: None}
    room.again(pictures=True)
    assert room.lines()[-1].pictures[PICTURE] is not None


def test_a_document_that_a_killed_run_left_gives_way(room: WholeRounds) -> None:
    room.read(keep(room))
    [held] = room.held()
    left = room.archive.store.get(held.path).replace("第一段".encode(), "第壹段".encode())
    room.archive.store.put_all([(again_path(held.path, 2), left)])
    assert room.again().remade == 1
    assert "第四段" in room.archive.get_document(room.held()[0].path).body


def test_a_take_down_leaves_a_tombstone_at_every_path(room: WholeRounds) -> None:
    room.read(keep(room))
    room.again()
    [held] = room.held()
    additions = room.archive.take_down(held.article, held.first_path, "asked for", room.now)
    apply_additions(room.archive, room.index, additions)
    assert len(room.documents()) == 2
    assert all("Taken down" in text.decode() and "渡轮" not in text.decode() for text in room.documents().values())
    assert room.held()[0].is_taken_down
    assert room.again(everything=True).listed == 0


def test_a_reader_of_fifty_lines_reads_both(room: WholeRounds, tmp_path: Path) -> None:
    room.read(keep(room))
    room.again()
    newer, older = (text for _, _, _, text in iter_documents(tmp_path))
    assert "第四段" in newer and "第四段" not in older


def test_paths_are_told_apart() -> None:
    path = document_path("voa/7184661", NOW, 1)
    assert again_path(path, 2) == path.replace(".md", "+2.md")
    assert again_path(again_path(later_path(path, 2), 2), 3) == path.replace(".md", ".2+3.md")
    assert later_path(again_path(later_path(path, 2), 3), 3) == path.replace(".md", ".3.md")
    assert later_path(again_path(path, 2), 1) == path
    assert [extraction_of(one) for one in (path, again_path(path, 12))] == [1, 12]


def test_a_number_with_other_signs_is_no_key() -> None:
    numbering = Numbering({"n.example": re.compile(r"/a/(.+)$")})
    assert article_id("n", "https://n.example/a/42-b", numbering) == "n/42-b"
    for odd in ("1.2", "1+2", "文", "a_b", "x" * 101):
        assert re.fullmatch(r"n/[0-9a-f]{12}", article_id("n", f"https://n.example/a/{odd}", numbering))
