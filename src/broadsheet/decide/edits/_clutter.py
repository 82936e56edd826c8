"""What leaks from a page into a text and is none of it: counters, ages, share lines, links, ads, subscriptions.

Whole blocks are left out where they are nothing else. Inside a block only what stands apart, between separators or
brackets or at an end, is: ``他3小时前抵达`` is news, ``| 3小时前 |`` is not. Works on simplified text.
"""

from __future__ import annotations

import re

_COUNT = r"(?:\d[\d,.]*\s*(?:[kKmM万亿]|thousand|million)?\+?|no|one|零)"
_WHAT_ZH = "(?:次|条|个|人)?(?:浏览|阅读|观看|播放|点击|评论|留言|跟帖|回复|分享|转发|点赞|赞|收藏|参与|人气|围观)(?:量|数|次数)?(?:过)?"
_WHAT_EN = (
    "(?:page ?)?(?:views?|reads?|comments?|shares?|likes?|retweets?|reactions?|replies|followers|listens|plays|votes)"
)
_COUNTER = (
    rf"{_COUNT}\s*(?:{_WHAT_ZH}|{_WHAT_EN})|{_WHAT_ZH}\s*[::]?\s*(?:\(\s*)?{_COUNT}(?:次|人|条)?(?:\s*\))?"
    rf"|{_WHAT_EN}\s*[::]?\s*(?:\(\s*)?\d[\d,.]*[kKmM]?(?:\s*\))?"
)
_SPAN_EN = "(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s?"
_AGE = (
    rf"(?:\d+|[一二三四五六七八九十两几半]+|an?|a few|one|two|three)\s*(?:个)?(?:秒钟?|分钟|小时|天|日|周|星期|月|年)(?:之?前|以前)"
    rf"|(?:\d+|an?|a few|one|two|three)\s*{_SPAN_EN}\s+ago|\d+\s?[smhdw] ago|刚刚|just now|moments ago"
)
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?,?\s*"
    r"(?:\d{1,2}(?:st|nd|rd|th)?,?\s*)?(?:\d{4})?|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?|\d{1,2}[-/.月]\d{1,2}日?(?:[-/.]\d{2,4})?"
    r"|(?:今天|昨天|today|yesterday)"
)
_CLOCK = r"(?:上午|下午|晚上|凌晨|早上|中午)?\s*\d{1,2}[:时点]\d{2}(?:[:分]\d{2}秒?)?分?\s*(?:[ap]\.?m\.?)?\s*(?:\(?[A-Z]{2,5}\)?|北京时间|GMT[+-]\d+)?"
_WHEN = rf"(?:at\s+|on\s+|于)?(?:(?:{_DAY})[\s,T]*(?:at\s+)?(?:{_CLOCK})?|{_CLOCK}[\s,]*(?:on\s+)?(?:{_DAY})?)"
_STAMP_WORD = (
    r"(?:最后|最近|最新)?(?:更新|发布|发表|修改|刊登|上传)(?:时间|日期|于|在)?|时间|日期|"
    r"(?:last\s+|first\s+)?(?:updated|published|posted|modified|refreshed)"
)
_STAMP = rf"(?:{_STAMP_WORD})\s*[::]?\s*(?:{_AGE}|{_WHEN})|(?:{_AGE}|{_WHEN})\s*(?:更新|发布|发表)"

_SHARE = (
    r"(?:分享|转发)(?:至|到|给|这篇|本文|文章|此文|:|\s|$).{0,40}"
    r"|(?:share|tweet|email|print|copy link|save|bookmark|whatsapp|facebook|twitter|x|linkedin|reddit|telegram|微信|微博|qq空间"
    r"|qq|朋友圈|复制链接|打印|收藏|line|[\s/|·,:])+"
    r"|share (?:this|on|via|the|with)\b.{0,60}|(?:follow|find|like|join) us (?:on|at)\b.{0,80}|扫(?:一扫|描|码).{0,40}"
)
_AD = (
    r"(?:-*\s*)?(?:广告|赞助内容|推广|赞助商?链接|advertisements?|sponsored(?: content| links?)?|promoted|ad|paid post|promotion)"
    r"(?:\s*-*)?|(?:story|article) continues (?:below|after)(?: this)?(?: the)?(?: advertisement| ad)?"
    r"|advertisement\s*-?\s*(?:continue reading|scroll).{0,40}|广告.{0,3}(?:继续阅读|以下为正文|请继续往下阅读)"
    r"|请继续往下阅读.{0,10}|(?:skip|remove) (?:this )?ads?|关闭广告|跳过广告"
)
_SUBSCRIBE = (
    r"(?:(?:免费|立即|点击|欢迎|请)*(?:订阅|关注|下载|加入|安装)(?:我们|本报|本网|本站|本刊)?.{0,24}"
    r"(?:通讯|邮件|电子报|新闻信|频道|客户端|公众号|app|newsletter|会员|群组|号|telegram|电报).{0,40})"
    r"|(?:sign up|subscribe|register)(?: now| today| here| free| to| for)\b.{0,120}|get (?:the|our|breaking).{0,60}(?:inbox|newsletter|app).{0,40}"
    r"|download (?:the|our).{0,20}app.{0,60}|already (?:a )?(?:subscriber|member).{0,40}|(?:support|donate).{0,20}(?:us|journalism|today)\b.{0,60}"
    r"|(?:成为|加入).{0,6}会员.{0,30}|如果您?喜欢.{0,20}(?:订阅|关注|捐款|支持).{0,20}|thanks? for (?:reading|signing up).{0,60}"
)
_RELATED = (
    r"(?:相关|延伸|推荐|更多|热门|往期|精彩|猜你|你可能|您可能|点击|点此|另见|参见|也可|继续)"
    r"(?:的)?(?:阅读|新闻|报道|文章|内容|链接|推荐|视频|专题|话题|喜欢|感兴趣|查看|观看|浏览|看).{0,120}"
    r"|(?:related|read more|more on|see also|read also|also read|you may also|you might|recommended|most (?:read|popular|viewed)"
    r"|trending|more from|watch|listen|in pictures|up next|more stories|top stories|editor'?s picks?|don'?t miss)\b"
    r"(?:\s*:|\s+(?:stories|articles|like|story|coverage|this|now|for you|links?|content|topics?|reading))?\s*$"
    r"|(?:related|read more|see also|read also|also read|more on this(?: story)?|recommended|watch|listen|don'?t miss)\s*:.{0,200}"
)
_LEGAL = (
    r"(?:©|\(c\)|copyright).{0,120}|.{0,20}(?:版权所有|all rights reserved).{0,60}|未经.{0,12}(?:授权|许可|同意).{0,30}(?:转载|使用|复制).{0,20}"
    r"|(?:责任编辑|责编|编辑|校对|审核|监制|网络编辑)\s*[::/].{0,30}|\(?(?:责任编辑|责编)[::].{0,30}\)?"
)
_BLOCK = re.compile(
    rf"(?:{_COUNTER}|{_AGE}|{_STAMP}|{_WHEN}|{_SHARE}|{_AD}|{_SUBSCRIBE}|{_RELATED}|{_LEGAL})[\s.。!]*", re.IGNORECASE
)
_PIECES = re.compile(
    rf"(?:(?:{_COUNTER}|{_AGE}|{_STAMP}|{_WHEN}|{_AD}|来源[::].{{1,20}}|source:.{{1,30}})(?:\s*[|·,/\s-]\s*|$))+",
    re.IGNORECASE,
)
_HEADING = re.compile(rf"(?:{_RELATED})[\s::]*", re.IGNORECASE)
_LONGEST = 200

_APART = rf"(?:{_COUNTER}|{_AGE}|{_STAMP}|advertisement|广告|sponsored)"
_INSIDE = re.compile(
    rf"\s*[(\[【]\s*{_APART}(?:\s*[|·,]\s*{_APART})*\s*[)\]】]"
    rf"|\s*[(\[【]\s*(?:相关阅读|延伸阅读|相关新闻|推荐阅读|read more|related|see also|read also|广告)\s*(?::[^()\[\]【】]{{0,120}})?[)\]】]"
    rf"|(?:(?<=[。.!?|·”])|^)\s*{_APART}(?=\s*(?:[|·]|$))|(?:(?<=[|·])|^)\s*{_APART}\s*[|·]",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"(?:\s*[|·]\s*)+$|^(?:\s*[|·]\s*)+")


def is_clutter(block: str) -> bool:
    """Whether a simplified block is nothing but furniture of its page."""
    if len(block) > _LONGEST:
        return False
    return _BLOCK.fullmatch(block) is not None or _PIECES.fullmatch(block) is not None


def opens_links(block: str) -> bool:
    """Whether the block is the heading of a list of links to other articles."""
    return len(block) <= 40 and _HEADING.fullmatch(block) is not None


def without_clutter(block: str) -> str:
    """The simplified block without what leaked into it and stands apart."""
    cut = _INSIDE.sub("", block)
    return _SEPARATORS.sub("", cut).strip() if cut != block else block
