"""How fast an old mirror is taken over, with every document and ledger line durable, and in how much memory.

``python -m benchmarks.takeover [--documents N] [--processes P] [--bytes B]`` writes a mirror of N documents of about
B bytes, imports it, imports it again, and prints documents per second and the peak of memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from broadsheet.adapters.files import FileStore
from broadsheet.adapters.sqlite.articles import SqliteIndex
from broadsheet.model import Outlet
from broadsheet.services.archive import Archive
from broadsheet.services.importing import Outlets, Takeover, take_over

_SIGNS = "河边小城早晨下了一场雨集市照常开门市长说新桥将在秋天完工老人记得从前的渡船孩子们跑过石板路茶馆里坐满了人"


def write_mirror(folder: Path, documents: int, size: int) -> None:
    """A mirror as the old scripts wrote them: names that count down, one-line bodies, some dates missing."""
    chance = random.Random(1)
    for number in range(documents):
        milliseconds = 1_500_000_000_000 + number * 3_000_000 + chance.randrange(1000)
        date = "NaN" if number % 50 == 7 else str(milliseconds)
        paragraphs = "".join(f"<p>{''.join(chance.choices(_SIGNS, k=60))}。</p>" for _ in range(max(1, size // 190)))
        (folder / f"{1_048_575 - number}.md").write_text(
            f"<!--{date}-->\n[{''.join(chance.choices(_SIGNS, k=14))}{number}]"
            f"(https://paper.example/a/{number}.html)\n------\n\n"
            f'<div><i>Mon, 17 Jul 2023 21:57:30 GMT</i></div><img src="https://p.example/{number}.jpg" width="100%">'
            f"{paragraphs}<p><em>（此文依据了法新社的报道。）</em></p>\n",
            encoding="utf-8",
        )


def import_once(source: Path, archive: Path, processes: int) -> tuple[Takeover, float]:
    """The account of one import and the seconds it took."""
    index = SqliteIndex(archive / ".broadsheet" / "index.sqlite")
    began = time.perf_counter()
    keep = Archive(FileStore(archive))
    scratch, outlet, now = archive / ".broadsheet", Outlet("paper", "The Paper"), datetime.now(UTC)
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            result = take_over(
                [source], Outlets(only=outlet), archive=keep, index=index, now=now, scratch=scratch, spread=pool.map
            )
    else:
        result = take_over([source], Outlets(only=outlet), archive=keep, index=index, now=now, scratch=scratch)
    index.close()
    return result, time.perf_counter() - began


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; returns 1 if an account does not balance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--bytes", type=int, default=6_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        source, archive = Path(folder) / "mirror", Path(folder) / "archive"
        source.mkdir()
        archive.mkdir()
        write_mirror(source, options.documents, options.bytes)
        whole = True
        for title in ("first", "again"):
            result, seconds = import_once(source, archive, options.processes)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{title}: {result.listed / seconds:,.0f} documents/s, {seconds:.1f} s, peak {peak:.0f} MB")
            print(f"  {result.sentence}")
            whole = whole and result.is_balanced and not result.failed
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
