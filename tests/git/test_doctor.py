"""What an archive lacks to run by itself, and the one command that makes a mirror."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.demo import Newsroom
from tests.git.machines import Machine, bare, checked_out, git
from tests.test_cli import call

LOCAL = '[fetch]\nprivate_networks = ["127.0.0.0/8"]\nhost_spacing_s = 0.0\n'


def checks(machine: Machine, *options: str, code: int = 1) -> dict[str, dict[str, str]]:
    told = json.loads(call("doctor", "--json", *options, archive=machine.root, code=code).output)
    assert told["fit"] is (code == 0)
    return {check["name"]: check for check in told["checks"] if check["state"] != "ok"} | {
        check["name"]: check for check in told["checks"] if check["state"] == "missing"
    }


def test_an_empty_archive_lacks_feeds_and_a_remote(tmp_path: Path) -> None:
    found = checks(Machine(tmp_path / "one"), "--offline")
    assert found["feeds"]["state"] == found["remote"]["state"] == "missing"
    assert "broadsheet follow" in found["feeds"]["advice"]


def test_a_key_that_others_can_read_and_one_that_is_not_there(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("x")
    key.chmod(0o644)
    one = Machine(tmp_path / "one", "git@git.example:me/x.git", settings=f'ssh_key = "{key}"')
    assert "chmod 600" in checks(one, "--offline")["key"]["advice"]
    key.unlink()
    assert "is not there" in checks(one, "--offline")["remote"]["sentence"]
    two = Machine(tmp_path / "two", "https://git.example/me/x.git")
    assert "BROADSHEET_GIT_PASSWORD" in checks(two, "--offline")["key"]["advice"]


def test_a_clock_that_is_behind_the_archive(tmp_path: Path) -> None:
    one = Machine(tmp_path / "one")
    one.now = datetime.now(UTC) + timedelta(days=300)
    one.keep_numbers(1)
    assert "set the clock" in checks(one, "--offline")["clock"]["advice"]


def test_an_archive_that_has_not_run_for_days(tmp_path: Path) -> None:
    one = Machine(tmp_path / "one")
    one.now = datetime.now(UTC) - timedelta(days=9)
    one.keep_numbers(1)
    assert "no run has come to a good end since" in checks(one, "--offline")["schedule"]["sentence"]


@pytest.fixture
def in_this_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """New archives may ask servers on this machine."""
    made = app.init_mirror

    def make(folder: Path, *, name: str | None, remotes: Sequence[str]) -> None:
        made(folder, name=name, remotes=remotes)
        config = folder / app.CONFIG
        config.write_text(config.read_text("utf-8").replace("[fetch]\n", LOCAL, 1), "utf-8")

    monkeypatch.setattr(app, "init_mirror", make)


def test_one_command_makes_a_mirror_that_runs(tmp_path: Path, in_this_house: None) -> None:
    remote = bare(tmp_path / "mirror.git")
    folder = tmp_path / "news"
    with Newsroom(datetime.now(UTC).replace(microsecond=0)) as room:
        said = call("init", "--mirror", str(folder), f"{room.url}/harbour/", f"{room.url}/nowhere/",
                    "--remote", str(remote), "--max-bytes", "5MB").output  # fmt: skip
        assert "not followed" in said and "articles a day" in said and "What to do next" in said
        assert git(remote, "rev-list", "--count", "main") == "1"
        there = checked_out(remote, tmp_path / "copy")
        assert "take" in (there / "RIGHTS.md").read_text("utf-8")
        assert (there / ".gitattributes").read_text("utf-8").splitlines()[1] == "* -text"
        assert list((folder / "schedule").iterdir())
        call("doctor", archive=folder)
        room.round = 2
        call("run", "--publish", "--all", archive=folder)
        assert git(remote, "rev-list", "--count", "main") == "2"
    found = checks(Machine(folder))
    assert found["proxy"]["state"] == "missing"


def test_a_mirror_of_nothing_that_answers_leaves_nothing_behind(tmp_path: Path, in_this_house: None) -> None:
    with Newsroom(datetime.now(UTC).replace(microsecond=0)) as room:
        nowhere = f"{room.url}/nowhere/"
    with pytest.raises(AssertionError, match="none of the addresses"):
        call("init", "--mirror", str(tmp_path / "news"), nowhere)
    assert not (tmp_path / "news").exists()


def test_run_publish_tells_of_a_remote_that_failed(tmp_path: Path) -> None:
    with Newsroom(datetime.now(UTC).replace(microsecond=0)) as room:
        one = Machine(tmp_path / "one", tmp_path / "nowhere.git")
        config = one.root / app.CONFIG
        text = config.read_text("utf-8").replace("[fetch]\n", LOCAL, 1)
        config.write_text(text + f'\n[outlets.harbour]\nfeeds = ["{room.url}/harbour/rss.xml"]\n', "utf-8")
        said = call("run", "--publish", archive=one.root, code=1).output
    assert "no repository there" in said
