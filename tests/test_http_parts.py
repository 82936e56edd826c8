"""The Fetcher's pure parts: unpacking bodies, pacing hosts, reading addresses."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.adapters.http import FetchSettings
from broadsheet.adapters.http._body import Unpacking, read_codings
from broadsheet.adapters.http._pacing import Pacer, domain_of
from broadsheet.adapters.http._target import read_target
from broadsheet.errors import FetchError, RefusedError

MIB = 1024 * 1024


def unpack(
    wire: bytes, *codings: str, step: int = 1 << 30, most: int = 32 * MIB, ratio: float = 2000.0
) -> tuple[bytes, bytes | None]:
    """Unpack ``wire``, fed in pieces of ``step`` bytes."""
    unpacking = Unpacking(codings, most_wire=16 * MIB, most=most, ratio=ratio)
    for start in range(0, len(wire), step):
        unpacking.feed(wire[start : start + step])
    return unpacking.finish()


def raw_deflate(body: bytes) -> bytes:
    """RFC 1951 without the wrapping of RFC 1950."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(body) + engine.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": raw_deflate}


@given(st.binary(max_size=3000), st.lists(st.sampled_from(sorted(PACKERS)), max_size=3), st.integers(1, 700))
def test_any_body_in_any_coding_in_any_pieces_comes_back(body: bytes, packers: list[str], step: int) -> None:
    wire = body
    for packer in packers:
        wire = PACKERS[packer](wire)
    codings = ["gzip" if packer == "gzip" else "deflate" for packer in reversed(packers)]
    assert unpack(wire, *codings, step=step) == (body, wire if packers else None)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_several_members_are_one_body(body: bytes, step: int) -> None:
    wire = gzip.compress(body) + gzip.compress(b"second") + gzip.compress(b"")
    assert unpack(wire, "gzip", step=step)[0] == body + b"second"


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 3 * MIB])
def test_bodies_at_the_edges_of_a_piece(size: int) -> None:
    body = bytes(size)
    assert unpack(gzip.compress(body), "gzip")[0] == body


@pytest.mark.parametrize("step", [1, 2, 1000])
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"", b"<", b"<r", b"<rss/>", b'{"version":1}', b"\xef\xbb\xbf<?xml version="])
def test_a_plain_body_called_packed_is_taken_as_it_is(body: bytes, coding: str, step: int) -> None:
    assert unpack(body, coding, step=step) == (body, None)


def test_what_follows_the_end_is_dropped() -> None:
    assert unpack(gzip.compress(b"x") + b"\0\0 rest", "gzip", step=3)[0] == b"x"
    assert unpack(zlib.compress(b"x") + b"rest", "deflate")[0] == b"x"


@given(st.binary(min_size=20, max_size=500), st.data())
def test_half_a_packed_body_is_cut_short(body: bytes, data: st.DataObject) -> None:
    wire = gzip.compress(body)
    length = data.draw(st.integers(3, len(wire) - 1))
    with pytest.raises(FetchError) as caught:
        unpack(wire[:length], "gzip")
    assert caught.value.reason == "cut short"


def test_a_damaged_body_is_said_to_be_damaged() -> None:
    wire = bytearray(gzip.compress(bytes(range(256)) * 9))
    wire[-5] ^= 1
    with pytest.raises(FetchError) as caught:
        unpack(bytes(wire), "gzip")
    assert caught.value.reason == "encoding"


def test_caps_on_both_sides_and_on_the_ratio() -> None:
    packed = gzip.compress(bytes(4 * MIB))
    for most, ratio, reason in ((4 * MIB - 1, 2000.0, "too large"), (32 * MIB, 100.0, "bomb")):
        with pytest.raises(RefusedError) as caught:
            unpack(packed, "gzip", most=most, ratio=ratio)
        assert caught.value.reason == reason
    assert len(unpack(packed, "gzip", most=4 * MIB)[0]) == 4 * MIB
    with pytest.raises(RefusedError) as caught:
        unpack(bytes(16 * MIB + 1))
    assert caught.value.reason == "too large"


@pytest.mark.parametrize(
    ("label", "media_type", "codings"),
    [
        ("", "image/jpeg", ()),
        ("", "application/gzip", ()),
        ("", "text/xml; charset=utf-8", ("gzip",)),
        ("", "application/rss+xml", ("gzip",)),
        ("identity", "image/png", ()),
        ("UTF-8", "image/png", ()),
        ("x-gzip", "text/html", ("gzip",)),
        ("deflate, GZIP", "text/html", ("gzip", "deflate")),
    ],
)
def test_labels_of_codings(label: str, media_type: str, codings: tuple[str, ...]) -> None:
    assert read_codings(label, media_type) == codings


def test_codings_not_asked_for_and_too_many() -> None:
    for label, reason in (("br", "encoding"), ("gzip, zstd", "encoding"), ("gzip," * 4, "bomb")):
        with pytest.raises(FetchError) as caught:
            read_codings(label, "text/html")
        assert caught.value.reason == reason


# Pacing


@given(
    st.lists(st.tuples(st.sampled_from(["a.x.org", "b.x.org", "c.org", "a.x.org:81"]), st.floats(0, 3))), st.randoms()
)
def test_turns_keep_their_distance_whatever_comes(asks: list[tuple[str, float]], random: Random) -> None:
    pacer = Pacer(FetchSettings(host_spacing_s=1.0, domain_spacing_s=0.25), random)
    now = 0.0
    turns: list[tuple[str, float]] = []
    for host, pause in asks:
        now += pause
        at = pacer.take_turn(host, now)
        assert at >= now
        for earlier, then in turns:
            if earlier == host:
                assert at - then >= 1.0 - 1e-9
            if domain_of(earlier) == domain_of(host):
                assert at - then >= 0.25 - 1e-9
        turns.append((host, at))


def test_jitter_stretches_and_never_shortens() -> None:
    pacer = Pacer(FetchSettings(host_spacing_s=1.0, jitter=0.5), Random(1))
    turns = [pacer.take_turn("a.org", 0.0) for _ in range(200)]
    gaps = [after - before for before, after in pairwise(turns)]
    assert min(gaps) >= 1.0
    assert max(gaps) <= 1.5 + 1e-9
    assert len({round(gap, 6) for gap in gaps}) > 100


def test_a_rest_ends_when_it_ends_and_the_longer_one_counts() -> None:
    pacer = Pacer(FetchSettings(), Random(1))
    pacer.rest("a.org", 100.0)
    pacer.rest("a.org", 50.0)
    assert pacer.find_rest("a.org", 60.0) == 40.0
    assert pacer.find_rest("b.org", 60.0) is None
    assert pacer.find_rest("a.org", 100.0) is None


def test_many_hosts_are_forgotten_once_their_time_has_passed() -> None:
    pacer = Pacer(FetchSettings(), Random(1))
    for number in range(100_000):
        pacer.take_turn(f"{number}.example{number}.org", float(number))
    assert len(pacer._host_next) + len(pacer._domain_next) <= 20_002


def test_connections_are_kept_to_so_many_hosts_in_use() -> None:
    pacer = Pacer(FetchSettings(kept_hosts=2, keep_alive_s=5.0), Random(1))
    assert [pacer.keeps_connection(host, 0.0) for host in ("a", "b", "c", "a")] == [True, True, False, True]
    assert pacer.keeps_connection("a", 9.0)
    assert pacer.keeps_connection("c", 11.0)
    assert not pacer.keeps_connection("b", 12.0)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("feeds.news.com.cn", "news.com.cn"),
        ("www.paper.co.uk:8080", "paper.co.uk"),
        ("localhost", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.1:81", "10.0.0.1:81"),
        ("2606:4700::1", "2606:4700::1"),
    ],
)
def test_domains(host: str, domain: str) -> None:
    assert domain_of(host) == domain


# Addresses


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("HTTP://News.Example", "http://news.example/"),
        ("http://news.example:80/a/../b", "http://news.example/a/../b"),
        ("https://bücher.example/ü?q=ü#ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC"),
        (" http://news.example/a\n/b ", "http://news.example/a/b"),
        ("http://news.example/%e4%b8%ad%2F?a=%26&b=+", "http://news.example/%e4%b8%ad%2F?a=%26&b=+"),
        ("http://news.example/100%", "http://news.example/100%25"),
        ("http://news.example?a", "http://news.example/?a"),
        ("http://[2606:4700::1]:8080/", "http://[2606:4700::1]:8080/"),
    ],
)
def test_an_address_keeps_its_spelling_where_it_can(written: str, asked: str) -> None:
    assert str(read_target(written).url) == asked


def test_credentials_are_taken_out_of_the_address() -> None:
    target = read_target("http://us%3Aer:p%40ss:w@news.example:8080/")
    assert (str(target.url), target.host, target.place) == (
        "http://news.example:8080/",
        "news.example",
        "news.example:8080",
    )
    assert target.authorization == "Basic dXM6ZXI6cEBzczp3"
    assert read_target("http://news.example/").authorization is None


@given(st.text(max_size=40))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    for written in (text, f"http://{text}", f"http://news.example/{text}"):
        try:
            target = read_target(written)
        except RefusedError:
            continue
        assert str(target.url).isascii()
        assert "@" not in target.url.authority
