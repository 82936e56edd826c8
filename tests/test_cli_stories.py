"""``broadsheet stories`` and ``broadsheet story`` as a person meets them."""

from __future__ import annotations

import json
import shutil
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from broadsheet.app import Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import NotFoundError, QueryError, SettingsError
from tests.test_grouping import FERRY, FLOOD, VERDICT

pytestmark = pytest.mark.dated

MIRROR = """<!--{ms}-->
[{headline}](https://{outlet}.example/a/ferry/{number}.html)
------

<div><i>{date}</i></div><p>{text}</p><p><em>（此文依据了{agency}的报道。）</em></p>
"""
LONG_HEADLINE = (
    "星湾市渡轮海鸥七号倾覆，海岸警卫队救起七十九人，港务局长说风浪比预报的大得多，调查会查明为什么船没有折返"
)
DAY_MS = 86_400_000


def call(*arguments: str, code: int = 0) -> str:
    result: Result = CliRunner().invoke(broadsheet, arguments, catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def write(folder: Path, outlet: str, number: int, headline: str, text: str, hours: int, agency: str = "法新社") -> None:
    folder.mkdir(exist_ok=True)
    ms = 1_689_631_143_000 + hours * 3_600_000
    document = MIRROR.format(
        agency=agency,
        ms=ms,
        date=formatdate(ms / 1000 - 93, usegmt=True),
        headline=headline,
        outlet=outlet,
        number=number,
        text=text,
    )
    (folder / f"{number}.md").write_text(document, "utf-8")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two outlets on a ferry, one of them on a flood twice, the other on a verdict."""
    folder = tmp_path_factory.mktemp("stories")
    write(folder / "harbour", "harbour", 7184001, "渡轮海鸥七号倾覆", FERRY, 0)
    write(folder / "harbour", "harbour", 7184002, "霁江洪水逼近旧桥", FLOOD, 30)
    write(folder / "harbour", "harbour", 7184003, "霁江洪水过了旧桥", FLOOD[:60] + "洪水已过旧桥，水位回落。", 50)
    write(folder / "beacon", "beacon", 7185001, LONG_HEADLINE, f"{FERRY}</p><p>搜救仍在继续。", 5)
    write(folder / "beacon", "beacon", 7185002, "棉纺厂污染案维持原判", VERDICT, 90)
    call("init", str(folder / "archive"))
    for outlet in ("harbour", "beacon"):
        call("-C", str(folder / "archive"), "import", str(folder / outlet), "--outlet", outlet)
    return str(folder / "archive")


def stories_json(archive: str, *arguments: str) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(call("-C", archive, "stories", *arguments, "--json"))
    return answer


def test_stories_of_several_outlets_are_listed(archive: str) -> None:
    output = call("-C", archive, "stories")
    assert output.startswith("星湾市渡轮海鸥七号倾覆")
    assert "2 reports of 2 outlets · 2023-07-17 to 2023-07-18" in output
    assert "harbour, beacon" in output
    assert "洪水" not in output
    assert all(cell_len(line) <= 80 for line in output.splitlines())


def test_smaller_ones_are_listed_when_asked_for_newest_first(archive: str) -> None:
    found = stories_json(archive, "--all")
    assert [len(story["articles"]) for story in found] == [1, 2, 2]
    assert [story["headline"][:2] for story in found] == ["棉纺", "霁江", "星湾"]
    assert (found[2]["outlets"], found[2]["agencies"]) == (["harbour", "beacon"], ["AFP"])
    assert len(stories_json(archive, "--all", "--limit", "2")) == 2
    assert "the newest 2; more with --limit" in call("-C", archive, "stories", "--all", "--limit", "2")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("--all", "旧桥"), ["霁江"]),
        (("--all", "outlet:beacon", "船"), ["星湾"]),
        (("--all", "--outlet", "beacon"), ["棉纺", "星湾"]),
        (("--all", "--after", "2023-07-19"), ["棉纺", "霁江"]),
        (("--before", "2023-07-18"), ["星湾"]),
    ],
)
def test_stories_are_asked_for_by_words_outlet_and_day(
    archive: str, asked: tuple[str, ...], expected: list[str]
) -> None:
    assert [story["headline"][:2] for story in stories_json(archive, *asked)] == expected


def test_nothing_found_is_said_kindly(archive: str, tmp_path: Path) -> None:
    assert "--all lists smaller ones" in call("-C", archive, "stories", "旧桥")
    assert call("-C", archive, "stories", "独角兽", "--all") == "no story matches\n"
    call("init", str(tmp_path))
    assert call("-C", str(tmp_path), "stories", "--all") == "no story yet\n"
    with pytest.raises(QueryError):
        call("-C", archive, "stories", '"渡轮')
    with pytest.raises(SettingsError, match="--after"):
        call("-C", archive, "stories", "--after", "yesterday")


def test_a_story_shows_its_reports_and_their_copies(archive: str) -> None:
    [story] = stories_json(archive)
    output = call("-C", archive, "story", story["id"])
    assert output.startswith("星湾市渡轮海鸥七号倾覆")
    assert f"story {story['id']} · 2 reports of 2 outlets" in output
    assert "harbour 1, beacon 1; resting on AFP 2" in output
    first, second = story["articles"]
    assert f"2023-07-17 21:57 · harbour · AFP · {first} · copy A" in output
    assert f"2023-07-18 02:57 · beacon · AFP · {second} · copy A" in output
    assert all(cell_len(line) <= 80 for line in output.splitlines())


@pytest.mark.parametrize("name", ["article", "url", "path"])
def test_a_story_is_found_by_its_articles(archive: str, name: str) -> None:
    [story] = stories_json(archive)
    reports = json.loads(call("-C", archive, "story", story["id"], "--json"))["reports"]
    assert [report["article"] for report in reports] == story["articles"]
    answer = json.loads(call("-C", archive, "story", reports[1][name], "--json"))
    assert answer["families"] == [{"id": story["id"], "articles": story["articles"]}]
    assert {key: answer[key] for key in story} == story


def test_what_is_no_story_is_said(archive: str) -> None:
    with pytest.raises(NotFoundError, match="see: broadsheet stories"):
        call("-C", archive, "story", "0123456789ab")


def test_take_down_and_rebuild(archive: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "archive")
    shutil.copytree(archive, folder)
    [old] = stories_json(folder)
    first, second = old["articles"]
    call("-C", folder, "take-down", first, "--why", "请求")
    assert stories_json(folder) == []
    assert [story["articles"] for story in stories_json(folder, "--all", "渡轮")] == [[second]]
    with pytest.raises(NotFoundError, match="no such story"):
        call("-C", folder, "story", old["id"])
    with pytest.raises(NotFoundError, match="taken down"):
        call("-C", folder, "story", first)
    before = stories_json(folder, "--all")
    call("-C", folder, "rebuild")
    assert stories_json(folder, "--all") == before


def test_groups_that_are_gone_are_made_again_and_a_reader_makes_nothing(archive: str, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(archive, folder)
    before = stories_json(str(folder), "--all")
    for file in (folder / ".broadsheet").glob("groups.sqlite*"):
        file.unlink()
    with Broadsheet.open(folder, read_only=True) as here:
        assert list(here.iter_stories(everything=True)) == []
        assert not (folder / ".broadsheet" / "groups.sqlite").exists()
        assert stories_json(str(folder), "--all") == before
        assert len(list(here.iter_stories(everything=True))) == 3


def test_the_two_seeds_are_one_story(shared: Path, tmp_path: Path) -> None:
    call("init", str(tmp_path))
    call("-C", str(tmp_path), "import", str(shared / "seeds"), "--outlet", "voa")
    [story] = stories_json(str(tmp_path), "--all")
    assert len(story["articles"]) == 2
    assert story["agencies"] == ["AFP", "Reuters"]
    assert story["articles"][0] in call("-C", str(tmp_path), "story", story["articles"][1])


# -- one outlet, and what is sure ------------------------------------------------------------------------------------

TALKS = "海盟特使沈怀川周一(2023年7月17日)在白沙与石港代表林若渔举行会谈，会谈持续了四个小时，双方同意恢复渡轮。"
TALKS_TOO = "海盟特使沈怀川周一在白沙的旅馆与石港代表林若渔会谈，会谈持续了近十二个小时，双方同意恢复渡轮。"
UNSURE = (
    "渡轮会谈周一在白沙落幕，双方同意恢复渡轮。伊朗周一的塌方造成12人死亡。",
    "渡轮会谈周一在白沙落幕，双方同意恢复渡轮。越南周一的塌方造成9人死亡。",
)
FRAGMENT = "沈怀川周日告诉石港电视台，林若渔将敦促对方不要“以任何形式声称自己是小岛国家”。"


def make_archive(folder: Path, *texts: str, settings: str = "") -> str:
    """One outlet with a report a day of the talks in these words."""
    for at, text in enumerate(texts):
        write(folder / "harbour", "harbour", 7184001 + at, "沈怀川与林若渔在白沙会谈 同意恢复渡轮", text, 10 * at)
    call("init", str(folder / "archive"))
    (folder / "archive/broadsheet.toml").write_text(f'name = "A"\n{settings}', "utf-8")
    call("-C", str(folder / "archive"), "import", str(folder / "harbour"), "--outlet", "harbour", "--name", "港湾")
    return str(folder / "archive")


def test_two_reports_of_one_outlet_that_state_one_thing_differently_are_a_story(tmp_path: Path) -> None:
    archive = make_archive(tmp_path, TALKS, TALKS_TOO)
    [found] = json.loads(call("-C", archive, "stories", "--json"))
    assert len(found["articles"]) == 2
    assert "they differ: duration" in call("-C", archive, "story", found["id"])


def test_two_reports_of_one_outlet_that_rest_on_different_agencies_are_a_story(tmp_path: Path) -> None:
    same = TALKS_TOO.replace("近十二个小时", "四个小时")
    archive = make_archive(tmp_path, TALKS, same)
    assert json.loads(call("-C", archive, "stories", "--json")) == []
    other = tmp_path / "other"
    other.mkdir()
    write(other / "harbour", "harbour", 7184001, "沈怀川与林若渔在白沙会谈 同意恢复渡轮", TALKS, 0)
    write(other / "harbour", "harbour", 7184002, "沈怀川与林若渔在白沙会谈 同意恢复渡轮", same, 10, "路透社")
    call("init", str(other / "archive"))
    call("-C", str(other / "archive"), "import", str(other / "harbour"), "--outlet", "harbour")
    assert len(json.loads(call("-C", str(other / "archive"), "stories", "--json"))) == 1


@pytest.mark.parametrize("settings", ["", '[statements]\nshow = "all"\n'])
def test_what_is_not_sure_waits_behind_a_setting_and_is_marked(tmp_path: Path, settings: str) -> None:
    archive = make_archive(tmp_path, *UNSURE, TALKS, settings=settings)
    [found] = json.loads(call("-C", archive, "stories", "--json"))
    shown = call("-C", archive, "story", found["id"])
    assert ("if they are of one thing: dead" in shown) == bool(settings)
    compared = json.loads(call("-C", archive, "story", found["id"], "--json"))["comparison"]["figures"]
    assert any(one["is_uncertain"] for one in compared) == bool(settings)


def test_a_fragment_is_told_with_what_turns_it_round(tmp_path: Path) -> None:
    archive = make_archive(tmp_path, f"{TALKS}</p><p>{FRAGMENT}", TALKS_TOO)
    [found] = json.loads(call("-C", archive, "stories", "--json"))
    shown = call("-C", archive, "story", found["id"])
    assert "".join(shown.split()).count("不要“以任何形式声称自己是小岛国家”") == shown.count("以任何形式") > 0
    told = json.loads(call("-C", archive, "story", found["id"], "--json"))["comparison"]["quotations"]
    said = [claim["words"] for one in told for group in one["groups"] for claim in group]
    assert FRAGMENT in said and "以任何形式声称自己是小岛国家" not in said


def test_the_seeds_are_one_story_with_three_lengths_of_the_talks(tmp_path: Path, shared: Path) -> None:
    call("init", str(tmp_path / "archive"))
    call("-C", str(tmp_path / "archive"), "import", str(shared / "seeds"), "--outlet", "voa")
    [found] = json.loads(call("-C", str(tmp_path / "archive"), "stories", "--json"))
    shown = json.loads(call("-C", str(tmp_path / "archive"), "story", found["id"], "--json"))["comparison"]
    [lengths] = shown["figures"]
    assert [[claim["words"] for claim in group] for group in lengths["groups"]] == [
        ["四个小时", "大约四个小时"],
        ["近12个小时"],
    ]
    assert "央视" in lengths["groups"][0][1]["source"]
    said = [claim["words"] for one in shown["quotations"] for group in one["groups"] for claim in group]
    assert all("以任何形式" not in words or "不要" in words for words in said)
