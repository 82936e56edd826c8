"""Page against feed: the fuller text of the same article wins, and the choice says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broadsheet.extract import Extraction, Kind, choose_text

LINES = [f"Sentence number {n} of the article tells something that no other sentence tells." for n in range(12)]
FULL = "".join(f"<p>{line}</p>" for line in LINES)
PAGE = Extraction("https://x.example/1", "Headline", "\n".join(f"<p>{line}</p>" for line in LINES))


def page(lines: int, kind: Kind = "article") -> Extraction:
    return replace(PAGE, body="\n".join(f"<p>{line}</p>" for line in LINES[:lines]), kind=kind, reason="words")


@pytest.mark.parametrize(
    ("extraction", "entry", "source"),
    [
        (PAGE, None, "page"),
        (PAGE, "", "page"),
        (PAGE, f"<p>{LINES[0]}</p>", "page"),
        (PAGE, "<p>Sentence number 0 of the article tells…</p>", "page"),
        (PAGE, "A summary in other words, much shorter than the page.", "page"),
        (PAGE, FULL, "page"),
        (page(3), FULL, "feed"),
        (page(3, "paywall"), FULL, "feed"),
        (page(3, "paywall"), f"<p>{LINES[0]}</p>", "page"),
        (page(3, "error"), f"<p>{LINES[0]}</p>", "feed"),
        (page(0, "consent"), f"<p>{LINES[0]}</p>", "feed"),
        (page(12, "listing"), f"<p>{LINES[0]}</p>", "feed"),
        (None, FULL, "feed"),
        (None, None, "none"),
        (page(3), FULL + "<p>Read more</p>", "page"),
    ],
)
def test_the_fuller_text_wins(extraction: Extraction | None, entry: str | None, source: str) -> None:
    choice = choose_text(extraction, entry)
    assert choice.source == source
    assert choice.why
    assert bool(choice.body) == (source != "none")


def test_a_page_about_something_else_does_not_win() -> None:
    other = replace(PAGE, body="\n".join(f"<p>Advertising text number {n}, wholly unrelated.</p>" for n in range(12)))
    choice = choose_text(other, FULL)
    assert choice.source == "feed"
    assert "another" in choice.why
