"""From votes to a body: which of the page's own runs, pictures and tables stay, and the canonical text of them.

The voters only say which words are the article. What is written comes from the page itself, so its figures,
captions, tables, lists, headings and links survive: everything else is taken out of the tree, and the rest is written
by the HTML room.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from lxml.html import HtmlElement

from broadsheet.extract._page import Page, Run, Shown
from broadsheet.html import canonical_element

HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def write_body(page: Page, kept: list[bool], *, base_url: str, framing: Collection[HtmlElement] = ()) -> str:
    """The canonical body of the runs that are ``kept``, with the pictures that belong to them. Changes the tree.

    ``framing`` are elements whose pictures are known to belong to the article, wherever they stand.
    """
    if not any(kept):
        return ""
    kept = _complete(page, kept)
    shown = choose_shown(page, kept, framing)
    pictured = _figures(shown)
    for run, stays in zip(page.runs, kept, strict=True):
        if run.caption and run.captioned is None and pictured.intersection(run.path):
            continue
        if not stays:
            run.drop()
    chosen = {picture.element for picture in shown}
    for run in page.runs:
        if run.captioned in chosen:
            _frame(run)
    for picture in page.shown:
        if picture.element not in chosen:
            _remove(picture.element)
    for element in list(page.body.iter("hr", "button", "input", "textarea", "select")):
        _remove(element)
    for element in list(page.body.iter("noscript")):
        if not any(sibling in chosen for sibling in (element.getnext(), element.getprevious())):
            _remove(element)
    return canonical_element(_holder(page, kept, shown), base_url=base_url)


def _holder(page: Page, kept: list[bool], shown: list[Shown]) -> HtmlElement:
    """The lowest element above all that stays: less to walk than the whole body."""
    paths = [run.path for run, stays in zip(page.runs, kept, strict=True) if stays]
    paths += [picture.path for picture in shown]
    holder = page.body
    for level in zip(*paths, strict=False):
        if any(element is not level[0] for element in level):
            break
        if level[0].tag in ("ul", "ol", "table", "tbody", "tr", "dl", "figure", "blockquote"):
            break
        holder = level[0]
    return holder


def _frame(run: Run) -> None:
    """Put a picture and the run that is its caption into a figure of their own."""
    picture = run.captioned
    parent = picture.getparent() if picture is not None else None
    if picture is None or parent is None:
        return
    figure, caption = picture.makeelement("figure"), picture.makeelement("figcaption")
    caption.text = run.text
    figure.tail, picture.tail = picture.tail, None
    parent.replace(picture, figure)
    figure.extend((picture, caption))


def _remove(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is None:
        return
    blank = element.makeelement("span")
    blank.tail = element.tail
    element.tail = None
    parent.replace(element, blank)


def _complete(page: Page, kept: list[bool]) -> list[bool]:
    """Tables and lists are kept or dropped as wholes: a cell too short to be voted on follows its neighbours."""
    whole: dict[HtmlElement, list[int]] = {}
    for n, run in enumerate(page.runs):
        holder = next((element for element in reversed(run.path) if element.tag in ("table", "ul", "ol", "dl")), None)
        if holder is not None and not run.noise:
            whole.setdefault(holder, []).append(n)
    kept = list(kept)
    for holder, members in whole.items():
        chars = sum(len(page.runs[n].squeezed) for n in members)
        held = sum(len(page.runs[n].squeezed) for n in members if kept[n])
        count = sum(kept[n] for n in members)
        if holder.tag == "table" and not _is_data(holder, [page.runs[n] for n in members]):
            continue
        if count < len(members) and held >= 0.6 * chars and count >= 0.4 * len(members):
            linked = sum(page.runs[n].link_chars for n in members)
            if linked < 0.5 * sum(len(page.runs[n].text) for n in members):
                for n in members:
                    kept[n] = True
    return kept


def _is_data(table: HtmlElement, runs: list[Run]) -> bool:
    """Whether a table holds data: rows of two cells and more, nothing long, no table inside."""
    if next(table.iterdescendants("table"), None) is not None or any(run.length > 300 for run in runs):
        return False
    return any(sum(cell.tag in ("td", "th") for cell in row) > 1 for row in table.iter("tr"))


def _figures(shown: list[Shown]) -> set[HtmlElement]:
    """The elements in which a chosen picture stands, up to four levels: what is a caption there is its caption."""
    return {
        element for picture in shown for element in picture.path[-4:] if element.tag not in ("body", "main", "article")
    }


_SMALL = re.compile(r"\s*(\d+)")


def choose_shown(page: Page, kept: list[bool], framing: Collection[HtmlElement] = ()) -> list[Shown]:
    """The pictures and films among the kept runs, the lead picture between headline and text, and what is framed."""
    indexes = [n for n, stays in enumerate(kept) if stays]
    first, last = indexes[0], indexes[-1]
    box = find_box(page.runs, kept)
    lead = _lead_region(page, box, next(n for n in indexes if box in page.runs[n].path))
    chosen = []
    framed = set(framing)
    for picture in page.shown:
        if picture.element in framed or framed.intersection(picture.path):
            chosen.append(picture)
            continue
        inside = box in picture.path and first - 6 <= picture.before <= last + 1
        if not inside and picture.element not in lead:
            continue
        if picture.noise and not (inside and _is_in_figure(picture)):
            continue
        if _is_small(picture.element) or _teases(picture):
            continue
        chosen.append(picture)
    return chosen


def find_box(runs: list[Run], kept: list[bool]) -> HtmlElement:
    """The lowest element that holds nine tenths of the kept text."""
    weight: dict[HtmlElement, int] = {}
    depth: dict[HtmlElement, int] = {}
    total = 0
    for run, stays in zip(runs, kept, strict=True):
        if stays:
            total += len(run.squeezed)
            for level, element in enumerate(run.path):
                weight[element] = weight.get(element, 0) + len(run.squeezed)
                depth[element] = level
    return max((element for element in weight if weight[element] >= 0.9 * total), key=lambda element: depth[element])


def _lead_region(page: Page, box: HtmlElement, first: int) -> set[HtmlElement]:
    """Pictures between the headline and the text, where a lead picture stands outside the text's own element."""
    start = next((n for n in range(first, -1, -1) if page.runs[n].holder.tag == "h1"), None)
    if start is None:
        start = next((n for n in range(first, max(-1, first - 12), -1) if page.runs[n].holder.tag in HEADINGS), None)
    if start is None:
        return set()
    top = set(page.runs[start].path) & set(box.iterancestors())
    return {
        picture.element
        for picture in page.shown
        if start < picture.before <= first and top.intersection(picture.path) and _is_in_figure(picture)
    }


def _is_in_figure(picture: Shown) -> bool:
    return any(
        element.tag in ("figure", "picture") or _LEAD.search(element.get("class") or "")
        for element in picture.path[-5:]
    )


_LEAD = re.compile(
    r"""(?ix)(?:lead|hero|cover|main|featured?|top|article|story|post|full|big)[-_]?(?:image|img|media|pic|photo|picture|figure|thumb)
    | (?:image|img|pic|photo)[-_]?(?:wrap|box|container|holder)"""
)


def _is_small(element: HtmlElement) -> bool:
    for name in ("width", "height"):
        found = _SMALL.match(element.get(name) or "")
        if found and int(found[1]) <= 48:
            return True
    return False


def _teases(picture: Shown) -> bool:
    """Whether the picture stands in a link to another article: a link that holds a heading or a text of its own."""
    link = picture.link
    if link is None:
        return False
    if next(link.iterdescendants("h1", "h2", "h3", "h4", "h5", "p"), None) is not None:
        return not any(element.tag == "figure" for element in picture.path)
    return False
