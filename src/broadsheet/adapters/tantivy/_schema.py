"""What the index holds of one article, and of one ledger file.

Texts come as words made by ``text.words``, parted by blanks, so that Python makes each word once and tantivy only
cuts at blanks. Nothing of a text can be read back from here: documents are the truth, and take-down leaves nothing.
"""

from __future__ import annotations

import zlib

import tantivy

from broadsheet.model import Searchable
from broadsheet.text.folding import fold, fold_name
from broadsheet.text.tags import canonical_tag
from broadsheet.text.words import characters, words_of_folded

SCHEMA_VERSION = 4
"""Raised with every change here: an index of another version is filled anew."""

ARTICLE, POSITION = "article", "position"

HALF_LIFE_S = 8 * 365 * 86_400
"""An article this much older than another must fit the question twice as well to stand before it."""

_SPREAD = 30
"""Bits of an order key below the second of publication, from the article's id, so that no two articles tie."""


def index_name() -> str:
    """What an index must be called to be read by this code."""
    return f"{SCHEMA_VERSION}-{fold_name()}"


def make_schema() -> tantivy.Schema:
    """Words with positions; sets of characters and traits without; numbers as columns."""
    builder = tantivy.SchemaBuilder()
    for name in ("title", "lede", "body", "byline"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("characters", "title_characters"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("kind", "trait"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("outlet", "agency", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("article", "file"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", stored=True)
    builder.add_text_field("digest", tokenizer_name="raw", index_option="basic", stored=True)
    builder.add_unsigned_field("size", stored=True)
    builder.add_integer_field("order", indexed=True, fast=True)
    builder.add_integer_field("first_captured", indexed=True, fast=True)
    builder.add_integer_field("month", fast=True)
    builder.add_float_field("recency", fast=True)
    return builder.build()


def article_entry(text: Searchable) -> tantivy.Document:
    """What is indexed of an article."""
    title, lede, body = fold(text.headline), fold(text.lede), fold(text.body)
    published_s = int(text.published.timestamp() // 1)
    entry = tantivy.Document()
    entry.add_text("kind", ARTICLE)
    entry.add_text("article", text.article)
    entry.add_text("title", words_of_folded(title))
    entry.add_text("lede", words_of_folded(lede))
    entry.add_text("body", words_of_folded(body))
    entry.add_text("characters", characters(f"{title}{lede}{body}"))
    entry.add_text("title_characters", characters(title))
    entry.add_text("outlet", text.outlet)
    for trait in iter_traits(text):
        entry.add_text("trait", trait)
    if text.byline:
        entry.add_text("byline", words_of_folded(fold(text.byline)))
    if text.agency:
        entry.add_text("agency", text.agency)
    if text.language:
        entry.add_text("language", canonical_tag(text.language))
    entry.add_integer("order", order_of(published_s, text.article))
    entry.add_integer("first_captured", milliseconds(text.first_captured.timestamp()))
    entry.add_integer("month", text.published.year * 100 + text.published.month)
    entry.add_float("recency", recency_of(published_s))
    return entry


def position_entry(file: str, size: int, digest: str) -> tantivy.Document:
    """How far the ledger file ``file`` has been read; it stands in the same commit as what was read."""
    entry = tantivy.Document()
    entry.add_text("kind", POSITION)
    entry.add_text("file", file)
    entry.add_unsigned("size", size)
    entry.add_text("digest", digest)
    return entry


def iter_traits(text: Searchable) -> list[str]:
    """The exact qualities of an article as words: ``outlet:voa``, ``language:zh`` (each beginning of the tag) …"""
    traits = [f"outlet:{text.outlet.casefold()}"]
    if text.agency:
        traits += [f"agency:{text.agency.casefold()}", "has:agency"]
    if text.byline:
        traits.append("has:byline")
    if text.has_picture:
        traits.append("has:picture")
    if text.is_edited:
        traits.append("edited:yes")
    parts = canonical_tag(text.language or "").casefold().split("-")
    traits += [f"language:{'-'.join(parts[:count])}" for count in range(1, len(parts) + 1) if parts[0]]
    return traits


def order_of(published_s: int, article: str) -> int:
    """A number that grows with the second of publication and is the article's own."""
    return (published_s << _SPREAD) | (zlib.crc32(article.encode()) & (1 << _SPREAD) - 1)


def first_order_at(published_s: int) -> int:
    """The smallest order key of that second."""
    return published_s << _SPREAD


def recency_of(published_s: int) -> float:
    """A column by which tantivy multiplies scores (it takes log2 of 2 + the value): doubles every half-life.

    Since every article fades alike, the order of two articles does not depend on when one asks.
    """
    return float(2.0 ** (2.0 ** ((published_s - 1_700_000_000) / HALF_LIFE_S)) - 2.0)


def milliseconds(timestamp: float) -> int:
    """An instant as whole milliseconds since 1970."""
    return round(timestamp * 1000)


def second_of(order: int) -> int:
    """The second of publication in an order key, since 1970."""
    return order >> _SPREAD
