"""Families: which texts belong together as copies, from what is known of pairs.

Ties (exact copies, and texts that have nearly all in common) hold for good: whatever is tied, in however many steps,
is one family. Loose links (a text cut by half, a brief taken into a report) do not carry further, or a year of
round-ups that each repeat some of the last would be one family: they bring a text only to the *hub*, which is found
so: of the groups of tied texts the one that most texts are linked to is a hub (of several, that with the smallest
key), and takes in the groups linked to it; then the next of the groups not yet taken, and so on.

The result depends on the links alone, not on the order in which they came; and on no link outside of what is
connected, so that for a new text the families of what it is connected to are all that need be made again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from broadsheet.stories.grouping._sketches import Kin

TIE_SHARE = 0.8
"""Of both texts, as estimated, so that two texts tied to a third have most of it in common."""


def is_tie(kin: Kin) -> bool:
    """Whether copies belong together for good, and not by a loose link."""
    return min(kin.share_of_a, kin.share_of_b) >= TIE_SHARE


def families_of(ties: Iterable[tuple[str, str]], loose: Iterable[tuple[str, str]] = ()) -> tuple[tuple[str, ...], ...]:
    """The families of what is tied or linked, each in the order of its keys, and all in that of their first keys.

    A pair stands in any order and any number of times. A loose link may leave a text alone: it is then no family.
    """
    heads: dict[str, str] = {}
    loose = [pair for pair in loose if pair[0] != pair[1]]
    for one, other in ties:
        _unite(heads, one, other)
    for one, other in loose:
        _find(heads, one)
        _find(heads, other)
    groups = defaultdict[str, list[str]](list)
    for key in sorted(heads):
        groups[_find(heads, key)].append(key)
    families = _take_in(groups, _linked_groups(heads, loose))
    return tuple(sorted(tuple(sorted(family)) for family in families if len(family) > 1))


def family_id(first_article_id: str) -> str:
    """The family's id, 12 hexadecimal signs, from the id of its first article in the order of (published, id)."""
    return hashlib.sha256(first_article_id.encode()).hexdigest()[:12]


def _find(heads: dict[str, str], key: str) -> str:
    head = heads.setdefault(key, key)
    while heads[head] != head:
        heads[head] = head = heads[heads[head]]
    return head


def _unite(heads: dict[str, str], one: str, other: str) -> None:
    smaller, larger = sorted((_find(heads, one), _find(heads, other)))
    heads[larger] = smaller


def _linked_groups(heads: dict[str, str], loose: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    linked = defaultdict[str, set[str]](set)
    for pair in loose:
        one, other = (_find(heads, key) for key in pair)
        if one != other:
            linked[one].add(other)
            linked[other].add(one)
    return linked


def _take_in(groups: Mapping[str, list[str]], linked: Mapping[str, set[str]]) -> Iterable[list[str]]:
    def reach(head: str) -> tuple[int, str]:
        return -sum(len(groups[other]) for other in linked.get(head, ())) - len(groups[head]), head

    free = set(groups)
    for hub in sorted(groups, key=reach):
        if hub in free:
            taken = [hub, *sorted(linked.get(hub, set()) & free - {hub})]
            free.difference_update(taken)
            yield [key for head in taken for key in groups[head]]
