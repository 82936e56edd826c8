"""From ledger lines to states: what is looked at, and when, as far as the ledgers tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from broadsheet.extract.whole import is_from_page
from broadsheet.model import LineKind, LookState, Revision
from broadsheet.policy.anonymity import likely_instant
from broadsheet.policy.revisits import Ladder, has_page, next_rung
from broadsheet.ports import Index, Looks
from broadsheet.services.archive import Archive
from broadsheet.services.archive.ledger_reader import OtherTruth, Part, iter_parts


def sync(
    archive: Archive,
    index: Index,
    looks: Looks,
    ladder: Ladder,
    now: datetime,
    chance: Callable[[], float],
    *,
    imported: bool,
) -> None:
    """Take in what the ledgers say beyond what ``looks`` know; ``index`` must be in step already.

    Ledgers that are shorter than, or differ from, what was read are other truth: everything is forgotten and read anew.
    An article that is new to ``looks`` begins on its next rung, so that a lost state never makes a storm.
    """
    try:
        for part in iter_parts(archive, looks.positions()):
            _apply(index, looks, part, ladder, now, chance, imported)
    except OtherTruth:
        looks.wipe()
        for part in iter_parts(archive, {}):
            _apply(index, looks, part, ladder, now, chance, imported)


def _apply(
    index: Index,
    looks: Looks,
    part: Part,
    ladder: Ladder,
    now: datetime,
    chance: Callable[[], float],
    imported: bool,
) -> None:
    states: dict[str, LookState | None] = {}
    for line in part.lines:
        line = replace(line, captured=likely_instant(line.captured, now))
        state = states[line.article] if line.article in states else looks.find(line.article)
        if state is None and line.revision > 1 and (held := index.find_holding(line.article)):
            state = begin(line, likely_instant(held.first_captured, now))
        states[line.article] = after_line(state, line, imported=imported)
    going_on, gone = [], []
    for article, state in states.items():
        turn = next_rung(state, now, ladder, chance()) if state else None
        if state is None or turn is None:
            gone.append(article)
        elif state.next_due is None:
            going_on.append(replace(state, next_due=turn, decided=now))
        else:
            going_on.append(state)
    looks.apply(part.file, part.before, part.position, going_on, gone)


def begin(line: Revision, first: datetime) -> LookState:
    """The state of an article that we first had at ``first``."""
    return LookState(line.article, line.outlet, line.url, first)


def after_line(state: LookState | None, line: Revision, *, imported: bool) -> LookState | None:
    """What is known of an article's page after a ledger line; its next look is to be set where ``next_due`` is None."""
    if line.kind is LineKind.TAKE_DOWN or not has_page(line, imported=imported):
        return None
    if state is None:
        state = begin(line, line.captured)
    if line.kind is LineKind.VANISHED:
        return state if state.vanished else replace(state, vanished=line.captured, next_due=None)
    if line.kind is LineKind.BACK:
        return replace(state, vanished=None, next_due=None) if state.vanished else state
    if line.kind is LineKind.PICTURES or line.kind is LineKind.REEXTRACTED:
        return state
    is_page = is_from_page(line.extractor)
    digest = line.capture_digest if is_page else None
    is_known = digest is not None and digest == state.body_digest
    return replace(
        state,
        url=line.url,
        next_due=None,
        edited=line.captured if line.revision > 1 else None,
        last_seen=line.captured,
        etag=state.etag if is_known else None,
        last_modified=state.last_modified if is_known else None,
        body_digest=digest,
        parts=line.capture_parts if is_page else (),
        last_full=line.captured if is_page else None,
        waiting=None,
    )
