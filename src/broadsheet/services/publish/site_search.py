"""The search of a static site: which segments its index has, and how each is made.

A segment holds the articles of some consecutive months of publication, oldest first. The month of the newest capture
and the one before it are a segment each, since they still change; what is older is put together, so that a rare word
costs few files. All of this follows from the archive alone: a site kept in step is the same as one made anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broadsheet.ports import SiteFolder
from broadsheet.services.publish.site_cards import Card, unwrap, wrap
from broadsheet.services.publish.site_places import article_base
from broadsheet.services.publish.site_shards import bits_for, iter_shards
from broadsheet.services.publish.site_words import MOST_PASSAGES, ROW, is_sign, merge, rows_of, spread_of
from broadsheet.statements.agency_names import names_of
from broadsheet.text.folding import find_variants

VERSION = 1
"""Raised when what the files say changes; ``search.js`` reads this one."""
IDS = 32
"""Articles whose ids stand in one file."""
FOLDS = 64
"""Files over which the variants of signs are spread."""
ARTICLES_AT_A_TIME = 128
_LEAST = 4096
_AT_MOST = 4
_DAY_S = 86_400
File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Segment:
    """Months that are searched together: its name, the first and the last month, how many articles."""

    name: str
    last: str
    articles: int

    @property
    def parts(self) -> int:
        """How many bits choose the part of its rows that is in memory at a time: some 256 articles each."""
        return (self.articles // 256).bit_length()


def segments_of(months: Sequence[tuple[str, int]], now: str) -> list[Segment]:
    """The segments of months with their numbers of articles, oldest first; ``now`` is the month of the newest capture.

    At most some four of what is over, none smaller than 4,096 articles but the last.
    """
    year, number = int(now[:4]), int(now[5:7])
    before = f"{year - (number == 1):04}-{number - 1 or 12:02}"
    closed = [(month, count) for month, count in months if month < before]
    total = sum(count for _, count in closed)
    target = max(_LEAST, 1 << (max(1, total // _AT_MOST) - 1).bit_length())
    found: list[Segment] = []
    for month, count in closed:
        if found and found[-1].articles + count <= target:
            found[-1] = Segment(found[-1].name, month, found[-1].articles + count)
        else:
            found.append(Segment(month, month, count))
    return found + [Segment(month, month, count) for month, count in months if month >= before]


@dataclass(frozen=True, slots=True)
class RowsWork:
    """Articles of a segment, the first with its number in it, whose rows are to be put into ``scratch``."""

    segment: Segment
    first: int
    articles: tuple[str, ...]
    scratch: Path


@dataclass(frozen=True, slots=True)
class RowsMade:
    """How many rows of single signs and of everything else there are, which signs and which agencies occur."""

    signs: int
    others: int
    occurring: str
    agencies: tuple[str, ...]


def make_rows(work: RowsWork, folder: SiteFolder) -> tuple[RowsMade, list[File]]:
    """Spread the rows of some articles over the parts of their segment; the files that name the articles."""
    read = [_read_cards(folder, article) for article in work.articles]
    rows = rows_of((work.first + at, cards) for at, cards in enumerate(read) if cards)
    signs = is_sign(rows["key"])
    part = _part_of(rows["key"], work.segment.parts)
    order = np.argsort(part, kind="stable")
    rows, part = rows[order], part[order]
    cuts = np.flatnonzero(np.append(True, part[1:] != part[:-1])).tolist() if len(rows) else []
    for start, end in zip(cuts, [*cuts[1:], len(rows)], strict=True):
        np.save(work.scratch / f"{int(part[start]):04x}-{work.first:08d}.npy", rows[start:end])
    occurring = "".join(chr(code) for code in np.unique(rows["key"][signs[order]] >> np.uint64(21)).tolist())
    files = [
        (f"search/{work.segment.name}/ids/{(work.first + at) // IDS:x}.js", wrap(_json(work.articles[at : at + IDS])))
        for at in range(0, len(work.articles), IDS)
    ]
    agencies = tuple(sorted({cards[0].agency for cards in read if cards and cards[0].agency}))
    return RowsMade(int(signs.sum()), int((~signs).sum()), occurring, agencies), files


def _read_cards(folder: SiteFolder, article: str) -> list[Card]:
    base = article_base(article)
    cards: list[Card] = []
    while len(cards) < MOST_PASSAGES and (content := folder.read(f"{base}.{len(cards) + 1}.js")) is not None:
        cards.append(Card.from_json(unwrap(content)))
    return cards


def _part_of(keys: NDArray[np.uint64], bits: int) -> NDArray[np.uint32]:
    return spread_of(keys) >> np.uint32(32 - bits) if bits else np.zeros(len(keys), np.uint32)


@dataclass(frozen=True, slots=True)
class ShardsWork:
    """One part of a segment's rows, and how many bits choose the shards."""

    segment: Segment
    part: int
    bits: tuple[int, int]
    scratch: Path


def make_shards(work: ShardsWork) -> Iterator[File]:
    """The shards of one part."""
    runs = [np.load(path) for path in sorted(work.scratch.glob(f"{work.part:04x}-*.npy"))]
    rows = merge(runs) if runs else np.empty(0, ROW)
    yield from iter_shards(rows, work.bits, f"search/{work.segment.name}")


def shard_bits(segment: Segment, made: Iterable[RowsMade]) -> tuple[int, int]:
    """How many bits choose the shards of a segment."""
    all_made = list(made)
    signs, others = sum(one.signs for one in all_made), sum(one.others for one in all_made)
    return max(segment.parts, bits_for(signs)), max(segment.parts, bits_for(others))


def days_file(segment: Segment, published: Iterable[int]) -> File:
    """The day of publication of every article of a segment, in days since 1970, each less the one before it."""
    days = np.array([second // _DAY_S for second in published], np.int64)
    return f"search/{segment.name}/days.js", wrap(_json(np.diff(days, prepend=0).tolist()))


def index_file(
    segments: Sequence[tuple[Segment, tuple[int, int], str]],
    outlets: Sequence[tuple[str, str]],
    agencies: Iterable[str],
    folds: str,
) -> File:
    """What a search begins with: segments with sizes and stamps, names of outlets and agencies, the stamp of folds."""
    told = {
        "v": VERSION,
        "s": [[one.name, one.articles, *bits, stamp] for one, bits, stamp in segments],
        "o": [list(pair) for pair in outlets],
        "a": [[name, *names_of(name)] for name in agencies],
        "f": folds,
    }
    return "search/index.js", wrap(_json(told))


def fold_files(occurring: Iterable[str]) -> Iterator[File]:
    """Which signs are read as one, as far as they occur: groups, each with the one all are read as in front.

    A sign's group stands in the file that its code point, divided by 64, leaves.
    """
    groups: list[set[str]] = [set() for _ in range(FOLDS)]
    for sign in occurring:
        variants = find_variants(sign) if "\u3400" <= sign <= "\u9fff" else None
        if variants is None or len(set(variants)) < 2:
            continue
        group = sign + "".join(sorted(set(variants) - {sign}))
        for one in group:
            groups[ord(one) % FOLDS].add(group)
    for number, found in enumerate(groups):
        yield f"search/fold/{number:02x}.js", wrap(_json(sorted(found)))


def count_months(seconds: Iterable[int], name: Callable[[int], str]) -> list[tuple[str, int]]:
    """How many of ``seconds`` (rising) fall into each month."""
    return [(month, sum(1 for _ in group)) for month, group in groupby(seconds, key=name)]


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
