"""Which article is meant? One answer for every command and page that takes an article.

In this order: an id, the path of a document, an address; then what only one article has: its number, the end of its
address, its headline.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from broadsheet.addresses.urls import canonical_url, is_web_address, url_key
from broadsheet.errors import NotFoundError, QueryError
from broadsheet.model import Holding, HoldingQuery
from broadsheet.ports import Index
from broadsheet.text.folding import fold

_DOCUMENT = re.compile(r"articles/([^/]+)/\d{4}/\d\d/\d\d-([^/.+]+)(?:\.\d+)?(?:\+\d+)?\.md")
_WORDS = re.compile(r"\w+")
_ENDING = re.compile(r"(?:\.\w{1,6})?/?(?:\?.*)?")
"""What may follow the part of an address that a person remembers: an ending, a slash, a query."""
_MOST_LOOKED_AT = 200
_MOST_SHOWN = 10


def find_article(index: Index, question: str) -> Holding:
    """What is held of the article that ``question`` means.

    NotFoundError if there is none; QueryError, which lists them, if several have what is asked for.
    """
    question = question.strip()
    if held := index.find_holding(question):
        return held
    path = _DOCUMENT.fullmatch(question.removeprefix("./"))
    if path and (held := index.find_holding(f"{path[1]}/{path[2]}")):
        return held
    if is_web_address(question) and (held := _find_by_address(index, question)):
        return held
    return _get_by_part(index, question)


def _find_by_address(index: Index, url: str) -> Holding | None:
    for outlet in sorted({month.outlet for month in index.iter_months()}):
        if named := index.find_article(outlet, [f"url:{url_key(url)}"]):
            held = index.find_holding(named[0])
            if held is None:
                raise NotFoundError(f"{named[0]}: the index names it and does not hold it; run broadsheet rebuild")
            return held
    return None


def _get_by_part(index: Index, question: str) -> Holding:
    probe = max(_WORDS.findall(question), key=len, default="")
    near = list(index.iter_holdings(HoldingQuery(containing=probe, limit=_MOST_LOOKED_AT))) if probe else []
    tests: tuple[Callable[[Holding, str], bool], ...] = (_has_number, _ends_so, _has_headline)
    for test in tests:
        found = [held for held in near if test(held, question)]
        if len(found) == 1:
            return found[0]
        if found:
            raise QueryError(_several(question, found))
    raise NotFoundError(
        f"{question}: no such article here; give its id (see: broadsheet list), number, address, headline or path"
    )


def _has_number(held: Holding, question: str) -> bool:
    return held.article.partition("/")[2] == question.lower()


def _ends_so(held: Holding, question: str) -> bool:
    """Whether an address of the article ends with ``question``, from the beginning of a word of it on."""
    whole = canonical_url(f"https://host.invalid/{question}").removeprefix("https://host.invalid/")
    for address in (held.canonical_url, held.url):
        at = address.rfind(whole) if whole else -1
        if (
            at > 0
            and not (address[at - 1].isalnum() and whole[0].isalnum())
            and _ENDING.fullmatch(address, at + len(whole))
        ):
            return True
    return False


def _has_headline(held: Holding, question: str) -> bool:
    return _letters(held.headline) == _letters(question)


def _letters(text: str) -> str:
    return "".join(fold(text).split())


def _several(question: str, found: list[Holding]) -> str:
    shown = "".join(f"\n  {held.article}  {held.published:%Y-%m-%d}  {held.headline}" for held in found[:_MOST_SHOWN])
    more = f"\n  and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    return f"{question}: {len(found)} articles have that; give the id of the one you mean:{shown}{more}"
