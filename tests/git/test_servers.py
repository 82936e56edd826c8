"""Real servers over file, ssh and http: what they take, refuse and say."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.git.machines import Machine, bare, clone, git
from tests.git.servers import http_server, ssh_server
from tests.making import make_article

BROADSHEET = (sys.executable, "-c", "from broadsheet.cli import main; main()")


def refuse(remote: Path, words: str) -> Path:
    """Have a repository refuse every push with ``words``."""
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    hook.chmod(0o755)
    return hook


def test_over_ssh_with_a_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    remote = bare(tmp_path / "host" / "mirror.git")
    with ssh_server(tmp_path / "ssh") as (address, key, known):
        one = Machine(tmp_path / "one", f"{address}{remote}", settings=f'ssh_key = "{key}"')
        one.keep_numbers(1)
        failed = one.publish().failed
        assert failed and "not known here" in failed[0].reason
        monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -o BatchMode=yes -o UserKnownHostsFile={known} -i {key}")
        assert [sent.outcome for sent in one.publish().sent] == ["sent"]
        two = clone(f"{address}{remote}", tmp_path / "two")
        two.keep_numbers(2)
        assert not two.publish().failed
        assert one.publish().taken == 1
        (tmp_path / "ssh" / "authorized_keys").write_text("")
        one.keep_numbers(3)
        assert "would not let us in" in one.publish().failed[0].reason
    assert "cannot be reached" in one.publish().failed[0].reason


def test_over_http_with_a_token_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = bare(tmp_path / "host" / "mirror.git")
    with http_server(tmp_path / "host", password="s3cret") as address:
        url = f"{address.replace('://', '://me@')}/mirror.git"
        one = Machine(tmp_path / "one", url)
        one.keep_numbers(1)
        failed = one.publish().failed
        assert "BROADSHEET_GIT_PASSWORD" in failed[0].reason
        monkeypatch.setenv("BROADSHEET_GIT_PASSWORD", "s3cret")
        assert not one.publish().failed
        monkeypatch.setenv("BROADSHEET_GIT_PASSWORD", "wrong")
        one.keep_numbers(2)
        failed = one.publish().failed
        assert "would not let us in" in failed[0].reason and "wrong" not in failed[0].reason
        monkeypatch.delenv("BROADSHEET_GIT_PASSWORD")
        credentials = tmp_path / "credentials"
        credentials.write_text(f"{address.replace('://', '://me:s3cret@')}\n")
        config = one.root / "broadsheet.toml"
        config.write_text(
            config.read_text("utf-8").replace("[mirror]\n", f'[mirror]\ncredentials_file = "{credentials}"\n')
        )
        before = credentials.read_bytes()
        assert not one.publish().failed
        assert credentials.read_bytes() == before
        monkeypatch.setenv("BROADSHEET_GIT_PASSWORD_127_0_0_1", "s3cret")
        two = clone(url, tmp_path / "two")
        assert two.texts() == one.texts()
    assert git(remote, "rev-list", "--count", "main") == "2"
    for path in (one.root / "mirror.git").rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes()


def test_a_password_for_one_host_is_not_told_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare(tmp_path / "host" / "mirror.git")
    with http_server(tmp_path / "host", password="s3cret") as one_host:
        other_host = one_host.replace("127.0.0.1", "localhost")
        monkeypatch.setenv("BROADSHEET_GIT_PASSWORD", "s3cret")
        one = Machine(tmp_path / "one", f"{one_host}/mirror.git", f"{other_host}/mirror.git")
        one.keep_numbers(1)
        assert len(one.publish().failed) == 2


def test_a_refusal_is_told_in_the_hosts_words_and_the_others_are_served(tmp_path: Path) -> None:
    a, b = bare(tmp_path / "a.git"), bare(tmp_path / "b.git")
    hook = refuse(a, "pictures may be 5 MB at most")
    one = Machine(tmp_path / "one", a, b)
    one.keep_numbers(1)
    report = one.publish()
    assert [sent.outcome for sent in report.sent] == ["failed", "sent"]
    assert "5 MB at most" in report.sent[0].reason
    hook.unlink()
    report = one.publish()
    assert [sent.outcome for sent in report.sent] == ["sent", "same"] and not report.is_new
    assert git(a, "rev-parse", "main") == git(b, "rev-parse", "main")


def test_a_remote_that_is_away_is_served_when_it_is_back(tmp_path: Path) -> None:
    a, b = bare(tmp_path / "a.git"), bare(tmp_path / "b.git")
    one = Machine(tmp_path / "one", a, b)
    a.rename(tmp_path / "away")
    for number in (1, 2):
        one.keep_numbers(number)
        assert [sent.outcome for sent in one.publish().sent] == ["failed", "sent"]
    (tmp_path / "away").rename(a)
    one.publish()
    assert git(a, "rev-parse", "main") == git(b, "rev-parse", "main")


def test_a_repository_made_with_another_first_branch_can_be_cloned(tmp_path: Path) -> None:
    remote = bare(tmp_path / "mirror.git", branch="master")
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    one.publish()
    subprocess.run(["git", "clone", "-q", str(remote), str(tmp_path / "copy")], check=True)
    assert (tmp_path / "copy" / "published.json").exists()


@pytest.mark.slow
def test_another_machine_publishes_between_our_fetch_and_our_push(tmp_path: Path) -> None:
    """The hook of the remote lets the other one in first; what we send is then refused, and all begins anew."""
    remote = bare(tmp_path / "mirror.git")
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    one.publish()
    two = clone(remote, tmp_path / "two")
    two.keep_numbers(2)
    one.keep_numbers(3)
    with one.open() as here:
        writing = here.writing

        def writing_late() -> object:
            if len(two.texts()) == 2 and git(remote, "rev-list", "--count", "main") == "1":
                two.publish()
            return writing()

        report = here.publish_git(writing_late, here.write_lists)  # type: ignore[arg-type]
    assert not report.failed and report.taken == 1
    assert len(one.texts()) == 3 and one.verify().is_whole
    assert git(remote, "rev-parse", "main") == report.commit


def test_a_full_disk_of_ours_leaves_everything_as_it_was(tmp_path: Path) -> None:
    remote = bare(tmp_path / "mirror.git")
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    one.publish()
    before = git(remote, "rev-parse", "main")
    one.keep(make_article(2, body=f"<p>{os.urandom(300_000).hex()}</p>"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [*BROADSHEET, "-C", str(one.root), "publish", "git"],
        preexec_fn=limit, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode not in (0, 1), done.stderr
    assert b"Traceback" not in done.stderr and done.stderr.count(b"\n") == 1
    assert git(remote, "rev-parse", "main") == before
    assert not one.publish().failed
    assert one.verify().findings == [] and git(remote, "rev-list", "--count", "main") == "2"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="a small disk takes root to mount")
def test_a_full_disk_of_a_remote_is_told_and_the_others_are_served(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        a, b = bare(disk / "a.git"), bare(tmp_path / "b.git")
        one = Machine(tmp_path / "one", a, b)
        one.keep(make_article(1, body=f"<p>{os.urandom(600_000).hex()}</p>"))
        report = one.publish()
        assert [sent.outcome for sent in report.sent] == ["failed", "sent"]
        assert "no room" in report.sent[0].reason
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        assert [sent.outcome for sent in one.publish().sent] == ["sent", "same"]
        assert git(a, "fsck") == git(b, "fsck")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_what_a_dead_git_left_is_cleared_away(tmp_path: Path) -> None:
    remote = bare(tmp_path / "mirror.git")
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    one.publish()
    mirror = one.root / "mirror.git"
    left = [mirror / "refs" / "heads" / "main.lock", mirror / "packed-refs.lock", mirror / "objects/pack/tmp_pack_x"]
    for path in left:
        path.write_bytes(b"")
        os.utime(path, (time.time() - 60, time.time() - 60))
    one.keep_numbers(2)
    assert not one.publish().failed
    assert not any(path.exists() for path in left)


@pytest.mark.slow
def test_a_git_that_still_sends_for_a_dead_run_is_waited_for(tmp_path: Path) -> None:
    """Its children hold the lock on: no second run begins beside them."""
    remote = bare(tmp_path / "mirror.git")
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    hook = refuse(remote, "slow")
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nwhile [ -e {tmp_path}/begun ]; do sleep 0.05; done\nexit 0\n")
    command = [*BROADSHEET, "-C", str(one.root), "publish", "git"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < until and run.poll() is None
        time.sleep(0.02)
    run.kill()
    run.wait()
    second = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert second.returncode == 4 and b"still sending" in second.stderr
    (tmp_path / "begun").unlink()
    while subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 4:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert git(remote, "rev-list", "--count", "main") == "1"
