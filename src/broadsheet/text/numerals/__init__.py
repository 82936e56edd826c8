"""Numerals: one grammar of numbers as news prose writes them, in Chinese of both scripts and in English.

::

    text ─▶ flat (as long as before) ─▶ where a numeral stands, and is no part of a word ─▶ lowest and highest value

A numeral says a number and nothing else: what is counted, and what 约 or ``nearly`` make of it, is read elsewhere
(``figures``). Dates are put together from numerals here too (``DATE``), and so are shares
(百分之三, 三成五, 八折).
"""

from __future__ import annotations

from broadsheet.text.numerals._calendar import (
    DATE,
    DATE_BEGINS,
    DAY,
    DAY_NUMBER,
    MONTH,
    MONTH_NUMBER,
    YEAR,
    YEAR_NUMBER,
    with_plain_dates,
)
from broadsheet.text.numerals._find import WEEKDAY, Numeral, find_numerals, iter_numerals, read_numeral, with_numerals
from broadsheet.text.numerals._han import HAN_SIGNS, next_step
from broadsheet.text.numerals._shares import TENTHS, Share, iter_fractions, read_tenths, said_plainly, with_shares

__all__ = [
    "DATE",
    "DATE_BEGINS",
    "DAY",
    "DAY_NUMBER",
    "HAN_SIGNS",
    "MONTH",
    "MONTH_NUMBER",
    "TENTHS",
    "WEEKDAY",
    "YEAR",
    "YEAR_NUMBER",
    "Numeral",
    "Share",
    "find_numerals",
    "iter_fractions",
    "iter_numerals",
    "next_step",
    "read_numeral",
    "read_tenths",
    "said_plainly",
    "with_numerals",
    "with_plain_dates",
    "with_shares",
]
