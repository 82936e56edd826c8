# ruff: noqa: RUF009 (what is called makes a field, not a value)
"""What pages about stories are made of: stories in lists, what reports state, what became of a copied sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broadsheet.views._parts import Line, Words, told


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One story in a list."""

    id: str = told("id of the story, made from its first article")
    path: str = told("path of its page")
    headline: str = told("headline of the report that stands for it")
    language: str | None = told("language tag of that headline")
    lede: str = told("the beginning of that report")
    articles: int = told("how many articles report it")
    outlets: tuple[str, ...] = told("names of the outlets that report it, the first to report first")
    agencies: tuple[str, ...] = told("wire services that reports rest on")
    first: datetime = told("publication of its first report")
    last: datetime = told("publication of its last report")


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What one report states, in its own sentence."""

    article: str = told("id of the article")
    path: str = told("path of the article's page")
    outlet_name: str = told("name of the outlet")
    agency: str | None = told("the wire service the text rests on")
    language: str | None = told("language tag of the text")
    published: datetime = told("publication time of the article")
    words: str = told("the words in question, as printed; of a quotation that is part of a sentence, the sentence")
    speaker: str | None = told("who is quoted, as printed")
    verb: str | None = told("the reporting verb, as printed")
    source: str | None = told("whom the sentence cites, as printed")
    sentence: tuple[Words, ...] = told("the whole sentence as printed, the words in question marked")


@dataclass(frozen=True, slots=True)
class ClaimGroup:
    """Reports that agree with each other."""

    words: str = told("what they state, as the first of them prints it")
    claims: tuple[ClaimLine, ...] = told("the reports")


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """One thing that reports state."""

    kind: str = told("differ, update, pair, agree or single")
    subject: str = told("what it is: what a figure measures, or who is quoted")
    key: str = told("the same as a fixed word: role and unit of a figure, such as duration:hour")
    groups: tuple[ClaimGroup, ...] = told("what is stated, the largest group of reports first")
    is_uncertain: bool = told("whether it is not sure that all the sentences are of one thing", False)


@dataclass(frozen=True, slots=True)
class OnlyPart:
    """What one report alone has."""

    line: Line = told("the article")
    sentences: tuple[str, ...] = told("sentences without a counterpart in any other report, as printed")


@dataclass(frozen=True, slots=True)
class EventPart:
    """Reports of one event of a story."""

    headline: str = told("headline of its first report")
    language: str | None = told("language tag of that headline")
    lines: tuple[Line, ...] = told("its reports in the order of publication")


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One copy of a text."""

    line: Line = told("the article")
    is_base: bool = told("whether the others are held against this one")
    kept: int = told("sentences of the base that it keeps word for word")
    changed: int = told("sentences of the base that it changed")
    cut: int = told("sentences of the base that it leaves out")
    added: int = told("sentences that it alone, or only copies, have")


@dataclass(frozen=True, slots=True)
class FatePart:
    """What one copy made of one sentence."""

    kind: str = told("kept, changed, cut or added; empty where an added sentence does not stand here")
    pieces: tuple[Words, ...] = told("the sentence as this copy has it; what it put in is marked", ())


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence of the base, or one that copies added, with what each copy made of it."""

    words: str | None = told("the sentence of the base; null for an added one")
    fates: tuple[FatePart, ...] = told("one for each copy but the base, in their order")


@dataclass(frozen=True, slots=True)
class PicturePart:
    """A kept picture of a report."""

    picture: str = told("path of the kept bytes")
    alt: str = told("its words: alternative text or caption")
    line: Line = told("the article that shows it")
