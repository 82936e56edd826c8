"""The command line as a person meets it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from broadsheet.cli import broadsheet, main
from broadsheet.cli._asking import wrap
from broadsheet.cli._print import parse_duration
from broadsheet.demo import Newsroom, follow_newsroom
from broadsheet.errors import BroadsheetError, SettingsError

pytestmark = pytest.mark.dated

MIRROR = """<!--1689631143000-->
[渡轮复航，乘客等了两个小时](https://www.voachinese.com/a/ferry/7184661.html)
------

<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div><p>港口的渡轮在周六复航。</p><p><em>（此文依据了法新社的报道。）</em></p>
"""


def call(*arguments: str, archive: Path | None = None, code: int = 0) -> Result:
    where = ["-C", str(archive)] if archive else []
    result = CliRunner().invoke(broadsheet, [*where, *arguments], catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit | BroadsheetError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path, room: Newsroom) -> Path:
    """An archive that follows the newsroom, nothing polled."""
    folder = tmp_path / "archive"
    call("init", str(folder), "--name", "试")
    config = folder / "broadsheet.toml"
    config.write_text(follow_newsroom(config.read_text("utf-8"), room), "utf-8")
    return folder


@pytest.fixture(scope="module")
def taken_over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a mirror of one document in ``old`` and the archive that took it over."""
    folder = tmp_path_factory.mktemp("mirror")
    (folder / "old").mkdir()
    (folder / "old" / "1045747_渡轮复航.md").write_text(MIRROR, "utf-8")
    call("init", str(folder / "archive"))
    call("import", str(folder / "old"), "--outlet", "voa", archive=folder / "archive")
    return folder


@pytest.fixture
def mirror(tmp_path: Path, taken_over: Path) -> Path:
    """An archive that took over a mirror of one document."""
    shutil.copytree(taken_over, tmp_path, dirs_exist_ok=True)
    return tmp_path / "archive"


def test_init_writes_a_commented_file_and_never_over_one(tmp_path: Path) -> None:
    folder = tmp_path / "my-archive"
    assert "broadsheet follow" in call("init", str(folder), "--name", "新闻").output
    text = (folder / "broadsheet.toml").read_text("utf-8")
    assert 'name = "新闻"' in text and "# host_spacing_s = 2.0" in text
    with pytest.raises(SettingsError, match="is there already"):
        CliRunner().invoke(broadsheet, ["init", str(folder)], standalone_mode=False, catch_exceptions=False)
    assert (folder / "broadsheet.toml").read_text("utf-8") == text


def test_a_round_ends_in_lines_of_account_that_balance(archive: Path) -> None:
    output = call("run", archive=archive).output
    lines = [line for line in output.splitlines() if ": listed " in line]
    assert len(lines) == 6
    for line in lines:
        found = re.search(r"listed (\d+) = kept (\d+).* known (\d+) \+ skipped (\d+).* failed (\d+)", line)
        assert found
        listed, *parts = map(int, found.groups())
        assert listed == sum(parts)
    assert (archive / "README.md").is_file()
    assert "whole" in call("verify", archive=archive).output


def test_a_second_round_asks_nobody_before_the_time(archive: Path, room: Newsroom) -> None:
    call("run", archive=archive)
    before = len(room.requests)
    told = json.loads(call("run", "--json", archive=archive).stdout)
    assert told["all"]["polled"] == {}
    assert len(room.requests) == before


def test_run_takes_only_the_outlet_and_the_number_asked_for(archive: Path) -> None:
    told = json.loads(call("run", "--outlet", "harbour", "--limit", "3", "--json", archive=archive).stdout)
    assert list(told["outlets"]) == ["harbour"]
    assert told["all"]["kept"] == 3
    with pytest.raises(SettingsError, match="no outlet 'nobody'"):
        call_raw("run", "--outlet", "nobody", archive=archive)


def call_raw(*arguments: str, archive: Path) -> Result:
    return CliRunner().invoke(
        broadsheet, ["-C", str(archive), *arguments], standalone_mode=False, catch_exceptions=False
    )


def test_a_run_without_feeds_says_how_to_begin(tmp_path: Path) -> None:
    call("init", str(tmp_path / "a"))
    with pytest.raises(SettingsError, match="broadsheet follow ADDRESS"):
        call_raw("run", archive=tmp_path / "a")


def test_a_home_page_leads_to_its_feed(tmp_path: Path, room: Newsroom) -> None:
    folder = tmp_path / "a"
    call("init", str(folder))
    config = folder / "broadsheet.toml"
    config.write_text(follow_newsroom(config.read_text("utf-8"), room, outlets=False), "utf-8")
    [told] = json.loads(call("follow", "http://harbour.example/", "--json", archive=folder).stdout)
    assert (told["id"], told["feeds"]) == ("harbour", ["http://harbour.example/rss.xml"])
    assert told["name"] == "港湾日报"
    again = call("follow", "http://harbour.example/rss.xml", archive=folder).output
    assert again.startswith("harbour: following")
    assert config.read_text("utf-8").count("harbour.example/rss.xml") == 1
    assert "# host_spacing_s" in config.read_text("utf-8")


def test_opml_brings_every_feed(tmp_path: Path, room: Newsroom) -> None:
    folder = tmp_path / "a"
    call("init", str(folder))
    config = folder / "broadsheet.toml"
    config.write_text(follow_newsroom(config.read_text("utf-8"), room, outlets=False), "utf-8")
    told = json.loads(call("follow", "--opml", "http://newsroom.example/opml.xml", "--json", archive=folder).stdout)
    assert {url for one in told for url in one["feeds"]} >= {"http://harbour.example/rss.xml"}


def test_follow_needs_one_of_two(tmp_path: Path) -> None:
    call("init", str(tmp_path / "a"))
    assert "either an ADDRESS or --opml" in call("follow", archive=tmp_path / "a", code=2).output


def test_a_mirror_is_taken_over_once(mirror: Path, tmp_path: Path) -> None:
    assert (mirror / "articles/voa/2023/07/17-7184661.md").read_text("utf-8") == MIRROR
    told = json.loads(call("import", str(tmp_path / "old"), "--outlet", "voa", "--json", archive=mirror).stdout)
    assert (told["kept"], told["known"]) == (0, 1)


def test_list_show_and_outlets_read_from_the_archive(mirror: Path) -> None:
    [row] = json.loads(call("list", "--json", archive=mirror).stdout)
    assert (row["article"], row["agency"], row["published"]) == ("voa/7184661", "AFP", "2023-07-17T21:57:30Z")
    assert "渡轮复航" in call("list", "--after", "2023-07-01", archive=mirror).output
    assert "no article matches" in call("list", "--before", "2023-07-01", archive=mirror).output
    [outlet] = json.loads(call("outlets", "--json", archive=mirror).stdout)
    assert (outlet["outlet"], outlet["articles"]) == ("voa", 1)


@pytest.mark.parametrize(
    "question",
    [
        "voa/7184661",
        "https://www.voachinese.com/a/ferry/7184661.html",
        "http://voachinese.com/a/ferry/7184661.html?utm_source=x",
        "articles/voa/2023/07/17-7184661.md",
    ],
)
def test_an_article_is_found_by_id_address_and_path(mirror: Path, question: str) -> None:
    told = json.loads(call("show", question, "--json", archive=mirror).stdout)
    assert told["headline"] == "渡轮复航，乘客等了两个小时"
    assert told["text"].splitlines()[-1] == "（此文依据了法新社的报道。）"


def test_show_gives_the_bytes_or_a_readable_page(mirror: Path) -> None:
    assert call("show", "voa/7184661", "--raw", archive=mirror).output == MIRROR
    assert "rests on AFP" in call("show", "voa/7184661", archive=mirror).output


def test_damage_is_named_and_ends_with_three(mirror: Path) -> None:
    path = mirror / "articles/voa/2023/07/17-7184661.md"
    path.write_text(MIRROR.replace("周六", "周日"), "utf-8")
    assert "damage: changed: articles/voa/2023/07/17-7184661.md" in call("verify", archive=mirror, code=3).output
    told = json.loads(call("verify", "--json", archive=mirror, code=3).stdout)
    assert [one["kind"] for one in told["findings"]] == ["changed"]


def test_a_taken_down_article_shows_its_tombstone(mirror: Path) -> None:
    call("take-down", "voa/7184661", "--why", "asked for", archive=mirror)
    assert "whole" in call("verify", archive=mirror).output
    assert "asked for" in call("show", "voa/7184661", archive=mirror).output
    assert "渡轮" not in "".join(path.read_text("utf-8") for path in mirror.rglob("*.md"))
    assert "--why must say why" in call("take-down", "voa/7184661", "--why", " ", archive=mirror, code=2).output


def test_rebuild_gives_the_same_list(mirror: Path) -> None:
    before = call("list", "--json", archive=mirror).stdout
    assert "1 ledger lines read" in call("rebuild", archive=mirror).output
    assert call("list", "--json", archive=mirror).stdout == before


def test_health_speaks_of_every_feed_and_rings(archive: Path, room: Newsroom) -> None:
    told = json.loads(call("health", "--json", archive=archive).stdout)
    assert len(told) == 6
    assert {one["level"] for one in told} == {"late"}
    call("run", archive=archive)
    assert {one["level"] for one in json.loads(call("health", "--json", archive=archive).stdout)} <= {"ok", "silent"}


def test_outside_an_archive_every_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["broadsheet", "-C", str(tmp_path), "list"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert "make one with: broadsheet init" in capsys.readouterr().err


def test_every_command_has_help_with_an_example() -> None:
    for name in broadsheet.commands:
        output = call(name, "--help").output
        assert "Example" in output, name
        assert f"broadsheet {name}" in output, name


@pytest.mark.slow
def test_the_demo_shows_the_whole_path(tmp_path: Path) -> None:
    output = call("demo", "--folder", str(tmp_path / "demo"), "--no-serve").output
    assert "Round 2" in output and "revised" in output and "whole" in output
    assert "Round 2" in call("demo", "--folder", str(tmp_path / "demo"), "--no-serve").output
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(SettingsError, match="no demo of ours"):
        CliRunner().invoke(
            broadsheet, ["demo", "--folder", str(tmp_path / "mine")], standalone_mode=False, catch_exceptions=False
        )


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("1h", 3600), ("2D", 172_800)])
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "1w", "-1h", "h", "every hour"])
def test_what_is_no_duration_is_told_what_one_is(text: str) -> None:
    with pytest.raises(SettingsError, match="90s, 30m, 1h or 2d"):
        parse_duration(text)


def test_rows_fit_and_do_not_begin_with_a_full_stop() -> None:
    text = "望潮市长阮·听雨(Tim Yuen)周六在码头与三位船长谈了将近两个小时，他说复航是“早该有的事”。" * 3
    rows = wrap(text, 40)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(row) <= 44 for row in rows)
    assert not any(row[0] in "，。”" for row in rows)
    assert wrap("plain words only", 8) == ["plain", "words", "only"]
