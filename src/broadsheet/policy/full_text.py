"""Does an entry need its page, and what follows when the page cannot be had?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from broadsheet.text.cut_short import LONG_TEXT, count_letters, is_cut_short

FullText = Literal["always", "never", "auto"]

_PATIENCE = timedelta(hours=24)
_FOR_GOOD = frozenset({401, 402, 403, 404, 405, 406, 410, 451})


def wants_page(text: str, *, has_content: bool, rule: FullText = "auto") -> bool:
    """Whether the page has to be fetched for an entry whose own text is ``text``.

    ``auto`` goes by measure: a feed that has an element for whole texts (``content:encoded``, Atom ``content``, JSON
    Feed ``content_html``) and fills it with enough letters that do not break off is believed.
    """
    if rule != "auto":
        return rule == "always"
    if not has_content or is_cut_short(text):
        return True
    return count_letters(text) < LONG_TEXT


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
