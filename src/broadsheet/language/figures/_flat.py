"""Flat text: simplified, half width, lower case, sign for sign, so that places in it are places in the printed text.

Unlike ``folding.fold`` it keeps punctuation, which parts clauses and numbers, and never changes the length.
"""

from __future__ import annotations

import unicodedata

from broadsheet.language.folding import fold


class _Flat(dict[int, str]):
    """Code point -> its flat sign, filled as signs are met."""

    def __missing__(self, code: int) -> str:
        sign = _flatten(chr(code))
        self[code] = sign
        return sign


def _flatten(char: str) -> str:
    if "\u3400" <= char <= "\u9fff":
        folded = fold(char)
        return folded if len(folded) == 1 else char
    if char in "，。：；！？（）":  # they part clauses; their half-width forms may stand inside numbers
        return char
    if char in "\u00a0\u3000\u2009\u202f":
        return " "
    if char in "\u2010\u2011\u2012\u2013\u2014\u2212":
        return "-"
    if char in "\u2018\u2019":
        return "'"
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


_TABLE = _Flat()


def flatten(text: str) -> str:
    """``text`` flat, of the same length."""
    return text.translate(_TABLE)
