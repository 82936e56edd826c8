"""Sketches: a kilobyte that stands for a text, by which copies of it are recognised, whole, cut or taken in.

A text is folded (script, width, case, signs), read as units (one character of a dense script, one spaced word) and
cut into shingles of five characters or three words. Their stable 64-bit hashes give

- one-permutation MinHash (Li, Owen and Zhang 2012): the upper 8 bits choose one of 256 slots, which keeps the least
  of the next 24 bits. Empty slots stay empty, and each question is put to the slots that can answer it: where the
  least value is one of a text's own, the slot has drawn one of that text's shingles at random, and the other text
  has it too or not. So the share of a brief that stands in a report ten times as long is as sure as any other.
- anchors: hashes of longer shingles (nine characters, five words), each the least of some window of the text
  (winnowing: Schleimer, Wilkerson and Aiken 2003). What is least in a long text's window is so in the smaller windows
  of a short one too, so of two texts with a run of words in common as long as the longer one's window, at least one
  anchor is the same. Windows are as large as 32 anchors demand, and smaller at the head: what is cut down is cut
  from the end.
"""

from __future__ import annotations

import functools
import hashlib
import struct
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from broadsheet.text.folding import fold
from broadsheet.text.words import is_dense

SKETCH_VERSION = 1
"""Raised with every change of the rules here: sketches of two versions say nothing about each other."""

SHORTEST = 60
"""Of texts with fewer folded characters only the exact same ones are kin."""

LEAST_SHINGLES = 20
"""The same, for texts of long words."""

SLOTS = 256
MOST_ANCHORS = 32
ANCHORS = 30
"""So many on average, a window being twice the text's length by this."""

LEAST_WINDOW = 6
HEAD, HEAD_WINDOW = 450, 180
"""Characters from the beginning, and the window there."""

WORD = 6
"""Characters that a word counts for."""

NEAR_SHARE, NEAR_SHARES = 0.3, 0.7
"""Of each text, and of both together. Independent reports of one event stay below: they share names, phrases and a
quotation or two."""

CONTAINED_SHARE = 0.6
"""Of the text that stands in the other."""

LEAST_DRAWN = 8
"""Slots in which both texts must have drawn the same, whatever their shares."""

CERTAIN_SHARE, LEAST_CERTAIN = 0.75, 5
"""So much less is enough where nearly all of a brief is found in a text many times as long."""

_Hashes = npt.NDArray[np.uint64]
_Flags = npt.NDArray[np.bool_]
_EMPTY = 0xFFFFFF
_HEADER = struct.Struct("<BQIB")
_SLOT_STARTS = np.arange(SLOTS, dtype=np.uint64) << np.uint64(56)
_BLANK, _DENSE, _SPACED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is known of a text of ``shingles`` shingles; ``digest`` is the same for texts that fold alike.

    ``slots`` are 256 little-endian 32-bit numbers, ``anchors`` unsigned 64-bit ones; both are empty for short texts.
    """

    digest: int
    shingles: int
    slots: bytes
    anchors: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """At most 1,038 bytes, the same on every machine."""
        head = _HEADER.pack(SKETCH_VERSION, self.digest, self.shingles, len(self.anchors))
        slots = np.frombuffer(self.slots, np.uint8).reshape(-1, 4)[:, :3].tobytes()
        return head + struct.pack(f"<{len(self.anchors)}Q", *self.anchors) + slots

    @classmethod
    def from_bytes(cls, packed: bytes) -> Sketch:
        """The sketch that ``to_bytes`` packed; ValueError where it is of another version, or is none."""
        if not packed or packed[0] != SKETCH_VERSION:
            raise ValueError(f"no sketch of version {SKETCH_VERSION}: make it again from the text")
        if len(packed) < _HEADER.size:
            raise ValueError(f"a sketch cut short: {len(packed)} bytes")
        _, digest, shingles, count = _HEADER.unpack_from(packed)
        start = _HEADER.size + 8 * count
        if len(packed) - start not in (0, 3 * SLOTS):
            raise ValueError(f"a sketch of the wrong length: {len(packed)} bytes")
        anchors = struct.unpack_from(f"<{count}Q", packed, _HEADER.size)
        packed_slots = np.frombuffer(packed, np.uint8, offset=start).reshape(-1, 3)
        slots = np.zeros((len(packed_slots), 4), np.uint8)
        slots[:, :3] = packed_slots
        return cls(digest, shingles, slots.tobytes(), anchors)


@dataclass(frozen=True, slots=True)
class Kin:
    """Two texts that are copies: about ``share_of_a`` of the first stands in the second, ``share_of_b`` vice versa.

    ``exact``: the same but for script, width, case, signs. ``contained``: one stands in the other, which has much
    more. ``near``: any other.
    """

    kind: Literal["exact", "near", "contained"]
    share_of_a: float
    share_of_b: float


def sketch_of(text: str) -> Sketch:
    """The sketch of ``text``, as printed, one block per line. The same on every machine and in every process."""
    words = " ".join(fold(text).split())
    digest = int.from_bytes(hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest(), "little")
    units, dense = _units_of(words)
    hashes, dense = _shingle(units, dense)
    if len(words) < SHORTEST or len(hashes) < LEAST_SHINGLES:
        return Sketch(digest if words else 0, len(hashes), b"", ())
    return Sketch(digest, len(hashes), _fill_slots(hashes), _choose_anchors(hashes, dense))


def candidate_keys(sketch: Sketch) -> tuple[int, ...]:
    """At most 32 signed 64-bit keys, of which kin share at least one nearly always; none for a text without words."""
    keys = sketch.anchors or ((sketch.digest,) if sketch.digest else ())
    return struct.unpack(f"<{len(keys)}q", struct.pack(f"<{len(keys)}Q", *keys))


def kinship(a: Sketch, b: Sketch) -> Kin | None:
    """How two texts are copies of each other, or None."""
    if a.digest == b.digest:
        return Kin("exact", 1.0, 1.0) if a.digest else None
    if not a.slots or not b.slots:
        return None
    of_a, of_b = np.frombuffer(a.slots, "<u4"), np.frombuffer(b.slots, "<u4")
    same = int(np.count_nonzero((of_a == of_b) & (of_a != _EMPTY)))
    if same < LEAST_CERTAIN:
        return None
    share_of_a = same / (same + int(np.count_nonzero(of_a < of_b)))
    share_of_b = same / (same + int(np.count_nonzero(of_b < of_a)))
    kind = _kind_of(same, *sorted((share_of_a, share_of_b)))
    return Kin(kind, share_of_a, share_of_b) if kind else None


def _kind_of(same: int, smaller: float, larger: float) -> Literal["near", "contained"] | None:
    if same >= LEAST_DRAWN and smaller >= NEAR_SHARE and smaller + larger >= NEAR_SHARES:
        return "near"
    is_certain = larger >= CERTAIN_SHARE or (same >= LEAST_DRAWN and larger >= CONTAINED_SHARE)
    return "contained" if is_certain else None


def _units_of(words: str) -> tuple[_Hashes, _Flags]:
    """A number for each character of a dense script and each spaced word, and which of them are the former."""
    codes = np.frombuffer(words.encode("utf-32-le", "replace"), "<u4")
    kinds = _kinds()[codes]
    starts_here = kinds != _BLANK
    starts_here[1:] &= (kinds[1:] == _DENSE) | (kinds[:-1] != _SPACED)
    starts = np.flatnonzero(starts_here)
    dense = kinds[starts] == _DENSE
    units = codes[starts].astype(np.uint64)
    if not dense.all():
        units[~dense] = _hash_words(codes, np.flatnonzero(kinds == _SPACED), starts[~dense])
    return units, dense


def _hash_words(codes: npt.NDArray[np.uint32], letters: npt.NDArray[np.intp], starts: npt.NDArray[np.intp]) -> _Hashes:
    """A number for each word; ``letters`` are the places of the words' letters, ``starts`` of their first ones."""
    firsts = np.searchsorted(letters, starts)
    within = letters - np.repeat(starts, np.diff(firsts, append=len(letters)))
    return np.add.reduceat(codes[letters] * _powers()[np.minimum(within, _LONGEST - 1)], firsts)


def _shingle(units: _Hashes, dense: _Flags) -> tuple[_Hashes, _Flags]:
    """The hash of five units in a row where the first is a dense character, of three where it is a word; and which."""
    if len(units) < 5:
        return np.zeros(0, np.uint64), dense[:0]
    first, second, third, fourth, fifth = _FACTORS
    hashes = units[:-2] * first + units[1:-1] * second + units[2:] * third
    hashes[:-2] += np.where(dense[:-4], units[3:-1] * fourth + units[4:] * fifth, np.uint64(0))
    is_whole = ~dense[:-2]
    is_whole[:-2] = True
    return _mix(hashes[is_whole]), dense[:-2][is_whole]


def _mix(hashes: _Hashes) -> _Hashes:
    """Every bit spread over all bits, in place (the finisher of SplitMix64, Steele and others 2014)."""
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes


def _fill_slots(hashes: _Hashes) -> bytes:
    ordered = np.sort(hashes)
    starts = np.searchsorted(ordered, _SLOT_STARTS)
    filled = np.diff(starts, append=len(ordered)) > 0
    slots = np.full(SLOTS, _EMPTY, "<u4")
    slots[filled] = np.minimum((ordered[starts[filled]] >> np.uint64(32)) & np.uint64(0xFFFFFF), _EMPTY - 1)
    return slots.tobytes()


def _choose_anchors(hashes: _Hashes, dense: _Flags) -> tuple[int, ...]:
    per_unit = 1 if 2 * np.count_nonzero(dense) > len(dense) else WORD
    longer = _mix(hashes[:-4] * _FACTORS[0] + np.where(dense[:-4], hashes[4:], hashes[2:-2]))
    head = _winnow(longer[: HEAD // per_unit], HEAD_WINDOW // per_unit)
    whole = _winnow(longer, max(LEAST_WINDOW, 2 * len(longer) // ANCHORS))
    return tuple(dict.fromkeys((*head, *whole)))[:MOST_ANCHORS]


def _winnow(hashes: _Hashes, window: int) -> list[int]:
    """The hashes that are the least of a window, in order of size."""
    least, width = hashes, 1
    while width < min(window, len(hashes)):
        step = min(width, min(window, len(hashes)) - width)
        least = np.minimum(least[:-step], least[step:])
        width += step
    changes = np.flatnonzero(least[1:] != least[:-1])
    return [int(one) for one in np.unique(least[np.append(changes, len(least) - 1)])]


_LONGEST = 64
_FACTORS = tuple(
    np.uint64(one)
    for one in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
)


@functools.cache
def _powers() -> _Hashes:
    powers = [1]
    while len(powers) < _LONGEST:
        powers.append(powers[-1] * 0x5851F42D4C957F2D % 2**64)
    return np.array(powers, np.uint64)


@functools.cache
def _kinds() -> npt.NDArray[np.uint8]:
    """For every character: blank, dense or spaced."""
    kinds = np.full(0x110000, _SPACED, np.uint8)
    kinds[ord(" ")] = _BLANK
    kinds[[code for code in range(0x0E00, 0x30000) if is_dense(chr(code))]] = _DENSE
    return kinds
