"""Bytes off the wire -> the body, with a cap on every side. Pure: it is fed and asked, it reads nothing itself.

Content codings follow RFC 9110 section 8.4: gzip (RFC 1952, any number of members) and deflate (RFC 1950, or RFC 1951
as many servers send it), one inside another up to three deep. A label that does not fit the bytes is survived where the
bytes leave no doubt: a plain body called gzip, a text that is gzip and does not say so.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator

from broadsheet.errors import FetchError, RefusedError

_PIECE = 64 * 1024
_SLICE = 16 * 1024
_GZIP = b"\x1f\x8b\x08"
_TOLD_BY = 16
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?(?:[\t\r\n\x20-\x7e]{13}|[\t\r\n\x20-\x7e]{1,12}\Z)")
"""Begins like a page or a feed. Raw deflate ends in a byte below 2 if it is short and never looks so if it is long."""
_RATIO_FROM = 1024 * 1024
_DEEPEST = 3
_FOREIGN_CODINGS = "br zstd compress x-compress dcb dcz exi lzma xz bzip2 pack200-gzip aes128gcm"
_NOT_ASKED_FOR = frozenset(_FOREIGN_CODINGS.split())


def read_codings(label: str, media_type: str) -> tuple[str, ...]:
    """The codings to undo, outermost first; FetchError for one that was never asked for.

    A word that names no coding (``utf-8``, ``none``) counts as no coding. Text without a label is tried for gzip.
    """
    codings: list[str] = []
    for word in label.lower().split(","):
        word = word.strip()
        if word in ("gzip", "x-gzip", "deflate"):
            codings.append(word.removeprefix("x-"))
        elif word in _NOT_ASKED_FOR:
            raise FetchError(f"the body came in the encoding {word}, which was not asked for", reason="encoding")
    if len(codings) > _DEEPEST:
        raise RefusedError(f"the body is encoded {len(codings)} times over", reason="bomb")
    if not codings and any(word in media_type.lower() for word in ("text/", "xml", "html", "json")):
        return ("gzip",)
    return tuple(reversed(codings))


class Unpacking:
    """A body on its way in: ``feed`` it pieces as they come, then ``finish``.

    ``most_wire`` and ``most`` are caps in bytes before and after decoding, ``ratio`` one on decoded for each byte on
    the wire. RefusedError past a cap, FetchError for a damaged coding.
    """

    def __init__(self, codings: tuple[str, ...], *, most_wire: int, most: int, ratio: float) -> None:
        self._limits = _Limits(most_wire, most, ratio)
        self._layers = [_Layer(coding, self._limits) for coding in codings]
        self._wire: list[bytes] = []
        self._body: list[bytes] = []

    def feed(self, piece: bytes) -> None:
        """Take the next bytes off the wire."""
        for start in range(0, len(piece), _SLICE):
            part = piece[start : start + _SLICE] if len(piece) > _SLICE else piece
            self._limits.take_wire(len(part))
            self._wire.append(part)
            if self._layers:
                self._body.extend(self._decode(part, 0))

    def finish(self) -> tuple[bytes, bytes | None]:
        """The body, and the bytes on the wire where they differ; FetchError if a layer stops before its end."""
        wire = b"".join(self._wire)
        for depth, layer in enumerate(self._layers):
            for chunk in layer.finish():
                self._body.extend(self._decode(chunk, depth + 1))
        if all(layer.is_plain for layer in self._layers):
            return wire, None
        return b"".join(self._body), wire

    def find_beginning(self, size: int) -> bytes | None:
        """The first ``size`` bytes of the body, for a caller who needs no more of it; None while they have not come."""
        pieces = self._body if self._layers else self._wire
        return b"".join(pieces)[:size] if sum(map(len, pieces)) >= size else None

    def _decode(self, part: bytes, depth: int) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield part
            return
        for chunk in self._layers[depth].feed(part):
            yield from self._decode(chunk, depth + 1)


class _Limits:
    """The caps of one body, for all its layers."""

    def __init__(self, most_wire: int, most: int, ratio: float) -> None:
        self._most_wire = most_wire
        self._most = most
        self._ratio = ratio
        self._wire = 0

    def take_wire(self, size: int) -> None:
        self._wire += size
        if self._wire > self._most_wire:
            raise RefusedError(f"the body is longer than {self._most_wire} bytes", reason="too large")

    def check_decoded(self, size: int) -> None:
        if size > self._most:
            raise RefusedError(f"the body unpacks to more than {self._most} bytes", reason="too large")
        if size > _RATIO_FROM and size > self._ratio * self._wire:
            raise RefusedError(f"the body unpacks to more than {self._ratio:g} times its size", reason="bomb")


class _Layer:
    """One coding being undone."""

    def __init__(self, coding: str, limits: _Limits) -> None:
        self._coding = coding
        self._limits = limits
        self._held = b""
        self._engine: zlib._Decompress | None = None
        self._began = False
        self._ended = False
        self._decoded = 0
        self.is_plain = False

    def feed(self, piece: bytes, *, last: bool = False) -> Iterator[bytes]:
        """Decoded chunks of at most 64 KiB, each counted before the next is made.

        Bytes are held back while they are too few to tell a coding by, until the ``last`` call.
        """
        piece, self._held = self._held + piece, b""
        while piece and not self._ended:
            if self.is_plain:
                yield piece
                return
            if self._engine is None:
                if len(piece) < _TOLD_BY and not last:
                    self._held = piece
                    return
                self._open(piece)
            else:
                piece = yield from self._inflate(self._engine, piece)

    def finish(self) -> Iterator[bytes]:
        """What was held back; FetchError if the coding stops before its end."""
        yield from self.feed(b"", last=True)
        if self._engine is not None:
            raise FetchError("the compressed body stops before its end", reason="cut short")
        self.is_plain = not self._began

    def _inflate(self, engine: zlib._Decompress, piece: bytes) -> Generator[bytes, None, bytes]:
        """Decode ``piece``; returns the bytes after the coding's end."""
        while True:
            try:
                chunk = engine.decompress(piece, _PIECE)
            except zlib.error as error:
                raise FetchError("the compressed body is damaged", reason="encoding") from error
            if chunk:
                self._decoded += len(chunk)
                self._limits.check_decoded(self._decoded)
                yield chunk
            if engine.eof:
                self._engine = None
                return engine.unused_data
            piece = engine.unconsumed_tail
            if not piece and len(chunk) < _PIECE:
                return b""

    def _open(self, start: bytes) -> None:
        """Choose by the first bytes: a coding, a further member of one, or no coding at all.

        Bytes that follow the end of a coding and begin none are dropped, as gzip's own tools do.
        """
        window = self._find_window(start)
        if window is not None:
            self._engine = zlib.decompressobj(window)
            self._began = True
        elif self._began:
            self._ended = True
        else:
            self.is_plain = True

    def _find_window(self, start: bytes) -> int | None:
        """What zlib calls the coding that ``start`` begins, or None."""
        if start.startswith(_GZIP):
            return zlib.MAX_WBITS | 16
        if self._coding == "gzip" or self._began or len(start) < 2 or _TEXT.match(start):
            return None
        if start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0:
            return zlib.MAX_WBITS
        return -zlib.MAX_WBITS
