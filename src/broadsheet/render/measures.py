"""What a figure measures, as people say it in the languages of the interface."""

from __future__ import annotations

from typing import Final

from broadsheet.render.words import LANGUAGES

_TABLE: Final = """
dead            | 死亡 | 死亡 | dead
injured         | 受伤 | 受傷 | injured
missing         | 失踪 | 失蹤 | missing
rescued         | 获救 | 獲救 | rescued
aboard          | 船上、机上、车上的人 | 船上、機上、車上的人 | aboard
evacuated       | 撤离 | 撤離 | left their homes
arrested        | 被捕 | 被捕 | arrested
trapped         | 被困 | 受困 | trapped
infected        | 感染 | 感染 | infected
hospitalised    | 住院 | 住院 | in hospital
laid off        | 裁员 | 裁員 | laid off
participants    | 参加者 | 參加者 | taking part
surveyed        | 受访 | 受訪 | surveyed
population      | 人口 | 人口 | population
duration        | 历时 | 歷時 | duration
cost            | 花费 | 花費 | cost
price           | 价格 | 價格 | price
loss            | 损失 | 損失 | loss
profit          | 利润 | 利潤 | profit
fine            | 罚款 | 罰款 | fine
sentence        | 刑期 | 刑期 | sentence
magnitude       | 震级 | 規模 | magnitude
depth           | 深度 | 深度 | depth
height          | 高度 | 高度 | height
length          | 长度 | 長度 | length
distance        | 距离 | 距離 | distance
area            | 面积 | 面積 | area
speed           | 速度 | 速度 | speed
wind            | 风力 | 風力 | wind
rain            | 雨量 | 雨量 | rain
snow            | 雪量 | 雪量 | snow
water level     | 水位 | 水位 | water level
temperature     | 温度 | 溫度 | temperature
capacity        | 容量 | 容量 | capacity
share           | 比例 | 比例 | share
rise            | 升幅 | 升幅 | rise
fall            | 降幅 | 降幅 | fall
target          | 目标 | 目標 | target
turnout         | 投票率 | 投票率 | turnout
visibility      | 能见度 | 能見度 | visibility
votes           | 票数 | 票數 | votes
votes for       | 赞成票 | 贊成票 | votes for
votes against   | 反对票 | 反對票 | votes against
abstentions     | 弃权票 | 棄權票 | abstentions
seats           | 席位 | 席次 | seats
age             | 年龄 | 年齡 | age
date            | 日期 | 日期 | date
place           | 地点 | 地點 | place
person          | 人数 | 人數 | people
percent         | 百分比 | 百分比 | percent
percentage point | 百分点 | 百分點 | percentage points
hour            | 小时 | 小時 | hours
day             | 天数 | 天數 | days
month           | 月数 | 月數 | months
year            | 年数 | 年數 | years
yuan            | 人民币 | 人民幣 | yuan
dollar          | 美元 | 美元 | dollars
euro            | 欧元 | 歐元 | euros
pound           | 英镑 | 英鎊 | pounds
metre           | 米 | 公尺 | metres
kilometre       | 公里 | 公里 | kilometres
celsius         | 摄氏度 | 攝氏度 | degrees Celsius
vehicle         | 车辆 | 車輛 | vehicles
vessel          | 船只 | 船隻 | vessels
aircraft        | 飞机 | 飛機 | aircraft
house           | 房屋 | 房屋 | houses
hectare         | 公顷 | 公頃 | hectares
tonne           | 吨 | 噸 | tonnes
case            | 起数 | 起數 | cases
country         | 国家 | 國家 | countries
vote            | 票数 | 票數 | votes
seat            | 席位 | 席次 | seats
"""


def _read() -> dict[str, tuple[str, ...]]:
    rows = (row.split("|") for row in _TABLE.strip().splitlines())
    return {key.strip(): tuple(cell.strip() for cell in cells) for key, *cells in rows}


_WORDS: Final = _read()


def measure_words(language: str, key: str, subject: str = "") -> str:
    """What a figure with ``key`` (``role:unit``, as ``Compared`` has it) measures; ``subject`` where no word is known.

    >>> measure_words("zh-Hans", "duration:hour")
    '历时'
    """
    at = LANGUAGES.index(language)
    role, _, unit = key.partition(":")
    words = _WORDS.get(role) or _WORDS.get(subject) or (None if role else _WORDS.get(unit))
    return words[at] if words else subject or role or unit
