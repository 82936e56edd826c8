"""How many pages the reader serves, beside nothing: `python -m benchmarks serving` (needs wrk).

An archive of made-up news is kept in a temporary folder; the reader runs in a process of its own. Each page kind is
asked for twice: the same address again and again, as readers do (kept ready), and ever other addresses of a reader
that keeps nothing ready, so that every page is made; each with one process that answers and with two. "per core" is
what a processor to itself would serve: requests by the readers' own processor time, which a busy machine changes
little. All connections ask without a pause, so where pages are made the wait is connections by requests/s: p99 has a
target only where they are kept ready.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.model import Article
from broadsheet.services.archive import Draft
from broadsheet.web import READY_BYTES, ReaderServer

ARTICLES = 5_000
CONNECTIONS = 50
START_S = 3
"""What a further process takes to be ready."""
TARGETS = {"front": 500, "article": 500, "search": 150}
P99_MS = 50
OUTLETS = ("beacon", "harbour", "ferrypost", "yunling", "northshore")
WORDS = (
    "渡轮",
    "气候",
    "会谈",
    "危机",
    "市议会",
    "桥梁",
    "秋汛",
    "甲烷",
    "灯塔",
    "列车",
    "医院",
    "学校",
    "渔民",
    "电价",
    "法院",
)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def main(argv: Sequence[str] = ()) -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks serving", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="processes that answer (1 2)")
    parser.add_argument("--seconds", type=int, default=8, help="how long each page kind is asked for (8)")
    parser.add_argument("--archive", type=Path, help="made there if there is none, and left there (a temporary folder)")
    options = parser.parse_args(argv)
    if shutil.which("wrk") is None:
        print("wrk is not here: apt-get install wrk", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        root = options.archive or Path(folder) / "archive"
        if not root.exists():
            make_archive(root)
        return measure(root, options.workers, options.seconds)


def make_archive(root: Path) -> None:
    """An archive with ``ARTICLES`` articles of 1,200 characters."""
    app.init(root, name="Benchmark")
    with Broadsheet.open(root) as here, here.writing():
        here.archive.keep_all(iter_drafts())
        here.rebuild()


def iter_drafts() -> Iterator[Draft]:
    """Drafts of articles, seven an hour: 1,200 characters each, with a few of ``WORDS`` a few times."""
    chance = random.Random(4)
    for number in range(ARTICLES):
        outlet = OUTLETS[number % 5]
        said = chance.sample(WORDS, 6)
        paragraphs = (f"<p>{_sentence(chance, said)}{_sentence(chance, said)}</p>" for _ in range(12))
        url = f"https://{outlet}.example/a/{number:07d}.html"
        published = NOW - timedelta(minutes=number * 8.5)
        article = Article(
            outlet=outlet, url=url, canonical_url=url, headline=f"{said[0]}与{said[3]}：{said[5]}的第{number}天",
            body="\n".join(paragraphs), published=published, published_from="feed", language="zh-Hans",
            byline="岑望", entry_id=f"{number}",
        )  # fmt: skip
        yield Draft(f"{outlet}/{number:07d}", article, published + timedelta(minutes=3))


def _sentence(chance: random.Random, said: Sequence[str]) -> str:
    filler = "".join(chr(0x4E00 + int(chance.betavariate(1, 3) * 3500)) for _ in range(42))
    at = chance.randrange(40)
    word = chance.choice(said) if chance.random() < 0.5 else ""
    return f"{filler[:at]}{word}{filler[at:]}。"


def measure(root: Path, workers: Sequence[int], seconds: int) -> int:
    """Serve the archive and ask with wrk; the table goes to standard output."""
    pairs = [f"/search?q={quote(a)}+{quote(b)}" for a in WORDS for b in WORDS if a != b]
    kinds = {
        "front": ["/"],
        "article": [f"/articles/{OUTLETS[number % 5]}/{number:07d}" for number in range(ARTICLES)],
        "search": [f"{one}&order={order}" for order in ("best", "newest") for one in pairs],
    }
    missed = 0
    print("page      how         workers   requests/s   per core   p50 ms   p99 ms   errors   target/s")
    for manner, ready_bytes in (("kept ready", READY_BYTES), ("each made", 0)):
        for kind, paths in kinds.items():
            for count in workers:
                server = serving(root, ready_bytes, count)
                with server as port:
                    rate, p50, p99, errors = ask(port, paths[:1] if ready_bytes else paths, seconds)
                per_core = rate * seconds / server.busy_s
                too_late = manner == "kept ready" and p99 > P99_MS
                missed += bool(count == max(workers) and (rate < TARGETS[kind] or too_late or errors))
                times = f"{p50:8.1f} {p99:8.1f} {errors:8} {TARGETS[kind]:10,}"
                print(f"{kind:9} {manner:12} {count:6} {rate:12,.0f} {per_core:10,.0f} {times}", flush=True)
    return 1 if missed else 0


class serving:
    """The reader of ``root`` in processes of its own, on a free port."""

    def __init__(self, root: Path, ready_bytes: int, workers: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._stop: Event = spawn.Event()
        self._figures: Queue[float] = spawn.Queue()
        self.busy_s = 0.0
        given = (root, ready_bytes, workers, self._figures, self._stop)
        self._process = spawn.Process(target=_serve, args=given)

    def __enter__(self) -> int:
        self._process.start()
        return int(self._figures.get(timeout=600))

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.busy_s = self._figures.get(timeout=60)
        self._process.join(20)


def _serve(root: Path, ready_bytes: int, workers: int, figures: Queue[float], stop: Event) -> None:
    with Broadsheet.open(root) as here, ReaderServer(here, ready_bytes=ready_bytes, workers=workers) as server:
        others = [child.pid for child in multiprocessing.active_children() if child.pid]
        time.sleep(START_S * len(others))
        began = _busy_s(others)
        figures.put(int(server.url.rpartition(":")[2]))
        stop.wait()
        figures.put(_busy_s(others) - began)


def _busy_s(others: Sequence[int]) -> float:
    """Processor time of this process and of ``others``."""
    busy = time.process_time()
    for pid in others:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        busy += (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    return busy


_LUA = """
local paths = { %s }
local at = %d
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at], { ["Accept-Encoding"] = "gzip", ["Accept-Language"] = "zh-CN" })
end
"""


def ask(port: int, paths: list[str], seconds: int) -> tuple[float, float, float, int]:
    """Requests per second, median and 99th percentile in milliseconds, and how many failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(_LUA % (", ".join(f'"{path}"' for path in paths), 0))
        script.flush()
        urlopen(f"http://127.0.0.1:{port}{paths[0]}").read()
        said = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", script.name, f"http://127.0.0.1:{port}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    counted = r"(?:Non-2xx or 3xx responses:|connect|read|write|timeout) (\d+)"
    errors = sum(int(number) for number in re.findall(counted, said))
    return rate, _latency(said, "50%"), _latency(said, "99%"), errors


def _latency(said: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", said)
    assert found is not None
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
