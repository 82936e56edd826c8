"""Dates are read right or not at all: a corpus of what feeds and pages write, and round trips."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.text.dates import parse_date

pytestmark = pytest.mark.dated

# One line per case: the text, two spaces or more, the instant in UTC ("-": not certain, so None).
ANYWHERE = """
# RFC 822, 1123, 2822, 5322
Wed, 01 May 2024 12:30:00 GMT                     2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00 +0000                   2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00 +0800                   2024-05-01T04:30:00
Wed, 1 May 2024 12:30:00 +0800                    2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 -0430                   2024-05-01T17:00:00
Wed, 01 May 2024 12:30:00 +08:00                  2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 GMT+8                   2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 GMT+0800                2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 UTC+08:00               2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 Z                       2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00 UT                      2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00 UTC                     2024-05-01T12:30:00
Wed, 01 May 2024 12:30 GMT                        2024-05-01T12:30:00
01 May 2024 12:30:00 GMT                          2024-05-01T12:30:00
1 May 2024 12:30 GMT                              2024-05-01T12:30:00
Wed,01 May 2024 12:30:00 GMT                      2024-05-01T12:30:00
Wed 01 May 2024 12:30:00 GMT                      2024-05-01T12:30:00
WED, 01 MAY 2024 12:30:00 gmt                     2024-05-01T12:30:00
Wednesday, 01 May 2024 12:30:00 GMT               2024-05-01T12:30:00
Wednesday, 01-May-24 12:30:00 GMT                 2024-05-01T12:30:00
Wed, 01 May 24 12:30:00 GMT                       2024-05-01T12:30:00
Thu, 01 Jan 98 12:30:00 GMT                       1998-01-01T12:30:00
Wed, 01 Sept 2024 12:30:00 GMT                    2024-09-01T12:30:00
Sun, 01 September 2024 12:30:00 GMT               2024-09-01T12:30:00
Sat, 01 May 2024 12:30:00 GMT                     2024-05-01T12:30:00
Wed, 01 May 2024 8:05:00 GMT                      2024-05-01T08:05:00
Wed, 01 May 2024 12:30:60 GMT                     2024-05-01T12:30:59
Wed, 01 May 2024 24:00:00 GMT                     2024-05-02T00:00:00
Wed, 01 May 2024 12:30:00.250 GMT                 2024-05-01T12:30:00
Wed, 01 May 2024  12:30:00   GMT                  2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00 GMT (summer)            2024-05-01T12:30:00
Wed, 01 May 2024                                  2024-05-01T00:00:00
Thu, 29 Feb 2024 12:30:00 GMT                     2024-02-29T12:30:00
Wed, 01 May 1901 12:30:00 GMT                     1901-05-01T12:30:00
Wed, 01 May 2024 12:30:00 +1400                   2024-04-30T22:30:00
# zone names
Wed, 01 May 2024 12:30:00 EST                     2024-05-01T17:30:00
Wed, 01 May 2024 12:30:00 EDT                     2024-05-01T16:30:00
Wed, 01 May 2024 12:30:00 ET                      2024-05-01T16:30:00
Mon, 01 Jan 2024 12:30:00 ET                      2024-01-01T17:30:00
Wed, 01 May 2024 12:30:00 CST                     2024-05-01T18:30:00
Wed, 01 May 2024 12:30:00 PDT                     2024-05-01T19:30:00
Wed, 01 May 2024 12:30:00 PT                      2024-05-01T19:30:00
Wed, 01 May 2024 12:30:00 CET                     2024-05-01T11:30:00
Wed, 01 May 2024 12:30:00 CEST                    2024-05-01T10:30:00
Wed, 01 May 2024 12:30:00 BST                     2024-05-01T11:30:00
Wed, 01 May 2024 12:30:00 MSK                     2024-05-01T09:30:00
Wed, 01 May 2024 12:30:00 JST                     2024-05-01T03:30:00
Wed, 01 May 2024 12:30:00 KST                     2024-05-01T03:30:00
Wed, 01 May 2024 12:30:00 HKT                     2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 SGT                     2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 IST                     2024-05-01T07:00:00
Wed, 01 May 2024 12:30:00 AEST                    2024-05-01T02:30:00
Wed, 01 May 2024 12:30:00 ACST                    2024-05-01T03:00:00
# asctime, Java, JavaScript
Wed May  1 12:30:00 2024                          2024-05-01T12:30:00
Wed May 01 12:30:00 GMT 2024                      2024-05-01T12:30:00
Wed May 01 12:30:00 PDT 2024                      2024-05-01T19:30:00
Wed May 01 12:30:00 +0800 2024                    2024-05-01T04:30:00
Wed May 01 2024 12:30:00 GMT+0800 (China Standard Time)  2024-05-01T04:30:00
# ISO 8601 and its W3C profile
2024-05-01T12:30:00Z                              2024-05-01T12:30:00
2024-05-01T12:30:00+08:00                         2024-05-01T04:30:00
2024-05-01T12:30:00+0800                          2024-05-01T04:30:00
2024-05-01T12:30:00+08                            2024-05-01T04:30:00
2024-05-01T12:30+08:00                            2024-05-01T04:30:00
2024-05-01T12:30Z                                 2024-05-01T12:30:00
2024-05-01t12:30:00z                              2024-05-01T12:30:00
2024-05-01T12:30:00.5Z                            2024-05-01T12:30:00.500000
2024-05-01T12:30:00,5Z                            2024-05-01T12:30:00.500000
2024-05-01T12:30:00.123456789Z                    2024-05-01T12:30:00.123456
2024-05-01T12:30:00                               2024-05-01T12:30:00
2024-05-01 12:30:00                               2024-05-01T12:30:00
2024-05-01 12:30                                  2024-05-01T12:30:00
2024-05-01 12:30:00 UTC                           2024-05-01T12:30:00
2024-05-01 12:30:00 +0800                         2024-05-01T04:30:00
2024-05-01 12:30:00 +8                            2024-05-01T04:30:00
2024-05-01T12:30:00 GMT+8                         2024-05-01T04:30:00
2024-05-01T12:30:00+08:00[Asia/Shanghai]          2024-05-01T04:30:00
2024-05-01                                        2024-05-01T00:00:00
2024-5-1                                          2024-05-01T00:00:00
2024-5-1 8:05                                     2024-05-01T08:05:00
20240501                                          2024-05-01T00:00:00
20240501T123000Z                                  2024-05-01T12:30:00
202405011230                                      2024-05-01T12:30:00
20240501123000                                    2024-05-01T12:30:00
2024-W18-3                                        2024-05-01T00:00:00
2024W183                                          2024-05-01T00:00:00
2024-122                                          2024-05-01T00:00:00
2024-05-01T24:00:00Z                              2024-05-02T00:00:00
2016-12-31T23:59:60Z                              2016-12-31T23:59:59
# Unix time
1714537800                                        2024-05-01T04:30:00
1714537800000                                     2024-05-01T04:30:00
1714537800000000                                  2024-05-01T04:30:00
1714537800.5                                      2024-05-01T04:30:00.500000
915148800                                         1999-01-01T00:00:00
# strokes and dots
2024/05/01 12:30                                  2024-05-01T12:30:00
2024/5/1                                          2024-05-01T00:00:00
2024.05.01                                        2024-05-01T00:00:00
2024.05.01 12:30:15                               2024-05-01T12:30:15
13/04/2024                                        2024-04-13T00:00:00
04/13/2024                                        2024-04-13T00:00:00
04/13/2024 3:05 PM                                2024-04-13T15:05:00
05/05/2024                                        2024-05-05T00:00:00
01.05.2024                                        2024-05-01T00:00:00
01.05.2024 12:30                                  2024-05-01T12:30:00
1. 5. 2024                                        2024-05-01T00:00:00
01-May-2024 12:30                                 2024-05-01T12:30:00
2024-May-01                                       2024-05-01T00:00:00
# words
May 1, 2024                                       2024-05-01T00:00:00
May 1st, 2024                                     2024-05-01T00:00:00
May 1, 2024 12:30 PM                              2024-05-01T12:30:00
May 1, 2024 12:30 AM                              2024-05-01T00:30:00
May 1, 2024 at 3:05 p.m. EDT                      2024-05-01T19:05:00
3:05 PM, May 1, 2024                              2024-05-01T15:05:00
Wednesday, May 1, 2024 3 pm                       2024-05-01T15:00:00
1 May 2024, 12:30                                 2024-05-01T12:30:00
1 May 2024 | 12:30                                2024-05-01T12:30:00
Published: May 1, 2024                            2024-05-01T00:00:00
1. Mai 2024, 12:30 Uhr                            2024-05-01T12:30:00
Mi, 01 Mai 2024 12:30:00 +0200                    2024-05-01T10:30:00
1er mai 2024                                      2024-05-01T00:00:00
mercredi 1 mai 2024 à 12h30                       2024-05-01T12:30:00
mar. 5 mars 2024 12:30                            2024-03-05T12:30:00
3 février 2024                                    2024-02-03T00:00:00
1 de mayo de 2024                                 2024-05-01T00:00:00
1 maggio 2024                                     2024-05-01T00:00:00
1 de março de 2024                                2024-03-01T00:00:00
1 mei 2024                                        2024-05-01T00:00:00
1 мая 2024 12:30                                  2024-05-01T12:30:00
1 мая 2024 г.                                     2024-05-01T00:00:00
1 Agustus 2024                                    2024-08-01T00:00:00
1 Ağustos 2024                                    2024-08-01T00:00:00
2024. 5. 1. 오후 3:04                             2024-05-01T15:04:00
2024년 5월 1일 12:30                              2024-05-01T12:30:00
# not certain, or no date at all
05/04/2024                                        -
05-04-2024                                        -
05/04/24                                          -
24/05/04                                          -
2024050112                                        -
240501                                            -
2024                                              -
2024-05                                           -
2024-W18                                          -
May 2024                                          -
May 1                                             -
12:30                                             -
Wed, 01 May 2024 12:30:00 FOO                     -
Wed, 01 May 2024 12:30:00 A                       -
Wed, 01 May 2024 12:30:00 +9900                   -
Wed, 01 May 2024 12:30:00 -1300                   -
Wed, 31 Apr 2024 12:30:00 GMT                     -
Wed, 30 Feb 2024 12:30:00 GMT                     -
Thu, 29 Feb 2023 12:30:00 GMT                     -
Wed, 00 May 2024 12:30:00 GMT                     -
Wed, 01 May 2024 25:30:00 GMT                     -
Wed, 01 May 2024 12:60:00 GMT                     -
Wed, 01 Mag 2024x 12:30:00 GMT                    -
Wed, 01 Foo 2024 12:30:00 GMT                     -
Wed, 01 May 60 12:30:00 GMT                       -
2024-13-01                                        -
2024-05-32T00:00:00Z                              -
2024-366-1                                        -
2023-366                                          -
0001-01-01T00:00:00Z                              -
9999-12-31T23:59:59Z                              -
1899-12-31T00:00:00Z                              -
2 hours ago                                       -
yesterday                                         -
3小时前                                           -
昨天 12:30                                        -
NaN                                               -
Invalid Date                                      -
null                                              -
0                                                 -
-1                                                -
May 1, 2024 and May 2, 2024                       -
1 2 3 4 5                                         -
"""

CHINESE = """
2024年5月1日 12:30                                2024-05-01T04:30:00
2024年05月01日12:30                               2024-05-01T04:30:00
2024年5月1日 12:30:15                             2024-05-01T04:30:15
2024年5月1日12时30分                              2024-05-01T04:30:00
2024年5月1日12時30分15秒                          2024-05-01T04:30:15
2024 年 5 月 1 日 12 : 30                         2024-05-01T04:30:00
２０２４年５月１日　１２：３０                    2024-05-01T04:30:00
2024年5月1日                                      2024-04-30T16:00:00
2024年5月1号                                      2024-04-30T16:00:00
2024/05/01 12:30                                  2024-05-01T04:30:00
2024-05-01 12:30                                  2024-05-01T04:30:00
2024-05-01T12:30:00                               2024-05-01T04:30:00
2024.5.1 12:30                                    2024-05-01T04:30:00
2024年5月1日 上午9:05                             2024-05-01T01:05:00
2024年5月1日 下午3:05                             2024-05-01T07:05:00
2024年5月1日 下午 15:05                           2024-05-01T07:05:00
2024年5月1日 上午12:30                            2024-04-30T16:30:00
2024年5月1日 下午12:30                            2024-05-01T04:30:00
2024年5月1日 中午12:30                            2024-05-01T04:30:00
2024年5月1日 中午1点                              2024-05-01T05:00:00
2024年5月1日 凌晨3:05                             2024-04-30T19:05:00
2024年5月1日 凌晨12:05                            2024-04-30T16:05:00
2024年5月1日 早上8点                              2024-05-01T00:00:00
2024年5月1日 傍晚6点半                            2024-05-01T10:30:00
2024年5月1日 晚上8点半                            2024-05-01T12:30:00
2024年5月1日 晚间11时整                           2024-05-01T15:00:00
2024年5月1日 周三 12:30                           2024-05-01T04:30:00
2024年5月1日 星期三 12:30                         2024-05-01T04:30:00
2024年5月1日 礼拜三 12:30                         2024-05-01T04:30:00
2024年5月1日 (週三) 12:30                         2024-05-01T04:30:00
2024年5月1日 星期日 12:30                         2024-05-01T04:30:00
周三, 01 5月 2024 12:30:00 +0800                  2024-05-01T04:30:00
星期三, 01 五月 2024 12:30:00 +0000               2024-05-01T12:30:00
5月 1, 2024                                       2024-04-30T16:00:00
二〇二四年五月一日                                2024-04-30T16:00:00
二○二四年五月一日                                2024-04-30T16:00:00
二零二四年十二月二十三日 上午九时三十分           2024-12-23T01:30:00
二〇二四年十月十日                                2024-10-09T16:00:00
一九九八年七月廿一日                              1998-07-20T16:00:00
民國113年5月1日                                   2024-04-30T16:00:00
北京时间2024年5月1日12:30                         2024-05-01T04:30:00
2024年5月1日 12:30 北京时间                       2024-05-01T04:30:00
2024年5月1日 12:30 (北京时间)                     2024-05-01T04:30:00
发布时间：2024-05-01 12:30                        2024-05-01T04:30:00
发布于 2024年5月1日                               2024-04-30T16:00:00
更新时间：2024年5月1日 12:30                      2024-05-01T04:30:00
日期：Wed, 01 May 2024 12:30:00 GMT               2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00 CST                     2024-05-01T04:30:00
Wed May 01 12:30:00 CST 2024                      2024-05-01T04:30:00
Wed, 01 May 2024 12:30:00 GMT                     2024-05-01T12:30:00
Wed, 01 May 2024 12:30:00                         2024-05-01T04:30:00
2024-05-01T12:30:00Z                              2024-05-01T12:30:00
20240501                                          2024-04-30T16:00:00
1714537800                                        2024-05-01T04:30:00
2024年5月                                         -
5月1日 12:30                                      -
2024年13月1日                                     -
2024年5月32日                                     -
2024年5月1日 上午15:05                            -
2024年5月1日 晚上12:05                            -
2024年5月1日 晚上3:05                             -
2024年5月1日 25:05                                -
昨天                                              -
刚刚                                              -
第20240501期                                      -
2024年5月1日和5月2日                              -
"""


def _cases(table: str) -> list[tuple[str, datetime | None]]:
    found = []
    for line in table.splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, instant = line.rpartition("  ")
            expected = None if instant == "-" else datetime.fromisoformat(instant.strip()).replace(tzinfo=UTC)
            found.append((text.rstrip(" "), expected))
    return found


@pytest.mark.parametrize(("text", "expected"), _cases(ANYWHERE))
def test_reads_what_feeds_write(text: str, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(("text", "expected"), _cases(CHINESE))
def test_reads_what_chinese_outlets_write(text: str, expected: datetime | None) -> None:
    assert parse_date(text, chinese=True) == expected


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(_cases(ANYWHERE)) + len(_cases(CHINESE)) >= 200


def test_a_date_without_zone_takes_the_callers() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert parse_date("2024-05-01 12:30", zone=tokyo) == datetime(2024, 5, 1, 3, 30, tzinfo=UTC)
    assert parse_date("2024年5月1日", zone=tokyo, chinese=True) == datetime(2024, 4, 30, 15, tzinfo=UTC)
    assert parse_date("Wed, 01 May 2024 12:30:00 GMT", zone=tokyo) == datetime(2024, 5, 1, 12, 30, tzinfo=UTC)


instants = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2099, 12, 30),
    timezones=st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
).map(lambda moment: moment.replace(microsecond=0))


@given(instants)
def test_what_standard_libraries_write_comes_back(moment: datetime) -> None:
    assert parse_date(format_datetime(moment)) == moment
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(moment.strftime("%a %b %d %H:%M:%S %z %Y")) == moment
    assert parse_date(moment.strftime("%Y/%m/%d %H:%M:%S %z")) == moment
    assert parse_date(moment.strftime("%d %B %Y %I:%M:%S %p %z")) == moment


@given(instants)
def test_what_chinese_pages_write_comes_back(moment: datetime) -> None:
    local = moment.astimezone(timezone(timedelta(hours=8)))
    half = "上午" if local.hour < 12 else "下午"
    written = f"{local.year}年{local.month}月{local.day}日 {half}{local.hour % 12 or 12}:{local:%M:%S}"
    assert parse_date(written, chinese=True) == moment
    assert parse_date(f"{local:%Y年%m月%d日%H时%M分%S秒}", chinese=True) == moment


@given(st.text(max_size=60))
@example("十月月日时")
@example("٣/٣/٢٠٢٤")
@example("9" * 400)
@example("2024-05-01T12:30:00+99:99")
def test_no_text_raises_and_all_dates_are_aware_utc(text: str) -> None:
    found = parse_date(text)
    assert found is None or (found.tzinfo is UTC and 1899 <= found.year <= 2101)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1990, 2030), st.sampled_from("/-"))
def test_day_and_month_are_never_guessed(first: int, second: int, year: int, stroke: str) -> None:
    found = parse_date(f"{first:02}{stroke}{second:02}{stroke}{year}")
    assert (found is None) == (first != second)
