"""Families are the same whatever the order of arrival, and chains of loose links do not make them."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.stories.grouping import Kin, families_of, family_id, is_tie

Pair = tuple[str, str]
keys = st.sampled_from("abcdefghijkl")
pairs = st.lists(st.tuples(keys, keys), max_size=14)


def connected(links: list[Pair]) -> list[set[str]]:
    """What hangs together, found by growing sets until nothing joins them."""
    sets = [set(pair) for pair in links]
    while True:
        joined = next(((a, b) for a in sets for b in sets if a is not b and a & b), None)
        if joined is None:
            return sets
        sets.remove(joined[1])
        joined[0].update(joined[1])


@given(ties=pairs)
def test_what_is_tied_is_one_family(ties: list[Pair]) -> None:
    expected = sorted(tuple(sorted(one)) for one in connected(ties) if len(one) > 1)
    assert families_of(ties) == tuple(expected)


@given(ties=pairs, loose=pairs, chance=st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(ties: list[Pair], loose: list[Pair], chance: object) -> None:
    turned = [(other, one) for one, other in ties], [(other, one) for one, other in loose + loose]
    for links in turned:
        chance.shuffle(links)  # type: ignore[attr-defined]
    assert families_of(*turned) == families_of(ties, loose)


@given(ties=pairs, loose=pairs)
def test_what_is_not_connected_can_be_made_by_itself(ties: list[Pair], loose: list[Pair]) -> None:
    parts = list[tuple[str, ...]]()
    for part in connected(ties + loose):
        inside = [[pair for pair in links if pair[0] in part] for links in (ties, loose)]
        parts += families_of(*inside)
    assert tuple(sorted(parts)) == families_of(ties, loose)


@given(ties=pairs, loose=pairs)
def test_nobody_is_in_two_families_and_all_of_one_are_close_to_its_hub(ties: list[Pair], loose: list[Pair]) -> None:
    families = families_of(ties, loose)
    members = [key for family in families for key in family]
    assert len(members) == len(set(members))
    groups = connected([*ties, *((key, key) for pair in loose for key in pair)])
    near = [
        group.union(*(other for other in groups for a, b in loose if (a in group) + (b in group) and {a, b} & other))
        for group in groups
    ]
    assert all(any(set(family) <= reach for reach in near) for family in families)
    assert all(any(group <= set(family) for family in families) for group in groups if len(group) > 1)


def test_a_year_of_round_ups_is_not_one_family() -> None:
    days = [f"{day:03}" for day in range(365)]
    chain = list(pairwise(days))
    assert max(len(family) for family in families_of((), chain)) == 3
    assert len(families_of(chain)[0]) == 365


def test_a_report_takes_in_its_briefs_and_they_bring_their_copies() -> None:
    ties, loose = [("brief", "brief copy")], [("report", "brief"), ("report", "other brief")]
    assert families_of(ties, loose) == (("brief", "brief copy", "other brief", "report"),)


def test_a_link_to_itself_is_none() -> None:
    assert families_of([("a", "a")], [("b", "b")]) == ()


def test_ties_have_nearly_all_in_common() -> None:
    assert is_tie(Kin("exact", 1.0, 1.0))
    assert is_tie(Kin("near", 0.9, 0.8))
    assert not is_tie(Kin("near", 0.6, 0.95))
    assert not is_tie(Kin("contained", 0.1, 1.0))


def test_the_id_is_that_of_the_first_article() -> None:
    assert family_id("voa/1") == hashlib.sha256(b"voa/1").hexdigest()[:12]
