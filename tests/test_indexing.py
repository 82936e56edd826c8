"""Rebuilt and steadily kept indexes give the same answers, whatever happened and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.html import plain_text
from broadsheet.model import Edit, EditQuery, Holding, HoldingQuery, MonthCount
from broadsheet.policy.identity import flood_names
from broadsheet.services.archive import Archive
from broadsheet.services.indexes.articles import apply_additions, rebuild, sync
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, make_article, make_draft


@dataclass(frozen=True)
class Step:
    """Something that happens to article ``number``: kept, changed or taken down; seen by the index at once or not."""

    number: int
    deed: str
    is_indexed: bool
    shift: timedelta


steps = st.lists(
    st.builds(
        Step,
        st.integers(1, 6),
        st.sampled_from(["keep", "keep", "keep", "take down"]),
        st.booleans(),
        st.timedeltas(timedelta(days=-40), timedelta(days=3)),
    ),
    max_size=14,
)


def answers(index: MemoryIndex) -> tuple[list[Holding], list[MonthCount], list[object], object, list[Edit]]:
    names = [[f"id:guid-{number}", f"url:harbour.example/a/ferry/{number:07d}.html"] for number in range(1, 7)]
    found = [index.find_article("harbour", pair) for pair in names]
    holdings, months = list(index.iter_holdings(HoldingQuery())), list(index.iter_months())
    return holdings, months, list(found), index.positions(), list(index.iter_edits(EditQuery()))


def perform(archive: Archive, index: MemoryIndex, step: Step, count: int) -> None:
    article = make_article(step.number, published=PUBLISHED + step.shift, headline=f"第{count}次")
    draft = make_draft(article, captured=NOW + timedelta(seconds=count, microseconds=1234))
    sync(archive, index)
    holding = index.find_holding(draft.article_id)
    if step.deed == "take down":
        if holding is None or holding.is_taken_down:
            return
        additions = archive.take_down(holding.article, holding.first_path, "why", NOW)
    else:
        if holding is not None and holding.is_taken_down:
            return
        lines = list(archive.iter_article(holding.article, holding.first_path)) if holding else [None]
        why = ("number", "quote") if holding else draft.why
        additions = archive.keep_all([replace(draft, previous=lines[-1], why=why)])
    if step.is_indexed:
        apply_additions(archive, index, additions)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_rebuilt_and_steady_are_the_same(done: list[Step]) -> None:
    archive, steady = Archive(MemoryStore()), MemoryIndex()
    for count, step in enumerate(done):
        perform(archive, steady, step, count)
    sync(archive, steady)
    fresh = MemoryIndex()
    rebuild(archive, fresh)
    assert answers(fresh) == answers(steady)
    assert sync(archive, fresh) == 0


def test_a_text_that_came_along_spares_a_reading_and_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, index, told = Archive(MemoryStore()), MemoryIndex(), MemoryIndex()
    body = "<div>港口<b>渡轮</b>周六复航</div><p>乘客说等了很久，港务局说，航班恢复到每天十二班。</p>" * 3
    draft = make_draft(make_article(1, body=body))
    apply_additions(archive, index, archive.keep_all([draft]))
    other = Archive(MemoryStore())
    additions = other.keep_all([replace(draft, text=plain_text(body))])
    assert [kept.text for addition in additions for kept in addition.kept] == [plain_text(body)]
    monkeypatch.delattr("broadsheet.services.indexes.articles.plain_text")
    apply_additions(other, told, additions)
    assert told.find_article("harbour", flood_names(headline="渡轮复航 1", text=plain_text(body), published=None))
    assert vars(told) == vars(index)


def test_several_additions_to_one_file_are_taken_in_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    additions = [one for number in range(4) for one in archive.keep_all([make_draft(make_article(number))])]
    monkeypatch.delattr("broadsheet.services.indexes.articles.sync")
    apply_additions(archive, index, additions)
    assert [month.articles for month in index.iter_months()] == [4]


def test_an_index_of_another_truth_is_filled_anew() -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    apply_additions(archive, index, archive.keep_all([make_draft(make_article(1)), make_draft(make_article(2))]))
    other = Archive(MemoryStore())
    other.keep_all([make_draft(make_article(3))])
    sync(other, index)
    assert [one.headline for one in index.iter_holdings(HoldingQuery())] == ["渡轮复航 3"]
    longer = Archive(MemoryStore())
    longer.keep_all([make_draft(make_article(number)) for number in range(4, 9)])
    sync(longer, index)
    assert len(list(index.iter_holdings(HoldingQuery()))) == 5


@pytest.mark.parametrize("damage", [b"", b"<!--broken", None])
def test_a_damaged_document_does_not_stop_the_index(damage: bytes | None) -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    [addition] = archive.keep_all([make_draft(make_article(1)), make_draft(make_article(2))])
    path = addition.kept[0].revision.path
    if damage is None:
        archive.store.remove(path)
    else:
        archive.store.replace(path, damage)
    assert rebuild(archive, index) == 2
    held = {one.path: one.headline for one in index.iter_holdings(HoldingQuery())}
    assert held[path] == addition.kept[0].revision.url


def test_a_large_ledger_is_taken_in_by_steps() -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    archive.keep_all([make_draft(make_article(number)) for number in range(2300)])
    assert sync(archive, index) == 2300
    assert sum(month.articles for month in index.iter_months()) == 2300


def test_an_edit_says_when_the_text_before_it_was_last_seen() -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    first = make_draft(make_article(1))
    [line] = [kept.revision for added in archive.keep_all([first]) for kept in added.kept]
    looked, later = NOW + timedelta(hours=2), NOW + timedelta(hours=3)
    edited = make_draft(make_article(1, headline="渡轮停航 1"), line, captured=later, why=("headline",))
    archive.keep_all([replace(edited, unchanged_until=looked)])
    sync(archive, index)
    [edit] = index.iter_edits(EditQuery())
    assert (edit.after, edit.seen, edit.classes, edit.revision) == (looked, later, ("headline",), 2)
    assert (edit.before, edit.headline) == (line.path, "渡轮停航 1")
    assert edit.path == line.path.replace(".md", ".2.md")


@pytest.mark.parametrize("why", ["fuller", "baseline", "recovered", "first"])
def test_what_is_no_doing_of_the_outlet_s_is_no_edit(why: str) -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    [line] = [kept.revision for added in archive.keep_all([make_draft(make_article(1))]) for kept in added.kept]
    archive.keep_all([make_draft(make_article(1, headline="渡轮停航 1"), line, why=(why,))])
    sync(archive, index)
    assert not list(index.iter_edits(EditQuery()))


@pytest.mark.parametrize("at_once", [True, False])
def test_a_line_that_cannot_be_read_costs_its_article_and_no_other(
    at_once: bool, caplog: pytest.LogCaptureFixture
) -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    for number in (1, 2, 3):
        archive.keep_all([make_draft(make_article(number))])
        if number == 1 and not at_once:
            sync(archive, index)
    [(file, _)] = archive.iter_ledger_files()
    lines = archive.store.get(file).splitlines(keepends=True)
    archive.store.replace(file, lines[0] + b"#" * (len(lines[1]) - 1) + b"\n" + lines[2])
    with caplog.at_level("WARNING"):
        sync(archive, index)
    assert [holding.headline for holding in index.iter_holdings(HoldingQuery())] == ["渡轮复航 1", "渡轮复航 3"]
    assert f"{file}, line" in caplog.text and "broadsheet verify" in caplog.text
    steady = answers(index)
    rebuild(archive, index)
    assert answers(index) == steady
    assert sync(archive, index) == 0  # not read again and again
