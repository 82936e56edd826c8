"""Language tags in one spelling, and the language that the script of a text tells.

Feeds and pages write ``zh-cn``, ``ZH-CN`` and ``zh_CN`` of the same. What no script tells, nobody is told: a text in
Latin letters is English or has no tag.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import opencc

_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def is_tag(tag: str) -> bool:
    """Whether ``tag`` has the form of a language tag: ``en``, ``zh-Hans``, ``zh_CN``."""
    primary = tag.strip().replace("_", "-").partition("-")[0]
    return 2 <= len(primary) <= 3 and _TAG.fullmatch(tag.strip().replace("_", "-")) is not None


def canonical_tag(tag: str) -> str:
    """``tag`` as RFC 5646, 2.1.1 writes it: ``zh-CN``, ``zh-Hant-TW``, ``en-US-x-ap``; what is no tag stays as it is.

    An underscore, which systems write for the hyphen, is read as one.
    """
    plain = tag.strip().replace("_", "-")
    if not _TAG.fullmatch(plain):
        return tag
    first, *others = plain.lower().split("-")
    written, is_behind_single = [first], len(first) == 1
    for part in others:
        if is_behind_single or len(part) not in (2, 4) or (len(part) == 4 and not part.isalpha()):
            written.append(part)
        else:
            written.append(part.upper() if len(part) == 2 else part.capitalize())
        is_behind_single = is_behind_single or len(part) == 1
    return "-".join(written)


_SCRIPTS: Final = {
    name: re.compile(pattern)
    for name, pattern in {
        "han": "[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]",
        "kana": "[\u3041-\u3096\u30a1-\u30fa]",
        "ko": "[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]",
        "th": "[\u0e01-\u0e4d]",
        "bo": "[\u0f40-\u0fbc]",
        "el": "[\u0370-\u03ff]",
        "he": "[\u05d0-\u05ea]",
        "ka": "[\u10a0-\u10ff]",
        "hy": "[\u0531-\u0587]",
        "km": "[\u1780-\u17d3]",
        "lo": "[\u0e81-\u0ecd]",
        "my": "[\u1000-\u109f]",
        "latin": r"\b[A-Za-zÀ-ɏ’']+",
        "other": "[\u0400-\u052f]+|[\u0600-\u06ff]+|[\u0900-\u0dff]+",
    }.items()
}
"""Scripts that tell a language by themselves, by its tag, and those that several languages share.

Where words stand apart a word counts as one, so that names in Latin letters do not outweigh a Chinese text.
"""

_MOST: Final = 2000
"""Characters that are looked at."""

_LEAST: Final = 8
"""Fewer characters of the leading script tell nothing."""

_KANA_SHARE: Final = 0.1
"""Japanese writes about half of its signs in kana; a Chinese text quotes a word of it at most."""

_ENGLISH: Final = re.compile(r"(?i)\b(?:the|of|and|that|was|were|with|said|has|from|by|his|her|their|which)\b")
_ENGLISH_SHARE: Final = 0.08
"""These are a fifth of English running words; other languages in Latin letters share none of them but ``was``."""


def find_language(text: str) -> str | None:
    """The language of ``text`` by its script, as a tag: ``zh-Hans``, ``zh-Hant``, ``zh``, ``ja``, ``ko``, ``en`` …

    None where the script does not tell.
    """
    text = text[:_MOST]
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    asian = counts["han"] + counts["kana"]
    rest = {name: count for name, count in counts.items() if name not in ("han", "kana")}
    leading, most = max(rest.items(), key=lambda one: one[1])
    if asian > most:
        if asian < _LEAST:
            return None
        return "ja" if counts["kana"] > _KANA_SHARE * asian else _find_chinese(text)
    if most < _LEAST or leading == "other":
        return None
    if leading == "latin":
        return "en" if len(_ENGLISH.findall(text)) > _ENGLISH_SHARE * most else None
    return leading


def _find_chinese(text: str) -> str:
    """Simplified or traditional, by which of the two has signs that the other does not write."""
    sides = [_side_of(char) for char in text if char > "\u3400"]
    traditional, simplified = sides.count("hant"), sides.count("hans")
    if traditional == simplified:
        return "zh"
    return "zh-Hant" if traditional > simplified else "zh-Hans"


_BOTH: Final = frozenset("后里台面只干发复系松斗谷郁价丰云几才丑划吁咸姜朱沈蔑冲升卷帘占于游布采志表制")
"""Signs of both ways of writing that a converter changes, since they also stand for others in simplified texts."""


@lru_cache(maxsize=20_000)
def _side_of(char: str) -> str:
    """Which way of writing alone has ``char``: ``hant``, ``hans``, or neither."""
    if _converter("t2s").convert(char) != char:
        return "hant"
    return "hans" if char not in _BOTH and _converter("s2t").convert(char) != char else ""


@lru_cache(maxsize=2)
def _converter(direction: str) -> opencc.OpenCC:
    return opencc.OpenCC(direction)


def suit_language(found: str | None, stated: str | None) -> str | None:
    """The language of a text whose script tells ``found``, of an outlet that is ``stated`` to write so.

    What is stated is the more exact (``zh-CN``), unless the text is plainly in another language or script.
    """
    if found is None or stated is None:
        return found or stated
    if found.partition("-")[0] != stated.lower().partition("-")[0]:
        return found
    told, written = _script_of(found), _script_of(stated)
    return found if told and told != written else stated


def _script_of(tag: str) -> str | None:
    parts = set(tag.lower().split("-"))
    if not parts.isdisjoint({"hant", "tw", "hk", "mo"}):
        return "hant"
    return "hans" if not parts.isdisjoint({"hans", "cn", "sg", "my"}) else None
