"""Stories, families of copies, and what reports state: figures, quotations and how they stand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Story:
    """The articles, across outlets, about one happening, in the order of publication (then of id).

    ``id`` is computed from the first article, so that it is the same in every copy of the archive. ``events`` are the
    same articles parted by event: reports of one event, events of one story.
    """

    id: str
    articles: tuple[str, ...]
    events: tuple[tuple[str, ...], ...]
    outlets: tuple[str, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """Which stories: with a report published in the span, with one of ``articles``, of so many outlets or reports.

    Newest report first.
    """

    after: datetime | None = None
    before: datetime | None = None
    articles: frozenset[str] | None = None
    least_outlets: int = 1
    least_articles: int = 1
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Articles whose texts are copies of each other, whole, cut or taken in, in the order of publication."""

    id: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity as a text states it.

    ``words`` are as printed, with unit and with words such as 约, 近, 超过, and stand at ``start`` to ``end`` of the
    block ``block`` (from 0). ``low`` and ``high`` bound what they mean, in ``unit``: hour, person, yuan, percent,
    celsius, metre, kilometre, magnitude, vehicle … (None is open: 超过5人 has no upper bound).
    ``role`` says what is measured, in words that all languages share: dead, injured, missing, aboard, evacuated,
    duration, cost …, or None where that is not sure. ``sentence`` is the whole sentence as printed.
    """

    words: str
    low: float | None
    high: float | None
    unit: str
    role: str | None
    block: int
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in direct speech, without their marks, standing at ``start`` to ``end`` of the block ``block``.

    ``speaker`` is as printed (a name with its title, a pronoun, an office) and ``verb`` the reporting verb as printed;
    None where no rule is sure of them. ``sentence`` is the whole sentence as printed. ``is_fragment``: the words are
    a part of a sentence that is not the speaker's own (克里将敦促北京不要“…”), or what stands about them denies or
    supposes that they were said, so that they mean nothing, or the reverse, without it.
    """

    words: str
    speaker: str | None
    verb: str | None
    block: int
    start: int
    end: int
    sentence: str
    is_fragment: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article states: ``words`` as printed, in ``sentence``, by ``speaker`` where it is a quotation.

    Of a quotation that is but a part of its sentence ``words`` are the whole sentence: what stands about it may turn
    its meaning round. ``source`` is whom the sentence cites (据央视报道, according to the ministry), as printed.
    """

    article: str
    words: str
    sentence: str
    speaker: str | None = None
    verb: str | None = None
    source: str | None = None


COMPARED_KINDS = ("differ", "update", "pair", "agree", "single")
"""What ``Compared.kind`` may be, in the order in which people are told."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that reports state, and whether they agree.

    ``agree``: all state it alike, in whatever words. ``differ``: they cannot all be right. ``update``: a later report
    has a larger toll or a newer state. ``pair``: one quotation in several wordings. ``single``: one report alone.
    ``subject`` names it for people: a role or unit of a figure, or the speaker of a quotation; ``key`` is the role or
    unit as ``Figure`` has it. Claims stand in groups of those that agree, the largest group first. ``is_uncertain``:
    not all of the sentences surely name the same parties and the same happening.
    """

    kind: Literal["agree", "differ", "update", "pair", "single"]
    subject: str
    key: str
    groups: tuple[tuple[Claim, ...], ...]
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who says what in one story: disagreements first. ``only`` maps an article to sentences that it alone reports."""

    figures: tuple[Compared, ...] = ()
    quotations: tuple[Compared, ...] = ()
    dates: tuple[Compared, ...] = ()
    places: tuple[Compared, ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceFate:
    """A sentence of a family's fullest text, and what became of it in each copy, in the family's order of articles.

    ``words`` is None where the sentence is one that only copies have. For each copy: the sentence as it has it (the
    same text where it kept it), None where it cut it.
    """

    words: str | None
    copies: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What comparing needs of one article: its newest text, one block per line, captions left out."""

    article: str
    outlet: str
    headline: str
    text: str
    published: datetime
    agency: str | None = None
    language: str | None = None
