"""What leaks from a page into a text and is none of it: counters, ages, share lines, links, ads, subscriptions.

Whole blocks are left out where they are nothing else. Inside a block only what stands apart, between separators or
brackets or at an end, is: ``他3小时前抵达`` is news, ``| 3小时前 |`` is not. Works on simplified text.
"""

from __future__ import annotations

import re

_FIGURE = r"\d[\d,.]{0,15}"
"""A counter's figure, no longer than one can be: without a bound, long runs of signs cost their length squared."""
_COUNT = rf"(?:{_FIGURE}\s*(?:[kKmM万亿]|thousand|million)?\+?|no|零)"
_WHAT_ZH = (
    "(?:次|条|个|人)?(?:浏览|阅读|观看|播放|点击|评论|留言|跟帖|回复|分享|转发|点赞|赞|收藏|参与|人气|围观|看|读)"
    "(?:量|数|次数)?(?:过)?"
)
_WHAT_EN = (
    "(?:page ?)?(?:views?|reads?|comments?|shares?|likes?|retweets?|reactions?|replies|followers|listens|plays|votes)"
)
_COUNTER = (
    rf"{_COUNT}\s*(?:{_WHAT_ZH}|{_WHAT_EN})|{_WHAT_ZH}\s*:?\s*(?:\(\s*)?{_COUNT}(?:次|人|条)?(?:\s*\))?"
    rf"|{_WHAT_EN}\s*:?\s*(?:\(\s*)?{_FIGURE}[kKmM]?(?:\s*\))?"
)
_SPAN = "(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month|year)s?"
_AGE = (
    r"(?:\d+|[一二三四五六七八九十两几半]+)\s*个?(?:秒钟?|分钟|小时|天|日|周|星期|月|年)(?:之?前|以前)|刚刚"
    rf"|(?:\d+|an?|a few|one|two|three)\s*{_SPAN}\s+ago|\d+\s?[smhdw] ago|just now|moments ago"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = (
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}\b\.?,?\s*"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\b,?\s*)?(?:\d{4})?"
    r"|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?|\d{1,2}[-/.月]\d{1,2}日?(?:[-/.]\d{2,4})?|今天|昨天|today|yesterday"
)
_CLOCK = (
    r"(?:上午|下午|晚上|凌晨|早上|中午)?\s*\d{1,2}[:时点]\d{2}(?:[:分]\d{2}秒?)?分?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:\(?[A-Z]{2,5}\)?|北京时间|GMT[+-]\d+)?"
)
_WHEN = rf"(?:at\s+|on\s+|于)?(?:(?:{_DAY})[\s,T]*(?:at\s+)?(?:{_CLOCK})?|{_CLOCK}[\s,]*(?:on\s+)?(?:{_DAY})?)"
_STAMP_WORD = (
    r"(?:(?:最后|最近|最新)?(?:更新|发布|发表|修改|刊登|上传)(?:时间|日期|于|在)?|时间|日期"
    r"|(?:last\s+|first\s+)?(?:updated|published|posted|modified|refreshed))"
)
_STAMP = rf"{_STAMP_WORD}\s*:?\s*(?:{_AGE}|{_WHEN})|(?:{_AGE}|{_WHEN})\s*(?:更新|发布|发表)"

_PLATFORM = (
    r"(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|line|e-?mail|qq空间|qq|微信好友|微信|微博|朋友圈|好友"
    r"|邮件"
    r"|复制[链炼]接|copy link|打印|print|收藏|save|bookmark|share|分享|tweet)"
)
_SHARE = (
    rf"(?:分享|转发)(?:本文|文章|此文|这篇文章)?(?:至|到|给)?\s*:?(?:[\s/|·,和]*{_PLATFORM})*"
    rf"|(?:{_PLATFORM}[\s/|·,:]*)+"
    rf"|(?:(?:share|tweet|post|send|save)(?: (?:this|on|via|to))?(?: (?:article|story|post|page))?\s*:?"
    rf"(?:[\s/|·,]*(?:on|via|with|and)?\s*{_PLATFORM})*[\s/|·,]*)+"
    r"|(?:follow|find|like|join) us (?:on|at)\b.{0,80}|扫(?:一扫|码|描二维码).{0,30}"
)
_AD = (
    r"-*\s*(?:广告|赞助内容|推广|赞助商?[链炼]接|advertisements?|sponsored(?: content| links?)?|promoted|ad|paid "
    r"post|promotion)"
    r"\s*-*|(?:story|article) continues (?:below|after)(?: this| the)?(?: advertisement| ad)?"
    r"|advertisement\s*-?\s*(?:continue reading|scroll).{0,40}|广告.{0,3}(?:继续阅读|以下为正文|请继续往下阅读)"
    r"|请继续往下阅读.{0,10}|(?:skip|remove) (?:this )?ads?|关闭广告|跳过广告"
)
_LETTERS = r"(?:newsletters?|inbox|e-?mails?|alerts?|briefing|updates|account|digest|podcast|notifications?)"
_SUBSCRIBE = (
    r"(?:[^.!?。]{0,60}[?!]\s*)?(?:(?:免费|立即|点击|欢迎|请|马上|这里|此处)*(?:订阅|关注|下载|加入|安装)(?:我们"
    r"|本报|本网|本站|本刊)?[^。!?]{0,24}"
    r"(?:通讯|电子报|新闻信|邮件列表|客户端|公众号|微信号|app|newsletter|telegram|电报群|频道)[^。!?]{0,40}"
    rf"|(?:sign up|subscribe|register)\b[^.!?]{{0,80}}\b{_LETTERS}\b.{{0,60}}|(?:sign up|subscribe)(?: now| today| "
    rf"here)?"
    rf"|get (?:the|our|breaking)\b[^.!?]{{0,60}}\b(?:in your|{_LETTERS}|app)\b.{{0,40}}"
    r"|download (?:the|our)\b.{0,20}\bapp\b.{0,60}|already (?:a )?(?:subscriber|member)\b.{0,40}"
    r"|support (?:our|independent) journalism.{0,60}|(?:成为|加入)(?:我们的|本报|本站)会员.{0,30}"
    r"|如果您?喜欢.{0,20}(?:订阅|关注|捐款|支持).{0,20}|thanks? for (?:reading|signing up).{0,60})"
    r"|.{0,60}\b(?:become a (?:member|subscriber|supporter)|(?:journalism|newsroom) needs your support)\b.{0,60}"
    r"|comments (?:are|have been) (?:closed|off|disabled)|评论已关闭"
)
_LINK_ZH = (
    "(?:相关|延伸|推荐|编辑推荐|更多|热门|往期|精彩|猜你|你可能|您可能|点击|点此|另见|参见|继续)(?:的|也)?"
    "(?:阅读|新闻|报道|文章|内容|[链炼]接|推荐|视频|专题|话题|喜欢|感兴趣|查看|观看|浏览|更多|全文)*"
)
_FRONT_ZH = "(?:今日|本周|本月)?(?:热点|头条|焦点|热搜)(?:聚焦|新闻|排行|关注)?榜?|(?:点击|阅读|新闻)?排行榜?"
_LINK_EN = (
    r"(?:related|read more|more on|see also|read also|also read|you may also|you might also|recommended|most read"
    r"|most popular|most viewed|trending|more from|in pictures|up next|more stories|top stories|editor'?s picks?"
    r"|don'?t miss)"
)
_RELATED = (
    rf"{_LINK_ZH}\s*(?::.{{0,120}})?|{_FRONT_ZH}|{_LINK_EN}(?: (?:stories|articles|like|story|coverage"
    r"|this|now|for you|links?|content|topics?|reading))*|(?:related(?: stories| articles)?|read more|see also|read "
    r"also|also read|more on this(?: story)?"
    r"|recommended|watch|listen|don'?t miss)\s*:.{0,200}"
)
_LEGAL = (
    r"(?:©|\(c\)|copyright).{0,120}|.{0,20}(?:版权所有|all rights reserved).{0,60}"
    r"|未经[^。]{0,12}(?:授权|许可|同意)[^。]{0,10}(?:不得|禁止|请勿|严禁).{0,30}"
    r"|\(?(?:责任编辑|责编|编辑|校对|审核|监制|网络编辑)\s*[:/].{0,30}"
)
_AUDIO = (
    r"(?:听新闻|收听(?:本文|全文)?|朗读(?:全文)?|语音播报|listen(?: to (?:this )?(?:article|story))?)"
    r"[\s·|:,-]*(?:\d+:\d\d|\d+\s*(?:min(?:ute)?s?|分钟?))?|[^。]{0,16}阅读[^。]{0,8}\d+\s*分钟"
    r"|\d+[\s-]*min(?:ute)?s?(?: to)? read"
)
_END = r"[\s.。!>»]*"
_BLOCK = re.compile(
    rf"(?:{_COUNTER}|{_AGE}|{_STAMP}|{_WHEN}|{_SHARE}|{_AD}|{_SUBSCRIBE}|{_RELATED}|{_LEGAL}|{_AUDIO}){_END}",
    re.IGNORECASE,
)
_PIECE = rf"(?:{_COUNTER}|\d+[\s-]*min(?:ute)?s? read|{_AGE}|{_STAMP}|{_WHEN}|{_AD}|来源:.{{1,20}}|source:.{{1,30}})"
_PIECES = re.compile(rf"{_PIECE}(?:[\s|·,/-]+{_PIECE}){{1,5}}{_END}", re.IGNORECASE)
_LONGEST = 200
_LABEL_MOST = 40
_LOOSE_MOST, _LOOSE_HAN, _LOOSE_WORDS = 60, 12, 6
_SAYS = re.compile(r"[0-9。.!?:“”\"…]$|\d")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")

_APART = rf"(?:{_COUNTER}|{_AGE}|{_STAMP}|advertisement|广告|sponsored)"
_LINKED = "(?:相关阅读|延伸阅读|相关新闻|推荐阅读|read more|related|see also|read also|广告)"
_INSIDE = re.compile(
    rf"\s*[(\[【]\s*{_APART}(?:\s*[|·,]\s*{_APART})*\s*[)\]】]"
    rf"|\s*[(\[【]\s*{_LINKED}\s*(?::[^()\[\]【】]{{0,120}})?[)\]】]"
    rf"|(?:(?<=[。.!?|·”])|^)\s*{_APART}(?=\s*(?:[|·]|$))|(?:(?<=[|·])|^)\s*{_APART}\s*[|·]",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"(?<![\s|·])(?:\s*+[|·])++\s*+$|^(?:\s*+[|·])++\s*+")
_LAST_WORDS = re.compile(r"[。.!?”][^。.!?”]{1,40}$")


def is_clutter(block: str) -> bool:
    """Whether a simplified block is nothing but furniture of its page."""
    if len(block) > _LONGEST:
        return False
    return _BLOCK.fullmatch(block) is not None or _PIECES.fullmatch(block) is not None


def is_loose(block: str) -> bool:
    """Whether a simplified paragraph is a short line without figures or a sentence's end, as buttons and labels "
    "are."""
    if len(block) > _LOOSE_MOST or _SAYS.search(block):
        return False
    return len(_DENSE.findall(block)) <= _LOOSE_HAN and len(block.split()) <= _LOOSE_WORDS


def is_label(block: str) -> bool:
    """Whether the block may be the heading of a list: short, and no sentence."""
    return len(block) <= _LABEL_MOST and block[-1] not in '。.!?”"'


def without_clutter(block: str) -> str:
    """The simplified block without what leaked into it and stands apart."""
    if not any(sign in block for sign in "([【|·") and not _LAST_WORDS.search(block[-60:]):
        return block
    cut = _INSIDE.sub("", block)
    return _SEPARATORS.sub("", cut).strip() if cut != block else block
