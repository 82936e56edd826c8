"""``python -m benchmarks NAME …``: runs the ``main`` of the benchmark NAME. Knows none of what they measure."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Sequence

import benchmarks

SHORT: dict[str, tuple[tuple[str, ...], ...]] = {
    "comparing": ((),),
    "credits": ((),),
    "copies": (("--documents", "60"),),
    "captures": (("--captures", "300"),),
    "edits": (("--every", "4"),),
    "facts": ((),),
    "feeds": (("conform",), ("encodings",), ("hostile",), ("speed", "--rounds", "3")),
    "grouping": (("--articles", "1000", "--rounds", "2"),),
    "html": (("--seconds", "0.5"),),
    "mirror": (("--documents", "2000"),),
    "polling": (("rounds", "--feeds", "300"),),
    "quotations": ((),),
    "publishing": (("--articles", "300"),),
    "static_search": (("--articles", "300", "--questions", "3"),),
    "search": (("--documents", "300", "--rounds", "1"),),
    "stories": (("quality",), ("speed", "--articles", "2000")),
    "takeover": (("--documents", "2000"),),
}
"""What ``all`` runs: each benchmark with arguments that keep it short."""


def find_names() -> list[str]:
    """Every benchmark there is, by name."""
    return sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__) if not one.name.startswith("_"))


def purpose(name: str) -> str:
    """The first sentence of a benchmark's docstring."""
    words = " ".join((inspect.getdoc(importlib.import_module(f"benchmarks.{name}")) or "").split("\n\n")[0].split())
    return words.partition(". ")[0].rstrip(".")


def run(name: str, argv: Sequence[str]) -> int:
    """Run one benchmark; its exit code."""
    return int(importlib.import_module(f"benchmarks.{name}").main(list(argv)) or 0)


def run_all() -> int:
    """Run every benchmark in its short form; the worst exit code."""
    worst = 0
    for name in find_names():
        for argv in SHORT.get(name, ()):
            print(f"\n== benchmarks {name} {' '.join(argv)}", flush=True)
            worst = max(worst, run(name, argv))
    left = [name for name in find_names() if name not in SHORT]
    if left:
        print(f"\nnot part of all: {', '.join(left)}")
    return worst


def main(argv: Sequence[str]) -> int:
    """List the benchmarks, or run one, or all in a short form; the exit code."""
    names = find_names()
    if not argv or argv[0] in ("-h", "--help"):
        print("python -m benchmarks NAME [options]   (NAME --help says which)\n")
        for name in names:
            print(f"  {name:10} {purpose(name)}")
        print(f"  {'all':10} all of these in a short form")
        return 0
    name, *rest = argv
    if name == "all":
        return run_all()
    if name not in names:
        print(f"no benchmark {name!r}; there are: {', '.join(names)}, all", file=sys.stderr)
        return 2
    return run(name, rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
