"""Does a text break off before its end? One rule for feeds, pages and edits.

A mark of the cut stands at the very end: ``[…]``, ``[+1234 chars]``, ``Read more »``, ``阅读全文``, or dots alone.
Words count only where they stand apart from the sentence before them. Dots alone say that a short text is cut; a long
one may end with them, as a sentence may, unless they follow a word that ends none.
"""

from __future__ import annotations

import re

from broadsheet.text.folding import flatten

_TAIL = 260
"""A mark is no longer than this, the headline it may repeat and a footer behind it included."""

LONG_TEXT = 900
"""From so many letters on, a Chinese character counting for two, dots at the end may be the author's own."""

_MOST_MARKS = 3
"""So many stand one behind another at most."""

_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_DOTS = r"(?:…+|⋯+|\.{3,}|\.(?: \.){2,}|。{3,}|&hellip;)"
_OPEN, _CLOSE = r"[\[(（【〔〖<]", r"[\])）】〕〗>]"
_MORE_ENGLISH = (
    r"(?:(?:click|tap|press) (?:here )?(?:to|for) )?"
    r"(?:(?:read|see|view|show|load) (?:more|on|(?:the )?(?:full|whole|complete|entire|rest of (?:the|this)) ?"
    r"(?:story|article|text|post|report|piece|version)?)|(?:continue|keep|carry on) reading|full (?:story|article|text)"
    r"|more)"
)
_MORE_OTHERS = (
    "weiterlesen|mehr lesen|lire la suite|lire plus|leer m[áa]s|seguir leyendo|sigue leyendo|leia mais|ler mais"
    "|continuar? (?:lendo|leyendo)|leggi tutto|continua a leggere|lees meer|läs mer|читать (?:далее|полностью|дальше)"
    "|подробнее|devamını oku|続きを読む|もっと见る|全文を読む|더 ?보기|계속 읽기|전문 보기"
)
_MORE_HAN = (
    "(?:请?(?:点击|点此|点这里|按此|扫码)(?:处|这里)?)?"
    "(?:(?:继续|展开|点击|阅读|查看|浏览|显示|看)+(?:更多|全文|余下(?:全文|内容)?|剩余(?:全文|内容|部分)?|完整(?:文章|内容|版)?"
    "|后文|下文)(?:内容)?|继续(?:阅读|浏览)|更多内容)|全文"
)
_BEHIND = r"[\s»›>→▶…\.:：]*"
_WHERE = r"(?: (?:at|on|here|from)\b[^\n]{0,60}| [\"“][^\n]{1,120}[\"”])?"
_APART = r"(?:^|(?<=[\n.!?。！？…⋯»|:·,，;”\"'’\])）】\-])|(?<=\.\.\.)|(?<=\s\s))"
_BRACKETED = re.compile(
    rf"{_OPEN} ?(?:{_DOTS}|(?:{_DOTS} ?)?(?:\+? ?[0-9,]+ ?(?:chars|characters|words|more(?: words)?|字)|(?i:more)"
    rf"|(?i:{_MORE_ENGLISH}|{_MORE_OTHERS})|{_MORE_HAN})) ?{_CLOSE}{_BEHIND}\Z"
)
_LINK = re.compile(
    rf"(?:{_DOTS}\s*)?(?:{_APART}\s*(?:(?i:{_MORE_ENGLISH}{_WHERE}|{_MORE_OTHERS})|{_MORE_HAN})"
    rf"|(?<=\s)(?:Continue (?i:reading)\b[^\n]{{0,150}}"
    rf"|(?:Read|See|View|Show) (?:more|on|(?:the )?full \w+))){_BEHIND}\Z"
)
_ARROWED = re.compile(r"\b(?i:more)\s*[»›→>]+\s*\Z")
_ONLY_DOTS = re.compile(rf"{_DOTS}\s*\Z")
_FOOTER = re.compile(r"\s*The post [^\n]{1,200} (?:appeared first on|first appeared on) [^\n]{1,80}\Z")
"""What WordPress puts behind a summary."""

_NO_END = re.compile(
    r"(?:\b(?i:an?|the|of|to|in|on|at|for|with|by|from|and|or|but|that|which|who|is|are|was|were|has|have|had|as|its"
    r"|their|his|her)|[和与及或在对把被将从由向为的,，、])\s*\Z"
)
"""No sentence ends with these."""


def split_cut(text: str) -> tuple[str, str]:
    """``text`` without the mark at its end that says it was cut, and that mark: empty where there is none."""
    text = text.rstrip()
    stem = text
    for _ in range(_MOST_MARKS):  # "[…] Read more": both are marks
        start = max(0, len(stem) - _TAIL)
        tail = flatten(stem[start:], keeps_case=True)
        if footer := _FOOTER.search(tail):
            tail = tail[: footer.start()].rstrip()
        found = next(filter(None, (mark.search(tail) for mark in (_BRACKETED, _LINK, _ARROWED, _ONLY_DOTS))), None)
        if found is None:
            break
        stem = stem[: start + found.start()].rstrip()
    return stem, text[len(stem) :]


def is_cut_short(text: str) -> bool:
    """Whether ``text``, by its own end, is not all there is."""
    stem, mark = split_cut(text)
    if not mark:
        return False
    if not _ONLY_DOTS.fullmatch(flatten(mark.strip(), keeps_case=True)):
        return True
    return count_letters(stem) < LONG_TEXT or _NO_END.search(stem[-20:]) is not None


def count_letters(text: str) -> int:
    """Letters and digits of ``text``; a Chinese, Japanese or Korean character says as much as two letters."""
    return sum(1 for char in text if char.isalnum()) + len(_WIDE.findall(text))
