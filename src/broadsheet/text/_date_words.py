"""The words of dates: zones, months, weekdays, parts of the day, and words that say nothing about the date.

Data only; ``dates`` gives it meaning. Names stand as they are written, Chinese ones in simplified characters; ``dates``
folds scripts, case and accents.
"""

from __future__ import annotations

from typing import Literal

ZONES_H: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "zulu": 0,
    "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3,
    "msk": 3, "msd": 4, "trt": 3, "sast": 2, "cat": 2, "wat": 1, "eat": 3, "irst": 3.5, "gst": 4, "pkt": 5, "ist": 5.5,
    "npt": 5.75, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "bjt": 8, "bjst": 8,
    "jst": 9, "kst": 9, "awst": 8, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "brt": -3, "art": -3, "clt": -4, "cot": -5, "pet": -5, "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8,
    "hst": -10,
    "北京时间": 8, "台北时间": 8, "香港时间": 8, "东八区": 8,
}  # fmt: skip
"""Hours east of Greenwich. IST is India's, CST without a Chinese outlet is US Central, BST is Britain's."""

US_ZONES_H = {"et": -5, "ct": -6, "mt": -7, "pt": -8}
"""American zones that follow the season: the winter offset."""

MONTH_NAMES = """
1 jan january januar jänner janv janvier enero ene gennaio gen janeiro januari
1 январь января янв ocak styczeń stycznia sty
2 feb february februar févr février fév febrero febbraio fevereiro fev februari
2 фев февр февраль февраля şubat şub luty lutego
3 mar march märz mär mrz mars marzo março maart mrt maret март марта мар mart marca marzec
4 apr april avril avr abril abr aprile апр апрель апреля nisan nis kwiecień kwietnia kwi
5 may mai mayo maggio mag maio mei май мая mayıs maj maja
6 jun june juni juin junio giugno giu junho июнь июня июн haziran haz czerwiec czerwca
7 jul july juli juil juillet julio luglio lug julho июль июля июл temmuz tem lipiec lipca
8 aug august août aoû agosto ago agustus agu augustus авг август августа ağustos ağu sierpień sierpnia
9 sep sept september septembre septiembre setiembre settembre set setembro
9 сентябрь сентября сен сент eylül eyl wrzesień września
10 oct october okt oktober octobre octubre ottobre ott outubro out
10 окт октябрь октября ekim eki październik października
11 nov november novembre noviembre novembro нояб ноябрь ноября ноя kasım kas listopad listopada
12 dec december dez dezember déc décembre diciembre dic dicembre dezembro des desember
12 дек декабрь декабря aralık ara grudzień grudnia
"""

WEEKDAY_NAMES = """
mon tue tues wed wednes thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miercoles jueves viernes sabado domingo mie jue vie sab dom
lunedi martedi mercoledi giovedi venerdi domenica gio
seg ter qua qui sex segunda terca quarta quinta sexta
segunda-feira terca-feira quarta-feira quinta-feira sexta-feira
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
пн вт ср чт пт сб вс понедельник вторник среда четверг пятница суббота воскресенье
senin selasa rabu kamis jumat sabtu minggu sen sel rab kam jum min
월 화 수 목 금 토 일 월요일 화요일 수요일 목요일 금요일 토요일 일요일
"""
"""Already folded: lower case, no accents."""

NOISE_WORDS = "at um on le el il em as alle ore uhr h o'clock г года в published posted updated date pubdate"

HAN_NOISE = (
    "(?:周|星期|礼拜|曜日)[一二三四五六日天七]?|[月火水木金土日]曜日?"
    "|(?:发布|发表|更新|首次|最后|刊登|刊出|出版)(?:时间|日期|于)?|时间|日期|来源|于|公元|西元"
)
"""Weekdays and words around dates in Chinese and Japanese, as a pattern."""

PartOfDay = Literal["am", "pm", "noon", "evening", "night"]

PERIODS: dict[str, PartOfDay] = {
    "凌晨": "night", "清晨": "am", "早晨": "am", "早上": "am", "上午": "am", "中午": "noon", "下午": "pm", "傍晚": "pm",
    "晚上": "evening", "晚间": "evening", "夜间": "evening", "深夜": "evening", "午前": "am", "午后": "pm",
    "오전": "am", "오후": "pm",
    "am": "am", "a.m": "am", "a.m.": "am", "am.": "am", "pm": "pm", "p.m": "pm", "p.m.": "pm", "pm.": "pm",
}  # fmt: skip
"""Words for the parts of a day, before or after the hour."""
