"""Every dialect of the old mirrors: what is read, what is forgiven with a note, what is refused with a reason."""

from __future__ import annotations

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.document import FileName, format_document, parse_document, parse_foreign, read_file_name
from broadsheet.model import Document

RULE = "------\n\n"
LINK = "[小城早晨](https://paper.example/a/77)\n"
BODY = "<p>早晨。</p>\n\n<p>傍晚</p>"


def front(**values: str) -> str:
    """Front matter as the mirrors' script wrote it: nothing escaped."""
    lines = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f"---\nlayout: post\n{lines}---\n"


USUAL = {
    "title": '"小城早晨"',
    "date": "2021-06-05T09:25:39.201Z",
    "author": "甲 &#38; 乙",
    "from": "https://paper.example/a/77",
    "tags": "[ 小城, 早晨 ]",
    "comments": "True",
    "categories": "[ 小城 ]",
}


def read(text: str, name: str = "") -> tuple[str, Document, tuple[str, ...]]:
    foreign = parse_foreign(text.encode(), name=name)
    return foreign.dialect, foreign.document, foreign.notes


@pytest.mark.parametrize(
    ("text", "dialect", "published_ms"),
    [
        ("<!--1600000000000-->\n" + LINK + RULE + BODY + "\n", "mirror", 1_600_000_000_000),
        ("<!--1600000000000-->\n" + LINK + RULE + BODY, "mirror", 1_600_000_000_000),
        ("<!--NaN-->\n" + LINK + RULE + BODY + "\n", "mirror-undated", None),
        (LINK + "------\n日期：Sun, 13 Sep 2020 12:26:40 +0000\n\n" + BODY + "\n", "early", 1_600_000_000_000),
        (LINK + RULE + "日期：Sun, 13 Sep 2020 20:26:40 +0800\n\n" + BODY + "\n", "early", 1_600_000_000_000),
        (LINK + "------\n日期: 2020-09-13T12:26:40Z\n\n" + BODY + "\n", "early", 1_600_000_000_000),
        (LINK + RULE + BODY + "\n", "early-undated", None),
        (front(**USUAL) + "<!--1600000000000-->\n" + LINK + RULE + BODY + "\n", "jekyll-mirror", 1_600_000_000_000),
        (front(**USUAL) + "\n<!--NaN-->\n" + LINK + RULE + BODY + "\n", "jekyll-undated", None),
        (front(**USUAL) + LINK + RULE + BODY + "\n", "jekyll-undated", None),
        (
            front(**USUAL) + LINK + "------\n日期：Sun, 13 Sep 2020 12:26:40 GMT\n\n" + BODY + "\n",
            "jekyll-early",
            1_600_000_000_000,
        ),
        (front(**USUAL) + "\n" + BODY + "\n", "jekyll-html", 1_622_885_139_201),
        (front(**USUAL) + BODY + "\n", "jekyll-html", 1_622_885_139_201),
    ],
)
def test_each_dialect_gives_headline_address_time_and_the_body_as_it_came(
    text: str, dialect: str, published_ms: int | None
) -> None:
    found, document, _ = read(text)
    assert found == dialect
    assert document == Document(published_ms, "小城早晨", "https://paper.example/a/77", BODY)
    assert parse_document(format_document(document)) == document


@given(
    st.sampled_from(
        [
            "<!--1600000000000-->\n" + LINK + RULE,
            "<!--NaN-->\n" + LINK + RULE,
            LINK + "------\n日期：Sun, 13 Sep 2020 12:26:40 +0000\n\n",
            front(**USUAL) + "<!--NaN-->\n" + LINK + RULE,
            front(**USUAL) + "\n",
        ]
    ),
    st.text() | st.sampled_from(["", "\n", "\r\n", "<p>", "日期：", "------", "---\n", "\n\n<p>a</p>\n\n"]),
)
def test_a_foreign_body_is_kept_exactly(header: str, body: str) -> None:
    assert parse_foreign(f"{header}{body}\n".encode()).document.body == body


def test_an_undated_document_in_front_matter_says_only_when_it_was_seen() -> None:
    foreign = parse_foreign((front(**USUAL) + "<!--NaN-->\n" + LINK + RULE + BODY + "\n").encode())
    assert foreign.published is None
    assert foreign.published_from == "capture"
    assert foreign.seen == datetime(2021, 6, 5, 9, 25, 39, 201000, UTC)


def test_line_one_outranks_the_front_matter() -> None:
    foreign = parse_foreign((front(**USUAL) + "<!--1600000000000-->\n" + LINK + RULE + BODY + "\n").encode())
    assert foreign.published == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    assert foreign.published_from == "document"
    assert foreign.seen == datetime(2021, 6, 5, 9, 25, 39, 201000, UTC)
    assert any("names another time" in note for note in foreign.notes)


def test_front_matter_gives_byline_tags_categories_and_comments() -> None:
    foreign = parse_foreign((front(**USUAL) + BODY).encode())
    assert foreign.byline == "甲 & 乙"
    assert foreign.tags == ("小城", "早晨")
    assert foreign.categories == ("小城",)
    assert foreign.comments is True
    assert foreign.notes == ()


@pytest.mark.parametrize(
    ("raw", "headline"),
    [
        ('"He said "no": a report"', 'He said "no": a report'),
        ('"[專題]甲：乙"', "[專題]甲：乙"),
        ("'it''s late'", "it's late"),
        ("plain: with colon # and hash", "plain: with colon # and hash"),
        ('"escaped \\"well\\""', 'escaped "well"'),
        ('"two\nlines"', "two lines"),
        ('"two lines\ndate: never"', "two lines date: never"),
        ('"never closed', '"never closed'),
        ('""', ""),
    ],
)
def test_headlines_that_are_no_yaml_are_read(raw: str, headline: str) -> None:
    values = USUAL | {"title": raw}
    found = parse_foreign((front(**values) + BODY).encode()).document
    assert found.headline == headline
    assert found.published_ms == 1_622_885_139_201
    assert found.url == "https://paper.example/a/77"
    assert found.body == BODY


def test_lists_written_one_name_per_line_are_read() -> None:
    values = USUAL | {"tags": "\n- 小城\n  - 早晨"}
    assert parse_foreign((front(**values) + BODY).encode()).tags == ("小城", "早晨")


@pytest.mark.parametrize(
    ("written", "published", "note"),
    [
        ("2021-06-05 17:25:39 +0800", datetime(2021, 6, 5, 9, 25, 39, tzinfo=UTC), None),
        ("2021-06-05T09:25:39", datetime(2021, 6, 5, 9, 25, 39, tzinfo=UTC), None),
        ("2021-06-05", datetime(2021, 6, 5, tzinfo=UTC), "only the day is known"),
        ("gestern", None, "cannot be read"),
        ("", None, None),
    ],
)
def test_dates_of_the_front_matter(written: str, published: datetime | None, note: str | None) -> None:
    foreign = parse_foreign((front(**USUAL | {"date": written}) + BODY).encode())
    assert foreign.published == published
    assert any(note in found for found in foreign.notes) if note else foreign.notes == ()


def test_the_file_name_fills_what_the_text_lacks() -> None:
    foreign = parse_foreign(("<!--NaN-->\n[](https://x.example/1)\n" + RULE + BODY).encode(), name="a/1045747_甲.md")
    assert foreign.document.headline == "甲"
    assert foreign.file_name == FileName(number="1045747", headline="甲")
    undated = parse_foreign((front(title='"甲"') + BODY).encode(), name="2020-05-18-乙.md")
    assert undated.document.headline == "甲"
    assert undated.published == datetime(2020, 5, 18, tzinfo=UTC)
    assert undated.document.published_ms == 1_589_760_000_000
    assert "only the day is known, from the file's name" in undated.notes
    assert "no address" in undated.notes
    seen = parse_foreign(("<!--NaN-->\n" + LINK + RULE + BODY).encode(), name="2020-05-18-乙.md")
    assert (seen.published, seen.seen) == (None, datetime(2020, 5, 18, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1032737.md", FileName(number="1032737")),
        ("x/articles/1032737.2.md", FileName(number="1032737")),
        ("1045747_標題_二.md", FileName(number="1045747", headline="標題_二")),
        ("2020-05-18-标题-副题.md", FileName(day=date(2020, 5, 18), headline="标题-副题")),
        ("2020-13-40-x.md", FileName(headline="2020-13-40-x")),
        ("000_d34865.md", FileName(headline="000_d34865")),
        ("a\\b\\77.html", FileName(number="77")),
        ("", FileName()),
    ],
)
def test_file_names(name: str, expected: FileName) -> None:
    assert read_file_name(name) == expected


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("<!--0-->\n" + LINK + RULE + BODY, "missing date"),
        ("<!--undefined-->\n" + LINK + RULE + BODY, "names no time: 'undefined'"),
        ("<!--999999999999999-->\n" + LINK + RULE + BODY, "names no time"),
        (LINK + "------\n日期：Invalid Date\n\n" + BODY, "names no date: 'Invalid Date'"),
        ("\ufeff<!--NaN-->\n" + LINK + RULE + BODY, "byte order mark"),
        ("<!--NaN-->\n[小城\n早晨](https://paper.example/a/77)\n" + RULE + BODY, "ran over 2 lines"),
        ("<!--NaN-->\n[小城早晨]()\n" + RULE + BODY, "no address"),
        ("<!--NaN-->\n" + LINK + RULE, "no body"),
    ],
)
def test_what_is_forgiven_is_said_and_no_date_is_invented(text: str, note: str) -> None:
    foreign = parse_foreign(text.encode())
    assert any(note in found for found in foreign.notes)
    assert foreign.published is None
    assert foreign.document.headline in ("小城早晨", "小城 早晨")


def test_files_with_windows_line_ends_are_read_and_their_body_kept() -> None:
    text = ("<!--1600000000000-->\n" + LINK + RULE + "<p>a</p>\n<p>b</p>\n").replace("\n", "\r\n")
    _, document, _ = read(text)
    assert document == Document(1_600_000_000_000, "小城早晨", "https://paper.example/a/77", "<p>a</p>\r\n<p>b</p>\r")
    found, document, _ = read((front(**USUAL) + "\n" + BODY + "\n").replace("\n", "\r\n"))
    assert (found, document.headline) == ("jekyll-html", "小城早晨")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["line 1", "front matter"]),
        (b"# Readme\n\nwords\n", ["line 1", "'# Readme'"]),
        (b"<!--1-->\nwords\n------\n\nb\n", ["line 2", "[headline](url)", "'words'"]),
        (b"<!--1-->\n[H](u)\nno rule\n", ["line 3", "'------'", "'no rule'"]),
        (b"---\ntitle: x\nno end\n", ["line 1", "closing '---'"]),
        ("<!--1-->\n[風](u)\n------\n\n<p>早晨的小城</p>".encode("big5"), ["line 2", "UTF-8", "iconv"]),
        ("<!--1-->\n[风](u)\n------\n\n<p>早晨的小城</p>".encode("gb18030"), ["line 2", "UTF-8", "iconv"]),
        ("<!--1-->\n[H](u)\n------\n\n".encode("utf-16"), ["line 1", "UTF-8"]),
    ],
)
def test_what_is_no_document_is_refused_with_file_line_and_expectation(content: bytes, words: list[str]) -> None:
    with pytest.raises(FormatError) as caught:
        parse_foreign(content, name="old/1.md")
    for word in ["old/1.md", *words]:
        assert word in str(caught.value)


def test_one_broken_character_in_a_long_text_is_replaced_and_said() -> None:
    content = ("<!--NaN-->\n" + LINK + RULE + "<p>" + "早晨" * 200).encode() + "晨</p>\n".encode()[1:]
    foreign = parse_foreign(content)
    assert "\ufffd" in foreign.document.body
    assert any("the first in line 5" in note for note in foreign.notes)


@given(st.binary() | st.text().map(str.encode))
def test_nothing_but_a_format_error_ever_comes_out(content: bytes) -> None:
    for prefix in (b"", b"<!--1-->\n[", b"---\ntitle: ", b"[a](b)\n------\n"):
        try:
            foreign = parse_foreign(prefix + content)
        except FormatError:
            continue
        assert parse_document(format_document(foreign.document)) == foreign.document


def iter_corpus(shared: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every real document."""
    for archive in ("mirror-posts", "mirror-early"):
        with tarfile.open(shared / "corpus" / f"{archive}.tar.xz") as tar:
            for member in tar:
                if member.isfile():
                    file = tar.extractfile(member)
                    assert file is not None
                    yield member.name, file.read()


def expect(name: str, content: bytes) -> tuple[str, str, str, datetime | None, bytes]:
    """Dialect, headline, address, time and body as patterns over the bytes see them."""
    body_end = rb"(.*?)\n?\Z"
    head = re.match(rb"---\n(.*?)\n---\n", content, re.DOTALL)
    rest = content[head.end() :] if head else content
    keys = dict(re.findall(rb"^(\w+): (.*)$", head[1], re.MULTILINE)) if head else {}
    mirror = re.match(rb"<!--(\d+|NaN)-->\n\[([^\n]*)\]\((\S*)\)\n------\n\n" + body_end, rest, re.DOTALL)
    if mirror:
        when = None if mirror[1] == b"NaN" else datetime.fromtimestamp(int(mirror[1]) / 1000, UTC)
        dialect = "jekyll-undated" if when is None else "jekyll-mirror"
        return dialect, mirror[2].decode(), mirror[3].decode(), when, mirror[4]
    if head:
        html = re.match(rb"\n?" + body_end, rest, re.DOTALL)
        assert html is not None
        when = datetime.fromisoformat(keys[b"date"].decode())
        when = when.replace(tzinfo=when.tzinfo or UTC)
        return "jekyll-html", keys[b"title"].decode()[1:-1], keys[b"from"].decode(), when, html[1]
    early = re.match(r"\[([^\n]*)\]\((\S*)\)\n------\n日期：([^\n]*)\n\n".encode() + body_end, rest, re.DOTALL)
    assert early is not None, name
    return "early", early[1].decode(), early[2].decode(), parsedate_to_datetime(early[3].decode()), early[4]


def test_every_document_of_the_corpus_is_read_right(shared: Path) -> None:
    dialects: Counter[str] = Counter()
    for name, content in iter_corpus(shared):
        foreign = parse_foreign(content, name=name)
        document = foreign.document
        dialect, headline, url, when, body = expect(name, content)
        dialects[foreign.dialect] += 1
        assert (foreign.dialect, document.headline, document.url) == (dialect, headline, url), name
        assert foreign.published == when, name
        assert document.published == when, name
        assert document.body.encode() == body, name
        written = format_document(document)
        assert parse_document(written) == document, name
        if foreign.dialect in ("jekyll-mirror", "jekyll-undated"):
            assert content.endswith(written), name
        if foreign.dialect == "jekyll-undated":
            assert foreign.seen is not None, name
    assert dialects == {"jekyll-html": 880, "jekyll-mirror": 420, "jekyll-undated": 110, "early": 60}
