"""Dates as feeds and pages write them, read with certainty or not at all.

``parse_date`` takes a time and a zone out of the text, then a date, and at the end nothing may be left over but a
weekday and a few words such as "Published:" or "北京时间". What is ambiguous (05/04/2024, a month without a day, an
unknown zone name) is None, never a guess: an archive says "not known" rather than something wrong.

Standards: RFC 822/2822/5322 with the obsolete and the sloppy forms, asctime, ISO 8601 and its W3C profile
(calendar, week and ordinal dates), Unix time in seconds to microseconds, East Asian dates with their words for the
parts of a day, month names of the languages in ``_date_words``. There is no clock here, so no "two hours ago".
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from broadsheet.text.folding import to_simplified
from broadsheet.text.numerals import with_plain_dates

from ._date_words import HAN_NOISE, MONTH_NAMES, NOISE_WORDS, PERIODS, US_ZONES_H, WEEKDAY_NAMES, ZONES_H

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

_COMMENT = re.compile(r"\((?![^()]*\d)[^()]*\)|\[[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*\]")


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).replace("\u2212", "-").replace("\u200e", "").strip()
    if not text.isascii():
        text = with_plain_dates(to_simplified(text))
    return " ".join(text.split())


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
    if found["zone"] and not found["hour"] and not re.fullmatch(r"Z|[+-]\d\d:\d\d", found["zone"]):
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
    if name in US_ZONES_H:
        return 3600 * (US_ZONES_H[name] + _is_us_summer(local))
    hours_east = ZONES_H.get(name)
    return None if hours_east is None else hours_east * 3600


def _is_us_summer(local: datetime) -> bool:
    """Daylight time by the rule of 2007: second Sunday of March to first Sunday of November, at two o'clock."""
    start = datetime(local.year, 3, 8, 2)
    start += timedelta(days=(6 - start.weekday()) % 7)
    end = datetime(local.year, 11, 1, 2)
    end += timedelta(days=(6 - end.weekday()) % 7)
    return start <= local < end


# ---- dates in words -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    table = {}
    for line in MONTH_NAMES.strip().split("\n"):
        number, _, names = line.partition(" ")
        for name in names.split():
            table[_fold(name)] = int(number)
    return table


def _fold(word: str) -> str:
    """Lower case without accents, so that fevrier and février are one name."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("ı", "i"))
    return "".join(char for char in plain if not unicodedata.combining(char) or char == "\u0306").strip(".")


_CLOCK = re.compile(
    rf"(?P<before>{'|'.join(word for word in PERIODS if not word.isascii())}|\b[ap]\.?m\.?)? ?"
    r"(?<![\d.])(?P<hour>\d{1,2})"
    r"(?: ?: ?(?P<minute>\d\d)(?: ?: ?(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"|(?:[时点]|시) ?(?:(?P<half>半)|(?P<minute2>\d{1,2})(?:분|分)? ?(?:(?P<second2>\d{1,2})[秒초])?)?整?"
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
    if found["before"] and found["after"] and PERIODS[found["before"].lower()] != PERIODS[word]:
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
    """The hour in 24, or None where the word for the part of the day leaves it open (晚上12点, 上午15点)."""
    kind = PERIODS[word]
    if hour > 12:
        return hour if kind in ("pm", "evening") and hour < 24 else None
    if kind == "noon":
        return hour if hour >= 11 else (hour + 12 if 1 <= hour <= 2 else None)
    if kind == "evening":
        return hour + 12 if 5 <= hour < 12 else None
    if kind == "night":
        return hour % 12 if hour <= 6 or hour == 12 else None
    return hour % 12 + (12 if kind == "pm" else 0)


_YMD = re.compile(r"(?<!\d)(\d{4}) ?(?:年|년|[-/.]) ?(\d{1,2}) ?(?:月|월|[-/.]) ?(\d{1,2})(?!\d)(?: ?[日号일])?\.?")
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


_WEEKDAYS = frozenset(WEEKDAY_NAMES.split())
_NOISE = frozenset(NOISE_WORDS.split())
_HAN_NOISE = re.compile(HAN_NOISE)


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


_HAN_ZONE = re.compile("|".join(name for name in ZONES_H if not name.isascii()))
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
    rest = _HAN_NOISE.sub(" ", rest).replace("à", " ")
    words = re.sub(r"[,;:|/·•—–.\s@<>'\"()\[\]-]+", " ", _fold(rest)).split()
    return all(word in _WEEKDAYS or word in _NOISE for word in words)
