"""Recipes: read with errors that name the key, and stronger than every guess."""

from __future__ import annotations

import pytest

from broadsheet.errors import SettingsError
from broadsheet.extract import extract_page, parse_recipe

PAGE = """<html><head><meta charset="utf-8"><title>Wrong title</title></head><body>
<div class="kopf"><span class="t">Right headline</span>
<i class="w">Ada Example</i><b class="d">2026-05-04 10:00</b></div>
<div class="promo-long"><p>A long promotional text that an extractor may well take for the article,
since it has sentences, commas, and no link at all, and goes on for quite a while to be taken seriously.</p></div>
<div class="inhalt"><p>PORTVILLE (Example Wire) The short article itself.</p><p class="weg">Dropped line.</p>
<p>Its second paragraph, no longer.</p>
<p>Reading time: 2 minutes</p></div>
<a class="mehr" href="?seite=b">more</a></body></html>"""

RECIPE = """
name = "Example"
hosts = ["outlet.example"]
zone = "Asia/Shanghai"
take = ".inhalt"
drop = [".weg"]
headline = ".kopf .t"
byline = ".kopf .w"
date = [".kopf .missing", ".kopf .d"]
next_page = "a.mehr"
drop_text = ["^Reading time"]
agency = ['\\((Example Wire)\\)']
dateline = ['^([A-Z]+) \\(']
feeds = ["https://outlet.example/feed"]
number = '/a/(\\d+)'
full_text = "always"
"""


def test_a_recipe_comes_before_every_guess() -> None:
    recipe = parse_recipe(RECIPE)
    found = extract_page(PAGE.encode(), url="https://outlet.example/a/17", recipe=recipe)
    assert found.headline == "Right headline"
    assert found.byline == "Ada Example"
    assert found.published is not None
    assert found.published.isoformat() == "2026-05-04T02:00:00+00:00"
    assert found.published_source == "recipe"
    assert found.next_page_url == "https://outlet.example/a/17?seite=b"
    assert found.dateline == "PORTVILLE"
    assert found.agency is not None
    assert found.agency.name == "Example Wire"
    assert found.body == (
        "<p>PORTVILLE (Example Wire) The short article itself.</p>\n<p>Its second paragraph, no longer.</p>"
    )


def test_a_selector_that_matches_nothing_is_noted_and_the_vote_decides() -> None:
    recipe = parse_recipe('name = "x"\nhosts = ["x.example"]\ntake = ".gone"')
    found = extract_page(PAGE.encode(), url="https://x.example/1", recipe=recipe)
    assert found.body
    assert any("matched nothing" in note for note in found.notes)


def test_pictures_outside_the_text_are_named_by_the_recipe() -> None:
    beside = '<div class="rail"><img src="/p.jpg"><p class="caption">The quay</p></div><div class="inhalt">'
    page = PAGE.replace('<div class="inhalt">', beside)
    bare = parse_recipe('name = "x"\nhosts = ["x.example"]\ntake = ".inhalt"')
    named = parse_recipe('name = "x"\nhosts = ["x.example"]\ntake = ".inhalt"\npicture = ".rail"')
    assert extract_page(page.encode(), url="https://x.example/1", recipe=bare).pictures == ()
    [picture] = extract_page(page.encode(), url="https://x.example/1", recipe=named).pictures
    assert (picture.url, picture.caption) == ("https://x.example/p.jpg", "The quay")


@pytest.mark.parametrize(
    ("selector", "lead"),
    [
        (".rail", "https://x.example/rail.jpg"),
        (".rail img", "https://x.example/rail.jpg"),
        ("meta[name=poster]", "https://x.example/poster.jpg"),
        (".gone", "https://x.example/inside.jpg"),
    ],
)
def test_the_recipe_chooses_the_lead_picture(selector: str, lead: str) -> None:
    inside = '<div class="inhalt"><figure><img src="/inside.jpg"></figure>'
    page = PAGE.replace('<div class="inhalt">', inside).replace(
        '<a class="mehr"', '<div class="rail"><img src="/rail.jpg"></div><a class="mehr"'
    )
    page = page.replace("<title>", '<meta name="poster" content="/poster.jpg"><title>')
    recipe = parse_recipe(f'name = "x"\nhosts = ["x.example"]\ntake = ".inhalt"\npicture = "{selector}"')
    found = extract_page(page.encode(), url="https://x.example/1", recipe=recipe)
    assert found.lead_picture is not None
    assert found.lead_picture.url == lead


def test_an_agency_that_a_recipe_finds_has_its_usual_name() -> None:
    recipe = parse_recipe('name = "x"\nhosts = ["x.example"]\ntake = ".inhalt"\nagency = "wire: (.+)$"')
    page = PAGE.replace("Reading time: 2 minutes", "wire: 美聯社")
    found = extract_page(page.encode(), url="https://x.example/1", recipe=recipe)
    assert found.agency is not None
    assert (found.agency.name, found.agency.words) == ("AP", "wire: 美聯社")


def test_paths_match_in_whole_segments() -> None:
    recipe = parse_recipe('name = "x"\nhosts = ["x.example"]\npaths = ["/zh", "/a/b"]')
    assert recipe.matches("x.example", "/zh/1")
    assert recipe.matches("x.example", "/a/b")
    assert not recipe.matches("x.example", "/zh-hant/1")
    assert not recipe.matches("x.example", "/a")
    assert not recipe.matches("y.example", "/zh/1")


def test_hosts_match_with_their_subdomains() -> None:
    recipe = parse_recipe('name = "x"\nhosts = ["outlet.example"]')
    assert recipe.full_text == "auto"
    assert recipe.matches("www.outlet.example")
    assert recipe.matches("news.outlet.example")
    assert not recipe.matches("notoutlet.example")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "not TOML"),
        ('hosts = ["x.example"]', "lacks 'name'"),
        ('name = "x"\nhosts = []', "lacks 'hosts'"),
        ('name = "x"\nhosts = ["x"]\nselector = "p"', "unknown key 'selector'"),
        ('name = "x"\nhosts = ["x"]\ntake = "p["', "'take'"),
        ('name = "x"\nhosts = ["x"]\ndrop = 3', "'drop'"),
        ('name = "x"\nhosts = ["x"]\nagency = "("', "'agency'"),
        ('name = "x"\nhosts = ["x"]\nnumber = "/a/"', "'number'"),
        ('name = "x"\nhosts = ["x"]\npaths = "news"', "'paths'"),
        ('name = "x"\nhosts = ["x"]\npaths = ["/news/"]', "'paths'"),
        ('name = "x"\nhosts = ["x"]\nzone = "Mars/Olympus"', "'zone'"),
        ('name = "x"\nhosts = ["x"]\nfull_text = "sometimes"', "'full_text'"),
    ],
)
def test_errors_name_the_key(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        parse_recipe(text)
