"""Workers never outlive whoever started them, however that one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.adapters.pool import open_pool
from tests.test_import import document

_WAIT_S = 60.0


def _children(process: int) -> list[int]:
    """The processes that ``process`` started, and those that they did."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(after[1]) == process:
            found += [int(stat.parent.name), *_children(int(stat.parent.name))]
    return found


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return False
    return state != "Z"


def _await(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize("deed", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_import_leaves_no_workers_and_goes_on_afterwards(tmp_path: Path, deed: signal.Signals) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for number in range(1500):
        text = f"小城早晨下了雨，{number}。" * 40
        (old / f"{number}.txt").write_text(document(f"https://a.example/{number}", text=text), "utf-8")
    command = [sys.executable, "-c", "from broadsheet.cli import main; main()", "import", str(old), "--into"]
    archive = tmp_path / "archive"
    importing = subprocess.Popen(
        [*command, str(archive)], start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        _await("no worker came up", lambda: len(_children(importing.pid)) >= 2 or importing.poll() is not None)
        workers = _children(importing.pid)
        assert importing.poll() is None
        if deed is signal.SIGINT:
            os.killpg(importing.pid, deed)  # as a terminal does for Ctrl-C
        else:
            importing.send_signal(deed)
        _, errors = importing.communicate(timeout=_WAIT_S)
        _await(f"workers are left: {workers}", lambda: not any(_is_alive(worker) for worker in workers))
        assert importing.returncode != 0
        if deed is signal.SIGINT:  # else a worker that is just starting loses its pipe, and may say so
            assert b"Traceback" not in errors
    finally:
        importing.kill()
    again = subprocess.run([*command, str(archive)], capture_output=True, text=True, check=True)
    assert "listed 1500 = " in again.stdout
    assert not list((archive / ".broadsheet").glob("import-*"))


def test_an_error_in_the_block_ends_the_workers_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(KeyError):
        _fail_amid_work()
    assert time.monotonic() - began < 300  # not the ten minutes that the work would have taken


def _fail_amid_work() -> None:
    with open_pool() as pool:
        assert list(pool.map(abs, [-1, 2])) == [1, 2]
        pool.submit(time.sleep, 600)
        raise KeyError
