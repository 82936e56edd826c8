"""Does an entry need its page, and what follows when the page cannot be had?"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

FullText = Literal["always", "never", "auto"]

_CUT = re.compile(
    r"(?:…|\.\.\.|\[\+?\d* ?(?:chars|more)?\]|read (?:more|on)|continue reading|more\s*»|"
    r"阅读全文|閱讀全文|查看全文|全文|繼續閱讀|继续阅读)[\]»）)\s]*$",
    re.IGNORECASE,
)
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
_FULL_LETTERS = 900
"""A text of this many letters (a Chinese character counts for two) that is not cut is taken as whole."""
_PATIENCE = timedelta(hours=24)
_FOR_GOOD = frozenset({401, 402, 403, 404, 405, 406, 410, 451})


def wants_page(text: str, *, has_content: bool, rule: FullText = "auto") -> bool:
    """Whether the page has to be fetched for an entry whose own text is ``text``.

    ``auto`` goes by measure: a feed that has an element for whole texts (``content:encoded``, Atom ``content``, JSON
    Feed ``content_html``) and fills it with enough letters that do not break off is believed.
    """
    if rule != "auto":
        return rule == "always"
    if not has_content or _CUT.search(text.rstrip()[-60:]):
        return True
    return count_letters(text) < _FULL_LETTERS


def count_letters(text: str) -> int:
    """Letters and digits of ``text``; a Chinese, Japanese or Korean character says as much as two letters."""
    return sum(1 for char in text if char.isalnum()) + len(_WIDE.findall(text))


def waits_for_page(status: int | None, reason: str, published: datetime | None, now: datetime) -> bool:
    """Whether an entry whose page failed is left for the next round instead of being kept as the feed has it.

    A page that is gone or forbidden (``status``, or ``reason`` where its host's rules refuse it) will not come. What
    our own bound on traffic has stopped is waited for. Another failure passes, and a day after publication the feed's
    own text is kept rather than nothing.
    """
    if status in _FOR_GOOD or reason == "robots":
        return False
    if reason == "traffic cap":
        return True
    return published is not None and now - published < _PATIENCE
