"""kill -9 while publishing: no commit half, no article twice, remotes equal, and nothing of ours lost in between.

A child publishes and is killed: at the n-th thing it asks of the disk, or after some milliseconds, alone or with the
git that works for it. The parent then does what the next run does.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from broadsheet.app import Broadsheet
from broadsheet.errors import EngineError
from tests.git.machines import Machine, bare, checked_out, clone, git
from tests.git.test_joining import is_whole
from tests.making import make_article
from tests.test_kill import count_steps, in_child

T = TypeVar("T")


def publish_and_die(machine: Machine, step: int) -> bool:
    """Publish in a child that kills itself at ``step``; whether it did."""

    def work() -> int:
        counter = count_steps(step)
        when_free(machine.publish)
        return counter()

    return in_child(work)[1]


def count_all_steps(machine: Machine) -> int:
    """How many steps a publishing takes, done once."""

    def work() -> int:
        counter = count_steps(-1)
        machine.publish()
        return counter()

    return in_child(work)[0]


def publish_and_be_killed(machine: Machine, after_s: float, with_git: bool) -> bool:
    """Publish in a child that is killed from outside after a while, its git perhaps with it; whether it was."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            when_free(machine.publish)
            status = 0
        finally:
            os._exit(status)

    def kill() -> None:
        theirs = _children_of(child) if with_git else []
        for process in (child, *theirs):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    timer = threading.Timer(after_s, kill)
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    timer.join()
    assert os.WIFSIGNALED(status) or status == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def _children_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found += [int(folder.name), *_children_of(int(folder.name))]
    return found


def when_free(do: Callable[[], T]) -> T:
    """What the next run does; what the killed one had begun may still be ending."""
    for _ in range(300):
        try:
            return do()
        except EngineError as error:
            if "wait for it to end" not in str(error):
                raise
            time.sleep(0.1)
    raise AssertionError("what a killed run began never ended")


def publish_when_free(machine: Machine) -> None:
    """Publish as the next run does."""
    report = when_free(machine.publish)
    assert not report.failed and not report.complaints, report


def check_remotes(remotes: list[Path], machines: list[Machine], tmp_path: Path) -> None:
    """Whole, equal, each article once, and all that any machine has."""
    assert len({git(remote, "rev-parse", "main") for remote in remotes}) == 1
    for remote in remotes:
        git(remote, "fsck", "--strict")
    folder = checked_out(remotes[0], tmp_path / f"copy-{random.random()}")
    with Broadsheet.open(folder) as here:
        assert is_whole(here.verify()), here.verify().findings
        lines = [line for file, _ in here.archive.iter_ledger_files() for line in here.archive.iter_revisions(file)]
    texts = Counter(line.sha256 for line in lines if line.why == ("first",))
    assert set(texts.values()) <= {1}, "an article was kept twice"
    for machine in machines:
        assert is_whole(machine.verify()), machine.verify().findings
        assert not (machine.root / "mirror.git" / "rejoin").exists()
        assert not list(machine.root.rglob(".tmp-*"))


@pytest.mark.slow
def test_killed_while_what_both_machines_have_is_joined(tmp_path: Path) -> None:
    """At points all along the way: before, while and after ours is put aside and kept again."""
    chance = random.Random()
    for number, part in enumerate((0.2, 0.45, 0.6, 0.75, 0.9)):
        remote = bare(tmp_path / str(number) / "mirror.git")
        one, two = fork_of(tmp_path / str(number), remote)
        total = count_all_steps(Machine(_copied(one, tmp_path / f"{number}-whole", remote)))
        assert total > 50
        step = max(1, min(total, int(total * part) + chance.randrange(-3, 4)))
        assert publish_and_die(one, step)
        publish_when_free(one)
        publish_when_free(two)
        check_remotes([remote], [one, two], tmp_path)
        assert one.texts() == two.texts() and len(one.texts()) == 7


def fork_of(folder: Path, remote: Path) -> tuple[Machine, Machine]:
    """Two machines that both have what the other lacks: new articles, edits, one the same."""
    one = Machine(folder / "one", remote)
    one.keep_numbers(1, 2)
    one.publish()
    two = clone(remote, folder / "two")
    two.now = one.now
    two.keep(make_article(1, headline="渡轮停航两日"), make_article(3), make_article(4), make_article(7))
    one.keep(make_article(1, headline="渡轮停航一日"), make_article(5), make_article(3), make_article(6))
    one.take_down(2)
    two.publish()
    return one, two


def _copied(machine: Machine, folder: Path, remote: Path) -> Path:
    """A copy of a machine's folder that publishes to a copy of the remote."""
    import shutil

    shutil.copytree(machine.root, folder / "one")
    shutil.copytree(remote, folder / "mirror.git")
    config = folder / "one" / "broadsheet.toml"
    config.write_text(config.read_text("utf-8").replace(str(remote), str(folder / "mirror.git")), "utf-8")
    return folder / "one"


@pytest.mark.slow
def test_killed_at_every_step_of_joining(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    remote = bare(seed / "mirror.git")
    one, _ = fork_of(seed, remote)
    total = count_all_steps(Machine(_copied(one, tmp_path / "whole", remote)))
    for step in range(1, total + 1, max(1, total // 150)):
        folder = tmp_path / str(step)
        here = Machine(_copied(one, folder, remote))
        here.now = one.now
        publish_and_die(here, step)
        publish_when_free(here)
        check_remotes([folder / "mirror.git"], [here], tmp_path)
        assert len(here.texts()) == 7


@pytest.mark.slow
def test_rounds_with_publishing_killed_at_random_points(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Two machines, two remotes: each round one of them keeps something and is killed while it publishes."""
    rounds = int(pytestconfig.getoption("--rounds"))
    remotes = [bare(tmp_path / "a.git"), bare(tmp_path / "b.git")]
    chance = random.Random()
    one = Machine(tmp_path / "one", *remotes)
    one.keep_numbers(1)
    one.publish()
    two = clone(remotes[0], tmp_path / "two")
    config = two.root / "broadsheet.toml"
    config.write_text(config.read_text("utf-8").replace(
        f'remotes = ["{remotes[0]}"]', f'remotes = ["{remotes[0]}", "{remotes[1]}"]'), "utf-8")  # fmt: skip
    two.now = one.now
    killed, numbers = Counter[str](), {1}
    one.keep_numbers(2)
    steps, began = count_all_steps(one), time.monotonic()
    one.keep_numbers(3)
    one.publish()
    usual_s = time.monotonic() - began
    numbers |= {2, 3}
    for number in range(4, rounds + 4):
        machine = chance.choice((one, two))
        fresh = number if chance.random() < 0.8 else chance.choice(sorted(numbers))
        numbers.add(fresh)
        article = make_article(fresh, headline=f"渡轮 {fresh} {chance.randrange(2)}")
        when_free(partial(machine.keep, article))
        if chance.random() < 0.5:
            killed["at a step"] += publish_and_die(machine, chance.randrange(1, 2 * steps))
        else:
            with_git = chance.random() < 0.5
            killed["with its git" if with_git else "alone"] += publish_and_be_killed(
                machine, chance.random() * 1.5 * usual_s, with_git
            )
        if number % 10 == 0:
            publish_when_free(machine)
            assert is_whole(machine.verify()), machine.verify().findings
    for machine in (one, two, one):
        publish_when_free(machine)
    check_remotes(remotes, [one, two], tmp_path)
    assert one.texts() == two.texts() and len(one.texts()) == len(numbers)
    print(f"{rounds} rounds, killed {dict(killed)}, {git(remotes[0], 'rev-list', '--count', 'main')} commits")
