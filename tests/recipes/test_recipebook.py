"""Which recipe is meant: by name, by a feed it lists, by the nearest of its hosts and paths."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broadsheet.errors import SettingsError
from broadsheet.model import Outlet
from broadsheet.services.ingest.recipe_book import RecipeBook

SHARED = RecipeBook(
    {
        "all": 'name = "All"\nhosts = ["x.example"]\nnumber = "/(n\\\\d+)$"',
        "chinese": 'name = "中文"\nhosts = ["x.example"]\npaths = ["/zhongwen"]\nnumber = "/(c\\\\d+)$"\n'
        'feeds = ["https://feeds.other.example/zh?all=1"]',
        "far": 'name = "Far"\nhosts = ["far.example"]\npaths = ["/a", "/b/c"]',
    }
)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.x.example/zhongwen/simp", "chinese"),
        ("https://x.example/zhongwen", "chinese"),
        ("https://x.example/zhongwenx/1", "all"),
        ("https://news.x.example/", "all"),
        ("https://x.example", "all"),
        ("http://feeds.other.example/zh?all=1", "chinese"),
        ("https://feeds.other.example/", None),
        ("https://far.example/b/c/d", "far"),
        ("https://far.example/b/cd", None),
        ("https://far.example/", None),
        ("https://notx.example/zhongwen", None),
        ("no address", None),
        ("", None),
        (None, None),
    ],
)
def test_the_nearest_place_decides(url: str | None, name: str | None) -> None:
    assert SHARED.find_name(url=url) == name


def test_a_name_comes_before_every_address() -> None:
    assert SHARED.find_name(url="https://x.example/", name="far") == "far"
    with pytest.raises(SettingsError, match="there are: all, chinese, far"):
        SHARED.find_name(name="near")


def test_an_outlet_is_known_by_its_setting_its_home_or_its_feeds() -> None:
    feeds = ("https://elsewhere.example/rss", "https://feeds.other.example/zh?all=1")
    outlet = Outlet("one", "One", home_url="https://elsewhere.example/", feeds=feeds)
    assert SHARED.find_for(outlet) == "chinese"
    assert SHARED.find_for(replace(outlet, home_url="https://far.example/a/")) == "far"
    assert SHARED.find_for(replace(outlet, recipe="all")) == "all"
    assert SHARED.find_for(replace(outlet, feeds=feeds[:1])) is None
    with pytest.raises(SettingsError, match="no recipe 'gone'"):
        SHARED.find_for(replace(outlet, recipe="gone"))


def test_numbers_are_found_by_the_pattern_of_the_nearest_place() -> None:
    numbering = SHARED.numbering()
    assert numbering.find_number("https://x.example/zhongwen/c1") == "c1"
    assert numbering.find_number("https://x.example/news/n1") == "n1"
    assert numbering.find_number("https://x.example/zhongwen/n1") is None
    assert numbering.find_number("https://far.example/a/n1") is None


def test_two_recipes_never_claim_one_place() -> None:
    texts = {"one": 'name = "1"\nhosts = ["x.example"]\npaths = ["/a", "/b"]'}
    RecipeBook({**texts, "two": 'name = "2"\nhosts = ["x.example"]\npaths = ["/a/b"]'})
    with pytest.raises(SettingsError, match=r"'one' and 'two' both claim x\.example/b"):
        RecipeBook({**texts, "two": 'name = "2"\nhosts = ["x.example"]\npaths = ["/b"]'})
