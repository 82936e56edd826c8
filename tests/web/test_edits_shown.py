"""Pages about edits as readers and feed readers get them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
from lxml import etree

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.web import Site
from tests.web.conftest import DIGEST, HOSTILE, NOW, get, make_archive, make_draft
from tests.web.edited import GOLDEN, PAGES, iter_golden

ATOM = "{http://www.w3.org/2005/Atom}"


def text(site: Site, target: str, **headers: str) -> str:
    return get(site, target, **headers).body.decode("utf-8")


def stated(site: Site, target: str) -> dict[str, Any]:
    page: dict[str, Any] = json.loads(text(site, target))
    return page


def test_golden_pages_are_what_the_reader_shows(tmp_path: Path) -> None:
    shown = dict(iter_golden(tmp_path / "archive"))
    assert shown.keys() == PAGES.keys() == {path.name for path in GOLDEN.iterdir()}
    for name, page in shown.items():
        assert page == (GOLDEN / name).read_text("utf-8"), f"{name}: if this is meant, python -m tests.web.edited"


def test_an_article_says_that_it_was_edited(site: Site) -> None:
    shown = text(site, "/articles/harbour/104", accept_language="en")
    assert "Edited 2 times since" in shown
    assert 'href="/articles/harbour/104/changes/3"' in shown
    assert 'href="/articles/harbour/104/history"' in shown
    assert '<li class="class paragraph-removed">paragraph removed</li>' in shown
    assert "Edited once since" in text(site, "/articles/harbour/101", accept_language="en")
    assert "/history" not in text(site, "/articles/harbour/102")


def test_the_text_shown_was_captured_when_it_was_read_and_not_when_its_page_came_back(site: Site) -> None:
    captured = stated(site, "/articles/harbour/104.json")["captured"]
    assert captured == "2026-03-01T11:30:00Z"


def test_a_history_says_between_which_sightings_and_never_edited_at(site: Site) -> None:
    lines = stated(site, "/articles/harbour/104/history.json")["lines"]
    assert [(one["kind"], one["revision"]) for one in lines] == [
        ("first", 1), ("edit", 2), ("edit", 3), ("vanished", 3), ("back", 3),
    ]  # fmt: skip
    assert [one["reason"] for one in lines[3:]] == ["HTTP 404", None]
    assert [one["changes"] is not None for one in lines] == [False, True, True, False, False]
    shown = text(site, "/articles/harbour/104/history", accept_language="en")
    plain = re.sub(r"<[^>]*>", "", shown)
    assert "Seen between 2026-03-01 11:10 and 11:20 UTC" in plain
    assert "Seen between 2026-03-01 11:35 and 11:40 UTC" in plain
    assert "First seen 2026-03-01 11:10 UTC" in plain
    assert "edited at" not in plain.lower()
    assert text(site, "/articles/harbour/102/history", accept_language="en").count('class="step ') == 1


def test_what_was_taken_down_has_a_history_without_words(site: Site) -> None:
    for suffix in ("", ".json", ".md", ".atom"):
        shown = text(site, f"/articles/harbour/300/history{suffix}")
        assert "要撤下的文章" not in shown
        assert "当事人要求" in shown
    assert get(site, "/articles/harbour/300/changes/1").status == 404


def test_a_difference_is_marked_for_eyes_and_ears(site: Site) -> None:
    shown = text(site, "/articles/harbour/104/changes/2", accept_language="zh-CN")
    tree = html5lib.parse(shown, namespaceHTMLElements=False)
    marked = {tag: ["".join(one.itertext()) for one in tree.iter(tag)] for tag in ("del", "ins")}
    assert " [删去: 12人 完] " in marked["del"]
    assert " [加入: 17人 完] " in marked["ins"]
    assert any(one.get("class") == "num" for one in tree.iter("ins"))
    for label in ("移动的段落", "新增的段落", "新增的图片", "署名", "标题"):
        assert label in shown
    assert f'<img src="/pictures/{DIGEST}" alt="渡轮靠岸"' in shown
    assert "<details" not in shown or "段未改" in shown


def test_two_sides_hold_the_whole_of_both_texts(site: Site) -> None:
    shown = text(site, "/articles/harbour/104/changes/2?view=sides", accept_language="en")
    tree = html5lib.parse(shown, namespaceHTMLElements=False)
    both = next(one for one in tree.iter("div") if one.get("class") == "both")
    sides = {
        side: "".join(
            "".join(one.itertext()) for one in both.iter("div") if one.get("class") == side
        )
        for side in ("old", "new")
    }  # fmt: skip
    assert "没有" in sides["old"]
    assert "没有" not in sides["new"]
    assert "更正：首日载客应为17人。" in sides["new"]
    assert "更正" not in sides["old"]
    assert 'class="difference narrow-only"' in shown
    assert 'aria-current="true">Side by side' in shown


def test_any_two_revisions_are_compared(site: Site) -> None:
    page = stated(site, "/articles/harbour/104/changes/3.json?from=1")
    assert (page["old"]["revision"], page["new"]["revision"]) == (1, 3)
    assert page["after"] is None
    assert page["classes"] == []
    back = stated(site, "/articles/harbour/104/changes/1.json?from=3")
    assert (back["old"]["revision"], back["new"]["revision"]) == (3, 1)
    assert stated(site, "/articles/harbour/104/changes/2.json")["later"]["path"] == "articles/harbour/104/changes/3"


@pytest.mark.parametrize(
    ("target", "status"),
    [("/articles/harbour/104/changes/4", 404), ("/articles/harbour/104/changes/1", 404),
     ("/articles/harbour/104/changes/2?from=9", 404), ("/articles/harbour/104/changes/2?from=2", 400),
     ("/articles/harbour/104/changes/2?from=x", 400), ("/articles/harbour/104/changes/2?view=above", 400),
     ("/articles/harbour/none/history", 404), ("/articles/harbour/102/changes/1", 404),
     ("/edits?class=taste", 400), ("/edits?outlet=none", 400), ("/edits?day=yesterday", 400),
     ("/edits?day=2026-02-30", 400), ("/edits?before=x", 400), ("/edits?before=99999999999999.99999", 200),
     ("/edits?class=,&outlet=&day=&before=", 200)],
)  # fmt: skip
def test_what_cannot_be_answered_is_said_so(site: Site, target: str, status: int) -> None:
    for suffix in ("html", "json"):
        path, mark, query = target.partition("?")
        reply = get(site, f"{path}.json{mark}{query}" if suffix == "json" else target)
        assert reply.status == status
        if status != 200 and suffix == "json":
            assert len(json.loads(reply.body)["sentence"]) > 15


def test_hostile_words_in_a_difference_are_words(site: Site) -> None:
    for target in ("/articles/beacon/667/changes/2", "/articles/beacon/667/changes/2?view=sides",
                   "/articles/beacon/667/history", "/edits", "/"):  # fmt: skip
        shown = text(site, target)
        assert HOSTILE not in shown
        assert "<script>alert" not in shown
    for target in ("/articles/beacon/667/changes/2.atom", "/edits.atom"):
        feed = etree.fromstring(get(site, target).body)
        for content in feed.iter(f"{ATOM}content"):
            tree = html5lib.parseFragment(content.text or "", namespaceHTMLElements=False)
            assert {one.tag for one in tree.iter()} <= {"DOCUMENT_FRAGMENT", "p", "small", "br", "del", "ins", "strong"}


def test_edits_are_asked_for_by_class_outlet_and_day(site: Site) -> None:
    every = stated(site, "/edits.json")
    assert every["total"] == len(every["lines"]) == 6
    assert [one["seen"] for one in every["lines"]] == sorted((one["seen"] for one in every["lines"]), reverse=True)
    by_class = {one["label"]: one for one in every["classes"]}
    for one in (*every["classes"], *every["outlets"]):
        narrowed = stated(site, "/" + one["path"].replace("edits?", "edits.json?"))
        assert narrowed["total"] == one["count"], one
    assert by_class["quote"]["count"] == 1
    chosen = stated(site, "/edits.json?class=number&class=vanished&outlet=harbour")
    assert chosen["chosen_classes"] == ["number", "vanished"]
    assert {name for one in chosen["lines"] for name in one["classes"]} >= {"number", "vanished"}
    assert {one["outlet"] for one in chosen["lines"]} == {"harbour"}
    toggled = next(one for one in chosen["classes"] if one["label"] == "number")
    assert toggled["path"] == "edits?class=vanished&outlet=harbour"
    assert stated(site, "/edits.json?day=2026-03-01")["total"] == 6
    assert stated(site, "/edits.json?day=2026-02-28")["lines"] == []
    assert every["days"] == [{"label": "2026-03-01", "path": "edits?day=2026-03-01"}]


def test_an_edits_feed_holds_the_difference_under_an_id_that_stays(site: Site) -> None:
    feed = etree.fromstring(get(site, "/edits.atom?class=number,quote&outlet=harbour", accept_language="en").body)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title", "").startswith("渡轮复航，首日17人 (headline, byline, number, quote")
    content = entry.findtext(f"{ATOM}content") or ""
    assert "<del><strong>12人</strong></del><ins><strong>17人</strong></ins>" in content
    assert "Seen between 2026-03-01 11:10 and 11:20 UTC" in (entry.findtext(f"{ATOM}summary") or "")
    every = etree.fromstring(get(site, "/edits.atom", accept_language="zh").body)
    ids = {one.findtext(f"{ATOM}id") for one in every.findall(f"{ATOM}entry")}
    assert len(ids) == 6
    assert entry.findtext(f"{ATOM}id") in ids


def test_the_front_page_shows_what_was_edited_that_day(site: Site) -> None:
    page = stated(site, "/front.json")
    assert len(page["edits"]) == 3
    assert page["edits"][0]["seen"] == "2026-03-01T12:00:00Z"
    assert 'class="edited"' in text(site, "/")
    assert 'class="edited"' not in text(site, "/days/2026-02-28")
    assert stated(site, "/days/2026-02-28.json")["edits"] == []


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The reader of an archive with 75 edits, 40 of them seen in the same instant."""
    root = tmp_path_factory.mktemp("busy") / "archive"
    app.init(root, name="忙")
    with Broadsheet.open(root, clock=lambda: NOW) as here:
        with here.writing():
            drafts = [make_draft(str(1000 + number)) for number in range(75)]
            firsts = [one.revision for added in here.archive.keep_all(drafts) for one in added.kept]
            later = []
            for number, first in enumerate(firsts):
                seen = NOW - timedelta(minutes=max(0, number - 39))
                key = first.article.partition("/")[2]
                later.append(make_draft(key, headline="改", previous=first, why=("headline",), captured=seen))
            here.archive.keep_all(later)
            here.rebuild()
        site = Site(here)
        yield site
        site.close()


def test_a_long_list_is_read_part_by_part_and_each_edit_once(busy: Site) -> None:
    seen, target = list[str](), "/edits.json"
    parts = 0
    while target:
        page = stated(busy, target)
        assert page["total"] == 75
        seen += [one["article"] for one in page["lines"]]
        target = "/" + page["more"]["path"].replace("edits?", "edits.json?") if page["more"] else ""
        parts += 1
    assert (parts, len(seen), len(set(seen))) == (3, 75, 75)


def test_an_archive_without_edits_says_what_will_show_them(tmp_path: Path) -> None:
    app.init(tmp_path / "new", name="新")
    with Broadsheet.open(tmp_path / "new", clock=lambda: datetime(2026, 3, 1, tzinfo=UTC)) as here:
        site = Site(here)
        assert "broadsheet run" in text(site, "/edits", accept_language="en")
        assert "broadsheet run" in text(site, "/edits.txt", accept_language="zh")
        assert get(site, "/edits.atom").status == 200
        site.close()


def test_a_lost_document_costs_its_own_difference_alone(tmp_path: Path) -> None:
    root = make_archive(tmp_path / "archive")
    (root / "articles/harbour/2026/03/01-104.2.md").unlink()
    with Broadsheet.open(root, clock=lambda: NOW) as here:
        site = Site(here)
        lines = {(one["article"], one["revision"]): one for one in stated(site, "/edits.json")["lines"]}
        assert lines["harbour/104", 2]["blocks"] == []
        assert lines["beacon/667", 2]["blocks"]
        assert get(site, "/articles/harbour/104/history").status == 200
        assert get(site, "/articles/harbour/104/changes/2").status == 404
        assert get(site, "/articles/harbour/104/changes/3?from=1").status == 200
        site.close()
