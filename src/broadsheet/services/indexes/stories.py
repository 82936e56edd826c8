"""Keeps stories and families of copies in step with the archive, or groups it anew: both give the same answers.

Like the search index, groups are derived from the ledgers and have their own positions in them. Of every article an
outline is kept: its terms, its sketch, its keys. What is alike does not depend on the order of arrival, since articles
are placed in canonical order (published, article id), one pass from the earliest outline that changed to the end. The
states of that pass are kept at some places, so that news of the last hours costs the articles of the last hours.

Killed at any point, the answers are those of before, and the next ``sync`` goes on from the last state kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from types import MappingProxyType

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.ledger import digest_of
from broadsheet.model import Family, Holding, Outline, Placed, Story, StoryQuery
from broadsheet.ports import GroupIndex, Groups, Index
from broadsheet.services.archive import Archive
from broadsheet.services.archive.ledger_reader import OtherTruth, Part, iter_parts
from broadsheet.services.indexes.comparison import running_text
from broadsheet.stories.grouping import (
    GROUPER,
    SKETCH_VERSION,
    Grouper,
    Sketch,
    Terms,
    candidate_keys,
    families_of,
    family_id,
    is_tie,
    kinship,
    sketch_of,
    story_id,
    terms_of,
)
from broadsheet.text.folding import fold_name

STAMP = f"2 {GROUPER} {SKETCH_VERSION}"
"""Names the rules that made an outline and its place: groups made by others are made anew."""

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def stamp_of(names: Mapping[str, str]) -> str:
    """``STAMP`` with all that decides besides the rules: how words fold, and which ``names`` are declared."""
    declared = f" {digest_of(repr(sorted(names.items())).encode())[:16]}" if names else ""
    return f"{STAMP} {fold_name()}{declared}"


_STEP = 500
"""Ledger lines taken in at a time: memory stays flat, and a kill costs no more."""

_BATCH = 250
"""Articles placed at a time."""

_LEAST_GAP = 500
_MOST_AT_ONCE = 20_000
"""States are kept at least so many articles apart, and at most while all is placed anew, for the sake of kills."""

_BYTES_WORTH_PLACING = 20_000
"""Writing so many bytes of a state takes about as long as placing an article."""

_MOST_BYTES = 200_000_000
"""So many bytes all kept states together may have, or two states, whichever is more."""

_WIDEST = 1 << 30

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


# -- keeping in step -----------------------------------------------------------------------------------------


def sync(
    archive: Archive,
    index: Index,
    groups: GroupIndex,
    *,
    names: Mapping[str, str] = NO_NAMES,
    progress: Progress = _silent,
) -> int:
    """Read what the ledgers say beyond what ``groups`` knows and settle it; returns how many lines that were.

    ``names`` maps a name to how texts in another language write it; ``groups`` must be stamped with them.

    ``index`` must be in step already. Ledgers that are shorter than, or differ from, what was read mean that all is
    grouped anew.
    """
    lines = 0
    try:
        for part in iter_parts(archive, groups.positions(), step=_STEP, progress=progress):
            lines += _take_in(archive, index, groups, part, names)
    except OtherTruth:
        return rebuild(archive, index, groups, names=names, progress=progress)
    settle(groups, progress=progress)
    return lines


def rebuild(
    archive: Archive,
    index: Index,
    groups: GroupIndex,
    *,
    names: Mapping[str, str] = NO_NAMES,
    progress: Progress = _silent,
) -> int:
    """Forget everything and group what every ledger and document says; returns the number of lines."""
    groups.wipe()
    lines = 0
    for part in iter_parts(archive, {}, step=_STEP, progress=progress):
        lines += _take_in(archive, index, groups, part, names)
    settle(groups, progress=progress)
    return lines


def _take_in(archive: Archive, index: Index, groups: GroupIndex, part: Part, names: Mapping[str, str]) -> int:
    outlines, gone = list[Outline](), list[str]()
    for article in part.newest:
        holding = index.find_holding(article)
        if holding is None or holding.is_taken_down:
            gone.append(article)
        else:
            outlines.append(outline_of(archive, holding, names))
    groups.apply(part.file, part.before, part.position, outlines, gone, _is_tie)
    return len(part.lines)


def outline_of(archive: Archive, holding: Holding, names: Mapping[str, str] = NO_NAMES) -> Outline:
    """What grouping needs of an article: of its newest text, or of its headline where the document is damaged."""
    try:
        document = archive.get_document(holding.path)
        headline, text = document.headline, running_text(document.body)
    except (NotFoundError, FormatError):
        headline, text = holding.headline, ""
    sketch = sketch_of(text)
    return Outline(
        article=holding.article,
        outlet=holding.outlet,
        published=holding.published,
        terms=terms_of(headline, text, names).to_bytes(),
        sketch=sketch.to_bytes(),
        keys=candidate_keys(sketch),
        own_id=story_id(holding.article),
    )


@lru_cache(maxsize=4096)
def _read_sketch(sketch: bytes) -> Sketch:
    return Sketch.from_bytes(sketch)


def _is_tie(one: bytes, other: bytes) -> bool | None:
    """Whether two sketches are those of copies tied for good (True), loosely (False) or not at all (None)."""
    kin = kinship(_read_sketch(one), _read_sketch(other))
    return None if kin is None else is_tie(kin)


def settle(groups: GroupIndex, *, progress: Progress = _silent) -> None:
    """Place whatever is stale, from the last state before it to the end, and answer so from then on."""
    standing = groups.resume()
    if standing is None:
        return
    grouper, after, done = Grouper(standing.state), standing.after, standing.done
    kept, last_kept, size = list(standing.kept), standing.done, len(standing.state or b"")
    while batch := list(groups.iter_terms(after, _BATCH)):
        progress(f"placing {done:,} of {standing.total:,}")
        placed = [_place(grouper, *one) for one in batch]
        done += len(placed)
        after = (placed[-1].published, placed[-1].article)
        at_once = max(_MOST_AT_ONCE, standing.total * size // _MOST_BYTES)
        is_due = done - last_kept >= min(_gap(standing.total - done, size), at_once)
        state = grouper.state() if is_due else None
        groups.place(placed, state)
        if state is not None:
            last_kept, size = done, len(state)
            kept.append(done)
    groups.settle(forget=needless(kept, standing.total, size))


def _place(grouper: Grouper, article: str, published: datetime, terms: bytes) -> Placed:
    placement = grouper.add(Terms.from_bytes(terms), published)
    return Placed(
        article, published, placement.event, placement.story, placement.merged_events, placement.merged_stories
    )


def _gap(behind: int, size: int, width: int = 1) -> int:
    """How far two kept states of ``size`` bytes may lie apart where ``behind`` articles follow.

    At most ``width`` times half as much again as these is placed anew for any change, or what is sooner placed than
    kept.
    """
    return max(_LEAST_GAP, behind * width // 2, size // _BYTES_WORTH_PLACING)


def needless(kept: Iterable[int], total: int, size: int = 0) -> list[int]:
    """Which of the states kept at these places may go, of ``total`` articles, because their neighbours are near.

    Twenty or so remain, however many articles there are; fewer, and further apart the older they are, where a state
    has so many bytes (``size``) that all together would have too many.
    """
    places, width = sorted(kept), 1
    forget = _thin_out(places, total, size, width)
    while (len(places) - len(forget)) * size > _MOST_BYTES and width < _WIDEST:
        width *= 2
        forget = _thin_out(places, total, size, width)
    return forget


def _thin_out(places: Sequence[int], total: int, size: int, width: int) -> list[int]:
    forget, before = [], 0
    for at, place in enumerate(places[:-1]):
        if places[at + 1] - before <= _gap(total - places[at + 1], size, width):
            forget.append(place)
        else:
            before = place
    return forget


# -- answering -----------------------------------------------------------------------------------------------


MOST_ASKED = 200
"""Of so many stories of two reports of one outlet the texts are read for one list."""


class Stories:
    """Stories and families as people ask for them."""

    def __init__(
        self, groups: Groups, says_more: Callable[[Story, Sequence[frozenset[str]]], bool] | None = None
    ) -> None:
        """``says_more`` answers whether two reports of one outlet are a story; see ``OneOutlet``. None: never."""
        self._groups = groups
        self._says_more = says_more

    def iter_stories(self, query: StoryQuery) -> Iterator[Story]:
        """Stories that match, newest report first."""
        return self._groups.iter_stories(query)

    def iter_told(self, query: StoryQuery, outlets: Collection[str] = ()) -> Iterator[Story]:
        """Those that match and are told by two outlets, three reports, or two of one outlet that say more than one.

        Only those that ``outlets`` report. Of stories of two reports of one outlet, whose texts have to be read, the
        newest ``MOST_ASKED`` are asked.
        """
        limit = query.limit
        wider = replace(query, least_articles=max(2, query.least_articles), limit=None)
        return islice(self._iter_told(_of_outlets(self.iter_stories(wider), outlets)), limit)

    def _iter_told(self, stories: Iterable[Story]) -> Iterator[Story]:
        asked = 0
        for one in stories:
            if len(one.outlets) > 1 or len(one.articles) > 2:
                yield one
            elif self._says_more is not None and asked < MOST_ASKED:
                asked += 1
                if self._says_more(one, [frozenset(family.articles) for family in self.iter_families(one.articles)]):
                    yield one

    def iter_all(self, query: StoryQuery, outlets: Collection[str] = ()) -> Iterator[Story]:
        """Those that match, down to single articles; only those that ``outlets`` report."""
        return islice(_of_outlets(self.iter_stories(replace(query, limit=None)), outlets), query.limit)

    def find_story(self, id: str) -> Story | None:
        """The story with this id; else, since an earlier report takes a story's id, the one its owner is in now."""
        owners = frozenset(self._groups.iter_owners(id))
        stories = list(self.iter_stories(StoryQuery(articles=owners))) if owners else []
        return min(stories, key=lambda story: (story.id != id, story.first, story.articles), default=None)

    def find_story_of(self, article: str) -> Story | None:
        """The story that an article is in; None for one that is not held, or not grouped yet."""
        return next(self.iter_stories(StoryQuery(articles=frozenset({article}))), None)

    def iter_families(self, articles: Collection[str]) -> Iterator[Family]:
        """The families of copies that any of ``articles`` is in, in the order of their first articles."""
        links = list(self._groups.iter_links(articles))
        places = sorted({place for link in links for place in (link.one, link.other)})
        named = {place: f"{at:09d}" for at, place in enumerate(places)}
        ties = [(named[link.one], named[link.other]) for link in links if link.is_tie]
        loose = [(named[link.one], named[link.other]) for link in links if not link.is_tie]
        for family in families_of(ties, loose):
            members = tuple(places[int(name)][1] for name in family)
            if not set(articles).isdisjoint(members):
                yield Family(family_id(members[0]), members)

    def find_family(self, id: str) -> Family | None:
        """The family with this id; else the one that the article is in whose family would have it."""
        families = self.iter_families(list(self._groups.iter_owners(id)))
        return min(families, key=lambda family: (family.id != id, family.articles), default=None)

    def state(self) -> str:
        """A word that changes whenever an answer may be otherwise than before."""
        return self._groups.state()


def _of_outlets(stories: Iterable[Story], outlets: Collection[str]) -> Iterator[Story]:
    return (story for story in stories if not outlets or not set(outlets).isdisjoint(story.outlets))
