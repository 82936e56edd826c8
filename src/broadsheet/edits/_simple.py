"""What of a text counts: words, figures and the signs that carry meaning, in one form each.

Not counted are white space, full and half width, the form of quotation marks and dashes, invisible characters, and
whether Chinese is written in simplified or traditional characters.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from broadsheet.text.differences import with_plain_figures
from broadsheet.text.folding import to_simplified

_MARKS = {
    **dict.fromkeys("「﹁«„‟〝❝｢", "“"),
    **dict.fromkeys("」﹂»〞〟❞｣", "”"),
    **dict.fromkeys("『﹃‹‚‛", "‘"),
    **dict.fromkeys("』﹄›`´′ʼ", "’"),
    **dict.fromkeys("‐‑‒–—―−─ｰ﹣⸺⸻", "-"),
    **dict.fromkeys("～〜∼", "~"),
    **dict.fromkeys("‧•・∙⋅●", "·"),
    **dict.fromkeys("〈＜", "《"),
    **dict.fromkeys("〉＞", "》"),
    "…": "...",
    "″": '"',
}
_NOT_PLAIN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f`]")
_DASHES = re.compile(r"(?<!\s)\s*+-(?:\s*+-)++\s*+|(?<!\s)\s++-\s*+|-\s++")
_DOTS = re.compile(r"\.{3,}")
_STRAIGHT = re.compile('"')
_SINGLE = re.compile(r"(?<!\w)[‘'’]([^‘’'“”]{1,200}?)[’'](?![^\W\u3040-\u9fff])|‘([^‘’]{1,400})’")
_DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACED_WORD = rf"[^\W{_DENSE}]"
_LOOSE_SPACE = re.compile(rf"(?<!{_SPACED_WORD})\s+(?<!\d[.,]\s)|\s+(?!{_SPACED_WORD})")


def simplify(text: str) -> str:
    """``text`` on one line in one form, still good to be read and cut into sentences and units."""
    if not text.isascii() or _NOT_PLAIN.search(text):
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        text = "".join(map(_simple_sign, text))
    text = " ".join(text.split())
    text = _DOTS.sub("...", _DASHES.sub("-", text))
    if '"' in text:
        text = _with_directions(text)
    if "'" in text or "’" in text:
        text = _SINGLE.sub(lambda found: f"“{found[1] or found[2]}”", text).replace("’", "'").replace("‘", "'")
    return text


@functools.lru_cache(maxsize=16384)
def _simple_sign(sign: str) -> str:
    """One sign in its one form; nothing for what is not seen."""
    if "\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff":
        return to_simplified(sign)
    if sign in _MARKS:
        return _MARKS[sign]
    if unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cn") and not sign.isspace():
        return ""
    if "\ufe00" <= sign <= "\ufe0f":
        return ""
    wide = unicodedata.normalize("NFKC", sign)
    return "".join(_MARKS.get(part) or to_simplified(part) for part in wide)


def _with_directions(text: str) -> str:
    """Straight double marks as opening and closing ones, by turns."""
    is_open = False

    def turned(found: re.Match[str]) -> str:
        nonlocal is_open
        is_open = not is_open
        return "“" if is_open else "”"

    return _STRAIGHT.sub(turned, text)


def key_of(simple: str) -> str:
    """What two simplified texts must share to be one: white space only where it parts words, marks without direction.

    Where a comma stands between words it stays, and so does a point in a number.
    """
    return _LOOSE_SPACE.sub("", simple).replace("“", '"').replace("”", '"')


def is_same(old: str, new: str) -> bool:
    """Whether two simplified texts say the same: ``十二`` and ``12`` do, ``1.5`` and ``15`` do not."""
    if old == new or key_of(old) == key_of(new):
        return True
    return key_of(with_plain_figures(old)) == key_of(with_plain_figures(new))
