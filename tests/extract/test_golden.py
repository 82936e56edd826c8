"""Golden pages: made-up pages in the manner of many outlets, and exactly what must be taken from them.

Each folder under ``pages`` holds ``page.html`` (bytes as a server sent them), ``about.json`` (address, content type and
the facts expected) and ``body.html`` (the canonical body; absent where the page is no article).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.extract import Extraction, extract_page
from broadsheet.html import canonical_body, plain_text

PAGES = sorted(folder for folder in (Path(__file__).parent / "pages").iterdir() if folder.is_dir())
FLOOR = 1.0
"""The least mean F of the text on these pages. It is lowered only with a line in the changelog."""


def extraction_of(folder: Path, *, fast: bool = False) -> tuple[Extraction, dict[str, Any], str]:
    about = json.loads((folder / "about.json").read_text("utf-8"))
    page = (folder / "page.html").read_bytes()
    found = extract_page(page, url=about["url"], content_type=about["content_type"], fast=fast)
    body = folder / "body.html"
    return found, about["expected"], body.read_text("utf-8").removesuffix("\n") if body.exists() else ""


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_page_gives_what_is_expected(folder: Path) -> None:
    found, expected, body = extraction_of(folder)
    facts = {
        "kind": found.kind,
        "headline": found.headline,
        "deck": found.deck,
        "byline": found.byline,
        "dateline": found.dateline,
        "section": found.section,
        "agency": found.agency.name if found.agency else None,
        "published": found.published.isoformat() if found.published else None,
        "published_source": found.published_source,
        "updated": found.updated.isoformat() if found.updated else None,
        "language": found.language,
        "canonical_url": found.canonical_url,
        "next_page_url": found.next_page_url,
        "lead_picture": found.lead_picture.url if found.lead_picture else None,
        "pictures": [[picture.url, picture.caption] for picture in found.pictures],
    }
    assert facts == expected
    assert found.body == body


def _grams(text: str) -> Iterator[str]:
    letters = "".join(char for char in text if char.isalnum())
    return (letters[n : n + 4] for n in range(max(1, len(letters) - 3)))


def f_of(found: str, wanted: str) -> float:
    """F of one text against another over runs of four letters."""
    ours, theirs = list(_grams(found)), list(_grams(wanted))
    shared = sum(min(ours.count(gram), theirs.count(gram)) for gram in set(theirs))
    return 2 * shared / (len(ours) + len(theirs))


@pytest.mark.parametrize(("fast", "floor"), [(False, FLOOR), (True, 0.97)])
def test_text_quality_does_not_sink(fast: bool, floor: float) -> None:
    scores = []
    for folder in PAGES:
        if (folder / "body.html").exists():
            found, _, body = extraction_of(folder, fast=fast)
            scores.append(f_of(plain_text(found.body), plain_text(body)))
    assert sum(scores) / len(scores) >= floor


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_bodies_are_canonical(folder: Path) -> None:
    found, _, _ = extraction_of(folder)
    assert canonical_body(found.body) == found.body
    assert "alert(1)" not in found.body.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
