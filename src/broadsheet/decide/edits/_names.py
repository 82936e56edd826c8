"""Is a stretch of text the name of a person, place or body? Only where words or neighbours say so."""

from __future__ import annotations

import re

from broadsheet.language.differences import HAN_WORDS

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦"
    "俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车"
    "项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_PLACES = frozenset(
    """
中国 美国 英国 法国 德国 日本 韩国 朝鲜 俄国 俄罗斯 印度 巴西 南非 加拿大 墨西哥 澳大利亚 澳洲 新西兰 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士
瑞典 挪威 芬兰 丹麦 波兰 捷克 匈牙利 希腊 土耳其 乌克兰 白俄罗斯 伊朗 伊拉克 以色列 巴勒斯坦 叙利亚 黎巴嫩 约旦 埃及 沙特 沙特阿拉伯 也门
卡塔尔 阿联酋 利比亚 苏丹 埃塞俄比亚 肯尼亚 尼日利亚 越南 泰国 老挝 缅甸 柬埔寨 马来西亚 新加坡 印尼 菲律宾 巴基斯坦 孟加拉国 阿富汗 蒙古
哈萨克斯坦 古巴 智利 阿根廷 秘鲁 哥伦比亚 委内瑞拉 欧盟 北约 联合国 东盟 台湾 香港 澳门 西藏 新疆 北京 上海 天津 重庆 广州 深圳 杭州 南京
武汉 成都 西安 沈阳 大连 青岛 济南 郑州 长沙 福州 厦门 昆明 贵阳 南宁 海口 兰州 西宁 银川 合肥 南昌 太原 长春 哈尔滨 苏州 无锡 宁波 台北
高雄 台中 台南 东京 大阪 首尔 平壤 华盛顿 纽约 伦敦 巴黎 柏林 莫斯科 基辅 罗马 马德里 布鲁塞尔 日内瓦 维也纳 河内 曼谷 新德里 孟买 悉尼
堪培拉 渥太华 多伦多 温哥华 洛杉矶 旧金山 芝加哥 波士顿 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南
四川 贵州 云南 陕西 甘肃 青海 宁夏 内蒙古 广西
    """.split()
)
_KINDS = tuple(
    "省 市 县 区 州 国 岛 镇 乡 村 路 街 港 河 江 湖 山 湾 海峡 大桥 机场 车站 公司 集团 大学 学院 中学 小学 医院 银行 法院 检察院 委员会 "
    "协会 基金会 联盟 党 报 日报 通讯社 电视台 研究所 研究院 俱乐部 部 局 厅 署 号 寺 庙 队 社".split()
)
_TITLES = tuple(
    "总统 总理 首相 主席 部长 市长 省长 州长 县长 区长 局长 处长 科长 院长 校长 议长 秘书长 书记 大使 发言人 董事长 总裁 经理 总经理 主任 教授 博士 "
    "医生 记者 律师 法官 检察官 议员 议员 上将 将军 上校 队长 船长 机长 站长 村长 会长 理事长 研究员 工程师 教练 导演 演员 作家 歌手 先生 女士 小姐 "
    "太太 老师 司机 馆长 行长 馆员 店主 业主 厂长 所长 团长 司令 警长 警官 居民 村民 店员 渔民 农民 学生 商人 摊主".split()
)
_VERBS = tuple(
    "说 称 表示 指出 认为 强调 宣布 透露 告诉 介绍 坦言 直言 回应 回答 解释 补充 警告 呼吁 批评 承认 否认 写道 问 答 道 出席 抵达 访问 会见 当选 辞职 "
    "担任 接任 出任 先生 女士 小姐 教授 博士 医生 等人".split()
)
_HAN_NAME = re.compile("[\u3400-\u9fff·]{2,8}")
_LATIN_WORD = re.compile(r"[^\W\d_\u3040-\u9fff][\w'’.&-]*")
_CALENDAR = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep "
    "sept oct nov dec monday tuesday wednesday thursday friday saturday sunday am pm a.m p.m gmt utc i".split()
)
_OPENERS = frozenset(
    "the a an he she it they we you this that these those his her their its our my in on at by for from with to of and but "
    "or as if when while after before since until because although though however meanwhile there here some many most all "
    "no not one two three several more less few officials police authorities people experts residents witnesses".split()
)
_MID_SENTENCE = re.compile(r"(?<=[a-z,;] )[A-Z][\w'’-]+")


def find_known_names(text: str) -> frozenset[str]:
    """Words of ``text`` that are written with a capital where no sentence begins."""
    return frozenset(_MID_SENTENCE.findall(text))


def is_name_changed(old: str, new: str, before: str, after: str, known: frozenset[str]) -> bool:
    """Whether ``old`` gave way to ``new`` as one name to another, standing between ``before`` and ``after``."""
    if not old.strip() or not new.strip():
        return False
    if _HAN_NAME.search(old) or _HAN_NAME.search(new):
        return _is_han_change(old.strip(), new.strip(), before, after)
    starts = not before.strip() or before.rstrip()[-1:] in ".!?:“。"
    gone, come = (_capitals(text, starts, known) for text in (old, new))
    return bool(gone and come and gone != come)


def _capitals(text: str, starts_sentence: bool, known: frozenset[str]) -> tuple[str, ...]:
    """The words with a capital that are no beginning of a sentence and no part of the calendar."""
    words = _LATIN_WORD.findall(text)
    found = []
    for at, word in enumerate(words):
        plain = word.rstrip("'’.-").removesuffix("'s")
        if not plain or not plain[0].isupper() or plain.lower() in _CALENDAR:
            continue
        is_first = starts_sentence and at == 0
        follows = at + 1 < len(words) and words[at + 1][0].isupper()
        if is_first and (plain.lower() in _OPENERS or not (plain in known or follows or plain.isupper())):
            continue
        found.append(plain)
    return tuple(found)


def _is_han_change(old: str, new: str, before: str, after: str) -> bool:
    if not (_HAN_NAME.fullmatch(old) and _HAN_NAME.fullmatch(new)) or {old, new} & HAN_WORDS:
        return _hold_places(old, new, after)
    if _hold_places(old, new, after) or "·" in old + new:
        return True
    in_title = before.rfind("《") > before.rfind("》") and "》" in after
    if in_title or (before.endswith("·") or after.startswith("·")):
        return True
    in_place = before.endswith(_TITLES) or after.startswith(_VERBS) or after.startswith(_TITLES)
    both_named = all(text[0] in _SURNAMES and len(text) <= 4 for text in (old, new))
    return both_named and (in_place or len(old) > 2 or len(new) > 2) or (in_place and _are_bare(old, new, before))


def _are_bare(old: str, new: str, before: str) -> bool:
    """Two unknown words after a title, or at the beginning of a clause before a verb of saying."""
    opens = not before or before[-1] in ",。:;“(!?)”" or before.endswith(_TITLES)
    return opens and min(len(old), len(new)) >= 2 and max(len(old), len(new)) <= 6


def _hold_places(old: str, new: str, after: str) -> bool:
    """Whether both sides are known places, or end (or go on) in one and the same kind of place or body."""
    if old in _PLACES and new in _PLACES:
        return True
    one, other = (next((place for place in _PLACES if text.startswith(place)), None) for text in (old, new))
    if one and other and old.removeprefix(one) == new.removeprefix(other):
        return True
    longer = max(len(old), len(new))
    for kind in _KINDS:
        if old.endswith(kind) and new.endswith(kind) and min(len(old), len(new)) > len(kind) and longer <= 12:
            return not {old, new} & HAN_WORDS
        if after.startswith(kind) and longer <= 6 and min(len(old), len(new)) >= 2 and _looks_proper(old, new):
            return True
    return False


def _looks_proper(old: str, new: str) -> bool:
    return all(_HAN_NAME.fullmatch(text) and text not in HAN_WORDS for text in (old, new))
