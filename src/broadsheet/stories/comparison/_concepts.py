"""What words are about in two languages: concepts of which figures speak, deeds that are counted, who is counted.

Data in lines ``name: Chinese words | English words``, folded; and the few rules to find them in folded words.
"""

from __future__ import annotations

import re

_CONCEPTS = """
talks: 会谈 谈判 磋商 会晤 交谈 谈话 对话 商谈 | talks negotiations meeting spoke talked discussions negotiators
pier: 码头 港口 港区 | pier dock wharf port harbour harbor jetty
bridge: 大桥 桥梁 | bridge
tunnel: 隧道 | tunnel
rail: 铁路 高铁 电车 地铁 轨道 | railway rail tram metro subway
road: 公路 道路 高速 | road highway motorway
airport: 机场 | airport runway
dam: 大坝 水库 | dam reservoir
river: 水位 河水 江水 洪峰 | gauge river crest level
crop: 晚稻 农田 庄稼 作物 水稻 | rice crop crops farmland harvest
power: 电站 发电 核电 风电 | power plant electricity
school: 学校 校园 小学 中学 | school schools
hospital: 医院 | hospital
housing: 住房 房价 住宅 | housing homes flats
trial: 审理 庭审 开庭 审判 | trial hearing
search: 搜救 搜寻 搜索 救援 | search rescue searching
fire: 大火 火灾 山火 火势 | fire blaze wildfire
strike: 罢工 | strike walkout
flight: 航班 飞行 | flight
outage: 停电 断电 | outage blackout
ceasefire: 停火 | ceasefire truce
wind: 台风 飓风 风力 | typhoon hurricane winds storm
quake: 地震 震级 | quake earthquake
fog: 能见度 雾 | visibility fog
oil: 油价 原油 石油 | oil crude
gold: 黄金 金价 | gold
budget: 预算 财政 | budget spending
export: 出口 | exports export
import: 进口 | imports import
growth: 生产总值 经济增长 国内生产总值 | gdp economy output
inflation: 通胀 物价 消费价格 | inflation prices
jobless: 失业 | unemployment jobless
rate: 利率 | interest rate
shares: 股价 股票 股份 | shares stock
profit: 净利 利润 盈利 | profit earnings
sales: 销售 销量 营收 | sales revenue
turnout: 投票率 | turnout
ferry: 渡轮 客轮 轮船 船只 | ferry ship vessel boat
march: 游行 示威 集会 | march protest rally demonstration
hunger: 绝食 | fasting
siege: 劫持 人质 围困 | siege standoff hostage hostages
flood: 洪水 山洪 内涝 | flood floods flooding
debate: 辩论 | debate
surgery: 手术 | surgery operation
film: 影片 电影 | film movie
ban: 禁令 封锁 宵禁 | ban blockade curfew
war: 交火 战斗 | battle fighting clashes
"""
_DEEDS = """
taken: 绑架 掳走 劫走 | kidnapped abducted seized
stolen: 盗走 偷走 被盗 窃走 | stole stolen
cancelled: 取消 停飞 停运 | cancelled canceled cancellation cancellations scrapped
spilled: 流入海 流入河 泄漏 泄露 漏油 漏出 | spilled leaked spill
seized: 查获 缴获 起获 | confiscated seized
cut: 裁员 裁减 裁掉 | jobs layoffs
watched: 观众 入场 | crowd spectators attendance
works: 有效率 保护率 | efficacy effective
given: 捐款 捐赠 捐出 | donated donation donations
inoculated: 接种 | vaccinated
moved: 搬迁 迁移 | relocated resettled
destroyed: 烧毁 毁坏 摧毁 损毁 倒塌 焚毁 | destroyed burned gutted collapsed flattened
hired: 招聘 招募 | hire recruit recruited
bought: 订购 购买 收购 | buy bought ordered purchase
carried: 搭载 送入轨道 | satellites orbit
closed: 关闭 关停 | closed shut
rates: 降息 加息 基准利率 | interest
poured: 降雨量 降水量 | rain rainfall
flown: 起降 飞行距离 | flew
sold: 售出 卖出 拍出 | sold fetched auction
tariff: 关税 | tariff tariffs duties
darkened: 停电 断电 | power outage blackout
freed: 释放 获释 赦免 | freed released pardoned
"""
_COUNTED = """
students: 学生 师生 小学生 中学生 女生 | students pupils schoolchildren schoolgirls
children: 儿童 孩子 小孩 未成年人 | children
women: 女性 妇女 女子 | women
men: 男性 男子 | men
workers: 工人 员工 雇员 职工 矿工 | workers employees staff miners
police: 警察 警员 民警 警官 | police officers
soldiers: 士兵 军人 官兵 | soldiers troops
crew: 船员 机组人员 | crew sailors
passengers: 乘客 旅客 | passengers travellers travelers
firefighters: 消防员 消防人员 | firefighters
watchers: 观众 球迷 | spectators fans
volunteers: 志愿者 受试者 | volunteers
delegates: 代表 | delegates
young: 青年 年轻人 | youth
old: 老人 老年人 长者 | elderly
abroad: 海外 境外 | overseas expatriates
"""
_WORD = re.compile("[a-z]+")


def _read(lines: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Names by Chinese and by English word."""
    han: dict[str, frozenset[str]] = {}
    english: dict[str, frozenset[str]] = {}
    for line in lines.strip().splitlines():
        name, _, words = line.partition(":")
        for found, part in zip((han, english), words.split("|"), strict=True):
            for word in part.split():
                found[word] = found.get(word, frozenset()) | {name}
    return han, english


_TABLES = {"concepts": _read(_CONCEPTS), "deeds": _read(_DEEDS), "people": _read(_COUNTED)}
_HAN = {table: re.compile("|".join(sorted(han, key=len, reverse=True))) for table, (han, _) in _TABLES.items()}
_COUNTED_HAN, _COUNTED_ENGLISH = _TABLES["people"]


TELLING_DEEDS = frozenset(["taken", "works", "rates", "tariff", "darkened", "spilled", "cancelled"])
"""What a happening does to one thing alone."""


def concepts_in(folded: str) -> frozenset[str]:
    """What the words are about: bridge, fire, talks …"""
    return _names_in("concepts", folded)


def deeds_in(folded: str) -> frozenset[str]:
    """What was done to what the words count: stolen, cancelled …"""
    return _names_in("deeds", folded)


def people_in(folded: str) -> frozenset[str]:
    """Of whom the words speak: women, children …"""
    return _names_in("people", folded)


def counted(noun: str) -> str:
    """Who is counted, by one name in both languages; the noun itself where it is not known."""
    return min(_COUNTED_HAN.get(noun) or _COUNTED_ENGLISH.get(noun) or (noun,))


def _names_in(table: str, folded: str) -> frozenset[str]:
    han, english = _TABLES[table]
    found = [han[word] for word in _HAN[table].findall(folded)]
    found += [english[word] for word in _WORD.findall(folded) if word in english]
    return frozenset[str]().union(*found)
