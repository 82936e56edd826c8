"""Dates put together from numerals: the patterns of Chinese years, months and days, and one form for each date.

All for flat text. 2023年7月, 民国112年, 二〇二三年, 七月廿三日, 廿三日, 腊月廿三, 农历八月十五, 周三.
"""

from __future__ import annotations

import re

from broadsheet.text.numerals._find import read_flat
from broadsheet.text.numerals._han import DIGIT_SIGNS, HAN_SIGNS

REPUBLIC_YEARS = 1911
"""民国元年 is 1912."""

_REPUBLIC = "(?:中华)?民国 ?"
_REPUBLIC_DIGITS = f"[0-9]{{1,3}}|[{DIGIT_SIGNS}十百廿卅卌]{{1,5}}|元"
_HAN_MONTH = "十[一二]|[一二三四五六七八九十]"
_HAN_DAY = "[二三]十[一二三四五六七八九]?|十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九]"
_LUNAR_DAY = "初[一二三四五六七八九十]|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十|十[一二三四五六七八九]"
MONTH_NUMBER = f"(?:[0-9]{{1,2}}|{_HAN_MONTH})"
MONTH = f"{MONTH_NUMBER}月"
YEAR_NUMBER = f"(?:[12][0-9]{{3}}|[一二][{DIGIT_SIGNS}]{{3}})"
YEAR = (
    f"(?:{_REPUBLIC}(?:{_REPUBLIC_DIGITS}) ?年|公元前?[0-9]{{1,4}}年|{YEAR_NUMBER}年"
    f"|(?:[0-9]{{2}}|[{DIGIT_SIGNS}]{{2}})年(?={MONTH}))"
)
"""A year of the calendar: of two digits only where a month follows, else 12年 are twelve years."""
DAY_NUMBER = f"(?:[0-9]{{1,2}}|{_HAN_DAY})"
DAY = f"{DAY_NUMBER}[日号]"
_NO_DAY = "(?![内间游线楼院店门机房馆码厅桌台车馆令]|以[内后来前]|前(?![往来去夕])|后(?!续))"
"""5日内, 3号楼: these are no days of a month."""

_LUNAR = (
    f"(?:(?:农历|阴历|旧历)(?:{YEAR_NUMBER}年)?闰?(?:{MONTH}|[正腊冬]月)|闰?[正腊冬]月|闰{MONTH})"
    f"(?:(?:{_LUNAR_DAY})(?![十百千万亿个多余]))?|(?:{MONTH})(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?)(?![日号])"
)
"""Days of the lunar calendar, which have no 日 behind them."""

DATE = (
    f"(?<![0-9.,{HAN_SIGNS}])(?:{_LUNAR}|{YEAR}(?:{MONTH}(?:份|{DAY})?)?|{MONTH}(?:份|{DAY})?|{DAY}{_NO_DAY})"
    "|大年(?:初[一二三四五六七八九十]|三十)"
)
"""A Chinese date, as far as it is said: a year, a month, a day, or several of them."""

DATE_BEGINS = f"{HAN_SIGNS}公中民农阴旧闰正腊冬大上下本这个周星礼"
"""The Chinese signs that a date or a weekday may begin with."""

_REPUBLIC_YEAR = re.compile(f"{_REPUBLIC}({_REPUBLIC_DIGITS}) ?年")
_HAN_YEAR = re.compile(f"(?<![{DIGIT_SIGNS}])[{DIGIT_SIGNS}]{{4}}(?=年)")
_HAN_PART = re.compile(
    f"(?<![{HAN_SIGNS}0-9])(?:[〇零][一二三四五六七八九]|{_HAN_DAY}|[四五]十[一二三四五六七八九]?|两)"
    f"(?=[月日号时分秒]|点(?![{DIGIT_SIGNS}](?![十分刻半])))"
)


def _year_of_republic(found: re.Match[str]) -> str:
    span = (1, 1) if found[1] == "元" else read_flat(found[1])
    return found[0] if span is None else f"{REPUBLIC_YEARS + int(span[0])}年"


def with_plain_dates(flat: str) -> str:
    """``flat`` with the Chinese numerals of its dates and times in figures, and years of the Republic as others."""
    flat = _REPUBLIC_YEAR.sub(_year_of_republic, flat)
    flat = _HAN_YEAR.sub(_in_figures, flat)
    return _HAN_PART.sub(_in_figures, flat)


def _in_figures(found: re.Match[str]) -> str:
    span = read_flat(found[0])
    return found[0] if span is None else str(int(span[0]))
