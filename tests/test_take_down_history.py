"""A take-down and the git repositories of an archive: what it says of them, and that what it says to do works."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.app import Broadsheet
from tests.test_cli import call

SECRET = "A person was named here"
OTHER = "The bridge opened on Monday"


def git(folder: Path, *arguments: str) -> str:
    """Run git in ``folder``; its output."""
    named = ["-c", "user.name=Archive", "-c", "user.email=archive@news.example"]
    done = subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def everything(repository: Path) -> str:
    """All that any object of a repository says, reachable or not."""
    listed = git(repository, "cat-file", "--batch-check", "--batch-all-objects")
    blobs = [line.split()[0] for line in listed.splitlines() if " blob " in line]
    return "\n".join(git(repository, "cat-file", "blob", blob) for blob in blobs)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of two imported articles."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed here")
    old, folder = tmp_path / "old", tmp_path / "archive"
    old.mkdir()
    for number, text in enumerate((SECRET, OTHER)):
        document = (
            f"<!--168963114{number}000-->\n[News {number}](https://news.example/{number})\n------\n\n<p>{text}.</p>\n"
        )
        (old / f"{number}.md").write_text(document, "utf-8")
    app.init(folder)
    call("import", str(old), "--outlet", "example", archive=folder)
    return folder


def test_without_a_repository_nothing_is_said_of_one(archive: Path) -> None:
    said = call("take-down", "https://news.example/0", "--why", "asked for", archive=archive).output
    assert "git" not in said
    with Broadsheet.open(archive) as here:
        [(holding, line)] = here.iter_taken_down()
    assert (holding.url, line.reason, line.why) == ("https://news.example/0", "asked for", ("take-down",))


def test_the_command_that_is_printed_takes_the_text_out_of_the_history(archive: Path, tmp_path: Path) -> None:
    if shutil.which("git-filter-repo") is None:
        pytest.skip("git-filter-repo is not installed here (.ci/run installs it)")
    git(archive, "init", "-q", "-b", "main", ".")
    git(archive, "add", "-A")
    git(archive, "commit", "-q", "-m", "first")
    said = call("take-down", "https://news.example/0", "--why", "asked for", archive=archive).output
    git(archive, "add", "-A")
    git(archive, "commit", "-q", "-m", "taken down")
    git(archive, "clone", "-q", "--mirror", str(archive), str(tmp_path / "purge.git"))
    assert SECRET in everything(tmp_path / "purge.git")
    [command] = re.findall(r"git filter-repo (.*?)\n\n", said.replace("\\\n", " "), re.DOTALL)
    git(tmp_path / "purge.git", "filter-repo", *shlex.split(command))
    left = everything(tmp_path / "purge.git")
    assert SECRET not in left and "News 0" not in left
    assert OTHER in left
    git(archive, "remote", "add", "origin", str(tmp_path / "purge.git"))
    git(archive, "fetch", "-q", "origin")
    git(archive, "reset", "-q", "--soft", "FETCH_HEAD")
    git(archive, "add", "-A")
    git(archive, "commit", "-q", "-m", "as it is now")
    git(archive, "push", "-q", "origin", "HEAD:main")
    git(tmp_path, "clone", "-q", str(tmp_path / "purge.git"), "copy")
    assert SECRET not in everything(tmp_path / "copy")
    assert "whole" in call("verify", archive=tmp_path / "copy").output
