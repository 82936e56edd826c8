"""Canonical bodies: speed beside nh3 alone and lxml_html_clean, and what each leaves of hostile and noisy markup."""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

import nh3

from broadsheet.html import canonical_body
from broadsheet.html._policy import SAFE

_HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说"


def sentence(rng: random.Random, length: int) -> str:
    """About ``length`` Chinese characters with commas and a full stop."""
    words = []
    while length > 0:
        size = min(length, rng.randint(8, 26))
        words.append("".join(rng.choice(_HAN) for _ in range(size)))
        length -= size
    return "，".join(words) + "。"


def article(rng: random.Random, size: int) -> str:
    """About ``size`` bytes of a body as Chinese news sites ship it: styles, spans, links, figures, lists."""
    parts: list[str] = []
    written = n = 0
    while written < size:
        n += 1
        if n % 5 == 2:
            part = (
                f'<figure class="wp-block-image"><img src="https://cdn.example.org/{rng.randrange(10**6)}.jpg?w=1024"'
                f' alt="{sentence(rng, 12)}" width="1024" height="683" srcset="https://cdn.example.org/a-300.jpg 300w,'
                f' https://cdn.example.org/a-768.jpg 768w"/><figcaption>{sentence(rng, 24)}</figcaption></figure>'
            )
        elif n % 7 == 3:
            part = f'<h2 class="t"><strong>{sentence(rng, 14)}</strong></h2>'
        elif n % 9 == 4:
            part = "<ul>" + "".join(f"<li>{sentence(rng, 20)}</li>" for _ in range(3)) + "</ul>"
        else:
            part = (
                f'<p style="text-align:justify">{sentence(rng, 60)}'
                f'<span style="color:black">{sentence(rng, 20)}</span>'
                f'<a href="https://example.org/{rng.randrange(10**6)}?x=1&amp;y=2">{sentence(rng, 8)}</a>'
                f"&nbsp;{sentence(rng, 50)}</p>\n"
            )
        parts.append(part)
        written += len(part.encode())
    return "".join(parts)


_PASTE = (
    '<div class="x"><p style="text-align:justify"><span style="color:black">今<span lang="ZH-CN">天上</span></span>'
    '<span style="color:black">午</span><em> </em>，总&#183;统<strong></strong>表示：<o:p></o:p></p>\n\n'
    '<p>&nbsp;</p><p>  <font size="3">第二段</font><b>粗</b><b>体</b>与<i>斜体</i>&nbsp;&nbsp;文字\n换行接着写</p>'
    "<p>一<br><br>  二</p></div>"
)


def _per_second(work: Callable[[str], str], markup: str, seconds: float) -> float:
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        work(markup)
        times.append(time.perf_counter() - start)
    return 1 / statistics.median(times)


def _ways() -> dict[str, Callable[[str], str]]:
    ways: dict[str, Callable[[str], str]] = {
        "canonical_body (with nh3)": canonical_body,
        "nh3 alone": SAFE.clean,
        "nh3 alone, default settings": nh3.clean,
    }
    try:
        from lxml_html_clean import Cleaner
    except ImportError:
        return ways
    cleaner = Cleaner(style=True, safe_attrs_only=True, remove_unknown_tags=True)
    ways["lxml_html_clean"] = lambda markup: str(cleaner.clean_html(markup))
    return ways


def main(argv: Sequence[str]) -> int:
    """Print articles per second for each way of cleaning; 0 when done."""
    parser = argparse.ArgumentParser(prog="html", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds per figure")
    seconds = parser.parse_args(argv).seconds
    documents = {
        "6 kB article": article(random.Random(1), 6000),
        "60 kB article": article(random.Random(2), 60000),
        "6 kB Word paste": _PASTE * 12,
    }
    print(f"{'':32}" + "".join(f"{name:>26}" for name in documents))
    for name, work in _ways().items():
        row = []
        for markup in documents.values():
            rate = _per_second(work, markup, seconds)
            row.append(f"{rate:10.0f}/s {rate * len(markup.encode()) / 1e6:7.1f} MB/s")
        print(f"{name:32}" + "".join(f"{cell:>26}" for cell in row))
    once = {name: canonical_body(markup) for name, markup in documents.items()}
    again = {name: canonical_body(markup) for name, markup in once.items()}
    print("idempotent:", "yes" if once == again else "NO")
    return 0
