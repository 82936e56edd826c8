"""The classes of what changed between two bodies: paragraphs first, then the sentences of those that changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from broadsheet.edits._names import find_known_names
from broadsheet.edits._simple import is_same, key_of
from broadsheet.edits._wording import classes_of_sentence, has_other_quotes, outside_quotes
from broadsheet.model import BlockChange
from broadsheet.text.differences import find_differences
from broadsheet.text.sentences import iter_sentences

_NEW_SHARE = 0.5
"""With more than so much of its words new, a text was rewritten."""

_CORRECTION = re.compile(
    r"(?:^|[(\[【*-]\s*+)(?:(?:本报|本刊|本站|本文|编辑部|编者)?(?:更正|勘误|纠正|订正)(?:启事|说明|声明)?\s*[:)\]】]"
    r"|编者?[按注]\s*[:)\]】]|corrections?(?:\s*+\([^)]{0,80}\)|,\s*[^:]{3,30})?\s*:|corrected\s*:|clarification\s*:"
    r"|editor'?s?'? note\s*:)"
    r"|(?:本文|此前|较早|之前|早前|先前|原)的?(?:版本|报道|报导|文章|稿件)[^。]{0,20}"
    r"(?:有误|错误|误写|误称|误作|不准确|已更正)|特此更正|(?:现|已)(?:予以|作出|做出)?更正"
    r"|an earlier version of this (?:article|story|report|piece|post)"
    r"|this (?:article|story|report|piece|post) (?:has been|was) (?:corrected|amended|updated to correct|clarified"
    r"|revised)",
    re.IGNORECASE,
)


def is_correction(text: str) -> bool:
    """Whether the outlet itself says here that it corrected something."""
    return _CORRECTION.search(text) is not None


def classes_of_body(old: Sequence[str], new: Sequence[str], loose: frozenset[str] = frozenset()) -> frozenset[str]:
    """What changed from the simplified blocks ``old`` to ``new``; empty where nothing did that counts.

    Where a paragraph ends is markup. A paragraph that only stands elsewhere was removed there and added here: both
    classes are stated. A whole sentence that came or went counts as a paragraph, one in another's place as a rewrite.
    A block that is ``loose`` and only came or went is of the page.
    """
    if key_of("".join(old)) == key_of("".join(new)):
        return frozenset()
    known = find_known_names("\n".join((*old, *new)))
    found = set[str]()
    changes = [change for change in find_differences(old, new) if not _is_of_page(change, loose)]
    for change in changes:
        found |= _classes_of_block(change, known)
    if _new_share(changes) > _NEW_SHARE:
        found.add("rewrite")
    if not found and not is_same(*("".join(filter(None, side)) for side in _sides(changes))):
        found.add("rewrite")
    return frozenset(found)


def _is_of_page(change: BlockChange, loose: frozenset[str]) -> bool:
    return (change.old is None or change.new is None) and (change.old or change.new) in loose


def _sides(changes: Sequence[BlockChange]) -> tuple[list[str | None], list[str | None]]:
    return [change.old for change in changes], [change.new for change in changes]


def _new_share(changes: Sequence[BlockChange]) -> float:
    total = fresh = 0
    for change in changes:
        for stretch in change.stretches:
            if stretch.kind != "old":
                total += len(stretch.text)
                fresh += len(stretch.text) * (stretch.kind == "new")
    return fresh / total if total else 0.0


def _classes_of_block(change: BlockChange, known: frozenset[str]) -> set[str]:
    if change.kind == "same":
        return set()
    if change.old is None:
        return {"correction" if is_correction(change.new or "") else "paragraph-added"}
    if change.new is None:
        return {"correction" if is_correction(change.old) else "paragraph-removed"}
    found = {"paragraph-added", "paragraph-removed"} if change.kind == "moved" else set[str]()
    if is_same(change.old.replace("\n", ""), change.new.replace("\n", "")):
        return found
    return found | _classes_of_sentences(change.old, change.new, known)


def _classes_of_sentences(old: str, new: str, known: frozenset[str]) -> set[str]:
    olds = [part for part, _ in _sentences(old)]
    news = [part for part, _ in _sentences(new)]
    if len(olds) == len(news) == 1:
        return set(_classes_of_pair(olds[0], news[0], known))
    changes = find_differences(olds, news)
    found = set[str]()
    gone = come = False
    for change in changes:
        if change.kind == "moved":
            found.add("rewrite")
        if change.old is not None and change.new is not None:
            found |= _classes_of_pair(change.old.replace("\n", " "), change.new.replace("\n", " "), known)
        elif is_correction(change.old or change.new or ""):
            found.add("correction")
        else:
            gone, come = gone or change.new is None, come or change.old is None
    if gone and come:
        found.add("rewrite")
    elif gone or come:
        found.add("paragraph-added" if come else "paragraph-removed")
    if has_other_quotes(old, new):
        found.add("quote")
        if is_same(outside_quotes(old), outside_quotes(new)):
            found -= {"rewrite", "paragraph-added", "paragraph-removed"}
    return found


def _classes_of_pair(old: str, new: str, known: frozenset[str]) -> frozenset[str]:
    found = classes_of_sentence(old, new, known)
    return found | {"correction"} if found and is_correction(new) and not is_correction(old) else found


def _sentences(block: str) -> list[tuple[str, int]]:
    return [(block[start:end], start) for start, end in iter_sentences(block)]


def classes_of_captions(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]], known: frozenset[str] = frozenset()
) -> frozenset[str]:
    """``picture`` where another set of pictures is shown, ``caption`` where a picture has other words, and which."""
    found = set[str]()
    before, after = {name for name, _ in old if name}, {name for name, _ in new if name}
    if before != after:
        found.add("picture")
    gone, come = _words_of(old, before & after), _words_of(new, before & after)
    left, arrived = gone - come, come - gone
    if left or arrived:
        found.add("caption")
    for one, other in zip(sorted(left), sorted(arrived), strict=False):
        found |= classes_of_sentence(one, other, known) & {"number", "name", "quote", "negation", "date"}
    return frozenset(found)


def _words_of(captions: Sequence[tuple[str, str]], shown: set[str]) -> Counter[str]:
    """The captions of pictures shown on both sides, or of none."""
    return Counter(key_of(words) for name, words in captions if words and (not name or name in shown))
