"""Lists beside the documents: right, relative, bounded, and written only where something changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from broadsheet.html import plain_text
from broadsheet.model import Outlet, PublishRule
from broadsheet.policy.rights import Rights
from broadsheet.services.archive import Archive, Draft
from broadsheet.services.indexes.articles import apply_additions
from broadsheet.services.publish.lists import write_lists
from broadsheet.settings import ListSettings, Settings
from broadsheet.testing.index import MemoryIndex
from broadsheet.testing.store import MemoryStore
from tests.making import NOW, PUBLISHED, make_article, make_draft

SETTINGS = Settings(
    name="档案",
    outlets=(Outlet("harbour", "港湾日报", "https://harbour.example/"),),
    lists=ListSettings(per_page=20, newest=5),
)


class Desk:
    def __init__(self) -> None:
        self.store, self.index = MemoryStore(), MemoryIndex()
        self.archive = Archive(self.store)
        self.states: dict[str, str] = {}

    def keep(self, *drafts: Draft) -> None:
        apply_additions(self.archive, self.index, self.archive.keep_all(drafts))

    def write(self, settings: Settings = SETTINGS) -> int:
        written, self.states = write_lists(self.store, self.index, settings, self.states)
        return written

    def page(self, key: str) -> str:
        return self.store.get(key).decode()

    def keys(self) -> set[str]:
        return {key for key, _ in self.store.iter_keys("lists")}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_article_stands_on_every_page_it_belongs_to(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1)))
    assert desk.write() == 3
    assert desk.keys() == {"lists/harbour.md", "lists/harbour/2026/02.md"}
    for key in ("README.md", *desk.keys()):
        assert "渡轮复航 1" in desk.page(key)
    assert "## 2026-02-28" in desk.page("lists/harbour/2026/02.md")
    assert "[港湾日报](lists/harbour.md) | 1 | 2026-02-28 | 2026-02-28" in desk.page("README.md")


def test_every_link_leads_to_a_file(desk: Desk) -> None:
    desk.keep(*(make_draft(make_article(number)) for number in range(50)))
    desk.write()
    for key in ("README.md", *desk.keys()):
        for target in re.findall(r"\]\(([^)]+)\)", desk.page(key)):
            if "://" not in target:
                joined = PurePosixPath(key).parent
                for part in target.split("/"):
                    joined = joined.parent if part == ".." else joined / part
                desk.store.get(str(joined))


def test_nothing_changed_means_nothing_written(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1)))
    desk.write()
    assert desk.write() == 0
    desk.states = {}
    assert desk.write() == 0


def test_only_pages_with_changes_are_written(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1)), make_draft(make_article(2, published=PUBLISHED - timedelta(days=90))))
    desk.write()
    old = desk.page("lists/harbour/2025/11.md")
    desk.keep(make_draft(make_article(3)))
    assert desk.write() == 3
    assert desk.page("lists/harbour/2025/11.md") == old


def test_a_long_month_is_split_and_full_pages_do_not_change(desk: Desk) -> None:
    dated = [make_article(number, published=PUBLISHED + timedelta(minutes=number)) for number in range(45)]
    desk.keep(*(make_draft(article) for article in dated[:41]))
    desk.write()
    pages = {"lists/harbour/2026/02.md", "lists/harbour/2026/02-2.md", "lists/harbour/2026/02-3.md"}
    assert desk.keys() - {"lists/harbour.md"} == pages
    first = desk.page("lists/harbour/2026/02.md")
    assert first.count("\n- ") == 20
    assert "page 1 of 3" in first
    desk.keep(*(make_draft(article) for article in dated[41:]))
    desk.write()
    assert desk.page("lists/harbour/2026/02.md") == first
    assert "02-3.md) (45)" in desk.page("lists/harbour.md")


def test_pages_that_are_no_longer_needed_go(desk: Desk) -> None:
    desk.keep(*(make_draft(make_article(number)) for number in range(45)))
    desk.write()
    desk.write(replace(SETTINGS, lists=replace(SETTINGS.lists, per_page=500)))
    assert desk.keys() == {"lists/harbour.md", "lists/harbour/2026/02.md"}


def test_headlines_cannot_write_markdown(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1, headline="[x](javascript:y) <b>*粗*</b> | `a`\n# b")))
    desk.write()
    line = next(line for line in desk.page("README.md").splitlines() if "javascript" in line)
    assert r"\[x\](javascript:y) \<b\>\*粗\*\</b\> \| \`a\` \# b" in line


def test_unknown_dates_revisions_and_take_downs_show(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1, published=None, published_from="capture")))
    article = make_article(2)
    [addition] = desk.archive.keep_all([make_draft(article)])
    apply_additions(desk.archive, desk.index, [addition])
    first = addition.kept[0].revision
    desk.keep(make_draft(replace(article, headline="改了"), first, why=("headline",)))
    desk.keep(make_draft(make_article(3, headline="秘密")))
    [gone] = [line for line in desk.archive.iter_revisions("ledger/harbour/2026-02.jsonl") if line.entry_id == "guid-3"]
    apply_additions(desk.archive, desk.index, desk.archive.take_down(gone.article, gone.path, "why", NOW))
    desk.write()
    page = desk.page("README.md")
    assert "seen 2026-03-01 [渡轮复航 1]" in page and "date unknown" in page
    assert "[改了]" in page and f"2 revisions, [first]({first.path})" in page
    assert "*taken down*" in page and "秘密" not in page


def test_dates_are_shown_in_the_zone_that_is_set(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1, published=PUBLISHED.replace(hour=20))))
    desk.write(replace(SETTINGS, lists=replace(SETTINGS.lists, timezone="Asia/Shanghai")))
    assert "## 2026-03-01" in desk.page("lists/harbour/2026/02.md")


# What an outlet lets out


def ruled(rule: PublishRule) -> Settings:
    """Settings under which harbour is published by ``rule``, beside another outlet that is published in full."""
    harbour = replace(SETTINGS.outlets[0], publish=rule)
    return replace(SETTINGS, outlets=(harbour, Outlet("other", "Other")))


@pytest.mark.parametrize(
    ("rule", "listed", "excerpt", "text"),
    [("full", 1, 1, 1), ("excerpt", 1, 1, 0), ("headlines", 1, 0, 0), ("no", 0, 0, 0)],
)
def test_each_rule_lets_out_what_it_says(rule: PublishRule, listed: int, excerpt: int, text: int) -> None:
    release = Rights.of(ruled(rule).outlets).of_outlet("harbour")
    assert (release.is_listed, release.has_excerpt, release.has_text) == (listed, excerpt, text)
    assert Rights.of(ruled(rule).outlets).of_outlet("nobody configured it").has_text
    left = Rights.of(ruled(rule).outlets).left_out()
    assert left.get("harbour") == {"full": None, "no": "everything"}.get(rule, "documents")


def test_a_headline_alone_leads_to_its_outlet(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1)), make_draft(make_article(2)))
    desk.write(ruled("headlines"))
    article = make_article(1)
    for key in ("README.md", *desk.keys()):
        page = desk.page(key)
        assert f"[{article.headline}](<{article.url}>)" in page
        assert "articles/harbour" not in page
        assert plain_text(article.body)[:12] not in page


def test_an_excerpt_is_the_beginning_on_one_line(desk: Desk) -> None:
    text = "<p>第一段说渡轮复航。</p>\n<p>第二段[不是链接](x)很长" + "，很长" * 80 + "，到此为止。</p>"
    desk.keep(make_draft(replace(make_article(1), body=text)))
    desk.write(ruled("excerpt"))
    page = desk.page("lists/harbour/2026/02.md")
    assert "第一段说渡轮复航。" in page and "到此为止" not in page
    [line] = [line for line in page.splitlines() if "第一段" in line]
    assert line.startswith("  ") and line.endswith("…") and "[不是链接]" not in line


def test_an_outlet_that_is_not_published_stands_on_no_page(desk: Desk) -> None:
    other = replace(make_article(7), outlet="other")
    desk.keep(make_draft(make_article(1)), replace(make_draft(other), article_id="other/7"))
    desk.write()
    assert desk.keys() >= {"lists/harbour.md"}
    desk.write(ruled("no"))
    pages = desk.keys()
    assert {key.split("/")[1].removesuffix(".md") for key in pages} == {"other"}
    assert "harbour" not in desk.page("README.md") and "港湾" not in desk.page("README.md")
    assert "1 articles of 1 outlets" in desk.page("README.md")
    desk.write(replace(ruled("no"), outlets=ruled("no").outlets[:1]))
    desk.write(ruled("full"))
    assert desk.keys() >= {"lists/harbour.md"} and "harbour" in desk.page("README.md")


def test_the_last_outlet_that_goes_silent_leaves_an_empty_front_page(desk: Desk) -> None:
    desk.keep(make_draft(make_article(1)))
    desk.write()
    desk.write(ruled("no"))
    assert "渡轮" not in desk.page("README.md") and desk.keys() == set()


def test_an_address_is_written_so_that_it_stays_one_link(desk: Desk) -> None:
    desk.keep(make_draft(replace(make_article(1), url="https://harbour.example/a (1)/x>y<z\\w")))
    desk.write(ruled("headlines"))
    assert "](<https://harbour.example/a%20(1)/x%3Ey%3Cz%5Cw>)" in desk.page("lists/harbour.md")
