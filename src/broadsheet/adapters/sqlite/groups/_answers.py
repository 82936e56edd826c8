"""What the file answers, whoever has it open."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from broadsheet.adapters.sqlite.groups._file import instant_of, ms_of
from broadsheet.model import Link, Story, StoryQuery, mark_of

_CHUNK = 200
"""Stories read at a time, so that memory stays flat however many there are."""

_ROOT = "coalesce((SELECT root FROM root WHERE kind = '{0}' AND number = m.{0}), m.{0})"
_STORY, _EVENT = _ROOT.format("story"), _ROOT.format("event")
_NUMBERS = "SELECT story.story UNION ALL SELECT number FROM root WHERE kind = 'story' AND root.root = story.story"
_AMONG = f"story IN (SELECT {_STORY} FROM member m WHERE m.mark IN (SELECT value FROM json_each(?)))"
_MEMBERS = (
    f"SELECT story.story, {_EVENT}, m.published, o.article, o.outlet, o.own_id FROM story "
    f"JOIN member m ON m.story IN ({_NUMBERS}) JOIN outline o ON o.mark = m.mark "
    "WHERE story.story IN (SELECT value FROM json_each(?))"
)
_CONNECTED = (
    "WITH RECURSIVE reached(mark) AS ("
    "SELECT mark FROM outline WHERE mark IN (SELECT value FROM json_each(?)) "
    "UNION SELECT l.other FROM reached r JOIN link l ON l.one = r.mark) "
    "SELECT a.published, a.article, b.published, b.article, l.is_tie FROM reached r JOIN link l ON l.one = r.mark "
    "JOIN outline a ON a.mark = l.one JOIN outline b ON b.mark = l.other"
)


class Answers:
    """See ``ports.Groups``: what needs no more than ``_read``."""

    def iter_stories(self, query: StoryQuery) -> Iterator[Story]:
        """See ``ports.Groups.iter_stories``."""
        conditions, values = _conditions(query)
        left, behind = query.limit, ""
        while left is None or left > 0:
            count = _CHUNK if left is None else min(left, _CHUNK)
            sql = f"SELECT last, story FROM story WHERE {conditions}{behind} ORDER BY last DESC, story LIMIT {count}"
            rows = self._read(sql, values)
            yield from self._stories([story for _, story in rows])
            if len(rows) < count:
                return
            last, story = rows[-1]
            behind = f" AND (last < {last} OR last = {last} AND story > {story})"
            left = None if left is None else left - len(rows)

    def _stories(self, numbers: Sequence[int]) -> list[Story]:
        held: dict[int, list[tuple[int, str, int, str, str]]] = {number: [] for number in numbers}
        for story, event, published, article, outlet, own_id in self._read(_MEMBERS, [json.dumps(numbers)]):
            held[story].append((published, article, event, outlet, own_id))
        return [_story(sorted(members)) for members in held.values() if members]

    def iter_owners(self, id: str) -> Iterator[str]:
        """See ``ports.Groups.iter_owners``."""
        rows = self._read("SELECT article FROM outline WHERE own_id = ? ORDER BY article", [id])
        yield from (article for (article,) in rows)

    def iter_links(self, articles: Collection[str]) -> Iterator[Link]:
        """See ``ports.Groups.iter_links``."""
        found = set[tuple[tuple[int, str], tuple[int, str], int]]()
        marks = json.dumps([mark_of(article) for article in articles])
        for published, article, other_published, other, is_tie in self._read(_CONNECTED, [marks]):
            one, two = sorted(((published, article), (other_published, other)))
            found.add((one, two, is_tie))
        for (published, article), (other_published, other), is_tie in sorted(found):
            earlier, later = (instant_of(published), article), (instant_of(other_published), other)
            yield Link(earlier, later, bool(is_tie))

    @abstractmethod
    def _read(self, sql: str, values: Sequence[object]) -> list[Any]:
        """The rows that ``sql`` gives."""


def _conditions(query: StoryQuery) -> tuple[str, list[object]]:
    conditions, values = ["articles >= ? AND outlets >= ?"], list[object]([query.least_articles, query.least_outlets])
    after = None if query.after is None else ms_of(query.after)
    before = None if query.before is None else ms_of(query.before)
    if after is not None:
        conditions.append("last >= ?")
        values.append(after)
    if before is not None:
        conditions.append("first < ?")
        values.append(before)
    if after is not None and before is not None:
        within = f"m.story IN ({_NUMBERS}) AND m.published >= ? AND m.published < ?"
        conditions.append(f"EXISTS (SELECT 1 FROM member m WHERE {within})")
        values += [after, before]
    if query.articles is not None:
        conditions.append(_AMONG)
        values.append(json.dumps(sorted(mark_of(article) for article in query.articles)))
    return " AND ".join(conditions), values


def _story(members: Sequence[tuple[int, str, int, str, str]]) -> Story:
    """A story from its members (published, article, event, outlet, own id) in canonical order."""
    events: dict[int, list[str]] = {}
    for _, article, event, _, _ in members:
        events.setdefault(event, []).append(article)
    return Story(
        id=members[0][4],
        articles=tuple(article for _, article, *_ in members),
        events=tuple(tuple(articles) for articles in events.values()),
        outlets=tuple(dict.fromkeys(outlet for *_, outlet, _ in members)),
        first=instant_of(members[0][0]),
        last=instant_of(members[-1][0]),
    )
