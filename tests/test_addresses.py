"""Which addresses are public: every spelling, every special network, every way to hide IPv4 in IPv6."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.addresses.networks import (
    NOT_WEB_PORTS,
    Reach,
    find_address,
    find_embedded,
    is_plain,
    is_public,
    is_told_as,
    redact,
    told_address,
)
from broadsheet.errors import SettingsError

_NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.1.2.3
127.255.255.255 168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.7
192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255
2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 0177.0.0.1 017700000001 127.1 127.0.1 0 0x0 00 127.0.0.1. 3232235777 0xa9fea9fe
0251.0376.0251.0376 10.1 0xA.1 192.168.257
:: ::1 [::1] ::ffff:127.0.0.1 [::ffff:127.0.0.1] ::ffff:7f00:1 0:0:0:0:0:ffff:7f00:0001 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1
64:ff9b::a9fe:a9fe 64:ff9b:1::1 64:ff9b:1:808:808:: 2002:7f00:1:: 2002:a00:1::1 2002:808:808:: 2001:0:808:808::
2001:0:4136:e378:8000:63bf:80ff:fffe 2001:db8::1 2001:2::1 2001:10::1 2001:20::1 3fff::1 5f00::1 100::1
fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fe80::1%25eth0 fec0::1 ff02::1 ff0e::1 2606:4700::1%eth0
2606:4700::5efe:127.0.0.1 2606:4700::200:5efe:10.0.0.1 4000::1
"""

_PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.255.255
172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2606:4700:4700::1111 2001:4860:4860::8888 2a00:1450:4001::1 2400:cb00::1 240e::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
2606:4700::5efe:8.8.8.8
"""
NOT_PUBLIC = _NOT_PUBLIC.split()
PUBLIC = _PUBLIC.split()


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_not_public(text: str) -> None:
    assert find_address(text) is not None
    assert not is_public(text)


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize(
    "text", ["news.example", "0x7g.1", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "4294967296", "", ".", "09.1.1.1", "a:b"]
)
def test_names_and_nonsense_are_no_addresses(text: str) -> None:
    assert find_address(text) is None
    assert not is_public(text)


@given(st.integers(0, 2**32 - 1))
def test_every_spelling_of_an_address_is_judged_alike(number: int) -> None:
    address = IPv4Address(number)
    first, second, third, fourth = address.packed
    spellings = [
        str(number),
        hex(number),
        f"0{number:o}",
        f"{first}.{number & 0xFFFFFF}",
        f"{first}.{second}.{number & 0xFFFF}",
        f"0x{first:x}.0{second:o}.{third}.{fourth}",
        f"{address}.",
    ]
    assert {find_address(spelling) for spelling in spellings} == {address}
    assert {is_public(spelling) for spelling in spellings} == {is_public(address)}


@given(st.integers(0, 2**32 - 1))
def test_an_address_inside_another_is_found(number: int) -> None:
    carried = IPv4Address(number)
    carriers = [
        IPv6Address(f"::ffff:{carried}"),
        IPv6Address(f"64:ff9b::{carried}"),
        IPv6Address((0x2002 << 112) | (number << 80) | 1),
        IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),
        IPv6Address(f"2606:4700::5efe:{carried}"),
    ]
    assert {find_embedded(carrier) for carrier in carriers} == {carried}
    if not is_public(carried):
        assert not any(is_public(carrier) for carrier in carriers)


@given(st.integers(0, 2**32 - 1))
def test_no_more_is_public_than_the_standard_library_says(number: int) -> None:
    address = IPv4Address(number)
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


@given(st.integers(0, 2**128 - 1))
def test_no_more_of_ipv6_is_public_than_the_standard_library_says(number: int) -> None:
    address = IPv6Address(number)
    if is_public(address) and find_embedded(address) is None:
        assert address.is_global
        assert not any((address.is_multicast, address.is_site_local, address.is_link_local))


def test_plain_spellings() -> None:
    assert is_plain("127.0.0.1")
    assert is_plain("::1")
    assert not any(
        is_plain(text) for text in ("127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", "fe80::1%25eth0", "a.b")
    )


def test_private_networks_are_reached_only_where_named() -> None:
    reach = Reach.of(["127.0.0.0/8", "fd00::/8", "News.Intra.", "10.1.2.3"])
    assert reach.admits("127.0.0.1")
    assert reach.admits("::ffff:127.0.0.1")
    assert reach.admits("fd12::1")
    assert reach.admits("10.1.2.3")
    assert reach.admits("8.8.8.8")
    assert not reach.admits("10.1.2.4")
    assert not reach.admits("::1")
    assert not reach.admits("fd00::5efe:10.0.0.1")
    assert not reach.admits("fd00::1%eth0")


def test_a_named_host_may_be_private_and_no_other() -> None:
    reach = Reach.of(["news.intra"])
    assert reach.admits("10.0.0.1", "news.intra")
    assert reach.admits("10.0.0.1", "NEWS.INTRA.")
    assert not reach.admits("10.0.0.1", "evil.example")
    assert not reach.admits("10.0.0.1", "10.0.0.1")
    assert not reach.admits("10.0.0.1")


@pytest.mark.parametrize("text", ["10.0.0.0/99", "a b", "", "2130706433", "http://x/", "10.0.0"])
def test_a_wrong_network_is_said_to_be_wrong(text: str) -> None:
    with pytest.raises(SettingsError, match="neither a network"):
        Reach.of([text])


def test_the_web_has_its_ports() -> None:
    assert {22, 25, 53, 6379, 11211} <= NOT_WEB_PORTS
    assert not {80, 443, 1200, 3000, 8000, 8080, 8443, 8888} & NOT_WEB_PORTS


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://news.example/a?b=c@d#e", "https://news.example/a?b=c@d#e"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        ("https://secret@news.example:8443", "https://news.example:8443"),
        ("http://us:sec@ret@news.example/@x", "http://news.example/@x"),
        ("http://us:secret/@news.example/", "http://news.example/"),
        ("http://us:secret@news.example:port/", "http://news.example:port/"),
        ("http:us:secret@news.example/", "http:news.example/"),
        ("http:/us:secret@news.example/", "http:/news.example/"),
        (" HTTP://us:secret@news.example/", " HTTP://news.example/"),
        ("//us:secret@news.example/", "//news.example/"),
        ("ftp://us:secret@news.example/", "ftp://news.example/"),
        ("http://us:secret@[::1", "http://[::1"),
        ("mailto:desk@news.example", "mailto:desk@news.example"),
    ],
)
def test_credentials_are_not_shown(url: str, shown: str) -> None:
    assert redact(url) == shown


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://news.example/rss.xml", "https://news.example/rss.xml"),
        ("https://me:pass@news.example/rss?x=1", "https://news.example/rss?x=1"),
        ("https://news.example/rss?key=abc&page=2", "https://news.example/rss?page=2"),
        ("https://news.example/rss?accessToken=abc", "https://news.example/rss"),
        ("https://news.example/rss?user=me&token=abc", "https://news.example/rss"),
        ("https://video.example/feeds/videos.xml?user=harbour", "https://video.example/feeds/videos.xml?user=harbour"),
        (
            "https://video.example/feeds/videos.xml?channel_id=UCa1b2c3d4e5f6g7h8i9j0k1",
            "https://video.example/feeds/videos.xml?channel_id=UCa1b2c3d4e5f6g7h8i9j0k1",
        ),
        ("https://news.example/rss?v=0123456789abcdef0123456789abcdef", "https://news.example/rss"),
        ("https://cal.example/private-0123456789abcdef0123456789abcdef/a.ics", "https://cal.example/-/a.ics"),
        ("https://a.example/d/01234567-89ab-cdef-0123-456789abcdef/rss", "https://a.example/d/-/rss"),
        ("https://a.example/2026/11/27/a-long-name-of-an-article-1234567890123456789012", None),
        ("http://192.168.1.7:1200/voa?key=1", "http://private.invalid/voa"),
        ("http://[fd00::1]/rss", "http://private.invalid/rss"),
        ("http://rsshub:1200/voa/chinese", "http://private.invalid/voa/chinese"),
        ("http://feeds.lan/rss", "http://private.invalid/rss"),
        ("http://2130706433/rss", "http://private.invalid/rss"),
        ("not an address", "not an address"),
    ],
)
def test_feeds_are_told_without_what_others_should_not_read(url: str, told: str | None) -> None:
    assert told_address(url) == (told or url)
    assert told_address(told_address(url)) == told_address(url)
    assert is_told_as(url, told_address(url))


def test_hosts_declared_private_are_not_told() -> None:
    url = "https://feeds.corp.example/rss"
    assert told_address(url) == url
    assert told_address(url, ["feeds.corp.example"]) == "https://private.invalid/rss"
    assert is_told_as(url, "https://private.invalid/rss") and not is_told_as(url, "https://other.example/rss")


@given(st.text(alphabet="abk=&?/:@%ü[]#. 0123456789", max_size=60))
def test_any_feed_can_be_told_and_stays_told(rest: str) -> None:
    for url in (rest, f"https://{rest}", f"https://news.example/{rest}"):
        assert told_address(told_address(url)) == told_address(url)
