"""Sentences: where each one of a block begins and ends, as printed, in Chinese and Latin scripts alike.

What stands between quotation marks or brackets is never cut, so that quoted words stay with those who said them:
``“不去。”他说。`` and ``他说：“不去。明天也不去。”`` are one sentence each. Where a full stop may belong to an
abbreviation or an initial, the text goes on unless the next word is one that opens sentences.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping

from broadsheet.text.words import is_dense

_PAIRS = {
    "”": "“", "’": "‘", "」": "「", "』": "『", "»": "«", "›": "‹", "＂": "＂", "〞": "〝",
    "）": "（", ")": "(", "】": "【", "》": "《", "〉": "〈", "]": "[", "］": "［",
}  # fmt: skip
_OPENERS = frozenset(_PAIRS.values()) | frozenset("\"„'")
_BRACKETS = frozenset("（(【[［")
_TITLES = frozenset("《〈")
_QUIET = frozenset("，,、；;：:。．.！？!?…)）—–-~～·|/")
"""Signs before which no sentence ends: it goes on behind them."""

_FULL = frozenset("。｡！？।॥؟۔")
_STOP = re.compile("[。｡！？।॥؟۔!?.．…]+")
_MARK = re.compile(
    "[“”‘’「」『』«»‹›〝〞（）()【】《》〈〉\\[\\]［］„\"＂]|(?<![^\\s(（“\"])'(?=\\w)|(?<=[.,!?…])'(?!\\w)"
)


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
_TOKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+(?:\.[^\W\d_]+)*)\.$")
_LONGEST_TOKEN = 40
"""No abbreviation with its dots is longer."""
_NUMBER = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\.")
_WORD = re.compile(r"[^\W\d_]+")

_TITLE_WORDS = _words(
    "mr mrs ms mx dr prof gen sen rep gov lt col maj capt cmdr cpl sgt pvt adm hon rev fr st mt ft messrs supt insp "
    "pres vs viz cf e.g i.e approx"
)
"""Abbreviations that a name or more words always follow."""

_BEFORE_FIGURES = _words("no nos nr fig art vol p pp ch sec jan feb mar apr jun jul aug sep sept oct nov dec")
_MAY_END = _words("inc ltd co corp bros jr sr etc dept est univ plc")
_STARTERS = _words(
    "the a an it he she they we i you in on at but and as this that these those there his her their its our my if when "
    "while after before for from with by to what who why how not so then now meanwhile however also under during since "
    "although though some many most all one two both neither"
)
_ATTRIBUTION = re.compile(
    r"(?:[\w.'’-]{1,40} ){1,5}?(?:said|says|asked|asks|told|added|adds|replied|wrote|writes|shouted|cried|exclaimed)\b"
)


_TURNING = re.compile(
    "[不没沒未无無](?![少断斷久明幸慎治仅僅过過锡线線])|否认|否認|拒绝|拒絕|[别別莫勿](?=[^的人国國家墅])|如果|假如|倘若|谣|謠|"
    r"\b(?:not|no|never|nor|neither|nobody|none|den(?:y|ies|ied|ying)|refus\w+|if|unless|hardly|false(?:ly)?)\b|"
    r"n[’']t\b",
    re.IGNORECASE,
)


def is_turned(words: str) -> bool:
    """Whether ``words`` hold one that denies, forbids or supposes, so that what it governs is not so by itself.

    The closed class of grammar, not of topics; common words that merely begin with one (不断, 无线) are left out.
    """
    return _TURNING.search(words) is not None


def iter_sentences(block: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence of ``block``, in order, without the blanks around it.

    Together they hold every sign that is not blank; a line end always parts sentences.
    """
    start = 0
    for line in block.split("\n"):
        for first, behind in _iter_line(line):
            yield start + first, start + behind
        start += len(line) + 1


def _iter_line(line: str) -> Iterator[tuple[int, int]]:
    pairs = _match_marks(line)
    outer = deque(_outermost(pairs))
    begin = _skip_blanks(line, 0)
    for stop in _STOP.finditer(line):
        if stop.start() < begin:
            continue
        end = _skip_closing(line, stop.end(), pairs)
        while outer and outer[0][1] < end:
            outer.popleft()
        if outer and outer[0][0] < end:
            continue
        opener = pairs.get(end - 1) if end > stop.end() else None
        if _is_end(line, begin, stop[0], stop.end(), end, opener):
            yield begin, end
            begin = _skip_blanks(line, end)
    if begin < len(line):
        yield begin, len(line.rstrip())


def _outermost(pairs: dict[int, int]) -> list[tuple[int, int]]:
    """Opening and closing place of the pairs that stand in no other, in order; pairs never cross."""
    found: list[tuple[int, int]] = []
    for opener, closer in sorted((opener, closer) for closer, opener in pairs.items()):
        if not found or opener > found[-1][1]:
            found.append((opener, closer))
    return found


def _match_marks(line: str) -> dict[int, int]:
    """Closing mark -> its opening one, by place. Marks without a partner in the line count for nothing."""
    pairs: dict[int, int] = {}
    is_even = line.count('"') % 2 == 0
    opened: list[tuple[str, int]] = []
    places: defaultdict[str, list[int]] = defaultdict(list)
    for found in _MARK.finditer(line):
        mark, at = found[0], found.start()
        if mark == '"' and not is_even:
            continue
        partner = _partner(line, mark, at, places)
        if partner is None:
            places[mark].append(len(opened))
            opened.append((mark, at))
        elif partner >= 0:
            pairs[at] = opened[partner][1]
            while len(opened) > partner:
                places[opened.pop()[0]].pop()
    return pairs


def _partner(line: str, mark: str, at: int, places: Mapping[str, list[int]]) -> int | None:
    """Which of the opened marks (``places``: where each kind of them stands) the mark closes; None where it opens
    itself, -1 where it closes nothing."""

    def last(kind: str, otherwise: int | None) -> int | None:
        return places[kind][-1] if places.get(kind) else otherwise

    if mark in "\"＂'":
        if mark == "'":
            opens = at + 1 < len(line) and line[at + 1].isalnum() and (not at or line[at - 1] not in ".,!?…")
            return None if opens else last(mark, -1)
        return last(mark, None)
    if mark == "“":
        return last("„", None)
    if mark == "’" and at + 1 < len(line) and _LETTER.match(line[at + 1]):
        return -1  # an apostrophe
    return last(_PAIRS[mark], -1) if mark in _PAIRS else None


def _skip_blanks(line: str, at: int) -> int:
    while at < len(line) and line[at].isspace():
        at += 1
    return at


def _skip_closing(line: str, at: int, pairs: dict[int, int]) -> int:
    """Behind the closing marks at ``at``; some scripts set a blank before them."""
    while True:
        close = at
        if close < len(line) and line[close].isspace():
            close += 1
        is_close = close in pairs or (close == at and close < len(line) and line[close] in "”」』")
        if not is_close or (close > at and line[close] not in "»›"):
            return at
        at = close + 1


def _is_end(line: str, begin: int, stop: str, behind: int, end: int, opener: int | None) -> bool:
    after = _skip_blanks(line, end)
    if after == len(line):
        return True
    following = line[after]
    if following in _QUIET:
        return False
    if opener is not None:
        return _is_end_of_quote(line, begin, stop, opener, after)
    if _FULL.intersection(stop):
        return True
    if after == end and not is_dense(following):
        return False  # inside an address, a number, a name
    if is_dense(following):
        return bool({"!", "?"}.intersection(stop)) or after > end
    if following.islower():
        return False
    return stop != "." or _is_full_stop(line, begin, behind, after)


def _is_end_of_quote(line: str, begin: int, stop: str, opener: int, after: int) -> bool:
    """Whether a sentence ends where a quotation that has its own stop closes."""
    mark, following = line[opener], line[after]
    led = _last_before(line, begin, opener)
    if mark in _TITLES or following.islower():
        return False
    if mark in _BRACKETS:
        return not led
    if led:
        return not is_dense(following) or "。" in stop or led in "：:，,"
    if following in _OPENERS:
        return True
    return not is_dense(following) and not _ATTRIBUTION.match(line, after)


def _last_before(line: str, begin: int, at: int) -> str:
    """The last sign before ``at`` that is no blank; empty where from ``begin`` on there is none."""
    while at > begin and line[at - 1].isspace():
        at -= 1
    return line[at - 1] if at > begin else ""


def _is_full_stop(line: str, begin: int, behind: int, after: int) -> bool:
    """Whether the dot before ``behind``, which may end the sentence that began at ``begin``, is more than that of an
    abbreviation or a number in a list; ``after`` is where the words go on."""
    if _NUMBER.fullmatch(line, begin, behind):
        return False
    found = _TOKEN.search(line[max(begin, behind - _LONGEST_TOKEN) : behind])
    if not found:
        return True
    token = found[1].lower()
    if token in _TITLE_WORDS:
        return False
    if token in _BEFORE_FIGURES:
        return not line[after].isdigit()
    if len(token) > 1 and "." not in token and token not in _MAY_END:
        return True
    if line[after] in _OPENERS:
        return True
    word = _WORD.match(line, after)
    return word is not None and word[0].lower() in _STARTERS
