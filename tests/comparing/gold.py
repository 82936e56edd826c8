"""The hand-marked stories, and how a comparison of their reports is judged by the marks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from broadsheet.model import Compared, Comparison, Report
from broadsheet.statements.figures import find_figures
from broadsheet.statements.quotations import find_quotations
from broadsheet.stories.comparison import compare_reports

KINDS = ("differ", "update", "agree", "pair")

Mark = tuple[str, str]
"""A report's letter and words that stand in it."""

_HEAD = re.compile(r"^== (\w) · (.+?) · (.+?) · (.+)$", re.MULTILINE)
_SIGNS = re.compile(r"[\s，。、：；“”‘’「」『』,.;:!?\"']+")


@dataclass(frozen=True)
class Label:
    """What a person finds in a story: ``groups`` of marks that agree, and how the groups stand to each other."""

    kind: str
    groups: tuple[tuple[Mark, ...], ...]


@dataclass(frozen=True)
class MarkedStory:
    """A story's reports and labels. ``part`` is dev or held."""

    name: str
    part: str
    reports: tuple[Report, ...]
    families: tuple[frozenset[str], ...]
    labels: tuple[Label, ...]


@dataclass
class Score:
    """Of one kind: how many were shown, how many of them are true, how many labels there are and are found."""

    shown: int = 0
    true: int = 0
    there: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was shown that is true; 1 where nothing was."""
        return self.true / self.shown if self.shown else 1.0

    @property
    def recall(self) -> float:
        """The share of the labels that was shown."""
        return self.found / self.there if self.there else 1.0


def read_stories() -> tuple[MarkedStory, ...]:
    """All marked stories; ValueError where a label's words do not stand in its report."""
    rows = tomllib.loads((Path(__file__).parent / "stories.toml").read_text("utf-8"))["story"]
    return tuple(_read_story(row) for row in rows)


def compare(story: MarkedStory, *, careful: bool = False) -> Comparison:
    """What readers are shown of the story: with ``careful`` what is surely of one thing, else all."""
    figures = [find_figures(report.text) for report in story.reports]
    quotations = [find_quotations(report.text) for report in story.reports]
    return compare_reports(story.reports, figures, quotations, story.families, careful=careful)


def judge(stories: Sequence[MarkedStory], comparing: Callable[[MarkedStory], Comparison] = compare) -> dict[str, Score]:
    """The score of each of ``KINDS`` over the stories."""
    scores = {kind: Score() for kind in KINDS}
    for story in stories:
        shown = list(_iter_shown(comparing(story)))
        for label in story.labels:
            score = scores[label.kind]
            score.there += 1
            if any(one.kind == label.kind and is_true(one, label) for one in shown):
                score.found += 1
            else:
                score.missed.append(f"{story.name}: {_show_label(label)}")
        for one in shown:
            score = scores[one.kind]
            score.shown += 1
            if any(is_true(one, label) for label in story.labels):
                score.true += 1
            else:
                score.wrong.append(f"{story.name}: [{one.key}] {_show(one)}")
    return scores


def is_true(shown: Compared, label: Label) -> bool:
    """Whether what is shown says what the label says, of two reports at least, and nothing else.

    Groups that a label parts may be shown in part; what it joins may not be shown parted. An agreement is true of any
    two marks of one group, whatever else the label says.
    """
    places = [[_place_of(claim.article, claim.words, label) for claim in group] for group in shown.groups]
    if any(place is None for group in places for place in group) or any(len(set(group)) > 1 for group in places):
        return False
    heads = [group[0] for group in places if group]
    if shown.kind in ("agree", "pair"):
        return (shown.kind == "pair") == (label.kind == "pair") and len(set(heads)) == 1
    return shown.kind == label.kind and len(heads) > 1 and all(one != other for one, other in combinations(heads, 2))


def _place_of(article: str, words: str, label: Label) -> int | None:
    """The group of the label in which the words stand."""
    plain = _SIGNS.sub("", words).lower()
    for at, group in enumerate(label.groups):
        for letter, marked in group:
            mark = _SIGNS.sub("", marked).lower()
            if letter == article and (mark in plain or plain in mark):
                return at
    return None


def _iter_shown(comparison: Comparison) -> Iterator[Compared]:
    for compared in (*comparison.figures, *comparison.dates, *comparison.places):
        if compared.kind in KINDS and not (compared.kind == "agree" and compared.key.startswith(("date:", "place:"))):
            yield compared
    for compared in comparison.quotations:
        if compared.kind in ("agree", "pair"):
            yield replace(compared, kind="pair")


def _show(one: Compared) -> str:
    return " | ".join(" = ".join(f"{claim.article} {claim.words}" for claim in group) for group in one.groups)


def _show_label(label: Label) -> str:
    return " | ".join(" = ".join(" ".join(mark) for mark in group) for group in label.groups)


def _read_story(row: dict[str, object]) -> MarkedStory:
    reports = tuple(_iter_reports(str(row["text"])))
    texts = {report.article: report.text for report in reports}
    labels = tuple(_read_label(kind, line, texts, str(row["name"])) for kind in KINDS for line in _lines(row.get(kind)))
    families = tuple(frozenset(letters) for letters in _lines(row.get("families")))
    return MarkedStory(str(row["name"]), str(row["part"]), reports, families, labels)


def _lines(value: object) -> list[str]:
    return [str(line) for line in value] if isinstance(value, list) else []


def _iter_reports(text: str) -> Iterator[Report]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        article, outlet, instant, headline = head.groups()
        published = datetime.strptime(instant, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        yield Report(article, outlet, headline, text[head.end() : end].strip(), published)


def _read_label(kind: str, line: str, texts: dict[str, str], name: str) -> Label:
    groups = tuple(
        tuple(_read_mark(mark, texts, name) for mark in group.split(" = ")) for group in re.split(r" [|>] ", line)
    )
    return Label(kind, groups)


def _read_mark(mark: str, texts: dict[str, str], name: str) -> Mark:
    letter, _, words = mark.strip().partition(" ")
    if words not in texts.get(letter, ""):
        raise ValueError(f"{name}: report {letter} does not have the words {words!r}; correct the label or the text")
    return letter, words
