"""Extraction as a job for a Workshop: plain values in, plain values out, so that it can run in a supervised child."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from broadsheet.errors import ExtractError
from broadsheet.extract._check import RuleMatch, check_recipe
from broadsheet.extract._extract import extract_page
from broadsheet.extract._extraction import Extraction
from broadsheet.extract._recipe import Recipe, parse_recipe
from broadsheet.model import Agency, Picture

EXTRACT_JOB = "broadsheet.extract.jobs:run"
"""The import path by which a Workshop runs ``run``."""

CHECK_JOB = "broadsheet.extract.jobs:check"
"""The import path by which a Workshop runs ``check``."""


def payload_of(
    page: bytes,
    *,
    url: str,
    content_type: str | None,
    recipe: str | None = None,
    language: str | None = None,
    fast: bool = False,
) -> dict[str, Any]:
    """What ``run`` takes: the arguments of ``extract_page``, the recipe as the text of its TOML."""
    return {
        "page": page,
        "url": url,
        "content_type": content_type,
        "recipe": recipe,
        "language": language,
        "fast": fast,
    }


def run(payload: dict[str, Any]) -> dict[str, Any]:
    """Extract one page; a page without an article gives ``{"refused": why}``."""
    try:
        extraction = extract_page(
            payload["page"],
            url=payload["url"],
            content_type=payload["content_type"],
            recipe=_recipe(payload["recipe"]) if payload["recipe"] else None,
            fast=payload["fast"],
            outlet_language=payload["language"],
        )
    except ExtractError as error:
        return {"refused": str(error)}
    stated = asdict(extraction)
    for name in ("published", "updated"):
        stated[name] = stated[name].isoformat() if stated[name] else None
    return {"extraction": stated}


def read_result(result: dict[str, Any]) -> Extraction:
    """The Extraction that ``run`` returned; ExtractError where it found none."""
    if "refused" in result:
        raise ExtractError(str(result["refused"]))
    stated = dict(result["extraction"])
    for name in ("published", "updated"):
        stated[name] = datetime.fromisoformat(stated[name]) if stated[name] else None
    stated["agency"] = Agency(**stated["agency"]) if stated["agency"] else None
    stated["pictures"] = tuple(Picture(**picture) for picture in stated["pictures"])
    stated["lead_picture"] = Picture(**stated["lead_picture"]) if stated["lead_picture"] else None
    stated["agreed"] = tuple((name, share) for name, share in stated["agreed"])
    stated["notes"] = tuple(stated["notes"])
    return Extraction(**stated)


def check(payload: dict[str, Any]) -> dict[str, Any]:
    """What the rules of a recipe match on one page; a page without text gives ``{"refused": why}``."""
    try:
        found = check_recipe(
            payload["page"],
            url=payload["url"],
            content_type=payload["content_type"],
            recipe=_recipe(payload["recipe"]),
        )
    except ExtractError as error:
        return {"refused": str(error)}
    return {"rules": [asdict(one) for one in found]}


def read_check(result: dict[str, Any]) -> list[RuleMatch]:
    """What ``check`` returned; ExtractError where the page holds nothing."""
    if "refused" in result:
        raise ExtractError(str(result["refused"]))
    return [RuleMatch(**one) for one in result["rules"]]


@lru_cache(maxsize=64)
def _recipe(text: str) -> Recipe:
    return parse_recipe(text)
