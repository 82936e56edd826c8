"""Which unit follows a number: a measure word, a noun, a sign, in Chinese or English; None where no rule is sure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from broadsheet.text.numerals import TENTHS, read_tenths

from ._spans import Number
from ._units import CURRENCY_SIGNS, ENGLISH_NOUNS, ENGLISH_UNITS, HAN_UNITS, PERSON_NOUNS_HAN


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit that ends at ``end`` of the flat text; one of it is ``factor`` of the canonical ``unit``.

    ``extra`` is a half said behind the unit (两年半), in the printed unit; ``is_more`` marks 多 or 余 within it.
    """

    unit: str
    factor: float
    end: int
    extra: float = 0.0
    is_more: bool = False


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HAN_UNIT = re.compile(
    rf" ?(?P<more>[多余])?(?P<classifier>个)?(?P<inner>[多余]|半)?(?P<unit>{_any_of(HAN_UNITS)})(?P<after>[多余半])?"
)
_CLASSIFIED = {unit for unit in HAN_UNITS if unit.startswith("个")}
_PERSON_NOUN = re.compile(f"(?:[\u4e00-\u9fff]{{0,2}}?)(?:{_any_of(PERSON_NOUNS_HAN)})")
_REFUSED: dict[str, re.Pattern[str]] = {
    "人": re.compile("[民类均才气心质力格马(（]|大代|行道|工智"),
    "名": re.compile("[单字义誉列次额]"),
    "位": re.compile("[数于居置列次]"),
    "员": re.compile("."),
    "年": re.compile("[级代度份轻]|[1-9１-９一二三四五六七八九十]{1,2}月"),
    "周": re.compile("[年岁一二三四五六日边围末]"),
    "天": re.compile("[气空然津山]"),
    "米": re.compile("[饭粮面奇兰]"),
    "元": re.compile("[旦素首帅件]"),
    "升": re.compile("[至到级降]"),
    "克": re.compile("[拉里]"),
    "斤": re.compile("[两]"),
    "国": re.compile("[家际内外民务会籍旗道]"),
    "起": re.compile("[来到]"),
    "层": re.compile("[次面]"),
    "户": re.compile("[外口籍型]"),
    "次": re.compile("[要数于日级序品]|(?:旅客|特快|快速|动车|高铁)?列车|航班|特快|动车|高铁"),
    "部": re.compile("."),
    "席": re.compile("[卷位]"),
    "列": re.compile("[为入出举车]"),
    "例": re.compile("[如外子会行]"),
    "分": re.compile("[钟之别为成布析子局手歧]"),
    "处": re.compile("[理于分长]"),
    "秒": re.compile("[杀]"),
    "针": re.compile("[对]"),
    "球": re.compile("[迷员队场]"),
    "口": re.compile("[气号头径]"),
    "床": re.compile("[上单]"),
    "套": re.compile("[餐路]"),
    "轮": re.compile("[船换流]"),
    "宗": re.compile("[教旨]"),
    "架": re.compile("[构]"),
    "层楼": re.compile("[道]"),
}


def find_han_measure(flat: str, number: Number) -> Measure | None:
    """The Chinese unit behind ``number``, with 多, 余 and 半 about it."""
    match = _HAN_UNIT.match(flat, number.end)
    if match is None:
        return None
    word, classifier = match["unit"], match["classifier"]
    is_bare = classifier is None and match["inner"] is None
    if classifier and f"个{word}" in _CLASSIFIED:
        unit, factor = HAN_UNITS[f"个{word}"]
    elif classifier and word not in ("人", "小时", "钟头"):
        return None
    else:
        unit, factor = HAN_UNITS[word]
    end = match.end("unit")
    refused = _REFUSED.get(word)
    if refused and refused.match(flat, end):
        return None
    if word == "秒" and flat[number.start - 1 : number.start] == "分":  # of a clock time
        return None
    if is_bare and word == "年" and _is_calendar_year(flat, number):
        return None
    extra = 0.5 if match["inner"] == "半" or match["after"] == "半" else 0.0
    is_more = "多" in match[0] or "余" in match[0]
    if match["after"] and not (match["after"] == "余" and flat[match.end() : match.end() + 1] in tuple("震温下额地")):
        end = match.end()
    elif match["after"]:
        is_more = bool(match["more"] or match["inner"] in ("多", "余"))
    if unit == "percent" and word == "成":
        return _read_tenths(flat, match.start("unit"), end, is_more)
    if word in ("名", "位") and (noun := _PERSON_NOUN.match(flat, end)):
        end = noun.end()
    return Measure(unit, factor, end, extra, is_more)


_TENTHS = re.compile(TENTHS)


def _read_tenths(flat: str, start: int, end: int, is_more: bool) -> Measure | None:
    """三成五 is 35 %. The unit 成 stands at ``start``, and what is known of it reaches to ``end``."""
    tenths = _TENTHS.match(flat, start)
    if tenths is None:
        return None
    return Measure("percent", 10, max(end, tenths.end()), float(read_tenths(tenths)) / 10, is_more)


def _is_calendar_year(flat: str, number: Number) -> bool:
    return number.low == number.high and 1000 <= number.low <= 2999 and "," not in flat[number.start : number.end]


_ENGLISH_UNIT = re.compile(
    rf"(?P<half> and a half| and a quarter| 1/2)?[ -]?(?P<unit>{_any_of(ENGLISH_UNITS)})(?![a-z²])", re.ASCII
)
_AGE = re.compile(r"[- ]years?[- ]olds?\b|[- ]months?[- ]olds?\b| years? of age\b|岁")
_BETWEEN = (
    "of|and|or|in|on|to|the|a|an|for|from|by|at|with|per|were|was|are|is|be|been|have|had|has|who|that|than|more|as|if|so"
    "|less|it|its|they|he|she|when|while|after|before|since|until|killed|dead|died|injured|wounded|hurt|missing|trapped"
    "|arrested|rescued|evacuated|detained|down|up|but|not|no|will|would|could|may|can|said|says|also|this|last|next|each"
    "|percent|against|during|between|under|over|into|out|off|about|including|because|still|ago|away|off|which|where|january"
    "|february|march|april|june|july|august|september|october|november|december|years|yearly|daily|seriously|now|then"
)
_NOUN_PHRASE = re.compile(
    rf"[ -](?P<between>(?:(?!(?:{_BETWEEN})\b)[a-z][a-z-]*,? ){{0,2}}?)"
    rf"(?P<noun>(?!(?:{_BETWEEN})\b)[a-z]+(?:-[a-z]+)?)(?![a-z'])"
)
_NO_NOUNS = frozenset(
    word
    for line in (
        "is was has does its this his hers yes us as always perhaps less plus versus minus afterwards towards besides",
        "says remains rises means across news series thus various previous gmt class process business access success",
        "press congress address progress happiness darkness illness loss virus status campus focus basis crisis",
        "analysis paris texas olympics sports politics economics tennis billions",
    )
    for word in line.split()
)
_NAMED = re.compile(
    r"(?:\bno\.?|\bnos\.?|article|section|sec\.|chapter|highway|route|line|room|flight|page|rule|fig\.|figure|phase|level|"
    r"day|round|group|class|type|grade|category|version|part|act|appendix|annex|table|question|item|step|stage|unit|gate|"
    r"platform|apollo|clause|paragraph|boeing|airbus|number|interstate|district|ward|zone|pier|terminal|track|lane|"
    r"channel|model|windows|series|volume|at|age|aged|in|since|until|by|and|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|jan\.?|feb\.?|sept?\.?|oct\.?|nov\.?|dec\.?|from|before|after) $"
)


_POINTED = re.compile(r"\b(?:the|these|those|both|his|her|their|its|our|my|other|all) $")
"""The two leaders are a way of naming them, not a count."""


def find_english_measure(flat: str, text: str, number: Number) -> Measure | None:
    """The English unit or counted noun behind ``number``."""
    if match := _ENGLISH_UNIT.match(flat, number.end):
        return _read_english_unit(flat, number, match)
    match = _NOUN_PHRASE.match(flat, number.end)
    if match is None:
        return None
    words = [*match["between"].replace(",", "").split(), match["noun"]]
    for at, word in enumerate(words):
        noun = word.rpartition("-")[2]
        if unit := ENGLISH_NOUNS.get(word) or ENGLISH_NOUNS.get(noun):
            if _is_year(flat, number):
                return None
            return Measure(unit, 1.0, number.end + 1 + len(" ".join(words[: at + 1])) + match[0].count(","))
    return _read_counted(flat, text, number, match)


def _read_english_unit(flat: str, number: Number, match: re.Match[str]) -> Measure | None:
    unit, factor = ENGLISH_UNITS[match["unit"]]
    word, end = match["unit"], match.end()
    if word in ("c", "f", "l", "m", "mm", "ft") and flat[match.start("unit") - 1 : match.start("unit")] == "-":
        return None
    if word in ("day", "second", "won") and flat[match.start("unit") - 1] == " " and number.low != 1:
        return None
    if _is_year(flat, number) and word not in ("%", "percent"):
        return None
    half = {None: 0.0, " and a half": 0.5, " 1/2": 0.5, " and a quarter": 0.25}[match["half"]]
    return Measure(unit, factor, end, half)


def _read_counted(flat: str, text: str, number: Number, match: re.Match[str]) -> Measure | None:
    """A plural that no list names counts what it says, where nothing but one word stands between."""
    noun = match["noun"]
    if (
        match["between"]
        or text[match.start("noun")].isupper()
        or not _is_plural(noun)
        or _is_year(flat, number)
        or number.low == number.high == 1
    ):
        return None
    if _POINTED.search(flat, max(0, number.start - 8), number.start):
        return None
    if _NAMED.search(flat, max(0, number.start - 14), number.start) or _follows_name(text, number.start):
        return None
    return Measure(singular(noun), 1.0, match.end())


def _is_plural(noun: str) -> bool:
    return len(noun) > 3 and noun.endswith("s") and not noun.endswith(("ss", "us", "is")) and noun not in _NO_NOUNS


def singular(noun: str) -> str:
    """The singular of a regular English plural."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("ches", "shes", "xes", "sses")):
        return noun[:-2]
    return noun[:-1]


_NAME_BEFORE = re.compile(r"(?:^|[^.!?\s“\"‘]\s|\s)([A-Z][A-Za-z]+) $")


def _follows_name(text: str, start: int) -> bool:
    """Whether a capitalised word stands right before, not at the beginning of a sentence: Highway 9."""
    found = _NAME_BEFORE.search(text, max(0, start - 24), start)
    return (
        found is not None and found.start(1) > 0 and text[max(0, found.start(1) - 2) : found.start(1)][:1] not in ".!?"
    )


def _is_year(flat: str, number: Number) -> bool:
    numeral = flat[number.start : number.end]
    return numeral.isdigit() and len(numeral) == 4 and 1500 <= number.low <= 2199


_SIGN = re.compile(rf"(?:{_any_of(CURRENCY_SIGNS)}) ?$")


_SIGN_ENDS = frozenset(sign[-1] for sign in CURRENCY_SIGNS)


def find_currency_before(flat: str, start: int) -> tuple[str, int] | None:
    """The currency whose sign stands right before ``start``, and where the sign begins."""
    last = flat[start - 1 : start] if flat[start - 1 : start] != " " else flat[start - 2 : start - 1]
    if last not in _SIGN_ENDS or (match := _SIGN.search(flat, max(0, start - 5), start)) is None:
        return None
    if match[0][0].isalpha() and match[0][0].isascii() and flat[match.start() - 1 : match.start()].isalpha():
        return None
    return CURRENCY_SIGNS[match[0].strip()], match.start()


def find_age(flat: str, number: Number) -> tuple[int, bool] | None:
    """Where the age ends that ``number`` is (34-year-old, 岁), and whether it is only a limit (60岁以上)."""
    match = _AGE.match(flat, number.end)
    if match is None:
        return None
    is_limit = _AGE_LIMIT.match(flat, match.end()) or _AGE_LIMIT_BEFORE.search(flat, 0, number.start)
    return match.end(), bool(is_limit or "month" in match[0] or not 1 <= number.low <= _OLDEST)


_OLDEST = 125
_AGE_LIMIT = re.compile("[及或]?以[上下内]| or (?:older|over|younger|under)| and (?:older|over|above|under)")
_AGE_LIMIT_BEFORE = re.compile(r"(?:under|over|below|above|than|未满|不满|年满)(?: the age of)? ?$")
