"""The plain body: the date above a text is no text, and tells which time the first line is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.formats.document import find_date_line, format_document, parse_document, plain, plain_document
from broadsheet.html import canonical_body
from broadsheet.model import Document
from tests import reader50

NOON = datetime(2023, 7, 17, 12, 0, 30, tzinfo=UTC)
LINE = "<div><i>Mon, 17 Jul 2023 12:00:30 GMT</i></div>"
TEXT = "<p>停航三周的渡轮周一复航。</p>"


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        f"{LINE}\n",
        f"{LINE}\r\n",
        '<div class="date"><i>Mon, 17 Jul 2023 20:00:30 +0800</i></div>',
        "<p><i>Mon, 17 Jul 2023 12:00:30 GMT</i></p>",
        "<small>日期：Mon, 17 Jul 2023 12:00:30 GMT</small><br>",
        "日期：Mon, 17 Jul 2023 12:00:30 +0000\n",
        "时间: Mon, 17 Jul 2023 12:00:30 UTC<br/>",
        "Mon, 17 Jul 2023 12:00:30 GMT\n",
    ],
)
def test_a_date_line_of_any_dialect_is_no_text(line: str) -> None:
    found = find_date_line(line + TEXT)
    assert found is not None
    assert (found.instant, found.is_day) == (NOON, False)
    assert plain(line + TEXT) == TEXT


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        "",
        TEXT + LINE,
        "<p>Mon, 17 Jul 2023 12:00:30 GMT</p>",  # what a canonical body may hold is text
        "<p><em>Mon, 17 Jul 2023 12:00:30 GMT</em></p>",
        "<div><i>Mon, 17 Jul 2023 12:00:30 GMT</i>，渡轮复航。</div>",
        "<div><i>Mon, 17 Jul 2023 12:00:30 GMT</i><p>渡轮</p></div>",
        "<div><i>Mon, 99 Jul 2023 12:00:30 GMT</i></div>",
        "<div><i>Mon, 17 Jul 2023 12:00:30</i></div>",
        "<div><i>周一</i></div>",
        "Mon, 17 Jul 2023 12:00:30 GMT was the day",
        " " * 390 + LINE,
    ],
)
def test_what_is_no_date_line_stays(body: str) -> None:
    assert find_date_line(body) is None
    assert plain(body) == body


def test_a_day_alone_is_a_date_line() -> None:
    found = find_date_line("<div><i>Mon, 17 Jul 2023</i></div>\n" + TEXT)
    assert found is not None
    assert (found.instant, found.is_day) == (datetime(2023, 7, 17, tzinfo=UTC), True)


BODIES = st.text(max_size=80).map(canonical_body) | st.sampled_from([LINE, "日期：Mon, 17 Jul 2023 12:00:30 GMT"]).map(
    canonical_body
)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


@given(BODIES, INSTANTS)
def test_a_canonical_body_under_a_date_line_comes_back_byte_for_byte(body: str, instant: datetime) -> None:
    assert plain(body) == body
    written = f"<div><i>{instant:%a, %d %b %Y %H:%M:%S} GMT</i></div>\n{body}"
    assert plain(written) == body
    found = find_date_line(written)
    assert found is not None and found.instant == instant


def _document(published: datetime | None, line: str = LINE) -> Document:
    ms = None if published is None else round(published.timestamp() * 1000)
    return Document(ms, "渡轮复航", "https://paper.example/a/1", line + TEXT)


@pytest.mark.parametrize(
    ("first", "line", "published", "listed"),
    [
        (NOON + timedelta(minutes=9), LINE, NOON, NOON + timedelta(minutes=9)),
        (NOON + timedelta(milliseconds=250), LINE, NOON + timedelta(milliseconds=250), None),
        (None, LINE, NOON, None),
        (NOON, "", NOON, None),
        (NOON, "<div><i>Mon, 17 Jul 2023</i></div>", NOON, None),
        (NOON, "<div><i>Sun, 16 Jul 2023</i></div>", datetime(2023, 7, 16, tzinfo=UTC), NOON),
        (NOON - timedelta(hours=27), LINE, NOON - timedelta(hours=27), None),  # not listed before it was published
        (NOON - timedelta(hours=8), LINE, NOON, NOON - timedelta(hours=8)),
    ],
)
def test_the_date_line_tells_which_time_the_first_line_is(
    first: datetime | None, line: str, published: datetime | None, listed: datetime | None
) -> None:
    told = plain_document(_document(first, line))
    assert (told.published, told.listed, told.body) == (published, listed, TEXT)


def test_bytes_never_change_and_the_small_reader_says_the_same() -> None:
    document = _document(NOON + timedelta(minutes=9))
    content = format_document(document)
    assert parse_document(content) == document
    assert format_document(parse_document(content)) == content
    date, _, _, text = reader50.read_document(content.decode())
    assert (date, text) == (NOON.isoformat(), "停航三周的渡轮周一复航。")
    day = _document(NOON, "<div><i>Mon, 17 Jul 2023</i></div>\n")
    assert reader50.read_document(format_document(day).decode())[0] == "2023-07-17T00:00:00+00:00"
