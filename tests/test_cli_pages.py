"""Commands about pages and pictures as a person meets them: extract, recipe, pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from broadsheet.cli import broadsheet
from broadsheet.demo import Newsroom, follow_newsroom
from broadsheet.errors import BroadsheetError, ExtractError, FetchError, NotFoundError, SettingsError

pytestmark = pytest.mark.dated

URL = "https://harbour.example/a/1.html"
ORIGIN = "https://pictures.example/ferry.jpg"
PAGE = f"""<!doctype html><html lang="zh-Hans"><head>
<meta charset="utf-8"><title>渡轮复航，乘客等了两个小时 - 港湾日报</title>
<meta property="article:published_time" content="2024-05-01T12:30:00+08:00"></head><body>
<nav><a href="/">首页</a></nav><article><h1>渡轮复航，乘客等了两个小时</h1><div class="by">记者：林若水</div>
<p>【法新社5月1日电】港口的渡轮在周六清晨复航，乘客在码头等了将近两个小时。港务局说，班次会逐步恢复到每天十二班。</p>
<figure><img src="https://wsrv.nl/?url={ORIGIN}" alt=""><figcaption>码头上的人群</figcaption></figure>
<p>市民说，希望以后不要再停航。他们在寒风里等到了第一班船，船上只有二十个座位，其余的人要再等一个钟头才能上船。</p>
<p>港务局没有说明停航的原因，只说检修已经结束，航线上的浮标也都换过了，票价在年底以前不会调整。</p></article>
<footer>版权所有</footer></body></html>"""
RECIPE = """name = "港湾"
hosts = ["harbour.example"]
take = ["article"]
byline = [".by"]
headline = ["h2.none"]
number = '/a/(\\d+)\\.html$'
dateline = ['】(港口)的渡轮']
"""


def call(*arguments: str, archive: Path | None = None, code: int = 0, stdin: bytes | None = None) -> Result:
    where = ["-C", str(archive)] if archive else []
    result = CliRunner().invoke(broadsheet, [*where, *arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A saved page, in a folder that is no archive."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    return path


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path, room: Newsroom) -> Path:
    """An archive that follows the newsroom, nothing polled."""
    folder = tmp_path / "archive"
    call("init", str(folder))
    config = folder / "broadsheet.toml"
    config.write_text(follow_newsroom(config.read_text("utf-8"), room), "utf-8")
    return folder


# -- extract ---------------------------------------------------------------------------------------------------------


def test_a_saved_page_is_shown_for_people(page: Path) -> None:
    shown = call("extract", str(page), "--url", URL).output
    for words in (
        "渡轮复航，乘客等了两个小时",
        "林若水",
        "2024-05-01 04:30 UTC",
        "open graph",
        "法新社",
        "码头上的人群",
        ORIGIN,
    ):
        assert words in shown
    assert "wsrv.nl" not in shown and "版权所有" not in shown


def test_a_page_without_an_address_says_what_is_not_known(page: Path) -> None:
    assert "--url" in call("extract", str(page)).stderr


@pytest.mark.parametrize("fast", [False, True])
def test_scripts_get_everything_as_json(page: Path, fast: bool) -> None:
    found = json.loads(call("extract", str(page), "--url", URL, "--json", *(["--fast"] if fast else [])).stdout)
    assert found["headline"] == "渡轮复航，乘客等了两个小时"
    assert (found["published"], found["published_from"]) == ("2024-05-01T04:30:00Z", "page")
    assert found["published_words"] == "2024-05-01T12:30:00+08:00"
    assert (found["agency"], found["kind"], found["reason"], found["recipe"]) == ("AFP", "article", None, None)
    assert found["agency_words"] in found["text"]
    assert found["text"].startswith("【法新社5月1日电】") and found["html"].startswith("<p>")
    [picture] = found["pictures"]
    assert picture["url"] == ORIGIN and picture["caption"] == "码头上的人群" and "wsrv.nl" in picture["found_as"]
    assert found["voters"] and {"deck", "dateline", "section", "updated", "language", "notes"} <= found.keys()


def test_a_page_may_come_on_standard_input_in_any_charset(page: Path) -> None:
    content = PAGE.replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    found = json.loads(call("extract", "-", "--url", URL, "--json", stdin=content).stdout)
    assert found["headline"] == "渡轮复航，乘客等了两个小时"
    bare = PAGE.replace('<meta charset="utf-8">', "").encode("big5", "replace")
    typed = call("extract", "-", "--url", URL, "--type", "text/html; charset=big5", "--json", stdin=bare)
    assert "碼頭" in typed.stdout or "港" in json.loads(typed.stdout)["text"]


def test_an_address_is_asked_with_the_settings_of_the_archive(archive: Path, room: Newsroom) -> None:
    one = next(one for one in room.expected(1) if one.verdict == "whole" and one.outlet == "harbour")
    found = json.loads(call("extract", one.url, "--json", archive=archive).stdout)
    assert found["headline"] == one.headline
    assert not (archive / "articles").exists()
    with pytest.raises(FetchError, match="private"):
        call("extract", f"{room.url}/harbour/", archive=archive.parent)


def test_a_recipe_may_be_named_or_stand_in_a_file(page: Path) -> None:
    recipe = page.parent / "mine.toml"
    recipe.write_text(RECIPE, "utf-8")
    found = json.loads(call("extract", str(page), "--url", URL, "--recipe", str(recipe), "--json").stdout)
    assert (found["recipe"], found["dateline"]) == (str(recipe), "港口")
    by_host = json.loads(call("extract", str(page), "--url", "https://www.voachinese.com/a/1.html", "--json").stdout)
    assert by_host["recipe"] == "voa-chinese"


def test_what_is_wrong_is_said(page: Path) -> None:
    wrongs: list[tuple[tuple[str, ...], type[BroadsheetError], str]] = [
        ((str(page) + "x",), NotFoundError, "cannot be read"),
        ((str(page), "--url", "harbour"), SettingsError, "no web address"),
        ((str(page), "--recipe", "nobody"), SettingsError, "there are"),
        ((str(page), "--recipe", "nowhere.toml"), SettingsError, "cannot be read"),
    ]
    for arguments, kind, words in wrongs:
        with pytest.raises(kind, match=words):
            call("extract", *arguments)
    with pytest.raises(ExtractError):
        call("extract", "-", stdin=b"<html><body></body></html>")
    wrong = page.parent / "wrong.toml"
    wrong.write_text('name = "x"\nhosts = ["x.example"]\ntake = ["a["]\n', "utf-8")
    with pytest.raises(SettingsError, match=r"wrong\.toml.*take"):
        call("extract", str(page), "--recipe", str(wrong))
    for odd in ((), (str(page), "--again"), (str(page), "--all"), ("--again", "--fast")):
        call("extract", *odd, code=2)


def test_articles_are_taken_anew_and_accounted_for(archive: Path) -> None:
    call("run", "--all", "--outlet", "harbour", archive=archive)
    said = call("extract", "--again", archive=archive).stdout
    assert said.startswith("extracted again: listed 0 = remade 0 + same 0 + left alone 0 + failed 0")
    told = json.loads(call("extract", "--again", "--all", "--outlet", "harbour", "--json", archive=archive).stdout)
    assert told["listed"] == told["same"] > 3 and told["remade"] == 0
    with pytest.raises(SettingsError, match="no outlet 'x'"):
        call("extract", "--again", "--outlet", "x", archive=archive)
    call("verify", archive=archive)


# -- recipe ----------------------------------------------------------------------------------------------------------


def test_a_recipe_is_held_against_a_page(page: Path) -> None:
    recipe = page.parent / "mine.toml"
    recipe.write_text(RECIPE, "utf-8")
    told = json.loads(call("recipe", "check", str(page), "--url", URL, "--recipe", str(recipe), "--json").stdout)
    rules = {one["key"]: (one["matched"], one["words"]) for one in told["rules"]}
    assert rules["take"][0] == 1 and rules["take"][1].startswith("渡轮复航")
    assert rules["byline"] == (1, "记者：林若水")
    assert rules["headline"] == (0, "")
    assert rules["number"] == (1, "1")
    assert rules["dateline"] == (1, "】港口的渡轮")
    assert told["with"]["dateline"] == "港口" != told["without"]["dateline"]
    shown = call("recipe", "check", str(page), "--url", URL, "--recipe", str(recipe)).stdout
    assert "matched" in shown and "without" in shown and "the same" in shown


def test_a_recipe_that_takes_nothing_is_told_by_the_exit_code(page: Path) -> None:
    recipe = page.parent / "mine.toml"
    recipe.write_text(RECIPE.replace('"article"', '"#gone"'), "utf-8")
    call("recipe", "check", str(page), "--url", URL, "--recipe", str(recipe), code=1)
    with pytest.raises(SettingsError, match="--recipe"):
        call("recipe", "check", str(page), "--url", URL)


def test_recipes_are_listed_with_their_places() -> None:
    told = {one["recipe"]: one["hosts"] for one in json.loads(call("recipe", "list", "--json").stdout)}
    assert "voachinese.com" in told["voa-chinese"] and len(told) >= 6
    assert "voachinese.com" in call("recipe", "list").stdout


# -- pictures --------------------------------------------------------------------------------------------------------


def test_an_imported_mirrors_pictures_are_fetched_through_their_proxies(archive: Path, room: Newsroom) -> None:
    there = next(one for one in room.expected(1) if one.outlet == "harbour" and one.pictures).pictures[0].url
    gone = "http://harbour.example/pictures/nobody-has-this.png"
    folder = archive.parent / "old"
    folder.mkdir()
    for number, url in enumerate((there, gone), 1):
        proxied = f"https://images.weserv.nl/?url={url.replace('http://', '')}"
        body = f'<div><img src="{proxied}" width="100%"></div><p>港口的渡轮在周六清晨复航，这是第{number}篇。</p>'
        head = f"<!--1689631143000-->\n[渡轮{number}](https://old.example/a/{number})\n------\n\n"
        (folder / f"{number}.md").write_text(head + body + "\n", "utf-8")
    call("import", str(folder), "--outlet", "old", archive=archive)
    told = json.loads(call("pictures", "--json", archive=archive).stdout)
    assert len(told) == 2 and all("weserv" in one["origin"] and one["tries"] == 1 for one in told)
    assert "tried 0 = kept 0 + missed 0; still missing 2" in call("pictures", archive=archive).stdout
    (archive / ".broadsheet" / "pictures.json").write_text(_an_hour_ago(archive), "utf-8")
    before = len(room.requests)
    said = call("pictures", archive=archive).stdout
    assert "tried 2 = kept 1 + missed 1" in said and "still missing 1, of which given up 0" in said
    assert any(there.endswith(visit.path) for visit in room.requests[before:])
    [left] = json.loads(call("pictures", "--json", archive=archive).stdout)
    assert left["tries"] == 2 and left["reason"] and left["next_try"]
    call("verify", archive=archive)


def _an_hour_ago(archive: Path) -> str:
    """The state of missing pictures as if all of them had been due for long."""
    stated = json.loads((archive / ".broadsheet" / "pictures.json").read_text("utf-8"))
    for state in stated["pictures"].values():
        state[2] = "2020-01-01T00:00:00Z"
    return json.dumps(stated)
