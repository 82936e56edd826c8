"""What every SearchIndex promises. The plain scan is the truth; tantivy must find exactly the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.adapters.tantivy import TantivySearch
from broadsheet.errors import EngineError, QueryError
from broadsheet.model import Position, Query, Searchable, Word
from broadsheet.ports import SearchIndex
from broadsheet.query import parse_query
from broadsheet.testing.search import MemorySearch
from broadsheet.text.tags import canonical_tag

DAY = datetime(2023, 7, 17, 21, 57, 30, tzinfo=UTC)


@pytest.fixture(params=["tantivy", "memory"])
def search(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    if request.param == "memory":
        yield MemorySearch()
        return
    with closing(TantivySearch(tmp_path / "search", heap=16_000_000)) as opened:
        yield opened


def text(number: int, body: str = "", **changes: object) -> Searchable:
    made = Searchable(
        article=f"voa/{number}",
        outlet="voa",
        headline=f"标题 {number}",
        lede="",
        body=body,
        published=DAY + timedelta(days=number),
        first_captured=DAY + timedelta(days=number),
        language="zh-Hans",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def fill(search: SearchIndex, *texts: Searchable) -> SearchIndex:
    search.apply("ledger/voa/2023-07.jsonl", 0, Position(100, "aa"), texts)
    search.commit()
    return search


def ids(search: SearchIndex, question: str, *, newest: bool = False) -> set[str]:
    return {article for article, _ in search.search(parse_query(question), limit=1000, newest=newest).found}


KERRY = text(
    1,
    "美国气候特使克里说，「美国」的政策没有变。\n3月15日，他用iPhone手機發言，methane vaccines。\n煤炭",
    headline="克里訪問北京",
    byline="王小明",
    agency="AFP",
    has_picture=True,
)
CRISIS = text(
    2,
    "the ＣＲＩＳＩＳ goes on\n看著氣候危機，ｶﾞｽ と ガス\n美国，的确。한국어로 encrypted Café",
    headline="Climate “crisis”",
    language="en",
    outlet="rfi",
    is_edited=True,
)
FAR = text(3, "石\n油 A\u00adB 克\u200b里 e\u0301t", headline="", language=None, agency="某社")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("克里", "1 3"),
        ("克", "1 3"),
        ("特使克里", "1"),
        ("里说", "1"),
        ("气候", "1 2"),
        ("氣候危機", "2"),
        ("侯", ""),
        ("ガス", "2"),
        ("ｶﾞｽ", "2"),
        ("국어", "2"),
        ("手机", "1"),
        ("iPhone手机", "1"),
        ("iphone 手", "1"),
        ("phone", ""),
        ("3月", "1"),
        ("３月１５日", "1"),
        ("15日", "1"),
        ('"「美國」的"', "1 2"),
        ('"美国的"', ""),
        ("看着", "2"),
        ("crisis", "2"),
        ('"climate crisis"', "2"),
        ("vaccine", "1"),
        ('"vaccine"', ""),
        ("encrypt*", "2"),
        ("cafe", "2"),
        ("煤", "1"),
        ("煤炭 克里", "1"),
        ("煤炭 危机", ""),
        ("煤炭 OR 危机", "1 2"),
        ("煤炭|危机 -encrypted", "1"),
        ("-克里", "2"),
        ("-克里 -crisis", ""),
        ("气候 -(crisis OR 石油)", "1"),
        ("石油", ""),
        ("ab", "3"),
        ("ét", "3"),
        ("克里 OR -气候", "1 3"),
        ("title:克里", "1"),
        ("title:克", "1"),
        ("标题：北京", "1"),
        ("title:煤炭", ""),
        ("byline:小明", "1"),
        ("byline:明", "1"),
        ("byline:王小", "1"),
        ("小明", ""),
        ("agency:法新社", "1"),
        ("agency:Agence France-Presse", ""),
        ('agency:"Agence France-Presse"', "1"),
        ("agency:某社", "3"),
        ("outlet:voa", "1 3"),
        ("outlet:voa,rfi", "1 2 3"),
        ("lang:zh", "1"),
        ("lang:zh-hans", "1"),
        ("lang:en", "2"),
        ("lang:z", ""),
        ("has:picture", "1"),
        ("-has:picture", "2 3"),
        ("has:agency", "1 3"),
        ("has:byline", "1"),
        ("edited:yes", "2"),
        ("edited:no", "1 3"),
        ("after:2023-07-20", "3"),
        ("before:2023-07-20", "1 2"),
        ("on:2023-07-18", "1"),
        ("on:2023", "1 2 3"),
        ("before:2023", ""),
        ("", "1 2 3"),
        ("克里 after:2023-07-19", "3"),
    ],
)
def test_a_question_finds_what_it_names(search: SearchIndex, question: str, expected: str) -> None:
    fill(search, KERRY, CRISIS, FAR)
    assert ids(search, question) == {f"voa/{number}" for number in expected.split()}
    assert ids(search, question, newest=True) == ids(search, question)


def test_nothing_is_found_before_the_commit(search: SearchIndex) -> None:
    search.apply("f", 0, Position(10, "a"), [KERRY])
    assert ids(search, "克里") == set()
    assert search.positions() == {}
    search.commit()
    assert ids(search, "克里") == {"voa/1"}
    assert search.positions() == {"f": (10, "a")}


def test_what_was_not_committed_is_forgotten_at_the_end(search: SearchIndex) -> None:
    fill(search, KERRY)
    search.apply("ledger/voa/2023-07.jsonl", 100, Position(200, "bb"), [CRISIS], ["voa/1"])
    search.close()
    assert ids(search, "") == {"voa/1"}
    assert search.positions() == {"ledger/voa/2023-07.jsonl": (100, "aa")}


def test_a_step_that_does_not_begin_where_the_index_stands_changes_nothing(search: SearchIndex) -> None:
    fill(search, KERRY)
    with pytest.raises(EngineError, match="byte 5"):
        search.apply("ledger/voa/2023-07.jsonl", 5, Position(200, "bb"), [CRISIS])
    search.commit()
    assert ids(search, "") == {"voa/1"}


def test_a_later_text_takes_the_place_of_the_earlier_and_the_gone_are_gone(search: SearchIndex) -> None:
    file = "ledger/voa/2023-07.jsonl"
    fill(search, KERRY, CRISIS)
    search.apply(file, 100, Position(200, "bb"), [replace(KERRY, body="改了", is_edited=True)], ["voa/2"])
    search.commit()
    assert (ids(search, "煤炭"), ids(search, "改了"), ids(search, "crisis")) == (set(), {"voa/1"}, set())
    assert search.positions() == {file: (200, "bb")}
    assert search.search(parse_query("")).total == 1


def test_newest_first_is_in_the_order_of_time(search: SearchIndex) -> None:
    old = text(9, "克里", published=datetime(1969, 7, 20, 20, 17, tzinfo=UTC))
    fill(search, *(text(number, "克里 " * number) for number in (3, 1, 2)), old)
    found = search.search(parse_query("克里"), newest=True).found
    assert [article for article, _ in found] == ["voa/3", "voa/2", "voa/1", "voa/9"]


def test_the_headline_weighs_most_and_of_equals_the_later_comes_first(search: SearchIndex) -> None:
    filler = "别的事情说了很多" * 30
    fill(
        search,
        text(1, f"{filler}克里{filler}"),
        text(2, f"{filler}{filler}", headline="克里到访", published=DAY),
        text(3, f"{filler}克里{filler}", published=DAY + timedelta(days=2000)),
        text(4, f"{filler}{filler}"),
    )
    found = search.search(parse_query("克里")).found
    assert [article for article, _ in found] == ["voa/2", "voa/3", "voa/1"]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_facets_count_everything_that_matches(search: SearchIndex) -> None:
    fill(search, KERRY, CRISIS, FAR, text(40, "气候", agency="AFP"))
    matches = search.search(parse_query("气候 OR 克里"), limit=1, facets=True)
    assert matches.total == 4
    assert {facet.name: facet.counts for facet in matches.facets} == {
        "outlet": (("voa", 3), ("rfi", 1)),
        "month": (("2023-08", 1), ("2023-07", 3)),
        "agency": (("AFP", 2), ("某社", 1)),
        "language": (("zh-Hans", 2), ("en", 1)),
    }
    assert search.search(parse_query("气候")).facets == ()


def test_spellings_of_a_language_tag_are_one(search: SearchIndex) -> None:
    tags = ("zh-CN", "zh-cn", "zh_CN", "ZH-hans-cn", "zh-Hans-CN", "en", "In Chinese", None)
    fill(search, *(text(number, "气候", language=tag) for number, tag in enumerate(tags)))
    facets = {facet.name: facet.counts for facet in search.search(parse_query("气候"), facets=True).facets}
    assert facets["language"] == (("zh-CN", 3), ("zh-Hans-CN", 2), ("In Chinese", 1), ("en", 1))
    assert ids(search, "lang:zh-cn") == {"voa/0", "voa/1", "voa/2"}
    assert ids(search, "lang:zh") == {f"voa/{number}" for number in range(5)}


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("zh-cn", "zh-CN"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("en_us", "en-US"),
        (" de ", "de"),
        ("es-419", "es-419"),
        ("de-CH-1996", "de-CH-1996"),
        ("en-US-X-AB-Twain", "en-US-x-ab-twain"),
        ("x-AB", "x-ab"),
        ("中文", "中文"),
        ("", ""),
    ],
)
def test_a_language_tag_in_canonical_form(tag: str, written: str) -> None:
    assert canonical_tag(tag) == written
    assert canonical_tag(written) == written


@pytest.mark.parametrize("newest", [False, True])
def test_pages_stay_as_they_are_while_new_articles_come(search: SearchIndex, newest: bool) -> None:
    file = "ledger/voa/2023-07.jsonl"
    fill(search, *(text(number, "克里 " * (number % 5 + 1)) for number in range(25)))
    whole = [article for article, _ in search.search(parse_query("克里"), newest=newest, limit=100).found]
    page = search.search(parse_query("克里"), newest=newest)
    shown, came = list(page.found), 100
    while page.cursor:
        search.apply(file, came, Position(came + 1, "x"), [text(came, "克里克里", headline="克里")], ["voa/24"])
        search.commit()
        came += 1
        page = search.search(parse_query("克里"), newest=newest, cursor=page.cursor)
        assert page.total == 25
        shown += page.found
    assert [article for article, _ in shown] == whole
    assert len(shown) == 25


@pytest.mark.parametrize("cursor", ["x", "1.2", "-1.-1.-1.-1", "1.1.1.99999999999", "a.b.c.d.e", "1." * 200, "１.2"])
def test_a_page_that_was_not_given_out_is_refused(search: SearchIndex, cursor: str) -> None:
    fill(search, KERRY)
    if isinstance(search, MemorySearch) and cursor == "1.2":
        pytest.skip("a page of this engine looks like that")
    with pytest.raises(QueryError, match="no page"):
        search.search(parse_query("克里"), cursor=cursor)


def test_a_new_index_answers_once_it_is_full(search: SearchIndex) -> None:
    fill(search, KERRY)

    def fresh(new: SearchIndex) -> None:
        assert new.positions() == {}
        new.apply("other", 0, Position(7, "cc"), [CRISIS])
        assert ids(search, "") == {"voa/1"}

    search.renew(fresh)
    assert (ids(search, ""), search.positions()) == ({"voa/2"}, {"other": (7, "cc")})
    search.apply("other", 7, Position(8, "dd"), [FAR])
    search.commit()
    assert ids(search, "") == {"voa/2", "voa/3"}


def test_a_renewal_that_fails_changes_nothing(search: SearchIndex) -> None:
    fill(search, KERRY)

    def fail(new: SearchIndex) -> None:
        new.apply("other", 0, Position(7, "cc"), [CRISIS])
        raise EngineError("the disk is full")

    with pytest.raises(EngineError, match="disk is full"):
        search.renew(fail)
    assert (ids(search, ""), search.positions()) == ({"voa/1"}, {"ledger/voa/2023-07.jsonl": (100, "aa")})


# -- the same as a plain scan, whatever is written and asked ----------------------------------------------------

SIGNS = "气候氣危機机克里的美國国台臺著着 ，。「」\nabAB1２ｶﾞがガ한국·-’é\u0301\u200b㎞ＡＺß"
BODIES = st.lists(st.text(SIGNS, max_size=30) | st.text(max_size=12), min_size=1, max_size=6)


def both(texts: list[Searchable], check: Callable[[SearchIndex, SearchIndex], None]) -> None:
    with TemporaryDirectory() as folder, closing(TantivySearch(Path(folder), heap=16_000_000)) as tantivy:
        check(fill(tantivy, *texts), fill(MemorySearch(), *texts))


@settings(max_examples=35, deadline=None)
@given(bodies=BODIES, start=st.integers(0, 29), length=st.integers(1, 8), other=st.text(SIGNS, min_size=1, max_size=4))
def test_any_piece_of_any_text_is_found_where_a_scan_finds_it(
    bodies: list[str], start: int, length: int, other: str
) -> None:
    texts = [text(number, body, headline=other if number % 2 else "") for number, body in enumerate(bodies)]
    pieces = [body[start : start + length].replace('"', "") for body in bodies] + [other.replace('"', "")]

    def check(tantivy: SearchIndex, memory: SearchIndex) -> None:
        for piece in pieces:
            for question in (f'"{piece}"', f'title:"{piece}"'):
                try:
                    query = parse_query(question)
                except QueryError:
                    continue
                found = [{article for article, _ in one.search(query, limit=99).found} for one in (tantivy, memory)]
                assert found[0] == found[1], piece

    both(texts, check)


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "气候",
            "克",
            "a",
            '"美国 的"',
            "ab",
            "outlet:voa",
            "has:picture",
            "edited:yes",
            "on:2023-07-20",
            "title:机",
            "ga*",
        ]
    ),
    lambda part: st.one_of(
        part.map(lambda one: f"-({one})"),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: f"({' '.join(parts)})"),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})"),
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None)
@given(bodies=BODIES, questions=st.lists(CONDITIONS, min_size=1, max_size=8))
def test_any_combination_finds_what_a_scan_finds(bodies: list[str], questions: list[str]) -> None:
    texts = [
        text(number, body, has_picture=number % 2 == 0, is_edited=number % 3 == 0, headline=body[:3])
        for number, body in enumerate(bodies)
    ]

    def check(tantivy: SearchIndex, memory: SearchIndex) -> None:
        for question in questions:
            query = parse_query(question)
            answers = [one.search(query, limit=99, facets=True) for one in (tantivy, memory)]
            found = [{article for article, _ in answer.found} for answer in answers]
            assert found[0] == found[1], question
            assert (answers[0].total, answers[0].facets) == (answers[1].total, answers[1].facets), question

    both(texts, check)


# -- what only an index on disk can do ---------------------------------------------------------------------------


def test_a_reader_sees_what_a_writer_commits_and_renews(tmp_path: Path) -> None:
    with closing(TantivySearch(tmp_path / "s", read_only=True)) as reader:
        assert (ids(reader, ""), reader.positions()) == (set(), {})
        with closing(TantivySearch(tmp_path / "s")) as writer:
            fill(writer, KERRY)
            assert ids(reader, "") == {"voa/1"}
            writer.renew(lambda new: new.apply("f", 0, Position(1, "a"), [CRISIS]))
            assert ids(reader, "") == {"voa/2"}
        with pytest.raises(EngineError, match="only to be read"):
            reader.apply("f", 1, Position(2, "b"), [FAR])


def test_there_is_one_writer_at_a_time(tmp_path: Path) -> None:
    with closing(TantivySearch(tmp_path)) as one, closing(TantivySearch(tmp_path)) as two:
        fill(one, KERRY)
        with pytest.raises(EngineError, match="another process"):
            two.apply("f", 0, Position(1, "a"), [CRISIS])
        one.close()
        two.apply("f", 0, Position(1, "a"), [CRISIS])
        two.commit()
        assert ids(one, "") == {"voa/1", "voa/2"}


def test_pages_go_on_in_another_process_without_what_came_since(tmp_path: Path) -> None:
    file = "ledger/voa/2023-07.jsonl"
    for newest in (False, True):
        folder = tmp_path / str(newest)
        with closing(TantivySearch(folder)) as first:
            fill(first, *(text(number, "克里 " * (number % 5 + 1)) for number in range(25)))
            page = first.search(parse_query("克里"), newest=newest)
            later = [text(number, "克里克里", headline="克里") for number in range(100, 104)]
            first.apply(file, 100, Position(200, "bb"), later)
            first.commit()
        shown = [article for article, _ in page.found]
        while page.cursor:
            with closing(TantivySearch(folder, read_only=True)) as other:
                page = other.search(parse_query("克里"), newest=newest, cursor=page.cursor)
            shown += [article for article, _ in page.found]
        assert sorted(shown) == sorted(f"voa/{number}" for number in range(25))


@pytest.mark.parametrize("damage", ["meta", "segment", "pointer", "version"])
def test_a_damaged_or_older_index_is_begun_anew(tmp_path: Path, damage: str) -> None:
    with closing(TantivySearch(tmp_path)) as search:
        fill(search, KERRY)
        [folder] = (path for path in tmp_path.iterdir() if path.is_dir())
    if damage == "meta":
        (folder / "meta.json").write_text("{")
    elif damage == "segment":
        for path in folder.glob("*.term"):
            path.write_bytes(path.read_bytes()[:5])
    elif damage == "pointer":
        (tmp_path / "current").write_text("../elsewhere\n")
    else:
        folder.rename(tmp_path / f"0-{folder.name}")
        (tmp_path / "current").write_text(f"0-{folder.name}\n")
    with closing(TantivySearch(tmp_path)) as search:
        assert search.positions() == {}
        fill(search, CRISIS)
        assert ids(search, "") == {"voa/2"}
        assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_words_longer_than_any_are_cut_alike(search: SearchIndex) -> None:
    fill(search, text(1, "x" * 70_000), text(2, "x" * 63))
    assert ids(search, "x" * 100) == {"voa/1"}
    assert ids(search, "xx*") == {"voa/1", "voa/2"}
    assert search.search(Query("", Word(("x" * 63,)))).total == 1
