"""Every kind of page in every form: well-formed, complete, safe, and the same thing each time."""

from __future__ import annotations

import json
import re
from collections import Counter

import html5lib
import pytest
from lxml import etree

from broadsheet.render.to_json import openapi
from broadsheet.render.words import LANGUAGES, WORDS
from broadsheet.views.page import PAGES as PAGE_KINDS
from broadsheet.web import Site
from tests.web.conftest import DIGEST, HOSTILE, PAGES, STATUS, TWINS, get, twin

ATOM = "{http://www.w3.org/2005/Atom}"
pages = pytest.mark.parametrize("kind", PAGES)


def text(site: Site, target: str, **headers: str) -> str:
    return get(site, target, **headers).body.decode("utf-8")


@pages
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_valid_html_in_every_language(site: Site, kind: str, language: str) -> None:
    reply = get(site, PAGES[kind], accept_language=language)
    assert reply.status == STATUS.get(kind, 200)
    assert reply.find_header("content-type") == "text/html; charset=utf-8"
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(reply.body.decode("utf-8"))
    assert tree.get("lang") == language
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    assert not [one for one, count in ids.items() if count > 1]
    assert len(tree.findall(".//h1")) == 1
    assert len(tree.findall(".//main")) == 1
    labelled = {element.get("aria-labelledby") for element in tree.iter() if element.get("aria-labelledby")}
    assert labelled <= ids.keys()


@pages
def test_nothing_in_a_page_is_inline_or_from_elsewhere(site: Site, kind: str) -> None:
    reply = get(site, PAGES[kind])
    tree = html5lib.parse(reply.body.decode("utf-8"), namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert not [name for name in element.attrib if name.lower().startswith("on") or name in ("style", "srcset")]
        assert element.tag.lower() not in ("style", "iframe", "object", "embed", "base")
        for name in ("src", "action", "formaction", "data", "poster"):
            assert element.get(name, "/").startswith("/")
            assert not element.get(name, "/").startswith("//")
        if element.tag in ("link",) and element.get("rel") not in ("canonical",):
            assert element.get("href", "").startswith("/")
        if element.tag == "a":
            href = element.get("href", "")
            assert href.startswith(("/", "#", "https://", "http://", "mailto:"))
            if href.startswith("http"):
                assert "noreferrer" in element.get("rel", "")
        if element.tag == "script":
            assert not (element.text or "").strip()
    policy = reply.find_header("content-security-policy") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.find_header("x-content-type-options") == "nosniff"
    assert reply.find_header("referrer-policy") == "no-referrer"


@pages
@pytest.mark.parametrize("suffix", TWINS)
def test_every_page_has_its_twins(site: Site, kind: str, suffix: str) -> None:
    reply = get(site, twin(PAGES[kind], suffix))
    assert reply.status == STATUS.get(kind, 200)
    body = reply.body.decode("utf-8")
    assert body.endswith("\n")
    if suffix == "json":
        assert json.loads(body)["kind"]
    elif suffix == "atom":
        check_atom(etree.fromstring(reply.body))
    else:
        assert body.strip()
        assert "<script" not in body or suffix == "txt" or "\\<script" in body


def check_atom(feed: etree._Element) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, once."""
    for parent in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", parent.findtext(f"{ATOM}updated") or "")
        assert parent.find(f"{ATOM}author") is not None or feed.find(f"{ATOM}author") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["alternate", "self"]


def test_every_kind_of_page_is_among_those_tested(site: Site) -> None:
    shown = {json.loads(get(site, twin(target, "json")).body)["kind"] for target in PAGES.values()}
    assert shown == {cls.kind for cls in PAGE_KINDS}


@pages
def test_json_is_as_its_description_says(site: Site, kind: str) -> None:
    stated = json.loads(get(site, twin(PAGES[kind], "json")).body)
    schemas = openapi("1")["components"]["schemas"]
    name = next(
        name for name, schema in schemas.items() if schema["properties"].get("kind", {}).get("const") == stated["kind"]
    )
    check_schema(stated, {"$ref": f"#/components/schemas/{name}"}, schemas)


def check_schema(value: object, schema: dict, schemas: dict) -> None:  # type: ignore[type-arg]
    """The small part of JSON Schema that the description uses, checked by hand."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        if value is not None:
            check_schema(value, schema["anyOf"][0], schemas)
        return
    if "const" in schema:
        assert value == schema["const"]
        return
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    assert isinstance(value, kinds[schema["type"]])
    if isinstance(value, list):
        for one in value:
            check_schema(one, schema["items"], schemas)
    elif isinstance(value, dict):
        assert value.keys() == schema["properties"].keys() == set(schema["required"])
        for key, one in value.items():
            check_schema(one, schema["properties"][key], schemas)


def test_an_article_shows_all_that_is_known(site: Site) -> None:
    shown = text(site, "/articles/harbour/102", accept_language="zh-CN")
    for said in ("“海鸥七号”复航：甲烷", "岑望", "社会", "据AFP", "2026-03-01 09:00 UTC", "2026-03-01 17:00 +08:00",
                 "https://harbour.example/a/102.html", "渡轮（资料图）", "<rt>jiǎwán</rt>", "test/1"):  # fmt: skip
        assert said in shown
    stated = json.loads(text(site, "/articles/harbour/102.json"))
    assert stated["sha256"] in shown
    assert stated["document"] in shown
    assert stated["missing_pictures"] == 1


def test_a_kept_picture_is_shown_from_here_and_a_lost_one_is_a_link(site: Site) -> None:
    shown = text(site, "/articles/harbour/102")
    assert f'<img src="/pictures/{DIGEST}" alt="渡轮" width="640" height="480"' in shown
    assert '<a href="https://pic.example/lost.jpg" rel="noreferrer noopener external">丢了 · pic.example</a>' in shown
    assert shown.count("<img") == 1


def test_hostile_words_are_words(site: Site) -> None:
    for target in ("/", "/articles/beacon/666", "/outlets/beacon", "/search?q=alert&order=newest"):
        shown = text(site, target)
        assert HOSTILE not in shown
        assert "<script>alert" not in shown
        assert "javascript:" not in re.sub(r'<span class="url">[^<]*</span>', "", shown)
        assert 'lang="en" onload' not in shown
    assert "evil.example/t.gif" in text(site, "/articles/beacon/666")  # as a link a reader may follow, nothing more
    feed = etree.fromstring(get(site, "/articles/beacon/666.atom").body)
    content = feed.findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert "<script" not in content
    assert "onerror=" not in re.sub(r"&[a-z]+;[^<]*", "", content)


def test_what_was_taken_down_shows_no_text(site: Site) -> None:
    for suffix in ("", ".json", ".md", ".txt", ".atom"):
        shown = text(site, f"/articles/harbour/300{suffix}")
        assert "要撤下的文章" not in shown
    assert "当事人要求" in text(site, "/articles/harbour/300")
    assert "要撤下的文章" not in text(site, "/outlets/harbour")


def test_revisions_lead_to_each_other(site: Site) -> None:
    newest = text(site, "/articles/harbour/101", accept_language="en")
    assert "渡轮复航（更新）" in newest
    assert "/articles/harbour/101/revisions/1" in newest
    old = text(site, "/articles/harbour/101/revisions/1", accept_language="en")
    assert "渡轮复航 101" in old
    assert "An earlier revision" in old
    assert get(site, "/articles/harbour/101/revisions/3").status == 404


def test_neighbours_are_found_across_gaps_and_ties(site: Site) -> None:
    chain, at = [], "/articles/harbour/100"
    while at:
        chain.append(at)
        later = json.loads(text(site, at + ".json"))["later"]
        at = f"/{later['path']}" if later else ""
    back, at = [], chain[-1]
    while at:
        back.append(at)
        earlier = json.loads(text(site, at + ".json"))["earlier"]
        at = f"/{earlier['path']}" if earlier else ""
    assert back == chain[::-1]
    listed = [f"/{line['path']}" for line in json.loads(text(site, "/outlets/harbour.json"))["lines"]]
    assert back == listed


def test_right_to_left_and_ruby_and_language_are_marked(site: Site) -> None:
    tree = html5lib.parse(text(site, "/articles/beacon/201"), namespaceHTMLElements=False)
    article = tree.find(".//article")
    assert article is not None
    assert article.get("lang") == "ar"
    assert [body.get("dir") for body in article.iter("div")] == ["auto"]


def test_search_marks_what_it_found_and_counts_it(site: Site) -> None:
    shown = text(site, "/search?q=%E6%B8%A1%E8%BC%AA")  # traditional finds simplified
    assert "<mark>渡轮</mark>" in shown
    stated = json.loads(text(site, "/search.json?q=%E6%B8%A1%E8%BC%AA"))
    assert stated["total"] == len(stated["lines"]) > 0
    assert sum(month["count"] for month in stated["months"]) == stated["total"]
    assert 'class="timeline"' in shown
    assert "<details" in shown


def test_a_facet_narrows_the_search_to_what_it_counted(site: Site) -> None:
    stated = json.loads(text(site, "/search.json?q=%E6%B8%A1%E8%BD%AE+OR+Ferries"))
    assert stated["facets"]
    for facet in stated["facets"]:
        for count in facet["counts"]:
            narrowed = json.loads(text(site, "/" + count["path"].replace("search?", "search.json?")))
            assert narrowed["total"] == count["count"]
    month = next(one for one in stated["months"] if one["count"])
    assert json.loads(text(site, "/" + month["path"].replace("search?", "search.json?")))["total"] == month["count"]


def test_a_query_not_understood_is_answered_with_its_place(site: Site) -> None:
    stated = json.loads(text(site, "/search.json?q=%28a"))
    assert stated["problem"]
    assert stated["problem_at"] == 0
    assert "<mark>(</mark>a" in text(site, "/search?q=%28a")


@pytest.mark.parametrize(
    "target",
    ["/outlets/none", "/outlets/harbour/2026/13", "/outlets/harbour/2026/02/30", "/outlets/harbour/0001",
     "/days/2026-02-30", "/days/9999-12-31", "/articles/harbour/none", "/articles/harbour/101/revisions/0",
     "/pictures/../broadsheet.toml", "/pictures/" + "0" * 64, "/documents/broadsheet.toml", "/static/none.css",
     "/documents/articles/../../broadsheet.toml", "/documents/articles/harbour/2026/03/01-9.md"],
)  # fmt: skip
def test_what_is_not_there_is_said_so(site: Site, target: str) -> None:
    assert get(site, target).status == 404


def test_a_wrong_part_or_order_is_a_wrong_question(site: Site) -> None:
    assert get(site, "/search?q=a&order=x").status == 400
    assert get(site, "/outlets/harbour/2026/03?page=x").status == 400
    assert get(site, "/outlets/harbour/2026/03?page=2").status == 404


def test_every_word_is_there_in_every_language() -> None:
    for language in LANGUAGES:
        assert WORDS[language].keys() == WORDS["en"].keys()
        assert all(WORDS[language].values())


def test_an_article_weighs_little(site: Site) -> None:
    page = get(site, "/articles/harbour/102", accept_encoding="gzip")
    assets = re.findall(rb'(?:href|src)="(/static/[^"]+)"', get(site, "/articles/harbour/102").body)
    weight = len(page.body) + sum(len(get(site, asset.decode(), accept_encoding="gzip").body) for asset in assets)
    assert len(assets) == 3
    assert weight < 60_000
