"""A Condition as a tantivy query: which postings must, may and must not hold, and what each adds to the score."""

from __future__ import annotations

from datetime import datetime
from math import ceil

import tantivy
from tantivy import Occur

from broadsheet.adapters.tantivy._schema import ARTICLE, first_order_at
from broadsheet.model import AllOf, AnyOf, Between, Condition, Not, Trait, Word
from broadsheet.text.words import is_dense, phrase_words

TITLE_BOOST = 4.0
LEDE_BOOST = 1.5
_TEXT = (("title", TITLE_BOOST), ("lede", LEDE_BOOST), ("body", 1.0))
_FIELDS = {"text": _TEXT, "title": (("title", 1.0),), "byline": (("byline", 1.0),)}
_CHARACTERS = {"text": (("title_characters", TITLE_BOOST), ("characters", 1.0)), "title": (("title_characters", 1.0),)}


class Translator:
    """Turns conditions into queries against one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def translate(self, condition: Condition) -> tantivy.Query:
        """The query whose matches are exactly the articles for which ``condition`` holds."""
        match condition:
            case Word():
                return self._word(condition)
            case Trait(name, value):
                return self._silent(self._term("trait", f"{name}:{value.casefold()}"))
            case Between(after, before):
                return self.between(after, before)
            case AllOf(parts):
                return self._all(parts)
            case AnyOf(parts):
                return _any([self.translate(part) for part in parts])
            case Not():
                return self._all((condition,))

    def between(self, after: datetime | None, before: datetime | None) -> tantivy.Query:
        """Published in ``[after, before)``."""
        lower = None if after is None else first_order_at(ceil(after.timestamp()))
        upper = None if before is None else first_order_at(ceil(before.timestamp()))
        return self.number("order", lower, upper)

    def number(self, field: str, lower: int | None, upper: int | None) -> tantivy.Query:
        """The column ``field`` in ``[lower, upper)``."""
        last = None if upper is None else upper - 1
        return self._silent(tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Integer, lower, last))

    def _all(self, parts: tuple[Condition, ...]) -> tantivy.Query:
        """Every part; what is only ruled out is ruled out of all articles."""
        clauses = [
            (Occur.MustNot, self.translate(part.part)) if isinstance(part, Not) else (Occur.Must, self.translate(part))
            for part in parts
        ]
        if all(occur == Occur.MustNot for occur, _ in clauses):
            clauses.append((Occur.Must, self._silent(self._term("kind", ARTICLE))))
        return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)

    def _word(self, word: Word) -> tantivy.Query:
        alternatives = [self._in_fields(word.runs, word)]
        alternatives += [self._in_fields((other,), word) for other in word.others]
        return _any(alternatives)

    def _in_fields(self, runs: tuple[str, ...], word: Word) -> tantivy.Query:
        if len(runs) == 1 and len(runs[0]) == 1 and is_dense(runs[0]) and word.field in _CHARACTERS:
            return _any([self._boosted(self._term(field, runs[0]), boost) for field, boost in _CHARACTERS[word.field]])
        words, is_beginning = phrase_words(runs)
        is_beginning = is_beginning or word.is_prefix
        return _any(
            [self._boosted(self._row(field, words, is_beginning), boost) for field, boost in _FIELDS[word.field]]
        )

    def _row(self, field: str, words: list[str], is_beginning: bool) -> tantivy.Query:
        """``words`` in a row; the last as it is or, with ``is_beginning``, as the beginning of any word."""
        if is_beginning:
            last = f"{words[-1]}.*"
            if len(words) == 1:
                return tantivy.Query.regex_query(self._schema, field, last)
            return tantivy.Query.regex_phrase_query(self._schema, field, [*words[:-1], last])
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, field, words[0], "freq")
        return tantivy.Query.phrase_query(self._schema, field, list(words))

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, "basic")

    @staticmethod
    def _silent(query: tantivy.Query) -> tantivy.Query:
        """``query`` without a say in the score."""
        return tantivy.Query.const_score_query(query, 0.0)

    @staticmethod
    def _boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
        return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])
