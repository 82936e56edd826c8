"""The text of an article as the search of a static site reads it: in pieces of a kilobyte or two, each a file.

A card holds what a list shows of the article and one passage of its text, so that a hit costs one small file however
long the article is. A passage ends at a line end where it can; one that is cut within a line begins with the end of the
one before it, so that no phrase is cut in two.

Files that a page of a static site reads by script are all of one form: ``b("…")`` with deflated bytes inside. Over HTTP
they are fetched; from a stick, where browsers refuse that, the same file is loaded as a script. Its characters are
bytes, which ``charset=x-user-defined`` keeps apart; only what ends a string is escaped.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from broadsheet.text.tags import canonical_tag
from broadsheet.text.words import is_dense

PASSAGE = 1200
"""Characters of one passage: some 1.5 kB of Chinese when packed."""
OVERLAP = 120
"""Characters that a passage repeats where a line is cut; a longer phrase is not looked for as a whole."""
_LONGEST_WORD = 600

_ESCAPES = {b"\\": b"\\\\", b'"': b'\\"', b"\n": b"\\n", b"\r": b"\\r"}
_ESCAPED = re.compile(rb'[\\"\n\r]')
_BACK = {b"n": b"\n", b"r": b"\r"}
_UNESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def wrap(content: bytes, level: int = 9) -> bytes:
    """``content`` packed as a file that may be fetched or loaded as a script; a lower ``level`` packs sooner."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return b'b("' + _ESCAPED.sub(lambda found: _ESCAPES[found[0]], packed) + b'")\n'


def unwrap(content: bytes) -> bytes:
    """What ``wrap`` packed."""
    return zlib.decompress(_UNESCAPED.sub(lambda found: _BACK.get(found[1], found[1]), content[3:-3]), -15)


@dataclass(frozen=True, slots=True)
class Card:
    """What a hit shows of an article: every field but the passage is the same on all of its cards."""

    article: str
    headline: str
    outlet: str
    published_s: int
    is_dated: bool
    language: str
    agency: str
    byline: str
    traits: tuple[str, ...]
    passage: str = ""

    def to_json(self) -> bytes:
        """The card as short JSON."""
        told: dict[str, Any] = {
            "i": self.article, "h": self.headline, "o": self.outlet, "d": self.published_s, "u": int(not self.is_dated),
            "l": self.language, "a": self.agency, "b": self.byline, "x": list(self.traits), "t": self.passage,
        }  # fmt: skip
        return json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Card:
        """The card that ``to_json`` wrote."""
        told = json.loads(content)
        return cls(
            told["i"], told.get("h", ""), told["o"], told.get("d", 0), not told.get("u"), told.get("l", ""),
            told.get("a", ""), told.get("b", ""), tuple(told.get("x", ())), told.get("t", ""),
        )  # fmt: skip

    def terms(self) -> Iterator[str]:
        """What may be asked of the article beside its words, as the search spells it."""
        yield f"outlet:{self.outlet}"
        if self.agency:
            yield f"agency:{self.agency.casefold()}"
        parts = canonical_tag(self.language).casefold().split("-") if self.language else []
        yield from (f"language:{'-'.join(parts[:count])}" for count in range(1, len(parts) + 1))
        yield from self.traits


def iter_passages(text: str) -> Iterator[str]:
    """``text`` (one block per line) in passages; one empty passage of an empty text."""
    waiting: list[str] = []
    size = 0
    for piece in _iter_pieces(text):
        if waiting and size + len(piece) > PASSAGE:
            yield "\n".join(waiting)
            waiting, size = [], 0
        waiting.append(piece)
        size += len(piece) + 1
    yield "\n".join(waiting)


def _iter_pieces(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        start = 0
        while len(line) - start > PASSAGE:
            end = _between_words(line, start + PASSAGE)
            yield line[start:end]
            start = max(start + 1, _between_words(line, end - OVERLAP))
        yield line[start:]


def _between_words(line: str, at: int) -> int:
    """``at`` or the nearest place before it that parts no spaced word, so that no piece of one is taken for a word."""
    for place in range(at, max(at - _LONGEST_WORD, 0), -1):
        if not (_is_in_word(line[place - 1]) and _is_in_word(line[place])):
            return place
    return at


def _is_in_word(sign: str) -> bool:
    return not is_dense(sign) and (sign.isalnum() or unicodedata.category(sign)[0] in "MC")
