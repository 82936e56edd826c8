"""Who says it in English: “…,” said X · X said: “…” · “…,” X, a pilot, told reporters · X warned that it “…”.

Works on a frame: the block with quoted words filled, so that no word of theirs is taken for a verb or a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadsheet.statements.quotations._attribution import Attribution, Frame
from broadsheet.statements.quotations._marks import Span

FILLED = "■"
_NAME = "□"

_FINITE = (
    "said|says|told|tells|asked|asks|added|adds|wrote|writes|warned|warns|argued|argues|insisted|insists|claimed|"
    "declared|declares|announced|announces|replied|replies|responded|recalled|recalls|explained|explains|admitted|admits|"
    "acknowledged|acknowledges|noted|notes|stated|stressed|stresses|complained|continued|concluded|concludes|"
    "tweeted|posted|shouted|cried|joked|quipped|countered|testified|predicted|promised|pledged|vowed|confirmed|described|"
    "describes|called|urged|suggested|suggests|observed|remarked|commented|boasted|lamented|emphasised|emphasized|"
    "reiterated|conceded|maintained|alleged|recounted|demanded|wondered|exclaimed|dismissed|denounced|condemned|"
    "criticised|criticized|branded|accused"
)
_PARTICIPLES = (
    "saying|adding|warning|telling|calling|describing|writing|insisting|arguing|noting|stressing|claiming|explaining|"
    "asking|declaring|promising|vowing|admitting|branding|denouncing"
)
VERB = re.compile("|".join(rf"{word}\b(?<!\w{word})" for word in f"{_FINITE}|{_PARTICIPLES}".split("|")))
_PARTICIPLE = re.compile(rf"(?:{_PARTICIPLES})$")
_ACCORDING = re.compile(r"\bAccording to\b|(?<=[,;■] )according to\b")

_SIGN = r"[^\s,;:.!?■—–()“”\"]"
_WORD = rf"{_SIGN}+(?:\.(?:{_SIGN}+|(?=\s[A-Z])))*"
_WORDS = re.compile(rf"{_WORD}(?: {_WORD})*")
_ADVERB = (
    r"(?:also|later|then|now|still|once|recently|repeatedly|earlier|previously|simply|just|today|yesterday|already|"
    r"reportedly|\w{3,}ly|has|had|have|would|too|(?:on|late on|early on) \w+day|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"at the time|in response|in turn|in a statement|this week|last \w+)"
)
_TRAILING = re.compile(rf"(?:(?:^|\s+){_ADVERB})+$")
_LEADING = re.compile(
    r"(?:(?:But|And|Yet|Still|So|Now|Then|Later|Instead|Meanwhile|However|Today|Yesterday|with|but|and|while|as|though|"
    r"although|because|where|when|after|On \w+day|Earlier|Nevertheless|Also|that|if)\s+)+"
)
_CUT = re.compile(
    r"\s(?:in|on|at|during|after|before|who|whom|which|whose|when|where|as|while|to|told|with|by|from|about|following|"
    r"adding|speaking|late|early|yesterday|today|that|outside|inside|near|through|via|this|last|earlier|later|for|but|"
    r"and then|is|was|has|had|were|are|■)\b.*$"
)
_KEPT_PART = re.compile(r"\s(?:at|from|with|for|in|on|near) (?:the )?[A-Z]")
_NO_SUBJECT = re.compile(
    r"(?:In|On|At|After|Before|During|For|From|With|By|Asked|Speaking|When|While|As|If|Although|Since|Under|Despite|"
    r"About|Last|This week|To|Of|Like|Without|Writing|Addressing|Citing|Referring|Responding|Later|Earlier|Over|Near|"
    r"Outside|Inside|in|on|at|after|before|during|by|from|to|with|of|for|Yesterday|Today|Once|Until|Among|\w+day)\b|"
    r"(?!Beijing|King|Boeing|Nanjing)\w+ing (?=[a-z])"
)
_VERBAL = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|could|should|may|might|did|does|do|been|be|not|never|because|which|"
    r"that|if|than|so|into|came|went|made|took|there|what|how|why|where|when|whether)\b"
)
_RELATIVE = re.compile(r"(?:who|whose|which|whom)\b")
_APPOSED = re.compile(r"(?:a|an|the|his|her|its|their|one of|[a-z]+ (?:of|at|for)|chief|head|president|director)\b")
_CAPITAL = re.compile(r"\b[A-Z][\w.'’-]*")
_PRONOUN = re.compile(r"(?:he|she|they|it|we|I|one|He|She|They|It|We|One|others|Others)$")
_OBJECT = re.compile(r"(?:[^,.;:!?■]{0,60}?)[:,]?\s*$")
_QUOTED_AS = re.compile(r"\b(?:quoted|cited) ([^,;:■]{2,60}?) as $")
_LONGEST_WORDS = 12


def frame_of(block: str, spans: list[Span]) -> Frame:
    """``block`` with quoted words filled, as long as before."""
    signs = list(block)
    for span in spans:
        filled = _NAME if len(block[span.start : span.end].split()) < 3 else FILLED
        signs[span.outer : span.behind] = filled * (span.behind - span.outer)
    text = "".join(signs)
    return Frame(text, tuple(VERB.finditer(text)))


def attribute(frame: Frame, sentence: tuple[int, int], span: Span) -> Attribution | None:
    """Whose the words of ``span`` are, which stand in ``sentence`` of the frame; None where no verb governs them."""
    begin, end = sentence
    before = _find_before(frame, begin, span.outer)
    if before is not None and before.is_direct:
        return before
    return _find_behind(frame, span.behind, end) or before or _find_at_end(frame.text, span.behind, end)


def find_last_speaker(frame: Frame, sentence: tuple[int, int]) -> tuple[int, int] | None:
    """Who speaks in a sentence without quoted words, where a finite verb of speaking has a subject."""
    begin, end = sentence
    for verb in frame.verbs_in(begin, end):
        if not _PARTICIPLE.match(verb[0]) and (speaker := _subject_before(frame.text, begin, verb.start())):
            return speaker
    return None


def _find_before(frame: Frame, begin: int, outer: int) -> Attribution | None:
    found = _ACCORDING.search(frame.text, begin, outer)
    if found:
        speaker = _noun_behind(frame.text, found.end(), outer, keeps_parts=True)
        if speaker:
            return Attribution(speaker, found.span(), False)
    for verb in reversed(frame.verbs_in(begin, outer)):
        between = frame.text[verb.end() : outer]
        if ";" in between or FILLED in between:
            return None
        is_direct = between.rstrip()[-1:] in (":", ",") or not between.strip()
        quoted = _QUOTED_AS.search(frame.text, begin, verb.start())
        place = quoted.span(1) if quoted else None
        speaker = _noun(frame.text, *place) if place else _subject_before(frame.text, begin, verb.start())
        if speaker is None and _PARTICIPLE.match(verb[0]):
            speaker = _main_subject(frame, begin, verb.start())
        if speaker is not None:
            return Attribution(speaker, verb.span(), is_direct and _is_speaking(between))
    return None


def _is_speaking(between: str) -> bool:
    """Whether what stands between verb and quoted words is at most an address, not a clause of its own."""
    return not re.search(r"\bthat\b|\bthe\b.*\b(?:is|was|were|are|had|has)\b", between)


def _find_behind(frame: Frame, behind: int, end: int) -> Attribution | None:
    """A clause of speaking right behind the quoted words: said X · X said · X, a pilot, said · according to X."""
    start = behind
    while start < end and frame.text[start] in " ,":
        start += 1
    according = _ACCORDING.match(frame.text, start, end)
    if according:
        speaker = _noun_behind(frame.text, according.end(), end, keeps_parts=True)
        return Attribution(speaker, according.span(), True) if speaker else None
    for verb in frame.verbs_in(start, end):
        if verb.start() == start:
            if _PARTICIPLE.match(verb[0]):
                return None
            speaker = _noun_behind(frame.text, verb.end(), end, keeps_parts=False)
            return Attribution(speaker, verb.span(), True) if speaker else None
        if re.compile(r"[;:!?■]\s").search(frame.text, start, verb.start()):
            return None
        if frame.text.startswith(" that ", verb.end()):
            return None
        speaker = _subject_before(frame.text, start, verb.start())
        if speaker and not _PARTICIPLE.match(verb[0]):
            is_first = speaker[0] == start
            return Attribution(speaker, verb.span(), True) if is_first else None
    return None


def _find_at_end(frame: str, behind: int, end: int) -> Attribution | None:
    """An attribution that closes a sentence of which the quoted words are a part: …, the minister said."""
    found = re.compile(rf", ({_WORD}(?: {_WORD}){{0,8}}) ({_FINITE})(?: on \w+day)?[.!?]?$").search(frame, behind, end)
    if found is None:
        return None
    speaker = _subject_before(frame, found.start(1), found.start(2))
    return Attribution(speaker, found.span(2), False) if speaker else None


def _subject_before(frame: str, begin: int, verb: int) -> tuple[int, int] | None:
    """The noun in front of a verb; of a name and its apposition, or a noun and its relative clause, the first."""
    parts = list(_iter_parts(frame, begin, verb))
    while parts:
        start, stop = parts[-1]
        trailing = _TRAILING.search(frame, start, stop)
        stop = trailing.start() if trailing else stop
        if start < stop:
            break
        parts.pop()
    if not parts:
        return None
    text = frame[start:stop]
    if len(parts) > 1:
        head = frame[slice(*parts[-2])]
        is_relative = _RELATIVE.match(text)
        is_apposed = _APPOSED.match(text) and _is_name(head) and not _NO_SUBJECT.match(head)
        if is_relative or is_apposed:
            return _noun(frame, *parts[-2])
    return _noun(frame, start, stop)


def _is_name(text: str) -> bool:
    words = text.split()
    return bool(words) and words[-1][:1].isupper() and len(words) <= 8 and not _VERBAL.search(text)


def _iter_parts(frame: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """The stretches between commas before ``stop``, of the last clause."""
    start = begin
    for sign in re.compile(r"[;:■—–(\[]|(?<=[a-z]{3}[.!?]) ").finditer(frame, begin, stop):
        start = sign.end()
    for part in re.compile("[^,]+").finditer(frame, start, stop):
        first, behind = part.span()
        while first < behind and frame[first] in ' □"”“’‘':
            first += 1
        while behind > first and frame[behind - 1] == " ":
            behind -= 1
        if first < behind or behind == stop:
            yield first, behind


def _noun(frame: str, start: int, stop: int) -> tuple[int, int] | None:
    """The place of a speaker without what leads to it; None where it can be none."""
    lead = _LEADING.match(frame, start, stop)
    start = lead.end() if lead else start
    trailing = _TRAILING.search(frame, start, stop)
    stop = trailing.start() if trailing else stop
    text = frame[start:stop]
    if _PRONOUN.match(text):
        return start, stop
    words = text.split()
    if not words or len(words) > _LONGEST_WORDS or _NO_SUBJECT.match(text) or _VERBAL.search(text) or "■" in text:
        return None
    is_noun = _CAPITAL.search(text) or re.match(
        r"(?:the|a|an|one|his|her|its|their|our|my|another|some|many|most|two)\b", text
    )
    return (start, stop) if is_noun or len(words) <= 3 else None


def _main_subject(frame: Frame, begin: int, participle: int) -> tuple[int, int] | None:
    """The subject of the sentence that a participle (, adding that …) belongs to."""
    for verb in frame.verbs_in(begin, participle):
        speaker = None if _PARTICIPLE.match(verb[0]) else _subject_before(frame.text, begin, verb.start())
        if speaker:
            return speaker
    return None


def _noun_behind(frame: str, start: int, end: int, *, keeps_parts: bool) -> tuple[int, int] | None:
    """The noun behind a verb or "according to", as far as it goes."""
    found = _WORDS.search(frame, start, end)
    if found is None or frame[start : found.start()].strip():
        return None
    first, text = found.start(), found[0]
    if not _CAPITAL.search(text.split(" at ")[0]):
        keeps_parts = True
    cut = _CUT.search(text)
    while cut and keeps_parts and _KEPT_PART.match(text, cut.start()):
        later = _CUT.search(text, cut.start() + 1)
        cut = later
    stop = first + (cut.start() if cut else len(text))
    return _noun(frame, first, stop)
