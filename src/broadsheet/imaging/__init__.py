"""What the bytes of a picture say: its kind, its size in pixels, whether it moves, whether it is whole.

Only headers and the skeleton of blocks are read, nothing is decoded, so that no picture can cost more than a walk
over its bytes. The kind is told by content alone: names and headers of the network lie. This reads what the listed
formats lay down and no more; a decoder (Pillow: 7 MB of C with a yearly row of memory faults, no SVG) would have to
decode to tell whether a file is whole, and libraries that read headers tell either the kind (``puremagic``,
``filetype``) or the size (``imagesize``), neither whether it moves or is cut short.

Formats: ITU-T T.81 (JPEG), W3C PNG third edition, GIF89a, RFC 9649 (WebP), ISO/IEC 23008-12 (HEIF, AVIF), TIFF 6.0,
BMP and ICO as Windows writes them, SVG 2.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from broadsheet.imaging._kinds import EXTENSIONS, SVG, Measured
from broadsheet.imaging._raster import (
    read_bmp,
    read_gif,
    read_heif,
    read_icon,
    read_jpeg,
    read_png,
    read_tiff,
    read_webp,
)
from broadsheet.imaging._svg import read_svg

__all__ = ["EXTENSIONS", "SVG", "TRACKING_SIDE", "Measured", "find_objection", "measure", "serving_headers"]

TRACKING_SIDE: Final = 3
"""Pictures of at most this many pixels a side are there to count readers, not to be seen."""

_READERS: Final[tuple[Callable[[bytes], Measured | None], ...]] = (
    read_jpeg,
    read_png,
    read_gif,
    read_webp,
    read_heif,
    read_tiff,
    read_bmp,
    read_icon,
    read_svg,
)


def measure(content: bytes) -> Measured | None:
    """What ``content`` is as a picture; None if it is none, or stops before its size is told."""
    for reader in _READERS:
        try:
            found = reader(content)
        except (struct.error, IndexError):
            found = None
        if found is not None:
            return found if found.is_document or (found.width and found.height) else None
    return None


def find_objection(picture: Measured, most_pixels: int) -> str | None:
    """Why a picture is not worth keeping or not safe to show whatever its bytes: a countable reason, or None."""
    if picture.width is None or picture.height is None:
        return None
    if picture.width * picture.height > most_pixels:
        return "too many pixels"
    if picture.width <= TRACKING_SIDE and picture.height <= TRACKING_SIDE:
        return "tracking pixel"
    return None


def serving_headers(name: str) -> tuple[tuple[str, str], ...]:
    """The response headers with which the kept file ``name`` may be served: as its kind, and never as a page.

    ``img`` shows an SVG with these; whoever opens its address gets a download, and scripts in it run nowhere.
    """
    extension = name.rpartition(".")[2].lower()
    kinds = {ending: kind for kind, ending in EXTENSIONS.items()} | {"svgz": SVG}
    kind = kinds.get(extension, "application/octet-stream")
    headers = [
        ("Content-Type", kind),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ]
    if kind not in EXTENSIONS or kind == SVG:
        headers.append(("Content-Disposition", "attachment"))
    if extension == "svgz":
        headers.append(("Content-Encoding", "gzip"))
    return tuple(headers)
