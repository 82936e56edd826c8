"""Puts together marks, sentences and the rules of two languages: which quoted words are a quotation, and whose."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from broadsheet.model import Quotation
from broadsheet.statements.quotations import _chinese, _english
from broadsheet.statements.quotations._attribution import Attribution, Frame
from broadsheet.statements.quotations._chinese_words import BEFORE_TERM, PREDICATE, TERM_END, simplify
from broadsheet.statements.quotations._marks import HINT, Span, find_spans
from broadsheet.text.sentences import is_turned, iter_sentences
from broadsheet.text.words import count_dense

_FEWEST_HAN, _FEWEST_WORDS = 6, 4
_SHORTEST_DIRECT = 4
_FARTHEST = 600
"""No speaker stands farther from the quoted words."""

_LONGEST_SENTENCE, _MOST_SPANS = 4000, 24
"""A sentence longer than this, or with more quoted words in it, is none that anybody wrote: nothing is taken from it,
so that a text without an end costs no more than its length."""

_FULL_END = re.compile("[。！？!?…][”’』」]?$")
_LATIN_END = re.compile(r"[.!?…][”’'\"]?$")
_NEXT_HAN = re.compile("\\s*[，。；：！？、,.;:!?）)]|\\s*$|并|但|而|且|“|「")
_NEXT_LATIN = re.compile(
    r"[,.;:!?)—–]|$|\s+(?:and|but|or|if|in|on|at|as|when|after|for|to|by|with|because|while|over|from|until|unless|before|"
    r"during|that|who|which|where|against|than|following|amid|since|so|about|under|despite|unless|■|[(—–-])"
)
_SMALL_WORDS = frozenset(re.findall("[a-z]+", "a an the of and or in on at to for with by from as but nor is"))


@dataclass(frozen=True, slots=True)
class _Said:
    """Who spoke last in a block: for a quoted sentence that stands alone behind."""

    speaker: str | None
    verb: str | None


def find_quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of ``text`` (plain, one block per line), in reading order; offsets count within their block."""
    found: list[Quotation] = []
    blocks = text.split("\n")
    carried: Quotation | None = None
    for number, block in enumerate(blocks):
        if not HINT.search(block):
            carried = None
            continue
        spans = find_spans(block, blocks[number + 1] if number + 1 < len(blocks) else "")
        if carried is not None and spans and spans[0].outer > 0:
            carried = None
        here = _find_in_block(number, block, spans, carried) if spans else []
        found += here
        carried = here[-1] if here and spans[-1].is_open else None
    return tuple(found)


def _find_in_block(number: int, block: str, spans: list[Span], carried: Quotation | None) -> list[Quotation]:
    is_han = count_dense(block) * 4 > len(block)
    language = _chinese if is_han else _english
    frame = language.frame_of(block, spans)
    found: list[Quotation] = []
    said = _Said(carried.speaker, carried.verb) if carried else None
    waiting = deque(spans)
    for begin, end in iter_sentences(block):
        here = []
        while waiting and waiting[0].outer < end:
            here.append(waiting.popleft())
        if here and (len(here) > _MOST_SPANS or end - begin > _LONGEST_SENTENCE):
            said = None
            continue
        for span in here:
            quotation = _judge(number, block, frame, (begin, max(end, span.behind)), span, said, is_han)
            if quotation is not None:
                found.append(quotation)
                said = _Said(quotation.speaker, quotation.verb)
        if not here:
            place = language.find_last_speaker(frame, (max(begin, end - _FARTHEST), end))
            said = _Said(block[slice(*place)], None) if place else None
    return found


def _judge(
    number: int, block: str, frame: Frame, sentence: tuple[int, int], span: Span, said: _Said | None, is_han: bool
) -> Quotation | None:
    words = block[span.start : span.end]
    begin, end = sentence
    language = _chinese if is_han else _english
    alone = not _words_of(frame.text[begin : span.outer]) and not _words_of(frame.text[span.behind : end])
    speaker: str | None
    verb: str | None
    is_fragment = False
    if alone and "■" not in frame.text[begin : span.outer]:
        if not _stands_alone(words, is_han):
            return None
        speaker, verb = (said.speaker, said.verb) if said else (None, None)
    else:
        window = max(begin, span.outer - _FARTHEST), min(end, span.behind + _FARTHEST)
        by = language.attribute(frame, window, span)
        fits = _fits_han if is_han else _fits_latin
        if by is None and not is_han and _is_free(block, frame.text, begin, span):
            by = Attribution(None, None, True)
        if by is None or not fits(block, frame.text, begin, span, by):
            return None
        speaker = block[slice(*by.speaker)] if by.speaker else None
        verb = block[slice(*by.verb)] if by.verb else None
        is_fragment = not by.is_direct or is_turned(_said_so(frame.text, begin, by))
    if is_fragment and span.is_open:  # the sentence goes on in another block
        return None
    return Quotation(words, speaker, verb, number, span.start, span.end, block[begin:end].strip(), is_fragment)


def _said_so(frame: str, begin: int, by: Attribution) -> str:
    """The words that say that somebody said it, from the beginning of their clause to the verb."""
    places = [place for place in (by.speaker, by.verb) if place]
    if not places:
        return ""
    start = max(begin, *(frame.rfind(sign, begin, places[0][0]) + 1 for sign in "，。；,;■"))
    return frame[min(start, places[0][0], places[-1][0]) : max(place[1] for place in places)]


def _words_of(outside: str) -> str:
    return re.sub(r"[\W■_]+", "", outside)


def _stands_alone(words: str, is_han: bool) -> bool:
    if is_han:
        return count_dense(words) >= _FEWEST_HAN and _FULL_END.search(words) is not None
    return len(words.split()) >= _FEWEST_WORDS and _LATIN_END.search(words) is not None


def _fits_han(block: str, frame: str, begin: int, span: Span, by: Attribution) -> bool:
    words = simplify(block[span.start : span.end])
    before, length = frame[begin : span.outer].rstrip(), count_dense(words)
    is_sentence = _FULL_END.search(words) is not None
    if by.verb is None and not (length >= _SHORTEST_DIRECT and _NEXT_HAN.match(frame, span.behind)):
        return False
    if before.endswith("：") and by.is_direct:
        return length > 0
    is_behind = by.verb is not None and by.verb[0] >= span.behind
    if is_behind and not (is_sentence or set("，,") & set(block[span.end : span.behind + 1])):
        return False
    if by.is_direct and (before.endswith(("，", "■")) or span.outer == begin):
        return is_sentence or (
            length >= _SHORTEST_DIRECT and (is_behind or _NEXT_HAN.match(frame, span.behind) is not None)
        )
    if BEFORE_TERM.search(before[-8:]) or not _NEXT_HAN.match(frame, span.behind):
        return False
    if length < _FEWEST_HAN or not (PREDICATE.search(words)):
        return False
    return is_sentence or "，" in words or not TERM_END.search(words)


def _fits_latin(block: str, frame: str, begin: int, span: Span, by: Attribution) -> bool:
    words = block[span.start : span.end]
    count = len(words.split())
    if by.is_direct and (frame[begin : span.outer].rstrip().endswith((":", ",")) or span.outer == begin):
        return count > 1 or _LATIN_END.search(words) is not None
    if by.is_direct and block[span.end : span.behind].startswith(","):
        return count > 1
    if count < _FEWEST_WORDS or not _NEXT_LATIN.match(frame, span.behind):
        return False
    return not _is_title(words)


def _is_title(words: str) -> bool:
    """Whether every word that may be is written with a capital, as in titles."""
    longer = [word for word in re.findall(r"[^\W\d_][\w'’-]*", words) if word.lower() not in _SMALL_WORDS]
    return len(longer) > 1 and all(word[0].isupper() for word in longer)


def _is_free(block: str, frame: str, begin: int, span: Span) -> bool:
    """Whether words stand like a quotation's with no known verb: a sentence, a comma behind or a colon before."""
    words = block[span.start : span.end]
    if len(words.split()) < _FEWEST_WORDS or not words[:1].isupper() or _is_title(words):
        return False
    is_first = not frame[begin : span.outer].strip()
    has_comma = block[span.end : span.behind].lstrip().startswith(",") or frame[span.behind : span.behind + 1] == ","
    return (has_comma and is_first) or (
        frame[begin : span.outer].rstrip().endswith(":") and _LATIN_END.search(words) is not None
    )
