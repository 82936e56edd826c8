"""kill -9 while a site is written: whatever stands there then, the next run makes it the site it should be."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_kill import count_steps, in_child
from tests.test_pool import children_of, is_alive, wait_for
from tests.web.test_site import publish, read
from tests.web.test_site_kept import change

pytestmark = pytest.mark.slow
POINTS = 8
"""Points of each run at which it is killed, chosen anew every time."""


def killed(run: Callable[[], object], kill_at: int) -> tuple[int, bool]:
    """Run in a child that kills itself at step ``kill_at``; how many steps there were, and whether it was killed."""

    def steps() -> int:
        count = count_steps(kill_at)
        run()
        return count()

    return in_child(steps)


@pytest.mark.parametrize("deeds", [[], ["new", "gone", "edit"]], ids=["first run", "later run"])
def test_a_killed_run_is_taken_up_by_the_next(archive: Path, tmp_path: Path, deeds: list[str]) -> None:
    own = Path(shutil.copytree(archive, tmp_path / "own"))
    folder, start = tmp_path / "site", tmp_path / "start"
    publish(own, folder)
    shutil.copytree(folder, start)
    state = tmp_path / "state"
    shutil.copytree(own / ".broadsheet" / "sites", state)
    for deed in deeds:
        change(own, deed)
    publish(own, tmp_path / "whole")
    whole = read(tmp_path / "whole")

    def go_back() -> None:
        """To where the run that is killed begins: nothing at all, or the site before the deeds."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(own / ".broadsheet" / "sites")
        if deeds:
            shutil.copytree(start, folder)
            shutil.copytree(state, own / ".broadsheet" / "sites")

    go_back()
    total, was_killed = killed(lambda: publish(own, folder), 0)
    assert not was_killed and read(folder) == whole
    for kill_at in sorted(random.sample(range(1, total), min(POINTS, total - 1))):
        go_back()
        _, was_killed = killed(lambda: publish(own, folder), kill_at)
        assert was_killed
        publish(own, folder)
        assert read(folder) == whole, f"killed at {kill_at} of {total}"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize("deed", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_publication_leaves_no_processes(archive: Path, tmp_path: Path, deed: signal.Signals) -> None:
    root = shutil.copytree(archive, tmp_path / "archive")
    spread_at_once = "from broadsheet.app import _site; _site._SOON_DONE = 0; from broadsheet.cli import main; main()"
    asked = ["-C", str(root), "publish", "site", str(tmp_path / "site"), "--workers", "2"]
    publishing = subprocess.Popen([sys.executable, "-c", spread_at_once, *asked], stdout=subprocess.DEVNULL)
    try:  # a tracker of resources, a server that forks, and a worker
        wait_for("no workers", lambda: len(children_of(publishing.pid)) >= 3 or publishing.poll() is not None)
        started = children_of(publishing.pid)
        assert len(started) >= 3
        publishing.send_signal(deed)
        publishing.wait()
        wait_for(f"processes are left: {started}", lambda: not any(is_alive(process) for process in started))
    finally:
        publishing.kill()
        publishing.wait()
