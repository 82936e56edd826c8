"""Captures as WARC records: what goes in comes back, and readers that others wrote agree with ours."""

from __future__ import annotations

import gzip
import io
import subprocess
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import FormatError
from broadsheet.formats.ledger import digest_of
from broadsheet.formats.warc import (
    Damage,
    Group,
    Member,
    Original,
    find_body,
    find_dropped,
    find_fault,
    format_capture,
    format_tombstone,
    format_warcinfo,
    iter_groups,
    iter_members,
    original_of,
    parse_capture,
    parse_record,
)
from broadsheet.model import Capture, Hop

PLACE = "captures/2026/03/01.warc.gz"
WHEN = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
PAGE = "<html><p>港口的渡轮复航。</p></html>".encode() * 40
FULL = Capture(
    url="https://harbour.example/short",
    final_url="https://harbour.example/a/7.html?x=1",
    status=200,
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("X-Name", "渡轮 é")),
    body=PAGE,
    captured=WHEN,
    hops=(Hop("https://harbour.example/short", 301, "https://harbour.example/a/7.html?x=1"),),
    wire=gzip.compress(PAGE, mtime=0),
    address="192.0.2.7",
    elapsed_s=0.125,
    request_headers=(("User-Agent", "Broadsheet"), ("Accept", "text/html")),
)


def written(*captures: Capture) -> bytes:
    """A file with these captures, later ones as revisits where the bytes are the same."""
    content = format_warcinfo(PLACE, WHEN, "Broadsheet/test")
    originals: dict[str, Original] = {}
    for capture in captures:
        one = format_capture(capture, place=PLACE, at=len(content), software="Broadsheet/test", originals=originals)
        content += one.content
        if not one.is_revisit:
            originals[one.original.url] = one.original
    return content


def groups(content: bytes) -> list[Group]:
    return [one for one in iter_groups(iter_members(content)) if isinstance(one, Group)]


def back(capture: Capture) -> Capture:
    [group] = groups(written(capture))
    return parse_capture(group)


def wrapped(block: bytes, level: int = 6) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(block) + packer.flush()


# -- round trips --------------------------------------------------------------------------------------------------


def test_a_capture_comes_back_as_it_was_but_for_its_key() -> None:
    assert back(replace(FULL, key="feed")) == FULL


def test_the_bytes_of_the_wire_are_what_is_kept() -> None:
    [group] = groups(written(FULL))
    assert group.head.record.payload == FULL.wire
    assert b"Content-Encoding: gzip\r\n" in group.head.record.block


_names = st.from_regex(r"X-[A-Za-z]{1,8}\Z", fullmatch=True).map(str.rstrip)
_values = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(lambda text: text.strip(" \t"))
_headers = st.lists(st.tuples(_names, _values), max_size=4).map(tuple)
_urls = st.from_regex(r"https://[a-z]{1,9}\.example/[a-z/~%+;渡轮]{0,12}(\?[a-z=&]{0,9})?", fullmatch=True)
_instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@settings(deadline=None)
@given(
    st.builds(
        Capture,
        url=_urls,
        final_url=_urls,
        status=st.integers(100, 599),
        headers=_headers,
        body=st.binary(max_size=300),
        captured=_instants,
        hops=st.lists(st.builds(Hop, _urls, st.integers(300, 308), _urls), max_size=3).map(tuple),
        address=st.none() | st.ip_addresses().map(str),
        elapsed_s=st.floats(0, 1e6),
        request_headers=_headers,
    )
)
def test_any_capture_comes_back(capture: Capture) -> None:
    [group] = groups(written(capture))
    assert parse_capture(group) == capture
    assert [find_fault(member.record) for member in group.members] == [None] * 3


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=5).map(tuple),
    st.text(max_size=40).map("https://x.example/".__add__),
)
def test_nothing_in_a_header_or_address_breaks_out(headers: tuple[tuple[str, str], ...], url: str) -> None:
    capture = replace(
        FULL, headers=headers, request_headers=headers, url=url, final_url=url, hops=(Hop(url, 301, url),)
    )
    [group] = groups(written(capture))
    assert [member.record.kind for member in group.members] == ["response", "request", "metadata"]
    assert parse_capture(group).body == PAGE
    assert len(parse_capture(group).headers) <= len(headers)


def test_a_line_end_in_an_address_or_header_is_no_line_end() -> None:
    capture = replace(
        FULL,
        final_url="https://x.example/\r\nWARC-Type: warcinfo",
        headers=(("X-A", "b\r\n\r\nset: c"),),
        address="1\r\nX: y",
    )
    seen = back(capture)
    assert seen.headers == (("X-A", "b    set: c"),)
    assert seen.final_url == "https://x.example/%0D%0AWARC-Type:%20warcinfo"


# -- what is left out, and what is renamed ------------------------------------------------------------------------


def test_credentials_and_cookies_are_not_kept() -> None:
    secret = "s3cret"
    named = ("Authorization", "COOKIE", "proxy-authorization", "X-Api-Key")
    content = written(
        replace(
            FULL,
            url=f"https://me:{secret}@harbour.example/short",
            final_url=f"https://me:{secret}@harbour.example/a/7.html",
            headers=(*FULL.headers, ("Set-Cookie", secret), ("set-cookie2", secret)),
            hops=(
                Hop(f"https://me:{secret}@harbour.example/short", 301, f"https://{secret}@harbour.example/a/7.html"),
            ),
            request_headers=(*FULL.request_headers, *((name, secret) for name in named)),
        )
    )
    assert secret.encode() not in gzip.decompress(content)
    assert back(replace(FULL, headers=(("Set-Cookie", "x"), ("A", "b")))).headers == (("A", "b"),)


def test_a_header_that_does_not_fit_the_kept_bytes_is_set_aside_and_comes_back() -> None:
    headers = (("transfer-Encoding", "chunked"), ("Content-Length", "7"), ("Content-Encoding", "gzip"), ("Age", "1"))
    capture = replace(FULL, headers=headers, wire=None)
    [group] = groups(written(capture))
    lines = group.head.record.block.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    assert lines == ["X-Crawler-transfer-Encoding: chunked", "X-Crawler-Content-Length: 7",
                     "X-Crawler-Content-Encoding: gzip", "Age: 1"]  # fmt: skip
    assert parse_capture(group) == capture


def test_a_wire_that_does_not_give_the_body_back_is_not_kept_in_its_place() -> None:
    capture = replace(FULL, wire=b"\x1f\x8b\x08broken")
    assert back(capture) == replace(capture, wire=None)


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def packed(content: bytes) -> bytes:
    """``content`` with gzip, the same bytes whenever it is made: they are part of a test's name."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    "wire",
    [
        PAGE,
        packed(PAGE),
        packed(PAGE[:100]) + packed(PAGE[100:]),
        packed(PAGE) + b"\0\0junk",
        zlib.compress(PAGE),
        raw_deflate(PAGE),
        packed(zlib.compress(packed(PAGE))),
        raw_deflate(packed(PAGE)),
    ],
)
def test_a_body_is_found_in_whatever_coding_the_server_meant(wire: bytes) -> None:
    assert find_body(wire, digest_of(PAGE)) == PAGE
    assert find_body(wire, "0" * 64) is None


# -- revisits and tombstones --------------------------------------------------------------------------------------


def test_the_same_bytes_again_are_a_revisit_that_refers_to_the_first() -> None:
    later = replace(FULL, captured=WHEN + timedelta(hours=1), headers=(("Age", "5"), ("Content-Encoding", "gzip")))
    first, second = groups(written(FULL, later))
    head = second.head.record
    assert (head.kind, head.payload, head.find("WARC-Refers-To")) == ("revisit", b"", f"<{first.head.record.id}>")
    assert head.find("WARC-Refers-To-Date") == "2026-03-01T12:00:00.123456Z"
    assert parse_capture(second, first.head.record) == later
    with pytest.raises(FormatError, match="is not there"):
        parse_capture(second)


@pytest.mark.parametrize(
    "change",
    [
        {"final_url": "https://harbour.example/other"},
        {"wire": gzip.compress(PAGE, 1, mtime=0)},
        {"body": b"", "wire": None},
    ],
)
def test_other_bytes_or_another_address_or_nothing_at_all_are_no_revisit(change: dict[str, Any]) -> None:
    other = replace(FULL, **change)
    assert [group.head.record.kind for group in groups(written(FULL, other, other))][1] == "response"


def test_nothing_is_no_revisit_of_nothing() -> None:
    empty = replace(FULL, body=b"", wire=None)
    assert [group.head.record.kind for group in groups(written(empty, empty))] == ["response", "response"]


def test_a_tombstone_says_which_digest_went_and_no_word_of_it() -> None:
    [group] = groups(written(FULL))
    stone = format_tombstone(group.head.record, "take-down", WHEN)
    [member] = iter_members(stone)
    assert isinstance(member, Member)
    assert find_dropped(member.record) == digest_of(PAGE)
    assert b"harbour" not in gzip.decompress(stone)
    assert [find_dropped(one.record) for one in group.members] == [None] * 3


def test_an_original_is_known_again_from_its_record() -> None:
    one = format_capture(FULL, place=PLACE, at=0, software="x", originals={})
    [group] = groups(one.content)
    assert original_of(group.head.record) == one.original
    assert group.metadata is not None
    assert original_of(group.metadata.record) is None


def test_the_same_capture_at_another_place_is_another_record() -> None:
    first, second = groups(written(FULL, replace(FULL, body=b"1", wire=None), replace(FULL, body=b"2", wire=None)))[1:]
    assert first.head.record.id != second.head.record.id


# -- damage -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_cut_file_gives_every_whole_record_and_says_where_the_rest_begins(data: st.DataObject) -> None:
    content = written(FULL, replace(FULL, final_url="https://harbour.example/b"))
    whole = [one for one in iter_members(content) if isinstance(one, Member)]
    cut = data.draw(st.integers(0, len(content) - 1))
    found = list(iter_members(content[:cut]))
    left = [one for one in whole if one.end <= cut]
    assert found[: len(left)] == left
    end = left[-1].end if left else 0
    assert [(type(one), one.start, one.end) for one in found[len(left) :]] == (
        [(Damage, end, cut)] if end < cut else []
    )


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_changed_byte_is_never_read_as_if_nothing_were(data: st.DataObject) -> None:
    content = written(FULL, replace(FULL, final_url="https://harbour.example/b"))
    at = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[at] ^= data.draw(st.integers(1, 255))
    found = list(iter_members(bytes(changed)))
    hit = next(one for one in iter_members(content) if one.start <= at < one.end)
    others = [one for one in iter_members(content) if one is not hit and one != hit]
    assert [one for one in found if one in others] == others
    if at - hit.start not in range(3, 10):  # gzip's own flags, time and system are covered by no check
        assert hit not in found
        assert [one for one in found if isinstance(one, Damage)]


def test_damage_between_records_does_not_hide_what_follows() -> None:
    content = written(FULL)
    start = groups(content)[0].head.start
    found = list(iter_members(content[:start] + b"\x1f\x8b\x08 rubbish" + content[start:]))
    assert [type(one) for one in found] == [Member, Damage, Member, Member, Member]
    assert isinstance(found[1], Damage)
    assert not found[1].is_tail


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: response\r\n\r\nno length\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 3\r\n\r\nfour\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 9\r\n\r\nfour\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: -1\r\n\r\nfour\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: \xc2\xb2\r\n\r\nab\r\n\r\n",
    ],
)
def test_what_is_no_record_is_refused(raw: bytes) -> None:
    with pytest.raises(FormatError):
        parse_record(raw)
    assert [type(one) for one in iter_members(wrapped(raw))] == [Damage]


def test_fields_may_go_on_in_the_next_line() -> None:
    record = parse_record(b"WARC/1.0\r\nwarc-type: meta\r\n data\r\ncontent-length: 0\r\n\r\n\r\n\r\n")
    assert (record.find("WARC-Type"), record.block) == ("meta data", b"")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        (b"Broadsheet-Body-Digest: sha256:", b"Broadsheet-Body-Digest: sha256:0", "do not give the body"),
        (b"WARC-Date: 2026", b"WARC-Date: once", "wrong form"),
        (b"HTTP/1.1 200 OK", b"HTTP/1.1 201 OK", "block does not have"),
        (b"WARC-Payload-Digest: sha256:", b"WARC-Payload-Digest: sha256:0", "payload does not have"),
    ],
)
def test_a_record_that_was_written_anew_does_not_pass(old: bytes, new: bytes, match: str) -> None:
    [group] = groups(written(FULL))
    raw = gzip.decompress(written(FULL)[group.head.start : group.head.end])
    assert old in raw
    [forged] = groups(wrapped(raw.replace(old, new)))
    with pytest.raises(FormatError, match=match):
        parse_capture(forged)


# -- other readers ------------------------------------------------------------------------------------------------

MANY = (
    FULL,
    replace(FULL, captured=WHEN + timedelta(seconds=1)),
    replace(FULL, final_url="https://harbour.example/plain", wire=None, headers=(("Transfer-Encoding", "chunked"),)),
    replace(FULL, final_url="https://harbour.example/empty", wire=None, body=b"", headers=()),
)
KINDS = [
    "warcinfo",
    *(["response", "request", "metadata", "revisit", "request", "metadata"]),
    *(["response", "request", "metadata"] * 2),
]


def test_warcio_reads_every_record_and_finds_every_digest_right() -> None:
    archiveiterator = pytest.importorskip("warcio.archiveiterator")
    kinds, bodies = [], []
    for record in archiveiterator.ArchiveIterator(io.BytesIO(written(*MANY)), check_digests="raise"):
        kinds.append(record.rec_type)
        content = record.content_stream().read()
        if record.rec_type == "response":
            bodies.append(content)
            assert record.http_headers.get_statuscode() == "200"
        assert record.digest_checker.passed is not False
        assert record.rec_headers.protocol == "WARC/1.1"
    assert kinds == KINDS
    assert bodies == [PAGE, PAGE, b""]


def test_fastwarc_reads_every_record_and_finds_every_digest_right() -> None:
    fastwarc = pytest.importorskip("fastwarc")
    kinds = []
    for record in fastwarc.ArchiveIterator(io.BytesIO(written(*MANY)), parse_http=False):
        kinds.append(str(record.record_type).rpartition(".")[2])
        assert record.verify_block_digest()
        if kinds[-1] == "response":
            record.parse_http()
            assert record.verify_payload_digest()
        if kinds[-1] == "revisit":
            assert record.record_date.microsecond == 123456
    assert kinds == KINDS


def test_gzip_itself_finds_the_file_whole() -> None:
    subprocess.run(["gzip", "-t"], input=written(*MANY), check=True)
