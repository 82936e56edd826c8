"""WARC 1.1 records (ISO 28500:2017) as gzip members: bytes <-> fields and block, and where damage begins and ends."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from broadsheet.errors import FormatError

BODY_DIGEST = "Broadsheet-Body-Digest"
"""Digest of the decoded body, which the ledger names; an extension field, as section 4 of the standard allows."""
_FIRST = b"WARC/1.1"
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK = " \t"
_GZIP = b"\x1f\x8b\x08"
_PIECES = (4096, 65536)
_LEVEL = 6
_MOST_RECORD = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: its named fields as written, and its block."""

    fields: tuple[tuple[str, str], ...]
    block: bytes

    def find(self, name: str) -> str | None:
        """The first value of the field ``name`` in any case, or None."""
        name = name.lower()
        return next((value for key, value in self.fields if key.lower() == name), None)

    @property
    def kind(self) -> str:
        """``response``, ``revisit``, ``request``, ``metadata``, ``warcinfo`` …"""
        return (self.find("WARC-Type") or "").lower()

    @property
    def id(self) -> str:
        """The record's id without its angle brackets: ``urn:uuid:…``."""
        return (self.find("WARC-Record-ID") or "").strip("<>")

    @property
    def url(self) -> str:
        """The address that answered; empty where the record has none."""
        return self.find("WARC-Target-URI") or ""

    @property
    def body_digest(self) -> str | None:
        """SHA-256, in hex, of the decoded body of a response or revisit."""
        return hex_of(self.find(BODY_DIGEST))

    @property
    def payload(self) -> bytes:
        """What follows the HTTP head in the block."""
        return self.block.partition(b"\r\n\r\n")[2]


@dataclass(frozen=True, slots=True)
class Member:
    """A record and where it stands in its file: bytes ``start`` to ``end``."""

    start: int
    end: int
    record: Record


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes ``start`` to ``end`` that are no record; ``is_tail`` where no whole record follows them."""

    start: int
    end: int
    message: str
    is_tail: bool


def record_id(*words: object) -> str:
    """An id that is the same whenever the same words make it: ``urn:uuid:…`` (RFC 9562, version 5)."""
    return uuid5(NAMESPACE_URL, "\n".join(map(str, words))).urn


def format_record(fields: list[tuple[str, str]], block: bytes) -> bytes:
    """One record as one gzip member, with its length and block digest added."""
    added = [("WARC-Block-Digest", digest_field(block)), ("Content-Length", str(len(block)))]
    head = format_lines((*fields, *added))
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(_FIRST + b"\r\n" + head + b"\r\n" + block + b"\r\n\r\n") + packer.flush()


def format_lines(fields: Iterable[tuple[str, str]]) -> bytes:
    """``name: value`` lines. A line end or another control character in a value becomes a space."""
    return b"".join(_line(name, value) for name, value in fields)


def _line(name: str, value: str) -> bytes:
    text = f"{name}: {_CONTROL.sub(' ', value).strip(_BLANK)}\r\n"
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def format_date(instant: datetime) -> str:
    """A date as WARC 1.1 has it: ``2023-07-17T21:57:30.123456Z``, the fraction only where there is one."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_date(text: str) -> datetime:
    """The inverse of ``format_date``; ValueError for anything else."""
    if not text.endswith("Z"):
        raise ValueError(f"{text!r} is not a date in UTC")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


def digest_field(content: bytes) -> str:
    """The SHA-256 of ``content`` as WARC's digest fields have it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def hex_of(digest: str | None) -> str | None:
    """The digest alone, without the name of its algorithm."""
    return digest.removeprefix("sha256:") if digest else None


def iter_members(content: bytes) -> Iterator[Member | Damage]:
    """Every record of a file's bytes, and every stretch that is none; reading goes on after it."""
    start = 0
    while start < len(content):
        found = _read_member(content, start)
        if isinstance(found, Member):
            yield found
            start = found.end
            continue
        following = _find_member(content, start + 1)
        yield Damage(start, len(content) if following is None else following, found, following is None)
        if following is None:
            return
        start = following


def read_member(content: bytes, start: int) -> Member:
    """The record that begins at byte ``start``; FormatError if there is none."""
    found = _read_member(content, start)
    if isinstance(found, str):
        raise FormatError(f"byte {start}: {found}")
    return found


def _read_member(content: bytes, start: int) -> Member | str:
    """The record at ``start``, or why there is none."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    view = memoryview(content)
    pieces, size, at, step = [], 0, start, _PIECES[0]
    while not unpacker.eof:
        if at >= len(content):
            return "the record ends before its end"
        try:
            pieces.append(unpacker.decompress(view[at : at + step]))
        except zlib.error:
            return "not a gzip member, or a damaged one"
        size += len(pieces[-1])
        if size > _MOST_RECORD:
            return f"a record of more than {_MOST_RECORD} bytes"
        at, step = min(at + step, len(content)), _PIECES[1]
    end = at - len(unpacker.unused_data)
    try:
        return Member(start, end, parse_record(b"".join(pieces)))
    except FormatError as error:
        return str(error)


def _find_member(content: bytes, start: int) -> int | None:
    """Where, at or after ``start``, the next whole record begins."""
    while (start := content.find(_GZIP, start)) >= 0:
        if isinstance(_read_member(content, start), Member):
            return start
        start += 1
    return None


def parse_record(raw: bytes) -> Record:
    """The record in the bytes of one unpacked member; FormatError says what is wrong with them."""
    head, _, rest = raw.partition(b"\r\n\r\n")
    first, _, lines = head.partition(b"\r\n")
    if not first.startswith(b"WARC/1."):
        raise FormatError("not a WARC 1 record")
    fields = parse_lines(lines)
    length = next((value for name, value in fields if name.lower() == "content-length"), "")
    if not (length.isascii() and length.isdigit() and rest[int(length) :] == b"\r\n\r\n"):
        raise FormatError("the record is not as long as it says")
    return Record(fields, rest[: int(length)])


def parse_lines(lines: bytes) -> tuple[tuple[str, str], ...]:
    """The inverse of ``format_lines``; a line that begins with a blank goes on with the one before it."""
    fields: list[tuple[str, str]] = []
    for line in lines.decode("utf-8", "surrogateescape").split("\r\n"):
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip(_BLANK)}")
        elif ":" in line:
            name, _, value = line.partition(":")
            fields.append((name, value.strip(" \t")))
    return tuple(fields)


def find_fault(record: Record) -> str | None:
    """Why the record's bytes are not the ones that were kept, or None if their digests prove them."""
    if record.find("WARC-Block-Digest") != digest_field(record.block):
        return "its block does not have the digest it states"
    if record.kind == "response" and record.find("WARC-Payload-Digest") != digest_field(record.payload):
        return "its payload does not have the digest it states"
    return None
