"""White space and invisible characters: how loose text is folded onto one line.

A line break between two Chinese (or Japanese) characters is the writer's editor, not a space: nothing takes its
place. Every other run of white space, NBSP and U+3000 included, becomes one space.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

INVISIBLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
"""Characters that show nothing and mean nothing here: controls, soft hyphen, zero-width space and joiner, BOM.

U+200C, U+200D and the direction marks are not among them: Persian, Indic scripts, emoji and right-to-left text
need them."""

INVISIBLE_REFERENCE: Final = re.compile(r"&(?:#|shy|ZeroWidth|NegativeV|NegativeT|NegativeM|NoBreak)")

_MARKS = frozenset("“”‘’…—·,.;:!?)(")


def is_wide(char: str) -> bool:
    """Whether ``char`` is of the scripts that are written without spaces (Han, kana, their punctuation; not Hangul)."""
    return (
        ("\u2e80" <= char < "\ua4d0" and not "\u3130" <= char <= "\u318f")
        or "\uf900" <= char <= "\ufaff"
        or "\ufe30" <= char <= "\ufe4f"
        or "\uff00" <= char <= "\uff9f"
        or char >= "\U00020000"
    )


def joins(left: str, right: str) -> bool:
    """Whether a line break between these two characters stands for nothing rather than for a space."""
    if is_wide(left):
        return is_wide(right) or right in _MARKS
    return left in _MARKS and is_wide(right)


def fold(text: str) -> str:
    """``text`` on one line, without white space at its ends."""
    words = text.split()
    if len(words) < 2 or ("\n" not in text and "\r" not in text):
        return " ".join(words)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    out = lines[:1]
    for before, line in pairwise(lines):
        if not joins(before[-1], line[0]):
            out.append(" ")
        out.append(line)
    return "".join(out)


_CONTROLS = bytes([*range(9), *range(14, 32), 127])


def without_invisible(text: str) -> str:
    """``text`` without ``INVISIBLE`` characters; quick where there are none."""
    raw = text.encode()
    if len(raw.translate(None, _CONTROLS)) == len(raw) and not (
        "\u200b" in text
        or "\ufeff" in text
        or "\xad" in text
        or "\u2060" in text
        or "\ufffe" in text
        or "\uffff" in text
    ):
        return text
    return INVISIBLE.sub("", text)


def cut_between(text: str, opening: str, closing: str) -> str:
    """``text`` without every stretch from ``opening`` to the next ``closing``; what is never closed stays."""
    kept: list[str] = []
    place = 0
    while (start := text.find(opening, place)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept.append(text[place:start])
        place = end + len(closing)
    return "".join((*kept, text[place:])) if kept else text


def whole(text: str) -> str:
    """``text`` with halves of surrogate pairs put together, or U+FFFD in the place of a lone half."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def escape(text: str) -> str:
    """``text`` with ``& < >`` escaped, for the inside of an element."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def escape_attribute(text: str) -> str:
    """``text`` escaped for the inside of a double-quoted attribute."""
    return escape(text).replace('"', "&quot;")
