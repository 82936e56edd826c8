"""Whether two printed speakers are one, and whom a pronoun means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadsheet.model import Quotation, Report
from broadsheet.stories.comparison._wording import is_han
from broadsheet.text.folding import fold

_PRONOUNS = frozenset(
    re.findall(
        "[^|]+",
        "他|她|它|他们|她们|我|我们|双方|两人|其|有人|声明|公报|报告|记者|作者|he|she|it|they|we|i|one|others|another|"
        "a spokesman|a spokeswoman|a statement|the statement",
    )
)
_OFFICES = re.compile(
    "(?:人|员|长|席|理|统|使|官|师|授|家|者|方|部|局|府|会|社|司|院|相|代表|主任|书记|首相|大臣|教授|特使|发言人|负责人|老板|主管)$"
)
_SIDES = ("方面", "当局", "政府", "官方", "方")
_TITLES = frozenset(re.findall("[a-z]+", "mr mrs ms dr sir president minister prime chief executive the a of and"))
_SHORTEST_SUFFIX = 3
_IN_BOTH = re.compile(r"([\u4e00-\u9fff·]{2,16})\s?[（(]([A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,3})[）)]")


def is_pronoun(speaker: str | None) -> bool:
    """Whether ``speaker`` names nobody."""
    return speaker is None or fold(speaker).strip() in _PRONOUNS


def is_same_speaker(one: str, other: str) -> bool:
    """Whether two printed names, with or without titles, are those of one speaker: 克里, 美国特使约翰·克里."""
    mine, yours = _key(one), _key(other)
    if not mine or not yours or is_han(one) != is_han(other):
        return False
    short, long = sorted((mine, yours), key=len)
    if short == long:
        return True
    if not is_han(one):
        return _is_same_latin(short, long)
    if len(short) >= 2 and long.endswith(short):
        return not _OFFICES.search(short)
    if long.startswith(short):
        return long[len(short) :] in _SIDES
    shared = _shared_end(short, long)
    return len(shared) >= _SHORTEST_SUFFIX and not _OFFICES.search(shared)


def find_bridges(texts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Names that texts print in both scripts, 约翰·克里(John Kerry): the Han one's core and the foreign last name."""
    return frozenset(
        (_core(found[1]), fold(found[2]).split()[-1]) for text in texts for found in _IN_BOTH.finditer(text)
    )


def is_bridged(one: str, other: str, bridges: frozenset[tuple[str, str]]) -> bool:
    """Whether a Han and a foreign printed name are one person's, as some text has them side by side."""
    han, latin = (one, other) if is_han(one) else (other, one)
    if is_han(latin) or not is_han(han) or not fold(latin).split():
        return False
    last = fold(latin).split()[-1]
    return any(last == foreign and len(core) > 1 and _key(han).endswith(core) for core, foreign in bridges)


def resolve(quotation: Quotation, report: Report, names: Iterable[str]) -> str | None:
    """The speaker, a pronoun replaced by the known name that stands last before it; None where none does."""
    if not is_pronoun(quotation.speaker):
        return quotation.speaker
    blocks = report.text.split("\n")
    if quotation.speaker is None or quotation.block >= len(blocks):
        return None
    here = blocks[quotation.block][: max(0, blocks[quotation.block].find(quotation.sentence))]
    before = blocks[quotation.block - 1] if quotation.block else ""
    for text in (here, before):
        folded = fold(text)
        places = [(folded.rfind(_core(name)), len(name), name) for name in names]
        at, _, name = max(places, default=(-1, 0, ""))
        if at >= 0:
            return name
    return None


def _is_same_latin(short: str, long: str) -> bool:
    mine = [word for word in short.split() if word not in _TITLES]
    yours = [word for word in long.split() if word not in _TITLES]
    if not mine or not yours:
        return False
    return mine[-1] == yours[-1] and (len(mine) == 1 or len(yours) == 1 or mine[0] == yours[0])


def _key(name: str) -> str:
    folded = " ".join(fold(re.sub(r"[（(][^（()）]*[）)]", "", name)).split())
    return folded.replace(" ", "") if is_han(name) else folded


def _core(name: str) -> str:
    """The part of a name that texts repeat: the last word of a foreign name, the name without its title."""
    folded = " ".join(fold(re.sub(r"[（(][^（()）]*[）)]", "", name)).split())
    last = folded.split()[-1] if folded else "\0"
    return last if not is_han(name) or len(last) <= _SHORTEST_SUFFIX else last[-_SHORTEST_SUFFIX:]


def _shared_end(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return one[len(one) - length :]
