"""From the bytes of a page to an Extraction: open, read the facts, vote, judge, project."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from broadsheet.errors import ExtractError
from broadsheet.extract._dates import Found, find_published, find_updated
from broadsheet.extract._extraction import Extraction
from broadsheet.extract._facts import (
    Facts,
    absolute,
    clean_name,
    find_byline_fact,
    find_canonical,
    find_head_byline,
    find_headline,
    find_language,
    find_lead_picture,
    find_next_page,
    read_facts,
)
from broadsheet.extract._kind import judge
from broadsheet.extract._page import Page, inner_text, open_page, read, squeeze
from broadsheet.extract._projection import write_body
from broadsheet.extract._recipe import Recipe, pattern, select, select_all
from broadsheet.extract._vote import Decision, decide, find_deck, take
from broadsheet.html import canonical_element, headline_text, iter_pictures, plain_text
from broadsheet.model import Agency, Picture
from broadsheet.statements.agencies import find_agency, find_byline, find_dateline, known_name
from broadsheet.text.dates import parse_date

_NO_RECIPE = Recipe("", ())


def extract_page(
    page: bytes,
    *,
    url: str,
    content_type: str | None = None,
    recipe: Recipe | None = None,
    fast: bool = False,
    outlet_language: str | None = None,
) -> Extraction:
    """The article on a page.

    ``page`` is the response's body, ``url`` the address that answered, ``content_type`` its header. ``recipe`` comes
    before every guess; ``fast`` asks fewer voters. A page that is no article (error, consent, listing, challenge) comes
    back with that ``kind``; ExtractError where there is no text in it at all.
    """
    rules = recipe or _NO_RECIPE
    opened = open_page(page, url, content_type)
    for element in select_all(opened.root, rules.drop, "drop"):
        if element is not opened.body and element.getparent() is not None:
            element.drop_tree()
    facts = read_facts(opened)
    next_page = _next_page(opened, rules)
    read(opened)
    if not opened.runs:
        raise ExtractError(f"{url}: there is no text in the page; it may be built by a script")
    headline = _selected(opened, rules, "headline") or find_headline(opened, facts)
    decision = _decide(opened, facts, rules, headline, fast=fast)
    kind, reason = judge(opened, facts, headline, decision.kept)
    told = _tell(opened, facts, rules, decision, headline, outlet_language, thorough=not fast)
    base_url = next((absolute(base.get("href"), url) for base in opened.root.iter("base")), None) or url
    body = ""
    if kind in ("article", "paywall", "listing"):
        framing = select_all(opened.root, rules.picture, "picture")
        told = replace(told, lead_picture=_named_picture(framing, base_url))
        written = write_body(opened, decision.kept, base_url=base_url, framing=framing)
        body = _without(written, rules.drop_text)
    if not body and kind in ("article", "paywall"):
        raise ExtractError(f"{url}: no article was found in the page")
    told = replace(told, kind=kind, reason=reason, body=body, next_page_url=next_page)
    return _finish(told, opened, facts, rules)


def _decide(page: Page, facts: Facts, rules: Recipe, headline: str, *, fast: bool) -> Decision:
    """The recipe's choice where it finds its element, else the vote. The deck is never taken for the whole text."""
    if rules.take:
        taken = select(page.root, rules.take, "take")
        if taken:
            decision = take(page, [*taken, *select(page.root, rules.deck, "deck")], headline=headline)
            if any(decision.kept):
                return decision
        page.notes.append("the recipe's selector for the text matched nothing")
    return decide(page, fast=fast, headline=headline, given=facts.linked("articleBody") or "")


def _tell(
    page: Page,
    facts: Facts,
    rules: Recipe,
    decision: Decision,
    headline: str,
    outlet_language: str | None,
    *,
    thorough: bool,
) -> Extraction:
    """All that is known beside the text, while the tree is still whole."""
    first = next((n for n, stays in enumerate(decision.kept) if stays), None)
    found = _published(page, facts, rules, first, thorough=thorough)
    deck = _selected(page, rules, "deck") or find_deck(page, decision.kept, headline)
    return Extraction(
        url=page.url,
        headline=headline,
        body="",
        deck=deck or _described(facts, page, headline),
        byline=_bylines(page, rules) or find_byline_fact(page, facts) or find_head_byline(page, first),
        section=_selected(page, rules, "section") or _section(facts),
        published=found.instant if found else None,
        published_from=None if found is None else "url" if found.source == "url" else "page",
        published_source=found.source if found else None,
        published_words=found.words if found else None,
        updated=find_updated(page, facts, found.instant if found else None),
        language=rules.language or find_language(page, facts, outlet_language),
        canonical_url=find_canonical(page, facts),
        agreed=tuple(sorted((name, round(share, 3)) for name, share in decision.agreed.items())),
    )


def _finish(told: Extraction, page: Page, facts: Facts, rules: Recipe) -> Extraction:
    """Add what only the finished text can say: agency, dateline, byline, pictures."""
    pictures = tuple(iter_pictures(told.body))
    text = _text_without_captions(told.body)
    dateline = _by_pattern(rules.dateline, text, "dateline")
    if dateline is None and (line := find_dateline(text)) is not None:
        dateline = line.words
    named, lead = told.lead_picture, find_lead_picture(page, facts)
    if named is None:
        named = pictures[0] if pictures else Picture(lead) if lead else None
    return replace(
        told,
        byline=told.byline or find_byline(text),
        dateline=dateline,
        agency=_agency(rules, text) or find_agency(text, language=told.language),
        pictures=pictures,
        lead_picture=next((picture for picture in pictures if named and picture.url == named.url), named),
        notes=tuple(page.notes),
    )


def _named_picture(framing: Sequence[HtmlElement], base_url: str) -> Picture | None:
    """The first picture in the elements that the recipe names, or at the address that one of them states."""
    for element in framing:
        frame = element.makeelement("div")
        frame.append(deepcopy(element))
        for picture in iter_pictures(canonical_element(frame, base_url=base_url)):
            return picture
        address = absolute(element.get("content") or element.get("href"), base_url)
        if address:
            return Picture(address)
    return None


def _selected(page: Page, rules: Recipe, key: str) -> str:
    """The text of the element that the recipe names for ``key``; empty where it names none or there is none."""
    for element in select(page.root, getattr(rules, key), key):
        text = headline_text(element.get("content") or inner_text(element))
        if text:
            return text
    return ""


def _bylines(page: Page, rules: Recipe) -> str | None:
    """The names in all elements that the recipe names for the byline, each once."""
    texts = [element.get("content") or inner_text(element) for element in select(page.root, rules.byline, "byline")]
    return ", ".join(dict.fromkeys(name for text in texts if (name := clean_name(text)))) or None


def _published(page: Page, facts: Facts, rules: Recipe, first: int | None, *, thorough: bool) -> Found | None:
    zone = ZoneInfo(rules.zone) if rules.zone else None
    for element in select(page.root, rules.date, "date"):
        for text in (element.get("datetime"), element.get("content"), inner_text(element)):
            found = parse_date(" ".join((text or "").split())[:120], zone=zone, chinese=page.chinese)
            if found is not None:
                return Found(found, "recipe", str(text))
    return find_published(page, facts, first, thorough=thorough)


def _described(facts: Facts, page: Page, headline: str) -> str | None:
    """The metadata's description, if it is neither the headline nor how the text begins."""
    text = headline_text(facts.meta("og:description", "description", "twitter:description") or "")
    letters = squeeze(text)
    if len(letters) < 12 or letters == squeeze(headline) or len(text) > 600:
        return None
    start = "".join(run.squeezed for run in page.runs if not run.noise)
    return None if letters.rstrip("…")[:30] in start else text


def _section(facts: Facts) -> str | None:
    text = facts.linked("articleSection") or facts.meta(
        "article:section", "section", "parsely-section", "sailthru.section"
    )
    return headline_text(text)[:80] or None if text else None


def _next_page(page: Page, rules: Recipe) -> str | None:
    for element in select(page.root, rules.next_page, "next_page"):
        address = absolute(element.get("href"), page.url)
        if address and address != page.url:
            return address
    return find_next_page(page)


_DROPPABLE = ("<p>", "<p ", "<h2", "<h3", "<h4", "<h5", "<h6")


def _without(body: str, patterns: Sequence[str]) -> str:
    """``body`` without the paragraphs and headings in which one of the recipe's ``drop_text`` patterns is found."""
    if not patterns:
        return body
    compiled = [pattern(text, "drop_text") for text in patterns]
    lines = body.split("\n")
    return "\n".join(
        line
        for line in lines
        if not line.startswith(_DROPPABLE) or not any(one.search(plain_text(line)) for one in compiled)
    )


def _text_without_captions(body: str) -> str:
    return plain_text("\n".join(line for line in body.split("\n") if not line.startswith("<figure")))


def _agency(rules: Recipe, text: str) -> Agency | None:
    """The agency that one of the recipe's patterns finds, by its usual name, with the words that say so."""
    for one in rules.agency:
        found = pattern(one, "agency").search(text)
        if found and (name := (found[1] if found.re.groups else found[0]).strip()):
            return Agency(known_name(name), found[0].strip())
    return None


def _by_pattern(patterns: Sequence[str], text: str, key: str) -> str | None:
    for one in patterns:
        found = pattern(one, key).search(text)
        if found:
            return (found[1] if found.re.groups else found[0]).strip() or None
    return None


def join_pages(parts: Sequence[Extraction]) -> Extraction:
    """The parts of an article that is cut into pages, as one: blocks that every page repeats are there once."""
    if not parts:
        raise ExtractError("there is no page to join")
    first = parts[0]
    lines = first.body.split("\n")
    seen = {line for line in lines if len(line) > 40}
    for part in parts[1:]:
        fresh = [line for line in part.body.split("\n") if line not in seen]
        lines += fresh
        seen.update(line for line in fresh if len(line) > 40)
    body = "\n".join(line for line in lines if line)
    return replace(first, body=body, pictures=tuple(iter_pictures(body)), next_page_url=parts[-1].next_page_url)
