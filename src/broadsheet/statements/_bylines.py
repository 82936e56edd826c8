"""Dateline and byline: where and when a text was filed, and by whom, as its first or last lines say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from broadsheet.statements._wire import ANY, ASIAN, DAY, DISPATCH, LATIN, fold, list_blocks

_FIRST = 4
_LAST = 4
_OPENING = 160
_LONGEST_LINE = 600
"""Beyond this no byline is looked for: some of its forms have many parts, and a stranger's line may have no end."""
_SHORT = 40
"""A byline or an agency's name above the text; a longer block is the text itself."""
_HINT = re.compile("记者|[文者访译稿写]\\s*[:/|]|[Bb]y|BY")

_DATELINE_HINT = re.compile("[电讯稿(/—–]|-{2}")
"""What every folded dateline holds."""

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff々·]"
_NAME = rf"{_HAN}{{2,5}}|{_HAN}{{1,8}}·{_HAN}{{1,8}}"
_NAMES = rf"(?:{_NAME})(?:\s*[、,，/ ]\s*(?:{_NAME}))*"

_PLACE = (
    "布宜诺斯艾利斯|伊斯坦布尔|约翰内斯堡|斯德哥尔摩|里约热内卢|斯特拉斯堡|乌鲁木齐|呼和浩特|伊斯兰堡|"
    "耶路撒冷|特拉维夫|大马士革|布鲁塞尔|赫尔辛基|哥本哈根|法兰克福|墨西哥城|巴西利亚|圣地亚哥|乌兰巴托|"
    "阿斯塔纳|伊斯坦堡|加德满都|哈尔滨|石家庄|新加坡|吉隆坡|马尼拉|雅加达|新德里|喀布尔|德黑兰|巴格达|"
    "贝鲁特|安卡拉|内罗毕|莫斯科|日内瓦|马德里|维也纳|奥斯陆|里斯本|都柏林|慕尼黑|华盛顿|洛杉矶|旧金山|"
    "芝加哥|波士顿|休斯顿|休士顿|多伦多|渥太华|温哥华|哈瓦那|圣保罗|堪培拉|墨尔本|惠灵顿|联合国|达沃斯|"
    "科伦坡|利雅得|圣何塞|北京|上海|天津|重庆|广州|深圳|香港|澳门|台北|台中|台南|高雄|新北|桃园|基隆|"
    "新竹|花莲|台东|南京|杭州|武汉|成都|西安|沈阳|长春|济南|青岛|郑州|长沙|南昌|合肥|福州|厦门|昆明|贵阳|"
    "南宁|海口|三亚|兰州|西宁|银川|拉萨|太原|大连|苏州|东京|大阪|首尔|平壤|曼谷|河内|金边|加沙|开罗|基辅|"
    "华沙|柏林|巴黎|伦敦|罗马|雅典|海牙|米兰|纽约|利马|悉尼|雪梨|仰光|达卡|多哈|迪拜|苏瓦|综合"
)

_NEWSROOM = rf"(?:{ASIAN}|本报|本台|综合外电|{_HAN}{{1,6}}?(?:网|在线|频道|日报|晚报)(?:{_HAN}{{1,5}}频道)?)"
_ASIAN_DATELINE = re.compile(
    rf"[\[(]?\s*据?\s*(?:{_NEWSROOM}\s*(?:特约|驻\S{{2,4}})?记者[^。,]{{0,20}}?(?P<filed>{_PLACE})"
    rf"|{_NEWSROOM}\s*(?P<place>{_HAN}{{2,8}}?)?|(?P<known>{_PLACE}))"
    rf"\s*(?P<date>{DAY})\s*(?:\([^)]{{1,20}}\))?\s*{DISPATCH}"
)
_MONTH = r"(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}|\d{1,2}\s+[A-Za-z][a-z]{2,9})(?:,?\s+\d{4})?"
_LATIN_DATELINE = re.compile(
    rf"(?P<place>[A-Z][\w.'’-]*(?:,?\s+(?:[A-Z][\w.'’-]*|de|do|la|of|el|the|al)){{0,5}}?)"
    rf"(?:,?\s+(?P<date>{_MONTH}))?\.?\s*(?:\(\s*(?:{ANY}|CNA|VOA|RFE/RL)[^)]{{0,20}}\)|/\s*{ANY}\s*/)\s*[-—–.]*"
)
_CAPITALS_DATELINE = re.compile(
    rf"(?P<place>[A-Z][A-Z.'’-]+(?:,?\s+[A-Z][A-Za-z.'’-]*){{0,4}})(?:,\s+(?P<date>{_MONTH}))?\s+(?:—|–|--)\s"
)

_HOUSE = rf"(?:{ASIAN}|本报|本台|\S{{2,6}}电台)"
_RANK = r"(?:特约|特派|驻\S{2,4}|实习|见习)"
_ASIAN_BYLINES = tuple(
    re.compile(pattern)
    for pattern in (
        # （中央社記者王小明台北1日電） · 〔記者王小明／台北報導〕 · 记者王小明北京报道
        rf"[\[(]?\s*{_HOUSE}?{_RANK}?记者[\s:]*(?P<by>{_NAMES}?)\s*[/ ]?\s*"
        rf"(?:{_PLACE})(?:\s*(?:{DAY}))?\s*(?:综合)?(?:外)?(?:专?电|报道|报导|专访|连线)",
        # 新华社北京5月1日电（记者王小明、李四）
        rf"[\[(]?\s*据?\s*{ANY}[^。,]{{0,24}}[电讯]\s*\(\s*记者\s*[:]?\s*(?P<by>{_NAMES})\s*\)",
        # 记者：王小明 · 本報記者 王小明 · 文／王小明 · 作者：王小明
        rf"[\[(■]?\s*{_HOUSE}?{_RANK}?"
        rf"(?:记者|(?:撰文|采访撰文|采访|作者|文|编译|撰稿|特约撰稿人?)(?=\s*[:/|]))\s*[:/|\s]\s*(?P<by>{_NAMES})\s*"
        rf"(?:(?:{_PLACE})?(?:报道|报导)|责编.*|网编.*|编辑.*)?[\])]?$",
        # （本报记者王小明） · 记者王小明报道
        rf"[\[(]\s*{_HOUSE}?{_RANK}?记者\s*(?P<by>{_NAMES}?)\s*(?:报道|报导)?[\])]$",
    )
)
_PICTURE = re.compile(r"[摄图]|照片|Photo|photo")
_WORD = r"(?:[A-Z][\w.'’-]*|Mc[A-Z]\w+)"
_PERSON = rf"(?!(?:The\s)?{LATIN}){_WORD}(?:\s+(?:{_WORD}|de|da|del|di|du|la|le|van|von|der|den|bin|al|el|y|e)){{1,4}}"
_LATIN_BYLINE = re.compile(
    r"(?:[Bb]y|BY|[Ww]ritten by|[Rr]eported by)\s*:?\s+"
    rf"(?P<by>{_PERSON}(?:(?:,\s+(?:and\s+)?|\s+and\s+|\s+&\s+){_PERSON})*)"
    rf"\s*(?:(?:[,|/(]|\s[-—–]|\sin\s|\sfor\s).{{0,50}})?$"
)
_REUTERS_BYLINE = re.compile(rf"[\[(]?[Rr]eporting by\s+(?P<by>{_PERSON}[^;.]{{0,160}});.*\b[Ee]diting by")
_NO_PERSON = re.compile(
    rf"(?:The\s)?{ANY}|(?:The|A|An|Our|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|"
    r"April|June|July|August|September|October|November|December|Staff|News|Editorial)\b"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a text was filed and on which day, as written (either may be empty), and the whole words."""

    place: str
    date: str
    words: str


def find_dateline(text: str) -> Dateline | None:
    """The dateline in the first lines of a text, one block per line, or None."""
    opened = False
    for block in list_blocks(text)[:_FIRST]:
        begun, opened = opened, opened or len(block) > _SHORT
        folded = fold(block[:_OPENING])
        if not _DATELINE_HINT.search(folded):
            continue
        for pattern in (_ASIAN_DATELINE, _LATIN_DATELINE, _CAPITALS_DATELINE):
            match = pattern.match(folded)
            if match is None or (begun and pattern is _CAPITALS_DATELINE):
                continue
            place = "".join(_cut(block, match, group) for group in ("filed", "known", "place"))
            words = block[: match.end()].strip(" -—–[(（【〔")
            return Dateline(place.strip(" ,."), _cut(block, match, "date"), words)
    return None


def _cut(block: str, match: re.Match[str], group: str) -> str:
    """The words of a named group as the block has them; empty where the group does not exist or did not match."""
    if match.groupdict().get(group) is None:
        return ""
    return block[match.start(group) : match.end(group)]


def find_byline(text: str) -> str | None:
    """The names in a text's byline, as written and without "By" or 记者; None where there is none."""
    for block in _iter_outer_blocks(list_blocks(text)):
        if not _HINT.search(fold(block[:_OPENING])):
            continue
        folded = fold(block[:_LONGEST_LINE])
        for pattern in _ASIAN_BYLINES:
            match = pattern.match(folded)
            if match and not _PICTURE.search(match[0]):
                return block[match.start("by") : match.end("by")].strip()
        match = _REUTERS_BYLINE.match(folded) or (_LATIN_BYLINE.match(folded) if len(block) <= 120 else None)
        if match and not _NO_PERSON.match(match["by"]):
            return block[match.start("by") : match.end("by")].strip()
    return None


def _iter_outer_blocks(blocks: list[str]) -> Iterator[str]:
    yield from blocks[:_FIRST]
    yield from reversed(blocks[max(_FIRST, len(blocks) - _LAST) :])
