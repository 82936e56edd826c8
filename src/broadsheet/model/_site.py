"""What a static site consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileMark:
    """A file of a site as it stands: size in bytes, time of its last change in nanoseconds, digest of its bytes.

    ``is_new``: it had to be written, since other bytes or none were there.
    """

    path: str
    size: int
    changed_ns: int
    digest: bytes
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """Files of a site that are made together, and a fingerprint of all that they are made from."""

    key: str
    fingerprint: bytes
