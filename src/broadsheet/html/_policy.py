"""The tables of the HTML room: which tags and attributes may stay, what is dropped, and nh3 as the last word.

The allowlist is the whole of what a kept or shown body can contain. Every pattern here is a table to read, not
a rule to run: the walking is done in ``_writer``.
"""

from __future__ import annotations

import re
from typing import Final

import nh3


def words(text: str) -> frozenset[str]:
    """A set of names written as one line of words."""
    return frozenset(text.split())


INLINE_TAGS: Final[dict[str, str]] = {
    "a": "a",
    "b": "strong",
    "bdi": "bdi",
    "bdo": "bdo",
    "big": "",
    "cite": "cite",
    "code": "code",
    "del": "s",
    "em": "em",
    "i": "em",
    "kbd": "code",
    "q": "q",
    "rp": "rp",
    "rt": "rt",
    "ruby": "ruby",
    "s": "s",
    "samp": "code",
    "strike": "s",
    "strong": "strong",
    "sub": "sub",
    "sup": "sup",
    "tt": "code",
}
"""Inline tags as they come and as we write them; an empty string means: unwrapped."""

DROPPED_TAGS: Final = words(
    "annotation annotation-xml applet area base basefont button canvas col colgroup datalist dialog frame head "
    "input link map meta noembed noframes optgroup option param portal progress script select style svg "
    "template textarea title"
)
"""Tags that go with all they contain: nothing in them is meant to be read."""

BLOCK_TAGS: Final = words(
    "address article aside body center details dir div fieldset footer form frameset header hgroup html legend "
    "main nav p search section summary"
)
"""Tags that only say where a block begins and ends; they are unwrapped and their loose text becomes paragraphs."""

ALLOWED_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href"},
    "bdo": {"dir"},
    "bdi": {"dir"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    **{tag: {"lang", "dir"} for tag in ("p", "h2", "h3", "h4", "ul", "blockquote", "table", "figure", "dl")},
}
ALLOWED_ATTRIBUTES["ol"] |= {"lang", "dir"}

ALLOWED_TAGS: Final = words(
    "blockquote br caption dd dl dt figcaption figure h2 h3 h4 hr img li ol p pre table tbody td th thead tr ul"
) | {name for name in INLINE_TAGS.values() if name}

SAFE: Final = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes=ALLOWED_ATTRIBUTES,
    clean_content_tags={"script", "style", "template", "iframe", "object", "noscript", "svg", "math"},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
"""The sanitiser. Nothing leaves this room that it has not written."""

SHARE_LINK: Final = re.compile(
    r"""(?ix)
    (?: whatsapp: | mailto:\?(?:subject|body)= | fb-messenger: | viber: | tg:
      | (?:https?:)?//(?:[\w.-]+\.)?(?:
          facebook\.com/(?:sharer|share\.php|dialog/share)
        | (?:twitter|x)\.com/(?:intent/(?:tweet|post)|share\b|home\?status)
        | linkedin\.com/(?:sharearticle|sharing|cws/share) | reddit\.com/submit | pinterest\.[a-z.]+/pin/create
        | plus\.google\.com/share | tumblr\.com/(?:share|widgets/share) | api\.whatsapp\.com/send | wa\.me/\?text
        | t(?:elegram)?\.me/share | line\.me/r/msg | social-plugins\.line\.me/ | getpocket\.com/(?:save|edit)
        | service\.weibo\.com/share | v\.t\.sina\.com\.cn/share | share\.v\.t\.qq\.com
        | connect\.qq\.com/widget/shareqq
        | sns\.qzone\.qq\.com/cgi-bin/qzshare | widget\.renren\.com/dialog/share | douban\.com/share
        | news\.ycombinator\.com/submitlink | digg\.com/submit | addtoany\.com/ | addthis\.com/bookmark
        | sharethis\.com/
        | feeds?\.feedburner\.com/~f | feedproxy\.google\.com/~f | mix\.com/add | vk\.com/share | bsky\.app/intent
        | threads\.net/intent | xing\.com/(?:app|spi)/user\?op=share | share\.flipboard\.com/
      ))"""
)
"""Addresses whose only use is to pass the article on in some network. Such a link goes with its words."""

TRACKING_PICTURE: Final = re.compile(
    r"""(?ix)
    (?:https?:)?//(?:
        (?:feeds?\.feedburner\.com|feedproxy\.google\.com|feeds\.[\w.-]+)/~[rf]/ | [\w.-]*feedsportal\.com/
      | pixel\.wp\.com/ | stats\.wordpress\.com/ | feeds\.wordpress\.com/ | [\w.-]*scorecardresearch\.com/
      | [\w.-]*doubleclick\.net/ | [\w.-]*google-analytics\.com/ | [\w.-]*googletagmanager\.com/
      | [\w.-]*googlesyndication\.com/ | (?:www\.)?facebook\.com/tr\b | [\w.-]*quantserve\.com/ | hm\.baidu\.com/
      | [\w.-]*cnzz\.com/ | [\w.-]*51\.la/ | medium\.com/_/stat | [\w.-]*buysellads\.com/ | bat\.bing\.com/
      | counter\.theconversation\.com/ | [\w.-]*chartbeat\.(?:com|net)/ | [\w.-]*imrworldwide\.com/
      | px\.ads\.linkedin\.com/ | mc\.yandex\.ru/ | [\w.-]*statcounter\.com/ | [\w.-]*hubspot\.com/__ptq
      | (?:www\.)?assoc-amazon\.[a-z.]+/e/ir | [\w.-]*republish(?:-tracker|er)?[\w.-]*/ | [\w.-]*matomo[\w.-]*/
      | [^/]+/(?:[^/?]+/)*
        (?:(?:matomo|piwik)\.php\b | (?:pixel|beacon|1x1|clear|track)\.(?:gif|png)(?:\?|$) | ingest/republish)
    )"""
)
"""Pictures that count readers and show nothing."""

PLACEHOLDER_PICTURE: Final = re.compile(
    r"(?i)^(?:data|about|blob|cid|file|javascript|vbscript):|/(?:blank|spacer|grey|gray|transparent|placeholder|loading|lazy(?:load)?"
    r"|pixel|s\.gif|x\.gif|1x1|img_?loading|default_?bg)[\w-]*\.(?:gif|png|svg|webp)(?:\?|$)"
)
"""What stands in ``src`` until a script puts the picture there."""

VIDEO_PLACE: Final = re.compile(
    r"""(?ix)
    (?:https?:)?//(?:[\w-]+\.)*(?:
        (?P<youtube> youtube(?:-nocookie)?\.com/(?:embed|v)/ (?P<youtube_id>[\w-]{6,}) )
      | player\.vimeo\.com/video/(?P<vimeo>\d+)
      | dailymotion\.com/embed/video/(?P<dailymotion>\w+)
      | player\.bilibili\.com/player\.html\?(?:[^\s"]*&)?bvid=(?P<bilibili>\w+)
      | (?P<other> v\.qq\.com/ | player\.youku\.com/embed/ | player\.bilibili\.com/ | ted\.com/talks | embed\.ted\.com/
        | facebook\.com/plugins/video | tiktok\.com/embed | w\.soundcloud\.com/player | open\.spotify\.com/embed
        | rumble\.com/embed | odysee\.com/\$/embed | archive\.org/embed | voanews\.com/embed | voachinese\.com/embed
        | rferl\.org/embed | rfa\.org/[^\s]*embed | bbc\.co(?:m|\.uk)/[^\s]*av-embeds | ixigua\.com/iframe
        | cctv\.com/ )
    )"""
)
"""Frames that hold a film or a sound; a link to it stays."""

CAPTION_NAME: Final = re.compile(
    r"(?i)caption|legend|\b(?:img|image|photo|pic|picture)[-_]?(?:title|descr?|description|note|info|text|txt|credit|source)"
    r"|imgtext|pictext|photo-?text|tuzhu|tu-?shuo|图注|图说|圖說|圖註"
)
"""Class names and ids of what stands under a picture."""

EMOJI_NAME: Final = re.compile(r"(?i)\b(?:emoji|wp-smiley|smiley|emoticon|emot)\b")

LAZY_ATTRIBUTES: Final = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-actualsrc",
    "data-original-src",
    "data-hi-res-src",
    "data-croporisrc",
    "data-lazyload",
    "data-url",
    "data-img-src",
    "data-echo",
    "original",
    "src",
)
"""Where the address of a picture may stand, the surest first."""

LAZY_SETS: Final = ("data-srcset", "data-lazy-srcset", "data-original-set", "srcset")
