"""Captures as WARC 1.1 records (ISO 28500:2017) and back: one gzip member per record.

A capture is written as ``response`` (or ``revisit``, where the same address gave the same bytes earlier that day),
``request`` and ``metadata``, in this order. Digests are ``sha256:`` and lower-case hex, as everywhere in the archive,
so that a digest in a ledger line is found by searching for it. This room knows bytes and values; it knows no files.
"""

from __future__ import annotations

from broadsheet.formats.warc._captures import (
    Group,
    Original,
    Written,
    find_dropped,
    format_capture,
    format_tombstone,
    format_warcinfo,
    iter_groups,
    original_of,
    parse_capture,
)
from broadsheet.formats.warc._codings import find_body
from broadsheet.formats.warc._records import Damage, Member, Record, find_fault, iter_members, parse_record, read_member

__all__ = [
    "Damage",
    "Group",
    "Member",
    "Original",
    "Record",
    "Written",
    "find_body",
    "find_dropped",
    "find_fault",
    "format_capture",
    "format_tombstone",
    "format_warcinfo",
    "iter_groups",
    "iter_members",
    "original_of",
    "parse_capture",
    "parse_record",
    "read_member",
]
