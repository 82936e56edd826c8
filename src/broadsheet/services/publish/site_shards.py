"""The index of a static site as small files: keys spread over shards by hash, so that a question costs few of them.

One shard, unpacked, is a row of numbers (LEB128, seven bits in each byte, the last byte without its highest bit) and
then bytes::

    n                               how many keys
    n × key                         each less the one before it
    n × count                       how many places each has, doubled; odd where they stand in a file of their own
    for each key that has them here, in order:
        count × article             each less the one before it, the first less 0
        count × passage
    masks                           one byte for each place, in the same order; none in shards of single signs

Streams of one kind stand together because they pack best so. The size of shards follows from how much there is: some
three kilobytes each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.services.publish.site_cards import wrap
from broadsheet.services.publish.site_words import PASSAGE_BITS, Rows, is_sign, spread_of

SHARD_ROWS = 2600
"""Places in a shard on average: some three kilobytes when packed."""
OWN_FILE = 4096
"""A key with so many places has a file of its own."""
_MOST_BITS = 16


def bits_for(rows: int) -> int:
    """How many bits choose the shard where there are ``rows`` places in all."""
    return min(_MOST_BITS, max(0, (max(1, rows) // SHARD_ROWS).bit_length()))


def shard_names(kind: str, bits: int) -> str:
    """How the number of a shard of ``kind`` (u, b) is written, for ``format``."""
    return f"{kind}/{{:0{max(1, -(-bits // 4))}x}}"


def iter_shards(rows: Rows, bits: tuple[int, int], folder: str) -> Iterator[tuple[str, bytes]]:
    """The files of all shards that hold ``rows`` (sorted by key): name and content.

    ``bits`` are those of single signs and of everything else; each shard's rows must all be there.
    """
    signs = is_sign(rows["key"])
    for kind, chosen, width in (("u", rows[signs], bits[0]), ("b", rows[~signs], bits[1])):
        if not len(chosen):
            continue
        spread = spread_of(chosen["key"])
        shards = spread >> np.uint32(32 - width) if width else np.zeros(len(chosen), np.uint32)
        order = np.argsort(shards, kind="stable")
        chosen, shards = chosen[order], shards[order]
        cuts = np.flatnonzero(np.append(True, shards[1:] != shards[:-1])).tolist()
        pattern = shard_names(kind, width)
        for start, end in zip(cuts, [*cuts[1:], len(chosen)], strict=True):
            name = f"{folder}/{pattern.format(int(shards[start]))}"
            yield from _files(chosen[start:end], name, with_masks=kind == "b")


def _files(rows: Rows, name: str, *, with_masks: bool) -> Iterator[tuple[str, bytes]]:
    keys, starts, counts = np.unique(rows["key"], return_index=True, return_counts=True)
    own = counts >= OWN_FILE
    for at in np.flatnonzero(own).tolist():
        listed = rows[starts[at] : starts[at] + counts[at]]
        yield f"{name}-{at:x}.js", wrap(_lists(listed, [len(listed)], with_masks), level=6)
    here = np.repeat(~own, counts)
    told = (counts << 1 | own).astype(np.uint64)
    head = [np.array([len(keys)], np.uint64), np.diff(keys, prepend=np.uint64(0)), told]
    lists = _lists(rows[here], counts[~own].tolist(), with_masks)
    yield f"{name}.js", wrap(b"".join(leb128(numbers) for numbers in head) + lists, level=6)


def _lists(rows: Rows, counts: Sequence[int], with_masks: bool) -> bytes:
    articles = (rows["place"] >> PASSAGE_BITS).astype(np.int64)
    steps = np.diff(articles, prepend=0)
    firsts = np.append(0, np.cumsum(counts)[:-1]).astype(np.int64) if len(counts) else np.empty(0, np.int64)
    steps[firsts] = articles[firsts]
    passages = rows["place"] & ((1 << PASSAGE_BITS) - 1)
    masks = rows["mask"].tobytes() if with_masks else b""
    return leb128(steps.astype(np.uint64)) + leb128(passages.astype(np.uint64)) + masks


def leb128(numbers: NDArray[np.uint64]) -> bytes:
    """Numbers in as few bytes as each needs."""
    if not len(numbers):
        return b""
    most = int(numbers.max())
    if most < 128:
        small: bytes = numbers.astype(np.uint8).tobytes()
        return small
    width = -(-most.bit_length() // 7)
    parts = np.stack([(numbers >> np.uint64(7 * at)) & np.uint64(0x7F) for at in range(width)], axis=1).astype(np.uint8)
    more = np.stack([numbers >= np.uint64(1 << 7 * (at + 1)) for at in range(width)], axis=1)
    kept = np.concatenate([np.ones((len(numbers), 1), np.bool_), more[:, :-1]], axis=1)
    parts |= more.astype(np.uint8) << 7
    packed: bytes = parts[kept].tobytes()
    return packed
