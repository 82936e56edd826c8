"""What strangers wrote costs no more than its length: every public text function, on signs that nobody would repeat.

Each function reads each sign repeated to 64,000 characters, in a child that the kernel ends once a sign has used more
processor time than ``BOUND_S``. A function whose work grows with the length stays a long way below that on any
machine; at this length one whose work grows with its square, by an expression or a loop, is far beyond it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from html import escape

import pytest

from broadsheet.addresses.networks import find_address, is_plain, redact
from broadsheet.addresses.picture_proxies import unwrap
from broadsheet.addresses.urls import canonical_url
from broadsheet.edits import Text, compare, is_cut_short
from broadsheet.errors import BroadsheetError
from broadsheet.formats.document import parse_document, parse_foreign
from broadsheet.formats.feeds import find_feed_links, parse_feed, parse_opml
from broadsheet.formats.ledger import parse_line
from broadsheet.html import canonical_body, headline_text, iter_pictures, plain_text
from broadsheet.imaging import measure
from broadsheet.query import parse_query
from broadsheet.render.markdown_body import body_as_markdown
from broadsheet.services.indexes.search import quick_text
from broadsheet.settings import parse_settings
from broadsheet.statements.agencies import find_agency, find_byline, find_dateline
from broadsheet.statements.figures import find_figures
from broadsheet.statements.quotations import find_quotations
from broadsheet.stories.grouping._sketches import sketch_of
from broadsheet.text.charset import decode
from broadsheet.text.dates import parse_date
from broadsheet.text.differences import find_differences
from broadsheet.text.sentences import iter_sentences
from broadsheet.text.words import index_words

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LENGTH = 64_000
BOUND_S = 8
BASE = "https://harbour.example/a/"

Reads = Callable[[str], object]


def drained(found: object) -> object:
    return list(found) if isinstance(found, Iterator) else found


def in_feed(place: str) -> Reads:
    """A feed that is almost well-formed, with the signs in one place of it."""

    def read(signs: str) -> object:
        parts = dict.fromkeys(("head", "title", "attribute", "date", "link", "text", "tail"), "")
        parts[place] = signs
        feed = (
            f'{parts["head"]}<?xml version="1.0"?><rss version="2.0"><channel><title>a & b {parts["title"]}</title>'
            f"<item {parts['attribute']}><title>x</title><guid>1</guid><link>{parts['link']}</link>"
            f"<pubDate>{parts['date']}</pubDate><description>{parts['text']}</description></item></channel></rss>"
            f"{parts['tail']}"
        )
        return parse_feed(feed.encode("utf-8", "replace"), url=BASE)

    return read


def json_feed(signs: str) -> object:
    item = {"id": "1", "content_html": signs, "title": signs, "date_published": signs}
    return parse_feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode())


def outline(signs: str) -> object:
    return parse_opml(f'<opml><body><outline text="{escape(signs)}" xmlUrl="{BASE}&x"/></body></opml>'.encode())


FUNCTIONS: dict[str, Reads] = {
    **{
        f"parse_feed, {place}": in_feed(place)
        for place in ("head", "title", "attribute", "date", "link", "text", "tail")
    },
    "parse_feed, JSON": json_feed,
    "parse_feed, alone": lambda signs: parse_feed(signs.encode("utf-8", "replace"), url=BASE),
    "parse_opml": outline,
    "parse_opml, alone": lambda signs: parse_opml(signs.encode("utf-8", "replace")),
    "find_feed_links": lambda signs: find_feed_links(signs.encode("utf-8", "replace"), url=BASE, content_type=None),
    "canonical_body": lambda signs: canonical_body(signs, base_url=BASE),
    "canonical_body, attributes": lambda signs: canonical_body(
        f'<p><img src="{escape(signs)}" width="{escape(signs)}" srcset="{escape(signs)}">a</p>', base_url=BASE
    ),
    "plain_text": plain_text,
    "iter_pictures": iter_pictures,
    "headline_text": headline_text,
    "quick_text": quick_text,
    "body_as_markdown": body_as_markdown,
    "iter_sentences": iter_sentences,
    "find_quotations": find_quotations,
    "find_figures": find_figures,
    "find_agency": find_agency,
    "find_byline": find_byline,
    "find_dateline": find_dateline,
    "find_differences": lambda signs: find_differences([signs], [signs + "新"]),
    "compare": lambda signs: compare(Text("一", f"<p>{escape(signs)}</p>"), Text("二", f"<p>{escape(signs)}新</p>")),
    "is_cut_short": lambda signs: is_cut_short(signs, signs[:-9]),
    "index_words": index_words,
    "sketch_of": sketch_of,
    "parse_date": parse_date,
    "decode": lambda signs: decode(signs.encode("utf-8", "replace"), http=f"text/html; charset={signs[:2000]}"),
    "measure": lambda signs: measure(b"<svg " + signs.encode("utf-8", "replace")),
    "canonical_url": lambda signs: canonical_url(BASE + signs),
    "unwrap": lambda signs: unwrap("https://res.cloudinary.com/x/image/fetch/" + signs),
    "find_address": find_address,
    "is_plain": is_plain,
    "redact": lambda signs: redact(BASE + signs),
    "parse_query": lambda signs: parse_query(signs[:4000]),
    "parse_document": lambda signs: parse_document(signs.encode("utf-8", "replace")),
    "parse_foreign": lambda signs: parse_foreign(signs.encode("utf-8", "replace")),
    "parse_line": lambda signs: parse_line(signs.encode("utf-8", "replace"), where="x"),
    "parse_settings": lambda signs: parse_settings(signs, where="x"),
}

SIGNS: tuple[str, ...] = (
    " ", "\n", "\t", "\u3000", "\xa0 ", "&", "& ", "&#", "&#0", "&amp", "&lt;", "<", "<<", "</", "<a", "<a ",
    "<a、", "<a [>", "<p>", "<p><b>", "</p>", "<div><p>", "<li>", "<td>", "<!--", "-->", "<![CDATA[", "]]>",
    "<pre>", "<script>", "<script ", "<style>", "<figure>", "<figcaption>", "<img ", "<rp>", "<ruby><rt>", "<?",
    "<?xml ", "<!DOCTYPE ", "<!ENTITY a '", "<item>", "<item ", "<title>", "<a1:title>", "</title", "<svg ",
    "<meta charset=", '"', '"a', "'", "' ", "“", "“a", "”", "「", "『", "‘", "’", "《", "«", "(", "（", ")", "[",
    "【", "{", "}", ".", ". ", "..", "…", "。", "!", "？", ",", "，", "、", ":", "：", ";", "-", "- ", "—", "–",
    "·", "/", "//", "\\", "@", "#", "%", "%2", "=", "= ", "a=", 'a="', "+", "*", "_", "`", "~", "^", "$", "0", "1",
    "9", "1,", "1.", "1 ", "12:", "1-", "年", "月", "日", "1年", "1月1日", "一", "十", "百", "千", "万", "亿",
    "零", "几", "点", "分之", "名", "人", "人 ", "说", "说：", "他说：“", "“甲”说，", "，说“", "记者", "（记者",
    "记者 ", "据", "据新华社", "新华社", "新华社电", "（路透社", "来源：", "[ ", "一·", "·一", "的", "在", "死亡",
    "达到", "超过", "约", "从", "到", "a", "A", "A ", "a ", "Aa ", "A.", "a.", "a-", "Mr. ", "said ", "“a” said ",
    "said “a” ", "X, a pilot, said ", "By ", "by A ", "and ", "of the ", "to ", "http://", "https://a.example/",
    "www.", "/image/fetch/", "../", "Mon, ", "GMT ", "reporting by ", "Copyright (c) ", "corrections, ", "广告 ",
    "ad - ", "share ", "more than ", "killed ", "at least ", "é", "e\u0301", "\u0301", "\x00", "\ufeff", "\u200b",
    "😀", "ー", "가", "א", "|", "| ", "||",
)  # fmt: skip
TAILS = ("", "x&")
NASTIEST = {
    "parse_feed, head": (" ", "\n"), "parse_feed, alone": (" ", "\t"), "parse_opml": (" ",),
    "canonical_body": ("<a、",),
    "iter_pictures": ("<figure>",), "headline_text": ("<!--", "<script>"), "quick_text": ("<!--",),
    "iter_sentences": ("“", "（", "a."), "find_quotations": ("“a” said ", "“"), "find_figures": ("1",),
}  # fmt: skip
"""Those that were found by hand, for every run; all of the table is tried by the slow tests."""


def find_slow(reads: Reads, signs: Iterable[str]) -> str | None:
    """The first sign with which ``reads`` uses up its time, or crashes; None where it reads them all."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            for sign in signs:
                os.write(writing, f"{sign!r} uses too much time\0".encode())
                used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
                resource.setrlimit(resource.RLIMIT_CPU, (int(used) + BOUND_S + 1, resource.RLIM_INFINITY))
                for tail in TAILS:
                    try:
                        drained(reads(sign * (LENGTH // len(sign)) + tail))
                    except BroadsheetError:
                        pass
                    except Exception as error:
                        os.write(writing, f"{sign!r} raises {type(error).__name__}: {error}\0".encode()[:300] + b"\0")
                        os._exit(1)
            os._exit(0)
        finally:
            os._exit(2)
    os.close(writing)
    with open(reading, "rb") as told:
        last = told.read().rstrip(b"\0").rpartition(b"\0")[2]
    _, status = os.waitpid(child, 0)
    return None if status == 0 else last.decode("utf-8", "replace")


@pytest.mark.parametrize("name", NASTIEST)
def test_the_signs_that_once_stalled_a_run(name: str) -> None:
    assert find_slow(FUNCTIONS[name], NASTIEST[name]) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_sign_costs_more_than_its_length(name: str) -> None:
    assert find_slow(FUNCTIONS[name], SIGNS) is None


def test_the_bound_finds_what_grows_with_the_square() -> None:
    def in_every_tail(signs: str) -> object:
        return [sum(1 for _ in signs[place:]) for place in range(len(signs))]

    assert find_slow(in_every_tail, ["a"]) == "'a' uses too much time"
    assert find_slow(lambda _: 1 / 0, ["a"]) == "'a' raises ZeroDivisionError: division by zero"
    assert find_slow(len, ["a", "b"]) is None
