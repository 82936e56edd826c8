"""Keeps and reads documents and ledgers: the only hand that writes truth.

Order of writing: pictures and captures (before ``keep_all`` is called) → documents → ledger lines → what others derive.
A kill between two steps leaves at most documents that no ledger line names; the next attempt to keep the same
article takes them in.
"""

from broadsheet.services.archive._archive import Archive
from broadsheet.services.archive._kept import (
    EXPIRE,
    Addition,
    Draft,
    Kept,
    is_vanished,
    known_pictures,
    last_seen,
    newest_of,
    tombstone_of,
)
from broadsheet.services.archive._places import find_kept, iter_kept, picture_key
from broadsheet.services.archive._reading import Reading

__all__ = [
    "EXPIRE",
    "Addition",
    "Archive",
    "Draft",
    "Kept",
    "Reading",
    "find_kept",
    "is_vanished",
    "iter_kept",
    "known_pictures",
    "last_seen",
    "newest_of",
    "picture_key",
    "tombstone_of",
]
