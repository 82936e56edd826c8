"""Who says which text is the article: three extractors, each with its own method and its own mistakes.

trafilatura (rules tuned on thousands of pages), readability (paragraph scores of candidate elements) and our own
locator (weight of text, punctuation and links, handed up the tree), which knows scripts without spaces. Each votes
on the page's runs. A voter that fails has no vote.
"""

from __future__ import annotations

import logging
import re
from configparser import ConfigParser
from copy import deepcopy
from functools import cache
from html import unescape
from typing import Any, Final

from lxml import etree
from lxml.html import HtmlElement

from broadsheet.extract._page import Page, Run, squeeze, words

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("readability").setLevel(logging.CRITICAL)


@cache
def _settings() -> ConfigParser:
    """trafilatura's settings with the threshold at which short Chinese articles survive."""
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "100")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    return config


def ask_trafilatura(page: Page) -> str:
    """The article's text as trafilatura's fast mode has it, squeezed; empty when it finds none."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(
            _ballot_paper(page, *_UNREAD),
            url=page.url,
            fast=True,
            include_comments=False,
            output_format="xml",  # "python" would write out a text that nobody reads
            config=_settings(),
        )
    except Exception:  # a foreign library on foreign input: whatever it raises, it has no vote
        return ""
    if found is None:
        return ""
    body = getattr(found, "body", None)
    return squeeze("".join(body.itertext())) if body is not None else ""


_UNREAD: Final = words("img picture source iframe video audio canvas map object embed noscript button select input")
"""What holds no text for trafilatura, which takes it out itself, but only after copying it four times."""


def _ballot_paper(page: Page, *without: str) -> HtmlElement:
    """A copy of the page for a voter, who may write on it: no head, and nothing of ``without``."""
    paper = page.root.makeelement("html")
    paper.append(deepcopy(page.body))
    for script in paper.iter("script"):
        script.text = None
    etree.strip_elements(paper, "script", "style", "link", "template", *without, with_tail=False)
    return paper


@cache
def _scorer() -> type[Any]:
    """readability's Document without what costs much and changes no word: washing the page before and after."""
    from readability import Document  # type: ignore[import-untyped]

    class Scorer(Document):  # type: ignore[misc]
        def _parse(self, input: HtmlElement) -> HtmlElement:
            self.encoding = "utf-8"
            page = deepcopy(input)
            for element in page.xpath("//*[@hidden or contains(translate(@style, ' ', ''), 'display:none')]"):
                element.drop_tree()
            return page

        def get_clean_html(self) -> str:
            return etree.tostring(self._html(), encoding="unicode", method="html")

    return Scorer


_TAG = re.compile(r"<[^<>]*+>")


def ask_readability(page: Page) -> str:
    """The article's text as readability has it, squeezed; empty when it finds none."""
    try:
        scorer = _scorer()(_ballot_paper(page), min_text_length=25, retry_length=150)
        markup = scorer.summary(html_partial=True)
    except Exception:  # as above
        return ""
    return squeeze(unescape(_TAG.sub(" ", markup)))


def find_votes(runs: list[Run], text: str) -> list[bool]:
    """Which runs stand in ``text`` (squeezed), in order, each stretch of it used once.

    A long run counts when most of its sentences stand there; a short one only near the place reached, since a word
    such as "Photo" stands everywhere.
    """
    used = bytearray(len(text))
    cursor = 0
    votes = []
    for run in runs:
        wanted = run.squeezed
        if not wanted:
            votes.append(False)
            continue
        position = _find(text, used, cursor, wanted)
        if position >= 0:
            used[position : position + len(wanted)] = b"\1" * len(wanted)
            cursor = max(cursor, position + len(wanted))
            votes.append(True)
            continue
        found = 0
        if len(wanted) > 80:
            for part in _SENTENCE.split(run.text):
                part = squeeze(part)
                position = _find(text, used, cursor, part) if len(part) >= 8 else -1
                if position >= 0:
                    used[position : position + len(part)] = b"\1" * len(part)
                    cursor = max(cursor, position + len(part))
                    found += len(part)
        votes.append(found >= 0.6 * len(wanted) > 0)
    return votes


_SENTENCE = re.compile(r"(?<=[.!?。！？；])|\n")


def _find(text: str, used: bytearray, cursor: int, wanted: str) -> int:
    position = text.find(wanted, max(0, cursor - 200))
    if position < 0 and len(wanted) >= 24:
        position = text.find(wanted)
    while position >= 0 and used[position]:
        position = text.find(wanted, position + 1)
    if position >= 0 and len(wanted) < 12 and position - cursor > 40:
        return -1
    return position


# The locator of our own --------------------------------------------------------------------------------------------

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_POINT = re.compile(r"[,.!?;:，。！？；：、“”「」]")
TAIL: Final = re.compile(
    r"""(?ix)^\W*(?: 责任编辑 | 責任編輯 | 责编[:：] | 编辑[:：] | 編輯[:：] | (?:特别)?声明[:：] | 版权(?:所有
    |声明) | 版權(?:所有|聲明) | ©
    | (?:您|你)?(?:的|所在|现在|現在|当前|當前|目前)+(?:的)?位置[:：]
    | (?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?.{0,14}(?:来源|來源|作者|记者|記者|字体|字體|浏览|瀏覽|点击|點擊)[:：]
    | 扫码 | 微信扫 | 扫一扫 | 长按 | 关注(?:我们|该公众号) | 订阅 | 下载.{0,8}(?:app|应用) | 打印 | 列印
    | 分享(?:到|至)
    | 相关(?:新闻|阅读|报道|内容|文章|链接)[:：]? | 相關(?:新聞|閱讀|報導|內容|文章) | 推荐阅读 | 推薦閱讀
    | 更多(?:相关|新闻) | 延伸阅读 | 延伸閱讀
    | 阅读原文 | 閱讀原文 | (?:本文)?(?:来源|來源|作者)[:：]\S{0,12}$ | (?:来源|來源)[:：].{0,50}(?:更新|发布|發布
    |时间|時間|阅读|閱讀|点击|浏览) | 【?(?:纠错|关闭窗口|返回) | 本文(?:仅|僅)?代表
    | (?:要观看|要觀看).{0,10}(?:视频|視頻|影片) | 请启用javascript
    | read\ more | read\ also | also\ read | related(?:$|[\s:]) | share\ (?:this|on) | sign\ up\ (?:for|to)
    | subscribe
    | advertisement$ | follow\ (?:us|@) | copyright\b | all\ rights\ reserved | click\ here | photo: | image:
    | see\ also:
    | more\ (?:from|on|stories) | recommended | most\ (?:read|popular) | you\ (?:may|might)\ also | loading\b
    | comments?$
    | please\ enable\ javascript | your\ browser\ does | this\ (?:story
    |article)\ (?:was\ )?(?:originally\ )?(?:appeared|published)
    | lesen\ sie\ auch | mehr\ zum\ thema | lire\ aussi | à\ lire\ aussi | leia\ (?:também|mais) | lea\ (?:también
    |más)
    | lee\ también | te\ puede\ interesar | leggi\ anche | читайте\ также )"""
)
"""How lines begin that stand after or between an article's own."""


def ask_locator(page: Page) -> list[bool]:
    """Our own vote: the element whose runs weigh most, and the runs in it that read like text."""
    weights = [_weigh(run) for run in page.runs]
    score: dict[HtmlElement, float] = {}
    for run, weight in zip(page.runs, weights, strict=True):
        if weight > 2:
            share = 1.0
            for element in reversed(run.path):
                if share < 0.15:
                    break
                score[element] = score.get(element, 0.0) + weight * share
                share *= 0.82
        elif run.link_density > 0.5:
            share, loss = 1.0, min(len(run.text) / 8, 10) * 0.5
            for element in reversed(run.path):
                if share < 0.5:
                    break
                score[element] = score.get(element, 0.0) - loss * share
                share *= 0.82
    if not score:
        return [False] * len(page.runs)
    box = max(score, key=lambda element: score[element])
    inside = [box in run.path for run in page.runs]
    good = [n for n, weight in enumerate(weights) if inside[n] and weight > 2]
    if not good:
        return [False] * len(page.runs)
    first, last = good[0], good[-1]
    votes = []
    for n, run in enumerate(page.runs):
        reads = inside[n] and n <= last and not run.noise and run.link_density <= 0.5 and not TAIL.match(run.text)
        votes.append(reads and not run.caption and (n >= first or run.holder.tag == "p"))
    return votes


def _weigh(run: Run) -> float:
    """How much a run reads like an article's text: its words, and whether they are sentences."""
    if run.noise or run.link_density > 0.5 or TAIL.match(run.text):
        return 0.0
    wide = 0 if run.text.isascii() else len(_CJK.findall(run.text))
    words = wide / 1.6 + len(_WORD.findall(_CJK.sub(" ", run.text) if wide else run.text))
    points = len(_POINT.findall(run.text))
    weight = min(words, 150) * (1 if points > 1 and words > 8 else 0.5 if points else 0.15) * (1 - run.link_density)
    return weight * 0.3 if run.holder.tag in ("h1", "h2", "h3", "h4", "h5", "h6") else weight
