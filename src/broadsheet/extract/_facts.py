"""What a page says of itself beside its text: headline, byline, dates, section, language, addresses, lead picture.

Sources in order of trust: JSON-LD (schema.org articles), Open Graph and other ``meta`` elements, microdata and
``<time>``, then what stands between headline and text. Dates are in ``_dates``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from broadsheet.addresses.urls import is_web_address
from broadsheet.extract._page import Page, squeeze
from broadsheet.html import headline_text

ARTICLE_TYPES: Final = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
    }
    | {
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "TechArticle",
        "ScholarlyArticle",
        "AdvertiserContentArticle",
    }
    | {"SocialMediaPosting", "SatiricalArticle", "AskPublicNewsArticle"}
)

Linked = dict[str, Any]


@dataclass(slots=True)
class Facts:
    """The page's own metadata, read once: one JSON-LD article and the first value of every ``meta``."""

    article: Linked = field(default_factory=dict)
    metas: dict[str, str] = field(default_factory=dict)
    types: frozenset[str] = frozenset()

    def meta(self, *names: str) -> str | None:
        """The first of the named ``meta`` values that is there and not blank."""
        return next((self.metas[name] for name in names if self.metas.get(name)), None)

    def linked(self, *names: str) -> str | None:
        """The first of the named JSON-LD values that is text."""
        for name in names:
            value = _first_text(self.article.get(name))
            if value:
                return value
        return None


def read_facts(page: Page) -> Facts:
    """Read the metadata of a page; what cannot be read is as if it were not there."""
    metas: dict[str, str] = {}
    for element in page.root.iter("meta"):
        content = " ".join((element.get("content") or "").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content and len(content) < 4000:
                metas.setdefault(name, content)
    nodes = list(_iter_linked(page.root))
    types = frozenset(kind for node in nodes for kind in _types(node))
    articles = [node for node in nodes if ARTICLE_TYPES.intersection(_types(node))]
    best = max(
        articles, key=lambda node: ("articleBody" in node, "datePublished" in node, "headline" in node), default={}
    )
    return Facts(best, metas, types)


def _types(node: Linked) -> list[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [name.rsplit("/", 1)[-1] for name in kinds if isinstance(name, str)]


def _iter_linked(root: HtmlElement) -> Iterator[Linked]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield from _flatten(_read_json(script.text), 0)


def _read_json(text: str) -> Any:
    """JSON as sites write it: with comments around it, raw line ends in strings, a stray comma at the end."""
    text = (
        re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*\]\]>|\]\]>|-->)\s*$", "", text.strip())
        .strip()
        .rstrip(";")
    )
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _flatten(value: Any, depth: int) -> Iterator[Linked]:
    if depth > 6:
        return
    if isinstance(value, list):
        for member in value[:200]:
            yield from _flatten(member, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart"):
            if isinstance(value.get(name), list | dict):
                yield from _flatten(value[name], depth + 1)


def _first_text(value: Any) -> str | None:
    if isinstance(value, list):
        return next((text for member in value if (text := _first_text(member))), None)
    if isinstance(value, dict):
        return _first_text(value.get("name") or value.get("@value") or value.get("url") or value.get("@id"))
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return None


# Headline ------------------------------------------------------------------------------------------------------------

_TAIL_MARK = re.compile(r"\s+[-–—|·•»:]\s+|\s*[|｜_]\s*|\s*[—–]{1,2}\s*|\s*-(?=[^-]*$)")


def find_headline(page: Page, facts: Facts) -> str:
    """The headline: the ``h1`` that the page's title speaks of, else the metadata's, without the outlet's name."""
    site = facts.meta("og:site_name", "application-name") or _first_text(facts.article.get("publisher")) or ""
    title = headline_text(page.root.findtext(".//title") or "")
    declared = [facts.linked("headline"), facts.meta("og:title", "twitter:title", "title", "dc.title"), title]
    told = [_without_site(headline_text(text), site) for text in declared if text]
    heads = [headline_text("".join(h1.itertext())) for h1 in page.body.iter("h1")]
    heads = [head for head in heads if 2 < len(head) < 400]
    for head in heads:
        squeezed = squeeze(head)
        if squeezed and any(squeezed in squeeze(text) or _near(squeezed, squeeze(text)) for text in [*told, title]):
            return head
    squeezed_title = squeeze(title)
    for head in heads:  # a title may be the headline cut short for a browser's tab
        if len(squeezed_title) >= 4 and squeeze(head).startswith(squeezed_title):
            return head
    if any(declared[:2]):
        return next((text for text in told if len(text) > 2), heads[0] if heads else title)
    begun = [run.text for run in page.runs if 6 <= len(run.text) < len(title) and _begins(title, run.text)]
    if begun:
        return max(begun, key=len)
    for text in told:
        if len(text) > 2:
            return text
    return heads[0] if heads else title


def _begins(title: str, text: str) -> bool:
    """Whether ``title`` is ``text`` and then, after a dash or bar, the names of a section or site."""
    return title.startswith(text) and _TAIL_BEGINS.match(title[len(text) :]) is not None


_TAIL_BEGINS = re.compile(r"\s*(?:[|｜_—–·•»]|--)|\s+[-:]\s")


def _near(one: str, other: str) -> bool:
    """Whether two squeezed headlines begin alike: one of them may be cut."""
    length = min(len(one), len(other))
    return length >= 12 and one[: min(length, 24)] == other[: min(length, 24)]


def _without_site(title: str, site: str) -> str:
    """``title`` without the outlet's name before or after a dash or bar."""
    parts = [part for part in _TAIL_MARK.split(title) if part.strip()]
    if len(parts) < 2:
        return title
    name = squeeze(site)
    last, first = parts[-1].strip(), parts[0].strip()
    if (name and squeeze(last) in (name, "")) or (name and name in squeeze(last) and len(last) < len(site) + 12):
        return title[: title.rfind(last)].rstrip(" -–—|·•»:_｜")
    if name and squeeze(first) == name:
        return title[len(first) :].lstrip(" -–—|·•»:_｜")
    if not name and len(parts) > 1 and len(last) <= 20 and len(last) * 2 < len(title):
        return title[: title.rfind(last)].rstrip(" -–—|·•»:_｜")
    return title


# Byline --------------------------------------------------------------------------------------------------------------

_BY = re.compile(r"(?i)^(?:by|von|par|por|di|da|od|av|af|door|автор:?|written by)\s+")
_BY_ASIAN = re.compile(
    r"^(?:文\s*[/／:：]|作者\s*[:：]|(?:本报|本報)?(?:记者|記者)\s*[:：]?|撰文\s*[:：]?|撰稿\s*[:：]?)\s*"
)
_NOT_A_NAME = re.compile(
    r"(?i)https?:|@|\b(?:admin|administrator|editor|staff|redaktion|redacci[oó]n|webmaster|unknown|null|none)\b$"
    r"|^\W*$|\d{4}"
)
_BYLINE_NAMES = re.compile(
    r"(?i)\b(?:by-?line(?:__name|-name)?|author(?:s|__name|-name|_name|name)?|writer|reporter|journalist"
    r"|dateline-author|zuozhe)\b"
)


def find_byline_fact(page: Page, facts: Facts) -> str | None:
    """The people the page names as authors, in the order given, without "By"."""
    for names in (_linked_authors(facts.article.get("author")), _linked_authors(facts.article.get("creator"))):
        if names:
            return ", ".join(dict.fromkeys(names))
    declared = facts.meta("author", "dc.creator", "parsely-author", "sailthru.author", "article:author", "byl")
    if declared and (name := clean_name(declared)):
        return name
    for element in page.body.iter("a", "span", "p", "div", "address", "li", "em", "strong"):
        marked = element.get("itemprop") == "author" or element.get("rel") == "author"
        if marked or _BYLINE_NAMES.search(element.get("class") or ""):
            text = " ".join("".join(element.itertext()).split())
            if 1 < len(text) <= 90 and (name := clean_name(text)):
                return name
    return None


_WORDED = re.compile(
    r"(?i)^(?:by|von|par|por)\s+(?P<latin>[^\d\W][^|·•–—\d(]{2,60}?)\s*(?:[|·•–—,(]|\d|$)"
    r"|(?:^|\s)(?:文\s*[/／:：]|(?:作者|撰文|撰稿|记者|記者)\s*[:：])"
    r"\s*(?P<asian>[^\s|·\d(（【]{2,20}(?:[、，,\s/]\s*[^\s|·\d(（【：:]{2,10}(?![：:])){0,3})"
)


def find_head_byline(page: Page, first: int | None) -> str | None:
    """The names in a line such as "By …" or 文／… between headline and text."""
    if first is None:
        return None
    head = next((n for n in range(first, -1, -1) if page.runs[n].holder.tag == "h1"), max(0, first - 4))
    for run in page.runs[head : first + 4]:
        found = _WORDED.search(run.text) if run.length < 200 else None
        name = clean_name(found["latin"] or found["asian"]) if found else None
        if name:
            return name
    return None


def _linked_authors(value: Any) -> list[str]:
    members = value if isinstance(value, list) else [value]
    names = []
    for member in members[:12]:
        text = _first_text(member.get("name") if isinstance(member, dict) else member)
        name = clean_name(text) if text else None
        if name:
            names.append(name)
    return names


def clean_name(text: str) -> str | None:
    """A name or names without "By", or None for what is no name (an address, an account, a date)."""
    text = headline_text(text).strip(" ,;|·•-–—")
    text = _BY_ASIAN.sub("", _BY.sub("", text)).strip(" ,;:：|·•-–—()（）")
    if not text or len(text) > 120 or _NOT_A_NAME.search(text):
        return None
    return text


# Language, addresses, pictures -------------------------------------------------------------------------------------

_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")


def find_language(page: Page, facts: Facts, outlet_language: str | None) -> str | None:
    """The text's language as BCP 47; a page that says another than its script shows is not believed."""
    html = page.root if page.root.tag == "html" else None
    declared = [
        facts.linked("inLanguage"),
        (html.get("lang") or html.get("xml:lang")) if html is not None else None,
        facts.meta("content-language", "language", "dc.language"),
        facts.meta("og:locale"),
        outlet_language,
    ]
    for language in declared:
        language = (language or "").strip().replace("_", "-")
        if not _LANGUAGE.match(language):
            continue
        wide = language.lower().startswith(("zh", "ja", "yue", "cmn"))
        if page.chinese and not wide:
            continue
        if not page.chinese and wide and len(page.runs) > 3:
            continue
        return language
    return "zh" if page.chinese else None


def find_canonical(page: Page, facts: Facts) -> str | None:
    """The address the page gives itself, if it is an article's address on the web."""
    declared = [link.get("href") for link in page.root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for value in (*declared, facts.meta("og:url")):
        address = absolute(value, page.url)
        if address is None:
            continue
        depth = len(urlsplit(page.url).path.strip("/"))
        if depth and not urlsplit(address).path.strip("/") and not urlsplit(address).query:
            continue
        return address
    return None


def absolute(value: str | None, base: str) -> str | None:
    """``value`` as an absolute web address, or None."""
    if not value or len(value) > 4000:
        return None
    try:
        address = urljoin(base, value.strip())
    except ValueError:
        return None
    return address if is_web_address(address) else None


_PAGE_NUMBER = re.compile(r"(?i)(?:(?:[?&](?:page|p|pg|seite)=|[_-]|/page/|/p|/|,)(\d{1,3}))(\.s?html?|/)?$")


_DIGIT = re.compile(r"\d")


def find_next_page(page: Page) -> str | None:
    """The next part of an article that is cut into pages: an address that differs from this one by a page number."""
    stem, number = _stem(page.url)
    for element in page.root.iter("link", "a"):
        href = element.get("href")
        if not href or not _DIGIT.search(href[-10:]) or not _PAGE_NUMBER.search(href[-40:]):
            continue
        address = absolute(href, page.url)
        if address is None or address == page.url:
            continue
        other, next_number = _stem(address)
        if other == stem and next_number == number + 1:
            return address
    return None


def _stem(url: str) -> tuple[str, int]:
    """An address without its page number, and the number (1 where there is none)."""
    url = url.split("#")[0]
    found = _PAGE_NUMBER.search(url)
    if found and 1 < int(found[1]) < 60:
        return url[: found.start()] + (found[2] or "").rstrip("/"), int(found[1])
    return url.rstrip("/"), 1


def find_lead_picture(page: Page, facts: Facts) -> str | None:
    """The picture that the metadata name for the article."""
    image = facts.article.get("image")
    if isinstance(image, list):
        image = image[0] if image else None
    if isinstance(image, dict):
        image = image.get("url") or image.get("contentUrl") or image.get("@id")
    for value in (
        facts.meta("og:image:secure_url", "og:image", "og:image:url"),
        image,
        facts.meta("twitter:image", "twitter:image:src"),
    ):
        address = absolute(value, page.url) if isinstance(value, str) else None
        if address and not _NO_PICTURE.search(address):
            return address
    return None


_NO_PICTURE = re.compile(
    r"(?i)(?:logo|default|placeholder|favicon|avatar|share[-_]?(?:img|image|default)|social[-_]default)[^/]*\.(?:png|jpe?g|svg|gif|webp)"
)
