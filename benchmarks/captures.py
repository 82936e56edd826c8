"""How fast captures are kept, read and proven, with every one durable, beside the libraries that others use.

``python -m benchmarks.captures [--captures N] [--bytes B] [--batch K]`` keeps N pages of about B bytes (gzipped on the
wire) in calls of K, reads them back, proves them, finds where the file ends, and prints captures per second. warcio
and FastWARC read the same file where they are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import importlib
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from broadsheet.adapters.files import FileStore
from broadsheet.model import Capture
from broadsheet.services.archive import Archive
from broadsheet.services.archive.captures import Captures
from broadsheet.services.archive.fixity import verify

_SIGNS = "河边小城早晨下了一场雨集市照常开门市长说新桥将在秋天完工老人记得从前的渡船孩子们跑过石板路茶馆里坐满了人"
_WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_captures(count: int, size: int, *, coded: bool) -> list[Capture]:
    """Pages that differ, with the headers a page has."""
    chance = random.Random(1)
    made = []
    for number in range(count):
        paragraphs = (f'<p class="text">{"".join(chance.choices(_SIGNS, k=70))}</p>\n' for _ in range(size // 230))
        body = f"<!DOCTYPE html><html><head><title>{number}</title></head>{''.join(paragraphs)}".encode()
        url = f"https://paper.example/a/{number}.html"
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"), ("Cache-Control", "max-age=60"))
        page = Capture(url, url, 200, headers, body, _WHEN, request_headers=(("User-Agent", "Broadsheet"),))
        if coded:
            wire = gzip.compress(body, 6, mtime=0)
            page = replace(page, headers=(*headers, ("Content-Encoding", "gzip")), wire=wire)
        made.append(page)
    return made


def timed(words: str, count: int, do: Callable[[], object]) -> None:
    """Print how many of ``count`` are done per second."""
    began = time.perf_counter()
    do()
    took_s = time.perf_counter() - began
    print(f"  {words:<42}{count / took_s:>9,.0f}/s  {took_s:8.2f} s")


def measure(folder: Path, made: list[Capture], batch: int) -> bool:
    """Keep, read and prove ``made``; returns whether all came back."""
    count, store = len(made), FileStore(folder)
    captures = Captures(store)

    def keep() -> None:
        for start in range(0, count, batch):
            captures.keep_all(made[start : start + batch])

    timed(f"kept, durable every {batch}", count, keep)
    places = [place for place, _ in captures.iter_places()]
    came: list[Capture] = []
    timed("read back", count, lambda: came.extend(one for place in places for one in captures.iter_captures(place)))
    archive = Archive(store)
    timed("proven", count, lambda: verify(archive))
    again = replace(made[0], body=b"1", wire=None)
    timed("a new process finds the end and keeps one", 1, lambda: Captures(store).keep_all([again]))
    for name in ("warcio.archiveiterator", "fastwarc"):
        with contextlib.suppress(ImportError):
            iterator = importlib.import_module(name).ArchiveIterator
            reading = partial(_read, folder, places, iterator)
            timed(f"records read by {name.partition('.')[0]}", count * 3, reading)
    print(f"  {sum(size for _, size in store.iter_keys('captures')) / 1e6:,.1f} MB in {len(places)} files")
    return came == made


def _read(folder: Path, places: list[str], iterator: Callable[..., object]) -> None:
    for place in places:
        with (folder / place).open("rb") as file:
            for record in iterator(file):  # type: ignore[attr-defined]
                stream = getattr(record, "raw_stream", None) or record.reader
                stream.read()


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; returns 1 if a capture did not come back as it was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=2_000)
    parser.add_argument("--bytes", type=int, default=80_000)
    parser.add_argument("--batch", type=int, default=50)
    options = parser.parse_args(argv)
    is_whole = True
    for coded in (True, False):
        made = make_captures(options.captures, options.bytes, coded=coded)
        print(f"{len(made)} pages of {len(made[0].body):,} bytes, {'gzipped on the wire' if coded else 'plain'}")
        with tempfile.TemporaryDirectory() as folder:
            is_whole &= measure(Path(folder), made, options.batch)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
