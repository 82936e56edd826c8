"""The same words in the other Chinese script, for marked sets, which hold in both."""

from __future__ import annotations

from collections.abc import Callable

import opencc

SCRIPTS: dict[str, Callable[[str], str]] = {
    "simplified": opencc.OpenCC("t2s").convert,
    "traditional": opencc.OpenCC("s2t").convert,
}
"""Name of a script -> what puts words into it."""


def rescript(text: str, script: str) -> str:
    """``text`` in ``script``, as long as before: places in it are the same places."""
    said = SCRIPTS[script](text)
    if len(said) == len(text):
        return said
    return "".join(one if len(one) == 1 else sign for sign in text for one in (SCRIPTS[script](sign),))
