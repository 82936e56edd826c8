"""What pages about edits are made of: differences whole and in short, folds, marks, histories."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.formats.document import plain
from broadsheet.model import EDIT_CLASSES, Agency, Document, Revision
from broadsheet.render._moments import moment, span_words
from broadsheet.render.differences import (
    feed_html,
    fold,
    label_of,
    of_side,
    pieces_html,
    pieces_markdown,
    pieces_text,
)
from broadsheet.render.words import LANGUAGES, WORDS, say_class
from broadsheet.services.pages._differences import (
    Printed,
    blocks_between,
    choose_pair,
    only_changed,
    pictures_between,
    shorten,
)
from broadsheet.services.pages._history import edited_of, find_steps
from broadsheet.views.page import ChangedBlock, Piece

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BLANK = Revision(
    article="harbour/1", revision=1, path="articles/harbour/2026/03/01-1.md", sha256="0" * 64,
    outlet="harbour", url="u",
    canonical_url="u", published=NOON, published_from="feed", captured=NOON, why=("first",), extractor="page/1",
)  # fmt: skip


def line(revision: int, *why: str, minutes: int = 0, **changes: object) -> Revision:
    """A ledger line of the one article."""
    stated = vars(BLANK) | {"revision": revision, "why": why, "captured": NOON + timedelta(minutes=minutes)} | changes
    return Revision(**stated)


def printed(body: str, headline: str = "渡轮复航", **changes: object) -> Printed:
    return Printed(line(1, "first", minutes=0, **changes), Document(None, headline, "https://harbour.example/1", body))


def test_headline_stands_first_and_every_block_follows() -> None:
    old = printed(
        "<p>载客12人。</p>\n<p>票价不变。</p>", "渡轮复航，12人", byline="岑望", agency=Agency("AFP", "法新社")
    )
    new = printed("<p>载客17人。</p>\n<p>票价不变。</p>", "渡轮复航，17人", byline="岑望、陆遥")
    blocks = blocks_between(old, new)
    assert [(block.role, block.kind) for block in blocks] == [
        ("headline", "changed"), ("byline", "changed"), ("agency", "removed"), ("text", "changed"), ("text", "same"),
    ]  # fmt: skip
    assert [piece.text for piece in blocks[0].pieces if piece.is_number] == ["12人", "17人"]


def test_a_headline_in_other_words_is_one_block() -> None:
    (block, *_) = blocks_between(printed("", "Survey finds reef"), printed("", "海底发现古老礁石"))
    assert block.kind == "changed"
    assert [piece.kind for piece in block.pieces] == ["old", "new"]


def test_what_another_reader_of_pages_did_not_find_was_not_edited() -> None:
    old, new = printed("<p>一</p>", byline="岑望", extractor="feed/1"), printed("<p>一</p>", byline=None)
    assert only_changed(blocks_between(old, new)) == []
    assert len(only_changed(blocks_between(printed("<p>一</p>", byline="岑望"), new))) == 1


def test_captions_are_told_from_text_and_date_lines_of_mirrors_are_no_text() -> None:
    figure = '<figure><img src="https://p.example/1.jpg" alt="渡轮"><figcaption>渡轮靠岸</figcaption></figure>'
    old = printed(plain("<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div><p>正文</p>"))
    found = blocks_between(old, printed(f"{figure}\n<p>正文</p>"))
    assert [(block.role, block.kind) for block in found[1:]] == [("caption", "added"), ("text", "same")]


def test_a_deck_that_stands_in_the_text_is_shown_once() -> None:
    old, new = (printed(f"<p>载客{n}人</p>\n<p>正文</p>", deck=f"载客{n}人") for n in (12, 17))
    assert [(one.role, one.kind) for one in blocks_between(old, new)] == [
        ("headline", "same"), ("deck", "changed"), ("text", "same"),
    ]  # fmt: skip
    apart = blocks_between(printed("<p>正文</p>", deck="载客12人"), printed("<p>正文</p>", deck="载客17人"))
    assert [(one.role, one.kind) for one in apart[1:]] == [("deck", "changed"), ("text", "same")]


def test_pictures_are_told_apart_by_their_bytes_where_they_are_kept() -> None:
    one, other = (f'<figure><img src="https://p.example/{name}.jpg" alt="{name}"></figure>' for name in "ab")
    same = {"https://p.example/a.jpg": "ab" * 32, "https://p.example/b.jpg": "ab" * 32}
    assert pictures_between(printed(one, pictures=same), printed(other, pictures=same)) == ()
    gone, come = pictures_between(printed(one), printed(other))
    assert (gone.kind, gone.url, gone.picture, gone.alt) == ("removed", "https://p.example/a.jpg", None, "a")
    assert come.kind == "added"
    proxied = '<figure><img src="https://wsrv.nl/?url=p.example/a.jpg" alt="a"></figure>'
    assert pictures_between(printed(one), printed(proxied)) == ()


def test_texts_of_one_extractor_are_compared() -> None:
    lines = [line(1, "first"), line(2, "number", extractor="page/2"), line(1, "extracted again", extractor="page/2")]
    before, after = choose_pair(lines, 1, 2)
    assert (before.extractor, after.extractor) == ("page/2", "page/2")
    before, _ = choose_pair([*lines, line(1, "extracted again", extractor="page/3")], 1, 2)
    assert before.extractor == "page/2"
    before, _ = choose_pair(lines[:2], 1, 2)
    assert before.extractor == "page/1"


words = st.text(alphabet="ab 1.5%，。说“”人甲乙\n<&'", min_size=0, max_size=60)


@given(st.lists(words, max_size=5), st.lists(words, max_size=5), words, words)
def test_nothing_is_lost_between_two_texts(old: list[str], new: list[str], before: str, after: str) -> None:
    bodies = [
        "\n".join(f"<p>{word.replace('<', '&lt;').replace('&', '&amp;')}</p>" for word in one) for one in (old, new)
    ]
    blocks = blocks_between(printed(bodies[0], before), printed(bodies[1], after))
    for side, headline in (("old", before), ("new", after)):
        if headline:
            assert "".join(piece.text for piece in of_side(blocks[0], side)) == headline
    for block in blocks:
        shown = re.sub(r'<span class="heard"[^>]*>[^<]*</span>', "", pieces_html(block.pieces, "en"))
        assert unescape(re.sub(r"<[^>]*>", "", shown)) == "".join(piece.text for piece in block.pieces)
    short = shorten(blocks)
    assert sum(len(piece.text) for piece in short) <= 500
    assert bool([piece for piece in short if piece.kind in ("old", "new")]) is any(
        piece.kind != "same" for block in blocks for piece in block.pieces
    )


def test_a_difference_in_short_begins_with_what_weighs_most() -> None:
    old = printed("<p>" + "甲乙丙丁" * 60 + "</p>\n<p>首日载客12人，收入不明，船长没有回答。</p>", "旧题")
    new = printed("<p>" + "戊己庚辛" * 60 + "</p>\n<p>首日载客17人，收入不明，船长没有回答。</p>", "旧题")
    short = pieces_text(shorten(blocks_between(old, new)))
    assert short.startswith("首日载客[-12人-]{+17人+}")
    assert len(short) < 260


def test_cuts_do_not_go_through_words_and_leave_a_mark() -> None:
    begin, end = "The committee said on Thursday that the hall of the fish market will", "close in spring after all"
    short = shorten(blocks_between(printed(f"<p>{begin} {end}</p>"), printed(f"<p>{begin} not {end}</p>")))
    assert pieces_text(short) == "… the fish market will {+not+} close in spring after …"


def block(kind: str, text: str = "词") -> ChangedBlock:
    return ChangedBlock(kind, "text", (Piece({"added": "new", "removed": "old"}.get(kind, "same"), text),))


@given(st.lists(st.sampled_from(["same", "added", "removed", "moved"]), max_size=20), st.integers(0, 3))
def test_folds_keep_every_block_in_order_and_no_change_inside(kinds: list[str], context: int) -> None:
    blocks = [block(kind, str(number)) for number, kind in enumerate(kinds)]
    runs = fold(blocks, context)
    assert [one for run in runs for one in run.blocks] == blocks
    for run in runs:
        assert not run.is_folded or {one.kind for one in run.blocks} == {"same"}
        assert not run.is_folded or len(run.blocks) > 1
    assert all(one.is_folded != other.is_folded or one.is_folded for one, other in pairwise(runs))


PIECES = (
    Piece("same", "will "),
    Piece("new", "not "),
    Piece("same", "pay <5%> "),
    Piece("old", "12", True),
    Piece("old", "人"),
)


def test_marks_in_every_form() -> None:
    assert pieces_text(PIECES) == "will {+not+} pay <5%> [-12人-]"
    assert pieces_markdown(PIECES) == r"will <ins>not</ins> pay \<5%\> <del>12人</del>"
    shown = pieces_html(PIECES, "zh-Hans")
    assert '<del class="num"><span class="heard" lang="zh-Hans"> [删去: </span>12' in shown
    assert "pay &lt;5%&gt; " in shown
    assert feed_html([ChangedBlock("changed", "headline", PIECES)], "en") == (
        "<p><small>Headline</small><br>will <ins>not</ins> pay &lt;5%&gt; "
        "<del><strong>12</strong></del><del>人</del></p>"
    )
    assert pieces_text((Piece("same", "一\n二"),)) == "一 ¶ 二"


def test_labels_say_what_colours_cannot() -> None:
    assert label_of(block("added"), "en") == "Paragraph added"
    assert label_of(block("moved"), "zh-Hant") == "移動的段落"
    assert label_of(block("changed"), "en") == ""
    assert label_of(ChangedBlock("removed", "caption", ()), "en") == "Caption · Paragraph removed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_of_edit_has_words(language: str) -> None:
    for name in (*EDIT_CLASSES, "body", "fuller", "first", "take-down", "pictures", "extracted again"):
        assert say_class(language, name) == WORDS[language][f"edit_{name}"]
    assert say_class(language, "unheard-of") == "unheard-of"


def test_a_history_has_steps_for_what_the_outlet_did() -> None:
    lines = [
        line(1, "first"),
        line(1, "pictures", minutes=5),
        line(2, "fuller", minutes=10),
        line(3, "number", "quote", minutes=20, unchanged_until=NOON + timedelta(minutes=15)),
        line(2, "extracted again", minutes=21),
        line(3, "vanished", minutes=30, reason="HTTP 404"),
        line(3, "back", minutes=40),
        line(1, "take-down", minutes=50),
        line(2, "take-down", minutes=50),
    ]
    steps = find_steps(lines)
    assert [step.kind for step in steps] == ["first", "kept", "edit", "vanished", "back", "taken-down"]
    after = [step.after and (step.after - NOON) // timedelta(minutes=1) for step in steps]
    assert after == [None, 0, 15, 20, 30, 40]
    assert edited_of("harbour/1", lines) is None
    edited = edited_of("harbour/1", lines[:7])
    assert edited is not None
    assert (edited.times, edited.classes) == (1, ("number", "quote"))
    gone = edited_of("harbour/1", lines[:6])
    assert gone is not None
    assert gone.classes == ("number", "quote", "vanished")
    back = edited_of("harbour/1", [lines[0], *lines[5:7]])
    assert back is not None
    assert (back.times, back.classes, back.changes) == (0, ("back",), None)
    assert edited.changes == "articles/harbour/1/changes/3"
    assert edited_of("harbour/1", lines[:3]) is None


@pytest.mark.parametrize(
    ("after", "seen", "zone", "expected"),
    [
        (NOON, NOON + timedelta(hours=1), UTC, ("2026-03-01 12:00", "13:00 UTC")),
        (NOON, NOON + timedelta(days=1), UTC, ("2026-03-01 12:00", "2026-03-02 12:00 UTC")),
        (NOON, NOON + timedelta(seconds=3), UTC, ("2026-03-01 12:00:00", "12:00:03 UTC")),
        (
            NOON,
            NOON + timedelta(hours=5),
            timezone(timedelta(hours=8)),
            ("2026-03-01 20:00", "2026-03-02 01:00 +08:00"),
        ),
    ],
)
def test_two_moments_say_what_they_share_once(
    after: datetime, seen: datetime, zone: timezone, expected: tuple[str, str]
) -> None:
    assert span_words(after, seen, zone) == expected


def test_a_moment_names_its_zone() -> None:
    assert moment(NOON) == "2026-03-01 12:00 UTC"
    assert moment(NOON, timezone(timedelta(hours=-3, minutes=-30)), seconds=True) == "2026-03-01 08:30:00 -03:30"
