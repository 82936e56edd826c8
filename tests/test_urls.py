"""One spelling for one address, and what tells articles apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.addresses.urls import canonical_url, host_of, id_key, is_web_address, url_digest, url_key


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.COM:80", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        (" https://example.com/a\n", "https://example.com/a"),
        ("https://example.com/a#top", "https://example.com/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/../../a", "https://example.com/a"),
        ("https://example.com/%7ename/%e4%b8%ad", "https://example.com/~name/%E4%B8%AD"),
        ("https://example.com/中国/文章", "https://example.com/%E4%B8%AD%E5%9B%BD/%E6%96%87%E7%AB%A0"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a?utm_source=rss&id=7&fbclid=x", "https://example.com/a?id=7"),
        ("https://medium.example/p?source=rss-f1fb3e40dc37------2", "https://medium.example/p"),
        ("https://example.com/a?source=7", "https://example.com/a?source=7"),
        ("https://example.com/?p=12", "https://example.com/?p=12"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("mailto:x@example.com", "mailto:x@example.com"),
        ("https://exa mple/\x00", "https://exa mple/%00"),
    ],
)
def test_addresses_have_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.text(max_size=40))
def test_canonical_is_idempotent_whatever_comes(text: str) -> None:
    for url in (text, f"https://example.com/{text}", f"https://{text}/a"):
        once = canonical_url(url)
        assert canonical_url(once) == once
        url_digest(url)


@pytest.mark.parametrize(
    "other",
    [
        "http://example.com/a/1",
        "https://www.example.com/a/1/",
        "https://m.example.com/a/1?utm_medium=x",
        "https://example.com/a/1#comments",
    ],
)
def test_the_key_survives_moves(other: str) -> None:
    assert url_key(other) == url_key("https://example.com/a/1")
    assert url_digest(other) == url_digest("https://example.com/a/1")


@pytest.mark.parametrize(
    "other",
    ["https://example.com/a/2", "https://example.com/a/1?page=2", "https://news.example.com/a/1", "https://m.com/a/1"],
)
def test_the_key_tells_articles_apart(other: str) -> None:
    assert url_key(other) != url_key("https://example.com/a/1")


def test_an_id_that_is_an_address_loses_its_scheme_and_another_stays() -> None:
    assert id_key("http://example.com/?p=1") == id_key("https://example.com/?p=1")
    assert id_key("tag:example.com,2024:1") == "tag:example.com,2024:1"


def test_hosts_and_web_addresses() -> None:
    assert host_of("https://WWW.Example.com:80/x") == "www.example.com"
    assert host_of("not an address") == ""
    assert is_web_address("https://x.example/") and not is_web_address("javascript:alert(1)")
    assert not is_web_address("https://") and not is_web_address("http://[bad/")
