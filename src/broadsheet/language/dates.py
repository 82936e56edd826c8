"""Dates as feeds and pages write them, read with certainty or not at all.

``parse_date`` takes a time and a zone out of the text, then a date, and at the end nothing may be left over but a
weekday and a few words such as "Published:" or "北京时间". What is ambiguous (05/04/2024, a month without a day, an
unknown zone name) is None, never a guess: an archive says "not known" rather than something wrong.

Standards: RFC 822/2822/5322 with the obsolete and the sloppy forms, asctime, ISO 8601 and its W3C profile
(calendar, week and ordinal dates), Unix time in seconds to microseconds, East Asian dates with their words for the
parts of a day, month names of the languages in ``_MONTH_NAMES``. There is no clock here, so no "two hours ago".
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

CHINA = timezone(timedelta(hours=8))
"""The zone of a Chinese date that names none: Beijing, Taipei, Hong Kong and Singapore all keep +08:00."""

_LONGEST = 160
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def parse_date(text: str, *, zone: tzinfo | None = None, chinese: bool = False) -> datetime | None:
    """The instant in UTC that ``text`` names, or None where that is not certain.

    ``zone`` is taken for dates that name none (default: +08:00 where ``chinese``, else UTC); a date without a time
    means midnight there. ``chinese`` also makes ``CST`` China Standard Time instead of US Central. A weekday that
    contradicts its date is ignored, an impossible date or a year outside 1900..2100 is None.
    """
    found = _parse_usual(text)
    if found is not None:
        return found
    text = _tidy(text)
    if not text or len(text) > _LONGEST:
        return None
    default = zone if zone is not None else (CHINA if chinese else UTC)
    try:
        return (
            _parse_number(text, default) or _parse_iso(text, default, chinese) or _parse_words(text, default, chinese)
        )
    except (ValueError, OverflowError):
        return None


_RFC_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}


def _parse_usual(text: str) -> datetime | None:
    """The two forms nearly all feeds use, by their fixed places: RFC 822 in GMT, and ISO 8601 with a zone."""
    try:
        if text[3:5] == ", " and text[25:] in (" GMT", " +0000") and text[7] == text[11] == " ":
            found = datetime(
                int(text[12:16]),
                _RFC_MONTHS[text[8:11]],
                int(text[5:7]),
                int(text[17:19]),
                int(text[20:22]),
                int(text[23:25]),
                tzinfo=UTC,
            )
            return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
        if text[4:5] == "-" and text[10:11] == "T":
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None and _FIRST_YEAR <= found.year <= _LAST_YEAR:
                return found.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        pass
    return None


# ---- preparing the text -------------------------------------------------------------------------------------------

_HAN_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "两": "2",
}
_HAN_YEAR = re.compile("([〇零○一二三四五六七八九]{4})(?=年)")
_HAN_NUMBER = re.compile(
    "([〇零一二三四五六七八九]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[〇零]?[一二三四五六七八九两])(?=[月日号號时時点點分秒])"
)
_COMMENT = re.compile(r"\((?![^()]*\d)[^()]*\)|\[[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*\]")


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).replace("\u2212", "-").replace("\u200e", "").strip()
    if not text.isascii():
        text = _HAN_YEAR.sub(lambda found: "".join(_HAN_DIGITS[char] for char in found[1]), text)
        text = _HAN_NUMBER.sub(lambda found: str(_read_han_number(found[1])), text)
    return " ".join(text.split())


def _read_han_number(text: str) -> int:
    text = text.replace("廿", "二十").replace("卅", "三十").lstrip("〇零")
    if "十" not in text:
        return int(_HAN_DIGITS[text])
    tens, units = text.split("十")
    return 10 * int(_HAN_DIGITS[tens] if tens else 1) + int(_HAN_DIGITS[units] if units else 0)


# ---- numbers alone ------------------------------------------------------------------------------------------------

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")
_UNIX_UNITS = {9: 1, 10: 1, 12: 1_000, 13: 1_000, 16: 1_000_000}


def _parse_number(text: str, default: tzinfo) -> datetime | None:
    """20240501, 202405011230, 20240501123000, or Unix time in seconds, milliseconds or microseconds.

    Ten digits from 1900010100 on that also read as a year, month, day and hour are ambiguous: None.
    """
    found = re.fullmatch(r"(\d+)(\.\d{1,9})?", text)
    if not found:
        return None
    digits = found[1]
    if not found[2] and (compact := _COMPACT.fullmatch(digits)):
        year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
        if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31:
            return datetime(year, month, day, hour, minute, second, tzinfo=default).astimezone(UTC)
    if len(digits) not in _UNIX_UNITS:
        return None
    if len(digits) == 10 and re.match(
        r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])", digits
    ):
        return None
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(digits) * 10**6 // _UNIX_UNITS[len(digits)])
    if found[2]:
        instant += timedelta(microseconds=int(float(found[2]) * 10**6 / _UNIX_UNITS[len(digits)]))
    return instant if instant.year <= _LAST_YEAR else None


# ---- ISO 8601 -----------------------------------------------------------------------------------------------------

_ISO = re.compile(
    r"(?P<year>\d{4})-?(?:(?P<month>\d\d)-?(?P<day>\d\d)|W(?P<week>\d\d)-?(?P<weekday>[1-7])|(?<=-)(?P<ordinal>\d{3}))"
    r"(?:[T_ ]+(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?)?"
    r" ?(?P<zone>[A-Za-z+-].*)?",
    re.IGNORECASE,
)


def _parse_iso(text: str, default: tzinfo, chinese: bool) -> datetime | None:
    found = _ISO.fullmatch(_COMMENT.sub("", text).strip())
    if not found or (found["hour"] and not found["minute"] and not found["zone"]):
        return None
    year = int(found["year"])
    if found["week"]:
        day = date.fromisocalendar(year, int(found["week"]), int(found["weekday"]))
    elif found["ordinal"]:
        day = date(year, 1, 1) + timedelta(days=int(found["ordinal"]) - 1)
        if day.year != year:
            return None
    else:
        day = date(year, int(found["month"]), int(found["day"]))
    micros = int((found["fraction"] or "0").ljust(6, "0")[:6])
    return _assemble(
        day,
        (int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0), micros),
        found["zone"] or "",
        default,
        chinese,
    )


def _assemble(
    day: date, clock: tuple[int, int, int, int], zone: str, default: tzinfo, chinese: bool
) -> datetime | None:
    """Day, clock and zone name into an instant. 24:00 is the next midnight, second 60 a leap second."""
    hour, minute, second, micros = clock
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR or second > 60:
        return None
    if hour == 24 and (minute, second) == (0, 0):
        hour, day = 0, day + timedelta(days=1)
    local = datetime(day.year, day.month, day.day, hour, minute, min(second, 59), micros)
    if not zone.strip():
        return local.replace(tzinfo=default).astimezone(UTC)
    offset_s = _find_offset(zone, local, chinese)
    return None if offset_s is None else (local - timedelta(seconds=offset_s)).replace(tzinfo=UTC)


# ---- zones --------------------------------------------------------------------------------------------------------

_ZONES_H: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "zulu": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2,
    "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3, "sast": 2, "cat": 2, "wat": 1, "eat": 3, "irst": 3.5,
    "gst": 4, "pkt": 5, "ist": 5.5, "npt": 5.75, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "hkt": 8, "sgt": 8, "myt": 8,
    "pht": 8, "bjt": 8, "bjst": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13, "brt": -3, "art": -3, "clt": -4, "cot": -5, "pet": -5, "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
    "北京时间": 8, "北京時間": 8, "台北时间": 8, "台北時間": 8, "香港时间": 8, "香港時間": 8, "东八区": 8, "東八區": 8,
}  # fmt: skip
"""Hours east of Greenwich. IST is India's, CST without a Chinese outlet is US Central, BST is Britain's."""

_US_ZONES_H = {"et": -5, "ct": -6, "mt": -7, "pt": -8}
"""American zones that follow the season: the winter offset."""

_OFFSET = re.compile(r"(?:GMT|UTC?)? ?([+-]) ?(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
_OLD_OFFSET = re.compile(r"([+-]\d\d:?\d\d) ?\(?[A-Za-z. ]{0,40}\)?")


def _find_offset(zone: str, local: datetime, chinese: bool) -> float | None:
    """Seconds east of Greenwich that ``zone`` names, or None where it names no zone we are sure of."""
    name = zone.strip().strip("()").lower()
    old = _OLD_OFFSET.fullmatch(name)
    found = _OFFSET.fullmatch(old[1] if old else name)
    if found:
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours > 14 or minutes > 59 or (found[1] == "-" and hours > 12):
            return None
        return (3600 * hours + 60 * minutes) * (1 if found[1] == "+" else -1)
    name = name.replace(".", "")
    if name == "cst" and chinese:
        return 8 * 3600
    if name in _US_ZONES_H:
        return 3600 * (_US_ZONES_H[name] + _is_us_summer(local))
    hours_east = _ZONES_H.get(name)
    return None if hours_east is None else hours_east * 3600


def _is_us_summer(local: datetime) -> bool:
    """Daylight time by the rule of 2007: second Sunday of March to first Sunday of November, at two o'clock."""
    start = datetime(local.year, 3, 8, 2)
    start += timedelta(days=(6 - start.weekday()) % 7)
    end = datetime(local.year, 11, 1, 2)
    end += timedelta(days=(6 - end.weekday()) % 7)
    return start <= local < end


# ---- dates in words -----------------------------------------------------------------------------------------------

_MONTH_NAMES = """
1 jan january januar jänner jan. janv janvier enero ene gennaio gen janeiro januari январь января янв ocak styczeń stycznia sty tháng.1
2 feb february februar févr février fév febrero febbraio fevereiro fev februari фев февр февраль февраля şubat şub luty lutego
3 mar march märz mär mrz mars marzo março maart mrt maret март марта мар mart marca marzec
4 apr april avril avr abril abr aprile апр апрель апреля nisan nis kwiecień kwietnia kwi
5 may mai mayo maggio mag maio mei май мая mayıs maj maja
6 jun june juni juin junio giugno giu junho июнь июня июн haziran haz czerwiec czerwca
7 jul july juli juil juillet julio luglio lug julho июль июля июл temmuz tem lipiec lipca
8 aug august août aoû agosto ago agustus agu augustus авг август августа ağustos ağu sierpień sierpnia
9 sep sept september septembre septiembre setiembre settembre set setembro сентябрь сентября сен сент eylül eyl wrzesień września
10 oct october okt oktober octobre octubre ottobre ott outubro out okt окт октябрь октября ekim eki październik października
11 nov november novembre noviembre novembro нояб ноябрь ноября ноя kasım kas listopad listopada
12 dec december dez dezember déc décembre diciembre dic dicembre dezembro des desember дек декабрь декабря aralık ara grudzień grudnia
"""


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    table = {}
    for line in _MONTH_NAMES.split("\n"):
        number, _, names = line.partition(" ")
        for name in names.split():
            table[_fold(name)] = int(number)
    return table


def _fold(word: str) -> str:
    """Lower case without accents, so that fevrier and février are one name."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("ı", "i"))
    return "".join(char for char in plain if not unicodedata.combining(char) or char == "\u0306").strip(".")


_PERIODS = {
    "凌晨": (0, 6), "清晨": (0, 0), "早晨": (0, 0), "早上": (0, 0), "上午": (0, 0), "中午": (12, 3), "下午": (12, 12),
    "午後": (12, 12), "午前": (0, 0), "傍晚": (12, 12), "晚上": (12, 12), "晚间": (12, 12), "晚間": (12, 12), "夜间": (12, 12), "夜間": (12, 12),
    "深夜": (12, 12), "오전": (0, 0), "오후": (12, 12), "am": (0, 0), "pm": (12, 12), "a.m.": (0, 0), "p.m.": (12, 12), "a.m": (0, 0), "p.m": (12, 12),
}  # fmt: skip

_CLOCK = re.compile(
    r"(?P<before>凌晨|清晨|早晨|早上|上午|中午|下午|午後|午前|傍晚|晚上|晚间|晚間|夜间|夜間|深夜|오전|오후|\b[ap]\.?m\.?)? ?"
    r"(?<![\d.])(?P<hour>\d{1,2})"
    r"(?: ?: ?(?P<minute>\d\d)(?: ?: ?(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"|(?:[时時点點]|시) ?(?:(?P<half>半)|(?P<minute2>\d{1,2})(?:분|分)? ?(?:(?P<second2>\d{1,2})[秒초])?)?整?"
    r"|(?= ?[ap]\.?m\b)|[hH](?P<minute3>\d\d))"
    r"(?: ?(?P<after>[ap]\.?m\b\.?))?",
    re.IGNORECASE,
)


def _read_clock(found: re.Match[str]) -> tuple[int, int, int, int] | None:
    """Hour, minute, second in 24 hours, or None where the words for the part of the day contradict the hour."""
    hour = int(found["hour"])
    minute = 30 if found["half"] else int(found["minute"] or found["minute2"] or found["minute3"] or 0)
    second = int(found["second"] or found["second2"] or 0)
    word = (found["before"] or found["after"] or "").lower()
    if found["before"] and found["after"] and _PERIODS[found["before"].lower()] != _PERIODS[word]:
        return None
    if word:
        shifted = _shift_hour(hour, word)
        if shifted is None:
            return None
        hour = shifted
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    return hour, minute, second, 0


def _shift_hour(hour: int, word: str) -> int | None:
    shift, _ = _PERIODS[word]
    if hour > 12:
        return hour if shift == 12 and word != "中午" and hour < 24 else None
    if word == "中午":
        return hour if hour >= 11 else (hour + 12 if 1 <= hour <= 2 else None)
    if word in ("晚上", "晚间", "晚間", "夜间", "夜間", "深夜"):
        return hour + 12 if 5 <= hour < 12 else None
    if word == "凌晨":
        return hour % 12 if hour <= 6 or hour == 12 else None
    return hour % 12 + shift


_YMD = re.compile(r"(?<!\d)(\d{4}) ?(?:年|년|[-/.]) ?(\d{1,2}) ?(?:月|월|[-/.]) ?(\d{1,2})(?!\d)(?: ?[日号號일])?\.?")
_ROC = re.compile(r"(?:中华|中華)?(?:民国|民國) ?(\d{2,3}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号號]")
_DMY = re.compile(r"(?<!\d)(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})(?!\d)")
_NAME = r"(?P<name>1?\d ?月|[^\W\d_]{3,12}\.?)"
_DAY_NAME_YEAR = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º|ª)?(?:[ -]|/|, )? ?(?:(?:de|of) )?"
    + _NAME
    + r"(?:[ ,/-]|de )* ?'?(?P<year>\d{4}|\d\d)(?![\d:])",
    re.IGNORECASE,
)
_NAME_DAY_YEAR = re.compile(
    _NAME + r"[ -]?(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -]+(?P<year>\d{4})(?![\d:])", re.IGNORECASE
)
_YEAR_NAME_DAY = re.compile(r"(?<!\d)(?P<year>\d{4})[ -]" + _NAME + r"[ -](?P<day>\d{1,2})(?![\d:])", re.IGNORECASE)
_ASCTIME = re.compile(_NAME + r" (?P<day>\d{1,2}),? (?P<year>)$")


def _take_date(text: str) -> tuple[date, str] | None:
    """The one certain date in ``text`` and the text without it."""
    if found := _YMD.search(text):
        return date(int(found[1]), int(found[2]), int(found[3])), _without(text, found)
    if found := _ROC.search(text):
        return date(int(found[1]) + 1911, int(found[2]), int(found[3])), _without(text, found)
    if found := _DMY.search(text):
        return _order_day_month(found), _without(text, found)
    for pattern in (_DAY_NAME_YEAR, _NAME_DAY_YEAR, _YEAR_NAME_DAY):
        for found in pattern.finditer(text):
            month = _read_month(found["name"])
            if month:
                return date(_widen_year(found["year"]), month, int(found["day"])), _without(text, found)
    return None


def _order_day_month(found: re.Match[str]) -> date:
    """Dots mean day first; with strokes only a number above twelve tells the day from the month."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] == "." or first > 12 or first == second:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    raise ValueError("day and month cannot be told apart")


def _read_month(name: str) -> int | None:
    if name[0].isdigit():
        number = int(name.rstrip("月 "))
        return number if 1 <= number <= 12 else None
    return _months().get(_fold(name))


def _widen_year(text: str) -> int:
    """RFC 5322, 4.3: two digits below 50 are of this century. 50 to 69 would be before the web: no year."""
    if len(text) == 4:
        return int(text)
    year = int(text)
    if 50 <= year < 70:
        raise ValueError("a two-digit year before 1970")
    return year + (2000 if year < 50 else 1900)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


_WEEKDAYS = frozenset(
    [
        "mon",
        "tue",
        "tues",
        "wed",
        "wednes",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonnabend",
        "sonntag",
        "lun",
        "mar",
        "mer",
        "jeu",
        "ven",
        "sam",
        "dim",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
        "sabado",
        "domingo",
        "mie",
        "jue",
        "vie",
        "sab",
        "dom",
        "gio",
        "lunedi",
        "martedi",
        "mercoledi",
        "giovedi",
        "venerdi",
        "domenica",
        "seg",
        "ter",
        "qua",
        "qui",
        "sex",
        "segunda",
        "terca",
        "quarta",
        "quinta",
        "sexta",
        "segunda-feira",
        "terca-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "maandag",
        "dinsdag",
        "woensdag",
        "donderdag",
        "vrijdag",
        "zaterdag",
        "zondag",
        "ma",
        "wo",
        "vr",
        "za",
        "zo",
        "пн",
        "вт",
        "ср",
        "чт",
        "пт",
        "сб",
        "вс",
        "понедельник",
        "вторник",
        "среда",
        "четверг",
        "пятница",
        "суббота",
        "воскресенье",
        "senin",
        "selasa",
        "rabu",
        "kamis",
        "jumat",
        "sabtu",
        "minggu",
        "sen",
        "sel",
        "rab",
        "kam",
        "jum",
        "min",
        "월",
        "화",
        "수",
        "목",
        "금",
        "토",
        "일",
        "월요일",
        "화요일",
        "수요일",
        "목요일",
        "금요일",
        "토요일",
        "일요일",
    ]
)
_NOISE = frozenset(
    [
        "at",
        "um",
        "on",
        "à",
        "a",
        "le",
        "el",
        "il",
        "em",
        "às",
        "as",
        "alle",
        "ore",
        "uhr",
        "h",
        "o'clock",
        "клок",
        "г",
        "года",
        "в",
        "published",
        "posted",
        "updated",
        "date",
        "pubdate",
    ]
)
_HAN_NOISE = re.compile(
    "(?:周|星期|礼拜|禮拜|週|曜日)[一二三四五六日天七]?|[月火水木金土日]曜日?"
    "|(?:发布|發佈|發布|发表|發表|更新|首次|最后|最後|刊登|刊出|出版)(?:时间|時間|日期|于|於)?|时间|時間|日期|来源|於|于|公元|西元"
)


def _parse_words(text: str, default: tzinfo, chinese: bool) -> datetime | None:
    text = _COMMENT.sub("", text) if "(" in text or "[" in text else text
    clock: tuple[int, int, int, int] | None = (0, 0, 0, 0)
    found = _CLOCK.search(text)
    if found:
        clock = _read_clock(found)
        text = f"{text[: found.start()]} @ {text[found.end() :]}"
    zone, text = _take_zone(text)
    taken = _take_date(" ".join(text.replace("@", " ").split()))
    if clock is None or taken is None or not _is_noise(taken[1]):
        return None
    return _assemble(taken[0], clock, zone, default, chinese)


_HAN_ZONE = re.compile("北京时间|北京時間|台北时间|台北時間|香港时间|香港時間|东八区|東八區")
_ZONE_AFTER = re.compile(
    r"@ ?[,|]? ?(\(?(?:GMT|UTC?)? ?[+-] ?\d{1,2}(?::?\d\d)?\)?(?: [A-Za-z]{3,5}$)?|Z|[A-Z][A-Za-z.]{1,5}(?![A-Za-z]))",
    re.IGNORECASE,
)
_ZONE_END = re.compile(r" (\(?(?:GMT|UTC?) ?[+-] ?\d{1,2}(?::?\d\d)?\)?|\+\d{4}|-\d{4}|[+-]\d\d:\d\d|[A-Z]{1,5})$")


def _take_zone(text: str) -> tuple[str, str]:
    """The zone's words, "" for none, and the text without them. They stand after the time or at the end."""
    found = _HAN_ZONE.search(text)
    if found:
        return found[0], _without(text, found)
    if "@" not in text:
        return "", text
    found = _ZONE_AFTER.search(text)
    if found and _names_zone(found[1]):
        return found[1], _without(text, found)
    found = _ZONE_END.search(text.strip())
    if found and _names_zone(found[1]):
        return found[1], _without(text.strip(), found)
    return "", text


def _names_zone(word: str) -> bool:
    """Whether a word after a time is a zone, known or not, rather than a month, a weekday or noise."""
    plain = _fold(word)
    return plain not in _WEEKDAYS and plain not in _NOISE and plain not in _months()


def _is_noise(rest: str) -> bool:
    """Whether only a weekday, known words and punctuation are left of the text once the date is out."""
    rest = _HAN_NOISE.sub(" ", rest)
    words = re.sub(r"[,;:|/·•—–.\s@<>'\"()\[\]-]+", " ", _fold(rest)).split()
    return all(word in _WEEKDAYS or word in _NOISE for word in words)
