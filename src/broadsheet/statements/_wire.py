"""The wire services: what each is called, and the few rules for finding such a name in a line.

Lines are folded before they are searched: full-width signs become ASCII and traditional characters simplified ones.
Folding keeps every position, so that words found in the folded line are cut from the line as it came.
"""

from __future__ import annotations

import functools
import re

from broadsheet.text.folding import SignTable, to_simplified
from broadsheet.text.numerals import DAY as DAY_OF_MONTH
from broadsheet.text.numerals import MONTH, YEAR

NAMES: dict[str, tuple[str, ...]] = {
    "AFP": ("法新社", "法国新闻社", "法新", "AFP", "Agence France-Presse", "Agence France Presse"),
    "Reuters": ("路透社", "路透", "ロイター", "Thomson Reuters", "Reuters", "REUTERS"),
    "AP": ("美联社", "AP通信", "AP", "The Associated Press", "Associated Press", "ASSOCIATED PRESS"),
    "UPI": ("合众国际社", "UPI", "United Press International"),
    "Xinhua": ("新华社", "新华通讯社", "Xinhua News Agency", "Xinhua", "XINHUA"),
    "CNS": ("中新社", "中国新闻社", "China News Service"),
    "HKCNA": ("香港中通社", "中通社"),
    "CNA": ("中央社", "中央通讯社", "Central News Agency"),
    "Kyodo": ("共同社", "共同通信社", "共同通信", "Kyodo News", "Kyodo", "KYODO"),
    "Jiji": ("时事通讯社", "时事通信社", "时事通信", "时事社", "Jiji Press", "Jiji", "JIJI"),
    "Yonhap": ("韩联社", "联合ニュース", "Yonhap News Agency", "Yonhap", "YONHAP"),
    "KCNA": ("朝中社", "朝鲜中央通讯社", "朝鲜中央社", "朝鲜中央通信社", "朝鲜中央通信", "KCNA"),
    "TASS": ("塔斯社", "俄塔社", "俄通社-塔斯社", "伊塔社", "伊塔尔-塔斯社", "ITAR-TASS", "Itar-Tass", "TASS", "Tass"),
    "RIA Novosti": ("俄新社", "俄罗斯新闻社", "RIA Novosti", "RIA-Novosti"),
    "Interfax": ("国际文传电讯社", "国际文传通讯社", "国际文传社", "Interfax"),
    "Sputnik": ("俄罗斯卫星通讯社", "卫星通讯社", "Sputnik"),
    "dpa": ("德新社", "德通社", "dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("埃菲社", "艾菲社", "EFE"),
    "ANSA": ("安莎社", "ANSA"),
    "Bloomberg": ("彭博社", "彭博新闻社", "彭博", "Bloomberg News", "Bloomberg"),
    "PTI": ("印度报业托拉斯", "印报托", "PTI", "Press Trust of India"),
    "IANS": ("印度亚洲新闻社", "IANS"),
    "ANI": ("亚洲国际新闻社", "印度亚洲国际新闻社", "ANI"),
    "Anadolu": ("阿纳多卢通讯社", "阿纳多卢社", "安纳多卢通讯社", "Anadolu Agency", "Anadolu"),
    "IRNA": ("伊朗伊斯兰共和国通讯社", "伊通社", "IRNA"),
    "VNA": ("越通社", "越南通讯社", "Vietnam News Agency"),
    "Bernama": ("马新社", "Bernama", "BERNAMA"),
    "Antara": ("安塔拉通讯社", "安塔拉社"),
    "AAP": ("澳联社", "澳大利亚联合新闻社", "Australian Associated Press"),
    "PA Media": ("英国新闻联合社", "英国报业协会", "PA Media", "Press Association"),
    "The Canadian Press": ("加拿大通讯社", "加通社", "The Canadian Press", "Canadian Press"),
    "Ukrinform": ("乌克兰国家通讯社", "乌通社", "Ukrinform"),
}
"""Canonical name -> the names it goes by, Chinese ones in simplified characters."""

_CANONICAL = {alias: name for name, aliases in NAMES.items() for alias in aliases}

_SIGNS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIGNS |= {ord(old): new for old, new in zip("【】〔〕［］\u3000\xa0＝﹝﹞", "[][][]  =[]", strict=True)}


def fold(line: str) -> str:
    """The line in simplified characters, with full-width signs and brackets folded; as long as before."""
    return line if line.isascii() else _table().fold(line)


@functools.cache
def _table() -> SignTable:
    return SignTable(lambda char: _SIGNS.get(ord(char)) or to_simplified(char))


def _hints(words: list[str]) -> str:
    """A pattern that finds any of ``words`` in a folded line, quick where none is there.

    Words of one beginning stand together and each begins with a plain character, so that a search passes at once over
    every character no word begins with.
    """
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[0], set()).add(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(sorted(found))})" for first, found in sorted(rests.items()))


def canonical_name(alias: str) -> str:
    """The short English name of the agency a matched alias belongs to; an alias of no agency is its own name."""
    return _CANONICAL.get(alias, alias)


def _alternatives(aliases: list[str]) -> str:
    return "|".join(re.escape(alias) for alias in sorted(aliases, key=len, reverse=True))


_ASIAN = [alias for alias in _CANONICAL if not alias.isascii()]
_LATIN = [alias for alias in _CANONICAL if alias.isascii()]

_NAMESAKES = r"\s(?:Institute|Foundation|Philanthropies|Stylebook|Bookstore|University|tests?|exams?|class(?:es)?)\b"
"""Behind a name that is then another body's, or an examination's."""

LATIN = rf"(?<![A-Za-z0-9])(?:{_alternatives(_LATIN)})(?![A-Za-z0-9'’]|-[A-Z]|{_NAMESAKES})"
ASIAN = rf"(?:{_alternatives(_ASIAN)})(?![会区团群交社])"
ANY = rf"(?:{ASIAN}|{LATIN})"

HINT = re.compile(_hints([*_CANONICAL, "CNA", "Reporting", "reporting"]))
"""What every line that names an agency holds once it is folded; most lines do not."""

DAY = f"(?:{YEAR})?(?:{MONTH}份?)?{DAY_OF_MONTH}"
"""A day as datelines write it, in folded text."""
DISPATCH = (
    r"(?:综合)?(?:外)?(?:专|急|快|特|英文|中文)?"
    r"(?:电(?![视影话子台力池脑器网邮动车缆站商竞价])|讯(?![息问号])|特稿)"
)
"""The word for a dispatch, and not the beginning of another word."""


def list_blocks(text: str) -> list[str]:
    """The blocks of a text that hold something, each on one line, without spaces around."""
    return [line.strip() for line in text.split("\n") if line.strip()]
