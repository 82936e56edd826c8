"""Folding: one form for all the ways in which the same word is written, so that what is typed finds what is printed.

Folded are full and half width and other compatibility forms (NFKC), case, traditional to simplified Chinese, Latin
and Greek accents; invisible characters vanish; whatever is neither letter nor figure becomes one space, a line end
stays. Every character is folded by itself, never by its neighbours, so a word folds alike wherever it stands; what a
reader is shown is never folded.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np
import opencc
from numpy.typing import NDArray

FOLD_VERSION = 1
"""Raised with every change of the rules here."""

_ALIKE = (
    "著着 瞭了 覆复 像象 藉借 彷仿 衞卫 敍叙 枱台 幺么 麽么 麼么 痺痹 簷檐 暱昵 薰熏 甦苏 揹背 伕夫 锺钟 鍾钟 "
    "鍊炼 链炼 鏈炼 钜巨 鉅巨 迳径 逕径 谘咨 諮咨 馀余 餘余 镟旋 睪睾 徵征 祇只 衹只"
)
"""Pairs that dictionaries tell apart by context, which a single word does not have: the first is read as the second."""

_HAN_ALIKE = {pair[0]: pair[1] for pair in _ALIKE.split()}
_ALIKE_TABLE = str.maketrans(_HAN_ALIKE)
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е"}
_LATIN_LIKE = "\xaa-\u036f\u1d00-\u1eff\u2070-\u218f\u2460-\u24ff\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06\uff10-\uff5a"
"""Whatever may fold to ASCII letters or figures, accents included, but for mathematicians' alphabets."""

_HALF_KANA = re.compile("[\uff66-\uff9f]+")
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u180b-\u180f\ufe00-\ufe0f]")
"""Accents that stand alone, Hebrew and Arabic vowel points, the Arabic stretcher, variation selectors."""


_UNMET, _UNEVEN = 0, 0x110000
"""In an array of folds: a sign whose fold is not known yet; one that does not fold to just one sign."""

_LONG = 120
"""Characters from which on a text is folded as an array."""


class SignTable(dict[int, str]):
    """A folding sign by sign: code point -> its fold, filled as characters are met, and an array for long texts."""

    def __init__(self, fold_one: Callable[[str], str]) -> None:
        super().__init__()
        self._array: NDArray[np.uint32] = np.zeros(_UNEVEN, np.uint32)
        self._uneven = set[str]()
        self._fold_one = fold_one

    def __missing__(self, code: int) -> str:
        folded = self._fold_one(chr(code))
        if len(folded) != 1:  # known before the fold is, so that no thread aligns without it
            self._uneven.add(chr(code))
        self[code] = folded
        return folded

    def fold(self, text: str) -> str:
        """``text`` sign by sign."""
        return text.translate(self) if len(text) < _LONG else self._fold_long(text)[0]

    def fold_and_find_uneven(self, text: str) -> tuple[str, list[int]]:
        """``text`` folded, and where it has signs that do not fold to just one."""
        if len(text) >= _LONG:
            return self._fold_long(text)
        folded = text.translate(self)
        if self._uneven.isdisjoint(text):
            return folded, []
        return folded, [at for at, sign in enumerate(text) if sign in self._uneven]

    def _fold_long(self, text: str) -> tuple[str, list[int]]:
        folds = self._folds_of(text)
        uneven: list[int] = np.flatnonzero(folds == _UNEVEN).tolist()
        pieces, behind = list[str](), 0
        for at in uneven:
            pieces += (_decode(folds[behind:at]), self[ord(text[at])])
            behind = at + 1
        return "".join([*pieces, _decode(folds[behind:])]), uneven

    def _folds_of(self, text: str) -> NDArray[np.uint32]:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        folds = self._array.take(codes)
        unmet = codes[folds == _UNMET]
        if len(unmet):
            for code in np.unique(unmet).tolist():
                folded = self[code]
                self._array[code] = ord(folded) if len(folded) == 1 else _UNEVEN
            folds = self._array.take(codes)
        return folds


def _decode(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def fold(text: str) -> str:
    """``text`` folded: simplified, lower case, single spaces for single signs; line ends stay."""
    return _table().fold(_compose(text))


def fold_aligned(text: str) -> tuple[str, Sequence[int]]:
    """``fold(text)``, and for each of its characters and its end, where in ``text`` what it came from begins."""
    table = _table()
    composed = _compose(text)
    if composed is not text:
        return _fold_clusters(text, table)
    folded, uneven = table.fold_and_find_uneven(text)
    if not uneven:
        return folded, range(len(text) + 1)
    origin, behind = list[int](), 0
    for at in uneven:
        origin += range(behind, at)
        origin += [at] * len(table[ord(text[at])])
        behind = at + 1
    origin += range(behind, len(text) + 1)
    return folded, origin


def _fold_clusters(text: str, table: SignTable) -> tuple[str, Sequence[int]]:
    pieces, starts, at = list[str](), list[int](), 0
    for cluster in _iter_clusters(text):
        piece = table.fold(_compose(cluster))
        pieces.append(piece)
        starts.extend([at] * len(piece))
        at += len(cluster)
    return "".join(pieces), [*starts, at]


def to_simplified(text: str) -> str:
    """``text`` with every Han character simplified, sign by sign, and all else as it is: as long as before."""
    return text if text.isascii() else _script_table().fold(text)


def flatten(text: str, *, keeps_case: bool = False) -> str:
    """``text`` simplified, half width, in lower case, with one form of dash, blank and apostrophe: as long as before.

    Unlike ``fold`` it keeps punctuation, which parts clauses and numbers; 「，。：；！？（）」 stay wide, as their
    half-width forms may stand inside numbers. Places in it are places in ``text``.
    """
    if text.isascii():
        return text if keeps_case else text.lower()
    return (_flat_table() if keeps_case else _lower_table()).fold(text)


def fold_words(words: str) -> str:
    """Chinese words of a list or pattern, written in simplified characters, as ``to_simplified`` gives them.

    Costs nothing at import: only signs that are read as another even in simplified text differ (显著, 倾覆).
    """
    return words.translate(_ALIKE_TABLE)


def find_variants(sign: str) -> str | None:
    """What folds to ``sign``, alone or in company, as the inside of a character class; None where that is not known.

    Known for Han characters, and for letters and figures of ASCII (with some signs more than needed).
    """
    if sign.isascii() and sign.isalnum():
        return sign + sign.upper() + _LATIN_LIKE
    if "\u3400" <= sign <= "\u9fff":
        return _han_variants().get(sign, sign)
    return None


@functools.cache
def _han_variants() -> dict[str, str]:
    table = _table()
    variants: dict[str, str] = {}
    for code in chain(range(0x2E80, 0x2FE0), range(0x3200, 0x3400), range(0x3400, 0xA000), range(0xF900, 0xFB00)):
        for folded in table[code]:
            variants[folded] = variants.get(folded, "") + chr(code)
    return variants


def fold_name() -> str:
    """A name for how words fold here: an index made under another name holds other words, and is stale."""
    return f"{FOLD_VERSION}-{opencc.__version__}"


def _compose(text: str) -> str:
    """``text`` with letters and their loose accents, voiced marks and syllable parts put together."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "\uff9e" in text or "\uff9f" in text:
        text = _HALF_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text


def _iter_clusters(text: str) -> Iterator[str]:
    """The smallest pieces of ``text`` that fold each by itself as they do together."""
    cluster = ""
    for char in text:
        if cluster and (char in "\uff9e\uff9f" or not _stands_apart(cluster, char)):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


def _stands_apart(cluster: str, char: str) -> bool:
    if char.isascii():
        return True
    if unicodedata.combining(char):
        return False
    together = unicodedata.normalize("NFC", cluster + char)
    return together == unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", char)


def _fold_one(char: str) -> str:
    if char in "\n\u2028\u2029":
        return "\n"
    category = unicodedata.category(char)
    if category == "Cf" or _POINTS.match(char):
        return ""
    if category == "Cs":  # half of a pair, which no text should have
        return " "
    if "\u3400" <= char <= "\u9fff":
        return _fold_han(char)
    signs = [
        sign
        for known in unicodedata.normalize("NFKC", char).casefold()
        for letter in _without_accents(known)
        for sign in _LETTERS.get(letter, letter)
    ]
    folded = "".join(_fold_han(sign) if sign >= "\u2e80" else sign for sign in signs)
    folded = "".join(sign if _is_word_sign(sign) else " " for sign in folded)
    return folded if folded.strip() else " "


def _without_accents(char: str) -> str:
    apart = unicodedata.normalize("NFD", char)
    base = apart[0]
    if len(apart) > 1 and unicodedata.name(base, "").startswith(("LATIN", "GREEK")):
        return base
    return "" if _POINTS.match(char) else char


def _fold_han(char: str) -> str:
    simplified = _simplify()(char)
    char = _HAN_ALIKE.get(char, char)
    simplified = simplified if len(simplified) == 1 else char
    return _HAN_ALIKE.get(char, _HAN_ALIKE.get(simplified, simplified))


def _is_word_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


def _to_simplified_one(char: str) -> str:
    if "\u3400" <= char <= "\u9fff":
        return _fold_han(char)
    if "\uf900" <= char <= "\ufaff":  # compatibility forms of characters that have one of their own
        plain = unicodedata.normalize("NFKC", char)
        return _fold_han(plain) if len(plain) == 1 else char
    return char


_BLANKS, _DASHES, _APOSTROPHES = "\u00a0\u3000\u2009\u202f", "\u2010\u2011\u2012\u2013\u2014\u2212", "\u2018\u2019"
_KEPT_WIDE = "，。：；！？（）"


def _flatten_one(char: str) -> str:
    if char in _KEPT_WIDE:
        return char
    if char in _BLANKS:
        return " "
    if char in _DASHES:
        return "-"
    if char in _APOSTROPHES:
        return "'"
    plain = unicodedata.normalize("NFKC", char)
    return _to_simplified_one(plain if len(plain) == 1 else char)


def _flatten_to_lower(char: str) -> str:
    flat = _flatten_one(char)
    return flat.lower() if len(flat.lower()) == 1 else flat


@functools.cache
def _simplify() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


@functools.cache
def _table() -> SignTable:
    return SignTable(_fold_one)


@functools.cache
def _script_table() -> SignTable:
    return SignTable(_to_simplified_one)


@functools.cache
def _flat_table() -> SignTable:
    return SignTable(_flatten_one)


@functools.cache
def _lower_table() -> SignTable:
    return SignTable(_flatten_to_lower)
