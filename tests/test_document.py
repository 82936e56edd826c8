"""Our own form: what is written comes back, what is damaged is named, and it stays readable without us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.document import fold_headline, fold_url, format_document, parse_document
from broadsheet.model import Document
from tests import reader50

SEED_LIKE = (
    "<!--1700000000123-->\n"
    "[风从海上来（之二）：“小城”的[早]晨](https://paper.example/a/wind_(2)/1234.html?a=1&b=2)\n"
    "------\n\n"
    '<div><i>Tue, 14 Nov 2023 22:13:20 GMT</i></div><img src="https://p.example/1.jpg" width="100%"><p>早晨。</p>\n'
).encode()

HOSTILE = st.sampled_from(
    ["[", "]", "(", ")", "](", "\\", "<", ">", " ", "\n", "\r", "\u2028", "\x85", "\x00", "-->", "------", "字", "a"]
)
TEXT = st.one_of(st.text(), st.lists(HOSTILE, max_size=12).map("".join))
TIMES = st.none() | st.integers(-62_135_596_800_000, 253_402_300_799_999)


def make(headline: str = "H", url: str = "https://paper.example/1", body: str = "<p>b</p>") -> Document:
    return Document(published_ms=1, headline=headline, url=url, body=body)


def header_line(document: Document) -> str:
    return format_document(document).decode().split("\n")[1]


@given(TIMES, TEXT, TEXT, TEXT)
@example(None, "a\\](b", "](c", "------\n")
@example(0, "\\", "\\", "")
@example(-1, "[a](http://x", "b", "\n\nx\n\n")
@example(1, "]", "<a>", "-->")
@example(1, "x", "http://y/[a](b)", "\r")
def test_what_is_written_comes_back(ms: int | None, headline: str, url: str, body: str) -> None:
    content = format_document(Document(ms, headline, url, body))
    assert parse_document(content) == Document(ms, fold_headline(headline), fold_url(url), body)
    assert content.split(b"\n")[4:] == f"{body}\n".encode().split(b"\n")
    assert format_document(parse_document(content)) == content


@given(TEXT, TEXT)
def test_folding_changes_only_what_no_line_can_hold(headline: str, url: str) -> None:
    assert len(fold_headline(headline).splitlines()) <= 1
    assert len(fold_url(url).splitlines()) <= 1
    if headline.isprintable():
        assert fold_headline(headline) == headline
    if url.isprintable():
        assert fold_url(url) == url


def test_a_file_like_the_mirrors_comes_back_byte_for_byte() -> None:
    document = parse_document(SEED_LIKE)
    assert document.headline == "风从海上来（之二）：“小城”的[早]晨"
    assert document.url == "https://paper.example/a/wind_(2)/1234.html?a=1&b=2"
    assert document.published_ms == 1_700_000_000_123
    assert document.body.startswith("<div><i>Tue")
    assert document.body.endswith("</p>")
    assert format_document(document) == SEED_LIKE


def test_the_seeds_come_back_byte_for_byte(shared: Path) -> None:
    seeds = sorted((shared / "seeds").glob("*.md"))
    assert len(seeds) == 2
    for seed in seeds:
        assert format_document(parse_document(seed.read_bytes())) == seed.read_bytes()


@pytest.mark.parametrize(
    ("headline", "url", "line"),
    [
        ("[專題]甲", "https://x.example/a", "[[專題]甲](https://x.example/a)"),
        ("a] b", "https://x.example/a", r"[a\] b](https://x.example/a)"),
        ("a](b", "https://x.example/a", r"[a\](b](https://x.example/a)"),
        ("C:\\dir", "u", r"[C:\dir](u)"),
        ("¯\\_(ツ)_/¯", "u", r"[¯\\_(ツ)_/¯](u)"),
        ("end\\", "u", r"[end\\](u)"),
        ("H", "https://x.example/y_(z)", "[H](https://x.example/y_(z))"),
        ("H", "https://x.example/y)", r"[H](https://x.example/y\))"),
        ("H", "https://x.example/a b", "[H](<https://x.example/a b>)"),
        ("H", "https://x.example/a <b>", r"[H](<https://x.example/a \<b\>>)"),
        ("H", "<a", r"[H](<\<a>)"),
        ("", "", "[]()"),
        ("a\r\nb\u2028c\x85d\te", "https://x.example/\na", "[a b c d e](https://x.example/%0Aa)"),
    ],
)
def test_only_what_commonmark_would_misread_is_escaped(headline: str, url: str, line: str) -> None:
    assert header_line(make(headline, url)) == line


@pytest.mark.parametrize(
    ("line", "headline", "url"),
    [
        ("[a [b] c](http://x/y_(z))", "a [b] c", "http://x/y_(z)"),
        ("[a [b c](http://x/)", "a [b c", "http://x/"),
        ("[a](b) and c](http://x/)", "a](b) and c", "http://x/"),
        ("[H](http://x/[a](b))", "H", "http://x/[a](b)"),
        ("[back\\](http://x/)", "back\\", "http://x/"),
        ("[H](http://x/a b)", "H", "http://x/a b"),
        ("[H](/rel/1)", "H", "/rel/1"),
        ("[](http://x/)", "", "http://x/"),
    ],
)
def test_raw_header_lines_are_read_leniently(line: str, headline: str, url: str) -> None:
    document = parse_document(f"<!--1-->\n{line}\n------\n\nb\n".encode())
    assert (document.headline, document.url) == (headline, url)


def test_an_unknown_time_is_nan() -> None:
    content = format_document(Document(None, "H", "u", "b"))
    assert content.startswith(b"<!--NaN-->\n")
    assert parse_document(content).published is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["line 1", "<!--milliseconds-->"]),
        (b"<!--soon-->\n[H](u)\n------\n\nb\n", ["line 1", "'<!--soon-->'"]),
        (b"<!--012-->\n[H](u)\n------\n\nb\n", ["line 1"]),
        (b"<!--999999999999999-->\n[H](u)\n------\n\nb\n", ["line 1", "9999"]),
        (b"<!--1-->\nHeadline\n------\n\nb\n", ["line 2", "[headline](url)", "'Headline'"]),
        (b"<!--1-->\n[H](u)\n-----\n\nb\n", ["line 3", "------"]),
        (b"<!--1-->\n[H](u)\n------\nb\n", ["line 4", "empty line"]),
        (b"<!--1-->\n[H](u)\n------\n\nb\nhalf a li", ["line 6", "line end", "half a li"]),
        (b"<!--1-->\n[H](u)\n------\n\n", ["line end"]),
        (b"<!--1-->\n[H](u)\n------\n\n\xb7\xe7\n", ["line 5", "UTF-8"]),
    ],
)
def test_damage_is_named_with_file_and_line(content: bytes, words: list[str]) -> None:
    with pytest.raises(FormatError) as caught:
        parse_document(content, name="articles/x/1.md")
    for word in ["articles/x/1.md", *words]:
        assert word in str(caught.value)


@given(st.integers(0, len(SEED_LIKE) - 1))
def test_a_document_cut_short_is_never_taken_for_whole(length: int) -> None:
    with pytest.raises(FormatError):
        parse_document(SEED_LIKE[:length])


@pytest.mark.parametrize(
    "document", [Document(10**15, "H", "u", "b"), make(body="\ud800"), make(headline="\udc41"), make(url="\ud800")]
)
def test_what_cannot_be_written_is_refused(document: Document) -> None:
    with pytest.raises(FormatError, match="cannot write the document"):
        format_document(document)


@given(TIMES, TEXT, TEXT)
def test_the_reader_without_dependencies_reads_it_too(ms: int | None, headline: str, url: str) -> None:
    document = Document(ms, fold_headline(headline), fold_url(url), "<p>甲 &amp; 乙</p>\n<p>丙</p>")
    date, read_headline, read_url, text = reader50.read_document(format_document(document).decode())
    assert (read_headline, read_url, text) == (document.headline, document.url, "甲 & 乙\n丙")
    assert (date == "") == (ms is None)


def test_the_reader_walks_an_archive_folder(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "x" / "2023" / "11"
    folder.mkdir(parents=True)
    (folder / "14-1234.md").write_bytes(SEED_LIKE)
    (folder / "14-1234.2.md").write_bytes(format_document(Document(None, "乙", "https://x.example/2", "<p>二</p>")))
    found = list(reader50.iter_documents(tmp_path))
    assert [date for date, *_ in found] == ["", "2023-11-14T22:13:20+00:00"]
    assert {text for *_, text in found} == {"早晨。", "二"}


def test_the_reader_stays_under_fifty_lines() -> None:
    source = Path(reader50.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 50
    assert "broadsheet" not in "".join(line for line in source.splitlines() if "import" in line and '"' not in line)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_no_time_loses_its_millisecond(milliseconds: int) -> None:
    published = Document(milliseconds, "标题", "https://a.example/1", "").published
    assert published is not None
    assert (published - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) == milliseconds
