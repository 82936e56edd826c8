"""Ledger lines and chains."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.ledger import (
    Head,
    chain,
    digest_of,
    document_path,
    format_instant,
    format_line,
    head_of,
    iter_lines,
    later_path,
    ledger_file,
    parse_instant,
    parse_line,
)
from broadsheet.model import Agency, LineKind, Revision

LINE = Revision(
    article="voa/7184661",
    revision=1,
    path="articles/voa/2023/07/17-7184661.md",
    sha256="ab" * 32,
    outlet="voa",
    url="https://voa.example/a/7184661.html?x=1#top",
    canonical_url="https://voa.example/a/7184661.html?x=1",
    published=datetime(2023, 7, 17, 21, 57, 30, tzinfo=UTC),
    published_from="feed",
    captured=datetime(2023, 7, 17, 22, 0, 1, 250_000, tzinfo=UTC),
    why=("first",),
)

texts = st.text(max_size=30)
instants = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=instant.microsecond // 1000 * 1000)
)


@given(
    entry_id=st.none() | texts.filter(bool),
    byline=st.none() | texts.filter(bool),
    agency=st.none() | st.builds(Agency, texts.filter(bool), texts),
    categories=st.lists(texts, max_size=3).map(tuple),
    pictures=st.dictionaries(texts, st.none() | st.just("cd" * 32), max_size=3),
    published=instants,
    listed=st.none() | instants,
    updated=st.none() | instants,
    unchanged_until=st.none() | instants,
    deck=st.none() | texts.filter(bool),
    published_from=st.sampled_from(["feed", "page", "url", "document", "capture"]),
)
def test_a_line_comes_back_as_it_was(**stated: object) -> None:
    line = replace(LINE, **stated)  # type: ignore[arg-type]
    text = format_line(line)
    assert text.count(b"\n") == 1
    assert parse_line(text) == line
    assert format_line(parse_line(text)) == text


def test_a_line_has_sorted_keys_and_leaves_out_what_is_not_known() -> None:
    stated = json.loads(format_line(LINE))
    assert list(stated) == sorted(stated)
    assert "byline" not in stated
    assert "pictures" not in stated
    assert stated["captured"] == "2023-07-17T22:00:01.250Z"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"not json\n", "not a JSON object"),
        (b"[1]\n", "not a JSON object"),
        (b'{"format":1}\n', "lacks article, captured"),
        (b'{"format":99}\n', "format 99"),
        (format_line(LINE).replace(b'"feed"', b'"rumour"'), "published_from is 'rumour'"),
        (format_line(LINE).replace(b"21:57:30Z", b"21:57:30"), "not an instant"),
    ],
)
def test_a_wrong_line_is_named_with_its_place(line: bytes, complaint: str) -> None:
    with pytest.raises(FormatError, match=f"x.jsonl:7.*{complaint}"):
        parse_line(line, where="x.jsonl:7")


def test_a_chain_links_each_line_to_the_one_before() -> None:
    linked, content, head = chain([LINE, replace(LINE, revision=2)], Head())
    first, second = (line for _, line in iter_lines(content))
    assert [line.prev for line in linked] == ["", digest_of(first)]
    assert head == Head(len(content), 2, digest_of(second)) == head_of(content)
    _, more, after = chain([LINE], head)
    assert head_of(content + more) == after


@pytest.mark.parametrize("torn", [b"", b'{"half', b"x" * 5000])
def test_half_a_last_line_does_not_count(torn: bytes) -> None:
    _, content, head = chain([LINE, LINE, LINE], Head())
    assert head_of(content + torn) == head
    assert len(list(iter_lines(content + torn))) == 3


def test_an_empty_file_has_an_empty_head() -> None:
    assert head_of(b"") == head_of(b"torn") == Head()


def test_a_line_may_hold_strange_line_ends() -> None:
    line = replace(LINE, byline="a\u2028b\x85c\rd")
    content = format_line(line)
    assert [parse_line(text) for _, text in iter_lines(content)] == [line]


@given(instants)
def test_instants_come_back(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant


def test_paths_are_made_of_the_article_and_its_first_date() -> None:
    first = datetime(2023, 7, 17, 21, 57, tzinfo=UTC)
    assert document_path("voa/7184661", first, 1) == LINE.path
    assert document_path("voa/7184661", first, 2) == "articles/voa/2023/07/17-7184661.2.md"
    assert later_path(LINE.path, 3) == "articles/voa/2023/07/17-7184661.3.md"
    assert later_path("articles/voa/2023/07/17-7184661.3.md", 1) == LINE.path
    assert ledger_file("articles/voa/2023/07/17-7184661.3.md") == "ledger/voa/2023-07.jsonl"
    with pytest.raises(FormatError):
        ledger_file("README.md")


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        (("first",), LineKind.TEXT),
        (("headline", "number"), LineKind.TEXT),
        (("picture",), LineKind.TEXT),
        (("text",), LineKind.TEXT),
        (("extracted again",), LineKind.REEXTRACTED),
        (("pictures",), LineKind.PICTURES),
        (("vanished",), LineKind.VANISHED),
        (("back",), LineKind.BACK),
        (("take-down",), LineKind.TAKE_DOWN),
        (("a word of a later version",), LineKind.TEXT),
    ],
)
def test_what_a_line_is_follows_from_its_words(why: tuple[str, ...], kind: LineKind) -> None:
    line = parse_line(format_line(replace(LINE, why=why)), where="x")
    assert line.kind is kind
    assert line.kind.is_text == (kind in (LineKind.TEXT, LineKind.REEXTRACTED))
    assert line.kind.is_page_event == (kind in (LineKind.VANISHED, LineKind.BACK))
