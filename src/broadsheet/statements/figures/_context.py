"""Signs and words whose unit only their sentence decides: 度, 级, degrees, pounds, 分, and years that are aimed at."""

from __future__ import annotations

import re
from dataclasses import replace

from ._measures import Measure
from ._spans import Number

_WARM = re.compile("温|热|冷|寒|摄氏|℃|零下|降温|暑|temperature|heat|hot\\b|cold|celsius|warm|freez|frost")
_QUAKE = re.compile("地震|震级|余震|强震|里氏|芮氏|规模")
_WIND = re.compile("风|飓")
_WEIGHT = re.compile(r"\bweigh|\bheavy|\bof (?:cocaine|heroin|explosives|meth)|\bfish\b|\blost [0-9]+ pounds")
_SPORT = re.compile("积分|得分|得到|积|领先|落后|以|比分|拿下|贡献")
_FAHRENHEIT = re.compile("fahrenheit|华氏")
_DEGREE = re.compile(" ?(?:摄氏)?度(?![假量日过身电角析数个]|(?:电|的?角))")
_GRADE = re.compile(" ?级")
_CLIMATE_SPAN = 60


def _near(flat: str, number: Number, pattern: re.Pattern[str], before: int = 40, behind: int = 30) -> bool:
    return pattern.search(flat, max(0, number.start - before), number.end + behind) is not None


def find_contextual(flat: str, number: Number) -> Measure | None:
    """The unit of 度 or 级 behind ``number``, where the words about it decide it."""
    if match := _DEGREE.match(flat, number.end):
        if _near(flat, number, _WARM, _CLIMATE_SPAN) and not re.search(
            "[北南]纬|[东西]经", flat[max(0, number.start - 3) : number.start]
        ):
            return Measure("celsius", 1.0, match.end())
        return None
    if match := _GRADE.match(flat, number.end):
        return _read_grade(flat, number, match.end())
    return None


def _read_grade(flat: str, number: Number, end: int) -> Measure | None:
    behind = flat[end : end + 6]
    if re.match("(?:左右|以上|的|强烈?|浅源|大|特大|有感)*(?:地震|余震|强震)", behind):
        return Measure("magnitude", 1.0, end)
    if re.match("(?:左右|以上|的|偏?[东南西北]+|大|强|狂)*(?:阵?风|台风)", behind):
        return Measure("wind force", 1.0, end)
    left = flat[max(0, number.start - 14) : number.start]
    if _QUAKE.search(left) and number.low < 10:
        return Measure("magnitude", 1.0, end)
    if _WIND.search(left) and number.high <= 18:
        return Measure("wind force", 1.0, end)
    return None


_MAGNITUDE_BEFORE = re.compile(r"(?:\bmagnitude(?:[- ]| of |: )|里氏|芮氏规模|规模|震级为?)$")
_MAGNITUDE_BEHIND = re.compile(r"[- ]magnitude\b")


def find_magnitude(flat: str, number: Number) -> tuple[int, int] | None:
    """Where the magnitude of an earthquake begins and ends, with the word magnitude."""
    if number.high >= 10:
        return None
    if match := _MAGNITUDE_BEHIND.match(flat, number.end):
        return number.start, match.end()
    if (match := _MAGNITUDE_BEFORE.search(flat, max(0, number.start - 14), number.start)) and _near(
        flat, number, re.compile("quake|magnitude|震"), 60, 40
    ):
        return match.start(), number.end
    return None


_COMPARES = re.compile(r" (?:as|more|the|larger|higher|that|greater|faster)\b")


def settle(flat: str, number: Number, measure: Measure) -> Measure | None:
    """``measure`` with what its sentence makes of it: pounds of weight, degrees of what; None where that is unsure."""
    word = flat[number.end : measure.end].strip(" -")
    if measure.unit == "celsius" and word in ("degrees", "degree"):
        if re.match(r" (?:north|south|east|west|latitude|longitude)", flat[measure.end :]):
            return None
        if _near(flat, number, _FAHRENHEIT):
            return replace(measure, unit="fahrenheit")
        return measure if _near(flat, number, _WARM, 80, 60) else None
    if word in ("c", "f") and not _near(flat, number, _WARM, 80, 60):
        return None
    if measure.unit == "pound" and word.startswith("pound") and _near(flat, number, _WEIGHT):
        return replace(measure, unit="kilogram", factor=0.45359237)
    if measure.unit == "point" and word == "分" and not _near(flat, number, _SPORT, 12, 0):
        return None
    if measure.unit == "time" and (word == "time" or (word == "times" and _COMPARES.match(flat, measure.end))):
        return None
    if measure.unit == "country" and word == "国" and number.low < 3:
        return None
    return measure


_TARGET_HAN = re.compile("年(?:底|末|中|初)?(?P<until>以?前|之前|开始|起|实现|达到|完成)?")
_TARGET_BEFORE = re.compile(r"(?:(?P<until>到|至|[在于]|从|自)|\bby (?:the end of |mid-|early |late )?)$")
_AIM = re.compile("实现|达到|完成|达成|建成|峰值|目标|减少|降低|提高|计划|承诺|力争|开始|投产|通车|淘汰|之前|以前|年前")
_FIRST_TARGET, _LAST_TARGET = 2000, 2199


def find_target(flat: str, number: Number) -> tuple[int, int] | None:
    """Where a year that something is aimed at begins and ends: 到2030年, 2027年前, by 2035."""
    numeral = flat[number.start : number.end]
    if not (len(numeral) == 4 and number.low == number.high and _FIRST_TARGET <= number.low <= _LAST_TARGET):
        return None
    before = _TARGET_BEFORE.search(flat, max(0, number.start - 16), number.start)
    match = _TARGET_HAN.match(flat, number.end)
    if match is None:
        return (number.start, number.end) if before and before["until"] is None else None
    if re.match("[0-9]{1,2}月", flat[number.end + 1 : number.end + 4]):
        return None
    clause = re.split("[，。；]", flat[number.start : number.start + 40])[0]
    if match["until"] and re.search("前", match["until"]):
        return number.start, number.end + 1
    if (
        before
        and before["until"] in ("到", "至")
        and flat[number.start - 2 : number.start - 1] not in tuple("年月日直看0123456789")
    ):
        rest = flat[number.end : number.end + 40].partition("。")[0]
        return (number.start, number.end + 1) if _AIM.search(rest) or "将" in rest else None
    if before and before["until"] and _AIM.search(clause):
        return number.start, number.end + 1
    return None
