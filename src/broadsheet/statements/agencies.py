"""The wire service a text rests on, its dateline and its byline, as the text's own credit lines say.

Only what the trade writes on purpose counts: a dateline (``新华社北京5月1日电``, ``BEIJING (AP) —``), a credit
line (``（此文依据了法新社的报道。）``, ``Reporting by …; Editing by …``), a source line (``来源：新华社``). A mention
in running text ("he told AFP", "路透社报道说") says nothing about whose text it is, so it yields nothing: where
the text does not say, the answer is None.

Texts are plain, one block per line, without captions (a caption's ``（路透社）`` credits a picture).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from broadsheet.model import Agency
from broadsheet.statements._bylines import Dateline, find_byline, find_dateline
from broadsheet.statements._wire import ANY, DAY, DISPATCH, HINT, LATIN, canonical_name, fold, list_blocks

__all__ = ["Dateline", "find_agency", "find_byline", "find_dateline", "known_name"]

_FIRST = 4
_LAST = 6
_OPENING = 200
_LONGEST_CREDIT = 200
_ENDING = 80
_LONGEST_OFFICE = 12
"""An editor's line is known by so many of its first characters."""
_LONG_CREDIT = re.compile(r"[\[(]?(?:Reporting|Additional reporting|Our Standards)\b")

_N = rf"(?P<name>{ANY})"
_MORE = rf"(?:\s*(?:[、/,&+]|和|及|与|以及|and)\s*(?:the\s+|The\s+)?{ANY})*"
_NOT_SAYING = r"[^。,;:!?\[\]说称指表示道导引透]"

_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # 新华社北京5月1日电 · （中央社記者王小明台北1日電） · 據法新社巴黎1日電 · （中央社巴黎1日綜合外電報導）
        rf"[\[(]?\s*据?\s*{_N}{_MORE}{_NOT_SAYING}{{0,30}}?{DAY}\s*(?:\([^)]{{1,20}}\))?\s*{DISPATCH}",
        # 路透北京5月1日 - · [東京 1日 ロイター] -
        rf"[\[(]?\s*{_N}\s*[^\W\d_]{{1,10}}\s*{DAY}[\])]?\s*[-—–]",
        rf"\[\s*[^\W\d_]{{1,12}}\s+{DAY}\s+{_N}\]\s*[-—–]",
        # 【路透社北京電】 · （法新社倫敦報導） · 【美聯社】
        rf"[\[(]\s*{_N}{_MORE}[^\]),。说称]{{0,16}}(?:电|讯|特稿|消息|报道|报导)[\])]",
        rf"\[\s*{_N}{_MORE}\s*\](?=.)",
        # 新华社电 · 中新社讯
        rf"{_N}(?:电|讯)[\s:,(]",
        # 新华社快讯：
        rf"{_N}(?:快讯|简讯|短讯|消息)\s*(?::|$)",
        # 【3月4日 AFP】
        rf"\[\s*{DAY}\s+{_N}[^\],)。说称]{{0,6}}\](?=.)",
        rf"据{_N}(?:电|讯)(?![视影话子台力池脑器网邮动车缆站息])",
        # BEIJING (AP) — · PARIS, May 1 (Reuters) - · (Bloomberg) -- · Madrid, 1 may (EFE).-
        rf"(?P<place>[^()\[\].!?;:\"“”]{{0,50}}(?:\.[^()\[\]!?;:\"“”]{{0,20}})?)\({_N}{_MORE}(?:/[a-z]{{2,4}})?\)\s*(?:[-—–]|\.\s*[-—–])",
        # TOKYO, May 1 (Kyodo) Japan's … · Taipei, May 1 (CNA) …
        rf"(?P<place>[A-Z][^()\[\].!?;:\"“”]{{1,30}},\s+(?:[A-Z][a-z]{{2,8}}\.?\s+\d{{1,2}}|\d{{1,2}}\s+[A-Z]?[a-z]{{2,9}}))\s+"
        rf"\((?P<name>{LATIN}|CNA)\)",
        # MOSCOW, May 1. /TASS/.
        r"(?P<place>[A-Z][^()\[\]!?;:\"“”/]{1,50})/(?P<name>TASS)/",
    )
)

_SUBJECT = (
    r"(?:本|此|这|该|以上|上述|全)(?:篇|则|条)?(?:文章?|报道|报导|稿件?|新闻|消息|内容|专题)的?"
    r"(?:部分|主要)?(?:内容|消息|材料|讯息|信息)?"
)
_RESTS = (
    r"(?:是|系|还|也|部分|主要|均|亦|由|有)*(?:依据|根据|依照|参考|参照|取材|引用|引自|援引|综合|采用|使用|来自|改编|改写|"
    r"编译|译自|摘自|摘编|基于|转载|转自|据)"
)
_REPORTS = r"(?!前|社长|总编|档案)[^。说称指图照摄]{0,40}"
_GAP = r"[^。对向图照摄]"
"""Between what is credited and a name: no picture that comes from there, nobody who spoke to them."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭何罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅邹"
    "孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤常温康施牛樊葛邢齐伍庞颜庄聂章鲁岳翟殷欧申倪耿柯宁季裴俞舒柳尤祝毕单"
)
_PERSON = (
    rf"(?:(?!周[一二三四五六日末边]|金额|石油|万人|武器|龙头)[{_SURNAMES}][\u4e00-\u9fff]{{1,3}}?|"
    r"[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6})?)"
)

_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        # （此文依据了法新社在河内的报道。） · 本報綜合路透社、法新社報導
        rf"[\[(]*\s*(?:注:)?{_SUBJECT}{_RESTS}{_GAP}{{0,24}}?{_N}{_REPORTS}[。.]?[\])]*[。.]?$",
        rf"[\[(]*\s*本(?:报|台|网|刊)(?:讯|记者)?综合{_GAP}{{0,16}}?{_N}[^。说称]{{0,20}}(?:报道|报导|消息|外电|电)[。]?[\])]*$",
        # （據法新社報導） · （综合路透社、法新社报道） · （编译自路透社）
        rf"[\[(]\s*(?:部分)?(?:内容)?(?:据|依据|根据|综合|编译自?|译自|取材自|摘自|来自|参考|转载自|转自)(?:(?![()]){_GAP}){{0,12}}?"
        rf"{_N}{_REPORTS}[。]?[\])][。]?$",
        # 来源：新华社 · 文/法新社 · Source: Xinhua
        rf"[\[(]?\s*(?:(?:消息|新闻|文章|内容|稿件|原文|信息)?(?:来源|出处)|稿源|文|撰文|作者|Sources?|SOURCE)\s*[:/|]\s*"
        rf"(?!Bloomberg){_N}(?!前|[^\s,;]*[图摄照])[^。]{{0,20}}$",
        # （新华社记者 王小明） · 法新社记者王小明报道
        rf"[\[(■]?\s*{_N}(?:驻\S{{2,6}}|特约)?记者(?!.*[摄图照])[\s:]*{_PERSON}(?:[、\s]+{_PERSON}){{0,5}}\s*(?:综合)?(?:报道|报导|撰稿)?[\])]?$",
        # With reporting from AP · Based on reporting by AFP, AP, and Reuters
        rf"[\[(]?(?:With|Based on|Compiled from|Adapted from)\s(?:additional\s|some\s)?(?:reporting|reports?|"
        rf"information|materials?|files?|dispatches|inputs?)\s(?:from|by|of)\s(?:the\s|The\s)?(?:.{{0,60}}?\W)??{_N}",
        # Some information for this report was provided by The Associated Press
        rf"[\[(]?(?:(?:Some|Additional|Part of the|Portions? of the)\s)?[Ii]nformation\s(?:for|in)\s"
        rf"this\s(?:report|story|article)\s(?:(?:was|is)\s(?:provided|supplied)\s(?:by|from)|came\sfrom|comes\sfrom|is\sfrom|was\sfrom)\s"
        rf"(?:.{{0,40}}?\W)??{_N}",
        rf"[\[(]?[Ii]nformation\sfrom\s(?:the\s|The\s)?{_N}{_MORE}\swas\sused\sin\sthis",
        # Associated Press writer Jane Doe contributed to this report
        rf"[\[(]?(?:[^.]{{0,60}}\band\s)?(?:The\s|the\s)?{_N}[^.]{{0,120}}\scontributed\s(?:to\sthis\s(?:report|story|article|piece|dispatch)|reporting)",
        # AP writers Jane Doe in Rome and John Roe in Oslo contributed.
        rf"(?:The\s|the\s)?{_N}\s(?:writer|reporter|journalist|correspondent)s?\s[^.]{{1,120}}\scontributed\.?$",
        # This article was originally published by AFP
        rf"[\[(]?(?:This|The(?=\s\w+\s(?:(?:was|is|has been)\s)?(?:originally|first|based|includes)))\s"
        rf"(?:story|article|report|piece)\s(?:(?:was|is|has been)\s)?(?:originally\s|first\s(?!reported))?"
        rf"(?:published|provided|produced|reported|written|based|includes\s(?:reporting|information|material))\s"
        rf"(?:on\s(?:reporting|reports|information)\s)?(?:by|from)\s(?:the\s|The\s)?{_N}",
        # © 2023 AFP · Copyright 2023 The Associated Press. All rights reserved
        rf"(?:©|\([cC]\)|Copyright)\s*(?:©|\([cC]\))?\s*(?:\d{{4}})?,?\s*(?:by\s)?(?:The\s|the\s)?{_N}(?!\s*/)",
        # By The Associated Press · By Jane Doe, AP Science Writer · By Jane Doe | Reuters
        rf"(?:By|BY)\s(?:The\s|the\s)?{_N}(?:\s(?:Staff|staff|Writers?))?$",
        rf"(?:By|BY)\s[A-Z][^.,;|]{{2,50}}?\s?(?:[,|/]|\s[-—–])\s?(?:The\s|the\s)?{_N}(?:\s(?:[A-Z]\w+\s)?[Ww]riters?)?$",
    )
)

_ALONE = re.compile(rf"(?:[-—–]{{1,2}}\s*)?(?:The\s)?{_N}(?:\sStaff)?$")
_LATIN_NAME = re.compile(LATIN)
_NOT_ALONE = frozenset({"Sputnik", "Bloomberg", "ANI", "Antara"})
_TAIL = re.compile(
    rf"[。!?.”\"』」…’]\s*(?:[\[(](?:据)?{_N}{_MORE}\s*(?:(?:综合)?(?:专)?[电讯]|供稿|报道|报导)?[\])]|"
    rf"\s[-—–]{{1,2}}\s?(?P<signed>{LATIN}))\s*(?:\(完\))?[.。]?$"
)
_CLOSING = re.compile(rf"[\[(]{_N}{_MORE}\s*(?:(?:综合)?(?:专)?[电讯]|供稿|报道|报导)?[\])]$")
_JAPANESE_TAIL = re.compile(
    r"[。」](?:\(|\[)(?P<name>共同|时事)(?:\)|\])$|^\[[^\]]{1,10}(?P<dateline>共同|时事|联合ニュース)\]"
)
_REUTERS = re.compile(r"[\[(]?(?:Additional )?[Rr]eporting by\s(?P<names>[^.]{3,200});.*\b[Ee]diting by\s\S")
_TRUST = re.compile(r"Our Standards:\s*The Thomson Reuters Trust Principles")
_OTHER_NEWSROOM = re.compile(
    r"RFE|Radio Free|Radio Liberty|RFA|VOA|Benar|Voice of America|Service\b|Bloomberg|Mongabay"
)
_EDITOR_LINE = re.compile(
    r"[\[(]?(?:责任编辑|责编|编辑|编校|编译|译者|核稿|校对|翻译|网编|监制|审核|关键词|标签|Editor|Tags?\b|\d{6,7}$)"
)


def find_agency(text: str, *, language: str | None = None) -> Agency | None:
    """The agency a text rests on and the words that say so, or None where the text does not say.

    ``text`` is plain, one block per line, captions left out. ``language`` (BCP 47) switches on the forms of
    Japanese papers, whose short names 共同 and 時事 are ordinary words in Chinese. Evidence counts in this order:
    dateline, credit lines from the end upwards, agency's name standing alone; of several names the first.
    """
    blocks = list_blocks(text)
    if not blocks:
        return None
    steps: list[Callable[[list[str]], Agency | None]] = [_find_in_datelines, _find_in_credits, _find_in_tail]
    if language is not None and language.lower().startswith("ja"):
        steps.insert(0, _find_japanese)
    for step in steps:
        if agency := step(blocks):
            return agency
    return None


def known_name(words: str) -> str:
    """The short English name of the agency that ``words`` name in any script; words that name none stay as they are."""
    folded = fold(words.strip())
    name = canonical_name(folded)
    return words.strip() if name == folded else name


def _find_in_datelines(blocks: list[str]) -> Agency | None:
    for block in blocks[:_FIRST]:
        folded = fold(block[:_OPENING])
        if not HINT.search(folded):
            continue
        for pattern in _DATELINES:
            match = pattern.match(folded)
            if match and _is_place(match.groupdict().get("place")):
                return Agency(canonical_name(match["name"]), block[: match.end()].rstrip(" -—–:,，：(（.。"))
    return None


def _is_place(words: str | None) -> bool:
    """Whether what stands before ``(AP) —`` can be a place and a date: capitals and figures, no sentence."""
    if words is None:
        return True
    tokens = re.findall(r"[^\s,./]+", words)
    if tokens[:1] in (["The"], ["A"], ["An"], ["In"]) or _LATIN_NAME.search(words):
        return False
    small = [token for token in tokens if token[0].islower()]
    return len(tokens) <= 8 and len(small) <= 2 and all(len(token) <= 10 for token in small)


def _iter_credit_blocks(blocks: list[str]) -> Iterator[str]:
    """The last blocks from the end upwards, then the first ones, each once."""
    count = len(blocks)
    yield from reversed(blocks[-_LAST:])
    yield from blocks[: min(_FIRST, max(0, count - _LAST))]


def _find_in_credits(blocks: list[str]) -> Agency | None:
    for block in _iter_credit_blocks(blocks):
        if len(block) > _LONGEST_CREDIT and not _LONG_CREDIT.match(block):
            continue
        folded = fold(block)
        if not HINT.search(folded):
            continue
        if _TRUST.match(folded):
            return Agency("Reuters", block)
        if (signed := _REUTERS.match(folded)) and not _OTHER_NEWSROOM.search(signed["names"]):
            return Agency("Reuters", block)
        if len(block) > _LONGEST_CREDIT:
            continue
        for pattern in _CREDITS:
            if match := pattern.match(folded):
                return Agency(canonical_name(match["name"]), block)
        match = _ALONE.match(folded)
        if match and canonical_name(match["name"]) not in _NOT_ALONE:
            return Agency(canonical_name(match["name"]), block)
    return None


def _find_in_tail(blocks: list[str]) -> Agency | None:
    """A bracketed name after the text's last sentence. Several such ends with other names are a round-up: None."""
    last = next((number for number in range(len(blocks) - 1, -1, -1) if not _is_of_editors(blocks[number])), None)
    if last is None or not HINT.search(fold(blocks[last])):
        return None
    match = _find_tail(blocks[last]) or _CLOSING.match(fold(blocks[last]))
    if match is None:
        return None
    name = canonical_name(match["name"] or match["signed"])
    for block in blocks[:last]:
        other = _find_tail(block)
        if other and canonical_name(other["name"] or other["signed"]) != name and not _is_of_editors(block):
            return None
    return Agency(name, blocks[last][-(len(match[0])) :].lstrip('。!?.”"』」…’！？ '))


def _find_tail(block: str) -> re.Match[str] | None:
    end = fold(block[-_ENDING:])
    return _TAIL.search(end) if HINT.search(end) else None


def _is_of_editors(block: str) -> bool:
    return bool(_EDITOR_LINE.match(fold(block[:_LONGEST_OFFICE])))


def _find_japanese(blocks: list[str]) -> Agency | None:
    for block in (blocks[0], blocks[-1]):
        if match := _JAPANESE_TAIL.search(fold(block)):
            name = match["name"] or match["dateline"]
            return Agency({"共同": "Kyodo", "时事": "Jiji", "联合ニュース": "Yonhap"}[name], match[0].strip("。」"))
    return None
