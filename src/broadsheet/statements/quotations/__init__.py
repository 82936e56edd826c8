"""Quotations: who is quoted with which words, as Chinese and English news prose says it.

Words between quotation marks are a quotation where they are a sentence, or where a reporting verb governs them and
they are like a sentence; titles, terms, names and scare quotes are none. Other languages' marks are read too, and
their quotations have neither speaker nor verb.
"""

from __future__ import annotations

from broadsheet.statements.quotations._find import find_quotations

__all__ = ["find_quotations"]
