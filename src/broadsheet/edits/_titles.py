"""Headlines and bylines: the name of a site, or the word By, is no part of them."""

from __future__ import annotations

import re

from broadsheet.edits._simple import is_same, simplify

_TAIL = re.compile(r"\s*(?P<sign>[|_·]|-|::)\s*(?P<name>[^|_·]{1,30})$")
_SITE = re.compile(
    r"(?:[A-Z][\w.&']*|[A-Z]+|of|the|and|The)(?:\s+(?:[A-Z][\w.&']*|of|the|and|News|in))*|[\w-]+\.(?:com|org|net|cn"
    r"|uk|tw|hk)"
    r"|.{0,10}(?:网|新闻|报|日报|晚报|时报|台|社|电视|广播|周刊|杂志|中文|中文网|在线|门户|频道|资讯|通讯|观察|财经"
    r")"
)
_BY = re.compile(
    r"^(?:by|written by|reported by|reporting by|记者|作者|撰文|撰稿|编译|文|编辑)\s*[::/]?\s*", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:,|、|/|;|&|\band\b|\bwith\b|和|与|\|)\s*|\s+(?=记者)")
_PLACE = re.compile(r"\s*(?:记者|报道|发自.*|综合报道|编译)$")


def is_same_headline(old: str, new: str) -> bool:
    """Whether two headlines are one but for the site's name behind them."""
    one, other = simplify(old), simplify(new)
    return any(is_same(left, right) for left in _forms(one) for right in _forms(other))


def _forms(headline: str) -> tuple[str, ...]:
    """``headline``, and what it is without a site's name at its end."""
    found = _TAIL.search(headline)
    head = headline[: found.start()].strip() if found else ""
    if found is None or not head or not _SITE.fullmatch(found["name"].strip()):
        return (headline,)
    return headline, head


def is_same_byline(old: str, new: str) -> bool:
    """Whether two bylines name the same people, in whatever order and with whatever words between."""
    return _people(old) == _people(new)


def _people(byline: str) -> frozenset[str]:
    plain = _BY.sub("", simplify(byline).strip())
    names = (_PLACE.sub("", _BY.sub("", name)) for name in _BETWEEN.split(plain))
    return frozenset(re.sub(r"\s+", "", name).casefold() for name in names if name.strip())
