"""Whom and what words name, so that two statements can be asked whether they are of the same parties.

There is no list of names. A story's own reports say which words are names: a foreign name has a point in it or its
Latin form behind it, an office stands before a Chinese one, English ones have a capital in the midst of sentences.
What is learnt from one report is known in all of them. Places and bodies are known by what they end in (县, 医院), the
largest places by ``HAN_PLACES``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from broadsheet.model import Report
from broadsheet.stories.grouping._commons import commonness, commonness_of_pairs
from broadsheet.stories.grouping._terms import find_names
from broadsheet.text.differences import HAN_PLACES, HAN_TITLES, HAN_WORDS
from broadsheet.text.folding import fold
from broadsheet.text.sentences import iter_sentences

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰"
    "郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利"
    "蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公岳帅缑亢况郈有琴商牟佘佴伯赏墨哈"
    "谯笪年爱阳佟肖付闫覃涂代占尧湳麦鞠游"
)
"""The Hundred Family Names, those of one character, and a few common ones that are younger."""

_PERSON_MOST = 6
_RUN = re.compile("[a-z]+|[㐀-鿿]+")
_COUNTING = re.compile("[一二三四五六七八九十百千万亿两零几多余约近超逾第元年月日时分秒人名位个起次死伤]")
_RARE_PAIR, _RARE_WORD = 5, 1
"""The commonness, of pairs and of spaced words, up to which one tells what a text is about."""
_DOTTED = re.compile(rf"(?:[㐀-鿿]{{1,{_PERSON_MOST}}}[·・•‧])+([㐀-鿿]{{1,{_PERSON_MOST}}})(\s?[(（][A-Z])?")
_BRACKETED = re.compile(r"([㐀-鿿]{2,12})\s?[(（][A-Z][\w.’'-]+(?: [\w.’'-]+){0,4}[)）]")
_OFFICE = "|".join(
    sorted(HAN_TITLES | {"特使", "被告人", "被告", "嫌疑人", "男子", "女子", "同学"}, key=len, reverse=True)
)
_TITLED = re.compile(f"(?:{_OFFICE})((?!周[一二三四五六日天末])[{_SURNAMES}][㐀-鿿]{{1,2}})")
_PLACES = re.compile("|".join(sorted(HAN_PLACES, key=len, reverse=True)))
_RANKED = re.compile(
    "([㐀-鿿]{2})(水库|大桥|海关|隧道|煤矿|机场|码头|车站|自治区|特区|[省市县区镇乡村州邦岛湾港])(?![长委民政府级内外上下里庄落])"
)
_BODY = re.compile(
    "([㐀-鿿]{2})(医院|大学|学院|学校|中学|小学|公司|集团|银行|法院|检察院|研究所|研究院|基金会|协会|俱乐部|航空|工厂|布厂|餐厅|酒店|监狱)"
)
_WHOLE = re.compile(
    "全(?:国|球|省|市|县|州|港|台|岛|校|乡|镇|区|院)|世界各?[地国]|nationwide|worldwide|across the (?:country|world)"
)
_NO_PLACE = re.compile(
    "[该全各本城超股都农乡山每个座几多这那某此其邻两三四五六七八九十一二的上下大新旧老在到从于和与及对把被个家所名位年月日时]|地$|居$|住$|社$|灾$|园$|进$|入$|抵$"
)
_QUOTED = re.compile("[“「『]([㐀-鿿\\w]{2,8})[”」』]")
_LATIN_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_NO_NAMES = frozenset(
    word
    for line in (
        "monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr president prime minister chief gov sen",
        "january february march april may june july august september october november december rep st gmt est",
    )
    for word in line.split()
)
"""Words with a capital that are nobody's name."""

_ENDING = re.compile(r"(?<=\w{4})(?:ians?|ans?|ese|ish|is?|ns?|as?|y|e)$")


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody or something by ``key``, folded.

    ``kind``: person, place, body, called (in quotation marks: a ship, a storm), latin (any of them).
    """

    kind: str
    key: str


class NameBook:
    """The names that the reports of one story print; ``declared`` are names as two languages write them."""

    def __init__(self, reports: Iterable[Report], declared: Mapping[str, str] | None = None) -> None:
        reports = list(reports)
        folded = "\n".join(fold(report.text) for report in reports)
        self._persons = frozenset(key for report in reports for key in _iter_persons(report.text, folded))
        self._latin = frozenset(
            word for report in reports for word in find_names(report.headline, report.text) if word.isascii()
        )
        pairs = [(fold(one).strip(), fold(other).strip()) for one, other in (declared or {}).items()]
        pairs += [pair for report in reports for pair in _iter_bridges(report.text, folded)]
        self._held = {report.article: f"{fold(report.headline)}\n{fold(report.text)}" for report in reports}
        self._settings = dict[str, frozenset[Name]]()
        self._words = {article: self.rare_words(held) for article, held in self._held.items()}
        self._both = tuple((latin, han) for pair in pairs for latin, han in [sorted(pair)] if latin and han)

    def find(self, words: str) -> frozenset[Name]:
        """What ``words``, as printed, name."""
        folded = fold(words)
        found = {Name("person", key) for key in self._persons if key in folded}
        for latin, han in self._both:
            if han in folded or re.search(rf"\b{re.escape(latin)}\b", folded):
                found.add(Name("person", han))
        found |= {Name("place", place) for place in _PLACES.findall(folded)}
        found |= {Name("place", scope) for scope in _WHOLE.findall(folded)}
        for kind, pattern in (("place", _RANKED), ("body", _BODY)):
            found |= {
                Name(kind, f"{name}{rank}") for name, rank in pattern.findall(folded) if not _NO_PLACE.search(name)
            }
        found |= {Name("called", fold(ship)) for ship in _QUOTED.findall(words)}
        return frozenset(found | set(self._iter_latin(words)))

    def setting(self, report: Report) -> frozenset[Name]:
        """What the headline and the first sentence of ``report`` name."""
        if report.article not in self._settings:
            first = next((report.text[slice(*span)] for span in iter_sentences(report.text)), "")
            self._settings[report.article] = self.find(f"{report.headline}，{first}")
        return self._settings[report.article]

    def rare_words(self, words: str) -> frozenset[str]:
        """The character pairs and the words, folded, that are not common in any news, nor words about numbers."""
        found = set[str]()
        for run in _RUN.findall(fold(words)):
            if not run[0].isascii():
                found.update(pair for pair in map("".join, pairwise(run)) if _is_rare_pair(pair))
            elif len(run) > 3 and commonness(run) <= _RARE_WORD:
                found.add(_ENDING.sub("", run))
        return frozenset(found)

    def all_words(self, report: Report) -> frozenset[str]:
        """The rare words of all of ``report``."""
        return self._words[report.article]

    def repeats(self, report: Report, pair: str) -> bool:
        """Whether ``report`` has this character pair more than once."""
        return not pair.isascii() and self._held[report.article].count(pair) > 1

    def _iter_latin(self, words: str) -> Iterator[Name]:
        bridged = {part for latin, _ in self._both for part in latin.split()}
        for word in _LATIN_WORD.findall(words):
            low = fold(re.sub(r"[’']s?$", "", word)).strip()
            if word[0].isupper() and low in self._latin and low not in _NO_NAMES and low not in bridged:
                yield Name("latin", _ENDING.sub("", low))


def count_words(found: frozenset[str]) -> int:
    """How many words there are in ``found``: pairs that overlap, such as 沈怀 and 怀川, are one."""
    pairs = {one for one in found if not one.isascii()}
    begun = [one for one in pairs if not any(other[1] == one[0] and other != one for other in pairs)]
    return len(found) - len(pairs) + max(len(begun), min(1, len(pairs)))


@functools.cache
def _is_rare_pair(pair: str) -> bool:
    if pair in HAN_WORDS or pair in HAN_PLACES or _COUNTING.search(pair):
        return False
    first, second = (np.array([ord(sign)], np.uint64) for sign in pair)
    return int(commonness_of_pairs(first, second)[0]) <= _RARE_PAIR


def _iter_persons(text: str, corpus: str) -> Iterator[str]:
    """What Han texts call persons, as short as they do; ``corpus`` are all texts, folded."""
    for found in _DOTTED.finditer(text):
        last = fold(found[1])
        yield last if found[2] else _as_repeated(last, corpus)
    for found in _BRACKETED.finditer(text):
        if not re.search("[·・•‧]", text[max(0, found.start() - 1) : found.end()]):
            name = fold(found[1])
            yield max((name[-2:], name[-3:]), key=lambda one: (corpus.count(one), len(one)))
    folded = fold(text)
    for found in _TITLED.finditer(folded):
        name = found[1]
        is_long = len(name) > 2 and corpus.count(name) * 2 > corpus.count(name[:2])
        behind = folded[found.end() - 1 : found.end() + 1]
        name = name if is_long and behind not in HAN_WORDS else name[:2]
        if name not in HAN_WORDS and name not in HAN_PLACES and name not in HAN_TITLES:
            yield name


def _as_repeated(name: str, corpus: str) -> str:
    """The beginning of ``name`` that stands in ``corpus`` wherever its first two characters do."""
    times = corpus.count(name[:2])
    for length in range(len(name), 2, -1):
        if corpus.count(name[:length]) * 2 > times > 1:
            return name[:length]
    return name[:2]


def _iter_bridges(text: str, corpus: str) -> Iterator[tuple[str, str]]:
    """Persons whose names a text prints in both scripts: the last Latin word, the short Han name."""
    for found in re.finditer(r"([㐀-鿿·・•‧]{2,16})\s?[(（]([A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3})[)）]", text):
        han = re.split("[·・•‧]", found[1])[-1]
        short = (
            fold(han)
            if han != found[1]
            else max((fold(han)[-2:], fold(han)[-3:]), key=lambda one: (corpus.count(one), len(one)))
        )
        yield fold(found[2]).split()[-1], short
