"""Words: the one place that says of which words a text consists, for the index and for the question alike.

Chinese, Japanese, Korean and other scripts written without spaces are *dense*: any run of characters in a sentence
may be asked for, so a run gives its overlapping pairs (``气候危机`` → ``气候 候危 危机 机``). Everything else is a word
from space to space. A phrase is words in a row; signs between them do not count, a line end does.

::

    text    folded to runs                 runs to words
    ─────   ────────────────────────────   ─────────────────────────────────────────────────────────────
    index   dense run                      its pairs, then its last character (so a phrase sees its end);
                                           before them its first, where a spaced word stands in front
            spaced word                    the word
            line end                       ``|``
    asked   phrase_words(runs)             the same words, as far as the runs determine them
            one dense character            looked up among ``characters`` instead

``pattern_of`` says the same without any words, as a plain scan of the folded text: it is the truth that an index is
tested against, and what marks the hits in the text shown.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from operator import add

import numpy as np
from numpy.typing import NDArray

from broadsheet.text._long_words import LONG, dense_of, long_characters, long_words
from broadsheet.text.folding import find_variants, fold

_DENSE = (
    "\u0e00-\u0eff\u1000-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u303c\u3041-\u318f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U00016fe0-\U0001b2ff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_DENSE}]+|[^{_DENSE} \n]+")
_RUN_OR_LINE = re.compile(f"[{_DENSE}]+|[^{_DENSE} \n]+|\n")
_IS_DENSE = re.compile(f"[{_DENSE}]")
_IN_WORD = f"[^{_DENSE} \n]"

LONGEST = 64
"""Of a longer spaced word (an address, a key) only so much is kept and asked for."""

LINE = "|"
"""Stands for a line end among the words; no folded text has it."""

_OVERLONG = re.compile(f"({_IN_WORD}{{{LONGEST}}}){_IN_WORD}+")
_DENSE_SPANS = tuple((ord(first), ord(last)) for first, last in re.findall("(.)-(.)", _DENSE))


def is_dense(run: str) -> bool:
    """Whether ``run`` is of a script without spaces between words."""
    return _IS_DENSE.match(run) is not None


def dense_codes() -> NDArray[np.bool_]:
    """Code point -> whether it is of such a script."""
    return dense_of(_DENSE_SPANS)


def count_dense(text: str) -> int:
    """How many characters of ``text`` are of such a script."""
    return len(_IS_DENSE.findall(text))


def find_runs(text: str) -> tuple[str, ...]:
    """The runs of ``text``, folded, in order: ``iPhone手機`` → ``iphone``, ``手机``."""
    return tuple(run if is_dense(run) else run[:LONGEST] for run in _RUN.findall(fold(text)))


def index_words(text: str) -> str:
    """The words of ``text`` for an index, joined by spaces."""
    return words_of_folded(fold(text))


def words_of_folded(folded: str) -> str:
    """``index_words`` of a text that is folded already."""
    if len(folded) < LONG:
        return " ".join(_iter_words(folded))
    words = long_words(folded, _DENSE_SPANS, LINE, LONGEST)
    return words if words is not None else words_of_folded(_OVERLONG.sub(r"\1", folded))


def _iter_words(folded: str) -> Iterator[str]:
    is_behind_word = False
    for run in _RUN_OR_LINE.findall(folded):
        if is_dense(run):
            if is_behind_word:
                yield run[0]
            yield from map(add, run, run[1:])
            yield run[-1]
            is_behind_word = False
        else:
            is_behind_word = run != "\n"
            yield run[:LONGEST] if is_behind_word else LINE


def characters(folded: str) -> str:
    """Every dense character that a folded text has, once each, joined by spaces."""
    if len(folded) < LONG:
        return " ".join(_IS_DENSE.findall("".join(set(folded))))
    return long_characters(folded, _DENSE_SPANS)


def phrase_words(runs: Sequence[str]) -> tuple[list[str], bool]:
    """What must stand in a row in the index where ``runs`` stand in a text, and whether the last is only a beginning.

    One dense character alone gives that beginning: any word that starts with it.
    """
    words: list[str] = []
    last = len(runs) - 1
    for at, run in enumerate(runs):
        if not is_dense(run):
            words.append(run)
            continue
        is_behind_word = at > 0 and not is_dense(runs[at - 1])
        if is_behind_word:
            words.append(run[0])
        words += map(add, run, run[1:])
        if at < last:
            words.append(run[-1])
        elif len(run) == 1 and not is_behind_word:
            return [*words, run], True
    return words, False


def pattern_of(runs: Sequence[str], *others: Sequence[str], is_prefix: bool = False) -> re.Pattern[str]:
    """Finds ``runs``, or other forms of them, in a folded text: dense runs anywhere, spaced words whole.

    With ``is_prefix`` the last spaced word may go on.
    """
    return _compile("|".join(_expression(form, is_prefix) for form in (runs, *others)))


def hint_of(runs: Sequence[str], *others: Sequence[str]) -> re.Pattern[str] | None:
    """Found, and fast, in nearly every printed text that has these runs; None where no such pattern is known.

    It spares the folding of texts without. What escapes it: signs that fold to several letters, and words with
    something unseen in their midst.
    """
    beginnings = [[find_variants(sign) for sign in form[0][:3]] for form in (runs, *others)]
    if any(sign is None for beginning in beginnings for sign in beginning):
        return None
    one, *more = ("".join(f"[{signs}]" for signs in beginning) for beginning in beginnings)
    return _compile(one) if all(other == one for other in more) else None


@functools.lru_cache(maxsize=1024)
def _compile(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _expression(runs: Sequence[str], is_prefix: bool) -> str:
    parts: list[str] = []
    for at, run in enumerate(runs):
        if at:
            parts.append(" +" if is_dense(run) and is_dense(runs[at - 1]) else " *")
        if is_dense(run):
            parts.append(re.escape(run))
            continue
        goes_on = len(run) == LONGEST or (is_prefix and at == len(runs) - 1)
        word = re.escape(run)  # what stands before it is looked at behind it: patterns that begin with a word are fast
        parts.append(f"{word}(?<!{_IN_WORD}{word}){_IN_WORD + '*' if goes_on else ''}(?!{_IN_WORD})")
    return "".join(parts)
