"""The search index follows the ledgers: rebuilt and steadily kept are the same, killed and damaged ones heal."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.adapters.files import FileStore
from broadsheet.adapters.tantivy import TantivySearch
from broadsheet.errors import EngineError, QueryError
from broadsheet.html import plain_text
from broadsheet.model import Facet, Matches
from broadsheet.ports import Index, SearchIndex
from broadsheet.query import parse_query
from broadsheet.services.archive import Archive
from broadsheet.services.indexes import articles as indexing
from broadsheet.services.indexes import search as searching
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.search import MemorySearch
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, happen, keep, make_article, make_draft

QUESTIONS = ("渡轮", "港", "第1次", "第2次", "taken", "edited:yes", "-edited:yes", "has:picture", "", "harbour 乘客")


@dataclass(frozen=True)
class Step:
    """Something that happens to article ``number``; the search index takes it in at once or not."""

    number: int
    deed: str
    is_synced: bool
    days: int


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(1, 5),
        st.sampled_from(["keep", "keep", "keep", "take down"]),
        st.booleans(),
        st.integers(-40, 3),
    ),
    max_size=12,
)


def perform(archive: Archive, index: Index, step: Step, count: int) -> None:
    picture = '<figure><img src="https://harbour.example/p.jpg"></figure>\n' if count % 3 == 0 else ""
    article = make_article(
        step.number,
        published=PUBLISHED + timedelta(days=step.days),
        headline=f"第{count}次",
        body=f"{picture}<p>渡轮第{count}次到港，乘客说。</p>",
    )
    draft = make_draft(article, captured=NOW + timedelta(seconds=count))
    happen(archive, index, draft, step.deed)


def answers(search: SearchIndex) -> list[tuple[list[str], list[str], int, tuple[Facet, ...]]]:
    """What is found, in the order of time and in any; best first may differ while replaced texts still count."""
    given = []
    for question in QUESTIONS:
        query = parse_query(question)
        newest: Matches = search.search(query, newest=True, limit=99, facets=True)
        best = search.search(query, limit=99)
        found = [article for article, _ in newest.found]
        given.append((found, sorted(article for article, _ in best.found), newest.total, newest.facets))
    return given


def hold_together(done: list[Step], steady: SearchIndex, fresh: SearchIndex) -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    for count, step in enumerate(done):
        perform(archive, index, step, count)
        if step.is_synced:
            searching.sync(archive, index, steady)
    searching.sync(archive, index, steady)
    searching.rebuild(archive, index, fresh)
    assert answers(steady) == answers(fresh)
    assert steady.positions() == fresh.positions()
    assert searching.sync(archive, index, steady) == 0
    held = [one for one in index._holdings.values() if not one[0].is_taken_down]
    assert steady.search(parse_query("")).total == len(held)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_rebuilt_and_steady_are_the_same(done: list[Step]) -> None:
    hold_together(done, MemorySearch(), MemorySearch())


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(STEPS)
def test_rebuilt_and_steady_are_the_same_on_disk(done: list[Step]) -> None:
    with (
        TemporaryDirectory() as folder,
        closing(TantivySearch(Path(folder) / "steady", heap=16_000_000)) as steady,
        closing(TantivySearch(Path(folder) / "fresh", heap=16_000_000)) as fresh,
    ):
        hold_together(done, steady, fresh)


@pytest.fixture
def parts() -> tuple[Archive, MemoryIndex, MemorySearch]:
    return Archive(MemoryStore()), MemoryIndex(), MemorySearch()


Parts = tuple[Archive, MemoryIndex, MemorySearch]


def sync(parts: Parts) -> int:
    archive, index, search = parts
    indexing.sync(archive, index)
    return searching.sync(archive, index, search)


def test_a_hit_shows_headline_and_snippet_as_printed_with_marks(parts: Parts) -> None:
    body = "<p>短讯</p>\n<p>" + "很久以前的事情，" * 60 + "乘客在<strong>氣候</strong>危機中 &amp; 等待。</p>"
    keep(parts[0], make_draft(make_article(1, headline="氣候與渡轮", body=body)))
    assert sync(parts) == 1
    answer = searching.search(*parts, "气候 渡轮", facets=True)
    [hit] = answer.hits
    assert hit.headline.text == "氣候與渡轮"
    assert [hit.headline.text[start:end] for start, end in hit.headline.marks] == ["氣候", "渡轮"]
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["氣候"]
    assert "乘客在氣候危機中 & 等待。" in hit.snippet.text
    assert (hit.holding.url, answer.total, answer.cursor) == (make_article(1).url, 1, None)
    assert answer.facets[0] == Facet("outlet", (("harbour", 1),))


@pytest.mark.parametrize(
    "body", ["<p>甲</p>\n<p>乙丙</p>", "<div>甲<script>x</script><p>乙<b>丙</b></div>", "甲<br/>乙丙"]
)
def test_the_snippet_s_text_is_the_one_that_is_searched(body: str) -> None:
    assert searching.quick_text(body) == plain_text(body)


def test_a_mirror_s_date_line_is_neither_shown_nor_found(parts: Parts) -> None:
    body = "<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div><p>渡轮今天照常开出，乘客很多，港务局很满意。</p>"
    keep(parts[0], make_draft(make_article(1, body=body)))
    sync(parts)
    [hit] = searching.search(*parts, "outlet:harbour").hits
    assert hit.snippet.text.startswith("渡轮今天照常开出")
    assert searching.search(*parts, "GMT").total == 0
    [hit] = searching.search(*parts, "港务局").hits
    assert hit.snippet.text.startswith("渡轮今天照常开出")


def test_without_words_the_newest_come_first_and_show_their_beginning(parts: Parts) -> None:
    later = make_article(2, published=PUBLISHED + timedelta(days=1))
    keep(parts[0], make_draft(make_article(1)), make_draft(later))
    sync(parts)
    answer = searching.search(*parts, "outlet:harbour")
    assert [hit.holding.headline for hit in answer.hits] == ["渡轮复航 2", "渡轮复航 1"]
    assert answer.hits[0].snippet.text.startswith("港口第2号渡轮")
    assert answer.hits[0].snippet.marks == ()


def test_names_of_outlets_are_as_good_as_their_ids(parts: Parts) -> None:
    keep(parts[0], make_draft(make_article(1)))
    sync(parts)
    assert searching.search(*parts, "outlet:海港报", outlets={"海港報": "harbour"}).total == 1
    with pytest.raises(QueryError):
        searching.search(*parts, "outlet:")


def test_what_is_taken_down_is_gone_and_leaves_no_words(parts: Parts) -> None:
    archive, index, _ = parts
    [line] = keep(archive, make_draft(make_article(1)))
    sync(parts)
    holding = index.find_holding(line.article)
    assert holding is not None
    archive.take_down(holding.article, holding.first_path, "渡轮", NOW)
    sync(parts)
    assert [searching.search(*parts, words).total for words in ("渡轮", "taken", "")] == [0, 0, 0]


def test_a_missing_document_is_still_found_by_its_headline(parts: Parts) -> None:
    [line] = keep(parts[0], make_draft(make_article(1)))
    indexing.sync(parts[0], parts[1])
    parts[0].store.remove(line.path)
    sync(parts)
    [hit] = searching.search(*parts, "渡轮").hits
    assert hit.snippet.text == ""


def test_ledgers_that_say_something_else_mean_a_rebuild(parts: Parts) -> None:
    keep(parts[0], make_draft(make_article(1)), make_draft(make_article(2)))
    sync(parts)
    other = (Archive(MemoryStore()), MemoryIndex(), parts[2])
    keep(other[0], *(make_draft(make_article(number)) for number in range(3, 9)))
    assert sync(other) == 6
    assert searching.search(*other, "渡轮").total == 6


def test_pages_follow_one_another(parts: Parts) -> None:
    keep(parts[0], *(make_draft(make_article(number)) for number in range(25)))
    sync(parts)
    shown, cursor = [], None
    while True:
        answer = searching.search(*parts, "渡轮", cursor=cursor)
        shown += [hit.holding.article for hit in answer.hits]
        cursor = answer.cursor
        if cursor is None:
            break
    assert len(shown) == len(set(shown)) == answer.total == 25


# -- killed ------------------------------------------------------------------------------------------------------


def work(root: str) -> None:
    """Keep and take in, again and again, until killed; says so after each commit."""
    archive, index = Archive(FileStore(Path(root))), MemoryIndex()
    search = TantivySearch(Path(root) / "search", heap=16_000_000)
    indexing.sync(archive, index)
    number = len(list(index._holdings))
    while True:
        archive.keep_all([make_draft(make_article(number + at)) for at in range(20)])
        number += 20
        indexing.sync(archive, index)
        if number % 100 == 0:
            searching.rebuild(archive, index, search)
        searching.sync(archive, index, search)
        print(number, flush=True)


@pytest.mark.slow
def test_a_killed_indexer_heals(tmp_path: Path) -> None:
    line = [sys.executable, "-c", f"from tests.test_searching import work; work({str(tmp_path)!r})"]
    for pause_s in (0.01, 0.05, 0.13):
        with subprocess.Popen(line, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as child:
            assert child.stdout is not None
            committed = int(child.stdout.readline())
            time.sleep(pause_s)
            child.kill()
        archive, index = Archive(FileStore(tmp_path)), MemoryIndex()
        indexing.sync(archive, index)
        with closing(TantivySearch(tmp_path / "search", heap=16_000_000)) as search:
            assert search.search(parse_query("渡轮")).total >= committed
            searching.sync(archive, index, search)
            assert search.search(parse_query("渡轮")).total == len(index._holdings)
            assert search.positions() == index.positions()


def test_an_index_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    archive, index = Archive(MemoryStore()), MemoryIndex()
    keep(archive, make_draft(make_article(1)))
    indexing.sync(archive, index)
    with closing(TantivySearch(tmp_path)) as one, closing(TantivySearch(tmp_path)) as two:
        searching.sync(archive, index, one)
        keep(archive, make_draft(make_article(2)))
        indexing.sync(archive, index)
        searching.sync(archive, index, one)
        keep(archive, make_draft(make_article(3)))
        indexing.sync(archive, index)
        with pytest.raises(EngineError, match="another process"):
            searching.sync(archive, index, two)
        assert two.search(parse_query("渡轮")).total == 2
