"""Static search: what the search of a static site finds in Chromium, beside a plain scan, and how much it loads.

The index is of `--articles` texts, made up sign by sign from the statistics of `--corpus` (a folder of tars of
documents, else made-up sentences). Every answer is compared with a scan of the texts: the newest twenty articles that
have the words.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.search._corpus import QUESTIONS, read_base
from broadsheet.adapters.site_folder import SiteFolder
from broadsheet.render.assets import asset_addresses, read_static, read_templates
from broadsheet.render.to_html import HtmlRenderer, Look
from broadsheet.services.publish.site_cards import Card, iter_passages, wrap
from broadsheet.services.publish.site_forms import ASSETS
from broadsheet.services.publish.site_places import article_base
from broadsheet.services.publish.site_search import (
    ARTICLES_AT_A_TIME,
    RowsMade,
    RowsWork,
    Segment,
    ShardsWork,
    count_months,
    days_file,
    fold_files,
    index_file,
    make_rows,
    make_shards,
    segments_of,
    shard_bits,
)
from broadsheet.text.folding import fold
from broadsheet.views.page import SearchPage

MEDIAN_KB, P95_KB = 60, 300
_START_S = 1_600_000_000
_STEP_S = 900
_ASKED = ("one", "two", "three", "four", "frequent", "traditional")


def main(argv: Sequence[str] = ()) -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks static_search", description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000, help="how many (5,000)")
    parser.add_argument("--corpus", type=Path, help="documents whose signs the texts follow")
    parser.add_argument("--questions", type=int, default=30, help="questions of each kind (30)")
    parser.add_argument("--keep", type=Path, help="where the site is made, or already stands")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        return measure(options.keep or Path(scratch), options.corpus, options.articles, options.questions)


def measure(root: Path, corpus: Path | None, articles: int, count: int) -> int:
    """Make an index, ask it, and print what was found and what it cost."""
    site = root / "site"
    make_text = _text_maker(corpus)
    questions = _choose_questions(make_text, count)
    began, busy = time.monotonic(), time.process_time()
    expected = _make_searched(site, make_text, articles, questions)
    files = [path.stat().st_size for path in (site / "search").rglob("*.js")]
    print(
        f"{articles:,} articles: {len(files):,} files of the index, {sum(files) / 1e6:,.1f} MB, "
        f"{time.monotonic() - began:,.0f} s ({time.process_time() - busy:,.0f} s of processor, making texts included)"
    )
    print(
        "kind              questions   hits (median)   recall   precision   kB for the first 20: median    p95    most"
    )
    everything: list[float] = []
    missed = 0
    with _browser() as tab, _serving(site) as address:
        for kind, asked in questions.items():
            found = [_ask(tab, address, question, expected[question]) for question in asked]
            weights = [one[2] for one in found]
            everything += weights
            recall, precision = (statistics.mean(one[at] for one in found) for at in (0, 1))
            missed += recall < 1 or precision < 1
            hits = statistics.median(expected[question][0] for question in asked)
            print(
                f"{kind:17} {len(asked):9} {hits:15,.0f} {recall:8.3f} {precision:11.3f} {_spread(weights)}", flush=True
            )
    print(f"{'all':17} {len(everything):9} {'':36} {_spread(everything)}")
    median, p95 = statistics.median(everything), statistics.quantiles(everything, n=20)[-1]
    return int(missed > 0 or median > MEDIAN_KB or p95 > P95_KB)


def _spread(weights: Sequence[float]) -> str:
    p95 = statistics.quantiles(weights, n=20)[-1] if len(weights) > 1 else weights[0]
    return f"{statistics.median(weights):28.1f} {p95:6.1f} {max(weights):7.1f}"


def _text_maker(corpus: Path | None) -> Callable[[int], tuple[str, str]]:
    """Number -> headline and text: signs that follow each other as they do in the corpus, two of them deciding."""
    learnt: dict[str, list[str]] = {}
    starts: list[str] = []
    for line in (line for one in read_base(corpus) for line in one["paragraphs"] if len(line) > 10):
        starts.append(line[:2])
        for at in range(len(line) - 2):
            learnt.setdefault(line[at : at + 2], []).append(line[at + 2])
        learnt.setdefault(line[-2:], []).append("\n")

    def make(number: int) -> tuple[str, str]:
        chance = random.Random(number)
        size = int(chance.lognormvariate(6.9, 0.5))
        signs: list[str] = []
        state = ""
        while len(signs) < size:
            if not state:
                state = chance.choice(starts)
                signs += state
            sign = chance.choice(learnt[state])
            signs.append(sign)
            state = "" if sign == "\n" else state[1] + sign
        text = "".join(signs).strip("\n")
        headline, _, rest = text.partition("\n")
        return headline[:24], rest or headline

    return make


def _choose_questions(make_text: Callable[[int], tuple[str, str]], count: int) -> dict[str, list[str]]:
    """Words that people search for, the most common pairs of signs, and stretches of texts of the kind."""
    chance = random.Random(7)
    runs = [run for number in range(-300, 0) for run in re.findall("[\u3400-\u9fff]+", make_text(number)[1])]
    pairs = Counter(run[at : at + 2] for run in runs for at in range(len(run) - 1))
    found = {name: QUESTIONS[name].split()[:count] for name in _ASKED}
    found["commonest pairs"] = [pair for pair, _ in pairs.most_common(count)]
    for length in (1, 2, 3, 4, 7):
        long = [run for run in runs if len(run) >= length]
        chosen: dict[str, None] = {}
        while len(chosen) < count:
            run = chance.choice(long)
            at = chance.randrange(len(run) - length + 1)
            chosen[run[at : at + length]] = None
        found[f"any {length} signs"] = list(chosen)
    return found


def _make_searched(
    site: Path, make_text: Callable[[int], tuple[str, str]], articles: int, questions: dict[str, list[str]]
) -> dict[str, tuple[int, list[str]]]:
    """A site of nothing but a search; for each question how many articles have it, and the newest twenty of them."""
    asked = {question: fold(question) for some in questions.values() for question in some}
    hits: dict[str, list[str]] = {question: [] for question in asked}
    folder = SiteFolder(site)
    ids = []
    is_made = (site / "search" / "index.js").exists()
    for number in range(articles):
        headline, text = make_text(number)
        article = f"outlet{number % 5}/{number:07d}"
        ids.append(article)
        whole = fold(f"{headline}\n{text}")
        for question, words in asked.items():
            if words in whole:
                hits[question].append(article)
        if is_made:
            continue
        card = Card(article, headline, f"outlet{number % 5}", _START_S + number * _STEP_S, True, "zh", "", "", ())
        for at, passage in enumerate(iter_passages(text), 1):
            content = wrap(replace(card, passage=passage).to_json())
            folder.write(f"{article_base(article)}.{at}.js", content)
    if not is_made:
        _make_index(folder, ids)
    return {question: (len(found), found[-20:]) for question, found in hits.items()}


def _make_index(folder: SiteFolder, ids: Sequence[str]) -> None:
    seconds = [_START_S + number * _STEP_S for number in range(len(ids))]
    segments = segments_of(count_months(seconds, _month), _month(seconds[-1]))
    told, signs, first = [], set[str](), 0
    for segment in segments:
        mine = slice(first, first + segment.articles)
        bits, occurring = _make_segment(folder, segment, ids[mine], seconds[mine])
        told.append((segment, bits, "0"))
        signs |= occurring
        first += segment.articles
    for name, content in (
        *fold_files(sorted(signs)),
        index_file(told, [(f"outlet{at}", f"outlet{at}") for at in range(5)], [], "0"),
    ):
        folder.write(name, content)
    for name, (content, _) in read_static().items():
        folder.write(f"static/{name}", content)
    page = SearchPage("search", "x", None, "UTC", "", "newest", None, None, 0, (), (), (), None, None)
    assets = {short: address.lstrip("/") for short, address in asset_addresses(ASSETS).items()}
    html = HtmlRenderer(read_templates()).render(page, Look("en", assets, True, True, "", ()))
    folder.write("search.html", html.encode())


def _make_segment(
    folder: SiteFolder, segment: Segment, ids: Sequence[str], seconds: Sequence[int]
) -> tuple[tuple[int, int], set[str]]:
    with tempfile.TemporaryDirectory() as name:
        scratch, made = Path(name), list[RowsMade]()
        for start in range(0, len(ids), ARTICLES_AT_A_TIME):
            part = tuple(ids[start : start + ARTICLES_AT_A_TIME])
            rows, files = make_rows(RowsWork(segment, start, part, scratch), folder)
            made.append(rows)
            for path, content in files:
                folder.write(path, content)
        bits = shard_bits(segment, made)
        for part_number in range(1 << segment.parts):
            for path, content in make_shards(ShardsWork(segment, part_number, bits, scratch)):
                folder.write(path, content)
        folder.write(*days_file(segment, seconds))
    return bits, {sign for rows in made for sign in rows.occurring}


def _month(second: int) -> str:
    return time.strftime("%Y-%m", time.gmtime(second))


class _browser:
    """A tab of Chromium."""

    def __enter__(self) -> Any:
        from playwright.sync_api import sync_playwright

        found = shutil.which("chromium") or shutil.which("chromium-browser")
        if found is None:
            raise SystemExit("chromium is not here: apt-get install chromium")
        self._playwright = sync_playwright().start()
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._chromium = self._playwright.chromium.launch(executable_path=found, args=flags)
        return self._chromium.new_page()

    def __exit__(self, *_: object) -> None:
        self._chromium.close()
        self._playwright.stop()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _serving:
    """A plain web server for a folder, below a path."""

    def __init__(self, site: Path) -> None:
        show = functools.partial(_Quiet, directory=str(site.parent))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), show)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/site"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _ask(tab: Any, address: str, question: str, expected: tuple[int, list[str]]) -> tuple[float, float, float]:
    """Recall and precision of the first twenty, the newest, and the kilobytes they cost."""
    tab.goto(f"{address}/search.html?q={quote(question)}")
    tab.wait_for_selector("#found[data-state]", state="attached", timeout=120_000)
    links = tab.eval_on_selector_all("#found a.head", "found => found.map(one => one.getAttribute('href'))")
    found = {"/".join((link.split("/")[1], link.rpartition("/")[2][:-5])) for link in links}
    wanted = set(expected[1])
    right = len(found & wanted)
    loaded = float(tab.locator("#found").get_attribute("data-loaded")) / 1000
    return right / len(wanted) if wanted else 1.0, right / len(found) if found else float(not wanted), loaded


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
