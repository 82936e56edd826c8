"""The words that tell what a figure measures, flat and simplified. Data; ``_roles`` says how they are used.

Alternatives are parted by blanks; ``_`` is a blank within one.
"""

from __future__ import annotations

PEOPLE_BEHIND = {
    "dead": r"""
        死亡(?!人数) 遇难 丧生 丧命 身亡 罹难 殉职 遇害 溺亡 毙命 死于 被杀 被打死 不治 去世 死
        killed dead died dies die\b dying deaths?\b perished drowned lost_(?:his|her|their)_li fatalit""",
    "injured": r"受伤 轻伤 重伤 伤势 负伤 烧伤 伤 injured wounded hurt\b injuries",
    "missing": r"失踪 失联 下落不明 missing unaccounted_for",
    "trapped": r"被困 受困 被埋 trapped buried",
    "rescued": r"""
        获救 被救 救起 救出 得救 脱险 (?:安全)?升井 生还
        rescued saved survived pulled_(?:alive_)?from pulled_alive brought_ashore alive_from""",
    "arrested": r"被捕 被拘 被抓 被逮捕 被带走 落网 归案 被羁押 arrested detained in_custody",
    "evacuated": r"""
        转移 撤离 疏散 避难 逃离 搬离 撤走 离开家园 流离失所
        evacuated have_fled fled\b displaced forced_from left_their_homes leave_their_homes led_out
        to_leave_their moved_to_safety""",
    "aboard": r"on_board aboard 在[船机车]上",
    "hospitalised": r"""
        住院 送医 入院 就医 送院 被?送[往到至].{0,8}医院 被送进
        hospitali[sz]ed taken_to_hospital in_hospital treated_for""",
    "infected": r"感染 确诊 tested_positive infected",
    "participants": r"""
        参加 出席 与会 参与 参赛 上街 游行 示威
        took_part taking_part take_part attended marched demonstrated gathered turned_out""",
    "turnout": r"投了票 投票 cast_(?:their_)?(?:ballots|votes) voted",
    "laid off": r"被裁 laid_off lose_their_jobs",
}
"""Behind a number of people."""

PEOPLE_BEFORE = {
    "dead": r"""
        (?:死亡|遇难|丧生|罹难)人数 夺[去走] 打死 杀死 炸死 撞死 死者 遇难者 死亡 遇难
        killed killing kills? claimed claiming bodies_of
        toll_(?:rises|rose|has_risen|climbed|climbs|stands|stood|is|was)(?:_to|_at)?""",
    "injured": r"""
        打伤 炸伤 撞伤 (?:受伤|伤者)人数 伤者 受伤 轻伤 重伤
        wounding wounded injuring injured injures hurting""",
    "missing": r"失踪人数 失踪 失联",
    "rescued": r"救出 救起 营救 解救 救助 rescued rescuing saved saving pulled",
    "trapped": r"困住 trapping",
    "arrested": r"逮捕 拘捕 抓获 抓捕 拘留 扣留 带走 刑拘 arrested arresting arrests detained detaining rounded_up",
    "evacuated": r"""
        转移 疏散 撤离 动迁(?:居民)? 安置 转移群众 转移安置
        evacuated evacuating displaced displacing moved forced""",
    "aboard": r"载有 载着 搭载 载客 carrying(?:_its)? with",
    "hospitalised": r"收治 救治 treated treating admitted hospitali[sz]ed",
    "infected": r"确诊(?:病例)? 感染",
    "participants": r"""
        attended_by (?:march|rally|crowd|demonstration|strike)_(?:of|by) protest_by trial_with drew attracted
        参加(?:会谈|会议|游行|集会|示威)的""",
    "surveyed": r"访问 调查 (?:survey|poll)_of surveyed polled",
    "laid off": r"裁员 裁减 裁掉 lay_off laid_off laying_off cut shed axe",
    "population": r"(?:常住|户籍|总)?人口",
}
"""Right before a number of people, or with ``FILLING`` between."""

FILLING = r"""
    了 的 至少 共 共计 达 为 至 到 有 已有 已 已经 增至 升至 上升到 上升至 达到 超过 约 又 另外? 人数 者 另有 共有
    被困人员 被困群众 群众 居民 村民 乘客 嫌疑人
    一共 总共 合计 分别 _another _a_further _all _a_total_of _its _their _the"""

TIME_BEFORE = {
    "sentence": r"""
        判处.{0,12} 判刑 徒刑 获刑 刑期 监禁
        jailed_for sentenced.{0,40}_to sentence_of imprisoned_for""",
    "duration": r"""
        (?:持续|历时|历经|长达|为期|耗时|用时|用|花|进行|谈|开|开会|会谈|交谈|会晤|磋商|访问|审理|搜救|搜寻|搜索|寻找|战斗|交火|辩论)(?:了|约|达|又|整整|前后)*
        lasted lasting lasts? took takes? taking taken
        (?:went_on|going_on|continued|spoke|talked|met|negotiated|ran|running|dragged_on)_for
        (?:burned|burning|raged|debated|searched|fought)_for
        stretched_over (?:talks|negotiations|meeting).{0,30}_after""",
}
"""At the very end of what stands before a length of time."""

TIME_BEHIND = {
    "sentence": r"_?in_(?:prison|jail) _imprisonment _behind_bars 的?(?:有期)?(?:徒刑|监禁)",
    "duration": r"""
        的?(?:闭门|工作|马拉松式|艰难|紧张|密集|双边|正式|国事)*(?:会谈|谈判|会晤|磋商|访问|会议|讨论|辩论|审理|搜救|搜寻|手术|停火|比赛|激战|战斗|行程)
        _(?:of_|in_|long_)?(?:closed-door_|tense_|intense_|difficult_|crisis_|peace_|trade_)?(?:talks|negotiations|debate|discussions|fighting|searching|deliberation|surgery|meetings?)
        _to_(?:build|complete|finish|put_out)""",
}

MONEY_BEFORE = {
    "fine": r"罚款 罚金 罚没 fined fine_of penalt",
    "loss": r"损失 亏损 亏 damage loss(?:es)? cost_investors lost",
    "profit": r"盈利 利润 净利 获利 profit",
    "cost": r"""
        投资 造价 耗资 成本 费用 斥资 花费 花了 工程款
        costs?\b costing bought_for paid price_tag budget_of investment_of bill\b""",
    "price": r"""
        售价 票价 价格 单价 房价 油价 起价 每[张斤桶股吨公台人只瓶件平克辆] 收于 收报 卖到 定价
        fares? price rents?\b ticket gold_rose oil_(?:fell|rose) closed_at closing_at""",
}

MONEY_BEHIND = {
    "fine": r"罚款 罚金 _fine",
    "loss": r"的?(?:经济)?损失 _(?:in|of)_(?:damage|losses) _loss",
    "profit": r"的?(?:净)?利润 _profit _in_profit",
    "cost": r"的?(?:投资|造价|费用) _(?:project|investment)",
    "price": r"""
        (?:_?每|/|一)[张斤桶股吨公瓶件平克辆] _each
        _(?:a|an|per)_(?:barrel|ounce|share|ton|tonne|litre|gallon|kilo|month|head|ticket|night|unit|pound)""",
}

PERCENT_BEFORE = {
    "turnout": r"投票率 turnout",
    "share": r"""
        得票率? 占 比重.{0,4} 比例.{0,4} 支持率 赞成的? 反对的? 占比
        make_up makes_up made_up account(?:s|ed|ing)?_for won had against share_of deficit_is_put_at""",
    "rise": r"""
        增长 上升 上涨 增加 提高 上调 攀升 涨 升 扩大
        rises? rose risen up grew grow grown growth_of increas(?:e|es|ed|ing) raised climb(?:ed)? jumped surged gained
        expand(?:ed)?""",
    "fall": r"""
        下降 减少 下跌 降低 回落 下滑 下调 缩减 萎缩 跌 降 减
        falls? fell fallen drop(?:ped|s)? down declined? lost cut shrank shrunk reduced? slump(?:ed)? slid""",
}

PERCENT_BEHIND = {
    "turnout": r"_turnout 的?投票率",
    "share": r"""
        _?的?(?:选票|得票|受访者|民众|选民|支持率)
        _of_(?:the_)?(?:vote|votes|ballots|sales|output|gdp|all|its|respondents|those|voters|workforce|market|economy|seats)
        _said_they _backed _support _share""",
    "rise": r"_?的?(?:增长|增幅|涨幅|增速) _(?:rise|increase|higher|more|growth|gain)",
    "fall": r"_?的?(?:降幅|跌幅) _(?:fall|drop|decline|lower|less|fewer)",
}

LENGTH_BEFORE = {
    "depth": r"深度? 水深 deep_as depth_of",
    "water level": r"水位 water_level gauge",
    "visibility": r"能见度 visibility",
    "rain": r"雨量 降雨 降水 rain(?:fall)?",
    "snow": r"积雪 降雪 snow",
    "height": r"高 海拔 浪高 height_of climbs altitude_of",
    "length": r"全?长 length_of 总里程",
    "distance": r"距 距离 相距 行驶 以[东南西北] 续航 within distance_of",
}

LENGTH_BEHIND = {
    "depth": r"_?的?深 _deep _under(?:ground|water) _below_(?:ground|sea|the)",
    "rain": r"的?(?:降雨|雨|降水) _of_rain",
    "snow": r"_of_snow _fell 的?(?:积雪|降雪)",
    "height": r"_?高 _tall _high",
    "length": r"_?长 _long",
    "distance": r"_(?:away|off|south|north|east|west|inland|from_(?!a_)) _?(?:外|远|处)",
}

VOTE_BEFORE = {"votes for": "赞成 支持", "votes against": "反对", "abstentions": "弃权"}
VOTE_BEHIND = {
    "votes for": r"_?赞成 _?支持 _?同意 _in_favou?r _for",
    "votes against": r"_?反对 _against",
    "abstentions": r"_?弃权 _abstention",
}
SEAT_BEFORE = {"seats": "取得 赢得 获得 拿下 得到 得 won wins? winning took gained holds?"}
CASE_BEFORE = {"infected": "确诊 病例 感染 新增 轻症 重症"}
CASE_BEHIND = {
    "infected": r"""
        _?(?:确诊|感染|本土|病例|新冠|输入)
        _of_(?:measles|cholera|covid|flu|influenza|dengue|ebola|malaria|mpox|polio)"""
}
JOB_BEFORE = {"laid off": r"cut 裁 shed axe 削减 lose losing"}
JOB_BEHIND = {"laid off": r"_will_go _to_go _cuts"}
POWER_BEFORE = {"capacity": "装机 capacity output_of"}
POWER_BEHIND = {"capacity": "_of_capacity 的?装机"}

WORDS_THEMSELVES = {
    "dead": r"bod(?:y|ies)\b deaths?\b fatalit 遇难者 死者 [0-9零一二三四五六七八九十百]死$",
    "injured": r"injur(?:y|ies)\b 受?伤者 伤员 受伤 伤$",
    "arrested": r"arrests?\b",
    "rescued": "获救",
    "trapped": "被困",
    "missing": "失踪 失联",
    "participants": "demonstrators protesters marchers 示威者",
}
"""In the words of a number of people themselves, asked last."""
