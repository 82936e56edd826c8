"""Which pictures are missing, and when each is tried again.

What is missing stands in the ledgers (``pictures`` with null). How often each was tried since stands in one disposable
file; without it every missing picture counts as tried once, when its ledger line was written. The file also says how
far each ledger has been read, so that a run reads only what is new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from broadsheet.errors import FormatError, NotFoundError
from broadsheet.formats.ledger import format_instant, parse_instant
from broadsheet.model import LineKind, Position, Revision
from broadsheet.policy.pictures import Missing, after_miss, is_due, missing_since
from broadsheet.services.archive import Addition, Archive
from broadsheet.services.archive.ledger_reader import OtherTruth, iter_parts
from broadsheet.services.archive.pictures._fetching import KeptPicture, MissedPicture, Outcome, Pictures, Wanted

STATE_FILE = ".broadsheet/pictures.json"
_FORM = 3
_BATCH = 250


@dataclass(slots=True)
class _Illustrated:
    """An article that lacks pictures: one of its documents, its address, the origins it lacks, and the proxies that it
    shows some of them through."""

    path: str
    url: str
    origins: set[str] = field(default_factory=set)
    found_as: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Retried:
    """What one batch of tries led to. ``additions`` are for the index; ``complaints`` has a sentence per failure."""

    additions: list[Addition]
    outcomes: dict[str, Outcome]
    complaints: list[str]

    @property
    def kept(self) -> int:
        """How many pictures are in the archive now that were missing."""
        return self.count()["kept"]

    def count(self) -> Counter[str]:
        """How the tries ended: ``kept``, or why not."""
        outcomes = self.outcomes.values()
        return Counter("kept" if isinstance(outcome, KeptPicture) else outcome.reason for outcome in outcomes)


class MissingPictures:
    """The pictures that the ledgers name and the archive does not hold. ``sync`` brings it up to date."""

    def __init__(self, archive: Archive, state_file: str = STATE_FILE) -> None:
        self._archive = archive
        self._state_file = state_file
        self._read: dict[str, Position] = {}
        self._states: dict[str, Missing] = {}
        self._articles: dict[str, _Illustrated] = {}
        try:
            self._load(json.loads(archive.store.get(state_file)))
        except NotFoundError:
            pass
        except (ValueError, TypeError, KeyError, AttributeError):
            self._forget()

    def sync(self) -> bool:
        """Take in what the ledgers say beyond what was read; where they are other ledgers, what is missing is read
        anew, and how often it was tried is remembered.

        Returns whether there was anything.
        """
        before = dict(self._read)
        try:
            self._read_on()
        except OtherTruth:
            self._read, self._articles = {}, {}
            self._read_on()
        needed = {origin for article in self._articles.values() for origin in article.origins}
        self._states = {origin: state for origin, state in self._states.items() if origin in needed}
        return self._read != before

    def iter_missing(self) -> Iterator[tuple[Missing, str]]:
        """Every missing picture, those given up included, each with the address of an article that shows it; sorted
        by when it is due, given up last."""
        shown = {origin: article.url for article in self._articles.values() for origin in sorted(article.origins)}
        for state in sorted((self._states[origin] for origin in shown), key=_turn):
            yield state, shown[state.origin]

    def iter_due(self, now: datetime) -> Iterator[Wanted]:
        """The missing pictures to try again now, longest due first."""
        proxies = {origin: url for article in self._articles.values() for origin, url in article.found_as.items()}
        outlets = {origin: id.partition("/")[0] for id, article in self._articles.items() for origin in article.origins}
        for state, url in self.iter_missing():
            if is_due(state, now):
                found_as, outlet = proxies.get(state.origin), outlets[state.origin]
                yield Wanted(state.origin, url, tries=state.tries, found_as=found_as, outlet=outlet)

    def iter_articles(self, origins: Mapping[str, object]) -> Iterator[tuple[str, str, set[str]]]:
        """Article id, path of a document and lacking origins of each article that lacks one of ``origins``."""
        for article, lacking in self._articles.items():
            if found := lacking.origins & origins.keys():
                yield article, lacking.path, found

    def note(self, outcomes: Iterable[Outcome], now: datetime) -> None:
        """Remember how a try ended; what was kept leaves the list with the ledger line that says so."""
        for outcome in outcomes:
            state = self._states.get(outcome.origin)
            if state is not None and not isinstance(outcome, KeptPicture):
                self._states[outcome.origin] = after_miss(
                    state, now, outcome.reason, wait_s=outcome.retry_after_s, hopeless=outcome.hopeless
                )

    def save(self) -> None:
        """Write the state file."""
        stated = {
            "form": _FORM,
            "read": self._read,
            "pictures": {
                state.origin: [
                    format_instant(state.since),
                    state.tries,
                    format_instant(state.due) if state.due else None,
                    state.reason,
                    format_instant(state.decided) if state.decided else None,
                ]
                for state in self._states.values()
            },
            "articles": {
                article: [lacking.path, lacking.url, sorted(lacking.origins), lacking.found_as]
                for article, lacking in self._articles.items()
            },
        }
        # without indentation the C encoder does it, ten times as fast
        content = json.dumps(stated, sort_keys=True, separators=(",", ":"))
        self._archive.store.replace(self._state_file, content.encode("ascii"))

    def _load(self, stated: dict[str, Any]) -> None:
        for origin, (since, tries, due, reason, *rest) in stated["pictures"].items():
            instant = parse_instant(due) if due else None
            decided = parse_instant(rest[0]) if rest and rest[0] else None
            self._states[origin] = Missing(origin, parse_instant(since), int(tries), instant, str(reason), decided)
        if stated["form"] != _FORM:  # the tries are known; what is missing is read anew
            return
        self._read = {str(file): Position(int(size), str(digest)) for file, (size, digest) in stated["read"].items()}
        for article, (path, url, origins, proxies) in stated["articles"].items():
            known = {origin for origin in origins if origin in self._states}
            self._articles[article] = _Illustrated(path, url, known, dict(proxies))

    def _forget(self) -> None:
        self._read, self._states, self._articles = {}, {}, {}

    def _read_on(self) -> None:
        for part in iter_parts(self._archive, self._read):
            for line in part.lines:
                if line.kind is LineKind.TAKE_DOWN:
                    self._articles.pop(line.article, None)
                elif line.pictures:
                    self._take_pictures(line)
            self._read[part.file] = part.position

    def _take_pictures(self, revision: Revision) -> None:
        article = self._articles.get(revision.article) or _Illustrated(revision.path, revision.url)
        for origin, digest in revision.pictures.items():
            if digest:
                article.origins.discard(origin)
            else:
                article.origins.add(origin)
                self._states.setdefault(origin, missing_since(origin, revision.captured))
        article.found_as = {
            origin: url
            for origin, url in {**article.found_as, **revision.found_as}.items()
            if origin in article.origins
        }
        if article.origins:
            self._articles[revision.article] = article
        else:
            self._articles.pop(revision.article, None)


def _turn(state: Missing) -> tuple[bool, datetime, str]:
    return state.due is None, state.due or state.since, state.origin


def retry_missing(
    archive: Archive,
    pictures: Pictures,
    missing: MissingPictures,
    clock: Callable[[], datetime],
    *,
    limit: int | None = None,
) -> Iterator[Retried]:
    """Try again what is due (``limit`` at most), batch by batch; what is kept now gets its ledger lines.

    After each batch the pictures, then the lines, then the state file are durable, in this order; hand ``additions``
    to the index. A kill costs at most the tries of one batch.
    """
    is_news = missing.sync()
    due = islice(list(missing.iter_due(clock())), limit)
    while batch := list(islice(due, _BATCH)):
        outcomes = pictures.fetch_all(batch)
        now = clock()
        result = _state(archive, missing, outcomes, now)
        missing.note(result.outcomes.values(), now)
        missing.sync()
        missing.save()
        is_news = False
        yield result
    if is_news:
        missing.save()


def _state(archive: Archive, missing: MissingPictures, outcomes: dict[str, Outcome], now: datetime) -> Retried:
    """The ledger lines for what was kept; a picture that no line could be written for counts as missed."""
    kept = {origin: outcome for origin, outcome in outcomes.items() if isinstance(outcome, KeptPicture)}
    missed = [outcome for outcome in outcomes.values() if isinstance(outcome, MissedPicture)]
    result = Retried([], dict(outcomes), [f"{outcome.origin}: {outcome.reason}" for outcome in missed])
    for article, path, origins in list(missing.iter_articles(kept)):
        arrived = {origin: kept[origin].digest for origin in sorted(origins)}
        notes = [f"{kept[origin].note}: {origin}" for origin in arrived if kept[origin].note]
        try:
            result.additions.extend(archive.add_pictures(article, path, arrived, now, reason="; ".join(notes) or None))
        except (NotFoundError, FormatError) as error:
            result.complaints.append(f"{article}: {error}; run broadsheet verify")
            result.outcomes.update((origin, MissedPicture(origin, "damaged document")) for origin in arrived)
    return result
