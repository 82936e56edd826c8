"""Keeps captures in WARC files by the day they were made, and finds, drops and expires them.

``captures/2023/07/17.warc.gz`` holds the captures of one day in UTC; a day that outgrows ``part_bytes`` goes on in
``17-2.warc.gz``. Files are only appended to, but for a take-down or the end of their time. What a killed run left torn
at the end of a file is cut when its day or a new day is written to. Bytes that are damaged, with whole records after
them, are never touched: the day goes on in its next part. A revisit refers to a record of its own day only, so that
neither retention nor a take-down can part the two.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from broadsheet import __version__
from broadsheet.errors import EngineError, FixityError, FormatError, NotFoundError
from broadsheet.formats.ledger import digest_of
from broadsheet.formats.warc import (
    Damage,
    Group,
    Member,
    Original,
    find_body,
    find_dropped,
    find_fault,
    format_capture,
    format_tombstone,
    format_warcinfo,
    iter_groups,
    iter_members,
    original_of,
    parse_capture,
    read_member,
)
from broadsheet.model import Capture
from broadsheet.ports import Store

FOLDER = "captures"
PART_BYTES = 64 * 1024 * 1024
"""A part is read into memory whole, so this bounds what keeping, reading and proving take."""
_PLACE = re.compile(r"captures/(\d{4})/(\d\d)/(\d\d)(?:-([1-9]\d*))?\.warc\.gz\Z")
_DAYS_OPEN = 3
_ADDRESSES_KNOWN = 20_000


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """Where a capture is: ``digest`` of its decoded body (SHA-256, hex), the file, the record's id in it."""

    digest: str
    place: str
    record_id: str


@dataclass
class _Day:
    """The part of a day that is written to now. ``end``: bytes that stand; ``waiting``: bytes that will follow."""

    place: str
    end: int = 0
    is_torn: bool = False
    waiting: bytearray = field(default_factory=bytearray)
    originals: dict[str, Original] = field(default_factory=dict)

    @property
    def at(self) -> int:
        """Where the next record will begin."""
        return self.end + len(self.waiting)


class Captures:
    """The captures of one archive, through a Store; only one object at a time may write them.

    ``change`` is made to each before it is written; it must leave the body as it is.
    """

    def __init__(
        self, store: Store, *, part_bytes: int = PART_BYTES, change: Callable[[Capture], Capture] | None = None
    ) -> None:
        self.store = store
        self._change = change
        self._part_bytes = part_bytes
        self._software = f"Broadsheet/{__version__}"
        self._days: dict[date, _Day] = {}

    # -- keeping ---------------------------------------------------------------------------------------------

    def keep_all(self, captures: Iterable[Capture]) -> list[KeptCapture]:
        """Write captures, in their order, and make them durable before this returns: one append per file."""
        kept = []
        try:
            for capture in captures:
                kept.append(self._write(capture))
            for day in list(self._days.values()):
                self._flush(day)
        except BaseException:
            self._days.clear()
            raise
        while len(self._days) > _DAYS_OPEN:
            self._days.pop(min(self._days))
        return kept

    def _write(self, capture: Capture) -> KeptCapture:
        capture = self._change(capture) if self._change else capture
        day = self._open(capture.captured.astimezone(UTC).date())
        if day.at >= self._part_bytes:
            self._flush(day)
            day.place, day.end, day.is_torn = _next_part(day.place), 0, False
        if not day.at:
            day.waiting += format_warcinfo(day.place, capture.captured, self._software)
        written = format_capture(capture, place=day.place, at=day.at, software=self._software, originals=day.originals)
        day.waiting += written.content
        if not written.is_revisit:
            _remember(day.originals, written.original)
        return KeptCapture(written.original.body_digest.removeprefix("sha256:"), day.place, written.record_id)

    def _flush(self, day: _Day) -> None:
        if day.waiting:
            self.store.append(day.place, bytes(day.waiting), at=day.end, cut_tail=day.is_torn)
            day.end, day.is_torn = day.at, False
            day.waiting.clear()

    def _open(self, when: date) -> _Day:
        """The part of the day to write to; where it stands is read from it once per process."""
        if when not in self._days:
            parts = self._parts(when)
            if not parts:
                self._mend_newest()
            self._days[when] = self._stand_of(parts[-1]) if parts else _Day(_place_of(when))
        return self._days[when]

    def _mend_newest(self) -> None:
        """Cut what a run that was killed before midnight left torn: nothing else would write to its day again."""
        newest = max(self.iter_places(), key=lambda found: part_of(found[0]) or (date.min, 0), default=None)
        if newest is None or newest[1] in self._days:
            return
        stand = self._stand_of(newest[0])
        if stand.is_torn:
            self.store.append(stand.place, b"", at=stand.end, cut_tail=True)

    def _stand_of(self, place: str) -> _Day:
        day = _Day(place)
        for member in iter_members(self.store.get(place)):
            if isinstance(member, Member):
                day.end = member.end
                if original := original_of(member.record):
                    _remember(day.originals, original)
            elif member.is_tail:
                day.is_torn = True
            else:
                return _Day(_next_part(place))
        return day

    def _parts(self, when: date) -> list[str]:
        """The files of a day in the order they were written."""
        folder = f"{FOLDER}/{when:%Y/%m}"
        found = [(part, key) for key, _ in self.store.iter_keys(folder) if (part := part_of(key)) and part[0] == when]
        return [key for _, key in sorted(found)]

    # -- reading ---------------------------------------------------------------------------------------------

    def iter_places(self) -> Iterator[tuple[str, date]]:
        """Every file of captures with its day, oldest first."""
        found = [(part, key) for key, _ in self.store.iter_keys(FOLDER) if (part := part_of(key))]
        for (day, _), key in sorted(found):
            yield key, day

    def get_capture(self, place: str, digest: str, *, url: str | None = None) -> Capture:
        """The first capture in the file ``place`` whose body has ``digest``, that of ``url`` before others.

        NotFoundError if there is none (it may have expired or been taken down); FixityError if its bytes are not
        the ones that were kept. It reads the whole file: for many captures of one, take ``iter_captures``.
        """
        reader = self._reader(place)
        groups = [one for one in reader.iter_groups() if one.head.record.body_digest == digest]
        if not groups:
            raise NotFoundError(f"{place}: holds no capture whose body has the digest {digest}")
        chosen = next((one for one in groups if url in (one.head.record.url, one.asked_url)), groups[0])
        try:
            return reader.read(chosen)
        except FormatError as error:
            raise FixityError(f"{place}: {error}; run broadsheet verify") from None

    def iter_captures(self, place: str) -> Iterator[Capture]:
        """The captures in a file, in the order they were kept; damaged ones are left out (``verify`` names them)."""
        for _, capture in self.iter_digests(place):
            yield capture

    def iter_digests(self, place: str) -> Iterator[tuple[str, Capture]]:
        """``iter_captures``, each with the digest of its body; NotFoundError if there is no such file."""
        reader = self._reader(place)
        for group in reader.iter_groups():
            with contextlib.suppress(FormatError):
                yield group.head.record.body_digest or "", reader.read(group)

    def iter_day(self, place: str) -> Iterator[tuple[str, Capture]]:
        """Digest and capture of everything that was kept on the day of the file ``place``."""
        part = part_of(place)
        for other in self._parts(part[0]) if part else ():
            yield from self.iter_digests(other)

    def _reader(self, place: str) -> _Reader:
        part = part_of(place)
        others = [key for key in reversed(self._parts(part[0])) if key != place] if part else []
        return _Reader(self.store, place, others)

    # -- taking away -----------------------------------------------------------------------------------------

    def drop(
        self,
        digests: Set[str] = frozenset(),
        *,
        now: datetime,
        which: Callable[[Capture], bool] = lambda _: False,
        reason: str = "take-down",
    ) -> int:
        """Remove every capture whose body has one of ``digests`` or that ``which`` chooses; returns how many.

        The files that hold them are rewritten without them, each at once; in the place of each stands a record that
        says that, when and why a capture with this digest went. Safe to call again after a kill.
        """
        self._days.clear()
        places = [place for place, _ in self.iter_places()]
        gone = set(digests)
        for place in places:
            gone.update(digest_of(capture.body) for capture in self.iter_captures(place) if which(capture))
        return sum(self._drop_from(place, gone, reason, now) for place in places)

    def _drop_from(self, place: str, gone: Set[str], reason: str, now: datetime) -> int:
        """Rewrite one file; half a record at its end goes too, since nobody can tell what is in it."""
        content = self.store.get(place)
        pieces, dropped, is_torn = [], 0, False
        for one in iter_groups(iter_members(content)):
            if isinstance(one, Group) and one.head.record.body_digest in gone:
                pieces.append(format_tombstone(one.head.record, reason, now))
                dropped += 1
            elif isinstance(one, Damage) and one.is_tail:
                is_torn = True
            else:
                pieces.append(content[one.start : one.end])
        if dropped or is_torn:
            self.store.replace(place, b"".join(pieces))
        return dropped

    def expire(self, before: date, announce: Callable[[list[str]], None], *, keep: Set[str] = frozenset()) -> list[str]:
        """Remove the captures of days before ``before``, but for those whose body has a digest in ``keep``.

        ``announce`` is given the files that will go or lose captures, before any does: it must state them durably
        in the ledger, where ``verify`` learns that they were not lost. Returns these files.
        """
        self._days.clear()
        changed = [place for place, day in self.iter_places() if day < before and self._loses(place, keep)]
        if changed:
            announce(changed)
        for place in changed:
            content = self.store.get(place)
            kept = [one for one in _iter_whole(content) if not isinstance(one, Group) or _is_in(keep, one)]
            if any(isinstance(one, Group) for one in kept):
                self.store.replace(place, b"".join(content[one.start : one.end] for one in kept))
            else:
                self.store.remove(place)
        return changed

    def _loses(self, place: str, keep: Set[str]) -> bool:
        if not keep:
            return True
        groups = [_is_in(keep, one) for one in _iter_whole(self.store.get(place)) if isinstance(one, Group)]
        return not groups or not all(groups)


class _Reader:
    """Reads one file's captures, and what revisits refer to: in it, or in an earlier part of its day."""

    def __init__(self, store: Store, place: str, others: list[str]) -> None:
        self._store = store
        self._places = [place, *others]
        self._content = store.get(place)
        self._starts: dict[str, dict[str, int]] = {}
        self._other = ("", b"")

    def iter_groups(self) -> Iterator[Group]:
        """Whole captures in their order."""
        return (one for one in iter_groups(iter_members(self._content)) if isinstance(one, Group))

    def read(self, group: Group) -> Capture:
        """The capture of ``group``; FormatError if its bytes are not the ones that were kept."""
        head = group.head.record
        if head.kind != "revisit":
            return parse_capture(group)
        wanted = (head.find("WARC-Refers-To") or "").strip("<>")
        for place in self._places:
            if (start := self._starts_in(place).get(wanted)) is not None:
                return parse_capture(group, read_member(self._get(place), start).record)
        return parse_capture(group)

    def _starts_in(self, place: str) -> dict[str, int]:
        """Where each response begins: record id -> byte."""
        if place not in self._starts:
            members = (one for one in iter_members(self._get(place)) if isinstance(one, Member))
            self._starts[place] = {one.record.id: one.start for one in members if one.record.kind == "response"}
        return self._starts[place]

    def _get(self, place: str) -> bytes:
        if place == self._places[0]:
            return self._content
        if place != self._other[0]:
            self._other = (place, self._store.get(place))
        return self._other[1]


@dataclass
class Inspection:
    """What one file of captures holds: body digests of its full records, of its revisits, of those that were dropped.

    ``faults`` name what is damaged, ``torn`` what a killed run left at the end.
    """

    full: set[str] = field(default_factory=set)
    revisits: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    captures: int = 0
    faults: list[tuple[Literal["changed", "unreadable"], str]] = field(default_factory=list)
    torn: str | None = None


def inspect(content: bytes) -> Inspection:
    """Hold every record of a file's bytes against the digests it states, and every body against its own."""
    seen = Inspection()
    for member in iter_members(content):
        if isinstance(member, Damage) and member.is_tail:
            seen.torn = f"ends in half a record, from byte {member.start}; the next run cuts it"
        elif isinstance(member, Damage):
            seen.faults.append(("unreadable", f"bytes {member.start} to {member.end}: {member.message}"))
        else:
            _inspect_record(member, seen)
    return seen


def _inspect_record(member: Member, seen: Inspection) -> None:
    record, digest = member.record, member.record.body_digest
    fault = find_fault(record)
    if not fault and record.kind == "response" and (digest is None or find_body(record.payload, digest) is None):
        fault = "its bytes do not give the body whose digest it states"
    if fault:
        seen.faults.append(
            ("changed", f"byte {member.start}, record {record.id}, {record.url or record.kind}: {fault}")
        )
    if record.kind in ("response", "revisit"):
        seen.captures += 1
        (seen.full if record.kind == "response" else seen.revisits).add(digest or "")
    elif dropped := find_dropped(record):
        seen.dropped.add(dropped)


def part_of(place: str) -> tuple[date, int] | None:
    """The day and the number of the part (from 1) of the file ``place``; None if it is no file of captures."""
    found = _PLACE.match(place)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])), int(found[4] or 1)
    except ValueError:
        return None


def _place_of(when: date, part: int = 1) -> str:
    number = "" if part == 1 else f"-{part}"
    return f"{FOLDER}/{when:%Y/%m/%d}{number}.warc.gz"


def _next_part(place: str) -> str:
    part = part_of(place)
    if part is None:
        raise EngineError(f"{place}: not a file of captures")
    return _place_of(part[0], part[1] + 1)


def _iter_whole(content: bytes) -> Iterator[Group | Member]:
    return (one for one in iter_groups(iter_members(content)) if not isinstance(one, Damage))


def _is_in(keep: Set[str], group: Group) -> bool:
    return group.head.record.body_digest in keep


def _remember(originals: dict[str, Original], original: Original) -> None:
    """The newest full record of each address, of the newest addresses only."""
    originals.pop(original.url, None)
    originals[original.url] = original
    if len(originals) > _ADDRESSES_KNOWN:
        del originals[next(iter(originals))]
