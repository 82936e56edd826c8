"""Entries a second of processor time, by the fastest tenth of each library's calls, in an order shuffled each round.

So a busy machine counts against none of the libraries: by the clock on the wall it interrupts a slow call more often
than a fast one, and neighbours in its caches slow down both, which means and medians would show and this does not.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict

from rich.console import Console
from rich.table import Table

from . import made
from .adapters import Peer, find_peers

_TARGETS = {"feedparser": (40.0, 40.0), "fastfeedparser": (0.4, 0.33)}
"""What we want to be, and the floor below which something has gone wrong, as ratios to a peer's speed.

fastfeedparser reads in C. A tree of lxml's, parsed and touched, comes to about 0.35 of its speed; taking long texts out
before the tree is built has brought us to 0.37 with all our repairs and checks.
"""

_MAIN = "RSS 50 × 6 kB"


def _make_feeds() -> dict[str, bytes]:
    full = made.rss(50, 6000)
    return {
        "RSS 20 × 3 kB": made.rss(20, 3000),
        _MAIN: full,
        "RSS 100 × 10 kB": made.rss(100, 10_000),
        "RSS 50 × 6 kB, escaped": made.rss(50, 6000, escaped=True),
        "RSS 60 headlines": made.rss(60, 200),
        "Atom 50 × 6 kB, HTML": made.atom(50, 6000),
        "Atom 50 × 6 kB, XHTML": made.atom(50, 6000, xhtml=True),
        "JSON Feed 50 × 6 kB": made.json_feed(50, 6000),
        "RSS 50 × 6 kB, GB18030": full.decode().replace("UTF-8", "gb2312", 1).encode("gb18030"),
    }


def _time(peer: Peer, content: bytes) -> tuple[float, int]:
    start = time.process_time()
    count = peer.touch(peer.read(content, None, None))
    return time.process_time() - start, count


def run(rounds: int, *, ours_only: bool = False) -> int:
    """Print the table; 0 where the main feed's ratios keep their floors."""
    console = Console()
    peers, absent = find_peers(ours_only=ours_only)
    feeds = _make_feeds()
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    counts: dict[tuple[str, str], int] = {}
    order = [(peer, name) for peer in peers for name in feeds]
    for number in range(rounds):
        random.Random(number).shuffle(order)
        for peer, name in order:
            until = time.perf_counter() + 0.15
            while time.perf_counter() < until or not times[peer.name, name]:
                try:
                    spent, count = _time(peer, feeds[name])
                except Exception as error:
                    console.print(f"[yellow]{peer.name} cannot read {name}: {type(error).__name__}")
                    break
                times[peer.name, name].append(spent)
                counts[peer.name, name] = count
    speeds = {
        key: counts[key] / sorted(spent)[len(spent) // 10] for key, spent in times.items() if spent and counts[key]
    }
    _print(console, peers, feeds, speeds)
    for name in absent:
        console.print(f"{name} is not installed and was left out")
    return _judge(console, speeds)


def _print(console: Console, peers: list[Peer], feeds: dict[str, bytes], speeds: dict[tuple[str, str], float]) -> None:
    table = Table("feed", *(peer.name for peer in peers), title="entries (MB) a second of processor time")
    for name, content in feeds.items():
        cells = []
        for peer in peers:
            speed = speeds.get((peer.name, name))
            entries = 20 if "20 ×" in name else 100 if "100 ×" in name else 60 if "headlines" in name else 50
            cells.append(f"{speed:,.0f} ({speed / entries * len(content) / 1e6:.0f})" if speed else "cannot")
        table.add_row(name, *cells)
    console.print(table)


def _judge(console: Console, speeds: dict[tuple[str, str], float]) -> int:
    reached = True
    for peer, (target, floor) in _TARGETS.items():
        if (peer, _MAIN) in speeds:
            ratio = speeds["broadsheet", _MAIN] / speeds[peer, _MAIN]
            reached = reached and ratio >= floor
            verdict = "met" if ratio >= target else "missed"
            console.print(f"{_MAIN}: {ratio:.2f} × {peer} (target {target:g}: {verdict}; floor {floor:g})")
    return 0 if reached else 1
