"""Whose host is it? One function for identity, pacing, ids and canonical addresses."""

from __future__ import annotations

import pytest

from broadsheet.adapters.http._pacing import domain_of
from broadsheet.addresses.hosts import is_same_site, outlet_id_of, registrable_domain, site_of
from broadsheet.extract.whole import _canonical
from broadsheet.policy import pacing_keys


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.sina.com.cn", "sina.com.cn"),
        ("evil.com.cn", "evil.com.cn"),
        ("www.voachinese.com", "voachinese.com"),
        ("WWW.Example.CO.UK:8080", "example.co.uk"),
        ("one.substack.com", "one.substack.com"),
        ("a.one.substack.com", "one.substack.com"),
        ("one.github.io", "one.github.io"),
        ("one.blogspot.com", "one.blogspot.com"),
        ("one.wordpress.com", "one.wordpress.com"),
        ("substack.com", "substack.com"),
        ("github.io", "github.io"),
        ("co.uk", "co.uk"),
        ("town.or.jp", "town.or.jp"),
        ("press.town.ne.jp", "town.ne.jp"),
        ("news.paper.example", "paper.example"),
        ("paper.example.", "paper.example"),
        ("localhost", None),
        ("127.0.0.1:8000", None),
        ("1.2.3", None),
        ("[::1]:80", None),
        ("::1", None),
        ("", None),
        ("a..b", None),
    ],
)
def test_the_registrable_domain(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


def test_a_domain_of_another_script_has_its_suffix() -> None:
    name = "新闻.公司.中国".encode("idna").decode("ascii")
    assert registrable_domain(name) == ".".join(name.split(".")[-2:])


def test_a_country_s_second_level_is_no_site() -> None:
    assert not is_same_site("https://evil.com.cn/a", "https://news.sina.com.cn/a")
    assert not is_same_site("https://one.github.io/", "https://two.github.io/")
    assert not is_same_site("https://one.substack.com/", "https://two.substack.com/")
    assert not is_same_site("mailto:one@paper.example", "mailto:one@paper.example")
    assert is_same_site("https://m.sina.com.cn/a", "http://news.sina.com.cn/b")
    assert site_of("http://127.0.0.1:8000/a") == "127.0.0.1"


@pytest.mark.parametrize(
    ("url", "id_", "exact"),
    [
        ("https://news.example.com.cn/a", "example", "example-com-cn"),
        ("https://www.voachinese.com/", "voachinese", "voachinese-com"),
        ("https://cn.nytimes.com/", "nytimes", "nytimes-com"),
        ("https://one.substack.com/p/1", "one", "one-substack-com"),
        ("https://one.github.io/blog", "one", "one-github-io"),
        ("https://www.gov.cn/", "gov", "www-gov-cn"),
        ("https://town.or.jp/", "town", "town-or-jp"),
        ("http://127.0.0.1:8000/", "127-0-0-1", "127-0-0-1"),
        ("https://Paper.Example/", "paper", "paper-example"),
        ("not an address", "outlet", "outlet"),
    ],
)
def test_an_outlet_is_named_by_its_own_label(url: str, id_: str, exact: str) -> None:
    assert outlet_id_of(url) == id_
    assert outlet_id_of(url, exact=True) == exact


def test_a_long_label_still_names_a_folder() -> None:
    assert outlet_id_of(f"https://{'a' * 39}-b.example/") == "a" * 39


@pytest.mark.parametrize(
    ("answered", "named", "is_taken"),
    [
        ("https://news.sina.com.cn/a/1.html", "https://evil.com.cn/a/1.html", False),
        ("https://news.sina.com.cn/a/1.html", "https://finance.sina.com.cn/a/1.html", True),
        ("https://one.substack.com/p/one", "https://two.substack.com/p/one", False),
        ("https://one.github.io/p/one", "https://two.github.io/p/one", False),
    ],
)
def test_a_page_s_canonical_address_is_believed_on_its_own_site_only(answered: str, named: str, is_taken: bool) -> None:
    assert _canonical(answered, named, answered) == (named if is_taken else answered)


def test_strangers_on_one_host_s_suffix_share_no_pause() -> None:
    keys = [set(pacing_keys(f"https://{one}.substack.com/feed")) for one in ("one", "two")]
    assert keys[0].isdisjoint(keys[1])
    assert domain_of("one.substack.com") != domain_of("two.substack.com")
    assert not set(pacing_keys("https://one.com.cn/")) & set(pacing_keys("https://two.com.cn/"))
