"""How long publishing takes: the first commit, one with nothing new, one with a few articles, and taking it all up.

``python -m benchmarks.mirror [--documents N] [--few K]`` makes an archive of N articles with small documents, publishes
it to a bare repository on the same disk, and prints seconds by the clock, seconds of work in all processes, and sizes.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.takeover import import_once, write_mirror
from broadsheet import app
from broadsheet.app import Broadsheet


def _work_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def measured(name: str, do: Callable[[], object]) -> None:
    """Do it and print what it took."""
    began, work = time.perf_counter(), _work_s()
    do()
    print(f"{name:28} {time.perf_counter() - began:8.1f} s  {_work_s() - work:8.1f} s of work", flush=True)


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


@contextlib.contextmanager
def _only_git(here: Broadsheet) -> Iterator[None]:
    """The archive as its only writer has it, without indexes for search and stories, which publishing does not use."""
    yield


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; returns 1 if the clone is not whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=20)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="mirror-") as name:
        folder = Path(name)
        root, remote = folder / "archive", folder / "remote.git"
        for source, count in (("old", options.documents), ("new", options.few)):
            (folder / source).mkdir()
            write_mirror(folder / source, count, 1500)
        app.init(root)
        subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
        import_once(folder / "old", root, 1)

        def publish() -> None:
            with Broadsheet.open(root) as here:
                report = here.publish_git(lambda: _only_git(here), here.write_lists, remotes=[str(remote)])
                assert not report.failed, report

        measured(f"first, {options.documents:,} articles", publish)
        measured("nothing new", publish)
        for path in (folder / "new").iterdir():
            path.write_text(path.read_text("utf-8").replace("/a/", "/b/"), "utf-8")
        import_once(folder / "new", root, 1)
        measured(f"{options.few} articles more", publish)
        measured("taken up elsewhere", lambda: app.clone(str(remote), folder / "clone"))
        print(f"archive {_size(root / 'articles') + _size(root / 'ledger'):,.1f} MB, remote {_size(remote):,.1f} MB")
        with Broadsheet.open(folder / "clone") as there:
            result = there.verify()
    print(f"{result.documents:,} documents in the clone, {'whole' if result.is_whole else 'NOT WHOLE'}")
    return 0 if result.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
