"""The recipes that come with Broadsheet, each on a page in its outlet's manner with a text of our own.

Each folder here is named after a recipe and holds ``page.html``, ``expected.json`` (address, facts, words that must not
be in the text) and ``body.html`` (the canonical body, exactly).
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from broadsheet.addresses.urls import is_web_address
from broadsheet.extract import Extraction, Recipe, extract_page
from broadsheet.html import plain_text
from broadsheet.services.ingest.recipe_book import read_recipes
from tests.conftest import ROOT

BOOK = read_recipes()
HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "howto" / "recipes.md"
each_recipe = pytest.mark.parametrize("name", sorted(BOOK.recipes))


def expected_of(name: str) -> tuple[dict[str, Any], str]:
    stated = json.loads((HERE / name / "expected.json").read_text("utf-8"))
    return stated, (HERE / name / "body.html").read_text("utf-8").removesuffix("\n")


def facts_of(found: Extraction) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "headline": found.headline,
        "deck": found.deck,
        "byline": found.byline,
        "dateline": found.dateline,
        "section": found.section,
        "agency": [found.agency.name, found.agency.words] if found.agency else None,
        "published": found.published.isoformat() if found.published else None,
        "published_source": found.published_source,
        "updated": found.updated.isoformat() if found.updated else None,
        "language": found.language,
        "pictures": [[picture.url, picture.caption] for picture in found.pictures],
    }


@each_recipe
def test_a_page_gives_exactly_what_is_expected(name: str) -> None:
    stated, body = expected_of(name)
    page = (HERE / name / "page.html").read_bytes()
    found = extract_page(page, url=stated["url"], recipe=BOOK.recipes[name])
    assert facts_of(found) == stated["expected"]
    assert found.body == body
    assert dict(found.agreed) == {"recipe": 1.0}
    assert found.notes == ()


@each_recipe
def test_what_does_not_belong_is_on_the_page_and_not_in_the_text(name: str) -> None:
    stated, body = expected_of(name)
    page = (HERE / name / "page.html").read_text("utf-8")
    assert len(stated["absent"]) > 2
    for words in stated["absent"]:
        assert words in page and words not in body


@each_recipe
def test_the_page_of_an_outlet_finds_its_recipe_and_number(name: str) -> None:
    stated, _ = expected_of(name)
    assert BOOK.find_name(url=stated["url"]) == name
    assert BOOK.numbering().find_number(stated["url"]) == stated["number"]
    assert (stated["number"] is not None) == (BOOK.recipes[name].number is not None)


@each_recipe
def test_changed_markup_falls_back_to_the_vote_and_says_so(name: str) -> None:
    stated, body = expected_of(name)
    page = (HERE / name / "page.html").read_text("utf-8")
    names = r' (?:class|id|role|rel|dir|itemprop|tabindex|data-[a-z0-9-]+|aria-[a-z]+)="[^"]*"'
    found = extract_page(re.sub(names, "", page).encode(), url=stated["url"], recipe=BOOK.recipes[name])
    assert found.notes == ("the recipe's selector for the text matched nothing",)
    assert "recipe" not in dict(found.agreed)
    paragraphs = [text for line in body.split("\n") if line.startswith("<p>") and (text := plain_text(line))]
    text = plain_text(found.body)
    kept = sum(len(paragraph) for paragraph in paragraphs if paragraph in text)
    assert kept > 0.75 * sum(map(len, paragraphs))


@each_recipe
def test_a_recipe_says_what_every_recipe_must(name: str) -> None:
    recipe = BOOK.recipes[name]
    assert recipe.take and recipe.headline and recipe.drop
    assert recipe.hosts == tuple(host.lower().removeprefix("www.") for host in recipe.hosts)
    assert all(is_web_address(feed) for feed in recipe.feeds)
    assert all(BOOK.find_name(url=feed) == name for feed in recipe.feeds)


def test_sections_in_other_languages_have_no_recipe() -> None:
    for url in ("https://www.bbc.com/mundo/articles/c1o", "https://www.dw.com/en/a/a-1", "https://www.rfi.fr/en/"):
        assert BOOK.find_name(url=url) is None


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.bbc.com/news/world-asia-12345678", "12345678"),
        ("https://www.bbc.co.uk/news/articles/c1x2y3z4w5vo", "c1x2y3z4w5vo"),
        ("https://www.bbc.com/news/live/c1x2y3z4w5vt", None),
        ("https://www.bbc.com/zhongwen/trad/world-12345678", "12345678"),
        ("https://www.bbc.com/zhongwen/articles/c0ab1cd2ef3o/trad", "c0ab1cd2ef3o"),
        ("https://www.npr.org/2024/05/01/1234567890/a-name", "1234567890"),
        ("https://www.npr.org/sections/health/2024/05/01/g-s1-12345/a-name", "g-s1-12345"),
        ("https://apnews.com/article/0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("https://apnews.com/hub/asia", None),
        ("https://www.zaobao.com.sg/news/china/story20240501-3600001", "20240501-3600001"),
        ("https://www.voanews.com/a/a-name/8123456.html", None),
    ],
)
def test_own_numbers_are_found_where_they_are_the_outlets_own(url: str, number: str | None) -> None:
    assert BOOK.numbering().find_number(url) == number


def test_every_key_is_explained_and_every_recipe_listed() -> None:
    text = PAGE.read_text("utf-8")
    keys = text.partition("\n## Keys\n")[2].partition("\n## ")[0]
    explained = re.findall(r"^\| `([a-z_]+)` \| \S.* \| \S.* \|$", keys, re.MULTILINE)
    assert sorted(explained) == sorted(one.name for one in fields(Recipe))
    listed = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \| (yes|no) \|$", text, re.MULTILINE)
    assert listed == [
        (name, recipe.name, _places_of(recipe), "yes" if recipe.number else "no")
        for name, recipe in sorted(BOOK.recipes.items())
    ]


def _places_of(recipe: Recipe) -> str:
    hosts, paths = (", ".join(f"`{text}`" for text in texts) for texts in (recipe.hosts, recipe.paths))
    return f"{hosts} below {paths}" if paths else hosts
