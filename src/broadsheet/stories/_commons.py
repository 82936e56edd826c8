"""How common a term is in any news, before an archive knows by itself.

Lists of the most common Chinese characters and words of news, and of the most common English words. A young archive
would otherwise take 记者 or "police" for a happening's own mark.
"""

from __future__ import annotations

RAREST, COMMONEST = 0, 10

_CHARACTERS = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同"
    "现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义"
    "各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司"
    "五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
)
_RANKS = {sign: rank for rank, sign in enumerate(_CHARACTERS)}

_PAIRS = frozenset(
    "表示 记者 报道 中国 美国 总统 政府 今天 昨天 目前 已经 进行 国家 国际 发生 问题 工作 可以 没有 他们 我们 人员 部门 相关 有关 公司 经济"
    " 社会 发展 情况 消息 时间 认为 指出 称为 一个 两国 北京 日电 新华 华社 中新 新网 据悉 据报 警方 事件 事故 造成 死亡 受伤 人死 人受 人伤"
    " 当地 地时 间的 现场 调查 原因 医院 救援 安全 组织 会议 方面 其中 同时 以及 关于 对于 由于 因为 所以 如果 但是 不过 此外 另外 这是 这次"
    " 自己 开始 继续 成为 接受 采访 发言 言人 外交 交部 官员 领导 主席 总理 部长 主任 负责 责人 专家 市民 居民 群众 学生 儿童 男子 女子 公布"
    " 宣布 要求 决定 支持 反对 批评 呼吁 警告 希望 可能 需要 必须 应该 全国 世界 全球 地区 中心 城市 省份 新闻 媒体 网站 网络 视频 图片 来源"
    " 本报 编辑 责任 上午 下午 晚上 凌晨 中午 日上 日下 日晚 月日 年月 星期 周一 周二 周三 周四 周五 周六 周日 去年 今年 明年 近日 日前 左右"
    " 超过 至少 左右 大约 万人 亿元 万元 美元 人民 民币 百分 分之 增加 减少 上升 下降 影响 措施 计划 项目 合作 关系 管理 服务 技术 企业 市场"
    " 投资 生产 建设 教育 文化 历史 生活 家庭 之后 之前 以来 期间 过程 结果 最后 首次 第一 第二 一次 一些 许多 很多 不是 就是 还是 这些 那些"
    " 什么 怎么 为何 如何 为什 日本 韩国 俄罗 罗斯 英国 法国 德国 欧洲 亚洲 香港 台湾 上海 广东 疫情 病例 新增 确诊 感染 病毒 新冠 肺炎 疫苗"
    " 法院 法律 警察 嫌疑 疑人 逮捕 指控 判决 犯罪 案件 公安 消防 地震 爆炸 火灾 袭击 恐怖 车辆 交通 铁路 航空 飞机 天气 暴雨 台风 军队 战争"
    " 选举 投票 议会 政治 政策 改革 人权 自由 民主 抗议 示威 威者 声明 报告 数据 统计 研究 大学 教授 科学 学家 媒体 体育 比赛 球队 冠军".split()
)

_EMPTY = frozenset(
    "a an and are as at be been but by for from had has have he her his i in is it its of on or she that the their "
    "they this to was were which who will with said says after not new we you s t d ll re ve m one would there when "
    "what more out up so if no him them than then into could about all also can did do just some these those where "
    "while because before over under between through during how our us your my me am being any each other only own "
    "same such too very".split()
)
_WORDS = frozenset(
    "people year years time day week month first last two three four five police government president state states "
    "country world news report reported according officials official man men woman women minister says told made make "
    "may might should since still back even many most much now our well way against another around among until again "
    "home house city national public company companies group court law case security service services system party "
    "leader members member million billion percent number part end early late high long small large big old left right "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december today yesterday tomorrow night morning area areas local south north west east united "
    "american british chinese russian china us uk u.s. america killed dead died death injured fire attack war military "
    "says saying say statement media press reuters ap afp photo video here see get got take took taken come came go "
    "going went used use using help work working school students family children life found called asked added".split()
)


def is_empty_word(word: str) -> bool:
    """Whether a spaced ``word`` (folded) says nothing about what a text is about."""
    return word in _EMPTY or (len(word) == 1 and not word.isdigit())


def commonness(term: str) -> int:
    """From 0 (not on any list) to 10: every step doubles the share of articles that have the term."""
    if term[0] < "\u2e80":
        return _of_word(term)
    if term in _PAIRS:
        return 7
    ranks = [_RANKS.get(sign, 999) for sign in term]
    if max(ranks) < 120:
        return 6
    if max(ranks) < 500:
        return 4
    return 2 if min(ranks) < 500 else RAREST


def _of_word(word: str) -> int:
    if word in _WORDS:
        return 6
    if word.isdigit():
        return 7 if len(word) <= 2 else 5 if len(word) == 4 and word[:2] in ("19", "20") else 3
    return 1
