"""Is this another text, and what kind of edit is it? A revision is kept when words or pictures changed.

Never for markup, white space, the form of signs, or what leaks from the page around a text. Every class is told by a
rule over words that stand on both sides; where no rule is sure of more, a sentence was reworded (``rewrite``).

::

    headline deck byline   another one; a site's name behind a headline, or "By", is no part of it; None is not known
    number date            a figure gave way to another, or lost or won a word such as 近; 十二 for 12 is no change
    name                   a person, place or body in another's place
    quote                  words in quotation marks changed, came or went; or only the marks did
    negation               不, 没有, 否认, not, denied … came or went, or a comma came between 不 and its verb
    correction             the outlet says that it corrected something
    paragraph-added        a paragraph, or a whole sentence of one, came …
    paragraph-removed      … or went; both together where one took another's place, or only stands elsewhere now
    rewrite                more than half of the text is new, or a sentence has other words and is none of the others
    typo                   a character or two in a word, a doubled word, a sign or capital put right
    picture caption        another picture; other words under the same one
"""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.edits._body import classes_of_body, classes_of_captions
from broadsheet.edits._reading import read
from broadsheet.edits._simple import is_same, key_of, simplify
from broadsheet.edits._titles import is_same_byline, is_same_headline
from broadsheet.edits._wording import classes_of_sentence
from broadsheet.model import EDIT_CLASSES
from broadsheet.text.cut_short import split_cut

__all__ = ["Text", "Verdict", "compare", "is_cut_short", "is_same", "key_of", "simplify"]

_CUT_SHARE = 0.6
_ON_TOP = 4
"""So many blocks at the beginning of a body may be headline, deck or byline."""

_TOLD_BY_HEADLINE = {"number", "name", "quote", "negation", "date"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a newly seen text of a known article.

    ``why`` holds the classes of the change in the order of ``EDIT_CLASSES``, empty if nothing changed. ``refused``
    says why the new text must not follow the kept one although it differs.
    """

    why: tuple[str, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What of an article is compared. ``body`` is HTML; None for what is not known on this side."""

    headline: str
    body: str
    byline: str | None = None
    deck: str | None = None


def compare(kept: Text, seen: Text) -> Verdict:
    """Hold a newly seen text of an article against the newest kept one.

    Texts are compared as people read them: words, figures and the signs that carry meaning. Every change of those has
    at least one class, and may have several. A text that is the kept one cut short never follows it.
    """
    old, new = read(kept.body), read(seen.body)
    heads = _heads_of(kept) | _heads_of(seen)
    old_blocks, new_blocks = _without_heads(old.blocks, heads), _without_heads(new.blocks, heads)
    found = set(classes_of_body(old_blocks, new_blocks, old.loose | new.loose))
    if found and is_cut_short(" ".join(old_blocks), " ".join(new_blocks)):
        return Verdict(refused="shorter than the text we have")
    found |= classes_of_captions(old.captions, new.captions)
    if not is_same_headline(kept.headline, seen.headline):
        found |= {"headline"} | _told_by(kept.headline, seen.headline)
    if kept.deck is not None and seen.deck is not None and not is_same(simplify(kept.deck), simplify(seen.deck)):
        found |= {"deck"} | _told_by(kept.deck, seen.deck)
    if kept.byline is not None and seen.byline is not None and not is_same_byline(kept.byline, seen.byline):
        found.add("byline")
    return Verdict(tuple(name for name in EDIT_CLASSES if name in found))


def _heads_of(text: Text) -> frozenset[str]:
    """Headline, deck and byline, as they may stand on top of a body as well."""
    return frozenset(_bare(simplify(head)) for head in (text.headline, text.deck, text.byline) if head)


def _without_heads(blocks: tuple[str, ...], heads: frozenset[str]) -> tuple[str, ...]:
    """The blocks without those on top that are compared by themselves."""
    top = blocks[:_ON_TOP]
    kept = tuple(block for block in top if _bare(block) not in heads)
    return (*kept, *blocks[_ON_TOP:]) or blocks


def _bare(simple: str) -> str:
    return key_of(simple).strip(".。")


def _told_by(old: str, new: str) -> set[str]:
    """What a changed headline or deck says besides, where it is otherwise alike."""
    classes = classes_of_sentence(simplify(old), simplify(new), frozenset())
    return set() if "rewrite" in classes else set(classes & _TOLD_BY_HEADLINE)


def is_cut_short(old: str, new: str) -> bool:
    """Whether ``new`` is only the beginning of ``old``: a teaser, a paywall, a feed that turned to summaries."""
    if not new:
        return bool(old)
    stem, _ = split_cut(new)
    return len(stem) < _CUT_SHARE * len(old) and old.startswith(stem[: max(20, len(stem) - 12)])
