"""Is a stretch of text the name of a person, place or body? Only where words or neighbours say so."""

from __future__ import annotations

import re

from broadsheet.text.differences import HAN_PLACES, HAN_TITLES, HAN_WORDS

_SURNAMES = frozenset(
    "傅阎沐匡郁奚燕冼荆鄢竺蔺粟储宁王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍"
    "庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳阳管柴蒙"
    "鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬"
    "师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_LONG_SURNAMES = ("欧阳", "司马", "司徒", "诸葛", "上官", "东方", "皇甫", "尉迟", "公孙", "令狐", "端木", "慕容")
_KIND_WORDS = """
省 市 县 区 州 国 岛 镇 乡 村 路 街 港 河 江 湖 山 湾 海峡 大桥 机场 车站 公司 集团 大学 学院 中学 小学 医院 银行 法院
检察院 委员会 协会 基金会 联盟 党 报 日报 通讯社 电视台 研究所 研究院 俱乐部 部 局 厅 署 号 寺 庙 队 社 书店 饭店 酒店
餐厅 剧院 博物馆 图书馆 工厂
"""
_KINDS = tuple(_KIND_WORDS.split())
_LOOSE_KINDS = frozenset("国乡湾党报部局厅署号寺庙队社")
_OWN_KINDS = tuple(kind for kind in _KINDS if kind not in _LOOSE_KINDS)
"""Those that hardly begin another word."""

_BODIES = ("公司", "集团", "大学", "医院", "银行", "学院", "工厂", "中学", "小学")
_VERB_WORDS = """
说 称 表示 指出 认为 强调 宣布 透露 告诉 介绍 坦言 直言 回应 回答 解释 补充 警告 呼吁 批评 承认 否认 写道 问 答 道
出席 抵达 访问 会见 当选 辞职 担任 接任 出任 先生 女士 小姐 教授 博士 医生 等人 相信 担心 估计 预计 答应 拒绝 要求
主张 接受
"""
_VERBS = tuple(_VERB_WORDS.split())
_TRADE = re.compile(
    rf"(?:{'|'.join(sorted(HAN_TITLES, key=len, reverse=True))}|[\u3400-\u9fff][长员师家者人手民客生士授裁任官])$"
)
_TAIL = re.compile(
    rf"(?P<rest>[\u3400-\u9fff]{{0,2}}?)(?:{'|'.join(sorted(_VERBS, key=len, reverse=True))}|[,。;:!?()“”、]"
    rf"|[在的和与等为从于将已也又不没就则对把被向是家]|$)"
)
_HAN_RUN = re.compile("[\u3400-\u9fff]+$")
_MIDDLE_DOT = re.compile("·[\u3400-\u9fff]{0,3}$")
_HAN_NAME = re.compile("[\u3400-\u9fff·]{2,8}")
_LATIN_WORD = re.compile(r"[^\W\d_\u3040-\u9fff][\w'’.&-]*")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CALENDAR = _words(
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday am pm a.m p.m gmt utc i"
)
_OPENERS = _words(
    "the a an he she it they we you this that these those his her their its our my in on at by for from with to of "
    "and "
    "but or as if when while after before since until because although though however meanwhile there here some many "
    "most all no not one two three several more less few officials police authorities people experts residents "
    "witnesses"
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
    if _hold_places(old, new, after):
        return True
    if not (_HAN_NAME.fullmatch(old) or len(old) == 1) or not (_HAN_NAME.fullmatch(new) or len(new) == 1):
        return False
    if {old, new} & HAN_WORDS:
        return False
    in_title = before.rfind("《") > before.rfind("》") and "》" in after
    if in_title or _MIDDLE_DOT.search(before) or after.startswith("·") or "·" in old + new:
        return True
    return _are_people(old, new, before, after)


def _are_people(old: str, new: str, before: str, after: str) -> bool:
    """Whether a person's name, of which the change may be a part, stands there on both sides.

    It stands behind a title or trade, or where a clause begins before a verb of saying.
    """
    lead = next((size for size in (0, 1, 2) if _TRADE.search(before[: len(before) - size])), None)
    tail = _TAIL.match(after)
    rest = tail["rest"] if tail else ""
    if lead is not None:
        names = [before[len(before) - lead :] + text + rest for text in (old, new)]
        if all(map(_is_person, names)):
            return True
    opens = not before or before[-1] in ",。:;“(!?)”"
    speaks = tail is not None and after[len(rest) :].startswith(_VERBS)
    if speaks and (opens or lead == 0):
        return all(2 <= len(text + rest) <= 6 for text in (old, new))
    return all(_is_person(text) and len(text) == 3 for text in (old, new))


def _is_person(name: str) -> bool:
    if name.startswith(_LONG_SURNAMES):
        return 3 <= len(name) <= 4
    return 2 <= len(name) <= 3 and (name[0] in _SURNAMES or name[0] in "老小阿")


def _hold_places(old: str, new: str, after: str) -> bool:
    """Whether both sides are known places, or end (or go on) in one and the same kind of place or body."""
    if old in HAN_PLACES and new in HAN_PLACES:
        return True
    one, other = (next((place for place in HAN_PLACES if text.startswith(place)), None) for text in (old, new))
    if one and other and old.removeprefix(one) == new.removeprefix(other):
        return True
    longer = max(len(old), len(new))
    for kind in _KINDS:
        if old.endswith(kind) and new.endswith(kind) and min(len(old), len(new)) > len(kind) and longer <= 12:
            return _looks_proper(old.removesuffix(kind), new.removesuffix(kind), kind)
        if _goes_on(after, kind) and longer <= 6 and min(len(old), len(new)) >= 2 and _looks_proper(old, new, kind):
            return True
    return False


def _goes_on(after: str, kind: str) -> bool:
    """Whether ``after`` is a kind of place or body, or a body with up to four characters for its trade before it."""
    at = after[:6].find(kind)
    return at == 0 or (kind in _BODIES and 0 < at <= 4 and _HAN_RUN.match(after[:at]) is not None)


def _looks_proper(old: str, new: str, kind: str) -> bool:
    """Unknown words; they share no character, unlike a word and its slip, or name a kind that is hardly else."""
    known = {old, new} & HAN_WORDS or not all(_HAN_NAME.fullmatch(text) or len(text) == 1 for text in (old, new))
    return not known and (kind in _OWN_KINDS or not set(old) & set(new))
