"""JSON from others: whatever it is, each of its readers gives a value or the error that its docstring names."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.extract._facts import read_facts
from broadsheet.extract._page import open_page
from broadsheet.formats.feeds import parse_feed
from broadsheet.formats.ledger import digest_of, format_json, parse_line, parse_round
from broadsheet.formats.published import parse_published
from broadsheet.text.foreign_json import MAX_DEPTH, load_json, load_next

DEEP = ("[" * 50_000, '{"a":' * 50_000, "[" * 50_000 + "]" * 50_000, '{"a":' * 200 + "1" + "}" * 200)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_json_is_read_as_ever(value: object) -> None:
    text = json.dumps(value)
    assert load_json(text) == load_json(text.encode()) == load_json(text, lenient=True) == value
    assert load_next(f"{text} and more", 0)[0] == value


@given(st.text() | st.binary(), st.booleans())
def test_what_is_none_is_a_value_error(content: str | bytes, lenient: bool) -> None:
    with contextlib.suppress(ValueError):
        load_json(content, lenient=lenient)


@pytest.mark.parametrize("content", DEEP)
def test_depth_without_end_is_a_value_error(content: str) -> None:
    for read in (load_json, lambda text: load_json(text.encode()), lambda text: load_next(text, 0)):
        with pytest.raises(ValueError, match=r"deep|delimiter|value"):
            read(content)


def test_the_depth_that_is_read_is_the_one_that_is_stated() -> None:
    for content in ("[" * MAX_DEPTH + "]" * MAX_DEPTH, "[" + "[[]]," * 500 + "[]]"):
        load_json(content)
    with pytest.raises(ValueError, match="deep"):
        load_json("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("stated", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_a_number_that_is_none_is_not_known(stated: str) -> None:
    assert load_json(f"[{stated}]") == [None]


def facts(content: bytes) -> object:
    page = b'<html><head><script type="application/ld+json">%s</script></head><body><p>x</p></body></html>' % content
    return read_facts(open_page(page, "https://harbour.example/a/1"))


READERS: dict[str, Callable[[bytes], object]] = {
    "ledger": lambda content: parse_line(content, where="ledger/harbour/2026-03.jsonl:1"),
    "account": lambda content: parse_round(content, where="ledger/rounds-2026-03.jsonl:1"),
    "published": parse_published,
    "feed": parse_feed,
    "facts of a page": facts,
}
BEGINNINGS = ("", '{"items": [', '{"format": ', '{"@type": "NewsArticle", "author": ')


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("content", [*DEEP, "1e999", "NaN", "9" * 5000, "[" * 90 + "]" * 90, "\ud800"])
def test_every_reader_gives_a_value_or_its_error(reader: str, content: str) -> None:
    for begin, end in product(BEGINNINGS, ("", "}", "]}")):
        with contextlib.suppress(FormatError):
            READERS[reader](f"{begin}{content}{end}".encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("revision", ["1e999", "NaN", "null", "[]", "[" * 5000])
def test_a_broken_line_is_told_with_its_place(revision: str) -> None:
    stated = {"format": 1, "article": "a/1", "path": "articles/a/1.md", "sha256": "", "outlet": "a", "url": "u",
              "canonical_url": "u", "published": "2026-03-01T12:00:00Z", "published_from": "feed",
              "captured": "2026-03-01T12:00:00Z", "why": ["first"], "revision": 1}  # fmt: skip
    parse_line(json.dumps(stated).encode())
    with pytest.raises(FormatError, match=r"2026-03\.jsonl:7"):
        parse_line(
            json.dumps(stated).replace('"revision": 1', f'"revision": {revision}').encode(), where="2026-03.jsonl:7"
        )


@pytest.mark.parametrize("head", [5, None, [], {"size": 1}, {"size": [], "lines": 1, "sha256": ""}])
def test_an_account_whose_heads_have_another_form_is_refused(head: object) -> None:
    account = {"account": {}, "heads": {"ledger/a/2026-03.jsonl": head}, "prev": ""}
    line = format_json({**account, "sha256": digest_of(format_json(account))})
    with pytest.raises(FormatError, match="not a"):
        parse_round(line)
