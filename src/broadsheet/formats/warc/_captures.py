"""Captures <-> groups of records: what of an HTTP exchange is kept, under which names, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from broadsheet.addresses.networks import redact
from broadsheet.errors import FormatError
from broadsheet.formats.warc._codings import find_body
from broadsheet.formats.warc._records import (
    BODY_DIGEST,
    Damage,
    Member,
    Record,
    digest_field,
    find_fault,
    format_date,
    format_lines,
    format_record,
    hex_of,
    parse_date,
    parse_lines,
    record_id,
)
from broadsheet.model import Capture, Hop

_REVISIT = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_MOVED_ASIDE = "X-Crawler-"
"""Before the name of a header that does not fit the bytes kept below it (Common Crawl's custom)."""
_FRAMING = frozenset({"transfer-encoding", "content-encoding", "content-length"})
_SECRET = frozenset({
    "authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info", "cookie", "cookie2",
    "set-cookie", "set-cookie2", "x-api-key", "x-auth-token", "x-csrf-token", "x-xsrf-token",
})  # fmt: skip
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f<>]")
_URL_SIGNS = "/?#[]@!$&'()*+,;=:%-._~"


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one capture: the response or revisit, and what a killed run let be written beside it."""

    head: Member
    request: Member | None = None
    metadata: Member | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """Its records in the order of the file."""
        return tuple(member for member in (self.head, self.request, self.metadata) if member)

    @property
    def start(self) -> int:
        """The byte at which its first record begins."""
        return self.head.start

    @property
    def end(self) -> int:
        """The byte after its last record."""
        return self.members[-1].end

    @property
    def asked_url(self) -> str:
        """The address that was asked, before redirects."""
        told = dict(parse_lines(self.metadata.record.block)) if self.metadata else {}
        return told.get("url", self.head.record.url)


@dataclass(frozen=True, slots=True)
class Original:
    """The full record that a revisit refers to."""

    record_id: str
    url: str
    date: str
    payload_digest: str
    body_digest: str

    def has_bytes_of(self, other: Original) -> bool:
        """Whether both hold the same bytes, as they came and decoded."""
        return (self.payload_digest, self.body_digest) == (other.payload_digest, other.body_digest)


@dataclass(frozen=True, slots=True)
class Written:
    """A capture as bytes: its three records, and what a later revisit would refer to."""

    content: bytes
    original: Original
    is_revisit: bool

    @property
    def record_id(self) -> str:
        """The id of the response or revisit."""
        return self.original.record_id


def format_warcinfo(place: str, now: datetime, software: str) -> bytes:
    """The record that opens the file ``place``."""
    told = [("software", software), ("format", "WARC File Format 1.1"), ("conformsTo", _STANDARD)]
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{_warcinfo_id(place)}>"),
        ("WARC-Date", format_date(now)),
        ("WARC-Filename", place),
        ("Content-Type", "application/warc-fields"),
    ]
    return format_record(fields, format_lines(told))


def format_capture(
    capture: Capture, *, place: str, at: int, software: str, originals: Mapping[str, Original]
) -> Written:
    """The records of ``capture`` as they will stand at byte ``at`` of the file ``place``.

    ``originals`` maps an address to the full record of it that a revisit may refer to. Credentials, cookies and the
    request's ``key`` are left out, and so are headers whose name is none (RFC 9110 5.1).
    """
    body_digest = digest_field(capture.body)
    payload = _choose_payload(capture, hex_of(body_digest) or "")
    payload_digest = body_digest if payload is capture.body else digest_field(payload)
    url, date = _plain_url(capture.final_url), format_date(capture.captured)
    mine = Original(record_id(place, at, date, url), url, date, payload_digest, body_digest)
    earlier = originals.get(url)
    if not payload or earlier is None or not mine.has_bytes_of(earlier):
        earlier = None
    block = _response_head(capture, payload) + (b"" if earlier else payload)
    fields = _response_fields(capture, mine, earlier, place)
    beside = _format_request(capture, mine, place) + _format_metadata(capture, mine, place, software)
    return Written(format_record(fields, block) + beside, mine, earlier is not None)


def _response_fields(capture: Capture, mine: Original, earlier: Original | None, place: str) -> list[tuple[str, str]]:
    fields = _common(mine, place, "revisit" if earlier else "response")
    if capture.address:
        fields.append(("WARC-IP-Address", capture.address))
    if earlier:
        fields += [
            ("WARC-Profile", _REVISIT),
            ("WARC-Refers-To", f"<{earlier.record_id}>"),
            ("WARC-Refers-To-Target-URI", earlier.url),
            ("WARC-Refers-To-Date", earlier.date),
        ]
    fields += [
        ("Content-Type", "application/http; msgtype=response"),
        ("WARC-Payload-Digest", mine.payload_digest),
        (BODY_DIGEST, mine.body_digest),
    ]
    return fields


def format_tombstone(record: Record, reason: str, now: datetime) -> bytes:
    """What stands where ``record`` stood: that a capture with its digest was dropped, when and why. No word of it."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{record_id('dropped', record.id)}>"),
        ("WARC-Date", format_date(now)),
        ("WARC-Refers-To", f"<{record.id}>"),
        ("Content-Type", "application/warc-fields"),
    ]
    return format_record(fields, format_lines([("dropped", reason), ("body-digest", f"sha256:{record.body_digest}")]))


def _common(mine: Original, place: str, kind: str) -> list[tuple[str, str]]:
    identity = mine.record_id if kind in ("response", "revisit") else record_id(kind, mine.record_id)
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{identity}>"),
        ("WARC-Date", mine.date),
        ("WARC-Target-URI", mine.url),
        ("WARC-Warcinfo-ID", f"<{_warcinfo_id(place)}>"),
    ]
    if identity != mine.record_id:
        fields.append(("WARC-Concurrent-To", f"<{mine.record_id}>"))
    return fields


def _format_request(capture: Capture, mine: Original, place: str) -> bytes:
    parts = urlsplit(mine.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = [("Host", parts.netloc), *((k, v) for k, v in capture.request_headers if k.lower() != "host")]
    head = f"GET {quote(path, safe=_URL_SIGNS)} HTTP/1.1\r\n".encode()
    fields = [*_common(mine, place, "request"), ("Content-Type", "application/http; msgtype=request")]
    return format_record(fields, head + _http_lines(sent) + b"\r\n")


def _format_metadata(capture: Capture, mine: Original, place: str, software: str) -> bytes:
    told = [
        ("fetcher", software),
        ("url", _plain_url(capture.url)),
        ("elapsed_s", repr(capture.elapsed_s)),
        *(("hop", f"{hop.status} {_plain_url(hop.url)} {_plain_url(hop.location)}") for hop in capture.hops),
    ]
    fields = [*_common(mine, place, "metadata"), ("Content-Type", "application/warc-fields")]
    return format_record(fields, format_lines(told))


def _response_head(capture: Capture, payload: bytes) -> bytes:
    """The status line and headers, so that a reader who obeys them reads the payload right."""
    headers = [
        (name if _fits(name.lower(), value.strip().lower(), capture, payload) else _MOVED_ASIDE + name, value)
        for name, value in capture.headers
    ]
    try:
        phrase = HTTPStatus(capture.status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {capture.status:03d} {phrase}\r\n".encode() + _http_lines(headers) + b"\r\n"


def _fits(name: str, value: str, capture: Capture, payload: bytes) -> bool:
    """Whether the header says of ``payload`` what is so: it is never chunked, and coded only as it was on the wire."""
    if name == "transfer-encoding":
        return False
    if name == "content-encoding":
        return payload is not capture.body or value in ("", "identity")
    return name != "content-length" or value == str(len(payload))


def _choose_payload(capture: Capture, body_digest: str) -> bytes:
    """The body as it was on the wire, as long as that gives back the body that was read; else that body."""
    wire = capture.wire
    if wire is None or wire == capture.body or find_body(wire, body_digest) is None:
        return capture.body
    return wire


def _http_lines(headers: Iterable[tuple[str, str]]) -> bytes:
    return format_lines((k, v) for k, v in headers if k.lower() not in _SECRET and _TOKEN.match(k))


def _plain_url(url: str) -> str:
    return _NOT_IN_URLS.sub(lambda found: f"%{ord(found[0]):02X}", redact(url))


def _warcinfo_id(place: str) -> str:
    return record_id("warcinfo", place)


def iter_groups(members: Iterator[Member | Damage]) -> Iterator[Group | Member | Damage]:
    """The captures of a file in their order; what belongs to none (warcinfo, tombstones, damage) comes as it is."""
    group: Group | None = None
    for member in members:
        if isinstance(member, Member) and group is not None and _belongs(member.record, group):
            is_request = member.record.kind == "request"
            group = replace(group, request=member) if is_request else replace(group, metadata=member)
            continue
        if group is not None:
            yield group
            group = None
        if isinstance(member, Member) and member.record.kind in ("response", "revisit"):
            group = Group(member)
        else:
            yield member
    if group is not None:
        yield group


def _belongs(record: Record, group: Group) -> bool:
    concurrent = (record.find("WARC-Concurrent-To") or "").strip("<>")
    return record.kind in ("request", "metadata") and concurrent == group.head.record.id


def original_of(record: Record) -> Original | None:
    """What a revisit of the response ``record`` would refer to; None for other records."""
    payload, body = record.find("WARC-Payload-Digest"), record.find(BODY_DIGEST)
    if record.kind != "response" or payload is None or body is None:
        return None
    return Original(record.id, record.url, record.find("WARC-Date") or "", payload, body)


def find_dropped(record: Record) -> str | None:
    """The body digest of the capture that the tombstone ``record`` stands for; None for other records."""
    if record.kind != "metadata" or record.find("WARC-Concurrent-To"):
        return None
    told = dict(parse_lines(record.block))
    return hex_of(told.get("body-digest")) if "dropped" in told else None


def parse_capture(group: Group, original: Record | None = None) -> Capture:
    """The capture that ``group`` holds; a revisit takes its bytes from ``original``, the record it refers to.

    FormatError where digests do not prove the bytes, or a revisit comes without its original.
    """
    head = group.head.record
    source = original if head.kind == "revisit" else head
    if source is None:
        raise FormatError(f"record {head.id} of {head.url}: the record it refers to is not there")
    for record in (source, *(member.record for member in group.members)):
        if fault := find_fault(record):
            raise FormatError(f"record {record.id} of {record.url}: {fault}")
    body = find_body(source.payload, head.body_digest or "")
    if body is None:
        raise FormatError(f"record {head.id} of {head.url}: its bytes do not give the body that was kept")
    try:
        return _assemble(group, source.payload, body)
    except ValueError as error:
        raise FormatError(f"record {head.id} of {head.url}: a value of the wrong form ({error})") from None


def _assemble(group: Group, payload: bytes, body: bytes) -> Capture:
    head = group.head.record
    first, _, lines = head.block.partition(b"\r\n\r\n")[0].partition(b"\r\n")
    told = parse_lines(group.metadata.record.block) if group.metadata else ()
    return Capture(
        url=group.asked_url,
        final_url=head.url,
        status=int(first.split(b" ")[1]),
        headers=tuple((_put_back(name), value) for name, value in parse_lines(lines)),
        body=body,
        captured=parse_date(head.find("WARC-Date") or ""),
        hops=tuple(_parse_hop(value) for name, value in told if name == "hop"),
        wire=None if payload == body else payload,
        address=head.find("WARC-IP-Address"),
        elapsed_s=float(dict(told).get("elapsed_s", 0)),
        request_headers=_request_headers(group.request.record) if group.request else (),
    )


def _put_back(name: str) -> str:
    plain = name.removeprefix(_MOVED_ASIDE)
    return plain if plain.lower() in _FRAMING else name


def _parse_hop(text: str) -> Hop:
    status, url, location = text.split(" ")
    return Hop(url, int(status), location)


def _request_headers(record: Record) -> tuple[tuple[str, str], ...]:
    lines = record.block.partition(b"\r\n\r\n")[0].partition(b"\r\n")[2]
    return tuple((name, value) for name, value in parse_lines(lines) if name.lower() != "host")
