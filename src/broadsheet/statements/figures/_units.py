"""The words of units, flat and simplified, and the unit and factor each stands for. Data; ``_measures`` reads it.

Seconds stay ``second``; minutes and hours are ``hour``; days and weeks ``day``; months and years ``month``. Short
lengths are ``metre`` or, for rain and the like, ``millimetre``; long ones ``kilometre``.
"""

from __future__ import annotations

Unit = tuple[str, float]

_HAN = {
    "second": "秒 秒钟",
    "hour": "小时 钟头 个小时 个钟头 分钟/60 刻钟*0.25",
    "day": "天 个昼夜 昼夜 周*7 个星期*7 星期*7 个礼拜*7 个工作日",
    "month": "个月 年*12",
    "percent": "% 百分比 成*10",
    "percentage point": "个百分点 百分点 个基点/100",
    "yuan": "元 元人民币 人民币 块钱 人民币元 圆人民币",
    "dollar": "美元 美金 元美金",
    "euro": "欧元",
    "pound": "英镑",
    "yen": "日元 日圆",
    "won": "韩元 韩圆",
    "hong kong dollar": "港元 港币 港圆",
    "taiwan dollar": "新台币 台币 元新台币",
    "ruble": "卢布",
    "rupee": "卢比",
    "franc": "法郎 瑞士法郎 瑞郎",
    "australian dollar": "澳元",
    "canadian dollar": "加元",
    "celsius": "℃ °c 摄氏度",
    "millimetre": "毫米 公厘",
    "metre": "米 公尺 厘米/100 公分/100",
    "kilometre": "公里 千米 海里*1.852 浬*1.852 英里*1.609344 光年*9460730472580.8",
    "square metre": "平方米 平方公尺 平米 ㎡",
    "square kilometre": "平方公里 平方千米",
    "hectare": "公顷 亩/15 英亩*0.40468564",
    "cubic metre": "立方米 立方公尺",
    "kilogram": "公斤 千克 斤/2 克/1000 台斤*0.6",
    "tonne": "吨 公吨 吨级",
    "litre": "升 公升",
    "barrel": "桶",
    "kilowatt": "千瓦 兆瓦*1000 吉瓦*1000000",
    "kilowatt hour": "千瓦时 度电 千瓦小时",
    "kilometre per hour": "公里/小时 公里每小时 公里/时 千米/小时 千米每小时",
    "metre per second": "米/秒 米每秒 公尺/秒",
    "person": "人 名 位 个人 口人 口 员",
    "visit": "人次",
    "time": "次",
    "fold": "倍",
    "vehicle": "辆 辆车 部车 台车",
    "vessel": "艘 艘船 条船 只船",
    "aircraft": "架 架次*1",
    "train": "列 列车 趟列车 班列车",
    "flight": "个航班 班航班 架次航班 班次航班 趟航班",
    "case": "例 起 宗 个病例 起案件 宗案件",
    "vote": "票 张选票",
    "seat": "席 个席位 席位 个议席 议席",
    "household": "户 户人家 户家庭 户居民",
    "house": "间房屋 间民房 间房 栋 幢 栋房屋 栋民房 栋楼 户房屋 座房屋 间房子 栋建筑 座建筑 间屋",
    "home": "套 套住房 套房 套公寓 套住宅",
    "dose": "剂 剂次 针 剂疫苗",
    "bed": "张床位 张病床 个床位 床",
    "country": "个国家 国 个国家和地区 个成员国",
    "company": "家企业 家公司 家工厂 家上市公司 家店铺*1",
    "bank": "家银行",
    "hospital": "家医院 所医院",
    "shop": "家店 家门店 家商店 家超市 间店",
    "school": "所学校 所中学 所小学 所大学 间学校 所高校",
    "place": "处 个地点 处口岸",
    "city": "个城市 座城市 个市",
    "town": "个乡镇 个镇 个村镇",
    "village": "个村 个村庄 个村子",
    "station": "座车站 个车站 个站 座充电站 个充电站 个站点 座电站",
    "bridge": "座桥 座大桥 座桥梁",
    "reservoir": "座水库",
    "runway": "条跑道",
    "line": "条线路 条航线",
    "agreement": "项协议 份协议",
    "document": "项文件 份文件",
    "project": "个项目 项工程",
    "sample": "份样品 份样本 个样本 份水样",
    "portion": "份午餐 份餐 份盒饭 份早餐 份晚餐",
    "job": "个岗位 个工作岗位 个职位 个就业岗位",
    "medal": "枚奖牌 块奖牌 枚金牌 块金牌",
    "goal": "球 个进球 粒进球 记入球",
    "round": "轮",
    "point": "分",
    "storey": "层 层楼",
    "missile": "枚导弹 枚飞弹 枚火箭弹",
    "drone": "架无人机",
    "container": "个集装箱 个货柜",
    "ticket": "张门票 张票",
    "tree": "棵树 株树 棵",
    "phone call": "通电话",
}

_ENGLISH = {
    "second": "second seconds sec",
    "hour": "hour hours hrs hr minute/60 minutes/60 min/60 mins/60",
    "day": "day days week*7 weeks*7 fortnight*14 night nights",
    "month": "month months year*12 years*12 decade*120 decades*120",
    "percent": "% percent pct",
    "percentage point": "percentage_point percentage_points basis_point/100 basis_points/100",
    "yuan": "yuan renminbi rmb",
    "dollar": "dollar dollars us_dollars u.s._dollars usd",
    "euro": "euro euros eur",
    "pound": "pound pounds pounds_sterling",
    "yen": "yen",
    "won": "won",
    "ruble": "ruble rubles rouble roubles",
    "rupee": "rupee rupees",
    "franc": "franc francs swiss_francs",
    "peso": "peso pesos",
    "hong kong dollar": "hong_kong_dollars",
    "taiwan dollar": "taiwan_dollars new_taiwan_dollars nt_dollars",
    "australian dollar": "australian_dollars",
    "canadian dollar": "canadian_dollars",
    "celsius": "°c c degrees_celsius degree_celsius degrees_c degrees_centigrade celsius ℃ degrees degree",
    "fahrenheit": "°f f degrees_fahrenheit fahrenheit degrees_f",
    "millimetre": "mm millimetre millimetres millimeter millimeters inch*25.4 inches*25.4",
    "metre": "metre metres meter meters cm/100 centimetre/100 centimetres/100 centimeter/100 centimeters/100 "
    "foot*0.3048 feet*0.3048 ft*0.3048 yard*0.9144 yards*0.9144",
    "kilometre": "km kms kilometre kilometres kilometer kilometers mile*1.609344 miles*1.609344 "
    "nautical_mile*1.852 nautical_miles*1.852 light-years*9460730472580.8",
    "square metre": "square_metres square_meters sq_m sqm square_feet*0.09290304 square_foot*0.09290304 m²",
    "square kilometre": "square_kilometres square_kilometers sq_km square_km km² square_miles*2.589988",
    "hectare": "hectare hectares ha acre*0.40468564 acres*0.40468564",
    "cubic metre": "cubic_metres cubic_meters",
    "kilogram": "kg kgs kilogram kilograms kilo kilos gram/1000 grams/1000",
    "tonne": "tonne tonnes metric_ton metric_tons ton tons",
    "litre": "litre litres liter liters gallon*3.785412 gallons*3.785412",
    "barrel": "barrel barrels bpd",
    "ounce": "ounce ounces",
    "kilowatt": "kw kilowatt kilowatts mw*1000 megawatt*1000 megawatts*1000 gw*1000000 gigawatts*1000000 "
    "gigawatt*1000000",
    "kilowatt hour": "kwh kilowatt_hours kilowatt-hours mwh*1000 megawatt_hours*1000",
    "kilometre per hour": "km/h kph kmh kilometres_per_hour kilometers_per_hour kilometres_an_hour kilometers_an_hour "
    "mph*1.609344 miles_per_hour*1.609344 miles_an_hour*1.609344 knot*1.852 knots*1.852",
    "metre per second": "m/s metres_per_second meters_per_second metres_a_second",
    "fold": "fold -fold",
    "household": "household households",
    "aircraft": "aircraft",
}

_ENGLISH_NOUNS = {
    "person": (
        "people person persons passenger crew sailor soldier troop officer policeman policemen firefighter worker "
        "miner employee resident inhabitant villager islander civilian child children man men woman women boy girl "
        "student pupil teacher patient protester demonstrator marcher spectator fan voter candidate member "
        "delegate lawmaker senator deputy doctor nurse medic rescuer survivor victim suspect prisoner hostage refugee "
        "migrant tourist visitor guest driver pilot fisherman fishermen farmer trader investor shareholder "
        "adult teenager pensioner others staff personnel defendant co-defendant journalist reporter "
        "volunteer docker striker "
        "nurse holidaymaker crewman crewmen crewmembers militant fighter gunman gunmen insurgent attacker motorist "
        "commuter evacuee citizen respondent participant runner athlete player worshipper bystander detainee inmate "
        "body bodies death fatality fatalities injury injuries arrest"
    ),
    "vehicle": "vehicle car truck bus buses lorry lorries engine van ambulance motorcycle taxi",
    "vessel": "vessel ship boat ferry ferries tanker trawler barge",
    "aircraft": "plane helicopter jet airliner warplane",
    "house": "house home building",
    "vote": "vote ballot",
    "seat": "seat",
    "case": "case infection",
    "country": "country countries nation",
    "company": "company companies firm maker business businesses manufacturer",
    "time": "time",
    "storey": "storey story stories floor",
}


def _read(entry: str) -> tuple[str, float]:
    for sign in "*/":
        word, found, factor = entry.partition(sign)
        if found and factor.replace(".", "").isdigit():
            return word, float(factor) if sign == "*" else 1 / float(factor)
    return entry, 1.0


def _table(source: dict[str, str]) -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for unit, words in source.items():
        for entry in words.split():
            word, factor = _read(entry)
            table[word.replace("_", " ")] = (unit, factor)
    return table


def _nouns() -> dict[str, str]:
    nouns: dict[str, str] = {}
    for unit, words in _ENGLISH_NOUNS.items():
        for word in words.split():
            nouns[word] = unit
            nouns[word + "s"] = unit
    return nouns


HAN_UNITS: dict[str, Unit] = _table(_HAN)
ENGLISH_UNITS: dict[str, Unit] = _table(_ENGLISH)
ENGLISH_NOUNS: dict[str, str] = _nouns()

CURRENCY_SIGNS: dict[str, str] = {
    "$": "dollar", "us$": "dollar", "usd": "dollar", "美元": "dollar", "€": "euro", "eur": "euro", "£": "pound",
    "¥": "yuan", "rmb": "yuan", "cny": "yuan", "人民币": "yuan", "hk$": "hong kong dollar", "港币": "hong kong dollar",
    "nt$": "taiwan dollar", "新台币": "taiwan dollar", "a$": "australian dollar", "c$": "canadian dollar",
    "s$": "singapore dollar", "₹": "rupee", "₩": "won", "₽": "ruble",
}  # fmt: skip

PERSON_NOUNS_HAN: tuple[str, ...] = tuple(
    noun
    for line in (
        "工人 矿工 乘客 旅客 船员 机组人员 学生 师生 教师 居民 村民 市民 民众 群众 灾民 儿童 孩子 妇女",
        "女子 男子 老人 长者 平民 士兵 军人 官兵 警察 警员 民警 消防员 伤者 伤员 患者 病人 死者 遇难者",
        "嫌疑人 嫌犯 被告 同案被告 人质 游客 球迷 观众 选民 议员 代表 候选人 员工 职工 示威者 抗议者",
        "成年人 受访者 医护人员 医生 护士 记者 司机 渔民 农民 难民 移民 志愿者 救援人员 团员 成员 人员",
        "选手 运动员 幸存者 囚犯 战俘 人",
    )
    for noun in line.split()
)
"""Nouns that may follow 名 or 位: they belong to the figure's words."""
