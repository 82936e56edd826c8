"""Edits on pairs of pages of our own making: false ones, and how many true ones are found, beside two peers' rules.

Every pair is two whole HTML pages, extracted as pages on their way into an archive are. The rules of diffengine
(readability's title and summary, compared without white space and punctuation) and of newsdiffs (a parser made for
the site; date, title, byline and text, compared line by line but for the date) are written again after their sources.
Peers know no classes: for them a true edit counts as found if they see any change.
"""

from __future__ import annotations

import argparse
import functools
import html
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence

from lxml import html as lxml_html
from tests.edits.pages import Look, Piece, page_of
from tests.edits.pairs import Pair, all_pairs

from broadsheet.edits import Text, Verdict, compare
from broadsheet.extract import Extraction, extract_page

ADDRESS = "https://news.example/2026/03/07/article-1"
FALSE_MOST = 0.02
FOUND_LEAST = 0.98
JUDGED = ("number", "quote", "negation", "headline")


@functools.cache
def extracted(page: bytes, fast: bool = False) -> Extraction:
    """The article of a page."""
    return extract_page(page, url=ADDRESS, content_type="text/html; charset=utf-8", fast=fast)


def text_of(piece: Piece, look: Look, *, fast: bool = False) -> Text:
    """What of a page is compared."""
    found = extracted(page_of(piece, look), fast)
    return Text(found.headline, found.body, found.byline, found.deck)


def verdict_on(pair: Pair, *, fast: bool = False) -> Verdict:
    """Ours."""
    return compare(text_of(pair.old, pair.old_look, fast=fast), text_of(pair.new, pair.new_look, fast=fast))


# ---- diffengine --------------------------------------------------------------------------------------------------


@functools.cache
def _by_readability(page: bytes) -> tuple[str, str]:
    """Title and fingerprint of the summary."""
    from readability import Document  # type: ignore[import-untyped]

    document = Document(page.decode())
    summary = html.unescape(re.sub(r"<[^<>]*>", "", document.summary(html_partial=True)))
    words = re.sub(r"\s+", "", summary)
    return document.title(), "".join(sign for sign in words if not unicodedata.category(sign).startswith("P"))


def diffengine_sees(pair: Pair) -> bool:
    """Whether diffengine would keep a new version."""
    return _by_readability(page_of(pair.old, pair.old_look)) != _by_readability(page_of(pair.new, pair.new_look))


# ---- newsdiffs ---------------------------------------------------------------------------------------------------


@functools.cache
def _by_site_parser(page: bytes) -> tuple[str, ...]:
    """Title, byline and paragraphs, as a parser written for this site would take them; the date is not compared."""
    tree = lxml_html.fromstring(page)
    texts = tree.xpath("//h1 | //*[contains(@class,'author') or @rel='author']")
    container = tree.xpath("//*[contains(@class,'article-content') or contains(@class,'article-body')]")[0]
    lines = [*texts, *container.iter("p", "li", "h4")]
    return tuple(" ".join(line.text_content().split()) for line in lines)


def newsdiffs_sees(pair: Pair) -> bool:
    """Whether newsdiffs would keep a new version that is not boring."""
    return _by_site_parser(page_of(pair.old, pair.old_look)) != _by_site_parser(page_of(pair.new, pair.new_look))


# ---- the tables --------------------------------------------------------------------------------------------------

Judge = Callable[[Pair], bool]


def _ours_sees(pair: Pair) -> bool:
    verdict = verdict_on(pair)
    return bool(verdict.why or verdict.refused)


def _ours_names(pair: Pair) -> bool:
    return pair.classes <= set(verdict_on(pair).why)


JUDGES: dict[str, tuple[Judge, Judge]] = {
    "broadsheet": (_ours_sees, _ours_names),
    "diffengine": (diffengine_sees, diffengine_sees),
    "newsdiffs": (newsdiffs_sees, newsdiffs_sees),
}
"""Of each: does it see a change, and does it find the one that was made?"""


def false_share(sees: Judge, pairs: Sequence[Pair]) -> float:
    """The share of pairs without a change where one is seen."""
    same = [pair for pair in pairs if not pair.classes]
    return sum(map(sees, same)) / len(same)


def found_shares(finds: Judge, pairs: Sequence[Pair]) -> dict[str, float]:
    """For each kind of edit the share that is found."""
    outcomes = defaultdict[str, list[bool]](list)
    for pair in pairs:
        if pair.classes:
            outcomes[pair.kind].append(finds(pair))
    return {kind: sum(found) / len(found) for kind, found in outcomes.items()}


def print_table(pairs: Sequence[Pair], title: str) -> bool:
    """Print the figures of every judge; whether ours keep to their floors."""
    same = sum(not pair.classes for pair in pairs)
    print(f"\n{title}: {len(pairs)} pairs, {same} without a change")
    shares = {name: found_shares(finds, pairs) for name, (_, finds) in JUDGES.items()}
    false = {name: false_share(sees, pairs) for name, (sees, _) in JUDGES.items()}
    print(f"{'':22}" + "".join(f"{name:>12}" for name in JUDGES))
    print(f"{'false edits':22}" + "".join(f"{false[name]:12.1%}" for name in JUDGES))
    for kind in dict.fromkeys(pair.kind for pair in pairs if not pair.classes):
        of_kind = [pair for pair in pairs if pair.kind == kind]
        by_judge = [false_share(sees, of_kind) for sees, _ in JUDGES.values()]
        print(f"{'  ' + kind:22}" + "".join(f"{share:12.1%}" for share in by_judge))
    for kind in shares["broadsheet"]:
        print(f"{kind + ' found':22}" + "".join(f"{shares[name][kind]:12.1%}" for name in JUDGES))
    ours = shares["broadsheet"]
    return false["broadsheet"] < FALSE_MOST and all(ours[kind] >= FOUND_LEAST for kind in JUDGED)


def _print_misses(pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        verdict = verdict_on(pair)
        if (not pair.classes and (verdict.why or verdict.refused)) or not pair.classes <= set(verdict.why):
            print(f"  {pair.name}: {', '.join(sorted(pair.classes)) or 'no change'}; said {verdict}")


def _print_speed(pairs: Sequence[Pair]) -> None:
    texts = [(text_of(pair.old, pair.old_look), text_of(pair.new, pair.new_look)) for pair in pairs]
    start = time.perf_counter()
    for old, new in texts:
        compare(old, new)
    print(f"\ncomparing alone: {len(texts) / (time.perf_counter() - start):.0f} pairs/s")


def main(argv: Sequence[str]) -> int:
    """Print both halves; 0 where ours keep to their floors in both, else 1."""
    parser = argparse.ArgumentParser(prog="edits", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth pair only")
    parser.add_argument("--misses", action="store_true", help="name the pairs that ours get wrong")
    given = parser.parse_args(argv)
    pairs = all_pairs()[:: given.every]
    halves = {
        "rules were made with these": [pair for pair in pairs if not pair.is_held_back],
        "held back": [pair for pair in pairs if pair.is_held_back],
    }
    good = [print_table(half, title) for title, half in halves.items()]
    if given.misses:
        _print_misses(pairs)
    _print_speed(pairs)
    return 0 if all(good) else 1
