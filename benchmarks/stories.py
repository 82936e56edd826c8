"""How well and how fast articles are grouped into stories, in one pass over the whole stream with one threshold.

``python -m benchmarks stories quality [--labelled FOLDER]``: B-cubed, pairs and adjusted Rand index on headlines of our
own (by event, and by story) and on the labelled sets of FOLDER (``cec-zh.jsonl.xz``, ``ecbplus-en.jsonl.xz``), at the
threshold and a quarter below and above it, beside a plain method (bigrams, running centroid, one threshold) and beside
every article alone. ``python -m benchmarks stories speed [--articles N]``: articles a second and memory with N made-up
articles in the window of 14 days.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import re
import resource
import time
import tomllib
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from broadsheet.stories.grouping import Grouper, Placement, Tuning, terms_of
from broadsheet.text.folding import fold

_ROOT = Path(__file__).resolve().parents[1]
_SETS = ("cec-zh", "ecbplus-en")
_PLAIN = (0.09, 0.12, 0.15)
"""The plain method's threshold that is best on Chinese headlines, and a quarter below and above."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report of a labelled set. ``event`` and ``story`` are the labels."""

    published: datetime
    headline: str
    text: str
    event: str
    story: str


# -- sets ----------------------------------------------------------------------------------------------------


def read_own() -> list[Labelled]:
    """Our own headlines, in the order of publication."""
    lines = tomllib.loads((_ROOT / "tests/stories/headlines.toml").read_text("utf-8"))["headlines"]
    reports = []
    for number, line in enumerate(lines.strip().splitlines()):
        instant, _, event, story, headline = (cell.strip() for cell in line.split("|", 4))
        published = datetime.strptime(f"2031-03-{instant} +0000", "%Y-%m-%d %H:%M %z")
        event = event or f"alone {number}"
        reports.append(Labelled(published, headline, "", event, story or event))
    return sorted(reports, key=lambda report: (report.published, report.headline))


def read_set(path: Path) -> list[Labelled]:
    """One labelled set in its order; reports without an instant all have the same."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Labelled(
            datetime.fromisoformat(row["time"] or "2020-01-01").replace(tzinfo=UTC),
            row["headline"],
            row["body"],
            row["story"],
            row["story"],
        )
        for row in rows
    ]


# -- methods -------------------------------------------------------------------------------------------------


def group(reports: Sequence[Labelled], tuning: Tuning) -> tuple[list[int], list[int]]:
    """Events and stories by our rules, after the whole stream."""
    grouper = Grouper(tuning=tuning)
    placed = [grouper.add(terms_of(one.headline, one.text), one.published) for one in reports]
    return (
        _settle(placed, lambda one: one.event, lambda one: one.merged_events),
        _settle(placed, lambda one: one.story, lambda one: one.merged_stories),
    )


def _settle(
    placed: Iterable[Placement],
    number: Callable[[Placement], int],
    merged: Callable[[Placement], Iterable[tuple[int, int]]],
) -> list[int]:
    numbers, kept = list[int](), dict[int, int]()
    for placement in placed:
        numbers.append(number(placement))
        kept.update(merged(placement))
    return [_follow(one, kept) for one in numbers]


def _follow(number: int, kept: dict[int, int]) -> int:
    while number in kept:
        number = kept[number]
    return number


_RUN = re.compile("[\u3400-\u9fff]+|[a-z0-9]+")


class Plain:
    """Bigrams and words, frequencies of what came before, a running centroid, cosine, one threshold."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.articles, self.frequency = 0, Counter[str]()
        self.centres: list[dict[str, float]] = []
        self.lengths: list[float] = []
        self.last: list[datetime] = []
        self.having: dict[str, set[int]] = defaultdict(set)

    def add(self, one: Labelled) -> int:
        """The group of the next article."""
        vector = self._weigh(one)
        scores = dict[int, float]()
        for term, weight in vector.items():
            for number in self.having[term]:
                scores[number] = scores.get(number, 0.0) + weight * self.centres[number][term]
        best, likeness = len(self.centres), self.threshold
        for number in sorted(scores):
            days = (one.published - self.last[number]).total_seconds() / 86400
            score = scores[number] / self.lengths[number] * math.exp(-days / 7) if days <= 14 else 0.0
            if score >= likeness:
                best, likeness = number, score
        if best == len(self.centres):
            self.centres.append({})
            self.lengths.append(0.0)
            self.last.append(one.published)
        self._join(best, vector, one.published)
        return best

    def _weigh(self, one: Labelled) -> dict[str, float]:
        counts = Counter[str]()
        for text, times in ((one.headline, 3 if one.text else 1), (one.text[:1200], 1)):
            for run in _RUN.findall(fold(text)):
                pairs = [run[at : at + 2] for at in range(len(run) - 1)] if run[0] >= "\u3400" else []
                for term in pairs or [run]:
                    counts[term] += times
        vector = {
            term: (1 + math.log(count)) * math.log((self.articles + 1) / (self.frequency[term] + 0.5))
            for term, count in counts.items()
            if self.articles + 1 > self.frequency[term] + 0.5
        }
        vector = dict(sorted(vector.items(), key=lambda one: (-one[1], one[0]))[:200])
        self.articles += 1
        self.frequency.update(counts.keys())
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {term: weight / length for term, weight in vector.items()}

    def _join(self, number: int, vector: dict[str, float], published: datetime) -> None:
        centre = self.centres[number]
        for term, weight in vector.items():
            centre[term] = centre.get(term, 0.0) + weight
            self.having[term].add(number)
        self.lengths[number] = math.sqrt(sum(weight * weight for weight in centre.values())) or 1.0
        self.last[number] = max(self.last[number], published)


# -- scores --------------------------------------------------------------------------------------------------


def score(gold: Sequence[str], found: Sequence[int]) -> tuple[float, ...]:
    """B-cubed precision, recall, F1 (Bagga, Baldwin 1998); F1 of pairs; adjusted Rand index (Hubert, Arabie 1985)."""
    of_gold, of_found, both = Counter(gold), Counter(found), Counter(zip(gold, found, strict=True))
    precision = sum(n * n / of_found[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / of_gold[g] for (g, _), n in both.items()) / len(gold)
    in_gold, in_found, in_both = (sum(map(_pairs, counts.values())) for counts in (of_gold, of_found, both))
    by_chance = in_gold * in_found / _pairs(len(gold))
    rand = (in_both - by_chance) / ((in_gold + in_found) / 2 - by_chance)
    pairs = 2 * in_both / (in_gold + in_found)
    return precision, recall, 2 * precision * recall / (precision + recall), pairs, rand


def _pairs(count: int) -> float:
    return count * (count - 1) / 2


def measure_quality(labelled: Path | None) -> None:
    """Print the table of quality."""
    table = Table("set", "method", "threshold", "B3 P", "B3 R", "B3 F1", "pair F1", "ARI", title="grouping, one pass")
    sets = [("own headlines", read_own())]
    if labelled:
        sets += [(name, read_set(labelled / f"{name}.jsonl.xz")) for name in _SETS]
    for name, reports in sets:
        events = [report.event for report in reports]
        _row(table, name, "each alone", "", score(events, range(len(events))))
        for threshold in _PLAIN:
            plain = Plain(threshold)
            _row(table, name, "plain", f"{threshold:.3f}", score(events, [plain.add(report) for report in reports]))
        stories = [report.story for report in reports]
        usual = Tuning().event
        for threshold in (0.75 * usual, usual, 1.25 * usual):
            found, wide = group(reports, Tuning(event=threshold))
            _row(table, name, "ours, events", f"{threshold:.3f}", score(events, found))
            if threshold == usual:
                _row(table, name, "ours, stories", f"{threshold:.3f}", score(stories, wide))
    Console(width=120).print(table)


def _row(table: Table, name: str, method: str, threshold: str, scores: Iterable[float]) -> None:
    table.add_row(name, method, threshold, *(f"{one:.3f}" for one in scores))


# -- speed ---------------------------------------------------------------------------------------------------


class Desk:
    """Writes articles in made-up words that are as unequally common as those of a language."""

    def __init__(self) -> None:
        self._chance = Random(3)
        signs = [chr(0x4E00 + number) for number in range(4000)]
        often = list(accumulate(1 / (rank + 5) for rank in range(len(signs))))
        pick = self._chance.choices
        self._words = ["".join(pick(signs, cum_weights=often, k=pick((2, 4, 6))[0])) for _ in range(40_000)]
        self._often = list(accumulate(1 / (rank + 20) for rank in range(len(self._words))))
        self._happenings: list[list[str]] = []

    def write(self) -> tuple[str, str]:
        """Headline and text (some 600 characters) of the next article; four in ten tell of something known."""
        if not self._happenings or self._chance.random() < 0.6:
            self._happenings.append(self._chance.choices(self._words, k=25))
        back = int(self._chance.expovariate(1 / 300)) if self._chance.random() < 0.4 else 0
        told = self._happenings[max(0, len(self._happenings) - 1 - back)]
        words = [self._any() for _ in range(150)] + self._chance.choices(told, k=25)
        return "".join([*self._chance.choices(told, k=6), self._any()]), "，".join(
            "".join(words[at : at + 5]) for at in range(0, len(words), 5)
        )

    def _any(self) -> str:
        return self._words[bisect(self._often, self._chance.random() * self._often[-1], hi=len(self._words) - 1)]


def measure_speed(articles: int) -> None:
    """Print articles a second of processor time, and memory, while the window fills."""
    table = Table("in window", "terms/s", "placed/s", "both/s", "memory MB", title=f"{articles:,} articles in 14 days")
    desk, grouper = Desk(), Grouper()
    begin, step = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=14) / articles
    read_s = placed_s = 0.0
    for number in range(1, articles + 1):
        headline, text = desk.write()
        before = time.process_time()
        terms = terms_of(headline, text)
        between = time.process_time()
        grouper.add(terms, begin + number * step)
        read_s, placed_s = read_s + between - before, placed_s + time.process_time() - between
        if number % max(articles // 5, 1) == 0:
            count, memory = articles // 5, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            rates = (count / read_s, count / placed_s, count / (read_s + placed_s))
            table.add_row(f"{number:,}", *(f"{rate:,.0f}" for rate in rates), f"{memory}")
            read_s = placed_s = 0.0
    Console(width=120).print(table)
    before = time.process_time()
    print(f"state: {len(grouper.state()) / 1e6:.1f} MB in {time.process_time() - before:.1f} s")


def main(argv: Sequence[str]) -> int:
    """Measure quality or speed; the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks stories", description=__doc__)
    parser.add_argument("what", choices=("quality", "speed"))
    parser.add_argument("--labelled", type=Path, help="the folder of the labelled sets")
    parser.add_argument("--articles", type=int, default=10_000)
    options = parser.parse_args(argv)
    if options.what == "quality":
        measure_quality(options.labelled)
    else:
        measure_speed(options.articles)
    return 0
