"""The classes of what changed inside one sentence that stands on both sides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from broadsheet.edits._names import is_name_changed
from broadsheet.edits._simple import is_same, key_of
from broadsheet.text.differences import HAN_WORDS, cut_units, find_stretches, meaning_of, with_plain_figures

_ALIKE = 0.4
"""A sentence of which both texts share less was written anew."""

_NO_NEGATION = re.compile(
    "不久|不断|不少|不仅|不但|不过|不管|不论|不禁|不料|不得不|不只|不单|不妨|不及|不足|不到"
    "|差不多|了不起|对不起|不锈钢|不丹|不同(?!意)|不明(?!白)|不满(?![意足])"
    "|不安(?![排全装])|不幸|不良|不适(?![合用])|无论|无线|无人机|无疑|无锡|无辜|无数|非常|非洲|[南北东西中]非|除非"
    "|是非|并非易事|未来|未成年|未免|没收|没落|淹没|沉没"
    "|出没|埋没|否则|是否|可否|能否|特别|分别|区别|别人|别的|级别|性别|个别|告别|别墅|not only|no doubt|no longer "
    "than|no\\. ?\\d",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    "并非|没有|尚未|从未|未能|未有|无法|无须|无需|不能|不会|不可|不必|不得|并不|并未|并没有|毫不|毫无|否认|拒绝"
    "|不|没|未|无|非|否|别"
    r"|\b(?:not|no|never|without|neither|nor|none|nobody|nothing|cannot|den(?:y|ied|ies|ying)|unable|failed to"
    r"|refus(?:e|ed|es|ing))"
    r"\b|n't\b",
    re.IGNORECASE,
)
_DAYS = re.compile(
    "(?:上|下|本|这)?(?:周|星期|礼拜)[一二三四五六日天末]|[今昨明前后当]天|[今昨明前后当]日|[今去明前后]年"
    "|[上下本]个?月"
    "|凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜间|深夜|午夜"
    r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tomorrow|tonight|morning|afternoon|evening"
    r"|noon|midnight"
    r"|(?:last|next|this) (?:week|month|year|night)|january|february|march|april|june|july|august|september|october"
    r"|november"
    r"|december)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_VAGUE = re.compile(
    "[多数几若]+[名人个位次天年名家辆艘小月]|多人|数[十百千万]+|几[十百千万]?|若干|一些|许多|不少|大批|多名|多个|"
    r"\b(?:several|some|many|dozens|hundreds|thousands|a few|a number|few|one|a|an|once|twice|half|most|all|both"
    r"|no)\b",
    re.IGNORECASE,
)
_ALIKE_WORDS = (
    ("约", "大约", "大概", "约为"),
    ("近", "将近", "接近"),
    ("超过", "逾", "多于", "高于"),
    ("不足", "不到", "少于", "低于"),
    ("最多", "至多"),
    ("about", "around", "roughly", "approximately", "some"),
    ("over", "more than"),
    ("under", "less than", "fewer than"),
    ("nearly", "almost"),
)
_LIKE = {word: words[0] for words in _ALIKE_WORDS for word in words}
_QUOTED = re.compile("“([^“”]*)(?:”|$)")
_SMALL = (
    "a an the of to in on at for by with from and or that which who is are was were has have had been be it its as "
    "also "
    "的 了 着 过 地 得 在 是 和 与 及 也 都 就 又 这 那 其 之 将 把 被 于 而"
)
_SMALL_WORDS = frozenset(_SMALL.split())
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Change:
    """``old`` gave way to ``new`` between ``before`` and ``after``, which stand on both sides.

    It is ``quoted`` where all of it stands between quotation marks.
    """

    old: str
    new: str
    before: str
    after: str
    quoted: bool = False


def classes_of_sentence(old: str, new: str, known: frozenset[str]) -> frozenset[str]:
    """What changed from the sentence ``old`` to ``new``, both simplified; empty where nothing did that counts."""
    if is_same(old, new):
        return frozenset()
    changes, shared = _find_changes(old, new)
    found = {name for change in changes for name in _classes_of_change(change, known)}
    if has_other_quotes(old, new):
        found.add("quote")
    if shared < _ALIKE and not all(change.quoted for change in changes):
        found -= {"typo", "negation"}
        found.add("rewrite")
    if found & {"number", "name", "negation", "date", "rewrite"}:
        found.discard("typo")
    return frozenset(found or {"typo" if _same_letters(old, new) else "rewrite"})


def _find_changes(old: str, new: str) -> tuple[list[_Change], float]:
    """The changes in order, and how much of the longer sentence is in both."""
    runs: list[list[str]] = [["", "", ""]]  # same, then old and new after it
    same = 0
    for stretch in find_stretches(old, new):
        if stretch.kind == "same":
            same += len(stretch.text)
            runs.append([stretch.text, "", ""])
        else:
            runs[-1][1 if stretch.kind == "old" else 2] += stretch.text
    changes = []
    depth = 0
    for at, (before, gone, come) in enumerate(runs):
        depth += before.count("“") - before.count("”")
        if (gone or come) and not is_same(gone, come):
            after = runs[at + 1][0] if at + 1 < len(runs) else ""
            quoted = depth > 0 and not set(gone + come) & set("“”")
            changes.append(_Change(gone, come, before, after, quoted))
        depth += come.count("“") - come.count("”")
    return changes, same / max(len(old), len(new))


def _classes_of_change(change: _Change, known: frozenset[str]) -> Iterator[str]:
    figures, rest = _figure_classes(change)
    yield from figures
    if figures and key_of(rest.old) == key_of(rest.new):
        return
    if _is_day_changed(rest):
        yield "date"
        rest = _Change(_DAYS.sub("", rest.old), _DAYS.sub("", rest.new), rest.before, rest.after)
    if not key_of(rest.old) and not key_of(rest.new):
        return
    if _is_negated(rest):
        yield "negation"
    elif is_name_changed(rest.old, rest.new, change.before, change.after, known):
        yield "name"
    elif _only_marks(rest):
        return
    elif not _is_approximation(rest):
        is_slip = _is_slip(rest)
        if is_slip or not change.quoted:  # other words in quotation marks are told by ``quote``
            yield "typo" if is_slip else "rewrite"


# ---- figures and days --------------------------------------------------------------------------------------------


def _figure_classes(change: _Change) -> tuple[set[str], _Change]:
    """``number`` and ``date`` where a figure gave way to another; and the change without the figures."""
    (gone, old_rest), (come, new_rest) = _figures(change.old, change.after), _figures(change.new, change.after)
    found = set()
    for name in ("number", "date"):
        before = Counter(meaning for kind, meaning in gone if kind == name)
        after = Counter(meaning for kind, meaning in come if kind == name)
        left, arrived = before - after, after - before
        if left and arrived:
            found.add(name)
        elif (left or arrived) and _stands_alone(change, old_rest, new_rest):
            found.add(name)
            old_rest, new_rest = _VAGUE.sub("", old_rest), _VAGUE.sub("", new_rest)
    if not found:
        return found, change
    return found, _Change(old_rest, new_rest, change.before, change.after)


def _figures(text: str, after: str = "") -> tuple[tuple[tuple[str, str], ...], str]:
    """Kind and meaning of the figures of ``text``, and the rest of it. A word such as 约 belongs to its figure.

    ``after`` is what follows, so that 近 alone is known for such a word.
    """
    found, rest, about, length = [], "", "", 0
    for unit in cut_units(text + after[:12]):
        if length == len(text):
            break
        length += len(unit.text)
        if unit.kind == "about":
            about = _LIKE.get(unit.text.lower(), unit.text)
        elif unit.is_figure:
            is_date = unit.kind == "date" or _YEAR.fullmatch(unit.text) is not None
            found.append(("date" if is_date else "number", about + meaning_of(unit.text)))
            about = ""
        elif unit.kind != "space" or not about:
            rest += unit.text
    if length > len(text):  # the last unit reaches beyond: no figure of this text
        return _figures(text)
    if about:
        found.append(("number", about))
    return tuple(found), rest


def _stands_alone(change: _Change, old_rest: str, new_rest: str) -> bool:
    """Whether a figure on one side only stands for something on the other: 近12个 for 12个, 多人 for 12人."""
    old_words, new_words = key_of(old_rest), key_of(new_rest)
    if not old_words and not new_words:
        words = change.old + change.new
        return len(words) <= 6 or bool(change.old and change.new) or not re.search(r"\d", meaning_of(words))
    if not change.old or not change.new:
        return False
    vague = old_words if not _figures(change.old, change.after)[0] else new_words
    return bool(_VAGUE.search(vague)) and len(vague) <= 14


def _is_approximation(change: _Change) -> bool:
    """Nothing left but words such as 约, which count with their figure."""
    sides = (change.old, change.new)
    return not any(_figures(side, change.after)[1].strip() for side in sides)


def _is_day_changed(change: _Change) -> bool:
    gone, come = ([day.lower() for day in _DAYS.findall(text)] for text in (change.old, change.new))
    return bool(gone and come) and gone != come


# ---- negation and quotation --------------------------------------------------------------------------------------


def count_negations(text: str) -> int:
    """How often ``text`` denies, words such as 不久 and 非洲 not counted."""
    return len(_NEGATION.findall(_NO_NEGATION.sub("", text)))


def _is_negated(change: _Change) -> bool:
    """Whether a negation came or went with hardly anything else, or a mark came between it and its verb."""
    old_tail = change.before[-1:] if not change.before[-1:].isspace() else ""
    old, new = old_tail + change.old + change.after[:2], old_tail + change.new + change.after[:2]
    if count_negations(old) == count_negations(new):
        is_marks = _letters(change.old) == _letters(change.new)
        around = change.before[-6:] + change.old + change.after[:2]
        return is_marks and bool(_NEGATION.search(_NO_NEGATION.sub("", around))) and _cuts_clause(change)
    size = max(len(_units(change.old)), len(_units(change.new)))
    return size <= (5 if not change.old or not change.new else 10)


def _cuts_clause(change: _Change) -> bool:
    marks = set(change.old) ^ set(change.new)
    return bool(marks & set(",;:。.!?")) and (
        ("," in marks and bool(re.search(r"(?:不|没|未|无|否|别|\bno|\bnot)\s*,?$", change.before + change.new, re.I)))
        or bool(re.search(r"[不没未别],|\bno,|\bnot,", change.old + change.new, re.I))
    )


def _units(text: str) -> list[str]:
    return [unit.text for unit in cut_units(text) if unit.kind not in ("space", "sign")]


def quotes_of(text: str) -> Counter[str]:
    """The words in quotation marks, a closing sign at their end left out."""
    return Counter(key_of(words).strip(".,。!?;:") for words in _QUOTED.findall(text) if words.strip())


def has_other_quotes(old: str, new: str) -> bool:
    """Whether words in quotation marks changed, came or went, white space and a closing sign apart."""
    if "“" not in old and "“" not in new:
        return False
    return _plain(quotes_of(old)) != _plain(quotes_of(new))


def _plain(quotes: Counter[str]) -> Counter[str]:
    return Counter({with_plain_figures(words): count for words, count in quotes.items()})


def outside_quotes(text: str) -> str:
    """``text`` without the words between quotation marks."""
    return _QUOTED.sub("“”", text)


# ---- slips -------------------------------------------------------------------------------------------------------


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text)).lower()


def _same_letters(old: str, new: str) -> bool:
    """Whether only signs, blanks or capitals differ."""
    return _letters(old) == _letters(new)


def _only_marks(change: _Change) -> bool:
    """Whether only quotation marks changed, which ``quote`` tells."""
    return bool(change.old + change.new) and not (change.old + change.new).strip("“”\"' ")


def _is_slip(change: _Change) -> bool:
    """A slip of the pen put right: signs, a small word, one character in a word, two letters changed about."""
    old, new = change.old.strip(), change.new.strip()
    if _letters(old) == _letters(new):
        return True
    if _HAN.search(old + new):
        return _is_han_slip(old, new, change)
    olds, news = [word.lower() for word in _WORD.findall(old)], [word.lower() for word in _WORD.findall(new)]
    if not olds or not news:
        words = olds or news
        return len(words) <= 1 and (words[0] in _SMALL_WORDS or _is_doubled(words[0], change))
    if len(olds) != len(news):
        return "".join(olds) == "".join(news) or (len(olds) + len(news) <= 3 and set(olds) ^ set(news) <= _SMALL_WORDS)
    return all(one == other or _is_word_slip(one, other) for one, other in zip(olds, news, strict=True))


def _is_doubled(word: str, change: _Change) -> bool:
    return change.before.lower().rstrip().endswith(word) or change.after.lower().lstrip().startswith(word)


def _is_word_slip(old: str, new: str) -> bool:
    if old in _SMALL_WORDS and new in _SMALL_WORDS:
        return True
    if sorted(old) == sorted(new):
        return True
    if old[0] != new[0] or any(sign.isdigit() for sign in old + new):
        return False
    distance = _distance(old, new)
    return distance <= (2 if min(len(old), len(new)) >= 6 else 1) and distance < min(len(old), len(new)) / 2


def _distance(old: str, new: str) -> int:
    """Levenshtein's."""
    row = list(range(len(new) + 1))
    for at, sign in enumerate(old, 1):
        diagonal, row[0] = row[0], at
        for to, other in enumerate(new, 1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (sign != other))
    return row[-1]


def _is_han_slip(old: str, new: str, change: _Change) -> bool:
    """One character put right; two real words in each other's place are no slip."""
    if old in HAN_WORDS and new in HAN_WORDS:
        return False
    if not old or not new:
        words = old or new
        return (len(words) <= 1) or (len(words) <= 2 and _is_doubled(words, change)) or words in _SMALL_WORDS
    if sorted(old) == sorted(new):
        return len(old) <= 4
    return abs(len(old) - len(new)) <= 1 and max(len(old), len(new)) <= 4 and _distance(old, new) <= 1
