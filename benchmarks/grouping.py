"""How fast stories and families are kept in step with an archive, in rounds and anew, and in how much memory.

``python -m benchmarks grouping [--articles N] [--round N] [--rounds N]`` keeps N articles of four outlets over thirty
days (three in ten are copies with changes; half of the others tell of a happening that others tell, too), groups them,
then round after round of articles of the last hours, then all of them anew. Rates are per second of processor time.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from broadsheet.adapters.sqlite.articles import SqliteIndex
from broadsheet.adapters.sqlite.groups import SqliteGroups
from broadsheet.model import Article, HoldingQuery, StoryQuery
from broadsheet.policy.identity import article_id
from broadsheet.ports import GroupIndex
from broadsheet.services.archive import Archive, Draft
from broadsheet.services.indexes import articles as indexing
from broadsheet.services.indexes import stories as grouping
from broadsheet.testing.store import MemoryStore

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = 30
_SIGNS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 3000))


class Desk:
    """Writes articles about happenings; some are copies of the last ones, with a sentence more or less."""

    def __init__(self, articles: int) -> None:
        self.chance = random.Random(1)
        self.number = 0
        self.step_s = _DAYS * 86_400 / articles
        self.happenings = [self._words(40) for _ in range(max(1, articles // 5))]
        self.last: list[tuple[str, list[str]]] = []

    def _words(self, count: int) -> list[str]:
        return ["".join(self.chance.choices(_SIGNS, k=2)) for _ in range(count)]

    def write(self) -> Draft:
        """The next article."""
        self.number += 1
        if self.last and self.chance.random() < 0.3:
            headline, sentences = self.chance.choice(self.last)
            sentences = [*sentences[: self.chance.randint(3, len(sentences))], self._sentence(self._words(10))]
        else:
            recent = int((self.number / self.step_s) % len(self.happenings))
            near = (recent + self.chance.randint(0, 50)) % len(self.happenings)
            told = self.happenings[near] if self.chance.random() < 0.5 else self._words(40)
            headline, sentences = self._sentence(told, 5), [self._sentence(told) for _ in range(12)]
        self.last = [*self.last[-30:], (headline, sentences)]
        outlet = self.chance.choice(["harbour", "beacon", "northshore", "yunling"])
        url = f"https://{outlet}.example/a/{self.number}.html"
        published = _BEGIN + timedelta(seconds=int(self.number * self.step_s - self.chance.random() * 7200))
        article = Article(outlet, url, url, headline, "\n".join(f"<p>{one}</p>" for one in sentences),
                          published=published, published_from="feed", extractor="benchmark")  # fmt: skip
        return Draft(article_id(outlet, url), article, published)

    def _sentence(self, told: list[str], count: int = 18) -> str:
        return (
            "".join(self.chance.choice(told if self.chance.random() < 0.6 else self._words(1)) for _ in range(count))
            + "。"
        )


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that ``work`` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def keep(archive: Archive, index: SqliteIndex, desk: Desk, count: int) -> None:
    """Keep the next ``count`` articles."""
    for _ in range(0, count, 500):
        archive.keep_all([desk.write() for _ in range(min(500, count))])
    indexing.sync(archive, index)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; returns 1 if rounds and a rebuild do not give the same stories."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--round", type=int, default=100, help="articles of one round")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        return _measure(Path(folder), options.articles, options.round, options.rounds)


def _measure(folder: Path, articles: int, of_round: int, rounds: int) -> int:
    archive, index, desk = Archive(MemoryStore()), SqliteIndex(folder / "index.sqlite"), Desk(articles)
    keep(archive, index, desk, articles)
    archive_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    groups = SqliteGroups(folder / "groups.sqlite", grouping.STAMP)
    sample = list(index.iter_holdings(HoldingQuery(limit=2000)))
    outlines_s = timed(lambda: [grouping.outline_of(archive, held) for held in sample]) / len(sample)
    apply, settle, spent = groups.apply, grouping.settle, {"copies": 0.0, "placing": 0.0}

    def timed_apply(*given: Any) -> None:
        spent["copies"] += timed(lambda: apply(*given))

    def timed_settle(groups: GroupIndex, *, progress: Callable[[str], None] = lambda _: None) -> None:
        spent["placing"] += timed(lambda: settle(groups, progress=progress))

    with patch.object(groups, "apply", timed_apply), patch.object(grouping, "settle", timed_settle):
        whole_s = timed(lambda: grouping.sync(archive, index, groups))
    synced_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = (folder / "groups.sqlite").stat().st_size + (folder / "groups.sqlite-wal").stat().st_size
    print(f"{articles:,} articles")
    print(f"  text, terms, sketch, keys          {1 / outlines_s:8,.0f} articles/s")
    print(f"  lookup and writing of copies       {articles / spent['copies']:8,.0f} articles/s")
    print(f"  placing (replay)                   {articles / spent['placing']:8,.0f} articles/s")
    print(f"  all of it                          {articles / whole_s:8,.0f} articles/s, {whole_s:.1f} s")
    times = []
    for _ in range(rounds):
        keep(archive, index, desk, of_round)
        times.append(timed(lambda: grouping.sync(archive, index, groups)))
    times.sort()
    print(f"  a round of {of_round:,} articles: median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s")
    stories = list(groups.iter_stories(StoryQuery()))
    told = sum(len(story.articles) > 1 for story in stories)
    everyone = [article for story in stories for article in story.articles]
    families = [len(family.articles) for family in grouping.Stories(groups).iter_families(everyone)]
    print(f"  {told:,} stories of several reports, {len(families):,} families, largest {max(families, default=0):,}")
    memory = f"memory {synced_mb:.0f} MB, of which the archive {archive_mb:.0f} MB"
    print(f"  file {size / articles / 1000:.1f} kB an article; {memory}")
    again_s = timed(lambda: grouping.rebuild(archive, index, groups))
    is_same = list(groups.iter_stories(StoryQuery())) == stories
    print(f"  anew: {again_s:.1f} s; {'the same stories' if is_same else 'OTHER STORIES'}")
    groups.close()
    index.close()
    return 0 if is_same else 1


if __name__ == "__main__":
    raise SystemExit(main())
