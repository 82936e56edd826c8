"""What a figure measures: dead, injured, duration, cost … from the words about it in its clause.

A role has words that stand before the figure and words that stand behind it. A verb right before it (killing 12,
救出12人) speaks first, then the first word behind it (12人死亡), then the last word before it. Where none speaks, None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERSON = "person"


@dataclass(frozen=True, slots=True)
class Place:
    """A figure's clause, flat: what stands ``left`` and ``right`` of it up to the next number, and the sentence."""

    left: str
    right: str
    sentence: str
    words: str = ""


Rules = tuple[tuple[str, re.Pattern[str]], ...]


def _rules(source: dict[str, str], frame: str) -> Rules:
    return tuple((role, re.compile(frame.format(words))) for role, words in source.items())


_TOLL_RIGHT = {
    "dead": "死亡(?!人数)|遇难|丧生|丧命|身亡|罹难|殉职|遇害|溺亡|毙命|死于|被杀|被打死|不治|去世|死|killed|dead|died|dies|die\\b|dying"
    "|deaths?\\b|perished|drowned|lost (?:his|her|their) li|were found dead|fatalit",
    "injured": "受伤|轻伤|重伤|伤势|负伤|烧伤|伤|injured|wounded|hurt\\b|injuries",
    "missing": "失踪|失联|下落不明|missing|unaccounted for",
    "trapped": "被困|受困|被埋|trapped|buried",
    "rescued": "获救|被救|救起|救出|得救|脱险|安全升井|生还|rescued|saved|survived|pulled (?:alive )?from|pulled alive|brought ashore"
    "|alive from",
    "arrested": "被捕|被拘|被抓|被逮捕|被带走|落网|归案|被羁押|(?:was|were|been|being) (?:arrested|detained)|arrested|detained|in custody",
    "evacuated": "(?:紧急|安全|被|已经|已|全部|提前|及时|集中|得到)*(?:转移|撤离|疏散|避难|逃离|搬离|撤走|被迫离开家园|离开家园|流离失所)"
    "|evacuated|have fled|fled\\b|displaced|forced from|left their homes|leave their homes|led out|to leave their|moved to safety",
    "aboard": "on board|aboard|在船上|在机上|在车上",
    "hospitalised": "住院|送医|入院|就医|送院|送往.{0,6}医院|被送进|hospitali[sz]ed|taken to hospital|in hospital|treated for",
    "infected": "感染|确诊|tested positive|infected|have been infected",
    "participants": "参加|出席|与会|参与|参赛|上街|游行|示威|took part|taking part|take part|attended|marched|demonstrated|gathered|turned out",
    "turnout": "投了票|投票|cast (?:their )?(?:ballots|votes)|voted",
    "laid off": "被裁|laid off|lose their jobs",
}
_TOLL_LEFT = {
    "dead": "死亡|遇难|丧生|罹难|夺去|夺走|打死|杀死|炸死|death toll|death of|deaths of|bodies of|dead|killed|killing|kills?\\b|toll|claimed"
    "|造成|致",
    "injured": "受伤|打伤|炸伤|轻伤|重伤|wounding|wounded|injuring|injured|injures",
    "missing": "失踪|失联|missing",
    "rescued": "救出|救起|营救|获救|解救|rescued|rescuing|saved",
    "trapped": "困住|trapping",
    "arrested": "逮捕|拘捕|抓获|抓捕|拘留|扣留|带走|羁押|arrested|arresting|arrests?\\b|detained|detaining|rounded up",
    "evacuated": "转移|疏散|撤离|动迁|安置|evacuated|evacuating|displaced|displacing|led",
    "aboard": "载有|载着|搭载|载客|乘坐|[船机车]上(?:有|载有|载|共有|的)?|carrying|乘客和船员|乘客及船员|aboard|with(?= )",
    "hospitalised": "收治|救治|treated|treating|admitted",
    "infected": "确诊|感染",
    "participants": "参加|出席|attended by|march of|rally of|crowd of|demonstration of|protest by|strike by|trial with|drew|attracted",
    "surveyed": "访问了|调查了|survey of|poll of|surveyed|polled",
    "laid off": "裁员|裁减|裁掉|lay off|laid off|laying off|cut|shed|axe",
    "population": "人口",
}
_BEHIND = _rules(_TOLL_RIGHT, "(?:{})")
_NEAR = "(?:了|的|至少|共|共计|达|为|至|到|有|已有|已|已经|增至|升至|上升到|上升至|达到|超过|约|又|另外?|人数|者|其中|另有|共有|一共|总共|合计|分别)*"
_ACTIVE = _rules(
    {
        role: words
        for role, words in {
            "dead": "(?:死亡|遇难|丧生|罹难)人数|夺[去走]|打死|杀死|炸死|撞死|死者|遇难者|死亡|遇难|killed|killing|kills?|claimed|claiming|bodies of"
            "|(?:death )?toll (?:rises|rose|has risen|climbed|climbs|stands|stood|is|was)(?: to| at)?|dead:",
            "injured": "打伤|炸伤|撞伤|(?:受伤|伤者)人数|伤者|受伤|轻伤|重伤|wounding|wounded|injuring|injured|injures|hurting",
            "missing": "失踪人数|失踪|失联",
            "rescued": "救出|救起|营救|解救|救助|rescued|rescuing|saved|saving",
            "trapped": "困住|trapping",
            "arrested": "逮捕|拘捕|抓获|抓捕|拘留|扣留|带走|刑拘|arrested|arresting|arrests|detained|detaining|rounded up",
            "evacuated": "转移|疏散|撤离|动迁(?:居民)?|安置|转移群众|转移安置|evacuated|evacuating|displaced|displacing|moved|forced",
            "aboard": "载有|载着|搭载|载客|carrying(?: its)?|with",
            "hospitalised": "收治|救治|treated|treating|admitted|hospitalised|hospitalized",
            "infected": "确诊(?:病例)?|感染",
            "participants": "attended by|(?:march|rally|crowd|demonstration) of|protest by|strike by|trial with|drew|attracted|(?:march|rally) by",
            "surveyed": "访问|调查|survey of|poll of|surveyed|polled",
            "laid off": "裁员|裁减|裁掉|lay off|laid off|laying off|cut|shed|axe",
            "population": "(?:常住|户籍|总)?人口",
        }.items()
    },
    "(?:{})(?:" + _NEAR[3:-2] + "| (?:another|a further|all|a total of|its|their))*[ :：]?$",
)
_ABOARD_LEFT = re.compile(r"载有|载着|搭载|载客|[船机車车](?:上|内)(?!空)|on board|aboard")
_ABOARD_RIGHT = re.compile(r"^[^，,]{0,14}?(?:on board|aboard|在[船机]上)")
_CREW = re.compile("crew|passengers|乘客|船员|机组|旅客")
_SUBSET = re.compile(r"(?:其中|当中|among (?:them|whom)|including|of whom|of them|包括|含|中有)[^，,]{0,8}$")
_POPULATION = re.compile("inhabitants|人口")
_CARRYING_CARGO = re.compile("with$")

TOLLS = frozenset(
    ["dead", "injured", "missing", "rescued", "trapped", "arrested", "evacuated", "hospitalised", "infected"]
)
"""Roles whose figure grows as news comes in."""


def find_person_role(place: Place) -> str | None:
    """The role of a number of people."""
    for role, words in _ACTIVE:
        if (found := words.search(place.left)) and _holds(role, found, place):
            return role
    if _ABOARD_RIGHT.match(place.right):
        return "aboard"
    if role := _first_behind(place.right):
        return role
    if _ABOARD_LEFT.search(place.left):
        return "aboard"
    if re.search(r"bodies?\b|deaths?\b|fatalit", place.words):
        return "dead"
    if re.search(r"injur(?:y|ies)\b|伤者|伤员", place.words):
        return "injured"
    if re.search(r"遇难者|死者", place.words):
        return "dead"
    if re.search(r"arrests?\b", place.words):
        return "arrested"
    if "inhabitants" in place.words:
        return "population"
    if re.search("demonstrators|protesters|marchers|示威者", place.words):
        return "participants"
    return None


def _holds(role: str, found: re.Match[str], place: Place) -> bool:
    if role == "aboard" and found[0].strip() == "with":
        return bool(_CREW.search(place.words) or _ABOARD_RIGHT.match(place.right))
    if role in ("evacuated", "rescued") and found[0].strip() in ("moved", "forced"):
        return bool(re.search("from|out of|safety|homes", place.right))
    if role == "laid off" and found[0].strip() in ("cut", "shed", "axe"):
        return bool(re.search("job|post|worker|staff|employee", place.words + place.right[:20]))
    return True


def _first_behind(right: str) -> str | None:
    best: tuple[int, str] | None = None
    for role, words in _BEHIND:
        found = words.search(right, 0, 60)
        if found and (best is None or found.start() < best[0]):
            best = (found.start(), role)
    if best is None or best[0] > _reach(right):
        return None
    between = right[: best[0]]
    return None if re.search(r"[没未]有?$|\bnot?\b|\bno one\b|无$|\band\b|\bwho\b", between) else best[1]


def _reach(right: str) -> int:
    return 48 if right[:2].isascii() else 14


_OTHERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "time": (
        ("sentence", "判处.{0,12}$|判刑$|徒刑$|获刑$|刑期|监禁$|jailed for$|sentenced.{0,40} to$|sentence of$|sentenced to$|imprisoned for$", "^ ?(?:in (?:prison|jail)|imprisonment|behind bars)|^(?:的)?(?:有期)?(?:徒刑|监禁)"),
        ("duration", "(?:持续|历时|历经|长达|为期|耗时|用时|用|花|进行|谈|开|开会|会谈|交谈|会晤|磋商|访问|审理|搜救|搜寻|搜索|寻找|战斗|交火|辩论)(?:了|约|达|又|整整|前后)*$"
         "|(?:lasted|lasting|lasts?|took|takes?|taking|went on for|continued for|spoke for|talked for|met for|negotiated for|stretched over|ran for|running for|dragged on for|burned for|burning for|raged for|going on for|debated for|searched for|fought for|rage for|taken)(?: for)?$",
         "^(?:的)?(?:闭门|工作|马拉松式|艰难|紧张|密集|双边|正式|国事)*(?:会谈|谈判|会晤|磋商|访问|会议|讨论|辩论|审理|搜救|搜寻|手术|停火|比赛|激战|战斗|行程)"
         "|^ (?:of |in |long )?(?:closed-door |tense |intense |difficult |crisis |peace |trade )?(?:talks|negotiations|debate|discussions|fighting|searching|deliberation|surgery|meetings?|to (?:build|complete|finish|put out))"),
    ),
    "money": (
        ("fine", "罚款|罚金|罚没|fined|fine of|penalt", "罚款|罚金|^ fine"),
        ("loss", "损失|亏损|亏|damage|loss(?:es)?|cost investors|lost", "的?(?:经济)?损失|(?:in|of) (?:damage|losses)|^ loss"),
        ("profit", "盈利|利润|净利|获利|profit", "的?(?:净)?利润|^ profit|in profit"),
        ("cost", "投资|造价|耗资|成本|费用|斥资|花费|花了|工程款|costs?\\b|costing|bought for|paid|price tag|budget of|investment of|at a cost of|bill|spend", "的?(?:投资|造价|费用)|^ (?:project|investment)"),
        ("price", "售价|票价|价格|单价|房价|油价|起价|每[张斤桶股吨公台人只瓶件平克辆]|收于|收报|卖到|定价|fares?|price|rents? start|ticket|tickets|gold rose|oil (?:fell|rose)|closed at|closing at",
         "^(?: ?每|/|一)[张斤桶股吨公瓶件平克辆]|^ (?:a|an|per) (?:barrel|ounce|share|ton|tonne|litre|gallon|kilo|month|head|ticket|night|unit|pound)|^ each"),
    ),
    "percent": (
        ("turnout", "投票率|turnout", "^ turnout|的?投票率"),
        ("share", "得票率?|占|比重|比例|支持率|赞成的?|反对的?|占比|make up|makes up|made up|account(?:s|ed|ing)? for|won|had|with (?=x)|share of|deficit",
         "^ ?的?(?:选票|得票|受访者|民众|选民|支持率)|^ (?:of (?:the )?(?:vote|votes|ballots|sales|output|gdp|all|its|respondents|those|voters|workforce|market|economy|seats)|said they|backed|support|support(?:ed)?|share)"),
        ("rise", "增长|上升|上涨|增加|提高|上调|攀升|涨|升|增|扩大|rise|rises|rose|risen|up|grew|grow|grown|growth of|increas(?:e|es|ed|ing)(?: of| by)?|raised|climb(?:ed)?|jumped|surged|gained|higher|expand(?:ed)?(?: by)?", "^ ?的?(?:增长|增幅|涨幅|增速)|^ (?:rise|increase|higher|more|growth|gain)"),
        ("fall", "下降|减少|下跌|降低|回落|下滑|下调|缩减|萎缩|跌|降|减|fall|falls|fell|fallen|drop(?:ped|s)?|down|decline(?:d)?|lost|cut|shrank|shrunk|lower|reduc(?:e|ed)|slump(?:ed)?|slid", "^ ?的?(?:降幅|跌幅)|^ (?:fall|drop|decline|lower|less|fewer)"),
    ),
    "metre": (
        ("depth", "深度?|水深|deep as|depth of", "^ ?(?:的)?(?:深|深度)|^ (?:deep|under(?:ground|water)|below)"),
        ("water level", "水位|water level|gauge|river", "^x"),
        ("visibility", "能见度|visibility", "^x"),
        ("rain", "雨量|降雨|降水|rain(?:fall)?", "^(?:的)?(?:降雨|雨|降水)|^ of rain"),
        ("snow", "积雪|降雪|snow", "^ (?:of snow|fell)|^(?:的)?(?:积雪|降雪)"),
        ("height", "高|海拔|浪高|height of|climbs|altitude of", "^ ?高|^ (?:tall|high)"),
        ("length", "全?长|length of|总里程", "^ ?长|^ long"),
        ("distance", "距|距离|相距|行驶|以[东南西北]|续航|within|distance of",
         "^ (?:away|off|from|(?:south|north|east|west)|inland|short of)|^ ?(?:外|远|处)"),
    ),
    "vote": (
        ("votes for", "赞成|in favour|支持", "^ ?(?:赞成|支持|同意)|^ (?:in favou?r|for)"),
        ("votes against", "反对", "^ ?反对|^ against"),
        ("abstentions", "弃权", "^ ?弃权|^ abstention"),
    ),
    "seat": (("seats", "取得|赢得|获得|拿下|得到|得|won|wins?|winning|took|gained|holds?", "^x"),),
    "case": (("infected", "确诊|病例|感染|新增|轻症|重症|cases?", "^ ?(?:确诊|感染|本土|病例|新冠|输入)|^ of (?!theft|fraud|abuse|corruption)"),),
    "job": (("laid off", "cut|裁|shed|axe|削减|lose|losing", "^ (?:will go|to go|cuts)"),),
    "kilowatt": (("capacity", "装机|capacity|output of", "^ of capacity|的?装机"),),
}  # fmt: skip
"""By kind of unit: role, what stands before (at the end, with a word or two between), what stands behind."""

_KINDS = {
    "hour": "time", "day": "time", "month": "time", "second": "time", "percent": "percent",
    "percentage point": "percent", "metre": "metre", "kilometre": "metre", "millimetre": "metre", "vote": "vote",
    "seat": "seat", "case": "case", "job": "job", "kilowatt": "kilowatt",
}  # fmt: skip
_BY_UNIT = {
    "celsius": "temperature", "magnitude": "magnitude", "wind force": "wind", "hectare": "area", "square metre": "area",
    "square kilometre": "area", "kilometre per hour": "speed", "metre per second": "speed",
}  # fmt: skip
_MONEY = frozenset(
    ["yuan", "dollar", "euro", "pound", "yen", "won", "ruble", "rupee", "franc", "peso", "hong kong dollar", "taiwan dollar", "australian dollar", "canadian dollar", "singapore dollar"]
)


def _compile_others() -> dict[str, tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]]:
    return {
        kind: tuple((role, re.compile(f"(?:{left})"), re.compile(f"(?:{right})")) for role, left, right in rules)
        for kind, rules in _OTHERS.items()
    }


_COMPILED = _compile_others()
_FILLER = re.compile(
    r"(?:[ 了的为约达到至在共计是由近超过逾仅有也又就:：又还]|will|would|is|was|by|to|of|at|for|a|an|the|some|about|it|them|her|him|expected|and has|the course|start|estimated|put|be|as|had|has)*$"
)


def find_role(unit: str, place: Place) -> str | None:
    """The role of a figure in ``unit``, None where unsure."""
    if unit == _PERSON:
        return find_person_role(place)
    if unit in _BY_UNIT:
        return _BY_UNIT[unit]
    kind = "money" if unit in _MONEY else _KINDS.get(unit)
    if kind is None:
        return None
    left = place.left.rstrip()
    best: tuple[int, str] | None = None
    for role, before, behind in _COMPILED[kind]:
        if behind.match(place.right):
            return role
        for found in before.finditer(left, max(0, len(left) - 40)):
            gap = len(left) - found.end()
            if best is None or gap < best[0]:
                best = (gap, role)
    if best is None or best[0] > _gap_allowed(kind, left):
        return None
    return best[1]


def _gap_allowed(kind: str, left: str) -> int:
    if kind == "time":
        return 0
    return 26 if left[-1:].isascii() else 8
