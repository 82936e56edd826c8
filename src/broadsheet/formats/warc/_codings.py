"""Bytes as they were on the wire -> the body they stand for; the digest of the body decides how."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

_GZIP = b"\x1f\x8b\x08"
_MOST_BODY = 256 * 1024 * 1024
_DEEPEST = 3
"""How many content codings may stand one inside another; the Fetcher accepts no more."""


def find_body(payload: bytes, digest: str) -> bytes | None:
    """What ``payload`` is with its content codings undone: the bytes whose SHA-256 is ``digest``, or None.

    Labels lie and servers differ in what they call deflate; the digest decides, up to three codings deep.
    """
    candidates = [payload]
    for _ in range(_DEEPEST + 1):
        for candidate in candidates:
            if hashlib.sha256(candidate).hexdigest() == digest:
                return candidate
        candidates = [body for candidate in candidates for body in _iter_unpacked(candidate)]
    return None


def _iter_unpacked(payload: bytes) -> Iterator[bytes]:
    """``payload`` read as gzip (RFC 1952), zlib (RFC 1950) or raw deflate (RFC 1951), whichever of them it may be."""
    windows = (zlib.MAX_WBITS | 16,) if payload.startswith(_GZIP) else (zlib.MAX_WBITS, -zlib.MAX_WBITS)
    for window in windows:
        body = _unpack(payload, window)
        if body:
            yield body


def _unpack(payload: bytes, window: int) -> bytes | None:
    """All members of ``payload``; what follows them and begins none is dropped, as gzip's own tools do."""
    pieces: list[bytes] = []
    left = _MOST_BODY
    while payload:
        unpacker = zlib.decompressobj(window)
        try:
            pieces.append(unpacker.decompress(payload, left))
        except zlib.error:
            return None
        left -= len(pieces[-1])
        if not unpacker.eof or left <= 0:
            return None
        payload = unpacker.unused_data
        window = zlib.MAX_WBITS | 16
        if not payload.startswith(_GZIP):
            break
    return b"".join(pieces)
