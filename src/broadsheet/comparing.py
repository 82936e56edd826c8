"""Compares the reports of a story: reads the newest document of each article and lays what they state side by side."""

from __future__ import annotations

import re

from broadsheet.archive import Archive
from broadsheet.html import canonical_body, plain_text
from broadsheet.model import Holding, Report

_FIGURE_LINE = re.compile(r"^<figure\b.*</figure>\n?", re.MULTILINE)
_MAY_BE_PICTURED = re.compile(r"<(?:img|figure|figcaption|small)\b", re.IGNORECASE)
_DATE_LINE = re.compile(r"(?:日期[:：] *)?[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{5,8} (?:GMT|[+-]\d{4})")
"""The line in which a mirror states the date, above the text of every document it wrote."""


def report_of(archive: Archive, holding: Holding) -> Report:
    """What comparing and grouping need of an article: its newest text, one block per line, without captions.

    Without the date line that mirrors put above the text, too. NotFoundError, FormatError as ``get_document`` has them.
    """
    document = archive.get_document(holding.path)
    return Report(
        article=holding.article,
        outlet=holding.outlet,
        headline=holding.headline,
        text=running_text(document.body),
        published=holding.published,
        agency=holding.agency,
        language=holding.language,
    )


def running_text(body: str) -> str:
    """The text of ``body``, one block per line, without captions and without a mirror's date line."""
    bare = _FIGURE_LINE.sub("", body)
    if _MAY_BE_PICTURED.search(bare):
        bare = _FIGURE_LINE.sub("", canonical_body(bare))
    text = plain_text(bare)
    first, _, rest = text.partition("\n")
    return rest if _DATE_LINE.fullmatch(first) else text
