"""What a person typed -> a Query, or a QueryError that marks the place.

::

    克里 气候            both words, anywhere           "气候 危机" “…” 「…」 『…』   these words in a row
    克里 OR 拜登 / a|b   either; OR binds closer        -煤炭   NOT 煤炭              without
    (a b) OR c           parentheses as one expects     encrypt*                     the beginning of a word
    title: byline:       words in the headline, in the byline
    outlet: agency: lang: has: edited: after: before: on:       as ``FIELDS`` below says, in Chinese, too

Full-width signs are as good as half-width ones. Words are folded as ``text.words`` does. Days are days in UTC.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from broadsheet.errors import QueryError
from broadsheet.model import AllOf, AnyOf, Between, Condition, Not, Query, Trait, Word
from broadsheet.statements.agency_names import find_agency_name
from broadsheet.text.words import find_runs, is_dense

LONGEST_QUERY = 1000
MOST_WORDS = 64
DEEPEST = 12

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("headline", "标题", "標題", "题", "題"),
    "byline": ("author", "by", "作者", "记者", "記者"),
    "outlet": ("source", "site", "媒体", "媒體", "来源", "來源"),
    "agency": ("通讯社", "通訊社", "电头", "電頭"),
    "lang": ("language", "语言", "語言"),
    "has": ("有", "含"),
    "edited": ("revised", "修改", "改过", "改過"),
    "after": ("since", "from", "自", "起"),
    "before": ("until", "to", "至", "止"),
    "on": ("date", "published", "日期", "时间", "時間"),
}
"""Each field and the other names it answers to."""

_EXAMPLES = {"title": "气候", "byline": "王小明", "outlet": "voa", "agency": "法新社", "lang": "zh", "has": "picture",
             "edited": "yes", "after": "2023-07-01", "before": "2023-07-01", "on": "2023-07"}  # fmt: skip
_FIELD_OF = {alias: name for name, aliases in FIELDS.items() for alias in (name, *aliases)}
_QUOTES = {'"': '"“”„＂', "“": '"”“＂', "”": '"”“＂', "„": '"“”＂', "＂": '"＂“”', "「": "」", "『": "』", "｢": "｣"}
_OPENING, _CLOSING = "(（", ")）"
_MINUS = "-－−–"
_COLONS = ":："
_NAME = re.compile(rf"([A-Za-z]{{1,20}}|[\u4e00-\u9fff]{{1,3}})[{_COLONS}]")
_TERM = re.compile(rf"[^\s{_OPENING}{_CLOSING}{''.join(_QUOTES)}|｜]+")
_BREAK = re.compile(r"[，。、；！？,;!?…《》〈〉【】/]+")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_LANGUAGES = {
    "中文": "zh", "汉语": "zh", "华语": "zh", "chinese": "zh", "英文": "en", "英语": "en", "english": "en",
    "日文": "ja", "日语": "ja", "japanese": "ja", "韩文": "ko", "韩语": "ko", "korean": "ko",
    "法文": "fr", "法语": "fr", "french": "fr", "德文": "de", "德语": "de", "german": "de", "俄文": "ru", "俄语": "ru",
    "russian": "ru", "西班牙语": "es", "spanish": "es", "阿拉伯语": "ar", "arabic": "ar",
}  # fmt: skip
_HAS = {
    "picture": "picture", "pictures": "picture", "image": "picture", "photo": "picture", "图": "picture",
    "图片": "picture", "照片": "picture", "byline": "byline", "author": "byline", "作者": "byline", "记者": "byline",
    "agency": "agency", "通讯社": "agency",
}  # fmt: skip
_YES = frozenset({"yes", "true", "1", "y", "是", "有"})
_NO = frozenset({"no", "false", "0", "n", "否", "没有"})


def parse_query(text: str, *, outlets: Mapping[str, str] | None = None) -> Query:
    """The Query that ``text`` means; an empty text means every article.

    ``outlets`` maps names of outlets to their ids, so that ``outlet:美国之音`` is as good as ``outlet:voa``.
    QueryError says what is wrong, shows the text with a caret under the place, and has the place.
    """
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"the question is longer than {LONGEST_QUERY} characters", place=LONGEST_QUERY)
    named = {find_runs(name): one for name, one in (outlets or {}).items()}
    parser = _Parser(re.sub(r"[\r\n\t]", " ", text), named)
    return Query(text, parser.parse())


def iter_words(query: Query) -> Iterator[Word]:
    """The words and phrases that a hit shows: those not ruled out by ``-``."""
    pending: list[Condition] = [query.condition]
    while pending:
        condition = pending.pop(0)
        if isinstance(condition, Word):
            yield condition
        elif isinstance(condition, AllOf | AnyOf):
            pending = [*condition.parts, *pending]


@dataclass
class _Parser:
    """Reads from ``at`` onwards; every method leaves ``at`` behind what it has read."""

    text: str
    outlets: Mapping[tuple[str, ...], str]
    at: int = 0
    words: int = 0

    def parse(self) -> Condition:
        condition = self._read_all(depth=0)
        if self.at < len(self.text):
            raise self._fault("there is no ( to this )", self.at)
        if condition == AllOf() and self.text.strip():
            raise self._fault("there is no word in this to search for", len(self.text) - len(self.text.lstrip()))
        return condition

    def _read_all(self, depth: int) -> Condition:
        """Terms up to a closing parenthesis or the end."""
        parts: list[Condition] = []
        while (one := self._find_alternatives(depth)) is not None:
            if one != AllOf():
                parts.append(one)
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _find_alternatives(self, depth: int) -> Condition | None:
        """``a``, or ``a OR b OR c``; None at the end."""
        self._skip_and()
        if (start := self._find_or()) is not None:
            raise self._fault("nothing stands before OR", start)
        one = self._find_term(depth)
        if one is None:
            return None
        parts = [one]
        while (start := self._find_or()) is not None:
            other = self._find_term(depth)
            if other is None:
                raise self._fault("nothing stands after OR", start)
            parts.append(other)
        parts = [part for part in parts if part != AllOf()]
        return AnyOf(tuple(parts)) if len(parts) > 1 else (parts[0] if parts else AllOf())

    def _find_term(self, depth: int) -> Condition | None:
        """One term with what is before it: ``-``, ``NOT``, ``name:``, parenthesis, quotes. None at an end."""
        self._skip_space()
        if self.at >= len(self.text) or self.text[self.at] in _CLOSING:
            return None
        start = self.at
        if self._take_minus() or self._take_word("NOT"):
            part = self._find_term(depth)
            if part is None:
                raise self._fault("nothing stands after this", start)
            return AllOf() if part == AllOf() else Not(part)
        if self.text[self.at] in _OPENING:
            return self._read_group(depth)
        if self.text[self.at] in _QUOTES:
            return self._word("text", self._read_quoted(), is_quoted=True, at=start)
        if found := _NAME.match(self.text, self.at):
            name = _FIELD_OF.get(found[1].lower())
            if name is not None:
                return self._read_field(name, found.end())
            self._check_name(found)
        return self._word("text", self._read_bare(), is_quoted=False, at=start)

    def _take_minus(self) -> bool:
        behind = self.text[self.at + 1 : self.at + 2]
        is_minus = self.text[self.at] in _MINUS and bool(behind) and not behind.isspace()
        self.at += is_minus
        return is_minus

    def _read_group(self, depth: int) -> Condition:
        start = self.at
        if depth >= DEEPEST:
            raise self._fault("there are too many ( in each other", start)
        self.at += 1
        inside = self._read_all(depth + 1)
        if self.at >= len(self.text):
            raise self._fault("this ( is not closed", start)
        self.at += 1
        return inside

    def _read_quoted(self) -> str:
        start = self.at
        closing = _QUOTES[self.text[start]]
        for end in range(start + 1, len(self.text)):
            if self.text[end] in closing:
                self.at = end + 1
                return self.text[start + 1 : end]
        raise self._fault("this quote is not closed", start)

    def _read_bare(self) -> str:
        found = _TERM.match(self.text, self.at)
        if found is None:  # a lone closing quote or the like
            self.at += 1
            return ""
        self.at = found.end()
        return found[0]

    def _check_name(self, found: re.Match[str]) -> None:
        """``auther:x`` is a slip; ``他说：我们`` and ``Trump: no`` are words."""
        behind = self.text[found.end() : found.end() + 1]
        if not found[1].isascii() or not behind or behind.isspace():
            return
        near = difflib.get_close_matches(found[1].lower(), _FIELD_OF, n=1)
        hint = f"did you mean {near[0]}: ?" if near else f"there are {', '.join(f'{name}:' for name in FIELDS)}"
        raise self._fault(
            f"there is no field {found[1]}: ({hint} To search for the words, put them in quotes)", found.start()
        )

    # -- fields ----------------------------------------------------------------------------------------------

    def _read_field(self, name: str, value_at: int) -> Condition:
        start, self.at = self.at, value_at
        is_quoted = self.at < len(self.text) and self.text[self.at] in _QUOTES
        value = self._read_quoted() if is_quoted else self._read_value()
        if not value.strip():
            raise self._fault(f"{name}: needs a value behind it (such as {name}:{_EXAMPLES[name]})", start)
        if name == "title":
            return self._word("title", value, is_quoted=is_quoted, at=value_at)
        if name == "byline":
            return self._word("byline", value, is_quoted=is_quoted, at=value_at)
        if name in ("after", "before", "on"):
            return self._between(name, value, value_at)
        values = [value] if is_quoted else [one for one in re.split("[,，、]", value) if one]
        parts = tuple(self._trait(name, one.strip(), value_at) for one in values)
        return parts[0] if len(parts) == 1 else AnyOf(parts)

    def _read_value(self) -> str:
        found = _TERM.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _trait(self, name: str, value: str, at: int) -> Condition:
        plain = unicodedata.normalize("NFKC", value).lower()
        if name == "outlet":
            return Trait("outlet", self.outlets.get(find_runs(value), plain))
        if name == "agency":
            return Trait("agency", find_agency_name(value) or value)
        if name == "lang":
            return Trait("language", _LANGUAGES.get("".join(find_runs(value)), plain.replace("_", "-")))
        plain = "".join(find_runs(value))
        if name == "has":
            if plain not in _HAS:
                raise self._fault("has: knows picture, byline and agency", at)
            return Trait("has", _HAS[plain])
        if plain not in _YES | _NO:
            raise self._fault("edited: is yes or no", at)
        return Trait("edited", "yes") if plain in _YES else Not(Trait("edited", "yes"))

    def _between(self, name: str, value: str, at: int) -> Between:
        found = _DATE.fullmatch(unicodedata.normalize("NFKC", value))
        try:
            first, behind = _period(found) if found else (None, None)
        except (ValueError, OverflowError):
            first = behind = None
        if first is None:
            raise self._fault(f"{value} is not a day such as 2023-07-01, a month such as 2023-07 or a year", at)
        if name == "on":
            return Between(first, behind)
        return Between(after=first) if name == "after" else Between(before=first)

    # -- words -----------------------------------------------------------------------------------------------

    def _word(self, field: Literal["text", "title", "byline"], said: str, *, is_quoted: bool, at: int) -> Condition:
        """The words said; those a person did not put in quotes are cut at commas and the like."""
        said = unicodedata.normalize("NFKC", said) if "＊" in said else said
        pieces = [said] if is_quoted else _BREAK.split(said)
        words = []
        for piece in pieces:
            is_prefix = not is_quoted and piece.endswith("*")
            runs = find_runs(piece)
            if not runs:
                continue
            if is_prefix and not is_dense(runs[-1]):
                if len(runs) > 1 or len(runs[0]) < 2:
                    raise self._fault("a * stands at the end of one word of two letters or more, such as encrypt*", at)
                words.append(Word(runs, field, is_prefix=True))
            else:
                words.append(Word(runs, field, others=() if is_quoted or is_prefix else plural_forms(runs)))
        self.words += len(words)
        if self.words > MOST_WORDS:
            raise self._fault(f"there are more than {MOST_WORDS} words", at)
        return words[0] if len(words) == 1 else AllOf(tuple(words))

    # -- signs -----------------------------------------------------------------------------------------------

    def _skip_space(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _take_word(self, word: str) -> bool:
        behind = self.at + len(word)
        if self.text.startswith(word, self.at) and self.text[behind : behind + 1] in ("", " ", "　", *_OPENING):
            self.at = behind
            return True
        return False

    def _skip_and(self) -> None:
        self._skip_space()
        while self._take_word("AND"):
            self._skip_space()

    def _find_or(self) -> int | None:
        """Reads ``OR`` or ``|`` if it stands here; where it began."""
        self._skip_space()
        start = self.at
        if self.at < len(self.text) and self.text[self.at] in "|｜":
            self.at += 1
            self.at += self.text[self.at : self.at + 1] in ("|", "｜")
            return start
        return start if self._take_word("OR") else None

    def _fault(self, message: str, at: int) -> QueryError:
        return QueryError(f"{message}:\n{mark_place(self.text, at)}", place=at)


def mark_place(text: str, at: int) -> str:
    """``text`` and, on a line of its own, a caret under the character at ``at``, as a terminal shows wide ones."""
    cells = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[:at])
    return f"  {text}\n  {' ' * cells}^"


def plural_forms(runs: tuple[str, ...]) -> tuple[str, ...]:
    """The singular or plural of one Latin word, by the plainest rules; none for short words (``new``, ``news``)."""
    word = runs[0]
    if len(runs) > 1 or len(word) < 4 or not (word.isascii() and word.isalpha()):
        return ()
    if word.endswith("s"):
        forms = _singulars(word)
    elif word.endswith("y") and word[-2] not in "aeiou":
        forms = [word[:-1] + "ies"]
    elif word.endswith(("x", "z", "ch", "sh")):
        forms = [word + "es"]
    else:
        forms = [word + "s"]
    return tuple(form for form in forms if len(form) >= 4)


def _singulars(word: str) -> list[str]:
    if word.endswith(("ss", "us", "is")):
        return [word + "es"]
    if word.endswith("ies"):
        return [word[:-3] + "y"]
    if word.endswith(("xes", "zes", "ches", "shes", "sses")):
        return [word[:-2]]
    return [word[:-1]]


def _period(found: re.Match[str]) -> tuple[datetime, datetime]:
    """The first instant of the day, month or year that ``found`` states, and the first behind it."""
    year, month, day = int(found[1]), found[2], found[3]
    first = datetime(year, int(month or 1), int(day or 1), tzinfo=UTC)
    if day:
        return first, first + timedelta(days=1)
    if month:
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, first.replace(year=year + 1)
