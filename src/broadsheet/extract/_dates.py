"""When an article was published and updated, and which part of the page says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from lxml.html import HtmlElement

from broadsheet.extract._facts import Facts
from broadsheet.extract._page import Page, Run, is_noisy
from broadsheet.text.dates import parse_date

DateSource = Literal["recipe", "json-ld", "open graph", "meta", "time", "text", "url", "htmldate"]

_META_NAMES: Final = [
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "published_date",
    "published",
    "datepublished",
    "date_published",
    "dc.date.issued",
    "dcterms.created",
    "article.published",
    "cxenseparse:recs:publishtime",
    "originalpublicationdate",
    "weibo:article:create_at",
    "apub:time",
    "rnews:datepublished",
]
_VAGUE_META_NAMES: Final = ["dc.date", "dcterms.date", "date", "displaydate", "timestamp", "created"]
"""Names that some sites give to the day of the last change."""


@dataclass(frozen=True, slots=True)
class Found:
    """An instant, the part of the page that says it, and its words."""

    instant: datetime
    source: DateSource
    words: str


def find_published(page: Page, facts: Facts, first: int | None, *, thorough: bool) -> Found | None:
    """When the article was published. ``first`` is the index of its first run; ``thorough`` asks htmldate at last."""
    linked = facts.linked("datePublished", "dateCreated", "uploadDate")
    graph = facts.meta("article:published_time", "og:article:published_time", "article:published")
    found = _declared([(linked, "json-ld"), (graph, "open graph")], page.chinese)
    return (
        found
        or _declared([(facts.metas.get(name), "meta") for name in _META_NAMES], page.chinese)
        or _from_microdata(page)
        or _declared([(facts.metas.get(name), "meta") for name in _VAGUE_META_NAMES], page.chinese)
        or _from_time(page)
        or _from_head(page, first)
        or _from_url(page.url)
        or _from_start(page, first)
        or _from_label(page)
        or (_ask_htmldate(page) if thorough else None)
    )


def _declared(candidates: list[tuple[str | None, DateSource]], chinese: bool) -> Found | None:
    for text, source in candidates:
        found = _read(text, chinese)
        if found is not None:
            return Found(found, source, str(text))
    return None


def find_updated(page: Page, facts: Facts, published: datetime | None) -> datetime | None:
    """When the text was last changed, if the page says so and it is after publication."""
    for text in (
        facts.linked("dateModified"),
        facts.meta("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified"),
    ):
        found = _read(text, page.chinese)
        if found is not None and (published is None or found > published):
            return found
    return None


def _read(text: str | None, chinese: bool) -> datetime | None:
    return parse_date(text, chinese=chinese) if text and len(text) < 120 else None


def _from_microdata(page: Page) -> Found | None:
    """The first element marked as the date of publication (schema.org microdata, or ``pubdate`` of early HTML 5)."""
    for element in page.body.iter("time", "span", "div", "p", "abbr", "meta", "em", "i", "li", "td", "a"):
        if element.get("itemprop") in ("datePublished", "dateCreated") or element.get("pubdate") is not None:
            marked = element.get("content") or element.get("datetime") or "".join(element.itertext())
            found = _read(" ".join(marked.split()), page.chinese)
            if found is not None:
                return Found(found, "time", marked)
    return None


def _from_time(page: Page) -> Found | None:
    """The first ``<time>`` that stands in the article's head, not in a list of others."""
    for element in page.body.iter("time"):
        if any(parent.tag in _ASIDE or is_noisy_list(parent) for parent in element.iterancestors()):
            continue
        for value in (element.get("datetime"), "".join(element.itertext())):
            found = _read(" ".join((value or "").split()), page.chinese)
            if found is not None:
                return Found(found, "time", str(value))
    return None


def is_noisy_list(element: HtmlElement) -> bool:
    """Whether the element holds other articles, whose dates are not this one's."""
    return is_noisy(element) and sum(1 for _ in element.iter("time")) > 1


_ASIDE = ("aside", "nav", "footer", "form")

_MONTH = (
    r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|janv|févr|mars|avr|juin|juil|août|ene|abr|ago|dic"
    r"|gen|mag|giu|lug|set|ott)[\w.]{0,8}"
)
_CHINESE_CLOCK = (
    r"(?:凌晨|早上|上午|中午|下午|晚上|晚間|晚间)?\s*\d{1,2}\s*[:：时時点點]\s*\d{1,2}(?:\s*[:：分]\s*\d{1,2})?"
)
_DATE_IN_TEXT: Final = re.compile(
    rf"""(?ix)
      (?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日 (?:\s*(?:星期.|周.|週.))? (?:\s*{_CHINESE_CLOCK})?
    | (?:19|20)\d\d([-/.])\d{{1,2}}\1\d{{1,2}} (?:[\sT]+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?
    | \b\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{_MONTH})\s?(?:19|20)\d\d (?:[\s,|–-]+(?:um\s)?\d{{1,2}}[:.]\d{{2}})?
    | \b\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?{_MONTH}\s+(?:de\s+)?,?\s*(?:19|20)\d\d
    | \b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d
      (?:[\s,|–-]+(?:at\s)?\d{{1,2}}:\d{{2}}(?:\s?[ap]\.?m\.?)?)?"""
)
_UPDATED = re.compile(r"(?i)updat|modif|aktualisiert|geändert|mise à jour|actualiz|更新|修改|修订")


def _from_head(page: Page, first: int | None) -> Found | None:
    """A date written out in a short line between headline and text, or right before the text."""
    if first is None:
        return None
    head = next((n for n in range(first, -1, -1) if page.runs[n].holder.tag == "h1"), None)
    start = max(0, (head if head is not None else first) - 6)
    near = [run for run in page.runs[start : first + 2] if len(run.text) < 160]
    for later in (False, True):
        for run in near:
            found = _date_of(run, page.chinese, updates=later)
            if found is not None:
                return found
    return None


def _from_start(page: Page, first: int | None) -> Found | None:
    """A date with which the text itself begins, as datelines do, or a paragraph near its beginning."""
    if first is None:
        return None
    match = _DATE_IN_TEXT.search(page.runs[first].text[:60])
    if match and match.start() < 24 and (told := _told(match[0], page.chinese)):
        return told
    for run in page.runs[first + 1 : first + 5]:
        match = _DATE_IN_TEXT.match(run.text.lstrip("(（[")[:60])
        if match and _AFTER_DATELINE.match(run.text.lstrip("(（[")[match.end() :]):
            return _told(match[0], page.chinese)
    return None


_AFTER_DATELINE = re.compile(r"\s?[)）\]–—|]|\s-\s|$")
_LABEL = re.compile(
    r"""(?ix)(?: \b(?:published|posted|first\ published|date\ of\ publication)(?:\ on)?
    | \b(?:erschienen|erstellt|veröffentlicht|publiziert)(?:\ am)? | \bpublié(?:\ le)? | \bmis\ en\ ligne(?:\ le)?
    | \bpublicado(?:\ (?:el|em))? | \bpubblicato(?:\ il)? | \bopublikowano | \bgepubliceerd(?:\ op)?
    | 发布(?:时间|日期|于)? | 發[布佈](?:時間|日期|於)? | 发表(?:时间|日期|于) | 發表(?:時間|日期|於)
    | 刊登(?:时间|日期|于) ) \s* [:：]? \s* $"""
)
"""Words right before a date that say that it is the day of publication."""


def _from_label(page: Page) -> Found | None:
    """A date anywhere on the page that is said to be the day of publication, if the page says so of one day only."""
    told = [
        found
        for run in page.runs
        if len(run.text) < 200
        for match in _DATE_IN_TEXT.finditer(run.text)
        if _LABEL.search(run.text[: match.start()]) and (found := _told(match[0], page.chinese)) is not None
    ]
    return told[0] if len({found.instant.date() for found in told}) == 1 else None


def _told(words: str, chinese: bool) -> Found | None:
    found = _read(words, chinese)
    return Found(found, "text", words) if found is not None and found.year > _BEFORE_THE_WEB else None


_BEFORE_THE_WEB: Final = 1994
"""A year up to this one in a text without metadata is what the article tells of: a birth, a war."""


def _date_of(run: Run, chinese: bool, *, updates: bool) -> Found | None:
    for match in _DATE_IN_TEXT.finditer(run.text[:200]):
        before = run.text[max(0, match.start() - 16) : match.start()]
        if bool(_UPDATED.search(before)) == updates:
            found = _told(match[0], chinese)
            if found is not None:
                return found
    return None


_DATE_IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")


def _from_url(url: str) -> Found | None:
    """A date in the address: a day, at midnight UTC."""
    path = url.split("://", 1)[-1].partition("/")[2]
    for match in _DATE_IN_URL.finditer(path):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
        return Found(datetime(day.year, day.month, day.day, tzinfo=UTC), "url", match[0])
    return None


def _ask_htmldate(page: Page) -> Found | None:
    from htmldate import find_date

    try:
        text = find_date(
            page.root, url=page.url, original_date=True, extensive_search=True, deferred_url_extractor=True
        )
    except Exception:  # a foreign library on foreign input: no date then
        return None
    found = _read(text or "", page.chinese)
    return Found(found, "htmldate", str(text)) if found is not None else None
