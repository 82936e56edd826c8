"""The annotated paragraphs, a baseline to beat, and how a finder of quotations is judged by them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Found = tuple[str, str | None, str | None]
"""Words, speaker, verb."""

_QUOTED = re.compile('[“「『«„"]\\s*([^“”「」『』«»„"]+?)\\s*[”」』»“"]')
_NOUN = re.compile("([A-Z][\\w.'’-]+(?: [A-Z][\\w.'’-]+)*|[\\u4e00-\\u9fff·]{2,8})")
_SAYING = re.compile("表示|指出|強調|强调|告訴|告诉|寫道|写道|說|说|稱|称|said|told|asked|added|wrote|warned")


@dataclass(frozen=True)
class Paragraph:
    """A text (one or more blocks), its language, and the quotations a person finds in it. ``part``: dev or held."""

    part: str
    language: str
    text: str
    quotations: tuple[Found, ...]


@dataclass(frozen=True)
class Score:
    """How many quotations were right, of those found and of those that are there."""

    right: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found right."""
        return self.right / self.there


def read_gold() -> tuple[Paragraph, ...]:
    """All annotated paragraphs."""
    rows = tomllib.loads((Path(__file__).parent / "gold.toml").read_text("utf-8"))["paragraphs"]
    return tuple(
        Paragraph(
            row["part"],
            row["language"],
            row["text"],
            tuple((q["words"], q.get("speaker"), q.get("verb")) for q in row.get("quotations", ())),
        )
        for row in rows
    )


def judge(
    find: Callable[[str], Iterable[Found]], paragraphs: Sequence[Paragraph], *, only_words: bool = False
) -> Score:
    """A quotation is right where words, speaker and verb are all those of the annotation, or ``only_words`` are."""
    seen = 1 if only_words else 3
    right = found = there = 0
    for paragraph in paragraphs:
        results = list(find(paragraph.text))
        wanted = [quotation[:seen] for quotation in paragraph.quotations]
        right += sum(result[:seen] in wanted for result in results)
        found += len(results)
        there += len(paragraph.quotations)
    return Score(right, found, there)


def find_plainly(text: str) -> Iterator[Found]:
    """The baseline: whatever stands in quotation marks, the nearest noun before it or behind it, the nearest verb."""
    for quoted in _QUOTED.finditer(text):
        before, behind = text[: quoted.start()], text[quoted.end() :]
        nouns = _NOUN.findall(before) or _NOUN.findall(behind)[:1]
        verbs = _SAYING.findall(before)[-1:] or _SAYING.findall(behind)[:1]
        yield quoted[1].rstrip(",，"), nouns[-1] if nouns else None, verbs[0] if verbs else None
