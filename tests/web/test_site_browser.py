"""The static site in a real Chromium, over HTTP below a path and from a disk."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from broadsheet.app import Alerts, Broadsheet
from broadsheet.model import Query
from broadsheet.query import parse_query
from broadsheet.services.indexes import search as searching
from broadsheet.stories.grouping import story_id
from broadsheet.testing.search import MemorySearch
from tests.web.conftest import NOW, find_faults, make_draft, schemes
from tests.web.test_site import publish

pytestmark = pytest.mark.slow

LONG = "".join(chr(0x4E00 + (number * 7919) % 6000) for number in range(3000))
TEXTS = {
    "800": ("氣候危機", "<p>氣候談判在週五破裂，里約的代表說甲烷減排沒有談成。</p>"),
    "801": ("气候与甲烷", "<p>气候专家说，甲烷减排要靠农业。</p>\n<p>危机之外，还有 COP29 与 iPhone手机 的话题。</p>"),
    "802": ("Climate talks end", "<p>The climate crisis deepens, cities say. Café owners in Malmö agreed.</p>"),
    "803": ("City councils", "<p>Two cities; one city’s council met. The crisis: climate of fear.</p>"),
    "804": ("长文", f"<p>{LONG}</p>\n<p>结尾处提到海鸥。</p>"),
    "805": ("カタカナ", "<p>ﾃﾞｰﾀと東京の話。ガスが増えた。</p>"),
    "806": ("短", "<p>气。候。气 候</p>"),
}
QUESTIONS = [
    "气", "候", "气候", "氣候", "气候危机", "甲烷减排", "减排要靠", "“气 候”", '"甲烷 减排"', "渡轮",
    "渡轮 复航", "渡轮 -更新", "climate", "Climate crisis", '"climate crisis"', "city", "cities", "cafe",
    "café", "malmo", "COP29", "iphone", "手机", '"iPhone 手机"', "title:气候", "title:ferries",
    "outlet:beacon", "outlet:港湾日报 渡轮", "lang:en", "lang:zh", "ferries OR 甲烷",
    "(气候 OR climate) -crisis", "-渡轮", "after:2026-03-01", "on:2026-02", "before:2026-02-01 渡轮",
    "has:picture", "edited:yes", "agency:法新社", "has:byline", "データ", "東京", "ガス", "海鸥",
    LONG[590:596], LONG[595:605], LONG[1190:1205], LONG[2395:2403], "危机之外，还有", "没有这个词", "عودة", "العبّارات",
    "17", "3.4", "alert", "＊", "words",
]  # fmt: skip


@pytest.fixture(scope="module")
def root(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of all kinds of articles with some more to search for."""
    own = Path(shutil.copytree(archive, tmp_path_factory.mktemp("searched") / "archive"))
    with Broadsheet.open(own, clock=lambda: NOW) as here, here.writing():
        here.archive.keep_all(
            [
                make_draft(key, headline=headline, body=body, language="en" if key in ("802", "803") else "zh-Hans",
                           published=NOW.replace(year=2023 + int(key) % 4, day=1 + int(key) % 20, month=1))
                for key, (headline, body) in TEXTS.items()
            ]
        )  # fmt: skip
    with Broadsheet.open(own, clock=lambda: NOW) as here:
        Alerts(here, every_s=3600.0).end_run(NOW)
    return own


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its site, below a path of its server."""
    folder = tmp_path_factory.mktemp("served") / "mirrors" / "news"
    publish(root, folder)
    return folder


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """Where a plain web server shows the site."""
    show = functools.partial(_Quiet, directory=str(folder.parents[1]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), show) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/mirrors/news"
        server.shutdown()


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, served: str, folder: Path) -> str:
    return served if request.param == "http" else folder.as_uri()


@pytest.fixture(scope="module")
def scan(root: Path) -> MemorySearch:
    """The truth: a scan of every text."""
    found = MemorySearch()
    with Broadsheet.open(root, clock=lambda: NOW) as here:
        searching.sync(here.archive, here.index, found)
    return found


def pages(folder: Path) -> list[str]:
    """A page of every kind."""
    found = [
        "index.html", "days/2026-02-28.html", "outlets.html", "outlets/harbour.html", "outlets/harbour/2026.html",
        "outlets/harbour/2026/03.html", "outlets/harbour/2026/03/01.html", "stories.html", "edits.html", "health.html",
        f"stories/{story_id('harbour/102')}.html", "edits/class-number.html", "about.html", "search.html",
        f"search.html?q={quote('渡轮')}", "search.html?q=%28a", "search.html?q=qqqq",
    ]  # fmt: skip
    for article in ("102", "103", "104", "300", "666", "201"):
        found += [next(folder.glob(f"articles/*/*/{article}.html")).relative_to(folder).as_posix()]
    for inner in ("history", "changes/2", "changes/3-sides", "revisions/1"):
        found += [next(folder.glob(f"articles/harbour/*/104/{inner}.html")).relative_to(folder).as_posix()]
    return [*found, next(folder.glob("articles/harbour/*/101/copies.html")).relative_to(folder).as_posix()]


def is_ready(tab: Any, target: str) -> None:
    if "?q=" in target:
        tab.wait_for_selector("#found[data-state]", state="attached")


@pytest.mark.parametrize("tab", schemes(locale="zh-CN", bypass_csp=True), indirect=True)
def test_every_page_is_accessible_and_fits(tab: Any, address: str, folder: Path) -> None:
    found = {}
    for target in pages(folder):
        tab.goto(f"{address}/{target}")
        is_ready(tab, target)
        if faults := find_faults(tab):
            found[target] = faults
    assert found == {}


def test_no_page_complains_or_asks_anybody_else(tab: Any, address: str, folder: Path) -> None:
    for target in pages(folder):
        tab.said.clear()
        tab.goto(f"{address}/{target}", wait_until="networkidle")
        is_ready(tab, target)
        assert [word for word in tab.said if "404" not in word and "ERR_FILE_NOT_FOUND" not in word] == [], target
    assert [url for url in tab.asked if not url.startswith(f"{address}/")] == []


def test_the_health_page_says_how_long_ago_the_last_run_was(tab: Any, address: str) -> None:
    tab.clock.set_fixed_time(NOW + timedelta(hours=5))
    tab.goto(f"{address}/health.html")
    assert "2026-03-01 12:00 UTC" in (said := tab.locator(".run").inner_text()) and "5 小时前" in said
    assert "可能已经停了" not in said, "how often it runs is not known: a day, three times"
    tab.clock.set_fixed_time(NOW + timedelta(hours=73))
    tab.reload()
    assert "可能已经停了" in tab.locator(".run strong").inner_text()


def answer(tab: Any, address: str, question: str, order: str = "newest") -> list[str]:
    """Ids of all articles that the site finds, in its order."""
    tab.goto(f"{address}/search.html?q={quote(question)}" + ("&order=best" if order == "best" else ""))
    while True:
        tab.wait_for_selector("#found[data-state]", state="attached")
        if tab.locator("#found").get_attribute("data-state") != "more":
            break
        shown = tab.locator("#found").get_attribute("data-shown")
        tab.locator("#found button").click()
        tab.wait_for_selector(f"#found:not([data-shown='{shown}']), #found[data-state=end]", state="attached")
    links = tab.eval_on_selector_all("#found a.head", "found => found.map(one => one.getAttribute('href'))")
    return [f"{link.split('/')[1]}/{link.rpartition('/')[2].removesuffix('.html')}" for link in links]


@pytest.mark.parametrize("order", ["newest", "best"])
def test_search_finds_what_a_scan_finds(tab: Any, address: str, scan: MemorySearch, order: str) -> None:
    wrong = {}
    for question in QUESTIONS:
        try:
            query = parse_query(question, outlets={"港湾日报": "harbour"})
        except Exception:
            query = Query(question)
        expected = [] if question == "＊" else [one for one, _ in scan.search(query, newest=True, limit=1000).found]
        found = answer(tab, address, question, order)
        if sorted(found) != sorted(expected):
            wrong[question] = (sorted(found), sorted(expected))
    assert wrong == {}


def test_the_newest_come_first_and_hits_are_marked(tab: Any, served: str, scan: MemorySearch) -> None:
    found = answer(tab, served, "气候")
    assert found == [one for one, _ in scan.search(parse_query("气候"), newest=True, limit=1000).found]
    assert found == ["harbour/801", "harbour/800"]  # and not 806, where a space or a full stop parts the two signs
    times = tab.eval_on_selector_all("#found time", "found => found.map(one => one.dateTime)")
    assert times == sorted(times, reverse=True)
    marks = tab.eval_on_selector_all("#found mark", "found => found.map(one => one.textContent)")
    assert set(marks) == {"气候", "氣候"}
    assert "破裂" in tab.locator("#found").inner_text()


def test_the_best_come_first(tab: Any, served: str) -> None:
    assert answer(tab, served, "甲烷", "best")[0] in ("harbour/801", "harbour/102")
    assert answer(tab, served, "危机", "best")[0] == "harbour/800"


@pytest.mark.parametrize("question", ["(a", "auther:x", "on:2026-13", "”", "encrypt*", "has:soul"])
def test_what_cannot_be_understood_is_said(tab: Any, served: str, question: str) -> None:
    assert answer(tab, served, question) == []
    assert "看不懂" in tab.locator("#found .sum").inner_text()
    assert tab.said == []


def test_a_browser_without_streams_unpacks_by_itself(tab: Any, served: str) -> None:
    tab.add_init_script("delete window.DecompressionStream")
    assert answer(tab, served, "气候") != []
    assert tab.evaluate("typeof DecompressionStream") == "undefined"


def test_an_index_that_cannot_be_read_is_told(tab: Any, served: str) -> None:
    tab.route("**/search/**", lambda route: route.abort())
    assert answer(tab, served, "气候") == []
    assert "读不到" in tab.locator("#found .sum").inner_text()


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_all_but_search_works_without_javascript(tab: Any, address: str) -> None:
    tab.goto(f"{address}/index.html")
    tab.locator("nav a", has_text="媒体").click()
    tab.locator("main .head").first.click()
    tab.locator("main .lines .head").first.click()
    tab.wait_for_selector("article .body")
    tab.locator(".masthead .name a").click()
    tab.locator("input[type=search]").fill("渡轮")
    tab.locator("form[role=search] button").click()
    assert "JavaScript" in tab.locator("noscript").inner_text()


def test_the_form_leads_to_the_answer_from_any_page(tab: Any, address: str, folder: Path) -> None:
    tab.goto(f"{address}/{next(folder.glob('articles/harbour/*/102.html')).relative_to(folder).as_posix()}")
    tab.keyboard.press("/")
    tab.keyboard.type("渡轮")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#found li mark")


def test_days_are_kept_for_when_there_is_no_network(tab: Any, served: str) -> None:
    tab.goto(f"{served}/index.html")
    tab.get_by_role("button", name="3 天").click()
    tab.wait_for_selector("p.offline[data-state^=kept]")
    tab.context.set_offline(True)
    tab.goto(f"{served}/index.html")
    heads = set(tab.eval_on_selector_all("main a.head", "found => found.map(one => one.href)"))
    kinds = ("/stories/", "/changes/", "/history.html", "/articles/beacon/")
    assert all(any(kind in head for head in heads) for kind in kinds), heads
    for head in heads:  # whatever its headlines lead to: stories, edits and older articles of other outlets too
        tab.goto(head)
        assert tab.locator("main h1").inner_text() != ""
    tab.goto(f"{served}/index.html")
    tab.locator("section[aria-labelledby=by-time] .head").first.click()
    tab.wait_for_selector("article .body")
    tab.go_back()
    tab.context.set_offline(False)
    tab.goto(f"{served}/index.html")
    tab.get_by_role("button", name="删除").click()
    tab.wait_for_selector("p.offline[data-state=none]")


def test_a_stick_says_that_it_keeps_nothing_offline(tab: Any, folder: Path) -> None:
    tab.goto(f"{folder.as_uri()}/index.html")
    assert "磁盘" in tab.locator("p.offline").inner_text()
