"""The reader in a real Chromium: accessible, silent in the console, usable by keyboard, on a phone, without JavaScript.

Needs Debian's ``chromium``; axe-core comes with ``axe-playwright-python``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.app import Broadsheet
from broadsheet.web import Door, ReaderServer
from tests.web.conftest import NOW, PAGES, STATUS, find_faults, schemes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(archive: Path) -> Iterator[str]:
    """Where the reader of the archive answers."""
    with Broadsheet.open(archive, clock=lambda: NOW) as here, ReaderServer(here) as server:
        yield server.url


@pytest.mark.parametrize("tab", schemes(locale="zh-CN", bypass_csp=True), indirect=True)
def test_every_page_is_accessible_and_fits(tab: Any, address: str) -> None:
    found = {}
    for kind, target in PAGES.items():
        tab.goto(address + target)
        if faults := find_faults(tab):
            found[kind] = faults
    assert found == {}


def test_no_page_complains_or_asks_anybody_else(tab: Any, address: str) -> None:
    for kind, target in PAGES.items():
        tab.said.clear()
        tab.goto(address + target, wait_until="networkidle")
        expected = 1 if kind in STATUS else 0  # the browser itself notes a page that answers 404 or 400
        assert len(tab.said) == expected, tab.said
    assert [url for url in tab.asked if not url.startswith(address)] == []


def test_hostile_words_do_nothing(tab: Any, address: str) -> None:
    tab.on("dialog", lambda dialog: tab.said.append("dialog"))
    for target in ("/articles/beacon/666", "/outlets/beacon", "/", "/search?q=alert"):
        tab.goto(address + target, wait_until="networkidle")
    assert tab.said == []
    assert [url for url in tab.asked if not url.startswith(address)] == []


def test_the_keyboard_moves_through_headlines(tab: Any, address: str) -> None:
    tab.goto(f"{address}/outlets/harbour")
    heads = tab.locator("main .head")
    for key, at in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        tab.keyboard.press(key)
        assert tab.evaluate("document.activeElement.textContent") == heads.nth(at).text_content()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/articles/**")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.name") == "q"
    tab.keyboard.type("j/k")
    assert tab.evaluate("document.activeElement.value") == "j/k"


def test_the_first_stop_leads_to_the_text(tab: Any, address: str) -> None:
    tab.goto(f"{address}/articles/harbour/102")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_search_answers_while_one_types(tab: Any, address: str) -> None:
    tab.goto(f"{address}/search")
    tab.locator("input[type=search]").press_sequentially("渡轮")
    tab.wait_for_selector("main mark")
    assert "q=" in tab.url
    assert tab.evaluate("document.activeElement.name") == "q"
    assert tab.said == []


@pytest.mark.parametrize(
    "tab", [{"java_script_enabled": False, "viewport": {"width": 390, "height": 844}}], indirect=True
)
def test_all_of_it_works_without_javascript(tab: Any, address: str) -> None:
    tab.goto(address + "/")
    tab.locator("input[type=search]").fill("渡轮")
    tab.locator("form[role=search] button").click()
    tab.wait_for_selector("main mark")
    tab.locator("main .head").first.click()
    tab.wait_for_selector("article .body")
    tab.locator("button[value=zh-Hant]").click()
    tab.wait_for_selector("html[lang=zh-Hant]")
    assert "/articles/" in tab.url


@pytest.mark.parametrize(
    ("tab", "shown"),
    [
        ({"viewport": {"width": 390, "height": 844}}, ".difference"),
        ({"viewport": {"width": 1280, "height": 900}}, ".both"),
    ],
    ids=["phone", "desk"],
    indirect=["tab"],
)
def test_two_sides_stand_where_there_is_room(tab: Any, address: str, shown: str) -> None:
    tab.goto(f"{address}/articles/harbour/104/changes/3?view=sides")
    visible = [one for one in (".difference", ".both") if tab.locator(f"div{one}").is_visible()]
    assert visible == [shown]


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True)
def test_differences_open_and_compare_without_javascript(tab: Any, address: str) -> None:
    tab.goto(f"{address}/edits?class=number&outlet=harbour")
    tab.locator("main .head").first.click()
    tab.wait_for_selector("div.difference del.num")
    tab.locator("select[name=from]").select_option("3")
    tab.locator(".compare button").click()
    tab.wait_for_url("**/changes/2?from=3")
    tab.goto(f"{address}/articles/harbour/101/history")
    tab.locator(".steps .links a").last.click()


@pytest.mark.parametrize("tab", [{"timezone_id": "Asia/Taipei"}], indirect=True)
def test_times_are_told_in_the_readers_zone(tab: Any, address: str) -> None:
    tab.goto(f"{address}/articles/harbour/102")
    assert "2026-03-01 17:00 Asia/Taipei" in tab.locator(".yours").inner_text()


@pytest.mark.parametrize(
    "tab", [{"color_scheme": "dark"}, {"color_scheme": "light"}], ids=["dark", "light"], indirect=True
)
def test_paper_follows_the_hour(tab: Any, address: str, request: pytest.FixtureRequest) -> None:
    tab.goto(address + "/")
    shade = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    brightness = sum(int(part) for part in shade.strip("rgb()").split(","))
    assert (brightness < 200) is ("dark" in request.node.callspec.id)


def test_lines_are_no_longer_than_an_eye_likes(tab: Any, address: str) -> None:
    tab.goto(f"{address}/articles/harbour/101")
    measure = (
        "(body => body.clientWidth / parseFloat(getComputedStyle(body).fontSize))(document.querySelector('.body'))"
    )
    assert 30 <= tab.evaluate(measure) <= 40


def test_a_feed_reader_subscribes_to_a_search(address: str, tmp_path: Path) -> None:
    newsboat = shutil.which("newsboat")
    if newsboat is None:
        pytest.skip("newsboat is not here: apt-get install newsboat")
    (tmp_path / "urls").write_text(f"{address}/search.atom?q=%E6%B8%A1%E8%BD%AE&order=newest\n", "utf-8")
    (tmp_path / "config").write_text("", "utf-8")
    files = ["-u", str(tmp_path / "urls"), "-c", str(tmp_path / "cache.db"), "-C", str(tmp_path / "config")]
    asked = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "dumb", "PATH": os.environ["PATH"]}
    subprocess.run([newsboat, *files, "-x", "reload"], check=True, env=asked, timeout=60)
    said = subprocess.run(
        [newsboat, *files, "-x", "print-unread"], check=True, env=asked, timeout=60, capture_output=True
    )
    assert int(said.stdout.split()[0]) >= 3


# -- with a token ------------------------------------------------------------------------------------------------

TOKEN = "a long secret"


@pytest.fixture(scope="module")
def guarded(archive: Path) -> Iterator[str]:
    """Where a reader answers that asks for a token."""
    with Broadsheet.open(archive, clock=lambda: NOW) as here, ReaderServer(here, door=Door(TOKEN)) as server:
        yield server.url


@pytest.mark.parametrize("tab", schemes(locale="zh-CN", bypass_csp=True), indirect=True)
def test_the_form_that_asks_for_the_token_is_whole_and_accessible(tab: Any, guarded: str) -> None:
    tab.goto(f"{guarded}/articles/harbour/102", wait_until="networkidle", timeout=30_000)
    assert tab.locator("form").count() == 1
    assert tab.evaluate("[...document.styleSheets].every(sheet => sheet.cssRules.length > 20)")
    assert tab.evaluate("document.styleSheets.length") == 1
    assert tab.locator("#token").evaluate("box => box === document.activeElement")
    assert find_faults(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_reader_enters_by_the_form_and_is_remembered(tab: Any, guarded: str) -> None:
    statuses = []
    tab.on("response", lambda reply: statuses.append((reply.status, reply.url)))
    tab.goto(f"{guarded}/articles/harbour/102", wait_until="networkidle", timeout=30_000)
    tab.fill("#token", "not the one")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#wrong")
    assert [url for status, url in statuses if status == 401 and not url.endswith(("/102", "/sign-in"))] == []
    tab.fill("#token", TOKEN)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("article")
    assert tab.url == f"{guarded}/articles/harbour/102"
    [cookie] = [one for one in tab.context.cookies() if one["name"] == "broadsheet_token"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert TOKEN not in cookie["value"]
    tab.goto(f"{guarded}/edits", wait_until="networkidle", timeout=30_000)
    assert tab.locator("#token").count() == 0
    assert [one for one in tab.said if "401" not in one] == []


@pytest.mark.parametrize("tab", [pytest.param({"java_script_enabled": False}, id="no script")], indirect=True)
def test_the_form_needs_no_script(tab: Any, guarded: str) -> None:
    tab.goto(f"{guarded}/edits", wait_until="load", timeout=30_000)
    tab.fill("#token", TOKEN)
    tab.click("button")
    assert tab.url == f"{guarded}/edits"
