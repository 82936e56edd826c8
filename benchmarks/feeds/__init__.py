"""Reading feeds, measured beside other libraries in the same run: right, fast, whatever the charset, whatever comes.

``conform``    feedparser's own cases and feed-rs's fixtures, for the fields an archive keeps
``speed``      entries a second on made Chinese feeds
``encodings``  charset accidents: is every character right?
``hostile``    bombs and broken markup, each in a process of its own, with its time and memory
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from . import accidents, conform, hostile, speed


def main(argv: Sequence[str] | None = None) -> int:
    """Run one measurement; 0 where our own targets hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks feeds", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("measure", choices=("conform", "speed", "encodings", "hostile"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with feeds/*-cases.tar.xz")
    parser.add_argument("--suite", type=Path, help="an unpacked folder of feedparser's cases, instead of the archive's")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the speed measurement")
    parser.add_argument("--failures", action="store_true", help="conform: list the cases we fail")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    options = parser.parse_args(argv)
    if options.measure == "conform":
        return conform.run(options.shared, options.suite, show=options.failures, ours_only=options.ours)
    if options.measure == "speed":
        return speed.run(options.rounds, ours_only=options.ours)
    if options.measure == "encodings":
        return accidents.run(ours_only=options.ours)
    return hostile.run(ours_only=options.ours)
