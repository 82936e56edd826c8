"""Articles from pages: how much of what must be taken is taken, beside trafilatura and readability, and how fast.

``segments`` scores the pages of ``../shared/pages/extraction-cases.tar.xz``: passages that must be in the text and
passages that must not. Speed is pages per second of processor time on one core. ``dates`` scores publication days on
the same pages beside htmldate. Captions are left out of our text, since the passages know none.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tarfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from broadsheet.errors import ExtractError
from broadsheet.extract import Extraction, extract_page
from broadsheet.html import plain_text
from broadsheet.text.charset import decode

CASES = Path(__file__).resolve().parents[2] / "shared" / "pages" / "extraction-cases.tar.xz"


@dataclass(frozen=True)
class Case:
    """A page, its address, and what its annotators say of it."""

    url: str
    page: bytes
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    day: str | None


def load_cases(path: Path) -> list[Case]:
    """The annotated pages of the archive at ``path``."""
    files: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                files[member.name.split("/", 1)[1]] = file.read()
    told: dict[str, dict[str, Any]] = json.loads(files["cases.json"])
    return [
        Case(
            key if key.startswith("http") else "https://www.example.org/2020/article.html",
            files[f"pages/{about['file']}"],
            tuple(_folded(text) for text in about["with"][:6]),
            tuple(_folded(text) for text in about["without"][:6]),
            _day(about.get("date")),
        )
        for key, about in told.items()
    ]


def _day(text: str | None) -> str | None:
    """An annotated day as ISO 8601; a month above twelve shows that day and month were swapped in writing it down."""
    if not text:
        return None
    year, month, day = (int(part) for part in text.split("-"))
    month, day = (day, month) if month > 12 else (month, day)
    return f"{year}-{month:02}-{day:02}"


def _days(found: Extraction, case: Case) -> set[str]:
    """The days that count as the one we found: as the page writes it, and in UTC.

    Annotators took down the printed, local day. Where a page states an instant in UTC and names no zone of its own,
    the day in its address counts as well if it is that instant's day in some zone of the world.
    """
    if found.published is None:
        return set()
    days = {found.published.date().isoformat(), (found.published_words or "").strip()[:10]}
    printed = re.search(r"/((?:19|20)\d\d)/(\d\d)/(\d\d)/", case.url)
    if printed and re.search(r"(?:Z|[+]00:?00)$", found.published_words or ""):
        local = {(found.published + timedelta(hours=hours)).date().isoformat() for hours in (-12, 14)}
        days |= local & {"-".join(printed.groups())}
    return days


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\u200b", "")).strip()


def ours(fast: bool) -> Callable[[Case], str]:
    """Our text without captions; empty where we find no article."""

    def take(case: Case) -> str:
        try:
            body = extract_page(case.page, url=case.url, fast=fast).body
        except ExtractError:
            return ""
        return plain_text(re.sub(r"<figcaption>.*?</figcaption>", "", body))

    return take


def _ways() -> Iterator[tuple[str, Callable[[Case], str]]]:
    yield "broadsheet", ours(False)
    yield "broadsheet, fast", ours(True)
    import trafilatura

    modes: dict[str, dict[str, bool]] = {
        "default": {},
        "fast": {"fast": True},
        "precision": {"favor_precision": True},
        "recall": {"favor_recall": True},
    }

    def mode(options: dict[str, bool]) -> Callable[[Case], str]:
        return lambda case: (
            trafilatura.extract(decode(case.page).text, url=case.url, include_comments=False, **options) or ""  # type: ignore[arg-type]
        )

    for name, options in modes.items():
        yield f"trafilatura {name}", mode(options)
    yield "readability-lxml", _readability


def _readability(case: Case) -> str:
    from lxml import html
    from readability import Document  # type: ignore[import-untyped]

    summary: str = Document(decode(case.page).text, url=case.url).summary(html_partial=True)
    return str(html.fromstring(summary).text_content()) if summary.strip() else ""


def segments(cases: Sequence[Case]) -> None:
    """Print F1, precision, recall and speed of every way."""
    print(f"{len(cases)} pages, {sum(len(case.page) for case in cases) / 1e6:.0f} MB")
    print(f"{'':24}{'F1':>8}{'P':>8}{'R':>8}{'pages/s':>9}{'p95 ms':>8}")
    for name, take in _ways():
        hits = misses = noise = 0
        spent = []
        for case in cases:
            start = time.process_time()
            text = _folded(_guarded(take, case))
            spent.append(time.process_time() - start)
            hits += sum(passage in text for passage in case.wanted)
            misses += sum(passage not in text for passage in case.wanted)
            noise += sum(passage in text for passage in case.unwanted)
        precision, recall = hits / (hits + noise), hits / (hits + misses)
        f1 = 2 * precision * recall / (precision + recall)
        p95 = statistics.quantiles(spent, n=20)[-1] * 1000 if len(spent) > 1 else 0.0
        print(f"{name:24}{f1:8.4f}{precision:8.4f}{recall:8.4f}{len(spent) / sum(spent):9.1f}{p95:8.0f}", flush=True)


def _guarded(take: Callable[[Case], str], case: Case) -> str:
    try:
        return take(case)
    except Exception as error:  # a peer that fails on a page has no text for it
        print(f"  {case.url}: {type(error).__name__}")
        return ""


def dates(cases: Sequence[Case]) -> None:
    """Print how often the day of publication is right, as an instant or as printed."""
    from htmldate import find_date

    dated = [case for case in cases if case.day]
    right = theirs = 0
    for case in dated:
        try:
            found = extract_page(case.page, url=case.url)
        except ExtractError:
            found = None
        if found is not None:
            right += case.day in _days(found, case)
        try:
            theirs += find_date(decode(case.page).text, url=case.url, original_date=True) == case.day
        except (ValueError, TypeError):
            continue
    shares = f"broadsheet {right / len(dated):.3f}, htmldate {theirs / len(dated):.3f}"
    print(f"day right on {len(dated)} dated pages: {shares}")


def main(argv: Sequence[str]) -> int:
    """Print the tables asked for; 0 when done, 1 where the pages are not there."""
    parser = argparse.ArgumentParser(prog="extract", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("segments", "dates", "all"), default="all")
    parser.add_argument("--cases", type=Path, default=CASES, help="the archive of annotated pages")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth page only")
    given = parser.parse_args(argv)
    if not given.cases.exists():
        print(f"the annotated pages are not here: {given.cases}")
        return 1
    warnings.simplefilter("ignore")
    cases = load_cases(given.cases)[:: given.every]
    if given.what in ("segments", "all"):
        segments(cases)
    if given.what in ("dates", "all"):
        dates(cases)
    return 0
