"""Who says it in Chinese: 某某说：“…” · “…”，某某说，“…” · 某某表示，这“…”， and the verb that governs it.

Works on a frame: the block simplified sign by sign, quoted words and brackets filled with blocks, so that no word of
theirs is taken for a verb or a clause's end.
"""

from __future__ import annotations

import re

from broadsheet.statements.quotations._attribution import Attribution, Frame
from broadsheet.statements.quotations._chinese_words import (
    CITED,
    LEAD,
    MARKER,
    MODAL,
    NO_SPEAKER,
    NOT_GOVERNING,
    OPENING_DEED,
    PRONOUNS,
    TRANSITIVE,
    VERB,
    simplify,
)
from broadsheet.statements.quotations._marks import Span

FILLED = "■"
_NAME, _BRACKET = "□", "○"
_LONGEST_NAME = 6
_BRACKETS = re.compile(r"[（(][^（()）]{0,90}[）)]")
_TITLES = re.compile("《[^《》\n]{1,60}》")
_BOUNDARY = re.compile("[，。；：！？!?■\n]")
_BRACKET_END = re.compile(f"{_BRACKET}+$")
_ADJACENT = re.compile(f"[{FILLED}，：… 　—]*$")
_ADDRESSED = re.compile("[^，。：；■]{1,22}[：，]$")
_OBJECT = re.compile("[^，。：■]{1,20}[，。：]")
_TAIL = re.compile("的([^的，]{1,11}[^的，上中下里内时后前间])$")
_MANNER = re.compile("[^的]{2}地$")
_NO_NAME = re.compile(
    "[下是为着道句文见到出过曰写称容题语号词案问答]$|[会能要我你自想的了在听很]|例子|结论|结果|原因|简介|摘要|理由|内容|声明|全文"
)
_ONE = re.compile("(?:一|多|数|两|几|另一)[位名个]")
_SIGNS = re.compile("[，。！？,.!?]")
_FAR_CLAUSES = 3
_LONGEST = 48


def frame_of(block: str, spans: list[Span]) -> Frame:
    """``block`` with what is quoted or in brackets filled, as long as before.

    Short quoted names and titles become letters.
    """
    signs = list(block)
    for found in _BRACKETS.finditer(block):
        signs[found.start() : found.end()] = _BRACKET * len(found[0])
    for found in _TITLES.finditer(block):
        signs[found.start() : found.end()] = _NAME * len(found[0])
    for span in spans:
        quoted = block[span.outer : span.behind]
        is_name = span.end - span.start < _LONGEST_NAME and not _SIGNS.search(quoted)
        signs[span.outer : span.behind] = (_NAME if is_name else FILLED) * (span.behind - span.outer)
    text = simplify("".join(signs))
    verbs = (verb for verb in VERB.finditer(text) if not MODAL.search(text, max(0, verb.start() - 4), verb.start()))
    return Frame(text, tuple(verbs))


def attribute(frame: Frame, sentence: tuple[int, int], span: Span) -> Attribution | None:
    """Whose the words of ``span`` are, which stand in ``sentence`` of the frame; None where no verb governs them."""
    begin, end = sentence
    before = _find_before(frame, begin, span.outer)
    if before is not None and before.is_direct:
        return before
    return _find_behind(frame, begin, span.behind, end) or before or _find_named(frame.text, begin, span.outer)


def find_last_speaker(frame: Frame, sentence: tuple[int, int]) -> tuple[int, int] | None:
    """Who speaks in a sentence without quoted words, or in its part outside them."""
    (begin, end), text = sentence, frame.text
    for verb in reversed(frame.verbs_in(begin, end)):
        if text[verb.end() : verb.end() + 1] not in ("", "。") and not NOT_GOVERNING.search(verb[0]):
            speaker = _find_subject(text, begin, verb.start())
            if speaker:
                return speaker
    return None


def _find_before(frame: Frame, begin: int, outer: int) -> Attribution | None:
    """The nearest verb before the quoted words."""
    text = frame.text
    for verb in reversed(frame.verbs_in(begin, outer)):
        between = text[verb.end() : outer]
        is_addressed = _ADDRESSED.fullmatch(between) is not None and (
            between.endswith("：") or TRANSITIVE.search(verb[0]) is not None
        )
        is_direct = is_addressed or between.strip() in ("", "：", "，", "——", "：——")
        if not is_direct and NOT_GOVERNING.search(verb[0]) and not between.startswith("，"):
            continue
        if FILLED in between and not is_direct and "，" not in between:
            continue
        speaker = _find_subject(text, begin, verb.start())
        if speaker is None and not is_direct:
            continue
        return Attribution(speaker, verb.span(), is_direct)
    return None


def _find_behind(frame: Frame, begin: int, behind: int, end: int) -> Attribution | None:
    """A clause of speaking right behind the quoted words: ，某某在会后说。"""
    start, text = behind, frame.text
    while start < end and text[start] in "，, ":
        start += 1
    for verb in frame.verbs_in(start, end):
        if _BOUNDARY.search(text, start, verb.start()):
            return None
        next_sign = text[verb.end() : verb.end() + 1]
        is_addressed = TRANSITIVE.search(verb[0]) and _OBJECT.match(text, verb.end(), end)
        if next_sign not in ("", "，", "。", "：", "！", "；", FILLED) and not is_addressed and verb.end() < end:
            continue
        speaker = _find_subject(text, start, verb.start())
        if speaker:
            return Attribution(speaker, verb.span(), True)
    return None


def _find_named(frame: str, begin: int, outer: int) -> Attribution | None:
    """A name and a colon, as interviews are printed."""
    if outer - begin > 14 or not frame[:outer].rstrip().endswith("："):
        return None
    end = len(frame[:outer].rstrip()) - 1
    name = frame[begin:end]
    if not re.fullmatch("[\\w·□]{2,12}", name) or _NO_NAME.search(name):
        return None
    return None if MARKER.search(name) else Attribution(_valid(frame, begin, end), None, True)


def _find_subject(frame: str, begin: int, verb: int) -> tuple[int, int] | None:
    """The speaker in the clause that ends at ``verb``, or in one of those before it in the sentence."""
    stop = verb
    for nearness in range(_FAR_CLAUSES):
        start = _clause_start(frame, begin, stop)
        found, is_empty = _subject_in(frame, start, stop, is_far=nearness > 0)
        if found or not is_empty or start == begin or frame[start - 1] != "，":
            return found
        stop = start - 1
    return None


def _clause_start(frame: str, begin: int, stop: int) -> int:
    start = begin
    for found in _BOUNDARY.finditer(frame, begin, stop):
        start = found.end()
    return start


def _subject_in(frame: str, start: int, stop: int, *, is_far: bool) -> tuple[tuple[int, int] | None, bool]:
    """The speaker that a clause names, and whether it is one without a subject of its own."""
    cited = CITED.search(frame, start, stop)
    if cited:
        return _valid(frame, *cited.span(1)), False
    lead = LEAD.match(frame, start, stop)
    first = lead.end() if lead else start
    if first >= stop:
        return None, True
    marker = OPENING_DEED.match(frame, first, stop) or MARKER.search(frame, first, stop)
    if marker and (marker.start() == first or _ONE.fullmatch(frame, first, marker.start())):
        return (None, True) if is_far else _attributed(frame, first, stop)
    spoken = VERB.search(frame, first + 1, stop)
    if spoken and not is_far and _TAIL.search(frame, spoken.end(), stop):
        return _attributed(frame, first, stop)
    if is_far and marker is None and spoken is None:
        return None, False
    ends = [stop, *(found.start() for found in (marker, spoken) if found)]
    return _valid(frame, first, min(ends)), False


def _attributed(frame: str, first: int, stop: int) -> tuple[tuple[int, int] | None, bool]:
    """Of a clause that opens with a deed: the noun it belongs to (出席会议的代表), or that it has no subject."""
    tail = _TAIL.search(frame, first, stop)
    if tail is None:
        return None, True
    marker = MARKER.search(frame, tail.start(1), stop)
    end = marker.start() if marker else stop
    return (_valid(frame, first, end), False) if end - tail.start(1) > 1 else (None, True)


def _valid(frame: str, start: int, stop: int) -> tuple[int, int] | None:
    """The place of a speaker without brackets at its end; None where it can be none."""
    while stop > start and frame[stop - 1] in " 、，":
        stop -= 1
    manner = _MANNER.search(frame, start, stop)
    if manner and manner.start() > start and not frame.startswith("当地", manner.end() - 2):
        stop = manner.start()
    brackets = _BRACKET_END.search(frame, start, stop)
    if brackets and brackets.start() > start and brackets.end() - brackets.start() > 2:
        stop = brackets.start()
    while stop > start and frame[stop - 1] == " ":
        stop -= 1
    name = frame[start:stop]
    if not name or len(name.replace(_BRACKET, "")) > _LONGEST or (len(name) == 1 and name not in PRONOUNS):
        return None
    return None if NO_SPEAKER.search(name) else (start, stop)
